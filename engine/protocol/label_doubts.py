"""Labels that look wrong: what is found about them, and its event."""

from __future__ import annotations

import msgspec

from engine.protocol.event_header import EventHeader as _Event
from engine.protocol.problems import Problem


class LabelDoubt(msgspec.Struct, frozen=True, kw_only=True):
    """A row whose label looks wrong.

    Attributes:
        row: Where it stands in the file (the first row of data is 1).
        text: What is read there.
        second: The second text, where pairs are read.
        given: Its label.
        expected: The label that would be expected.
        confidence: How sure that is, 0 to 1.
        given_confidence: How likely the given label is, 0 to 1.
    """

    row: int
    text: str
    given: str
    expected: str
    confidence: float
    given_confidence: float
    second: str = ""


class LabelDoubtsFound(_Event, frozen=True, kw_only=True, tag="LabelDoubtsFound"):
    """All labels of a file were looked at.

    Attributes:
        doubts: The rows whose labels look wrong, the clearest first.
        finding: The same as a finding for the health check.
        rows: How many rows were looked at.
        left_out: Labels with too few different texts to say anything about them.
    """

    doubts: tuple[LabelDoubt, ...]
    finding: Problem
    rows: int
    left_out: tuple[str, ...] = ()
