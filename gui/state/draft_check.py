"""What stands between the draft and its start."""

from __future__ import annotations

from collections.abc import Collection

from engine.protocol.problems import Problem, Severity
from engine.protocol.stack import StackFacts
from gui.state.project import Project


def missing_for_start(project: Project) -> str:
    """Says what must be chosen or read before a run can start; empty when nothing must."""
    if project.data is None:
        return "Choose data first"
    return "The data is being read" if project.draft is None else ""


def stack_of_draft(project: Project, before: StackFacts | None) -> StackFacts | None:
    """Returns the checked stack; before the answer, the preview of the method.

    Args:
        project: Whose draft.
        before: What was shown so far; it stays while nothing newer is known.
    """
    if project.is_checked and project.checked is not None and project.checked.stack is not None:
        return project.checked.stack
    previews = {preview.method: preview for preview in project.previews}
    preview = previews.get(project.method)
    return preview.stack if preview is not None and preview.stack is not None else before


def draft_errors(project: Project) -> list[Problem]:
    """Returns what makes the run impossible: of the base model first, then of the draft's check."""
    found = [project.model_problem] if project.model_problem is not None else []
    return found + [one for one in _checked_problems(project) if one.severity is Severity.ERROR]


def draft_doubts(project: Project) -> list[Problem]:
    """Returns warnings that want an answer before the run starts, such as a lack of memory."""
    return [
        one
        for one in _checked_problems(project)
        if one.severity is not Severity.ERROR and any(act.id == "continue_anyway" for act in one.actions)
    ]


def in_the_way(project: Project, *, anyway: bool) -> list[Problem]:
    """Returns what keeps the run from being started.

    Args:
        project: Whose draft.
        anyway: Whether the person has read the warnings.
    """
    return draft_errors(project) or ([] if anyway else draft_doubts(project))


def note_codes(project: Project) -> set[str]:
    """Returns the codes of what should be known of the run and asks for nothing."""
    return {note.code for note in _notes(project)}


def problem_to_show(project: Project, shown: Problem | None, read: Collection[str]) -> Problem | None:
    """Returns what stands above the page: an error, else the doubt that stands there, else a note.

    Args:
        project: Whose draft.
        shown: What stands there now.
        read: Codes of the notes that the person has closed.
    """
    errors = draft_errors(project)
    if errors:
        return errors[0]
    if shown is not None and shown in draft_doubts(project):
        return shown
    return next((note for note in _notes(project) if note.code not in read), None)


def _notes(project: Project) -> list[Problem]:
    return [one for one in _checked_problems(project) if one.severity is Severity.NOTE]


def _checked_problems(project: Project) -> tuple[Problem, ...]:
    return project.checked.problems if project.is_checked and project.checked is not None else ()
