"""Heads: what stands on top of a pretrained network and makes its numbers into an answer.

How a text's token vectors become one vector follows the checkpoint (mean for sentence embedders, the
first token for BERT, the last for GPT-2), or is chosen. Where all choices are the checkpoint's own
and its folder does not say otherwise, the head is made of the very modules of transformers'
``…ForSequenceClassification``, so that a trained model can be handed over as that class.
"""

from __future__ import annotations

import copy
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
    HeadOptions,
    HeadShape,
    ModelOutput,
    Pooling,
    TaskModel,
)
from engine.errors import EngineError
from engine.models.structure import block_id, block_lists
from engine.protocol import model_problems

_STANDARD_DEVIATION = 0.02  # as BERT starts its own new matrices
_READ_FROM_TOP = 4  # Devlin 2019, table 7

STOCK = "stock"
"""Shape of a head that is made of the modules of transformers' own classification class."""


class HeadFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed to build a sequence model again.

    Attributes:
        outputs: Number of classes.
        layers: Which layers' outputs it reads.
        pooling: Never ``as_trained``: what that came to.
        shape: ``"linear"``, ``"mlp"``, or ``"stock"`` for the modules of transformers' own class.
        dropout: Before the last matrix, 0 to 1.
    """

    outputs: int
    layers: str
    pooling: str
    shape: str
    dropout: float


class SequenceModel(TaskModel):
    """A network that reads a text and a head that gives one number per class.

    Attributes:
        facts: What the head is.
    """

    def __init__(self, backbone: nn.Module, head: nn.Module, facts: HeadFacts) -> None:
        """Puts the two together."""
        super().__init__()
        self.backbone = backbone
        self.head = head
        self.facts = facts
        self.taps = _taps(backbone, facts)

    def features(self, batch: Batch) -> torch.Tensor:
        """Returns one vector per text.

        Args:
            batch: ``input_ids`` and ``attention_mask``, ``(batch, tokens)``.

        Returns:
            ``(batch, features)``, float32.
        """
        inputs = {name: tensor for name, tensor in batch.items() if name != "labels"}
        only_last = self.facts.layers == FeatureLayers.LAST
        output = self.backbone(**inputs, output_hidden_states=not only_last, return_dict=True)
        if only_last:
            hidden = output.last_hidden_state
        elif self.facts.layers == FeatureLayers.SUM_LAST_FOUR:
            hidden = torch.stack(output.hidden_states[-len(self.taps) :]).sum(dim=0)
        else:
            hidden = torch.cat(output.hidden_states[-len(self.taps) :], dim=-1)
        return pool(hidden, batch["attention_mask"], Pooling(self.facts.pooling)).float()

    def answer(self, features: torch.Tensor, batch: Batch) -> ModelOutput:
        """Returns logits ``(batch, classes)`` and, with ``labels`` in the batch, the mean loss."""
        logits = self.head(features)
        labels = batch.get("labels")
        return ModelOutput(logits, None if labels is None else functional.cross_entropy(logits, labels))


class SequenceHead(nn.Sequential):
    """A linear layer, or one hidden layer of the same width before it."""

    def __init__(self, width: int, facts: HeadFacts) -> None:
        """Builds it and starts its numbers."""
        parts: list[nn.Module] = [nn.Dropout(facts.dropout)]
        if facts.shape == HeadShape.MLP:
            parts += [nn.Linear(width, width), nn.GELU(), nn.Dropout(facts.dropout)]
        super().__init__(*parts, nn.Linear(width, facts.outputs))
        start_weights(self)


class StockHead(nn.Module):
    """The head of transformers' own classification class, out of its own modules.

    They keep the names that they have there, so that a state dict can be handed over.
    """

    def __init__(self, modules: dict[str, nn.Module], dropout: float) -> None:
        """Keeps the modules under their own names."""
        super().__init__()
        for name, module in modules.items():
            self.add_module(name, module)
        self.dropout = nn.Dropout(dropout)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Turns ``(batch, width)`` into ``(batch, classes)``."""
        parts: dict[str, Any] = dict(self.named_children())
        classifier: Any = parts.get("classifier")
        logits: torch.Tensor
        if "score" in parts:  # GPT-2, Llama
            logits = parts["score"](features)
        elif "pooler" in parts:  # BERT; the pooler takes the first token of what it is given
            logits = classifier(self.dropout(parts["pooler"](features[:, None])))
        elif "pre_classifier" in parts:  # DistilBERT
            logits = classifier(self.dropout(functional.relu(parts["pre_classifier"](features))))
        else:  # RoBERTa, ELECTRA; the classifier takes the first token of what it is given
            logits = classifier(features[:, None])
        return logits


