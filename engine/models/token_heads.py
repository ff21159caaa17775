"""Heads that answer for each word piece: tags of words, and where an answer starts and ends."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from engine.contracts import (
    BaseModel,
    Batch,
    FeatureLayers,
    HeadFacts,
    HeadKind,
    HeadOptions,
    HeadShape,
    ModelOutput,
    Network,
    Objective,
)
from engine.errors import EngineError
from engine.models.heads import EncoderModel, LayerMix, head_dropout, head_width, layers_read
from engine.models.stock_head import start_weights
from engine.padding import IGNORED
from engine.protocol import model_problems
from engine.protocol.stack import ModelFacts

_LSTM_WIDTH = 768
"""Of each direction (Devlin 2019, section 5.3: a two-layer BiLSTM of 768 before the classifier)."""


NULL_THRESHOLD = "null_threshold"
"""Buffer of a head for spans: how much surer "no answer" must be than the best span; infinite for never."""


class TokenModel(EncoderModel):
    """A network that reads a text and a head that gives numbers for each word piece.

    In a batch padding stands on the right, whatever the tokenizer's side is: where each piece has an answer
    of its own the place of the text does not matter, and features that were kept are padded so too.
    """

    def features(self, batch: Batch) -> torch.Tensor:
        """Returns what the network says of each word piece.

        Returns:
            ``(batch, tokens, features)``, or ``(batch, tokens, layers, width)`` where the head weighs
            layers; float32.
        """
        return self.hidden(batch).float()

    def answer(self, features: torch.Tensor, batch: Batch) -> ModelOutput:
        """Returns logits ``(batch, tokens, outputs)`` and, with answers in the batch, the mean loss.

        For spans the batch has ``start_positions`` and ``end_positions``, ``(batch,)``; otherwise
        ``labels``, ``(batch, tokens)``.
        """
        logits = self.head(features, batch["attention_mask"])
        if self.facts.objective is Objective.SPAN:
            if "start_positions" not in batch:
                return ModelOutput(logits)
            hidden = batch["attention_mask"] == 0
            starts, ends = (logits[..., side].masked_fill(hidden, -1e4) for side in (0, 1))
            loss = functional.cross_entropy(starts, batch["start_positions"])
            loss = (loss + functional.cross_entropy(ends, batch["end_positions"])) / 2
            return ModelOutput(logits, loss)
        labels = batch.get("labels")
        if labels is None:
            return ModelOutput(logits)
        summed = functional.cross_entropy(
            logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="sum"
        )
        return ModelOutput(logits, summed / max(1.0, self.loss_weight(batch)))

    def loss_weight(self, batch: Batch) -> float:
        """Returns how many word pieces of a batch have an answer; for spans, how many rows."""
        if self.facts.objective is Objective.SPAN:
            return float(len(batch["input_ids"]))
        return float((batch["labels"] != IGNORED).sum())


class TokenHead(nn.Module):
    """A linear layer, one with a hidden layer before it, or a BiLSTM of two layers (Devlin 2019, §5.3).

    The last matrix is called as in transformers' own class.
    """

    def __init__(self, width: int, facts: HeadFacts, layers: int) -> None:
        """Builds it and starts its numbers.

        Args:
            width: Numbers that it reads of each word piece.
            facts: What it is.
            layers: How many layers it weighs, where it does.
        """
        super().__init__()
        weighed = (FeatureLayers.WEIGHTED_SUM_LAST_FOUR, FeatureLayers.WEIGHTED_SUM_ALL)
        self.mix = LayerMix(layers) if FeatureLayers(facts.layers) in weighed else None
        self.dropout = nn.Dropout(facts.dropout)
        self.hidden = nn.Linear(width, width) if facts.shape == HeadShape.MLP else None
        self.lstm: nn.LSTM | None = None
        if facts.shape == HeadShape.BILSTM:
            self.lstm = nn.LSTM(width, _LSTM_WIDTH, num_layers=2, bidirectional=True, batch_first=True)
            width = 2 * _LSTM_WIDTH
        self.last = nn.Linear(width, facts.outputs)
        start_weights(self)
        if facts.objective is Objective.SPAN:
            self.register_buffer(NULL_THRESHOLD, torch.zeros(()))

    def forward(self, features: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Turns features of word pieces into ``(batch, tokens, outputs)``.

        Args:
            features: ``(batch, tokens, …)``.
            attention_mask: ``(batch, tokens)``; where it is 0 the answers mean nothing.
        """
        if self.mix is not None:
            features = self.mix(features)
        features = self.dropout(features)
        if self.hidden is not None:
            features = self.dropout(functional.gelu(self.hidden(features)))
        if self.lstm is not None:
            features = self.dropout(_through(self.lstm, features, attention_mask))
        logits: torch.Tensor = self.last(features)
        return logits


def why_not_word_pieces(model: ModelFacts) -> str:
    """Returns why a model cannot answer for each word piece, a sentence; empty when it can.

    Args:
        model: The base model.
    """
    if Network.SEQUENCE_TO_SEQUENCE.value in model.networks:
        return (
            f"{model.name} is an encoder with a decoder, made to write texts. This task needs a model that "
            "only reads, such as BERT, RoBERTa, DistilBERT, GPT-2 or Llama."
        )
    if not model.has_places:
        return (
            f"The tokenizer of {model.name} does not say which letters a word piece stands for (it is none "
            "of the fast ones, with a tokenizer.json). So no word of a text could be marked."
        )
    return ""


def _through(lstm: nn.LSTM, features: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
    """Runs an LSTM over the word pieces alone, so that padding changes nothing on the way back."""
    lengths = attention_mask.sum(dim=1).clamp(min=1).cpu()
    packed = pack_padded_sequence(features, lengths, batch_first=True, enforce_sorted=False)
    said, _ = pad_packed_sequence(lstm(packed)[0], batch_first=True, total_length=features.shape[1])
    return said


def build_token_model(
    base: BaseModel, outputs: int, options: HeadOptions, objective: Objective = Objective.ONE_CLASS
) -> TokenModel:
    """Puts a new head for word pieces on a pretrained network.

    Args:
        base: The pretrained model; its network becomes part of the result.
        outputs: Numbers for each word piece; 2 for spans.
        options: What the head should be; pooling does not matter.
        objective: What its loss compares: ``ONE_CLASS`` or ``SPAN``.

    Raises:
        EngineError: When the model is an encoder with a decoder.
    """
    config: Any = base.network.config
    if getattr(config, "is_encoder_decoder", False):
        raise EngineError(model_problems.model_cannot_read_whole_texts(base.facts.name, base.facts.family))
    facts = HeadFacts(
        outputs=outputs,
        layers=options.layers.value,
        shape=options.shape.value,
        dropout=head_dropout(base.network) if options.drops else 0.0,
        kind=HeadKind.WORD_PIECES,
        objective=objective,
    )
    return assemble_tokens(base.network, facts)


def assemble_tokens(network: Any, facts: HeadFacts) -> TokenModel:
    """Builds a model for word pieces from what is known of its head.

    Args:
        network: The pretrained network; a pooler is dropped, no word piece is answered with it.
        facts: What the head is.
    """
    if isinstance(getattr(network, "pooler", None), nn.Module):
        network.pooler = None
    with torch.device(next(network.parameters()).device):
        head = TokenHead(head_width(network, facts), facts, layers_read(network, facts))
    return TokenModel(network, head, facts)
