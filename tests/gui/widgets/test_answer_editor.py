"""The popover in which a right answer is given: a field for each form, refused and taken answers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from engine.protocol.mending_problems import answer_not_in_passage
from engine.protocol.results import Prediction, Span
from engine.protocol.right_answers import (
    AnswerForm,
    GivenAnswer,
    MarkedWords,
    OneLabel,
    PassageAnswer,
    RowAnswer,
    Score,
    SeveralLabels,
    WrittenText,
)
from gui.look.text_places import qt_place
from gui.look.theme import Theme
from gui.widgets.answer_editor import AnswerEditor, has_editor
from gui.widgets.buttons import Button
from gui.widgets.fact_line import FactLine
from gui.widgets.mend_labels import MendLabels
from gui.widgets.mend_passage import MendPassage
from gui.widgets.mend_words import MendWords

PASSAGE = "Ann 😀 met Bob in Ulm.\r\nBob lives there."
BOB, ULM, SECOND_BOB = (PASSAGE.index("Bob"), PASSAGE.index("Ulm"), PASSAGE.rindex("Bob"))
SENTENCE = "Ann Lee saw New Ulm"


class Opened:
    """An editor on screen, with what it gives."""

    def __init__(
        self,
        qtbot: QtBot,
        theme: Theme,
        form: AnswerForm,
        answer: GivenAnswer,
        text: str,
        cell: str = "as it is",
    ) -> None:
        owner = QWidget()
        owner.resize(1366, 688)
        qtbot.addWidget(owner)
        owner.show()
        asked = Prediction(text=text, second="Who?", said="", probability=0.0) if cell.strip() else None
        row = RowAnswer(row=1_234, cell=cell, answer=answer, text=text, asked=asked)
        self.editor = AnswerEditor(theme, form, row, "answers", owner)
        given: list[tuple[int, GivenAnswer]] = []
        self.editor.answer_given.connect(lambda row, answer: given.append((row, answer)))
        self.given = given  # the editor must not hold what holds its owner
        self.editor.open_over(owner)
        self.owner = owner

    def child(self, kind: type, name: str) -> QWidget:
        found = self.editor.findChild(kind, name)
        assert found is not None
        return found

    @property
    def use(self) -> Button:
        button = self.child(Button, "use_answer")
        assert isinstance(button, Button)
        return button

    @property
    def said(self) -> str:
        line = self.child(FactLine, "answer_refused")
        assert isinstance(line, FactLine)
        return line.text() if line.isVisible() else ""


@pytest.fixture
def passage(qtbot: QtBot, theme: Theme) -> Opened:
    before = GivenAnswer(text="Ann", spans=(Span(start=0, end=3),))
    return Opened(qtbot, theme, PassageAnswer(may_be_none=True), before, PASSAGE)


def select(text: QPlainTextEdit, start: int, end: int) -> None:
    """Selects characters of what is on screen."""
    shown = text.toPlainText()
    cursor = text.textCursor()
    cursor.setPosition(qt_place(shown, start))
    cursor.setPosition(qt_place(shown, end), QTextCursor.MoveMode.KeepAnchor)
    text.setTextCursor(cursor)


def test_a_single_label_and_nothing_have_no_editor() -> None:
    assert not has_editor(None)
    assert not has_editor(OneLabel(labels=("a", "b")))
    assert has_editor(PassageAnswer(may_be_none=False))


def test_words_that_are_selected_become_the_answer_at_their_place_in_the_file(
    passage: Opened, qtbot: QtBot
) -> None:
    field = passage.editor.field
    assert isinstance(field, MendPassage)
    assert field.marked_words == ["Ann"]
    assert not passage.use.isEnabled()  # as it stands
    text = passage.child(QPlainTextEdit, "passage")
    assert isinstance(text, QPlainTextEdit)
    at = text.toPlainText().rindex("Bob")
    select(text, at - 1, at + 4)  # with the line end before and the space behind
    assert field.marked_words == ["Bob"]
    words = passage.child(QLineEdit, "right_words")
    assert isinstance(words, QLineEdit)
    assert words.text() == "Bob"
    qtbot.mouseClick(passage.use, Qt.MouseButton.LeftButton)
    span = Span(start=SECOND_BOB, end=SECOND_BOB + 3)
    assert passage.given == [(1_234, GivenAnswer(text="Bob", spans=(span,)))]
    assert PASSAGE[span.start : span.end] == "Bob"


def test_typed_words_are_found_where_they_stand_and_else_it_is_said(passage: Opened, qtbot: QtBot) -> None:
    field, words = passage.editor.field, passage.child(QLineEdit, "right_words")
    assert isinstance(field, MendPassage)
    assert isinstance(words, QLineEdit)
    assert passage.editor.focusWidget() is words
    qtbot.keyClicks(words, "Ulm")  # over what is selected
    assert field.given() == GivenAnswer(text="Ulm", spans=(Span(start=ULM, end=ULM + 3),))
    assert passage.said == ""
    words.selectAll()
    qtbot.keyClicks(words, "Carl")
    assert field.marked_words == []
    assert passage.said == '"Carl" does not stand in the passage letter by letter.'
    assert passage.use.isEnabled()  # the engine knows whether it stands there almost
    qtbot.keyClick(words, Qt.Key.Key_Return)
    assert passage.given == [(1_234, GivenAnswer(text="Carl"))]
    assert passage.use.busy
    passage.editor.show_problem(answer_not_in_passage("Carl"))
    assert passage.said.startswith('"Carl" does not stand in the passage. Mark the words')
    assert not passage.use.busy
    assert passage.editor.isVisible()
    words.clear()
    qtbot.keyClicks(words, " ")
    assert not passage.use.isEnabled()


def test_that_there_is_no_answer_is_said_by_a_tick_and_words_take_it_back(
    passage: Opened, qtbot: QtBot
) -> None:
    tick, words = passage.child(QCheckBox, "no_answer"), passage.child(QLineEdit, "right_words")
    assert isinstance(tick, QCheckBox)
    assert isinstance(words, QLineEdit)
    tick.click()
    assert passage.editor.field.given() == GivenAnswer()
    assert words.text() == ""
    words.setFocus()
    qtbot.keyClicks(words, "Bob")
    assert not tick.isChecked()
    assert passage.editor.field.given() == GivenAnswer(text="Bob", spans=(Span(start=BOB, end=BOB + 3),))


def test_other_right_answers_are_kept_on_request(theme: Theme, qtbot: QtBot) -> None:
    spans = (Span(start=0, end=3), Span(start=BOB, end=BOB + 3))
    before = GivenAnswer(text="Ann", spans=spans)
    opened = Opened(qtbot, theme, PassageAnswer(may_be_none=False), before, PASSAGE)
    keep, none = opened.child(QCheckBox, "keep_others"), opened.child(QCheckBox, "no_answer")
    assert isinstance(keep, QCheckBox)
    assert none.isHidden()
    assert keep.text() == 'Keep also: "Bob"'
    assert opened.editor.field.given() == before
    qtbot.keyClicks(opened.child(QLineEdit, "right_words"), "Ulm")
    ulm = Span(start=ULM, end=ULM + 3)
    assert opened.editor.field.given() == GivenAnswer(text="Ulm", spans=(ulm, spans[1]))
    keep.click()
    assert opened.editor.field.given() == GivenAnswer(text="Ulm", spans=(ulm,))


def test_a_passage_takes_its_room_and_no_more_and_fits_a_low_window(theme: Theme, qtbot: QtBot) -> None:
    kept, sizes = [], []
    for text in (PASSAGE, PASSAGE * 200):
        kept.append(Opened(qtbot, theme, PassageAnswer(may_be_none=True), GivenAnswer(), text))
        sizes.append(kept[-1].editor.size())
        kept[-1].editor.close()
    short, long = sizes
    assert short.height() < long.height() <= 460
    assert short.width() == long.width()


def test_a_text_is_changed_in_a_field_of_its_height(theme: Theme, qtbot: QtBot) -> None:
    opened = Opened(qtbot, theme, WrittenText(), GivenAnswer(text="un\ndeux"), "one two")
    text = opened.child(QPlainTextEdit, "right_text")
    assert isinstance(text, QPlainTextEdit)
    assert not opened.use.isEnabled()
    text.setPlainText("")
    assert not opened.use.isEnabled()
    text.setPlainText("deux")
    opened.use.click()
    assert opened.given == [(1_234, GivenAnswer(text="deux"))]
    low = text.height()
    opened.editor.close()
    high = Opened(qtbot, theme, WrittenText(), GivenAnswer(text="mot " * 120), "one two")
    assert low < high.child(QPlainTextEdit, "right_text").height()


def test_what_is_not_changed_of_a_text_stays_letter_by_letter(theme: Theme, qtbot: QtBot) -> None:
    before = "Vraiment\u00a0?\r\nOui\u202f! 😀"  # French spaces that do not break, and lines of Windows
    opened = Opened(qtbot, theme, WrittenText(), GivenAnswer(text=before), "one two")
    text = opened.child(QPlainTextEdit, "right_text")
    assert isinstance(text, QPlainTextEdit)
    assert not opened.use.isEnabled()
    qtbot.keyClicks(text, "a")
    opened.use.click()
    assert opened.given == [(1_234, GivenAnswer(text=f"{before}a"))]


@pytest.mark.parametrize(
    ("form", "answer"),
    [
        (SeveralLabels(labels=("a", "b")), GivenAnswer()),
        (PassageAnswer(may_be_none=True), GivenAnswer()),
        (PassageAnswer(may_be_none=False), None),
        (MarkedWords(types=("PER",)), GivenAnswer()),
        (WrittenText(), None),
    ],
)
def test_that_nothing_is_right_can_be_said_of_a_row_without_an_answer(
    theme: Theme, qtbot: QtBot, form: AnswerForm, answer: GivenAnswer | None
) -> None:
    opened = Opened(qtbot, theme, form, GivenAnswer(), SENTENCE, cell=" ")
    assert opened.use.isEnabled() is (answer is not None)
    opened.use.click()
    assert opened.given == ([(1_234, answer)] if answer is not None else [])


@pytest.mark.parametrize(
    ("form", "before", "typed", "says"),
    [
        (Score(low=1, high=5, decimals=1), "4.5", "2.5", "2.5"),
        (Score(low=1, high=5), "4", "3", "3"),
        (Score(low=-1, high=0.5, decimals=2), "", "-0.25", "-0.25"),
    ],
)
def test_a_score_stays_in_the_range_of_the_column(
    theme: Theme, qtbot: QtBot, form: Score, before: str, typed: str, says: str
) -> None:
    opened = Opened(qtbot, theme, form, GivenAnswer(text=before), "one two")
    number = opened.child(QDoubleSpinBox, "right_score")
    assert isinstance(number, QDoubleSpinBox)
    number.selectAll()
    qtbot.keyClicks(number, typed)
    qtbot.keyClick(number, Qt.Key.Key_Return)
    assert opened.given == [(1_234, GivenAnswer(text=says))]
    number.setValue(99)
    assert number.value() == form.high


def test_labels_are_ticked_and_those_that_hold_stand_first(theme: Theme, qtbot: QtBot) -> None:
    names = tuple(f"label {number}" for number in range(40))
    opened = Opened(qtbot, theme, SeveralLabels(labels=names), GivenAnswer(labels=("label 30",)), "a text")
    field = opened.editor.field
    assert isinstance(field, MendLabels)
    assert field.given() == GivenAnswer(labels=("label 30",))
    search = opened.child(QLineEdit, "search_labels")
    assert isinstance(search, QLineEdit)
    search.setText("LABEL 7")
    assert field.box("label 7").isVisibleTo(field)
    assert not field.box("label 30").isVisibleTo(field)
    field.box("label 7").click()
    assert field.given() == GivenAnswer(labels=("label 30", "label 7"))
    field.box("label 30").setChecked(False)
    field.box("label 7").setChecked(False)
    assert field.given() == GivenAnswer()  # none holds: an answer, too
    assert opened.use.isEnabled()


@pytest.fixture
def sentence(qtbot: QtBot, theme: Theme) -> Opened:
    before = GivenAnswer(spans=(Span(start=0, end=7, label="PER"), Span(start=16, end=19, label="LOC")))
    return Opened(qtbot, theme, MarkedWords(types=("PER", "LOC")), before, SENTENCE)


def test_a_word_that_is_clicked_gets_its_type_and_a_part_its_end(sentence: Opened) -> None:
    field = sentence.editor.field
    assert isinstance(field, MendWords)
    assert field.words_shown == "Ann Lee PER saw New Ulm LOC"
    text = sentence.child(QPlainTextEdit, "sentence")
    assert isinstance(text, QPlainTextEdit)
    at = field.words_shown.index("Lee")
    select(text, at, at)
    assert field.chosen() == range(1, 2)
    menu = field.make_menu(field.chosen())
    assert [one.text() for one in menu.actions() if one.text()] == ["PER", "LOC", "Is part of nothing"]
    assert [one.isChecked() for one in menu.actions()[:2]] == [True, False]
    menu.actions()[1].trigger()
    assert field.words_shown == "Ann Lee LOC saw New Ulm LOC"  # the whole part
    select(text, field.words_shown.index("saw"), field.words_shown.index("New") + 1)
    field.mark(field.chosen(), "PER")
    assert field.words_shown == "Ann Lee LOC saw New PER Ulm LOC"
    menu = field.make_menu(range(4, 5))
    next(one for one in menu.actions() if one.text() == 'Goes on from "saw New"').trigger()
    assert field.words_shown == "Ann Lee LOC saw New Ulm PER"
    field.mark(range(3, 4), "")
    assert field.words_shown == "Ann Lee LOC saw PER New Ulm PER"
    sentence.use.click()
    spans = [(SENTENCE[one.start : one.end], one.label) for one in sentence.given[0][1].spans]
    assert spans == [("Ann Lee", "LOC"), ("saw", "PER"), ("Ulm", "PER")]


def test_the_menu_of_types_opens_at_a_click_and_by_the_keyboard(
    sentence: Opened, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, field = sentence.child(QPlainTextEdit, "sentence"), sentence.editor.field
    assert isinstance(text, QPlainTextEdit)
    assert isinstance(field, MendWords)
    asked: list[range] = []
    monkeypatch.setattr(field, "ask", lambda _at: asked.append(field.chosen()))  # no menu without a screen
    text.setFocus()
    qtbot.keyClick(text, Qt.Key.Key_Return)
    qtbot.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, pos=text.cursorRect().center())
    assert asked == [range(1), range(1)]
