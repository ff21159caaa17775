"""One base model in memory for many saved models: each has its own modules, all have the same numbers."""

from __future__ import annotations

import copy
import dataclasses
from pathlib import Path
from typing import Any

from torch import nn

from engine.contracts import BaseModel, Network, TaskModel
from engine.models.load import files_stamp, load_base
from engine.models.weights import leaves_base_alone, load_model, load_saved_base, read_saved

Key = tuple[str, tuple[Any, ...], Network]
"""Which base model: its folder, what its files are, and which network of it."""


class SharedBases:
    """Loads saved models; those whose base model keeps its numbers share that.

    What a method puts in (LoRA, adapters, vectors before a text) changes modules, not the numbers below. So
    each model gets modules of its own around the same tensors: it answers bit by bit as if it had been loaded
    alone, several can answer at the same time, and memory holds the base model once.
    """

    def __init__(self) -> None:
        """Starts with none."""
        self._bases: dict[Key, BaseModel] = {}

    def load(self, folder: Path) -> TaskModel:
        """Reads a saved model back, onto a base model that is there already where it can be.

        Args:
            folder: A folder that :func:`engine.models.weights.save_model` wrote.

        Raises:
            EngineError: When the folder, or the base model that it refers to, cannot be read.
        """
        if not leaves_base_alone(folder):
            return load_model(folder)
        light = load_saved_base(folder, on_meta=True)  # also looks whether it is still the same base model
        saved = read_saved(folder)
        whole = self._base(light.facts.source, Path(light.folder), saved.head.network)
        return load_model(folder, dataclasses.replace(with_same_numbers(whole), facts=light.facts))

    def untouched(self, source: str, kind: Network) -> BaseModel:
        """Returns a base model as it is, with modules of its own.

        Args:
            source: Id of a built-in model, or a model's folder.
            kind: Which of transformers' networks is wanted.

        Raises:
            EngineError: When there is no such model or its files are not whole.
        """
        folder = Path(load_base(source, on_meta=True, kind=kind).folder)
        return with_same_numbers(self._base(source, folder, kind))

    def keep_only(self, models: list[TaskModel]) -> None:
        """Lets go of base models that none of these stands on."""
        used = {id(tensor) for model in models for tensor in model.parameters()}
        self._bases = {
            key: base
            for key, base in self._bases.items()
            if any(id(tensor) in used for tensor in base.network.parameters())
        }

    def _base(self, source: str, folder: Path, kind: Network) -> BaseModel:
        key = (str(folder.resolve()), files_stamp(folder), kind)
        if key not in self._bases:
            base = load_base(source, kind=kind)
            base.network.requires_grad_(False)
            self._bases[key] = base
        return self._bases[key]


def with_same_numbers(base: BaseModel) -> BaseModel:
    """Returns a base model with modules and a tokenizer of its own; its tensors are those of the other.

    Args:
        base: It must not be trained as long as the other is used.
    """
    network: nn.Module = base.network
    tensors = [*network.parameters(), *network.buffers()]
    own = copy.deepcopy(network, {id(tensor): tensor for tensor in tensors})
    return dataclasses.replace(base, network=own, tokenizer=copy.deepcopy(base.tokenizer))
