"""What a page is given, and how a page says that it is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gui.engine_client.engines import Engines
from gui.look.theme import Theme
from gui.state.advisor import Advisor
from gui.state.data_copy import DataCopy
from gui.state.layout_class import LayoutClass
from gui.state.preferences import Preferences
from gui.state.project import Project
from gui.state.project_lock import ProjectLock
from gui.state.row_wish import RowWish
from gui.state.run_history import RunHistory
from gui.state.trial import Trial
from gui.state.workspace import Workspace

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class OpenProject:
    """The project that is open and what belongs to it."""

    project: Project
    runs: RunHistory
    advisor: Advisor
    copy: DataCopy
    trial: Trial
    lock: ProjectLock
    row_wish: RowWish = field(default_factory=RowWish)


@dataclass
class PageContext:
    """What a page is given.

    Attributes:
        theme: Colours, fonts, lengths.
        engines: The engine processes.
        workspace: All projects, and the samples.
        preferences: What the person prefers on this computer.
        layout: Which layout fits the window; pages follow its ``changed``.
        opened: The open project; ``None`` on Welcome.
    """

    theme: Theme
    engines: Engines
    workspace: Workspace
    preferences: Preferences
    layout: LayoutClass = field(default_factory=LayoutClass)
    opened: OpenProject | None = None

    @property
    def project(self) -> Project:
        """The open project; for pages with ``needs_project``."""
        return self._opened().project

    @property
    def runs(self) -> RunHistory:
        """The runs of the open project; for pages with ``needs_project``."""
        return self._opened().runs

    @property
    def advisor(self) -> Advisor:
        """Who asks the engine about the open project; for pages with ``needs_project``."""
        return self._opened().advisor

    @property
    def trial(self) -> Trial:
        """What is tried on the runs of the open project; for pages with ``needs_project``."""
        return self._opened().trial

    @property
    def row_wish(self) -> RowWish:
        """Which rows of the open project's file are to be seen on *Data*."""
        return self._opened().row_wish

    def restart_engine(self) -> None:
        """Starts another engine and asks everything again."""
        self.engines.restart()
        self.advisor.ask_again()

    def _opened(self) -> OpenProject:
        if self.opened is None:
            raise LookupError("This page was built without an open project.")
        return self.opened


@dataclass(frozen=True)
class Findable:
    """Something on a page that *Find anything* finds by its name.

    Attributes:
        id: What the page's ``show_entry`` is given.
        kind: What it is, in words: "Setting", "Help".
        title: Its name.
        detail: A few words more.
        keywords: Other words under which it is found.
    """

    id: str
    kind: str
    title: str
    detail: str = ""
    keywords: str = ""


def _always(_opened: OpenProject) -> str:
    return ""


def _never(_opened: OpenProject) -> bool:
    return False


def _nothing(_context: PageContext) -> Sequence[Findable]:
    return ()


@dataclass(frozen=True, kw_only=True)
class PageEntry:
    """How a page is found: each file in ``gui/pages`` ends in ``PAGE = PageEntry(…)``.

    The widget that ``build`` returns may have: a method ``primary_button() -> QAbstractButton | None``
    (what Ctrl + Enter presses where nothing is dark), a signal ``go_requested(str)`` (the id of a page), a
    method ``show_problem(problem)`` (a banner above its contents), and a method ``show_entry(id)`` for what
    ``findable`` names.

    Attributes:
        id: ``"welcome"``, ``"data"``, ``"setup"``, ``"train"``, ``"results"``, ``"try"``, ``"export"``.
        title: The word on the rail.
        icon: Name of an icon of the theme.
        order: Place on the rail, from the top; also the number of its shortcut, from 1.
        build: Makes the page.
        on_rail: Whether it stands on the rail.
        needs_project: Whether it is built anew for each project that is opened.
        unavailable: Why it cannot work yet, e.g. ``"Train a run first"``; empty when it can. Read again
            whenever the project or its runs change.
        complete: Whether its step is done: a green tick.
        findable: What on it can be found by its name.
    """

    id: str
    title: str
    icon: str
    order: int
    build: Callable[[PageContext], QWidget]
    on_rail: bool = True
    needs_project: bool = True
    unavailable: Callable[[OpenProject], str] = _always
    complete: Callable[[OpenProject], bool] = _never
    findable: Callable[[PageContext], Sequence[Findable]] = _nothing
