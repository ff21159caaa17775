"""What the pane of an answer shows: spans with labels, spans in a passage, written answers."""

from __future__ import annotations

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from engine.protocol.results import Prediction, Span
from engine.protocol.right_answers import GivenAnswer, RightAnswersRead, RowAnswer, WrittenText
from gui.look.theme import Theme
from gui.widgets.answer_parts import Look, MarkedPlaces, has_parts, shown
from gui.widgets.whole_lines import WholeLines
from gui.widgets.wrong_answers import WrongAnswers


def marked(parts: MarkedPlaces) -> list[tuple[str, str]]:
    """Returns the marked words with their looks, headings aside."""
    return [
        (parts.text[one.start : one.end], one.look.value)
        for one in parts.marks
        if one.look is not Look.HEADING
    ]


def written(said: str, truth: str, right: float = 0.4, before: str = "") -> Prediction:
    return Prediction(
        text="two one", said=said, truth=truth, probability=0.0, right=right, row=3, before=before
    )


TAGGED = Prediction(
    text="Go to 12 King St",
    said="12 (ZIP)",
    truth="12 (NUMBER), King St (STREET)",
    probability=0.9,
    right=0.5,
    spans=(Span(start=6, end=8, label="ZIP"),),
    true_spans=(Span(start=6, end=8, label="NUMBER"), Span(start=9, end=16, label="STREET")),
)


def test_said_and_true_parts_stand_one_above_the_other_with_their_labels() -> None:
    parts = shown(TAGGED)
    assert parts.text == "It said: Go to 12 ZIP King St\n\nThe truth: Go to 12 NUMBER King St STREET"
    assert marked(parts) == [
        ("12", "said"),
        (" ZIP", "label"),
        ("12", "true"),
        (" NUMBER", "label"),
        ("King St", "true"),
        (" STREET", "label"),
    ]


@pytest.mark.parametrize("second_first", [True, False])
def test_a_question_stands_above_its_passage_and_a_reply_below_its_text(second_first: bool) -> None:
    answer = Prediction(
        text="Ada was born in 1815.",
        second="When?",
        said="in 1815",
        truth="1815",
        probability=0.6,
        right=0.7,
        spans=(Span(start=13, end=20),),
        true_spans=(Span(start=16, end=20),),
    )
    parts = shown(answer, second_first=second_first)
    texts = ["Ada was born in 1815.", "When?"]
    assert parts.text == "\n\n".join(reversed(texts) if second_first else texts)
    assert marked(parts) == [("1815", "true"), ("in 1815", "said")]


def test_a_written_answer_stands_above_the_right_one_with_the_words_that_differ() -> None:
    parts = shown(written("deux six un", "deux un trois"))
    assert parts.text == "two one\n\nIt said: deux six un\n\nThe truth: deux un trois"
    assert marked(parts) == [("six", "said"), ("trois", "true")]
    assert "said: –\n" in shown(written("", "un")).text


@pytest.fixture
def answers(theme: Theme, qtbot: QtBot) -> WrongAnswers:
    widget = WrongAnswers(theme)
    qtbot.addWidget(widget)
    widget.resize(1200, 320)
    widget.show()
    return widget


