"""Words keep their marks, and lines their ends, behind an emoji."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QFont
from pytestqt.qtbot import QtBot

from engine.protocol.explanations import OCCLUSION, AnswerExplained, WordEffect
from engine.protocol.results import Prediction, Span
from gui.look.theme import Theme
from gui.widgets.answer_detail import AnswerDetail
from gui.widgets.clamped_text import ClampedText
from gui.widgets.labels import _strong_ranges
from gui.widgets.marked_text import MarkedText
from gui.widgets.word_highlights import WordHighlights
from gui.widgets.word_marks import sides_of_classes

TEXT = "😀😀😀😀 I liked the quiz"
CLASSES = ("praise", "criticism", "wish")


def explained(said: str) -> AnswerExplained:
    start = TEXT.index("liked")
    return AnswerExplained(
        prediction=Prediction(text=TEXT, said=said, truth="wish", probability=0.9),
        method=OCCLUSION,
        target=said,
        against="another class",
        is_share=True,
        value=0.9,
        baseline=0.5,
        effects=(WordEffect(start=start, end=start + len("liked"), effect=0.4),),
    )


def test_the_word_that_moved_an_answer_is_marked_behind_emojis(theme: Theme, qtbot: QtBot) -> None:
    detail = AnswerDetail(theme)
    qtbot.addWidget(detail)
    found = explained("praise")
    detail.show_answer(found.prediction, CLASSES)
    detail.show_explained(found)
    assert detail.marked_words == ["liked"]

    words = WordHighlights(theme)
    qtbot.addWidget(words)
    words.show_explained(found, CLASSES)
    words.resize(600, words.heightForWidth(600))
    words.show()
    layout = words._laid_out(600)
    line = layout.lineAt(0)
    before, after = (line.cursorToX(TEXT.index(" liked") + 4 + step)[0] for step in (2, 5))
    assert words.mark_at(QPoint(int(before), 8)) is not None
    assert words.mark_at(QPoint(int(after), 8)) is not None
    assert words.mark_at(QPoint(int(line.cursorToX(TEXT.index("the") + 6)[0]), 8)) is None


def test_the_detail_has_the_colours_of_the_list_whatever_was_said(theme: Theme, qtbot: QtBot) -> None:
    detail = AnswerDetail(theme)
    qtbot.addWidget(detail)
    towards = sides_of_classes(CLASSES).colors(theme)[0].name()
    for said in ("praise", "criticism"):
        found = explained(said)
        detail.show_answer(found.prediction, CLASSES)
        detail.show_explained(found)
        (marked,) = detail._text.extraSelections()
        assert marked.format.underlineColor().name() == towards


def test_parts_and_lines_behind_emojis_keep_their_letters(theme: Theme, qtbot: QtBot) -> None:
    said = Prediction(text=TEXT, said="quiz", truth="", probability=0.5, spans=(Span(start=17, end=21),))
    detail = AnswerDetail(theme)
    qtbot.addWidget(detail)
    detail.show_answer(said, ())
    assert TEXT[17:21] == "quiz"
    assert detail.marked_words == ["quiz"]
    for widget in (ClampedText(theme, TEXT, 6), MarkedText(theme, TEXT, 6)):
        qtbot.addWidget(widget)
        lines = widget.shown_lines(70)
        assert len(lines) > 1
        assert " ".join(lines) == TEXT
    plain, ranges = _strong_ranges("It said **😀 yes**, **sure**.", QFont())
    assert [plain.encode("utf-16-le")[2 * one.start :][: 2 * one.length] for one in ranges] == [
        words.encode("utf-16-le") for words in ("😀 yes", "sure")
    ]
