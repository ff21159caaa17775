"""Questions over passages: answers in their place, odd rows with their numbers, passages kept together."""

from __future__ import annotations

import json

import pytest

from engine.contracts import TaskRows
from engine.data.answers import Answer
from engine.data.passages import match_passages, right_answers
from engine.data.prepare import prepare
from engine.data.table import make_dataset
from engine.protocol.config import DataConfig
from engine.protocol.problems import Problem, Severity
from engine.tasks.question_answering import TASK

COLUMNS = {"question": "q", "context": "p", "answers": "a"}
PASSAGE = "Anna Meyer was born in Ulm. She died in Bonn."


def match(*rows: tuple[str, str, str]) -> TaskRows:
    """Returns questions, passages and cells of answers matched; rows are numbered from 1."""
    columns = {name: [row[place] for row in rows] for place, name in enumerate("qpa")}
    return match_passages(make_dataset(columns, range(1, len(rows) + 1), "a.csv"), COLUMNS, {})


def plain(count: int, cell: str = "Ulm") -> list[tuple[str, str, str]]:
    """Returns questions about different passages."""
    return [(f"Where {number}?", f"{number} {PASSAGE}", cell) for number in range(count)]


def finding(rows: TaskRows, code: str) -> Problem:
    """Returns the one finding with that code."""
    (problem,) = [problem for problem in rows.findings if problem.code == code]
    return problem


def test_answers_are_put_in_their_place() -> None:
    squad = json.dumps([{"text": "Bonn", "answer_start": 40}, {"text": "Bonn", "answer_start": 40}])
    rows = match(("Where?", PASSAGE, squad), ("Where?", PASSAGE, "ulm"), *plain(6), ("Who?", PASSAGE, "[]"))
    answers = right_answers(rows.rows)
    assert answers[0] == [Answer("Bonn", 40)]
    assert answers[1] == [Answer("Ulm", 23)]
    assert answers[8] == []
    assert rows.rows.column_names == ["question", "context", "answers", "row"]
    assert rows.counts == {"answer in the passage": 8, "no answer": 1}
    assert rows.stratify[7:] == ("answer in the passage", "no answer")
    assert finding(rows, "some_unanswerable").row_count == 1


def test_all_rows_complete_is_told_and_nothing_is_counted_where_all_have_an_answer() -> None:
    rows = match(*plain(8))
    assert [problem.code for problem in rows.findings] == ["all_rows_complete"]
    assert (rows.stratify, rows.counts) == ((), {})


def test_answers_that_are_not_in_the_passage_are_left_out_with_their_numbers() -> None:
    rows = match(
        *plain(6), ("Where?", PASSAGE, "Paris"), *plain(1, '["Rome", "Ulm"]'), ("Who?", PASSAGE, "Eva")
    )
    problem = finding(rows, "answers_not_found")
    assert (problem.rows, problem.severity, problem.setting) == ((7, 9), Severity.WARNING, "answers")
    assert '"Paris" is not in that of row 7' in problem.reason
    assert rows.rows["row"][:] == [1, 2, 3, 4, 5, 6, 8]
    assert right_answers(rows.rows)[6] == [Answer("Ulm", 25)]


def test_answers_that_stand_elsewhere_are_told() -> None:
    cell = json.dumps([{"text": "Bonn", "answer_start": 3}])
    rows = match(*plain(7), ("Where?", PASSAGE, cell))
    assert finding(rows, "answers_moved").rows == (8,)
    assert right_answers(rows.rows)[7] == [Answer("Bonn", 40)]


def test_a_blank_answer_may_mean_two_things() -> None:
    rows = match(*plain(7), ("Where?", PASSAGE, " "))
    problem = finding(rows, "blank_answers")
    assert (problem.rows, problem.row_count) == ((8,), 1)
    (action,) = [one for one in problem.actions if one.id == "set_settings"]
    assert action.arguments == {"blank_answers": "no_answer"}
    assert len(rows.rows) == 7


def test_blank_answers_may_stand_for_none() -> None:
    columns = {
        "q": ["Where?"] * 8,
        "p": [f"{number} {PASSAGE}" for number in range(8)],
        "a": ["Ulm"] * 6 + [" ", ""],
    }
    table = make_dataset(columns, range(1, 9), "a.csv")
    rows = TASK.match(table, COLUMNS, {"blank_answers": "no_answer"})
    assert right_answers(rows.rows)[5:] == [[Answer("Ulm", 25)], [], []]
    assert rows.rows["row"][:] == [*range(1, 9)]
    assert [one.code for one in rows.findings if one.severity is not Severity.NOTE] == []
    assert finding(rows, "some_unanswerable").row_count == 2
    assert len(TASK.match(table, COLUMNS, {}).rows) == 6


def test_without_any_answer_training_cannot_start() -> None:
    assert finding(match(*plain(8, "[]")), "only_unanswerable").severity is Severity.ERROR


def test_questions_on_one_passage_stay_on_one_side() -> None:
    questions = [
        (f"Question {number}?", f"{number % 10} {PASSAGE}", "Ulm" if number % 3 else "[]")
        for number in range(60)
    ]
    questions[59] = ("Last?", f"9 {PASSAGE.upper()} ", "Ulm")
    rows = match(*questions)
    problem = finding(rows, "passages_stay_together")
    assert problem.title == "60 questions on 10 passages"
    assert problem.severity is Severity.NOTE
    _, split = prepare(rows, DataConfig(path=""))
    assert split is not None
    parts = [
        {text.strip().casefold() for text in part["context"][:]}
        for part in (split.train, split.validation, split.test)
    ]
    assert [len(part) for part in parts] != [0, 0, 0]
    assert not parts[0] & parts[1]
    assert not parts[0] & parts[2]
    assert not parts[1] & parts[2]


def test_the_same_question_on_the_same_passage_is_a_duplicate() -> None:
    rows = match(*plain(8), ("where 3?", f"3 {PASSAGE}", "Ulm"))
    assert finding(rows, "duplicates").rows == (9,)


@pytest.mark.parametrize(("count", "code"), [(0, "no_usable_rows"), (3, "too_few_rows")])
def test_too_few_rows_are_an_error(count: int, code: str) -> None:
    problem = finding(match(*plain(count), ("Where?", PASSAGE, "Paris")), code)
    assert problem.severity is Severity.ERROR


def test_missing_columns_are_told() -> None:
    table = make_dataset({"q": ["Who?"], "p": ["x"]}, [1], "a.csv")
    problems = match_passages(table, {"question": "q", "context": "p"}, {}).findings
    assert [(one.code, one.setting) for one in problems] == [("no_column_for_role", "answers")]
