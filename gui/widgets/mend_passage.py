"""A passage in which the right words are marked with the pointer, or typed below it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QTextEdit, QVBoxLayout, QWidget

from engine.protocol.results import Span
from engine.protocol.right_answers import GivenAnswer, PassageAnswer, RowAnswer
from gui.look.text_places import place_of, qt_place
from gui.look.theme import Theme
from gui.widgets.labels import label
from gui.widgets.mend_field import LinesField, MendField
from gui.widgets.mend_text import lines_of

_MOST_LINES = 9
_LETTERS = 76
"""About so many stand in a line."""


class MendPassage(MendField):
    """The question, its passage with the right words marked, and these words to be typed."""

    hint = "Mark the right words in the passage, or type them."

    def __init__(
        self, theme: Theme, form: PassageAnswer, answer: RowAnswer, parent: QWidget | None = None
    ) -> None:
        """Shows the answers where they stand."""
        super().__init__(theme, parent)
        self._text, self._shown = answer.text, answer.text.replace("\r\n", "\n").replace("\r", "\n")
        first, *others = answer.answer.spans or (None,)
        self._span, self._others = first, [one for one in others if one is not None]
        self._passage = LinesField(self._shown, self)
        self._passage.setObjectName("passage")
        self._passage.setAccessibleName("The passage")
        self._passage.setReadOnly(True)
        keys = Qt.TextInteractionFlag
        self._passage.setTextInteractionFlags(keys.TextSelectableByMouse | keys.TextSelectableByKeyboard)
        self._passage.setFont(theme.font("body"))
        lines = max(2, min(_MOST_LINES, lines_of(self._shown, _LETTERS) + 1))
        self._passage.set_lines(4, lines, theme.px(26))
        self._words = QLineEdit(answer.answer.text, self)
        self._words.setObjectName("right_words")
        self._words.setAccessibleName("The right words")
        self._words.setTextMargins(theme.px(4), 0, 0, 0)
        self._none = QCheckBox("The passage has no answer", self)
        self._none.setObjectName("no_answer")
        self._none.setVisible(form.may_be_none)
        self._none.setChecked(form.may_be_none and not answer.answer.text)
        self._keep = QCheckBox("", self)
        self._keep.setObjectName("keep_others")
        self._keep.setVisible(bool(self._others))
        self._keep.setChecked(bool(self._others))
        if self._others:
            self._keep.setText(f"Keep also: {self._named(self._others)}".replace("&", "&&"))
        self._lay_out(answer)
        self._connect()
        self._show_marks()

    def _lay_out(self, answer: RowAnswer) -> None:
        px, theme = self._theme.px, self._theme
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        question = answer.asked.second if answer.asked is not None else ""
        if question:
            column.addWidget(label(theme, question, "bodyStrong", wrap=True))
        column.addWidget(self._passage, 1)
        row.setSpacing(px(8))
        row.addWidget(label(theme, "Right answer", "small", "text2"))
        row.addWidget(self._words, 1)
        column.addLayout(row)
        below = QHBoxLayout()
        below.setSpacing(px(16))
        below.addWidget(self._none)
        below.addWidget(self._keep, 1)
        if not self._keep.isVisibleTo(self):
            below.addStretch(1)
        if self._none.isVisibleTo(self) or self._others:
            column.addLayout(below)

    def _connect(self) -> None:
        self._passage.selectionChanged.connect(self._take_selection)
        self._words.textEdited.connect(self._take_words)
        self._words.returnPressed.connect(self.finished)
        self._none.toggled.connect(self._take_silence)
        self._keep.toggled.connect(self._take_kept)

    def _named(self, spans: Sequence[Span]) -> str:
        named = dict.fromkeys(self._text[one.start : one.end] for one in spans)
        return ", ".join(f'"{words[:30]}"' for words in named)

    # What the person does

    def _take_selection(self) -> None:
        """Takes the words that are selected, without the spaces around them."""
        cursor = self._passage.textCursor()
        start, end = (
            place_of(self._shown, place) for place in (cursor.selectionStart(), cursor.selectionEnd())
        )
        words = self._shown[start:end]
        if not words.strip():
            return
        start += len(words) - len(words.lstrip())
        self._span = self._in_file(start, start + len(words.strip()))
        self._words.setText(" ".join(words.split()))
        self._none.setChecked(False)
        self._show_marks()
        self.edited.emit()

    def _take_words(self, words: str) -> None:
        """Marks where the typed words stand, nearest to what was marked before."""
        self._none.setChecked(False)
        wanted, near = words.strip(), self._span.start if self._span else 0
        places = [at for at in range(len(self._text)) if wanted and self._text.startswith(wanted, at)]
        at = min(places, key=lambda at: abs(at - near), default=None)
        self._span = None if at is None else Span(start=at, end=at + len(wanted))
        self._show_marks()
        self.edited.emit()

    def _take_silence(self, none: bool) -> None:
        if none:
            self._span = None
            self._words.clear()
            self._keep.setChecked(False)
        self._show_marks()
        self.edited.emit()

    def _take_kept(self) -> None:
        self._show_marks()
        self.edited.emit()

    def given(self) -> GivenAnswer | None:
        """Returns the words with their place; typed ones that do not stand there as they are."""
        if self._none.isChecked():
            return GivenAnswer()
        words = self._words.text().strip()
        if not words:
            return None
        if self._span is None:
            return GivenAnswer(text=words)
        kept = self._others if self._keep.isChecked() else []
        spans = tuple(dict.fromkeys([self._span, *kept]))
        return GivenAnswer(text=self._text[self._span.start : self._span.end], spans=spans)

    def why_not(self) -> str:
        """Returns that the typed words do not stand in the passage."""
        words = self._words.text().strip()
        stands = self._span is not None or self._none.isChecked()
        return f'"{words}" does not stand in the passage letter by letter.' if words and not stands else ""

    def start(self) -> None:
        """Takes the keyboard, in the words, with the marked ones in sight."""
        self._words.setFocus(Qt.FocusReason.PopupFocusReason)
        self._words.selectAll()
        if self._span is not None:
            place = self._passage.textCursor()
            place.setPosition(qt_place(self._shown, self._on_screen(self._span.start)))
            self._passage.blockSignals(True)
            self._passage.setTextCursor(place)
            self._passage.blockSignals(False)
            self._passage.ensureCursorVisible()

    # Places: on screen a line ends in one sign, in the file perhaps in two

    def _in_file(self, start: int, end: int) -> Span:
        if len(self._text) == len(self._shown):
            return Span(start=start, end=end)
        places = [at for at in range(len(self._text)) if self._text[at : at + 2] != "\r\n"]
        return Span(start=places[start], end=places[end - 1] + 1)

    def _on_screen(self, place: int) -> int:
        return place - self._text.count("\r\n", 0, place)

    def _show_marks(self) -> None:
        """Marks the right words as everywhere: a solid line and the colour of what is right."""
        spans = ([self._span] if self._span else []) + (self._others if self._keep.isChecked() else [])
        selections = []
        for span in spans:
            one = QTextEdit.ExtraSelection()
            one.cursor = QTextCursor(self._passage.document())
            start, end = (qt_place(self._shown, self._on_screen(place)) for place in (span.start, span.end))
            one.cursor.setPosition(start)
            one.cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            one.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
            one.format.setUnderlineColor(self._theme.color("ok"))
            one.format.setBackground(self._theme.color("okTint"))
            selections.append(one)
        self._passage.setExtraSelections(selections)

    @property
    def marked_words(self) -> list[str]:
        """Returns the words of the passage that are marked as right."""
        return [one.cursor.selectedText() for one in self._passage.extraSelections()]
