"""A text whose words are marked by how they moved an answer, on as many lines as it takes; and its legend."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.protocol.explanations import AnswerExplained
from gui.look.text_places import place_of
from gui.look.theme import Theme
from gui.widgets.word_marks import Sides, WordMark, draw_line, marks_of, paint_marks, sides_of

_SPACING = 8
"""Room between lines beyond those of the text, for the lines below words."""


class WordHighlights(QWidget):
    """A text with its marks; hovering a word says what it did.

    Args:
        theme: Colours and fonts.
        role: Type role.
        most: Lines at most; 0 for as many as it takes.
        parent: Owner.
    """

    def __init__(
        self, theme: Theme, role: str = "lead", most: int = 0, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._role = role
        self._most = most
        self._text = ""
        self._sides: Sides | None = None
        self.marks: tuple[WordMark, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    @property
    def text(self) -> str:
        """Returns the text."""
        return self._text

    def show_text(self, text: str) -> None:
        """Shows a text without marks."""
        self._show(text, None, ())

    def show_explained(self, found: AnswerExplained, classes: Sequence[str], *, second: bool = False) -> None:
        """Shows the text of an answer with the words marked that moved it.

        Args:
            found: What moved it.
            classes: All classes, in the order of their marks.
            second: Whether the second text is shown.
        """
        sides = sides_of(found, classes)
        text = found.prediction.second if second else found.prediction.text
        self._show(text, sides, marks_of(found, sides, second=second))

    def _show(self, text: str, sides: Sides | None, marks: Sequence[WordMark]) -> None:
        self._text = "".join(" " if letter.isspace() else letter for letter in text)
        self._sides, self.marks = sides, tuple(marks)
        said = [f"{text[mark.start : mark.end]}: {mark.words}" for mark in self.marks]
        self.setAccessibleName(". ".join([self._text, *said]))
        self.updateGeometry()
        self.update()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 (Qt's name)
        """Returns the height of all lines."""
        lines = self._laid_out(width).lineCount()
        return max(1, lines) * self._step()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns a line's height and a usual width."""
        return QSize(self._theme.px(400), self.heightForWidth(max(1, self.width())))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the height at this width."""
        return QSize(self._theme.px(80), self.heightForWidth(max(self._theme.px(80), self.width())))

    def event(self, event: QEvent) -> bool:
        """Says on hover what a word did."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            mark = self.mark_at(event.pos())
            QToolTip.showText(event.globalPos(), mark.words if mark is not None else "", self)
            return True
        return super().event(event)

    def mark_at(self, place: QPoint) -> WordMark | None:
        """Returns the marked word at a place, if there is one."""
        layout = self._laid_out(self.width())
        number = place.y() // max(1, self._step())
        if not 0 <= number < layout.lineCount():
            return None
        at = place_of(self._text, layout.lineAt(number).xToCursor(place.x()))
        return next((mark for mark in self.marks if mark.start <= at < mark.end), None)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws grounds, lines and text."""
        painter = QPainter(self)
        layout = self._laid_out(self.width())
        if self._sides is not None:
            colors = self._sides.colors(self._theme)
            paint_marks(painter, self._theme, layout, self.marks, colors, QPointF(0, 0))
        painter.setPen(self._theme.color("text"))
        layout.draw(painter, QPointF(0, 0))

    def _step(self) -> int:
        return self._theme.line_height(self._role) + self._theme.px(_SPACING)

    def _laid_out(self, width: int) -> QTextLayout:
        layout = QTextLayout(self._text, self._theme.font(self._role))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        step, side = self._step(), self._theme.px(2)
        layout.beginLayout()
        number = 0
        while not self._most or number < self._most:
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(max(1, width - 2 * side))
            line.setPosition(QPointF(side, number * step + (step - line.height()) / 2 - self._theme.px(1)))
            number += 1
        layout.endLayout()
        return layout


class SidesLegend(QWidget):
    """Which line and colour push where."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._theme = theme
        self._sides: Sides | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def show_sides(self, sides: Sides | None) -> None:
        """Shows both sides; ``None`` shows nothing."""
        self._sides = sides
        self.setAccessibleName(", ".join(self.words()))
        self.updateGeometry()
        self.update()

    def words(self) -> list[str]:
        """Returns what stands beside the two signs."""
        return list(self._sides.words) if self._sides is not None else []

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the width of both sides."""
        metrics, px = QFontMetricsF(self._theme.font("caption")), self._theme.px
        width = sum(px(16 + 6 + 14) + metrics.horizontalAdvance(one) for one in self.words())
        return QSize(int(width), px(18))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns a width at which it is cut."""
        return QSize(self._theme.px(40), self._theme.px(18))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws both signs with their words."""
        if self._sides is None:
            return
        painter, px = QPainter(self), self._theme.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font("caption"))
        colors = self._sides.colors(self._theme)
        left = 0.0
        for number, words in enumerate(self.words()):
            sign = QRectF(left, (self.height() - px(12)) / 2, px(16), px(12))
            ground = QColor(colors[number])
            ground.setAlphaF(self._theme.alpha("wordHighlightMax") * 0.8)
            painter.fillRect(sign, ground)
            draw_line(painter, self._theme, sign, colors[number], solid=number == 0)
            left += px(16 + 6)
            width = painter.fontMetrics().horizontalAdvance(words) + 1
            painter.setPen(self._theme.color("text3"))
            painter.drawText(QRectF(left, 0, width + 4, self.height()), 0x0080, words)
            left += width + px(14)
