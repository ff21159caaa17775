"""Noise in what a person types: the command and its event."""

from __future__ import annotations

from engine.protocol.command_header import CommandHeader as _Command
from engine.protocol.event_header import EventHeader as _Event


class AddTypos(_Command, frozen=True, kw_only=True, tag="AddTypos"):
    """Put typos into what was typed. Answer: ``TyposAdded``, at once.

    The same text gets the same typos; a larger share makes the same ones and more.

    Attributes:
        texts: What was typed.
        share: Of the characters, 0 to 0.3.
        keyboard: Whose keys lie beside each other; empty for the usual one.
    """

    texts: tuple[str, ...]
    share: float
    keyboard: str = ""


class TyposAdded(_Event, frozen=True, kw_only=True, tag="TyposAdded"):
    """What was typed has typos now; in the order of the texts."""

    texts: tuple[str, ...]
