"""What is said when everything is loaded and the first step follows."""

from __future__ import annotations

from engine import device as devices
from engine.contracts import TaskModel
from engine.errors import EngineError
from engine.models.layers import read_stack
from engine.models.verdict import judge
from engine.protocol import run_folder_problems
from engine.protocol.events import TrainingStarted
from engine.protocol.kept_facts import KeptFacts
from engine.run_folder import RunFolder
from engine.training.checkpoint import TrainingState
from engine.training.layer_watch import LayerWatch
from engine.training.noise_lab import rows_read
from engine.training.noisy_parts import surviving
from engine.training.parts import Parts
from engine.training.progress import TimeLeft
from engine.training.setup import TrainingSetup
from engine.training.stages import Stages
from engine.training.watching import Watching
from engine.training_fields import BF16

_TEST_TO_VALIDATION = 1.3
"""How much longer a test row takes than a validation row: baselines, checksums and saving come on top."""


def compare(setup: TrainingSetup, layer_watch: LayerWatch, state: TrainingState) -> None:
    """Looks whether data and base model are those that a run began with.

    Args:
        setup: What the run starts from now.
        layer_watch: Knows the tensors as they were loaded.
        state: What was written down then.

    Raises:
        EngineError: When they differ.
    """
    layer_watch.compare_base(state.hashes, setup.run.model)
    if state.rows != setup.rows_mark:
        raise EngineError(run_folder_problems.data_has_changed(path=setup.run.data.path))


def training_started(
    setup: TrainingSetup,
    model: TaskModel,
    folder: RunFolder,
    watching: Watching,
    resumed_from: int,
    kept: KeptFacts,
) -> TrainingStarted:
    """Puts together what the window needs to show a run.

    Args:
        setup: What the run starts from.
        model: The model as it will be trained; stack and verdict are read from it.
        folder: The run's folder.
        watching: The texts that are followed.
        resumed_from: Step of the checkpoint; 0 for a fresh run.
        kept: What is computed once.
    """
    example = setup.prepared.examples[0] if setup.prepared.examples else ""
    stack = read_stack(model, setup.base, setup.classes, example, by_hand=setup.method.layers_by_hand)
    epochs, steps_per_epoch = setup.whole("epochs"), setup.steps_per_epoch
    return TrainingStarted(
        run_id=folder.run_id,
        folder=str(folder.path),
        run=setup.run,
        total_steps=steps_per_epoch * epochs,
        steps_per_epoch=steps_per_epoch,
        epochs=epochs,
        stack=stack,
        verdict=judge(
            setup.base.facts,
            setup.task,
            model,
            stack,
            setup.settings,
            surviving(setup.task, setup.settings),
        ),
        model=setup.base.facts,
        prepared=setup.prepared,
        device=_device(setup),
        baselines={
            baseline.id: {name: score.value for name, score in baseline.scores.items()}
            for baseline in setup.baselines
        },
        baseline_labels={baseline.id: baseline.label for baseline in setup.baselines},
        watched=watching.texts,
        classes=setup.classes,
        metrics=tuple(metric.id for metric in setup.task.measured(setup.settings)),
        resumed_from=resumed_from,
        plan=setup.plan,
        kept=kept,
        memory_within_reach=_within_reach(setup),
    )


def _within_reach(setup: TrainingSetup) -> int:
    if setup.device.type != "cpu":
        return 0
    return devices.facts(setup.device).memory_free + devices.memory_used(setup.device)


def _device(setup: TrainingSetup) -> str:
    """Returns where a run computes, and in which numbers where these are not the usual ones."""
    label = devices.facts(setup.device).label
    return f"{label} · 16 bits" if setup.run.precision == BF16 else label


def time_left(setup: TrainingSetup, parts: Parts, stages: Stages, step: int, to_judge: float) -> TimeLeft:
    """Starts the clock that says how long a run will still take.

    Args:
        setup: What the run starts from.
        parts: Its rows; what is kept of them is known.
        stages: What learns when.
        step: The last that was taken; 0 for a fresh run.
        to_judge: Seconds that a validation may take.
    """
    epochs, steps_per_epoch = setup.whole("epochs"), setup.steps_per_epoch
    evaluations = setup.whole("evaluations_per_epoch")
    judged = min(len(parts["validation"]), setup.task.judged_rows or len(parts["validation"]))
    noisy = rows_read(setup.task, parts["test"], setup.run.data.split.seed)
    work = _work_of_epochs(setup, parts, stages, steps_per_epoch)
    clock = TimeLeft(
        total_work=sum(work),
        evaluations=evaluations * epochs,
        test_share=_TEST_TO_VALIDATION * (len(parts["test"]) + noisy) / max(1, judged),
        plan=setup.plan,
        evaluation_share=stages.reading(step + 1, parts["validation"].kept.share),
    )
    clock.evaluation_expected(to_judge)
    if step:
        whole, begun = divmod(step, steps_per_epoch)
        in_this = begun / steps_per_epoch * work[whole] if whole < epochs else 0.0
        clock.skip(work=sum(work[:whole]) + in_this, evaluations=int(step / steps_per_epoch * evaluations))
    return clock


def _work_of_epochs(setup: TrainingSetup, parts: Parts, stages: Stages, steps_per_epoch: int) -> list[float]:
    """Returns what the steps of each epoch compute; what frozen layers say of a row only once."""
    train = parts.train_in(parts.epoch)
    kept, order = train.kept, setup.order(train.lengths, parts.epoch)
    plain = sum(train.work(batches) for batches in order)
    before = kept.share_there(range(len(train)))

    def spared(step: int) -> float:
        if step - stages.begun(step) >= steps_per_epoch:
            return kept.share
        return before if stages.begun(step) == 1 else 0.0

    steps = range(1, steps_per_epoch * setup.whole("epochs") + 1, steps_per_epoch)
    return [plain * stages.cost(step, spared(step)) for step in steps]
