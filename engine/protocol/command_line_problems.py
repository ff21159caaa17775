"""What can be wrong with words on the command line."""

from __future__ import annotations

from engine.protocol.problems import Problem


def nothing_to_train_on() -> Problem:
    """Neither rows nor a saved run were named."""
    return Problem(
        code="nothing_to_train_on",
        title="There is nothing to train on",
        reason="Neither a file of rows nor a saved run was named.",
        fix="Name a file with --data FILE, or a saved run: thaw-engine train RUN.toml.",
    )


def nothing_to_answer() -> Problem:
    """No text was given."""
    return Problem(
        code="nothing_to_answer",
        title="There is no text to answer",
        reason="Neither --text nor --file gave one.",
        fix='Give a text with --text "…", or a file with --file FILE.',
    )


def not_a_pair(*, text: str, form: str) -> Problem:
    """An option should hold a name and a value.

    Args:
        text: What was said.
        form: What it should look like.
    """
    return Problem(
        code="not_a_pair",
        title=f'"{text}" is not understood',
        reason=f"It should look like {form}.",
        fix="Write the name, an equals sign and the value, with no spaces around it.",
    )


def no_runs(*, folder: str) -> Problem:
    """A folder holds no runs."""
    return Problem(
        code="no_runs",
        title="There are no runs in that folder",
        reason=f'"{folder}" holds no folder with a run in it.',
        fix="Train one: thaw-engine train --data FILE.",
    )
