"""Buttons: one dark one per screen, the others light; they can wait, carry a note, open a menu."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHideEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gui.look.painting import draw_panel, mix
from gui.look.theme import Theme
from gui.widgets.button_looks import LOOKS, ButtonKind, ButtonLook
from gui.widgets.dark_button import settle_dark_button
from gui.widgets.hover_fade import HoverFade

ButtonSize = Literal["normal", "small"]


class Button(QAbstractButton):
    """A button of the design.

    Args:
        theme: Where colours and lengths come from.
        text: A verb first; may be empty for a button that is only an icon (give it a tooltip).
        kind: ``primary`` (dark, one per screen), ``repair`` (takes the dark over from it while it is shown),
            ``secondary``, ``quiet``, ``danger`` or ``link``.
        icon: Name of an icon before the words.
        size: ``small`` is 28 high instead of 34.
        parent: Owner.

    Attributes:
        repairs: Whether it repairs an error.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        kind: ButtonKind = "secondary",
        icon: str = "",
        *,
        size: ButtonSize = "normal",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setText(text)
        self._theme = theme
        self.repairs = kind == "repair"
        self._wants_dark = kind in ("primary", "repair")
        self._kind: ButtonKind = "primary" if self._wants_dark else kind
        self._icon_name = icon
        self._size: ButtonSize = size
        self._note = ""
        self._trailing = ""
        self._busy = False
        self._weight: int | None = None
        self._longest = 0
        self._turn = QVariantAnimation(self)
        self._turn.setStartValue(0.0)
        self._turn.setEndValue(360.0)
        self._turn.setDuration(900)
        self._turn.setLoopCount(-1)
        self._turn.valueChanged.connect(lambda _angle: self.update())
        self._fade = HoverFade(theme, self)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self._refresh()
        theme.changed.connect(self._refresh)

    @property
    def kind(self) -> ButtonKind:
        """Returns the kind as which it is drawn; a primary one that gave the dark away is secondary."""
        return self._kind

    def wants_dark(self) -> bool:
        """Returns whether it is made to be the dark button of its window."""
        return self._wants_dark

    def set_dark(self, dark: bool) -> None:
        """Takes the dark, or gives it away while an error needs it."""
        kind: ButtonKind = "primary" if dark else "secondary"
        if kind != self._kind:
            self._kind = kind
            self._refresh()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Settles which button is the dark one."""
        super().showEvent(event)
        if self._wants_dark:
            settle_dark_button(self.window())

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt's name)
        """Gives the dark back."""
        super().hideEvent(event)
        if self._wants_dark:
            settle_dark_button(self.window())

    def set_icon(self, icon: str) -> None:
        """Changes the icon before the words; an empty name takes it away."""
        self._icon_name = icon
        self._refresh()

    def set_note(self, note: str) -> None:
        """Adds a few quiet words behind the text, e.g. "Recommended"."""
        self._note = note
        self._refresh()

    def set_trailing(self, icon: str) -> None:
        """Adds an icon behind the text, e.g. ``"down"`` for a button that opens a menu."""
        self._trailing = icon
        self._refresh()

    def set_weight(self, weight: int) -> None:
        """Sets the words in another weight than that of its kind, e.g. 600 for a name."""
        self._weight = weight
        self._refresh()

    def limit_words(self, length: int) -> None:
        """Cuts words that are longer with "…".

        Args:
            length: At 100 %; 0 for no limit.
        """
        self._longest = length
        self._refresh()

    def shown_words(self) -> str:
        """Returns its words as they are drawn."""
        if not self._longest:
            return self.text()
        room = self._theme.px(self._longest)
        return QFontMetricsF(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    @property
    def busy(self) -> bool:
        """Returns whether a turning ring stands in the place of the icon."""
        return self._busy

    def set_busy(self, busy: bool) -> None:
        """Shows a turning ring and takes no clicks meanwhile; the width stays."""
        if busy == self._busy:
            return
        self._busy = busy
        if busy and not self._theme.reduced_motion:
            self._turn.start()
        else:
            self._turn.stop()
        self.update()

    def click(self) -> None:
        """Presses it, unless it is busy."""
        if not self._busy:
            super().click()

    def hitButton(self, place: QPoint) -> bool:  # noqa: N802 (Qt's name)
        """Takes no clicks while busy."""
        return not self._busy and super().hitButton(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Takes no keys while busy, but lets the focus go on."""
        if self._busy and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
        else:
            super().keyPressEvent(event)

    def _refresh(self) -> None:
        role = "small" if self._size == "small" and self._kind != "link" else "body"
        self.setFont(self._theme.font(role, self._weight or LOOKS[self._kind].weight))
        self.setProperty(
            "focus_radius", self._theme.radius("primary" if self._kind == "primary" else "control")
        )
        self.updateGeometry()
        self.update()

    # Size

    def _height(self) -> int:
        if self._kind == "primary" and self._size == "normal":
            return self._theme.layout("primaryButtonHeight")
        if self._kind == "link":
            return self._theme.px(24)
        return self._theme.layout("smallButtonHeight" if self._size == "small" else "buttonHeight")

    def _padding(self) -> int:
        if self._kind == "link":
            return 0
        if not self.text():
            return (self._height() - self._icon_size()) // 2
        wide = {"primary": 18, "quiet": 12}.get(self._kind, 14)
        return self._theme.px(min(wide, 10) if self._size == "small" else wide)

    def _icon_size(self) -> int:
        small = self._size == "small" or self._kind == "link"
        return self._theme.px((14 if small else 16) if self.text() else 18)

    def _gap(self) -> int:
        return self._theme.px(6 if self._size == "small" or self._kind == "link" else 9)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the size of everything that stands in it."""
        return QSize(int(self._content_width()) + 2 * self._padding(), self._height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the same: words on buttons are never cut."""
        return self.sizeHint()

    def _content_width(self) -> float:
        parts = []
        if self._icon_name:
            parts.append(float(self._icon_size()))
        if self.text():
            parts.append(QFontMetricsF(self.font()).horizontalAdvance(self.shown_words()) + 1)
        if self._note:
            parts.append(QFontMetricsF(self._theme.font("caption")).horizontalAdvance(self._note) + 1)
        if self._trailing:
            parts.append(float(self._theme.px(14)))
        return sum(parts) + self._gap() * max(0, len(parts) - 1)

    # Painting

    def _fill(self, look: ButtonLook) -> QColor | None:
        if not self.isEnabled():
            return self._theme.color(look.off_fill) if look.off_fill else None
        if self.isDown() or (self.isCheckable() and self.isChecked()):
            return self._theme.color(look.press) if look.press else None
        if not look.hover:
            return None
        over = self._theme.color(look.hover)
        rest = self._theme.color(look.fill) if look.fill else self._theme.tint(look.hover, 0.0)
        return mix(rest, over, self._fade.value)

    def _text_color(self, look: ButtonLook) -> QColor:
        if self._kind == "quiet" and not self.text() and self.isEnabled():
            return self._theme.color("text2")
        if not self.isEnabled():
            return self._theme.color(look.off_text)
        return self._theme.color(look.text_pressed if self.isDown() else look.text)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the button."""
        painter = QPainter(self)
        look = LOOKS[self._kind]
        edge_token = look.edge if self.isEnabled() else look.off_edge
        draw_panel(
            painter,
            QRectF(self.rect()),
            self._fill(look),
            self._theme.color(edge_token) if edge_token and not self.isDown() else None,
            radius=self._theme.radius("primary" if self._kind == "primary" else "control"),
            width=self._theme.px(1),
        )
        self._paint_content(painter, look)

    def _paint_content(self, painter: QPainter, look: ButtonLook) -> None:
        color = self._text_color(look)
        left = float(self._padding()) if self._kind == "link" else (self.width() - self._content_width()) / 2
        middle = self.height() / 2
        if self._busy:
            size = self._theme.px(14)
            start = left if self._icon_name else middle - size / 2
            self._paint_ring(painter, color, QRectF(start, middle - size / 2, size, size))
        if self._icon_name:
            if not self._busy:
                self._paint_icon(painter, self._icon_name, color, left, self._icon_size())
            left += self._icon_size() + self._gap()
        painter.setFont(self.font())
        painter.setPen(color)
        if self.text():
            left = self._paint_words(painter, self.shown_words(), left)
        if self._note:
            painter.setFont(self._theme.font("caption"))
            painter.setPen(self._theme.color("text3") if self.isEnabled() else color)
            left = self._paint_words(painter, self._note, left)
        if self._trailing:
            self._paint_icon(painter, self._trailing, color, left, self._theme.px(14))

    def _paint_words(self, painter: QPainter, words: str, left: float) -> float:
        width = painter.fontMetrics().horizontalAdvance(words) + 1.0
        painter.drawText(
            QRectF(left, 0, width + 2, self.height()),
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            words,
        )
        if self._kind == "link" and self._fade.value > 0.5:
            line = self.height() / 2 + painter.fontMetrics().ascent() * 0.55
            painter.drawLine(int(left), int(line), int(left + width), int(line))
        return left + width + self._gap()

    def _paint_icon(self, painter: QPainter, name: str, color: QColor, left: float, size: int) -> None:
        if name == "play" and self._kind == "primary":
            name = "play.fill"
        pixmap: QPixmap = self._theme.tinted_pixmap(name, color, size)
        painter.drawPixmap(round(left), round((self.height() - size) / 2), pixmap)

    def _paint_ring(self, painter: QPainter, color: QColor, rect: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        faint = QColor(color)
        faint.setAlphaF(0.25)
        painter.setPen(QPen(faint, self._theme.px(2)))
        painter.drawEllipse(rect.adjusted(1, 1, -1, -1))
        pen = QPen(color, self._theme.px(2))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        angle = float(self._turn.currentValue() or 0.0)
        painter.drawArc(rect.adjusted(1, 1, -1, -1), round((90 - angle) * 16), -90 * 16)


def icon_button(theme: Theme, icon: str, tooltip: str, *, size: ButtonSize = "normal") -> Button:
    """Returns a quiet button that is only an icon; the tooltip is also its accessible name."""
    button = Button(theme, "", "quiet", icon, size=size)
    button.setToolTip(tooltip)
    button.setAccessibleName(tooltip.split(" (")[0])
    return button
