"""*I have 12 minutes* on Setup: what is cut becomes choices that can be seen and undone."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from engine.protocol.kept_facts import KeptFacts, WhyNotKept
from engine.protocol.planning import PlanRun
from gui.pages.setup import SetupPage
from gui.state.page_context import PageContext
from gui.widgets.time_planner import TimePlanner
from tests.gui.fake_engine import FakeClient
from tests.gui.sample_facts import checked_for


@pytest.fixture
def page(qtbot: QtBot, context: PageContext) -> SetupPage:
    made = SetupPage(context)
    qtbot.addWidget(made)
    made.resize(1364, 808)
    made.show()
    qtbot.waitUntil(lambda: context.project.is_checked and bool(context.project.previews), timeout=5000)
    return made


def fit(qtbot: QtBot, page: SetupPage, minutes: int) -> TimePlanner:
    planner = page.column.estimate.planner
    planner.minutes.setValue(minutes)
    planner.fit.click()
    assert not planner.fit.isEnabled()
    qtbot.waitUntil(planner.fit.isEnabled, timeout=5000)
    return planner


def test_what_was_cut_is_said_and_chosen(qtbot: QtBot, page: SetupPage) -> None:
    planner = fit(qtbot, page, 12)
    project = page._project

    assert planner.said.text() == (
        "1,200 of 2,479 rows, 2 of 5 epochs: about 11 minutes instead of 19 minutes."
    )
    assert project.data is not None
    assert project.data.row_limit == 1200
    assert project.settings["epochs"] == 2
    assert project.settings["time_limit_minutes"] == 12.0
    assert project.undo_stack.undoText() == "Fit into 12 min"


def test_one_undo_brings_everything_back(qtbot: QtBot, page: SetupPage) -> None:
    project, before = page._project, page._project.draft
    planner = fit(qtbot, page, 12)
    assert planner.undo.isVisible()

    planner.undo.click()

    assert project.draft == before
    assert not planner.said.isVisible()
    assert not planner.undo.isVisible()


def test_more_time_is_asked_of_the_run_as_it_was(
    qtbot: QtBot, page: SetupPage, fake_clients: list[FakeClient]
) -> None:
    project = page._project
    fit(qtbot, page, 12)
    planner = fit(qtbot, page, 30)

    asked = [one for client in fake_clients for one in client.commands if isinstance(one, PlanRun)]
    assert asked[0].run == asked[1].run
    assert planner.said.text() == "All of it fits into 30 minutes: about 19 minutes."
    assert project.data is not None
    assert project.data.row_limit is None
    assert project.settings["time_limit_minutes"] == 30.0


def test_another_choice_takes_the_sentence_away(qtbot: QtBot, page: SetupPage) -> None:
    planner = fit(qtbot, page, 12)

    page._project.set_setting("epochs", 4)

    assert planner.said.text() == ""
    assert not planner.undo.isVisible()


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (
            KeptFacts(blocks=4, frozen=4, of_blocks=6, rows=3099, of_rows=3099, size=108_000_000),
            "The lower 4 of 6 blocks are computed once: 108 MB kept on the disk.",
        ),
        (
            KeptFacts(frozen=4, of_blocks=6, of_rows=3099, why_not=WhyNotKept.DRAWN_ANEW),
            "The lower 4 of 6 blocks are computed in each epoch: "
            "words are hidden anew each time a text is read.",
        ),
        (KeptFacts(of_blocks=6, of_rows=3099), ""),
    ],
)
def test_what_is_computed_once_is_said(page: SetupPage, kept: KeptFacts, words: str) -> None:
    project = page._project
    assert project.draft is not None
    answer = checked_for(project.draft)
    assert answer.estimate is not None
    project.take_checked(replace(answer, estimate=replace(answer.estimate, kept=kept)), project.draft)

    assert page.column.estimate.kept.text() == words
    assert page.column.estimate.kept.isVisible() is bool(words)


def test_in_a_small_window_it_is_behind_one_button(page: SetupPage) -> None:
    estimate = page.column.estimate
    assert estimate.planner.isVisible()
    assert not estimate.more.isVisible()
    estimate.set_compact(True)
    assert estimate.more.text() == "More"
    assert not estimate.planner.isVisible()
    estimate.more.click()
    assert estimate.planner.isVisible()
    assert estimate.more.text() == "Less"
    estimate.set_compact(False)
    assert estimate.planner.isVisible()
    assert not estimate.more.isVisible()


def test_all_folds_share_the_minutes(
    qtbot: QtBot, page: SetupPage, context: PageContext, fake_clients: list[FakeClient]
) -> None:
    project = page._project
    assert project.data is not None
    project.change_split(replace(project.data.split, folds=5), None)
    qtbot.waitUntil(lambda: project.is_checked, timeout=5000)

    planner = fit(qtbot, page, 12)

    (asked,) = [one for client in fake_clients for one in client.commands if isinstance(one, PlanRun)]
    assert (asked.minutes, asked.runs) == (12.0, 5)
    assert planner.said.text().startswith("For each of 5 folds: 1,200 of 2,479 rows, 2 of 5 epochs: about 2")
    assert project.settings["time_limit_minutes"] == pytest.approx(2.4)
    assert project.undo_stack.undoText() == "Fit into 12 min"
