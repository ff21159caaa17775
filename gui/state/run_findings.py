"""What a finished run has found, in sentences: counts, the comparison, the self-check, the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from engine.protocol import energy_words
from engine.protocol.catalog import Catalog, MetricEntry
from engine.protocol.forgetting_words import in_full
from engine.protocol.results import BEFORE, Baseline, Objectives, Prediction, RunResult, Score
from engine.protocol.run_files import TEST_PREDICTIONS_FILE, read_predictions
from engine.protocol.wording import quoted
from gui.look import texts
from gui.state import run_progress
from gui.state.run_status import RunStatus

_EPOCHS = "epochs"


_MUCH_FORGOTTEN = 0.2
"""Share of what it could do that a model has lost, from which that deserves a warning."""


@dataclass(frozen=True)
class Finding:
    """A sentence with its status.

    Attributes:
        status: ``"ok"``, ``"warn"``, ``"err"`` or ``""`` for neither good nor bad.
        icon: Name of an icon.
        text: The sentence.
        details: What is said to those who point at it; empty for nothing more.
    """

    status: str
    icon: str
    text: str
    details: str = ""


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
        if result.notes and not result.confusion:  # nothing is simply right or wrong: how it was measured
            return result.notes[0]
    if not result.baselines or not result.baselines[0].wrong:
        return sentence
    weakest = result.baselines[0]
    return f"{sentence} {weakest.label} would get {texts.thousands(weakest.wrong)} wrong."


def comparison(result: RunResult, metric: MetricEntry, advice: str) -> Finding:
    """Says whether the model is better than the strongest simple way, honestly.

    Better is said only when the 95 % intervals do not overlap; a higher score inside both intervals is
    too close to call.

    Args:
        result: What the run found out.
        metric: What it is judged by.
        advice: What may help where the model is not better; see :func:`what_may_help`.
    """
    baseline = strongest_baseline(result, metric)
    if baseline is None:
        return Finding("", "info", "There was nothing simpler to compare with.")
    own, other = result.scores[result.metric], baseline.scores[result.metric]
    name = _in_a_sentence(baseline)
    ahead, apart = _standing(own, other, higher_is_better=metric.higher_is_better)
    if ahead == 0 and metric.higher_is_better and own.value == 1:
        text = f"Nothing is wrong, and nothing is with {name} either: these rows are easily told apart."
        return Finding("", "info", text)
    if ahead <= 0:
        text = f"This model does not beat {name} ({texts.score(other.value)}). {advice}"
        return Finding("warn", "alert", text)
    if not apart:
        text = f"Too close to call against {name} ({texts.score(other.value)}): the intervals overlap."
        return Finding("", "info", text)
    return Finding("ok", "check", f"Better than {name} by {texts.score(ahead)}; intervals apart.")


def what_may_help(run: RunStatus, catalog: Catalog | None) -> str:
    """Returns what to try next after a weak result; only what this run has left to try.

    More epochs come first where fewer were trained than the method recommends for the task. Thawing is
    named only where a part was frozen and layers can be thawed.
    """
    recommended = _recommended_epochs(run, catalog)
    if recommended and _epochs_trained(run) < recommended:
        return f"Train for more epochs (recommended: {recommended})."
    result = run.result
    if result is not None and result.trainable_parameters >= result.total_parameters:
        return "Try more rows."
    entries = catalog.methods if catalog else ()
    if any(entry.id == run.config.method and entry.layers_by_hand for entry in entries):
        return "Try thawing more layers, or more rows."
    return "Try a method that trains more of the model, or more rows."


def _recommended_epochs(run: RunStatus, catalog: Catalog | None) -> int:
    """Returns how many epochs are recommended; 0 where this version does not know the method."""
    entries = catalog.methods if catalog else ()
    entry = next((entry for entry in entries if entry.id == run.config.method), None)
    return int(entry.recommended(run.config.task).get(_EPOCHS, 0)) if entry is not None else 0


def _epochs_trained(run: RunStatus) -> float:
    """Returns how many epochs a run had; a run that ended by itself had as many as it could use."""
    return run.epoch if run_progress.stopped_at(run) else float(run_progress.planned_epochs(run))


def _standing(own: Score, other: Score, *, higher_is_better: bool) -> tuple[float, bool]:
    """Returns how far the first is ahead, and whether the intervals are apart."""
    ahead = own.value - other.value
    apart = own.low > other.high or own.high < other.low
    return (ahead if higher_is_better else -ahead), apart


def _in_a_sentence(baseline: Baseline) -> str:
    """Returns a baseline's name for the middle of a sentence, without what stands in brackets."""
    if baseline.id == BEFORE:
        return "the model before training"
    return texts.inside_a_sentence(baseline.label.split(" (")[0])


def head_sentence(
    run: RunStatus, result: RunResult, name: str, unit: str, finished: Sequence[RunStatus] = ()
) -> str:
    """Returns which checkpoint of a run was judged, and on how many rows.

    Args:
        run: The run.
        result: What it reached.
        name: What it is called.
        unit: What a row is called, plural.
        finished: All runs with a result: where they read different columns, those of this one are named.
    """
    stopped = run_progress.stopped_at(run)
    ended = f"{name}, stopped at {stopped}" if stopped else name
    best, rows = texts.epoch(result.best_epoch), texts.count(unit, result.rows)
    columns = _own_columns(run, finished)
    read = f"{'Column' if len(columns) == 1 else 'Columns'} {quoted(columns)}, final" if columns else "Final"
    return f"{ended}, best at epoch {best}. {read} test on {rows}."


