"""Sentences with tags: what is taken, what is left out with its row numbers, how rare types are split."""

from __future__ import annotations

import json

import pytest

from engine.contracts import TaskRows
from engine.data.prepare import prepare
from engine.data.table import make_dataset
from engine.data.tagged_rows import match_sentences
from engine.protocol.config import DataConfig
from engine.protocol.problems import Problem, Severity

COLUMNS = {"tokens": "words", "tags": "ner"}


def match(*rows: tuple[str, str]) -> TaskRows:
    """Returns words and tags, with spaces between them, matched; rows are numbered from 1."""
    columns = {
        "words": [json.dumps(words.split()) for words, _ in rows],
        "ner": [json.dumps(tags.split()) for _, tags in rows],
    }
    return match_sentences(make_dataset(columns, range(1, len(rows) + 1), "a.jsonl"), COLUMNS)


def plain(count: int, first: int = 0) -> list[tuple[str, str]]:
    """Returns sentences of which no two are alike, each with a person and a place."""
    return [(f"Anna {number} saw Berlin", "B-PER O O B-LOC") for number in range(first, first + count)]


def finding(rows: TaskRows, code: str) -> Problem:
    """Returns the one finding with that code."""
    (problem,) = [problem for problem in rows.findings if problem.code == code]
    return problem


def test_words_stay_and_tags_are_counted_by_their_entities() -> None:
    rows = match(*plain(8), ("New York sleeps", "B-LOC I-LOC O"))
    assert rows.rows.column_names == ["text", "tokens", "tags", "row"]
    assert rows.rows[8] == {
        "text": "New York sleeps",
        "tokens": '["New", "York", "sleeps"]',
        "tags": '["B-LOC", "I-LOC", "O"]',
        "row": 9,
    }
    assert rows.classes == ("O", "B-LOC", "B-PER", "I-LOC")
    assert rows.counts == {"LOC": 9, "PER": 8}
    assert [problem.code for problem in rows.findings] == ["all_rows_complete"]
    facts, _ = prepare(rows, DataConfig(path=""))
    assert [(entry.name, entry.count) for entry in facts.classes] == [("LOC", 9), ("PER", 8)]
    assert facts.majority_share == 0.0
    assert facts.examples[0] in [f"Anna {number} saw Berlin" for number in range(8)]


def test_rows_with_more_words_than_tags_are_left_out_with_their_numbers() -> None:
    rows = match(*plain(3), ("one two", "O"), *plain(5, 3), ("one", "O O"))
    problem = finding(rows, "unequal_words_and_tags")
    assert (problem.rows, problem.severity) == ((4, 10), Severity.WARNING)
    assert "row 4 has 2 words and 1 tag" in problem.reason
    assert rows.rows["row"][:] == [1, 2, 3, 5, 6, 7, 8, 9]
    assert "all_rows_complete" not in [one.code for one in rows.findings]


def test_sentences_without_a_word_are_left_out_with_their_numbers() -> None:
    rows = match(*plain(8), ("", ""))
    assert finding(rows, "blank_tokens").rows == (9,)
    assert len(rows.rows) == 8


def test_tags_that_fit_no_scheme_are_told_with_their_rows() -> None:
    rows = match(*plain(30), ("Anna sleeps", "B-PER verb"))
    problem = finding(rows, "unknown_tags")
    assert (problem.rows, problem.setting) == ((31,), "tags")
    assert rows.rows[30]["tags"] == '["B-PER", "O"]'


def test_another_scheme_becomes_iob2_and_is_told() -> None:
    rows = match(*[(f"Anna {number} Meyer", "I-PER O I-PER") for number in range(8)])
    assert finding(rows, "tags_read_as").title == "Tags of the scheme IOB1"
    assert rows.rows[0]["tags"] == '["B-PER", "O", "B-PER"]'


def test_a_type_that_stands_in_one_sentence_is_told_with_its_row() -> None:
    rows = match(*plain(9), ("The Times wrote", "O B-ORG O"))
    problem = finding(rows, "class_with_one_row")
    assert (problem.rows, problem.setting, problem.severity) == ((10,), "tags", Severity.WARNING)
    assert problem.title == '"ORG" stands in one row only'
    _, split = prepare(rows, DataConfig(path=""))
    assert split is not None
    assert 10 in split.train["row"][:]


def test_a_type_in_two_sentences_is_told_with_its_rows() -> None:
    rows = match(*plain(9), ("The Times wrote", "O B-ORG O"), ("Reuters wrote", "B-ORG O"))
    assert finding(rows, "rare_classes").rows == (10, 11)


def test_rare_types_stand_in_every_part() -> None:
    sentences = plain(60)
    for number in (5, 25, 45):  # the organisation always with more frequent types beside it
        sentences[number] = (f"Anna {number} left Siemens", "B-PER O O B-ORG")
    rows = match(*sentences)
    _, split = prepare(rows, DataConfig(path=""))
    assert split is not None
    for part in (split.train, split.validation, split.test):
        assert sum("B-ORG" in tags for tags in part["tags"][:]) == 1


def test_the_same_sentence_stays_on_one_side_and_other_tags_for_it_are_told() -> None:
    rows = match(*plain(10), ("anna 3  saw BERLIN", "B-PER O O O"))
    assert rows.groups[3] == rows.groups[10]
    assert finding(rows, "conflicting_labels").rows == (4, 11)


@pytest.mark.parametrize(
    ("tags", "code"), [("O O O O", "nothing_marked"), ("B-X B-X B-X B-X", "single_class")]
)
def test_without_anything_to_tell_apart_training_cannot_start(tags: str, code: str) -> None:
    problem = finding(match(*[(words, tags) for words, _ in plain(20)]), code)
    assert (problem.severity, problem.setting) == (Severity.ERROR, "tags")
    assert problem.actions[0].arguments == {"role": "tags"}


def test_tags_that_are_free_text_are_an_error() -> None:
    sentences = [
        (words, " ".join(f"B-t{number}{place}" for place in range(4)))
        for number, (words, _) in enumerate(plain(20))
    ]
    assert finding(match(*sentences), "label_looks_like_text").severity is Severity.ERROR


@pytest.mark.parametrize(("count", "code"), [(0, "no_usable_rows"), (3, "too_few_rows")])
def test_too_few_rows_are_an_error(count: int, code: str) -> None:
    problem = finding(match(*plain(count), ("one two", "O")), code)
    assert problem.severity is Severity.ERROR


def test_missing_columns_are_told() -> None:
    table = make_dataset({"words": ['["a"]']}, [1], "a.jsonl")
    problems = match_sentences(table, {"tokens": "words"}).findings
    assert [(one.code, one.setting) for one in problems] == [("no_column_for_role", "tags")]


def test_kinds_of_parts_that_are_uneven_are_told_with_what_counts() -> None:
    assert "uneven_types" not in [problem.code for problem in match(*plain(20)).findings]
    rare = ("the Elbe in Dresden", "O B-RIVER O B-LOC")
    problem = finding(match(*plain(20), rare, rare), "uneven_types")
    assert problem.severity is Severity.NOTE
    assert problem.reason.startswith('"LOC" stands 22 times in the rows, "RIVER" 2 times.')
