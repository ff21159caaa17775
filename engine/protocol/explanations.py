"""What moved an answer: the command, its event, and what an explanation is."""

from __future__ import annotations

import msgspec

from engine.protocol.command_header import CommandHeader as _Command
from engine.protocol.event_header import EventHeader as _Event
from engine.protocol.results import Prediction
from engine.protocol.run_versions import Version

OCCLUSION = "occlusion"
"""Each word is hidden once, and the answer measured again (Li 2016)."""
INTEGRATED_GRADIENTS = "integrated_gradients"
"""Gradients along the way from a blank text to this one, added up (Sundararajan 2017)."""


class ExplainAnswer(_Command, frozen=True, kw_only=True, tag="ExplainAnswer"):
    """Measure which words moved an answer. Answers: stages, then ``AnswerExplained``; can be cancelled.

    Attributes:
        folder: The run's.
        row: A text for each of the task's input roles.
        method: :data:`OCCLUSION` or :data:`INTEGRATED_GRADIENTS`.
        target: The class that is asked about; empty for what the model says.
        version: Which version of the model is asked.
    """

    folder: str
    row: dict[str, str]
    method: str = OCCLUSION
    target: str = ""
    version: Version = Version.TRAINED


class WordEffect(msgspec.Struct, frozen=True, kw_only=True):
    """How much some neighbouring words moved an answer; mostly it is one word.

    Attributes:
        start: First character in the text, from 0.
        end: The character after the last.
        effect: By how much they raise what is measured; negative where they lower it.
        second: Whether they stand in the second text (of a question and its passage, in the question).
    """

    start: int
    end: int
    effect: float
    second: bool = False


class AnswerExplained(_Event, frozen=True, kw_only=True, tag="AnswerExplained"):
    """It was measured which words moved an answer.

    Attributes:
        prediction: The answer; places of words are those in its ``text`` and ``second``.
        method: How it was measured.
        target: What the effects push towards: a class, the answer itself, or a higher score.
        against: What they push towards where they are negative; empty where that is not one thing.
        is_share: Whether a probability was measured; else a number in the person's own unit.
        value: What was measured with all words.
        baseline: The same for a text in which nothing is left to read.
        effects: Of the words, in the order of the texts; those that were not read have none.
        missing: What the effects leave over of the difference between ``value`` and ``baseline``; 0 where
            they need not add up to it.
        note: How to read it, a sentence or two.
    """

    prediction: Prediction
    method: str
    target: str
    against: str
    is_share: bool
    value: float
    baseline: float
    effects: tuple[WordEffect, ...]
    missing: float = 0.0
    note: str = ""
