"""What a finished run has found, in sentences: counts, the comparison, the self-check, the time."""

from __future__ import annotations

from dataclasses import dataclass

from engine.protocol.catalog import MetricEntry
from engine.protocol.results import Baseline, RunResult, Score
from gui.look import texts


@dataclass(frozen=True)
class Finding:
    """A sentence with its status.

    Attributes:
        status: ``"ok"``, ``"warn"``, ``"err"`` or ``""`` for neither good nor bad.
        icon: Name of an icon.
        text: The sentence.
    """

    status: str
    icon: str
    text: str


def strongest_baseline(result: RunResult, metric: MetricEntry) -> Baseline | None:
    """Returns the baseline that is hardest to beat; ``None`` without any."""
    measured = [one for one in result.baselines if result.metric in one.scores]
    sign = 1 if metric.higher_is_better else -1
    return max(measured, key=lambda one: sign * one.scores[result.metric].value, default=None)


def counts_sentence(result: RunResult, unit: str, metric: MetricEntry) -> str:
    """Returns e.g. ``'11 of 776 texts are wrong. Always answering "ham" would get 98 wrong.'``.

    Where answers are no single classes, a row is wholly right or not; where lower is better, as with a
    perplexity, no row is right or wrong, and nothing is said.
    """
    if not metric.higher_is_better:
        return ""
    if result.outcomes or (result.wrong and not result.classes):
        verb = "is" if result.rows - result.wrong == 1 else "are"
        right = texts.thousands(result.rows - result.wrong)
        return f"{right} of {texts.count(unit, result.rows)} {verb} wholly right."
    verb = "is" if result.wrong == 1 else "are"
    sentence = f"{texts.thousands(result.wrong)} of {texts.count(unit, result.rows)} {verb} wrong."
    if result.wrong == 0:
        sentence = f"None of {texts.count(unit, result.rows)} is wrong."
        if result.notes:  # where nothing is simply right or wrong, how it was measured says more
            return result.notes[0]
    if not result.baselines or not result.baselines[0].wrong:
        return sentence
    weakest = result.baselines[0]
    return f"{sentence} {weakest.label} would get {texts.thousands(weakest.wrong)} wrong."


def comparison(result: RunResult, metric: MetricEntry) -> Finding:
    """Says whether the model is better than the strongest simple way, honestly.

    Better is said only when the 95 % intervals do not overlap; a higher score inside both intervals is
    too close to call.
    """
    baseline = strongest_baseline(result, metric)
    if baseline is None:
        return Finding("", "info", "There was nothing simpler to compare with.")
    own, other = result.scores[result.metric], baseline.scores[result.metric]
    name = _in_a_sentence(baseline.label)
    ahead, apart = _standing(own, other, higher_is_better=metric.higher_is_better)
    if ahead <= 0:
        text = f"This model does not beat {name} ({texts.score(other.value)}). "
        text += "Try thawing more layers, or more rows."
        return Finding("warn", "alert", text)
    if not apart:
        reached = f"{name} {_verb(name)} {texts.score(other.value)}"
        text = f"Too close to call: {reached}, and the intervals overlap."
        return Finding("", "info", text)
    return Finding("ok", "check", f"Better than {name} by {texts.score(ahead)}; intervals apart.")


def _standing(own: Score, other: Score, *, higher_is_better: bool) -> tuple[float, bool]:
    """Returns how far the first is ahead, and whether the intervals are apart."""
    ahead = own.value - other.value
    apart = own.low > other.high or own.high < other.low
    return (ahead if higher_is_better else -ahead), apart


def _in_a_sentence(label: str) -> str:
    """Returns a baseline's name for the middle of a sentence, without what stands in brackets."""
    return texts.inside_a_sentence(label.split(" (")[0])


def _verb(name: str) -> str:
    return "reaches" if name.startswith("always ") else "reach"


def frozen_check(result: RunResult) -> Finding:
    """Says whether what was frozen is unchanged; tensors are hashed before and after."""
    if not result.frozen_intact:
        changed = max(1, len(result.frozen_changed))
        verb = "differs" if changed == 1 else "differ"
        number = texts.count("frozen tensors", changed)
        return Finding("err", "alert", f"A frozen layer changed: {number} {verb} from before.")
    if result.trainable_parameters >= result.total_parameters:
        return Finding("", "flame", "Nothing was frozen; every weight could change.")
    counted = f", {texts.count('tensors', result.frozen_tensors)}" if result.frozen_tensors else ""
    return Finding("ok", "lock", f"Every frozen weight is byte for byte as before{counted}.")


def time_fact(result: RunResult) -> Finding:
    """Says how long it took, and what the estimate had said."""
    took = f"Training took {texts.duration(result.seconds)}"
    if result.estimated_seconds is None:
        return Finding("", "clock", f"{took}.")
    return Finding("", "clock", f"{took}; the estimate was {texts.duration(result.estimated_seconds)}.")


def size_fact(result: RunResult) -> Finding:
    """Says how much was trained, and how large the saved model is."""
    share = result.trainable_parameters / max(1, result.total_parameters)
    text = f"Trained {texts.percent(share)} of {texts.million(result.total_parameters)} parameters"
    saved = f"; saved in {texts.size(result.size)}" if result.size else ""
    return Finding("", "layers", f"{text}{saved}.")
