"""What the layer map draws, as a value: rows with their state, inserts, counts and heat.

A :class:`StackView` is made from the engine's :class:`~engine.protocol.stack.StackFacts` and holds
nothing of Qt, so that it can be compared, tested and painted anywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import groupby

from engine.protocol.events import LayersChanged
from engine.protocol.stack import InsertFacts, InsertKind, LayerFacts, LayerKind, PartFacts, StackFacts

GROUP_ABOVE = 24
"""With more blocks than that, equal neighbours are drawn as one row."""

_NORM = "norm"
"""Role of a normalisation layer."""


class Strip(StrEnum):
    """Which thin line a part carries when only a little of it may change."""

    NONE = "none"
    BIAS = "bias"
    NORM = "norm"


@dataclass(frozen=True)
class PieceView:
    """A line of an opened block: a matrix, a norm, or a small new part."""

    label: str
    parameters: int
    trainable: bool
    is_new: bool = False


@dataclass(frozen=True)
class PartView:
    """A part of a block: attention or feed-forward."""

    id: str
    label: str
    strip: Strip = Strip.NONE
    pieces: tuple[PieceView, ...] = ()


@dataclass(frozen=True)
class HeatFacts:
    """How much each layer has changed so far.

    Attributes:
        percent: Layer id → ‖W − W₀‖ / ‖W₀‖ in per cent, now.
        new_layers: Ids of layers that have no W₀.
        history: Layer id → the same figure over time, oldest first.
    """

    percent: Mapping[str, float] = field(default_factory=dict)
    new_layers: tuple[str, ...] = ()
    history: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    @staticmethod
    def from_changes(changes: Sequence[LayersChanged]) -> HeatFacts:
        """Makes it from all messages of a run so far, oldest first; none give no heat at all."""
        if not changes:
            return HeatFacts()
        names = changes[-1].percent
        history = {name: tuple(change.percent.get(name, 0.0) for change in changes) for name in names}
        return HeatFacts(dict(names), changes[-1].new_layers, history)


@dataclass(frozen=True)
class RowView:
    """One row of the map: a layer, or several equal neighbours drawn as one.

    Attributes:
        ids: Layer ids, lowest first; more than one for a group.
        stack: ``"encoder"`` or ``"decoder"`` for a block of one of two stacks; else empty.
        trainable: Whether (most of) its own numbers may change.
        parameters: Own numbers of all its layers.
        new_parameters: Numbers in its inserts.
        heat: Change in per cent; ``None`` when not known or not a heat map.
        is_new: Whether the layer was not in the checkpoint.
        history: Change over time, for the sparkline.
        scheduled: When it will thaw, e.g. ``"epoch 2"``; empty when it is not scheduled.
    """

    ids: tuple[str, ...]
    kind: LayerKind
    label: str
    trainable: bool
    parameters: int
    trainable_parameters: int
    stack: str = ""
    detail: str = ""
    new_parameters: int = 0
    is_new: bool = False
    times: int = 1
    parts: tuple[PartView, ...] = ()
    inserts: tuple[InsertFacts, ...] = ()
    heat: float | None = None
    history: tuple[float, ...] = ()
    scheduled: str = ""

    @property
    def id(self) -> str:
        """Returns the lowest layer's id, which names the row."""
        return self.ids[0]

    @property
    def is_group(self) -> bool:
        """Returns whether several layers are drawn as this row."""
        return len(self.ids) > 1

    @property
    def can_toggle(self) -> bool:
        """Returns whether a person may wish it frozen or trainable; a new head always learns."""
        return self.parameters > 0 and not self.is_new

    @property
    def is_tied(self) -> bool:
        """Returns whether it has no numbers of its own: a head that uses the word embeddings."""
        return self.kind is LayerKind.HEAD and not self.parameters and not self.is_new

    @property
    def state_word(self) -> str:
        """Returns ``"trainable"`` or ``"frozen"``."""
        return "trainable" if self.trainable else "frozen"

    @property
    def title(self) -> str:
        """Returns the name with what must be known of it: a group's state, how often it is used."""
        if self.is_group:
            return f"{self.label}, {self.state_word}"
        return f"{self.label} × {self.times}, shared" if self.times > 1 else self.label

    @property
    def name_in_column(self) -> str:
        """Returns its name where its stack has a heading: ``"Block 1"`` for ``"Encoder block 1"``."""
        return (
            self.label.removeprefix(f"{self.stack.capitalize()} ").capitalize() if self.stack else self.label
        )

    @property
    def name_in_list(self) -> str:
        """Returns its name in a narrow list of both stacks: ``"Encoder 1"`` for ``"Encoder block 1"``."""
        return self.label.replace(" blocks", "").replace(" block", "") if self.stack else self.label

    @property
    def pieces(self) -> tuple[PieceView, ...]:
        """Returns the lines of the opened row, parts in their order."""
        return tuple(piece for part in self.parts for piece in part.pieces)


