"""Answers in a passage: by the rules of SQuAD's scripts, with examples worked by them."""

from __future__ import annotations

from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.answer_baselines import (
    answer_baselines,
    sliding_window_answer,
    usual_answer_length,
)
from engine.evaluation.extractive import (
    AnswerOutcome,
    answer_measures,
    answer_outcome,
    answer_scores,
    best_null_threshold,
    exact_match,
    normalised,
    token_f1,
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("The Cat's  pyjamas!", "cats pyjamas"),
        ("a-b, an (apple)", "ab apple"),
        ("Theory of an animal", "theory of animal"),
        ("“quoted”", "“quoted”"),  # the script knows ASCII punctuation only
        ("the", ""),
        (" \t", ""),
    ],
)
def test_articles_punctuation_and_capitals_are_left_aside(text: str, plain: str) -> None:
    assert normalised(text) == plain


# Answers, right answers, exact match and F1 as SQuAD 2.0's script gives them.
WORKED = [
    ("Denver Broncos", ["Denver Broncos", "Denver Broncos", "Denver Broncos"], 1, 1.0),
    ("the denver broncos.", ["Denver Broncos"], 1, 1.0),
    ("Santa Clara", ["Santa Clara, California", "Levi's Stadium"], 0, 0.8),
    ("Levi's Stadium in Santa Clara", ["Santa Clara, California", "Levi's Stadium"], 0, 4 / 7),
    ("gold gold gold", ["gold"], 0, 0.5),
    ("1066", ["in 1066", "10th century"], 0, 2 / 3),
    ("Panthers", ["Denver Broncos"], 0, 0.0),
    ("", ["Denver Broncos"], 0, 0.0),
    ("", [], 1, 1.0),
    ("the", [], 1, 1.0),
    ("Denver", [], 0, 0.0),
    ("a", ["the", "an"], 1, 1.0),
    ("Denver", ["the", "Denver"], 1, 1.0),
    ("", ["the", "Denver"], 0, 0.0),
]


@pytest.mark.parametrize(("said", "references", "exact", "f1"), WORKED)
def test_the_scripts_examples(said: str, references: list[str], exact: int, f1: float) -> None:
    assert exact_match(said, references) == exact
    assert token_f1(said, references) == pytest.approx(f1)


def test_questions_with_and_without_answers_are_also_told_apart() -> None:
    said, references = [case[0] for case in WORKED], [case[1] for case in WORKED]
    measures = answer_measures(said, references)
    assert measures["exact_match"] == pytest.approx(sum(case[2] for case in WORKED) / 14)
    assert measures["f1"] == pytest.approx(sum(case[3] for case in WORKED) / 14)
    assert measures["no_answer_accuracy"] == pytest.approx(3 / 4)
    assert measures["answered_f1"] == pytest.approx((1 + 1 + 0.8 + 4 / 7 + 0.5 + 2 / 3 + 1) / 10)
    assert set(answer_measures(["x"], [["x"]])) == {"f1", "exact_match"}
    assert answer_measures([], []) == {"f1": 0.0, "exact_match": 0.0}


def test_what_became_of_a_question() -> None:
    assert answer_outcome("The gold", ["gold"]) is AnswerOutcome.EXACT
    assert answer_outcome("", []) is AnswerOutcome.EXACT
    assert answer_outcome("gold ring", ["gold"]) is AnswerOutcome.PARTLY
    assert answer_outcome("silver", ["gold"]) is AnswerOutcome.WRONG
    assert answer_outcome("silver", []) is AnswerOutcome.WRONGLY_ANSWERED
    assert answer_outcome("", ["gold"]) is AnswerOutcome.WRONGLY_UNANSWERED


def test_intervals_are_shares() -> None:
    scores = answer_scores(["gold"] * 50, [["gold"]] * 25 + [["gold ring"]] * 25)
    assert scores["exact_match"].value == 0.5
    assert scores["exact_match"].low == pytest.approx(0.36, abs=0.02)
    assert scores["f1"].value == pytest.approx((1 + 2 / 3) / 2)
    assert answer_scores(["gold"] * 10, [["gold"]] * 10)["f1"].low == pytest.approx(0.7225, abs=1e-4)


