"""How sure an answer is, in words."""

from __future__ import annotations

import pytest

from engine.protocol.results import Prediction, Span
from gui.state.answer_words import certainty_words, short_answer


def _two(share: float) -> Prediction:
    return Prediction(text="t", said="a", probability=share, probabilities={"a": share, "b": 1 - share})


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.97, "sure"),
        (0.9, "sure"),
        (0.899, "fairly sure"),
        (0.7, "fairly sure"),
        (0.69, "leaning"),
        (0.55, "leaning"),
        (0.549, "not sure"),
        (0.5, "not sure"),
    ],
)
def test_a_choice_between_two(share: float, words: str) -> None:
    assert certainty_words(_two(share)) == words


def test_of_many_classes_the_next_one_counts() -> None:
    def many(*shares: float) -> str:
        named = dict(zip("abcdef", shares, strict=False))
        return certainty_words(Prediction(text="t", said="a", probability=shares[0], probabilities=named))

    assert many(0.5, 0.2, 0.2, 0.1) == "leaning"
    assert many(0.5, 0.4, 0.1) == "not sure"
    assert many(0.3, 0.1, 0.1, 0.1, 0.1, 0.3) == "not sure"
    assert many(0.75, 0.15, 0.1) == "fairly sure"


def test_an_answer_without_a_probability_says_nothing_of_it() -> None:
    assert certainty_words(Prediction(text="t", said="bonjour", probability=0.0)) == ""


def test_how_sure_its_beginning_is_says_nothing_of_a_whole_text() -> None:
    begun = Prediction(text="t", said="and so on", probability=0.95, alternatives_to="its beginning")
    assert certainty_words(begun) == ""
    assert short_answer(begun) == "and so on"


def test_short_answers() -> None:
    assert short_answer(_two(0.86)) == "a 86 %"
    assert short_answer(_two(0.9999)) == "a > 99 %"  # as on its card
    several = {"noise": 0.85, "toilets": 0.91, "food": 0.3}
    both = Prediction(text="t", said="noise, toilets", probability=0.7, probabilities=several)
    assert short_answer(both) == "noise, toilets"  # 70 % stands in none of its bars
    marked = Prediction(text="t", said="Anna (PER)", probability=0.9, spans=(Span(start=0, end=4),))
    assert short_answer(marked) == "Anna (PER)"
    assert short_answer(Prediction(text="t", said="x" * 60, probability=0.0)) == "x" * 27 + "…"
