"""Noise in texts that are their own answers: noisy words are read, and only clean ones are to be said.

A model that fills in blanks or continues text would otherwise learn to write noise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from datasets import Dataset
from transformers import PreTrainedTokenizerBase

from engine.contracts import Asked, NoisyRows
from engine.data.noisy_rows import noise_in, replaced
from engine.data.sentences import word_spans
from engine.data.table import cells, usable_numbers
from engine.data.word_pieces import in_portions, is_within
from engine.noising import Noise, NoisyText
from engine.noisy_page import Span

_PREDICTED = "predicted"
"""Column of the parts of each text whose words are to be said."""
_JUDGED_SHARE = 0.25
_LOTS = 2_000
"""Sets the numbers that choose judged words apart from those that make noise."""


def noise_in_learned_texts(asked: Asked, noise: Noise, role: str) -> NoisyRows:
    """Returns texts with noise to learn from: the words that noise left alone are to be said.

    Args:
        asked: Rows to learn from.
        noise: The noise.
        role: Id of the column.
    """
    texts = cells(asked.rows, role)
    noisy = [noise.of(text, row) for text, row in zip(texts, usable_numbers(asked.rows), strict=True)]
    clean = [_clean_words(text, one) for text, one in zip(texts, noisy, strict=True)]
    return _rows(asked, role, noisy, clean)


def noise_around(asked: Asked, noise: Noise, role: str, kept: Sequence[Sequence[Span]]) -> NoisyRows:
    """Returns texts with noise to be judged: always the same words are to be said, and never have noise.

    So a score at one rate can be compared with a score at another.

    Args:
        asked: Rows to be judged.
        noise: The noise.
        role: Id of the column.
        kept: What is to be said in each text; the words that it belongs to stay clean.
    """
    noisy, said = [], []
    for text, row, spans in zip(cells(asked.rows, role), usable_numbers(asked.rows), kept, strict=True):
        closed = [
            word
            for word in word_spans(text)
            if any(word[0] < end and start < word[1] for start, end in spans)
        ]
        noisy.append(noise.of(text, row, closed=closed))
        said.append([noisy[-1].moved(span) for span in spans])
    return _rows(asked, role, noisy, said)


def noise_to_continue(role: str, answer: str) -> Callable[[Asked, Noise], NoisyRows]:
    """Returns what puts noise into prompts whose answers are to be said, or into texts that go on.

    Of plain texts to learn from all words are to be said that noise left alone; of those to be judged a
    quarter of the words, the same at each rate.

    Args:
        role: Id of the column of texts or prompts.
        answer: Id of the column of answers; plain texts have none.
    """

    def with_noise(asked: Asked, noise: Noise) -> NoisyRows:
        if answer in asked.rows.column_names:
            return noise_in(role)(asked, noise)
        if asked.learns:
            return noise_in_learned_texts(asked, noise, role)
        return noise_around(asked, noise, role, _judged_words(asked, noise.seed, role))

    return with_noise


def _judged_words(asked: Asked, seed: int, role: str) -> list[list[Span]]:
    """Returns a quarter of the words of each text, at least one, chosen by lot."""
    chosen = []
    for text, row in zip(cells(asked.rows, role), usable_numbers(asked.rows), strict=True):
        words = word_spans(text)
        lots = np.random.PCG64([seed, row, 0, 0, _LOTS]).random_raw(len(words))
        most = max(1, round(_JUDGED_SHARE * len(words)))
        chosen.append([words[place] for place in sorted(np.argsort(lots, kind="stable")[:most].tolist())])
    return chosen


def predicted_parts(rows: Dataset) -> list[list[Span]] | None:
    """Returns the parts of each text whose words are to be said; ``None`` where that are all."""
    if _PREDICTED not in rows.column_names:
        return None
    return [[(int(start), int(end)) for start, end in spans or ()] for spans in rows[_PREDICTED][:]]


def pieces_within(
    tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], parts: Sequence[Sequence[Span]]
) -> list[list[bool]]:
    """Returns for each word piece of texts, without special ones, whether it is to be said.

    Args:
        tokenizer: A fast one.
        texts: The texts.
        parts: Of each text those whose words are to be said.
    """
    how = {"add_special_tokens": False, "return_offsets_mapping": True, "verbose": False}
    return [
        [is_within(texts[row], (int(start), int(end)), parts[row]) for start, end in places]
        for first, encoded in in_portions(tokenizer, texts, None, **how)
        for row, places in enumerate(encoded["offset_mapping"], first)
    ]


def _clean_words(text: str, noisy: NoisyText) -> list[Span]:
    """Returns where the words stand that no edit touches, nor the spaces around them."""
    return [
        noisy.moved((start, end))
        for start, end in word_spans(text)
        if not any(edit.start <= end and edit.end >= start for edit in noisy.edits)
    ]


def _rows(asked: Asked, role: str, noisy: Sequence[NoisyText], said: Sequence[Sequence[Span]]) -> NoisyRows:
    parts = [[list(span) for span in own] for own in said]
    rows = replaced(asked.rows, {role: [one.text for one in noisy]})
    return NoisyRows(replaced(rows, {_PREDICTED: parts}), tuple(noisy))
