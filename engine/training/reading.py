"""How a model's tokenizer reads a person's texts: which are too long, which words it does not know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from transformers import PreTrainedTokenizerBase

from engine.contracts import BaseModel, Settings, Task
from engine.protocol import reading_problems
from engine.protocol.problems import Problem
from engine.training_fields import MAX_LENGTH

WHOLE = 1_000_000
"""A longest text of so many word pieces: none is cut."""

_TEXTS = 300
"""Texts that tell how words are cut, and so many letters of each."""
_LETTERS = 1000
_FEWEST_WORDS = 50
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Letters of scripts without spaces: each counts as a word, as most tokenizers take them one by one."""
_WORDS = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])\w)+|[^\w\s]")
_FITS = 0.95
_STEP = 8
"""A suggested length is a multiple of it: batches of such a width are computed quickest."""


@dataclass(frozen=True)
class TextsRead:
    """Texts as a tokenizer reads them.

    Attributes:
        lengths: Part → word pieces in each row, before they are cut.
        numbers: Where the rows that were looked at stand in the file.
        pieces: How many word pieces the text to read of each of them has, special ones among them.
        words: How many words some of the texts have.
        cut_into: How many word pieces these become.
        unknown: How many of those are the sign for what the tokenizer does not know.
        examples: What became that, the most frequent first; empty where it does not say.
    """

    lengths: dict[str, list[int]]
    numbers: tuple[int, ...] = ()
    pieces: tuple[int, ...] = ()
    words: int = 0
    cut_into: int = 0
    unknown: int = 0
    examples: tuple[str, ...] = ()


def words_read(
    tokenizer: PreTrainedTokenizerBase, texts: Sequence[str]
) -> tuple[int, int, int, tuple[str, ...]]:
    """Returns words, word pieces, unknown ones among them, and examples of what these were.

    Args:
        tokenizer: The model's own.
        texts: The first of a person's texts; a few hundred are looked at.
    """
    some = [text[:_LETTERS] for text in texts[:_TEXTS]]
    words = sum(len(_WORDS.findall(text)) for text in some)
    if not words:
        return 0, 0, 0, ()
    fast = bool(tokenizer.is_fast)
    encoded = tokenizer(some, add_special_tokens=False, verbose=False, return_offsets_mapping=fast)
    sign = tokenizer.unk_token_id
    cut_into = sum(len(ids) for ids in encoded["input_ids"])
    if not isinstance(sign, int):
        return words, cut_into, 0, ()
    unknown = sum(ids.count(sign) for ids in encoded["input_ids"])
    places = (
        zip(some, encoded["input_ids"], encoded["offset_mapping"], strict=True) if fast and unknown else ()
    )
    seen = Counter(
        text[start:end]
        for text, ids, offsets in places
        for one, (start, end) in zip(ids, offsets, strict=True)
        if one == sign
    )
    return words, cut_into, unknown, tuple(word for word, _ in seen.most_common(3))


def reading_problems_of(
    read: TextsRead, task: Task, base: BaseModel, settings: Settings, longest: int
) -> list[Problem]:
    """Returns what there is to say about how a model reads the texts of a run.

    Args:
        read: The texts.
        task: Of the run.
        base: The model.
        settings: Of the run.
        longest: The largest ``max_length`` that the model and the method allow.
    """
    found = []
    limit = int(settings[MAX_LENGTH.name])
    if not task.makes_windows:
        over = {number: size for number, size in zip(read.numbers, read.pieces, strict=True) if size > limit}
        if over:
            fitting = sorted(read.pieces)[int(_FITS * (len(read.pieces) - 1))]
            wanted = min(longest, -(-fitting // _STEP) * _STEP)
            found.append(
                reading_problems.texts_cut(
                    over,
                    looked_at=len(read.pieces),
                    total=sum(map(len, read.lengths.values())),
                    limit=limit,
                    longest=longest,
                    wanted=wanted if wanted > limit else None,
                    unit=task.unit,
                    model=base.facts.name,
                )
            )
    if read.words < _FEWEST_WORDS:
        return found
    name, language = base.facts.name, base.facts.language
    unknown, each = read.unknown / read.cut_into, read.cut_into / read.words
    if unknown >= reading_problems.FEW_UNKNOWN:
        found.append(reading_problems.unknown_pieces(unknown, read.examples, model=name, language=language))
    if each >= reading_problems.SOME_PIECES:
        found.append(reading_problems.words_in_pieces(each, model=name, language=language))
    return found
