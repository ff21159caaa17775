"""Finished runs that were asked lately, kept in memory: loading one takes longer than its answer."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import torch

from engine import device as devices
from engine.contracts import HeadKind, TaskModel
from engine.errors import EngineError
from engine.models.assembling import rebuild
from engine.models.load import load_base
from engine.models.shared_bases import SharedBases
from engine.models.weights import read_saved
from engine.protocol import examining_problems
from engine.protocol.config import RunConfig
from engine.protocol.run_files import MODEL_FOLDER
from engine.protocol.run_versions import Version
from engine.run_folder import kept_run
from engine.training.answering import FinishedRun

_ALWAYS = 1_000_000_000
"""Bytes of models that are kept however little memory is free."""

Key = tuple[Path, int, Version]


def memory_free() -> int:
    """Returns the bytes of main memory that are free now."""
    return devices.facts(devices.choose("cpu")).memory_free


class FinishedRuns:
    """Loads finished runs and keeps them as long as there is room; the one not asked for longest goes first.

    Runs whose base model keeps its numbers share it: each more of them costs what it learned. May be asked
    from several threads.
    """

    def __init__(self, free: Callable[[], int] = memory_free) -> None:
        """Starts with none.

        Args:
            free: Says how many bytes are free; half of that may be filled.
        """
        self._free = free
        self._kept: OrderedDict[Key, FinishedRun] = OrderedDict()
        self._bases: defaultdict[str, SharedBases] = defaultdict(SharedBases)
        self._turn = threading.Lock()

    @contextmanager
    def use(self, folder: Path, version: Version = Version.TRAINED) -> Iterator[FinishedRun]:
        """Gives a run to the one thread that asks it something.

        Args:
            folder: The run's folder.
            version: Which version of its model.

        Raises:
            EngineError: When it is no run, has no saved model that can be read, or no such version.
        """
        run = self.get(folder, Version.BEFORE if version is Version.BEFORE else Version.TRAINED)
        with run.turn, _without_inserts(run) if version is Version.WITHOUT_INSERTS else nullcontext():
            yield run

    def get(self, folder: Path, version: Version = Version.TRAINED) -> FinishedRun:
        """Returns a finished run, loaded again when its model was saved again.

        Args:
            folder: The run's folder.
            version: As it was trained, or as it was before.

        Raises:
            EngineError: When it is no run, has no saved model that can be read, or could not do its task
                before.
        """
        path = folder.expanduser().absolute()
        model = path / MODEL_FOLDER
        key = (path, model.stat().st_mtime_ns if model.is_dir() else 0, version)
        with self._turn:
            if key not in self._kept:
                self._kept = OrderedDict(
                    (other, run) for other, run in self._kept.items() if other[::2] != key[::2]
                )
                self._kept[key] = self._load(path, version)
                self._make_room()
            self._kept.move_to_end(key)
            return self._kept[key]

    def __len__(self) -> int:
        """Returns how many are kept."""
        return len(self._kept)

    def _load(self, path: Path, version: Version) -> FinishedRun:
        run = FinishedRun.load(path, self._bases_of(kept_run(path)[0]).load)
        return run if version is Version.TRAINED else self._before(run)

    def _bases_of(self, run: RunConfig) -> SharedBases:
        """Returns the base models on a run's device: what is shared is on one."""
        return self._bases[str(devices.choose(run.device))]

    def _before(self, run: FinishedRun) -> FinishedRun:
        """Returns a run with its base model as it was before training, where that had a head for its task."""
        saved = read_saved(run.folder / MODEL_FOLDER)
        known = saved.head.kind is HeadKind.WORDS
        if not known or load_base(saved.base.source, on_meta=True, kind=saved.head.network).lacks_head:
            raise EngineError(
                examining_problems.no_head_before_training(model=saved.base.name, task=run.task.name)
            )
        return self._untouched(run)

    def untouched(self, folder: Path) -> FinishedRun:
        """Returns a run with its base model as it was before training; a head that was new means nothing.

        Args:
            folder: The run's folder.

        Raises:
            EngineError: When it is no run, or its base model cannot be read.
        """
        run = self.get(folder)
        with self._turn:
            return self._untouched(run)

    def _untouched(self, run: FinishedRun) -> FinishedRun:
        saved = read_saved(run.folder / MODEL_FOLDER)
        base = self._bases_of(run.run).untouched(saved.base.source, saved.head.network)
        with torch.random.fork_rng(devices=[]):  # a new head's numbers shall disturb nobody's
            model = rebuild(base, saved.head)
        model = model.requires_grad_(False).eval().to(devices.choose(run.run.device))
        return dataclasses.replace(run, model=model, turn=threading.Lock())

    def _make_room(self) -> None:
        while len(self._kept) > 1 and size_in_memory(self._models()) > max(_ALWAYS, self._limit()):
            self._kept.popitem(last=False)
        for bases in self._bases.values():
            bases.keep_only(self._models())

    def _limit(self) -> int:
        """Returns what may be filled: half of what is free and of what is filled already."""
        return (size_in_memory(self._models()) + self._free()) // 2

    def _models(self) -> list[TaskModel]:
        return [run.model for run in self._kept.values()]


def size_in_memory(models: list[TaskModel]) -> int:
    """Returns the bytes that models take up together; what they share counts once."""
    tensors = {
        id(tensor): tensor.nbytes for model in models for tensor in [*model.parameters(), *model.buffers()]
    }
    return sum(tensors.values())


@contextmanager
def _without_inserts(run: FinishedRun) -> Iterator[None]:
    """Switches off what a method has put in."""
    backbone: Any = run.model.backbone
    if not hasattr(backbone, "peft_config"):
        raise EngineError(examining_problems.no_inserts(run=run.run.name or run.folder.name))
    takes_vectors = backbone.active_peft_config.is_prompt_learning
    if takes_vectors and not hasattr(
        backbone, "prepare_inputs_for_generation"
    ):  # peft asks every model for it
        backbone.forward = backbone.get_base_model().forward
        try:
            yield
        finally:
            del backbone.forward
        return
    with backbone.disable_adapter():
        yield
