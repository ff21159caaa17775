"""The table of estimates on a small random model: said, trained, compared; and it cannot rot."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import estimates
from tests.benchmarks.estimates import SETUPS, Setup, is_missed, measure, page, table


def found(**more: Any) -> dict[str, Any]:
    plain = {"setup": "one", "estimated": 11.0, "seconds": 10.0, "precision": "fp32"}
    return plain | {"memory_estimated": 1.05e9, "memory": 1e9, "kept": 0} | more


def test_there_are_ten_setups_of_every_task_and_several_methods() -> None:
    assert len(SETUPS) == len({setup.title for setup in SETUPS}) == 10
    assert len({setup.method for setup in SETUPS}) >= 6
    assert len({setup.task for setup in SETUPS}) == 5
    assert all((estimates.SAMPLES / setup.file).is_file() for setup in SETUPS)


def test_a_setup_is_estimated_and_trained(
    small_bert: Path, moods_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THAW_CACHE", str(tmp_path / "cache"))
    own = Setup(
        str(moods_csv),
        "text_classification",
        "freeze_layers",
        model=str(small_bert),
        settings={"epochs": 1, "frozen_layers": 1},
    )
    one = measure(own, tmp_path / "calibration.json")

    assert (
        one["setup"] == "text_classification, freeze_layers, moods.csv, all rows, epochs 1, frozen_layers 1"
    )
    assert min(one["estimated"], one["seconds"]) > 0
    assert min(one["memory_estimated"], one["memory"]) > 100_000_000
    assert one["kept"] > 10_000
    assert one["precision"] == "fp32"


def test_what_is_too_far_off_or_not_measured_is_marked() -> None:
    far, fat = found(estimated=12.0), found(memory_estimated=0.85e9)
    failed = {"setup": "three", "note": "no room"}

    assert [is_missed(one) for one in (found(), far, fat, failed)] == [False, True, True, True]
    lines = table([found(), far, fat, failed]).splitlines()[2:]
    assert lines[0] == "| one | fp32 | 11.0 s | 10.0 s | +10% | 1,050 MB | 1,000 MB | +5% |"
    assert "| **+20%** |" in lines[1]
    assert "| **-15%** |" in lines[2]
    assert "not measured" in lines[3]
    written = page({"processor": "a quick one"}, [found(), far, fat, failed])
    assert "Measured on: processor a quick one." in written
    assert "Time is near enough in 2 of 4, memory in 2." in written
    assert "- three: no room" in written


@pytest.mark.skipif(sys.platform == "win32", reason="The other Python is a shell script.")
def test_a_setup_that_fails_does_not_end_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = tmp_path / "estimates.md"
    monkeypatch.setattr(sys, "argv", ["estimates", "--only", "2", "5", "--markdown", str(wanted)])
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    (tmp_path / "python").write_text("#!/bin/sh\necho no room >&2\nexit 3\n")
    (tmp_path / "python").chmod(0o755)

    assert estimates.main() == 1
    assert capsys.readouterr().out.count("not measured") == 2
    assert wanted.read_text(encoding="utf-8").count(": no room") == 2
