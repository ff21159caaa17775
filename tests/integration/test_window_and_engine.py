"""The window over the real engine process: started, paused, stopped, killed, gone on with."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from gui.engine_client import run_so_far
from gui.engine_client.engines import Engines
from gui.engine_client.memory_deaths import kills_for_memory
from gui.look.theme import Theme
from gui.main_window import MainWindow
from gui.pages.data import DataPage
from gui.pages.results import ResultsPage
from gui.state.preferences import MotionChoice, Preferences
from gui.state.run_status import RunState, RunStatus
from gui.state.workspace import Workspace
from gui.widgets.basics import Banner, Button
from gui.widgets.full_text import FullText
from gui.widgets.health_list import HealthRow
from gui.widgets.preview_card import PreviewCard

pytestmark = pytest.mark.timeout(240)
SLOW = 90_000
"""Milliseconds that an engine may take to load its libraries while other tests use both cores."""


def _wait(condition: Callable[[], bool], milliseconds: int) -> None:
    """Lets the event loop run until something is so; ``qtbot`` cannot be had for a whole module."""
    loop, ticks = QEventLoop(), QTimer(interval=20)
    ticks.timeout.connect(lambda: loop.quit() if condition() else None)
    ticks.start()
    limit = QTimer(singleShot=True, interval=milliseconds)
    limit.timeout.connect(loop.quit)
    limit.start()
    loop.exec()
    ticks.stop()
    limit.stop()  # an unowned timer that still ticks would fail the next test's look for leaks
    assert condition()


@pytest.fixture(scope="module")
def window(
    qapp: QApplication, tmp_path_factory: pytest.TempPathFactory, small_bert: Path, moods_csv: Path
) -> Iterator[MainWindow]:
    """The window with a small random model and 80 texts, checked by a real engine."""
    patch = pytest.MonkeyPatch()
    patch.setenv("THAW_HOME", str(tmp_path_factory.mktemp("home")))
    engines = Engines()
    engines.start()
    preferences = Preferences()
    preferences.change(motion=MotionChoice.REDUCED)
    window = MainWindow(Theme(), engines, Workspace(preferences), preferences)
    window.resize(1366, 688)
    window.show()
    window.open_path(str(moods_csv))
    _wait(lambda: window.switch.opened is not None, SLOW)
    assert window.switch.opened is not None
    project = window.switch.opened.project
    project.set_model(str(small_bert))
    _wait(lambda: project.is_checked and project.prepared is not None, SLOW)
    project.set_settings({"epochs": 100, "batch_size": 1, "evaluations_per_epoch": 1})
    _wait(lambda: project.is_checked, SLOW)
    assert project.checked is not None
    assert [problem.title for problem in project.checked.problems] == []
    yield window
    window.switch.stop_all()
    engines.shut_down(3.0)
    window.closing.is_settled = True
    window.close()
    window.deleteLater()
    QApplication.processEvents()
    patch.undo()


def _start(window: MainWindow, qtbot: QtBot) -> RunStatus:
    window.go_to("setup")
    qtbot.waitUntil(lambda: _primary_is_ready(window), timeout=60_000)
    window.stage.press_primary()
    assert window.switch.opened is not None
    runs = window.switch.opened.runs
    qtbot.waitUntil(lambda: runs.active is not None)
    assert runs.active is not None
    return runs.active


def _primary_is_ready(window: MainWindow) -> bool:
    page = window.pages.currentWidget()
    return bool(page.primary_button().isEnabled())  # type: ignore[union-attr]  # every page has it


def _is(run: RunStatus, state: RunState) -> bool:
    return run.state is state


def _findings(window: MainWindow) -> dict[str, HealthRow]:
    rows = window.pages.currentWidget().findChildren(HealthRow)
    return {row.objectName().removeprefix("finding_"): row for row in rows if row.isVisible()}


def test_rows_are_mended_saved_and_as_they_were_after_undo(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.go_to("data")
    page = window.pages.currentWidget()
    assert isinstance(page, DataPage)
    assert window.switch.opened is not None
    project = window.switch.opened.project
    assert project.data is not None
    before, file = project.data, Path(project.data.path).read_bytes()
    preview = page.findChild(PreviewCard)
    assert preview is not None
    assert project.table is not None
    column = [one.name for one in project.table.columns].index(project.data.columns["text"])
    text = project.table.preview[0][column]
    preview.table.text_requested.emit(2, project.data.columns["text"], "old")
    editor = preview.findChild(FullText)
    assert editor is not None
    editor.findChild(QPlainTextEdit).setPlainText(text)  # type: ignore[union-attr]  # it is there
    editor.findChild(Button, "change_text").click()  # type: ignore[union-attr]  # it is there
    qtbot.waitUntil(lambda: "duplicates" in _findings(window), timeout=60_000)
    assert preview.table.rows_model.index(1, 1 + column).data() == text
    _findings(window)["duplicates"].findChild(Button, "repair_repair").click()  # type: ignore[union-attr]  # it is there
    qtbot.waitUntil(lambda: "duplicates" not in _findings(window), timeout=60_000)
    assert project.table.rows == 79
    menu = preview.make_row_menu((3, 4))
    next(action for action in menu.actions() if action.text() == "Remove 2 rows").trigger()
    qtbot.waitUntil(lambda: project.table is not None and project.table.rows == 77, timeout=60_000)
    assert [step.kind for step in project.repairs] == ["change_cells", "remove_duplicates", "remove_rows"]

    out = tmp_path / "mended.jsonl"
    page._saving.save(project.data, str(out))
    qtbot.waitUntil(lambda: page.findChild(Banner, "data_problem").isVisible(), timeout=60_000)  # type: ignore[union-attr]  # it is there
    assert len(out.read_text().splitlines()) == 77

    project.take_repair_back(1)
    qtbot.waitUntil(lambda: project.table is not None and project.table.rows == 78, timeout=60_000)
    while project.data != before:
        project.undo_stack.undo()
    qtbot.waitUntil(lambda: project.table is not None and project.table.rows == 80, timeout=60_000)
    qtbot.waitUntil(lambda: project.is_checked, timeout=60_000)
    assert Path(before.path).read_bytes() == file


def test_a_run_starts_pauses_goes_on_and_stops(qtbot: QtBot, window: MainWindow) -> None:
    engines = window._engines
    qtbot.waitUntil(lambda: engines._spare is not None and engines._spare.is_ready, timeout=60_000)
    warm = engines._spare
    run = _start(window, qtbot)
    assert window.current_page_id() == "train"
    assert window._engines._spare is not warm  # the run took it, so nothing of it loads libraries
    qtbot.waitUntil(lambda: run.step > 0, timeout=SLOW)
    assert run.stages[0].stage == "reading"
    assert window.switch.opened is not None
    runs = window.switch.opened.runs

    runs.pause()
    qtbot.waitUntil(lambda: _is(run, RunState.PAUSED), timeout=60_000)
    paused_at = run.step
    runs.continue_()
    qtbot.waitUntil(lambda: run.step > paused_at + 5, timeout=30_000)

    runs.stop()
    assert _is(run, RunState.STOPPING)
    qtbot.waitUntil(lambda: _is(run, RunState.STOPPED), timeout=60_000)
    assert run.result is not None
    assert run.result.frozen_intact
    assert run.started is not None
    assert run.step < run.started.total_steps
    steps = run.losses().step.tolist()
    assert steps == list(range(1, int(steps[-1]) + 1))  # no loss value is dropped
    again = type(runs)(window.switch.opened.project, window._engines)
    read = again.run(run.run_id)
    assert read is not None
    assert read.losses().loss.tolist() == run.losses().loss.tolist()  # the file says the same
    assert _is(read, RunState.STOPPED)
    again.close()


def test_a_wrong_answer_gives_its_row_another_label_and_back(qtbot: QtBot, window: MainWindow) -> None:
    run = _start(window, qtbot)
    qtbot.waitUntil(lambda: run.step > 0, timeout=SLOW)
    assert window.switch.opened is not None
    window.switch.opened.runs.stop(run)
    qtbot.waitUntil(lambda: _is(run, RunState.STOPPED) and run.result is not None, timeout=60_000)
    window.go_to("results")
    page, project = window.pages.currentWidget(), window.switch.opened.project
    assert isinstance(page, ResultsPage)
    page.show_run(run)
    assert run.result is not None
    assert project.data is not None
    before, file, result = project.data, Path(project.data.path).read_bytes(), run.result
    answer = page.one.answers.model.listed[0]
    line = page.one.answers.detail.relabel
    qtbot.waitUntil(line.button.isVisible, timeout=SLOW)
    line.make_menu(page).actions()[0].trigger()
    assert project.repairs[-1].values == {str(answer.row): answer.said}
    assert line.back.isVisible()
    qtbot.waitUntil(lambda: project.is_checked and project.table is not None, timeout=SLOW)
    assert project.table is not None
    column = [one.name for one in project.table.columns].index(before.columns["label"])
    place = list(project.table.preview_rows).index(answer.row)
    qtbot.waitUntil(lambda: project.table.preview[place][column] == answer.said, timeout=SLOW)  # type: ignore[union-attr]  # it is there
    assert project.prepared is not None
    assert (project.prepared.test, run.result) == (result.rows, result)  # no row changes its part
    line.back.click()
    assert project.data == before
    qtbot.waitUntil(line.button.isVisible, timeout=SLOW)
    assert Path(before.path).read_bytes() == file


def test_a_killed_engine_is_said_and_the_run_goes_on(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert window.switch.opened is not None
    project = window.switch.opened.project
    project.set_settings({"batch_size": 4})
    qtbot.waitUntil(lambda: project.is_checked, timeout=SLOW)
    run = _start(window, qtbot)
    qtbot.waitUntil(lambda: run.checkpoint is not None and 0 < run.checkpoint.step < run.step, timeout=SLOW)
    pid = window._engines._runs[run.job_id].client.pid
    os.kill(pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: _is(run, RunState.FAILED), timeout=SLOW)
    assert run.problem is not None
    assert run.problem.code == "engine_died"
    reached = run.step
    assert reached > 0
    assert run.checkpoint is not None
    saved = run.checkpoint.step
    before = run.losses().loss[:saved].tolist()
    assert window.current_page_id() == "train"

    _wait(lambda: _primary_is_ready(window), SLOW)
    window.stage.press_primary()  # the dark button is the suggested repair: Resume
    qtbot.waitUntil(lambda: run.is_active, timeout=SLOW)
    qtbot.waitUntil(lambda: _is(run, RunState.RUNNING) and run.step > reached, timeout=SLOW)
    assert run.started is not None
    assert 0 < run.started.resumed_from <= reached
    assert run.losses().loss[:saved].tolist() == before
    steps = run.losses().step.tolist()
    assert steps == list(range(1, int(steps[-1]) + 1))
    _kill_for_memory(run, window, qtbot, monkeypatch)
    window.switch.opened.runs.stop(run)
    qtbot.waitUntil(lambda: _is(run, RunState.STOPPED), timeout=60_000)
    project.set_settings({"batch_size": 1})
    qtbot.waitUntil(lambda: project.is_checked, timeout=SLOW)


def _kill_for_memory(run: RunStatus, window: MainWindow, qtbot: QtBot, patch: pytest.MonkeyPatch) -> None:
    """Ends the run's process as the kernel does when memory runs out, and goes on in half the batches."""
    at = run.checkpoint
    qtbot.waitUntil(lambda: run.checkpoint is not at and run.checkpoint.step < run.step, timeout=SLOW)  # type: ignore[union-attr]  # it is there
    kills = kills_for_memory() or 0
    patch.setattr(run_so_far, "kills_for_memory", lambda: kills + 1)
    os.kill(window._engines._runs[run.job_id].client.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: _is(run, RunState.FAILED), timeout=SLOW)
    assert run.problem is not None
    assert run.problem.code == "out_of_memory"
    assert run.problem.actions[0].label == "Continue with 2 batches of 2"
    assert run.checkpoint is not None
    reached, saved = run.step, run.checkpoint.step
    _wait(lambda: _primary_is_ready(window), SLOW)
    window.stage.press_primary()
    qtbot.waitUntil(lambda: _is(run, RunState.RUNNING) and run.step > reached, timeout=SLOW)
    assert [(one.step, one.batches.size, one.asked) for one in run.halvings] == [(saved, 2, True)]
    assert run.config.settings["batch_size"] == 4


def test_a_picture_is_refused_and_what_is_open_stays(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    picture = tmp_path / "holiday.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    before, page = window.switch.opened, window.current_page_id()
    window.open_path(str(picture))
    qtbot.waitUntil(lambda: window.banner.problem is not None, timeout=SLOW)
    assert window.banner.title_text() == '"holiday.csv" is not a text file'
    assert (window.switch.opened, window.current_page_id()) == (before, page)
    assert not (window._workspace.folder / "holiday").exists()
    window.banner.clear()
