"""Watched texts with coloured parts, answers in their passage, and the likeliest fillers."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from engine.protocol.results import Span
from engine.protocol.watched import WatchedAnswer, WatchedText
from gui.look.theme import Theme
from gui.widgets.class_marks import class_color
from gui.widgets.marked_text import MarkedText, label_number
from gui.widgets.watched_row import WatchedRow

TAGS = ("O", "B-STREET", "I-STREET", "B-CITY")


@pytest.fixture
def text(theme: Theme, qtbot: QtBot) -> MarkedText:
    widget = MarkedText(theme, "King St\nLondon")
    qtbot.addWidget(widget)
    widget.resize(280, 40)
    widget.show()
    return widget


def _colors(widget: MarkedText) -> set[str]:
    picture = widget.grab().toImage()
    places = ((x, y) for x in range(picture.width()) for y in range(picture.height()))
    return {QColor(picture.pixel(x, y)).name() for x, y in places}


def test_labels_keep_their_number_whatever_stands_before_their_name() -> None:
    assert [label_number(name, TAGS) for name in ("STREET", "CITY", "")] == [1, 2, 1]
    assert label_number("CITY", ("CITY", "STREET")) == 1


def test_parts_are_underlined_in_the_colour_of_their_label(text: MarkedText, theme: Theme) -> None:
    colors = [class_color(theme, number).name() for number in (1, 2)]
    assert not _colors(text).intersection(colors)
    text.set_spans([Span(start=0, end=7, label="STREET"), Span(start=8, end=14, label="CITY")], TAGS)
    assert text.colors == [1, 2]
    assert _colors(text).issuperset(colors)
    assert text.accessibleName() == "King St London. King St: STREET. London: CITY"


def test_a_long_text_begins_where_its_answer_can_be_seen(theme: Theme, qtbot: QtBot) -> None:
    passage = f"{'Nothing to see here. ' * 30}She was born in 1815.{' And so on.' * 30}"
    widget = MarkedText(theme, passage)
    qtbot.addWidget(widget)
    assert "1815" not in " ".join(widget.shown_lines(280))
    start = passage.index("1815")
    widget.set_spans([Span(start=start, end=start + 4)], ())
    lines = widget.shown_lines(280)
    assert len(lines) == 2
    assert lines[0].startswith("…")
    assert "1815" in lines[0]
    assert lines[1].endswith("…")


def row(
    theme: Theme,
    qtbot: QtBot,
    watched: WatchedText,
    answer: WatchedAnswer,
    *,
    second_first: bool = True,
    classes: Sequence[str] = TAGS,
) -> WatchedRow:
    """A watched text with its answer, on screen."""
    widget = WatchedRow(theme, watched, classes, second_first=second_first)
    qtbot.addWidget(widget)
    widget.resize(280, 140)
    widget.show()
    widget.set_answers([answer], 1)
    return widget


def test_tags_are_marked_in_the_text_and_not_said_again(theme: Theme, qtbot: QtBot) -> None:
    answer = WatchedAnswer(said="London (CITY)", spans=(Span(start=3, end=9, label="CITY"),), right=0.5)
    shown = row(theme, qtbot, WatchedText(text="In London", truth="London (STREET)"), answer)
    assert shown.text.colors == [2]
    assert shown._words.text == ""
    assert shown.said_words == "50 % right"


def test_an_answer_in_its_passage_is_not_said_again(theme: Theme, qtbot: QtBot) -> None:
    answer = WatchedAnswer(said="1815", spans=(Span(start=5, end=9),), right=1.0)
    shown = row(theme, qtbot, WatchedText(text="Born 1815.", second="When?", truth="1815"), answer)
    assert shown._words.text == ""
    assert shown.right


def test_a_right_answer_of_several_lines_stands_on_one(theme: Theme, qtbot: QtBot) -> None:
    watched = WatchedText(text="O small wind", truth="on;\nI heard the winter,\nit falls.")
    shown = row(theme, qtbot, watched, WatchedAnswer(said="on", right=0.5))
    assert shown._truth.text() == "truth: on; I heard the winter, it falls."


def test_of_a_number_is_said_how_far_it_is_from_the_right_one(theme: Theme, qtbot: QtBot) -> None:
    shown = row(
        theme, qtbot, WatchedText(text="Tolle Fahrt", truth="4"), WatchedAnswer(said="3.2", right=0.8)
    )
    assert (shown.said_words, shown.right) == ("0.8 too low", False)
    shown.set_answers([WatchedAnswer(said="4.28", right=1.0)], 1)
    assert (shown.said_words, shown.right) == ("0.28 too high", True)
    shown.set_answers([WatchedAnswer(said="4", right=1.0)], 1)
    assert shown.said_words == "100 % right"


def test_the_likeliest_three_fillers_are_shown(theme: Theme, qtbot: QtBot) -> None:
    answer = WatchedAnswer(said="sat", alternatives=("lay", "was", "ran"), right=1.0)
    shown = row(theme, qtbot, WatchedText(text="The cat [MASK].", truth="sat"), answer)
    assert shown._words.text == "sat · lay · was"
    assert shown.right
    in_place = msgspec.structs.replace(answer, spans=(Span(start=8, end=11, label="sat"),))
    shown = row(theme, qtbot, WatchedText(text="The cat ___.", truth="sat"), in_place, classes=())
    assert shown._words.text == "sat · lay · was"


def test_blanks_are_filled_in_where_they_stand(theme: Theme, qtbot: QtBot) -> None:
    watched = WatchedText(text="The ___ sat on the ___.", truth="cat · mat")
    spans = (Span(start=4, end=7, label="dog"), Span(start=19, end=22, label="mat"))
    answer = WatchedAnswer(said="dog · mat", spans=spans, right=0.5)
    shown = row(theme, qtbot, watched, answer, classes=())
    assert shown.text.text == "The dog sat on the mat."
    assert [span for span, _ in shown.text._spans] == [Span(start=4, end=7), Span(start=19, end=22)]
    assert shown._words.text == ""
    assert shown.said_words == "50 % right"
    spans = (Span(start=4, end=7, label="tomcat"), *spans[1:])
    shown.set_answers([answer, msgspec.structs.replace(answer, spans=spans)], 1)
    assert shown.text.text == "The tomcat sat on the mat."
    assert shown.accessibleName().startswith("The tomcat sat on the mat.: ")


@pytest.mark.parametrize("second_first", [True, False])
def test_a_second_text_stands_where_it_is_read(theme: Theme, qtbot: QtBot, second_first: bool) -> None:
    watched = WatchedText(text="It rained.", second="It is wet.", truth="yes")
    shown = row(theme, qtbot, watched, WatchedAnswer(said="yes", right=1.0), second_first=second_first)
    second = next(child for child in shown.children() if getattr(child, "text", "") == "It is wet.")
    assert (second.geometry().top() < shown.text.geometry().top()) is second_first  # type: ignore[attr-defined]  # a widget
