"""The model as a stack: what the layer map draws, which numbers may change, what is frozen.

Everything is read from the modules and from ``requires_grad``, never from a method's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from torch import nn

from engine.contracts import BaseModel, HeadKind, Objective, TaskModel
from engine.models.four_bit import count, held_bytes
from engine.models.heads import WEIGHED, head_width, layers_read
from engine.models.parts import ATTENTION, CROSS_ATTENTION, FEED_FORWARD, Piece, features, pieces_of
from engine.models.prompts import BeforeText, before_text
from engine.models.structure import (
    EMBEDDINGS,
    HEAD,
    Layer,
    block_id,
    block_lists,
    insert_modules,
    is_tuner,
    layers_of,
    times_used,
)
from engine.protocol.stack import InsertFacts, InsertKind, LayerFacts, LayerKind, PartFacts, StackFacts
from engine.protocol.wording import counted

_PART_LABELS = {
    ATTENTION: "Attention",
    CROSS_ATTENTION: "Cross-attention",
    FEED_FORWARD: "Feed-forward",
}
_MOST_EXAMPLE_PIECES = 7
_SCALING = "ia3_"
"""How peft begins the names of vectors that scale."""
_ENDS = ("start", "end")
"""What comes out where an answer is looked for in a text."""


def read_stack(
    model: TaskModel, base: BaseModel, classes: Sequence[str], example: str = "", *, by_hand: bool = False
) -> StackFacts:
    """Reads a model as it stands, also on the meta device.

    Args:
        model: The model, with or without inserts.
        base: What it was made from: tokenizer and facts.
        classes: Names of what comes out.
        example: A short text of the person's own, to be shown as word pieces.
        by_hand: Whether layers may be frozen and thawed by hand with the chosen method.

    Returns:
        The stack, bottom layer first. The counts are exact and every parameter is counted once.
    """
    layers, before = layers_of(model), before_text(model)
    times = times_used(model.backbone)
    facts = tuple(
        _with_stage(
            _with_vectors(_layer_facts(layer, base, model, len(classes), times, by_hand), before), model
        )
        for layer in layers
    )
    everything = [
        parameter for layer in layers for parameter in (*layer.parameters.values(), *layer.inserts.values())
    ]
    return StackFacts(
        layers=facts,
        total_parameters=_count(everything),
        trainable_parameters=_count(parameter for parameter in everything if parameter.requires_grad),
        taps=model.taps,
        weight_bytes=sum(held_bytes(parameter) for parameter in everything),
        added_pieces=before.pieces if before else 0,
        words=model.outputs_per_piece if model.facts.kind is HeadKind.WORDS else 0,
        head_reads=_numbers_read(model) if model.keeps_features else 0,
        reads_pieces=model.facts.kind is HeadKind.WORD_PIECES,
        recurs=any(isinstance(module, nn.RNNBase) for module in model.head.modules()),
        example_pieces=example_pieces(base, example),
        outputs=_ENDS if model.facts.objective is Objective.SPAN else tuple(classes),
    )


def _numbers_read(model: TaskModel) -> int:
    """Returns how many numbers a head reads of each text or word piece, before it weighs layers itself."""
    weighed = layers_read(model.backbone, model.facts) if model.facts.layers in WEIGHED else 1
    return head_width(model.backbone, model.facts) * weighed


def example_pieces(base: BaseModel, example: str) -> tuple[str, ...]:
    """Returns the first word pieces of a text as a person reads them, "…" last where it goes on."""
    pieces = base.tokenizer.tokenize(example[:200]) if example else []
    plain = [piece.replace("##", "").replace("Ġ", "").replace("▁", "").strip() for piece in pieces]
    plain = [piece for piece in plain if piece]
    more = len(plain) > _MOST_EXAMPLE_PIECES
    return (*plain[:_MOST_EXAMPLE_PIECES], *(("…",) if more else ()))


def set_layer_trainable(model: TaskModel, layer_id: str, trainable: bool) -> None:
    """Freezes or thaws the pretrained numbers of one layer; inserts and the head's rule stay.

    Args:
        model: The model to change.
        layer_id: E.g. ``"embeddings"`` or ``"block.4"``.
        trainable: Whether its numbers may change.

    Raises:
        KeyError: When the model has no such layer.
    """
    layer = {layer.id: layer for layer in layers_of(model)}[layer_id]
    for parameter in layer.parameters.values():
        parameter.requires_grad = trainable


def set_modes(model: TaskModel) -> None:
    """Puts a model in train mode, but every frozen part of it in eval mode.

    What does not learn should not be disturbed either: a part whose pretrained numbers are all frozen
    does no dropout. Small parts that were put into it (LoRA, adapters) learn, and keep theirs.

    Args:
        model: The model; call this each time before training steps.
    """
    model.train()
    layers = layers_of(model)
    for layer in layers:
        if not layer.trainable:
            for module in layer.modules.values():
                _rest(module)
        else:
            for module in layer.modules.values():
                _rest_where_frozen(module)
    embeddings, *_, head = layers
    if not embeddings.trainable:
        _rest_around_blocks(model.backbone, set(head.modules.values()))


def _rest_around_blocks(backbone: nn.Module, head: set[nn.Module]) -> None:
    """Lets what surrounds the blocks do no dropout on frozen embeddings: BART and T5 do it there themselves.

    T5 uses one dropout for its embeddings and for what comes out at the top, so that goes, too.
    """
    lists = block_lists(backbone)
    for module in backbone.modules():
        if any(part in lists for part in module.modules()) and module not in lists:
            module.training = False
            for child in module.children():
                if isinstance(child, nn.Dropout) and child not in head:
                    child.training = False


def _rest(module: nn.Module) -> None:
    """Puts a module in eval mode, except for the inserts in it."""
    module.eval()
    for part in module.modules():
        if is_tuner(part):
            part.training = True
            for _, insert in insert_modules(part):
                insert.train()


def _rest_where_frozen(module: nn.Module) -> None:
    """Looks for frozen parts inside a layer that learns in part; dropout follows what surrounds it."""
    own = _pretrained(module)
    if not own:
        return
    if not any(parameter.requires_grad for parameter in own):
        _rest(module)
        return
    for child in module.children():
        _rest_where_frozen(child)


def _pretrained(module: nn.Module) -> list[nn.Parameter]:
    """Returns a module's parameters without those of inserts."""
    inserted = {
        id(parameter)
        for part in module.modules()
        if is_tuner(part)
        for _, insert in insert_modules(part)
        for parameter in insert.parameters()
    }
    return [parameter for parameter in module.parameters() if id(parameter) not in inserted]


