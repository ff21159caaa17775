"""What learned in a run, at which rate and from which step on: read from the model, written as JSON."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import msgspec
import torch

from engine import registry
from engine.contracts import HeadKind, TaskModel
from engine.export.contract import Writing
from engine.export.script_contract import RunAtStart
from engine.models.four_bit import left_whole
from engine.models.load import load_base, with_own_tokenizer
from engine.models.prepare import build
from engine.models.structure import HEAD, layers_of
from engine.models.token_heads import NULL_THRESHOLD
from engine.training.batching import steps_per_epoch
from engine.training.optimizer import parameter_groups
from engine.training.prefix_cache import is_frozen_below_head
from engine.training.stages import Stages

PLAN_FILE = "learns.json"
START_FILE = "start.safetensors"
_SIZES = "lora_magnitude_vector"
"""What peft calls the sizes of matrices that DoRA learns."""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters that learn alike.

    Attributes:
        learning_rate: The highest.
        weight_decay: What pulls them to zero in each step.
        parameters: Their names in the script's model.
    """

    learning_rate: float
    weight_decay: float
    parameters: tuple[str, ...]


class Phase(msgspec.Struct, frozen=True, kw_only=True):
    """From a step on, what rests.

    Attributes:
        first_step: From 1.
        resting: Names of parameters that learn only later.
        modes: Name of a module → whether it trains (drops numbers at random), outermost first; what is inside
            of it does the same, unless it is named after it.
    """

    first_step: int
    resting: tuple[str, ...]
    modes: dict[str, bool]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What learns in a run.

    Attributes:
        groups: What learns, and how fast.
        phases: What rests, and until when.
        read_once: Whether nothing below the head changes, so that texts are read once.
    """

    groups: tuple[Group, ...]
    phases: tuple[Phase, ...]
    read_once: bool


def run_at_start(writing: Writing) -> RunAtStart:
    """Builds a run's model as it was before the first step.

    Args:
        writing: The run.

    Raises:
        EngineError: When its rows have changed, or its base model is not here.
    """
    source, finished = writing.source, writing.finished
    run, settings = source.run, finished.settings
    finished.split(writing.bench)  # raises where the rows have changed
    method = registry.method(run.method)
    asked = writing.bench.asked(run.data, run.task, run.model, settings)
    base = load_base(run.model, kind=source.task.network)
    layers, classes = run.layers, finished.classes
    with (
        left_whole()
    ):  # names and new parts are the same, and a computer without a graphics card has them, too
        model = build(base, source.task, method, settings, classes, layers, run.seed)
    source.task.begin(model, asked["train"])
    return RunAtStart(
        source=source,
        settings=settings,
        base=with_own_tokenizer(dataclasses.replace(base, network=model.backbone)),
        asked=asked,
        model=model,
        strength=method.solved_at_once(settings),
    )


def new_tensors(model: TaskModel, *, in_four_bits: bool = False) -> dict[str, torch.Tensor]:
    """Returns the numbers of a model that were not in the checkpoint, as they are before the first step.

    Args:
        model: Of :func:`run_at_start`.
        in_four_bits: Whether the run kept the base model's matrices in four bits.
    """
    found: dict[str, torch.Tensor] = {}
    for layer in layers_of(model):
        found |= layer.inserts
    if model.head_is_new and model.facts.kind is HeadKind.WORDS:
        found |= next(layer.parameters for layer in layers_of(model) if layer.id == HEAD)
    elif model.head_is_new:
        found |= {f"head.{name}": tensor for name, tensor in model.head.state_dict().items()}
    found.pop(f"head.{NULL_THRESHOLD}", None)  # it is chosen at the end
    if in_four_bits:  # peft reads the sizes of matrices from what these are in four bits
        found = {name: tensor for name, tensor in found.items() if _SIZES not in name}
    plain = plain_namer(model)
    return {plain(name): tensor.detach().clone().contiguous() for name, tensor in found.items()}


def plan_of(start: RunAtStart) -> Plan:
    """Reads what learns in a run.

    Args:
        start: The run.
    """
    model, plain = start.model, plain_namer(start.model)
    names = {id(value): plain(name) for name, value in model.named_parameters()}
    groups = tuple(
        Group(
            learning_rate=float(group["lr"]),
            weight_decay=float(group["weight_decay"]),
            parameters=tuple(names[id(value)] for value in group["params"]),
        )
        for group in parameter_groups(model, start.settings)
    )
    steps = steps_per_epoch(
        len(start.asked["train"].encoded),
        batch_size=int(start.settings["batch_size"]),
        accumulation=int(start.settings["gradient_accumulation_steps"]),
    )
    firsts = sorted({1, *(math.ceil(stage.epoch * steps) + 1 for stage in model.stages)})
    stages = Stages(model, steps)
    return Plan(
        groups=groups,
        phases=tuple(_phase(model, stages, first) for first in firsts),
        read_once=is_frozen_below_head(model),
    )


def plain_namer(model: TaskModel) -> Callable[[str], str]:
    """Returns what gives a part its name in the script's model.

    There bottleneck adapters hang on the matrices themselves; all else is called as here.

    Args:
        model: Of :func:`run_at_start`.
    """
    if not any(hasattr(module, "bottleneck_inserts") for module in model.modules()):
        return str

    def plain(name: str) -> str:
        name = f"{name}.".replace("backbone.base_model.model.", "backbone.", 1)
        name = name.replace("backbone.base_model.", "backbone.", 1).replace(".base_layer.", ".")
        name = name.replace(".bottleneck_inserts.default.", ".adapter.").replace(
            ".bottleneck_inserts.", ".adapter."
        )
        return name.removesuffix(".")

    return plain


def _phase(model: TaskModel, stages: Stages, step: int) -> Phase:
    plain = plain_namer(model)
    with stages.at(step):
        learning = {id(value) for value in model.parameters() if value.requires_grad}
    resting = [
        plain(name)
        for name, value in model.named_parameters()
        if value.requires_grad and id(value) not in learning
    ]
    stages.set_modes(step)
    return Phase(first_step=step, resting=tuple(resting), modes=_modes(model))


def _modes(model: TaskModel) -> dict[str, bool]:
    """Returns in which mode each module is, where that is another than the one around it."""
    found: dict[str, bool] = {}
    alias = model.head if model.facts.kind is HeadKind.WORDS else None  # it stands in the backbone, too

    def look(name: str, module: torch.nn.Module, around: bool) -> None:
        if module.training != around:
            found[name] = module.training
        for child, part in module.named_children():
            if part is alias:
                continue
            look(f"{name}.{child}" if name else child, part, module.training)

    look("", model, around=not model.training)
    plain = plain_namer(model)
    return {plain(name): trains for name, trains in found.items()}
