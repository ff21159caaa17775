"""How many rows each label has: a bar in proportion, and the counts below it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.protocol.data_facts import ClassCount
from gui.look.texts import label_words, percent, thousands
from gui.look.theme import Theme
from gui.widgets.class_marks import MOST_MARKED, class_color, paint_mark

_MOST_LISTED = 10


def whole_percent(share: float) -> str:
    """Returns a share without decimals where that says enough: ``"87 %"``, but ``"0.4 %"``.

    Args:
        share: 0 to 1.
    """
    return f"{share * 100:.0f} %" if 0.01 <= share < 0.995 else percent(share)


class LabelShare(QWidget):
    """Draws the share of each label; the most frequent stands first.

    The palette has eight places, so the bar shows eight labels and puts the rest into one grey part. The
    list below shows ten and says how many more there are.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts without labels."""
        super().__init__(parent)
        self._theme = theme
        self._classes: tuple[ClassCount, ...] = ()
        self._rows = 0
        self.setObjectName("label_share")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_classes(())
        theme.changed.connect(self._restyle)

    @property
    def total(self) -> int:
        """Number of labels: of rows, where each has one."""
        return sum(entry.count for entry in self._classes)

    def shares(self) -> list[float]:
        """Returns the share of each label, 0 to 1: of the rows, where these are known, else of all labels."""
        total = self._rows or self.total
        return [entry.count / total if total else 0.0 for entry in self._classes]

    def set_classes(self, classes: Sequence[ClassCount], rows: int = 0) -> None:
        """Shows other labels.

        Args:
            classes: Labels with counts, most frequent first.
            rows: How many rows they are counted in; 0 where parts of rows are counted.
        """
        self._classes, self._rows = tuple(classes), rows
        words = ", ".join(
            f"{label_words(entry.name)} {thousands(entry.count)}, {whole_percent(share)}"
            for entry, share in zip(self._classes, self.shares(), strict=True)
        )
        self.setAccessibleName(f"Labels: {words or 'none'}")
        more = self._classes[_MOST_LISTED:]
        self.setToolTip("\n".join(f"{label_words(entry.name)}: {thousands(entry.count)}" for entry in more))
        self.updateGeometry()
        self.update()

    def segments(self, width: float) -> list[QRectF]:
        """Returns the parts of the bar; the last may hold several labels.

        Args:
            width: Width of the whole bar in pixels. A part that is not empty is at least 3 px wide.
        """
        shares = self.shares()
        if len(shares) > MOST_MARKED:
            shares = [*shares[:MOST_MARKED], sum(shares[MOST_MARKED:])]
        gap = 2.0
        room, whole = width - gap * max(len(shares) - 1, 0), sum(shares) or 1.0
        widths = [max(3.0, room * share / whole) for share in shares]
        scale = room / sum(widths) if widths else 0.0
        rects = []
        left = 0.0
        for wide in widths:
            rects.append(QRectF(left, 0.0, wide * scale, float(self._theme.px(14))))
            left += wide * scale + gap
        return rects

    def _columns(self) -> int:
        """Two columns where every name fits into one of them whole."""
        listed = zip(self._classes[:_MOST_LISTED], self.shares(), strict=False)
        widest = max((self._entry_width(entry, share) for entry, share in listed), default=0.0)
        return 2 if 2 * widest + self._theme.px(12) <= max(self.width(), self._theme.px(240)) else 1

    def _lines(self) -> int:
        listed = min(len(self._classes), _MOST_LISTED)
        return -(-listed // self._columns()) + (1 if len(self._classes) > _MOST_LISTED else 0)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    # Qt

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Returns room for the bar and the list."""
        return QSize(self._theme.px(220), self._theme.px(14 + 6 + 22 * max(self._lines(), 1)))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own name
        """Asks for another height when the list needs other columns."""
        super().resizeEvent(event)
        if self.sizeHint().height() != self.height():
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Paints bar and list."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar = QRectF(0, 0, self.width(), self._theme.px(14))
        outline = QPainterPath()
        outline.addRoundedRect(bar, 3, 3)
        painter.setClipPath(outline)
        painter.fillRect(bar, self._theme.color("pressed" if not self._classes else "surface"))
        for place, rect in enumerate(self.segments(self.width())):
            painter.fillRect(rect, class_color(self._theme, place + 1))
        painter.setClipping(False)
        if self._classes:
            self._paint_list(painter)

    def _paint_list(self, painter: QPainter) -> None:
        theme, px = self._theme, self._theme.px
        columns = self._columns()
        wide = self.width() / columns
        line = px(22)
        top = px(14 + 6)
        listed = self._classes[:_MOST_LISTED]
        for place, (entry, share) in enumerate(zip(listed, self.shares(), strict=False)):
            left = (place % columns) * wide
            if columns == 2 and len(self._classes) == 2 and place == 1:
                # Two labels: the second one ends at the right edge, as the bar does.
                left = self.width() - self._entry_width(entry, share)
            self._paint_entry(
                painter, QRectF(left, top + (place // columns) * line, wide, line), place + 1, entry, share
            )
        if len(self._classes) > _MOST_LISTED:
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("text3"))
            room = QRectF(0, top + (self._lines() - 1) * line, self.width(), line)
            more = f"and {thousands(len(self._classes) - _MOST_LISTED)} more"
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), more)

    def _entry_width(self, entry: ClassCount, share: float) -> float:
        theme, px = self._theme, self._theme.px
        words = QFontMetricsF(theme.font("body")).horizontalAdvance(label_words(entry.name))
        number = QFontMetricsF(theme.font("bodyStrong")).horizontalAdvance(thousands(entry.count))
        of = QFontMetricsF(theme.font("caption")).horizontalAdvance(whole_percent(share))
        return px(16) + words + px(6) + number + px(6) + of + 1

    def _paint_entry(
        self, painter: QPainter, room: QRectF, number: int, entry: ClassCount, share: float
    ) -> None:
        theme, px = self._theme, self._theme.px
        mark = QRectF(room.left(), room.center().y() - px(9) / 2, px(9), px(9))
        paint_mark(painter, theme, mark, number)
        pieces = (
            ("caption", "text3", whole_percent(share)),
            ("bodyStrong", "text", thousands(entry.count)),
        )
        widths = []
        for role, _, words in pieces:
            painter.setFont(theme.font(role))
            widths.append(painter.fontMetrics().horizontalAdvance(words))
        painter.setFont(theme.font("body"))
        left = room.left() + px(16)
        for_name = max(0, int(room.right() - left - sum(widths) - px(20)))
        metrics = painter.fontMetrics()
        name = label_words(entry.name)
        if metrics.horizontalAdvance(name) > for_name:
            name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, for_name)
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.setPen(theme.color("text"))
        painter.drawText(QRectF(left, room.top(), self.width(), room.height()), middle, name)
        left += metrics.horizontalAdvance(name) + px(6)
        for (role, token, words), width in zip(reversed(pieces), reversed(widths), strict=True):
            painter.setFont(theme.font(role))
            painter.setPen(theme.color(token))
            painter.drawText(QRectF(left, room.top(), width + 2, room.height()), middle, words)
            left += width + px(6)
