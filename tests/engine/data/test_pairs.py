"""Pairs of texts: what is noticed about them, and where typos are put."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import cast

import pytest
from transformers import PreTrainedTokenizerBase

from engine.contracts import Asked, TaskRows
from engine.data.noise_settings import noise_of
from engine.data.pair_lengths import odd_lengths
from engine.data.pairs import match_pairs, noise_in_sources
from engine.data.table import make_dataset
from engine.protocol.fields import SettingValue
from engine.protocol.problems import Problem, Severity

COLUMNS = {"source": "english", "target": "french"}
PHRASES = [f"Show the {word} of page {number}" for number in range(10) for word in ("title", "author")]
TRANSLATED = [phrase.replace("Show the", "Afficher") for phrase in PHRASES]


def match(sources: list[str], targets: list[str], settings: Mapping[str, SettingValue] = {}) -> TaskRows:
    """Returns texts matched as pairs; rows are numbered from 1."""
    table = make_dataset({"english": sources, "french": targets}, range(1, len(sources) + 1), "phrases.tsv")
    return match_pairs(table, COLUMNS, settings)


def finding(problems: tuple[Problem, ...], code: str) -> Problem:
    """Returns the one finding with that code."""
    (problem,) = [problem for problem in problems if problem.code == code]
    return problem


def test_pairs_stand_as_in_the_file() -> None:
    rows = match([" Add  %(name)s ", *PHRASES], ["Ajouter %(name)s", *TRANSLATED])
    assert rows.rows[0] == {"source": " Add  %(name)s ", "target": "Ajouter %(name)s", "row": 1}
    assert (rows.classes, rows.stratify, rows.text_role) == ((), (), "source")
    assert [problem.code for problem in rows.findings] == ["all_rows_complete"]


def test_rows_that_lack_a_side_are_left_out_with_their_numbers() -> None:
    sources, targets = list(PHRASES), list(TRANSLATED)
    sources[1], targets[4] = " ", ""
    rows = match(sources, targets)
    assert rows.rows["row"][:4] == [1, 3, 4, 6]
    read, written = finding(rows.findings, "blank_source"), finding(rows.findings, "blank_target")
    assert (read.rows, written.rows) == ((2,), (5,))
    assert written.title == '1 row without a "Text to write"'


def test_rows_that_say_the_same_on_both_sides_are_told() -> None:
    problem = finding(match([*PHRASES, "JSON", "Zip "], [*TRANSLATED, "JSON", "Zip"]).findings, "equal_sides")
    assert (problem.rows, problem.severity) == ((21, 22), Severity.NOTE)
    assert problem.reason.startswith("Rows 21 and 22 of 22: ")


@pytest.mark.parametrize(("count", "code"), [(0, "no_usable_rows"), (1, "too_few_rows"), (5, "too_few_rows")])
def test_too_few_pairs_are_an_error(count: int, code: str) -> None:
    assert finding(match(PHRASES[:count], TRANSLATED[:count]).findings, code).severity is Severity.ERROR


def test_a_missing_column_is_said_under_its_role() -> None:
    table = make_dataset({"english": PHRASES}, range(1, 21), "phrases.tsv")
    (problem,) = match_pairs(table, {"source": "english"}, {}).findings
    assert (problem.code, problem.setting) == ("no_column_for_role", "target")


def test_the_same_text_to_read_stays_on_one_side() -> None:
    rows = match(["Save", *PHRASES, "SAVE "], ["Enregistrer", *TRANSLATED, "Sauvegarder"])
    assert rows.groups[0] == rows.groups[-1]
    assert finding(rows.findings, "duplicates").rows == (22,)


def test_one_column_becomes_pairs_of_a_text_and_itself_which_noise_is_to_tell_apart() -> None:
    table = make_dataset({"english": PHRASES}, range(1, 21), "phrases.txt")
    rows = match_pairs(table, {"source": "english"}, {"made_from": "typos"})
    assert rows.rows["source"][:] == rows.rows["target"][:] == PHRASES
    assert "equal_sides" not in [problem.code for problem in rows.findings]
    asked = Asked(rows.rows, (), {"made_from": "typos"}, cast("PreTrainedTokenizerBase", None))
    noisy = noise_in_sources(asked, noise_of({"noise_share": 0.2})).rows
    assert noisy["target"][:] == PHRASES
    assert all(read != right for read, right in zip(noisy["source"][:], PHRASES, strict=True))
    again = noise_in_sources(dataclasses.replace(asked, rows=noisy), noise_of({"noise_share": 0.2})).rows
    assert again["source"][:] == noisy["source"][:]  # it is put into the clean text, not on top


def test_pairs_whose_lengths_do_not_go_together_are_told_the_oddest_one_with_its_texts() -> None:
    targets = [*TRANSLATED]
    targets[4] = "Afficher " * 12
    targets[11] = (
        "Afficher le titre de la page, puis celui de toutes les pages qui suivent jusqu'à la fin du livre"
    )
    problem = finding(match(PHRASES, targets).findings, "lengths_do_not_fit")

    assert (problem.rows, problem.row_count, problem.severity) == ((5, 12), 2, Severity.WARNING)
    assert "usually 1.0 times as long" in problem.reason
    assert 'In row 5 24 letters, "Show the title of page 2", stand beside 108' in problem.reason


def test_lengths_of_pairs_that_go_together_are_not_told() -> None:
    summaries = [text[: 20 + 3 * (place % 9)] for place, text in enumerate(PHRASES)]
    for targets in (TRANSLATED, [text * 3 for text in PHRASES], summaries):
        assert "lengths_do_not_fit" not in [problem.code for problem in match(PHRASES, targets).findings]
    few = [*PHRASES[:5], "x" * 400]
    assert odd_lengths(few, PHRASES[:6]) == []  # of six pairs nobody knows what is usual
