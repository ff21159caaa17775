"""Problems with a project's folder: it cannot be made, opened, or written."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.problems import Action, Problem, Severity

_CHOOSE_FILE = Action(id="choose_file", label="Choose a file")
_TRY_SAVING = Action(id="save_project", label="Try again")


def project_not_saved(file: str, reason: str) -> Problem:
    """A choice could not be written to the project's file.

    Args:
        file: The project file.
        reason: What the system said, e.g. ``"No space left on device"``.
    """
    return Problem(
        code="project_not_saved",
        title="Your last change could not be saved",
        reason=f'"{file}" could not be written: {reason}.',
        fix="Make room on the disk or allow writing there, then try again.",
        safe="The change is kept in this window, and the file still holds the state before it.",
        actions=(_TRY_SAVING,),
        details=f"project_not_saved\n{file}\n{reason}",
    )


def project_open_elsewhere(name: str, folder: str, holder: str) -> Problem:
    """A project is open in another window, and so is only looked at here.

    Args:
        name: The project's.
        folder: Its folder.
        holder: Who has it open, as the beginning of a sentence.
    """
    return Problem(
        code="project_open_elsewhere",
        title=f'"{name}" is open in another window',
        reason=f"{holder} has it open. If both saved, one would overwrite what was chosen in the other. So "
        "nothing that is chosen, named or noted here is saved.",
        fix="Go on in the other window; or close it there and open it here again; or work on a copy.",
        safe="What was chosen in the other window is safe. Runs that are trained here are kept.",
        severity=Severity.WARNING,
        actions=(
            Action(id="open_project", label="Open it again", arguments={"folder": folder}),
            Action(id="save_copy", label="Save a copy"),
        ),
    )


def project_not_made(folder: str, reason: str) -> Problem:
    """A new project's folder could not be made or filled.

    Args:
        folder: The folder.
        reason: What the system said.
    """
    return Problem(
        code="project_not_made",
        title="The project could not be made",
        reason=f'The folder "{folder}" could not be filled: {reason}.',
        fix="Make room on the disk or allow writing there, then try again.",
        safe="Your file was not changed.",
        details=f"project_not_made\n{folder}\n{reason}",
    )


def data_not_copied(name: str, reason: str) -> Problem:
    """A large file could not be copied into its project.

    Args:
        name: The file.
        reason: Why, in a sentence without its full stop.
    """
    return Problem(
        code="data_not_copied",
        title=f'"{name}" could not be copied into the project',
        reason=f"{reason}. Until that works the project uses the file where it is.",
        fix="Leave the file where it is, make room on the disk, and open the project again.",
        safe="Your file was not changed.",
        severity=Severity.WARNING,
        details=f"data_not_copied\n{name}\n{reason}",
    )


def no_such_project(folder: str) -> Problem:
    """There is no project in that folder.

    Args:
        folder: The folder.
    """
    return Problem(
        code="no_such_project",
        title="There is no project in this folder",
        reason=f'"{folder}" holds no project.toml. It may have been moved or deleted.',
        fix="Choose a data file to start a project from it.",
        safe="Nothing was changed.",
        actions=(_CHOOSE_FILE,),
    )


def unreadable_project(file: str, reason: str) -> Problem:
    """A project's file is damaged or of a later release.

    Args:
        file: The project file.
        reason: What is wrong with it.
    """
    return Problem(
        code="unreadable_project",
        title="This project cannot be read",
        reason=f'"{file}" is not a project of this release of Thaw: {reason}.',
        fix="Mend the file in a text editor, or start a new project from the file in its data folder.",
        safe="The file was not changed, and its runs stay in their folders.",
        actions=(_CHOOSE_FILE,),
        details=f"unreadable_project\n{file}\n{reason}",
    )


def cannot_use_file(path: str, reason: str) -> Problem:
    """What was dropped or chosen cannot be copied into a project.

    Args:
        path: What was dropped.
        reason: E.g. ``"it is a device or a pipe"``.
    """
    return Problem(
        code="cannot_use_file",
        title="This cannot be opened as data",
        reason=f'"{path}" cannot be used: {reason}.',
        fix="Choose a table (CSV, Excel, JSON, Parquet), a text, CoNLL, SQuAD, or a folder of text files.",
        safe="Nothing was changed.",
        actions=(_CHOOSE_FILE,),
    )


def nothing_to_paste() -> Problem:
    """The clipboard holds no text and no file."""
    return Problem(
        code="nothing_to_paste",
        title="There is nothing to paste",
        reason="What was copied last holds no text and no file.",
        fix="Copy the cells of a table, a text or a file, and paste again.",
        severity=Severity.NOTE,
        actions=(_CHOOSE_FILE,),
    )


def sample_missing(title: str, reason: str) -> Problem:
    """A sample that comes with the app is not where it should be.

    Args:
        title: The sample's card.
        reason: What is missing.
    """
    return Problem(
        code="sample_missing",
        title=f'The sample "{title}" is not in this installation',
        reason=f"{reason}.",
        fix="Install Thaw again, or drop a file of your own.",
        safe="Nothing was changed.",
        actions=(_CHOOSE_FILE,),
    )


def no_such_sample(name: str, known: Sequence[str]) -> Problem:
    """A sample that was asked for by its id does not exist.

    Args:
        name: What was asked for.
        known: Ids of the samples that there are.
    """
    return Problem(
        code="no_such_sample",
        title=f'There is no sample called "{name}"',
        reason=f"The samples of this release are {', '.join(known)}.",
        fix="Choose one of the cards.",
        safe="Nothing was changed.",
    )


def run_not_deleted(folder: str) -> Problem:
    """A run's folder cannot be deleted.

    Args:
        folder: The folder.
    """
    return Problem(
        code="run_not_deleted",
        title="The run could not be deleted",
        reason=f'The system does not let go of "{folder}"; a file in it may be open in another program.',
        fix="Close that program and delete the run again.",
        safe="The run is still in the list.",
    )


def copy_saved(name: str, folder: str) -> Problem:
    """A copy of a project was saved.

    Args:
        name: What the copy is called.
        folder: Where it is.
    """
    return Problem(
        code="copy_saved",
        title=f'Saved a copy as "{name}"',
        reason=f"Data and choices are in {folder}. Runs stay with this project.",
        fix="Open the copy to go on with it.",
        severity=Severity.NOTE,
        actions=(
            Action(id="open_project", label="Open the copy", arguments={"folder": folder}),
            Action(id="show_folder", label="Show in folder", arguments={"folder": folder}),
        ),
    )
