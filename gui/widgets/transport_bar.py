"""The transport bar: the run that trains, as in music software, on every page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.look.keys import with_keys
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.cards import Divider
from gui.widgets.labels import ThemedLabel
from gui.widgets.run_bar import RunBar
from gui.widgets.run_chip import RunChip, RunChipValue


@dataclass(frozen=True)
class TransportRun:
    """The run that trains.

    Attributes:
        name: What it is called.
        state: ``"preparing"``, ``"running"``, ``"paused"``, ``"stopping"``, ``"testing"`` or ``"trying"``.
        share: How much of it is done, 0 to 1.
        text: E.g. ``"epoch 3.2 of 5, 47 s left"``.
        waiting: How many runs wait behind it.
    """

    name: str
    state: str
    share: float
    text: str
    waiting: int = 0


class _StateDot(QWidget):
    """A dot in the colour of a state, or an icon where the state needs words."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._status = ""
        theme.changed.connect(self.update)

    def set_status(self, status: str) -> None:
        self._status = status
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(self._theme.px(16), self._theme.px(16))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        painter = QPainter(self)
        theme, px = self._theme, self._theme.px
        if self._status in ("err", "warn"):
            top = (self.height() - px(16)) // 2
            painter.drawPixmap(0, top, theme.pixmap("alert", self._status, 16))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(self._status or "borderStrong"))
        painter.drawEllipse(QPointF(self.width() / 2, self.height() / 2), px(4), px(4))


