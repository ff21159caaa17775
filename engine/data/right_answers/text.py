"""A text of one's own in each cell: a translation, a text without its mistakes."""

from __future__ import annotations

from collections.abc import Sequence

from engine.contracts import AnswerPlace, RightAnswers, TaskRows
from engine.errors import EngineError
from engine.protocol.mending_problems import answer_is_blank
from engine.protocol.right_answers import AnswerForm, GivenAnswer, WrittenText


def written_text(role: str) -> RightAnswers:
    """Returns how a text stands in its cell: letter by letter.

    Args:
        role: Of the column.
    """
    return RightAnswers(role, _form, _read, _write)


def _form(_rows: TaskRows) -> AnswerForm:
    return WrittenText()


def _read(places: Sequence[AnswerPlace]) -> list[GivenAnswer]:
    return [GivenAnswer(text=one.cell) for one in places]


def _write(given: GivenAnswer, place: AnswerPlace) -> str:
    if not given.text.strip():
        raise EngineError(answer_is_blank(place.column))
    return given.text
