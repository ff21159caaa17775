"""Texts and pairs of texts as token ids."""

from __future__ import annotations

from collections.abc import Sequence

from transformers import PreTrainedTokenizerBase

from engine.contracts import EncodedRow


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
    if seconds is not None and not _parts(tokenizer):
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


def _parts(tokenizer: PreTrainedTokenizerBase) -> bool:
    """Returns whether a tokenizer puts something between two texts."""
    return bool(
        tokenizer.num_special_tokens_to_add(pair=True) > tokenizer.num_special_tokens_to_add(pair=False)
    )
