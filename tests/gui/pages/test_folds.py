"""All folds on the pages: started on Setup, followed and stopped on Train, told apart on Results."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.protocol.check_problems import takes_long
from engine.protocol.commands import CancelJob, PoolFolds
from engine.protocol.config import SplitConfig
from gui.main_window import MainWindow
from gui.pages.results import ResultsPage
from gui.pages.setup import SetupPage
from gui.pages.train import TrainPage
from gui.state.page_context import OpenProject
from gui.widgets.buttons import Button
from gui.widgets.labels import ThemedLabel
from tests.gui.fake_engine import FakeClient
from tests.gui.pages.test_setup import say

FOLDS = 3


@pytest.fixture
def folded(qtbot: QtBot, on_setup: MainWindow) -> MainWindow:
    """The window on Setup, with a project whose rows are divided into three folds."""
    opened = opened_in(on_setup)
    opened.project.change_split(SplitConfig(folds=FOLDS), None)
    qtbot.waitUntil(lambda: opened.project.is_checked)
    return on_setup


def opened_in(window: MainWindow) -> OpenProject:
    assert window.switch.opened is not None
    return window.switch.opened


def setup_of(window: MainWindow) -> SetupPage:
    page = window.page("setup")
    assert isinstance(page, SetupPage)
    return page


def train_of(window: MainWindow) -> TrainPage:
    page = window.page("train")
    assert isinstance(page, TrainPage)
    return page


def results_of(window: MainWindow) -> ResultsPage:
    page = window.page("results")
    assert isinstance(page, ResultsPage)
    return page


def button(page: QWidget, name: str) -> Button:
    found = page.findChild(Button, name)
    assert found is not None
    return found


def train_all(qtbot: QtBot, window: MainWindow) -> None:
    window.go_to("setup")
    setup_of(window).start.click()
    runs = opened_in(window).runs
    qtbot.waitUntil(lambda: runs.active is None and not runs.waiting, timeout=20_000)


def hold_the_first(qtbot: QtBot, window: MainWindow, clients: list[FakeClient]) -> None:
    """Starts all folds, and holds the first in the middle."""
    clients[0].hold_after_step = 40
    setup_of(window).start.click()
    runs = opened_in(window).runs
    qtbot.waitUntil(lambda: runs.active is not None and runs.active.step >= 40)


def test_without_folds_there_is_one_start(on_setup: MainWindow) -> None:
    page = setup_of(on_setup)
    assert page.start.text() == "Start training"
    assert not button(page, "train_one_fold").isVisible()
    assert not page.column.estimate.runs.isVisible()


def test_it_is_said_before_how_many_runs_and_how_long(folded: MainWindow) -> None:
    page = setup_of(folded)
    assert page.start.text() == "Train all 3 folds"
    assert page.start.toolTip() == (
        "3 runs, one after the other, each with another fold as its test (Ctrl Enter)"
    )
    assert button(page, "train_one_fold").text() == "Only fold 1"
    assert page.column.estimate.time.text() == "about 2 min 10 s"  # of one, as always
    assert page.column.estimate.runs.text() == "3 runs, one for each fold: about 6 min"
    page.column.estimate.set_runs(1)
    assert page.column.estimate.runs.text() == "1 run, one for each fold: about 2 min"


def test_a_warning_is_answered_for_the_start_that_was_wished(qtbot: QtBot, folded: MainWindow) -> None:
    page, runs = setup_of(folded), opened_in(folded).runs
    doubt = takes_long(seconds=4000, has_accelerator=False, light=None, light_seconds=None)
    say(page, doubt)
    button(page, "train_one_fold").click()
    assert page.banner.problem == doubt
    page.banner.action_chosen.emit(doubt.actions[-1])  # Train anyway
    assert [run.config.data.split.fold for run in runs.runs] == [0]


def test_a_press_before_the_check_is_carried_out_after_it(qtbot: QtBot, folded: MainWindow) -> None:
    page, opened = setup_of(folded), opened_in(folded)
    opened.project.set_setting("epochs", 4)
    assert not opened.project.is_checked
    page.start.click()
    assert opened.runs.runs == []
    qtbot.waitUntil(lambda: len(opened.runs.runs) == 3)
    assert {run.config.settings["epochs"] for run in opened.runs.runs} == {4}
    assert folded.current_page_id() == "train"


def test_train_says_which_fold_and_stops_one_or_all(
    qtbot: QtBot, folded: MainWindow, fake_clients: list[FakeClient]
) -> None:
    hold_the_first(qtbot, folded, fake_clients)
    page, opened = train_of(folded), opened_in(folded)
    qtbot.waitUntil(lambda: folded.current_page_id() == "train")
    assert page._header.accessibleName() == "Training fold 1 of 3"
    told = folded.transport._progress
    qtbot.waitUntil(lambda: told.text().startswith("fold 1 of 3, epoch 0.6 of 1, "))
    assert folded.transport._waiting.text() == "2 waiting"
    assert button(page, "stop_and_keep_best").text() == "Stop this fold"
    button(page, "stop_all_folds").click()
    qtbot.waitUntil(lambda: opened.runs.active is None)
    assert [run.state for run in opened.runs.runs] == ["stopped"] * 3
    assert not button(page, "stop_all_folds").isVisible()
    banner = page._banner
    assert banner.title_text() == "Training stopped at epoch 0.6 of 1"
    assert "None of 3 folds is trained. Fold 1: stopped early; folds 2 and 3: not begun." in (
        banner.accessibleDescription()
    )
    button(banner, "action_train_missing_folds").click()
    qtbot.waitUntil(lambda: len(opened.runs.finished) == 4 and opened.runs.active is None, timeout=20_000)
    assert [run.config.data.split.fold for run in opened.runs.finished] == [0, 1, 2, 0]


def test_a_fold_that_breaks_off_offers_to_go_on_with_all(
    qtbot: QtBot, folded: MainWindow, fake_clients: list[FakeClient]
) -> None:
    hold_the_first(qtbot, folded, fake_clients)
    page, runs = train_of(folded), opened_in(folded).runs
    for run in runs.waiting:
        runs.stop(run)
    fake_clients[0].die()
    qtbot.waitUntil(lambda: runs.runs[0].state == "failed" and runs.runs[2].state == "stopped")
    suggested = page.primary_button()
    assert suggested is not None
    assert suggested.accessibleName() == "Train: Train the 3 missing folds"
    suggested.click()
    qtbot.waitUntil(lambda: len(runs.finished) == 3, timeout=20_000)
    assert len(runs.runs) == 3


def test_results_tell_one_fold_all_rows_and_the_spread_apart(qtbot: QtBot, folded: MainWindow) -> None:
    train_all(qtbot, folded)
    folded.go_to("results")
    page = results_of(folded)
    assert page.one.below.current() == "folds"
    card = page.one.folds
    qtbot.waitUntil(card.together.isVisible)
    assert not card.missing.isVisible()
    assert card.together.accessibleName() == "All 3,099 texts together"
    assert card.together.value_text == "0.921"
    assert card.together.interval_text == "macro F1, between 0.909 and 0.932"
    assert [(row.label, row.words) for row in card.together.bars.rows] == [
        ("All folds", "0.921, between 0.909 and 0.932"),
        ("Word counts (TF-IDF), mean of the folds", "0.797"),
        ('Always answering "happy", mean of the folds', "0.424"),
    ]
    assert card.together.verdict.text() == (
        "Better than word counts (0.797, mean of the folds); it lies outside of the interval."
    )
    assert card.together.counts_text == (
        "Each of the 3,099 texts was judged once, by a model that had not learned from it. "
        "176 of them are wrong."
    )
    assert card.spread.text() == "Mean of the 3 folds 0.910 ± 0.010"
    meaning = card._meaning.text()
    assert "One fold is judged on few rows (465 texts or a few more)" in meaning
    assert "no interval: the 3 models share most of the rows" in meaning
    told = [label.text() for label in card._folds.findChildren(ThemedLabel)]
    assert told.count("19 of 465 texts wrong") == 3
    runs = opened_in(folded).runs.runs
    assert page.run is runs[2]
    button(card, "fold_0").click()
    assert page.run is runs[0]
    assert page.one.below.current() == "folds"


def test_the_folds_are_judged_together_once(
    qtbot: QtBot, folded: MainWindow, fake_clients: list[FakeClient]
) -> None:
    train_all(qtbot, folded)

    def asked() -> list[PoolFolds]:
        return [one for client in fake_clients for one in client.commands if isinstance(one, PoolFolds)]

    assert asked() == []  # nobody has looked at them yet
    folded.go_to("results")
    page, runs = results_of(folded), opened_in(folded).runs
    qtbot.waitUntil(page.one.folds.together.isVisible)
    page.one.below._segments["answers"].click()
    page.one.below._segments["folds"].click()
    page.show_run(runs.runs[0])
    (job_id,) = (one.job_id for one in asked())
    said = [one for client in fake_clients for one in client.commands if one.job_id == job_id]
    assert not any(isinstance(one, CancelJob) for one in said)
    folds = page.one._pooling.folds
    page.one._pooling.look_at(None)  # another run, and back
    page.one._pooling.look_at(folds)
    page.one._pooling.ask()
    assert [one.folders for one in asked()] == [tuple(str(run.folder) for run in runs.runs)]


def test_a_run_that_is_no_fold_has_its_answers_alone(qtbot: QtBot, folded: MainWindow) -> None:
    train_all(qtbot, folded)
    opened = opened_in(folded)
    folded.go_to("results")
    opened.project.change_split(SplitConfig(), None)
    qtbot.waitUntil(lambda: opened.project.is_checked)
    train_all(qtbot, folded)
    page = results_of(folded)
    assert page.run is opened.runs.runs[3]
    assert page.views.current() == "compare"  # of several finished runs, and this one is no fold
    page.show_run(opened.runs.runs[3])
    assert page.one.below.current() == "answers"
    assert page.one.answers.isVisibleTo(page)
    assert not page.one.folds.isVisibleTo(page)
    assert not page.one.below._segments["folds"].isVisibleTo(page)


def test_missing_folds_are_named_and_trained_from_results(qtbot: QtBot, folded: MainWindow) -> None:
    button(setup_of(folded), "train_one_fold").click()
    opened = opened_in(folded)
    qtbot.waitUntil(lambda: len(opened.runs.finished) == 1 and opened.runs.active is None)
    folded.go_to("results")
    page = results_of(folded)
    assert page.one.below.current() == "answers"  # one fold alone was wished
    page.one.below._segments["folds"].click()
    assert page.one.folds.missing.title_text() == "1 of 3 folds is trained"
    assert page.one.folds.spread.text() == ""
    assert not page.one.folds.together.isVisible()
    button(page.one.folds.missing, "action_train_missing_folds").click()
    assert folded.current_page_id() == "train"
    qtbot.waitUntil(lambda: len(opened.runs.finished) == 3 and opened.runs.active is None, timeout=20_000)
    folded.go_to("results")
    qtbot.waitUntil(page.one.folds.together.isVisible)


def test_the_runs_of_folds_are_told_apart_by_name(qtbot: QtBot, folded: MainWindow) -> None:
    train_all(qtbot, folded)
    assert [row.name for row in folded.drawer.model.rows] == [
        "Freeze lower layers, fold 3 of 3",
        "Freeze lower layers, fold 2 of 3",
        "Freeze lower layers, fold 1 of 3",
    ]
    assert [chip.value.name for chip in folded.transport._chips] == ["Fold 2 of 3", "Fold 3 of 3"]
