"""What stands in the way of a project's rows, and what else deserves a look."""

from __future__ import annotations

from engine.protocol.problems import Problem, Severity
from engine.protocol.reading_problems import ABOUT_TEXTS
from gui.state.project import Project

_FIND_OUT = "Find out how to read it"


def data_errors(project: Project) -> list[Problem]:
    """Returns what stands in the way, for the banner; notes and warnings are for the health check.

    Of a file without rows, such as one whose reading was stopped, whatever is said of it does.

    Args:
        project: Whose rows.
    """
    rows = [project.rows_problem] if project.rows_problem else []
    found = project.prepared.findings if project.prepared else ()
    said = (*project.data_problems, *rows, *found)
    unread = project.table is None and project.first_rows is None
    return [one for one in said if unread or one.severity is Severity.ERROR]


def data_findings(project: Project) -> list[Problem]:
    """Returns what the health check lists: everything but the problem that the banner shows.

    Args:
        project: Whose rows.
    """
    prepared, in_the_way = project.prepared, data_errors(project)
    # Prepared, they hold what was noticed while reading, as far as the task minds it.
    everything = [*in_the_way, *(prepared.findings if prepared else project.data_problems)]
    listed: list[Problem] = []
    checked = project.checked.problems if project.checked is not None and project.is_checked else ()
    everything += [one for one in checked if one.code in ABOUT_TEXTS]
    for finding in everything:
        if finding not in listed:
            listed.append(finding)
    return listed[1:] if in_the_way else listed


def is_chosen_reading_at_fault(project: Project) -> bool:
    """Whether rows are missing because of how the person chose to read the file, as the first error says."""
    data, errors = project.data, data_errors(project)
    chosen = ("delimiter", "encoding", "sheet", "header_row")
    return (
        data is not None
        and bool(errors)
        and any(errors[0].setting == name and getattr(data, name) for name in chosen)
    )


def words_without_rows(project: Project) -> tuple[str, str, str]:
    """Returns what stands in the place of the rows: a title, a sentence, and the words of a button.

    Args:
        project: One without rows; while they are read nothing is said.
    """
    if project.data is None:
        forms = "CSV, Excel, JSON, Parquet, plain text, CoNLL, SQuAD, or a folder of text files."
        return "Drop your own file here", forms, "Choose a file"
    if not project.data_problems:
        return "", "", ""
    if is_chosen_reading_at_fault(project):
        return (
            "There are no rows to show",
            "Read as you chose, the file has none; why stands above.",
            _FIND_OUT,
        )
    offered = {action.id for problem in data_errors(project)[:1] for action in problem.actions}
    button = "" if "choose_file" in offered else "Choose another file"  # the banner may have it
    return "There are no rows to show", "The file was not read; why stands above.", button
