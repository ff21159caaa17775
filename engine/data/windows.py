"""Windows: texts as token ids, those that are too long in pieces that overlap, each piece with its place.

All of it needs a tokenizer that says which characters a word piece was made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from transformers import PreTrainedTokenizerBase

from engine.data.word_pieces import in_portions, one_of_each
from engine.padding import padding_of

_LEAST_SINGLE, _LEAST_PAIR = 8, 32
"""Word pieces of a window, at least: fewer leave no room beside the special ones and the question."""
_SLACK = 4
"""Word pieces that a question may grow by when it is cut within a word."""


class Place(NamedTuple):
    """Where something stands in a text.

    Attributes:
        start: Its first character.
        end: The character after its last; equal to ``start`` for nothing.
    """

    start: int
    end: int


_NOWHERE = (0, 0)


class Window(NamedTuple):
    """A text, or a part of it, as it is put to a model.

    Attributes:
        row: The place of its text among all texts.
        input_ids: Its word pieces, special ones among them; never none.
        kinds: Of pairs, which of the two texts each piece belongs to, as the model's ``token_type_ids``;
            empty where the model has none.
        places: Where in the text each piece stands, as first character and the one after the last; nothing
            for special ones and the other text of a pair.
    """

    row: int
    input_ids: list[int]
    kinds: list[int]
    places: list[tuple[int, int]]

    @property
    def pieces(self) -> list[int]:
        """Returns which pieces are the text's own, from 0."""
        return [number for number, (start, end) in enumerate(self.places) if end > start]


def cut_texts(
    tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], max_length: int, overlap: int
) -> list[Window]:
    """Turns texts into windows.

    Args:
        tokenizer: A fast one.
        texts: The texts.
        max_length: Word pieces of a window, at most.
        overlap: Word pieces that two neighbours have in common; a quarter of a window at most.
    """
    room = max(max_length, _LEAST_SINGLE)
    return _windows(tokenizer, list(texts), None, room, min(overlap, room // 4))


def cut_passages(
    tokenizer: PreTrainedTokenizerBase,
    questions: Sequence[str],
    passages: Sequence[str],
    max_length: int,
    overlap: int,
) -> list[Window]:
    """Turns questions and passages into windows; each has the question and a part of the passage.

    Where a tokenizer puts nothing between two texts (GPT-2, Llama), a line break stands there, and where it
    has no special piece for the whole, the one that ends texts stands last. A question that takes more than
    half of a window is cut.

    Args:
        tokenizer: A fast one.
        questions: The questions.
        passages: What each is about.
        max_length: Word pieces of a window, at most.
        overlap: Word pieces of the passage that two neighbours have in common; a quarter of a window at
            most.
    """
    room = max(max_length, _LEAST_PAIR)
    asked = [f"{text}{separator(tokenizer)}" for text in _shortened(tokenizer, questions, room // 2 - _SLACK)]
    last = _last_piece(tokenizer)
    windows = _windows(tokenizer, asked, list(passages), room - len(last), min(overlap, room // 4))
    for window in windows:
        window.input_ids.extend(last)
        window.kinds.extend(window.kinds[-1:] * len(last))
        window.places.extend([_NOWHERE] * len(last))
    return windows


def whole_piece(tokenizer: PreTrainedTokenizerBase, window: Window) -> int:
    """Returns which piece of a pair stands for the whole of it.

    That is the special first one of BERT. A model that reads from left to right has none; there it is the
    piece that was put at the end, the only one that sees everything.

    Args:
        tokenizer: The one that cut it.
        window: From :func:`cut_passages`.
    """
    first, ids = tokenizer.cls_token_id, window.input_ids
    return ids.index(first) if isinstance(first, int) and first in ids else len(ids) - 1


def _last_piece(tokenizer: PreTrainedTokenizerBase) -> list[int]:
    """Returns what is put at the end of a pair where no special piece stands for the whole of it."""
    if tokenizer.cls_token_id is not None:
        return []
    ends = (tokenizer.eos_token_id, tokenizer.pad_token_id)
    return [next((end for end in ends if isinstance(end, int)), 0)]


def separator(tokenizer: PreTrainedTokenizerBase) -> str:
    """Returns what has to stand between the two texts of a pair: a line break, or nothing of ours."""
    single, pair = (tokenizer.num_special_tokens_to_add(pair=pair) for pair in (False, True))
    return "" if pair > single else "\n"


def words_answered(windows: Sequence[Window], words: Sequence[Place]) -> list[list[tuple[int, int]]]:
    """Returns which words each window of a text answers: number of the word, number of its first piece.

    A word is answered once, in the window in which most stands around it; one of which no piece is left
    is answered nowhere.

    Args:
        windows: All windows of the text, in their order.
        words: Where its words stand; none overlaps another.
    """
    best: dict[int, tuple[int, int, int]] = {}
    for number, window in enumerate(windows):
        own = window.pieces
        for word, piece in _first_pieces(window, words):
            around = min(piece - own[0], own[-1] - piece)
            if word not in best or around > best[word][0]:
                best[word] = (around, number, piece)
    answered: list[list[tuple[int, int]]] = [[] for _ in windows]
    for word, (_, number, piece) in sorted(best.items()):
        answered[number].append((word, piece))
    return answered


def _first_pieces(window: Window, words: Sequence[Place]) -> list[tuple[int, int]]:
    """Returns each word that stands in a window, with the number of its first piece there."""
    found: list[tuple[int, int]] = []
    word, last = 0, -1
    for piece in window.pieces:
        start, end = window.places[piece]
        while word < len(words) and words[word].end <= start:
            word += 1
        if word < len(words) and words[word].start < end and word != last:
            found.append((word, piece))
            last = word
    return found


def _windows(
    tokenizer: PreTrainedTokenizerBase, firsts: list[str], seconds: list[str] | None, room: int, overlap: int
) -> list[Window]:
    has_kinds = seconds is not None and "token_type_ids" in tokenizer.model_input_names
    how = {
        "truncation": True if seconds is None else "only_second",
        "max_length": room,
        "stride": overlap,
        "return_overflowing_tokens": True,
        "return_offsets_mapping": True,
        "return_token_type_ids": has_kinds,
    }
    text = 0 if seconds is None else 1
    filler, copied = padding_of(tokenizer), one_of_each()
    windows = []
    for first, encoded in in_portions(tokenizer, firsts, seconds, **how):
        for number, ids in enumerate(encoded["input_ids"]):
            parts, given = encoded.sequence_ids(number), encoded["offset_mapping"][number]
            places = [place if part == text else _NOWHERE for place, part in zip(given, parts, strict=True)]
            kinds = copied(encoded["token_type_ids"][number]) if has_kinds else []
            row = first + encoded["overflow_to_sample_mapping"][number]
            if not ids:  # no text, and a tokenizer that adds nothing
                ids, places = [filler], [_NOWHERE]
            windows.append(Window(row, copied(ids), kinds, places))
    return windows


def _shortened(tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], longest: int) -> list[str]:
    """Returns texts that are cut after so many word pieces."""
    how = {
        "truncation": True,
        "max_length": longest,
        "add_special_tokens": False,
        "return_offsets_mapping": True,
        "return_overflowing_tokens": True,
    }
    ends: dict[int, list[int]] = {}
    for first, encoded in in_portions(tokenizer, texts, None, **how):
        for row, places in zip(encoded["overflow_to_sample_mapping"], encoded["offset_mapping"], strict=True):
            ends.setdefault(first + row, []).append(max((end for _, end in places), default=0))
    return [text if len(ends[row]) == 1 else text[: ends[row][0]] for row, text in enumerate(texts)]
