"""What can be the right answer to a whole text: one label, several labels or a score."""

from __future__ import annotations

from engine.contracts import RightAnswers
from engine.data.right_answers.one_label import one_label
from engine.data.right_answers.score import score
from engine.data.right_answers.several_labels import several_labels

_KINDS = {"one": one_label, "several": several_labels, "score": score}


def answers_of_texts(kind: str, role: str) -> RightAnswers:
    """Returns how right answers stand in their cells.

    Args:
        kind: ``"one"`` label, ``"several"`` labels or a ``"score"``.
        role: Of the column that holds them.
    """
    return _KINDS[kind](role)
