"""What is said of what the layers of a model know, and why they cannot be asked."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.layer_probes import LayerProbe
from engine.protocol.problems import Problem
from engine.protocol.results import Score
from engine.protocol.wording import counted

SAFE = "Nothing was changed."


def finding(layers: Sequence[LayerProbe], enough: LayerProbe, measure: str, always: float) -> str:
    """Says where freezing may end.

    Args:
        layers: All of them, lowest first.
        enough: The lowest that is not surely worse than the best one on the same rows.
        measure: What was measured.
        always: What always giving the most frequent answer reaches.
    """
    best = max(layers, key=lambda one: one.score.value)
    reached = f"{best.label} reaches {_words(best.score)} {measure}"
    if best.score.low <= always:
        told = (
            f"No layer tells the answers apart for sure: {reached}, and always giving the most frequent "
            f"answer reaches {always:.3f}. More rows, or thawing the whole model, may help."
        )
    elif enough == layers[-1]:
        told = (
            f"The top layer knows most of it: {reached}, and every layer below is worse. What lies low can "
            f"stay frozen; thaw from the top."
        )
    elif enough == layers[0]:
        told = (
            f"Single words tell it already: without any block, {_words(enough.score)} {measure}; {reached}. "
            f"Little has to change: everything may stay frozen."
        )
    else:
        above = sum(1 for one in layers[layers.index(enough) + 1 :])
        own = "" if enough == best else f"{enough.label} already reaches {_words(enough.score)} {measure}; "
        told = (
            f"{own}{reached if own else reached + ', the best of all'}. Freezing up to "
            f"{enough.label.lower()} and thawing the {counted(above, 'block')} above is a fair start."
        )
    return told + _after(layers)


def _after(layers: Sequence[LayerProbe]) -> str:
    """Says where training changed most."""
    gains = [(one.after.value - one.score.value, one) for one in layers if one.after is not None]
    if not gains:
        return ""
    gain, most = max(gains, key=lambda pair: pair[0])
    after = most.after
    if gain <= 0 or after is None:
        return " After training no layer tells more than before."
    return f" Training taught {most.label.lower()} most: from {most.score.value:.3f} to {after.value:.3f}."


def nothing_to_probe(task: str) -> Problem:
    """The task has no answers that a layer could be asked for."""
    return Problem(
        code="nothing_to_probe",
        title="Layers cannot be asked about this task",
        reason=f'A layer is asked by a small classifier, and "{task}" has no classes of texts or words: it '
        "writes words, or looks for a place in a text.",
        fix="Choose a task with labels, scores or tags.",
        safe=SAFE,
    )


def too_few_to_probe(learned: int, judged: int) -> Problem:
    """There are too few rows to learn from or to judge on."""
    return Problem(
        code="too_few_to_probe",
        title="There are too few rows to ask the layers",
        reason=f"{counted(learned, 'answer')} to learn from and {counted(judged, 'answer')} to judge on are "
        "left.",
        fix="Bring more rows, or make the validation share larger.",
        safe=SAFE,
    )


def _words(score: Score) -> str:
    return f"{score.value:.3f}"
