"""Heads: what stands on top of a pretrained network and makes its numbers into an answer.

How a text's token vectors become one vector follows the checkpoint (mean for sentence embedders, the
first token for BERT, the last for GPT-2), or is chosen. Where all choices are the checkpoint's own
and its folder does not say otherwise, the head is made of the very modules of transformers'
``…ForSequenceClassification``, so that a trained model can be handed over as that class.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import msgspec
import torch
from torch import nn
from torch.nn import functional

from engine.contracts import (
    BaseModel,
    Batch,
    FeatureLayers,
    HeadFacts,
    HeadOptions,
    HeadShape,
    ModelOutput,
    Objective,
    Pooling,
    TaskModel,
)
from engine.errors import EngineError
from engine.models.facts import is_causal
from engine.models.stock_head import start_weights, stock_head
from engine.models.structure import EMBEDDINGS, block_id, block_lists
from engine.protocol import model_problems, settings_problems
from engine.task_model import READ

_READ_FROM_TOP = 4  # Devlin 2019, table 7
WEIGHED = frozenset({FeatureLayers.WEIGHTED_SUM_LAST_FOUR, FeatureLayers.WEIGHTED_SUM_ALL})

STOCK = HeadShape.STOCK


class EncoderModel(TaskModel):
    """A network that reads texts and a new head on what it says."""

    def __init__(self, backbone: nn.Module, head: nn.Module, facts: HeadFacts) -> None:
        """Puts the two together.

        Args:
            backbone: The pretrained network.
            head: What is new.
            facts: What the head is.
        """
        super().__init__()
        self.backbone = backbone
        self.head = head
        self.facts = facts
        self.taps = _taps(backbone, facts)
        self._counts_places = _counts_places(backbone)
        self._reads = _reads(backbone)

    def hidden(self, batch: Batch) -> torch.Tensor:
        """Returns what the head's layers say of each word piece.

        Args:
            batch: ``input_ids`` and ``attention_mask``, ``(batch, tokens)``, and what else the network
                reads.

        Returns:
            ``(batch, tokens, width)``; ``(batch, tokens, layers, width)`` where the head weighs several
            layers itself. Vectors that were put before the text (a prompt) are left out.
        """
        only_last = self.facts.layers == FeatureLayers.LAST
        output = self._read(batch, output_hidden_states=not only_last)
        if only_last:
            hidden = output.last_hidden_state
        else:
            hidden = _combined(output.hidden_states, FeatureLayers(self.facts.layers))
        of_the_text: torch.Tensor = hidden[:, -batch["input_ids"].shape[1] :]
        return of_the_text

    def states(self, batch: Batch) -> tuple[torch.Tensor, ...]:
        """Returns what embeddings and blocks say, lowest first: ``(batch, tokens, width)`` each."""
        states = self._read(batch, output_hidden_states=True).hidden_states
        return tuple(state[:, -batch["input_ids"].shape[1] :] for state in states)

    def _read(self, batch: Batch, *, output_hidden_states: bool) -> Any:
        inputs = {name: tensor for name, tensor in batch.items() if name in self._reads}
        mask = batch["attention_mask"]
        # A graph that is written down has one way only: it takes padding on either side.
        on_either_side = torch.compiler.is_exporting()
        if self._counts_places and (on_either_side or not bool(mask[:, 0].all())):  # padding on the left
            inputs["position_ids"] = (mask.cumsum(dim=1) - 1).clamp(min=0)
        return self.backbone(**inputs, output_hidden_states=output_hidden_states, return_dict=True)


class SequenceModel(EncoderModel):
    """A network that reads a text and a head that gives one number per class, or one number."""

    def features(self, batch: Batch) -> torch.Tensor:
        """Returns one vector per text: ``(batch, features)`` or ``(batch, layers, width)``, float32."""
        return pool(self.hidden(batch), batch["attention_mask"], Pooling(self.facts.pooling)).float()

    def answer(self, features: torch.Tensor, batch: Batch) -> ModelOutput:
        """Returns logits ``(batch, outputs)`` and, with ``labels`` in the batch, the mean loss."""
        logits = self.head(features)
        labels = batch.get("labels")
        if labels is None:
            return ModelOutput(logits)
        if self.facts.objective is Objective.ANY_CLASSES:
            return ModelOutput(logits, functional.binary_cross_entropy_with_logits(logits, labels))
        if self.facts.objective is Objective.NUMBER:
            spread = next((part.spread for part in self.head.modules() if isinstance(part, Range)), 1.0)
            return ModelOutput(logits, functional.mse_loss(logits.squeeze(-1) / spread, labels / spread))
        return ModelOutput(logits, functional.cross_entropy(logits, labels))


class Range(nn.Module):
    """Turns what a head says about a number, about -2 to 2, into the person's own unit."""

    mean: torch.Tensor
    spread: torch.Tensor

    def __init__(self) -> None:
        """Starts with the numbers as they are."""
        super().__init__()
        self.register_buffer("mean", torch.zeros(()))
        self.register_buffer("spread", torch.ones(()))

    def forward(self, said: torch.Tensor) -> torch.Tensor:
        """Returns numbers in the person's unit."""
        return said * self.spread + self.mean


