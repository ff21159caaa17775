"""Prefix tuning: each block attends to learned keys and values that stand before the text."""

from __future__ import annotations

from engine.contracts import Method, Settings, Task, TaskModel
from engine.method_fields import PROMPT_LENGTH, prompt_length_of
from engine.models.inserts import wrap
from engine.models.prompts import prefix_shape
from engine.protocol.catalog import MethodGroup
from engine.protocol.fields import Field, SwitchField
from engine.protocol.stack import ModelFacts
from engine.training_fields import recommended

REPARAMETRISATION = SwitchField(
    name="reparametrisation",
    label="Through a network",
    help="Learn the prefix through a small network, which is dropped when the model is saved: steadier, "
    "with many more numbers while it trains.",
    source="Li & Liang 2021, section 4.3; Liu 2022 (P-tuning v2) finds that it seldom helps to classify",
    advanced=True,
    default=False,
)

_MIDDLE = 512  # Li & Liang 2021, appendix A


def supports(_task: Task, model: ModelFacts) -> str:
    """Says why not: the attention of many encoders has no place for keys and values from outside."""
    if model.takes_prefix:
        return ""
    return f"The attention of {model.name} has no place for keys and values that come from outside."


def fields_for(model: ModelFacts) -> tuple[Field, ...]:
    """Returns the settings as they are for a model: no longer than its positions allow."""
    return (prompt_length_of(model),)


def positions(settings: Settings) -> int:
    """Returns how many positions the prefix takes."""
    return int(settings[PROMPT_LENGTH.name])


def apply(model: TaskModel, settings: Settings) -> TaskModel:
    """Puts learned keys and values before the text in each block and freezes the rest.

    Li & Liang 2021: two vectors for each block and position, so 2 · blocks · length · width numbers (the
    width of all keys together). Of an encoder with a decoder the decoder gets them.
    """
    from peft import PrefixTuningConfig  # a quarter of a second, and most runs need none of it

    model.backbone.requires_grad_(False)
    return wrap(
        model,
        PrefixTuningConfig(
            num_virtual_tokens=int(settings[PROMPT_LENGTH.name]),
            prefix_projection=bool(settings[REPARAMETRISATION.name]),
            encoder_hidden_size=_MIDDLE,
            **prefix_shape(model.backbone),
        ),
    )


METHOD = Method(
    id="prefix_tuning",
    name="Prefix tuning",
    summary="The weights stay; keys and values before the text learn, in each block.",
    group=MethodGroup.INSERTS,
    reference="Li & Liang 2021, Prefix-Tuning",
    settings=(
        PROMPT_LENGTH,
        REPARAMETRISATION,
        recommended("epochs", 6, source="Li & Liang 2021, appendix A: 5 to 10"),
        recommended(
            "learning_rate",
            3e-3,
            source="Measured on the first sample; Liu 2022 (P-tuning v2): 5e-3 to 1e-2",
        ),
    ),
    fields_for=fields_for,
    apply=apply,
    supports=supports,
    positions=positions,
)
