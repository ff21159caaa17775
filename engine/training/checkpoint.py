"""Checkpoints: everything that a run needs to go on, written so that a crash never leaves half of one.

Numbers are safetensors, the rest is JSON. Only what may change is stored: the frozen part is the base
model's, and is compared with it when a run is taken up again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from engine.contracts import TaskModel
from engine.disk import disk_problem, is_full, old_of, replace_folder, to_disk
from engine.errors import EngineError
from engine.protocol import run_folder_problems
from engine.protocol.energy import Energy
from engine.training.repeatable import RandomState

Tensors = dict[str, torch.Tensor]

_MODEL_FILE = "model.safetensors"
_OPTIMIZER_FILE = "optimizer.safetensors"
_RANDOM_FILE = "random.safetensors"
_STATE_FILE = "state.json"
_ROOM = 4_000_000
"""Bytes beside a checkpoint that must be free: events, the state, the file system's own."""

FreeSpace = Callable[[Path], int]
"""Says how many bytes are free where a folder is."""


class BestSoFar(msgspec.Struct, frozen=True, kw_only=True):
    """The validations up to a step, summed up.

    Attributes:
        value: The best score by the task's first metric.
        loss: Validation loss there.
        step: Step that it was reached at.
        epoch: The same in epochs.
        without_gain: Validations since then.
        lowest_loss: Lowest validation loss.
        lowest_loss_epoch: Where that was.
        rises: Validations in a row with a loss above the lowest.
        warned: Whether the person was told that the loss rises.
    """

    value: float | None = None
    loss: float = 0.0
    step: int = 0
    epoch: float = 0.0
    without_gain: int = 0
    lowest_loss: float | None = None
    lowest_loss_epoch: float = 0.0
    rises: int = 0
    warned: bool = False


class TrainingState(msgspec.Struct, frozen=True, kw_only=True):
    """Where a run stands, beside its tensors. The order of the rows follows from seed and step.

    Attributes:
        step: Optimizer steps done.
        epoch: The same in epochs.
        best: The validations so far.
        validated: Step of the last of them.
        seconds: Time trained, without pauses.
        energy: What was drawn meanwhile; ``None`` when an older Thaw saved the state.
        epoch_loss: Sum of the losses of this epoch's steps so far.
        watched: Rows of the validation part that are followed.
        hashes: Name of a tensor → hash of its bytes before the first step.
        rows: A mark of the rows of each part, to notice data that changed.
    """

    step: int
    epoch: float
    best: BestSoFar
    validated: int = 0
    seconds: float = 0.0
    energy: Energy | None = None
    epoch_loss: float = 0.0
    watched: tuple[int, ...] = ()
    hashes: dict[str, str] = {}
    rows: str = ""


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint as it was read.

    Attributes:
        state: Where the run stands.
        model: What may change.
        optimizer: Its moments; empty in the best checkpoint.
        random: State of the random number generators; empty in the best checkpoint.
    """

    state: TrainingState
    model: Tensors
    optimizer: Tensors
    random: RandomState


def trainable_tensors(model: TaskModel) -> Tensors:
    """Returns what may change, by name, on the CPU."""
    return {
        name: parameter.detach().cpu().contiguous()
        for name, parameter in model.named_parameters()
        if parameter.requires_grad
    }


def restore_tensors(model: TaskModel, tensors: Tensors, folder: Path) -> None:
    """Puts stored tensors back into a model.

    Args:
        model: Built as it was for the run.
        tensors: From :func:`trainable_tensors`.
        folder: Where they come from, for the message.

    Raises:
        EngineError: When names or shapes do not fit.
    """
    parameters = {name: value for name, value in model.named_parameters() if value.requires_grad}
    odd = set(parameters) ^ set(tensors)
    odd |= {name for name in set(parameters) & set(tensors) if parameters[name].shape != tensors[name].shape}
    if odd:
        details = f"Names or shapes that do not fit: {', '.join(sorted(odd)[:10])}"
        raise EngineError(run_folder_problems.checkpoint_unreadable(folder=str(folder), details=details))
    with torch.no_grad():
        for name, tensor in tensors.items():
            parameters[name].copy_(tensor)


def optimizer_tensors(model: TaskModel, optimizer: torch.optim.Optimizer) -> Tensors:
    """Returns an optimizer's moments as ``"name of parameter|name of moment"`` → tensor."""
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    return {
        f"{names[id(parameter)]}|{moment}": value.detach().cpu().contiguous()
        for parameter, moments in optimizer.state.items()
        for moment, value in moments.items()
    }


