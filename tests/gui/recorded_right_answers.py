"""Right answers of posts.csv as an engine reads them to be mended, and the step that it makes."""

from __future__ import annotations

from engine.protocol.mending_problems import answer_not_in_passage
from engine.protocol.problems import Problem
from engine.protocol.repairs import new_cells
from engine.protocol.results import Prediction, Span
from engine.protocol.right_answers import (
    AnswerForm,
    AnswersMended,
    GivenAnswer,
    MendAnswers,
    OneLabel,
    PassageAnswer,
    ReadRightAnswers,
    RightAnswersRead,
    RowAnswer,
    SeveralLabels,
)
from tests.gui.recorded_events import table

COLUMN = "mood"
LABELS = OneLabel(labels=("happy", "upset"))


def right_answers(command: ReadRightAnswers, form: AnswerForm | None) -> RightAnswersRead:
    """Returns the right answers of rows, after their repairs.

    Args:
        command: Which rows.
        form: Of the answers; ``None`` where there are none to mend.
    """
    if form is None:
        return RightAnswersRead(job_id=command.job_id)
    facts, changed = table(), dict[int, str]()
    for step in command.data.repairs:
        if step.columns == (COLUMN,):
            changed |= {int(row): cell for row, cell in step.values.items()}
    answers = []
    for row in command.rows:
        if row > facts.rows:
            continue
        text, cell = facts.preview[(row - 1) % len(facts.preview)]
        cell = changed.get(row, cell)
        asked = Prediction(text=text, said="", probability=0.0, truth=cell, row=row)
        answers.append(RowAnswer(row=row, cell=cell, answer=_given(cell, text, form), text=text, asked=asked))
    return RightAnswersRead(job_id=command.job_id, column=COLUMN, form=form, answers=tuple(answers))


def _given(cell: str, text: str, form: AnswerForm) -> GivenAnswer:
    if isinstance(form, OneLabel | SeveralLabels):
        return GivenAnswer(labels=tuple(cell.split("; ")))
    at = text.find(cell) if isinstance(form, PassageAnswer) else -1
    return GivenAnswer(text=cell, spans=(Span(start=at, end=at + len(cell)),) if at >= 0 else ())


def refused(command: MendAnswers) -> Problem | None:
    """Returns why an answer cannot be mended so, where it is about somebody who is nowhere."""
    words = [given.text for given in command.answers.values() if not given.spans and given.text == "Nobody"]
    return answer_not_in_passage(words[0]) if words else None


def answers_mended(command: MendAnswers) -> AnswersMended:
    """Returns the step that writes what was given."""
    cells = {
        row: given.text or "; ".join(given.labels) or " ".join(span.label for span in given.spans)
        for row, given in command.answers.items()
    }
    return AnswersMended(job_id=command.job_id, step=new_cells(COLUMN, cells))
