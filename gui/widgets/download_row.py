"""Something of the hub as a row: what it is, how it is fetched, how far that is, or why it cannot be used."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from engine.protocol.model_events import DownloadProgressed
from gui.look.painting import draw_panel
from gui.look.texts import size
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.hover_fade import HoverFade
from gui.widgets.icon_label import IconLabel
from gui.widgets.labels import ThemedLabel

_STEPS = 1000


def progress_words(progress: DownloadProgressed) -> str:
    """Returns how far a download is: ``"120 MB of 268 MB · 1.2 MB/s · from huggingface.co"``."""
    if not progress.total:
        return "Waiting for the hub"
    speed = f"{size(progress.bytes_per_second)}/s" if progress.bytes_per_second else ""
    parts = (f"{size(progress.done)} of {size(progress.total)}", speed, f"from {progress.host}")
    return " · ".join(part for part in parts if part)


@dataclass(frozen=True)
class RowWords:
    """What a row says.

    Attributes:
        id: Of what it is about.
        kind: Begins the row's name for tests: ``"model"``.
        name: What it is called.
        facts: A line of what it is.
        about: A line of what else is to be known.
        reason: Why it cannot be used; empty when it can.
        tooltip: More about it.
        is_here: Whether it is on this computer and can be chosen.
        is_offered: Whether it can be fetched.
        size: Bytes that are fetched; 0 when not known.
        held: Bytes of them that are here.
        page: Address of its card; empty for none.
    """

    id: str
    kind: str
    name: str
    facts: str = ""
    about: str = ""
    reason: str = ""
    tooltip: str = ""
    is_here: bool = False
    is_offered: bool = True
    size: int = 0
    held: int = 0
    page: str = ""


class DownloadRow(QAbstractButton):
    """One of several; the whole row is a button where it is here and can be chosen.

    Args:
        theme: Colours, fonts, lengths.
        words: What the row says.
        chosen: Whether it is the chosen one.
        parent: Owner.

    Attributes:
        words: What the row says.
        card: The button that opens its card.
        download: The button that fetches it, or goes on with that.
        cancel: The button that gives that up.
    """

    download_requested = Signal(str)
    """The person wishes to fetch it, or to go on with that; carries its id."""

    cancel_requested = Signal(str)
    """The person gives the download up; what has arrived stays."""

    page_requested = Signal(str)
    """The person wishes to read its card; carries the address."""

    def __init__(
        self, theme: Theme, words: RowWords, *, chosen: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._done = 0
        self.words = words
        self._fade = HoverFade(theme, self)
        self.setObjectName(f"{words.kind}_{words.id}")
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
        """Returns whether it is here and can be used."""
        return self.words.is_here and not self.words.reason

    def _make_widgets(self) -> None:
        theme, said = self._theme, self.words
        grey = bool(said.reason)  # not switched off: its reason is there to be read
        name_token = "disabled" if grey else "text"
        self._name = ThemedLabel(theme, said.name, "body", name_token, weight=500, elide=True)
        self._facts = ThemedLabel(theme, said.facts, "caption", "text3", wrap=True)
        self._about = ThemedLabel(theme, said.about, "caption", "text3", wrap=True)
        for label in (self._facts, self._about):
            label.setVisible(bool(label.text()))
        self._mark = IconLabel(theme, "check" if self.isChecked() else "", "text", 18)
        self._bar = QProgressBar()
        self._bar.setRange(0, _STEPS)
        self._bar.setTextVisible(False)
        self._progress = ThemedLabel(theme, "", "caption", "text2", elide=True)
        resumed = bool(said.held)
        words = "Go on" if resumed else f"Download {size(said.size)}" if said.size else "Download"
        self.card = Button(theme, "Card", "quiet", size="small")
        self.card.setObjectName(f"card_of_{said.kind}")
        self.card.setToolTip(f"Read what {said.name} is, and its licence, in the browser")
        self.card.setAccessibleName(f"Open the card of {said.name}")
        self.card.clicked.connect(lambda: self.page_requested.emit(said.page))
        self.card.setVisible(bool(said.page))
        self.download = Button(theme, words, "secondary", "download", size="small")
        self.download.setObjectName(f"download_{said.kind}")
        kept = f" {size(said.held)} of it are here already." if resumed else ""
        self.download.setToolTip(f"Fetch {said.name} from the Hugging Face hub.{kept}")
        self.download.setAccessibleName(f"{words}: {said.name}")
        self.download.clicked.connect(lambda: self.download_requested.emit(said.id))
        self.cancel = Button(theme, "Cancel", "quiet", "x", size="small")
        self.cancel.setObjectName("cancel_download")
        self.cancel.setToolTip("Stop the download; what has arrived is kept")
        self.cancel.setAccessibleName(f"Cancel the download of {said.name}")
        self.cancel.clicked.connect(lambda: self.cancel_requested.emit(said.id))

    def _lay_out(self) -> None:
        self._lines = QVBoxLayout()
        for widget in (self._name, self._facts, self._about, self._bar, self._progress):
            self._lines.addWidget(widget)
        self._row = QHBoxLayout(self)
        self._row.addLayout(self._lines, 1)
        for at_the_end in (self._mark, self.card, self.download, self.cancel):
            self._row.addWidget(at_the_end, 0, Qt.AlignmentFlag.AlignVCenter)

    def _name_it(self) -> None:
        said = self.words
        self.setAccessibleName(f"{said.name}, chosen" if self.isChecked() else said.name)
        words = ". ".join(part for part in (said.facts, said.about) if part)
        self.setAccessibleDescription(f"Cannot be used. {words}" if said.reason else words)
        self.setToolTip(said.tooltip)

    def set_progress(self, progress: DownloadProgressed | None) -> None:
        """Shows how far the download is; ``None`` when there is none."""
        loading = progress is not None
        for widget in (self._bar, self._progress, self.cancel):
            widget.setVisible(loading)
        self.download.setVisible(self.words.is_offered and not loading)
        if progress is None:
            self._done = 0
            return
        self._done = max(self._done, progress.done)  # a bar never moves backwards
        share = self._done / progress.total if progress.total else 0.0
        self._bar.setValue(round(_STEPS * share))
        self._bar.setAccessibleName(f"Download of {self.words.name}, {round(100 * share)} per cent")
        self._progress.setText(progress_words(progress))

    # Qt

    def hitButton(self, place: QPoint) -> bool:  # noqa: N802 (Qt's name)
        """Takes clicks only where it can be chosen."""
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
        self._lines.setSpacing(px(2))
        self._bar.setFixedHeight(px(6))
        self.setProperty("focus_radius", self._theme.radius("control"))
