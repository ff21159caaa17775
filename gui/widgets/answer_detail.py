"""One answer, whole: the text, what was said, what is true, and how sure the model was of each class."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QResizeEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from engine.protocol.explanations import AnswerExplained
from engine.protocol.results import Prediction
from gui.look.text_places import qt_place
from gui.look.texts import apart_words, probability_words
from gui.look.theme import Theme
from gui.widgets.answer_parts import Look, Mark, MarkedPlaces, has_parts, shown
from gui.widgets.buttons import Button
from gui.widgets.cards import Divider
from gui.widgets.labels import label
from gui.widgets.other_runs import OtherRuns, Said
from gui.widgets.prediction_bars import PredictionBars
from gui.widgets.relabel_row import RelabelRow
from gui.widgets.whole_lines import WholeLines
from gui.widgets.word_marks import marks_of, sides_of, sides_of_classes, solid_class

_LONG_PAIR = 120
"""Characters of an answer and its truth together, from which no blank lines stand between them."""
_LONG_ANSWER = 40
"""Characters of another likely answer that are shown."""


class AnswerDetail(QWidget):
    """The pane beside the list.

    Attributes:
        relabel: The line below, with what can be done to the row.
        change: Opens the text where a word can be changed.
        nearest: Asks for training rows like it.
    """

    try_wanted = Signal(object)
    """The text of an answer is to be tried with other words."""
    nearest_wanted = Signal(object)
    """Training rows like the text of an answer are wanted."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._theme = theme
        self._answer: Prediction | None = None
        self._found: AnswerExplained | None = None
        self._classes: tuple[str, ...] = ()
        self._compact = False
        self._second_first = True
        self.setObjectName("answer_detail")
        self.setAccessibleName("The chosen answer")
        self._text = WholeLines()
        self._text.setObjectName("answer_text")
        self._text.setAccessibleName("Text")
        self._text.setReadOnly(True)
        self._text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._text.setProperty("plain", True)
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        self._text.document().setDocumentMargin(0)
        self._question = label(theme, "", "bodyStrong", wrap=True)
        self._sentence = label(theme, "", "small", "text2", wrap=True)
        self._heading = label(theme, "How sure it was", "caption", "text3")
        self._bars = PredictionBars(theme)
        self.others = OtherRuns(theme)
        self.relabel = RelabelRow(theme)
        self.change = Button(theme, "Change a word", "secondary", "try", size="small")
        self.change.setObjectName("change_a_word")
        self.change.setToolTip("Opens Try it with this text")
        self.change.clicked.connect(lambda: self.try_wanted.emit(self._answer))
        self.nearest = Button(theme, "It learned from these", "quiet", size="small")
        self.nearest.setObjectName("learned_from")
        self.nearest.setToolTip("Training rows that this model reads most like this one")
        self.nearest.clicked.connect(lambda: self.nearest_wanted.emit(self._answer))
        self._doing = QHBoxLayout()
        self._line = Divider(theme)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._question)
        for widget in (self._text, self._sentence, self._line, self._heading, self._bars, self.others):
            self._column.addWidget(widget)
        self._column.addWidget(self.relabel)
        self._column.setStretch(1, 100)
        self._column.addStretch(1)
        self._doing.addWidget(self.change)
        self._doing.addWidget(self.nearest)
        self._doing.addStretch(1)
        self._column.addLayout(self._doing)
        self._is_close = False
        self._marks: tuple[Mark, ...] = ()
        self._text.verticalScrollBar().rangeChanged.connect(self._take_room)
        self._restyle()
        theme.changed.connect(self._restyle)
        self.show_answer(None, ())

    @property
    def answer(self) -> Prediction | None:
        """Returns what is shown."""
        return self._answer

    @property
    def sentence(self) -> str:
        """Returns what is said of the answer."""
        return self._sentence.text()

    def show_answer(self, answer: Prediction | None, classes: Sequence[str]) -> None:
        """Shows an answer; ``None`` shows nothing.

        Args:
            answer: What was said to a text.
            classes: All classes, in the order of their marks.
        """
        self._answer, self._classes = answer, tuple(classes)
        for widget in (self._sentence, self._line, self._bars, self.change, self.nearest):
            widget.setVisible(answer is not None)
        self._heading.setVisible(answer is not None and not self._compact)
        # A question stays in sight while its passage scrolls to the answer.
        question = answer.second if answer and self._second_first else ""
        self._question.setText(question)
        self._question.setVisible(bool(question))
        below = msgspec.structs.replace(answer, second="") if answer and question else answer
        parts = MarkedPlaces()
        if below is not None:
            close = self._compact or len(below.said) + len(below.truth) > _LONG_PAIR
            parts = shown(below, second_first=self._second_first, close=close)
        self._text.setFont(self._theme.font("body" if answer is not None and has_parts(answer) else "lead"))
        self._text.setPlainText(parts.text)
        self._fit_text()
        self._set_close(self._compact and answer is not None and has_parts(answer))
        if answer is None:
            return
        self._sentence.setText(_sentence(answer, short=self._compact))
        self._sentence.setToolTip(_sentence(answer) if self._compact else "")
        # Likely words are in the sentence; bars would leave no room for the text with its marks.
        others = bool(self.others.lines)
        has_bars = bool(answer.probabilities) and not answer.alternatives and not others and not self._compact
        self._bars.setVisible(has_bars)
        for widget in (self._heading, self._line):
            widget.setVisible(has_bars or (others and not self._compact))
        self._heading.setText("What the other runs said" if others else "How sure it was")
        self._bars.set_values(answer.probabilities, classes, answer.truth)
        self._mark(parts.marks)
        if self._found is not None:
            self.show_explained(self._found)

    def _set_close(self, close: bool) -> None:
        """Leaves the height of a low window to texts that are compared with each other.

        What can be done to the row stands beside the buttons then, and how right the answer is in the list.
        """
        answer = self._answer
        told = answer is not None and bool(answer.before or answer.alternatives)
        self._sentence.setVisible(answer is not None and (told or not close))
        if close == self._is_close:
            return
        self._is_close = close
        self.relabel.set_short(close)
        if close:
            self._doing.addWidget(self.relabel, 1)
        else:
            self._column.insertWidget(self._column.indexOf(self.others) + 1, self.relabel)
        self._doing.setStretch(2, 0 if close else 1)

    def show_others(self, lines: Sequence[Said]) -> None:
        """Shows what other runs said to the same text, in the place of how sure this one was."""
        self.others.set_lines(lines)
        self.show_answer(self._answer, self._classes)

    def show_explained(self, found: AnswerExplained) -> None:
        """Marks the words that moved the answer, where nothing else is marked in its text.

        Args:
            found: What moved the answer that is shown.
        """
        answer = self._answer
        same = answer is not None and found.prediction.text == answer.text
        if answer is None or not same or self._text.extraSelections():
            return
        self._found = found
        sides = sides_of(found, self._classes, solid_class(self._classes))
        # In the colours of the list: its legend is the only one, and holds for this text, too.
        colors = sides_of_classes(self._classes).colors(self._theme)
        selections, text = [], self._text.toPlainText()
        for second in (False, True):
            own = answer.second if second else answer.text
            before = text.find(own) if own else -1
            for mark in marks_of(found, sides, second=second, moved=before) if before >= 0 else ():
                one = QTextEdit.ExtraSelection()
                one.cursor = QTextCursor(self._text.document())
                self._select(one.cursor, text, mark.start, mark.end)
                one.format.setToolTip(mark.words)
                line = QTextCharFormat.UnderlineStyle
                one.format.setUnderlineStyle(line.SingleUnderline if mark.solid else line.DotLine)
                color = QColor(colors[0] if mark.solid else colors[1])
                one.format.setUnderlineColor(color)
                color.setAlphaF(self._theme.alpha("wordHighlightMax") * mark.strength)
                one.format.setBackground(color)
                selections.append(one)
        self._text.setExtraSelections(selections)

    @property
    def marked_words(self) -> list[str]:
        """Returns the words of the text that are marked."""
        return [one.cursor.selectedText() for one in self._text.extraSelections()]

    def set_second_first(self, second_first: bool) -> None:
        """Says whether the second text is read before the first, as a question is before its passage."""
        self._second_first = second_first

    def _mark(self, marks: Sequence[Mark]) -> None:
        """Marks what was said with a dotted line and what is true with a solid one, so that both show."""
        selections, text = [], self._text.toPlainText()
        for mark in marks:
            one = QTextEdit.ExtraSelection()
            one.cursor = QTextCursor(self._text.document())
            self._select(one.cursor, text, mark.start, mark.end)
            one.format.setToolTip(mark.label)
            if mark.look in (Look.LABEL, Look.HEADING):
                one.format.setForeground(self._theme.color("text3"))
            else:
                true = mark.look is Look.TRUE
                line = QTextCharFormat.UnderlineStyle
                one.format.setUnderlineStyle(line.SingleUnderline if true else line.DotLine)
                one.format.setUnderlineColor(self._theme.color("ok" if true else "err"))
                one.format.setBackground(self._theme.color("okTint" if true else "errTint"))
            selections.append(one)
        self._text.setExtraSelections(selections)
        self._marks = tuple(marks)
        self._bring_into_sight()

    def _bring_into_sight(self) -> None:
        """Scrolls to the first mark."""
        text, marks = self._text.toPlainText(), self._marks
        if any(mark.look is Look.HEADING for mark in marks):
            self._read_compared()
            return
        first = min((mark.start for mark in marks), default=0)
        # From the end, so that the line of the first mark comes to the top.
        self._text.moveCursor(QTextCursor.MoveOperation.End)
        place = QTextCursor(self._text.document())
        place.setPosition(qt_place(text, first))
        self._text.setTextCursor(place)
        self._text.ensureCursorVisible()

    def _take_room(self) -> None:
        if self._is_close:
            self._read_compared()

    def _read_compared(self) -> None:
        """Shows texts one below the other from the top; in a low window from what was said on."""
        text = self._text.toPlainText()
        first = min((mark.start for mark in self._marks if mark.look is Look.HEADING), default=0)
        block = self._text.document().findBlock(qt_place(text, first))
        self._text.verticalScrollBar().setValue(block.firstLineNumber() if self._is_close else 0)

    @staticmethod
    def _select(cursor: QTextCursor, text: str, start: int, end: int) -> None:
        cursor.setPosition(qt_place(text, start))
        cursor.setPosition(qt_place(text, end), QTextCursor.MoveMode.KeepAnchor)

    def set_compact(self, compact: bool) -> None:
        """Leaves out what can be done without, in a low window."""
        self._compact = compact
        self.relabel.set_compact(compact)
        self.show_answer(self._answer, self._classes)
        self._restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Gives the text the height that it needs at this width."""
        super().resizeEvent(event)
        self._fit_text()

    def _fit_text(self) -> None:
        """Keeps the sentence right below a short text; a long one scrolls."""
        room = QRect(0, 0, max(1, self.width() - self._theme.px(34)), 100_000)
        wrap = int(Qt.TextFlag.TextWordWrap)
        shown = self._text.toPlainText()[:4000]
        height = self._text.fontMetrics().boundingRect(room, wrap, shown).height()
        self._text.setMaximumHeight(height + self._theme.px(6))
        lines = 2 if self._compact else 3
        self._text.setMinimumHeight(min(height, lines * self._theme.line_height("lead")))
        # At its own height a text edit still shows a bar; a long text needs one.
        bar = Qt.ScrollBarPolicy
        long_text = height > self._theme.px(100)
        self._text.setVerticalScrollBarPolicy(bar.ScrollBarAsNeeded if long_text else bar.ScrollBarAlwaysOff)

    def _restyle(self) -> None:
        px = self._theme.px
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._column.setContentsMargins(px(16), px(10 if self._compact else 16), px(16), px(10))
        self._column.setSpacing(px(6 if self._compact else 10))


def _beginning(answer: str, most: int) -> str:
    return answer if len(answer) <= most else f"{answer[:most].rstrip()}…"


def _listed(answers: Sequence[str]) -> str:
    """Returns answers one after the other; of long ones the beginnings of two."""
    beginnings = [_beginning(one, _LONG_ANSWER) for one in answers]
    return " · ".join(beginnings[:2] if tuple(beginnings) != tuple(answers) else beginnings)


def _ended(sentence: str) -> str:
    """Returns a sentence with its full stop, unless its end was left out or has one."""
    return sentence if sentence.rstrip("*").endswith(("…", ".", "!", "?")) else f"{sentence}."


def _sentence(answer: Prediction, *, short: bool = False) -> str:
    """Returns what was said, how sure it was, and whether that is right.

    What stands above with headings, marked parts and written answers, is not said a second time.

    Args:
        answer: The answer.
        short: Whether other likely answers are left out.
    """
    sure = f"{probability_words(answer.probability)} sure" if answer.probability else ""
    truth = f"The truth in your file is **{answer.truth}**." if answer.truth else ""
    if has_parts(answer):
        parts, truth = [f"It was {sure}." if sure else ""], ""
    else:
        said = f"It said **{answer.said or 'nothing'}**"
        parts = [f"{said}, {sure}." if sure else f"{said}."]
    parts.append("That is right." if answer.truth and answer.is_right else truth)
    if answer.right is not None and 0.0 < answer.right < 1.0:
        apart = "" if answer.spans or answer.true_spans else apart_words(answer.said, answer.truth)
        parts.append(f"That is {apart}." if apart else f"{100 * answer.right:.0f} % of it is right.")
    likely = f"Next likeliest for {answer.alternatives_to}" if answer.alternatives_to else "Next likeliest"
    if answer.alternatives and not short:
        parts.append(_ended(f"{likely}: {_listed(answer.alternatives)}"))
    if answer.before or answer.before_alternatives:
        said = _beginning(answer.before, 2 * _LONG_ANSWER) or "nothing"
        parts.append(_ended(f"Before training it said **{said}**"))
    if answer.before_alternatives and not short:
        parts.append(_ended(f"{likely} then: {_listed(answer.before_alternatives)}"))
    return " ".join(part for part in parts if part)
