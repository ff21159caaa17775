"""Answers from numbers: the best span there is, over all windows, and when nothing is said."""

from __future__ import annotations

import math

import pytest
import torch

from engine.evaluation.answer_spans import BEST, LONGEST, Candidates, answer, best_spans

NEVER = math.inf
PASSAGE = "the red fox ran far"
WORDS = [(0, 3), (4, 7), (8, 11), (12, 15), (16, 19)]


def test_of_all_spans_the_best_ones_are_kept_in_order() -> None:
    chance = torch.Generator().manual_seed(0)
    logits = torch.randn(3, 50, 2, generator=chance)
    allowed = torch.zeros(3, 50, dtype=torch.bool)
    allowed[0, 5:50], allowed[1, 10:12] = True, True
    first, second, third = best_spans(logits, allowed, torch.tensor([0, 1, 2]), 0.5)
    starts, ends = logits[0].tolist(), logits[0].tolist()
    every = sorted(
        (
            (starts[start][0] + ends[end][1], start, end)
            for start in range(5, 50)
            for end in range(start, min(50, start + LONGEST))
        ),
        reverse=True,
    )[:BEST]
    assert first.scores == pytest.approx([score for score, _, _ in every], abs=1e-6)
    assert list(zip(first.starts, first.ends, strict=True)) == [(start, end) for _, start, end in every]
    assert sorted(zip(second.starts, second.ends, strict=True)) == [(10, 10), (10, 11), (11, 11)]
    assert third.scores == ()
    for row, said in enumerate((first, second, third)):
        assert said.null == pytest.approx(float(logits[row, row].sum()))
        assert said.threshold == 0.5


def test_a_span_is_not_longer_than_thirty_pieces() -> None:
    logits = torch.zeros(1, 64, 2)
    logits[0, 0, 0], logits[0, 63, 1] = 9.0, 9.0
    logits[0, 29, 1] = 5.0
    (said,) = best_spans(logits, torch.ones(1, 64, dtype=torch.bool), torch.tensor([0]), 0.0)
    assert (said.starts[0], said.ends[0], said.scores[0]) == (0, 29, 14.0)


def said(*spans: tuple[float, int, int], null: float = 0.0, threshold: float = 0.0) -> Candidates:
    """Returns what was said to a window."""
    scores, starts, ends = zip(*spans, strict=True) if spans else ((), (), ())
    return Candidates(tuple(scores), tuple(starts), tuple(ends), null, threshold)


def test_the_best_window_answers_and_the_others_are_told() -> None:
    windows = [(said((1.0, 0, 1), (0.5, 3, 3)), WORDS), (said((3.0, 1, 2), (2.0, 0, 2), null=-5.0), WORDS)]
    found = answer(PASSAGE, windows)
    assert (found.text, found.start, found.end) == ("red fox", 4, 11)
    assert PASSAGE[found.start : found.end] == found.text
    assert found.difference == -8.0
    total = sum(math.exp(score) for score in (1.0, 0.5, 3.0, 2.0, -5.0))
    assert found.probability == pytest.approx(math.exp(3.0) / total)
    # "the red fox" is the same answer with an article.
    assert found.others == ("the red", "ran", "")


def test_nothing_is_said_where_no_window_is_surer_of_an_answer() -> None:
    windows = [
        (said((1.0, 1, 1), null=4.0, threshold=2.5), WORDS),
        (said((0.0, 2, 2), null=5.0, threshold=2.5), WORDS),
    ]
    found = answer(PASSAGE, windows)
    assert (found.text, found.start, found.end, found.best, found.difference) == ("", 0, 0, "red", 3.0)
    assert found.others == ("red", "fox")
    assert found.probability == pytest.approx(math.exp(4) / (math.exp(4) + math.exp(1) + math.exp(0)))
    patient = [(said((1.0, 1, 1), null=4.0, threshold=3.0), WORDS)]
    assert answer(PASSAGE, patient).text == "red"


def test_a_model_that_never_is_silent_has_no_such_probability() -> None:
    found = answer(PASSAGE, [(said((1.0, 1, 1), (0.0, 2, 2), null=99.0, threshold=NEVER), WORDS)])
    assert found.text == "red"
    assert found.probability == pytest.approx(1 / (1 + math.exp(-1)))
    assert found.others == ("fox",)


def test_spaces_around_a_span_are_no_part_of_it() -> None:
    found = answer(PASSAGE, [(said((2.0, 1, 1), (9.0, 0, 0), threshold=NEVER), [(3, 4), (3, 8), (7, 11)])])
    assert (found.text, found.start, found.end) == ("red", 4, 7)


def test_without_a_passage_there_is_no_answer() -> None:
    found = answer("", [(said(null=1.0, threshold=NEVER), [])])
    assert (found.text, found.probability, found.others) == ("", 1.0, ())


def test_what_is_kept_has_the_threshold_of_single_precision() -> None:
    """A threshold that was chosen among the differences must be equal to one of them, bit for bit."""
    found = answer(PASSAGE, [(said((0.1, 1, 1), null=0.4), WORDS)])
    assert float(torch.tensor(found.difference)) == found.difference
