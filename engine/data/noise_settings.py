"""Settings of noise: what a person may say about it, and the noise that follows from that."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from engine.contracts import Settings
from engine.data import noise
from engine.discovery import find_constants
from engine.noising import LARGEST_SHARE, Noise, NoiseKind
from engine.protocol.fields import Choice, ChoiceField, Field, IntegerField, NumberField, SwitchField
from engine.protocol.wording import listed

SECTION = "noise"
CLEAN, NOISY, MIX = "clean", "noisy", "mix"

TRAIN_ON = ChoiceField(
    name="train_on",
    label="Train on",
    help="Whether what is read has artificial noise in the rows to learn from and to check with. Answers "
    "stay clean, and so does the final test: it is tried with more and more noise at the end.",
    source="Belinkov & Bisk 2018: a model learns to survive the noise that it was trained on",
    section=SECTION,
    default=CLEAN,
    choices=(
        Choice(CLEAN, "Clean texts", "The model learns from the texts as they are."),
        Choice(NOISY, "Noisy texts", "The model learns from noise only. The final test stays clean."),
        Choice(MIX, "A mix", "Half of the texts have noise, chosen by lot. The final test stays clean."),
    ),
)
SHARE = NumberField(
    name="noise_share",
    label="Rate",
    help="Share of the places that are touched: of the characters for typos and OCR confusions, of the words "
    "for wrong case and for joined and split words, of the accents, of the punctuation marks. Kinds that "
    "touch the same divide it.",
    source="Belinkov & Bisk 2018 and the noise lab try up to 30 %",
    section=SECTION,
    default=0.1,
    minimum=0.01,
    maximum=LARGEST_SHARE,
)
SEED = IntegerField(
    name="noise_seed",
    label="Seed of the noise",
    help="The same seed makes the same noise.",
    source="The same in every run, so that runs can be compared",
    section=SECTION,
    default=0,
    minimum=0,
    maximum=2**32 - 1,
)
FRESH = SwitchField(
    name="fresh_noise",
    label="Fresh noise each epoch",
    help="Each epoch reads the texts with other noise, so that the model cannot learn the misspellings by "
    "heart. What stays as it is below the head is then computed anew in each epoch.",
    source="Fixed noise is quicker, and the same however many epochs there are",
    section=SECTION,
    default=False,
)

_HALF = 1_000
"""Sets the numbers that choose the rows of a mix apart from those that make noise."""


@cache
def noise_kinds() -> tuple[NoiseKind, ...]:
    """Returns every kind of noise, in the order of the switches.

    Raises:
        TypeError: When a file breaks a rule.
    """
    found = dict(find_constants(noise, "NOISE", NoiseKind))
    for name, kind in found.items():
        if name != kind.id:
            raise TypeError(f"The kind of noise in {name}.py calls itself {kind.id!r}.")
    if len({kind.stream for kind in found.values()}) != len(found):
        raise TypeError("Two kinds of noise draw the same random numbers.")
    return tuple(sorted(found.values(), key=lambda kind: kind.stream))


def switch_name(kind: NoiseKind) -> str:
    """Returns the name of the setting that turns a kind on."""
    return f"noise_{kind.id}"


@cache
def noise_fields() -> tuple[Field, ...]:
    """Returns the settings of noise: the same for every task."""
    fields: list[Field] = [TRAIN_ON, SHARE]
    for kind in noise_kinds():
        help_text = f"{kind.summary} The rate is a share of the {kind.unit}."
        switch = SwitchField(
            name=switch_name(kind), label=kind.name, help=help_text, section=SECTION, default=kind.default
        )
        fields += [switch, *kind.settings]
    return (*fields, FRESH, SEED)


def chosen_kinds(settings: Settings) -> tuple[NoiseKind, ...]:
    """Returns the kinds of noise that are turned on."""
    return tuple(kind for kind in noise_kinds() if settings.get(switch_name(kind), kind.default))


def kinds_or_usual(settings: Settings) -> tuple[NoiseKind, ...]:
    """Returns the kinds of noise that are turned on; those that are usual where none is."""
    return chosen_kinds(settings) or tuple(kind for kind in noise_kinds() if kind.default)


def in_words(settings: Settings) -> str:
    """Returns the kinds of a run's noise inside a sentence: ``"typos and OCR confusions"``."""
    return listed([kind.words for kind in kinds_or_usual(settings)])


def is_noisy(settings: Settings) -> bool:
    """Returns whether a run learns from texts with noise."""
    return bool(settings.get(TRAIN_ON.name, TRAIN_ON.default) != CLEAN)


def is_fresh(settings: Settings) -> bool:
    """Returns whether each epoch has noise of its own."""
    return bool(settings.get(FRESH.name, FRESH.default))


def noise_of(settings: Settings, *, epoch: int = 0) -> Noise:
    """Returns the noise that settings ask for, in every row.

    Args:
        settings: Of the run.
        epoch: Another one makes other noise; the first is 0.
    """
    return Noise(
        kinds=kinds_or_usual(settings),
        share=float(settings.get(SHARE.name, SHARE.default)),
        seed=int(settings.get(SEED.name, SEED.default)),
        epoch=epoch,
        settings=settings,
    )


def rows_with_noise(settings: Settings, numbers: Sequence[int], epoch: int = 0) -> frozenset[int] | None:
    """Returns which rows get noise: half of them in a mix, chosen by lot; ``None`` for all.

    Args:
        settings: Of the run.
        numbers: Numbers of the rows.
        epoch: Another one chooses others.
    """
    if settings.get(TRAIN_ON.name, TRAIN_ON.default) != MIX:
        return None
    seed = int(settings.get(SEED.name, SEED.default))
    lots = {row: int(np.random.PCG64([seed, row, epoch, 0, _HALF]).random_raw()) for row in numbers}
    return frozenset(sorted(lots, key=lambda row: (lots[row], row))[: len(lots) // 2])
