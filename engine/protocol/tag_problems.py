"""Problems of tagged sentences, in words: tags of another scheme, tags that fit none, words without."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.data_problems import SHOW_DATA, choose_column, first_rows
from engine.protocol.file_problems import CHOOSE_FILE, SAFE
from engine.protocol.problems import Problem, Severity
from engine.protocol.wording import counted, quoted, rows_named, shortened

_SCHEMES = {
    "IOB1": "a part begins with I-, and with B- only right after another part of its kind",
    "IOBES": "the last word of a part has E- and a part of one word S-",
    "BILOU": "the last word of a part has L- and a part of one word U-",
    "BMEWO": "the words of a part have B-, M- and E-, a part of one word W-",
}


def tags_read_as(column: str, scheme: str) -> Problem:
    """The tags are of another scheme than Thaw's and were rewritten.

    Args:
        column: Name of the column.
        scheme: Its name, e.g. ``"IOB1"``.
    """
    return Problem(
        code="tags_read_as",
        title=f"Tags of the scheme {scheme}",
        reason=f'In "{shortened(column)}" {_SCHEMES[scheme]}. They are read as IOB2, in which every part '
        "begins with B- and goes on with I-; the parts stay the same.",
        fix="Nothing has to be done.",
        safe=SAFE,
        severity=Severity.NOTE,
        setting="tags",
    )


def plain_tags(column: str, outside: str | None) -> Problem:
    """The tags do not say where a part begins.

    Args:
        column: Name of the column.
        outside: The tag of words that are no part; ``None`` when every word is one.
    """
    title = "Tags do not say where a part begins"
    if outside is not None:
        reason = (
            f'In "{shortened(column)}" no tag has B- or I- before it. Words next to each other with the same '
            f'tag are read as one part; "{shortened(outside)}" is no part.'
        )
    else:
        reason = (
            f'In "{shortened(column)}" every word has a tag and none has B- or I- before it. Each word is '
            "read as a part by itself."
        )
    return Problem(
        code="plain_tags",
        title=title,
        reason=reason,
        fix="If parts of the same kind stand side by side, mark their first words with B-.",
        safe=SAFE,
        severity=Severity.NOTE,
        setting="tags",
    )


def stray_tags(column: str, count: int, rows: Sequence[int]) -> Problem:
    """Some parts go on that never began; they begin there now.

    Args:
        column: Name of the column.
        count: How many tags that are.
        rows: Numbers of their rows.
    """
    return Problem(
        code="stray_tags",
        title=f"{counted(count, 'part')} {'goes' if count == 1 else 'go'} on without a beginning",
        reason=f'{rows_named(rows)}: in "{shortened(column)}" an I- follows neither B- nor I- of its kind. '
        f"{'It is' if count == 1 else 'Each is'} read as a beginning (B-).",
        fix="Mend the tags if that is not meant.",
        safe=SAFE,
        severity=Severity.WARNING,
        setting="tags",
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(SHOW_DATA,),
    )


def unknown_tags(column: str, tags: Sequence[str], rows: Sequence[int]) -> Problem:
    """A few tags fit the scheme of the others in no way; they are read as "no part"."""
    return Problem(
        code="unknown_tags",
        title=f"{counted(len(tags), 'tag')} that {'fits' if len(tags) == 1 else 'fit'} no scheme",
        reason=f'{rows_named(rows)}: "{shortened(column)}" holds {quoted(tags)}, where the others are O or '
        f"begin with B- or I-. {'It is' if len(tags) == 1 else 'They are'} read as O, no part.",
        fix="Mend the tags and choose the file again, or go on.",
        safe=SAFE,
        severity=Severity.WARNING,
        setting="tags",
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(SHOW_DATA,),
    )


def unequal_words_and_tags(rows: Sequence[int], words: int, tags: int) -> Problem:
    """In some rows the number of words is not that of the tags; they are left out.

    Args:
        rows: Their numbers.
        words: How many words the first of them has.
        tags: How many tags it has.
    """
    one = len(rows) == 1
    return Problem(
        code="unequal_words_and_tags",
        title=f"{counted(len(rows), 'row')} with more words than tags, or fewer",
        reason=f"{rows_named(rows)} {'is' if one else 'are'} left out: row {rows[0]:,} has "
        f"{counted(words, 'word')} and {counted(tags, 'tag')}. Each word needs one.",
        fix="Mend the file and choose it again, or go on without.",
        safe=SAFE,
        severity=Severity.WARNING,
        setting="tags",
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(SHOW_DATA,),
    )


def nothing_marked(column: str, rows: int) -> Problem:
    """No word of any sentence is marked: there is nothing to learn."""
    return Problem(
        code="nothing_marked",
        title="No word is marked",
        reason=f'In {counted(rows, "row")} the column "{shortened(column)}" says of every word that it is no '
        "part of anything. There is nothing to find.",
        fix="Choose the column that holds the tags, or mark some words in the file.",
        safe=SAFE,
        setting="tags",
        actions=(choose_column("tags"), CHOOSE_FILE),
    )


def uneven_types(most: tuple[str, int], least: tuple[str, int]) -> Problem:
    """One kind of part is much more frequent than another.

    Args:
        most: The most frequent kind, and how often it stands in the rows.
        least: The rarest one, likewise.
    """
    return Problem(
        code="uneven_types",
        title="Kinds of parts are uneven",
        reason=f'"{shortened(most[0])}" stands {counted(most[1], "time")} in the rows, '
        f'"{shortened(least[0])}" {counted(least[1], "time")}. Thaw will judge by F1 over the parts of all '
        "kinds together, in which a rare kind hardly counts; each kind has its own F1 in the results.",
        fix="Nothing has to be done; more rows with the rare kinds help most.",
        severity=Severity.NOTE,
        setting="tags",
    )
