"""What is compared with what, and what Thaw should reach at least."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "resources" / "samples"

TRAINER, ADAPTERS, FEATURES, ITSELF = "trainer", "adapters", "features", "itself"
"""What does the other side's work: a module ``…_side`` in this folder, or Thaw's own first run."""

SIXTEEN_BITS = "bf16"
"""The kind of the Trainer's side that computes in 16 bits; it does so only where it is told to."""

MINILM, LARGE = "minilm", "large"
"""What is trained: the built-in model, or one of a billion random weights, see :mod:`.large_model`."""


@dataclass(frozen=True)
class Row:
    """One comparison.

    Attributes:
        id: By which it is asked for.
        work: Id of Thaw's method.
        against: What does the same otherwise, in words.
        rival: One of the constants above.
        kind: Which way the rival's module goes, where it has several.
        sample: Name of the file in resources/samples.
        settings: Of Thaw's run; Trainer and the libraries get the same.
        at_least: How many times as fast Thaw should be; ``None`` where nothing was promised.
        with_cutting: Whether cutting the texts into word pieces counts, because the other side cannot be
            timed without it.
        model: One of the constants above.
    """

    id: str
    work: str
    against: str
    rival: str = TRAINER
    kind: str = ""
    sample: str = "posts.csv"
    settings: dict[str, str] = field(default_factory=dict)
    at_least: float | None = None
    with_cutting: bool = False
    model: str = MINILM


def _on_both(row: Row) -> tuple[Row, Row]:
    """Returns a row for short texts, and the same for longer ones."""
    return row, replace(row, id=f"{row.id}@definitions", sample="definitions.csv")


ROWS = (
    *_on_both(
        Row(
            "feature_based",
            "feature_based",
            "Trainer, encoder frozen",
            settings={"epochs": "10"},
            at_least=15,
        )
    ),
    *_on_both(
        Row(
            "freeze_layers",
            "freeze_layers",
            "Trainer, lower 4 of 6 frozen",
            settings={"epochs": "5", "frozen_layers": "4"},
            at_least=3.5,
        )
    ),
    *_on_both(Row("full_fine_tuning", "full_fine_tuning", "Trainer", settings={"epochs": "3"}, at_least=1.8)),
    Row("lora", "lora", "Trainer + peft", settings={"epochs": "3"}, at_least=1.8),
    Row(
        "bottleneck_adapters",
        "bottleneck_adapters",
        "adapters library",
        ADAPTERS,
        settings={"epochs": "3"},
        at_least=1.8,
    ),
    Row("second_run", "feature_based", "its first run", ITSELF, settings={"epochs": "10"}, at_least=2),
    Row(
        "second_run@layers",
        "freeze_layers",
        "its first run",
        ITSELF,
        settings={"epochs": "1", "frozen_layers": "4"},
        at_least=2,
    ),
    Row(
        "sentence_transformers",
        "feature_based",
        "sentence-transformers + scikit-learn",
        FEATURES,
        "sentence_transformers",
        settings={"epochs": "10", "head": "logistic_regression"},
        with_cutting=True,
    ),
    Row(
        "setfit",
        "feature_based",
        "SetFit's head",
        FEATURES,
        "setfit",
        settings={"epochs": "10", "head": "logistic_regression"},
        with_cutting=True,
    ),
)
"""In the order of the table. Where numbers were promised for both samples, both are there."""

_LARGE = Row(
    "large", "", "Trainer, bf16", kind=SIXTEEN_BITS, settings={"epochs": "1", "batch_size": "64"}, model=LARGE
)

CARD_ROWS = (
    Row(
        "full_fine_tuning@bf16",
        "full_fine_tuning",
        "Trainer, bf16",
        kind=SIXTEEN_BITS,
        settings={"epochs": "3"},
    ),
    replace(
        _LARGE,
        id="large_feature_based",
        work="feature_based",
        against="Trainer, encoder frozen, bf16",
        settings={**_LARGE.settings, "epochs": "3"},
    ),
    replace(
        _LARGE,
        id="large_freeze_layers",
        work="freeze_layers",
        against="Trainer, lower 12 of 16 frozen, bf16",
        settings={**_LARGE.settings, "epochs": "3", "frozen_layers": "12"},
    ),
    replace(_LARGE, id="large_full", work="full_fine_tuning"),
    replace(_LARGE, id="large_lora", work="lora", against="Trainer + peft, bf16"),
    replace(
        _LARGE,
        id="large_qlora",
        work="lora",
        against="Trainer + peft + bitsandbytes, bf16",
        settings={**_LARGE.settings, "load_in_4bit": "true"},
    ),
)
"""Only where they are asked for, with a graphics card."""

SAME_FOR_ALL = {"evaluations_per_epoch": "1"}
"""All judge the validation rows before the first step and once after each epoch."""
