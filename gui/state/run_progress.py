"""How far a run is, in the words of the five tiles and of what is said aloud."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.protocol import energy_words
from engine.protocol.catalog import MetricEntry
from engine.protocol.devices import DeviceFacts
from engine.protocol.problems import Problem, Severity
from engine.protocol.results import RunResult
from gui.look import texts
from gui.state.run_status import RunState, RunStatus

_NOTHING = "–"
_GETTING_READY = (RunState.WAITING, RunState.PREPARING)


def planned_epochs(run: RunStatus) -> int:
    """Returns how many epochs a run was to have; 1 before that is known."""
    return run.started.epochs if run.started else 1


def is_whole(run: RunStatus) -> bool:
    """Returns whether a run had every step that was planned; early stopping and a wish make it shorter."""
    return run.started is None or run.step >= run.started.total_steps


def stopped_at(run: RunStatus) -> str:
    """Returns where a run was stopped by a wish, e.g. ``"epoch 1.3 of 3"``; empty when it was not.

    A wish that came after the last step has stopped the test, not the training.
    """
    if run.state is not RunState.STOPPED or not run.points or is_whole(run):
        return ""
    return f"epoch {run.epoch:.1f} of {planned_epochs(run)}"


def has_nothing_yet(run: RunStatus) -> bool:
    """Returns whether a run gets ready and has no curve; one that goes on keeps the curve it has."""
    return run.state in _GETTING_READY and not run.points


def is_testing(run: RunStatus) -> bool:
    """Returns whether the training is over and the test rows are being judged."""
    return run.is_active and bool(run.stages) and run.stages[-1].stage == "testing"


def standing(run: RunStatus) -> str:
    """Returns the state of a run as it is spelled.

    ``"testing"`` while the test rows are being judged; ``"trying"`` while the model, which is judged by then,
    is tried with noise, which can be left out.
    """
    if not is_testing(run):
        return run.state
    return "trying" if is_tried(run) and run.state is not RunState.STOPPING else "testing"


def is_tried(run: RunStatus) -> bool:
    """Returns whether only something is going on that can be left out."""
    return is_testing(run) and run.stages[-1].can_be_left_out


def share_tried(run: RunStatus) -> str:
    """Returns how far that is, e.g. ``"23 %"``."""
    stage = run.stages[-1]
    return texts.percent(stage.done / max(1, stage.total))


def time_left_words(run: RunStatus) -> tuple[str, str]:
    """Returns the time left and of what it is a part; of an ended run the whole time."""
    if is_tried(run):
        return "Testing", f"{share_tried(run)} with noise in the texts"
    if is_testing(run):
        return "Testing", "on rows it has never seen"
    if run.state is RunState.WAITING:
        return "Waiting", "for the run before it"
    if run.state is RunState.PREPARING:
        return "Getting ready", run.stages[-1].label if run.stages else ""
    if run.state is RunState.PAUSED:
        left = texts.duration(run.seconds_left) if run.seconds_left is not None else _NOTHING
        return left, "when it goes on"
    if run.seconds_left is not None and run.is_active:
        return texts.duration(run.seconds_left), f"of {texts.duration(run.seconds + run.seconds_left)}"
    if not run.is_active and (run.seconds or run.result is not None):
        seconds = run.result.seconds if run.result is not None else run.seconds
        return texts.duration(seconds), "in all"
    return _NOTHING, ""


def took_words(result: RunResult) -> str:
    """Returns what a run took: ``"1 min 45 s"``, and its energy where any was read."""
    energy = energy_words.in_short(result.energy, result.seconds)
    return f"{texts.duration(result.seconds)}{' and ' if energy else ''}{energy}"


def estimate_words(result: RunResult) -> str:
    """Returns what the estimate had said: a time, or the range that it was."""
    seconds, low = result.estimated_seconds or 0.0, result.estimated_low
    return texts.duration(seconds) if low is None else texts.duration_range(low, seconds)


def better_before(run: RunStatus, metric: MetricEntry) -> float | None:
    """Returns the score before training, where no checkpoint is better than that; else ``None``.

    It is the first point of the chart. The best checkpoint is chosen among those after it, so that the
    best of them can be worse than the model was.
    """
    before = next((one.metrics.get(metric.id) for one in run.validations if one.step == 0), None)
    best = run.best.metrics.get(metric.id) if run.best is not None and run.best.step > 0 else None
    if before is None or best is None:
        return None
    return before if (best <= before if metric.higher_is_better else best >= before) else None


def tile_captions(run: RunStatus, metric: MetricEntry) -> dict[str, str]:
    """Returns what the tiles are called whose names depend on how the run stands."""
    best = "Best so far"
    if better_before(run, metric) is not None:
        yet = " yet" if run.is_active else ""
        best = f"Not{yet} better than before training"
    return {"time": "Time left" if run.is_active else "Time", "best": best}


def tile_words(
    run: RunStatus, metric: MetricEntry, unit: str, memory_free: int
) -> dict[str, tuple[str, str]]:
    """Returns value and note of each tile.

    Args:
        run: The run.
        metric: What chooses its best checkpoint.
        unit: What a row is called, plural.
        memory_free: Bytes that were free when the engine started; 0 when not known.
    """
    words = dict.fromkeys(("epoch", "time", "speed", "memory", "best"), (_NOTHING, ""))
    if run.started is None:
        return words
    words["epoch"] = (f"{run.epoch:.1f}", f"of {planned_epochs(run)}")
    if run.state is RunState.PAUSED and run.paused is not None:
        words["epoch"] = (words["epoch"][0], f"paused at {_clock(run.paused.time)}")
    words["time"] = time_left_words(run)
    if run.rows_per_second:
        words["speed"] = (texts.thousands(round(run.rows_per_second)), f"{unit} per second")
    if run.memory:
        note = f"of {texts.size(memory_free)} free" if memory_free else ""
        words["memory"] = (texts.size(run.memory), note)
    if run.best is not None and metric.id in run.best.metrics:
        value = f"{texts.at_the_start(metric.short)} {texts.score(run.best.metrics[metric.id])}"
        before = better_before(run, metric)
        note = f"at epoch {texts.epoch(run.best.epoch)}"
        words["best"] = (value, note if before is None else f"before {texts.score(before)}")
    return words


def memory_free(run: RunStatus, devices: Sequence[DeviceFacts]) -> int:
    """Returns how many bytes were free where a run trains when the engine started; 0 when not known."""
    label = run.started.device if run.started else ""
    return next((one.memory_free for one in devices if label.startswith(one.label)), 0)


def progress_words(run: RunStatus) -> str:
    """Returns what is said of the progress bar, e.g. ``"47 s left"``."""
    if run.state is RunState.PAUSED and run.paused is not None:
        return f"paused at epoch {run.paused.epoch:.1f}, {_clock(run.paused.time)}"
    left, _ = time_left_words(run)
    return f"{left} left" if run.state is RunState.RUNNING and not is_testing(run) else left


def _clock(seconds: float) -> str:
    """Returns the time of day of a moment, e.g. ``"18:04"``."""
    return f"{datetime.fromtimestamp(seconds).astimezone():%H:%M}"


def validation_sentence(run: RunStatus, metric: MetricEntry) -> str:
    """Returns what is said aloud of the last validation; empty before the first."""
    if not run.validations:
        return ""
    evaluation, before = run.validations[-1], better_before(run, metric)
    score = evaluation.metrics.get(metric.id)
    words = f"Epoch {texts.epoch(evaluation.epoch)}: validation loss {texts.score(evaluation.loss)}"
    if score is not None:
        words += f", {metric.short} {texts.score(score)}"
    if not evaluation.is_best:
        return words
    if before is not None:
        words += f", not better than before training ({texts.score(before)})"
    return f"New best checkpoint. {words}"


def end_title(run: RunStatus) -> str:
    """Returns the title of what a run says at its end."""
    if run.state is not RunState.STOPPED:
        return "Training finished"
    at = stopped_at(run)
    if at:
        return f"Training stopped at {at}"
    return "Training stopped" if run.result is None else "Training finished"


def end_sentence(run: RunStatus, metric: MetricEntry, unit: str) -> str:
    """Returns what a run that ended by itself or by a wish has come to, with its denominator."""
    result = run.result
    if result is None:
        if run.started is None:
            return "It had not begun; nothing was trained."
        if run.checkpoint is None:
            return "No checkpoint had been saved yet."
        return f"The checkpoint of epoch {texts.epoch(run.checkpoint.epoch)} is kept."
    score = result.scores[result.metric]
    name = metric.short.capitalize() if metric.short.islower() else metric.short
    sentences = [
        f"{name} {texts.score(score.value)} on {texts.count(f'test {unit}', result.rows)}, "
        f"between {texts.score(score.low)} and {texts.score(score.high)}; judged with the checkpoint of "
        f"epoch {texts.epoch(result.best_epoch)}.",
        f"It took {took_words(result)}.",
    ]
    if result.estimated_seconds and is_whole(run):  # the estimate is for every epoch
        sentences[-1] = f"It took {took_words(result)}; the estimate was {estimate_words(result)}."
    before = better_before(run, metric)
    if before is not None:
        sentences.append(
            f"On the validation rows no checkpoint was better than the model before training "
            f"({texts.score(before)})."
        )
    note = next((one.reason for one in run.warnings if one.severity is Severity.NOTE), "")
    return " ".join([*sentences, note]).strip()


def technical_facts(run: RunStatus) -> list[str]:
    """Returns short facts about where a run broke off, one a line."""
    started = run.started
    if started is None:
        last = run.stages[-1].label if run.stages else "before the first stage"
        return [f"while: {last}"]
    settings = started.run.settings
    facts = [f"step {texts.thousands(run.step)} of {texts.thousands(started.total_steps)}"]
    if "batch_size" in settings and "max_length" in settings:
        size = run.halvings[-1].batches.size if run.halvings else settings["batch_size"]
        facts.append(f"batch {size}, length {settings['max_length']}")
    facts.append(f"device: {started.device}")
    if run.memory:
        facts.append(f"the process held {texts.size(run.memory)}")
    if run.checkpoint:
        facts.append(f"last checkpoint: step {texts.thousands(run.checkpoint.step)}")
    return facts


def changes(run: RunStatus) -> list[tuple[float, str]]:
    """Returns where a run was computed otherwise from then on: epoch, and the words of its chart."""
    again = [(one.epoch, f"Again; from here {one.batches.words}") for one in run.halvings[1:]]
    return [*((one.epoch, one.words) for one in run.halvings[:1]), *again]


def failure_hint(problem: Problem) -> str:
    """Returns a sentence that may help besides the actions; empty for most problems."""
    if problem.code == "out_of_memory":
        return "Closing other programs also helps. A browser with many tabs often holds 2 GB or more."
    return ""
