"""Right answers of rows, to be mended: in which form they are given, how they stand, and what is to stand.

The window shows an editor for each form and knows no task; the engine writes what was given into the cell as
the person's file writes its answers. What comes of it is a step like any other change of cells.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from engine.protocol.command_header import CommandHeader as _Command
from engine.protocol.config import DataConfig
from engine.protocol.event_header import EventHeader as _Event
from engine.protocol.fields import SettingValue
from engine.protocol.repairs import Repair
from engine.protocol.results import Prediction, Span


class OneLabel(msgspec.Struct, frozen=True, kw_only=True, tag="one_label"):
    """One of a few labels.

    Attributes:
        labels: All that there are, most frequent first.
    """

    labels: tuple[str, ...]


class SeveralLabels(msgspec.Struct, frozen=True, kw_only=True, tag="several_labels"):
    """Any of a few labels, none of them too.

    Attributes:
        labels: All that there are, most frequent first.
    """

    labels: tuple[str, ...]


class Score(msgspec.Struct, frozen=True, kw_only=True, tag="score"):
    """A number.

    Attributes:
        low: The smallest in the column.
        high: The largest.
        decimals: Digits behind the point, of the number that has most.
    """

    low: float
    high: float
    decimals: int = 0


class WrittenText(msgspec.Struct, frozen=True, kw_only=True, tag="written_text"):
    """A text of one's own."""


class PassageAnswer(msgspec.Struct, frozen=True, kw_only=True, tag="passage_answer"):
    """Words of a passage.

    Attributes:
        may_be_none: Whether there are questions without an answer.
    """

    may_be_none: bool


class MarkedWords(msgspec.Struct, frozen=True, kw_only=True, tag="marked_words"):
    """Parts of a sentence, whole words each, with a type.

    Attributes:
        types: All that there are, most frequent first.
        covers_all: Whether each word is a part of something.
    """

    types: tuple[str, ...]
    covers_all: bool = False


AnswerForm: TypeAlias = OneLabel | SeveralLabels | Score | WrittenText | PassageAnswer | MarkedWords
"""In which form the right answers of a column are given."""


class GivenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A right answer, as it stands or as a person gives it; its form says which of the fields count.

    Attributes:
        text: A number, a text, words of a passage.
        labels: The labels that hold.
        spans: Marked parts of what was read; words of a passage have their place by them.
    """

    text: str = ""
    labels: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()


class RowAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The right answer of a row as it stands now.

    Attributes:
        row: Its number in the file.
        cell: What stands in the cell.
        answer: What that says.
        text: In which parts are marked: the passage, the sentence; else empty.
        asked: The row as a run would be judged by it; ``None`` for one that cannot be used.
    """

    row: int
    cell: str
    answer: GivenAnswer
    text: str = ""
    asked: Prediction | None = None


class _AboutAnswers(_Command, frozen=True, kw_only=True):
    """What both commands say.

    Attributes:
        settings: Of the task, as far as they are chosen.
    """

    data: DataConfig
    task: str
    settings: dict[str, SettingValue] = msgspec.field(default_factory=dict)


class ReadRightAnswers(_AboutAnswers, frozen=True, kw_only=True, tag="ReadRightAnswers"):
    """Read how right answers stand, after the repairs. Answer: ``RightAnswersRead``.

    Attributes:
        rows: Numbers of the rows in the file.
    """

    rows: tuple[int, ...]


class MendAnswers(_AboutAnswers, frozen=True, kw_only=True, tag="MendAnswers"):
    """Make the step that gives rows other right answers; nothing is changed by it. Answer: ``AnswersMended``.

    Attributes:
        answers: Number of a row → its right answer.
    """

    answers: dict[int, GivenAnswer]


class RightAnswersRead(_Event, frozen=True, kw_only=True, tag="RightAnswersRead"):
    """How right answers stand.

    Attributes:
        column: Where they stand; empty where the task learns from texts alone.
        form: How they are given; ``None`` likewise.
        answers: Those of the rows that there are.
    """

    column: str = ""
    form: AnswerForm | None = None
    answers: tuple[RowAnswer, ...] = ()


class AnswersMended(_Event, frozen=True, kw_only=True, tag="AnswersMended"):
    """The step that gives rows other right answers was made.

    Attributes:
        step: It.
    """

    step: Repair
