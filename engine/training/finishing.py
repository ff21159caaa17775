"""The end of a run: the best model is saved and judged on the test rows, which are looked at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from engine.contracts import TaskModel
from engine.data.noise_settings import in_words
from engine.disk import disk_problem
from engine.errors import EngineError
from engine.evaluation.evidence import write_evidence
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
from engine.protocol.results import BEFORE, Baseline, Forgotten, Prediction, RunResult
from engine.protocol.run_files import MODEL_FOLDER, TEST_EVIDENCE_FILE, TEST_PREDICTIONS_FILE
from engine.protocol.tensor_hashes import write_tensor_hashes
from engine.run_folder import RunFolder
from engine.training.control import JobControl
from engine.training.forgetting import Recall, forgotten
from engine.training.judging import judge
from engine.training.loop import TrainingLoop
from engine.training.memory import is_out_of_memory, peak_memory
from engine.training.noise_lab import TrialLeftOutError, with_noise_points
from engine.training.rows import EncodedPart


def finish(
    loop: TrainingLoop, folder: RunFolder, send: Callable[[Event], None], control: JobControl
) -> RunResult:
    """Saves the model of a loop that has ended, judges it, and writes down the result.

    A model that came with its head could do the task before it was trained. As it was then it is judged
    on the same rows, so that one sees what training changed.

    Args:
        loop: Its model is the best one; nothing can be asked of it afterwards.
        folder: The run's folder.
        send: Takes the events of the run.
        control: A wish to stop that comes while the test rows are tried with noise leaves that out.

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
    facts |= {"seconds": loop.meter.seconds, "energy": loop.meter.energy}
    facts["peak_memory"] = peak_memory(setup.device, loop.parts.mapped)
    predictions = setup.task.answers(test.asked, judged.said)
    baselines = setup.task.baselines(setup.asked["train"], test.asked)
    result = setup.task.result(test.asked, judged.said, baselines)
    seed = setup.run.data.split.seed
    trial = _Trial(in_words(setup.settings), send, control)
    result = with_noise_points(
        result,
        loop.model,
        setup.task,
        test,
        judged.said,
        seed,
        told=trial.tell,
        precision=setup.run.precision,
        keep=loop.parts.keep_more,
    )
    earlier = _Earlier(loop)
    facts["forgotten"] = _forgotten(earlier, send)
    if not is_head_new:
        before, predictions = _before_training(earlier, test, predictions, send)
        baselines = (*baselines, *before)
    try:
        folder.write_predictions(TEST_PREDICTIONS_FILE, predictions)
        write_evidence(folder.path / TEST_EVIDENCE_FILE, setup.task.evidence(test.asked, judged.said))
    except OSError as error:
        raise EngineError(disk_problem(error, folder.path, saved_epoch=loop.saved_epoch)) from error
    send(PredictionsWritten(split="test", path=TEST_PREDICTIONS_FILE, count=len(predictions)))
    result = msgspec.structs.replace(result, baselines=tuple(baselines), **facts)
    send(ResultWritten(result=result))
    return result


class _Trial:
    """Tells how far the trial with noise is, and ends it when that is wished.

    Args:
        noise: What noise that is, inside a sentence.
        send: Takes the stages.
        control: Whose wishes are heard; those of before do not count.
    """

    def __init__(self, noise: str, send: Callable[[Event], None], control: JobControl) -> None:
        self._label = f"Trying the final test with {noise}"
        self._send = send
        self._control = control
        self._wishes = control.stop_wishes
        self._told = -1

    def tell(self, done: int, total: int) -> None:
        """Tells a per cent that was not told yet.

        Raises:
            TrialLeftOutError: When the trial shall end.
        """
        share = 100 * done // max(1, total)
        if share != self._told:
            self._told = share
            stage = StageReached(
                stage="testing", label=self._label, done=share, total=100, can_be_left_out=True
            )
            self._send(stage)
        if self._control.stop_wishes > self._wishes:
            raise TrialLeftOutError


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
        "estimated_seconds": setup.told,
        "estimated_low": setup.told_low,
        "frozen_intact": not frozen_changed,
        "frozen_tensors": loop.layer_watch.frozen,
        "frozen_changed": frozen_changed,
        "changed_pretrained": changed,
        "predictions_file": TEST_PREDICTIONS_FILE,
        "size": size_of(model_folder),
    }


class _Earlier:
    """The model as it was before training; it is built when it is first asked for, in the other's place.

    Attributes:
        loop: Of the run that has ended.
    """

    def __init__(self, loop: TrainingLoop) -> None:
        self.loop = loop
        self._model: TaskModel | None = None
        self._is_alone = False

    @property
    def model(self) -> TaskModel:
        """Returns it; the trained model is given up for it."""
        if not self._is_alone:
            self.loop.let_model_go()
            self._is_alone = True
        if self._model is None:
            self._model = self.loop.setup.build_untouched()
        return self._model


def _forgotten(earlier: _Earlier, send: Callable[[Event], None]) -> Forgotten | None:
    """Asks the trained model, and the one before it, for what they were pretrained for."""
    loop = earlier.loop
    base = loop.setup.base
    is_as_before = not any(parameter.requires_grad for parameter in loop.model.backbone.parameters())
    try:
        recall = Recall(base, loop.model, loop.setup.method.positions(loop.setup.settings))
        if recall.objective is None:
            return None
        label = f"Asking {base.facts.name} what it still knows of before"
        send(StageReached(stage="testing", label=label))
        before = None if is_as_before else lambda: earlier.model
        return forgotten(recall, lambda: loop.model, before)
    except EngineError:  # the base model's folder is gone: what was measured so far is worth more
        return None
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        return None


def _before_training(
    earlier: _Earlier, test: EncodedPart, predictions: list[Prediction], send: Callable[[Event], None]
) -> tuple[tuple[Baseline, ...], list[Prediction]]:
    """Judges the model as it was before training; returns that, and the predictions with what it said."""
    setup = earlier.loop.setup
    name = setup.base.facts.name
    label = f"Judging {name} as it was before training"
    send(StageReached(stage="testing", label=label, total=len(test.windows)))
    try:
        said = judge(earlier.model, setup.task, test).said
    except (MemoryError, RuntimeError) as error:  # it may have been trained on weights in four bits
        if not is_out_of_memory(error):
            raise
        send(WarningRaised(problem=run_problems.not_judged_before(model=name)))
        return (), predictions
    result = setup.task.result(test.asked, said, ())
    baseline = Baseline(id=BEFORE, label="Before training", wrong=result.wrong, scores=result.scores)
    before = setup.task.answers(test.asked, said)
    return (baseline,), [
        msgspec.structs.replace(now, before=then.said, before_alternatives=then.alternatives)
        for now, then in zip(predictions, before, strict=True)
    ]


def size_of(folder: Path) -> int:
    """Returns the bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