def _own_columns(run: RunStatus, finished: Sequence[RunStatus]) -> list[str]:
    """Returns the columns of a run that other runs of the same task do not read for the same."""
    others = [one.config.data.columns for one in finished if one.config.task == run.config.task]
    own = run.config.data.columns
    differ = [role for role in own if any(columns.get(role, own[role]) != own[role] for columns in others)]
    return [own[role] for role in differ if own[role]]


def facts(run: RunStatus, result: RunResult) -> dict[str, Finding]:
    """Returns the facts below the cards: ``"frozen"``, ``"forgotten"``, ``"time"``, ``"size"``."""
    layers = run.started.stack.layers if run.started else ()
    late = any(layer.thaws_at is not None for layer in layers)
    stopped, whole = run_progress.stopped_at(run), run_progress.is_whole(run)
    return {
        "frozen": frozen_check(result, thawed_late=late),
        "forgotten": forgotten_fact(result),
        "time": time_fact(result, stopped, whole=whole),
        "size": size_fact(result),
    }


def forgotten_fact(result: RunResult) -> Finding:
    """Returns what became of what the model was pretrained for; no words where it could not be asked."""
    found = result.forgotten
    if found is None:
        return Finding("", "info", "")
    lost = found.right_before - found.right_after
    status = "warn" if lost > _MUCH_FORGOTTEN else "ok" if lost <= 0 else ""
    icon = {"warn": "alert", "ok": "check"}.get(status, "info")
    after, before = texts.percent(found.right_after), texts.percent(found.right_before)
    same = (found.before, found.right_before) == (found.after, found.right_after)
    told = f"{after} right, as before" if same else f"{after} right, {before} before"
    words = f"Pretraining task: {told}."
    if found.objective == Objectives.OWN_WORDS:
        words = f"General text: {'written' if same else after} as before."
    return Finding(status, icon, words, in_full(found))


def precision_and_recall(result: RunResult, one: str) -> str:
    """Returns what precision and recall are, in the names of this data.

    Args:
        result: What the run found out.
        one: What a class is called.
    """
    name = result.classes[1] if len(result.classes) == 2 else f"a {one}"
    return (
        f"Precision: when it says {name}, how often that is true. "
        f"Recall: of all that truly is {name}, how much it finds."
    )


def frozen_check(result: RunResult, *, thawed_late: bool = False) -> Finding:
    """Says whether what was frozen is unchanged; tensors are hashed before and after.

    Args:
        result: What the run found out.
        thawed_late: Whether layers were frozen at first that learned later on.
    """
    if not result.frozen_intact:
        changed = max(1, len(result.frozen_changed))
        verb = "differs" if changed == 1 else "differ"
        number = texts.count("frozen tensors", changed)
        return Finding("err", "alert", f"A frozen layer changed: {number} {verb} from before.")
    if result.trainable_parameters >= result.total_parameters:
        nothing = "Nothing was frozen at the end" if thawed_late else "Nothing was frozen"
        return Finding("", "flame", f"{nothing}.", "Every weight of the model could change.")
    what = (
        texts.count("frozen tensors", result.frozen_tensors)
        if result.frozen_tensors
        else "All that is frozen"
    )
    details = "Each was given a checksum before training and after it: every byte is as it was."
    return Finding("ok", "lock", f"{what}: byte for byte as before.", details)


def time_fact(result: RunResult, stopped: str = "", *, whole: bool = True) -> Finding:
    """Says how long it took, with what energy, and what the estimate had said.

    Args:
        result: What the run found out.
        stopped: Where a person stopped it, e.g. ``"epoch 1.3 of 3"``; empty when nobody did.
        whole: Whether it had every epoch; the estimate is for all of them, and no part is compared with it.
    """
    took = run_progress.took_words(result)
    energy = f"Energy: {energy_words.in_full(result.energy, result.seconds)}."
    if stopped:
        return Finding("", "clock", f"Training was stopped at {stopped}, after {took}.", energy)
    if result.estimated_seconds is None or not whole:
        return Finding("", "clock", f"Training took {took}.", energy)
    estimate = run_progress.estimate_words(result)
    drew = energy_words.in_short(result.energy, result.seconds)
    if not drew:
        return Finding("", "clock", f"Took {took}; the estimate was {estimate}.", energy)
    duration = texts.duration(result.seconds)  # where room is scarce the end is cut, and hovering tells it
    return Finding("", "clock", f"Took {duration} (estimate {estimate}), {drew}.", energy)


def size_fact(result: RunResult) -> Finding:
    """Says how much was trained, and how large the saved model is."""
    share = result.trainable_parameters / max(1, result.total_parameters)
    text = f"{texts.percent(share)} of {texts.million(result.total_parameters)} trained"
    saved = f"; {texts.size(result.size)}" if result.size else ""
    details = f"Trained {texts.thousands(result.trainable_parameters)} of "
    details += f"{texts.thousands(result.total_parameters)} parameters"
    details += f"; the saved model takes {texts.size(result.size)}." if result.size else "."
    return Finding("", "layers", f"{text}{saved}.", details)


def answers_of(run: RunStatus) -> tuple[Prediction, ...]:
    """Returns the answers on the test rows; none where the file is gone or cut off.

    Args:
        run: One with a result.
    """
    name = run.result.predictions_file if run.result is not None else ""
    try:
        return read_predictions(run.folder, name or TEST_PREDICTIONS_FILE)
    except (OSError, msgspec.DecodeError):
        return ()
