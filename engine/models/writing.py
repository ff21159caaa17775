"""Networks that write words: fill in blanks, go on with a text, turn one text into another.

They are transformers' own classes, whole. The head came with the checkpoint; where a checkpoint has none
it starts from random numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from engine.contracts import BaseModel, Batch, HeadFacts, HeadKind, ModelOutput, Network, TaskModel, Writing
from engine.models.stock_head import start_weights
from engine.models.structure import block_lists
from engine.padding import IGNORED


class WritingModel(TaskModel):
    """A whole network with its own head for words.

    Attributes:
        network: Which of transformers' networks it is.
    """

    keeps_features = False

    def __init__(self, whole: nn.Module, facts: HeadFacts, *, head_is_new: bool) -> None:
        """Takes the network apart, without changing it.

        Args:
            whole: transformers' network, e.g. a ``BertForMaskedLM``.
            facts: Which one it is.
            head_is_new: Whether the head was not in the checkpoint.
        """
        super().__init__()
        self.backbone = whole
        self.head = nn.ModuleDict(dict(head_modules(whole)))
        self.facts = facts
        self.network = facts.network
        self.head_is_new = head_is_new
        config: Any = whole.config
        config = config.get_text_config()
        self.outputs_per_piece = int(config.vocab_size)
        self._positions = int(getattr(config, "max_position_embeddings", 0) or 0)

    def forward(self, batch: Batch) -> ModelOutput:
        """Runs the network.

        Args:
            batch: ``input_ids`` and ``attention_mask``, ``(batch, tokens)``; ``labels``, with
                :data:`engine.padding.IGNORED` where there is none: of the same shape, for blanks the
                word that stood there, for texts that go on each token itself; for a text that is turned
                into another, the other, ``(batch, target tokens)``. Without labels ``places`` may say
                where words are asked for. What else there is the task has for itself.

        Returns:
            Logits at the places of :meth:`places`, and the loss where there are labels.
        """
        labels, places = batch.get("labels"), self.places(batch)
        inputs = {name: batch[name] for name in ("input_ids", "attention_mask")}
        if labels is None and not places.any():
            return ModelOutput(torch.zeros(0, self.outputs_per_piece, device=places.device))
        if self.network is Network.SEQUENCE_TO_SEQUENCE:  # it moves the labels before its decoder itself
            output = self.backbone(**inputs, labels=labels, return_dict=True)
            logits = output.logits[:, -places.shape[1] :][places]
            if labels is None or logits.dtype is torch.float32:
                return ModelOutput(logits, output.loss)
            # It has worked out the loss in 16 bits, too: these are enough for all but that.
            return ModelOutput(logits, functional.cross_entropy(logits.float(), labels[places]))
        with _only_at(self.base, places):
            logits = self.backbone(**inputs, return_dict=True).logits[0]
        if labels is None:
            return ModelOutput(logits)
        right = self.right_words(batch)
        loss = functional.cross_entropy(logits.float(), right, reduction="sum") / max(1, len(right))
        return ModelOutput(logits, loss)

    def places(self, batch: Batch) -> torch.Tensor:
        """Returns where a word has to be said, ``(batch, tokens)``, true or false.

        With labels these are the places where what is said can be compared. Where texts go on that is
        one place before each label: a token is said at the one before it.
        """
        labels = batch.get("labels")
        if labels is None:
            return batch.get("places", torch.zeros_like(batch["input_ids"], dtype=torch.bool))
        if self.network is Network.CAUSAL_LM:
            return functional.pad(labels[:, 1:] != IGNORED, (0, 1), value=False)
        return labels != IGNORED

    def right_words(self, batch: Batch) -> torch.Tensor:
        """Returns the words that should be said at the places of :meth:`places`, ``(places,)``.

        Args:
            batch: With labels.
        """
        labels = batch["labels"]
        if self.network is Network.CAUSAL_LM:
            labels = functional.pad(labels[:, 1:], (0, 1), value=IGNORED)
        return labels[labels != IGNORED]

    def loss_weight(self, batch: Batch) -> float:
        """Returns how many words are compared."""
        return float(self.places(batch).sum())

    def row_losses(self, batch: Batch) -> list[tuple[float, float]]:
        """Returns for each row the surprise of its right words in nats, and how many these are.

        Args:
            batch: With labels.
        """
        logits = self(batch).logits.float()
        surprise = functional.cross_entropy(logits, self.right_words(batch), reduction="none")
        counts = self.places(batch).sum(dim=1).tolist()
        return [
            (float(own.sum()), float(count))
            for own, count in zip(torch.split(surprise, counts), counts, strict=True)
        ]

    @property
    def base(self) -> nn.Module:
        """Returns the network below the head, without what peft put around it."""
        whole: Any = self.backbone
        if hasattr(whole, "get_base_model"):
            whole = whole.get_base_model()
        below: nn.Module = whole.base_model
        return below

    def generate(self, batch: Batch, **settings: Any) -> torch.Tensor:
        """Writes: returns token ids, ``(batch, tokens)``, of what follows or of the other text.

        The likeliest token is taken each time, whatever the checkpoint's own settings say.

        Args:
            batch: ``input_ids`` and ``attention_mask``; for texts that go on padded on the left.
            settings: Of transformers' ``generate``, where they are to be others than the model's own.
        """
        network: Any = self.backbone
        inputs = {name: batch[name] for name in ("input_ids", "attention_mask")}
        own = (self.facts.writing or Writing()).settings() | settings
        if self.network is Network.CAUSAL_LM and self._positions:  # what is written follows in the same text
            room = max(1, self._positions - inputs["input_ids"].shape[1])
            own["max_new_tokens"] = min(room, own["max_new_tokens"])
        with torch.no_grad():
            said: torch.Tensor = network.generate(**inputs, **own)
        return (
            said if self.network is Network.SEQUENCE_TO_SEQUENCE else said[:, inputs["input_ids"].shape[1] :]
        )


def head_modules(whole: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Yields the parts of a network that turn its numbers into words, by name: all beside the rest.

    Args:
        whole: transformers' network; its blocks and its word embeddings are the rest.
    """
    network: Any = whole
    embeddings, lists = network.get_input_embeddings(), block_lists(whole)
    for name, child in whole.named_children():
        inside = list(child.modules())
        if not any(part is embeddings or any(part is blocks for blocks in lists) for part in inside):
            yield name, child


