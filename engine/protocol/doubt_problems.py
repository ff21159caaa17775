"""Labels that look wrong, in words: what was found, and why it cannot be looked for."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.data_problems import SHOW_DATA, first_rows
from engine.protocol.file_problems import SAFE
from engine.protocol.label_doubts import LabelDoubt
from engine.protocol.problems import Problem, Severity
from engine.protocol.wording import counted, percent, quoted, shortened

_MANY = 0.05
"""Share of the rows from which labels that look wrong deserve a warning."""


def labels_look_wrong(found: Sequence[LabelDoubt], rows: int, model: str, left_out: Sequence[str]) -> Problem:
    """Some labels look wrong; or none does.

    Args:
        found: The clearest first.
        rows: How many rows were looked at.
        model: Name of the model that read them.
        left_out: Labels with too few different texts to say anything about them.
    """
    rest = f" Nothing can be said of {quoted(left_out, 3)}: too few texts." if left_out else ""
    if not found:
        return Problem(
            code="labels_look_right",
            title="No label looks wrong",
            reason=f"{counted(rows, 'row')} were compared with what others like them say, as {model} reads "
            f"them.{rest}",
            fix="",
            severity=Severity.NOTE,
        )
    first = found[0]
    one = len(found) == 1
    return Problem(
        code="labels_look_wrong",
        title=f"{counted(len(found), 'label')} {'looks' if one else 'look'} wrong",
        reason=f'In row {first.row:,}, "{shortened(first.text, 80)}", stands "{shortened(first.given)}"; '
        f'from the others "{shortened(first.expected)}" is expected ({percent(round(first.confidence, 2))} '
        f"sure). {counted(rows, 'row')} were looked at, each by a model that had not seen its label.{rest}",
        fix="Read these rows and correct those that are wrong: some are only unusual.",
        safe=SAFE,
        severity=Severity.WARNING if len(found) > _MANY * rows else Severity.NOTE,
        setting="label",
        rows=first_rows([doubt.row for doubt in found]),
        row_count=len(found),
        actions=(SHOW_DATA,),
    )


def no_single_labels(task: str) -> Problem:
    """Labels can be doubted only where each row has one.

    Args:
        task: What the task is called.
    """
    return Problem(
        code="no_single_labels",
        title="Labels that look wrong cannot be looked for here",
        reason=f'That needs rows with one label each. "{task}", as it is set, has none.',
        fix="Look at the rows by hand; the results of a run list its surest wrong answers.",
        safe=SAFE,
        setting="label",
    )


def too_few_to_doubt(texts: int) -> Problem:
    """There are too few texts of each label to say which are odd among them.

    Args:
        texts: How many different texts of a label are needed.
    """
    return Problem(
        code="too_few_to_doubt",
        title="There are too few texts to say which labels look wrong",
        reason=f"It takes at least two labels with {texts:,} different texts each.",
        fix="Add rows to the file and choose it again.",
        safe=SAFE,
        setting="label",
    )
