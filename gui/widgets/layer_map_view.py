"""What the layer map draws, as a value: rows with their state, inserts, counts and heat.

A :class:`StackView` is made from the engine's :class:`~engine.protocol.stack.StackFacts` and holds
nothing of Qt, so that it can be compared, tested and painted anywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from engine.protocol.stack import InsertKind, LayerKind, StackFacts
from gui.widgets.layer_map_rows import HeatFacts, ProbeView, RowView, make_row

GROUP_ABOVE = 24
"""With more blocks than that, equal neighbours are drawn as one row."""


@dataclass(frozen=True)
class StackView:
    """The whole picture, bottom row first.

    Attributes:
        blocks: How many blocks the model has, whether grouped or not.
        taps: Ids of the layers that the head reads, where that is not only the last one.
        with_heat: Whether rows are coloured by how much they have changed.
        probe: What each layer knows of the task; ``None`` where that was not asked.
    """

    rows: tuple[RowView, ...]
    blocks: int
    total_parameters: int
    trainable_parameters: int
    taps: tuple[str, ...] = ()
    example_pieces: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    with_heat: bool = False
    probe: ProbeView | None = None

    @staticmethod
    def from_facts(
        facts: StackFacts,
        heat: HeatFacts | None = None,
        epoch: float = 0.0,
        open_groups: Collection[str] = (),
    ) -> StackView:
        """Makes the picture of a model.

        Args:
            facts: The stack as the engine reads it.
            heat: How much each layer has changed, for the map of a running training.
            epoch: Where a running training stands; layers that thaw later are still frozen.
            open_groups: Ids of layers whose group of equal neighbours is drawn one by one.
        """
        rows = _with_tied_head(tuple(make_row(layer, heat, epoch) for layer in facts.layers))
        rows = _with_tag_kinds(rows, tag_kinds(facts.outputs))
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


def tag_kinds(outputs: Collection[str]) -> int:
    """Returns of how many kinds tags are; 0 where the outputs are no tags of words.

    A kind has a tag for the word that it begins with, ``"B-PER"``, and mostly one for the words inside,
    ``"I-PER"``, so that there are more tags than kinds; ``"O"`` is none of them.
    """
    tags = [name for name in outputs if name != "O"]
    if not all(name.startswith(("B-", "I-")) for name in tags):
        return 0
    return len({name[2:] for name in tags})


def _with_tag_kinds(rows: tuple[RowView, ...], kinds: int) -> tuple[RowView, ...]:
    """Adds to the head's words of how many kinds its tags are, which is what the data counts."""
    return tuple(
        replace(row, detail=f"{row.detail}, {kinds} kinds") if kinds and row.kind is LayerKind.HEAD else row
        for row in rows
    )


def _with_tied_head(rows: tuple[RowView, ...]) -> tuple[RowView, ...]:
    """Draws a head without numbers of its own in the state of the word embeddings, whose it uses."""
    below = {row.kind: row for row in rows}.get(LayerKind.EMBEDDINGS)
    return tuple(
        replace(row, trainable=below.trainable, heat=below.heat, history=below.history)
        if below and row.is_tied
        else row
        for row in rows
    )


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
