"""What stands in a project's ``project.toml``."""

from __future__ import annotations

import msgspec

from engine.protocol.config import DataConfig
from engine.protocol.fields import SettingValue

PROJECT_FILE = "project.toml"
RUNS_FOLDER = "runs"
FORMAT = 1


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a person chose and may undo.

    Settings and layers are kept per method, so that looking at another method loses nothing.

    Attributes:
        data: The file and its columns; a path inside the project is relative to its folder.
        task: Id of the task; empty until the data is read.
        method: Id of the method; empty until the catalog is there.
        model: Id of the base model, a folder, or its name on the hub; empty for the first
            of the catalog that can do the task.
        settings: Method id → what differs from the recommended values.
        task_settings: Task id → the same for the task's own settings, which hold for every method.
        layers: Method id → layers set by hand.
        seed: Seed of weights, order and dropout.
        watch: Texts of the person's own to follow while training.
    """

    data: DataConfig | None = None
    task: str = ""
    method: str = ""
    model: str = ""
    settings: dict[str, dict[str, SettingValue]] = {}
    task_settings: dict[str, dict[str, SettingValue]] = {}
    layers: dict[str, dict[str, bool]] = {}
    seed: int = 0
    watch: tuple[str, ...] = ()


class RunNotes(msgspec.Struct, frozen=True, kw_only=True):
    """What a person and the window attach to a run; the run's own folder is the engine's.

    Attributes:
        name: The person's name for it; empty for the method's.
        note: A remark.
        color: Its number in the run palette, from 1, for life.
        checked: Whether it is drawn in the comparison.
    """

    name: str = ""
    note: str = ""
    color: int = 0
    checked: bool = True


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What the list of recent projects says, so that no run need be read for it.

    Attributes:
        runs: How many runs there are.
        metric: Short name of the metric, e.g. ``"F1"``.
        best: Best test score; ``None`` without a finished run.
        method: Id of the best run's method.
        run: Name of the best run's folder.
    """

    runs: int = 0
    metric: str = ""
    best: float | None = None
    method: str = ""
    run: str = ""


class ProjectFile(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file.

    Attributes:
        format: Raised when an older window could not read it.
        name: What the person calls the project.
        created: ISO date and time.
        sample: Id of the sample it was made from; empty for a file of the person's own.
        runs: Name of the run's folder → notes.
    """

    name: str
    format: int = FORMAT
    created: str = ""
    sample: str = ""
    choices: Choices = Choices()
    summary: Summary = Summary()
    runs: dict[str, RunNotes] = {}
