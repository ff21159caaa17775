"""One label in each cell, as it stands there."""

from __future__ import annotations

from collections.abc import Sequence

from engine.contracts import AnswerPlace, RightAnswers, TaskRows
from engine.errors import EngineError
from engine.protocol.mending_problems import answer_is_blank
from engine.protocol.right_answers import AnswerForm, GivenAnswer, OneLabel


def one_label(role: str) -> RightAnswers:
    """Returns how a label stands in its cell.

    Args:
        role: Of the column.
    """
    return RightAnswers(role, _form, _read, _write)


def _form(rows: TaskRows) -> AnswerForm:
    return OneLabel(labels=rows.classes)


def _read(places: Sequence[AnswerPlace]) -> list[GivenAnswer]:
    return [GivenAnswer(labels=(one.cell,) if one.cell.strip() else ()) for one in places]


def _write(given: GivenAnswer, place: AnswerPlace) -> str:
    """A label that is new is taken as it is: that is how labels come to be."""
    if not given.labels or not given.labels[0].strip():
        raise EngineError(answer_is_blank(place.column))
    return given.labels[0]
