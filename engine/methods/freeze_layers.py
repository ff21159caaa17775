"""Freeze lower layers: what reads words and grammar stays, the upper blocks learn."""

from __future__ import annotations

import msgspec

from engine.contracts import Method, Settings, TaskModel
from engine.method_fields import LAYER_DECAY
from engine.models.layers import set_layer_trainable
from engine.models.structure import EMBEDDINGS, block_id, block_lists
from engine.protocol.catalog import MethodGroup
from engine.protocol.fields import Field, IntegerField
from engine.protocol.stack import ModelFacts

FROZEN_LAYERS = IntegerField(
    name="frozen_layers",
    label="Frozen blocks",
    help="How many blocks, counted from the bottom, stay as they are. The word embeddings stay too.",
    source="Two thirds of the blocks; Lee 2019: the upper third to quarter is enough for most tasks",
    default=4,
    minimum=0,
    maximum=128,
    unit="blocks",
)


def fields_for(model: ModelFacts) -> tuple[Field, ...]:
    """Returns the settings as they are for a model: two thirds of its blocks, and no more than it has."""
    default = round(model.blocks * 2 / 3)
    return (msgspec.structs.replace(FROZEN_LAYERS, default=default, maximum=model.blocks),)


def apply(model: TaskModel, settings: Settings) -> TaskModel:
    """Freezes the embeddings and the lowest blocks."""
    model.requires_grad_(True)
    blocks = sum(len(blocks) for blocks in block_lists(model.backbone))
    frozen = min(int(settings[FROZEN_LAYERS.name]), blocks)
    for layer_id in (EMBEDDINGS, *(block_id(number) for number in range(1, frozen + 1))):
        set_layer_trainable(model, layer_id, trainable=False)
    return model


METHOD = Method(
    id="freeze_layers",
    name="Freeze lower layers",
    summary="The lowest layers stay as they are, the upper ones and the head learn.",
    group=MethodGroup.WEIGHTS,
    reference="Lee, Tang & Lin 2019, What Would Elsa Do?",
    settings=(FROZEN_LAYERS, LAYER_DECAY),
    fields_for=fields_for,
    apply=apply,
    tags=("default", "by_hand"),
    layers_by_hand=True,
)
