"""Texts and pairs of texts as token ids, and where word pieces stand in a text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from transformers import BatchEncoding, PreTrainedTokenizerBase

from engine.contracts import EncodedRow
from engine.noisy_page import Span

AT_ONCE = 1_000
"""Texts that are cut at once: what a tokenizer notes of them is twenty times as large as their ids."""


def in_portions(
    tokenizer: PreTrainedTokenizerBase,
    texts: Sequence[str],
    seconds: Sequence[str] | None,
    /,
    **how: object,
) -> Iterator[tuple[int, BatchEncoding]]:
    """Cuts many texts, or pairs of them, some at a time: memory holds what a tokenizer notes of these only.

    Args:
        tokenizer: The model's own.
        texts: The texts.
        seconds: The second of each pair; ``None`` for single texts.
        how: What else the tokenizer is told. Nothing that depends on the other texts, as padding does.

    Yields:
        The number of the first text, from 0, and the tokenizer's answer for it and those that follow.
    """
    for start in range(0, len(texts), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        pairs = None if seconds is None else list(seconds[some])
        yield start, tokenizer(list(texts[some]), pairs, **how)


def one_of_each() -> Callable[[Sequence[int]], list[int]]:
    """Returns what copies lists of ids so that equal ids are one object, a fifth of what they would take."""
    known: dict[int, int] = {}
    return lambda ids: [known.setdefault(one, one) for one in ids]


def encode_texts(
    tokenizer: PreTrainedTokenizerBase,
    texts: Sequence[str],
    seconds: Sequence[str] | None,
    max_length: int,
) -> list[EncodedRow]:
    """Turns texts, or pairs of them, into token ids.

    A tokenizer that puts nothing between two texts (GPT-2, Llama) gets them as two lines of one text:
    it would run the last word of one into the first of the other.

    Args:
        tokenizer: The model's own.
        texts: The texts.
        seconds: The second of each pair; ``None`` for single texts.
        max_length: Longest row in tokens, special ones among them; the longer text of a pair is cut.

    Returns:
        For each row ``input_ids``, and for pairs ``token_type_ids`` where the model has them.
    """
    if seconds is not None and not has_separator(tokenizer):
        texts = [f"{text}\n{second}" for text, second in zip(texts, seconds, strict=True)]
        seconds = None
    marks = seconds is not None and "token_type_ids" in tokenizer.model_input_names
    how = {"truncation": True, "max_length": max_length, "return_token_type_ids": marks}
    names, copied = ("input_ids", *(("token_type_ids",) if marks else ())), one_of_each()
    rows: list[EncodedRow] = []
    for _, encoded in in_portions(tokenizer, texts, seconds, **how):
        columns = [encoded[name] for name in names]
        rows += (dict(zip(names, map(copied, row), strict=True)) for row in zip(*columns, strict=True))
    return rows


def without_space(text: str, piece: Span) -> Span:
    """Returns where a piece stands without the space before it, which some tokenizers count to it.

    Args:
        text: What was cut.
        piece: First character and the one after the last, as the tokenizer says.
    """
    start, end = piece
    while start < end and text[start].isspace():
        start += 1
    return start, end


def is_within(text: str, piece: Span, parts: Sequence[Span]) -> bool:
    """Returns whether a piece stands within one of the parts of a text.

    Args:
        text: What was cut.
        piece: First character and the one after the last, as the tokenizer says.
        parts: The parts.
    """
    start, end = without_space(text, piece)
    return start < end and any(first <= start and end <= last for first, last in parts)


def has_separator(tokenizer: PreTrainedTokenizerBase) -> bool:
    """Returns whether a tokenizer puts something between two texts."""
    return bool(
        tokenizer.num_special_tokens_to_add(pair=True) > tokenizer.num_special_tokens_to_add(pair=False)
    )
