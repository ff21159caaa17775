"""Texts that are followed while a model learns, and what it says to them."""

from __future__ import annotations

import msgspec

from engine.protocol.results import Span


class WatchedText(msgspec.Struct, frozen=True, kw_only=True):
    """A text that is followed while training.

    Attributes:
        truth: The right answer, empty for the person's own texts.
        own: Whether the person added it.
        second: What is read beside the text, such as the question to a passage.
        true_spans: Parts of the text that the right answer marks.
    """

    text: str
    truth: str = ""
    own: bool = False
    second: str = ""
    true_spans: tuple[Span, ...] = ()


class WatchedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the model says to a watched text now; same order as ``TrainingStarted.watched``.

    Attributes:
        probabilities: In the order of ``TrainingStarted.classes``.
        spans: Parts of the text that the answer marks.
        right: How right it is, 0 to 1; ``None`` when equal words alone decide.
        alternatives: Other answers that are likely, likeliest first.
    """

    said: str
    probabilities: tuple[float, ...] = ()
    spans: tuple[Span, ...] = ()
    right: float | None = None
    alternatives: tuple[str, ...] = ()
