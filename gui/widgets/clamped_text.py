"""A text on at most a few lines, cut with "…", whole on hover."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.text_places import place_of
from gui.look.theme import Theme

_LONGEST_LAID_OUT = 1500


class ClampedText(QWidget):
    """Breaks a text between words; what does not fit into the lines ends in "…".

    Args:
        theme: Fonts and colours.
        text: All of it.
        lines: How many lines at most.
        role: Type role.
        token: Colour token.
        parent: Owner.
        breaks: Whether the text's own lines are kept, as those of a poem; else each becomes a space.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        lines: int = 2,
        role: str = "body",
        token: str = "text",
        parent: QWidget | None = None,
        *,
        breaks: bool = False,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._breaks = breaks
        self._lines = lines
        self._role, self._token = role, token
        self._text = ""
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_text(text)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    @property
    def text(self) -> str:
        """Returns the whole text."""
        return self._text

    def set_text(self, text: str) -> None:
        """Shows another text; line breaks become spaces, unless they are kept."""
        lines = text.splitlines() if self._breaks else [text]
        self._text = "\n".join(" ".join(line.split()) for line in lines if line.split())
        self.setToolTip(self._text[:_LONGEST_LAID_OUT])
        self.setAccessibleName(self._text)
        self.updateGeometry()
        self.update()

    def shown_lines(self, width: int) -> list[str]:
        """Returns the lines as they are drawn at a width."""
        font = self._theme.font(self._role)
        # More than this never fits a few lines, so no more of a long text is measured.
        layout = QTextLayout(self._text[:_LONGEST_LAID_OUT].replace("\n", "\u2028"), font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        starts: list[int] = []
        end = 0
        layout.beginLayout()
        while len(starts) < self._lines and (line := layout.createLine()).isValid():
            line.setLineWidth(max(1, width))
            starts.append(place_of(self._text, line.textStart()))
            end = place_of(self._text, line.textStart() + line.textLength())
        layout.endLayout()
        ends = [*starts[1:], end]
        found = [self._text[start:stop].rstrip() for start, stop in zip(starts, ends, strict=False)]
        if found and end < len(self._text):
            rest, _, below = self._text[starts[-1] : starts[-1] + _LONGEST_LAID_OUT].partition("\n")
            rest = f"{rest}…" if below else rest
            found[-1] = QFontMetricsF(font).elidedText(rest, Qt.TextElideMode.ElideRight, width)
        return found

    def hasHeightForWidth(self) -> bool:  # noqa: N802 (Qt's name)
        """Returns true: fewer lines where there is more room."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 (Qt's name)
        """Returns the height of the lines at a width."""
        return max(1, len(self.shown_lines(width))) * self._theme.line_height(self._role)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the size at 240 wide."""
        width = self._theme.px(240)
        return QSize(width, self.heightForWidth(self.width() or width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns one line."""
        return QSize(self._theme.px(60), self._theme.line_height(self._role))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the lines."""
        painter = QPainter(self)
        painter.setFont(self._theme.font(self._role))
        painter.setPen(self._theme.color(self._token))
        step = self._theme.line_height(self._role)
        ascent = (step + painter.fontMetrics().ascent() - painter.fontMetrics().descent()) / 2
        for index, line in enumerate(self.shown_lines(self.width())):
            painter.drawText(QPointF(0, index * step + ascent), line)