def set_range(model: TaskModel, numbers: Sequence[float]) -> None:
    """Tells a head about which numbers it has to learn, so that it need not find out step by step.

    Args:
        model: A model whose head ends in a :class:`Range`.
        numbers: The answers to learn from.
    """
    values = torch.tensor(numbers, dtype=torch.float32)
    for part in model.head.modules():
        if isinstance(part, Range):
            part.mean.fill_(values.mean())
            part.spread.fill_(values.std(correction=0).clamp(min=1e-6))


class LayerMix(nn.Module):
    """A weighted sum of several layers, whose weights learn (Peters 2018, equation 1).

    Args:
        layers: How many.
    """

    def __init__(self, layers: int) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.zeros(layers))
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Turns ``(…, layers, width)`` into ``(…, width)``."""
        shares = self.weights.softmax(dim=0)
        return self.scale * (features * shares[:, None]).sum(dim=-2)


class SequenceHead(nn.Sequential):
    """A linear layer, or one hidden layer of the same width before it."""

    def __init__(self, width: int, facts: HeadFacts, layers: int = 1) -> None:
        """Builds it and starts its numbers.

        Args:
            width: Numbers that it reads of each text.
            facts: What it is.
            layers: How many layers it weighs, where it does.
        """
        parts: list[nn.Module] = [LayerMix(layers)] if facts.layers in WEIGHED else []
        parts += [nn.Dropout(facts.dropout)]
        if facts.shape == HeadShape.MLP:
            parts += [nn.Linear(width, width), nn.GELU(), nn.Dropout(facts.dropout)]
        of_numbers = [Range()] if facts.objective is Objective.NUMBER else []
        super().__init__(*parts, nn.Linear(width, facts.outputs), *of_numbers)
        start_weights(self)


def build_sequence_model(
    base: BaseModel,
    outputs: int | Sequence[str],
    options: HeadOptions | None = None,
    objective: Objective = Objective.ONE_CLASS,
) -> SequenceModel:
    """Puts a new head for whole texts on a pretrained network.

    Args:
        base: The pretrained model; its network becomes part of the result.
        outputs: Number of classes, or their names.
        options: What the head should be; by default linear, on the last layer, pooled as trained.
        objective: What its loss compares.

    Returns:
        The model. The head starts from the caller's random numbers.

    Raises:
        EngineError: When the model is an encoder with a decoder.
    """
    config: Any = base.network.config
    if getattr(config, "is_encoder_decoder", False):
        raise EngineError(model_problems.model_cannot_read_whole_texts(base.facts.name, base.facts.family))
    options = options or HeadOptions()
    if options.shape is HeadShape.BILSTM:
        raise EngineError(settings_problems.head_needs_words())
    count = outputs if isinstance(outputs, int) else len(outputs)
    plain = options == HeadOptions()
    pooling = Pooling(base.facts.pooling) if options.pooling is Pooling.AS_TRAINED else options.pooling
    facts = HeadFacts(
        outputs=count,
        layers=options.layers.value,
        pooling=pooling.value,
        shape=options.shape.value,
        dropout=head_dropout(base.network) if options.drops else 0.0,
        objective=objective,
    )
    if plain and pooling is not Pooling.MEAN and objective is not Objective.NUMBER:
        stock = stock_head(base.network, facts)
        if stock is not None:
            return SequenceModel(base.network, stock, msgspec.structs.replace(facts, shape=STOCK))
    return assemble(base.network, facts)


def assemble(network: Any, facts: HeadFacts) -> SequenceModel:
    """Builds a sequence model from what is known of its head.

    Args:
        network: The pretrained network; a pooler that the head does not use is dropped.
        facts: What the head is.
    """
    if facts.shape == STOCK:
        stock = stock_head(network, facts)
        if stock is None:
            raise ValueError(f"transformers has no classification class for {type(network).__name__}.")
        return SequenceModel(network, stock, facts)
    if isinstance(getattr(network, "pooler", None), nn.Module):
        network.pooler = None
    with torch.device(next(network.parameters()).device):
        return SequenceModel(
            network, SequenceHead(head_width(network, facts), facts, layers_read(network, facts)), facts
        )


def pool(hidden: torch.Tensor, attention_mask: torch.Tensor, pooling: Pooling) -> torch.Tensor:
    """Makes one vector of a text's token vectors.

    Args:
        hidden: ``(batch, tokens, width)`` or ``(batch, tokens, layers, width)``.
        attention_mask: ``(batch, tokens)``, 1 where there is a token and 0 for padding.
        pooling: How; not ``as_trained``.

    Returns:
        ``(batch, width)`` or ``(batch, layers, width)``.
    """
    if pooling is Pooling.MEAN:
        mask = attention_mask[(...,) + (None,) * (hidden.dim() - 2)].to(hidden.dtype)
        return (hidden * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1.0)
    if pooling is Pooling.MAX:
        padding = (attention_mask == 0)[(...,) + (None,) * (hidden.dim() - 2)]
        return hidden.masked_fill(padding, -torch.inf).amax(dim=1)
    places = torch.arange(hidden.shape[1], device=hidden.device)
    if pooling is Pooling.CLS:
        chosen = attention_mask.argmax(dim=1)  # also right where padding stands on the left
    else:
        chosen = (places * attention_mask).argmax(dim=1)
    return hidden[torch.arange(hidden.shape[0], device=hidden.device), chosen]


def _counts_places(network: Any) -> bool:
    """Returns whether a network must be told the place of each word piece where padding comes first.

    GPT-2 counts places from the left edge of the batch, padding included, unless it is told. The stock
    classes tell an encoder nothing, and so do we.
    """
    takes_places = "position_ids" in inspect.signature(network.forward).parameters
    return takes_places and is_causal(network, network.config)


def _reads(network: Any) -> frozenset[str]:
    """Returns what of a batch a network is given.

    Most have no two kinds of texts, whatever their tokenizer says; RoBERTa fails at the second one, and
    GPT-2 takes their numbers for words.
    """
    kinds = getattr(network.config.get_text_config(), "type_vocab_size", 0) or 0
    return READ if kinds > 1 else READ - {"token_type_ids"}


def head_dropout(network: Any) -> float:
    """Returns the dropout that a network's own kind of head has, 0 to 1."""
    config = network.config
    for name in ("classifier_dropout", "seq_classif_dropout", "hidden_dropout_prob", "resid_pdrop"):
        value = getattr(config, name, None)
        if value is not None:
            return float(value)
    return 0.0