class TransportBar(QWidget):
    """44 high (40 where room is short), always there.

    Args:
        theme: Where colours and lengths come from.
        parent: Owner.
    """

    pause_requested = Signal()
    resume_requested = Signal()
    stop_requested = Signal()
    runs_requested = Signal()
    """The person wants the drawer with all runs opened or closed."""

    run_chosen = Signal(str)
    """The person pressed the chip of a finished run; carries its id."""

    train_page_requested = Signal()
    """The person pressed the name of the run that trains."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._compact = False
        self._narrow = False
        self._run: TransportRun | None = None
        self._chips: list[RunChip] = []
        self._open = False
        self._count = 0
        self.pause_button = Button(theme, "", "secondary", "pause", size="small")
        self.stop_button = Button(theme, "", "secondary", "stop", size="small")
        self._dot = _StateDot(theme)
        self._idle = ThemedLabel(theme, "Nothing is training", "small", "text2")
        self._detail = ThemedLabel(theme, "", "small", "text2")
        self.name_button = Button(theme, "", "quiet", size="small")
        self.name_button.set_weight(600)
        self.bar = RunBar(theme)
        self._progress = ThemedLabel(theme, "", "small", "text2")
        self._waiting = ThemedLabel(theme, "", "small", "text3")
        self._line = Divider(theme, vertical=True)
        self.runs_button = Button(theme, "Runs", "quiet", size="small")
        self._build()
        self.set_idle()
        self._measure()
        theme.changed.connect(self._measure)

    def _build(self) -> None:
        self._row = QHBoxLayout(self)
        widgets: tuple[QWidget, ...] = (
            self._dot,
            self._idle,
            self._detail,
            self.pause_button,
            self.stop_button,
        )
        widgets += (self.name_button, self.bar, self._progress, self._waiting, self._line)
        for widget in widgets:
            self._row.addWidget(widget)
        self._left_chips = QHBoxLayout()
        self._row.addLayout(self._left_chips)
        self._row.addStretch(1)
        self._right_chips = QHBoxLayout()
        self._row.addLayout(self._right_chips)
        self._row.addWidget(self.runs_button)
        self.pause_button.setObjectName("transport_pause")
        self.pause_button.setAccessibleName("Pause")
        self.stop_button.setObjectName("transport_stop")
        self.stop_button.setToolTip(with_keys("Stop and keep the best", "Ctrl+."))
        self.stop_button.setAccessibleName("Stop and keep the best")
        self.name_button.setObjectName("transport_name")
        self.name_button.setToolTip("Show the training page")
        self.runs_button.setObjectName("runs_button")
        self.runs_button.setToolTip(with_keys("All runs of this project", "Ctrl+J"))
        self.runs_button.set_trailing("up")
        self.bar.setAccessibleName("Training progress")
        self.setAccessibleName("Transport bar")
        self.pause_button.clicked.connect(self._ask_pause)
        self.stop_button.clicked.connect(self.stop_requested)
        self.name_button.clicked.connect(self.train_page_requested)
        self.runs_button.clicked.connect(self.runs_requested)

    # What it shows

    def set_run(self, run: TransportRun) -> None:
        """Shows the run that trains."""
        fresh = self._run is None or self._run.name != run.name or run.state == "preparing"
        self._run = run
        paused = run.state == "paused"
        self.bar.set_share(run.share, paused=paused, fresh=fresh)
        self.bar.setAccessibleDescription(f"{run.share:.0%}, {run.text}")
        self.name_button.setText(run.name)
        self._progress.setText(run.text)
        self._waiting.setText(f"{run.waiting} waiting" if run.waiting else "")
        self.pause_button.set_icon("play" if paused else "pause")
        words = "Resume" if paused else "Pause"
        self.pause_button.setToolTip(f"{words} (Space on Train)")
        self.pause_button.setAccessibleName(words)
        self.pause_button.setEnabled(run.state in ("running", "paused"))
        self.stop_button.setEnabled(run.state not in ("stopping", "testing"))
        told = {"trying": "Leave the trial with noise out", "preparing": "Stop"}
        words = told.get(run.state, "Stop and keep the best")
        self.stop_button.setToolTip(with_keys(words, "Ctrl+."))
        self.stop_button.setAccessibleName(words)
        self._arrange()

    def set_idle(self, text: str = "Nothing is training", detail: str = "", status: str = "") -> None:
        """Shows that nothing trains.

        Args:
            text: E.g. ``"All 7 runs finished"``.
            detail: A few quiet words behind it, e.g. why a run stopped.
            status: ``""``, ``"ok"``, ``"warn"`` or ``"err"``; the last two make the text strong.
        """
        self._run = None
        self._dot.set_status(status)
        self._idle.setText(text)
        strong = status in ("warn", "err")
        self._idle.set_role("small", 600 if strong else None)
        self._idle.set_token("text" if strong else "text2")
        self._detail.setText(detail)
        self._arrange()

    def set_runs(self, chips: Sequence[RunChipValue], count: int) -> None:
        """Shows the last finished runs and how many there are in all."""
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = [RunChip(self._theme, value, self) for value in chips[-2:]]
        for chip in self._chips:
            chip.clicked.connect(lambda _checked=False, chip=chip: self.run_chosen.emit(chip.value.id))
        self._count = count
        self.runs_button.setText(f"Runs ({count})" if count else "Runs")
        self._arrange()

    def set_open(self, open_: bool) -> None:
        """Turns the arrow of *Runs* when the drawer opens or closes."""
        self._open = open_
        self.runs_button.set_trailing("down" if open_ else "up")

    def set_layout_class(self, name: str) -> None:
        """Fits the bar to ``"wide"``, ``"compact"`` or ``"narrow"``."""
        self._compact = name != "wide"
        self._narrow = name == "narrow"
        self.name_button.limit_words(150 if self._narrow else 260)
        self._measure()

    def _ask_pause(self) -> None:
        paused = self._run is not None and self._run.state == "paused"
        (self.resume_requested if paused else self.pause_requested).emit()

    # Look

    def _arrange(self) -> None:
        """Shows what belongs to the state: idle words, or the run's controls."""
        trains = self._run is not None
        for widget in (self.pause_button, self.stop_button, self.name_button, self.bar, self._progress):
            widget.setVisible(trains)
        for idle in (self._dot, self._idle):
            idle.setVisible(not trains)
        self._detail.setVisible(not trains and bool(self._detail.text()))
        self._waiting.setVisible(trains and bool(self._waiting.text()))
        left = not trains and self._dot_is_plain()
        self._line.setVisible(bool(self._chips) and left)
        for chip in self._chips:
            self._left_chips.removeWidget(chip)
            self._right_chips.removeWidget(chip)
            (self._left_chips if left else self._right_chips).addWidget(chip)
            chip.setVisible(not (trains and self._narrow))

    def _dot_is_plain(self) -> bool:
        return not self._detail.text()

    def _measure(self) -> None:
        px = self._theme.px
        self.setFixedHeight(px(40) if self._compact else self._theme.layout("transport"))
        self._row.setContentsMargins(px(12), px(1), px(12), 0)
        self._row.setSpacing(px(10))
        self._left_chips.setSpacing(px(2))
        self._right_chips.setSpacing(px(2))
        self._line.setMaximumHeight(px(20))
        self.bar.setMaximumWidth(px(160 if self._narrow else 220))
        self.bar.setMinimumWidth(px(80))
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the ground and the line above."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("rail"))
        painter.fillRect(0, 0, self.width(), self._theme.px(1), self._theme.color("border"))
