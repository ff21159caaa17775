"""Which version of a finished run's model is asked."""

from __future__ import annotations

from enum import StrEnum


class Version(StrEnum):
    """A finished run's model, or what it is compared with.

    As it was trained; the base model as it was before training; as it was trained, with the small parts
    that the method put in (LoRA, adapters, vectors before the text) switched off.
    """

    TRAINED = "trained"
    BEFORE = "before"
    WITHOUT_INSERTS = "without_inserts"
