"""What a network that writes words says: how surprised it is by the right ones, and what it writes itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch

from engine.contracts import Batch, ModelOutput, TaskModel
from engine.models.writing import WritingModel
from engine.padding import pad_sequences

_TOP = 5


class SaidWords(NamedTuple):
    """What a model says to a window, at each place where a word had to be said.

    Attributes:
        surprise: Sum of the negative log likelihoods of the right words, in nats; 0 if they are not known.
        right: For each place whether the likeliest word was the right one; none if not known.
        top: The likeliest words at the places that were to be told, ``(places, 5)``, fewer where there are
            no five.
        shares: Their probabilities, 0 to 1.
    """

    surprise: float
    right: tuple[bool, ...]
    top: torch.Tensor
    shares: torch.Tensor


class Continued(NamedTuple):
    """What a model says to a window of a text that goes on.

    Attributes:
        surprise: Sum of the negative log likelihoods of the pieces that follow, in nats.
        pieces: How many these are.
        right: For how many of them the likeliest one followed.
        top: The five likeliest pieces behind the prompt; empty where the window has none.
        shares: Their probabilities.
        written: The pieces that it goes on with; ``None`` where it was not asked to write.
    """

    surprise: float
    pieces: int
    right: int
    top: tuple[int, ...]
    shares: tuple[float, ...]
    written: tuple[int, ...] | None


def said_words(
    model: TaskModel, output: ModelOutput, batch: Batch, told: torch.Tensor | None = None
) -> list[SaidWords]:
    """Returns what a model says to each window of a batch, small and on the CPU.

    Args:
        model: A network that writes words.
        output: What it answered.
        batch: What it was asked.
        told: Where the likeliest words are to be told, ``(places,)``, true or false; by default
            everywhere.
    """
    places = writer(model).places(batch)
    told = torch.ones_like(places[places]) if told is None else told
    logits = output.logits.float()
    all_together = logits.logsumexp(-1)
    best = logits[told].topk(min(_TOP, logits.shape[-1]))
    top, shares = best.indices.cpu(), (best.values - all_together[told, None]).exp().cpu()
    surprise, hits = torch.zeros(0), torch.zeros(0, dtype=torch.bool)
    if "labels" in batch:
        words = writer(model).right_words(batch)
        surprise = (all_together - logits.gather(1, words[:, None])[:, 0]).double().cpu()
        hits = (logits.argmax(-1) == words).cpu()
    window = torch.arange(len(places), device=places.device)[:, None].expand(places.shape)[places].cpu()
    of_told = window[told.cpu()]
    known = window if "labels" in batch else window[:0]
    return [
        SaidWords(
            float(surprise[known == row].sum()),
            tuple(hits[known == row].tolist()),
            top[of_told == row],
            shares[of_told == row],
        )
        for row in range(len(places))
    ]


def continued(
    model: TaskModel, output: ModelOutput, batch: Batch, written: Mapping[int, Sequence[int]]
) -> list[Continued]:
    """Returns what a model says to each window of texts that go on, small and on the CPU.

    Args:
        model: A network that continues texts.
        output: What it answered.
        batch: What it was asked; ``prompt``, ``(rows,)``, is how many pieces each row is begun with, 0 for
            none.
        written: Row of the batch → what the model wrote behind its prompt.
    """
    places = writer(model).places(batch)
    prompts = batch.get("prompt", torch.zeros(len(places), dtype=torch.long, device=places.device))
    behind = torch.arange(places.shape[1], device=places.device) == prompts[:, None] - 1
    return [
        Continued(
            surprise=one.surprise,
            pieces=len(one.right),
            right=sum(one.right),
            top=tuple(one.top.flatten().tolist()),
            shares=tuple(one.shares.flatten().tolist()),
            written=tuple(written[row]) if row in written else None,
        )
        for row, one in enumerate(said_words(model, output, batch, behind[places]))
    ]


def written_on(
    model: TaskModel, prompts: Sequence[Sequence[int]], *, longest: int, padding: int, ends: Sequence[int]
) -> list[list[int]]:
    """Goes on with prompts, taking the likeliest word piece each time.

    Args:
        model: A network that continues texts.
        prompts: As word pieces; at least one.
        longest: Pieces that are written at most.
        padding: What fills up shorter prompts.
        ends: Pieces that end a text.

    Returns:
        For each what it wrote, the end left out.
    """
    written: list[list[int]] = [[] for _ in prompts]
    for rows in _read_together(model, prompts):
        chosen = [prompts[row] for row in rows]
        for row, ids in zip(rows, _written_on(writer(model), chosen, longest, padding, ends), strict=True):
            written[row] = _until_the_end(ids, ends)
    return written


def _read_together(model: TaskModel, prompts: Sequence[Sequence[int]]) -> list[list[int]]:
    """Returns which prompts are gone on with at once: all, side by side, shorter ones padded on the left.

    Learned vectors before the text are the exception: with them peft does not say from where a padded
    text's positions count, and GPT-2 would go on otherwise than without padding.
    """
    config = getattr(model.backbone, "active_peft_config", None)
    if not getattr(config, "is_prompt_learning", False):
        return [list(range(len(prompts)))]
    alike: dict[int, list[int]] = {}
    for row, prompt in enumerate(prompts):
        alike.setdefault(len(prompt), []).append(row)
    return list(alike.values())


def _written_on(
    model: WritingModel, prompts: Sequence[Sequence[int]], longest: int, padding: int, ends: Sequence[int]
) -> list[list[int]]:
    device = next(model.parameters()).device
    batch = {
        "input_ids": pad_sequences(prompts, padding, left=True).to(device),
        "attention_mask": pad_sequences([[1] * len(ids) for ids in prompts], 0, left=True).to(device),
    }
    said = model.generate(
        batch, max_new_tokens=longest, eos_token_id=list(ends) or None, pad_token_id=padding
    )
    ids: list[list[int]] = said.tolist()
    return ids


def writer(model: TaskModel) -> WritingModel:
    """Returns a model as the network that writes words which it is.

    Raises:
        TypeError: When it is none.
    """
    if not isinstance(model, WritingModel):
        raise TypeError(f"A {type(model).__name__} writes no words.")
    return model


def _until_the_end(ids: list[int], ends: Sequence[int]) -> list[int]:
    found = [ids.index(end) for end in ends if end in ids]
    return ids[: min(found)] if found else ids
