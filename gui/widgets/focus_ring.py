"""The ring that shows which control the keyboard works on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from gui.look.painting import draw_panel
from gui.look.theme import Theme

_FIELDS = (QLineEdit, QAbstractSpinBox, QPlainTextEdit, QTextEdit)
_MOVES = (
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.ParentChange,
)
_BY_KEY = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
_BY_POINTER = (QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin, QEvent.Type.TabletPress)


class FocusRing(QWidget):
    """A ring of 2 px with a gap of 2 px around the focused control of a window.

    It shows itself for text fields always, and for other controls when the keyboard moved the focus. What
    Tab does not reach, such as a page that has the keyboard after it was turned to, is no control.
    A box of text fields may ask for their ring with the property ``focus_box``.
    A widget may say how round it is with the property ``focus_radius`` (in pixels), or ask for no
    ring with ``focus_ring`` set to false because it draws the focus itself.

    Args:
        theme: Where colour and lengths come from.
        window: The window it lies over.
    """

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._target: QWidget | None = None
        self._is_field = False
        self._watched: list[QObject] = []
        self._by_keyboard = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)
        theme.changed.connect(self._place)
        window.installEventFilter(self)

    @property
    def target(self) -> QWidget | None:
        """Returns the control that the ring is around, if it is shown."""
        return self._target if self.isVisible() else None

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        for watched in self._watched:
            watched.removeEventFilter(self)
        self._watched = []
        self._target = None
        window = self.parentWidget()
        if now is not None and window is not None and window.isAncestorOf(now):
            self._target, self._is_field = _whole_control(now), isinstance(now, _FIELDS)
            step: QWidget | None = self._target
            while step is not None and step is not window:
                step.installEventFilter(self)
                self._watched.append(step)
                step = step.parentWidget()
        self._place()

    def _wanted(self) -> bool:
        target = self._target
        if target is None or not target.isVisible() or target.property("focus_ring") is False:
            return False
        is_control = bool(target.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)
        return self._is_field or (self._by_keyboard and is_control)

    def _place(self) -> None:
        window, target = self.parentWidget(), self._target
        if window is None or target is None or not self._wanted():
            self.hide()
            return
        seen = _seen_part(target, window)
        if seen.isEmpty():
            self.hide()
            return
        reach = self._theme.px(2) + self._theme.px(2)
        self.setGeometry(seen.adjusted(-reach, -reach, reach, reach))
        self.raise_()
        self.show()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Follows the control, and notices whether keys or the pointer are used; takes nothing away."""
        kind = event.type()
        if watched is self.parentWidget():
            self._watch_native_window(kind)
        elif isinstance(watched, QWidget):
            if kind in _MOVES:
                self._place()
        elif kind in _BY_KEY:
            self._by_keyboard = True
        elif kind in _BY_POINTER:
            self._by_keyboard = False
            self._place()
        return False

    def _watch_native_window(self, kind: QEvent.Type) -> None:
        """Listens at the native window, which sees keys and clicks before any control does."""
        window = self.parentWidget()
        handle = window.windowHandle() if window is not None else None
        if kind in (QEvent.Type.Show, QEvent.Type.WinIdChange) and handle is not None:
            handle.removeEventFilter(self)
            handle.installEventFilter(self)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the ring."""
        if self._target is None:
            return
        width = self._theme.px(2)
        own = self._target.property("focus_radius")
        radius = float(own) if isinstance(own, int | float) else self._theme.radius("control")
        draw_panel(
            QPainter(self),
            QRectF(self.rect()),
            None,
            self._theme.color("focus"),
            radius=radius + self._theme.px(4),
            width=width,
        )


def _whole_control(widget: QWidget) -> QWidget:
    """Returns what a person takes for the control: a spin box or a box of fields, not the field inside it."""
    parent = widget.parentWidget()
    box = parent
    while box is not None and isinstance(widget, _FIELDS):
        if box.property("focus_box"):
            return box
        box = box.parentWidget()
    return parent if isinstance(parent, QAbstractSpinBox | QComboBox) else widget


def _seen_part(target: QWidget, window: QWidget) -> QRect:
    """Returns the part of a control that no scroll area hides, in the window's coordinates."""
    seen = target.visibleRegion().boundingRect()
    if seen.isEmpty():
        seen = target.rect()
    return seen.translated(target.mapTo(window, QPoint(0, 0)))