@contextmanager
def _only_at(base: nn.Module, places: torch.Tensor) -> Iterator[None]:
    """Lets what follows a network see its numbers at some places only, as one row.

    The head's work at all other places would be thrown away; with a large vocabulary it is half of all.

    Args:
        base: The network below the head.
        places: ``(batch, tokens)``, true or false. Vectors that were put before the text are left out.
    """

    def pick(_module: nn.Module, _inputs: Any, output: Any) -> Any:
        hidden = output[0][:, -places.shape[1] :]
        output.last_hidden_state = hidden[places][None]
        return output

    hook = base.register_forward_hook(pick)
    try:
        yield
    finally:
        hook.remove()


def build_writing_model(base: BaseModel, writing: Writing | None = None) -> WritingModel:
    """Makes a task model of a network that writes words.

    Args:
        base: Loaded as such a network; it becomes part of the result. A head that was not in the
            checkpoint starts from the caller's random numbers.
        writing: How it is to write, where it is asked to.
    """
    facts = HeadFacts(outputs=0, kind=HeadKind.WORDS, network=base.kind, writing=writing)
    model = WritingModel(base.network, facts, head_is_new=base.lacks_head)
    if base.lacks_head:
        shared = {id(tensor) for tensor in shared_with_head(model)}
        for part in model.head.modules():
            if isinstance(part, nn.Linear) and id(part.weight) not in shared:
                start_weights(part)
    return model


def shared_with_head(model: WritingModel) -> list[nn.Parameter]:
    """Returns the head's parameters that stand elsewhere in the network too: tied word embeddings."""
    inside = {id(module) for module in model.head.modules()}
    outside = {
        id(parameter)
        for module in model.backbone.modules()
        if id(module) not in inside
        for parameter in module.parameters(recurse=False)
    }
    return [parameter for parameter in model.head.parameters() if id(parameter) in outside]
