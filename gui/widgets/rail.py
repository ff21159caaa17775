"""The rail: the steps of the work from top to bottom, with a tick on each that is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from gui.look.painting import draw_panel, mix
from gui.look.theme import Theme
from gui.widgets.hover_fade import HoverFade


@dataclass(frozen=True)
class RailItem:
    """A step on the rail.

    Attributes:
        id: What :attr:`Rail.page_requested` carries.
        title: The word below the icon.
        icon: Name of an icon.
        shortcut: Words for the tooltip, e.g. ``"Ctrl 1"``.
    """

    id: str
    title: str
    icon: str
    shortcut: str = ""


class _RailButton(QAbstractButton):
    def __init__(self, theme: Theme, item: RailItem, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fade = HoverFade(theme, self)
        self.item = item
        self.complete = False
        self.current = False
        self.setObjectName(f"rail_{item.id}")
        self.setAccessibleName(item.title)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.set_reason("")

    def set_reason(self, reason: str) -> None:
        self.setEnabled(not reason)
        shortcut = f" ({self.item.shortcut})" if self.item.shortcut else ""
        self.setToolTip(reason or self.item.title + shortcut)
        self.setAccessibleDescription(reason or ("done" if self.complete else ""))
        self.update()

    def set_state(self, *, current: bool | None = None, complete: bool | None = None) -> None:
        self.current = self.current if current is None else current
        self.complete = self.complete if complete is None else complete
        self.setAccessibleDescription("done" if self.complete else "")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(self._theme.px(60), self._theme.px(58))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(self._theme.px(52), self._theme.px(44))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        painter = QPainter(self)
        theme, px = self._theme, self._theme.px
        rect = QRectF(self.rect())
        if self.current:
            draw_panel(painter, rect, theme.color("surface"), theme.color("border"), radius=px(8))
        elif self.isDown():
            draw_panel(painter, rect, theme.color("pressed"), None, radius=px(8))
        elif self._fade.value > 0:
            fill = mix(theme.tint("pressed", 0.0), theme.color("hover"), self._fade.value)
            draw_panel(painter, rect, fill, None, radius=px(8))
        token = "disabled" if not self.isEnabled() else "text" if self.current else "text2"
        words = theme.line_height("caption")
        top = max(0.0, (rect.height() - px(18) - px(4) - words) / 2)
        left = (rect.width() - px(18)) / 2
        painter.drawPixmap(QPointF(round(left), round(top)), theme.pixmap(self.item.icon, token, 18))
        painter.setFont(theme.font("caption", 600 if self.current else 500))
        painter.setPen(theme.color(token))
        below = QRectF(0, top + px(18) + px(4), rect.width(), words)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), self.item.title)
        if self.complete:
            self._paint_tick(painter, QPointF(left + px(18) + px(3), top + px(1)))

    def _paint_tick(self, painter: QPainter, center: QPointF) -> None:
        theme, px = self._theme, self._theme.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("ok"))
        painter.drawEllipse(center, px(6), px(6))
        pen = QPen(theme.color("surface"), 1.4 * theme.scale)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        unit = theme.scale
        painter.drawPolyline(
            [center + QPointF(*point) * unit for point in ((-2.4, 0.1), (-0.7, 1.8), (2.5, -1.8))]
        )


class Rail(QWidget):
    """The steps, and Help and Settings at the bottom.

    Args:
        theme: Where colours and lengths come from.
        parent: Owner.
    """

    page_requested = Signal(str)
    """The person chose a step."""

    help_requested = Signal()
    settings_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._narrow = False
        self._buttons: dict[str, _RailButton] = {}
        self._steps = QVBoxLayout()
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._steps)
        self._column.addStretch(1)
        self.help_button = self._add_foot(RailItem("help", "Help", "help", "F1"))
        self.settings_button = self._add_foot(RailItem("settings", "Settings", "sliders"))
        self.help_button.clicked.connect(self.help_requested)
        self.settings_button.clicked.connect(self.settings_requested)
        self.setAccessibleName("Steps")
        self._measure()
        theme.changed.connect(self._measure)

    def _add_foot(self, item: RailItem) -> _RailButton:
        button = _RailButton(self._theme, item, self)
        self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        return button

    def set_items(self, items: Sequence[RailItem]) -> None:
        """Shows these steps."""
        for button in self._buttons.values():
            self._steps.removeWidget(button)
            button.deleteLater()
        self._buttons = {item.id: _RailButton(self._theme, item, self) for item in items}
        for name, button in self._buttons.items():
            self._steps.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
            button.clicked.connect(lambda _checked=False, name=name: self.page_requested.emit(name))
        for foot in (self.help_button, self.settings_button):
            foot.raise_()  # the last children, as they are the last on the screen
        self._measure()

    def set_current(self, item_id: str) -> None:
        """Marks the page that is shown; one that is not on the rail (Welcome) marks none."""
        for name, button in self._all().items():
            button.set_state(current=name == item_id)
        self.update()

    def current_button(self) -> QAbstractButton | None:
        """Returns the button of the page that is shown; ``None`` on pages that are not on the rail."""
        return next((button for button in self._all().values() if button.current), None)

    def _all(self) -> dict[str, _RailButton]:
        """Returns every button by its id, the two at the foot among them."""
        return {**self._buttons, "help": self.help_button, "settings": self.settings_button}

    def set_complete(self, item_id: str, complete: bool) -> None:
        """Puts a green tick on a step, or takes it away."""
        if item_id in self._buttons:
            self._buttons[item_id].set_state(complete=complete)

    def set_unavailable(self, item_id: str, reason: str) -> None:
        """Greys a step and says on hover what it needs; an empty reason makes it available."""
        if item_id in self._buttons:
            self._buttons[item_id].set_reason(reason)

    def button(self, item_id: str) -> QAbstractButton:
        """Returns the button of a step.

        Raises:
            KeyError: When there is no such step.
        """
        return self._buttons[item_id]

    def set_compact(self, compact: bool) -> None:
        """Makes the rail 68 wide instead of 76."""
        self._narrow = compact
        self._measure()

    def _measure(self) -> None:
        px = self._theme.px
        self.setFixedWidth(px(68) if self._narrow else self._theme.layout("rail"))
        edge = px(6 if self._narrow else 8)
        self._column.setContentsMargins(0, edge, 0, edge)
        self._column.setSpacing(px(2))
        self._steps.setSpacing(px(2 if self._narrow else 4))
        width = px(52 if self._narrow else 60)
        for button in self._all().values():
            button.setFixedWidth(width)
            button.setMaximumHeight(px(52 if self._narrow else 58))
            button.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the ground, the line at the right and the bar of the current step."""
        painter = QPainter(self)
        theme, px = self._theme, self._theme.px
        painter.fillRect(self.rect(), theme.color("rail"))
        painter.fillRect(self.width() - px(1), 0, px(1), self.height(), theme.color("border"))
        for button in self._all().values():
            if button.current:
                middle = button.geometry().center().y()
                bar = QRectF(-px(3), middle - px(14), px(6), px(28))
                draw_panel(painter, bar, theme.color("ink"), None, radius=px(2))
