"""Blanks in texts: words that are hidden from a model, so that it learns to fill them in (Devlin 2019).

Of the word pieces of a text some 15 % are chosen. While a model learns, 8 in 10 of them are hidden, 1 in
10 is another piece and 1 in 10 stays, so that it looks at the pieces that it sees, too; which ones is
drawn anew each time. In texts that are judged all of them are hidden, always the same ones, whatever the
seed of the run: so the figures of two runs can be compared, and a blank can be shown to a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from transformers import PreTrainedTokenizerBase

from engine.contracts import EncodedRow
from engine.data.word_pieces import in_portions, is_within, one_of_each, without_space
from engine.errors import EngineError
from engine.noisy_page import Span
from engine.padding import IGNORED
from engine.protocol import writing_problems

BLANK = "___"
TYPED_BLANK = re.compile(r"_{3,}|\[mask\]|<mask>", re.IGNORECASE)
"""How a person writes a blank."""
_HIDDEN, _REPLACED = 0.8, 0.9
_ONE = 2.0**64


class Hiding(NamedTuple):
    """How words are hidden.

    Attributes:
        share: Share of the word pieces, 0 to 1.
        whole_words: Whether all pieces of a word go together.
    """

    share: float
    whole_words: bool


def learned_windows(
    tokenizer: PreTrainedTokenizerBase,
    texts: Sequence[str],
    longest: int,
    hiding: Hiding,
    predicted: Sequence[Sequence[Span]] | None = None,
) -> list[EncodedRow]:
    """Returns texts in windows, with what is needed to hide words anew each time: see :func:`hide`.

    Args:
        tokenizer: Cuts texts.
        texts: One for each row.
        longest: Word pieces in a window, at most.
        hiding: How words will be hidden.
        predicted: Of each text the parts that may be hidden; ``None`` for all.

    Returns:
        ``input_ids``; ``words``, for each piece the number of what is hidden together (-1 for what never
        is); ``share``; and ``example``, the place of the row.
    """
    copied = one_of_each()
    return [
        {
            "input_ids": copied(window.ids),
            "words": _may_be_hidden(
                window, hiding, texts[row], None if predicted is None else predicted[row]
            ),
            "share": hiding.share,
            "example": row,
        }
        for row, window in _cut(tokenizer, texts, longest)
    ]


def judged_windows(
    tokenizer: PreTrainedTokenizerBase,
    texts: Sequence[str],
    longest: int,
    hiding: Hiding,
    typed: Sequence[bool],
    predicted: Sequence[Sequence[Span]] | None = None,
) -> list[EncodedRow]:
    """Returns texts in windows with some words hidden, always the same.

    In a typed text the blanks are those that a person has put there (``___`` or ``[MASK]``), if any.

    Args:
        tokenizer: Cuts texts.
        texts: One for each row.
        longest: Word pieces in a window, at most.
        hiding: How words are hidden.
        typed: Which of the texts a person has typed.
        predicted: Of each text the parts that are hidden; ``None`` where that is drawn.

    Returns:
        ``input_ids`` with blanks; ``labels``, what stood there, or ``places`` (0 or 1 for each piece)
        where nobody knows that; ``text``, as which the window is shown; ``blanks``, for each its number
        of pieces and where it starts and ends in that; ``truth``, what stood in each; and ``example``.
    """
    mask: str = getattr(tokenizer, "mask_token", None) or ""
    marked = [bool(by_hand and TYPED_BLANK.search(text)) for text, by_hand in zip(texts, typed, strict=True)]
    read = [TYPED_BLANK.sub(mask, text) if own else text for text, own in zip(texts, marked, strict=True)]
    rows = []
    for row, window in _cut(tokenizer, read, longest):
        ids = list(window.ids)
        if marked[row]:
            places = [place for place, piece in enumerate(ids) if piece == tokenizer.mask_token_id]
        elif predicted is not None:
            places = _within(window, read[row], predicted[row])
        else:
            places = _draw(_words(window, hiding.whole_words), hiding.share, np.random.PCG64([1, *ids]))
        encoded: EncodedRow = {"input_ids": [*ids], "example": row}
        encoded |= _shown(read[row], window, places, apart=marked[row])
        if marked[row]:
            encoded |= {"places": _at(places, [1] * len(ids), 0), "truth": []}
        else:
            encoded["labels"] = _at(places, ids, IGNORED)
            for place in places:
                encoded["input_ids"][place] = tokenizer.mask_token_id
        rows.append(encoded)
    return rows


def judged_parts(
    tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], longest: int, hiding: Hiding
) -> list[list[Span]]:
    """Returns where the pieces stand that :func:`judged_windows` hides in texts that nobody typed.

    Args:
        tokenizer: Cuts texts.
        texts: One for each row.
        longest: Word pieces in a window, at most.
        hiding: How words are hidden.
    """
    parts: list[list[Span]] = [[] for _ in texts]
    for row, window in _cut(tokenizer, texts, longest):
        drawn = _draw(_words(window, hiding.whole_words), hiding.share, np.random.PCG64([1, *window.ids]))
        parts[row] += [without_space(texts[row], window.offsets[place]) for place in drawn]
    return parts


def hide(row: EncodedRow, tokenizer: PreTrainedTokenizerBase, seed: int) -> EncodedRow:
    """Hides words of a window, as the seed will have it.

    Args:
        row: From :func:`learned_windows`.
        tokenizer: Has the blank, and the pieces to put in place of others.
        seed: Another one each time that the row is read.

    Returns:
        ``input_ids`` and ``labels``: what stood at the chosen places, :data:`IGNORED` elsewhere.
    """
    chance = np.random.PCG64(seed)
    ids = list(row["input_ids"])
    places = _draw(row["words"], row["share"], chance)
    labels = _at(places, ids, IGNORED)
    draws = chance.random_raw(2 * len(places)).tolist()
    special = set(tokenizer.all_special_ids)
    for place, what, which in zip(places, draws[::2], draws[1::2], strict=True):
        if what < _HIDDEN * _ONE:
            ids[place] = tokenizer.mask_token_id
        elif what < _REPLACED * _ONE:
            other = which % len(tokenizer)
            ids[place] = ids[place] if other in special else other
    return {"input_ids": ids, "labels": labels}


def _cut(tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], longest: int) -> Iterator[tuple[int, Any]]:
    """Yields the windows of all texts, each with the place of its text.

    Raises:
        EngineError: When the tokenizer has no blank, or does not say where pieces stand in the text.
    """
    if not isinstance(tokenizer.mask_token_id, int):
        raise EngineError(writing_problems.no_mask_token(tokenizer.name_or_path))
    if not tokenizer.is_fast:
        raise EngineError(writing_problems.no_places_in_text(tokenizer.name_or_path))
    how = {
        "truncation": True,
        "max_length": longest,
        "return_overflowing_tokens": True,
        "return_token_type_ids": False,
        "verbose": False,
    }
    for first, cut in in_portions(tokenizer, texts, None, **how):
        for row, window in zip(cut["overflow_to_sample_mapping"], cut.encodings or (), strict=True):
            yield first + int(row), window


def _words(window: Any, whole: bool) -> list[int]:
    """Returns for each piece of a window the number of what is hidden together; -1 for special ones."""
    numbers = window.word_ids if whole else range(len(window.ids))
    return [
        -1 if special or number is None else int(number)
        for number, special in zip(numbers, window.special_tokens_mask, strict=True)
    ]


def _may_be_hidden(window: Any, hiding: Hiding, text: str, parts: Sequence[Span] | None) -> list[int]:
    """Returns as :func:`_words` what is hidden together; -1 also for pieces outside of some parts."""
    words = _words(window, hiding.whole_words)
    if parts is None:
        return words
    inside = set(_within(window, text, parts))
    return [word if place in inside else -1 for place, word in enumerate(words)]


def _within(window: Any, text: str, parts: Sequence[Span]) -> list[int]:
    """Returns the pieces of a window that stand within some parts of its text."""
    marks = zip(window.special_tokens_mask, window.offsets, strict=True)
    return [
        place for place, (special, piece) in enumerate(marks) if not special and is_within(text, piece, parts)
    ]


def _draw(words: Sequence[int], share: float, chance: np.random.PCG64) -> list[int]:
    """Returns the places to hide, in order: a share of the pieces, at least one thing.

    Raw numbers are drawn, whose stream numpy guarantees for all its versions.
    """
    members: dict[int, list[int]] = {}
    for place, word in enumerate(words):
        if word >= 0:
            members.setdefault(word, []).append(place)
    groups = list(members.values())
    wanted = max(1, round(share * sum(len(group) for group in groups)))
    chosen: list[int] = []
    for number in np.argsort(chance.random_raw(len(groups)), kind="stable"):
        if not chosen or len(chosen) + len(groups[number]) <= wanted:
            chosen += groups[number]
    return sorted(chosen)


def _at(places: Sequence[int], values: Sequence[int], elsewhere: int) -> list[int]:
    chosen = set(places)
    return [value if place in chosen else elsewhere for place, value in enumerate(values)]


def _shown(text: str, window: Any, places: Sequence[int], *, apart: bool) -> EncodedRow:
    """Returns how a window is shown: its part of the text, with a line in place of each blank.

    Args:
        text: The whole text.
        window: A part of it.
        places: Which pieces are hidden.
        apart: Whether each of them is a blank of its own; else neighbours of one word are one.
    """
    runs: list[list[int]] = []
    for place in places:
        last = runs[-1][-1] if runs else -2
        same = window.word_ids[place] == window.word_ids[last] if place == last + 1 else False
        if same and not apart:
            runs[-1].append(place)
        else:
            runs.append([place])
    real = [place for place, special in enumerate(window.special_tokens_mask) if not special]
    real = sorted({*real, *places})
    begin, end = (window.offsets[real[0]][0], window.offsets[real[-1]][1]) if real else (0, len(text))
    shown, position = "…" if text[:begin].strip() else "", begin
    blanks, truth = [], []
    for run in runs:
        first, last = without_space(text, (window.offsets[run[0]][0], window.offsets[run[-1]][1]))
        shown += text[position:first]
        blanks.append([len(run), len(shown), len(shown) + len(BLANK)])
        shown += BLANK
        truth.append(text[first:last])
        position = last
    shown += text[position:end]
    return {"text": shown + ("…" if text[end:].strip() else ""), "blanks": blanks, "truth": truth}
