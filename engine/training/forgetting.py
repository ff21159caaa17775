"""What a model forgot: its own pretraining loss on a general text, before and after training.

What a model learned before, it is asked again: one that places sentences of like meaning near each other
has to find each sentence's partner among all others (the contrastive loss that such models are trained
with, Reimers & Gurevych 2019); one with a head for blanks fills in word pieces; one that goes on with texts
says the next piece. Of one that turns texts into others nobody knows the right ones: it writes, and the model
as it was before training says how likely it would have written that. The general text is built in, and no
run learns from it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from transformers import PreTrainedTokenizerBase

from engine import device as devices
from engine.contracts import BaseModel, Batch, Network, Pooling, TaskModel
from engine.models.facts import pooling_of
from engine.models.heads import EncoderModel, pool
from engine.models.load import load_base
from engine.models.writing import WritingModel
from engine.padding import IGNORED
from engine.protocol.results import Forgotten, Objectives
from engine.protocol.stack import ModelFacts

_SCALE = 20.0
"""What cosines are multiplied with before the softmax, as in sentence-transformers."""
_EVERY = 7
"""Every so many-th word piece is a blank, about 15 % of them (Devlin 2019)."""
_AT_ONCE = 32
_LARGE, _SHARE = 600_000_000, 4
"""Bytes from which a model's own head for words is loaded beside what was trained only where it takes no more
than this part of the memory that is free."""


_WRITTEN = 32
"""Word pieces of what is written to a sentence, at most."""

Written = list[tuple[Batch, torch.Tensor]]
"""Sentences, and what was written to them: ``labels``, ``(sentences, tokens)``."""


@dataclass(frozen=True)
class Recalled:
    """How well a model does what it was pretrained for.

    Attributes:
        loss: Mean over what was asked, in nats.
        right: Share of it that is right, 0 to 1.
        asked: How many partners or word pieces were asked for.
    """

    loss: float
    right: float
    asked: int


@cache
def general_text() -> tuple[tuple[str, str], ...]:
    """Returns pairs of sentences that say the same in other words, in English."""
    text = (files("resources") / "general_text" / "pairs.tsv").read_text(encoding="utf-8")
    lines = csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple((line[0], line[1]) for line in lines)


class Recall:
    """Asks models that stand on one checkpoint for what that was pretrained for.

    Attributes:
        objective: What they are asked for; ``None`` where this cannot be done for the checkpoint.
    """

    def __init__(self, base: BaseModel, model: TaskModel, positions: int = 0) -> None:
        """Finds out what they can be asked.

        Args:
            base: The checkpoint: tokenizer, facts, folder.
            model: A model that stands on it.
            positions: That its method takes before each text, so that fewer are left for that.
        """
        self._longest = base.facts.max_length - positions
        self._base = base
        self._network: Any = None
        self.objective = _objective(base, model)

    def ask(self, model: TaskModel) -> Recalled | None:
        """Asks a model; ``None`` where it cannot be asked.

        Args:
            model: It is in eval mode meanwhile, and the same afterwards.
        """
        if self.objective is None:
            return None
        with _only_read(model):
            return self._asked(model)

    def write(self, model: WritingModel) -> Written:
        """Lets a model write to the first sentence of each pair, the likeliest word piece each time.

        Args:
            model: One that turns texts into others.
        """
        found: Written = []
        nothing = self._base.tokenizer.pad_token_id
        with _only_read(model):
            for batch in self._batches([first for first, _second in general_text()], model):
                said = model.generate(batch, num_beams=1, max_new_tokens=_WRITTEN)[
                    :, 1:
                ]  # after its beginning
                found.append((batch, said.masked_fill(said == nothing, IGNORED)))
        return found

    def judge(self, model: WritingModel, written: Written) -> Recalled:
        """Says how likely a model would have written what was written.

        Args:
            model: One that turns texts into others.
            written: Of :meth:`write`, by it or by another.
        """
        loss, right, asked = 0.0, 0, 0
        with _only_read(model):
            for sentences, labels in written:
                batch = {**sentences, "labels": labels}
                logits, wanted = model(batch).logits.float(), model.right_words(batch)
                loss += float(functional.cross_entropy(logits, wanted, reduction="sum"))
                right += int((logits.argmax(dim=-1) == wanted).sum())
                asked += len(wanted)
        return Recalled(loss / max(1, asked), right / max(1, asked), asked)

    def _asked(self, model: TaskModel) -> Recalled:
        if self.objective is Objectives.PARTNERS:
            return self._find_partners(model)
        sentences = [sentence for pair in general_text() for sentence in pair]
        is_causal = self.objective is Objectives.NEXT_PIECES
        if isinstance(model, WritingModel):
            return self._say_pieces(sentences, model.backbone, causal=is_causal)
        with self._with_own_head(model) as whole:
            return self._say_pieces(sentences, whole, causal=is_causal)

    def _find_partners(self, model: TaskModel) -> Recalled:
        """Asks for each sentence which of all others says the same."""
        first, second = (self._vectors(model, side) for side in zip(*general_text(), strict=True))
        near = _SCALE * first @ second.T
        own = torch.arange(len(near), device=near.device)
        loss = (functional.cross_entropy(near, own) + functional.cross_entropy(near.T, own)) / 2
        right = ((near.argmax(dim=1) == own).float().mean() + (near.argmax(dim=0) == own).float().mean()) / 2
        return Recalled(float(loss), float(right), 2 * len(near))

    def _vectors(self, model: TaskModel, sentences: Sequence[str]) -> torch.Tensor:
        """Returns what a model makes of sentences, pooled as in pretraining: ``(sentences, width)``."""
        pooling = Pooling(self._base.facts.pooling)
        vectors = [
            pool(_last_states(model, batch), batch["attention_mask"], pooling).float()
            for batch in self._batches(sentences, model)
        ]
        return functional.normalize(torch.cat(vectors), dim=-1)

    def _say_pieces(self, sentences: Sequence[str], network: nn.Module, *, causal: bool) -> Recalled:
        """Asks for word pieces: those that follow, or those that were blanked out."""
        loss, right, asked = 0.0, 0, 0
        for batch in self._batches(sentences, network):
            inputs = {name: batch[name] for name in ("input_ids", "attention_mask")}
            truth = batch["input_ids"].masked_fill(batch["attention_mask"] == 0, IGNORED)
            if causal:
                truth = functional.pad(truth[:, 1:], (0, 1), value=IGNORED)
            else:
                blank = _blanks(batch, self._base.tokenizer)
                truth = truth.masked_fill(~blank, IGNORED)
                mask = self._base.tokenizer.mask_token_id
                inputs["input_ids"] = inputs["input_ids"].masked_fill(blank, int(mask or 0))
            said = network(**inputs, return_dict=True).logits[:, -truth.shape[1] :]  # not to learned vectors
            logits, wanted = said[truth != IGNORED].float(), truth[truth != IGNORED]
            loss += float(functional.cross_entropy(logits, wanted, reduction="sum"))
            right += int((logits.argmax(dim=-1) == wanted).sum())
            asked += len(wanted)
        return Recalled(loss / max(1, asked), right / max(1, asked), asked)

    def _batches(self, sentences: Sequence[str], model: nn.Module) -> Iterator[Batch]:
        tokenizer, device = self._base.tokenizer, next(model.parameters()).device
        for start in range(0, len(sentences), _AT_ONCE):
            some = list(sentences[start : start + _AT_ONCE])
            batch = tokenizer(
                some, padding=True, truncation=True, max_length=self._longest, return_tensors="pt"
            )
            yield {name: tensor.to(device) for name, tensor in batch.items()}

    @contextmanager
    def _with_own_head(self, model: TaskModel) -> Iterator[nn.Module]:
        """Puts a trained network below the head for words that came with its checkpoint."""
        if self._network is None:
            kind = _kind_for(self._base.facts)
            self._network = load_base(self._base.facts.source, kind=kind).network.eval()
        whole, trained = self._network, model.backbone
        name, own = whole.base_model_prefix, whole.base_model
        device = next(trained.parameters()).device
        whole.to(device)
        words: Any = whole.get_output_embeddings()
        weight = words.weight if words is not None else None
        setattr(whole, name, trained)
        if words is not None and whole.config.tie_word_embeddings:
            words.weight = whole.get_input_embeddings().weight
        try:
            yield whole
        finally:
            setattr(whole, name, own)
            if words is not None:
                words.weight = weight


def forgotten(
    recall: Recall, now: Callable[[], TaskModel], earlier: Callable[[], TaskModel] | None
) -> Forgotten | None:
    """Returns what was forgotten; ``None`` where a model could not be asked.

    Args:
        recall: Asks.
        now: Gives the trained model, which is not held here.
        earlier: Gives the model as it was before training; the trained one is asked no more then. ``None``
            where nothing below its head has changed.
    """
    if recall.objective is Objectives.OWN_WORDS:
        before, after = _own_words(recall, now, earlier)
    else:
        after = recall.ask(now())
        before = after if earlier is None else recall.ask(earlier())
    if recall.objective is None or after is None or before is None:
        return None
    return Forgotten(
        objective=recall.objective.value,
        before=before.loss,
        after=after.loss,
        right_before=before.right,
        right_after=after.right,
        asked=after.asked,
    )


def _own_words(
    recall: Recall, now: Callable[[], TaskModel], earlier: Callable[[], TaskModel] | None
) -> tuple[Recalled | None, Recalled | None]:
    """Judges by the model before training what that writes, and what the trained one does."""
    trained = now()
    written = recall.write(trained) if isinstance(trained, WritingModel) else []
    judge = trained if earlier is None else None
    del trained
    judge = judge if earlier is None else earlier()
    if not isinstance(judge, WritingModel):
        return None, None
    after = recall.judge(judge, written)
    return (after if earlier is None else recall.judge(judge, recall.write(judge))), after


@contextmanager
def _only_read(model: TaskModel) -> Iterator[None]:
    """Puts a model in eval mode, without gradients, and back afterwards."""
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        model.train(was_training)


def _objective(base: BaseModel, model: TaskModel) -> Objectives | None:
    facts = base.facts
    if isinstance(model, WritingModel) and not model.head_is_new:
        if model.network is Network.SEQUENCE_TO_SEQUENCE:
            return None if base.tokenizer.pad_token_id is None else Objectives.OWN_WORDS
        return Objectives.NEXT_PIECES if model.network is Network.CAUSAL_LM else Objectives.BLANKS
    if pooling_of(Path(base.folder), facts.architecture, facts.kind == "decoder")[1]:
        return Objectives.PARTNERS
    if not isinstance(model, EncoderModel) or not _has_own_head(facts, base.tokenizer):
        return None
    return Objectives.NEXT_PIECES if _kind_for(facts) is Network.CAUSAL_LM else Objectives.BLANKS


def _last_states(model: TaskModel, batch: Batch) -> torch.Tensor:
    """Returns what the highest block says of each word piece: ``(batch, tokens, width)``."""
    if isinstance(model, EncoderModel):
        return model.states(batch)[-1]
    inputs = {name: batch[name] for name in ("input_ids", "attention_mask")}
    said = model.backbone(**inputs, output_hidden_states=True, return_dict=True).hidden_states[-1]
    states: torch.Tensor = said[:, -batch["input_ids"].shape[1] :]  # not of learned vectors
    return states


def _kind_for(facts: ModelFacts) -> Network:
    """Returns with which head for words a network was pretrained that reads texts for a new head."""
    return Network.CAUSAL_LM if facts.kind == "decoder" else Network.MASKED_LM


def _has_own_head(facts: ModelFacts, tokenizer: PreTrainedTokenizerBase) -> bool:
    """Returns whether a checkpoint brings its head for words, and there is memory for it."""
    kind = _kind_for(facts)
    free = devices.facts(torch.device("cpu")).memory_free
    if kind not in facts.networks or facts.size > max(_LARGE, free // _SHARE):
        return False
    if kind is Network.MASKED_LM and tokenizer.mask_token_id is None:
        return False
    return not load_base(facts.source, on_meta=True, kind=kind).lacks_head


def _blanks(batch: Batch, tokenizer: PreTrainedTokenizerBase) -> torch.Tensor:
    """Returns which word pieces are blanked out: every seventh of a sentence, ``(batch, tokens)``."""
    special = torch.zeros_like(batch["input_ids"], dtype=torch.bool)
    for number in tokenizer.all_special_ids:
        special |= batch["input_ids"] == number
    places = torch.arange(batch["input_ids"].shape[1], device=special.device)
    return (places % _EVERY == _EVERY // 2)[None, :] & ~special & batch["attention_mask"].bool()
