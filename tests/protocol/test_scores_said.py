"""Answers that are scores: numbers as people write them, and nothing where one answer is no number."""

from __future__ import annotations

import msgspec
import pytest

from engine.protocol.results import Prediction, Span
from engine.protocol.scores_said import ScoreSaid, scores_said

NEAR = Prediction(text="a", said="3.4", truth="3,5", probability=0.0, right=1.0)
FAR = Prediction(text="b", said="-1", truth="1,200.5", probability=0.0, right=0.2)


def test_numbers_are_read_as_people_write_them() -> None:
    assert scores_said([NEAR, FAR]) == (
        ScoreSaid(truth=3.5, said=3.4, is_near=True),
        ScoreSaid(truth=1200.5, said=-1.0, is_near=False),
    )
    assert scores_said([]) == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"truth": "warm"},
        {"truth": ""},
        {"said": "nan"},
        {"probabilities": {"3.4": 1.0}},
        {"spans": (Span(start=0, end=1),)},
    ],
)
def test_one_answer_that_is_no_score_makes_all_of_them_none(changed: dict[str, object]) -> None:
    other = msgspec.structs.replace(FAR, **changed)  # type: ignore[arg-type]  # its own fields

    assert scores_said([NEAR, other]) == ()
