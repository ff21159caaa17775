"""Full fine-tuning: every weight of the model may change."""

from __future__ import annotations

from engine.contracts import Method, Settings, TaskModel
from engine.method_fields import LAYER_DECAY
from engine.protocol.catalog import MethodGroup


def apply(model: TaskModel, _settings: Settings) -> TaskModel:
    """Thaws everything."""
    return model.requires_grad_(True)


METHOD = Method(
    id="full_fine_tuning",
    name="Full fine-tuning",
    summary="Every weight of the model may change.",
    group=MethodGroup.WEIGHTS,
    reference="Devlin et al. 2019, BERT; Howard & Ruder 2018, ULMFiT",
    settings=(LAYER_DECAY,),
    apply=apply,
    layers_by_hand=True,
)
