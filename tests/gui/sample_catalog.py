"""A catalog made by hand: its methods and tasks have ids that no real one has."""

from __future__ import annotations

from engine.protocol.catalog import (
    Catalog,
    MethodEntry,
    MethodGroup,
    MetricEntry,
    ModelEntry,
    RoleEntry,
    RoleKind,
    TaskEntry,
)
from engine.protocol.fields import Choice, ChoiceField, Field, IntegerField, NumberField, SwitchField
from tests.gui.recorded_exports import ENTRIES

TRAINING_FIELDS: tuple[Field, ...] = (
    IntegerField(
        name="epochs",
        label="Epochs",
        help="How often the model sees every training row.",
        source="Devlin 2019, appendix A.3",
        section="training",
        default=3,
        minimum=1,
        maximum=100,
        unit="epochs",
    ),
    IntegerField(
        name="batch_size",
        label="Batch size",
        help="How many texts are learned from at once.",
        section="training",
        default=32,
        minimum=1,
        maximum=512,
        unit="texts",
    ),
    NumberField(
        name="learning_rate",
        label="Learning rate",
        help="How large the steps are.",
        source="Devlin 2019, appendix A.3",
        section="training",
        default=1e-4,
        minimum=1e-7,
        maximum=1.0,
        logarithmic=True,
    ),
    ChoiceField(
        name="schedule",
        label="Schedule",
        help="How the learning rate goes down.",
        section="training",
        default="linear",
        choices=(
            Choice("linear", "Linear", "Straight down to zero."),
            Choice("cosine", "Cosine"),
            Choice("constant", "Constant"),
        ),
        advanced=True,
    ),
)

NOISE_FIELDS: tuple[Field, ...] = (
    ChoiceField(
        name="train_on",
        label="Train on",
        help="Which texts are learned from.",
        section="noise",
        default="clean",
        choices=(
            Choice("clean", "Clean texts", "As they are."),
            Choice("noisy", "Noisy texts", "All have noise."),
            Choice("mix", "A mix", "Half have noise."),
        ),
    ),
    NumberField(
        name="noise_share",
        label="Rate",
        help="How much noise.",
        section="noise",
        default=0.1,
        minimum=0.01,
        maximum=0.3,
    ),
    SwitchField(name="noise_slips", label="Slips", help="Wrong keys.", section="noise", default=True),
    SwitchField(name="noise_scans", label="Scans", help="Like letters.", section="noise", default=False),
    ChoiceField(
        name="keyboard",
        label="Keyboard",
        help="Which keys are neighbours.",
        section="noise",
        default="left",
        choices=(Choice("left", "Left"), Choice("right", "Right")),
    ),
    SwitchField(name="fresh_noise", label="Fresh", help="Anew.", section="noise", default=False),
    IntegerField(
        name="noise_seed", label="Seed", help="Chance.", section="noise", default=0, minimum=0, maximum=99
    ),
)

RANK = IntegerField(
    name="rank",
    label="Rank",
    help="Width of the update.",
    source="Hu 2022",
    default=8,
    minimum=1,
    maximum=256,
)
USE_DORA = SwitchField(
    name="use_dora", label="DoRA", help="Learn size and direction apart.", source="Liu 2024", default=False
)


def _method(
    method_id: str, name: str, group: MethodGroup, *fields: Field, tags: tuple[str, ...] = ()
) -> MethodEntry:
    return MethodEntry(
        id=method_id,
        name=name,
        summary=f"{name} in one sentence.",
        group=group,
        reference="A paper",
        fields=(*fields, *TRAINING_FIELDS),
        tags=tags,
        layers_by_hand="by_hand" in tags,
        tasks=("sort_texts",),
    )


CATALOG = Catalog(
    tasks=(
        TaskEntry(
            id="sort_texts",
            name="Classify text",
            summary="one label per text",
            icon="tag",
            roles=(
                RoleEntry(id="text", label="Text to read"),
                RoleEntry(id="label", label="Answer to learn", kind=RoleKind.LABEL),
            ),
            metrics=(
                MetricEntry(
                    id="macro_f1",
                    label="Macro F1",
                    short="F1",
                    help="F1 joins precision and recall, averaged over the labels.",
                    title="F1 score",
                    note="every label counts as much",
                ),
                MetricEntry(id="accuracy", label="Accuracy", short="accuracy", help="Share that is right."),
                MetricEntry(
                    id="perplexity",
                    label="Perplexity",
                    short="perplexity",
                    help="Between how many words it hesitates.",
                    higher_is_better=False,
                ),
            ),
            fields=NOISE_FIELDS,
        ),
    ),
    methods=(
        _method("read_features", "Feature-based", MethodGroup.HEAD),
        _method("thaw_top", "Freeze lower layers", MethodGroup.WEIGHTS, tags=("default", "by_hand")),
        _method("thaw_all", "Full fine-tuning", MethodGroup.WEIGHTS),
        _method("hourglasses", "Bottleneck adapters", MethodGroup.INSERTS),
        _method("low_rank", "LoRA", MethodGroup.INSERTS, RANK, USE_DORA, tags=("light",)),
        _method("needs_decoder", "Continue writing", MethodGroup.INSERTS),
    ),
    models=(
        ModelEntry(
            id="minilm",
            name="MiniLM",
            summary="22.6 M",
            licence="Apache-2.0",
            language="English",
            size=90_000_000,
            parameters=22_713_728,
            learned="to place sentences of like meaning near each other",
        ),
    ),
    exports=ENTRIES,
)
"""A catalog whose ids are no real method's: the window must not know any."""
