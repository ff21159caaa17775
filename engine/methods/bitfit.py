"""BitFit: of the model's own numbers only the bias terms learn, a thousandth of them."""

from __future__ import annotations

from engine.contracts import Method, Settings, Task, TaskModel
from engine.method_fields import LAYER_DECAY
from engine.models.parts import is_bias
from engine.models.structure import free_new_head
from engine.protocol.catalog import MethodGroup
from engine.protocol.stack import ModelFacts
from engine.training_fields import recommended


def supports(_task: Task, model: ModelFacts) -> str:
    """Says why not: some architectures have no bias terms."""
    return "" if model.has_biases else f"{model.name} was made without bias terms: there are none to train."


def apply(model: TaskModel, _settings: Settings) -> TaskModel:
    """Freezes everything but the bias terms: of matrices and of norms, in every layer."""
    for name, parameter in model.backbone.named_parameters():
        parameter.requires_grad = is_bias(name)
    free_new_head(model)
    return model


METHOD = Method(
    id="bitfit",
    name="BitFit",
    summary="The bias terms learn, about a thousandth of the model; its matrices stay.",
    group=MethodGroup.WEIGHTS,
    reference="Ben Zaken, Goldberg & Ravfogel 2022, BitFit",
    settings=(
        LAYER_DECAY,
        recommended("epochs", 6, source="Ben Zaken 2022, appendix A.1: up to 16"),
        recommended(
            "learning_rate",
            3e-3,
            source="Measured on the first sample; Ben Zaken 2022 for larger models: 1e-4 to 1e-3",
        ),
    ),
    apply=apply,
    supports=supports,
)
