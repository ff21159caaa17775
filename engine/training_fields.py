"""The settings of training that every method shares: declared once, shown for each method.

A method that needs another start than these puts its own version of a field among its settings, made
with :func:`recommended`; the registry lets it take the place of the one here.
"""

from __future__ import annotations

import msgspec

from engine.protocol.fields import (
    Choice,
    ChoiceField,
    Field,
    IntegerField,
    NumberField,
    SettingValue,
    SwitchField,
)
from engine.protocol.fold_runs import COMPUTE_AGAIN_NAME, FROZEN_STATES_NAME, SMALLER_BATCHES_NAME

_SECTION = "training"

EPOCHS = IntegerField(
    name="epochs",
    label="Epochs",
    help="How often the model reads all training rows.",
    source="Devlin 2019, appendix A.3: 2 to 4",
    section=_SECTION,
    default=3,
    minimum=1,
    maximum=1000,
)
BATCH_SIZE = IntegerField(
    name="batch_size",
    label="Batch size",
    help="How many rows are read before the weights are changed once. Smaller needs less memory.",
    source="Devlin 2019, appendix A.3: 16 or 32",
    section=_SECTION,
    default=32,
    minimum=1,
    maximum=1024,
    unit="rows",
)
LEARNING_RATE = NumberField(
    name="learning_rate",
    label="Learning rate",
    help="How far the model's own weights, or the parts put into it, move in one step.",
    source="Measured for small models; Devlin 2019 uses 2e-5 to 5e-5 for larger ones",
    section=_SECTION,
    default=1e-4,
    minimum=1e-7,
    maximum=1.0,
    logarithmic=True,
)
HEAD_LEARNING_RATE = NumberField(
    name="head_learning_rate",
    label="Learning rate of the head",
    help="How far the new head moves in one step. It starts from random numbers, so it may move further.",
    source="Howard & Ruder 2018: higher layers learn faster",
    section=_SECTION,
    default=2e-3,
    minimum=1e-7,
    maximum=10.0,
    logarithmic=True,
)
MAX_LENGTH = IntegerField(
    name="max_length",
    label="Longest text",
    help="Texts are cut after so many word pieces. Longer needs more time and memory.",
    source="Fits most short texts",
    section=_SECTION,
    default=128,
    minimum=4,
    maximum=8192,
    unit="word pieces",
)
MAX_TARGET_LENGTH = IntegerField(
    name="max_target_length",
    label="Longest answer",
    help="Texts to write are cut after so many word pieces, and the model writes no more than that.",
    source="As in transformers' translation example",
    section="task",
    advanced=True,
    default=128,
    minimum=2,
    maximum=1024,
    unit="word pieces",
)
"""For tasks that write a text beside the one that they read; it is no training setting of the others."""

EVALUATIONS_PER_EPOCH = IntegerField(
    name="evaluations_per_epoch",
    label="Validations per epoch",
    help="How often in an epoch the validation rows are judged. The best of them is kept.",
    source="Thaw",
    section=_SECTION,
    advanced=True,
    default=2,
    minimum=1,
    maximum=100,
)
EARLY_STOPPING_PATIENCE = IntegerField(
    name="early_stopping_patience",
    label="Stop early after",
    help="End the run when so many validations in a row were no better. 0 never ends it early.",
    source="Thaw",
    section=_SECTION,
    advanced=True,
    default=0,
    minimum=0,
    maximum=1000,
    unit="validations",
)
SCHEDULE = ChoiceField(
    name="schedule",
    label="Schedule",
    help="How the learning rate goes on after the warm-up.",
    source="Devlin 2019, appendix A.2",
    section=_SECTION,
    advanced=True,
    default="linear",
    choices=(
        Choice("linear", "Linear", "Falls evenly to zero."),
        Choice("cosine", "Cosine", "Falls slowly, then fast, then slowly to zero."),
        Choice("constant", "Constant", "Stays as it is."),
        Choice("slanted_triangle", "Slanted triangle", "Rises from a 32nd and falls evenly back to it."),
    ),
)
WARMUP_SHARE = NumberField(
    name="warmup_share",
    label="Warm-up",
    help="Share of all steps in which the learning rate rises from zero.",
    source="Devlin 2019, appendix A.2",
    section=_SECTION,
    advanced=True,
    default=0.1,
    minimum=0.0,
    maximum=0.9,
)
WEIGHT_DECAY = NumberField(
    name="weight_decay",
    label="Weight decay",
    help="Pulls weights gently towards zero. Biases and norms are left alone.",
    source="Devlin 2019, appendix A.2",
    section=_SECTION,
    advanced=True,
    default=0.01,
    minimum=0.0,
    maximum=10.0,
)
GRADIENT_CLIPPING = NumberField(
    name="gradient_clipping",
    label="Gradient clipping",
    help="Longest step that one batch may ask for. 0 sets no limit.",
    source="Devlin 2019 (in its code)",
    section=_SECTION,
    advanced=True,
    default=1.0,
    minimum=0.0,
    maximum=1000.0,
)
GRADIENT_ACCUMULATION_STEPS = IntegerField(
    name="gradient_accumulation_steps",
    label="Batches per step",
    help="Read so many batches before the weights are changed once: like a larger batch, in less memory.",
    source="Thaw",
    section=_SECTION,
    advanced=True,
    default=1,
    minimum=1,
    maximum=1024,
    unit="batches",
)