def restore_optimizer(model: TaskModel, optimizer: torch.optim.Optimizer, tensors: Tensors) -> None:
    """Puts an optimizer's moments back.

    Args:
        model: The model that it trains.
        optimizer: Fresh, made for the same parameters.
        tensors: From :func:`optimizer_tensors`.
    """
    parameters = dict(model.named_parameters())
    for key, value in tensors.items():
        name, moment = key.rsplit("|", 1)
        parameter = parameters[name]
        place = "cpu" if moment == "step" and not _keeps_step_on_device(optimizer) else parameter.device
        optimizer.state[parameter][moment] = value.to(place).clone()


def _keeps_step_on_device(optimizer: torch.optim.Optimizer) -> bool:
    """Fused optimizers count their steps where the parameters are, others on the CPU."""
    return any(group.get("fused") for group in optimizer.param_groups)


def save_checkpoint(
    folder: Path,
    state: TrainingState,
    model: Tensors,
    *,
    optimizer: Tensors | None = None,
    random: RandomState | None = None,
    free_space: FreeSpace,
    saved_epoch: float | None = None,
) -> None:
    """Writes a checkpoint; the one that was there stays until the new one is whole.

    Args:
        folder: E.g. ``checkpoints/last`` of the run.
        state: Where the run stands.
        model: What may change.
        optimizer: Its moments.
        random: State of the random number generators.
        free_space: Says how many bytes are free.
        saved_epoch: Epoch of the last state that was saved, for the message.

    Raises:
        EngineError: When the disk is too full; the old checkpoint is whole then.
    """
    files: dict[str, Mapping[str, torch.Tensor]] = {_MODEL_FILE: model}
    if optimizer:
        files[_OPTIMIZER_FILE] = optimizer
    if random:
        files[_RANDOM_FILE] = random
    needed = sum(tensor.nbytes for tensors in files.values() for tensor in tensors.values()) + _ROOM
    free = free_space(folder)
    full = EngineError(
        run_folder_problems.no_disk_space(
            folder=str(folder), needed=needed, free=free, saved_epoch=saved_epoch
        )
    )
    if free < needed:
        raise full
    half = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(half, ignore_errors=True)
    try:
        half.mkdir(parents=True)
        for name, tensors in files.items():
            save_file(dict(tensors), half / name)
            to_disk(half / name)
        (half / _STATE_FILE).write_bytes(msgspec.json.encode(state))
        to_disk(half / _STATE_FILE)
        replace_folder(half, folder)
    except (OSError, SafetensorError) as error:
        shutil.rmtree(half, ignore_errors=True)
        if is_full(error):
            raise full from error
        raise EngineError(disk_problem(error, folder)) from error


def load_checkpoint(folder: Path) -> Checkpoint | None:
    """Reads a checkpoint.

    Args:
        folder: E.g. ``checkpoints/last`` of the run.

    Returns:
        The checkpoint, or ``None`` when none was saved.

    Raises:
        EngineError: When it is damaged.
    """
    old = old_of(folder)
    try:
        if not folder.exists() and old.exists():
            old.replace(folder)  # a crash between the two renames of a swap
        if not folder.exists():
            return None
        return Checkpoint(
            state=msgspec.json.decode((folder / _STATE_FILE).read_bytes(), type=TrainingState),
            model=load_file(folder / _MODEL_FILE),
            optimizer=_load_if_there(folder / _OPTIMIZER_FILE),
            random=_load_if_there(folder / _RANDOM_FILE),
        )
    except (OSError, SafetensorError, msgspec.MsgspecError) as error:
        problem = run_folder_problems.checkpoint_unreadable(folder=str(folder), details=str(error))
        raise EngineError(problem) from error


def _load_if_there(path: Path) -> Tensors:
    return load_file(path) if path.exists() else {}
