"""Questions over passages: every question a row or told of, answers where they stand in the passage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.answers import Answer, answers_cell, answers_of, is_answers, place_answer
from engine.data.read_files import read_table
from engine.data.table import cells, row_numbers
from engine.errors import EngineError

PASSAGE = "The tower of Pisa leans. Pisa is old."


def question(number: int, **more: Any) -> dict[str, Any]:
    """Returns a question as SQuAD has it."""
    answers = [{"text": "Pisa", "answer_start": 13}]
    return {"id": f"q{number}", "question": f"Where {number}?", "answers": answers} | more


def write(folder: Path, paragraphs: list[Any], name: str = "questions.json") -> Path:
    """Writes a SQuAD file and returns its path."""
    path = folder / name
    path.write_text(json.dumps({"version": "v2.0", "data": [{"title": "Towers", "paragraphs": paragraphs}]}))
    return path


def test_each_question_is_a_row(tmp_path: Path) -> None:
    plausible = {"is_impossible": True, "plausible_answers": [{"text": "x", "answer_start": 0}]}
    asked = [question(1), question(2, answers=[], **plausible), question(3, is_impossible=True)]
    table = read_table(write(tmp_path, [{"context": PASSAGE, "qas": asked}]))
    assert table.columns == ("context", "question", "answers", "id", "title")
    assert cells(table.dataset, "context") == [PASSAGE] * 3
    assert [answers_of(cell) for cell in cells(table.dataset, "answers")] == [[Answer("Pisa", 13)], [], []]
    assert cells(table.dataset, "answers")[1] == "[]"
    assert cells(table.dataset, "id") == ["q1", "q2", "q3"]
    assert cells(table.dataset, "title") == ["Towers"] * 3
    assert table.problems == ()


def test_what_cannot_be_used_is_told_with_its_number(tmp_path: Path) -> None:
    asked = [question(1), {"id": "q2"}, question(3, question=" "), question(4, answers="Pisa"), question(5)]
    paragraphs = [{"context": PASSAGE, "qas": asked}, {"context": "unasked"}, {"qas": [question(6)]}]
    table = read_table(write(tmp_path, paragraphs))
    assert row_numbers(table.dataset) == [1, 5]
    odd, silent = table.problems
    assert (odd.code, odd.rows, odd.title) == ("odd_rows", (2, 3, 4, 6), "4 questions cannot be read")
    assert silent.title == "1 passage without a question"


@pytest.mark.parametrize("paragraphs", [[], [{"context": PASSAGE}], [{"context": PASSAGE, "qas": [1]}]])
def test_a_file_without_a_usable_question_is_refused(tmp_path: Path, paragraphs: list[Any]) -> None:
    with pytest.raises(EngineError) as caught:
        read_table(write(tmp_path, paragraphs))
    assert caught.value.problem.code == "most_rows_differ"


def test_json_of_another_shape_is_none_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"data": [{"title": "x", "body": "about \\"paragraphs\\""}]}')
    assert read_table(path).columns == ("title", "body")


@pytest.mark.parametrize(
    ("cell", "answers"),
    [
        ('[{"text": "Pisa", "answer_start": 13}]', [Answer("Pisa", 13)]),
        ('{"text": ["Pisa", "pisa"], "answer_start": [13, 25]}', [Answer("Pisa", 13), Answer("pisa", 25)]),
        ('{"text": ["Pisa"], "answer_start": ["13"]}', [Answer("Pisa", 13)]),
        ('{"text": "Pisa", "answer_start": 13}', [Answer("Pisa", 13)]),
        ('{"text": [], "answer_start": []}', []),
        ('["Pisa", "the tower"]', [Answer("Pisa"), Answer("the tower")]),
        ("['Pisa', 'Ulm']", [Answer("Pisa"), Answer("Ulm")]),
        ("Pisa", [Answer("Pisa")]),
        (" in Pisa ", [Answer("in Pisa")]),
        ("{Pisa}", [Answer("{Pisa}")]),
        ('{"city": "Pisa"}', [Answer('{"city": "Pisa"}')]),
        ("[]", []),
        ("", []),
        (" ", []),
    ],
)
def test_cells_hold_answers_in_several_ways(cell: str, answers: list[Answer]) -> None:
    assert answers_of(cell) == answers


@settings(max_examples=100, deadline=None)
@given(
    answers=st.lists(
        st.builds(
            Answer, st.text(st.characters(exclude_categories=("Cs",))).filter(str.strip), st.integers(-1)
        )
    )
)
def test_answers_come_back_from_their_cell(answers: list[Answer]) -> None:
    cell = answers_cell(answers)
    assert is_answers(cell)
    assert answers_of(cell) == answers


def test_plain_text_is_not_taken_for_answers() -> None:
    assert [is_answers(cell) for cell in ("Pisa", "[1]", '["a"]', "[", '{"a": 1}', "[" * 100_000)] == [
        False
    ] * 6


def test_answers_are_found_where_they_stand() -> None:
    assert place_answer(PASSAGE, Answer("Pisa", 13)) == Answer("Pisa", 13)
    assert place_answer(PASSAGE, Answer("Pisa", 20)) == Answer("Pisa", 25)
    assert place_answer(PASSAGE, Answer("Pisa")) == Answer("Pisa", 13)
    assert place_answer(PASSAGE, Answer(" pisa ", 24)) == Answer("Pisa", 25)
    assert place_answer(PASSAGE, Answer("Ulm", 13)) is None
    assert place_answer("İzmir, Izmir", Answer("izmir")) is None  # small letters would move all places
