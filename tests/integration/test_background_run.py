"""A window that is closed while a run trains, and the next one that finds it: with the real process."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.protocol.run_files import read_events
from gui.app import StartWish, open_first
from gui.engine_client.engines import Engines
from gui.look.theme import Theme
from gui.main_window import MainWindow
from gui.state.preferences import MotionChoice, Preferences
from gui.state.run_status import RunState, RunStatus
from gui.state.workspace import Workspace
from gui.window.close_question import CloseQuestion
from tests.engine.recorded_session import points

pytestmark = pytest.mark.timeout(240)
SLOW = 90_000


class App:
    """A window with engines of its own, as a start of the app makes them."""

    def __init__(self) -> None:
        self.engines = Engines()
        self.engines.start()
        preferences = Preferences()
        preferences.change(motion=MotionChoice.REDUCED)
        self.workspace = Workspace(preferences)
        self.window = MainWindow(Theme(), self.engines, self.workspace, preferences)
        self.window.resize(1366, 688)
        self.window.show()
        open_first(self.window, self.workspace, StartWish())

    @property
    def run(self) -> RunStatus:
        """Returns the run that the window shows."""
        assert self.window.switch.opened is not None
        run = self.window.switch.opened.runs.current
        assert run is not None
        return run

    def end(self) -> None:
        """Closes the window, whatever trains, and lets go of it."""
        self.window.closing.is_settled = True
        self.window.close()
        self.engines.shut_down(3.0)
        self.window.deleteLater()
        QApplication.processEvents()


def _steps(folder: Path) -> int:
    reached = points(list(read_events(folder)))
    return reached[-1].step if reached else 0


def _start_and_keep(qtbot: QtBot, moods_csv: Path, small_bert: Path) -> tuple[Path, int]:
    """Starts a run, closes the window, keeps training; returns the run's folder and its process."""
    app = App()
    window = app.window
    window.open_path(str(moods_csv))
    qtbot.waitUntil(lambda: window.switch.opened is not None, timeout=SLOW)
    assert window.switch.opened is not None
    project = window.switch.opened.project
    project.set_model(str(small_bert))
    project.set_settings({"epochs": 100, "batch_size": 1, "evaluations_per_epoch": 1})
    qtbot.waitUntil(lambda: project.is_checked and project.prepared is not None, timeout=SLOW)
    window.go_to("setup")
    window.stage.press_primary()
    qtbot.waitUntil(lambda: app.run.step > 0, timeout=SLOW)
    run, pid = app.run, app.engines._runs[app.run.job_id].client.pid
    assert not window.close()
    question = window.findChild(CloseQuestion)
    assert question is not None
    question.keep_button.click()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
    app.engines.shut_down(3.0)
    window.deleteLater()
    QApplication.processEvents()
    return run.folder, pid


def test_a_run_goes_on_without_the_window_and_the_next_one_finds_and_stops_it(
    qtbot: QtBot, moods_csv: Path, small_bert: Path
) -> None:
    folder, pid = _start_and_keep(qtbot, moods_csv, small_bert)
    assert psutil.pid_exists(pid)
    left_at = _steps(folder)
    qtbot.waitUntil(lambda: _steps(folder) > left_at + 5, timeout=30_000)  # nobody looks, and it trains

    app = App()
    assert app.window.current_page_id() == "train"
    run = app.run
    assert (run.folder, run.state) == (folder, RunState.RUNNING)
    found_at = run.step
    assert found_at >= left_at
    qtbot.waitUntil(lambda: run.step > found_at + 5, timeout=30_000)  # live
    assert run.losses().step.tolist() == list(range(1, run.step + 1))
    assert app.window.switch.opened is not None
    runs = app.window.switch.opened.runs
    runs.pause()
    qtbot.waitUntil(lambda: run.state is RunState.PAUSED, timeout=20_000)
    runs.continue_()
    qtbot.waitUntil(lambda: run.state is RunState.RUNNING, timeout=20_000)
    runs.stop()
    qtbot.waitUntil(lambda: run.state is RunState.STOPPED, timeout=60_000)
    assert run.result is not None
    qtbot.waitUntil(lambda: not _lives(pid), timeout=20_000)
    app.end()


def _lives(pid: int) -> bool:
    """Returns whether a process lives; one that has ended and whose parent is this process does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> None:
    """Projects and preferences of the test, away from the person's own."""
    monkeypatch.setenv("THAW_HOME", str(tmp_path / "home"))
