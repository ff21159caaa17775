"""Layer norm tuning: of the model's own numbers only those of its normalisation layers learn."""

from __future__ import annotations

from engine.contracts import Method, Settings, Task, TaskModel
from engine.method_fields import LAYER_DECAY
from engine.models.inserts import thaw_norms
from engine.models.structure import free_new_head
from engine.protocol.catalog import MethodGroup
from engine.protocol.stack import ModelFacts
from engine.training_fields import recommended


def supports(_task: Task, model: ModelFacts) -> str:
    """Says why not: a network may have no norms, or norms without numbers."""
    return "" if model.has_norms else f"{model.name} has no normalisation layers with numbers to train."


def apply(model: TaskModel, _settings: Settings) -> TaskModel:
    """Freezes everything but the scales (and shifts) of all norms, in the blocks, below and above them."""
    model.backbone.requires_grad_(False)
    thaw_norms(model)
    free_new_head(model)
    return model


METHOD = Method(
    id="layer_norm_tuning",
    name="Layer norm tuning",
    summary="The normalisation layers learn, less than a thousandth of the model; its matrices stay.",
    group=MethodGroup.WEIGHTS,
    reference="Zhao et al. 2023, Tuning LayerNorm in Attention",
    settings=(
        LAYER_DECAY,
        recommended("epochs", 6, source="As BitFit, which trains as few numbers"),
        recommended("learning_rate", 3e-3, source="Measured on the first sample"),
    ),
    apply=apply,
    supports=supports,
)
