"""What a person sees of rows before training."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from datasets import Dataset

from engine.contracts import TaskRows
from engine.data.prepare import length_histogram, prepare
from engine.protocol.config import DataConfig, SplitConfig
from engine.protocol.problems import Problem, Severity
from engine.protocol.table_problems import blank_rows


def rows(count: int, findings: Sequence[Problem] = ()) -> TaskRows:
    """Returns rows of two classes, three in four of them "good"."""
    labels = ["bad" if number % 4 == 0 else "good" for number in range(count)]
    texts = [" ".join(["word"] * (1 + number % 6)) for number in range(count)]
    data = Dataset.from_dict({"text": texts, "label": labels, "row": list(range(1, count + 1))})
    return TaskRows(rows=data, classes=("good", "bad"), stratify=tuple(labels), findings=tuple(findings))


def test_rows_are_counted() -> None:
    facts, split = prepare(rows(400), DataConfig(path="a.csv"))
    assert split is not None
    assert (facts.usable, facts.train, facts.validation, facts.test) == (400, 280, 60, 60)
    assert [(entry.name, entry.count) for entry in facts.classes] == [("good", 300), ("bad", 100)]
    assert facts.majority_share == 0.75
    assert sum(entry.count for entry in facts.lengths) == 400
    assert facts.findings == ()
    assert 1 <= len(facts.examples) <= 6


def test_findings_come_worst_first_with_those_of_reading() -> None:
    note, reading = _finding(Severity.NOTE), blank_rows("a.csv", [3])
    warning = _finding(Severity.WARNING)
    facts, _ = prepare(rows(400, [note, warning]), DataConfig(path="a.csv"), [reading])
    assert facts.findings == (warning, note, reading)


def test_an_error_leaves_no_split_but_the_counts() -> None:
    facts, split = prepare(rows(40, [_finding(Severity.ERROR)]), DataConfig(path="a.csv"))
    assert split is None
    assert (facts.usable, facts.train, facts.classes[0].count) == (40, 0, 30)


def test_what_the_split_refuses_is_a_finding() -> None:
    facts, split = prepare(rows(40), DataConfig(path="a.csv", split=SplitConfig(test=0)))
    assert split is None
    assert facts.findings[0].code == "split_out_of_range"
    facts, split = prepare(rows(40), DataConfig(path="a.csv", row_limit=1))
    assert split is None
    assert facts.findings[0].code == "row_limit_too_small"


def test_a_small_test_is_a_warning_with_what_one_answer_weighs() -> None:
    facts, _ = prepare(rows(40), DataConfig(path="a.csv"))
    (finding,) = facts.findings
    assert (finding.code, facts.test) == ("small_test", 6)
    assert "16.7 %" in finding.reason


def test_lengths_stand_in_round_bars_the_last_one_open() -> None:
    bars = length_histogram([number % 50 for number in range(1000)] + [400, 900])
    assert [(entry.low, entry.high) for entry in bars[:2]] == [(0, 5), (5, 10)]
    assert (bars[-1].low, bars[-1].high, bars[-1].count) == (60, 901, 2)
    assert sum(entry.count for entry in bars) == 1002
    assert all(before.high == after.low for before, after in pairwise(bars))
    assert length_histogram([]) == ()
    assert [(entry.low, entry.high, entry.count) for entry in length_histogram([3])][-1] == (3, 4, 1)


def _finding(severity: Severity) -> Problem:
    return Problem(code=severity.value, title="t", reason="r", fix="f", severity=severity)


def test_texts_that_are_read_together_are_measured_together() -> None:
    data = Dataset.from_dict(
        {"text": ["one two"] * 40, "second_text": ["three"] * 40, "row": list(range(40))}
    )
    alone, both = (
        prepare(TaskRows(rows=data, length_roles=roles, lengths_of=of), DataConfig(path="a.csv"))[0]
        for roles, of in (((), "texts to read"), (("text", "second_text"), ""))
    )
    assert [(one.low, one.count) for one in alone.lengths if one.count] == [(2, 40)]
    assert [(one.low, one.count) for one in both.lengths if one.count] == [(3, 40)]
    assert (alone.lengths_of, both.lengths_of) == ("texts to read", "")
