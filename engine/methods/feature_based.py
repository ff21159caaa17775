"""Feature-based: the model reads, unchanged, and only a small new head learns from what it read."""

from __future__ import annotations

from engine.contracts import (
    FeatureLayers,
    HeadOptions,
    HeadShape,
    Method,
    Network,
    Pooling,
    Settings,
    Task,
    TaskModel,
)
from engine.models.structure import free_new_head
from engine.protocol.catalog import MethodGroup
from engine.protocol.fields import Choice, ChoiceField, NumberField
from engine.protocol.stack import ModelFacts
from engine.training_fields import recommended

LOGISTIC_REGRESSION = "logistic_regression"

FEATURES = ChoiceField(
    name="features",
    label="Features",
    help="Which blocks' outputs the head reads.",
    source="Devlin 2019, table 7",
    default=FeatureLayers.LAST.value,
    choices=(
        Choice(FeatureLayers.EMBEDDINGS.value, "Word embeddings", "What stands below all blocks."),
        Choice(FeatureLayers.SECOND_TO_LAST.value, "Second to last block", "One below the top."),
        Choice(FeatureLayers.LAST.value, "Last block", "What the model says at the top."),
        Choice(FeatureLayers.SUM_LAST_FOUR.value, "Sum of the last four", "Four blocks, added up."),
        Choice(
            FeatureLayers.WEIGHTED_SUM_LAST_FOUR.value,
            "Weighted sum of the last four",
            "Four blocks, added up with weights that learn.",
        ),
        Choice(
            FeatureLayers.CONCAT_LAST_FOUR.value, "Last four, side by side", "Four times as many numbers."
        ),
        Choice(
            FeatureLayers.WEIGHTED_SUM_ALL.value,
            "Weighted sum of all",
            "The embeddings and every block, added up with weights that learn (Peters 2018).",
        ),
    ),
)
POOLING = ChoiceField(
    name="pooling",
    label="Pooling",
    help="How one vector is made of a text's word pieces. Where each word is answered it has no effect.",
    source="As the model was trained",
    default=Pooling.AS_TRAINED.value,
    choices=(
        Choice(Pooling.AS_TRAINED.value, "As the model was trained", "Its own way, read from its folder."),
        Choice(Pooling.MEAN.value, "Mean", "The average over all word pieces."),
        Choice(Pooling.CLS.value, "First word piece", "The vector at the start of the text ([CLS])."),
        Choice(Pooling.LAST.value, "Last word piece", "For models that read from left to right."),
        Choice(Pooling.MAX.value, "Largest", "The largest value of each number over all word pieces."),
    ),
)
HEAD = ChoiceField(
    name="head",
    label="Head",
    help="What learns from the features.",
    source="Peters 2018; Devlin 2019, section 5.3",
    default=HeadShape.LINEAR.value,
    choices=(
        Choice(HeadShape.LINEAR.value, "Linear", "One weight for each number and class."),
        Choice(
            LOGISTIC_REGRESSION,
            "Logistic regression",
            "The same, but solved on all rows at once (L-BFGS), with weights held small.",
        ),
        Choice(HeadShape.MLP.value, "One hidden layer", "A little network; more numbers, more freedom."),
        Choice(
            HeadShape.BILSTM.value,
            "BiLSTM",
            "Reads the features from both sides, two layers of 768. For tasks that answer each word.",
        ),
    ),
)
STRENGTH = NumberField(
    name="inverse_regularization",
    label="Inverse regularisation",
    help="Of logistic regression: C. Smaller holds the weights closer to zero. Other heads do not use it.",
    source="scikit-learn's C; 10 measured on the samples",
    advanced=True,
    default=10.0,
    minimum=1e-4,
    maximum=1e6,
    logarithmic=True,
)


def supports(task: Task, _model: ModelFacts) -> str:
    """Says why not: a network that writes words has a head of its own, and no small new one."""
    if task.network is Network.ENCODER:
        return ""
    return (
        f'"{task.name}" is answered with words, by the model\'s own head for them. '
        "No small new head can take its place."
    )


def head_options(settings: Settings) -> HeadOptions:
    """Returns the head that was chosen."""
    solved = solved_at_once(settings) is not None
    return HeadOptions(
        layers=FeatureLayers(str(settings[FEATURES.name])),
        pooling=Pooling(str(settings[POOLING.name])),
        shape=HeadShape.LINEAR if solved else HeadShape(str(settings[HEAD.name])),
        drops=not solved,
    )


def solved_at_once(settings: Settings) -> float | None:
    """Returns the inverse regularisation of logistic regression, ``None`` for other heads."""
    return float(settings[STRENGTH.name]) if settings[HEAD.name] == LOGISTIC_REGRESSION else None


def apply(model: TaskModel, _settings: Settings) -> TaskModel:
    """Freezes the whole backbone."""
    model.backbone.requires_grad_(False)
    free_new_head(model)
    return model


METHOD = Method(
    id="feature_based",
    name="Feature-based",
    summary="The model stays as it is; only a new head learns from what it reads.",
    group=MethodGroup.HEAD,
    reference="Peters et al. 2018, ELMo; Devlin et al. 2019, section 5.3",
    settings=(
        FEATURES,
        POOLING,
        HEAD,
        STRENGTH,
        recommended(
            "epochs",
            20,
            source="Measured on the samples; features are computed once, an epoch costs next to nothing",
        ),
        recommended("head_learning_rate", 5e-3, source="Measured on the samples"),
        recommended(
            "learning_rate",
            1e-4,
            source="Not used",
            help_text="Of the model's own weights. They do not change here, so it has no effect.",
        ),
        recommended("evaluations_per_epoch", 1, source="An epoch is short here"),
    ),
    apply=apply,
    supports=supports,
    head_options=head_options,
    solved_at_once=solved_at_once,
)
