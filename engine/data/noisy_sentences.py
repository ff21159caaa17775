"""Noise in sentences whose words have tags: words that are joined or split take their tags along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.contracts import Asked, NoisyRows
from engine.data.cell_lists import list_cell
from engine.data.noisy_rows import replaced
from engine.data.roles import TAGS, TOKENS
from engine.data.sentences import Sentence, read_sentences, read_tags
from engine.data.table import usable_numbers
from engine.data.tag_schemes import OUTSIDE
from engine.data.windows import Place
from engine.noising import Noise, NoisyText


@dataclass(frozen=True)
class _Tagged:
    """A word with the part that it belongs to.

    Attributes:
        text: The word.
        part: Number of the part in its sentence; ``None`` for none.
    """

    text: str
    part: int | None


def noise_in_sentences(asked: Asked, noise: Noise) -> NoisyRows:
    """Returns rows of words with noise; every part that was there is still there, with its type.

    Words that run together are one word, of the part that either belongs to; no space before the
    beginning of a part is missing, so that no two parts run together. Of a word that is split each half
    belongs to its part. A word of which nothing is left is gone with its tag, but something of each part
    is left.

    Args:
        asked: Rows with ``tokens`` and, where they are known, ``tags``.
        noise: The noise.
    """
    sentences, tags = read_sentences(asked.rows), read_tags(asked.rows)
    words, became, texts = [], [], []
    for place, (sentence, row) in enumerate(zip(sentences, usable_numbers(asked.rows), strict=True)):
        given = tags[place] if tags else [OUTSIDE] * len(sentence.words)
        parts, types = _parts(given)
        spans, starts = _spans(sentence.places_read, parts)
        noisy = noise.of(
            sentence.read, row, closed=[(start - 1, start) for start in starts if start], whole=spans
        )
        splits = frozenset(number for number, kind in enumerate(types) if f"I-{kind}" in asked.classes)
        moved = _moved(sentence, parts, noisy, splits)
        words.append([word.text for word in moved])
        became.append(_tags(moved, types))
        texts.append(noisy)
    columns = {TOKENS.id: [list_cell(row) for row in words], "text": [" ".join(row) for row in words]}
    if tags:
        columns[TAGS.id] = [list_cell(row) for row in became]
    return NoisyRows(replaced(asked.rows, columns), tuple(texts))


def _parts(tags: Sequence[str]) -> tuple[list[int | None], list[str]]:
    """Returns the number of each word's part, and the type of each part."""
    parts: list[int | None] = []
    types: list[str] = []
    for tag in tags:
        if tag == OUTSIDE:
            parts.append(None)
            continue
        goes_on = tag.startswith("I-") and parts and parts[-1] is not None and types[-1] == tag[2:]
        if not goes_on:
            types.append(tag[2:])
        parts.append(len(types) - 1)
    return parts, types


def _spans(places: Sequence[Place], parts: Sequence[int | None]) -> tuple[list[Place], list[int]]:
    """Returns where each part stands, and where each begins."""
    own: dict[int, Place] = {}
    for place, part in zip(places, parts, strict=True):
        if part is not None:
            own[part] = Place(own[part].start if part in own else place.start, place.end)
    return list(own.values()), [place.start for place in own.values()]


def _moved(
    sentence: Sentence, parts: Sequence[int | None], noisy: NoisyText, splits: frozenset[int]
) -> list[_Tagged]:
    """Returns the words as they are with noise.

    Args:
        sentence: The clean words.
        parts: The part of each.
        noisy: What became of the sentence.
        splits: Numbers of the parts whose words may become two; a class for the second half is needed.
    """
    left_out = {edit.start for edit in noisy.edits if not edit.text}
    put_in = {edit.start for edit in noisy.edits if edit.start == edit.end}
    moved: list[_Tagged] = []
    is_apart = True
    for number, (place, part) in enumerate(zip(sentence.places_read, parts, strict=True)):
        is_apart = is_apart or number == 0 or place.start - 1 not in left_out
        pieces = _pieces(noisy, place, put_in if part is None or part in splits else set())
        if not pieces and sentence.words[number]:
            continue  # nothing is left of it; whether its neighbours touch is seen at the next word
        pieces = pieces or [""]  # a blank word stays one
        if is_apart:
            moved.append(_Tagged(pieces[0], part))
        else:
            before = moved.pop()
            moved.append(_Tagged(before.text + pieces[0], part if before.part is None else before.part))
        moved += [_Tagged(piece, part) for piece in pieces[1:]]
        is_apart = False
    return moved


def _pieces(noisy: NoisyText, place: Place, put_in: set[int]) -> list[str]:
    """Returns what became of a word: one piece, or several where spaces were put into it."""
    cuts = [place.start, *(at for at in sorted(put_in) if place.start < at < place.end), place.end]
    spans = [noisy.moved(span) for span in pairwise(cuts)]
    return [noisy.text[start:end] for start, end in spans if start < end]


def _tags(words: Sequence[_Tagged], types: Sequence[str]) -> list[str]:
    """Returns the words' tags: the first word of each part begins it."""
    tags = []
    begun: set[int] = set()
    for word in words:
        if word.part is None:
            tags.append(OUTSIDE)
        else:
            tags.append(f"{'I' if word.part in begun else 'B'}-{types[word.part]}")
            begun.add(word.part)
    return tags
