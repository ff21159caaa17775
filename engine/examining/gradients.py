"""Integrated gradients: what the words add to an answer on the way from a blank text to this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from transformers import PreTrainedTokenizerBase

from engine.contracts import Batch
from engine.data.piece_places import PiecePlace, piece_places
from engine.errors import EngineError
from engine.examining.measured_answer import Measure
from engine.padding import padding_of
from engine.protocol import examining_problems
from engine.protocol.events import StageReached
from engine.protocol.explanations import INTEGRATED_GRADIENTS, AnswerExplained, WordEffect

_STEPS = 32
"""On the way from the blank text (Sundararajan 2017 takes 20 to 300)."""
_AT_ONCE = 8
"""Steps in a batch."""


def gradient_effects(
    measure: Measure,
    row: Mapping[str, str],
    words: Mapping[str, Sequence[tuple[int, int]]],
    roles: Mapping[str, bool],
    tell: Callable[[StageReached], None],
) -> AnswerExplained:
    """Measures which words moved an answer by integrated gradients (Sundararajan, Taly & Yan 2017).

    The blank text is one of as many word pieces, each the sign for a hidden one; the marks around a text
    stay. The effects of all pieces add up to the difference between both, but for what the sum of few steps
    leaves over, which is told.

    Args:
        measure: What is measured: one number of a head for whole texts.
        row: A text for each input role.
        words: Role → where its words stand.
        roles: Role → whether it is shown as the second text.
        tell: Takes stages. May raise to end it.

    Raises:
        EngineError: When the answer has no one number, or the tokenizer does not say where pieces stand.
    """
    run = measure.run
    if not measure.can_be_derived:
        why = (
            "Integrated gradients need one number for the whole text, such as that of a class. "
            "Hiding one word at a time works here."
        )
        raise EngineError(examining_problems.not_explained(why=why))
    tell(StageReached(stage="explaining", label="Adding up gradients"))
    tokenizer = run.base.tokenizer
    if not tokenizer.is_fast:
        why = "The model's tokenizer does not say which letters a word piece stands for."
        raise EngineError(examining_problems.not_explained(why=why))
    texts = [row[role] for role in run.task.input_roles if role in row]
    longest = int(run.settings["max_length"])
    places = piece_places(tokenizer, texts[0], texts[1] if len(texts) > 1 else None, longest)
    part = run.part_of_encoded(run.task.encode(run.typed_asked([dict(row)])))
    batch = part.batch([0])
    ids, blank = batch["input_ids"], _blank(tokenizer, batch["input_ids"], places)
    pieces = _integrate(measure, batch, ids, blank)
    value, baseline = (float(_of_ids(measure, batch, of)[0]) for of in (ids, blank))
    effects = []
    for role, second in roles.items():
        for start, end in words[role]:
            own = [
                share
                for share, place in zip(pieces, places, strict=True)
                if place is not None and place.second == second and place.start < end and start < place.end
            ]
            if own:
                effects.append(WordEffect(start=start, end=end, effect=sum(own), second=second))
    return AnswerExplained(
        prediction=measure.prediction,
        method=INTEGRATED_GRADIENTS,
        target=measure.target,
        against=measure.against,
        is_share=measure.is_share,
        value=value,
        baseline=baseline,
        effects=tuple(effects),
        missing=value - baseline - sum(pieces),
        note="Measured by integrated gradients, from a text of hidden words to this one. It shows what moved "
        f"this answer, not how the model thinks. {measure.prediction.note}".strip(),
    )


def _integrate(measure: Measure, batch: Batch, ids: torch.Tensor, blank: torch.Tensor) -> list[float]:
    """Returns what each word piece adds."""
    from captum.attr import LayerIntegratedGradients  # it loads a library of plots, which takes a second

    backbone: Any = measure.run.model.backbone
    integrated = LayerIntegratedGradients(
        lambda of: _of_ids(measure, batch, of), backbone.get_input_embeddings()
    )
    with torch.enable_grad():
        added = integrated.attribute(ids, baselines=blank, n_steps=_STEPS, internal_batch_size=_AT_ONCE)
    shares: list[float] = added.detach().sum(dim=-1)[0].tolist()
    return shares


def _of_ids(measure: Measure, batch: Batch, ids: torch.Tensor) -> torch.Tensor:
    """Returns what is measured of a row, once for each way between blank and whole; ``(ways,)``."""
    whole = {
        name: ids if name == "input_ids" else tensor.expand(len(ids), *tensor.shape[1:])
        for name, tensor in batch.items()
    }
    return measure.of_batch(whole)


def _blank(
    tokenizer: PreTrainedTokenizerBase, ids: torch.Tensor, places: Sequence[PiecePlace | None]
) -> torch.Tensor:
    """Returns word pieces of a text in which nothing is left to read."""
    hidden = next(
        (number for number in (tokenizer.mask_token_id, tokenizer.unk_token_id) if isinstance(number, int)),
        padding_of(tokenizer),
    )
    own = torch.tensor([[place is not None for place in places]], device=ids.device)
    return torch.where(own, torch.full_like(ids, hidden), ids)
