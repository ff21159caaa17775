"""Thaw's side: ``thaw-engine train``, timed by the run's own events."""

from __future__ import annotations

import importlib.metadata
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.cache_folder import CACHE_VARIABLE
from tests.benchmarks.speed.answers import Side
from tests.benchmarks.speed.plan import SAME_FOR_ALL, Row
from tests.benchmarks.speed.processes import SideError, run_fresh

_WORK_BEGINS = frozenset({"computing_features", "first_batch"})
"""Stages before which rows are cut and the model is built, and after which it reads."""

_PACKAGES = ("torch", "transformers", "peft", "scikit-learn")

_PRECISIONS = {"fp32": "float32", "bf16": "bfloat16"}
"""What a run says of its numbers → torch's name."""


def settings_of(row: Row) -> dict[str, str]:
    """Returns the settings of a row's runs, those that all rows share among them."""
    return {**SAME_FOR_ALL, **row.settings}


def train(row: Row, data: Path, model: str, device: str, cache: Path, out: Path) -> Side:
    """Trains once.

    Args:
        row: What is compared.
        data: The rows.
        model: Id or folder of the base model.
        device: Where it computes, e.g. ``"cpu"`` or ``"cuda:0"``.
        cache: Folder for what Thaw keeps of frozen layers; a new one where nothing is to be there yet.
        out: Folder of the run, which must not be there.

    Raises:
        SideError: When it could not be trained.
    """
    words = [f"--set={name}={value}" for name, value in settings_of(row).items()]
    chosen = ["--task", "text_classification", "--method", row.work, "--model", model, "--seed", "0"]
    command = [sys.executable, "-m", "engine", "train", "--data", str(data), *chosen, *words]
    ended = run_fresh(
        [*command, "--device", device, "--out", str(out), "--json"], {CACHE_VARIABLE: str(cache)}
    )
    events = [json.loads(line) for line in ended.said.splitlines()]
    side = read_events(events, with_cutting=row.with_cutting)
    side.peak = side.peak if device.startswith("cuda") else ended.peak
    side.whole = ended.seconds
    return side


def read_events(events: list[dict[str, Any]], *, with_cutting: bool) -> Side:
    """Returns what a run's events say.

    Args:
        events: In their order.
        with_cutting: Whether the time for cutting texts into word pieces is added.

    Raises:
        SideError: When the run did not come to its end.
    """
    stages = [event for event in events if event["type"] == "StageReached"]
    began = next((event["time"] for event in stages if event["stage"] in _WORK_BEGINS), None)
    started = _first(events, "TrainingStarted")
    result = _first(events, "ResultWritten")
    if began is None or started is None or result is None:
        raise SideError(f"Thaw's run ended so: {events[-1] if events else 'without a word'}")
    cutting = _seconds_of("tokenizing", stages) if with_cutting else 0.0
    judged = [one for one in events if one["type"] == "EvaluationEnded" and one["split"] == "validation"]
    curve = [(one["time"] - began + cutting, one["metrics"]["macro_f1"]) for one in judged]
    score = result["result"]["scores"]["macro_f1"]
    return Side(
        seconds=curve[-1][0],
        steps=started["total_steps"],
        rows=started["prepared"]["train"] * started["epochs"],
        curve=curve,
        score=score["value"],
        low=score["low"],
        high=score["high"],
        peak=result["result"]["peak_memory"] / 1e6,
        precision=_PRECISIONS[started["run"].get("precision") or "fp32"],
        versions={name: importlib.metadata.version(name) for name in _PACKAGES},
    )


def _first(events: list[dict[str, Any]], kind: str) -> dict[str, Any] | None:
    return next((event for event in events if event["type"] == kind), None)


def _seconds_of(stage: str, stages: list[Mapping[str, Any]] | list[dict[str, Any]]) -> float:
    """Returns how long a stage took: until another one was reached."""
    times = [one["time"] for one in stages if one["stage"] == stage]
    after = [one["time"] for one in stages if times and one["time"] > times[0] and one["stage"] != stage]
    return float(after[0] - times[0]) if after else 0.0
