"""What a finished run says to typed texts, made up: a text with "love" in it is happy."""

from __future__ import annotations

import re
from pathlib import Path

from engine.protocol.commands import Predict
from engine.protocol.events import Event, StageReached
from engine.protocol.examining_problems import no_head_before_training
from engine.protocol.explanations import AnswerExplained, ExplainAnswer, WordEffect
from engine.protocol.file_answers import AnswerFile, AnswersWritten
from engine.protocol.nearest_rows import NearestFound, NearestRow
from engine.protocol.problems import Problem
from engine.protocol.results import Prediction
from engine.protocol.run_versions import Version
from engine.protocol.typed_noise import AddTypos
from tests.gui.recorded_events import CLASSES

HAPPY, UPSET = CLASSES


def no_head(command: Predict) -> Problem | None:
    """Returns why the model before training says nothing; ``None`` where it is not asked."""
    if command.version is not Version.BEFORE:
        return None
    return no_head_before_training(model="MiniLM", task="Sort texts")


def answer_to(text: str, version: Version = Version.TRAINED) -> Prediction:
    """Returns an answer that follows from the words; without its inserts a model is undecided."""
    share = 0.93 if "love" in text else 0.21
    share = 0.5 + (share - 0.5) / 10 if version is Version.WITHOUT_INSERTS else share
    said = HAPPY if share >= 0.5 else UPSET
    note = "Too long: only the first 128 of 312 word pieces were read." if len(text) > 500 else ""
    return Prediction(
        text=text,
        said=said,
        probability=max(share, 1 - share),
        probabilities={HAPPY: share, UPSET: round(1 - share, 3)},
        note=note,
    )


def answers_to(command: Predict) -> tuple[Prediction, ...]:
    """Returns an answer to each text."""
    texts = [*command.texts, *(next(iter(row.values()), "") for row in command.rows)]
    return tuple(answer_to(text, command.version) for text in texts)


def explained(command: ExplainAnswer) -> Event:
    """Returns which words moved an answer: "love" to the one side, all others to the other."""
    text = next(iter(command.row.values()))
    said = answer_to(text, command.version)
    sign = 1 if said.said == HAPPY else -1
    effects = [
        WordEffect(
            start=word.start(),
            end=word.end(),
            effect=sign * (0.5 if "love" in word[0] else -0.01 * len(word[0])),
        )
        for word in re.finditer(r"\S+", text)
    ]
    return AnswerExplained(
        job_id=command.job_id,
        prediction=said,
        method=command.method,
        target=said.said,
        against=UPSET if said.said == HAPPY else HAPPY,
        is_share=True,
        value=said.probability,
        baseline=0.5,
        effects=tuple(effects),
        note="Measured by hiding one word at a time.",
    )


def nearest(job_id: str) -> Event:
    """Returns three training rows."""
    rows = [
        NearestRow(row=12, text="What a lovely thing to say", truth=HAPPY, likeness=0.91),
        NearestRow(row=230, text="I am so done with this", truth=UPSET, likeness=0.74),
        NearestRow(row=7, text="Could be worse", truth=HAPPY, likeness=0.66),
    ]
    return NearestFound(job_id=job_id, rows=tuple(rows), looked_at=2168, usual=0.31)


def answered_file(command: AnswerFile) -> list[Event]:
    """Returns two stages and where the answers are."""
    job_id, name = command.job_id, Path(command.path).name
    out = str(Path(command.path).with_name(f"{Path(command.path).stem}-answers.csv"))
    return [
        StageReached(job_id=job_id, stage="answering", label=f"Answering 3 rows of {name}", done=1, total=3),
        AnswersWritten(job_id=job_id, path=out, rows=3, unanswered=1, cut=0),
    ]


def mistyped(command: AddTypos) -> tuple[str, ...]:
    """Returns texts with their vowels doubled."""
    return tuple(re.sub(r"([aeiou])", r"\1\1", text) for text in command.texts)