def test_written_answers_are_listed_by_how_right_they_are_and_have_room(answers: WrongAnswers) -> None:
    long = "un deux trois quatre " * 3
    answers.set_answers([written(long, long, 0.1), written("un", "un deux", 0.7, "six")], (), "pairs")
    assert answers.model.headerData(0, answers.table.horizontalHeader().orientation()) == "How right"
    assert answers._order.text() == "Most wrong first"
    assert [one.right for one in answers.model.listed] == [0.1, 0.7]
    assert answers.table.columnWidth(1) == answers.table.columnWidth(2) > answers.table.viewport().width() / 4
    assert answers._title.text() == answers._filter.text() == "Not wholly right"
    answers.set_answers([written("0.5", "4.5", 0.1), written("un", "un deux", 0.7, "six")], (), "pairs")
    assert answers.table.columnWidth(2) < answers.table.viewport().width() / 6  # they need no more
    assert answers.detail.sentence == "It said 0.5. The truth in your file is 4.5. That is 4 too low."
    answers.table.select_row(1)
    assert answers.detail.sentence == "70 % of it is right. Before training it said six."
    answers.set_answers([written("un", "un deux", 0.7, "It ended.")], (), "pairs")
    assert answers.detail.sentence == "70 % of it is right. Before training it said It ended."
    blank = msgspec.structs.replace(
        TAGGED,
        spans=(),
        true_spans=(),
        said="tea",
        truth="milk",
        alternatives=("milk", "water"),
        before="it",
        before_alternatives=("the", "and"),
    )
    answers.set_answers([blank], (), "texts")
    answers.table.select_row(0)
    said = answers.detail.sentence
    assert "Next likeliest: milk · water." in said
    assert said.endswith("Before training it said it. Next likeliest then: the · and.")
    answers.set_answers([msgspec.structs.replace(blank, alternatives_to="the first blank")], (), "texts")
    answers.table.select_row(0)
    assert "Next likeliest for the first blank: milk · water." in answers.detail.sentence


def test_long_names_of_classes_are_not_cut(answers: WrongAnswers) -> None:
    said = Prediction(text="a", said="contradiction", truth="entailment", probability=0.5)
    answers.set_answers([said], ("contradiction", "entailment"), "texts")
    metrics = answers.table.fontMetrics()
    assert answers.table.columnWidth(2) > metrics.horizontalAdvance("contradiction") + 18


def test_the_list_shows_and_searches_both_texts(answers: WrongAnswers) -> None:
    pair = Prediction(text="Rain fell", second="It is wet", said="no", truth="yes", probability=0.5)
    answers.set_answers([pair], ("no", "yes"), "texts", second_first=False)
    assert answers.model.data(answers.model.index(0, 3)) == "Rain fell · It is wet"
    answers.search.setText("WET")
    assert len(answers.model.listed) == 1


def test_a_tagged_answer_is_not_said_twice(answers: WrongAnswers) -> None:
    answers.set_answers([TAGGED], (), "sentences")
    assert answers.detail.sentence == "It was 90 % sure. 50 % of it is right."


def test_many_classes_leave_room_for_the_text(answers: WrongAnswers) -> None:
    classes = tuple(f"class {number}" for number in range(14))
    shares = dict.fromkeys(classes, 1 / 14)
    said = Prediction(text="a", said="class 0", truth="class 1", probability=1 / 14, probabilities=shares)
    answers.set_answers([said], classes, "texts")
    assert answers.detail._bars.sizeHint().height() <= 6 * 24
    assert answers.detail.minimumSizeHint().height() < 300


def test_long_alternatives_leave_room_and_the_marked_place_is_in_sight(answers: WrongAnswers) -> None:
    passage = f"{'Nothing to see here. ' * 40}Ada was born in 1815."
    start = passage.index("1815")
    said = Prediction(
        text=passage,
        said="1815",
        truth="1851",
        probability=0.4,
        right=0.0,
        spans=(Span(start=start, end=start + 4),),
        second="When was she born?",
        alternatives=("born in 1815", "a very long answer " * 5, "another one"),
    )
    answers.set_answers([said], (), "questions")
    assert answers.detail.sentence.endswith(
        "Next likeliest: born in 1815 · a very long answer a very long answer a…"
    )
    assert answers.detail._question.text() == "When was she born?"
    assert answers.detail._question.isVisible()
    bar = answers.detail._text.verticalScrollBar()
    assert bar.maximum() > 0
    assert bar.value() > bar.maximum() // 2


def test_a_long_written_answer_is_read_from_the_top(answers: WrongAnswers) -> None:
    answers.set_answers([written("un " * 200, "deux", 0.0, "six " * 60)], (), "pairs")
    bar = answers.detail._text.verticalScrollBar()
    assert bar.maximum() > 0
    assert bar.value() == 0
    assert len(answers.detail.sentence) < 120


