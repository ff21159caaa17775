"""The very rows, word pieces and settings of Thaw's run, for those who do the same work otherwise."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine import device as devices
from engine.data.table import cells
from engine.models.sources import resolve
from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.fields import SettingValue
from engine.training.checking import Checker
from engine.training.estimate import Estimator
from engine.training.setting_up import set_up
from engine.training.setup import TrainingSetup
from engine.training.workbench import Workbench


def read_setup(asked: Mapping[str, Any]) -> TrainingSetup:
    """Returns what Thaw's run starts from.

    Args:
        asked: ``data``, the file; ``method``, its id; ``model``, id or folder; ``settings``, name → value as
            on the command line; ``device``, where it computes.

    Raises:
        EngineError: When the run cannot be.
    """
    bench = Workbench()
    task = "text_classification"
    run = RunConfig(
        data=bench.with_columns(DataConfig(path=asked["data"]), task),
        task=task,
        method=asked["method"],
        model=asked["model"],
        settings={name: _value(value) for name, value in asked["settings"].items()},
        device=asked["device"],
    )
    with tempfile.TemporaryDirectory() as folder:
        estimator = Estimator(devices.choose(asked["device"]), Path(folder) / "calibration.json")
        return set_up(Checker(bench, estimator).check(run), bench, lambda _event: None)


def _value(word: str) -> SettingValue:
    try:
        value: SettingValue = json.loads(word)
    except json.JSONDecodeError:
        return word
    return value


def rows_of(setup: TrainingSetup) -> dict[str, list[dict[str, Any]]]:
    """Returns part → rows with ``input_ids`` and ``labels``, in Thaw's split and cut at its length."""
    return {
        name: [{"input_ids": list(row["input_ids"]), "labels": row["labels"]} for row in asked.encoded]
        for name, asked in setup.asked.items()
    }


def schedule_of(setup: TrainingSetup) -> dict[str, Any]:
    """Returns the settings that a training loop of another library needs."""
    names = ("epochs", "batch_size", "learning_rate", "head_learning_rate", "weight_decay", "warmup_share")
    return {name: setup.settings[name] for name in names} | {"seed": setup.run.seed}


def main() -> None:
    """Writes a lesson for a side that cannot import Thaw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("asked", type=Path, help="JSON with data, method, model, settings, device")
    parser.add_argument("lesson", type=Path, help="where to write")
    chosen = parser.parse_args()
    asked = json.loads(chosen.asked.read_text(encoding="utf-8"))
    setup = read_setup(asked)
    lesson = {
        "model": str(resolve(asked["model"]).folder),
        "pad_token": str(setup.asked["train"].tokenizer.pad_token),
        "classes": len(setup.classes),
        "device": asked["device"],
        "settings": dict(setup.settings),
        "schedule": schedule_of(setup),
        "parts": rows_of(setup),
        "texts": {name: cells(part.rows, "text") for name, part in setup.asked.items()},
    }
    chosen.lesson.write_text(json.dumps(lesson), encoding="utf-8")


if __name__ == "__main__":
    main()
