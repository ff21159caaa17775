"""Problems of dividing small data into folds, in words."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.file_problems import SAFE
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.wording import counted, listed, quoted, shortened

FEWEST, MOST, USUAL = 2, 10, 5
"""How many folds there can be, and how many are suggested."""
_FEWEST_GROUPS = 3
_RUNS_SAFE = "The runs are as they were."


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


def folds_of_other_runs(names: Sequence[str]) -> Problem:
    """Runs that are to be judged together differ in more than their fold, or not every fold is among them.

    Args:
        names: Of their folders.
    """
    return Problem(
        code="folds_of_other_runs",
        title="These runs are not all folds of one division",
        reason=f"{quoted(list(names))} were to be judged together. That takes one run for each fold, all "
        "with the same data, model, method and settings.",
        fix="Train all folds with the same choices.",
        safe=_RUNS_SAFE,
    )


def folds_missing(folds: int, trained: int, missing: Sequence[tuple[int, str]]) -> Problem:
    """Some folds of a set are trained and others are not.

    Args:
        folds: How many there are.
        trained: How many of them are trained.
        missing: The others, from 0, each with why it is not trained: ``"stopped early"``.
    """
    why: dict[str, list[str]] = {}
    for fold, reason in missing:
        why.setdefault(reason, []).append(str(fold + 1))
    told = [
        f"{'fold' if len(numbers) == 1 else 'folds'} {listed(numbers, MOST)}: {reason}"
        for reason, numbers in why.items()
    ]
    label = "Train the missing fold" if len(missing) == 1 else f"Train the {len(missing)} missing folds"
    sentence = "; ".join(told)
    return Problem(
        code="folds_missing",
        title=f"{trained or 'None'} of {folds} folds {'is' if trained <= 1 else 'are'} trained",
        reason=f"{sentence[:1].upper()}{sentence[1:]}. The score over all rows needs every fold.",
        fix=f"{label}.",
        safe="What is trained stays, and is not trained again." if trained else "",
        severity=Severity.NOTE,
        actions=(Action(id="train_missing_folds", label=label),),
    )
