"""Problems of the labels that a task learns, in words: too few, too many, uneven, at odds."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.data_problems import SHOW_DATA, choose_column, first_rows
from engine.protocol.file_problems import CHOOSE_FILE, SAFE
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.wording import counted, percent, printable, quoted, rows_named, shortened


def single_class(label: str, rows: int, column: str) -> Problem:
    """Every row has the same label."""
    return Problem(
        code="single_class",
        title=f'Every row has the label "{shortened(label)}"',
        reason=f'All {counted(rows, "row")} say "{shortened(label)}" in the column "{shortened(column)}". '
        "There is nothing to tell apart.",
        fix="Choose another column, or add rows with another label.",
        safe=SAFE,
        setting="label",
        actions=(choose_column("label"), CHOOSE_FILE),
    )


def label_looks_like_text(column: str, distinct: int, rows: int, example: str) -> Problem:
    """Nearly every row has a label of its own, so there are no classes to learn."""
    return Problem(
        code="label_looks_like_text",
        title="The labels look like free text",
        reason=f'The column "{shortened(column)}" has {distinct:,} different values in '
        f'{counted(rows, "row")}, such as "{shortened(example)}". Labels have to '
        f"repeat: each needs several rows.",
        fix="Choose a column with a few labels that repeat.",
        safe=SAFE,
        setting="label",
        actions=(choose_column("label"),),
    )


def many_classes(column: str, classes: int, rows: int) -> Problem:
    """There are very many classes for so few rows."""
    return Problem(
        code="many_classes",
        title=f"{classes:,} different labels",
        reason=f'The column "{shortened(column)}" has {classes:,} different values in '
        f"{counted(rows, 'row')}, about {rows / classes:.0f} rows for each. With so few, most "
        "labels are hard to learn.",
        fix="Check that this is the column with the answers; if so, add rows or join rare labels.",
        safe=SAFE,
        severity=Severity.WARNING,
        setting="label",
        actions=(choose_column("label"),),
    )


def class_with_one_row(names: Sequence[str], rows: Sequence[int]) -> Problem:
    """Some labels stand in a single row: they can be learned from or judged, not both.

    Args:
        names: The labels.
        rows: Their row numbers, in the same order.
    """
    one = len(names) == 1
    return Problem(
        code="class_with_one_row",
        title=f"{quoted(names, 3)} {'stands' if one else 'stand'} in one row only"
        if len(names) <= 3
        else f"{len(names):,} labels stand in one row only",
        reason=f"{rows_named(rows)} {'is the only one' if one else 'are the only ones'} with "
        f"{'it' if one else quoted(names)}. A row is learned from or judged, not both, so no figure can say "
        f"whether {'it is' if one else 'they are'} learned.",
        fix="Add rows with the same label, or correct it if it is a slip.",
        safe=SAFE,
        severity=Severity.WARNING,
        setting="label",
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(SHOW_DATA,),
    )


def rare_classes(names: Sequence[str], rows: Sequence[int], needed: int) -> Problem:
    """Some labels have too few different texts to stand in all three parts of the split."""
    one = len(names) == 1
    return Problem(
        code="rare_classes",
        title=f"{counted(len(names), 'label')} with fewer than {needed} different texts",
        reason=f"{quoted(names)} cannot stand in all three parts of the split: "
        f"{'it is' if one else 'they are'} learned from, and judged only where a text is left over.",
        fix="Add rows with the same label; ten of each give a first idea.",
        safe=SAFE,
        severity=Severity.WARNING,
        setting="label",
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(SHOW_DATA,),
    )


def mixed_labels(spellings: Sequence[Sequence[tuple[str, int]]], rows: Sequence[int]) -> Problem:
    """Some labels differ only in capitals or spaces and count as different ones.

    Args:
        spellings: For each label its spellings with their numbers of rows, most frequent first.
        rows: Row numbers of all but the most frequent spelling.
    """
    groups = [
        " and ".join(
            [
                *(f'"{printable(name)}" ({counted(count, "row")})' for name, count in group[:3]),
                *([f"{len(group) - 3:,} more"] if len(group) > 3 else []),
            ]
        )
        for group in spellings[:3]
    ]
    # Commas between the groups: "a and A and b and B" would not say which belong together.
    more = [f"and {len(spellings) - 3:,} more"] if len(spellings) > 3 else []
    examples = ", ".join([*groups, *more])
    return Problem(
        code="mixed_labels",
        title="Labels that differ only in capitals or spaces",
        reason=f"{examples} count as different labels.",
        fix="Write them alike in the file and choose it again, if they mean the same.",
        safe=SAFE,
        severity=Severity.WARNING,
        setting="label",
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(SHOW_DATA,),
    )


def uneven_labels(most: str, share: float, least: str, *, metric: str, others: bool = False) -> Problem:
    """One label is much more frequent than another.

    Args:
        most: The most frequent label.
        share: Its share of the rows, 0 to 1.
        least: The rarest one.
        metric: Label of the metric that runs are judged by.
        others: Whether there are more than two.
    """
    rare = "every label" if others else f'"{shortened(least)}"'
    return Problem(
        code="uneven_labels",
        title="Labels are uneven",
        reason=f'Always answering "{shortened(most)}" is right {percent(round(share, 2))} of the time. '
        f"Thaw will judge by {_in_sentence(metric)}, so {rare} counts as much.",
        fix="Nothing has to be done; more rows of the rare labels help most.",
        severity=Severity.WARNING,
        setting="label",
    )


def uneven_sets(most: tuple[str, int], least: tuple[str, int], rows: int, *, metric: str) -> Problem:
    """Of rows with several labels each, one label stands in many more than another.

    Args:
        most: The most frequent label, and in how many rows it stands.
        least: The rarest one, likewise.
        rows: Usable rows.
        metric: Label of the metric that runs are judged by.
    """
    return Problem(
        code="uneven_labels",
        title="Labels are uneven",
        reason=f'"{shortened(most[0])}" stands in {most[1]:,} of {counted(rows, "row")}, '
        f'"{shortened(least[0])}" in {least[1]:,}. Thaw will judge by {_in_sentence(metric)}, so every label '
        "counts as much.",
        fix="Nothing has to be done; more rows of the rare labels help most.",
        severity=Severity.WARNING,
        setting="label",
    )


def _in_sentence(metric: str) -> str:
    """Returns the label of a metric as it stands within a sentence: ``"macro F1"``."""
    return f"{metric[:1].lower()}{metric[1:]}"


def conflicting_labels(texts: int, rows: Sequence[int], example: str, labels: Sequence[str]) -> Problem:
    """The same text stands with different labels."""
    return Problem(
        code="conflicting_labels",
        title=f"{counted(texts, 'text')} with more than one label",
        reason=f'For example "{shortened(example)}" stands with {quoted(labels, 4)}. No model can be right '
        "about all of them.",
        fix="Correct the labels in the file and choose it again, or go on as it is.",
        safe=SAFE,
        severity=Severity.WARNING,
        setting="label",
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(SHOW_DATA,),
    )


def labels_look_like_sets(column: str, several: int, rows: int, example: Sequence[str]) -> Problem:
    """Cells hold several labels each, and every such cell would be a label of its own."""
    return Problem(
        code="labels_look_like_sets",
        title="Some rows seem to have several labels",
        reason=f'In the column "{shortened(column)}" {counted(several, "row")} of {rows:,} name more than '
        f"one label, such as {quoted(list(example))}. Taken as one label each, every combination counts as "
        "a label of its own.",
        fix="If a text may have several labels, say so.",
        safe=SAFE,
        severity=Severity.WARNING,
        setting="label",
        actions=(Action(id="set_settings", label="Several labels", arguments={"answers": "several"}),),
    )


def lists_are_several(column: str, example: Sequence[str]) -> Problem:
    """Cells hold lists, so a text may have several labels."""
    return Problem(
        code="lists_are_several",
        title="A text may have several labels",
        reason=f'The cells of the column "{shortened(column)}" are lists, such as '
        f"{quoted(list(example), 4)}. Each name in them is learned as a label of its own.",
        fix="If a whole list is one answer, learn one label.",
        safe=SAFE,
        severity=Severity.NOTE,
        setting="label",
        actions=(Action(id="set_settings", label="One label", arguments={"answers": "one"}),),
    )


def labels_look_like_scores(column: str, low: float, high: float, distinct: int) -> Problem:
    """The labels are numbers, which may be degrees of one thing."""
    return Problem(
        code="labels_look_like_scores",
        title="The answers are numbers",
        reason=f'The column "{shortened(column)}" has {distinct:,} different numbers from {low:g} to '
        f"{high:g}. Taken as labels, 4 and 5 are as different as 1 and 5.",
        fix="If they are degrees of one thing, such as stars, learn them as a score.",
        safe=SAFE,
        severity=Severity.NOTE,
        setting="label",
        actions=(Action(id="set_settings", label="A score", arguments={"answers": "score"}),),
    )


def scores_not_numbers(column: str, rows: Sequence[int], example: str) -> Problem:
    """Answers that should be scores are no numbers; their rows are left out."""
    return Problem(
        code="scores_not_numbers",
        title=f"{counted(len(rows), 'answer')} {'is' if len(rows) == 1 else 'are'} no number",
        reason=f"{rows_named(rows)} {'has' if len(rows) == 1 else 'have'} no number in the column "
        f'"{shortened(column)}", such as "{shortened(example)}". They are left out.',
        fix="Write numbers there to use them.",
        safe=SAFE,
        severity=Severity.WARNING,
        setting="label",
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(SHOW_DATA,),
    )


def single_score(column: str, rows: int, value: float) -> Problem:
    """Every row has the same score."""
    return Problem(
        code="single_class",
        title=f"Every row has the score {value:g}",
        reason=f'All {counted(rows, "row")} say {value:g} in the column "{shortened(column)}". There is '
        "nothing to tell apart.",
        fix="Choose another column, or add rows with other scores.",
        safe=SAFE,
        setting="label",
        actions=(choose_column("label"), CHOOSE_FILE),
    )
