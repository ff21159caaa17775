"""The rows of the layer map, as values: a layer with its parts, its state and how much it has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from engine.protocol.events import LayersChanged
from engine.protocol.layer_probes import LayersProbed
from engine.protocol.stack import InsertFacts, InsertKind, LayerFacts, LayerKind, PartFacts

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
class ProbeView:
    """What a small classifier reaches with each layer.

    Attributes:
        measure: What was measured, e.g. ``"macro F1"``.
        values: Layer id → value, at most 1.
        always: What is reached without reading anything; where the bars begin.
        enough: Id of the lowest layer that is as good as the best one.
    """

    measure: str
    values: Mapping[str, float]
    always: float
    enough: str

    def of(self, layers: tuple[str, ...]) -> float | None:
        """Returns the best value of some layers; ``None`` where none was measured."""
        return max((self.values[layer] for layer in layers if layer in self.values), default=None)

    def share(self, value: float) -> float:
        """Returns how long a value's bar is, 0 to 1: what it gains, of what could be gained."""
        return min(1.0, max(0.0, (value - self.always) / max(1e-9, 1.0 - self.always)))


def probe_view(probed: LayersProbed | None) -> ProbeView | None:
    """Makes it from the engine's answer; ``None`` where there is none."""
    if probed is None:
        return None
    values = {one.layer: one.score.value for one in probed.layers}
    return ProbeView(probed.measure, values, probed.always, probed.enough)


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


def heat_text(row: RowView) -> str:
    """Returns what is written in a block of the heat map: ``"3.41 %"``, ``"12 %"``, ``"0 %"``, ``"new"``."""
    if row.is_new:
        return "new"
    if row.heat is None:
        return "…"
    if row.heat == 0 and not row.trainable_parameters:
        return "0 %"
    return f"{row.heat:.0f} %" if row.heat >= 9.995 else f"{row.heat:.2f} %"


def _begin_of(position: float) -> str:
    """Returns when a layer thaws: with which epoch, or where in one, e.g. ``"epoch 3"``, ``"epoch 0.4"``."""
    shown = round(position, 1)
    return f"epoch {int(shown) + 1}" if shown.is_integer() else f"epoch {shown}"


def make_row(layer: LayerFacts, heat: HeatFacts | None, epoch: float) -> RowView:
    """Makes the row of a layer.

    Args:
        layer: As the engine reads it.
        heat: How much each layer has changed, for the map of a running training.
        epoch: Where a running training stands; what thaws later is still frozen.
    """
    rests = layer.thaws_at is not None and epoch < layer.thaws_at
    scheduled = _begin_of(layer.thaws_at or 0.0) if rests else ""
    trainable = layer.parameters > 0 and 2 * layer.trainable_parameters >= layer.parameters and not rests
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
        parts=tuple(_part(part, layer, trainable, rests) for part in layer.parts),
        inserts=layer.inserts,
        heat=None if heat is None else heat.percent.get(layer.id, unknown),
        history=() if heat is None else heat.history.get(layer.id, ()),
        scheduled=scheduled,
    )


def _part(part: PartFacts, layer: LayerFacts, layer_trainable: bool, rests: bool) -> PartView:
    pieces = tuple(
        PieceView(piece.label, piece.parameters, piece.trainable_parameters > 0 and not rests)
        for piece in part.pieces
    )
    added = tuple(
        PieceView(_insert_words(insert), insert.parameters, trainable=True, is_new=True)
        for insert in layer.inserts
        if insert.part == part.id
    )
    strip = Strip.NONE
    if part.trainable_parameters and not layer_trainable and not rests:
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
