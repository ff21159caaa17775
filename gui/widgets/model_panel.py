"""The base models to choose from: those that come with Thaw, those here, a folder, the hub."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.protocol.catalog import ModelEntry, ModelPlace
from engine.protocol.model_events import DownloadProgressed, ModelsFound
from engine.protocol.problems import Problem
from gui.look.theme import Theme
from gui.widgets.banner import Banner
from gui.widgets.buttons import Button, icon_button
from gui.widgets.cards import Panel
from gui.widgets.hub_search import HubSearch
from gui.widgets.labels import ThemedLabel
from gui.widgets.model_row import ModelRow
from gui.widgets.model_section import ModelSection
from gui.widgets.scroll_column import ScrollColumn

_WIDTH, _LEAST_HEIGHT = 580, 240
_SETTLED = 30
"""Milliseconds after which rows and buttons have their new places."""

_SECTIONS = (
    (ModelPlace.BUILT_IN, "Comes with Thaw"),
    (ModelPlace.CACHE, "On this computer"),
    (ModelPlace.FOLDER, "A folder"),
    (ModelPlace.HUB, "Search the hub"),
)
_NOTHING_CACHED = "The Hugging Face cache of this computer holds no model."


class ModelPanel(Panel):
    """A list that lies over the page, below the button that opens it; Escape closes it.

    Args:
        theme: Colours, fonts, lengths.
        parent: The page it lies over.

    Attributes:
        field: What is searched for.
        banner: Why a search or a download failed.
    """

    opened = Signal()
    """It has been opened: time to look which models there are."""

    model_chosen = Signal(str)
    """The person chose a model; carries its id."""

    folder_requested = Signal()
    """The person wishes to choose a folder."""

    search_requested = Signal(str)
    """The person wishes to search the hub; empty: to give the search up."""

    download_requested = Signal(str)
    """The person wishes to fetch a model, or to go on with that."""

    cancel_requested = Signal(str)
    """The person gives a download up."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, edge="borderStrong", parent=parent)
        self._owner: QWidget | None = None
        self._listed: tuple[ModelEntry, ...] = ()
        self._found: ModelsFound | None = None
        self._progress: dict[str, DownloadProgressed] = {}
        self._chosen = ""
        self.setObjectName("model_panel")
        self.setAccessibleName("Base model")
        self.banner = Banner(theme, dismissable=True)
        self.banner.setObjectName("model_problem")
        self._sections = {place: ModelSection(theme, title) for place, title in _SECTIONS}
        self._make_controls()
        self._lay_out()
        self._measure()
        theme.changed.connect(self._measure)
        self._scrolls = False
        self._settling = QTimer(self, singleShot=True, interval=_SETTLED)
        self._settling.timeout.connect(self._settle)
        parent.installEventFilter(self)
        self.hide()

    def _make_controls(self) -> None:
        theme = self._theme
        self._close = icon_button(theme, "x", "Close (Esc)", size="small")
        self._close.setObjectName("close_models")
        self._close.clicked.connect(self.close_panel)
        self._folder = Button(theme, "Choose a folder…", "secondary", "folder", size="small")
        self._folder.setObjectName("choose_model_folder_button")
        self._folder.clicked.connect(self.folder_requested)
        self._search = HubSearch(theme, "Search the Hugging Face hub", "search_hub")
        self._search.search_requested.connect(self._ask)
        self.field = self._search.field

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(ThemedLabel(self._theme, "Base model", "bodyStrong"), 1)
        self._head.addWidget(self._close)
        self._sections[ModelPlace.FOLDER].heading.addWidget(self._folder)
        self._scroll = ScrollColumn()
        self._scroll.setObjectName("models_scroll")
        for section in self._sections.values():
            self._scroll.column.addWidget(section)
        self._scroll.column.addStretch(1)
        self._sections[ModelPlace.HUB].above.addWidget(self._search)
        self._sections[ModelPlace.HUB].above.addWidget(self.banner)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(self._scroll, 1)

    # --- opening ----------------------------------------------------------------------------------

    def toggle_below(self, owner: QWidget) -> None:
        """Opens it below a button, or closes it."""
        self.close_panel() if self.isVisible() else self.open_below(owner)

    def open_below(self, owner: QWidget) -> None:
        """Opens it below a button, with the keyboard on the chosen model."""
        self._owner = owner
        self._place()
        self.show()
        self.raise_()
        self.opened.emit()
        self._take_focus()

    def close_panel(self) -> None:
        """Hides it; the keyboard goes back to the button."""
        if self.isVisible():
            self.hide()
            if self._owner is not None:
                self._owner.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_focus(self) -> None:
        rows = [row for section in self._sections.values() for row in section.rows.values()]
        here = next((row for row in rows if row.isChecked() and row.can_be_chosen), self.field)
        here.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.ensureWidgetVisible(here)

    def _place(self) -> None:
        page = self.parentWidget()
        if page is None or self._owner is None:
            return
        px = self._theme.px
        corner = self._owner.mapTo(page, QPoint(0, self._owner.height() + px(4)))
        width = min(px(_WIDTH), page.width() - 2 * px(8))
        room = page.height() - px(8)
        top = min(corner.y(), max(px(8), room - px(_LEAST_HEIGHT)))
        height = min(room - top, max(px(_LEAST_HEIGHT), self._wanted_height(width)))
        left = min(max(corner.x(), px(8)), page.width() - width - px(8))
        self.setGeometry(left, top, width, height)

    def _wanted_height(self, width: int) -> int:
        """Returns how high it is with nothing to scroll."""
        content, margins = self._scroll.column, self._column.contentsMargins()
        inside = width - margins.left() - margins.right()
        rows = content.heightForWidth(inside) if content.hasHeightForWidth() else content.sizeHint().height()
        head = self._head.sizeHint().height() + self._column.spacing()
        return rows + head + margins.top() + margins.bottom()

    # --- what is shown ----------------------------------------------------------------------------

    def row_of(self, model: str) -> ModelRow | None:
        """Returns the row of a model; ``None`` when it is not shown."""
        return next((one.rows[model] for one in self._sections.values() if model in one.rows), None)

    def set_chosen(self, model: str) -> None:
        """Marks the chosen model."""
        if model != self._chosen:
            self._chosen = model
            self.banner.clear()
            self._show_rows()

    def show_listed(self, models: Sequence[ModelEntry]) -> None:
        """Shows which models are on this computer."""
        self._listed = tuple(models)
        self._show_rows()

    def show_found(self, found: ModelsFound) -> None:
        """Shows what a search found, and scrolls there."""
        self._found = found
        self._show_rows()
        self._scroll_to_hub()

    def _scroll_to_hub(self) -> None:
        """Scrolls to what the hub said, as soon as that has its place."""
        self._scrolls = True
        self._settling.start()

    def _settle(self) -> None:
        self._place()
        if self._scrolls:
            self._scroll.verticalScrollBar().setValue(self._sections[ModelPlace.HUB].y())
        self._scrolls = False

    def show_searching(self, searching: bool) -> None:
        """Shows that a search is under way."""
        self._search.set_busy(searching)
        if searching:
            self.banner.clear()

    def show_download(self, model: str, progress: DownloadProgressed | None) -> None:
        """Shows how far a download is; ``None`` when it has ended."""
        if progress is None:
            self._progress.pop(model, None)
        else:
            is_new = model not in self._progress
            self._progress[model] = progress
            if is_new:
                self.banner.clear()
                self._show_rows()
        row = self.row_of(model)
        if row is not None:
            row.set_progress(progress)

    def show_problem(self, problem: Problem) -> None:
        """Says why a search or a download failed."""
        self.banner.show_problem(problem)
        self._place()
        self._scroll_to_hub()

    def _show_rows(self) -> None:
        focused = self.focusWidget()
        model = focused.entry.id if isinstance(focused, ModelRow) else ""
        for place, section in self._sections.items():
            entries = [entry for entry in self._listed if entry.place is place]
            nothing = _NOTHING_CACHED if place is ModelPlace.CACHE else ""
            if place is ModelPlace.HUB:
                entries, nothing = self._from_hub(), self._nothing_found()
            section.set_rows([self._row(entry) for entry in entries], nothing)
        again = self.row_of(model)
        if again is not None:
            again.setFocus(Qt.FocusReason.OtherFocusReason)
        self._place()

    def _from_hub(self) -> list[ModelEntry]:
        """Returns what a search found, and what else is wished for, that is not on this computer."""
        found = {entry.id: entry for entry in (self._found.models if self._found else ())}
        wished = [self._chosen] if "/" in self._chosen and not PurePath(self._chosen).is_absolute() else []
        for model in (*wished, *self._progress):
            blank = ModelEntry(id=model, name=model, summary="", licence="", language="", available=False)
            found.setdefault(model, replace(blank, place=ModelPlace.HUB))
        listed = {entry.id for entry in self._listed}
        return [entry for entry in found.values() if entry.id not in listed]

    def _nothing_found(self) -> str:
        if self._found is None:
            return 'A name or a word, such as "distilbert". Only models with safetensors are shown.'
        if self._found.models:
            return "What was found is on this computer already."
        return f'The hub has no safetensors model for "{self._found.query}".'

    def _row(self, entry: ModelEntry) -> ModelRow:
        row = ModelRow(self._theme, entry, chosen=entry.id == self._chosen)
        row.set_progress(self._progress.get(entry.id))
        row.clicked.connect(lambda: self._choose(entry.id))
        row.download_requested.connect(self.download_requested)
        row.cancel_requested.connect(self.cancel_requested)
        return row

    # --- what the person does ---------------------------------------------------------------------

    def _choose(self, model: str) -> None:
        self.close_panel()
        self.model_chosen.emit(model)

    def _ask(self, words: str) -> None:
        """Searches, or gives the search up with what it found."""
        self.search_requested.emit(words)
        if not words:
            self._found = None
            self._show_rows()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Closes with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Keeps its place when the page changes its size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and self.isVisible():
            self._settling.start()  # the button moves after the page
        return super().eventFilter(watched, event)

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(16), px(12), px(16), px(16))
        self._column.setSpacing(px(10))
        self._scroll.column.setSpacing(px(16))
        self._scroll.column.setContentsMargins(px(2), px(2), px(8), px(2))
        if self.isVisible():
            self._place()
