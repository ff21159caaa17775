"""Does the rows of the table: both sides in turns, each in a process of its own."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from engine.cache_folder import CACHE_VARIABLE
from tests.benchmarks.speed.answers import Compared, Side, compared
from tests.benchmarks.speed.environments import environment
from tests.benchmarks.speed.plan import ADAPTERS, FEATURES, ITSELF, MINILM, SAMPLES, SIXTEEN_BITS, Row
from tests.benchmarks.speed.processes import SideError, run_fresh
from tests.benchmarks.speed.thaw_side import settings_of, train

_HERE = "tests.benchmarks.speed"


class Comparison:
    """One row, from its two sides to what follows."""

    def __init__(
        self, row: Row, folder: Path, *, data: Path | None = None, model: str = MINILM, device: str = "cpu"
    ) -> None:
        """Takes what is compared.

        Args:
            row: Of the plan.
            folder: An empty one, for runs and caches.
            data: Other rows than the plan's.
            model: Id or folder of the base model.
            device: Where both sides compute.
        """
        self._row = row
        self._folder = folder
        self._data = data or SAMPLES / row.sample
        self._model = model
        self._device = device
        self._turn = 0
        self._cache = folder

    def run(self, repeats: int, say: Callable[[str], None]) -> Compared:
        """Lets both sides work in turns.

        Args:
            repeats: How often each.
            say: Told after each run.

        Returns:
            The row; where a side could not do it, without a ratio and with the reason.
        """
        row = self._row
        blank = Compared(
            id=row.id, work=row.work, against=row.against, sample=self._data.name, at_least=row.at_least
        )
        ours: list[Side] = []
        theirs: list[Side] = []
        try:
            other = self._other()
            for _ in range(repeats):
                if row.rival == ITSELF:  # the first run is the other side, and comes first
                    theirs.append(self._told(other(), row.against, say))
                    ours.append(self._told(self._thaw(fresh=False), "Thaw", say))
                else:
                    ours.append(self._told(self._thaw(), "Thaw", say))
                    theirs.append(self._told(other(), row.against, say))
        except SideError as error:
            return msgspec.structs.replace(blank, note=str(error))
        return compared(blank, ours, theirs)

    def _told(self, side: Side, name: str, say: Callable[[str], None]) -> Side:
        say(f"  {name:<38} {side.seconds:8.2f} s {side.peak:7.0f} MB   macro-F1 {side.score:.3f}")
        return side

    def _thaw(self, *, fresh: bool = True) -> Side:
        """Trains with Thaw; with nothing kept of frozen layers, or with what its last run kept."""
        self._turn += 1
        if fresh:
            self._cache = self._folder / f"cache-{self._turn}"
        out = self._folder / f"run-{self._turn}"
        return train(self._row, self._data, self._model, self._device, self._cache, out)

    def _other(self) -> Callable[[], Side]:
        """Returns what does the other side's work once."""
        row, asked = self._row, self._folder / "asked.json"
        if row.rival == ITSELF:
            return self._thaw
        told = {
            "data": str(self._data),
            "method": row.work,
            "model": self._model,
            "settings": settings_of(row),
            "device": self._device,
        }
        asked.write_text(json.dumps(told), encoding="utf-8")
        module = f"{_HERE}.{row.rival}_side"
        if row.rival not in {ADAPTERS, FEATURES}:
            kind = ["--sixteen-bits"] if row.kind == SIXTEEN_BITS else []
            return lambda: self._side([sys.executable, "-m", module, *kind, asked])
        python, lesson = environment(row.rival), self._folder / "lesson.json"
        run_fresh([sys.executable, "-m", f"{_HERE}.lesson", asked, lesson], self._own_cache)
        kind = [row.kind] if row.kind else []
        return lambda: self._side([python, "-m", module, *kind, lesson])

    @property
    def _own_cache(self) -> dict[str, str]:
        """Returns what keeps other sides that read rows with Thaw away from the person's cache."""
        return {CACHE_VARIABLE: str(self._folder / "cache-other")}

    def _side(self, command: list[str | Path]) -> Side:
        ended = run_fresh(command, self._own_cache)
        side = msgspec.json.decode(ended.said.splitlines()[-1], type=Side)
        side.peak = side.peak or ended.peak  # a graphics card's memory is what such a side told
        side.whole = ended.seconds
        return side


def compare(
    row: Row, repeats: int, say: Callable[[str], None], *, model: str = MINILM, device: str = "cpu"
) -> Compared:
    """Does one row in a folder that is gone afterwards; see :class:`Comparison`."""
    say(f"{row.id}: {row.work} on {row.sample}, against {row.against}")
    with tempfile.TemporaryDirectory(prefix="thaw-bench-") as folder:
        return Comparison(row, Path(folder), model=model, device=device).run(repeats, say)