@dataclass(frozen=True)
class StackView:
    """The whole picture, bottom row first.

    Attributes:
        blocks: How many blocks the model has, whether grouped or not.
        taps: Ids of the layers that the head reads, where that is not only the last one.
        with_heat: Whether rows are coloured by how much they have changed.
    """

    rows: tuple[RowView, ...]
    blocks: int
    total_parameters: int
    trainable_parameters: int
    taps: tuple[str, ...] = ()
    example_pieces: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    with_heat: bool = False

    @staticmethod
    def from_facts(
        facts: StackFacts,
        heat: HeatFacts | None = None,
        scheduled: Mapping[str, str] | None = None,
        open_groups: Collection[str] = (),
    ) -> StackView:
        """Makes the picture of a model.

        Args:
            facts: The stack as the engine reads it.
            heat: How much each layer has changed, for the map of a running training.
            scheduled: Layer id → when it will thaw, e.g. ``"epoch 2"``.
            open_groups: Ids of layers whose group of equal neighbours is drawn one by one.
        """
        rows = _with_tied_head(
            tuple(_row(layer, heat, (scheduled or {}).get(layer.id, "")) for layer in facts.layers)
        )
        counts = Counter(row.stack for row in rows if row.kind is LayerKind.BLOCK)
        if max(counts.values(), default=0) > GROUP_ABOVE:
            rows = _grouped(rows, open_groups)
        return StackView(
            rows=rows,
            blocks=counts.total(),
            total_parameters=facts.total_parameters,
            trainable_parameters=facts.trainable_parameters,
            taps=facts.taps,
            example_pieces=facts.example_pieces,
            outputs=facts.outputs,
            with_heat=heat is not None,
        )

    @property
    def stacks(self) -> tuple[str, ...]:
        """Returns the names of its two stacks; none for a model of one."""
        return tuple(dict.fromkeys(row.stack for row in self.rows if row.stack))

    def blocks_of(self, stack: str) -> int:
        """Returns how many blocks one of the stacks has, whether grouped or not."""
        return sum(len(row.ids) for row in self.rows if row.kind is LayerKind.BLOCK and row.stack == stack)

    @property
    def tallest(self) -> int:
        """Returns how many blocks the tallest stack has."""
        return max(map(self.blocks_of, self.stacks or ("",)))

    @property
    def toggle_rows(self) -> tuple[RowView, ...]:
        """Returns the rows that can be frozen and thawed, lowest first."""
        return tuple(row for row in self.rows if row.can_toggle)

    @property
    def has_inserts(self) -> bool:
        """Returns whether small new parts sit anywhere in the model."""
        return any(row.inserts for row in self.rows)

    @property
    def has_prompt(self) -> bool:
        """Returns whether learned vectors are read before the words."""
        return any(insert.kind is InsertKind.PROMPT for row in self.rows for insert in row.inserts)

    @property
    def shows_thaw_line(self) -> bool:
        """Returns whether "everything above is trainable" is a way to say what happens here."""
        partly = any(row.trainable_parameters > 0 and not row.trainable for row in self.toggle_rows)
        return bool(self.toggle_rows) and not self.has_inserts and not partly and not self.with_heat

    @property
    def is_contiguous(self) -> bool:
        """Returns whether all frozen rows lie below all trainable ones."""
        states = [row.trainable for row in self.toggle_rows]
        return states == sorted(states)

    @property
    def thaw_index(self) -> int:
        """Returns how many rows lie below the lowest trainable one."""
        states = [row.trainable for row in self.toggle_rows]
        return states.index(True) if True in states else len(states)

    def row_of(self, layer_id: str) -> int:
        """Returns the index of the row that draws a layer, -1 for none."""
        return next((index for index, row in enumerate(self.rows) if layer_id in row.ids), -1)

    def with_states(self, wanted: Mapping[str, bool]) -> StackView:
        """Returns the same picture with layers frozen or thawed, before the engine has answered.

        Args:
            wanted: Layer id → trainable.
        """

        def changed(row: RowView) -> RowView:
            if not row.can_toggle or row.id not in wanted or wanted[row.id] == row.trainable:
                return row
            trainable = wanted[row.id]
            return replace(row, trainable=trainable, trainable_parameters=row.parameters if trainable else 0)

        rows = _with_tied_head(tuple(changed(row) for row in self.rows))
        trainable = sum(row.trainable_parameters + row.new_parameters for row in rows)
        return replace(self, rows=rows, trainable_parameters=trainable)


