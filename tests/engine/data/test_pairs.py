"""Pairs of texts: what is noticed about them, and where typos are put."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.contracts import SplitRows, TaskRows
from engine.data.pair_lengths import odd_lengths
from engine.data.pairs import match_pairs
from engine.data.prepare import prepare
from engine.data.table import make_dataset
from engine.protocol.config import DataConfig
from engine.protocol.data_facts import PreparedFacts
from engine.protocol.fields import SettingValue
from engine.protocol.problems import Problem, Severity

COLUMNS = {"source": "english", "target": "french"}
PHRASES = [f"Show the {word} of page {number}" for number in range(10) for word in ("title", "author")]
TRANSLATED = [phrase.replace("Show the", "Afficher") for phrase in PHRASES]


def match(sources: list[str], targets: list[str], settings: Mapping[str, SettingValue] = {}) -> TaskRows:
    """Returns texts matched as pairs; rows are numbered from 1."""
    table = make_dataset({"english": sources, "french": targets}, range(1, len(sources) + 1), "phrases.tsv")
    return match_pairs(table, COLUMNS, settings)


def divided(rows: TaskRows) -> tuple[PreparedFacts, SplitRows]:
    """Returns the parts as they will be read, and what is said about them."""
    facts, split = prepare(rows, DataConfig(path=""))
    assert split is not None
    return facts, split


def finding(problems: tuple[Problem, ...], code: str) -> Problem:
    """Returns the one finding with that code."""
    (problem,) = [problem for problem in problems if problem.code == code]
    return problem


def clean(split: SplitRows, part: str) -> list[str]:
    """Returns what a part would read without typos."""
    return [PHRASES[row - 1] for row in getattr(split, part)["row"][:]]


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


def test_typos_stand_in_what_is_learned_from_and_checked_with_and_nowhere_else() -> None:
    facts, split = divided(match(PHRASES, TRANSLATED, {"typo_share": 0.2}))
    for part in ("train", "validation", "test"):
        rows = getattr(split, part)
        assert rows["target"][:] == [TRANSLATED[row - 1] for row in rows["row"][:]]
        changed = [read != was for read, was in zip(rows["source"][:], clean(split, part), strict=True)]
        assert all(changed) if part != "test" else not any(changed)
    assert set(facts.examples) <= set(split.train["source"][:])


def test_what_the_model_will_read_is_said_with_an_example() -> None:
    facts, split = divided(match(PHRASES, TRANSLATED, {"typo_share": 0.2}))
    problem = finding(facts.findings, "typos_put_in")
    row, read = split.train["row"][0], split.train["source"][0]
    assert problem.reason == (
        "Artificial typos were put into 17 texts to learn from and to check with. For example the model "
        f'reads row {row}, "{PHRASES[row - 1]}", as "{read}". The 3 texts of the final test stay as they are.'
    )
    assert (problem.title, problem.severity) == ("Typos in 20 % of the characters", Severity.NOTE)


def test_a_row_gets_the_same_typos_each_time_whatever_stands_around_it() -> None:
    _, once = divided(match(PHRASES, TRANSLATED, {"typo_share": 0.2}))
    _, again = divided(match([*PHRASES, "More"], [*TRANSLATED, "Plus"], {"typo_share": 0.2}))
    known = dict(zip(again.train["row"][:], again.train["source"][:], strict=True))
    shared = [row for row in once.train["row"][:] if row in known]
    assert len(shared) > 5
    read = dict(zip(once.train["row"][:], once.train["source"][:], strict=True))
    assert [known[row] for row in shared] == [read[row] for row in shared]


def test_without_typos_nothing_is_said_of_them() -> None:
    facts, split = divided(match(PHRASES, TRANSLATED))
    assert split.train["source"][:] == clean(split, "train")
    assert "typos_put_in" not in [problem.code for problem in facts.findings]


def test_one_column_becomes_pairs_of_a_text_with_typos_and_the_text() -> None:
    table = make_dataset({"english": PHRASES}, range(1, 21), "phrases.txt")
    settings = {"made_from": "typos", "typo_share": 0.2}
    facts, split = divided(match_pairs(table, {"source": "english"}, settings))
    for part in ("train", "validation", "test"):
        rows = getattr(split, part)
        assert rows["target"][:] == clean(split, part)
        assert all(read != right for read, right in zip(rows["source"][:], rows["target"][:], strict=True))
    assert "20 texts of all three parts" in finding(facts.findings, "typos_put_in").reason


def test_there_is_nothing_to_undo_without_typos() -> None:
    table = make_dataset({"english": PHRASES}, range(1, 21), "phrases.txt")
    (problem,) = match_pairs(table, {"source": "english"}, {"made_from": "typos"}).findings
    assert (problem.code, problem.setting) == ("nothing_to_undo", "typo_share")
    assert problem.actions[0].arguments == {"typo_share": "0.1"}


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
