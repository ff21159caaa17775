"""A value that runs from 0 to 1 while the pointer is over a control, and back when it leaves."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QVariantAnimation
from PySide6.QtWidgets import QWidget

from gui.look.theme import Theme


class HoverFade(QObject):
    """Fades the hover state of the widget that it watches, and repaints it.

    Args:
        theme: Says how long it takes; nothing moves when motion is reduced.
        widget: The control.
    """

    def __init__(self, theme: Theme, widget: QWidget) -> None:
        super().__init__(widget)
        self._theme = theme
        self._widget = widget
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.valueChanged.connect(lambda _value: widget.update())
        self._over = False
        widget.installEventFilter(self)

    @property
    def value(self) -> float:
        """Returns 0 (rest) to 1 (hover); 0 while the control is off."""
        if not self._widget.isEnabled():
            return 0.0
        if self._animation.state() == QVariantAnimation.State.Running:
            return float(self._animation.currentValue())
        return 1.0 if self._over else 0.0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Notices the pointer; takes no event away."""
        if event.type() == QEvent.Type.Enter:
            self._turn(over=True)
        elif event.type() in (QEvent.Type.Leave, QEvent.Type.Hide):
            self._turn(over=False)
        return super().eventFilter(watched, event)

    def _turn(self, *, over: bool) -> None:
        if over == self._over:
            return
        self._over = over
        duration = self._theme.duration("quick")
        if duration == 0 or not self._widget.isVisible():
            self._animation.stop()
            self._widget.update()
            return
        forward, backward = QVariantAnimation.Direction.Forward, QVariantAnimation.Direction.Backward
        self._animation.setDuration(duration)
        self._animation.setDirection(forward if over else backward)
        self._animation.start()
