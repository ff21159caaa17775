"""Words that moved an answer, marked: towards it with a solid line, against it with a dotted one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTextLayout

from engine.protocol.explanations import AnswerExplained
from gui.look.theme import Theme
from gui.widgets.class_marks import class_color

_LEAST = 0.08
"""Share of the largest effect from which a word is marked."""
_TOWARDS, _AGAINST = 2, 1
"""Numbers of the colours where an answer is no class."""


@dataclass(frozen=True)
class WordMark:
    """A marked word.

    Attributes:
        start: First character.
        end: The character after the last.
        strength: Share of the largest effect in the text, 0 to 1.
        towards: Whether it pushes towards the answer.
        words: What it did, for hovering: ``"+ 12 % towards spam"``.
    """

    start: int
    end: int
    strength: float
    towards: bool
    words: str


def marks_of(found: AnswerExplained, *, second: bool = False) -> tuple[WordMark, ...]:
    """Returns the words of a text that moved an answer enough to be marked.

    Args:
        found: What moved it.
        second: Whether those of the second text are wanted.
    """
    largest = max((abs(one.effect) for one in found.effects), default=0.0)
    if largest <= 0:
        return ()
    return tuple(
        WordMark(
            one.start, one.end, abs(one.effect) / largest, one.effect > 0, effect_words(found, one.effect)
        )
        for one in found.effects
        if one.second is second and abs(one.effect) >= _LEAST * largest
    )


def effect_words(found: AnswerExplained, effect: float) -> str:
    """Returns an effect in words: ``"12.4 points towards spam"``."""
    size = f"{100 * abs(effect):.1f} points" if found.is_share else f"{abs(effect):.2f}"
    target, against = side_names(found)
    return f"{size} {target if effect > 0 else against}"


def side_names(found: AnswerExplained) -> tuple[str, str]:
    """Returns what the two sides push towards, e.g. ``("towards spam", "towards ham")``."""
    if not found.against:
        return "towards this answer", "against it"
    return f"towards {found.target}", f"towards {found.against}"


def side_colors(theme: Theme, found: AnswerExplained, classes: Sequence[str]) -> tuple[QColor, QColor]:
    """Returns the colours of both sides: those of the classes where an answer is one.

    Args:
        theme: Colours.
        found: What moved the answer.
        classes: All classes, in the order of their marks.
    """
    if found.target not in classes:
        return class_color(theme, _TOWARDS), class_color(theme, _AGAINST)
    against = classes.index(found.against) + 1 if found.against in classes else 0
    return class_color(theme, classes.index(found.target) + 1), class_color(theme, against)


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
        colors: Of those towards the answer and against it.
        origin: Where the layout is drawn.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for mark in marks:
        color = QColor(colors[0] if mark.towards else colors[1])
        for place in _places(layout, mark, origin, theme):
            ground = QColor(color)
            ground.setAlphaF(theme.alpha("wordHighlightMax") * mark.strength)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(place, theme.px(3), theme.px(3))
            draw_line(painter, theme, place, color, solid=mark.towards)
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
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        first, last = line.textStart(), line.textStart() + line.textLength()
        start, end = max(mark.start, first), min(mark.end, last)
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
    return float(found[0] if isinstance(found, (tuple, list)) else found)  # type: ignore[arg-type]
