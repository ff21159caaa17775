"""What Try it is made of: a field that grows, cards for every kind of answer, words that are marked."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.protocol.catalog import RoleEntry
from engine.protocol.explanations import OCCLUSION, AnswerExplained, WordEffect
from engine.protocol.results import Prediction, Span
from gui.look.theme import Theme
from gui.widgets.answer_card import AnswerCard, ModelWords
from gui.widgets.answers_model import AnswersModel
from gui.widgets.basics import FocusRing
from gui.widgets.clamped_text import ClampedText
from gui.widgets.marked_text import MarkedText
from gui.widgets.said_line import SaidLine
from gui.widgets.score_scale import ScoreScale
from gui.widgets.trial_text import TrialText
from gui.widgets.why_card import WhyCard
from gui.widgets.word_highlights import WordHighlights
from gui.widgets.word_marks import marks_of, sides_of, sides_of_classes, solid_class

CLASSES = ("ham", "spam")


def explained(text: str, effects: dict[str, float], said: str = "spam", **more: object) -> AnswerExplained:
    """Returns an explanation in which some words of a text have effects."""
    found = [
        WordEffect(start=text.index(word), end=text.index(word) + len(word), effect=effect)
        for word, effect in effects.items()
    ]
    against = "ham" if said == "spam" else "spam"
    return AnswerExplained(
        prediction=Prediction(text=text, said=said, probability=0.9),
        method=OCCLUSION,
        target=said,
        against=against,
        is_share=True,
        value=0.9,
        baseline=0.5,
        effects=tuple(found),
        **more,  # type: ignore[arg-type]  # as given
    )


@pytest.fixture
def card(theme: Theme, qtbot: QtBot) -> AnswerCard:
    """A card on screen, of a run in orange."""
    card = AnswerCard(theme)
    qtbot.addWidget(card)
    card.set_model(ModelWords("LoRA", "0.33 % trainable", 2), has_inserts=False, can_go=True)
    card.resize(420, 220)
    card.show()
    return card


def test_a_long_right_answer_is_not_cut(theme: Theme, qtbot: QtBot) -> None:
    text = TrialText(theme)
    qtbot.addWidget(text)
    text.set_fields([RoleEntry(id="text", label="Text to read")], "text")
    text.resize(900, 300)
    text.show()
    text.show_truth("spam")
    assert text._truth.text() == "The truth in your file: spam"
    assert not text._long_truth.isVisible()
    parts = "47 (AddressNumber), Birch (StreetName), St (StreetNamePostType), Salem (PlaceName)"
    text.show_truth(parts)
    assert text._truth.text() == ""
    assert text._long_truth.isVisible()
    assert text._long_truth.text() == f"The truth in your file: {parts}"
    assert text._long_truth.wordWrap()


def test_the_ring_is_around_the_box_of_the_fields_and_not_the_field(theme: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    text = TrialText(theme, window)
    QVBoxLayout(window).addWidget(text)
    ring = FocusRing(theme, window)
    text.set_fields([RoleEntry(id="text", label="Text to read")], "text")
    window.show()
    text.focus_text()
    qtbot.waitUntil(lambda: ring.target is text)
    text.clear.setEnabled(True)
    text.clear.setFocus()  # not by the keyboard
    qtbot.waitUntil(lambda: ring.target is None)


def test_the_field_grows_from_two_lines_to_six(theme: Theme, qtbot: QtBot) -> None:
    text = TrialText(theme)
    qtbot.addWidget(text)
    text.set_fields([RoleEntry(id="text", label="Text to read")], "text")
    text.resize(700, 300)
    text.show()
    (field,) = text.fields.values()
    two = field.height()
    field.setPlainText("\n".join("line" for _ in range(4)))
    four = field.height()
    field.setPlainText("\n".join("line" for _ in range(20)))
    assert two < four < field.height()
    assert field.height() == pytest.approx(3 * two, rel=0.1)
    field.setPlainText("one")
    assert field.height() == two


def test_the_field_grows_when_a_long_text_takes_the_place_of_another(theme: Theme, qtbot: QtBot) -> None:
    text = TrialText(theme)
    qtbot.addWidget(text)
    text.set_fields([RoleEntry(id="text", label="Text to read")], "text")
    text.resize(700, 300)
    text.show()
    (field,) = text.fields.values()
    two = field.height()
    for _ in range(3):
        for words, lines in (("short", 2), ("We had far too much homework. " * 30, 6)):
            field.selectAll()
            field.insertPlainText(words)
            assert field.height() == pytest.approx(lines / 2 * two, rel=0.1)


def test_a_question_and_its_passage_have_a_field_each(theme: Theme, qtbot: QtBot) -> None:
    text = TrialText(theme)
    qtbot.addWidget(text)
    text.set_fields(
        [RoleEntry(id="question", label="Question"), RoleEntry(id="context", label="Passage")], "question"
    )
    assert [field.accessibleName() for field in text.fields.values()] == ["Question", "Passage"]
    with qtbot.waitSignal(text.text_changed) as typed:
        text.fields["context"].setPlainText("It rained.")
    assert typed.args == ["context", "It rained."]
    text.show_row({"question": "What?", "context": "It snowed."}, 10, "snow")
    assert text.fields["context"].toPlainText() == "It snowed."
    assert text.slider.value() == 10


def test_a_class_has_large_letters_and_bars(card: AnswerCard) -> None:
    shares = {"spam": 0.86, "ham": 0.14}
    card.show_answer(
        Prediction(text="t", said="spam", probability=0.86, probabilities=shares), "fairly sure", CLASSES
    )
    assert (card.said, card.sure) == ("spam", "fairly sure")
    assert card.bars.rows() == [("spam", 0.86), ("ham", 0.14)]


def test_of_many_classes_five_are_shown(card: AnswerCard) -> None:
    shares = {f"class {number}": share for number, share in enumerate((0.4, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05))}
    said = Prediction(text="t", said="class 0", probability=0.4, probabilities=shares)
    card.show_answer(said, "not sure", tuple(shares))
    assert [name for name, _ in card.bars.rows()] == [f"class {number}" for number in range(5)]


def test_marked_words_stand_in_their_text_with_their_labels(card: AnswerCard) -> None:
    said = Prediction(
        text="Anna lives in Berlin",
        said="Anna (PER), Berlin (LOC)",
        probability=0.8,
        spans=(Span(start=0, end=4, label="PER"), Span(start=14, end=20, label="LOC")),
    )
    card.show_answer(said, "fairly sure", ("B-PER", "I-PER", "B-LOC", "O"))
    marked = card.findChild(MarkedText)
    assert marked is not None
    assert marked.isVisible()
    assert marked.colors == [1, 2]
    assert card.said == ""
    assert card.others == "Anna (PER), Berlin (LOC)"
    (line,) = card.findChildren(SaidLine)
    small = line.sizeHint().height()
    card.show_answer(Prediction(text="x", said="spam", probability=0.8), "fairly sure", ())
    assert small < line.sizeHint().height()  # no empty line in the place of large words


def test_an_answer_in_a_passage_is_large_and_marked(card: AnswerCard) -> None:
    passage = "The cat sat on the mat."
    said = Prediction(
        text=passage, second="Where?", said="on the mat", probability=0.7, spans=(Span(start=12, end=22),)
    )
    card.show_answer(said, "fairly sure", ())
    marked = card.findChild(MarkedText)
    assert marked is not None
    assert card.said == "on the mat"
    assert marked.text == passage


def test_short_and_long_written_answers_look_alike(card: AnswerCard) -> None:
    model = ModelWords("Full fine-tuning", "", 1, writes=True)
    card.set_model(model, has_inserts=False, can_go=True)
    text = card.findChild(ClampedText)
    assert text is not None
    for words in ("Enregistrer", "Enregistrer la page avant de la quitter"):
        card.show_answer(Prediction(text="Save", said=words, probability=0.0), "", ())
        assert (card.said, text.text) == ("", words)
    card.show_answer(Prediction(text="Save", said="", probability=0.0), "", ())
    assert card.said == "–"


def test_a_written_answer_is_a_text(card: AnswerCard) -> None:
    words = "Enregistrer la page avant de la quitter"
    card.show_answer(Prediction(text="Save", said=words, probability=0.0), "", ())
    assert card.said == ""
    assert card.written == words
    short = Prediction(text="Save", said="Enregistrer", probability=0.0)
    card.show_answer(short, "", ())
    assert (card.said, card.written) == ("Enregistrer", "")


def test_a_blank_has_its_five_likeliest_words(card: AnswerCard) -> None:
    likely = {"day": 0.4, "night": 0.3, "week": 0.1, "time": 0.05, "hour": 0.02}
    said = Prediction(
        text="a ___",
        said="day",
        probability=0.4,
        probabilities=likely,
        spans=(Span(start=2, end=5, label="day"),),
        alternatives=("night", "week", "time", "hour"),
    )
    card.show_answer(said, "not sure", ())
    assert card.said == "day"
    assert [name for name, _ in card.bars.rows()] == list(likely)


def test_a_poem_keeps_its_lines(card: AnswerCard) -> None:
    card.show_answer(
        Prediction(text="The river", said="sleeps,\nI heard the road;\n\nit falls", probability=0.0), "", ()
    )
    text = card._text
    assert text.isVisible()
    assert text.shown_lines(300) == ["sleeps,", "I heard the road;", "it falls"]
    card.show_answer(Prediction(text="t", said="one\n" * 9, probability=0.0), "", ())
    lines = text.shown_lines(300)
    assert (len(lines), lines[0], lines[-1]) == (4, "one", "one…")


def test_words_are_marked_by_strength_and_side() -> None:
    found = explained("win a free prize today", {"free": 0.4, "prize": 0.2, "today": -0.1, "win": 0.01})
    marks = marks_of(found, sides_of(found, CLASSES))
    text = found.prediction.text
    assert {text[one.start : one.end]: (round(one.strength, 2), one.solid) for one in marks} == {
        "free": (1.0, True),
        "prize": (0.5, True),
        "today": (0.25, False),
    }
    assert marks[0].words == "40.0 points towards spam"
    assert sides_of(found, CLASSES).numbers == (2, 1)


def test_in_a_list_the_second_class_has_the_solid_line_whatever_was_said() -> None:
    found = explained("dinner is free", {"dinner": 0.3, "free": -0.2}, said="ham")
    sides = sides_of(found, CLASSES, solid_class(CLASSES))
    solid = {found.prediction.text[one.start : one.end]: one.solid for one in marks_of(found, sides)}
    assert solid == {"dinner": False, "free": True}
    assert sides.words == ("pushed towards spam", "pushed towards ham") == sides_of_classes(CLASSES).words
    assert sides.numbers == sides_of_classes(CLASSES).numbers
    many = sides_of_classes(("a", "b", "c"))
    assert many.words == ("pushed towards what it said", "pushed against it")


def test_marks_stand_at_their_words_where_spaces_were_taken_out(qtbot: QtBot) -> None:
    text = "  win\n\n a   free prize"
    answer = Prediction(text=text, said="spam", truth="ham", probability=0.9)
    model = AnswersModel()
    model.set_answers([answer], classes=CLASSES)
    model.set_explained(answer, explained(text, {"win": 0.1, "free": 0.3}))
    cell = str(model.index(0, 3).data())
    assert cell == "win a free prize"
    assert [cell[one.start : one.end] for one in model.marks(0)] == ["win", "free"]


def test_hovering_a_word_says_what_it_did(theme: Theme, qtbot: QtBot) -> None:
    words = WordHighlights(theme)
    qtbot.addWidget(words)
    words.show_explained(explained("win a free prize", {"win": 0.3, "prize": -0.1}), CLASSES)
    words.resize(600, words.heightForWidth(600))
    words.show()
    first = words.mark_at(QPoint(8, 8))
    assert first is not None
    assert first.words == "30.0 points towards spam"
    assert words.mark_at(QPoint(590, 8)) is None
    narrow = words.heightForWidth(60)
    assert narrow > words.heightForWidth(600)


@pytest.mark.parametrize(
    ("said", "target", "title"),
    [
        ("spam", "spam", "Why it said spam"),
        ("food, plant", "plant", "Why it said plant"),
        (",", ",", 'Why it said ","'),
        ("a city", "a city", 'Why it said "a city"'),
        ("no label", "plant", "What moved it towards plant"),
        ("0.73", "a higher score", "What moved it towards a higher score"),
    ],
)
def test_why_never_says_what_was_not_said(
    theme: Theme, qtbot: QtBot, said: str, target: str, title: str
) -> None:
    why = WhyCard(theme)
    qtbot.addWidget(why)
    found = explained("The cat sat on the mat.", {"cat": 0.2})
    answer = msgspec.structs.replace(found.prediction, said=said)
    why.show_explained(
        msgspec.structs.replace(found, prediction=answer, target=target, against=f"not {target}"),
        (),
        second_first=False,
    )
    assert why.title == title


def test_why_says_both_texts_in_the_order_in_which_they_are_read(theme: Theme, qtbot: QtBot) -> None:
    why = WhyCard(theme)
    qtbot.addWidget(why)
    why.resize(800, 300)
    why.show()
    found = explained("The cat sat on the mat.", {"cat": 0.2}, note="Measured by hiding one word at a time.")
    said = Prediction(text=found.prediction.text, second="Who sat?", said="The cat", probability=0.8)
    effects = (*found.effects, WordEffect(start=0, end=3, effect=0.4, second=True))
    found = msgspec.structs.replace(found, prediction=said, effects=effects, against="")
    why.show_explained(found, (), second_first=True)
    qtbot.waitUntil(lambda: why.second.y() < why.highlights.y())
    assert why.title == 'Why it said "The cat"'
    assert [why.second.text[one.start : one.end] for one in why.second.marks] == ["Who"]
    why.show_explained(found, (), second_first=False)
    qtbot.waitUntil(lambda: why.second.y() > why.highlights.y())


@pytest.mark.parametrize(
    ("said", "ends", "share"),
    [("2.5", (0.0, 5.0), 0.5), ("7", (0.0, 5.0), 1.0), ("x", (0.0, 5.0), None), ("1", None, None)],
)
def test_a_score_lies_on_the_scale_of_the_test_rows(
    theme: Theme, qtbot: QtBot, said: str, ends: tuple[float, float] | None, share: float | None
) -> None:
    card = AnswerCard(theme)
    qtbot.addWidget(card)
    card.set_model(ModelWords("LoRA", "", 1, scores=ends), has_inserts=False, can_go=False)
    card.show_answer(Prediction(text="t", said=said, probability=0.0), "", ())
    scale = card.findChild(ScoreScale)
    assert scale is not None
    assert scale.isHidden() == (share is None)
    if share is not None:
        assert scale.place(float(said)) == share
        assert scale.accessibleName().startswith(f"{said} on a scale from 0 to 5")
    card.show_nothing()
    assert scale.isHidden()
