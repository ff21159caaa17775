"""The optimizer and its learning rates."""

from __future__ import annotations

import math
from typing import Any

import torch

from engine.contracts import Settings, TaskModel
from engine.method_fields import LAYER_DECAY
from engine.models.structure import HEAD, Layer, layers_of

_RATIO = 32  # Howard & Ruder 2018, section 3.2: how much smaller the lowest rate is than the highest


def make_optimizer(model: TaskModel, settings: Settings) -> torch.optim.AdamW:
    """Makes AdamW (Loshchilov & Hutter 2019) over what is trainable.

    Args:
        model: The model; ``requires_grad`` says what is trainable.
        settings: ``learning_rate`` for the backbone, ``head_learning_rate``, ``weight_decay``, and
            ``layer_wise_learning_rate_decay`` where the method has it.

    Returns:
        The optimizer; each group keeps its highest rate as ``initial_lr``. Groups of the backbone come
        first, that of its topmost layer before all: curves show the rate of the first.
    """
    groups = parameter_groups(model, settings)
    for group in groups:
        group["initial_lr"] = group["lr"]
    return torch.optim.AdamW(groups, fused=True)


def parameter_groups(model: TaskModel, settings: Settings) -> list[dict[str, Any]]:
    """Divides what is trainable: by learning rate, and with weight decay or without.

    Each layer may learn at a fraction of the rate of the layer above it (Howard & Ruder 2018, section
    3.2), the topmost block at the full rate. Biases and the scales of normalisation get no weight
    decay: to pull them to zero helps nothing (Devlin 2019). Nor do inserted vectors that scale, (IA)³'s,
    which start at one: at zero they would silence what they scale.

    Args:
        model: The model; ``requires_grad`` says what is trainable.
        settings: As in :func:`make_optimizer`. A head that came with the checkpoint is no beginner: it
            learns at the rate of the backbone's topmost layer.
    """
    decay = float(settings.get(LAYER_DECAY.name, 1.0))
    groups: dict[tuple[float, bool, bool], dict[str, Any]] = {}
    *below, head = layers_of(model)
    rate = float(settings["learning_rate"])
    head_rate = float(settings["head_learning_rate"]) if model.head_is_new else rate
    for layer in reversed(below):
        _add_to_groups(groups, layer, rate, settings)
        rate *= decay
    _add_to_groups(groups, head, head_rate, settings)
    return [*groups.values()]


def _add_to_groups(
    groups: dict[tuple[float, bool, bool], dict[str, Any]], layer: Layer, rate: float, settings: Settings
) -> None:
    own, inserts = layer.parameters.values(), layer.inserts.values()
    scales = {id(one) for one in inserts if one.numel() == max(one.shape, default=1)}
    for parameter in (*own, *inserts):
        if parameter.requires_grad:
            decays = parameter.ndim > 1 and id(parameter) not in scales
            weight_decay = float(settings["weight_decay"]) if decays else 0.0
            group = {"params": [], "lr": rate, "weight_decay": weight_decay}
            groups.setdefault((rate, decays, layer.id == HEAD), group)["params"].append(parameter)


def rate_factor(step: int, *, total_steps: int, warmup_share: float, schedule: str) -> float:
    """Returns the share of the highest learning rate that a step uses: a pure function of the step.

    Args:
        step: First is 1.
        total_steps: Of the whole run.
        warmup_share: Share of the steps in which the rate rises in a straight line.
        schedule: What follows: ``"linear"`` and ``"cosine"`` fall to zero, ``"constant"`` stays;
            ``"slanted_triangle"`` (Howard & Ruder 2018, equation 3) starts and ends at a 32nd.
    """
    warmup_steps = round(total_steps * warmup_share)
    if schedule == "slanted_triangle":
        before, falling = step - 1, total_steps - warmup_steps
        height = before / warmup_steps if before < warmup_steps else 1 - (before - warmup_steps) / falling
        return (1 + height * (_RATIO - 1)) / _RATIO
    if step <= warmup_steps:
        return step / (warmup_steps + 1)
    if schedule == "constant":
        return 1.0
    done = (step - 1 - warmup_steps) / max(1, total_steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * done)) if schedule == "cosine" else 1 - done


def set_rates(optimizer: torch.optim.Optimizer, factor: float) -> float:
    """Sets every group's learning rate to a share of its highest.

    Args:
        optimizer: Of :func:`make_optimizer`.
        factor: From :func:`rate_factor`.

    Returns:
        The rate of the first group, which is the one that curves show: that of the topmost layer of the
        backbone that learns, or of the head where only that does.
    """
    for group in optimizer.param_groups:
        group["lr"] = group["initial_lr"] * factor
    return float(optimizer.param_groups[0]["lr"])
