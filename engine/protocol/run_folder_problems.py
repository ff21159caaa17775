"""What can go wrong with a run's folder and its checkpoints, in words."""

from __future__ import annotations

from engine.protocol.problem_words import safe_until, size_words
from engine.protocol.problems import Action, Problem


def folder_not_empty(*, folder: str, holds_run: bool = False) -> Problem:
    """A new run was given a folder that holds something.

    Args:
        folder: The folder.
        holds_run: Whether that is a run.
    """
    return Problem(
        code="folder_not_empty",
        title="The run's folder is not empty",
        reason=f'"{folder}" already holds files, and a new run never writes over anything.',
        fix="Choose a new folder, or resume the run that is there." if holds_run else "Choose a new folder.",
        safe="Nothing in the folder was changed.",
        actions=(Action(id="choose_folder", label="Choose another folder"),),
    )


def not_a_run(*, folder: str, details: str = "", exists: bool = True) -> Problem:
    """A folder was named that is no run, or whose run file cannot be read.

    Args:
        folder: The folder.
        details: Technical text.
        exists: Whether there is a folder of that name.
    """
    reason = f'"{folder}" has no run file that Thaw can read.'
    return Problem(
        code="not_a_run",
        title="That folder is not a run" if exists else "There is no such run",
        reason=reason if exists else f'There is no folder "{folder}".',
        fix="Choose a folder that a training run was saved in; it holds a file named run.toml.",
        actions=(Action(id="choose_folder", label="Choose a run"),),
        details=details,
    )


def run_in_use(*, folder: str) -> Problem:
    """Another process trains in the folder."""
    return Problem(
        code="run_in_use",
        title="This run is already being trained",
        reason=f'Another engine process works in "{folder}".',
        fix="Wait until it has ended, or stop it there.",
        safe="Nothing in the folder was changed.",
    )


def run_already_finished(*, folder: str) -> Problem:
    """A run was to be taken up again that has come to its end."""
    return Problem(
        code="run_already_finished",
        title="This run is finished",
        reason=f'The run in "{folder}" has been trained to its end and judged.',
        fix="Start a new run with the same settings to train again.",
        safe="The run is as it was.",
    )


def run_not_finished(*, folder: str) -> Problem:
    """A run has no saved model yet, so it cannot answer or be judged."""
    return Problem(
        code="run_not_finished",
        title="This run has no saved model yet",
        reason=f'The run in "{folder}" did not come to its end.',
        fix="Resume it; its last checkpoint is the start.",
        safe="What it has learned so far is saved.",
        actions=(Action(id="resume", label="Resume the run", arguments={"folder": folder}),),
    )


def checkpoint_unreadable(*, folder: str, details: str) -> Problem:
    """A checkpoint is damaged or does not fit the model."""
    return Problem(
        code="checkpoint_unreadable",
        title="The run's checkpoint cannot be read",
        reason=f'The checkpoint in "{folder}" is damaged or belongs to another model.',
        fix="Start a new run with the same settings.",
        safe="The curve and the results so far stay.",
        details=details,
    )


def base_has_changed(*, model: str) -> Problem:
    """The base model's files are not those that the run began with."""
    return Problem(
        code="base_has_changed",
        title="The base model is not the one that this run began with",
        reason=f'The weights of "{model}" differ from those at the start of the run.',
        fix="Put the old files back, or start a new run.",
        safe="The run's checkpoint is as it was.",
    )


def data_has_changed(*, path: str, finished: bool = False) -> Problem:
    """The data file's rows are not those that the run began with.

    Args:
        path: The file.
        finished: Whether the run was trained to its end and judged.
    """
    return Problem(
        code="data_has_changed",
        title="The data are not those that this run began with",
        reason=f'"{path}" was changed since the run began, so its rows would be divided anew.',
        fix="Put the old file back, or start a new run.",
        safe=f"The run's {'result' if finished else 'checkpoint'} is as it was.",
        actions=(Action(id="choose_file", label="Choose the old file"),),
    )


def cannot_write(*, folder: str, details: str, reason: str = "") -> Problem:
    """The run's folder cannot be written to.

    Args:
        folder: The folder.
        details: Technical text.
        reason: Why, in a few words, e.g. what the system says.
    """
    said = f": {reason[:1].lower()}{reason[1:]}" if reason else ""
    return Problem(
        code="cannot_write",
        title="The run's folder cannot be written to",
        reason=f'Thaw cannot write in "{folder}"{said}.',
        fix="Choose another folder.",
        safe="Your data and your settings are as they were.",
        actions=(Action(id="choose_folder", label="Choose another folder"),),
        details=details,
    )


def no_disk_space(*, folder: str, needed: int, free: int, saved_epoch: float | None = None) -> Problem:
    """The disk is too full to start, or to save a checkpoint.

    Args:
        folder: Where the run is.
        needed: Bytes that are needed; 0 where nobody knows.
        free: Bytes that are free.
        saved_epoch: Epoch of the last checkpoint that is whole; ``None`` when there is none.
    """
    known = f" needs about {size_words(needed)}; there are" if needed else " could not be written: there are"
    room = f"at least {size_words(max(needed - free, 1_000_000))} free" if needed else "room on that disk"
    return Problem(
        code="no_disk_space",
        title="There is not enough room on the disk",
        reason=f'The run in "{folder}"{known} {size_words(free)} free.',
        fix=f"Make {room}, or choose another folder.",
        safe=safe_until(saved_epoch),
        actions=(Action(id="choose_folder", label="Choose another folder"),),
    )
