"""A chosen run as it can be trained from any folder, and on another computer than that which chose it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine import device as devices
from engine.models.sources import built_in_models
from engine.protocol.config import RunConfig
from engine.training_fields import FP32


def with_whole_paths(run: RunConfig) -> RunConfig:
    """Returns a run that can be repeated from any folder."""
    path = Path(run.data.path).expanduser().absolute()
    data = msgspec.structs.replace(run.data, path=str(path))
    folder = Path(run.model).expanduser()
    model = run.model if run.model in built_in_models() or not folder.is_dir() else str(folder.absolute())
    return msgspec.structs.replace(run, data=data, model=model)


def on_what_is_here(run: RunConfig) -> RunConfig:
    """Returns a run that goes on: its checkpoint fits any device, also where its own is gone."""
    device = run.device if devices.is_here(run.device) else ""
    # Runs from before there was a choice were begun in 32 bits.
    return msgspec.structs.replace(run, device=device, precision=run.precision or FP32)
