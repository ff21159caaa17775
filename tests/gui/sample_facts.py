"""Facts made by hand that look like the engine's: MiniLM with six blocks, and what methods do to it.

The counts are those of the real model (22,565,376 numbers without the pooler, and a head of 770), so
that the window can be built and tested without loading one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.events import LayersChanged, RunChecked
from engine.protocol.stack import (
    Answer,
    Estimate,
    Fit,
    InsertFacts,
    InsertKind,
    LayerFacts,
    LayerKind,
    MethodPreview,
    ModelFacts,
    PartFacts,
    StackFacts,
    Verdict,
)
from tests.gui.sample_catalog import CATALOG as CATALOG
from tests.gui.sample_catalog import RANK as RANK
from tests.gui.sample_catalog import TRAINING_FIELDS as TRAINING_FIELDS

EMBEDDINGS = 11_918_592
ATTENTION = 592_128
FEED_FORWARD = 1_182_336
BLOCK = ATTENTION + FEED_FORWARD
HEAD = 770
PRETRAINED = EMBEDDINGS + 6 * BLOCK
EXAMPLE_PIECES = ("Free", "entry", "in", "2", "a", "wkly", "comp", "…")


def block_ids(count: int = 6) -> list[str]:
    """Returns ``["block.1", …]``."""
    return [f"block.{number}" for number in range(1, count + 1)]


def parts(trainable: bool) -> tuple[PartFacts, PartFacts]:
    """Returns attention and feed-forward of a block of width 384, all trainable or all frozen."""

    def piece(part_id: str, label: str, parameters: int) -> PartFacts:
        moving = parameters if trainable else 0
        return PartFacts(
            id=part_id,
            label=label,
            parameters=parameters,
            trainable_parameters=moving,
            role="norm" if "norm" in part_id else "",
        )

    attention = tuple(
        piece(f"attention.{name.lower()}", name, 147_840) for name in ("Query", "Key", "Value", "Output")
    )
    feed_forward = (
        piece("feed_forward.up", "Up, 384 → 1,536", 591_360),
        piece("feed_forward.down", "Down, 1,536 → 384", 590_208),
    )
    norms = (piece("attention.norm", "Layer norm", 768), piece("feed_forward.norm", "Layer norm", 768))
    return (
        PartFacts(
            id="attention",
            label="Attention",
            parameters=ATTENTION,
            trainable_parameters=ATTENTION if trainable else 0,
            pieces=(*attention, norms[0]),
        ),
        PartFacts(
            id="feed_forward",
            label="Feed-forward",
            parameters=FEED_FORWARD,
            trainable_parameters=FEED_FORWARD if trainable else 0,
            pieces=(*feed_forward, norms[1]),
        ),
    )


def stack(
    thawed: Collection[str] = (),
    *,
    blocks: int = 6,
    inserts: Sequence[InsertFacts] = (),
    insert_blocks: Collection[str] | None = None,
    taps: tuple[str, ...] = (),
    classes: tuple[str, ...] = ("ham", "spam"),
    times: int = 1,
) -> StackFacts:
    """Returns a stack of MiniLM's widths.

    Args:
        thawed: Ids of the layers that may change, besides the head.
        blocks: How many blocks.
        inserts: Small new parts of each block.
        insert_blocks: Ids of the blocks that have them; all when ``None``.
        taps: Layers that the head reads.
        classes: Names of the outputs.
        times: How often each block is used.
    """

    def layer(layer_id: str, kind: LayerKind, label: str, parameters: int, detail: str = "") -> LayerFacts:
        moves = layer_id in thawed
        own = (
            tuple(inserts)
            if kind is LayerKind.BLOCK and (insert_blocks is None or layer_id in insert_blocks)
            else ()
        )
        return LayerFacts(
            id=layer_id,
            kind=kind,
            label=label,
            parameters=parameters,
            trainable_parameters=parameters if moves else 0,
            detail=detail,
            can_change=not inserts,
            new_parameters=sum(insert.parameters for insert in own),
            parts=parts(moves) if kind is LayerKind.BLOCK else (),
            inserts=own,
            times=times if kind is LayerKind.BLOCK else 1,
        )

    embeddings = layer(
        "embeddings", LayerKind.EMBEDDINGS, "Word embeddings", EMBEDDINGS, "30,522 word pieces"
    )
    middle = [
        layer(layer_id, LayerKind.BLOCK, f"Block {number}", BLOCK)
        for number, layer_id in enumerate(block_ids(blocks), start=1)
    ]
    head_size = 385 * len(classes)
    head = LayerFacts(
        id="head",
        kind=LayerKind.HEAD,
        label="Task head",
        parameters=head_size,
        trainable_parameters=head_size,
        detail=f"384 numbers → {len(classes)} labels",
        is_new=True,
    )
    layers = (embeddings, *middle, head)
    return StackFacts(
        layers=layers,
        total_parameters=sum(each.parameters + each.new_parameters for each in layers),
        trainable_parameters=sum(each.trainable_parameters + each.new_parameters for each in layers),
        taps=taps,
        example_pieces=EXAMPLE_PIECES,
        outputs=classes,
    )


def two_stacks(
    thawed: Collection[str] = (),
    *,
    blocks: tuple[int, int] = (6, 6),
    inserts: Sequence[InsertFacts] = (),
    tied: bool = True,
) -> StackFacts:
    """Returns a stack of an encoder and a decoder of MiniLM's widths, with the head that it came with.

    Args:
        thawed: Ids of the layers that may change.
        blocks: How many blocks each has.
        inserts: Small new parts of each block.
        tied: Whether the head uses the word embeddings.
    """
    facts = stack(thawed, blocks=sum(blocks), inserts=inserts)
    layers = [facts.layers[0]]
    for place, layer in enumerate(facts.layers[1:-1]):
        side, number = ("encoder", place + 1) if place < blocks[0] else ("decoder", place + 1 - blocks[0])
        own = layer.parts
        if side == "decoder":
            crossing = msgspec.structs.replace(own[0], id="cross_attention", label="Cross-attention")
            own = (own[0], crossing, own[1])
        layers.append(
            msgspec.structs.replace(layer, stack=side, label=f"{side.capitalize()} block {number}", parts=own)
        )
    head = msgspec.structs.replace(
        facts.layers[-1],
        detail="384 numbers → 30,522 word pieces",
        is_new=False,
        can_change=not tied,
        parameters=0 if tied else 384 * 30_522,
        trainable_parameters=384 * 30_522 if not tied and "head" in thawed else 0,
    )
    return msgspec.structs.replace(facts, layers=(*layers, head), outputs=())


def freeze_stack(frozen_blocks: int = 3, blocks: int = 6) -> StackFacts:
    """Returns a stack whose upper blocks are thawed; three of six frozen as in the pictures."""
    return stack(block_ids(blocks)[frozen_blocks:], blocks=blocks)


def bottleneck_stack() -> StackFacts:
    """Returns a stack with two bottleneck adapters of 37,272 numbers in each block."""
    inserts = [
        InsertFacts(kind=InsertKind.BOTTLENECK, part=part, parameters=37_272)
        for part in ("attention", "feed_forward")
    ]
    return stack(inserts=inserts)


def lora_stack() -> StackFacts:
    """Returns a stack with low-rank updates (rank 8) on query and value: 73,728 new numbers."""
    inserts = [
        InsertFacts(kind=InsertKind.LOW_RANK, part="attention", parameters=6_144, label=label)
        for label in ("query", "value")
    ]
    return stack(inserts=inserts)


def verdict(facts: StackFacts, task_changes: Answer = Answer.YES) -> Verdict:
    """Returns the verdict that follows from a stack."""
    own = sum(each.trainable_parameters for each in facts.layers if not each.is_new)
    if own:
        sentence = "Blocks 4–6 of the model will change."
    elif facts.new_parameters > HEAD:
        sentence = "Its own weights stay. Only the inserts learn."
    else:
        sentence = "The model itself stays as it was. Only the new head learns."
    return Verdict(
        task_changes=task_changes,
        weights_change=Answer.YES if own else Answer.NO,
        transfer_sentence="It learned to place sentences of like meaning near each other. "
        "You teach it to sort posts.",
        fine_tuning_sentence=sentence,
        changed_share=own / PRETRAINED,
        new_parameters=facts.new_parameters,
    )


def estimate(fit: Fit = Fit.FITS, *, measured: bool = True) -> Estimate:
    """Returns an estimate of 1.4 GB and 130 s."""
    return Estimate(
        memory=1_400_000_000,
        memory_free=5_100_000_000,
        disk=90_000_000,
        seconds=130.0 if measured else None,
        seconds_low=120.0,
        seconds_high=240.0,
        epochs=5,
        measured=measured,
        steps=400,
        fit=fit,
    )


def checked(facts: StackFacts | None = None, fit: Fit = Fit.FITS) -> RunChecked:
    """Returns what the engine says to a run that can start."""
    facts = facts or freeze_stack()
    return RunChecked(problems=(), stack=facts, verdict=verdict(facts), estimate=estimate(fit))


def checked_for(run: RunConfig) -> RunChecked:
    """Returns the answer for a run: its method's stack, with the layers that were set by hand."""
    facts = next((one.stack for one in previews() if one.method == run.method), None) or freeze_stack()
    if run.layers:
        states = {each.id: each.trainable_parameters > 0 for each in facts.layers if not each.is_new}
        facts = stack([layer for layer, thawed in (states | run.layers).items() if thawed])
    return msgspec.structs.replace(checked(facts), run=run)


