"""Problems of pairs of texts, in words: none to use, the same on both sides, typos that were put in."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.data_problems import SHOW_DATA, choose_column, first_rows
from engine.protocol.file_problems import CHOOSE_FILE, SAFE
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.wording import counted, percent, rows_named, shortened


def all_pairs_complete(rows: int) -> Problem:
    """Every row has both texts: good news."""
    return Problem(
        code="all_rows_complete",
        title="No empty texts",
        reason="Every row has all its texts.",
        fix="",
        severity=Severity.NOTE,
        row_count=rows,
    )


def no_usable_pairs(total: int) -> Problem:
    """No row has a text to read and a text to write."""
    return Problem(
        code="no_usable_rows",
        title="No row can be used",
        reason=f"None of {counted(total, 'row')} has both a text to read and a text to write."
        if total
        else "The table has no rows.",
        fix="Check that the right columns are chosen.",
        safe=SAFE,
        actions=(choose_column("target"), CHOOSE_FILE),
    )


def equal_sides(rows: Sequence[int], total: int) -> Problem:
    """Some rows say the same on both sides: the model learns there to give the text back.

    Args:
        rows: Their numbers.
        total: Usable rows.
    """
    one = len(rows) == 1
    return Problem(
        code="equal_sides",
        title=f"{counted(len(rows), 'row')} {'says' if one else 'say'} the same on both sides",
        reason=f"{rows_named(rows)} of {total:,}: there the model learns to give the text back as it is.",
        fix="Nothing has to be done if that is right, as for names.",
        safe=SAFE,
        severity=Severity.NOTE,
        setting="target",
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(SHOW_DATA,),
    )


def lengths_do_not_fit(rows: Sequence[int], *, row: int, source: str, target: str, usual: float) -> Problem:
    """In some pairs one text is much longer than the other would have it: it may belong to another row.

    Args:
        rows: Their numbers.
        row: The oddest of them.
        source: What is read there.
        target: What is to be written there.
        usual: How many times as long as the first text the second usually is.
    """
    one = len(rows) == 1
    return Problem(
        code="lengths_do_not_fit",
        title=f"{counted(len(rows), 'pair')} whose lengths do not go together",
        reason=f"Texts to write are usually {usual:.1f} times as long as those to read. In row {row:,} "
        f'{counted(len(source), "letter")}, "{shortened(source, 60)}", stand beside {len(target):,}, '
        f'"{shortened(target, 60)}". The two texts of {"that row" if one else "such rows"} may not belong '
        "together.",
        fix="Look at these rows, and take out those that are wrong.",
        safe=SAFE,
        severity=Severity.WARNING,
        setting="target",
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(SHOW_DATA,),
    )


def nothing_to_undo() -> Problem:
    """The model is to undo typos, and none are put in."""
    return Problem(
        code="nothing_to_undo",
        title="There are no typos to undo",
        reason="The pairs are made from one column: its texts with artificial typos, and as they are. But "
        "the share of characters that get typos is 0.",
        fix="Put typos into 10 % of the characters, or use pairs from two columns.",
        safe=SAFE,
        setting="typo_share",
        actions=(
            Action(id="set_settings", label="Use 10 % typos", arguments={"typo_share": "0.1"}),
            Action(id="set_settings", label="Use two columns", arguments={"made_from": "pairs"}),
        ),
    )


def typos_put_in(share: float, texts: int, *, untouched: int, row: int, before: str, after: str) -> Problem:
    """Typos were put into texts to read, as was asked for: said with an example.

    Args:
        share: Of the characters, 0 to 1.
        texts: How many texts.
        untouched: Texts of the final test that stay as they are; 0 when those have typos too.
        row: Row of the example.
        before: Its text.
        after: What the model will read.
    """
    where = "to learn from and to check with" if untouched else "of all three parts"
    rest = f" The {counted(untouched, 'text')} of the final test stay as they are." if untouched else ""
    return Problem(
        code="typos_put_in",
        title=f"Typos in {percent(share)} of the characters",
        reason=f"Artificial typos were put into {counted(texts, 'text')} {where}. For example the model "
        f'reads row {row:,}, "{shortened(before, 80)}", as "{shortened(after, 80)}".{rest}',
        fix="",
        safe=SAFE,
        severity=Severity.NOTE,
        setting="typo_share",
        row_count=texts,
    )
