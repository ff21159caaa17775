"""Gradual unfreezing: the head learns first, then a group of layers more in each stage, top first."""

from __future__ import annotations

import msgspec

from engine.contracts import Method, Settings, Stage, TaskModel
from engine.method_fields import LAYER_DECAY
from engine.models.structure import HEAD, layers_of
from engine.protocol.catalog import MethodGroup
from engine.protocol.fields import IntegerField
from engine.training_fields import recommended

STAGE_EPOCHS = IntegerField(
    name="stage_epochs",
    label="Stage",
    help="How long each stage lasts before the next layers thaw. Where time is short several thaw together, "
    "so that all have thawed when two thirds of the run are over.",
    source="Howard & Ruder 2018, section 3.3: one epoch",
    default=1,
    minimum=1,
    maximum=100,
    unit="epochs",
)
DISCRIMINATIVE_RATES = msgspec.structs.replace(
    LAYER_DECAY, default=0.385, source="Howard & Ruder 2018, section 3.2: 1 / 2.6"
)

_THAWED_AFTER = 2 / 3  # share of the run


def apply(model: TaskModel, _settings: Settings) -> TaskModel:
    """Thaws everything: in the end all of it learns."""
    return model.requires_grad_(True)


def stages(model: TaskModel, settings: Settings) -> tuple[Stage, ...]:
    """Divides the layers below the head into groups, and says when each begins to learn, top first.

    Args:
        model: The model.
        settings: ``stage_epochs`` and ``epochs``.
    """
    layers = layers_of(model)
    top_first = [layer.id for layer in reversed(layers) if layer.id != HEAD]
    until = int(settings["epochs"]) * _THAWED_AFTER
    length = min(float(settings[STAGE_EPOCHS.name]), until)
    count = min(len(top_first), int(until / length + 1e-9))
    if not layers[-1].trainable:  # a head whose numbers are the word embeddings': something must learn
        top_first = top_first[1:]
    borders = [round(number * len(top_first) / count) for number in range(count + 1)]
    return tuple(
        Stage(epoch=(number + 1) * length, layers=tuple(top_first[borders[number] : borders[number + 1]]))
        for number in range(count)
    )


METHOD = Method(
    id="gradual_unfreezing",
    name="Gradual unfreezing",
    summary="First only the head learns, then the layers thaw, top first, and lower ones learn more slowly.",
    group=MethodGroup.WEIGHTS,
    reference="Howard & Ruder 2018, Universal Language Model Fine-tuning (ULMFiT)",
    settings=(
        STAGE_EPOCHS,
        DISCRIMINATIVE_RATES,
        recommended("epochs", 6, source="Time for one stage after the other"),
        recommended(
            "learning_rate",
            1e-3,
            source="Measured on the first sample. Of the topmost block; lower ones have a part of it",
        ),
        recommended("schedule", "slanted_triangle", source="Howard & Ruder 2018, section 3.2"),
        recommended("warmup_share", 0.1, source="Howard & Ruder 2018, section 3.2: cut_frac 0.1"),
    ),
    apply=apply,
    stages=stages,
)