def layer_changes() -> list[LayersChanged]:
    """Returns heat of a run that thaws blocks 4 to 6, as it grows over twelve messages."""
    final = {
        "embeddings": 0.0,
        "block.1": 0.0,
        "block.2": 0.0,
        "block.3": 0.0,
        "block.4": 0.61,
        "block.5": 1.62,
    }
    final["block.6"] = 3.41
    return [
        LayersChanged(
            step=10 * number,
            epoch=number / 4,
            percent={name: value * (number / 12) ** 0.6 for name, value in final.items()},
            new_layers=("head",),
        )
        for number in range(1, 13)
    ]


def previews() -> tuple[MethodPreview, ...]:
    """Returns what each method of :data:`CATALOG` would do to MiniLM."""
    stacks = (
        stack(),
        freeze_stack(),
        stack(["embeddings", *block_ids()]),
        bottleneck_stack(),
        lora_stack(),
    )
    known = [
        MethodPreview(method=entry.id, stack=facts, verdict=verdict(facts))
        for entry, facts in zip(CATALOG.methods, stacks, strict=False)
    ]
    return (*known, MethodPreview(method="needs_decoder", reason="Needs a decoder; MiniLM has none"))


MODEL = ModelFacts(
    source="minilm",
    name="MiniLM",
    architecture="BertModel",
    family="bert",
    blocks=6,
    width=384,
    vocabulary=30_522,
    parameters=PRETRAINED,
    max_length=512,
    learned="to place sentences of like meaning near each other",
    pooling="mean",
    language="English",
    licence="Apache-2.0",
    size=90_000_000,
)


def run_config(method: str = "thaw_top", **more: object) -> RunConfig:
    """Returns a run on ``posts.csv``."""
    return RunConfig(data=DataConfig(path="posts.csv"), task="sort_texts", method=method, **more)  # type: ignore[arg-type]  # msgspec checks
