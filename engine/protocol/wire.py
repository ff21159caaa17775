"""How messages travel: one JSON object a line, UTF-8, no line breaks inside."""

from __future__ import annotations

import msgspec

from engine.protocol.commands import Command
from engine.protocol.events import Event

_encoder = msgspec.json.Encoder()
_commands: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)
_events: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


class WireError(ValueError):
    """A line was not a message of this protocol."""


def encode(message: Command | Event) -> bytes:
    """Returns a message as one line that ends in a line break."""
    return _encoder.encode(message) + b"\n"


def decode_command(line: bytes) -> Command:
    """Reads a command.

    Raises:
        WireError: When the line is not a command.
    """
    try:
        return _commands.decode(line)
    except msgspec.MsgspecError as error:
        raise WireError(str(error)) from error


def decode_event(line: bytes) -> Event:
    """Reads an event.

    Raises:
        WireError: When the line is not an event.
    """
    try:
        return _events.decode(line)
    except msgspec.MsgspecError as error:
        raise WireError(str(error)) from error
