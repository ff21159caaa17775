"""Runs on the folds of small data: the run of one fold, and what all of them have in common."""

from __future__ import annotations

import re

import msgspec

from engine.protocol.config import RunConfig

FROZEN_STATES_NAME, SMALLER_BATCHES_NAME = "frozen_states_megabytes", "smaller_batches_when_full"
COMPUTE_AGAIN_NAME = "gradient_checkpointing"
CHANGE_NOTHING = frozenset({FROZEN_STATES_NAME, SMALLER_BATCHES_NAME, COMPUTE_AGAIN_NAME})
"""Names of settings that change nothing that is learned; runs from before there were any lack them."""


def run_of_fold(run: RunConfig, fold: int) -> RunConfig:
    """Returns a run with another fold as its test.

    Args:
        run: A run whose rows are divided into folds.
        fold: Which of them, from 0.
    """
    split = msgspec.structs.replace(run.data.split, fold=fold)
    return msgspec.structs.replace(run, data=msgspec.structs.replace(run.data, split=split))


def recipe_of(run: RunConfig) -> RunConfig:
    """Returns what runs of one project have in common that differ in their fold alone.

    Left out is what changes nothing that is learned: the name, the texts that are followed, the device, what
    is kept on the disk, what becomes of a run that needs too much memory. A project may have been moved, so
    its file counts by its name.

    Args:
        run: With every setting filled in.
    """
    name = re.split(r"[/\\]", run.data.path)[-1]
    data = msgspec.structs.replace(run_of_fold(run, 0).data, path=name)
    settings = {name: value for name, value in run.settings.items() if name not in CHANGE_NOTHING}
    return msgspec.structs.replace(
        run, data=data, settings=settings, name="", watch=(), threads=0, precision="", device=""
    )