AUTO, FP32, BF16 = "auto", "fp32", "bf16"
"""Choices of :data:`PRECISION`."""

PRECISION = ChoiceField(
    name="precision",
    label="Numbers",
    help="Numbers of 16 bits (bfloat16) are multiplied about twice as fast where a processor is made for it. "
    "The weights themselves stay at 32 bits.",
    source="Kalamkar 2019; measured on this machine",
    section=_SECTION,
    advanced=True,
    default=AUTO,
    choices=(
        Choice(AUTO, "As measured", "16 bits where a short measurement says that they are faster here."),
        Choice(FP32, "32 bits", "The same on every machine."),
        Choice(BF16, "16 bits", "Also where it is slower."),
    ),
)
TIME_LIMIT = NumberField(
    name="time_limit_minutes",
    label="Time limit",
    help="End training in time, with the best state that was reached kept and judged, if it would take "
    "longer. 0 sets no limit. The same run may end elsewhere on a slower computer.",
    source="Thaw",
    section=_SECTION,
    advanced=True,
    default=0.0,
    minimum=0.0,
    maximum=100_000.0,
    unit="minutes",
)
SMALLER_BATCHES = SwitchField(
    name=SMALLER_BATCHES_NAME,
    label="Go on when memory runs out",
    help="Read the rows of a step in batches half as large from there on, and say so. Each step learns from "
    "the same rows; it takes longer. Off: stop, keep all, and ask.",
    source="Thaw",
    section=_SECTION,
    advanced=True,
    default=True,
)
"""On: who starts a long run and leaves wants it done in the morning, and the steps stay what they were."""

COMPUTE_AGAIN = SwitchField(
    name=COMPUTE_AGAIN_NAME,
    label="Compute again instead of keeping",
    help="Keep only what goes into each block, and compute the rest a second time on the way back: far less "
    "memory for about a third more time. What is learned is the same (gradient checkpointing).",
    source="Chen 2016",
    section=_SECTION,
    advanced=True,
    default=False,
)
FROZEN_STATES = IntegerField(
    name=FROZEN_STATES_NAME,
    label="Keep of frozen layers",
    help="What frozen lower layers say of a text never changes: it is computed once and kept in files of at "
    "most so many megabytes, for later runs, too. 0 computes it anew each time.",
    source="Thaw",
    section=_SECTION,
    advanced=True,
    default=2000,
    minimum=0,
    maximum=1_000_000,
    unit="MB",
)

TRAINING_FIELDS: tuple[Field, ...] = (
    EPOCHS,
    BATCH_SIZE,
    LEARNING_RATE,
    HEAD_LEARNING_RATE,
    MAX_LENGTH,
    EVALUATIONS_PER_EPOCH,
    EARLY_STOPPING_PATIENCE,
    SCHEDULE,
    WARMUP_SHARE,
    WEIGHT_DECAY,
    GRADIENT_CLIPPING,
    GRADIENT_ACCUMULATION_STEPS,
    PRECISION,
    TIME_LIMIT,
    SMALLER_BATCHES,
    COMPUTE_AGAIN,
    FROZEN_STATES,
)
"""All of them, in the order of the settings sheet."""


def recommended(name: str, default: SettingValue, *, source: str, help_text: str = "") -> Field:
    """Returns a training field with a method's own recommended value.

    Args:
        name: Name of a field in :data:`TRAINING_FIELDS`.
        default: The value that the method starts from.
        source: Where that value comes from.
        help_text: Replaces the field's help, where the setting does something else for the method.

    Raises:
        KeyError: When there is no such training setting.
    """
    field = {field.name: field for field in TRAINING_FIELDS}[name]
    return msgspec.structs.replace(field, default=default, source=source, help=help_text or field.help)


def with_training_fields(own: tuple[Field, ...]) -> tuple[Field, ...]:
    """Returns a method's own fields, then every training field, with the method's version of it.

    Args:
        own: The fields that a method declares.
    """
    replaced = {field.name: field for field in own if field.section == _SECTION}
    return (
        *(field for field in own if field.section != _SECTION),
        *(replaced.get(field.name, field) for field in TRAINING_FIELDS),
    )