def _count(parameters: Iterable[nn.Parameter]) -> int:
    return sum(count(parameter) for parameter in parameters)


def _count_trainable(parameters: Iterable[nn.Parameter]) -> int:
    return _count(parameter for parameter in parameters if parameter.requires_grad)


def _layer_facts(
    layer: Layer, base: BaseModel, model: TaskModel, outputs: int, times: int, by_hand: bool
) -> LayerFacts:
    own, new = layer.parameters.values(), layer.inserts.values()
    if layer.id == HEAD:
        return LayerFacts(
            id=layer.id,
            kind=LayerKind.HEAD,
            label="Task head",
            detail=_head_detail(model, outputs, base),
            parameters=_count(own),
            trainable_parameters=_count_trainable(own),
            is_new=model.head_is_new,
            can_change=by_hand and not model.head_is_new,
        )
    if layer.id == EMBEDDINGS:
        return LayerFacts(
            id=layer.id,
            kind=LayerKind.EMBEDDINGS,
            label="Word embeddings",
            detail=f"{base.facts.vocabulary:,} word pieces",
            parameters=_count(own),
            trainable_parameters=_count_trainable(own),
            new_parameters=_count(new),
            can_change=by_hand,
            inserts=tuple(insert for module in layer.modules.values() for insert in _inserts_around(module)),
        )
    pieces = [piece for module in layer.modules.values() for piece in pieces_of(module)]
    return LayerFacts(
        id=layer.id,
        kind=LayerKind.BLOCK,
        label=f"{layer.stack} block {layer.number}".strip().capitalize(),
        stack=layer.stack,
        parameters=_count(own),
        trainable_parameters=_count_trainable(own),
        new_parameters=_count(new),
        can_change=by_hand,
        times=times,
        parts=_part_facts(pieces),
        inserts=tuple(insert for piece in pieces for insert in _insert_facts(piece)),
    )


