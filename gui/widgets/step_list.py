"""Steps of something that takes a while, each with a tick when it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.theme import Theme


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        text: E.g. ``"Reading 3,618 texts"``.
        state: ``"done"``, ``"now"``, ``"to_do"`` or ``"failed"``.
        note: Its own count, e.g. ``"1,200 of 3,618"``.
    """

    text: str
    state: str = "to_do"
    note: str = ""


class StepList(QWidget):
    """A list of steps; the present one turns.

    Args:
        theme: Where colours and fonts come from.
        parent: Owner.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._steps: tuple[Step, ...] = ()
        self._turn = QVariantAnimation(self)
        self._turn.setStartValue(0.0)
        self._turn.setEndValue(360.0)
        self._turn.setDuration(900)
        self._turn.setLoopCount(-1)
        self._turn.valueChanged.connect(lambda _angle: self.update())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Steps")
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Returns what is shown."""
        return self._steps

    def set_steps(self, steps: Sequence[Step]) -> None:
        """Shows other steps."""
        self._steps = tuple(steps)
        done = sum(step.state == "done" for step in steps)
        now = next((step.text for step in steps if step.state == "now"), "")
        self.setAccessibleDescription(f"{done} of {len(steps)} done. {now}".strip())
        self.updateGeometry()
        self._spin()
        self.update()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Begins to turn."""
        super().showEvent(event)
        self._spin()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt's name)
        """Stops to turn: nothing is drawn for nobody."""
        super().hideEvent(event)
        self._turn.stop()

    def _spin(self) -> None:
        wanted = any(step.state == "now" for step in self._steps) and self.isVisible()
        running = self._turn.state() == QVariantAnimation.State.Running
        if wanted and not running and not self._theme.reduced_motion:
            self._turn.start()
        elif not wanted and running:
            self._turn.stop()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the height of all steps."""
        px = self._theme.px
        widest = max((len(step.text) + len(step.note) for step in self._steps), default=10)
        return QSize(px(48 + 7 * widest), max(px(28), len(self._steps) * px(28)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the height of all steps, in little width."""
        return QSize(self._theme.px(160), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the steps."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = self._theme.px(28)
        for number, step in enumerate(self._steps):
            self._paint_step(painter, step, QRectF(0, number * row, self.width(), row))

    def _paint_step(self, painter: QPainter, step: Step, room: QRectF) -> None:
        theme, px = self._theme, self._theme.px
        mark = QRectF(px(1), room.center().y() - px(9), px(18), px(18))
        if step.state == "done":
            painter.drawPixmap(mark.topLeft(), theme.pixmap("check", "ok", 18))
        elif step.state == "failed":
            painter.drawPixmap(mark.topLeft(), theme.pixmap("alert", "err", 18))
        else:
            self._paint_ring(
                painter, mark.adjusted(px(2), px(2), -px(2), -px(2)), turning=step.state == "now"
            )
        token = {"now": "text", "done": "text2", "failed": "err"}.get(step.state, "text3")
        painter.setFont(theme.font("body", 600 if step.state == "now" else 400))
        painter.setPen(theme.color(token))
        words = QRectF(room.left() + px(28), room.top(), room.width() - px(28), room.height())
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(words, middle, step.text)
        if step.note:
            painter.setPen(theme.color("text3"))
            words.setLeft(words.left() + painter.fontMetrics().horizontalAdvance(step.text) + px(10))
            painter.setFont(theme.font("small"))
            painter.drawText(words, middle, step.note)

    def _paint_ring(self, painter: QPainter, rect: QRectF, *, turning: bool) -> None:
        theme = self._theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("pressed" if turning else "border"), theme.px(2)))
        painter.drawEllipse(rect)
        if turning:
            pen = QPen(theme.color("ink"), theme.px(2))
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            angle = float(self._turn.currentValue() or 0.0)
            painter.drawArc(rect, round((90 - angle) * 16), -100 * 16)
        else:
            painter.setBrush(theme.color("border"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(QPointF(rect.center()), theme.px(2), theme.px(2))
