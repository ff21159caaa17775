"""The planner on the command line: what fits into so many minutes, in words, as JSON, and trained."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import Result
from typer.testing import CliRunner

from engine.command_line import commands
from engine.command_line.commands import app
from engine.protocol.events import JobFailed, JobSucceeded, ResultWritten, TrainingStarted
from engine.protocol.run_files import read_events, read_run
from engine.protocol.wire import decode_event
from engine.training.calibration import Calibration, load_calibrations

SPEED = Calibration(
    run=1e-3, through=2e-3, learn=3e-3, step_run=0.0, step_learn=0.0, parameter=0.0, head_step=0.0,
    insert=0.0, bytes_through=100.0, bytes_learn=200.0,
)  # fmt: skip
"""A slow machine: 20 epochs of the moods take 117 s on it."""


def run(*words: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output + str(result.exception)
    return result


@pytest.fixture(scope="module")
def given(moods_csv: Path, small_bert: Path) -> list[object]:
    """What is to be trained."""
    chosen = ["--method", "full_fine_tuning", "--set", "epochs=20"]
    return ["--data", moods_csv, "--model", small_bert, *chosen]


@pytest.fixture(scope="module")
def slow(given: list[object], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache folder in which this machine is known as a slow one; in use as long as the module runs."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THAW_CACHE", str(folder))
        run("plan", *given)  # real steps are timed, and kept
        file = folder / "calibration.json"
        (key,) = load_calibrations(file)
        file.write_bytes(msgspec.json.encode({key: SPEED}))
        yield folder


def plan(given: list[object], minutes: float, *more: object) -> dict[str, Any]:
    shown = run("plan", *given, "--minutes", minutes, *more, "--json").stdout_bytes
    assert shown.count(b"\n") == 1
    told = msgspec.json.decode(shown)
    assert isinstance(told, dict)
    return told


@pytest.mark.usefixtures("slow")
def test_what_fits_stays_whole(given: list[object]) -> None:
    told = plan(given, 4)

    assert told["plan"]["seconds"] == told["plan"]["of_seconds"] == pytest.approx(116.8, rel=0.01)
    assert (told["plan"]["fits"], told["plan"]["measured"], told["cut"]) == (True, True, "")
    assert told["run"]["settings"] == {"epochs": 20, "max_length": 64, "time_limit_minutes": 4.0}
    assert told["run"]["data"]["row_limit"] is None
    lines = run("plan", *given, "--minutes", 4).stdout.splitlines()
    assert lines[0] == "All of it fits into 4 minutes: about 2 minutes."
    assert lines[1].endswith(": --set epochs=20 --set max_length=64 --set time_limit_minutes=4")
    assert run("plan", *given).stdout.startswith("All of it fits into 12 minutes")  # unless one says so


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize(
    ("minutes", "seconds", "words", "options"),
    [
        (1, 53.2, "9 of 20 epochs: about 53 s instead of 2 minutes.", "--set epochs=9"),
        (0.1, 4.81, "32 of 56 rows, 1 of 20 epochs: about 5 s instead of 2 minutes.",
         "--rows 32 --set epochs=1"),
    ],
)  # fmt: skip
def test_what_costs_least_is_cut(
    given: list[object], minutes: float, seconds: float, words: str, options: str
) -> None:
    told = plan(given, minutes)

    assert told["plan"]["seconds"] == pytest.approx(seconds, rel=0.01)
    assert told["plan"]["seconds"] <= 60 * minutes
    assert words.startswith(told["cut"])
    shown = run("plan", *given, "--minutes", minutes).stdout.splitlines()
    assert shown[0] == words
    assert options in shown[1]
    assert f"--set time_limit_minutes={minutes:g}" in shown[1]


@pytest.mark.usefixtures("slow")
def test_a_limit_of_rows_stays_the_most_there_may_be(given: list[object]) -> None:
    told = plan(given, 0.1, "--rows", 20)

    assert (told["plan"]["rows"], told["plan"]["of_rows"]) == (20, 20)
    assert told["run"]["data"]["row_limit"] == 20
    assert told["plan"]["epochs"] == 1


@pytest.mark.usefixtures("slow")
def test_a_time_in_which_nothing_fits_is_said(given: list[object]) -> None:
    told = plan(given, 0.01)

    assert (told["plan"]["fits"], told["plan"]["rows"], told["plan"]["epochs"]) == (False, 32, 1)
    assert told["plan"]["seconds"] > 0.6
    shown = run("plan", *given, "--minutes", 0.01).stdout
    assert shown.startswith("Even with 32 of 56 rows, 1 of 20 epochs")
    assert "It will end after 0.6 s with what is best by then" in shown


@pytest.mark.parametrize("command", ["plan", "train"])
@pytest.mark.parametrize("minutes", ["0", "-3", "soon", "inf", "100001"])
def test_a_time_that_is_none_is_a_problem(
    command: str, minutes: str, given: list[object], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    words = [command, *map(str, given), "--minutes", minutes]
    assert commands.run(words) == 2
    told = capsysbinary.readouterr()
    assert b"This command line is not understood" in told.err
    assert b"--minutes" in told.err
    assert not told.out

    assert commands.run([*words, "--json"]) == 2
    end = decode_event(capsysbinary.readouterr().out)
    assert isinstance(end, JobFailed)
    assert (end.problem.code, end.problem.safe) == ("usage", "Nothing was started.")


@pytest.mark.parametrize("command", ["plan", "train"])
def test_what_stands_in_the_way_of_training_is_told(
    command: str, given: list[object], tmp_path: Path
) -> None:
    words = [command, *given, "--data", tmp_path / "nowhere.csv", "--minutes", 1]

    assert "nowhere.csv" in run(*words, code=2).stderr
    end = decode_event(run(*words, "--json", code=2).stdout_bytes.splitlines()[-1])
    assert isinstance(end, JobFailed)
    assert end.problem.code == "no_file"


@pytest.mark.usefixtures("slow")
def test_repairs_and_layers_are_planned_as_they_are_trained(
    given: list[object], moods_csv: Path, tmp_path: Path
) -> None:
    twice = tmp_path / "twice.csv"
    header, *rows = moods_csv.read_text(encoding="utf-8").splitlines()
    twice.write_text("\n".join([header, *rows, *rows[:10]]), encoding="utf-8")
    chosen = [*given, "--data", twice]

    whole = plan(chosen, 4)
    told = plan(chosen, 4, "--repair", "duplicates", "--layer", "embeddings=freeze")

    assert told["plan"]["of_rows"] < whole["plan"]["of_rows"]
    assert len(told["run"]["data"]["repairs"]) == 1
    assert told["run"]["layers"] == {"embeddings": False}
    assert "zebra" in run("plan", *chosen, "--repair", "zebra", code=2).stderr


@pytest.mark.usefixtures("slow")
def test_a_run_is_cut_and_ends_with_its_best_state(given: list[object], tmp_path: Path) -> None:
    shown = run("train", *given, "--minutes", 0.1, "--out", tmp_path / "run", "--json")
    events = [decode_event(line) for line in shown.stdout_bytes.splitlines()]

    assert "32 of 56 rows, 1 of 20 epochs" in shown.stderr  # beside what a program reads
    (started,) = (event for event in events if isinstance(event, TrainingStarted))
    assert (started.epochs, started.run.data.row_limit) == (1, 32)
    assert isinstance(events[-1], JobSucceeded)
    assert read_run(tmp_path / "run").settings["time_limit_minutes"] == 0.1
    assert (tmp_path / "run" / "model").is_dir()


@pytest.mark.usefixtures("slow")
def test_a_run_for_which_there_is_no_time_is_saved_all_the_same(given: list[object], tmp_path: Path) -> None:
    told = run("train", *given, "--minutes", 0.01, "--out", tmp_path / "run")

    assert "Even with 32 of 56 rows" in told.stdout + told.stderr
    assert (tmp_path / "run" / "model").is_dir()
    kinds = [type(event) for event in read_events(tmp_path / "run")]
    assert ResultWritten in kinds
    assert kinds[-1] is JobSucceeded


@pytest.mark.usefixtures("slow")
def test_all_folds_share_the_time(given: list[object], tmp_path: Path) -> None:
    folds = ["--all-folds", "--split", "folds=2"]
    told = run("train", *given, *folds, "--minutes", 0.2, "--out", tmp_path / "runs")

    assert "For each of 2 folds: " in told.stdout + told.stderr
    made = [read_run(folder) for folder in sorted((tmp_path / "runs").iterdir())]
    assert [one.settings["time_limit_minutes"] for one in made] == [0.1, 0.1]
    assert all(int(one.settings["epochs"]) < 20 for one in made)