def _with_stage(facts: LayerFacts, model: TaskModel) -> LayerFacts:
    """Says from where in the run a layer learns, where that is not the start."""
    at = next((stage.epoch for stage in model.stages if facts.id in stage.layers), None)
    return facts if at is None else msgspec.structs.replace(facts, thaws_at=at)


def _with_vectors(facts: LayerFacts, before: BeforeText | None) -> LayerFacts:
    """Counts learned vectors before the text where they act: a prefix in the blocks that attend to it."""
    if before is None:
        return facts
    if facts.kind is LayerKind.EMBEDDINGS:
        prompt = InsertFacts(kind=before.kind, part=EMBEDDINGS, parameters=before.shared)
        inserts = (prompt,) if before.kind is InsertKind.PROMPT else ()
        return msgspec.structs.replace(facts, new_parameters=before.shared, inserts=inserts)
    if facts.id in {block_id(number) for number in before.blocks}:
        prefix = InsertFacts(kind=before.kind, part=ATTENTION, parameters=before.in_block)
        return msgspec.structs.replace(facts, new_parameters=before.in_block, inserts=(prefix,))
    return facts


def _head_detail(model: TaskModel, outputs: int, base: BaseModel) -> str:
    if model.facts.kind is HeadKind.WORDS:
        return f"{base.facts.width:,} numbers → {base.facts.vocabulary:,} word pieces"
    width = next((features(part)[0] for part in model.head.modules() if features(part)[0]), 0)
    if model.facts.objective is Objective.SPAN:
        return f"{width:,} numbers → start and end of the answer"
    if model.facts.objective is Objective.NUMBER:
        return f"{width:,} numbers → a score"
    answer = "tag" if model.facts.kind is HeadKind.WORD_PIECES else "label"
    return f"{width:,} numbers → {counted(outputs, answer)}"


def _part_facts(pieces: Sequence[Piece]) -> tuple[PartFacts, ...]:
    parts = []
    for part in (ATTENTION, CROSS_ATTENTION, FEED_FORWARD):
        members = tuple(_piece_facts(piece, pieces) for piece in pieces if piece.part == part)
        if members:
            parts.append(
                PartFacts(
                    id=part,
                    label=_PART_LABELS[part],
                    parameters=sum(member.parameters for member in members),
                    trainable_parameters=sum(member.trainable_parameters for member in members),
                    pieces=members,
                )
            )
    return tuple(parts)


def _piece_facts(piece: Piece, pieces: Sequence[Piece]) -> PartFacts:
    inside = [other for other in pieces if other.name.startswith(f"{piece.name}.")]
    elsewhere = {id(parameter) for other in inside for parameter in other.module.parameters()}
    own = [parameter for parameter in _pretrained(piece.module) if id(parameter) not in elsewhere]
    return PartFacts(
        id=piece.name,
        label=piece.label,
        parameters=_count(own),
        trainable_parameters=_count_trainable(own),
        role=piece.role.value,
    )


def _inserts_around(module: nn.Module) -> list[InsertFacts]:
    return [
        InsertFacts(kind=_kind(part), part=EMBEDDINGS, parameters=_count(_new(part)))
        for part in module.modules()
        if is_tuner(part) and _new(part)
    ]


def _insert_facts(piece: Piece) -> list[InsertFacts]:
    if not is_tuner(piece.module) or not _new(piece.module):
        return []
    count = _count(_new(piece.module))
    return [InsertFacts(kind=_kind(piece.module), part=piece.part, parameters=count, label=piece.role.value)]


def _new(tuner: nn.Module) -> list[nn.Parameter]:
    return [parameter for _, part in insert_modules(tuner) for parameter in part.parameters()]


def _kind(tuner: nn.Module) -> InsertKind:
    """Says how an insert is drawn: by what it says itself, else by the names that peft gives."""
    said = getattr(tuner, "insert_kind", None)
    if isinstance(said, InsertKind):
        return said
    names = getattr(tuner, "adapter_layer_names", ())
    return InsertKind.SCALING if any(name.startswith(_SCALING) for name in names) else InsertKind.LOW_RANK
