"""Heads made of the very modules of transformers' own classification classes."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from engine.contracts import HeadFacts
from engine.models.facts import BUILDING

_STANDARD_DEVIATION = 0.02  # as BERT starts its own new matrices


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
    with BUILDING, torch.device("meta"):
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
