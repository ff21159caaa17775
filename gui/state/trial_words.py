"""What stands at the head of a model that answers: its name, and how it was trained and judged."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from engine.protocol.catalog import Catalog
from engine.protocol.cell_numbers import number_of
from engine.protocol.run_files import TEST_PREDICTIONS_FILE, read_predictions
from engine.protocol.run_versions import Version
from engine.protocol.stack import LayerKind
from gui.look.texts import inside_a_sentence, percent, score
from gui.state import run_words
from gui.state.run_status import RunStatus
from gui.state.trial_answer import TrialAnswer


def base_name(run: RunStatus) -> str:
    """Returns the name of a run's base model."""
    return run.started.model.name if run.started is not None else run.config.model


def base_before_training(run: RunStatus) -> tuple[str, bool]:
    """Returns what a run's base model is called as it came, and whether it could answer.

    A head that was new at the start of the run is made of random numbers: its answers would mean nothing.
    """
    name = f"{base_name(run)} before training"
    layers = run.started.stack.layers if run.started is not None else ()
    if any(layer.kind is LayerKind.HEAD and layer.is_new for layer in layers):
        return f"{name}: it had no head for this task", False
    return name, True


def model_words(model: TrialAnswer, name: str, catalog: Catalog | None) -> tuple[str, str]:
    """Returns a model's name and a line about it, e.g. ``"0.33 % trainable, F1 0.968"``.

    Args:
        model: It.
        name: What its run is called.
        catalog: Knows methods and measures.
    """
    run = model.run
    if model.version is Version.BEFORE:
        return f"{base_name(run)} before training", "as it came"
    share = percent(run.started.stack.trainable_share) if run.started is not None else ""
    parts = [f"{share} trainable"] if share else []
    if run.result is not None:
        metric = run_words.main_metric(run, catalog)
        parts.append(f"{inside_a_sentence(metric.short)} {score(run.result.scores[run.result.metric].value)}")
    return name, ", ".join(parts)


def classes_of(run: RunStatus) -> tuple[str, ...]:
    """Returns the classes of a run in the order of their marks."""
    if run.started is not None and run.started.classes:
        return run.started.classes
    return run.result.classes if run.result is not None else ()


def is_written(run: RunStatus, catalog: Catalog | None) -> bool:
    """Returns whether a run's answers are written word by word, so that any may be long.

    Args:
        run: It.
        catalog: Knows tasks.
    """
    tasks = () if catalog is None else catalog.tasks
    return any(task.writes for task in tasks if task.id == run.config.task)


def score_range(run: RunStatus) -> tuple[float, float] | None:
    """Returns the lowest and the highest score of the test rows; ``None`` where answers are no scores.

    Args:
        run: A finished run; its answers are scores where they are no classes, and every truth is a number.
    """
    result = run.result
    if result is None or result.classes:
        return None
    return _range_of(run.folder, result.predictions_file or TEST_PREDICTIONS_FILE)


@lru_cache(maxsize=16)
def _range_of(folder: Path, name: str) -> tuple[float, float] | None:
    try:
        truths = [number_of(answer.truth) for answer in read_predictions(folder, name)]
    except (OSError, msgspec.DecodeError):
        return None
    numbers = [truth for truth in truths if truth is not None]
    return (min(numbers), max(numbers)) if numbers and len(numbers) == len(truths) else None
