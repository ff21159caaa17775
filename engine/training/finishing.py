"""The end of a run: the best model is saved and judged on the test rows, which are looked at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from engine.data.noise_settings import in_words
from engine.disk import disk_problem
from engine.errors import EngineError
from engine.models.four_bit import count
from engine.models.weights import save_model
from engine.protocol import run_problems
from engine.protocol.events import (
    EvaluationEnded,
    Event,
    PredictionsWritten,
    ResultWritten,
    StageReached,
    WarningRaised,
)
from engine.protocol.results import BEFORE, Baseline, Prediction, RunResult
from engine.protocol.run_files import MODEL_FOLDER, TEST_PREDICTIONS_FILE
from engine.protocol.tensor_hashes import write_tensor_hashes
from engine.run_folder import RunFolder
from engine.training.judging import judge
from engine.training.loop import TrainingLoop
from engine.training.memory import is_out_of_memory, peak_memory
from engine.training.noise_lab import with_noise_points
from engine.training.rows import EncodedPart
from engine.training.setup import TrainingSetup


def finish(loop: TrainingLoop, folder: RunFolder, send: Callable[[Event], None]) -> RunResult:
    """Saves the model of a loop that has ended, judges it, and writes down the result.

    A model that came with its head could do the task before it was trained. As it was then it is judged
    on the same rows, so that one sees what training changed.

    Args:
        loop: Its model is the best one; nothing can be asked of it afterwards.
        folder: The run's folder.
        send: Takes the events of the run.

    Returns:
        The result.

    Raises:
        EngineError: When the disk is full.
    """
    setup, test = loop.setup, loop.parts["test"]
    if setup.task.settle is not None:
        validation = loop.parts["validation"]
        setup.task.settle(loop.model, validation.asked, judge(loop.model, setup.task, validation).said)
    model_folder = folder.path / MODEL_FOLDER
    facts, is_head_new = _save(loop, model_folder, folder, send), loop.model.head_is_new
    rows = len(setup.split.test)
    send(StageReached(stage="testing", label=f"Judging {rows:,} test {setup.task.unit}", total=rows))
    judged = judge(loop.model, setup.task, test)
    best = loop.state.best
    metrics = setup.task.score(test.asked, judged.said)
    send(EvaluationEnded(split="test", step=best.step, epoch=best.epoch, loss=judged.loss, metrics=metrics))
    facts |= {"seconds": loop.seconds, "peak_memory": peak_memory(setup.device)}
    predictions = setup.task.answers(test.asked, judged.said)
    baselines = setup.task.baselines(setup.asked["train"], test.asked)
    label = f"Trying the final test with {in_words(setup.settings)}"
    send(StageReached(stage="testing", label=label, total=rows))
    result = setup.task.result(test.asked, judged.said, baselines)
    seed = setup.run.data.split.seed
    result = with_noise_points(result, loop.model, setup.task, test, judged.said, seed)
    if not is_head_new:
        loop.let_model_go()
        before, predictions = _before_training(setup, test, predictions, send)
        baselines = (*baselines, *before)
    try:
        folder.write_predictions(TEST_PREDICTIONS_FILE, predictions)
    except OSError as error:
        raise EngineError(disk_problem(error, folder.path, saved_epoch=loop.saved_epoch)) from error
    send(PredictionsWritten(split="test", path=TEST_PREDICTIONS_FILE, count=len(predictions)))
    result = msgspec.structs.replace(result, baselines=tuple(baselines), **facts)
    send(ResultWritten(result=result))
    return result


def _save(
    loop: TrainingLoop, model_folder: Path, folder: RunFolder, send: Callable[[Event], None]
) -> dict[str, Any]:
    """Saves the model, and returns what a result says of it: what of it learned and what of it changed."""
    setup, model, tensors = loop.setup, loop.model, loop.layer_watch.tensors()
    try:
        save_model(model, setup.base, model_folder, setup.classes, setup.whole("max_length"))
        write_tensor_hashes(folder.path, tensors)
    except OSError as error:
        raise EngineError(disk_problem(error, folder.path, saved_epoch=loop.saved_epoch)) from error
    frozen_changed, changed = loop.layer_watch.changed(tensors)
    if frozen_changed:
        send(WarningRaised(problem=run_problems.frozen_layer_changed(names=frozen_changed)))
    parameters = list(model.parameters())
    return {
        "best_epoch": loop.state.best.epoch,
        "trainable_parameters": sum(count(value) for value in parameters if value.requires_grad),
        "total_parameters": sum(count(value) for value in parameters),
        "estimated_seconds": setup.plan,
        "frozen_intact": not frozen_changed,
        "frozen_tensors": loop.layer_watch.frozen,
        "frozen_changed": frozen_changed,
        "changed_pretrained": changed,
        "predictions_file": TEST_PREDICTIONS_FILE,
        "size": size_of(model_folder),
    }


def _before_training(
    setup: TrainingSetup, test: EncodedPart, predictions: list[Prediction], send: Callable[[Event], None]
) -> tuple[tuple[Baseline, ...], list[Prediction]]:
    """Judges the model as it was before training; returns that, and the predictions with what it said."""
    name = setup.base.facts.name
    label = f"Judging {name} as it was before training"
    send(StageReached(stage="testing", label=label, total=len(test.windows)))
    try:
        said = judge(setup.build_untouched(), setup.task, test).said
    except (MemoryError, RuntimeError) as error:  # it may have been trained on weights in four bits
        if not is_out_of_memory(error):
            raise
        send(WarningRaised(problem=run_problems.not_judged_before(model=name)))
        return (), predictions
    result = setup.task.result(test.asked, said, ())
    baseline = Baseline(id=BEFORE, label="Before training", wrong=result.wrong, scores=result.scores)
    earlier = setup.task.answers(test.asked, said)
    return (baseline,), [
        msgspec.structs.replace(now, before=before.said, before_alternatives=before.alternatives)
        for now, before in zip(predictions, earlier, strict=True)
    ]


def size_of(folder: Path) -> int:
    """Returns the bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
