"""From numbers for word pieces to an answer: the best spans of each window, and the best over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch

from engine.evaluation.extractive import normalised

LONGEST = 30
"""Word pieces of an answer, at most (Devlin 2019, in its code)."""
BEST = 20
"""Spans of a window that are kept (Devlin 2019, in its code)."""
_OTHERS = 4
"""Other answers that are told."""


class Candidates(NamedTuple):
    """What a model says to one window.

    Attributes:
        scores: Of the best spans, best first; the sum of the numbers for its start and its end.
        starts: The first piece of each.
        ends: The last piece of each.
        null: The same for "there is no answer here".
        threshold: By how much that may be surer than the best span before it is said; infinite where it
            never is.
    """

    scores: tuple[float, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    null: float
    threshold: float


@dataclass(frozen=True)
class Answered:
    """An answer to a question.

    Attributes:
        text: Its words as they stand in the passage; empty for "there is no answer".
        start: Its first character in the passage.
        end: The character after its last.
        probability: Among the best spans of all windows, 0 to 1.
        best: The text of the best span, also where "there is no answer" is said.
        difference: How much surer the model is of "there is no answer" than of that.
        others: The texts of the next best answers, likeliest first; empty for "there is no answer".
    """

    text: str
    start: int
    end: int
    probability: float
    best: str
    difference: float
    others: tuple[str, ...]


def best_spans(
    logits: torch.Tensor, allowed: torch.Tensor, null_places: torch.Tensor, threshold: float
) -> list[Candidates]:
    """Returns the best spans of each window, of all that there are: no start or end is left out beforehand.

    Args:
        logits: ``(windows, tokens, 2)``, for start and end.
        allowed: ``(windows, tokens)``, true where a piece of the passage is.
        null_places: ``(windows,)``: the piece that stands for "there is no answer here".
        threshold: Is kept with them.
    """
    starts, ends = logits.float().unbind(dim=-1)
    windows, tokens = starts.shape
    rows = torch.arange(windows, device=logits.device)
    null = (starts[rows, null_places] + ends[rows, null_places]).tolist()
    starts, ends = (side.masked_fill(~allowed, -torch.inf) for side in (starts, ends))
    longest = min(LONGEST, tokens)
    scores = torch.full((windows, longest, tokens), -torch.inf, device=logits.device)
    for more in range(longest):
        scores[:, more, : tokens - more] = starts[:, : tokens - more] + ends[:, more:]
    best = scores.flatten(1).topk(min(BEST, longest * tokens), dim=1)
    kept = []
    for values, numbers, nothing in zip(best.values.tolist(), best.indices.tolist(), null, strict=True):
        found = [(value, *divmod(number, tokens)) for value, number in zip(values, numbers, strict=True)]
        found = [entry for entry in found if entry[0] > -np.inf]
        kept.append(
            Candidates(
                scores=tuple(score for score, _, _ in found),
                starts=tuple(start for _, _, start in found),
                ends=tuple(start + more for _, more, start in found),
                null=nothing,
                threshold=threshold,
            )
        )
    return kept


def answer(passage: str, windows: Sequence[tuple[Candidates, Sequence[Sequence[int]]]]) -> Answered:
    """Returns the best answer over all windows of a passage, by the rules of SQuAD 2.0.

    "There is no answer" is as sure as in the window in which it is least sure: one window that holds the
    answer is enough.

    Args:
        passage: The passage.
        windows: What was said to each window, and the characters that each of its pieces stands for.
    """
    spans = [
        (score, *_trimmed(passage, places[start][0], places[end][1]))
        for said, places in windows
        for score, start, end in zip(said.scores, said.starts, said.ends, strict=True)
    ]
    spans = sorted((span for span in spans if span[2] > span[1]), key=lambda span: (-span[0], span[1:]))
    null = min(said.null for said, _ in windows)
    if not spans:
        return Answered("", 0, 0, 1.0, "", float("inf"), ())
    threshold = windows[0][0].threshold
    score, start, end = spans[0]
    best, difference = passage[start:end], float(np.float32(null - score))
    can_be_silent = threshold < np.inf
    silent = difference > threshold
    scores = np.asarray([span[0] for span in spans[:BEST]] + ([null] if can_be_silent else []))
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    texts = [passage[first:last] for _, first, last in spans[:BEST]] + ([""] if can_be_silent else [])
    said = "" if silent else best
    others: list[str] = []
    for place in np.argsort(-shares, kind="stable"):
        text = texts[place]
        if all(normalised(text) != normalised(other) for other in (said, *others)):
            others.append(text)
    return Answered(
        text=said,
        start=0 if silent else start,
        end=0 if silent else end,
        probability=float(shares[-1] if silent else shares[0]),
        best=best,
        difference=difference,
        others=tuple(others[:_OTHERS]),
    )


def _trimmed(passage: str, start: int, end: int) -> tuple[int, int]:
    """Returns the place of a span without the spaces around it, which belong to pieces of some tokenizers."""
    text = passage[start:end]
    start += len(text) - len(text.lstrip())
    return start, start + len(text.strip())
