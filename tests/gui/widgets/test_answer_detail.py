"""The pane beside the list of answers keeps everything in its place."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.protocol.results import Prediction
from engine.protocol.right_answers import GivenAnswer, OneLabel, RightAnswersRead, RowAnswer
from gui.look.theme import Theme
from gui.widgets.answer_detail import AnswerDetail
from gui.widgets.prediction_bars import PredictionBars
from gui.widgets.wrong_answers import WrongAnswers


def test_bars_are_as_many_as_there_is_room_for(theme: Theme, qtbot: QtBot) -> None:
    bars = PredictionBars(theme)
    qtbot.addWidget(bars)
    bars.set_values({f"class {index}": index / 100 for index in range(12)}, ())
    for lines, drawn in ((6, 5), (4, 3), (2, 1)):
        bars.resize(300, lines * theme.px(24))
        assert len(bars.drawn()) == drawn
    bars.set_values({"one": 0.6, "other": 0.4}, ())
    bars.resize(300, 2 * theme.px(24))
    assert len(bars.drawn()) == 2  # all of them: nothing is left to be told


@pytest.mark.parametrize("words", [8, 40])
def test_bars_of_ten_labels_stay_in_the_pane_beside_the_answers(
    theme: Theme, qtbot: QtBot, words: int
) -> None:
    detail = AnswerDetail(theme)
    qtbot.addWidget(detail)
    names = [f"label {number}" for number in range(10)]
    answer = Prediction(
        text="word " * words,
        said=names[0],
        truth=names[1],
        probability=0.26,
        probabilities={name: (26 if name == names[0] else 8) / 100 for name in names},
        row=7,
    )
    detail.show_answer(answer, names)
    stands = RowAnswer(row=7, cell=names[1], answer=GivenAnswer(labels=(names[1],)))
    found = RightAnswersRead(column="label", form=OneLabel(labels=tuple(names)), answers=(stands,))
    detail.relabel.show_answers([answer], found, {})
    detail.resize(theme.px(340), theme.px(307))  # what a window of 1440 by 900 leaves
    detail.show()
    shown = [one for one in detail.findChildren(QWidget) if one.parent() is detail and one.isVisible()]
    column = [one for one in shown if one is not detail.nearest]  # which stands beside another button

    def is_laid_out() -> bool:
        places = sorted((one.geometry() for one in column), key=QRect.top)
        apart = all(above.bottom() < below.top() for above, below in pairwise(places))
        return apart and places[-1].bottom() < detail.height()

    qtbot.waitUntil(is_laid_out)
    assert detail.minimumSizeHint().height() <= theme.px(307)
    assert detail.height() == theme.px(307)
    assert detail._bars.drawn()[0] == (names[0], 0.26)


def test_the_answer_that_is_read_stays_chosen_when_the_window_gets_narrow(theme: Theme, qtbot: QtBot) -> None:
    answers = WrongAnswers(theme)
    qtbot.addWidget(answers)
    wrong = [
        Prediction(text=f"text {row}", said="ham", truth="spam", probability=0.9, row=row) for row in range(5)
    ]
    answers.set_answers(wrong, ("ham", "spam"), "texts")
    answers.table.select_row(3)
    chosen = answers.detail.answer
    assert chosen == answers.model.listed[3]
    for narrow in (True, False):
        answers.set_narrow(narrow)
        assert answers.detail.isHidden() is narrow
        assert answers.table.currentIndex().row() == 3
        assert answers.detail.answer == chosen


def test_the_answer_that_is_read_stays_in_sight_when_the_window_changes_its_size(
    theme: Theme, qtbot: QtBot
) -> None:
    answers = WrongAnswers(theme)
    qtbot.addWidget(answers)
    wrong = [
        Prediction(text=f"text {row}", said="ham", truth="spam", probability=0.9, row=row)
        for row in range(90)
    ]
    answers.set_answers(wrong, ("ham", "spam"), "texts")
    answers.set_compact(True)
    answers.resize(1200, 500)
    with qtbot.waitExposed(answers):
        answers.show()
    answers.table.select_row(40)
    for compact, height in ((False, 500), (False, 320), (True, 240), (True, 500)):
        answers.set_compact(compact)
        answers.resize(1200, height)
        qtbot.waitUntil(lambda: 40 in answers.table.rows_in_sight())
