"""The frame of the window: top bar, rail, page, transport bar, and what may lie over them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from gui.look.theme import Theme
from gui.widgets.banner import Banner
from gui.widgets.command_search import CommandSearch
from gui.widgets.copying_bar import CopyingBar
from gui.widgets.drop_zone import dropped_files
from gui.widgets.focus_ring import FocusRing
from gui.widgets.pointer_ring import PointerRing
from gui.widgets.rail import Rail
from gui.widgets.runs_drawer import RunsDrawer
from gui.widgets.top_bar import TopBar
from gui.widgets.transport_bar import TransportBar

_DRAWER_HEIGHT = 320


class AppShell(QMainWindow):
    """Puts the parts of the window together; it holds no logic of the app.

    It owns the shortcuts that only open and close its own parts: Ctrl K (search), Ctrl J (drawer),
    Escape (close what lies over the page), F6 and Shift F6 (next and previous region). All others
    belong to the window that is made from it.

    Args:
        theme: Where colours and lengths come from.
        parent: Owner.

    Attributes:
        top_bar: See :class:`~gui.widgets.top_bar.TopBar`.
        rail: See :class:`~gui.widgets.rail.Rail`.
        transport: See :class:`~gui.widgets.transport_bar.TransportBar`.
        drawer: See :class:`~gui.widgets.runs_drawer.RunsDrawer`.
        search: See :class:`~gui.widgets.command_search.CommandSearch`.
        banner: For what concerns the whole window; above the page.
        copying_bar: How far large files are copied; below it.
        layout_class: ``"wide"``, ``"compact"`` or ``"narrow"``.
    """

    layout_class_changed = Signal(str)
    """Another layout fits the window: ``"wide"``, ``"compact"`` or ``"narrow"``."""

    files_dropped = Signal(object)
    """The person let a file fall onto the window; carries its path."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.layout_class = "wide"
        self._told_layout = ""  # the window says its layout once it has a size
        self._pages: dict[str, QWidget] = {}
        self.top_bar = TopBar(theme)
        self.rail = Rail(theme)
        self.transport = TransportBar(theme)
        self.banner = Banner(theme, dismissable=True)
        self.copying_bar = CopyingBar(theme)
        self.pages = QStackedWidget()
        self._build()
        self.drawer = RunsDrawer(theme, self._ground)
        self.search = CommandSearch(theme, self._ground)
        self.focus_ring = FocusRing(theme, self)
        self._pointer_ring = PointerRing(theme, self)
        self._connect()
        self.setAcceptDrops(True)
        self.setMinimumSize(*theme.tokens["layout"]["minWindow"])
        theme.changed.connect(self._measure)

    def _build(self) -> None:
        self._ground = QWidget()
        self.setCentralWidget(self._ground)
        self._page_column = QVBoxLayout()
        self._banner_row = QVBoxLayout()
        self._banner_row.addWidget(self.banner)
        self._banner_row.addWidget(self.copying_bar)
        self._page_column.addLayout(self._banner_row)
        self._page_column.addWidget(self.pages, 1)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addLayout(self._page_column, 1)
        column = QVBoxLayout(self._ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addLayout(middle, 1)
        column.addWidget(self.transport)

    def _connect(self) -> None:
        self.top_bar.search_requested.connect(self.toggle_search)
        self.transport.runs_requested.connect(self.toggle_drawer)
        self.drawer.close_requested.connect(self.close_drawer)
        self.banner.shown_changed.connect(self._measure)
        self.copying_bar.shown_changed.connect(self._measure)
        for keys, slot in (
            ("Ctrl+K", self.toggle_search),
            ("Ctrl+J", self.toggle_drawer),
            ("F6", self.focus_next_region),
            ("Shift+F6", self.focus_previous_region),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._escape.activated.connect(self.close_overlays)
        self._escape.setEnabled(False)  # only while there is something to close

    # Pages

    def add_page(self, page_id: str, page: QWidget) -> None:
        """Adds a page, or puts it in the place of the one with the same id."""
        shown = self.current_page_id() == page_id
        self.remove_page(page_id)
        self._pages[page_id] = page
        self.pages.addWidget(page)
        if shown:
            self.show_page(page_id)

    def remove_page(self, page_id: str) -> None:
        """Takes a page out and deletes it."""
        page = self._pages.pop(page_id, None)
        if page is not None:
            self.pages.removeWidget(page)
            page.hide()
            page.deleteLater()

    def page(self, page_id: str) -> QWidget | None:
        """Returns a page, or ``None``."""
        return self._pages.get(page_id)

    def show_page(self, page_id: str) -> None:
        """Shows a page and marks it on the rail.

        Raises:
            KeyError: When there is no such page.
        """
        self.pages.setCurrentWidget(self._pages[page_id])
        self.rail.set_current(page_id)

    def current_page_id(self) -> str:
        """Returns the id of the page that is shown; empty when there is none."""
        now = self.pages.currentWidget()
        return next((name for name, page in self._pages.items() if page is now), "")

    # What lies over the page

    def toggle_search(self) -> None:
        """Opens or closes *Find anything*."""
        if self.search.isVisible():
            self.search.close_search()
        else:
            self.search.open()

    def toggle_drawer(self) -> None:
        """Opens or closes the drawer with all runs."""
        if self.drawer.isVisible():
            self.close_drawer()
            return
        self._place_overlays()
        self.drawer.show()
        self.drawer.raise_()
        self.drawer.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.transport.set_open(True)
        self._escape.setEnabled(True)

    def close_drawer(self) -> None:
        """Closes the drawer; the keyboard goes back to the page."""
        now, page = self.focusWidget(), self.pages.currentWidget()
        if page is not None and now is not None and self.drawer.isAncestorOf(now):
            page.setFocus(Qt.FocusReason.OtherFocusReason)
        self.drawer.hide()
        self.transport.set_open(False)
        self._escape.setEnabled(False)

    def close_overlays(self) -> None:
        """Closes the search and the drawer."""
        self.search.close_search()
        self.close_drawer()

    # Regions

    @property
    def _regions(self) -> tuple[QWidget, ...]:
        """What F6 and Tab go through, in this order."""
        return (
            self.top_bar,
            self.rail,
            self.banner,
            self.copying_bar,
            self.pages,
            self.drawer,
            self.transport,
        )

    def focus_next_region(self) -> None:
        """Moves the keyboard to the next region: top bar, rail, banner, copying, page, drawer, transport."""
        self._focus_region(1)

    def focus_previous_region(self) -> None:
        """Moves the keyboard to the region before."""
        self._focus_region(-1)

    def _focus_region(self, step: int) -> None:
        regions = self._regions
        now = self.focusWidget()
        here = next((n for n, region in enumerate(regions) if now and region.isAncestorOf(now)), -1)
        for distance in range(1, len(regions) + 1):
            target = self._entry(regions[(here + step * distance) % len(regions)])
            if target is not None:
                target.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def _entry(self, region: QWidget) -> QWidget | None:
        """Returns where the keyboard enters a region: on the rail at the step that is shown."""
        current = self.rail.current_button() if region is self.rail else None
        return current or next(iter(_in_tab_order(region)), None)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 (Qt's name)
        """Lets Tab go from region to region in their order; Qt's own is that in which parts were made."""
        last: QWidget | None = None
        for region in self._regions:
            for widget in _in_tab_order(region):
                if last is not None:
                    QWidget.setTabOrder(last, widget)
                last = widget
        return super().focusNextPrevChild(forward)

    # Sizes

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Finds the layout that fits and puts what lies over the page in its place."""
        super().resizeEvent(event)
        self._theme.fit_window(self.width(), self.height())
        self._measure()

    def _measure(self) -> None:
        name = self._theme.layout_class(self.width(), self.height())
        if name != self._told_layout:
            self.layout_class = self._told_layout = name
            self.top_bar.set_layout_class(name)
            self.rail.set_compact(name != "wide")
            self.transport.set_layout_class(name)
            self.layout_class_changed.emit(name)
        px = self._theme.px
        side = px(24 if name == "wide" else 16)
        self._page_column.setSpacing(0)
        shown = self.banner.isVisibleTo(self) or self.copying_bar.isVisibleTo(self)
        self._banner_row.setSpacing(px(8))
        self._banner_row.setContentsMargins(
            side if shown else 0, px(12) if shown else 0, side if shown else 0, 0
        )
        self._place_overlays()

    def _place_overlays(self) -> None:
        height = self._theme.px(_DRAWER_HEIGHT)
        bottom = self._ground.height() - self.transport.height()
        top = max(self.top_bar.height(), bottom - height)
        left = self.rail.width()
        self.drawer.setGeometry(left, top, self._ground.width() - left, bottom - top)
        self.search.place()

    # Files

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 (Qt's name)
        """Takes files."""
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 (Qt's name)
        """Says which files were dropped."""
        files = dropped_files(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.files_dropped.emit(files)


def _in_tab_order(region: QWidget) -> list[QWidget]:
    """Returns what in a region takes the keyboard now, nested as it is; what lies on top comes last."""
    return [
        one
        for one in region.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and one.isEnabled()
        and one.isVisible()
        and region.isAncestorOf(one)  # not in a menu, which is a window of its own
    ]
