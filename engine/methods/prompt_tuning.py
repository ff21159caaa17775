"""Prompt tuning: learned vectors are read before the text as if they were words."""

from __future__ import annotations

from typing import Any

import torch

from engine.contracts import BaseModel, HeadOptions, Method, Settings, Task, TaskModel
from engine.method_fields import PROMPT_LENGTH, prompt_length_of
from engine.models.inserts import wrap
from engine.models.prompts import prompt_shape
from engine.models.structure import network_in
from engine.protocol.catalog import MethodGroup
from engine.protocol.fields import Field, TextField
from engine.protocol.stack import ModelFacts
from engine.training_fields import recommended

FIRST_WORDS = TextField(
    name="first_words",
    label="First words",
    help="What the learned vectors start as: the vectors of these words, again and again to their length.",
    source="Lester 2021, section 3.2: words of the task do better than random numbers",
    default="Read this text and answer:",
    longest=500,
)


def supports(_task: Task, model: ModelFacts) -> str:
    """Says why not: some networks treat the vectors of words in a way that given ones are not."""
    if model.takes_prompt:
        return ""
    return f"{model.name} scales the vectors of words while it reads them, but not vectors that are learned."


def fields_for(model: ModelFacts) -> tuple[Field, ...]:
    """Returns the settings as they are for a model: no longer than its positions allow."""
    return (prompt_length_of(model),)


def positions(settings: Settings) -> int:
    """Returns how many positions the prompt takes."""
    return int(settings[PROMPT_LENGTH.name])


def head_options(_settings: Settings) -> HeadOptions:
    """Returns a head of Thaw's own: transformers' would take the prompt for the start of the text."""
    return HeadOptions(stock=False)


def apply(model: TaskModel, settings: Settings) -> TaskModel:
    """Puts learned vectors before the text and freezes the rest: length · width numbers (Lester 2021)."""
    from peft import PromptTuningConfig  # a quarter of a second, and most runs need none of it

    model.backbone.requires_grad_(False)
    length = int(settings[PROMPT_LENGTH.name])
    return wrap(model, PromptTuningConfig(num_virtual_tokens=length, **prompt_shape(model.backbone)))


@torch.no_grad()
def start(model: TaskModel, base: BaseModel, settings: Settings) -> None:
    """Starts the vectors as those of words, without asking any tokenizer but the model's own."""
    backbone: Any = model.backbone
    words = base.tokenizer(str(settings[FIRST_WORDS.name]), add_special_tokens=False)["input_ids"]
    _, network = network_in(backbone)
    reads: Any = network
    embeddings = reads.get_input_embeddings()
    prompt = backbone.prompt_encoder[backbone.active_adapter].embedding.weight
    chosen = torch.tensor([words[place % len(words)] for place in range(len(prompt))])
    prompt.copy_(embeddings(chosen.to(prompt.device)))


METHOD = Method(
    id="prompt_tuning",
    name="Prompt tuning",
    summary="The weights stay; vectors that are read before the text learn.",
    group=MethodGroup.INSERTS,
    reference="Lester, Al-Rfou & Constant 2021, The Power of Scale for Parameter-Efficient Prompt Tuning",
    settings=(
        PROMPT_LENGTH,
        FIRST_WORDS,
        recommended("epochs", 8, source="Lester 2021 trains 30,000 steps"),
        recommended(
            "learning_rate",
            3e-2,
            source="Measured on the first sample; Lester 2021: 0.3 with Adafactor",
        ),
    ),
    fields_for=fields_for,
    apply=apply,
    supports=supports,
    head_options=head_options,
    start=start,
    positions=positions,
)
