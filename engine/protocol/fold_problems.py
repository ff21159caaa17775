"""Problems of dividing small data into folds, in words."""

from __future__ import annotations

from engine.protocol.file_problems import SAFE
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.wording import counted, shortened

FEWEST, MOST, USUAL = 2, 10, 5
"""How many folds there can be, and how many are suggested."""
_FEWEST_GROUPS = 3


def wrong_folds(folds: int, fold: int) -> Problem:
    """There cannot be so many folds, or no fold of that number."""
    if FEWEST <= folds <= MOST:
        title = f"There is no fold {fold}"
        reason = f"Of {folds} folds the first is 0 and the last is {folds - 1}."
        arguments = {"fold": "0"}
    else:
        title = f"Rows cannot be divided into {folds} folds" if folds else f"There is no fold {fold}"
        reason = (
            f"There can be {FEWEST} to {MOST}, or none at all (0); {folds} and fold {fold} were asked for."
        )
        arguments = {"folds": str(USUAL), "fold": "0"}
    return Problem(
        code="wrong_folds",
        title=title,
        reason=reason,
        fix="Use the first fold." if len(arguments) == 1 else f"Use {USUAL} folds, and the first of them.",
        safe=SAFE,
        setting="folds",
        actions=(
            Action(
                id="change_split",
                label="Use the first" if len(arguments) == 1 else f"Use {USUAL} folds",
                arguments=arguments,
            ),
        ),
    )


def too_few_for_folds(folds: int, groups: int, group_column: str = "") -> Problem:
    """There are fewer groups of rows that stay together than folds.

    Args:
        folds: How many folds were asked for.
        groups: How many groups there are; a text that stands once is one, too.
        group_column: Column that keeps rows together, if any.
    """
    of_what = f'groups of "{shortened(group_column)}"' if group_column else "different texts"
    one = f'group of "{shortened(group_column)}"' if group_column else "different text"
    possible = min(groups, folds - 1)
    is_possible = possible >= FEWEST and groups >= _FEWEST_GROUPS
    return Problem(
        code="too_few_for_folds",
        title=f"The rows cannot be divided into {folds} folds",
        reason=f"There {'is' if groups == 1 else 'are'} only {counted(groups, one, of_what)}, and each "
        f"stays in one fold. There must be as many as folds, and {_FEWEST_GROUPS} at least.",
        fix=f"Use {possible} folds, or add rows." if is_possible else "Add rows to the file.",
        safe=SAFE,
        setting="folds",
        actions=(
            Action(
                id="change_split",
                label=f"Use {possible} folds",
                arguments={"folds": str(possible), "fold": "0"},
            ),
        )
        if is_possible
        else (),
    )


def small_fold(rows: int, usable: int, folds: int) -> Problem:
    """The one fold that a run is judged on is small; all of them together are not.

    Args:
        rows: Of the fold.
        usable: Of all folds.
        folds: How many there are.
    """
    return Problem(
        code="small_fold",
        title=f"This fold judges {rows:,} of {counted(usable, 'row')}",
        reason=f"Its score alone can be luck. A run for each of the {folds} folds judges every row once.",
        fix=f"Train once for each of the {folds} folds and look at all scores.",
        safe=SAFE,
        severity=Severity.NOTE,
    )
