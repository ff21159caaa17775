"""Bottleneck adapters: small subnetworks are put into each block, and only they learn."""

from __future__ import annotations

from engine.contracts import Method, Settings, Task, TaskModel
from engine.method_fields import BLOCKS, blocks_of
from engine.models.inserts import chosen_blocks, piece_paths, thaw_norms, wrap
from engine.models.parts import ATTENTION, FEED_FORWARD, Role
from engine.protocol.catalog import MethodGroup
from engine.protocol.fields import Choice, ChoiceField, Field, IntegerField, SwitchField
from engine.protocol.stack import ModelFacts
from engine.training_fields import recommended

PLACEMENT = ChoiceField(
    name="placement",
    label="Placement",
    help="Where in a block the adapters stand.",
    source="Houlsby 2019",
    default="houlsby",
    choices=(
        Choice("houlsby", "Houlsby", "Two per block: after attention and after feed-forward."),
        Choice("pfeiffer", "Pfeiffer", "One per block, after feed-forward: half the numbers."),
        Choice("parallel", "Parallel", "One per block, beside feed-forward, times four (He 2022)."),
    ),
)
REDUCTION_FACTOR = IntegerField(
    name="reduction_factor",
    label="Reduction",
    help="How many times narrower the middle of an adapter is than the model. Lower has more numbers.",
    source="Pfeiffer 2021, section 3: 16",
    default=16,
    minimum=1,
    maximum=1024,
)
LAYER_NORMS = SwitchField(
    name="layer_norms",
    label="Norms learn too",
    help="Houlsby 2019 also trains the model's own layer norms. Off, its own weights stay as they were.",
    source="Off: then only the adapters and the head learn",
    advanced=True,
    default=False,
)


def supports(_task: Task, model: ModelFacts) -> str:
    """Says why not: some architectures keep feed-forward as experts, with no matrix to stand behind."""
    if not model.matrices or "feed_forward.down" in model.matrices:
        return ""
    return f"The feed-forward parts of {model.name} have no matrix that an adapter could stand behind."


def fields_for(model: ModelFacts) -> tuple[Field, ...]:
    """Returns the settings as they are for a model: no more blocks than it has."""
    return (blocks_of(model),)


def apply(model: TaskModel, settings: Settings) -> TaskModel:
    """Puts adapters into blocks and freezes the rest.

    Houlsby et al. 2019 put one after each of the two parts of a block, before what goes around the
    part is added; Pfeiffer et al. 2021 keep the second only; He et al. 2022 put it beside feed-forward
    and multiply what it says by four. Each has ``2·m·d + m + d`` numbers. Rücklé et al. 2021 leave them
    out of the lowest blocks (AdapterDrop).
    """
    from engine.models.bottleneck import BottleneckConfig  # loads peft, which most runs do not need

    placement = str(settings[PLACEMENT.name])
    blocks = chosen_blocks(model.backbone, str(settings[BLOCKS.name]))
    ends = piece_paths(model.backbone, (FEED_FORWARD,), (Role.DOWN,), blocks)
    parallel: dict[str, str] = {}
    if placement == "parallel":
        parallel = dict(
            zip(ends, piece_paths(model.backbone, (FEED_FORWARD,), (Role.UP,), blocks), strict=True)
        )
    elif placement == "houlsby":
        ends = [*piece_paths(model.backbone, (ATTENTION,), (Role.OUTPUT,), blocks), *ends]
    model = wrap(
        model,
        BottleneckConfig(
            target_modules=ends,
            parallel_inputs=parallel,
            reduction_factor=int(settings[REDUCTION_FACTOR.name]),
            activation="gelu" if placement == "houlsby" else "relu",
            scaling=4.0 if placement == "parallel" else 1.0,
        ),
    )
    if settings[LAYER_NORMS.name]:
        thaw_norms(model)
    return model


METHOD = Method(
    id="bottleneck_adapters",
    name="Bottleneck adapters",
    summary="The weights stay; small subnetworks put into each block learn.",
    group=MethodGroup.INSERTS,
    reference="Houlsby et al. 2019; Pfeiffer et al. 2021; He et al. 2022; Rücklé et al. 2021",
    settings=(
        PLACEMENT,
        REDUCTION_FACTOR,
        BLOCKS,
        LAYER_NORMS,
        recommended("epochs", 4, source="Measured on the samples"),
        recommended("learning_rate", 1e-3, source="Houlsby 2019, section 3.1: 3e-4 to 3e-3"),
    ),
    fields_for=fields_for,
    supports=supports,
    apply=apply,
)
