"""A switch that is on or off."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gui.look.painting import draw_panel, mix
from gui.look.theme import Theme
from gui.widgets.hover_fade import HoverFade


class Toggle(QAbstractButton):
    """A switch of 36 × 20 with words behind it; ``toggled(bool)`` says when it changes.

    Args:
        theme: Where colours and lengths come from.
        text: What it switches; may be empty when a label stands elsewhere (set an accessible name then).
        parent: Owner.
    """

    def __init__(self, theme: Theme, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fade = HoverFade(theme, self)
        self._slide = QVariantAnimation(self)
        self._slide.setStartValue(0.0)
        self._slide.setEndValue(1.0)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.valueChanged.connect(lambda _value: self.update())
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("focus_radius", theme.px(10))
        self.toggled.connect(self._start_slide)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def _start_slide(self, on: bool) -> None:
        duration = self._theme.duration("quick")
        if duration == 0 or not self.isVisible():
            self._slide.stop()
            self.update()
            return
        forward, backward = QVariantAnimation.Direction.Forward, QVariantAnimation.Direction.Backward
        self._slide.setDuration(duration)
        self._slide.setDirection(forward if on else backward)
        self._slide.start()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the size of the switch and its words; at least 28 high to be hit."""
        px = self._theme.px
        words = QFontMetricsF(self._theme.font("body")).horizontalAdvance(self.text()) if self.text() else 0.0
        gap = px(10) if self.text() else 0
        return QSize(px(36) + gap + int(words) + (1 if self.text() else 0), px(28 if self.text() else 20))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the switch."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, px = self._theme, self._theme.px
        on = 1.0 if self.isChecked() else 0.0
        if self._slide.state() == QVariantAnimation.State.Running:
            on = float(self._slide.currentValue())
        ink = theme.color("ink" if self.isEnabled() else "disabled")
        edge = mix(theme.color("borderStrong"), theme.color("text3"), self._fade.value)
        if not self.isEnabled():
            edge = theme.color("disabled")
        track = QRectF(0, (self.height() - px(20)) / 2, px(36), px(20))
        fill = mix(theme.color("surface"), ink, on)
        draw_panel(painter, track, fill, mix(edge, ink, on), radius=px(10), width=px(1))
        knob = mix(edge, theme.color("onInk" if self.isEnabled() else "surface"), on)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(knob)
        center = QPointF(track.left() + px(10) + on * px(16), track.center().y())
        painter.drawEllipse(center, px(7), px(7))
        if self.text():
            painter.setFont(theme.font("body"))
            painter.setPen(theme.color("text" if self.isEnabled() else "disabled"))
            words = QRectF(px(46), 0, self.width() - px(46), self.height())
            painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), self.text())