def test_the_threshold_is_the_one_that_makes_the_best_of_f1() -> None:
    said = ["gold", "gold", "silver", "gold"]
    references: list[list[str]] = [["gold"], [], ["silver ring"], []]
    differences = [-2.0, 0.5, 0.1, 1.5]
    assert best_null_threshold(differences, said, references) == 0.1
    # Nothing is worth answering: the threshold lies below all differences.
    assert best_null_threshold([3.0, 1.0], ["x", "y"], [[], []]) < 1.0
    # All is worth answering.
    assert best_null_threshold([3.0, 1.0], ["x", "y"], [["x"], ["y"]]) == 3.0
    # Equal differences are answered or left together: one right and one wrong gain nothing.
    assert best_null_threshold([1.0, 1.0], ["x", "y"], [["x"], []]) < 1.0
    assert best_null_threshold([], [], []) == -1.0


def test_the_window_is_where_the_questions_rare_words_stand() -> None:
    passage = "At the old bridge Anna Meyer built a tower in May. The tower was shut in May 1920 (1889-1920)."
    assert sliding_window_answer(passage, "Who built the tower at the old bridge?", 2) == "Anna Meyer"
    assert sliding_window_answer(passage, "When was the old tower shut in May?", 1) == "1920"
    for context, length in (("who", 1), ("", 1), ("Yes. No.", 2), ("the", 1)):
        assert sliding_window_answer(context, "Who?", length) == ""


WORDS = st.lists(st.sampled_from(["red", "barn", "fox", "ran", "dog", "far"]), min_size=1, max_size=12)


@settings(max_examples=100, deadline=None)
@given(
    passage=WORDS,
    asked=st.sets(st.sampled_from(["red", "barn", "cow"]), min_size=1),
    length=st.integers(1, 2),
)
def test_the_window_is_worth_what_richardson_says(passage: list[str], asked: set[str], length: int) -> None:
    worth = [log(1 + 1 / passage.count(word)) for word in passage]
    size = len(asked) + length
    best: dict[int, float] = {}
    for start in range(len(passage) - length + 1):
        own = range(start, start + length)
        if asked.isdisjoint(passage[place] for place in own):
            windows = [range(begin, begin + size) for begin in range(start + length - size, start + 1)]
            of_question = [
                sum(worth[at] for at in window if 0 <= at < len(passage) and passage[at] in asked)
                for window in windows
            ]
            best[start] = max(of_question) + sum(worth[place] for place in own)
    found = sliding_window_answer(" ".join(passage), " ".join(sorted(asked)), length)
    if not best:
        assert found == ""
    else:
        fits = [start for start in best if passage[start : start + length] == found.split()]
        assert max(best[start] for start in fits) == pytest.approx(max(best.values()))


def test_baselines_know_how_long_answers_are_and_whether_some_have_none() -> None:
    assert usual_answer_length([["one"], ["two words"], ["now three words"], []]) == 2
    assert usual_answer_length([[], []]) == 2
    contexts = ["At the old bridge Anna Meyer built a tower and built a wall."] * 2
    questions = ["Who built a tower at the old bridge?", "Who sold it?"]
    silent, window = answer_baselines([["Max Ott"]], contexts, questions, [["Anna Meyer"], []])
    assert (silent.id, silent.wrong, silent.scores["exact_match"].value) == ("no_answer", 1, 0.5)
    assert (window.id, window.wrong) == ("sliding_window", 1)
    assert window.scores["answered_f1"].value == 1.0
    only = answer_baselines([["Max Ott"]], contexts[:1], questions[:1], [["Anna Meyer"]])
    assert [baseline.id for baseline in only] == ["sliding_window"]
    assert answer_baselines([["x"]], [], [], []) == ()
