"""Sentences: words out of cells or typed texts, where each of them stands, and as a model reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from datasets import Dataset

from engine.answer_cells import listed_in
from engine.contracts import Asked, EncodedRow
from engine.data.cell_lists import words_of
from engine.data.roles import TAGS, TOKENS
from engine.data.table import cells
from engine.data.tag_schemes import OUTSIDE
from engine.data.windows import Place, cut_texts, words_answered
from engine.padding import IGNORED

_ALONE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
"""Letters of scripts that put no spaces between words: each is a word by itself."""
_CHUNK = re.compile(rf"[{_ALONE}]|[^\s{_ALONE}]+")
_CORE = re.compile(r"\w(?:.*\w)?", re.DOTALL)


@dataclass(frozen=True)
class Sentence:
    """Words, as they are read and as they are shown.

    Attributes:
        text: As a person sees it: the typed text, or the words with single spaces between them.
        words: Its words.
        places: Where each of them stands in ``text``.
        marks: Numbers of the words of a typed text that are punctuation only.
    """

    text: str
    words: tuple[str, ...]
    places: tuple[Place, ...]
    marks: frozenset[int] = frozenset()

    @property
    def read(self) -> str:
        """Returns what a model reads: the words with single spaces between them."""
        return " ".join(self.words)

    @property
    def places_read(self) -> tuple[Place, ...]:
        """Returns where each word stands in :attr:`read`."""
        return _places(self.words)


def word_spans(text: str) -> list[Place]:
    """Returns where the words of a text stand, with the punctuation that touches them."""
    return [Place(*chunk.span()) for chunk in _CHUNK.finditer(text)]


def sentence_of(cell: str) -> Sentence:
    """Returns the sentence that a cell holds, or that was typed.

    A list of words (as JSON or Python writes it) is taken word by word. Any other text is cut at
    spaces, and what is no letter and no digit at the beginning and the end of a word stands by itself:
    ``"(Berlin),"`` is three words. Within a word nothing is cut: ``"Jean-Luc"`` is one. Letters of
    scripts without spaces are a word each.

    Args:
        cell: The cell or the typed text.
    """
    listed = listed_in(cell)
    if listed is not None:
        return Sentence(" ".join(listed), tuple(listed), _places(listed))
    places: list[Place] = []
    marks: list[int] = []
    for chunk in _CHUNK.finditer(cell):
        start, end = chunk.span()
        core = _CORE.search(cell, start, end)
        if core is None:
            marks.append(len(places))
            places.append(Place(start, end))
            continue
        for place, is_mark in (
            (Place(start, core.start()), True),
            (Place(core.start(), core.end()), False),
            (Place(core.end(), end), True),
        ):
            if place.end > place.start:
                marks += [len(places)] if is_mark else []
                places.append(place)
    words = tuple(cell[place.start : place.end] for place in places)
    return Sentence(cell, words, tuple(places), frozenset(marks))


def without_loose_marks(tags: Sequence[str], sentence: Sentence) -> list[str]:
    """Returns tags in which the marks of a typed text belong to a part only where it goes on behind them.

    Whether the sentences to learn from had ``"Berlin,"`` as one word or as two is not known here. So a
    comma after a name is never a part of it, and the full stop in ``"St. Louis"`` is.

    Args:
        tags: A tag for each word, as it was answered.
        sentence: The words.
    """
    mended = list(tags)
    before = OUTSIDE
    waiting: list[int] = []
    for word, tag in enumerate(tags):
        if word in sentence.marks:
            mended[word] = OUTSIDE
            waiting.append(word)
            continue
        if tag.startswith("I-") and before[2:] == tag[2:]:
            for mark in waiting:
                mended[mark] = tag
        before, waiting = tag, []
    return mended


def read_sentences(rows: Dataset) -> list[Sentence]:
    """Returns the sentences of rows with ``tokens``."""
    return [sentence_of(cell) for cell in cells(rows, TOKENS.id)]


def read_tags(rows: Dataset) -> list[list[str]]:
    """Returns the tags of rows with ``tags``; none at all where they are not known."""
    return [words_of(cell) for cell in cells(rows, TAGS.id)] if TAGS.id in rows.column_names else []


def encode_sentences(asked: Asked) -> list[EncodedRow]:
    """Turns sentences into token ids, long ones in windows that overlap, and tags into labels.

    The model reads the words with single spaces between them. A word is answered at its first piece
    (Devlin 2019, section 5.3); the others are not judged.

    Args:
        asked: Rows with ``tokens`` and, where they are known, ``tags``.

    Returns:
        For each window ``input_ids``; ``answered``, 1 at each piece at which a word is answered; ``words``,
        the numbers of these words; and, where there are tags, ``labels``: their places among the classes.
    """
    sentences = read_sentences(asked.rows)
    longest = int(asked.settings["max_length"])
    windows = cut_texts(asked.tokenizer, [one.read for one in sentences], longest, longest // 4)
    numbers = {name: number for number, name in enumerate(asked.classes)}
    tags = read_tags(asked.rows)
    of_row: dict[int, list[int]] = {}
    for number, window in enumerate(windows):
        of_row.setdefault(window.row, []).append(number)
    rows: list[EncodedRow] = []
    for row, own in of_row.items():
        answered = words_answered([windows[number] for number in own], sentences[row].places_read)
        for number, words in zip(own, answered, strict=True):
            ids = windows[number].input_ids
            encoded: EncodedRow = {
                "input_ids": ids,
                "answered": [0] * len(ids),
                "words": [word for word, _ in words],
                "example": row,
            }
            for _, piece in words:
                encoded["answered"][piece] = 1
            if tags:
                encoded["labels"] = [IGNORED] * len(ids)
                for word, piece in words:
                    encoded["labels"][piece] = numbers.get(tags[row][word], IGNORED)
            rows.append(encoded)
    return rows


def _places(words: Sequence[str]) -> tuple[Place, ...]:
    """Returns where words stand when single spaces are put between them."""
    places = []
    start = 0
    for word in words:
        places.append(Place(start, start + len(word)))
        start += len(word) + 1
    return tuple(places)
