"""Texts with the texts that a model is to write to them, as word pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from engine.contracts import Asked, EncodedRow
from engine.data.pairs import SOURCE, TARGET
from engine.data.table import cells
from engine.data.word_pieces import AT_ONCE, encode_texts, one_of_each
from engine.protocol import writing_problems
from engine.protocol.problems import Problem

_CUT = "cut"


def encode_pairs(asked: Asked, prefix: str, longest: int) -> list[EncodedRow]:
    """Turns texts into token ids: those to read with the prefix, those to write where they are known.

    Args:
        asked: Rows with ``source`` and, where it is known, ``target``.
        prefix: What stands before each text to read.
        longest: Word pieces of a text to write, at most; its end is one of them.

    Returns:
        For each row ``input_ids`` and, where it is known, ``labels``, which end with the token that ends
        texts, and ``cut``, whether the text to write was longer.
    """
    tokenizer: Any = asked.tokenizer
    texts = [f"{prefix}{text}" for text in cells(asked.rows, SOURCE.id)]
    if not texts:
        return []
    rows = encode_texts(asked.tokenizer, texts, None, int(asked.settings["max_length"]))
    if TARGET.id not in asked.rows.column_names:
        return rows
    targets = cells(asked.rows, TARGET.id)
    for row, ids, target in zip(rows, _read_as_answers(tokenizer, targets, longest), targets, strict=True):
        # Only a text that fills its room can have been longer; it alone is read again, whole.
        whole = tokenizer(text_target=target)["input_ids"] if len(ids) >= longest else ids
        row["labels"] = _ended(list(ids), tokenizer.eos_token_id, longest)
        row["length"] = max(len(row["input_ids"]), len(row["labels"]))
        row[_CUT] = len(_ended(list(whole), tokenizer.eos_token_id, len(whole) + 1)) > longest
    return rows


def _read_as_answers(tokenizer: Any, texts: Sequence[str], longest: int) -> Iterator[list[int]]:
    copied = one_of_each()
    for start in range(0, len(texts), AT_ONCE):
        some = list(texts[start : start + AT_ONCE])
        yield from map(copied, tokenizer(text_target=some, truncation=True, max_length=longest)["input_ids"])


def _ended(ids: list[int], end: object, longest: int) -> list[int]:
    """Returns a text to write with its end: a model that never sees it never stops writing."""
    return [*ids[: longest - 1], end] if isinstance(end, int) and ids[-1:] != [end] else ids


def notices(asked: Asked) -> tuple[Problem, ...]:
    """Returns how many texts to write were cut, where any was."""
    rows = sum(bool(row.get(_CUT)) for row in asked.encoded)
    longest = int(asked.settings["max_target_length"])
    return (writing_problems.targets_cut(rows, len(asked.encoded), longest),) if rows else ()
