"""Where the word pieces of a text, or of a pair of texts, stand."""

from __future__ import annotations

from typing import Any, NamedTuple

from transformers import PreTrainedTokenizerBase

from engine.data.word_pieces import has_separator


class PiecePlace(NamedTuple):
    """Where a word piece stands.

    Attributes:
        second: Whether that is in the second text of a pair.
        start: First character, from 0.
        end: The character after the last.
    """

    second: bool
    start: int
    end: int


def piece_places(
    tokenizer: PreTrainedTokenizerBase, text: str, second: str | None, max_length: int
) -> list[PiecePlace | None]:
    """Returns the places of a row's word pieces as :func:`engine.data.word_pieces.encode_texts` cuts it.

    Args:
        tokenizer: One of the fast ones.
        text: The text.
        second: The second of a pair.
        max_length: Longest row in tokens.

    Returns:
        ``None`` for special pieces.
    """
    joined = second is not None and not has_separator(tokenizer)
    first = f"{text}\n{second}" if joined else text
    cut: Any = tokenizer(  # lists, as rows are cut: of one text a blank second one would be taken for none
        [first],
        None if joined or second is None else [second],
        truncation=True,
        max_length=max_length,
        return_offsets_mapping=True,
    )
    places: list[PiecePlace | None] = []
    for number, (start, end) in zip(cut.sequence_ids(0), cut["offset_mapping"][0], strict=True):
        if number is None or end <= start:
            places.append(None)
        elif joined and start > len(text):
            places.append(PiecePlace(True, start - len(text) - 1, end - len(text) - 1))
        else:
            places.append(PiecePlace(number == 1, start, end))
    return places
