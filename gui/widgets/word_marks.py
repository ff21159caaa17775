"""Words that moved an answer, marked: to the one side with a solid line, to the other with a dotted one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTextLayout

from engine.protocol.explanations import AnswerExplained
from gui.look.text_places import qt_place
from gui.look.theme import Theme
from gui.widgets.class_marks import class_color

_LEAST = 0.08
"""Share of the largest effect from which a word is marked."""
_TOWARDS, _AGAINST = 2, 1
"""Numbers of the colours where an answer is no class."""


@dataclass(frozen=True)
class Sides:
    """The two sides that words push to, each with its line and colour.

    Attributes:
        solid: What words with a solid line push to, e.g. ``"towards spam"``.
        dotted: The same for a dotted line.
        numbers: Numbers of both colours among those of the classes; 0 for none.
        flipped: Whether the solid line is that of words which speak against the answer.
    """

    solid: str
    dotted: str
    numbers: tuple[int, int]
    flipped: bool = False

    def colors(self, theme: Theme) -> tuple[QColor, QColor]:
        """Returns the colours of the solid and the dotted side."""
        return class_color(theme, self.numbers[0]), class_color(theme, self.numbers[1])

    @property
    def words(self) -> tuple[str, str]:
        """Returns what stands beside both lines in a legend."""
        return f"pushed {self.solid}", f"pushed {self.dotted}"


@dataclass(frozen=True)
class WordMark:
    """A marked word.

    Attributes:
        start: First character.
        end: The character after the last.
        strength: Share of the largest effect in the text, 0 to 1.
        solid: Whether it has the solid line.
        words: What it did, for hovering: ``"12.4 points towards spam"``.
    """

    start: int
    end: int
    strength: float
    solid: bool
    words: str


def sides_of(found: AnswerExplained, classes: Sequence[str], solid: str = "") -> Sides:
    """Returns the sides of one answer.

    Args:
        found: What moved it.
        classes: All classes, in the order of their marks.
        solid: The class that has the solid line wherever it is one of both; empty for that of the answer.
    """
    names = ("towards this answer", "against it")
    if found.against:
        names = (f"towards {found.target}", f"towards {found.against}")
    numbers = (_TOWARDS, _AGAINST)
    if found.target in classes:
        against = classes.index(found.against) + 1 if found.against in classes else 0
        numbers = (classes.index(found.target) + 1, against)
    if solid and solid == found.against:
        return Sides(names[1], names[0], (numbers[1], numbers[0]), flipped=True)
    return Sides(*names, numbers)


def sides_of_classes(classes: Sequence[str]) -> Sides:
    """Returns the sides that hold for many answers: of two classes the second has the solid line."""
    if len(classes) == 2:
        return Sides(f"towards {classes[1]}", f"towards {classes[0]}", (2, 1))
    return Sides("towards what it said", "against it", (_TOWARDS, _AGAINST))


def solid_class(classes: Sequence[str]) -> str:
    """Returns the class whose words have the solid line in a list of answers; empty for what was said."""
    return classes[1] if len(classes) == 2 else ""


def marks_of(
    found: AnswerExplained, sides: Sides, *, second: bool = False, moved: int = 0
) -> tuple[WordMark, ...]:
    """Returns the words of a text that moved an answer enough to be marked.

    Args:
        found: What moved it.
        sides: Which words have which line.
        second: Whether those of the second text are wanted.
        moved: Characters that stand before the text where it is shown.
    """
    largest = max((abs(one.effect) for one in found.effects), default=0.0)
    if largest <= 0:
        return ()
    return tuple(
        WordMark(
            one.start + moved,
            one.end + moved,
            abs(one.effect) / largest,
            (one.effect > 0) is not sides.flipped,
            _words(found, sides, one.effect),
        )
        for one in found.effects
        if one.second is second and abs(one.effect) >= _LEAST * largest
    )


def _words(found: AnswerExplained, sides: Sides, effect: float) -> str:
    """Returns an effect in words: ``"12.4 points towards spam"``."""
    size = f"{100 * abs(effect):.1f} points" if found.is_share else f"{abs(effect):.2f}"
    return f"{size} {sides.solid if (effect > 0) is not sides.flipped else sides.dotted}"


def paint_marks(
    painter: QPainter,
    theme: Theme,
    layout: QTextLayout,
    marks: Sequence[WordMark],
    colors: tuple[QColor, QColor],
    origin: QPointF,
) -> None:
    """Paints the grounds and lines of marked words; the text goes over them.

    Args:
        painter: Where to.
        theme: Lengths and the strongest tint.
        layout: The text, laid out.
        marks: The words.
        colors: Of those with a solid line and of those with a dotted one.
        origin: Where the layout is drawn.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for mark in marks:
        color = QColor(colors[0] if mark.solid else colors[1])
        for place in _places(layout, mark, origin, theme):
            ground = QColor(color)
            ground.setAlphaF(theme.alpha("wordHighlightMax") * mark.strength)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(place, theme.px(3), theme.px(3))
            draw_line(painter, theme, place, color, solid=mark.solid)
    painter.restore()


def draw_line(painter: QPainter, theme: Theme, place: QRectF, color: QColor, *, solid: bool) -> None:
    """Draws the line below a marked word, solid or dotted."""
    pen = QPen(color, theme.px(2))
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if not solid:
        pen.setDashPattern([1.0, 1.2])
    painter.setPen(pen)
    bottom = place.bottom() - theme.px(2) / 2
    painter.drawLine(QPointF(place.left() + 1, bottom), QPointF(place.right() - 1, bottom))


def _places(layout: QTextLayout, mark: WordMark, origin: QPointF, theme: Theme) -> list[QRectF]:
    """Returns where a word stands: a box on each of its lines."""
    boxes = []
    begins, ends = (qt_place(layout.text(), place) for place in (mark.start, mark.end))
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        first, last = line.textStart(), line.textStart() + line.textLength()
        start, end = max(begins, first), min(ends, last)
        if end <= start:
            continue
        left, right = _x(line.cursorToX(start)), _x(line.cursorToX(end))
        if right - left < 1:
            continue
        top = origin.y() + line.y() - theme.px(1)
        box = QRectF(origin.x() + min(left, right), top, abs(right - left), line.height() + theme.px(3))
        boxes.append(box.adjusted(-theme.px(2), 0, theme.px(2), 0))
    return boxes


def _x(found: object) -> float:
    """Returns the place that Qt answers, alone or in a pair with the character."""
    return float(found[0] if isinstance(found, (tuple, list)) else found)  # type: ignore[arg-type]  # a number
