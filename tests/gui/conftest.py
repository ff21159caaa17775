"""What every test of the window gets: a home of its own, a theme, a fake engine, a check for leaks."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from engine.protocol.catalog import SampleEntry
from gui.engine_client.engines import Engines
from gui.look.theme import Theme
from gui.main_window import MainWindow
from gui.state.advisor import Advisor
from gui.state.data_copy import DataCopy
from gui.state.page_context import OpenProject, PageContext
from gui.state.preferences import Preferences, ThemeChoice
from gui.state.project import Project
from gui.state.project_lock import ProjectLock
from gui.state.run_history import RunHistory
from gui.state.trial import Trial
from gui.state.workspace import Workspace
from tests.gui.fake_engine import FakeClient
from tests.gui.sample_facts import CATALOG


@pytest.fixture(autouse=True)
def thaw_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Projects and preferences of the test, away from the person's own."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("THAW_HOME", str(home))
    return home


@pytest.fixture(scope="module", autouse=True)
def only_new_objects_are_searched(only_new_objects_are_searched_for_garbage: None) -> Iterator[None]:
    """Collects nothing, so that :func:`no_leaks` is quick: it searches what this module has made.

    What a module leaves behind is put aside instead of being collected: to collect hundreds of windows at
    once crashed Shiboken in one run of about six, in no test of ours.
    """
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def no_leaks(only_new_objects_are_searched: None) -> Iterator[None]:
    """Fails a test that leaves a thread running, or a timer ticking without an owner.

    The cure: shut clients down (``engines.shut_down()``), and give timers a parent that the test
    deletes (``qtbot.addWidget`` for widgets).
    """
    threads_before = set(threading.enumerate())
    yield
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    threads = [thread.name for thread in set(threading.enumerate()) - threads_before if _is_leak(thread)]
    assert not threads, f"These threads still run: {threads}"
    owned = [one for one in gc.get_objects() if issubclass(type(one), (QThread, QTimer)) and isValid(one)]
    running = [
        one for one in owned if isinstance(one, QThread) and type(one) is not QThread and one.isRunning()
    ]
    assert not running, f"These QThreads still run: {running}"
    ticking = [one for one in owned if isinstance(one, QTimer) and one.isActive() and one.parent() is None]
    assert not ticking, f"These timers tick without an owner: {[one.objectName() for one in ticking]}"


def _is_leak(thread: threading.Thread) -> bool:
    if thread.name.startswith(("Dummy", "tqdm")):
        return False
    thread.join(0.5)
    return thread.is_alive()


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """A light theme with motion off; the application itself is not dressed."""
    if qapp.styleSheet():  # another test has opened the whole app
        qapp.setStyleSheet("")
        qapp.setPalette(qapp.style().standardPalette())
    theme = Theme()
    theme.set_reduced_motion(True)
    return theme


@pytest.fixture
def fake_clients() -> list[FakeClient]:
    """The fake processes that :func:`engines` opened, oldest first."""
    return []


@pytest.fixture
def engines(qapp: QApplication, fake_clients: list[FakeClient]) -> Iterator[Engines]:
    """The window's engines over a fake process; started, with the catalog of ``sample_facts`` to come."""

    def open_client() -> FakeClient:
        fake_clients.append(FakeClient())
        return fake_clients[-1]

    engines = Engines(open_client)
    engines.start()
    yield engines
    engines.shut_down()
    engines.deleteLater()


@pytest.fixture
def workspace(qapp: QApplication) -> Workspace:
    """All projects of the test, in its own home."""
    return Workspace(Preferences())


@pytest.fixture
def project(workspace: Workspace) -> Project:
    """A project made from the first sample, with the task of the made-up catalog."""
    sample = msgspec.structs.replace(workspace.samples[0], task=CATALOG.tasks[0].id)
    return workspace.create_from_sample(sample)


@pytest.fixture
def context(theme: Theme, engines: Engines, workspace: Workspace, project: Project) -> Iterator[PageContext]:
    """What a page is given: a project from the first sample, no runs, a fake engine that answers."""
    runs = RunHistory(project, engines)
    advisor = Advisor(project, engines, debounce=0)
    opened = OpenProject(
        project,
        runs,
        advisor,
        DataCopy(project),
        Trial(project, runs, engines, project, debounce=0),
        ProjectLock(project.folder),
    )
    yield PageContext(
        theme=theme, engines=engines, workspace=workspace, preferences=Preferences(), opened=opened
    )
    project.undo_stack.clear()  # as the window does: its steps hold on to the project
    advisor.close()
    opened.copy.close()
    opened.lock.release()
    runs.close()


@pytest.fixture
def preferences(thaw_home: Path) -> Preferences:
    """A person's preferences: light, no motion."""
    preferences = Preferences()
    preferences.change(theme=ThemeChoice.LIGHT)
    return preferences


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, engines: Engines, preferences: Preferences) -> MainWindow:
    """The window on its start page."""
    workspace = Workspace(preferences)
    task = CATALOG.tasks[0].id
    workspace._samples = tuple(msgspec.structs.replace(entry, task=task) for entry in workspace.samples)
    window = MainWindow(theme, engines, workspace, preferences)
    qtbot.addWidget(window, before_close_func=_let_close)
    window.resize(1440, 900)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    qtbot.waitUntil(lambda: engines.is_warm)
    return window


def _let_close(window: MainWindow) -> None:
    window.closing.is_settled = True


@pytest.fixture
def sample(window: MainWindow) -> SampleEntry:
    """The first sample, with the task of the made-up catalog."""
    return window._workspace.samples[0]


@pytest.fixture
def on_setup(qtbot: QtBot, window: MainWindow, sample: SampleEntry) -> MainWindow:
    """The window with a sample on Setup, checked and ready to start."""
    window.open_sample(sample)
    opened = window.switch.opened
    assert opened is not None
    qtbot.waitUntil(lambda: opened.project.is_checked and opened.project.prepared is not None)
    qtbot.waitUntil(lambda: all(window.page(step.id) is not None for step in window.stage.steps))
    return window
