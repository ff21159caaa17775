"""Settings of a network that writes words: what it is told first, how it writes, how fast it learns."""

from __future__ import annotations

import msgspec

from engine.contracts import Settings, Writing
from engine.protocol.fields import Field, IntegerField, TextField
from engine.protocol.stack import ModelFacts
from engine.training_fields import MAX_TARGET_LENGTH, recommended

PREFIX = TextField(
    name="prefix",
    label="Before each text",
    help="Words that are put before each text to read, for models that are told so what to do.",
    source="Raffel 2020 (T5): translate English to German",
    section="task",
    default="",
    longest=200,
    may_be_empty=True,
)
NUM_BEAMS = IntegerField(
    name="num_beams",
    label="Beams",
    help="How many beginnings of an answer are followed side by side. 1 always takes the likeliest next word "
    "piece; more write a little better and take as many times longer.",
    source="1 is quick; Vaswani 2017 translates with 4",
    section="task",
    advanced=True,
    default=1,
    minimum=1,
    maximum=8,
)

_SMALL = 30_000_000
"""A network with fewer parameters learns at a higher rate: each has to go further."""

WRITING_FIELDS: tuple[Field, ...] = (PREFIX, MAX_TARGET_LENGTH, NUM_BEAMS)


def writing_fields_for(model: ModelFacts) -> tuple[Field, ...]:
    """Returns the settings as they are for a model that knows what to do by what its texts begin with."""
    if not model.prefixes:
        return ()
    known = ", ".join(f'"{prefix.strip()}"' for prefix in model.prefixes)
    only = model.prefixes[0].strip() if len(model.prefixes) == 1 else ""
    return (
        msgspec.structs.replace(PREFIX, default=only, help=f"{PREFIX.help} It was trained with {known}."),
    )


def learning_rate_for(model: ModelFacts) -> tuple[Field, ...]:
    """Returns the learning rate of a small network that goes on with texts; of others nothing."""
    small = 0 < model.parameters < _SMALL
    return (recommended("learning_rate", 5e-4, source="Measured on the small writer"),) if small else ()


def writing_of(settings: Settings) -> Writing:
    """Returns how a network is to write, as a run's settings have it."""
    prefix = str(settings[PREFIX.name]).strip()
    return Writing(
        prefix=f"{prefix} " if prefix else "",
        longest=int(settings[MAX_TARGET_LENGTH.name]),
        beams=int(settings[NUM_BEAMS.name]),
    )
