"""A text on a few lines with coloured parts: what a model marks in it, or the answer that it finds there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QWidget

from engine.protocol.results import Span
from gui.look.text_places import place_of, qt_place
from gui.look.theme import Theme
from gui.widgets.clamped_text import ClampedText
from gui.widgets.class_marks import class_color

_BEFORE = 24
"""Characters that are shown before the first part where the text has to begin later for it to be seen."""
_MOST = 1500
_OPACITY = 0.22


def label_number(label: str, classes: Sequence[str]) -> int:
    """Returns the number of a part's label in the palette; parts of an answer without labels are number 1.

    Args:
        label: E.g. ``"CITY"``.
        classes: What the model chooses from; they may be prefixed, as ``"B-CITY"`` and ``"I-CITY"`` are.
    """
    prefixed = [name.split("-", 1)[1] for name in classes if "-" in name]
    order = list(dict.fromkeys(prefixed or classes))
    return order.index(label) + 1 if label in order else 1


class MarkedText(ClampedText):
    """A clamped text whose parts can be marked; it begins where the first of them can be seen."""

    def __init__(self, theme: Theme, text: str = "", lines: int = 2, parent: QWidget | None = None) -> None:
        """Shows a text without marks."""
        super().__init__(theme, text, lines, parent=parent)
        self._spans: tuple[tuple[Span, int], ...] = ()

    def set_text(self, text: str) -> None:
        """Shows another text; each line break becomes a space, so that places stay where they are."""
        super().set_text(text)
        self._text = "".join(" " if letter.isspace() else letter for letter in text)

    def set_spans(self, spans: Sequence[Span], classes: Sequence[str]) -> None:
        """Marks parts of the text.

        Args:
            spans: The parts.
            classes: What their labels are chosen from, for their colours.
        """
        self._spans = tuple((span, label_number(span.label, classes)) for span in spans)
        said = [f"{self._text[span.start : span.end]}: {span.label}" for span in spans if span.label]
        self.setToolTip("\n".join([self._text[:_MOST], *said]))
        self.setAccessibleName(". ".join([self._text, *said]))
        self.updateGeometry()
        self.update()

    @property
    def colors(self) -> list[int]:
        """Returns the palette's number of each marked part, in the order of the parts."""
        return [number for _, number in self._spans]

    def shown_lines(self, width: int) -> list[str]:
        """Returns the lines as they are drawn at a width."""
        layout, text, _ = self._laid_out(width)
        lines = [layout.lineAt(number) for number in range(layout.lineCount())]
        starts = [place_of(text, line.textStart()) for line in lines]
        ends = [place_of(text, line.textStart() + line.textLength()) for line in lines]
        return [text[start:end].rstrip() for start, end in zip(starts, ends, strict=True)]

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the lines, the parts on a tint of their colour and underlined with it."""
        painter = QPainter(self)
        painter.setPen(self._theme.color(self._token))
        layout, text, first = self._laid_out(self.width())
        ranges = []
        for span, number in self._spans:
            start, end = max(0, span.start - first), min(len(text), span.end - first)
            if end <= start:
                continue
            color = class_color(self._theme, number)
            one = QTextLayout.FormatRange()
            one.start = qt_place(text, start)
            one.length = qt_place(text, end) - one.start
            look = QTextCharFormat()
            look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
            look.setUnderlineColor(color)
            color.setAlphaF(_OPACITY)
            look.setBackground(color)
            one.format = look
            ranges.append(one)
        layout.draw(painter, QPointF(0, 0), ranges)

    def _laid_out(self, width: int) -> tuple[QTextLayout, str, int]:
        """Returns the lines, their text, and how far its places are moved against the whole text."""
        text, first = self._text[:_MOST], 0
        layout, end = self._lines_of(text, width)
        earliest = min((span.start for span, _ in self._spans), default=0)
        if earliest >= max(1, end - 1):
            begin = self._text.find(" ", max(0, earliest - _BEFORE)) + 1
            begin = begin if 0 < begin <= earliest else earliest
            text, first = "…" + self._text[begin : begin + _MOST], begin - 1
            layout, end = self._lines_of(text, width)
        whole, cut = text, end - 1
        while end < len(text) and cut > 0:
            text = whole[:cut].rstrip() + "…"
            layout, end = self._lines_of(text, width)
            cut -= 1
        return layout, text, first

    def _lines_of(self, text: str, width: int) -> tuple[QTextLayout, int]:
        """Returns as many lines as there is room for, and where the last one ends."""
        layout = QTextLayout(text, self._theme.font(self._role))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        step, end = self._theme.line_height(self._role), 0
        layout.beginLayout()
        for number in range(self._lines):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(max(1, width))
            line.setPosition(QPointF(0, number * step + (step - line.height()) / 2))
            end = place_of(text, line.textStart() + line.textLength())
        layout.endLayout()
        return layout, end
