"""The end of a run: the best model is saved and judged on the test rows, which are looked at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

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
from engine.protocol.results import RunResult
from engine.protocol.run_files import MODEL_FOLDER, TEST_PREDICTIONS_FILE
from engine.run_folder import RunFolder
from engine.training.judging import judge
from engine.training.loop import TrainingLoop
from engine.training.memory import peak_memory


def finish(loop: TrainingLoop, folder: RunFolder, send: Callable[[Event], None]) -> RunResult:
    """Saves the model of a loop that has ended, judges it, and writes down the result.

    Args:
        loop: Its model is the best one.
        folder: The run's folder.
        send: Takes the events of the run.

    Returns:
        The result.

    Raises:
        EngineError: When the disk is full.
    """
    setup, model = loop.setup, loop.model
    if setup.task.settle is not None:
        validation = loop.parts["validation"]
        setup.task.settle(model, validation.asked, judge(model, setup.task, validation).said)
    model_folder = folder.path / MODEL_FOLDER
    try:
        save_model(model, setup.base, model_folder, setup.classes, setup.whole("max_length"))
    except OSError as error:
        raise EngineError(disk_problem(error, folder.path, saved_epoch=loop.saved_epoch)) from error
    frozen_changed, changed = loop.layer_watch.changed()
    if frozen_changed:
        send(WarningRaised(problem=run_problems.frozen_layer_changed(names=frozen_changed)))
    rows = len(setup.split.test)
    send(StageReached(stage="testing", label=f"Judging {rows:,} test {setup.task.unit}", total=rows))
    asked = loop.parts["test"].asked
    judged = judge(model, setup.task, loop.parts["test"])
    predictions = setup.task.answers(asked, judged.said)
    try:
        folder.write_predictions(TEST_PREDICTIONS_FILE, predictions)
    except OSError as error:
        raise EngineError(disk_problem(error, folder.path, saved_epoch=loop.saved_epoch)) from error
    send(PredictionsWritten(split="test", path=TEST_PREDICTIONS_FILE, count=len(predictions)))
    best = loop.state.best
    send(
        EvaluationEnded(
            split="test",
            step=best.step,
            epoch=best.epoch,
            loss=judged.loss,
            metrics=setup.task.score(asked, judged.said),
        )
    )
    baselines = setup.task.baselines(loop.parts["train"].asked, asked)
    parameters = list(model.parameters())
    result = msgspec.structs.replace(
        setup.task.result(asked, judged.said, baselines),
        best_epoch=best.epoch,
        trainable_parameters=sum(count(value) for value in parameters if value.requires_grad),
        total_parameters=sum(count(value) for value in parameters),
        seconds=loop.seconds,
        estimated_seconds=setup.plan,
        frozen_intact=not frozen_changed,
        frozen_tensors=loop.layer_watch.frozen,
        frozen_changed=frozen_changed,
        changed_pretrained=changed,
        predictions_file=TEST_PREDICTIONS_FILE,
        peak_memory=peak_memory(setup.device),
        size=size_of(model_folder),
    )
    send(ResultWritten(result=result))
    return result


def size_of(folder: Path) -> int:
    """Returns the bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
