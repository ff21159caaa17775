"""What can be asked of a finished run in vain, in words."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.problems import Problem
from engine.protocol.wording import listed

_SAFE = "The run is as it was."


def no_head_before_training(*, model: str, task: str) -> Problem:
    """The model as it was before training was asked something that it has no head for.

    Args:
        model: The base model's name.
        task: The task's name.
    """
    return Problem(
        code="no_head_before_training",
        title=f"{model} had no head for this task before training",
        reason=f'For "{task}" a new head was put on it, which starts from random numbers: its answers would '
        "mean nothing.",
        fix="Compare with another run, or with the baselines on Results.",
        safe=_SAFE,
    )


def no_inserts(*, run: str) -> Problem:
    """Small parts were to be switched off where none were put in.

    Args:
        run: The run's name.
    """
    return Problem(
        code="no_inserts",
        title="This run has nothing to switch off",
        reason=f"{run} put no small parts into the model. It changed the model's own weights, or only the "
        "head.",
        fix="Compare it with the model before training, or with another run.",
        safe=_SAFE,
    )


def not_explained(*, why: str) -> Problem:
    """It cannot be said what moved an answer.

    Args:
        why: A sentence.
    """
    return Problem(
        code="not_explained",
        title="What moved this answer cannot be measured",
        reason=why,
        fix="Change a word and look how the answer changes.",
        safe=_SAFE,
    )


def no_such_class(*, asked: str, known: Sequence[str]) -> Problem:
    """What moved an answer towards a class was asked, and there is no such class.

    Args:
        asked: Its name.
        known: Names of the run's classes.
    """
    return Problem(
        code="no_such_class",
        title=f'This run has no class "{asked}"',
        reason=f"Its classes are {listed(known)}.",
        fix="Name one of these.",
        safe=_SAFE,
    )


def nothing_to_hide(*, words: int) -> Problem:
    """A text has too few words for one of them to be hidden.

    Args:
        words: How many there are.
    """
    return Problem(
        code="nothing_to_hide",
        title="There are too few words to hide one",
        reason="The text is blank."
        if not words
        else "The text has a single word; without it nothing is left.",
        fix="Type two words at least.",
        safe=_SAFE,
    )


def file_has_no_rows(*, file: str) -> Problem:
    """A file to be answered holds no text.

    Args:
        file: Its name.
    """
    return Problem(
        code="file_has_no_rows",
        title="There is no text to answer",
        reason=f'"{file}" holds no row with a text.',
        fix="Choose a file with one text a row.",
        safe="Nothing was written.",
    )


def answers_exist(*, file: str) -> Problem:
    """Answers were to be written to a file that is there.

    Args:
        file: Its name.
    """
    return Problem(
        code="answers_exist",
        title=f'"{file}" is there already',
        reason="Answers are written to a new file; nothing that is there is written over.",
        fix="Give another name.",
        safe="Nothing was written.",
    )


def no_umap() -> Problem:
    """A map by UMAP is wanted where that is not installed."""
    return Problem(
        code="no_umap",
        title="UMAP is not installed beside Thaw",
        reason="It is a library of its own; principal components do not need it.",
        fix="Draw the map by principal components, or install it: pip install umap-learn",
        safe=_SAFE,
    )


def too_few_to_map(*, rows: int) -> Problem:
    """There are too few test rows for a map.

    Args:
        rows: How many there are.
    """
    return Problem(
        code="too_few_to_map",
        title="There are too few test rows for a map",
        reason=f"It needs three at least, and this run was tested on {rows}.",
        fix="Read the answers below instead.",
        safe=_SAFE,
    )
