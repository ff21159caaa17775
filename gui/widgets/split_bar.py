"""How rows are divided into train, validation and test; shape carries it: solid, outlined, dashed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.theme import Theme

_CAPTIONS = ("what the model studies", "check", "final test")
_SHORT_FIRST = "studied"
_NAMES = ("Train", "Validation", "Test")


class SplitBar(QWidget):
    """Draws the three parts in proportion with their counts and what each is for."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts with no rows."""
        super().__init__(parent)
        self._theme = theme
        self._counts: tuple[int, int, int] | None = None
        self.setObjectName("split_bar")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clear()
        theme.changed.connect(self._restyle)

    def set_counts(self, train: int, validation: int, test: int) -> None:
        """Shows numbers of rows."""
        self._counts = (train, validation, test)
        words = f"train {train:,} rows, validation {validation:,}, test {test:,}"
        self.setAccessibleName(f"Split: {words}")
        self.setToolTip(
            f"Train: {train:,} rows that the model studies. Validation: {validation:,} rows that choose the "
            f"best checkpoint. Test: {test:,} rows that are looked at once, for the result."
        )
        self.update()

    def clear(self) -> None:
        """Shows that the counts are not known."""
        self._counts = None
        self.setAccessibleName("Split: not known yet")
        self.setToolTip("")
        self.update()

    def parts(self) -> list[QRectF]:
        """Returns the three rectangles, in pixels; each is wide enough to be seen and to hold its number."""
        if self._counts is None:
            return []
        px = self._theme.px
        gap = float(px(2))
        room = self.width() - 2 * gap
        least = min(float(px(46)), room / 3)
        total = max(sum(self._counts), 1)
        widths = [room * count / total for count in self._counts]
        # Small parts are widened to hold their number; the train part pays for it.
        for place in (1, 2):
            widths[place] = max(widths[place], least)
        widths[0] = max(room - widths[1] - widths[2], least)
        scale = room / sum(widths)
        rects = []
        left = 0.0
        for width in widths:
            rects.append(QRectF(left, 0.0, width * scale, float(px(32))))
            left += width * scale + gap
        return rects

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    # Qt

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Returns the height of bar and captions."""
        return QSize(self._theme.px(220), self._theme.px(32 + 4 + 16))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Paints the parts and their captions."""
        if self._counts is None:
            self._paint_unknown()
            return
        theme, px = self._theme, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rects = self.parts()
        labels = self._labels(rects, theme.font("caption", 600))
        for place, (rect, words) in enumerate(zip(rects, labels, strict=True)):
            box = rect.adjusted(0.5, 0.5, -0.5, -0.5)
            if place == 0:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("ink"))
            else:
                style = Qt.PenStyle.SolidLine if place == 1 else Qt.PenStyle.DashLine
                painter.setPen(QPen(theme.color("borderStrong"), 1.25, style))
                painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, px(4), px(4))
            painter.setFont(theme.font("caption", 600))
            painter.setPen(theme.color("onInk" if place == 0 else "text"))
            align = Qt.AlignmentFlag.AlignLeft if place == 0 else Qt.AlignmentFlag.AlignHCenter
            inner = box.adjusted(px(10), 0, 0, 0) if place == 0 else box
            painter.drawText(inner, int(align | Qt.AlignmentFlag.AlignVCenter), words)
        self._paint_captions(painter, rects)

    def _labels(self, rects: list[QRectF], font: QFont) -> list[str]:
        """Returns what stands in each part: name and count, or the count alone where names do not fit.

        Validation and test keep or lose their names together.
        """
        counts = self._counts or (0, 0, 0)
        whole = [f"{name} {count:,}" for name, count in zip(_NAMES, counts, strict=True)]
        metrics = QFontMetricsF(font)
        fits = [
            metrics.horizontalAdvance(words) <= rect.width() - self._theme.px(14)
            for words, rect in zip(whole, rects, strict=True)
        ]
        named = (fits[0], fits[1] and fits[2], fits[1] and fits[2])
        return [
            words if has_name else f"{count:,}"
            for words, count, has_name in zip(whole, counts, named, strict=True)
        ]

    def _paint_captions(self, painter: QPainter, rects: list[QRectF]) -> None:
        theme, px = self._theme, self._theme.px
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("text3"))
        metrics = painter.fontMetrics()
        right = float(self.width())
        # From the right: the test's caption ends at the edge, the others give way.
        for place in (2, 1, 0):
            width = metrics.horizontalAdvance(_CAPTIONS[place])
            start = min(rects[place].left() + (rects[place].width() - width) / 2, right - width)
            left = 0.0 if place == 0 else start
            room = QRectF(left, px(36), max(0.0, right - left), px(16))
            words = _CAPTIONS[place]
            if place == 0 and width > room.width():
                words = _SHORT_FIRST
            words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(room.width()) + 1)
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft, words)
            right = left - px(8)

    def _paint_unknown(self) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("pressed"))
        painter.drawRoundedRect(QRectF(0, 0, self.width(), self._theme.px(32)), 4, 4)
