"""Words of a passage in each cell: as a text, a list of texts, or as SQuAD writes answers."""

from __future__ import annotations

import json
from collections.abc import Sequence

from engine.answer_cells import listed_in
from engine.contracts import AnswerPlace, RightAnswers, TaskRows
from engine.data.answers import UNKNOWN_START, Answer, answers_cell, answers_of, is_answers, place_answer
from engine.data.cell_lists import like_list
from engine.data.near_answers import near_answer
from engine.data.table import cells
from engine.errors import EngineError
from engine.protocol.mending_problems import answer_is_blank, answer_not_in_passage
from engine.protocol.results import Span
from engine.protocol.right_answers import AnswerForm, GivenAnswer, PassageAnswer

_NONE = "[]"


def passage_answer(role: str, passage: str) -> RightAnswers:
    """Returns how words of a passage stand in their cell.

    Args:
        role: Of the column of answers.
        passage: Role of the column of passages.
    """

    def form(rows: TaskRows) -> AnswerForm:
        return PassageAnswer(may_be_none=_NONE in cells(rows.rows, role))

    return RightAnswers(role, form, _read, _write, beside=passage, text=lambda cell: cell)


def _read(places: Sequence[AnswerPlace]) -> list[GivenAnswer]:
    return [_read_one(place) for place in places]


def _read_one(place: AnswerPlace) -> GivenAnswer:
    """Returns the answers where they stand; of one that does not stand in the passage its words."""
    given = answers_of(place.cell)
    found = [where for one in given if (where := place_answer(place.beside, one)) is not None]
    spans = tuple(Span(start=one.start, end=one.start + len(one.text)) for one in dict.fromkeys(found))
    words = found[0].text if found else given[0].text if given else ""
    return GivenAnswer(text=words, spans=spans)


def _write(given: GivenAnswer, place: AnswerPlace) -> str:
    """Words without a place are looked for: there, nearest to where the answer stood, else almost."""
    passage, before = place.beside, _read_one(place)
    answers = [Answer(passage[span.start : span.end], span.start) for span in given.spans]
    if not answers and given.text.strip():
        start = before.spans[0].start if before.spans else UNKNOWN_START
        found = place_answer(passage, Answer(given.text.strip(), start)) or near_answer(passage, given.text)
        if found is None:
            raise EngineError(answer_not_in_passage(given.text.strip()))
        answers = [found]
    if not answers and isinstance(place.form, PassageAnswer) and not place.form.may_be_none:
        raise EngineError(answer_is_blank(place.column))
    return _cell(answers, place)


def _cell(answers: Sequence[Answer], place: AnswerPlace) -> str:
    """Returns answers as the row's own cell writes them, or where it is blank the others of the column."""
    like = place.cell if answers_of(place.cell) else next(filter(answers_of, place.others), "")
    if is_answers(like):
        is_columns = like.lstrip().startswith("{")
        return _in_columns(answers, like) if is_columns else answers_cell(answers)
    texts = [one.text for one in answers]
    plain = texts[0] if len(texts) == 1 else _NONE
    written = like_list(texts, like) if listed_in(like) is not None else plain
    leads = [place_answer(place.beside, one) for one in answers_of(written)] == list(answers)
    return written if leads else answers_cell(answers)


def _in_columns(answers: Sequence[Answer], like: str) -> str:
    """Returns answers as data sets made of SQuAD have them: a list of texts and a list of their places."""
    lists = isinstance(json.loads(like).get("text"), list)
    texts, starts = [one.text for one in answers], [one.start for one in answers]
    if lists or len(answers) != 1:
        return json.dumps({"text": texts, "answer_start": starts}, ensure_ascii=False)
    return json.dumps({"text": texts[0], "answer_start": starts[0]}, ensure_ascii=False)
