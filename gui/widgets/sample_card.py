"""A sample to start with: the whole card is one button."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gui.look.painting import draw_panel, mix
from gui.look.theme import Theme
from gui.widgets.hover_fade import HoverFade

_THREE_LINES = 60
"""Height from which a card has room for a third line."""

_MIDDLE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class SampleCard(QAbstractButton):
    """Icon, title, one sentence, and how much there is.

    Args:
        theme: Where colours and lengths come from.
        title: E.g. ``"Happy or upset?"``.
        summary: What the model learns from it.
        note: E.g. ``"3,099 posts, two labels"``.
        icon: Name of an icon.
        badge: A word behind the title of the card to start with; its edge is dark.
        parent: Owner.
    """

    def __init__(
        self,
        theme: Theme,
        title: str,
        summary: str,
        note: str,
        icon: str,
        *,
        badge: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._summary = summary
        self._note = note
        self._icon_name = icon
        self._badge = badge
        self._reason = ""
        self._height = 82
        self._fade = HoverFade(theme, self)
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(f"{summary}. {note}.")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._refresh()
        theme.changed.connect(self._refresh)

    def set_reason(self, reason: str) -> None:
        """Greys the card and says why; an empty reason makes it available."""
        self._reason = reason
        self.setEnabled(not reason)
        self.setToolTip(reason or self._note)
        self.setCursor(Qt.CursorShape.ArrowCursor if reason else Qt.CursorShape.PointingHandCursor)
        self.update()

    @property
    def reason(self) -> str:
        """Returns why it is off; empty when it is not."""
        return self._reason

    def set_card_height(self, height: int) -> None:
        """Changes the height at 100 %, e.g. 66 where room is short."""
        self._height = height
        self._refresh()

    def _refresh(self) -> None:
        self.setProperty("focus_radius", self._theme.radius("card"))
        self.setFixedHeight(self._theme.px(self._height))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the size on a large window."""
        return QSize(self._theme.px(360), self._theme.px(self._height))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the least width at which the words can be read."""
        return QSize(self._theme.px(220), self._theme.px(self._height))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the card."""
        painter = QPainter(self)
        theme, px = self._theme, self._theme.px
        rest, edge = theme.color("surface"), theme.color("border")
        width = float(px(1))
        if not self.isEnabled():
            rest = theme.tint("surface", 0.45)
        elif self.isDown():
            rest = theme.color("pressed")
        else:
            rest = mix(rest, theme.color("hover"), self._fade.value)
        if self._badge:
            edge, width = theme.color("ink"), 1.5 * theme.scale
        draw_panel(painter, QRectF(self.rect()), rest, edge, radius=theme.radius("card"), width=width)
        left = self._paint_tile(painter)
        if self.isEnabled():
            place = QPointF(self.width() - px(16) - px(16), (self.height() - px(16)) // 2)
            painter.drawPixmap(place, theme.pixmap("chev", "text2", 16))
        self._paint_words(painter, left, self.width() - left - px(42 if self.isEnabled() else 16))

    def _paint_tile(self, painter: QPainter) -> int:
        """Draws the icon on its tile; returns where the words begin."""
        theme, px = self._theme, self._theme.px
        edge = px(40 if self._height >= 72 else 34)
        tile = QRectF(px(16), (self.height() - edge) / 2, edge, edge)
        draw_panel(painter, tile, theme.color("sunken"), None, radius=px(8))
        token = "text" if self.isEnabled() else "disabled"
        place = tile.center() - QPointF(px(9), px(9))
        painter.drawPixmap(
            QPointF(round(place.x()), round(place.y())), theme.pixmap(self._icon_name, token, 18)
        )
        return px(16) + edge + px(14)

    def _paint_words(self, painter: QPainter, left: int, room: int) -> None:
        theme, px = self._theme, self._theme.px
        title = (self.text(), "bodyStrong", "text", 18)
        summary = (self._summary, "small", "text2", 16)
        note = (self._reason or self._note, "caption", "text3", 15)
        lines = (
            (title, summary, note)
            if self._height >= _THREE_LINES
            else (title, note if self._reason else summary)
        )
        top = (self.height() - px(sum(line[3] for line in lines)) - px(2)) / 2
        for number, (words, role, token, height) in enumerate(lines):
            painter.setFont(theme.font(role))
            painter.setPen(
                theme.color(
                    token
                    if self.isEnabled() or (words, number) == (self._reason, len(lines) - 1)
                    else "disabled"
                )
            )
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(left, top, room, px(height)), _MIDDLE, shown)
            if number == 0 and self._badge:
                self._paint_badge(painter, left + painter.fontMetrics().horizontalAdvance(shown), top)
            top += px(height) + px(1)

    def _paint_badge(self, painter: QPainter, left: float, top: float) -> None:
        theme, px = self._theme, self._theme.px
        width = QFontMetricsF(theme.font("caption")).horizontalAdvance(self._badge) + px(16)
        pill = QRectF(left + px(8), top - px(1), width, px(20))
        if pill.right() > self.width() - px(36):
            return
        draw_panel(painter, pill, None, theme.color("border"), radius=px(10))
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("text2"))
        painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), self._badge)
