"""The open project: what the person chose, what is known about it, saved as it changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from engine.protocol.catalog import Catalog, MethodEntry, SampleEntry, TaskEntry
from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.data_facts import TableFacts
from engine.protocol.events import RunChecked
from engine.protocol.fields import Field, SettingValue
from engine.protocol.problems import Problem
from engine.protocol.project_problems import project_not_saved
from gui.state.choice_step import ChoiceStep
from gui.state.data_choices import DataChoices
from gui.state.project_file import PROJECT_FILE, Choices, ProjectFile, RunNotes, Summary
from gui.state.setting_choices import as_in_run, as_recommended, with_settings
from gui.state.table_guess import fitting, fitting_model, guessed, task_of
from gui.state.toml_file import write_toml


class Project(DataChoices):
    """A project folder and everything the window knows about it.

    Choices change through the setters, which put one step on :attr:`undo_stack` and write
    ``project.toml`` at once. Facts come from the engine through :class:`~gui.state.advisor.Advisor`,
    which fills the attributes of :class:`~gui.state.project_facts.ProjectFacts`.

    Args:
        folder: The project folder; it exists.
        contents: What its file says.
        sample: The sample that it was made from, if any.

    Attributes:
        device: Id of the device that runs train on; empty for the best there is.
        is_read_only: Whether nothing is saved, because the project is open in another window.
    """

    name_changed = Signal(str)
    draft_changed = Signal()
    saved = Signal()
    save_failed = Signal(object)

    def __init__(
        self,
        folder: Path,
        contents: ProjectFile,
        sample: SampleEntry | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.folder = folder
        self.sample = sample
        self.catalog: Catalog | None = None
        self.is_saved = True
        self.is_read_only = False
        self.device = ""
        self.undo_stack = QUndoStack(self)
        self._contents = contents
        self._checked_draft: RunConfig | None = None

    # --- what was chosen ------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """What the person calls the project."""
        return self._contents.name

    @property
    def choices(self) -> Choices:
        """Everything chosen, as it stands in the file."""
        return self._contents.choices

    @property
    def data(self) -> DataConfig | None:
        """Which rows, with the whole path of the file; ``None`` for a project without data."""
        data = self.choices.data
        return data and msgspec.structs.replace(data, path=str(self.folder / data.path))

    @property
    def task(self) -> str:
        """Id of the task; empty until the data is read."""
        return self.choices.task

    @property
    def method(self) -> str:
        """Id of the method; empty until the catalog is there."""
        return self.choices.method

    @property
    def method_entry(self) -> MethodEntry | None:
        """The chosen method as the catalog describes it; ``None`` before the catalog is there."""
        if self.catalog is None:
            return None
        return next((entry for entry in self.catalog.methods if entry.id == self.method), None)

    @property
    def task_entry(self) -> TaskEntry | None:
        """The chosen task as the catalog describes it; ``None`` before the catalog is there."""
        return task_of(self.catalog, self.task)

    @property
    def task_settings(self) -> dict[str, SettingValue]:
        """The task's own settings that differ from the recommended ones; they hold for every method."""
        return dict(self.choices.task_settings.get(self.task, {}))

    @property
    def settings(self) -> dict[str, SettingValue]:
        """Settings of task and chosen method that differ from the recommended ones."""
        return self.choices.settings.get(self.method, {}) | self.task_settings

    @property
    def recommended(self) -> dict[str, SettingValue]:
        """Every setting of the chosen method with its recommended value; empty before the catalog."""
        entry = self.method_entry
        task = self.task_entry
        of_task = task.fields if task is not None else ()
        values: dict[str, SettingValue] = {field.name: field.default for field in (*of_task, *self.fields)}
        return values | entry.task_defaults.get(self.task, {}) if entry else {}

    @property
    def fields(self) -> tuple[Field, ...]:
        """The settings of the chosen method as they are for the chosen model, once that was read."""
        entry = self.method_entry
        if entry is None:
            return ()
        known = (preview.fields for preview in self.previews if preview.method == self.method)
        return next(known, ()) or entry.fields

    @property
    def layers(self) -> dict[str, bool]:
        """Layers set by hand for the chosen method: layer id → trainable."""
        return dict(self.choices.layers.get(self.method, {}))

    def is_edited(self, method: str) -> bool:
        """Whether layers were set by hand for a method (the list marks it *edited*)."""
        return bool(self.choices.layers.get(method))

    @property
    def draft(self) -> RunConfig | None:
        """The run that *Start training* would start; ``None`` while something is not chosen."""
        data = self.data
        if data is None or not self.task or not self.method:
            return None
        run = RunConfig(
            data=data,
            task=self.task,
            method=self.method,
            settings=self.settings,
            layers=self.layers,
            seed=self.choices.seed,
            watch=self.choices.watch,
            device=self.device,
        )
        model = self.choices.model or fitting_model(self.catalog, self.task_entry)
        return msgspec.structs.replace(run, model=model) if model else run

    @property
    def is_checked(self) -> bool:
        """Whether :attr:`checked` is about the draft as it stands now."""
        return self.checked is not None and self._checked_draft == self.draft

    @property
    def saved_words(self) -> str:
        """Returns whether what was chosen is saved, in a word or two."""
        return "Not saved: open elsewhere" if self.is_read_only else "Saved" if self.is_saved else "Not saved"

    # --- setters: each is one step that can be undone ---------------------------------------------

    def set_task(self, task: str) -> None:
        """Chooses a task; the columns mean to it what they seem to, for its roles are its own."""
        changes: dict[str, Any] = {"task": task}
        data = self.choices.data
        if self.table is not None and data is not None and task != self.task:
            columns = self.table.columns_for(task)
            changes["data"] = msgspec.structs.replace(data, columns=columns)
            changes |= fitting(self.choices, task_of(self.catalog, task), self.table, columns)
        models = {fitting_model(self.catalog, task_of(self.catalog, one)) for one in (self.task, task)}
        if not self.choices.model and len(models) > 1:
            changes["layers"] = {}  # they belonged to the model that goes with the old task
        self._choose("Choose the task", **changes)

    def set_method(self, method: str) -> None:
        """Chooses a method; its own settings and layers come back with it."""
        self._choose("Choose the method", method=method)

    def set_model(self, model: str) -> None:
        """Chooses a base model. Layers set by hand belonged to the old one and are dropped."""
        self._choose("Choose the model", model=model, layers={})

    def set_setting(self, name: str, value: SettingValue) -> None:
        """Sets one setting of the chosen method."""
        self.set_settings({name: value})

    def set_settings(self, values: dict[str, SettingValue]) -> None:
        """Sets some settings of the task or the chosen method; the others stay as they are."""
        changes = with_settings(self.choices, self.task_entry, values, self.settings, self.recommended)
        self._choose(f"Change {', '.join(values)}", **changes)

    def set_rows_and_settings(
        self, row_limit: int | None, values: dict[str, SettingValue], text: str
    ) -> None:
        """Sets some settings and how many rows are learned from, in one step.

        Args:
            row_limit: Use only so many rows for training; ``None`` for all.
            values: Setting → value; the others stay as they are.
            text: What was done, for the menu.
        """
        changes = with_settings(self.choices, self.task_entry, values, self.settings, self.recommended)
        if self.choices.data is not None:
            changes["data"] = msgspec.structs.replace(self.choices.data, row_limit=row_limit)
        self._choose(text, merge=False, **changes)

    def reset_settings(self) -> None:
        """Takes the recommended settings again."""
        changes = as_recommended(self.choices)
        without = msgspec.structs.replace(self.choices, **changes)
        columns = self.choices.data.columns if self.choices.data else {}
        self._choose(
            "Back to recommended", **changes | fitting(without, self.task_entry, self.table, columns)
        )

    def set_layers(self, layers: dict[str, bool]) -> None:
        """Freezes and thaws some layers by hand; the others stay as they are."""
        wanted = self.layers | layers
        self._choose(
            f"Change {', '.join(layers)}", layers=self.choices.layers | {self.method: wanted}, merge=False
        )

    def reset_layers(self) -> None:
        """Takes back what was set by hand; the method decides again."""
        kept = {method: layers for method, layers in self.choices.layers.items() if method != self.method}
        self._choose("Layers as the method sets them", layers=kept)

    def set_seed(self, seed: int) -> None:
        """Chooses the seed of weights, order and dropout."""
        self._choose("Change the seed", seed=seed)

    def set_watch(self, texts: tuple[str, ...]) -> None:
        """Follows the person's own texts while training."""
        self._choose("Change the watched texts", watch=texts)

    def set_device(self, device: str) -> None:
        """Says where runs train; a choice of this computer, which the project does not keep."""
        if device != self.device:
            self.device = device
            self.draft_changed.emit()

    def take_choices_of(self, run: RunConfig) -> None:
        """Sets everything up as it was for a run, but for the data."""
        self._choose("Set up as that run", **as_in_run(self.choices, task_of(self.catalog, run.task), run))

    def rename(self, name: str) -> None:
        """Gives the project another name; its folder stays."""
        if name.strip() and name.strip() != self.name:
            self._contents = msgspec.structs.replace(self._contents, name=name.strip())
            self.save()
            self.name_changed.emit(self.name)

    def _choose(self, text: str, *, merge: bool = True, **changes: Any) -> None:
        before = {name: getattr(self.choices, name) for name in changes}
        if before != changes:
            self.undo_stack.push(ChoiceStep(self._apply, text, before, changes, merge=merge))

    def _apply(self, changes: dict[str, Any]) -> None:
        """Takes choices over, saves them and tells who must know."""
        before, draft = self.choices, self.draft
        wanted = msgspec.structs.replace(before, **changes)
        if wanted == before:
            return
        self._contents = msgspec.structs.replace(self._contents, choices=wanted)
        self.save()
        read_otherwise = wanted.task_settings != before.task_settings
        if wanted.data != before.data or wanted.task != before.task or read_otherwise:
            self.data_changed.emit()
        if wanted.model != before.model:
            self.model_changed.emit()
        if self.draft != draft:
            self.draft_changed.emit()

    # --- what the window keeps with it ------------------------------------------------------------

    @property
    def run_notes(self) -> dict[str, RunNotes]:
        """Name of the run's folder → what was attached to it."""
        return dict(self._contents.runs)

    def set_run_notes(self, run_id: str, notes: RunNotes | None) -> None:
        """Attaches name, note, colour and check mark to a run; ``None`` drops them."""
        kept = {name: value for name, value in self._contents.runs.items() if name != run_id}
        runs = kept if notes is None else kept | {run_id: notes}
        self._contents = msgspec.structs.replace(self._contents, runs=runs)
        self.save()

    def set_summary(self, summary: Summary) -> None:
        """Keeps what the list of recent projects says."""
        if summary != self._contents.summary:
            self._contents = msgspec.structs.replace(self._contents, summary=summary)
            self.save()

    def contents_for_copy(self, name: str) -> ProjectFile:
        """Returns what a copy's file says: the same choices, no runs."""
        return ProjectFile(
            name=name, created=self._contents.created, sample=self._contents.sample, choices=self.choices
        )

    def save(self) -> None:
        """Writes the project's file. A failure is a signal; the choices stay in this window."""
        if self.is_read_only:
            return
        file = self.folder / PROJECT_FILE
        try:
            write_toml(file, self._contents)
        except OSError as error:
            self.is_saved = False
            self.save_failed.emit(project_not_saved(str(file), error.strerror or str(error)))
            return
        self.is_saved = True
        self.saved.emit()

    def use_catalog(self, catalog: Catalog) -> None:
        """Chooses the default method where none is chosen yet."""
        self.catalog = catalog
        default = catalog.tagged("default") or next(iter(catalog.methods), None)
        if not self.method and default is not None:
            self._apply({"method": default.id})

    def take_table(self, table: TableFacts | None, problems: tuple[Problem, ...] = ()) -> None:
        """Takes over what was read; guesses task and columns where the person chose none."""
        self.table, self.first_rows = table, None
        self.data_problems = problems
        guess = guessed(self.choices, table, self.catalog) if table is not None else {}
        if any(getattr(self.choices, name) != value for name, value in guess.items()):
            self._apply(guess)
        else:
            self.data_changed.emit()

    def take_checked(self, checked: RunChecked, draft: RunConfig) -> None:
        """Takes over the check of a draft."""
        self.checked, self._checked_draft = checked, draft
        self.checked_changed.emit()
