"""Words with tags, one a line, as CoNLL's shared tasks write them: ``.conll``, ``.iob``, ``.bio``."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import PurePath

from engine.data.cell_lists import list_cell
from engine.data.file_format import FileFormat
from engine.data.records import Records
from engine.errors import EngineError
from engine.protocol import document_problems

TOKENS, TAGS = "tokens", "tags"

ENDINGS = (".conll", ".iob", ".iob2", ".bio", ".bioes")
_WIDTHS = range(2, 6)
_DOCUMENT = "-DOCSTART-"
_TAG = re.compile(r"O|[BIESLUMW][-_]\S+|[BI]")
_COMMENT = re.compile(r"#(\s|$)")
_BLANKS = re.compile(r"[ \t]+")
_SNIFFED = 65_536
"""Characters that are looked at to find out whether a file holds tagged words."""
_SHARE = 0.95
"""Share of those lines, 0 to 1, that must be a word and its tag."""


@dataclass
class _Sentence:
    """The lines of one sentence, cut into columns, and where in the file they stand."""

    words: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def is_tagged(text: str, path: str) -> bool:
    """Whether a file holds tagged words: its ending says so, or nearly all its lines are a word and a tag.

    Args:
        text: The whole file.
        path: Its ending counts.
    """
    if PurePath(path).suffix.lower() in ENDINGS:
        return True
    lines = _lines(text[:_SNIFFED])
    filled = [line for line in lines if line.strip() and not line.startswith(_DOCUMENT)]
    sentences = sum(1 for one, two in pairwise(lines) if one.strip() and not two.strip())
    if len(filled) < 2 or sentences < 1:
        return False
    between = _separator(filled)
    usual = _usual_width(filled, between)
    tagged = [line for line in filled if _is_word(_cut(line, between), usual, by_tag=True)]
    inside = any(_cut(line, between)[-1] != "O" for line in tagged)
    return usual in _WIDTHS and inside and len(tagged) >= _SHARE * len(filled)


def read_tagged(text: str, path: str) -> Records:
    """Reads sentences as rows: ``tokens`` and ``tags`` as lists, and a list for each column between them.

    A sentence with an odd line is left out as a whole and told of; its number stays its own.

    Args:
        text: The whole file.
        path: For the words of problems.

    Raises:
        EngineError: When it holds no words with tags.
    """
    lines = _lines(text)
    filled = [line for line in lines if line.strip() and not line.startswith(_DOCUMENT)]
    between = _separator(filled)
    width = _usual_width(filled, between)
    if width not in _WIDTHS:
        raise EngineError(document_problems.no_tagged_words(path))
    by_tag = _mostly_prefixed(filled, between, width)
    sentences, marks, comments = _sentences(lines, between, width, by_tag=by_tag)
    names = [TOKENS, *(f"column {number}" for number in range(2, width)), TAGS]
    records = Records(names)
    odd: dict[int, tuple[int, int]] = {}
    for number, sentence in enumerate(sentences, start=1):
        widths = [sum(1 for cell in word if cell) for word in sentence.words]
        wrong = next((place for place, found in enumerate(widths) if found != width), None)
        if wrong is not None:
            odd[number] = (sentence.lines[wrong], widths[wrong])
            continue
        records.rows.append([list_cell(column) for column in zip(*sentence.words, strict=True)])
        records.numbers.append(number)
    if not records.rows:
        raise EngineError(document_problems.no_tagged_words(path))
    if odd:
        records.problems.append(document_problems.odd_sentences(path, odd, width))
    if marks or comments:
        records.problems.append(document_problems.lines_left_out(path, marks, comments))
    if PurePath(path).suffix.lower() not in ENDINGS:
        records.problems.append(document_problems.read_as_sentences(path, width))
    return records


def _sentences(
    lines: list[str], between: str | None, width: int, *, by_tag: bool
) -> tuple[list[_Sentence], int, int]:
    """Returns the sentences, and how many lines were marks between documents and comments."""
    sentences: list[_Sentence] = []
    current = _Sentence()
    marks = comments = 0
    for number, line in enumerate([*lines, ""], start=1):
        if line.startswith(_DOCUMENT):
            marks += 1
        elif _COMMENT.match(line) and not _is_word(_cut(line, between), width, by_tag=by_tag):
            comments += 1
        elif line.strip():
            current.words.append(_cut(line, between))
            current.lines.append(number)
        if current.words and (not line.strip() or line.startswith(_DOCUMENT)):
            sentences.append(current)
            current = _Sentence()
    return sentences, marks, comments


def _lines(text: str) -> list[str]:
    """Returns the lines of a text, whatever system ended them; other breaks may stand in a word."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _separator(lines: list[str]) -> str | None:
    """Returns what stands between a word and its tag: a tab, or (``None``) any spaces."""
    return "\t" if 2 * sum("\t" in line for line in lines) > len(lines) else None


def _cut(line: str, between: str | None) -> list[str]:
    """Returns a line's columns; a word may hold spaces where tabs stand between columns."""
    if between is None:
        return _BLANKS.split(line.strip(" \t"))
    return [cell.strip(" ") for cell in line.split(between)]


def _usual_width(lines: list[str], between: str | None) -> int:
    """Returns how many columns most lines have; 0 without lines."""
    widths = Counter(len(_cut(line, between)) for line in lines)
    return widths.most_common(1)[0][0] if widths else 0


def _mostly_prefixed(lines: list[str], between: str | None, width: int) -> bool:
    """Whether tags say where parts begin (``B-``, ``I-`` …), so that what has none is no tag."""
    tags = [cells[-1] for cells in (_cut(line, between) for line in lines) if len(cells) == width]
    return sum(1 for tag in tags if _TAG.fullmatch(tag)) >= _SHARE * len(tags)


def _is_word(cells: list[str], width: int, *, by_tag: bool) -> bool:
    """Whether a line's columns are a word with its tag, as far as one can see."""
    return len(cells) == width and all(cells) and (not by_tag or _TAG.fullmatch(cells[-1]) is not None)


FORMAT = FileFormat(
    id="tagged_words",
    order=50,
    fits=lambda source: is_tagged(source.text, source.path),
    read=lambda source: read_tagged(source.text, source.path),
    endings=ENDINGS,
)
