"""Several labels in each cell: a list, or names with a sign between them, in the order of the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from engine.answer_cells import label_sets, listed_in, separator_of
from engine.contracts import AnswerPlace, RightAnswers, TaskRows
from engine.data.cell_lists import like_list
from engine.errors import EngineError
from engine.protocol.mending_problems import unknown_answer
from engine.protocol.right_answers import AnswerForm, GivenAnswer, SeveralLabels

_NONE = "[]"


def several_labels(role: str) -> RightAnswers:
    """Returns how labels stand in their cell.

    Args:
        role: Of the column.
    """
    return RightAnswers(role, _form, _read, _write)


def _form(rows: TaskRows) -> AnswerForm:
    return SeveralLabels(labels=rows.classes)


def _read(places: Sequence[AnswerPlace]) -> list[GivenAnswer]:
    others = places[0].others if places else ()
    sets = label_sets([*others, *(one.cell for one in places)])
    return [GivenAnswer(labels=labels) for labels in sets[len(others) :]]


def _write(given: GivenAnswer, place: AnswerPlace) -> str:
    """Labels that stay keep their order; new ones stand where most of the file's cells have them."""
    known = place.form.labels if isinstance(place.form, SeveralLabels) else ()
    unknown = [label for label in given.labels if label not in known]
    if unknown:
        raise EngineError(unknown_answer(unknown, known))
    before = label_sets([*place.others, place.cell])
    if set(given.labels) == set(before[-1]) and place.cell.strip():
        return place.cell
    if not given.labels:
        return _NONE
    wanted = _in_order(given.labels, before)
    sign = _sign(place)
    if not sign or any(sign.strip() in label for label in wanted):
        lists = [cell for cell in (place.cell, *place.others) if listed_in(cell)]
        return like_list(wanted, lists[0] if lists else "")
    return sign.join(wanted)


def _in_order(given: Sequence[str], before: Sequence[Sequence[str]]) -> list[str]:
    """Returns labels as the file orders them: each new one behind those that mostly stand before it."""
    own = before[-1]
    wanted = [label for label in own if label in given]
    first = Counter(
        (one, other) for labels in before for at, one in enumerate(labels) for other in labels[at + 1 :]
    )
    for label in given:
        if label in wanted:
            continue
        behind = [place for place, other in enumerate(wanted) if first[other, label] >= first[label, other]]
        wanted.insert(max(behind, default=-1) + 1, label)
    return wanted


def _sign(place: AnswerPlace) -> str:
    """Returns what stands between labels, with its spaces; empty where cells are lists."""
    plain = [cell for cell in place.others if cell.strip() and listed_in(cell) is None]
    lists = sum(1 for cell in place.others if listed_in(cell))
    if listed_in(place.cell) or lists > len(plain):
        return ""
    sign = separator_of([*place.others, place.cell])
    divided = [cell for cell in plain if sign in cell]
    forms = Counter(form for cell in divided for form in (f" {sign} ", f"{sign} ") if form in cell)
    return next((form for form, cells in forms.most_common() if 2 * cells > len(divided)), sign)
