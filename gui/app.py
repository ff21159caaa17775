"""Builds the app, connects its parts, starts it; nothing else."""

from __future__ import annotations

import logging
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from engine.protocol.project_problems import no_such_sample
from gui.engine_client.engines import Engines
from gui.look.paths import resource
from gui.look.theme import Theme
from gui.main_window import MainWindow
from gui.state.preferences import Preferences
from gui.state.workspace import Workspace
from gui.window.failures import FailureNet
from gui.window.garbage import GarbageCollection


@dataclass(frozen=True)
class StartWish:
    """What to open first.

    Attributes:
        path: A project or a data file; empty for the start page.
        sample: Id of a sample; empty for none.
    """

    path: str = ""
    sample: str = ""


def make_application(arguments: list[str]) -> QApplication:
    """Returns the application, with its names and its sign."""
    application = QApplication(arguments)
    application.setApplicationName("thaw")
    application.setApplicationDisplayName("Thaw")
    application.setDesktopFileName("thaw")
    return application


def open_first(window: MainWindow, workspace: Workspace, wish: StartWish) -> None:
    """Opens what was asked for on the command line."""
    sample = workspace.sample(wish.sample) if wish.sample else None
    if sample is not None:
        window.open_sample(sample)
    elif wish.sample:
        window.show_problem(no_such_sample(wish.sample, [entry.id for entry in workspace.samples]))
    elif wish.path:
        window.open_path(str(Path(wish.path).expanduser().absolute()))
    else:
        window.open_left_training()


def main(wish: StartWish | None = None, arguments: list[str] | None = None) -> int:
    """Runs the app until its window is closed.

    Args:
        wish: What to open first.
        arguments: Qt's own arguments.

    Returns:
        The exit status.
    """
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    engines = Engines()
    application = make_application(arguments or sys.argv[:1])
    GarbageCollection(application)
    engines.start()  # before anything is drawn: it takes longest
    theme = Theme()
    theme.apply_to(application)
    preferences = Preferences()
    workspace = Workspace(preferences)
    window = MainWindow(theme, engines, workspace, preferences)
    net = FailureNet(window)
    net.failed.connect(window.show_problem)
    net.install()
    _end_on_interrupt(application, window)
    application.setWindowIcon(QIcon(str(resource("icons", "thaw.svg"))))
    window.showMaximized() if preferences.values.maximized else window.show()
    QTimer.singleShot(0, window, lambda: open_first(window, workspace, wish or StartWish()))
    status = application.exec()
    engines.shut_down()
    return status


def _end_on_interrupt(application: QApplication, window: MainWindow) -> None:
    """Lets Ctrl + C in a terminal end the app; Python sees the signal only when it gets a turn."""
    signal.signal(signal.SIGINT, lambda *_: application.quit())
    turn = QTimer(window, interval=250)
    turn.timeout.connect(lambda: None)
    turn.start()
