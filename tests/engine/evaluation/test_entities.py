"""Entities: strict IOB2 as seqeval has it, and what became of each of them."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

from engine.evaluation.entities import (
    Outcome,
    Span,
    begun,
    entity_measures,
    entity_scores,
    entity_statistics,
    judge,
    outcome_counts,
    spans,
    type_scores,
)
from engine.evaluation.tagging_baselines import tagging_baselines, usual_tags

TAGS = ["O", "O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-E-Mail", "I-E-Mail"]
sentences = st.lists(
    st.lists(st.tuples(st.sampled_from(TAGS), st.sampled_from(TAGS)), min_size=1, max_size=9),
    min_size=1,
    max_size=6,
)


def split(pairs: list[list[tuple[str, str]]]) -> tuple[list[list[str]], list[list[str]]]:
    """Returns true and said tags of each sentence."""
    return [[one for one, _ in row] for row in pairs], [[other for _, other in row] for row in pairs]


@settings(max_examples=100, deadline=None)
@given(pairs=sentences)
def test_measures_agree_with_seqeval(pairs: list[list[tuple[str, str]]]) -> None:
    truth, said = split(pairs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected = classification_report(
                truth, said, mode="strict", scheme=IOB2, output_dict=True, zero_division=0
            )
        except ValueError:  # seqeval makes no report where nobody sees an entity
            assert entity_statistics(truth, said).sum() == 0
            return
    measured = entity_measures(truth, said)
    total = expected["micro avg"]
    assert measured["entity_precision"] == pytest.approx(total["precision"])
    assert measured["entity_recall"] == pytest.approx(total["recall"])
    assert measured["entity_f1"] == pytest.approx(total["f1-score"])
    for entry in type_scores(truth, said):
        of_type = expected[entry.name]
        assert (entry.precision, entry.recall, entry.f1, entry.support) == pytest.approx(
            (of_type["precision"], of_type["recall"], of_type["f1-score"], of_type["support"])
        )


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("O B-PER I-PER O", [Span(1, 3, "PER")]),
        ("B-PER B-PER", [Span(0, 1, "PER"), Span(1, 2, "PER")]),
        ("I-PER O", []),
        ("B-PER I-LOC I-LOC", [Span(0, 1, "PER")]),
        ("B-PER I-PER B-LOC", [Span(0, 2, "PER"), Span(2, 3, "LOC")]),
        ("B-E-Mail I-E-Mail", [Span(0, 2, "E-Mail")]),
        ("", []),
    ],
)
def test_spans_are_strict(tags: str, expected: list[Span]) -> None:
    assert spans(tags.split()) == expected


def test_an_inside_that_continues_nothing_becomes_a_beginning() -> None:
    tags = ["I-PER", "I-PER", "I-LOC", "O", "I-LOC", "B-LOC", "I-LOC", "I-PER"]
    mended = ["B-PER", "I-PER", "B-LOC", "O", "B-LOC", "B-LOC", "I-LOC", "B-PER"]
    assert begun(tags) == mended
    assert begun(mended) == mended


def test_word_accuracy_counts_words() -> None:
    measures = entity_measures([["B-PER", "I-PER", "O"], ["O"]], [["B-PER", "O", "O"], ["O"]])
    assert measures["token_accuracy"] == 3 / 4


def test_each_entity_is_judged_once() -> None:
    truth = spans(["B-PER", "I-PER", "O", "B-LOC", "O", "B-ORG", "I-ORG", "I-ORG", "O", "B-LOC", "O"])
    said = spans(["B-PER", "I-PER", "O", "B-PER", "O", "O", "B-ORG", "I-ORG", "O", "O", "B-LOC"])
    assert [(entry.outcome, entry.truth, entry.said) for entry in judge(truth, said)] == [
        (Outcome.RIGHT, Span(0, 2, "PER"), Span(0, 2, "PER")),
        (Outcome.WRONG_TYPE, Span(3, 4, "LOC"), Span(3, 4, "PER")),
        (Outcome.WRONG_BORDER, Span(5, 8, "ORG"), Span(6, 8, "ORG")),
        (Outcome.MISSED, Span(9, 10, "LOC"), None),
        (Outcome.INVENTED, None, Span(10, 11, "LOC")),
    ]


def test_of_several_overlaps_the_largest_is_the_wrong_border() -> None:
    truth = [Span(0, 4, "A")]
    said = [Span(0, 1, "A"), Span(1, 4, "B")]
    assert [(entry.outcome, entry.said) for entry in judge(truth, said)] == [
        (Outcome.INVENTED, Span(0, 1, "A")),
        (Outcome.WRONG_BORDER, Span(1, 4, "B")),
    ]


@settings(max_examples=80, deadline=None)
@given(pairs=sentences)
def test_outcomes_add_up_to_the_entities(pairs: list[list[tuple[str, str]]]) -> None:
    truth, said = split(pairs)
    counts = outcome_counts(truth, said)
    right, answered, there = entity_statistics(truth, said).sum(axis=0)[:3]
    assert counts[Outcome.RIGHT] == right
    shared = counts[Outcome.RIGHT] + counts[Outcome.WRONG_TYPE] + counts[Outcome.WRONG_BORDER]
    assert shared + counts[Outcome.MISSED] == there
    assert shared + counts[Outcome.INVENTED] == answered


def test_intervals_are_over_sentences() -> None:
    truth = [["B-PER", "O", "B-LOC"], ["B-PER", "O", "O"]] * 100
    said = [["B-PER", "O", "O"], ["B-PER", "O", "O"]] * 100
    scores = entity_scores(truth, said)
    assert scores["entity_recall"].value == pytest.approx(2 / 3)
    assert scores["entity_precision"].value == 1.0
    assert scores["entity_precision"].low == pytest.approx(200 / (200 + 1.96**2))
    drawn = []
    statistics, chance = entity_statistics(truth, said), np.random.default_rng(7)
    for _ in range(500):
        right, _, there, *_ = statistics[chance.integers(0, 200, 200)].sum(axis=0)
        drawn.append(right / there)
    assert scores["entity_recall"].low == pytest.approx(np.quantile(drawn, 0.025), abs=0.01)
    assert scores["entity_recall"].high == pytest.approx(np.quantile(drawn, 0.975), abs=0.01)


def test_no_sentences_score_nothing() -> None:
    assert entity_measures([], []) == {
        "entity_f1": 0.0,
        "entity_precision": 0.0,
        "entity_recall": 0.0,
        "token_accuracy": 0.0,
    }
    assert type_scores([], []) == ()


def test_the_baseline_knows_each_words_usual_tag() -> None:
    tokens = [["New", "York", "sleeps"], ["York", "sleeps"], ["New", "shoes"]]
    tags = [["B-LOC", "I-LOC", "O"], ["B-LOC", "O"], ["B-LOC", "O"]]
    assert usual_tags(tokens, tags, [["New", "York"], ["York", "never", "sleeps"]]) == [
        ["B-LOC", "B-LOC"],
        ["B-LOC", "O", "O"],
    ]
    assert usual_tags([["a", "b"]], [["B-X", "I-X"]], [["b", "b"], ["a", "b"]]) == [
        ["B-X", "I-X"],
        ["B-X", "I-X"],
    ]
    (baseline,) = tagging_baselines(tokens, tags, [["New", "York"], ["sleeps"]], [["B-LOC", "I-LOC"], ["O"]])
    assert (baseline.id, baseline.wrong) == ("usual_tag", 1)
    assert baseline.scores["entity_f1"].value == 0.0
    assert tagging_baselines([], [], [["a"]], [["O"]]) == ()
