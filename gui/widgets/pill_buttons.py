"""Two buttons of the top bar: the device chip and the field that finds anything."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gui.look.keys import key_words, with_keys
from gui.look.painting import draw_panel, mix
from gui.look.theme import Theme
from gui.widgets.hover_fade import HoverFade

_MIDDLE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class _Pill(QAbstractButton):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fade = HoverFade(theme, self)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def _paint_ground(self, painter: QPainter, rest: str, radius: float) -> None:
        theme = self._theme
        fill = theme.color("pressed") if self.isDown() else theme.color(rest)
        if not self.isDown():
            fill = mix(fill, theme.color("hover"), self._fade.value)
        draw_panel(
            painter, QRectF(self.rect()), fill, theme.color("border"), radius=radius, width=theme.px(1)
        )


class DevicePill(_Pill):
    """Where training runs and how much memory is free.

    Args:
        theme: Where colours and lengths come from.
        parent: Owner.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._text = ""
        self.setObjectName("device_chip")

    def set_value(self, text: str, free: str = "") -> None:
        """Shows a device, e.g. "CPU · 8 threads", and what is free, e.g. "5.1 GB free"."""
        self._text = f"{text}  ·  {free}" if free else text
        self.setAccessibleName(f"Training runs on {text}, {free}".rstrip(", "))
        self.updateGeometry()
        self.update()

    def shown_text(self) -> str:
        """Returns what is shown."""
        return self._text

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the size of its words."""
        px = self._theme.px
        words = QFontMetricsF(self._theme.font("small")).horizontalAdvance(self._text)
        return QSize(px(10) + px(14) + px(7) + int(words) + 1 + px(11), px(24))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the chip."""
        painter = QPainter(self)
        theme, px = self._theme, self._theme.px
        self._paint_ground(painter, "rail", self.height() / 2)
        self.setProperty("focus_radius", self.height() / 2)
        top = (self.height() - px(14)) // 2
        painter.drawPixmap(QPointF(px(10), top), theme.pixmap("chip", "text2", 14))
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text2"))
        painter.drawText(QRectF(px(31), 0, self.width(), self.height()), _MIDDLE, self._text)


class SearchPill(_Pill):
    """Opens the search; looks like a field, or like an icon where room is short.

    Args:
        theme: Where colours and lengths come from.
        parent: Owner.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._icon_only = False
        self.setObjectName("search_button")
        self.setAccessibleName("Find anything")
        self.setToolTip(with_keys("Find pages, settings, runs and help", "Ctrl+K"))

    def set_icon_only(self, icon_only: bool) -> None:
        """Shrinks it to its icon."""
        self._icon_only = icon_only
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns 190 × 30, or a square."""
        px = self._theme.px
        return QSize(px(34), px(34)) if self._icon_only else QSize(px(190), px(30))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the field."""
        painter = QPainter(self)
        theme, px = self._theme, self._theme.px
        middle = (self.height() - px(16)) // 2
        if self._icon_only:
            if self._fade.value > 0:
                fill = mix(theme.tint("hover", 0.0), theme.color("hover"), self._fade.value)
                draw_panel(painter, QRectF(self.rect()), fill, None, radius=theme.radius("control"))
            painter.drawPixmap(
                QPointF((self.width() - px(18)) // 2, (self.height() - px(18)) // 2),
                theme.pixmap("search", "text2", 18),
            )
            return
        self._paint_ground(painter, "surface", theme.radius("control"))
        painter.drawPixmap(QPointF(px(10), middle), theme.pixmap("search", "text3", 16))
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text3"))
        painter.drawText(QRectF(px(33), 0, self.width(), self.height()), _MIDDLE, "Find anything")
        self._paint_keys(painter)

    def _paint_keys(self, painter: QPainter) -> None:
        theme, px = self._theme, self._theme.px
        words = key_words("Ctrl+K")
        painter.setFont(theme.font("caption"))
        width = painter.fontMetrics().horizontalAdvance(words) + px(12)
        keys = QRectF(self.width() - width - px(8), (self.height() - px(18)) / 2, width, px(18))
        draw_panel(painter, keys, None, theme.color("border"), radius=px(4))
        painter.setPen(theme.color("text2"))
        painter.drawText(keys, int(Qt.AlignmentFlag.AlignCenter), words)
