"""Weights in four bits, as far as a computer without a graphics card can tell: counted on the meta device."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from torch import nn
from transformers import PreTrainedTokenizerBase

from engine.models.four_bit import held_bytes, left_whole, to_four_bit
from tests.engine.models.families import small_base


def network_of(family: str, tokenizer: PreTrainedTokenizerBase) -> nn.Module:
    """Returns a small network on the meta device."""
    return copy.deepcopy(small_base(family, tokenizer).network).to("meta")


def packed(network: nn.Module) -> set[str]:
    """Returns the names of the matrices that take half a byte a number."""
    return {name for name, one in network.named_parameters() if 2 * held_bytes(one) == one.numel()}


def test_the_matrices_of_the_blocks_are_packed_and_no_others(
    small_tokenizer: PreTrainedTokenizerBase,
) -> None:
    network = network_of("bert", small_tokenizer)
    to_four_bit(network, torch.device("cpu"))
    names = packed(network)
    assert len(names) == 3 * 6  # query, key, value, output; up, down
    assert all(name.startswith("encoder.layer.") and name.endswith(".weight") for name in names)


def test_what_a_network_needs_whole_stays_whole(small_tokenizer: PreTrainedTokenizerBase) -> None:
    """T5 turns what it reads into the kind of numbers that its matrix ``wo`` has: whole numbers, packed."""
    network = network_of("t5", small_tokenizer)
    to_four_bit(network, torch.device("cpu"))
    names = packed(network)
    assert any(name.endswith(".wi.weight") for name in names)
    assert not any(name.endswith(".wo.weight") for name in names)


def test_a_model_that_is_only_described_keeps_its_matrices(small_tokenizer: PreTrainedTokenizerBase) -> None:
    network = network_of("bert", small_tokenizer)
    with left_whole():
        to_four_bit(network, torch.device("cpu"))
    assert not packed(network)
    to_four_bit(network, torch.device("cpu"))
    assert packed(network)


def test_biases_keep_their_digits_when_multiplications_run_in_16_bits(
    small_tokenizer: PreTrainedTokenizerBase,
) -> None:
    pytest.importorskip("bitsandbytes")
    base = small_base("bert", small_tokenizer)
    network: Any = copy.deepcopy(base.network).train()
    for name, parameter in network.named_parameters():
        if name.endswith("bias"):
            nn.init.normal_(parameter)
    to_four_bit(network, torch.device("cpu"))
    before = {name: own.clone() for name, own in network.named_parameters() if own.is_floating_point()}
    ids = torch.randint(0, 20, (2, 8))
    with torch.autocast("cpu", torch.bfloat16):
        said = network(ids, attention_mask=torch.ones_like(ids)).last_hidden_state
    assert said.isfinite().all()
    after = dict(network.named_parameters())
    changed = [name for name, own in before.items() if own.dtype != after[name].dtype]
    assert not changed
    assert all(torch.equal(own, after[name]) for name, own in before.items())
