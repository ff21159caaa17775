"""What is said when everything is loaded and the first step follows."""

from __future__ import annotations

from collections.abc import Mapping

from engine import device as devices
from engine.contracts import TaskModel
from engine.errors import EngineError
from engine.models.layers import read_stack
from engine.models.verdict import judge
from engine.protocol import run_folder_problems
from engine.protocol.events import TrainingStarted
from engine.protocol.stack import KeptFacts
from engine.run_folder import RunFolder
from engine.training.checkpoint import TrainingState
from engine.training.layer_watch import LayerWatch
from engine.training.noise_lab import rows_read
from engine.training.noisy_parts import surviving
from engine.training.progress import TimeLeft
from engine.training.rows import EncodedPart
from engine.training.setup import TrainingSetup
from engine.training.stages import Stages
from engine.training.watching import Watching

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
        device=devices.facts(setup.device).label,
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
    )


def time_left(
    setup: TrainingSetup,
    parts: Mapping[str, EncodedPart],
    stages: Stages,
    *,
    steps_done: int,
    to_judge: float,
) -> TimeLeft:
    """Starts the clock that says how long a run will still take.

    Args:
        setup: What the run starts from.
        parts: Its rows.
        stages: What learns when.
        steps_done: What a resumed run has done before.
        to_judge: Seconds that a validation may take.
    """
    epochs, per_epoch, train = setup.whole("epochs"), setup.steps_per_epoch, parts["train"]
    in_epoch = sum(train.work(batches) for batches in setup.order(train.lengths, 0))
    work_of_epochs = [in_epoch * stages.cost(epoch * per_epoch + 1) for epoch in range(epochs)]
    epochs_done = steps_done / per_epoch
    evaluations = setup.whole("evaluations_per_epoch")
    judged = min(len(parts["validation"]), setup.task.judged_rows or len(parts["validation"]))
    noisy = rows_read(setup.task, parts["test"], setup.run.data.split.seed)
    clock = TimeLeft(
        total_work=sum(work_of_epochs),
        evaluations=evaluations * epochs,
        test_share=_TEST_TO_VALIDATION * (len(parts["test"]) + noisy) / max(1, judged),
        plan=setup.plan,
    )
    clock.evaluation_expected(to_judge)
    if epochs_done:
        whole = int(epochs_done)
        begun = (epochs_done - whole) * work_of_epochs[whole] if whole < epochs else 0.0
        clock.skip(work=sum(work_of_epochs[:whole]) + begun, evaluations=int(epochs_done * evaluations))
    return clock
