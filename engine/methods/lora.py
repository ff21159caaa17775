"""LoRA: the matrices stay, and a low-rank change beside each of them learns."""

from __future__ import annotations

import msgspec

from engine.contracts import Method, Settings, TaskModel
from engine.method_fields import BLOCKS, blocks_of
from engine.models.four_bit import to_four_bit, why_not_four_bit
from engine.models.inserts import chosen_blocks, keeps_weights_transposed, matrix_names, wrap
from engine.models.parts import ATTENTIONS, FEED_FORWARD, Role
from engine.protocol.catalog import MethodGroup
from engine.protocol.fields import Choice, ChoiceField, Field, IntegerField, NumberField, SwitchField
from engine.protocol.stack import ModelFacts
from engine.training_fields import recommended

RANK = IntegerField(
    name="rank",
    label="Rank",
    help="How many directions each change has. Higher can learn more and has more numbers.",
    source="Hu 2022, table 6: 4 to 8 is enough for query and value",
    default=8,
    minimum=1,
    maximum=512,
)
ALPHA = IntegerField(
    name="alpha",
    label="Alpha",
    help="The change is multiplied by alpha / rank.",
    source="Hu 2022, section 4.1; twice the rank is usual",
    default=16,
    minimum=1,
    maximum=1024,
)
DROPOUT = NumberField(
    name="dropout",
    label="Dropout",
    help="Share of the inputs of each change that is left out at random while training.",
    source="Hu 2022, appendix D, uses none to 0.1",
    advanced=True,
    default=0.0,
    minimum=0.0,
    maximum=0.9,
)
MATRICES = ChoiceField(
    name="matrices",
    label="Matrices",
    help="Which matrices get a low-rank change beside them.",
    source="Hu 2022, section 4.2: query and value; Dettmers 2023, section 4: all do best",
    default="query_value",
    choices=(
        Choice("query_value", "Query and value", "Two of attention."),
        Choice("attention", "All of attention", "Query, key, value and output."),
        Choice("all_linear", "Attention and feed-forward", "All matrices of a block; most numbers."),
    ),
)
RANK_STABILISED = SwitchField(
    name="rank_stabilised",
    label="Rank-stabilised",
    help="Multiply by alpha / √rank instead, so that high ranks learn as fast as low ones (rsLoRA).",
    source="Kalajdzievski 2023; off as in Hu 2022",
    advanced=True,
    default=False,
)
DORA = SwitchField(
    name="dora",
    label="Size apart (DoRA)",
    help="Learn the size of each matrix's outputs apart from their direction. Slower, often a little better.",
    source="Liu 2024, DoRA; off as in Hu 2022",
    advanced=True,
    default=False,
)
FOUR_BIT = SwitchField(
    name="load_in_4bit",
    label="4-bit base",
    help="Keep the frozen weights in 4 bits each: an eighth of the memory, a little less exact (QLoRA).",
    source="Dettmers 2023, QLoRA; off, so that the weights are as they were",
    advanced=True,
    default=False,
)

_ROLES = {
    "query_value": (Role.QUERY, Role.VALUE, Role.QUERY_KEY_VALUE),
    "attention": (Role.QUERY, Role.KEY, Role.VALUE, Role.QUERY_KEY_VALUE, Role.OUTPUT),
    "all_linear": tuple(set(Role) - {Role.NORM, Role.OTHER}),
}
_PARTS = {name: (*ATTENTIONS, FEED_FORWARD) if name == "all_linear" else ATTENTIONS for name in _ROLES}


def fields_for(model: ModelFacts) -> tuple[Field, ...]:
    """Returns the settings as they are for a model, and on this computer."""
    return blocks_of(model), msgspec.structs.replace(FOUR_BIT, unavailable=why_not_four_bit())


def apply(model: TaskModel, settings: Settings) -> TaskModel:
    """Puts a low-rank change beside matrices and freezes the rest (Hu 2022).

    Each has ``rank · (in + out)`` numbers, and with DoRA (Liu 2024) ``out`` more.
    """
    from peft import LoraConfig  # a quarter of a second, and most runs need none of it

    if settings[FOUR_BIT.name]:
        to_four_bit(model.backbone)
    matrices = str(settings[MATRICES.name])
    blocks = chosen_blocks(model.backbone, str(settings[BLOCKS.name]))
    return wrap(
        model,
        LoraConfig(
            r=int(settings[RANK.name]),
            lora_alpha=int(settings[ALPHA.name]),
            lora_dropout=float(settings[DROPOUT.name]),
            target_modules=matrix_names(model.backbone, _PARTS[matrices], _ROLES[matrices], blocks),
            fan_in_fan_out=keeps_weights_transposed(model.backbone),
            use_rslora=bool(settings[RANK_STABILISED.name]),
            use_dora=bool(settings[DORA.name]),
        ),
    )


METHOD = Method(
    id="lora",
    name="LoRA",
    summary="The weights stay; a small low-rank change beside the attention matrices learns.",
    group=MethodGroup.INSERTS,
    reference="Hu et al. 2022, LoRA: Low-Rank Adaptation of Large Language Models",
    settings=(
        RANK,
        ALPHA,
        MATRICES,
        BLOCKS,
        DROPOUT,
        RANK_STABILISED,
        DORA,
        FOUR_BIT,
        recommended("epochs", 4, source="Measured on the samples"),
        recommended("learning_rate", 1e-3, source="Hu 2022, table 9: 2e-4 to 5e-4 for larger models"),
    ),
    fields_for=fields_for,
    apply=apply,
    tags=("light",),
)
