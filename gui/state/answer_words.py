"""How sure an answer is, in words, and an answer in a few of them."""

from __future__ import annotations

from engine.protocol.results import Prediction
from gui.look.texts import probability_words

SURE, FAIRLY, LEANING = 0.9, 0.7, 0.55
"""From which probability on a choice between two is called so; below, it is not sure."""
_OF_MANY = 0.45
"""From which probability on the likeliest of many classes is more than a guess."""


def certainty_words(answer: Prediction) -> str:
    """Returns ``"sure"``, ``"fairly sure"``, ``"leaning"`` or ``"not sure"``; empty without a probability.

    With more than two classes a likeliest one that is not sure is leaned to only where it is twice as likely
    as the next.

    Args:
        answer: What was said.
    """
    share = answer.probability
    if not share or answer.alternatives_to:  # of a part of the answer only
        return ""
    if share >= SURE:
        return "sure"
    if share >= FAIRLY:
        return "fairly sure"
    others = sorted(answer.probabilities.values(), reverse=True)
    one_of_many = len(others) > 2 and sum(others) < 1.001
    if one_of_many or answer.spans or answer.alternatives:
        next_best = others[1] if len(others) > 1 else 0.0
        return "leaning" if share >= _OF_MANY and share >= 2 * next_best else "not sure"
    return "leaning" if share >= LEANING else "not sure"


def short_answer(answer: Prediction, most: int = 28) -> str:
    """Returns an answer with how sure it is, for a table: ``"spam 86 %"``.

    Args:
        answer: What was said.
        most: Characters of the answer.
    """
    said = " ".join(answer.said.split()) or "–"
    said = said if len(said) <= most else f"{said[: most - 1].rstrip()}…"
    of_all = answer.probabilities.get(answer.said, 0.0 if answer.probabilities else answer.probability)
    # Of several labels each has a probability of its own, and that of all together stands nowhere else.
    if (
        not answer.probability
        or answer.spans
        or answer.alternatives_to
        or abs(of_all - answer.probability) > 0.005
    ):
        return said
    return f"{said} {probability_words(answer.probability)}"
