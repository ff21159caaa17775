"""What stands between the draft and its start."""

from __future__ import annotations

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


def _checked_problems(project: Project) -> tuple[Problem, ...]:
    return project.checked.problems if project.is_checked and project.checked is not None else ()
