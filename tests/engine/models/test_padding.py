"""Padding changes no answer: on either side, with other texts in the batch, without a token for it."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch
from datasets import Dataset
from tokenizers import Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast

from engine.contracts import Asked
from engine.errors import EngineError
from engine.models.heads import build_sequence_model
from engine.models.load import load_base
from engine.registry import task
from tests.engine.models.families import EVERY, FAMILIES, save_small, small_base

DECODERS = ("gpt2", "llama", "qwen2", "qwen3", "opt")


def _padded(rows: list[list[int]], side: str) -> dict[str, torch.Tensor]:
    """Rows padded to the longest with a token that is a word elsewhere."""
    longest = max(map(len, rows))
    fill = [[7] * (longest - len(row)) for row in rows]
    left = side == "left"
    ids = [pad + row if left else row + pad for pad, row in zip(fill, rows, strict=True)]
    mask = [
        [0] * len(pad) + [1] * len(row) if left else [1] * len(row) + [0] * len(pad)
        for pad, row in zip(fill, rows, strict=True)
    ]
    return {"input_ids": torch.tensor(ids), "attention_mask": torch.tensor(mask)}


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("family", DECODERS)
def test_padding_and_batch_mates_do_not_change_a_decoders_answer(
    family: str, side: str, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    model = build_sequence_model(small_base(family, small_tokenizer), 3).eval()
    text, mates = [20, 31, 42, 20], [[50, 51, 52, 53, 54, 55, 56, 57, 58], [60, 61]]
    with torch.no_grad():
        alone = model(_padded([text], side)).logits[0]
        among = model(_padded([mates[0], text, mates[1]], side)).logits[1]
        other = model(_padded([mates[0], [*text[:-1], 21]], side)).logits[1]
    assert torch.allclose(alone, among, atol=1e-6)
    assert not torch.allclose(alone, other, atol=1e-4)  # its last word is what it answers from


@pytest.mark.parametrize("family", [name for name in FAMILIES if name not in DECODERS])
def test_padding_and_batch_mates_do_not_change_an_encoders_answer(
    family: str, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    model = build_sequence_model(small_base(family, small_tokenizer), 3).eval()
    text, mate = [20, 31, 42, 20], [50, 51, 52, 53, 54, 55, 56, 57, 58]
    with torch.no_grad():
        alone = model(_padded([text], "right")).logits[0]
        among = model(_padded([mate, text], "right")).logits[1]
    assert torch.allclose(alone, among, atol=1e-6)


def without_padding(**special: str) -> PreTrainedTokenizerBase:
    """Returns a tokenizer of bytes, as GPT-2's, with no padding token."""
    pieces = [*sorted(ByteLevel.alphabet())[:90], "<|endoftext|>"]
    numbers = {piece: number for number, piece in enumerate(pieces)}
    made = Tokenizer(BPE(numbers, []))
    made.pre_tokenizer = ByteLevel(add_prefix_space=False)
    return PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=64, **special)  # type: ignore[no-untyped-call]  # transformers has no type here


@pytest.mark.parametrize(
    ("special", "stand_in"),
    [({"eos_token": "<|endoftext|>"}, "<|endoftext|>"), ({"unk_token": "A"}, "A"), ({}, "!")],
)
def test_a_tokenizer_without_a_padding_token_takes_another_and_the_answers_stay(
    special: dict[str, str], stand_in: str, tmp_path: Path
) -> None:
    tokenizer = without_padding(**special)
    assert tokenizer.pad_token is None
    settings = {**EVERY["gpt2"], "pad_token_id": None}
    base = load_base(str(save_small(tmp_path / "model", "gpt2", settings, tokenizer)))
    assert not base.facts.has_pad_token
    assert base.tokenizer.pad_token == stand_in
    chosen = task("text_classification")
    model = build_sequence_model(copy.deepcopy(base), 2).eval()
    texts = ["A short one", "A very much longer one!!", "I end with A!"]
    rows = Dataset.from_dict({"text": texts})
    encoded = chosen.encode(Asked(rows, ("a", "b"), {"max_length": 64}, base.tokenizer))
    for side in ("left", "right"):
        base.tokenizer.padding_side = side
        with torch.no_grad():
            together = model(chosen.collate(base.tokenizer, encoded, [0, 0, 0])).logits
            alone = torch.cat([model(chosen.collate(base.tokenizer, [row], [0])).logits for row in encoded])
        assert torch.allclose(together, alone, atol=1e-6), side


def test_a_tokenizer_with_a_padding_token_keeps_it(tmp_path: Path) -> None:
    tokenizer = without_padding(eos_token="<|endoftext|>", pad_token="<|endoftext|>")
    base = load_base(str(save_small(tmp_path / "model", "gpt2", EVERY["gpt2"], tokenizer)))
    assert base.facts.has_pad_token


def test_a_model_with_two_stacks_is_not_asked_about_whole_texts(
    small_tokenizer: PreTrainedTokenizerBase,
) -> None:
    for family in ("t5", "bart", "marian"):
        with pytest.raises(EngineError) as refused:
            build_sequence_model(small_base(family, small_tokenizer), 2)
        assert refused.value.problem.code == "model_does_not_fit_task"
        assert "an encoder with a decoder" in refused.value.problem.reason
