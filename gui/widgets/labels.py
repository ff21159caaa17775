"""Text in a role and a colour of the theme, on the line distance of the design."""

from __future__ import annotations

import re

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from gui.look.text_places import qt_place
from gui.look.theme import Theme

_UNIT = re.compile(r"(?<=\d) (?=(%|s|min|h|kB|MB|GB|TB|bytes|k|M|million|thousand)\b|%)")
_STRONG = re.compile(r"\*\*(.+?)\*\*")
_NO_BREAK_SPACE = "\u00a0"
_WIDEST = 100_000.0


class ThemedLabel(QLabel):
    """A text that follows the theme. ``**words**`` in it are strong; numbers keep their unit beside them.

    Args:
        theme: Where colours and fonts come from.
        text: What it says.
        role: Type role, e.g. ``"small"``.
        token: Colour token.
        weight: 400, 500 or 600 instead of the role's own.
        wrap: Whether it may take several lines.
        elide: Whether it may be cut with "…" where the room is too small (then hovering shows it whole).
        parent: Owner.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        role: str = "body",
        token: str = "text",
        *,
        weight: int | None = None,
        wrap: bool = False,
        elide: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._role = role
        self._token = token
        self._weight = weight
        self._elide = elide
        self._marked = ""
        self._font = theme.font(role, weight)
        self._sizes: dict[tuple[float, bool], tuple[float, int]] = {}
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setWordWrap(wrap)
        policy = QSizePolicy(
            QSizePolicy.Policy.Ignored if elide else QSizePolicy.Policy.Preferred,
            QSizePolicy.Policy.Preferred if wrap else QSizePolicy.Policy.Fixed,
        )
        policy.setHeightForWidth(wrap)
        self.setSizePolicy(policy)
        self.setText(text)
        self._refresh()
        theme.changed.connect(self._refresh)

    def setText(self, text: str) -> None:  # noqa: N802 (Qt's name)
        """Says something else; ``**words**`` are strong."""
        marked = _UNIT.sub(_NO_BREAK_SPACE, text)
        if marked == self._marked:
            return
        self._marked = marked
        self._sizes.clear()
        plain = _STRONG.sub(r"\1", text)
        super().setText(plain)
        self.setAccessibleName(plain)
        self.updateGeometry()
        self.update()

    def set_role(self, role: str, weight: int | None = None) -> None:
        """Changes the type role."""
        self._role, self._weight = role, weight
        self._refresh()

    def set_token(self, token: str) -> None:
        """Changes the colour."""
        if token != self._token:
            self._token = token
            self.update()

    def _refresh(self) -> None:
        # Kept, not asked back: the style sheet puts an old font into a label that is not on screen yet.
        self._font = self._theme.font(self._role, self._weight)
        self._sizes.clear()
        self.setFont(self._font)
        self.updateGeometry()
        self.update()

    def _line_height(self) -> int:
        return max(self._theme.line_height(self._role), int(QFontMetricsF(self._font).height()))

    def _laid_out(self, width: float) -> tuple[QTextLayout, float, int]:
        """Breaks the text; returns the layout, its width and its height."""
        plain, formats = _strong_ranges(self._marked, self._font)
        layout = QTextLayout(plain, self._font)
        option = QTextOption()
        option.setWrapMode(
            QTextOption.WrapMode.WordWrap if self.wordWrap() else QTextOption.WrapMode.ManualWrap
        )
        layout.setTextOption(option)
        layout.setFormats(formats)
        step = self._line_height()
        widest, top = 0.0, 0
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width if self.wordWrap() else _WIDEST)
            line.setPosition(QPointF(0, top + (step - line.height()) / 2))
            widest = max(widest, line.naturalTextWidth())
            top += step
        layout.endLayout()
        return layout, widest, max(top, step)

    def _measured(self, width: float) -> tuple[float, int]:
        """Returns the width and the height of the broken text; layouts ask again and again."""
        case = (width, self.wordWrap())
        if case not in self._sizes:
            self._sizes[case] = self._laid_out(width)[1:]
        return self._sizes[case]

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the size of the text, on one line where it is not too long."""
        margins = self.contentsMargins()
        width, height = self._measured(_WIDEST)
        if self.wordWrap() and width > self._theme.px(420):
            width, height = self._measured(self._theme.px(420))
        return QSize(
            int(width) + 1 + margins.left() + margins.right(), height + margins.top() + margins.bottom()
        )

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the least size at which the text can still be read."""
        if self.wordWrap() or self._elide:
            return QSize(min(self.sizeHint().width(), self._theme.px(56)), self._line_height())
        return self.sizeHint()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 (Qt's name)
        """Returns the height of the text when it is broken at a width."""
        if not self.wordWrap():
            return -1
        margins = self.contentsMargins()
        height = self._measured(max(1.0, width - margins.left() - margins.right()))[1]
        return height + margins.top() + margins.bottom()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the text."""
        painter = QPainter(self)
        painter.setPen(self._theme.color(self._token if self.isEnabled() else "disabled"))
        room = self.contentsRect()
        if self._elide and not self.wordWrap() and self._paint_elided(painter, room):
            return
        layout, _, height = self._laid_out(room.width())
        left = self._aligned(room, layout)
        top = room.top()
        if self.alignment() & Qt.AlignmentFlag.AlignVCenter:
            top += max(0, (room.height() - height) // 2)
        elif self.alignment() & Qt.AlignmentFlag.AlignBottom:
            top += room.height() - height
        layout.draw(painter, QPointF(left, top))

    def _aligned(self, room: QRect, layout: QTextLayout) -> float:
        """Puts each line where the alignment wants it; returns the left of the whole."""
        alignment = self.alignment()
        if alignment & Qt.AlignmentFlag.AlignLeft:
            return float(room.left())
        share = 0.5 if alignment & Qt.AlignmentFlag.AlignHCenter else 1.0
        for index in range(layout.lineCount()):
            line = layout.lineAt(index)
            line.setPosition(QPointF((room.width() - line.naturalTextWidth()) * share, line.y()))
        return float(room.left())

    def _paint_elided(self, painter: QPainter, room: QRect) -> bool:
        """Draws the text cut with "…" and returns whether that was needed."""
        if self._measured(_WIDEST)[0] <= room.width() + 0.5:
            if self.toolTip() == self.text():
                self.setToolTip("")
            return False
        cut = QFontMetricsF(self._font).elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.setFont(self._font)
        painter.drawText(room, int(self.alignment()), cut)
        if not self.toolTip():
            self.setToolTip(self.text())
        return True


def _strong_ranges(marked: str, font: QFont) -> tuple[str, list[QTextLayout.FormatRange]]:
    """Takes ``**marks**`` out of a text; returns it with the ranges that are strong."""
    plain, ranges, end = "", [], 0
    for match in _STRONG.finditer(marked):
        plain += marked[end : match.start()]
        strong = QTextLayout.FormatRange()
        words = match.group(1)
        strong.start, strong.length = qt_place(plain, len(plain)), qt_place(words, len(words))
        look = QTextCharFormat()
        heavy = QFont(font)
        heavy.setWeight(QFont.Weight.DemiBold)
        look.setFont(heavy)
        strong.format = look
        ranges.append(strong)
        plain += words
        end = match.end()
    return plain + marked[end:], ranges


def label(
    theme: Theme,
    text: str = "",
    role: str = "body",
    token: str = "text",
    *,
    weight: int | None = None,
    wrap: bool = False,
    elide: bool = False,
) -> ThemedLabel:
    """Returns a label; the arguments are those of :class:`ThemedLabel`."""
    return ThemedLabel(theme, text, role, token, weight=weight, wrap=wrap, elide=elide)