def heat_text(row: RowView) -> str:
    """Returns what is written in a block of the heat map: ``"3.41 %"``, ``"0 %"``, ``"new"``."""
    if row.is_new:
        return "new"
    if row.heat is None:
        return "…"
    return "0 %" if row.heat == 0 and not row.trainable_parameters else f"{row.heat:.2f} %"


def _row(layer: LayerFacts, heat: HeatFacts | None, scheduled: str) -> RowView:
    trainable = layer.parameters > 0 and 2 * layer.trainable_parameters >= layer.parameters
    unknown = None if layer.trainable_parameters else 0.0  # what cannot change has not changed
    return RowView(
        ids=(layer.id,),
        kind=layer.kind,
        label=layer.label,
        stack=layer.stack,
        trainable=trainable,
        parameters=layer.parameters,
        trainable_parameters=layer.trainable_parameters,
        detail=layer.detail,
        new_parameters=layer.new_parameters,
        is_new=layer.is_new,
        times=layer.times,
        parts=tuple(_part(part, layer, trainable) for part in layer.parts),
        inserts=layer.inserts,
        heat=None if heat is None else heat.percent.get(layer.id, unknown),
        history=() if heat is None else heat.history.get(layer.id, ()),
        scheduled=scheduled,
    )


def _with_tied_head(rows: tuple[RowView, ...]) -> tuple[RowView, ...]:
    """Draws a head without numbers of its own in the state of the word embeddings, whose it uses."""
    below = {row.kind: row for row in rows}.get(LayerKind.EMBEDDINGS)
    return tuple(
        replace(row, trainable=below.trainable, heat=below.heat) if below and row.is_tied else row
        for row in rows
    )


def _part(part: PartFacts, layer: LayerFacts, layer_trainable: bool) -> PartView:
    pieces = tuple(
        PieceView(piece.label, piece.parameters, piece.trainable_parameters > 0) for piece in part.pieces
    )
    added = tuple(
        PieceView(_insert_words(insert), insert.parameters, trainable=True, is_new=True)
        for insert in layer.inserts
        if insert.part == part.id
    )
    strip = Strip.NONE
    if part.trainable_parameters and not layer_trainable:
        moving = [piece for piece in part.pieces if piece.trainable_parameters]
        only_norms = bool(moving) and all(
            piece.role == _NORM and piece.trainable_parameters == piece.parameters for piece in moving
        )
        strip = Strip.NORM if only_norms else Strip.BIAS
    return PartView(part.id, part.label, strip, pieces + added)


def _insert_words(insert: InsertFacts) -> str:
    names = {
        InsertKind.BOTTLENECK: "Adapter",
        InsertKind.PARALLEL: "Parallel adapter",
        InsertKind.LOW_RANK: "Low-rank update",
        InsertKind.PREFIX: "Learned prefix",
        InsertKind.PROMPT: "Learned prompt",
        InsertKind.SCALING: "Scaling",
    }
    return f"{names[insert.kind]} on {insert.label}" if insert.label else names[insert.kind]


def _grouped(rows: tuple[RowView, ...], open_groups: Collection[str]) -> tuple[RowView, ...]:
    """Draws equal neighbours among the blocks as one row."""
    result: list[RowView] = []
    key: Callable[[RowView], object] = _likeness
    for _likeness_value, members in groupby(rows, key=key):
        group = tuple(members)
        opened = any(row.id in open_groups for row in group)
        if len(group) < 3 or opened or group[0].kind is not LayerKind.BLOCK:
            result.extend(group)
        else:
            result.append(_group_row(group))
    return tuple(result)


def _likeness(row: RowView) -> tuple[object, ...]:
    inserts = tuple((insert.kind, insert.part, insert.label) for insert in row.inserts)
    strips = tuple(part.strip for part in row.parts)
    return (row.kind, row.stack, row.trainable, row.scheduled, inserts, strips, row.times)


def _group_row(group: tuple[RowView, ...]) -> RowView:
    first, last = group[0].label.split()[-1], group[-1].label.split()[-1]
    heats = [row.heat for row in group if row.heat is not None]
    lengths = [len(row.history) for row in group]
    points = range(min(lengths))
    return replace(
        group[0],
        ids=tuple(row.id for row in group),
        label=f"{group[0].stack} blocks {first}–{last}".strip().capitalize(),
        parameters=sum(row.parameters for row in group),
        trainable_parameters=sum(row.trainable_parameters for row in group),
        new_parameters=sum(row.new_parameters for row in group),
        heat=sum(heats) / len(heats) if heats else None,
        history=tuple(sum(row.history[point] for row in group) / len(group) for point in points),
        parts=(),
    )
