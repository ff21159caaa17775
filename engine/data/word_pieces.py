"""Texts and pairs of texts as token ids, and where word pieces stand in a text."""

from __future__ import annotations

from collections.abc import Sequence

from transformers import PreTrainedTokenizerBase

from engine.contracts import EncodedRow
from engine.noisy_page import Span


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
    encoded = tokenizer(
        list(texts),
        None if seconds is None else list(seconds),
        truncation=True,
        max_length=max_length,
        return_token_type_ids=marks,
    )
    names = ("input_ids", *(("token_type_ids",) if marks else ()))
    return [{name: list(encoded[name][row]) for name in names} for row in range(len(texts))]


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