def build_sequence_model(
    base: BaseModel, outputs: int | Sequence[str], options: HeadOptions | None = None
) -> SequenceModel:
    """Puts a new head for whole texts on a pretrained network.

    Args:
        base: The pretrained model; its network becomes part of the result.
        outputs: Number of classes, or their names.
        options: What the head should be; by default linear, on the last layer, pooled as trained.

    Returns:
        The model. The head starts from the caller's random numbers.

    Raises:
        EngineError: When the model is an encoder with a decoder.
    """
    config: Any = base.network.config
    if getattr(config, "is_encoder_decoder", False):
        raise EngineError(model_problems.model_cannot_read_whole_texts(base.facts.name, base.facts.family))
    options = options or HeadOptions()
    count = outputs if isinstance(outputs, int) else len(outputs)
    plain = options == HeadOptions()
    pooling = Pooling(base.facts.pooling) if options.pooling is Pooling.AS_TRAINED else options.pooling
    facts = HeadFacts(
        outputs=count,
        layers=options.layers.value,
        pooling=pooling.value,
        shape=options.shape.value,
        dropout=_dropout(base.network),
    )
    if plain and pooling is not Pooling.MEAN:
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
    width = network.config.get_text_config().hidden_size * _width_factor(network, facts)
    with torch.device(next(network.parameters()).device):
        return SequenceModel(network, SequenceHead(width, facts), facts)


def stock_head(network: Any, facts: HeadFacts) -> StockHead | None:
    """Takes the head out of transformers' own classification class, where its shape is known.

    A pooler that came with the checkpoint moves from the network into the head.

    Args:
        network: A pretrained network.
        facts: Number of outputs and dropout.

    Returns:
        The head on the network's device, or ``None`` where there is no such class or its head is of
        another make.
    """
    # A third of a second to load, and the built-in model has no use for it.
    from transformers import AutoModelForSequenceClassification

    config = copy.deepcopy(network.config)
    config.num_labels = facts.outputs
    stock_class: Any = AutoModelForSequenceClassification
    if type(config) not in stock_class._model_mapping:  # noqa: SLF001 - there is no public way to ask
        return None
    with torch.device("meta"):
        whole = stock_class.from_config(config)
    parts = dict(whole.named_children())
    if "score" in parts:  # GPT-2, Llama
        own = {"score": parts["score"]}
    elif "pre_classifier" in parts:  # DistilBERT
        own = {name: parts[name] for name in ("pre_classifier", "classifier")}
    elif hasattr(parts.get("classifier"), "out_proj"):  # RoBERTa, ELECTRA
        own = {"classifier": parts["classifier"]}
    elif hasattr(getattr(whole.base_model, "pooler", None), "dense"):  # BERT; ALBERT's is a bare matrix
        own = {"pooler": whole.base_model.pooler, "classifier": parts["classifier"]}
    else:
        return None
    device = next(network.parameters()).device
    head = StockHead(own, facts.dropout).to_empty(device=device)
    start_weights(head)
    pretrained_pooler = getattr(network, "pooler", None)
    if isinstance(pretrained_pooler, nn.Module):
        network.pooler = None
        if "pooler" in own:
            head.pooler = pretrained_pooler
    return head


def start_weights(module: nn.Module) -> None:
    """Gives new matrices normal random numbers (0, 0.02) and zero biases, as BERT does."""
    for part in module.modules():
        if isinstance(part, nn.Linear):
            nn.init.normal_(part.weight, std=_STANDARD_DEVIATION)
            if part.bias is not None:
                nn.init.zeros_(part.bias)


def pool(hidden: torch.Tensor, attention_mask: torch.Tensor, pooling: Pooling) -> torch.Tensor:
    """Makes one vector of a text's token vectors.

    Args:
        hidden: ``(batch, tokens, width)``.
        attention_mask: ``(batch, tokens)``, 1 where there is a token and 0 for padding.
        pooling: How; not ``as_trained``.

    Returns:
        ``(batch, width)``.
    """
    if pooling is Pooling.MEAN:
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        return (hidden * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1.0)
    if pooling is Pooling.CLS:
        return hidden[:, 0]
    places = torch.arange(hidden.shape[1], device=hidden.device)
    last = (places * attention_mask).argmax(dim=1)  # also right where padding stands on the left
    return hidden[torch.arange(hidden.shape[0], device=hidden.device), last]


def _dropout(network: Any) -> float:
    config = network.config
    for name in ("classifier_dropout", "seq_classif_dropout", "hidden_dropout_prob", "resid_pdrop"):
        value = getattr(config, name, None)
        if value is not None:
            return float(value)
    return 0.0


def _width_factor(network: nn.Module, facts: HeadFacts) -> int:
    return len(_taps(network, facts)) if facts.layers == FeatureLayers.CONCAT_LAST_FOUR else 1


def _taps(network: nn.Module, facts: HeadFacts) -> tuple[str, ...]:
    if facts.layers == FeatureLayers.LAST:
        return ()
    blocks = sum(len(blocks) for blocks in block_lists(network))
    return tuple(block_id(number) for number in range(max(1, blocks - _READ_FROM_TOP + 1), blocks + 1))
