"""What Results is made of: score bars, confusion matrix, class table, the list of answers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from engine.protocol.results import ClassScore, Prediction, Score
from gui.look.theme import Theme
from gui.widgets.answers_model import AnswerFilter, AnswersModel, Kind, Order
from gui.widgets.class_table import ClassTable
from gui.widgets.confusion_card import ConfusionCard
from gui.widgets.confusion_matrix import Confusion, ConfusionMatrix
from gui.widgets.empty_state import EmptyState
from gui.widgets.full_text import FullText
from gui.widgets.score_bars import ScoreBars, ScoreRow
from gui.widgets.wrong_answers import WrongAnswers
from tests.gui.recorded_events import CLASSES, predictions

COUNTS = ((673, 5), (6, 92))
SPAM = ("ham", "spam")


@pytest.fixture
def matrix(theme: Theme, qtbot: QtBot) -> ConfusionMatrix:
    """673 and 92 right, 5 false alarms, 6 missed."""
    widget = ConfusionMatrix(theme)
    qtbot.addWidget(widget)
    widget.resize(400, 180)
    widget.show()
    widget.set_confusion(Confusion(SPAM, COUNTS), run_number=2)
    return widget


def test_cells_have_words_of_their_own(matrix: ConfusionMatrix) -> None:
    cells = [(truth, said) for truth in (0, 1) for said in (0, 1)]
    assert [matrix.cell_words(cell) for cell in cells] == [
        "truly ham, said ham: 673, right",
        "truly ham, said spam: 5, false alarm",
        "truly spam, said ham: 6, missed",
        "truly spam, said spam: 92, right",
    ]


def test_short_labels_leave_room_for_the_word_beside_them(theme: Theme, matrix: ConfusionMatrix) -> None:
    matrix.set_confusion(Confusion(("8a", "8b", "9c"), ((6, 1, 0), (6, 1, 0), (6, 2, 0))), run_number=1)
    word = QFontMetricsF(theme.font("caption")).horizontalAdvance("said →")
    assert matrix.cell_rect((0, 0)).left() >= word


def test_a_click_chooses_a_cell_and_a_second_one_takes_it_back(matrix: ConfusionMatrix, qtbot: QtBot) -> None:
    chosen: list[object] = []
    matrix.cell_chosen.connect(chosen.append)
    place = matrix.cell_rect((0, 1)).center().toPoint()
    qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=place)
    assert chosen == [(0, 1), None]


def test_keys_move_over_the_cells_and_choose(
    matrix: ConfusionMatrix, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("gui.widgets.confusion_matrix.announce", lambda _widget, words: said.append(words))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space):
        qtbot.keyClick(matrix, key)
    assert said[-1] == "truly spam, said spam: 92, right"
    assert matrix.chosen == (1, 1)
    qtbot.keyClick(matrix, Qt.Key.Key_Escape)
    assert matrix.chosen is None


def test_the_cell_under_a_point_is_the_one_drawn_there(matrix: ConfusionMatrix) -> None:
    assert matrix.cell_at(matrix.cell_rect((1, 0)).center()) == (1, 0)
    assert matrix.cell_at(QPointF(1, 1)) is None


def test_right_cells_are_filled_more_than_mistakes(matrix: ConfusionMatrix, theme: Theme) -> None:
    picture = matrix.grab().toImage()

    def strength(cell: tuple[int, int]) -> int:
        corner = matrix.cell_rect(cell).topLeft().toPoint()
        color, ground = picture.pixelColor(corner.x() + 12, corner.y() + 12), theme.color("window")
        return abs(color.blue() - ground.blue())

    assert strength((0, 0)) > strength((0, 1)) + 20


def test_the_worst_mistakes_come_first() -> None:
    confusion = Confusion(("a", "b", "c"), ((9, 1, 0), (4, 9, 2), (0, 0, 9)))
    assert confusion.top(3) == [(1, 0), (1, 2), (0, 1)]
    assert confusion.word(1, 0) == "wrong"
    assert confusion.share(1, 0) == pytest.approx(4 / 15)


def test_with_many_classes_the_grid_scrolls_and_the_worst_mistakes_are_listed(
    theme: Theme, qtbot: QtBot
) -> None:
    size = 15
    counts = [[20 if truth == said else 0 for said in range(size)] for truth in range(size)]
    counts[3][7], counts[8][2] = 6, 9
    card = ConfusionCard(theme)
    qtbot.addWidget(card)
    card.resize(420, 300)
    card.show()
    card.set_confusion([f"class {index}" for index in range(size)], counts, 1, "texts")
    assert card.top_words == ["truly class 8, said class 2: 9", "truly class 3, said class 7: 6"]
    assert card.matrix.minimumSizeHint().width() > 600
    with qtbot.waitSignal(card.pair_chosen) as chosen:
        card._top_buttons[0].click()
    assert chosen.args == [("class 8", "class 2")]


def test_scores_are_told_with_their_intervals(theme: Theme, qtbot: QtBot) -> None:
    bars = ScoreBars(theme)
    qtbot.addWidget(bars)
    rows = [
        ScoreRow("This model", Score(value=0.968, low=0.951, high=0.985), 2),
        ScoreRow("Word counts (TF-IDF)", Score(value=0.934, low=0.91, high=0.955)),
    ]
    bars.set_rows(rows)
    assert bars.accessibleDescription() == (
        "This model 0.968, between 0.951 and 0.985. Word counts (TF-IDF) 0.934, between 0.910 and 0.955"
    )


def test_a_bar_is_as_long_as_its_score(theme: Theme, qtbot: QtBot) -> None:
    bars = ScoreBars(theme)
    qtbot.addWidget(bars)
    bars.set_rows([ScoreRow("This model", Score(value=0.5, low=0.49, high=0.51), 1)])
    bars.resize(400, 30)
    bars.show()
    picture = bars.grab().toImage()
    blue, track = theme.run_color(1).name(), theme.color("pressed").name()
    colors = [picture.pixelColor(int(share * 400), 22).name() for share in (0.1, 0.4, 0.6, 0.9)]
    assert colors == [blue, blue, track, track]


def test_each_label_has_its_numbers(theme: Theme, qtbot: QtBot) -> None:
    table = ClassTable(theme)
    qtbot.addWidget(table)
    table.set_scores([ClassScore(name="spam", precision=0.948, recall=0.939, f1=0.944, support=98)], "texts")
    model = table.model()
    cells = [model.data(model.index(0, column)) for column in range(5)]
    assert cells == ["spam", "0.948", "0.939", "0.944", "98"]
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(5)]
    assert heads == ["Label", "Precision", "Recall", "F1", "Texts"]


def _answer(text: str, said: str, truth: str, sure: float, row: int) -> Prediction:
    return Prediction(
        text=text,
        said=said,
        truth=truth,
        probability=sure,
        probabilities={said: sure, ("ham" if said == "spam" else "spam"): 1 - sure},
        row=row,
    )


ANSWERS = (
    _answer("Win a PRIZE now", "ham", "spam", 0.71, 9),
    _answer("See you at six", "ham", "ham", 0.99, 2),
    _answer("Quiz night, score a prize", "spam", "ham", 0.98, 4),
    _answer("Your bill is 33 pounds", "spam", "ham", 0.55, 7),
    _answer("Free entry", "spam", "spam", 0.97, 1),
)


def test_only_wrong_answers_are_listed_the_surest_first() -> None:
    model = AnswersModel()
    model.set_answers(ANSWERS)
    assert [answer.row for answer in model.listed] == [4, 9, 7]
    assert [model.data(model.index(0, column)) for column in range(4)] == [
        "98 %",
        "spam",
        "ham",
        "Quiz night, score a prize",
    ]
    model.set_order(Order.LEAST_SURE)
    assert [answer.row for answer in model.listed] == [7, 9, 4]
    model.set_order(Order.FILE)
    assert [answer.row for answer in model.listed] == [4, 7, 9]


def test_answers_are_filtered_by_cell_and_by_word() -> None:
    model = AnswersModel()
    model.set_answers(ANSWERS)
    assert model.mistakes() == [(("ham", "spam"), 2), (("spam", "ham"), 1)]
    model.set_filter(AnswerFilter(pair=("ham", "spam")))
    assert [answer.row for answer in model.listed] == [4, 7]
    model.set_filter(AnswerFilter(search="prize"))
    assert [answer.row for answer in model.listed] == [4, 9]
    model.set_filter(AnswerFilter(pair=("ham", "ham")))
    assert [answer.row for answer in model.listed] == [2]
    model.set_filter(AnswerFilter(kind=Kind.RIGHT))
    assert [answer.row for answer in model.listed] == [2, 1]
    model.set_filter(AnswerFilter(kind=Kind.ALL))
    assert len(model.listed) == 5


@pytest.fixture
def answers(theme: Theme, qtbot: QtBot) -> WrongAnswers:
    """The list on screen, with five answers of which three are wrong."""
    widget = WrongAnswers(theme)
    qtbot.addWidget(widget)
    widget.resize(1200, 320)
    widget.show()
    widget.set_answers(ANSWERS, SPAM, "texts")
    return widget


def test_the_list_tells_its_length_and_shows_the_first_answer(answers: WrongAnswers) -> None:
    assert answers.accessibleName() == "Wrong answers, 3"
    assert answers.detail.sentence == "It said spam, 98 % sure. The truth in your file is ham."
    shown = answers.detail.findChild(QPlainTextEdit, "answer_text")
    assert shown is not None
    assert shown.toPlainText() == "Quiz night, score a prize"


def test_arrow_keys_go_through_the_answers(answers: WrongAnswers, qtbot: QtBot) -> None:
    qtbot.keyClick(answers.table, Qt.Key.Key_Down)
    assert answers.detail.answer == ANSWERS[0]


def test_a_cell_of_the_matrix_narrows_the_list(answers: WrongAnswers) -> None:
    answers.show_pair(("spam", "ham"))
    assert answers.accessibleName() == "Wrong answers, 1"
    answers.show_pair(("ham", "ham"))
    assert answers.accessibleName() == "Right answers, 1"
    assert answers.detail.sentence == "It said ham, 99 % sure. That is right."
    answers.show_pair(None)
    assert answers.accessibleName() == "Wrong answers, 3"


def test_a_search_without_a_hit_offers_to_clear_it(answers: WrongAnswers, qtbot: QtBot) -> None:
    qtbot.keyClicks(answers.search, "holiday")
    empty = answers.findChild(EmptyState, "no_answers")
    assert empty is not None
    assert empty.isVisible()
    assert empty.accessibleName() == 'No text contains "holiday"'
    assert not answers.detail.isVisible()
    qtbot.mouseClick(empty.button, Qt.MouseButton.LeftButton)
    assert answers.accessibleName() == "Wrong answers, 3"
    assert answers.table.isVisible()


def test_no_wrong_answers_are_doubted_not_praised(answers: WrongAnswers) -> None:
    answers.set_answers([ANSWERS[1], ANSWERS[4]], SPAM, "texts")
    empty = answers.findChild(EmptyState, "no_answers")
    assert empty is not None
    assert empty.accessibleName() == "No wrong answers on 2 test texts"


def test_a_narrow_window_opens_the_text_over_the_page(answers: WrongAnswers, qtbot: QtBot) -> None:
    answers.set_narrow(True)
    assert not answers.detail.isVisible()
    answers.table.activated.emit(answers.model.index(0, 0))
    popover = answers.findChild(FullText)
    assert popover is not None
    assert popover.text == "Quiz night, score a prize"
    popover.close()


def test_thousands_of_answers_are_listed_at_once(theme: Theme, qtbot: QtBot) -> None:
    widget = WrongAnswers(theme)
    qtbot.addWidget(widget)
    widget.set_answers(predictions(count=20_000, wrong=4_000), CLASSES, "texts")
    assert widget.accessibleName() == "Wrong answers, 4,000"
    assert widget.model.rowCount() == 4_000


def test_classes_are_called_as_their_task_calls_them(theme: Theme, qtbot: QtBot) -> None:
    table = ClassTable(theme)
    qtbot.addWidget(table)
    score = ClassScore(name="CITY", precision=0.9, recall=0.9, f1=0.9, support=98)
    table.set_scores([score], "entities", "tag")
    assert table.model().headerData(0, Qt.Orientation.Horizontal) == "Tag"
    assert table.accessibleName() == "Each tag"


def test_the_interval_cuts_nothing_out_of_the_bar(theme: Theme, qtbot: QtBot) -> None:
    bars = ScoreBars(theme)
    qtbot.addWidget(bars)
    bars.set_rows([ScoreRow("This model", Score(value=0.9, low=0.7, high=0.95), 1)])
    bars.resize(400, 28)
    bars.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    image = bars.grab().toImage()
    own, low, middle = theme.run_color(1), 280, 22
    assert image.pixelColor(low - 3, middle) == own
    assert {image.pixelColor(x, middle - 2).name() for x in range(low + 3, low + 70)} == {own.name()}
    assert image.pixelColor(low + 20, middle) != own  # the interval itself


def test_ten_classes_fit_their_card(theme: Theme, qtbot: QtBot) -> None:
    names = [f"kind of thing {number}" for number in range(10)]
    counts = [[12 if truth == said else truth for said in range(10)] for truth in range(10)]
    card = ConfusionCard(theme)
    qtbot.addWidget(card)
    card.set_confusion(names, counts, 1, "texts")
    for size, dense in (((440, 287), False), ((404, 236), True)):
        card.set_padding(12 if dense else 16)
        card.set_dense(dense)
        card.resize(*size)
        card.show()
        area = card.matrix.parentWidget()
        assert area is not None
        assert card.matrix.size() == area.size()  # nothing scrolls
        last = card.matrix.cell_rect((9, 9))
        assert last.right() <= card.matrix.width()
        assert last.bottom() <= card.matrix.height()
    assert card.matrix.is_numbered  # the names do not fit above the columns
    card.set_confusion(["a", "b", "c"], [[1, 0, 0]] * 3, 1, "texts")
    assert not card.matrix.is_numbered


@pytest.mark.parametrize("more", [0, 4, 13, 14, 20])
def test_no_sliver_of_a_row_ends_the_list(answers: WrongAnswers, more: int) -> None:
    table = answers.table
    listed = [_answer(f"text {row}", "ham", "spam", 0.9, row) for row in range(1, 21)]
    answers.set_answers(listed, ("ham", "spam"), "texts")
    table.resize(600, 32 + 5 * 34 + more)
    height = table.viewport().height()
    assert table.sliver() == (height % 34 if height % 34 < 14 else 0)
    image = table.viewport().grab().toImage()
    lowest = image.pixelColor(300, image.height() - 1)
    assert table.sliver() == 0 or lowest == table._theme.color("surface")
