"""Names of the files in a run's folder, and reading them back: known here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from engine.protocol.config import RunConfig
from engine.protocol.events import Event, TrainingStarted
from engine.protocol.results import Prediction
from engine.protocol.stack import StackFacts
from engine.protocol.wire import WireError, decode_event

RUN_FILE = "run.toml"
EVENTS_FILE = "events.jsonl"
WISHES_FILE = "wishes.jsonl"
LOCK_FILE = ".lock"
TEST_PREDICTIONS_FILE = "predictions.test.jsonl"
TEST_EVIDENCE_FILE = "evidence.test.safetensors"
"""What each test row adds to the measures; only engines read it."""
MODEL_FOLDER = "model"
BEST_FOLDER = "checkpoints/best"
LAST_FOLDER = "checkpoints/last"
DATA_FOLDER = "data"
"""A project's folder of data, beside its folder of runs."""


def read_events(folder: Path) -> Iterator[Event]:
    """Yields a run's events from its file, oldest first.

    A last line that was cut off by a crash is left out, as are lines of a newer protocol.

    Args:
        folder: The run's folder.
    """
    path = folder / EVENTS_FILE
    if not path.is_file():
        return
    with path.open("rb") as lines:
        for line in lines:
            if not line.endswith(b"\n"):
                return
            event = _decoded(line)
            if event is not None:
                yield event


def read_stack(folder: Path) -> StackFacts | None:
    """Returns the model's layers as a run began with them; ``None`` where it never began."""
    started = (event for event in read_events(folder) if isinstance(event, TrainingStarted))
    return next((event.stack for event in started), None)


def events_after(folder: Path, told: int) -> tuple[list[Event], int]:
    """Returns what was added to a run's events while it trains, whole lines only.

    Args:
        folder: The run's folder.
        told: How many bytes of the file are known already.

    Returns:
        The new events, oldest first, and how many bytes are known now.
    """
    try:
        with (folder / EVENTS_FILE).open("rb") as file:
            file.seek(told)
            added = file.read()
    except OSError:
        return [], told
    whole = added[: added.rfind(b"\n") + 1]
    events = [event for line in whole.splitlines() if (event := _decoded(line)) is not None]
    return events, told + len(whole)


def unread_events(folder: Path) -> tuple[int, int]:
    """Returns how many lines of a run's events are of a newer protocol, and how many are damaged.

    Args:
        folder: The run's folder.
    """
    newer = damaged = 0
    path = folder / EVENTS_FILE
    for line in path.read_bytes().splitlines() if path.is_file() else ():
        if _decoded(line) is None:
            try:
                msgspec.json.decode(line)
                newer += 1
            except (UnicodeDecodeError, msgspec.MsgspecError):
                damaged += 1
    return newer, damaged


def _decoded(line: bytes) -> Event | None:
    try:
        return decode_event(line)
    except WireError:
        return None  # of a newer protocol


def read_predictions(folder: Path, name: str = TEST_PREDICTIONS_FILE) -> tuple[Prediction, ...]:
    """Returns the predictions in a JSON Lines file of a run folder; empty when there is none.

    Raises:
        OSError: When the file cannot be read.
        msgspec.DecodeError: When it is damaged.
    """
    path = folder / name
    if not path.is_file():
        return ()
    decoder = msgspec.json.Decoder(Prediction)
    try:
        return tuple(decoder.decode(line) for line in path.read_bytes().splitlines() if line.strip())
    except UnicodeDecodeError as error:  # msgspec lets it through
        raise msgspec.DecodeError(str(error)) from error


def read_run(folder: Path) -> RunConfig:
    """Returns what was chosen for a run.

    A project's folder may have been moved, to another computer too: where the data is not in its old place
    and lies beside the run's folder as projects have it, it is taken from there.

    Raises:
        OSError: When the file is not there.
        msgspec.ValidationError: When it is not a run.
    """
    run = msgspec.toml.decode((folder / RUN_FILE).read_bytes(), type=RunConfig)
    return _with_data_found(run, folder)


def run_as_begun(folder: Path) -> RunConfig | None:
    """Returns what was chosen for a run as its events have it; ``None`` when it never began to train.

    It says what a lost or damaged run file said.

    Args:
        folder: The run's folder.
    """
    started = (event for event in read_events(folder) if isinstance(event, TrainingStarted))
    begun = next((event.run for event in started), None)
    return None if begun is None else _with_data_found(begun, folder)


def _with_data_found(run: RunConfig, folder: Path) -> RunConfig:
    moved = folder.absolute().parent.parent / DATA_FOLDER / re.split(r"[/\\]", run.data.path)[-1]
    if Path(run.data.path).exists() or not moved.exists():
        return run
    return msgspec.structs.replace(run, data=msgspec.structs.replace(run.data, path=str(moved)))
