"""What the tests of Train share: the page, a run that is held half way, short ways to ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.pages.train import TrainPage
from gui.state.page_context import PageContext
from gui.state.run_status import RunState, RunStatus
from gui.widgets.progress_card import ProgressCard
from tests.gui.fake_engine import FakeClient

Start = Callable[[], RunStatus]
Part = TypeVar("Part", bound=QWidget)


def find(page: QWidget, kind: type[Part], name: str = "") -> Part:
    """Returns a part of the page; it must be there."""
    found = page.findChild(kind, name) if name else page.findChild(kind)
    assert found is not None
    return found


def tile(page: TrainPage, name: str) -> tuple[str, str]:
    """Returns value and note of a tile."""
    shown = find(page, ProgressCard).tile(name)
    return shown.value_text(), shown.note_text()


def click(qtbot: QtBot, button: QWidget | None) -> None:
    """Presses a button; it must be there."""
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def is_in(run: RunStatus, state: RunState) -> bool:
    """Returns whether a run is in a state."""
    return run.state is state


def commands_of(clients: Sequence[FakeClient], kind: type[object]) -> list[object]:
    """Returns what all engine processes were sent of one kind."""
    return [command for client in clients for command in client.commands if isinstance(command, kind)]


def show(context: PageContext, run: RunStatus) -> None:
    """Puts a run into the history and makes it the current one."""
    run.begin("job-1", waits=False)
    context.runs.runs.append(run)
    context.runs.show(run)
