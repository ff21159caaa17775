"""Problems of the three parts once they are made, in words: leaks, labels that a part lacks, sizes."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.data_problems import SHOW_DATA
from engine.protocol.file_problems import SAFE
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.wording import ROWS_KEPT, counted, listed, percent, quoted, shortened


def rows_in_two_parts(rows: Sequence[int], tests: int) -> Problem:
    """Texts that are learned from stand in another part of a given split, too."""
    return Problem(
        code="rows_in_two_parts",
        title=f"{counted(len(rows), 'row')} outside of training {'has' if len(rows) == 1 else 'have'} a text "
        "that is learned from",
        reason=f"Your file divides the rows so, {counted(tests, 'test row')} among them. What was learned by "
        "heart looks like skill there, so the score can be too high.",
        fix="Take these rows out of one part in your file, or let Thaw divide the rows: it keeps such texts "
        "together.",
        safe=SAFE,
        severity=Severity.WARNING,
        rows=tuple(rows[:ROWS_KEPT]),
        row_count=len(rows),
        actions=(SHOW_DATA,),
    )


def groups_in_two_parts(column: str, rows: Sequence[int], groups: Sequence[str], tests: int) -> Problem:
    """Rows that are to stay together stand in several parts of a given split.

    Args:
        column: What keeps them together.
        rows: Those outside of training of which others stand in another part.
        groups: The values that they have in that column.
        tests: How many of the rows are for the test.
    """
    return Problem(
        code="groups_in_two_parts",
        title=f'{counted(len(groups), "group")} of "{shortened(column)}" '
        f"{'stands' if len(groups) == 1 else 'stand'} in several parts",
        reason=f"Your file divides the rows so: {quoted(groups, 4)}, with {counted(len(rows), 'row')} "
        f"outside of training, {counted(tests, 'test row')} among them. What was learned of a group helps "
        "there, so the score can be too high.",
        fix="Put each group into one part in your file, or let Thaw divide the rows: it keeps groups whole.",
        safe=SAFE,
        severity=Severity.WARNING,
        actions=(Action(id="change_split", label="Divide by lot", arguments={"part_column": ""}), SHOW_DATA),
        rows=tuple(rows[:ROWS_KEPT]),
        row_count=len(rows),
    )


def labels_not_learned(
    labels: Sequence[str], rows: Sequence[int], tests: int, way: str, group: str
) -> Problem:
    """Rows outside of training have labels that no row to learn from has.

    Args:
        labels: These labels.
        rows: These rows.
        tests: How many of them are for the test.
        way: What divides the rows: the name of a field of ``SplitConfig``, empty for the lot.
        group: Column that keeps rows together, if any.
    """
    several = len(labels) > 1
    judging = f"{counted(tests, 'test row')} among them" if tests else "none of them for the final test"
    fixes = {
        "part_column": "Put some rows with them into training in your file, or let Thaw divide the rows.",
        "time_column": "Divide the rows by lot, or add earlier rows with them.",
    }
    fix = "Keep fewer rows together, or add rows with them." if group else "Add rows with them to the file."
    return Problem(
        code="labels_not_learned",
        title=f"{quoted(labels, 3)} {'are' if several else 'is'} judged and never learned",
        reason=f"No row to learn from has {'these labels' if several else 'this label'}; "
        f"{counted(len(rows), 'row')} outside of training {'has' if len(rows) == 1 else 'have'}, "
        f"{judging}. The model cannot answer these right.",
        fix=fixes.get(way, fix),
        safe=SAFE,
        severity=Severity.WARNING,
        actions=(Action(id="change_split", label="Divide by lot", arguments={way: ""}),)
        if way in fixes
        else (),
        rows=tuple(rows[:ROWS_KEPT]),
        row_count=len(rows),
    )


def labels_not_tested(labels: Sequence[str], parts: Sequence[str], kept: str) -> Problem:
    """Labels that rows have stand in no row of a part that judges.

    Args:
        labels: These labels.
        parts: Which parts lack some of them, in words.
        kept: What keeps rows together, in words; empty where each stands alone.
    """
    one, its = ("one of them", "them") if len(labels) > 1 else ("it", "it")
    cause = f"{kept[0].upper()}{kept[1:]} stay together, so this" if kept else "This"
    return Problem(
        code="labels_not_tested",
        title=f"{quoted(labels, 3)} {'are' if len(labels) > 1 else 'is'} not in every part",
        reason=f"No row {listed(parts)} has {one}. {cause} is as near to proportion as rows can be divided; "
        f"the score says little about {its}.",
        fix="Add rows with these labels, in groups of their own." if kept else "Add rows with these labels.",
        safe=SAFE,
        severity=Severity.WARNING,
    )


def uneven_split(asked: Sequence[float], got: Sequence[float], kept: str) -> Problem:
    """Rows that stay together make the parts another size than was asked for.

    Args:
        asked: Shares of train, validation and test, 0 to 1.
        got: What they are.
        kept: What keeps rows together, in words.
    """
    wanted, are = (" / ".join(f"{100 * share:.0f}" for share in shares) for shares in (asked, got))
    return Problem(
        code="uneven_split",
        title=f"The rows are divided {are} and not {wanted}",
        reason=f"Per cent of the rows for train, validation and test. {kept[0].upper()}{kept[1:]} stay "
        "together, and some of these groups are large.",
        fix="Nothing has to be done; more and smaller groups would come nearer.",
        safe=SAFE,
        severity=Severity.WARNING,
    )


def small_test(rows: int, usable: int, folds: int = 0) -> Problem:
    """The final test is so small that one answer moves the score a lot.

    Args:
        rows: Of the test.
        usable: Of the file.
        folds: In how many folds the rows could be divided instead; 0 where they cannot.
    """
    weight = f"Each is {percent(1 / rows)} of what is judged, so the result can be luck."
    more = "Add rows; from about a hundred test texts on, results say more."
    if not folds:
        return Problem(
            code="small_test",
            title=f"The final test holds only {counted(rows, 'text')}",
            reason=weight,
            fix=more,
            safe=SAFE,
            severity=Severity.WARNING,
        )
    return Problem(
        code="small_test",
        title=f"Only {counted(rows, 'row')} would judge the result",
        reason=f"{weight} In {folds} folds, each the final test of one run, all {usable:,} rows judge it; "
        f"that takes {folds} runs.",
        fix=f"Divide the rows into {folds} folds, or add rows.",
        safe=SAFE,
        severity=Severity.WARNING,
        actions=(
            Action(
                id="change_split",
                label=f"Use {folds} folds",
                arguments={"folds": str(folds), "part_column": ""},
                note=f"Takes {folds} runs, one for each fold. Can be undone.",
            ),
        ),
    )
