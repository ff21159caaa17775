"""Single figures beside the comparisons: the share of the machine's limit, and what a person feels."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from engine.cache_folder import CACHE_VARIABLE
from tests.benchmarks.speed.answers import Compared
from tests.benchmarks.speed.plan import MINILM, SAMPLES, Row
from tests.benchmarks.speed.processes import SideError, run_fresh
from tests.benchmarks.speed.thaw_side import settings_of

_HERE = "tests.benchmarks.speed"


class Figure(msgspec.Struct, kw_only=True):
    """One line of the second table.

    Attributes:
        id: By which it is asked for.
        name: What was measured, in words.
        value: What came out; ``None`` where it could not be measured.
        unit: Of value and bound.
        bound: What was promised; ``None`` where nothing was.
        at_most: Whether the bound is one from above.
        met: Whether it holds.
        note: What has to be said beside it.
    """

    id: str
    name: str
    value: float | None
    unit: str
    bound: float | None = None
    at_most: bool = True
    met: bool | None = None
    note: str = ""


@dataclass(frozen=True)
class _Asked:
    key: str
    name: str
    unit: str
    bound: float | None = None
    at_most: bool = True


WINDOW: Mapping[str, tuple[_Asked, ...]] = {
    "cold": (
        _Asked("seconds", "Window up, cold", "s", 1.5),
        _Asked("megabytes", "Memory of the window's process", "MB", 250),
    ),
    "clicks": (
        _Asked("ready", "Click on a sample to ready to start", "s"),
        _Asked("first", "Click on Start to first loss point, engine warm", "s", 3),
        _Asked("obeyed", "Stop to the last step", "s"),
        _Asked("ended", "Stop to the run's end, best state judged and kept", "s"),
    ),
    "gaps": (
        _Asked("p99", "Event-loop gap while training, 99 %", "ms", 17),
        _Asked("longest", "Event-loop gap while training, longest", "ms", 50),
        _Asked("own_longest", "… of it computed by the window itself", "ms"),
        _Asked("megabytes", "Memory of the window's process while training", "MB"),
    ),
    "pan": (_Asked("frames_per_second", "A run of a million steps panned", "frames/s"),),
}
"""Kind of measurement → what is read from it."""

LIMITS = {"limit": "full_fine_tuning", "large_limit": "large_full"}
"""By which a share is asked for → the row that it is of."""

SHARE_AT_LEAST = 60.0
"""Per cent of the matrix peak that full fine-tuning should reach."""


def window_figures(kind: str) -> Iterator[Figure]:
    """Measures one kind of what a person feels.

    Args:
        kind: A key of :data:`WINDOW`.
    """
    module = f"{_HERE}.window_figures"
    try:
        ended = run_fresh(
            [sys.executable, "-P", "-m", module, kind], {"THAW_BENCH_STARTED": str(time.time())}
        )
        found = json.loads(ended.said.splitlines()[-1])
        note = ""
    except SideError as error:
        found, note = {}, str(error)
    for one in WINDOW[kind]:
        yield judged(
            Figure(
                id=f"{kind}.{one.key}",
                name=one.name,
                value=found.get(one.key),
                unit=one.unit,
                bound=one.bound,
                at_most=one.at_most,
                note=note,
            )
        )


def limit_figures(
    rows: Sequence[Compared], plan: Row, limit_id: str, *, model: str = MINILM, device: str = "cpu"
) -> Iterator[Figure]:
    """Measures what the machine could do, and what share of it full fine-tuning reached.

    Args:
        rows: Comparisons of the same call, with that of full fine-tuning among them; without it there is
            no share.
        plan: The row of full fine-tuning whose share is asked for.
        limit_id: Its key in :data:`LIMITS`.
        model: Id or folder of its base model.
        device: Where it was measured.
    """
    asked = {
        "data": str(SAMPLES / plan.sample),
        "method": plan.work,
        "model": model,
        "settings": settings_of(plan),
        "device": device,
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "asked.json"
        file.write_text(json.dumps(asked), encoding="utf-8")
        try:
            limit, step = (
                json.loads(
                    run_fresh([sys.executable, "-m", f"{_HERE}.{name}", file], {CACHE_VARIABLE: folder}).said
                )
                for name in ("limit", "step_parts")
            )
        except SideError as error:
            yield Figure(id=limit_id, name="Matrix peak", value=None, unit="GFLOP/s", note=str(error))
            return
    found = [*_peaks(limit), *shares([row for row in rows if row.id == plan.id], limit), *_parts(step)]
    whose = "" if plan.model == MINILM else ", large model"
    for one in found:
        bound = one.bound if device == "cpu" else None  # nothing was promised for a card
        own = f"{limit_id.removesuffix('limit')}{one.id}", f"{one.name}{whose}"
        yield judged(msgspec.structs.replace(one, id=own[0], name=own[1], bound=bound))


def _peaks(limit: Mapping[str, Any]) -> Iterator[Figure]:
    for precision, peak in limit["peaks"].items():
        note = f"best shape {limit['best_shape'][precision]:.0f}, {limit['threads']} threads"
        name = f"Matrix peak, {precision}"
        yield Figure(id=f"peak.{precision}", name=name, value=peak, unit="GFLOP/s", note=note)
    name = "A step of full fine-tuning, without padding"
    yield Figure(id="step", name=name, value=limit["step"], unit="GFLOP")


_PARTS = {
    "step": "A step of full fine-tuning by Thaw",
    "matrices": "… of it matrices, those of attention among them",
    "casts": "… casts and copies",
    "optimizer": "… AdamW and the length of the gradient",
    "embeddings": "… gradient of the word embeddings",
    "others": "… other operations: norms, activations, sums",
    "between": "… between operations, and drawing what dropout leaves out",
}
"""Kind of :mod:`tests.benchmarks.speed.step_parts` → what it is called."""


def _parts(step: Mapping[str, float]) -> Iterator[Figure]:
    for kind, name in _PARTS.items():
        note = f"{100 * step[kind] / step['step']:.0f} %" if kind != "step" else "without a validation"
        yield Figure(id=f"step.{kind}", name=name, value=1000 * step[kind], unit="ms", note=note)


def shares(rows: Sequence[Compared], limit: Mapping[str, Any]) -> list[Figure]:
    """Returns what share of the machine's peak each side of full fine-tuning reached.

    Args:
        rows: The comparison of full fine-tuning; without it there is nothing to say.
        limit: As :class:`tests.benchmarks.speed.limit.Limit` has it.
    """
    row = next(iter(rows), None)
    if row is None or row.thaw is None or row.other is None:
        return []
    found = []
    for name, side, bound in (("Thaw", row.thaw, SHARE_AT_LEAST), (row.against, row.other, None)):
        reached = limit["run"] / side.seconds
        figure = Figure(
            id=f"share.{name}",
            name=f"Share of the {side.precision} peak, full fine-tuning by {name}",
            value=100 * reached / limit["peaks"][side.precision],
            unit="%",
            bound=bound,
            at_most=False,
            note=f"{reached:.0f} GFLOP/s, validations and padding included in the time",
        )
        found.append(judged(figure))
    return found


def judged(figure: Figure) -> Figure:
    """Returns a figure that says whether its bound holds."""
    if figure.bound is None or figure.value is None:
        return figure
    met = figure.value <= figure.bound if figure.at_most else figure.value >= figure.bound
    return msgspec.structs.replace(figure, met=met)