def test_an_answer_of_one_word_is_told_in_the_sentence() -> None:
    score = Prediction(text="a tree", said="0.94", truth="4.5", probability=0.0, right=0.21)
    assert shown(score).text == "a tree"
    assert not has_parts(score)
    written = msgspec.structs.replace(score, said="un grand arbre", truth="arbre")
    assert shown(written).text.endswith("It said: un grand arbre\n\nThe truth: arbre")


def test_no_line_of_a_long_text_is_cut_in_half(answers: WrongAnswers, qtbot: QtBot) -> None:
    text = answers.detail.findChild(WholeLines)
    assert text is not None
    long = Prediction(text="word " * 400, second="When?", said="a", truth="b", probability=0.5)
    answers.set_answers([long], ("a", "b"), "questions")
    for height in (320, 333, 345):
        answers.resize(1200, height)
        qtbot.waitUntil(lambda: text.viewport().height() % text.line_height() == 0)
        assert text.viewport().height() >= 2 * text.line_height()
    answers.set_answers([msgspec.structs.replace(long, text="short")], ("a", "b"), "questions")
    qtbot.waitUntil(lambda: text.left_over() == 0)


@pytest.mark.parametrize("size", [(1200, 320), (1100, 480)])
def test_no_line_of_a_long_text_lies_below_the_scroll_bar(
    answers: WrongAnswers, qtbot: QtBot, size: tuple[int, int]
) -> None:
    text = answers.detail.findChild(WholeLines)
    assert text is not None
    answers.resize(*size)
    words = "Julius Marx: one of four brothers who made motion pictures together (1890-1977). " * 9
    one = Prediction(text=words, second="Who was it?", said="a", truth="b", probability=0.5)
    spans = (Span(start=0, end=6),)
    answers.set_answers([msgspec.structs.replace(one, right=0.0, spans=spans)], (), "questions")
    qtbot.waitUntil(text.verticalScrollBar().isVisible)
    qtbot.waitUntil(lambda: text.document().size().width() <= text.viewport().width())


def test_in_a_low_window_what_was_said_and_the_truth_have_the_room_of_the_sentence_and_the_links(
    answers: WrongAnswers, qtbot: QtBot
) -> None:
    long = written("un deux trois " * 12, "un deux quatre " * 8, 0.4)
    long = msgspec.structs.replace(long, text="one two three " * 14)
    answers.resize(1200, 250)
    answers.set_answers([long, written("un", "un deux")], (), "pairs")
    detail, bar = answers.detail, answers.detail._text.verticalScrollBar()
    found = RightAnswersRead(
        column="fr", form=WrittenText(), answers=(RowAnswer(row=3, cell="", answer=GivenAnswer()),)
    )
    answers.show_labels(found, {})
    assert detail.relabel.y() < detail.change.y()
    assert detail._sentence.isVisible()
    before = detail._text.height()
    answers.set_compact(True)
    answers.show_labels(found, {})
    qtbot.waitUntil(lambda: detail._text.height() > before + 2 * detail._text.line_height())
    assert detail.relabel.geometry().center().y() == pytest.approx(
        detail.change.geometry().center().y(), abs=2
    )
    assert detail.relabel.button.isVisible()
    assert detail.relabel.button.toolTip().startswith("Row 3. Holds")
    assert not detail._sentence.isVisible()
    answers.show_labels(msgspec.structs.replace(found, answers=()), {3: "un deux"})
    assert detail.relabel.words == "Mended"
    assert detail.relabel.back.isVisible()
    assert answers.model.truth(long) == "→ un deux"
    text = detail._text
    assert bar.maximum() > 0
    said = text.document().find("It said:").block().firstLineNumber()
    qtbot.waitUntil(lambda: bar.value() == min(said, bar.maximum()))
    answers.set_compact(False)
    qtbot.waitUntil(lambda: detail.relabel.y() < detail.change.y())
    assert detail._sentence.isVisible()
