"""Reads everything that a checked run starts from, and says at each step what is being done."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from engine import device as devices
from engine.errors import EngineError
from engine.models.load import with_own_tokenizer
from engine.protocol.config import RunConfig
from engine.protocol.events import Event, StageReached, WarningRaised
from engine.training.checked import Checked
from engine.training.noisy_parts import told
from engine.training.setup import TrainingSetup
from engine.training.workbench import Workbench

Send = Callable[[Event], None]


def set_up(checked: Checked, bench: Workbench, send: Send) -> TrainingSetup:
    """Reads rows, word pieces, model and baselines; what was read before is there at once.

    Args:
        checked: A run without errors.
        bench: Reads and keeps.
        send: Told the stages, and what the task noticed in the rows. May raise to end it.

    Raises:
        EngineError: When something stands in the way after all.
    """
    if checked.errors:
        raise EngineError(checked.errors[0])
    run, rows = checked.run, checked.rows
    if rows is None or checked.task is None or checked.method is None or checked.base is None:
        raise ValueError("A run without problems has rows, a task, a method and a model.")
    split = rows.whole()
    unit, count = checked.task.unit, rows.facts.usable
    send(StageReached(stage="reading", label=f"Reading {rows.how_many(unit)}", done=count, total=count))
    send(StageReached(stage="tokenizing", label=f"Cutting {count:,} {unit} into word pieces", total=count))
    asked = bench.asked(run.data, run.task, run.model, checked.settings)
    clean = bench.clean(run.data, run.task, run.model, checked.settings)
    for problem in (*told(checked.task, clean, asked), *checked.task.notices(asked["train"])):
        send(WarningRaised(problem=problem))
    send(StageReached(stage="baselines", label="Counting words, to compare with"))
    baselines = bench.baselines(run.data, run.task, run.model, asked)
    send(StageReached(stage="loading_model", label=f"Loading {checked.base.facts.name}"))
    kind = checked.task.network
    bench.base(run.model, kind)
    device = devices.choose(run.device)
    estimate = checked.estimate
    return TrainingSetup(
        run=as_used(checked),
        task=checked.task,
        method=checked.method,
        settings=checked.settings,
        base=with_own_tokenizer(checked.base),
        load_base=lambda: bench.take_base(run.model, kind),
        split=split,
        classes=rows.classes,
        asked=asked,
        clean=clean["train"],
        prepared=rows.facts,
        baselines=baselines,
        device=device,
        light=checked.light,
        plan=estimate.seconds if estimate else None,
        told=(estimate.seconds or estimate.seconds_high) if estimate else None,
        told_low=estimate.seconds_low if estimate and (estimate.others or not estimate.measured) else None,
        planned_memory=estimate.memory if estimate else 0,
        chosen=checked.chosen,
        known=estimate.kept.known if estimate else 0,
        usual_length=checked.work.length if checked.work else 0,
        memory_free=devices.facts(device).memory_free,
    )


def as_used(checked: Checked) -> RunConfig:
    """Returns a run with what this machine has in the place of what was left open: threads and precision.

    Args:
        checked: A run without errors.
    """
    threads = checked.run.threads or devices.thread_count()
    return msgspec.structs.replace(checked.run, threads=threads, precision=checked.precision)