def head_width(network: Any, facts: HeadFacts) -> int:
    """Returns how many numbers a head reads of each text or word piece, when layers were combined."""
    width: int = network.config.get_text_config().hidden_size
    return width * (layers_read(network, facts) if facts.layers == FeatureLayers.CONCAT_LAST_FOUR else 1)


def layers_read(network: nn.Module, facts: HeadFacts) -> int:
    """Returns how many layers' outputs a head reads; shared layers (ALBERT) count each time they run."""
    if facts.layers in {FeatureLayers.LAST, FeatureLayers.EMBEDDINGS, FeatureLayers.SECOND_TO_LAST}:
        return 1
    config: Any = network.config
    runs = config.get_text_config().num_hidden_layers
    return int(runs + 1 if facts.layers == FeatureLayers.WEIGHTED_SUM_ALL else min(_READ_FROM_TOP, runs))


def _combined(states: Sequence[torch.Tensor], layers: FeatureLayers) -> torch.Tensor:
    """Combines the outputs of the embeddings and of every block, lowest first."""
    top = states[1:][-_READ_FROM_TOP:]
    if layers is FeatureLayers.EMBEDDINGS:
        return states[0]
    if layers is FeatureLayers.SECOND_TO_LAST:
        return states[-2]
    if layers is FeatureLayers.SUM_LAST_FOUR:
        return torch.stack(tuple(top)).sum(dim=0)
    if layers is FeatureLayers.CONCAT_LAST_FOUR:
        return torch.cat(tuple(top), dim=-1)
    read = states if layers is FeatureLayers.WEIGHTED_SUM_ALL else top
    return torch.stack(tuple(read), dim=-2)


def _taps(network: nn.Module, facts: HeadFacts) -> tuple[str, ...]:
    """Returns the ids of the layers that a head reads, if not only the last."""
    layers = FeatureLayers(facts.layers)
    if layers is FeatureLayers.LAST:
        return ()
    blocks = sum(len(blocks) for blocks in block_lists(network))
    every = (EMBEDDINGS, *(block_id(number) for number in range(1, blocks + 1)))
    if layers is FeatureLayers.EMBEDDINGS:
        return every[:1]
    if layers is FeatureLayers.SECOND_TO_LAST:
        return every[-2:-1]
    return every if layers is FeatureLayers.WEIGHTED_SUM_ALL else every[1:][-_READ_FROM_TOP:]
