"""A base model as a row: what it is, and whether it can be chosen, fetched, or why not."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from engine.protocol.catalog import ModelEntry, ModelPlace
from engine.protocol.model_events import DownloadProgressed
from gui.look.painting import draw_panel
from gui.look.texts import compact_number, size, thousands
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.hover_fade import HoverFade
from gui.widgets.icon_label import IconLabel
from gui.widgets.labels import ThemedLabel

_STEPS = 1000


def facts_words(entry: ModelEntry) -> str:
    """Returns what a model is: ``"67.0 million parameters · 268 MB · English · Apache-2.0"``."""
    parts = (
        f"{_million(entry.parameters)} parameters" if entry.parameters else "",
        size(entry.size) if entry.size else "",
        entry.language,
        entry.licence,
        f"{compact_number(entry.downloads)} downloads" if entry.downloads else "",
    )
    return " · ".join(part for part in parts if part)


def _million(number: int) -> str:
    """Returns how many parameters there are: ``"22.7 million"``, ``"7.2 billion"``."""
    for limit, word, digits in ((1e9, "billion", 1), (1e8, "million", 0), (1e6, "million", 1)):
        if number >= limit:
            return f"{number / (1e9 if word == 'billion' else 1e6):.{digits}f} {word}"
    return thousands(number)


def about_words(entry: ModelEntry) -> str:
    """Returns why a model cannot be used; else what it was trained for and what is to be known."""
    if entry.reason:
        return f"{entry.reason}." if not entry.note else f"{entry.reason}. {entry.note}"
    learned = f"It learned {entry.learned}." if entry.learned else ""
    if not entry.learned and entry.available:
        learned = "It does not say what it was trained for."
    gated = "Its licence is to be accepted on its page first." if entry.gated else ""
    held = f"{size(entry.held)} of what is missing are here." if entry.held else ""
    return " ".join(part for part in (learned, gated, entry.note, held) if part)


def progress_words(progress: DownloadProgressed) -> str:
    """Returns how far a download is: ``"120 MB of 268 MB · 1.2 MB/s · from huggingface.co"``."""
    if not progress.total:
        return "Waiting for the hub"
    speed = f"{size(progress.bytes_per_second)}/s" if progress.bytes_per_second else ""
    parts = (f"{size(progress.done)} of {size(progress.total)}", speed, f"from {progress.host}")
    return " · ".join(part for part in parts if part)


class ModelRow(QAbstractButton):
    """One model; the whole row is a button where the model can be chosen.

    Args:
        theme: Colours, fonts, lengths.
        entry: The model.
        chosen: Whether it is the chosen one.
        parent: Owner.

    Attributes:
        entry: The model.
        download: The button that fetches it, or goes on with that.
        cancel: The button that gives that up.
    """

    download_requested = Signal(str)
    """The person wishes to fetch the model, or to go on with that; carries its name."""

    cancel_requested = Signal(str)
    """The person gives the download up; what has arrived stays."""

    def __init__(
        self, theme: Theme, entry: ModelEntry, *, chosen: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._done = 0
        self.entry = entry
        self._fade = HoverFade(theme, self)
        self.setObjectName(f"model_{entry.id}")
        self.setCheckable(True)
        self.setChecked(chosen)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self.can_be_chosen else Qt.FocusPolicy.NoFocus)
        if self.can_be_chosen:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._make_widgets()
        self._lay_out()
        self._name_it()
        self.set_progress(None)
        self._measure()
        theme.changed.connect(self._measure)

    @property
    def can_be_chosen(self) -> bool:
        """Returns whether the model is here and can be used."""
        return self.entry.available and not self.entry.reason

    def _make_widgets(self) -> None:
        theme, entry = self._theme, self.entry
        grey = bool(entry.reason)  # not switched off: its reason is there to be read
        name_token = "disabled" if grey else "text"
        self._name = ThemedLabel(theme, entry.name, "body", name_token, weight=500, elide=True)
        self._facts = ThemedLabel(theme, facts_words(entry), "caption", "text3", wrap=True)
        self._about = ThemedLabel(theme, about_words(entry), "caption", "text3", wrap=True)
        for label in (self._facts, self._about):
            label.setVisible(bool(label.text()))
        self._mark = IconLabel(theme, "check" if self.isChecked() else "", "text", 18)
        self._bar = QProgressBar()
        self._bar.setRange(0, _STEPS)
        self._bar.setTextVisible(False)
        self._progress = ThemedLabel(theme, "", "caption", "text2", elide=True)
        resumed = bool(entry.held)
        words = "Go on" if resumed else f"Download {size(entry.size)}" if entry.size else "Download"
        self.download = Button(theme, words, "secondary", "download", size="small")
        self.download.setObjectName("download_model")
        kept = f" {size(entry.held)} of it are here already." if resumed else ""
        self.download.setToolTip(f"Fetch {entry.name} from the Hugging Face hub.{kept}")
        self.download.setAccessibleName(f"{words}: {entry.name}")
        self.download.clicked.connect(lambda: self.download_requested.emit(entry.id))
        self.cancel = Button(theme, "Cancel", "quiet", "x", size="small")
        self.cancel.setObjectName("cancel_download")
        self.cancel.setToolTip("Stop the download; what has arrived is kept")
        self.cancel.setAccessibleName(f"Cancel the download of {entry.name}")
        self.cancel.clicked.connect(lambda: self.cancel_requested.emit(entry.id))
        self._is_offered = not grey and not entry.available and entry.place is not ModelPlace.BUILT_IN

    def _lay_out(self) -> None:
        self._words = QVBoxLayout()
        for widget in (self._name, self._facts, self._about, self._bar, self._progress):
            self._words.addWidget(widget)
        self._row = QHBoxLayout(self)
        self._row.addLayout(self._words, 1)
        for at_the_end in (self._mark, self.download, self.cancel):
            self._row.addWidget(at_the_end, 0, Qt.AlignmentFlag.AlignVCenter)

    def _name_it(self) -> None:
        entry = self.entry
        self.setAccessibleName(f"{entry.name}, chosen" if self.isChecked() else entry.name)
        words = ". ".join(part for part in (facts_words(entry), about_words(entry)) if part)
        self.setAccessibleDescription(f"Cannot be used. {words}" if entry.reason else words)
        self.setToolTip(entry.summary)

    def set_progress(self, progress: DownloadProgressed | None) -> None:
        """Shows how far the download is; ``None`` when there is none."""
        loading = progress is not None
        for widget in (self._bar, self._progress, self.cancel):
            widget.setVisible(loading)
        self.download.setVisible(self._is_offered and not loading)
        if progress is None:
            self._done = 0
            return
        self._done = max(self._done, progress.done)  # a bar never moves backwards
        share = self._done / progress.total if progress.total else 0.0
        self._bar.setValue(round(_STEPS * share))
        self._bar.setAccessibleName(f"Download of {self.entry.name}, {round(100 * share)} per cent")
        self._progress.setText(progress_words(progress))

    # Qt

    def hitButton(self, place: QPoint) -> bool:  # noqa: N802 (Qt's name)
        """Takes clicks only where the model can be chosen."""
        return self.can_be_chosen and super().hitButton(place)

    def nextCheckState(self) -> None:  # noqa: N802 (Qt's name)
        """Leaves the mark as it is: what is chosen is shown when the project says so."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Chooses on Enter too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draws the surface: the chosen row has an edge, as in the list of methods."""
        theme = self._theme
        painter = QPainter(self)
        fill = theme.color("surface") if self.isChecked() else None
        if self.can_be_chosen and (self.isDown() or self.underMouse()):
            fill = theme.color("pressed" if self.isDown() else "hover")
        edge = theme.color("ink" if self.isChecked() else "border")
        width = max(1.0, (1.5 if self.isChecked() else 1.0) * theme.scale)
        draw_panel(painter, QRectF(self.rect()), fill, edge, radius=theme.radius("control"), width=width)

    def _measure(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(12), px(8), px(10), px(8))
        self._row.setSpacing(px(10))
        self._words.setSpacing(px(2))
        self._bar.setFixedHeight(px(6))
        self.setProperty("focus_radius", self._theme.radius("control"))
