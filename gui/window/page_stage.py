"""The pages in the frame: built when they are needed, shown, greyed on the rail with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, SignalInstance
from PySide6.QtWidgets import QAbstractButton, QToolTip

from gui.state.layout_class import LayoutName
from gui.state.page_context import Findable, PageContext, PageEntry
from gui.widgets.dark_button import dark_button
from gui.widgets.rail import RailItem
from gui.widgets.shell import AppShell
from gui.widgets.throttle import Throttle

_NO_PROJECT = "Start with a sample or open a file first"
_RAIL_HERTZ = 10.0


class PageStage(QObject):
    """Builds, shows and replaces pages.

    Args:
        shell: The frame that they stand in.
        entries: All pages.
        context: What pages without a project are given.
        wishes: Name of a signal that a page may have → what to do about it.
    """

    def __init__(
        self,
        shell: AppShell,
        entries: Sequence[PageEntry],
        context: PageContext,
        wishes: Mapping[str, Callable[..., object]],
    ) -> None:
        super().__init__(shell)
        self.entries = {entry.id: entry for entry in entries}
        self.steps = [entry for entry in entries if entry.on_rail]
        self._shell = shell
        self._home_context = context
        self._context = context
        self._wishes = dict(wishes)
        self._throttle = Throttle(_RAIL_HERTZ, self.show_rail, self)
        self._builder = QTimer(self, interval=0)
        self._builder.timeout.connect(self._build_next)
        shell.rail.set_items(
            [RailItem(step.id, step.title, step.icon, f"Ctrl {n}") for n, step in enumerate(self.steps, 1)]
        )
        shell.layout_class_changed.connect(self._take_layout)
        self._take_layout(shell.layout_class)
        self.show_rail()

    def set_context(self, context: PageContext) -> None:
        """Replaces the pages of the last project by those of another one.

        Pages are built one by one while nothing else is to do, so that going to one
        costs no time.
        """
        for entry in self.entries.values():
            if entry.needs_project:
                self._shell.remove_page(entry.id)
        self._context = context
        context.layout.set_name(LayoutName(self._shell.layout_class))
        opened = context.opened
        if opened is not None:
            project, runs = opened.project, opened.runs
            for signal in (
                project.data_changed,
                project.prepared_changed,
                project.draft_changed,
                project.checked_changed,
                runs.run_added,
                runs.run_removed,
                runs.run_ended,
                runs.current_changed,
            ):
                signal.connect(self._throttle.request)
        self.show_rail()
        self._builder.start()

    def close(self) -> None:
        """Builds no more; for the end of the window."""
        self._builder.stop()

    def go_to(self, page_id: str) -> None:
        """Shows a page; one that cannot work yet says why instead."""
        entry = self.entries.get(page_id)
        if entry is None:
            return
        reason = self.why_not(page_id)
        if reason:
            button = self._shell.rail.button(page_id) if entry.on_rail else self._shell.rail
            QToolTip.showText(button.mapToGlobal(QPoint(button.width(), 0)), reason, button)
            return
        if self._shell.page(page_id) is None:
            self._build(page_id)
        self._shell.close_drawer()
        self._shell.show_page(page_id)
        page = self._shell.page(page_id)
        if page is not None:
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def findable(self) -> list[tuple[str, Findable]]:
        """Returns what can be found on the pages that work now, each with the id of its page."""
        pages = [entry for entry in self.entries.values() if not self.why_not(entry.id)]
        return [(page.id, one) for page in pages for one in page.findable(self._context_of(page))]

    def show_entry(self, page_id: str, entry_id: str) -> None:
        """Shows a page and, on it, something that :meth:`findable` has named."""
        self.go_to(page_id)
        show = getattr(self._shell.page(page_id), "show_entry", None)
        if callable(show) and self._shell.current_page_id() == page_id:
            show(entry_id)

    def _context_of(self, entry: PageEntry) -> PageContext:
        return self._context if entry.needs_project else self._home_context

    def why_not(self, page_id: str) -> str:
        """Says why a page cannot work yet; empty when it can."""
        entry, opened = self.entries[page_id], self._context.opened
        if not entry.needs_project:
            return ""
        return entry.unavailable(opened) if opened is not None else _NO_PROJECT

    def press_primary(self) -> None:
        """Presses the dark button; where nothing is dark, what the page that is shown begins with."""
        find = getattr(self._shell.pages.currentWidget(), "primary_button", None)
        button = dark_button(self._shell) or (find() if callable(find) else None)
        if isinstance(button, QAbstractButton) and button.isEnabled() and button.isVisible():
            button.click()

    def show_rail(self) -> None:
        """Shows on the rail what is done and what cannot work yet."""
        opened = self._context.opened
        for step in self.steps:
            self._shell.rail.set_complete(step.id, opened is not None and step.complete(opened))
            self._shell.rail.set_unavailable(step.id, self.why_not(step.id))

    def _build(self, page_id: str) -> None:
        entry = self.entries[page_id]
        page = entry.build(self._context_of(entry))
        for name, slot in self._wishes.items():
            wish = getattr(page, name, None)
            if isinstance(wish, SignalInstance):
                wish.connect(slot)
        self._shell.add_page(page_id, page)

    def _build_next(self) -> None:
        missing = (page_id for page_id in self.entries if self._shell.page(page_id) is None)
        page_id = next(missing, None)
        if page_id is None or self._context.opened is None:
            self._builder.stop()
            return
        self._build(page_id)

    def _take_layout(self, name: str) -> None:
        for context in (self._home_context, self._context):
            context.layout.set_name(LayoutName(name))
