"""Questions over passages: their answers put in their place, what is odd told, cut into windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from datasets import Dataset

from engine.contracts import Asked, EncodedRow, Settings, TaskRows
from engine.data.answers import UNKNOWN_START, Answer, answers_cell, answers_of, place_answer
from engine.data.match_rows import (
    MatchedRows,
    duplicate_findings,
    duplicate_groups,
    match_cells,
    match_columns,
    worst_first,
)
from engine.data.near_answers import near_answer
from engine.data.roles import ANSWERS, PASSAGE, QUESTION
from engine.data.table import cells
from engine.data.windows import Window, cut_passages, whole_piece
from engine.protocol import data_problems, question_problems
from engine.protocol.fields import Choice, ChoiceField
from engine.protocol.problems import Problem

ROLES = (QUESTION, PASSAGE, ANSWERS)

LEFT_OUT, NO_ANSWER = "left_out", "no_answer"

BLANK_ANSWERS = ChoiceField(
    name="blank_answers",
    label="Blank answers",
    help="What it means that nothing stands in the column of answers.",
    source="Left out: nobody says which it is. SQuAD 2.0 has questions without an answer (Rajpurkar 2018)",
    section="task",
    advanced=True,
    default=LEFT_OUT,
    choices=(
        Choice(LEFT_OUT, "Answer missing", "Such rows are left out."),
        Choice(NO_ANSWER, "No answer", "The passage has no answer to the question; [] says so in any case."),
    ),
)

_FEWEST_ROWS = 6
_COMPLETE = "a question, a passage and its answer"
_NEEDS = "a question, a passage and an answer that stands in it"
_ANSWERED, _UNANSWERED = "answer in the passage", "no answer"


def match_passages(table: Dataset, columns: Mapping[str, str], settings: Settings) -> TaskRows:
    """Takes questions, passages and answers out of a table and says what is odd about them.

    Args:
        table: The rows as text columns; for answers see :mod:`engine.data.answers`.
        columns: Role → column.
        settings: What a blank answer means.

    Returns:
        Rows with ``question``, ``context`` and ``answers``, each answer where it stands in the passage.
        Questions on one passage are one group; those with and without an answer keep their share.
    """
    problems = match_columns(table, columns, ROLES)
    if problems:
        return TaskRows(rows=_rows([], [], [], []), findings=tuple(problems), text_role=QUESTION.id)
    means_none = settings.get(BLANK_ANSWERS.name, BLANK_ANSWERS.default) == NO_ANSWER
    answers_role = msgspec.structs.replace(ANSWERS, required=not means_none)
    matched = match_cells(table, columns, (QUESTION, PASSAGE, answers_role))
    kept, answers, findings = _with_places(matched, columns[ANSWERS.id])
    questions = [matched.cells[QUESTION.id][place] for place in kept]
    passages = [matched.cells[PASSAGE.id][place] for place in kept]
    numbers = [matched.numbers[place] for place in kept]
    groups = duplicate_groups(passages)
    kinds = [_ANSWERED if right else _UNANSWERED for right in answers]
    both = len(set(kinds)) == 2
    if not questions:
        findings.append(data_problems.no_usable_rows(len(table), _NEEDS, ANSWERS.id))
    elif len(questions) < _FEWEST_ROWS:
        findings.append(data_problems.too_few_rows(len(questions), _FEWEST_ROWS))
    elif not findings:
        findings.append(data_problems.all_rows_complete(len(questions), _COMPLETE))
    if both:
        findings.append(question_problems.some_unanswerable(kinds.count(_UNANSWERED), len(kinds)))
    elif questions and not any(answers):
        findings.append(question_problems.only_unanswerable(len(questions)))
    if len(set(groups)) < len(questions):
        findings.append(question_problems.passages_stay_together(len(questions), len(set(groups))))
    texts = [f"{question}\n{passage}" for question, passage in zip(questions, passages, strict=True)]
    findings += duplicate_findings(texts, duplicate_groups(texts), numbers)
    return TaskRows(
        rows=_rows(questions, passages, answers, numbers),
        stratify=tuple(kinds) if both else (),
        groups=tuple(groups),
        group_roles=(PASSAGE.id,),
        findings=worst_first(findings),
        text_role=QUESTION.id,
        read_roles=(QUESTION.id, PASSAGE.id),
        counts={kind: kinds.count(kind) for kind in (_ANSWERED, _UNANSWERED)} if both else {},
    )


def _with_places(matched: MatchedRows, column: str) -> tuple[list[int], list[list[Answer]], list[Problem]]:
    """Returns which rows can be used, their answers where they stand, and what was found about the rest."""
    kept: list[int] = []
    answers: list[list[Answer]] = []
    lost: dict[int, str] = {}
    near: dict[int, tuple[str, str]] = {}
    moved: list[int] = []
    for place, (passage, cell) in enumerate(
        zip(matched.cells[PASSAGE.id], matched.cells[ANSWERS.id], strict=True)
    ):
        given = answers_of(cell)
        found = [(one, where) for one in given if (where := place_answer(passage, one)) is not None]
        if given and not found:
            almost = ((one.text, near_answer(passage, one.text)) for one in given)
            number, almost_found = matched.numbers[place], [(said, one.text) for said, one in almost if one]
            if almost_found:
                near[number] = almost_found[0]
            else:
                lost[number] = given[0].text
            continue
        if any(one.start != UNKNOWN_START and one != where for one, where in found):
            moved.append(matched.numbers[place])
        kept.append(place)
        answers.append(list(dict.fromkeys(where for _, where in found)))
    findings = [
        question_problems.blank_answers(finding.rows, finding.row_count, column)
        if finding.setting == ANSWERS.id
        else finding
        for finding in matched.findings
    ]
    if near:
        findings.append(question_problems.answers_nearly_found(list(near), *next(iter(near.values()))))
    if lost:
        findings.append(question_problems.answers_not_found(list(lost), next(iter(lost.values()))))
    if moved:
        findings.append(question_problems.answers_moved(moved))
    return kept, answers, findings


def _rows(
    questions: list[str], passages: list[str], answers: list[list[Answer]], numbers: list[int]
) -> Dataset:
    cells = [answers_cell(right) for right in answers]
    return Dataset.from_dict(
        {QUESTION.id: questions, PASSAGE.id: passages, ANSWERS.id: cells, "row": numbers}
    )


def texts_of(rows: Dataset, role: str) -> list[str]:
    """Returns the texts of a role; blank ones where somebody typed none."""
    return cells(rows, role) if role in rows.column_names else [""] * len(rows)


def right_answers(rows: Dataset) -> list[list[Answer]]:
    """Returns the right answers of each row, where they stand in the passage; none at all if not known."""
    if ANSWERS.id not in rows.column_names:
        return []
    return [answers_of(cell) for cell in cells(rows, ANSWERS.id)]


def encode_questions(asked: Asked, overlap: int) -> list[EncodedRow]:
    """Turns questions and passages into windows of token ids, answers into their first and last piece.

    Args:
        asked: Rows with ``question``, ``context`` and, where they are known, ``answers``.
        overlap: Word pieces of a passage that stand in two windows.

    Returns:
        For each window ``input_ids``, perhaps ``token_type_ids``; ``answerable``, 1 at each piece of the
        passage; ``places``, the characters that each piece stands for; ``null_places``, the piece that
        stands for "there is no answer here"; and, where there are answers, ``start_positions`` and
        ``end_positions``.
    """
    right = right_answers(asked.rows)
    rows: list[EncodedRow] = []
    for window in cut_passages(
        asked.tokenizer,
        texts_of(asked.rows, QUESTION.id),
        texts_of(asked.rows, PASSAGE.id),
        int(asked.settings["max_length"]),
        overlap,
    ):
        row: EncodedRow = {
            "input_ids": window.input_ids,
            "answerable": [int(end > start) for start, end in window.places],
            "places": np.asarray(window.places, dtype=np.int32).tobytes(),
            "null_places": whole_piece(asked.tokenizer, window),
            "example": window.row,
        }
        if window.kinds:
            row["token_type_ids"] = window.kinds
        if right:
            ends = _ends(window, right[window.row]) or (row["null_places"], row["null_places"])
            row["start_positions"], row["end_positions"] = ends
        rows.append(row)
    return rows


def _ends(window: Window, right: Sequence[Answer]) -> tuple[int, int] | None:
    """Returns the first and last piece of the right answer; ``None`` when it is not in the window, whole."""
    pieces = window.pieces
    if not right or not pieces:
        return None
    text = right[0].text
    start = right[0].start + len(text) - len(text.lstrip())
    end = start + len(text.strip())
    if window.places[pieces[0]][0] > start or window.places[pieces[-1]][1] < end:
        return None
    within = [piece for piece in pieces if window.places[piece][1] > start and window.places[piece][0] < end]
    return (within[0], within[-1]) if within else None
