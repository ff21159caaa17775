"""The Train page after a failure: why, what is safe, how to go on."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from engine.protocol.commands import ResumeTraining
from engine.protocol.events import JobFailed
from engine.protocol.problems import Action, Problem
from engine.protocol.run_problems import loss_not_finite
from gui.look.theme import Theme
from gui.pages.train import TrainPage
from gui.state.page_context import PageContext
from gui.state.project_file import RunNotes
from gui.state.run_repairs import page_of, repaired
from gui.state.run_status import RunState, RunStatus
from gui.widgets.basics import Button
from gui.widgets.failure_card import FailureCard
from gui.widgets.plots import LossPlot
from gui.widgets.progress_card import ProgressCard
from gui.widgets.technical_card import TechnicalCard
from gui.widgets.whole_lines import WholeLines
from tests.gui.fake_engine import FakeClient
from tests.gui.pages.train_stage import Start, click, commands_of, find, is_in, show
from tests.gui.recorded_events import recorded_run
from tests.gui.sample_facts import CATALOG, run_config


def test_a_failure_shows_why_what_is_safe_and_how_to_go_on(
    train_page: TrainPage,
    start_run: Start,
    context: PageContext,
    fake_clients: list[FakeClient],
    qtbot: QtBot,
) -> None:
    run = start_run()
    for client in fake_clients:
        client.hold_after_step = None
        client.die()
    qtbot.waitUntil(lambda: is_in(run, RunState.FAILED))
    failure = find(train_page, FailureCard)
    assert failure.isVisible()
    assert failure.accessibleName() == "The training process ended unexpectedly"
    assert "the checkpoint of epoch 1 is saved" in failure.accessibleDescription()
    assert not find(train_page, ProgressCard).isVisible()
    loss = find(train_page, LossPlot)
    assert loss.isVisible()
    assert loss._stop == (pytest.approx(run.epoch), f"Stopped at epoch {run.epoch:.1f}")
    assert loss._best_note.startswith("saved at epoch ")
    click(qtbot, find(train_page, Button, "copy_details"))
    assert "exit code: -9" in QGuiApplication.clipboard().text()
    assert f"step {run.step} of 136" in QGuiApplication.clipboard().text()
    assert find(train_page, TechnicalCard).isVisible()
    suggested = train_page.primary_button()
    assert isinstance(suggested, Button)
    assert suggested.kind == "primary"
    click(qtbot, suggested)
    qtbot.waitUntil(lambda: len(commands_of(fake_clients, ResumeTraining)) == 1)
    assert run.is_active
    assert not failure.isVisible()


def test_a_repair_starts_a_new_run_with_the_changed_setting(
    train_page: TrainPage, context: PageContext, qtbot: QtBot
) -> None:
    run = RunStatus(context.project.folder / "runs" / "one", run_config(), RunNotes(color=1), context.runs)
    show(context, run)
    for event in recorded_run(until_step=60):
        run.apply(event)
    problem = loss_not_finite(step=61, epoch=0.9, learning_rate=1e-3, saved_epoch=None)
    smaller = Action(id="set_settings", label="Batch size 8", arguments={"batch_size": "8"})
    failed = msgspec.structs.replace(problem, actions=(smaller, *problem.actions))
    run.apply(JobFailed(job_id="job-1", problem=failed))
    assert find(train_page, FailureCard).isVisible()
    click(qtbot, train_page.primary_button())
    newest = context.runs.runs[-1]
    assert newest is not run
    assert newest.config.settings == {"batch_size": 8}
    assert is_in(run, RunState.FAILED)
    assert run.points  # the curve so far is still there


@pytest.mark.parametrize(
    ("action", "method", "settings"),
    [
        (
            Action(id="set_settings", label="", arguments={"learning_rate": "1e-5"}),
            "thaw_top",
            {"epochs": 2, "learning_rate": 1e-5},
        ),
        (Action(id="use_method", label="", arguments={"method": "low_rank"}), "low_rank", {}),
    ],
)
def test_repairs_keep_everything_else(action: Action, method: str, settings: dict[str, object]) -> None:
    config = run_config(settings={"epochs": 2}, name="mine")
    fixed = repaired(config, action, CATALOG)
    assert fixed is not None
    assert (fixed.method, fixed.settings, fixed.name) == (method, settings, "mine")


@pytest.mark.parametrize(
    "action",
    [
        Action(id="set_settings", label="", arguments={"no_such_setting": "1"}),
        Action(id="set_settings", label="", arguments={"learning_rate": "fast"}),
        Action(id="use_method", label="", arguments={"method": "nobody"}),
        Action(id="choose_column", label=""),
    ],
)
def test_what_cannot_be_repaired_here_starts_nothing(action: Action) -> None:
    assert repaired(run_config(), action, CATALOG) is None
    assert page_of(action) in ("setup", "data")


def test_the_last_technical_line_is_whole(theme: Theme, qtbot: QtBot) -> None:
    card = TechnicalCard(theme)
    qtbot.addWidget(card)
    card.set_facts(["step 268 of 565", "exit code: -9"], "/home/ada/" + "a-long-name-of-a-folder/" * 8)
    for width in (300, 360, 420):
        card.resize(width, 500)
        card.show()
        text = card.findChild(WholeLines)
        assert text is not None
        qtbot.waitUntil(lambda text=text: text.verticalScrollBar().maximum() == 0)
        lines = text.document().size().height()
        assert text.viewport().height() >= lines * text.line_height()


def test_two_ways_to_go_on_with_a_run_have_buttons_of_their_own(theme: Theme, qtbot: QtBot) -> None:
    card = FailureCard(theme)
    qtbot.addWidget(card)
    smaller = Action(id="resume", label="Continue with 16 rows", arguments={"smaller_batches": "yes"})
    before = Action(id="resume", label="Resume from epoch 1", arguments={"folder": "run"})
    card.show_problem(Problem(code="a", title="A", reason="", fix="", actions=(smaller, before)))
    buttons = card.findChildren(Button)
    assert [one.text() for one in buttons] == ["Smaller batches", "Continue"]
    assert len({one.accessibleName() for one in buttons}) == 2
