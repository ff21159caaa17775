"""What a kind of export is: the contract that each file in ``engine/export/kinds`` fills in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from engine import registry
from engine.contracts import Settings, Task
from engine.export.answers_compared import ComparedAnswers
from engine.models.weights import SavedModel
from engine.protocol.config import RunConfig
from engine.protocol.events import TrainingStarted
from engine.protocol.exports import ExportCheck
from engine.protocol.fields import Field
from engine.protocol.results import RunResult
from engine.protocol.run_files import MODEL_FOLDER
from engine.training.answering import FinishedRun
from engine.training.workbench import Workbench


@dataclass(frozen=True, kw_only=True)
class RunToExport:
    """A run's folder, as far as its small files tell: no weights are loaded.

    Attributes:
        folder: Where it is.
        run: What was chosen.
        task: Its task.
        saved: What its saved model is.
        result: What it reached; ``None`` where that cannot be read.
        started: What was known when it began; likewise.
        base_name: How the base model is found elsewhere: its name on the hub, or its folder.
        base_fingerprint: Checksum of the base model's weights; empty where it is not on this computer.
        missing: Name of a file of the saved model that is missing; empty when all are there.
        has_run_file: Whether the run's own file says what was chosen; else its events do.
    """

    folder: Path
    run: RunConfig
    task: Task
    saved: SavedModel
    result: RunResult | None
    started: TrainingStarted | None
    base_name: str
    base_fingerprint: str
    missing: str = ""
    has_run_file: bool = True

    @property
    def model_folder(self) -> Path:
        """Returns where its saved model is."""
        return self.folder / MODEL_FOLDER

    @property
    def base_shown(self) -> str:
        """Returns the base model's name as others may read it: of a folder on this computer its last part."""
        return Path(self.base_name).name if Path(self.base_name).is_absolute() else self.base_name

    @property
    def base_in_full(self) -> str:
        """Returns what the base model is called and, where that differs, how it is found elsewhere."""
        name = self.saved.base.name
        return name if self.base_shown == name else f"{name} ({self.base_shown})"

    @property
    def title(self) -> str:
        """Returns what a person calls it; of a run without a name how it was trained, and from what."""
        return self.run.name or f"{registry.method(self.run.method).name} on {self.saved.base.name}"


@dataclass(kw_only=True)
class Writing:
    """What a kind is given to write a run.

    Attributes:
        source: The run.
        place: An empty folder; what the kind puts there is moved to where the person wants it.
        options: Every field of the kind with its value.
        card: The model card, to be put beside a model.
        bench: Reads rows.
        tell: Says what is being done. May raise to end it.
        shared: What the kinds that are written together have in common.
    """

    source: RunToExport
    place: Path
    options: Settings
    card: str
    bench: Workbench
    tell: Callable[[str], None]
    shared: SharedAnswers = field(repr=False)

    @property
    def finished(self) -> FinishedRun:
        """Returns the run with its model, loaded once for all kinds, on the processor."""
        return self.shared.finished

    @property
    def test(self) -> ComparedAnswers:
        """Returns 50 test rows and what the run's own model says to them."""
        return self.shared.test


class SharedAnswers:
    """The run's model and what it says to some test rows; worked out when a kind needs it first."""

    def __init__(self, folder: Path, bench: Workbench) -> None:
        """Loads nothing yet.

        Args:
            folder: The run's folder.
            bench: Reads rows.
        """
        self._folder = folder
        self._bench = bench

    @cached_property
    def finished(self) -> FinishedRun:
        """The run with its model."""
        return FinishedRun.load(self._folder, device="cpu")

    @cached_property
    def test(self) -> ComparedAnswers:
        """What the model says."""
        return ComparedAnswers.of(self.finished, self._bench)


def _always(_source: RunToExport) -> str:
    return ""


def _none(_source: RunToExport) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, kw_only=True)
class ExportKind:
    """A form in which a finished run can be taken away.

    Attributes:
        id: Equal to the file name.
        name: E.g. ``"Adapter only"``.
        summary: What it is, one sentence.
        opens_with: E.g. ``"opens with peft"``.
        icon: Name of an icon in the theme.
        order: Place in the list.
        write: Writes into ``Writing.place`` and returns what was looked at.
        size: ``(run) -> bytes``, about; 0 when not known.
        summary_of: ``(run) -> sentence``, where what it is depends on the run; empty for ``summary``.
        why_not: ``(run) -> reason`` why it cannot be written, a sentence; empty when it can.
        fields: What a person may choose about it; names are unlike those of every other kind.
        idle: ``(run) -> names`` of those fields that change nothing for a run.
        packages: Import names of what it needs beside what every Thaw has.
        extra: Name of the optional part of Thaw that brings them.
        needs_model: Whether it is made of the saved weights, so that it cannot do without them.
        on_page: Whether it has a card of its own in the window.
        suggested: Whether it is ticked there at first.
        for_hub: Whether it may be put on the Hugging Face hub.
    """

    id: str
    name: str
    summary: str
    opens_with: str
    icon: str
    order: int
    write: Callable[[Writing], tuple[ExportCheck, ...]]
    size: Callable[[RunToExport], int]
    summary_of: Callable[[RunToExport], str] = _always
    why_not: Callable[[RunToExport], str] = _always
    fields: tuple[Field, ...] = ()
    idle: Callable[[RunToExport], tuple[str, ...]] = _none
    packages: tuple[str, ...] = ()
    extra: str = ""
    needs_model: bool = True
    on_page: bool = True
    suggested: bool = False
    for_hub: bool = False
