"""LoRA: the matrices stay, and a low-rank change beside each of them learns."""

from __future__ import annotations

from engine.contracts import Method, Settings, TaskModel
from engine.models.inserts import keeps_weights_transposed, matrix_names, wrap
from engine.models.parts import ATTENTION, Role
from engine.protocol.catalog import MethodGroup
from engine.protocol.fields import IntegerField, NumberField
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


def apply(model: TaskModel, settings: Settings) -> TaskModel:
    """Puts a low-rank change beside each query and value matrix and freezes the rest (Hu 2022)."""
    from peft import LoraConfig  # a quarter of a second, and most runs need none of it

    targets = matrix_names(model.backbone, (ATTENTION,), (Role.QUERY, Role.VALUE, Role.QUERY_KEY_VALUE))
    return wrap(
        model,
        LoraConfig(
            r=int(settings[RANK.name]),
            lora_alpha=int(settings[ALPHA.name]),
            lora_dropout=float(settings[DROPOUT.name]),
            target_modules=targets,
            fan_in_fan_out=keeps_weights_transposed(model.backbone),
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
        DROPOUT,
        recommended("epochs", 4, source="Measured on the samples"),
        recommended("learning_rate", 1e-3, source="Hu 2022, table 9: 2e-4 to 5e-4 for larger models"),
    ),
    apply=apply,
    tags=("light",),
)
