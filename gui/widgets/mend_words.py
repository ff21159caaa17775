"""A sentence whose parts get their type by a click on a word, or on several that are selected."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QMenu, QTextEdit, QVBoxLayout, QWidget

from engine.protocol.results import Span
from engine.protocol.right_answers import GivenAnswer, MarkedWords, RowAnswer
from gui.look.text_places import place_of, qt_place
from gui.look.theme import Theme
from gui.widgets.mend_field import LinesField, MendField
from gui.widgets.mend_text import lines_of


class _Sentence(LinesField):
    """Words to be clicked or selected."""

    def __init__(self, field: MendWords) -> None:
        super().__init__()
        self._field = field

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Asks for the type of what was clicked or selected."""
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            if not self.textCursor().hasSelection():
                self.setTextCursor(self.cursorForPosition(event.position().toPoint()))
            self._field.ask(self.viewport().mapToGlobal(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Asks for the type on Enter or Space; the arrows go from word to word."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not event.modifiers():
            self._field.ask(self.viewport().mapToGlobal(self.cursorRect().bottomLeft()))
            return
        super().keyPressEvent(event)


class MendWords(MendField):
    """The sentence, each part with its type behind it."""

    hint = "Click a word, or select several, and say what they are."

    def __init__(
        self, theme: Theme, form: MarkedWords, answer: RowAnswer, parent: QWidget | None = None
    ) -> None:
        """Shows the parts as they stand."""
        super().__init__(theme, parent)
        self._types, self._covers_all = form.types, form.covers_all
        self._spans = list(answer.answer.spans)
        self._words = _places(answer.text)
        self._text = answer.text
        self._on_screen: list[tuple[int, int]] = []
        self._sentence = _Sentence(self)
        self._sentence.setObjectName("sentence")
        self._sentence.setAccessibleName("The sentence")
        self._sentence.setReadOnly(True)
        keys = Qt.TextInteractionFlag
        self._sentence.setTextInteractionFlags(keys.TextSelectableByMouse | keys.TextSelectableByKeyboard)
        self._sentence.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._sentence.setFont(theme.font("lead"))
        lines = max(2, min(8, lines_of(answer.text + " LABEL" * len(self._spans)) + 1))
        self._sentence.set_lines(3, lines, theme.px(26))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._sentence, 1)
        self._show_parts()

    @property
    def words_shown(self) -> str:
        """Returns the sentence on screen, with the types behind their parts."""
        return self._sentence.toPlainText()

    def _show_parts(self) -> None:
        """Writes the sentence anew; the words stay where they were on screen, but for the types."""
        pieces: list[str] = []
        marks: list[tuple[int, int]] = []
        names: list[tuple[int, int]] = []
        self._on_screen = []
        at = 0
        for start, end in self._words:
            lead = " " if pieces else ""
            word = self._text[start:end]
            self._on_screen.append((at + len(lead), at + len(lead) + len(word)))
            pieces.append(lead + word)
            at += len(lead) + len(word)
            span = next((one for one in self._spans if one.end == end), None)
            if span is not None:
                first = next(place for place, (begin, _) in enumerate(self._words) if begin >= span.start)
                marks.append((self._on_screen[first][0], at))
                names.append((at, at + 1 + len(span.label)))
                pieces.append(f" {span.label}")
                at += 1 + len(span.label)
        shown = "".join(pieces)
        self._sentence.setPlainText(shown)
        self._sentence.setExtraSelections(
            [self._mark(shown, one, right=True) for one in marks]
            + [self._mark(shown, one, right=False) for one in names]
        )

    def _mark(self, shown: str, place: tuple[int, int], *, right: bool) -> QTextEdit.ExtraSelection:
        one = QTextEdit.ExtraSelection()
        one.cursor = QTextCursor(self._sentence.document())
        one.cursor.setPosition(qt_place(shown, place[0]))
        one.cursor.setPosition(qt_place(shown, place[1]), QTextCursor.MoveMode.KeepAnchor)
        if right:
            one.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
            one.format.setUnderlineColor(self._theme.color("ok"))
            one.format.setBackground(self._theme.color("okTint"))
        else:
            one.format.setForeground(self._theme.color("text3"))
        return one

    # What the person does

    def chosen(self) -> range:
        """Returns the places of the words that are selected, or of the one that was clicked."""
        shown, cursor = self._sentence.toPlainText(), self._sentence.textCursor()
        start, end = (place_of(shown, at) for at in (cursor.selectionStart(), cursor.selectionEnd()))
        inside = [
            place
            for place, (begin, after) in enumerate(self._on_screen)
            if (begin < end and start < after) or (start == end and begin <= start <= after)
        ]
        return range(inside[0], inside[-1] + 1) if inside else range(0)

    def ask(self, at: QPoint) -> None:
        """Opens the menu of the chosen words."""
        words = self.chosen()
        if words:
            menu = self.make_menu(words)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(at)

    def make_menu(self, words: range) -> QMenu:
        """Returns the menu in which words get their type; the caller shows it.

        Args:
            words: Their places in the sentence.
        """
        menu = QMenu(self)
        menu.setObjectName("types_menu")
        before = self._part_at(words[0] - 1) if words[0] else None
        here = self._part_at(words[0])
        for name in self._types:
            action = menu.addAction(name.replace("&", "&&"), partial(self.mark, words, name))
            action.setCheckable(True)
            action.setChecked(here is not None and here.label == name)
        menu.addSeparator()
        if before is not None and before is not here:
            joined = f'Goes on from "{self._text[before.start : before.end][:30]}"'
            menu.addAction(joined.replace("&", "&&"), partial(self.join, words))
        if here is not None and not self._covers_all:
            menu.addAction("Is part of nothing", partial(self.mark, words, ""))
        return menu

    def mark(self, words: range, name: str) -> None:
        """Makes words one part; a single word of a part gives the whole part its type.

        Args:
            words: Their places in the sentence.
            name: The type; empty for no part.
        """
        whole = self._part_at(words[0]) if len(words) == 1 else None
        start, end = self._words[words[0]][0], self._words[words[-1]][1]
        if whole is not None and name:
            start, end = whole.start, whole.end
        self._put(start, end, name)

    def join(self, words: range) -> None:
        """Makes words the end of the part before them."""
        before = self._part_at(words[0] - 1)
        if before is not None:
            self._put(before.start, self._words[words[-1]][1], before.label)

    def _put(self, start: int, end: int, name: str) -> None:
        """Marks a stretch; what is left of parts that it cuts stays marked."""
        left: list[Span] = []
        for one in self._spans:
            inside = [place for place in self._words if one.start <= place[0] and place[1] <= one.end]
            parts = [at for at in inside if at[1] <= start], [at for at in inside if at[0] >= end]
            left += [Span(start=part[0][0], end=part[-1][1], label=one.label) for part in parts if part]
        if name:
            left.append(Span(start=start, end=end, label=name))
        self._spans = sorted(left, key=lambda one: one.start)
        self._show_parts()
        self.edited.emit()

    def _part_at(self, place: int) -> Span | None:
        start, end = self._words[place]
        return next((one for one in self._spans if one.start <= start and end <= one.end), None)

    def given(self) -> GivenAnswer | None:
        """Returns the parts."""
        return GivenAnswer(spans=tuple(self._spans))

    def start(self) -> None:
        """Takes the keyboard, at the first word."""
        self._sentence.setFocus(Qt.FocusReason.PopupFocusReason)


def _places(text: str) -> list[tuple[int, int]]:
    """Returns where the words stand that have single spaces between them."""
    places, at = [], 0
    for word in text.split(" "):
        if word:
            places.append((at, at + len(word)))
        at += len(word) + 1
    return places
