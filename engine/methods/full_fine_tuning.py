"""Full fine-tuning: every weight of the model may change."""

from __future__ import annotations

from typing import Any

from engine.contracts import Method, Settings, TaskModel
from engine.models.structure import HEAD, layers_of
from engine.protocol.catalog import MethodGroup
from engine.protocol.fields import NumberField

DECAY = NumberField(
    name="layer_wise_learning_rate_decay",
    label="Learning rate decay per layer",
    help="Each layer learns at this fraction of the rate of the layer above it. 1 means all learn alike.",
    source="Howard & Ruder 2018 use 1/2.6; Clark 2020 (ELECTRA) 0.8",
    advanced=True,
    default=1.0,
    minimum=0.1,
    maximum=1.0,
)


def apply(model: TaskModel, _settings: Settings) -> TaskModel:
    """Thaws everything."""
    return model.requires_grad_(True)


def parameter_groups(model: TaskModel, settings: Settings) -> list[dict[str, Any]] | None:
    """Gives each layer its own learning rate, lower ones a smaller one (Howard & Ruder 2018, §3.2).

    Args:
        model: The model, thawed.
        settings: ``layer_wise_learning_rate_decay`` and the training settings.

    Returns:
        Groups for the optimizer with ``lr`` and ``weight_decay`` (none for biases and norms), or
        ``None`` where every layer learns alike.
    """
    decay = float(settings[DECAY.name])
    if decay == 1.0:
        return None
    layers = layers_of(model)
    groups: list[dict[str, Any]] = []
    for steps_down, layer in enumerate(reversed(layers)):
        if layer.id == HEAD:
            rate = float(settings["head_learning_rate"])
        else:  # the topmost block learns at the full rate
            rate = float(settings["learning_rate"]) * decay ** (steps_down - 1)
        parameters = [parameter for parameter in layer.parameters.values() if parameter.requires_grad]
        matrices = [parameter for parameter in parameters if parameter.dim() > 1]
        vectors = [parameter for parameter in parameters if parameter.dim() <= 1]
        groups.append({"params": matrices, "lr": rate, "weight_decay": float(settings["weight_decay"])})
        groups.append({"params": vectors, "lr": rate, "weight_decay": 0.0})
    return [group for group in groups if group["params"]]


METHOD = Method(
    id="full_fine_tuning",
    name="Full fine-tuning",
    summary="Every weight of the model may change.",
    group=MethodGroup.WEIGHTS,
    reference="Devlin et al. 2019, BERT; Howard & Ruder 2018, ULMFiT",
    settings=(DECAY,),
    apply=apply,
    parameter_groups=parameter_groups,
    layers_by_hand=True,
)
