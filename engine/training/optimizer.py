"""The optimizer and its learning rates."""

from __future__ import annotations

import math
from typing import Any

import torch

from engine.contracts import Method, Settings, TaskModel


def make_optimizer(model: TaskModel, method: Method, settings: Settings) -> torch.optim.AdamW:
    """Makes AdamW (Loshchilov & Hutter 2019) over what is trainable.

    Args:
        model: The model; ``requires_grad`` says what is trainable.
        method: May bring groups of its own.
        settings: ``learning_rate`` for the backbone, ``head_learning_rate``, ``weight_decay``.

    Returns:
        The optimizer; each group keeps its highest rate as ``initial_lr``.
    """
    groups = method.parameter_groups(model, settings) or _groups(model, settings)
    head = {id(parameter) for parameter in model.head.parameters()}
    groups.sort(key=lambda group: id(group["params"][0]) in head)  # curves show the rate of the first
    for group in groups:
        group["initial_lr"] = group["lr"]
    return torch.optim.AdamW(groups, fused=True)


def _groups(model: TaskModel, settings: Settings) -> list[dict[str, Any]]:
    """Divides the parameters: backbone and head, with weight decay and without.

    Biases and the scales of normalisation get none: to pull them to zero helps nothing (Devlin 2019).
    """
    head = {id(parameter) for parameter in model.head.parameters()}
    groups: dict[tuple[bool, bool], list[torch.nn.Parameter]] = {}
    for parameter in model.parameters():
        if parameter.requires_grad:
            groups.setdefault((id(parameter) in head, parameter.ndim > 1), []).append(parameter)
    return [
        {
            "params": parameters,
            "lr": float(settings["head_learning_rate" if in_head else "learning_rate"]),
            "weight_decay": float(settings["weight_decay"]) if decays else 0.0,
        }
        for (in_head, decays), parameters in groups.items()
    ]


def rate_factor(step: int, *, total_steps: int, warmup_share: float, schedule: str) -> float:
    """Returns the share of the highest learning rate that a step uses: a pure function of the step.

    Args:
        step: First is 1.
        total_steps: Of the whole run.
        warmup_share: Share of the steps in which the rate rises in a straight line.
        schedule: What follows: ``"linear"`` and ``"cosine"`` fall to zero, ``"constant"`` stays.
    """
    warmup_steps = round(total_steps * warmup_share)
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
