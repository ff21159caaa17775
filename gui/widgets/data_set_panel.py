"""Data sets of the hub to choose from: a search, what it finds, and how far a download is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLayoutItem, QVBoxLayout, QWidget
from shiboken6 import isValid

from engine.protocol.data_set_events import DataSetEntry, DataSetsFound
from engine.protocol.model_events import DownloadProgressed
from engine.protocol.problems import Action, Problem
from gui.look.texts import compact_number, size
from gui.look.theme import Theme
from gui.widgets.banner import Banner
from gui.widgets.buttons import Button, icon_button
from gui.widgets.cards import Panel
from gui.widgets.download_row import DownloadRow, RowWords
from gui.widgets.hub_search import HubSearch
from gui.widgets.labels import ThemedLabel
from gui.widgets.scroll_column import ScrollColumn

_WIDTH, _TOP, _BELOW = 640, 64, 48
_MOST_HEIGHT = 620
_SETTLED = 30
"""Milliseconds after which rows and words have their new sizes."""
_KIND = "data_set"
_LEAD = (
    "What you choose is copied to this computer and opened as a new project. Only rows are fetched, never "
    "programs. Each owner sets the licence: read the card before you pass anything on."
)
_HINT = 'A word or a name, such as "imdb" or "nyu-mll/glue", or the address of its page.'


def row_words(entry: DataSetEntry) -> RowWords:
    """Returns what the row of a data set says."""
    facts = (
        f"{size(entry.size)} in all" if entry.size else "",
        entry.language,
        entry.licence or "no licence named",
        f"{compact_number(entry.downloads)} downloads" if entry.downloads else "",
    )
    gated = "Its licence is to be accepted on its page first." if entry.gated else ""
    return RowWords(
        id=entry.id,
        kind=_KIND,
        name=entry.id,
        facts=" · ".join(part for part in facts if part),
        about=f"{entry.reason}." if entry.reason else gated,
        reason=entry.reason,
        is_offered=not entry.reason,
        page=entry.page,
    )


class DataSetPanel(Panel):
    """Lies over the page, in the middle; Escape closes it.

    Args:
        theme: Colours, fonts, lengths.
        parent: What it lies over.

    Attributes:
        field: What is searched for.
        banner: Why a search or a download failed.
        rows: Id → row of what is shown.
    """

    search_requested = Signal(str)
    """The person wishes to search the hub; empty: to give the search up."""

    download_requested = Signal(str)
    """The person wishes to open a data set; carries its name, with what was chosen of it."""

    cancel_requested = Signal(str)
    """The person gives a download up."""

    page_requested = Signal(str)
    """The person wishes to read a card; carries the address."""

    action_chosen = Signal(object)
    """The person chose another way out of a problem; carries the ``Action``."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, edge="borderStrong", parent=parent)
        self.rows: dict[str, DownloadRow] = {}
        self._found: DataSetsFound | None = None
        self._choices: tuple[Action, ...] = ()
        self._progress: dict[str, DownloadProgressed] = {}
        self._before: QWidget | None = None
        self.setObjectName("data_set_panel")
        self.setAccessibleName("Data sets of the Hugging Face hub")
        self.banner = Banner(theme, dismissable=True)
        self.banner.setObjectName("data_set_problem")
        self.banner.action_chosen.connect(self.action_chosen)
        self._settling = QTimer(self, singleShot=True, interval=_SETTLED)
        self._settling.timeout.connect(self._place)
        self.banner.shown_changed.connect(self._settling.start)
        self._make_controls()
        self._lay_out()
        self._show_rows()
        self._measure()
        theme.changed.connect(self._measure)
        parent.installEventFilter(self)
        self.hide()

    def _make_controls(self) -> None:
        theme = self._theme
        self._close = icon_button(theme, "x", "Close (Esc)", size="small")
        self._close.setObjectName("close_data_sets")
        self._close.clicked.connect(self.close_panel)
        self._lead = ThemedLabel(theme, _LEAD, "caption", "text3", wrap=True)
        self._search = HubSearch(theme, "Search data sets, or type a name", "search_data_sets")
        self._search.search_requested.connect(self._ask)
        self.field = self._search.field
        self._said = ThemedLabel(theme, "", "caption", "text3", wrap=True)
        self._back = Button(theme, "Back to what was found", "quiet", size="small")
        self._back.setObjectName("back_to_data_sets")
        self._back.clicked.connect(self._leave_choices)

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(ThemedLabel(self._theme, "From the Hugging Face hub", "bodyStrong"), 1)
        self._head.addWidget(self._close)
        self._said_row = QHBoxLayout()
        self._said_row.addWidget(self._said, 1)
        self._said_row.addWidget(self._back)
        self._scroll = ScrollColumn()
        self._scroll.setObjectName("data_sets_scroll")
        self._rows_column = QVBoxLayout()
        self._scroll.column.addWidget(self.banner)
        self._scroll.column.addLayout(self._said_row)
        self._scroll.column.addLayout(self._rows_column)
        self._scroll.column.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(self._lead)
        self._column.addWidget(self._search)
        self._column.addWidget(self._scroll, 1)

    # --- opening ----------------------------------------------------------------------------------

    def open_panel(self) -> None:
        """Opens it with the keyboard in the search."""
        window = self.window()
        self._before = window.focusWidget() if not self.isVisible() else self._before
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def close_panel(self) -> None:
        """Hides it; the keyboard goes back to where it was. Downloads go on."""
        if not self.isVisible():
            return
        before, self._before = self._before, None
        if before is not None and isValid(before):  # its page may be gone
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()

    # --- what is shown ----------------------------------------------------------------------------

    def show_found(self, found: DataSetsFound) -> None:
        """Shows what a search found."""
        self._found, self._choices = found, ()
        self._show_rows()

    def show_searching(self, searching: bool) -> None:
        """Shows that a search is under way."""
        self._search.set_busy(searching)
        if searching:
            self.banner.clear()

    def show_download(self, name: str, progress: DownloadProgressed | None) -> None:
        """Shows how far a download is; ``None`` when it has ended."""
        if progress is None:
            self._progress.pop(name, None)
        else:
            is_new = name not in self._progress
            self._progress[name] = progress
            if is_new:
                self.banner.clear()
            if name not in self.rows:
                self._show_rows()
        row = self.rows.get(name)
        if row is not None:
            row.set_progress(progress)
            self._settling.start()

    def show_problem(self, problem: Problem) -> None:
        """Says why a search or a download failed; what is to be chosen becomes rows."""
        choices = tuple(action for action in problem.actions if action.id == "download_data_set")
        if len(choices) > 1 or problem.code == "choose_config":
            self._choices = choices
            self.banner.clear()
            self._show_rows(f"{problem.title}. {problem.fix}")
            next(iter(self.rows.values())).download.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.banner.show_problem(problem)
            self._scroll.verticalScrollBar().setValue(0)
        self._settling.start()

    def _show_rows(self, said: str = "") -> None:
        wanted = self._wanted()
        for row in self.rows.values():
            self._rows_column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = {words.id: self._row(words) for words in wanted}
        for row in self.rows.values():
            self._rows_column.addWidget(row)
            row.show()
        self._said.setText(said or self._nothing())
        self._said.setVisible(bool(self._said.text()))
        self._back.setVisible(bool(self._choices) and self._found is not None)
        self._settling.start()

    def _wanted(self) -> Sequence[RowWords]:
        """Returns what is shown: what is to be chosen from or was found, and what is fetched beside it."""
        if self._choices:
            shown = [_choice(action) for action in self._choices]
        else:
            shown = [row_words(entry) for entry in (self._found.data_sets if self._found else ())]
        known = {words.id for words in shown}
        beside = [RowWords(id=name, kind=_KIND, name=name) for name in self._progress if name not in known]
        return [*beside, *shown]

    def _nothing(self) -> str:
        if self._found is None:
            return _HINT
        return "" if self._found.data_sets else f'The hub has no data set for "{self._found.query}".'

    def _row(self, words: RowWords) -> DownloadRow:
        row = DownloadRow(self._theme, words)
        row.set_progress(self._progress.get(words.id))
        row.download_requested.connect(self.download_requested)
        row.cancel_requested.connect(self.cancel_requested)
        row.page_requested.connect(self.page_requested)
        return row

    # --- what the person does ---------------------------------------------------------------------

    def _leave_choices(self) -> None:
        self._choices = ()
        self._show_rows()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask(self, words: str) -> None:
        """Searches, or gives the search up with what it found."""
        self.search_requested.emit(words)
        if not words:
            self._found, self._choices = None, ()
            self._show_rows()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Closes with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 (Qt's name)
        """Keeps Tab inside while it is open: rows come and go, and what lies below is covered."""
        stops = [
            one
            for one in self.findChildren(QWidget)
            if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isEnabled() and one.isVisible()
        ]
        if not stops:  # it is being closed, and gives the keyboard away
            return super().focusNextPrevChild(forward)
        now = self.focusWidget()
        here = stops.index(now) if now in stops else -1
        stop = stops[(here + (1 if forward else -1)) % len(stops)]
        stop.setFocus(Qt.FocusReason.TabFocusReason)
        self._scroll.ensureWidgetVisible(stop)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Keeps its place when what it lies over changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Takes its place once its words have their size."""
        super().showEvent(event)
        self._settling.start()

    def _place(self) -> None:
        below = self.parentWidget()
        if below is None:
            return
        px = self._theme.px
        width = min(px(_WIDTH), below.width() - px(_BELOW))
        height = min(px(_MOST_HEIGHT), below.height() - px(_TOP) - px(_BELOW), self._wanted_height(width))
        self.setGeometry((below.width() - width) // 2, px(_TOP), width, height)

    def _wanted_height(self, width: int) -> int:
        """Returns how high it is with nothing to scroll."""
        margins, rows = self._column.contentsMargins(), self._scroll.column
        inside = width - margins.left() - margins.right()
        items = [self._column.itemAt(place) for place in range(self._column.count())]
        shown = [item for item in items if item is not None and not item.isEmpty()]
        heights = [_height(item, inside) for item in shown if item.widget() is not self._scroll]
        heights.append(_height(rows, inside))
        spaces = self._column.spacing() * (len(heights) - 1)
        return sum(heights) + spaces + margins.top() + margins.bottom()

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(16), px(12), px(16), px(16))
        self._column.setSpacing(px(10))
        self._scroll.column.setSpacing(px(10))
        self._rows_column.setSpacing(px(6))
        self._scroll.column.setContentsMargins(px(2), px(2), px(8), px(2))
        self._place()


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()


def _choice(action: Action) -> RowWords:
    """Returns the row of one of several to choose from: ``"sst2 · 5 MB"`` says its name and size."""
    name, _, bytes_words = action.label.rpartition(" · ")
    return RowWords(id=action.arguments["data_set"], kind=_KIND, name=name, facts=bytes_words)
