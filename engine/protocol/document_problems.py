"""Problems of files that are no tables, in words: tagged words, questions over passages, plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.protocol.file_problems import CHOOSE_FILE, SAFE
from engine.protocol.problems import Problem, Severity
from engine.protocol.wording import ROWS_KEPT, counted, file_name, listed, printable, rows_named


def read_as_sentences(path: str, columns: int) -> Problem:
    """The file was read as words with tags, one a line: a row for each sentence."""
    return Problem(
        code="read_as_sentences",
        title="Read as words with tags, a sentence a row",
        reason=f'"{file_name(path)}" has a word and its tag on each line ({columns} columns) and a blank '
        "line after each sentence.",
        fix="Nothing has to be done.",
        safe=SAFE,
        severity=Severity.NOTE,
    )


def odd_sentences(path: str, odd: Mapping[int, tuple[int, int]], columns: int) -> Problem:
    """Some sentences hold a line with another number of columns; they are left out.

    Args:
        path: The file.
        odd: Number of the sentence → its first odd line in the file, and how many columns that has.
        columns: How many columns the other lines have.
    """
    rows = sorted(odd)
    line, width = odd[rows[0]]
    one = len(rows) == 1
    return Problem(
        code="odd_rows",
        title=f"{counted(len(rows), 'sentence')} with a line of another length",
        reason=f'{rows_named(rows)} of "{file_name(path)}" {"is" if one else "are"} left out: line {line:,} '
        f"has {counted(width, 'column')}, the others have {columns}.",
        fix="Mend the file and choose it again, or go on without.",
        safe=SAFE,
        severity=Severity.WARNING,
        rows=tuple(rows[:ROWS_KEPT]),
        row_count=len(rows),
        actions=(CHOOSE_FILE,),
    )


def lines_left_out(path: str, marks: int, comments: int) -> Problem:
    """Some lines are no words: marks between documents, comments.

    Args:
        path: The file.
        marks: How many lines are ``-DOCSTART-`` marks.
        comments: How many lines are comments.
    """
    kinds = [f"{counted(marks, 'mark')} between documents (-DOCSTART-)"] if marks else []
    kinds += [f"{counted(comments, 'line')} of comment (#)"] if comments else []
    return Problem(
        code="lines_left_out",
        title=f"{counted(marks + comments, 'line')} {'is' if marks + comments == 1 else 'are'} not words",
        reason=f'"{file_name(path)}" holds {listed(kinds)}. They are no rows and are not numbered.',
        fix="Nothing has to be done.",
        safe=SAFE,
        severity=Severity.NOTE,
    )


def no_tagged_words(path: str) -> Problem:
    """The file's ending promises words with tags and it holds none."""
    return Problem(
        code="no_tagged_words",
        title=f'"{file_name(path)}" does not hold words with tags',
        reason="Thaw reads 2 to 5 columns: on each line a word first and its tag last, with a tab or a space "
        "between them, and a blank line after each sentence.",
        fix="Save it in that form, or give a table of texts the ending .csv.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def odd_questions(path: str, rows: Sequence[int], total: int) -> Problem:
    """Some questions cannot be used as they stand in the file; an error when all of them are so.

    Args:
        path: The file.
        rows: Their numbers; questions are counted from the top of the file.
        total: How many questions there are.
    """
    one = len(rows) == 1
    none_left = len(rows) == total
    reason = "a passage, a question and answers with their texts are needed"
    return Problem(
        code="most_rows_differ" if none_left else "odd_rows",
        title=f'"{file_name(path)}" holds no question that can be used'
        if none_left
        else f"{counted(len(rows), 'question')} cannot be read",
        reason=f"{rows_named(rows)} of {total:,} {'is' if one else 'are'} left out: {reason}."
        if rows
        else f"It looks like SQuAD, but there is no question in it: {reason}.",
        fix="Mend the file and choose it again." if none_left else "Mend the file, or go on without.",
        safe=SAFE,
        severity=Severity.ERROR if none_left else Severity.WARNING,
        rows=tuple(rows[:ROWS_KEPT]),
        row_count=len(rows),
        actions=(CHOOSE_FILE,),
    )


def passages_without_questions(path: str, count: int) -> Problem:
    """Some passages have no question and so make no row."""
    return Problem(
        code="passages_without_questions",
        title=f"{counted(count, 'passage')} without a question",
        reason=f'Each question of "{file_name(path)}" is a row; what nobody asks about is not used.',
        fix="Nothing has to be done.",
        safe=SAFE,
        severity=Severity.NOTE,
    )


def read_as_paragraphs(path: str, rows: int, *, by_line: bool) -> Problem:
    """The file was read as running text: a row for each paragraph."""
    cut = "Each line became a row." if by_line else "Each paragraph, up to a blank line, became a row."
    return Problem(
        code="read_as_paragraphs",
        title=f"Read as text of {counted(rows, 'paragraph')}",
        reason=f'"{file_name(path)}" is not a table: its lines have no columns in common. {cut}',
        fix="If it is a table, tell what stands between its columns.",
        safe=SAFE,
        severity=Severity.NOTE,
        setting="delimiter",
    )


def damaged_xml(path: str, said: str) -> Problem:
    """A translation memory is no whole XML; ``said`` are the words of the library."""
    return Problem(
        code="damaged_xml",
        title=f'"{file_name(path)}" cannot be read',
        reason="It begins like a translation memory, but a part of it is missing or damaged.",
        fix="Export it again from your translation program, and choose the new file.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
        details=printable(said),
    )


def no_units(path: str) -> Problem:
    """A translation memory holds no text."""
    return Problem(
        code="no_units",
        title=f'"{file_name(path)}" holds no translations',
        reason="It is a translation memory, and no text stands in any of its units.",
        fix="Export it again from your translation program, or choose another file.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def variants_left_out(path: str, rows: Sequence[int]) -> Problem:
    """Some units of a translation memory hold a language twice, or a text of no language."""
    return Problem(
        code="variants_left_out",
        title=f"{counted(len(rows), 'unit')} with a text that is left out",
        reason=f'{rows_named(rows)} of "{file_name(path)}": a second text in the same language, or one whose '
        "language is not said. The first text of each language is read.",
        fix="If the others matter, put them into units of their own, and choose the file again.",
        safe=SAFE,
        severity=Severity.WARNING,
        rows=tuple(rows[:ROWS_KEPT]),
        row_count=len(rows),
        actions=(CHOOSE_FILE,),
    )


def web_page(path: str, *, in_xml: bool) -> Problem:
    """The file is a web page, or a workbook in XML, under the name of a table."""
    what = "a workbook in an old form of XML" if in_xml else "a web page"
    return Problem(
        code="web_page",
        title=f'"{file_name(path)}" is {what}',
        reason="Some programs save such files under the name of a table. Thaw does not read them.",
        fix="Open it in your spreadsheet program, save it there as .xlsx or CSV, and choose that file.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )
