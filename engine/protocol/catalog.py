"""The catalog: what this engine can do, told to the window and the command line as data."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from engine.protocol.exports import ExportEntry
from engine.protocol.fields import Field, SettingValue


class MethodGroup(StrEnum):
    """What a method changes; the headings of the method list."""

    HEAD = "head"
    WEIGHTS = "weights"
    INSERTS = "inserts"


class RoleKind(StrEnum):
    """What stands in the cells of a column."""

    TEXT = "text"
    """Words to read or to write."""
    LABEL = "label"
    """One of a few answers, several of them, or a score."""
    WORDS = "words"
    """The words of a sentence, as a list."""
    TAGS = "tags"
    """A tag for each word, as a list."""
    ANSWERS = "answers"
    """The right answers of a question on a passage."""
    GROUP = "group"
    """What rows that belong together have in common."""


class RoleEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What a column can mean to a task.

    Attributes:
        id: E.g. ``"text"``, ``"label"``.
        label: What a person reads, e.g. ``"Text to read"``.
        required: Whether the task cannot do without. What it can do without is found by name only.
        kind: What stands in its cells.
        names: What such a column is usually called, in small letters, besides what every column of its
            kind may be called, e.g. ``("question", "query")``; ``"text 2"`` is also ``text2``, ``Text_2``.
        of_lists: Settings of the task that fit a column whose cells hold lists: name → value.
        hint: What is to be known about typing one, a sentence; empty for nothing.
    """

    id: str
    label: str
    required: bool = True
    kind: RoleKind = RoleKind.TEXT
    names: tuple[str, ...] = ()
    of_lists: dict[str, SettingValue] = {}
    hint: str = ""


class MetricEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A measure of a task.

    Attributes:
        id: Key in ``EvaluationEnded.metrics``, e.g. ``"macro_f1"``.
        label: Long name, e.g. ``"Macro F1"``.
        short: Short name for tight places, e.g. ``"F1"``.
        help: One sentence on what it means.
        higher_is_better: Direction.
        title: What a chart of it is called, e.g. ``"F1 score"``; empty: its label.
        note: A few words beside that, e.g. ``"every label counts as much"``.
    """

    id: str
    label: str
    short: str
    help: str
    higher_is_better: bool = True
    title: str = ""
    note: str = ""


class TaskEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A task, as the window sees it.

    Attributes:
        name: What a person says, e.g. ``"Classify text"``.
        summary: A few words below the name, e.g. ``"one label per text"``.
        icon: Name of an icon in the theme.
        roles: What its columns can mean.
        metrics: What it measures; the first chooses the best checkpoint.
        unit: What one row is called, plural, e.g. ``"texts"``.
        labels: What its answers are called where they are few and named, plural, e.g. ``"tags"``.
        second_first: Whether the second text is read before the first, as a question is before its passage.
        fields: The task's own settings.
        training: Training settings with what the task recommends.
        network: Which of transformers' networks it stands on, e.g. ``"causal_lm"``.
        input_roles: Ids of the roles that a question is made of, for typed texts.
    """

    id: str
    name: str
    summary: str
    icon: str
    roles: tuple[RoleEntry, ...]
    metrics: tuple[MetricEntry, ...]
    unit: str = "texts"
    labels: str = "labels"
    second_first: bool = False
    fields: tuple[Field, ...] = ()
    training: tuple[Field, ...] = ()
    network: str = ""
    input_roles: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        """Returns whether answers are written word by word, with the head that came with the model."""
        return self.network not in {"", "encoder"}


class MethodEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A method, as the window sees it.

    Attributes:
        summary: One sentence: what changes and what stays.
        reference: The paper.
        fields: Its own settings and the training settings, in order, with the method's defaults.
        tags: Facts that others may ask for, e.g. ``"light"``, ``"by_hand"``, ``"default"``.
        layers_by_hand: Whether a person may freeze and thaw layers on the map.
        task_defaults: Task id → setting → what that task recommends instead of the field's value.
        tasks: Ids of the tasks that it can serve.
    """

    id: str
    name: str
    summary: str
    group: MethodGroup
    reference: str
    fields: tuple[Field, ...]
    tags: tuple[str, ...] = ()
    layers_by_hand: bool = False
    task_defaults: dict[str, dict[str, SettingValue]] = {}
    tasks: tuple[str, ...] = ()

    def recommended(self, task: str) -> dict[str, SettingValue]:
        """Returns every setting with the value that is recommended for a task.

        Args:
            task: Id of the task.
        """
        values: dict[str, SettingValue] = {field.name: field.default for field in self.fields}
        return values | self.task_defaults.get(task, {})


class ModelPlace(StrEnum):
    """Where a model is; the sections of the list of models."""

    BUILT_IN = "built_in"
    CACHE = "cache"
    FOLDER = "folder"
    HUB = "hub"


class ModelEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A base model that a person may choose, or sees why not.

    Attributes:
        id: What goes into ``RunConfig.model``.
        language: E.g. ``"English"``, ``"English and French"``; empty when nobody says.
        available: Whether its files are here, whole.
        note: Where it comes from, or what is to be known before it is chosen.
        size: Bytes of its weights: on disk, or those that would be downloaded; 0 when not known.
        place: Where it is.
        parameters: Numbers in its checkpoint; 0 when not known.
        learned: What it was trained for, as the end of "It learned …"; empty when nobody says.
        networks: Which networks a built-in model can be; empty when that is not known beforehand.
        reason: Why it cannot be used; empty when it can, at least once it is here.
        held: Bytes of a download that has not come to its end.
        downloads: How often it was fetched from the hub in the last month.
        gated: Whether its owner wants a licence accepted first.
        page: Address of its page on the hub.
    """

    id: str
    name: str
    summary: str
    licence: str
    language: str
    available: bool = True
    title: str = ""
    note: str = ""
    size: int = 0
    place: ModelPlace = ModelPlace.BUILT_IN
    parameters: int = 0
    learned: str = ""
    networks: tuple[str, ...] = ()
    reason: str = ""
    held: int = 0
    downloads: int = 0
    gated: bool = False
    page: str = ""


class Catalog(msgspec.Struct, frozen=True, kw_only=True):
    """All of it.

    Attributes:
        file_endings: How the names of files end that can be read, in small letters: ``".csv"``.
        exports: What can be written of a finished run.
    """

    tasks: tuple[TaskEntry, ...]
    methods: tuple[MethodEntry, ...]
    models: tuple[ModelEntry, ...] = ()
    file_endings: tuple[str, ...] = ()
    exports: tuple[ExportEntry, ...] = ()

    def task(self, task_id: str) -> TaskEntry:
        """Returns the task of that id.

        Raises:
            KeyError: When there is none.
        """
        return {entry.id: entry for entry in self.tasks}[task_id]

    def method(self, method_id: str) -> MethodEntry:
        """Returns the method of that id.

        Raises:
            KeyError: When there is none.
        """
        return {entry.id: entry for entry in self.methods}[method_id]

    def tagged(self, tag: str) -> MethodEntry | None:
        """Returns the first method with a tag, or ``None``."""
        return next((entry for entry in self.methods if tag in entry.tags), None)


class SampleEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A sample data set that comes with the app.

    Attributes:
        id: Short name, e.g. ``"posts"``.
        title: The words on its card.
        summary: One sentence below.
        rows_text: E.g. ``"3,099 posts"``.
        file: File name in ``resources/samples``.
        task: Id of its task.
        model: Id of the built-in model that can do it; empty for the first of the catalog.
        columns: Role → column name.
        icon: Name of an icon in the theme.
        licence: Short name of the licence.
    """

    id: str
    title: str
    summary: str
    rows_text: str
    file: str
    task: str
    model: str = ""
    columns: dict[str, str] = {}
    icon: str = "data"
    licence: str = ""


class SampleList(msgspec.Struct, frozen=True, kw_only=True):
    """The contents of ``resources/samples/samples.toml``, in the order of the cards."""

    samples: tuple[SampleEntry, ...] = msgspec.field(name="sample", default=())
