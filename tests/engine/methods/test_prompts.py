"""Learned vectors before the text: what they start as, what they leave to the text, who can take them."""

from __future__ import annotations

import copy

import pytest
import torch
from transformers import AutoModel, PreTrainedTokenizerBase
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from engine.contracts import BaseModel
from engine.models.prompts import takes_prefix, takes_prompt
from engine.registry import fields, fill_settings, method
from tests.engine.methods.test_counts import model_of
from tests.engine.models.families import FAMILIES, SHARED, small_base, small_batch

_TWO_STACKS = {
    "vocab_size": 100,
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
    "max_position_embeddings": 64,
    "pad_token_id": 0,
    "scale_embedding": True,
}
ENCODERS_WITH_DECODERS = {
    "t5": {"vocab_size": 100, "d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_heads": 4},
    "bart": _TWO_STACKS,
    "marian": {**_TWO_STACKS, "decoder_start_token_id": 0},
}


@pytest.mark.parametrize("family", [*FAMILIES, *SHARED, *ENCODERS_WITH_DECODERS])
def test_a_network_is_said_to_take_a_prompt_where_vectors_of_words_are_read_as_words(family: str) -> None:
    kinds = {**FAMILIES, **SHARED, **ENCODERS_WITH_DECODERS}
    network = AutoModel.from_config(CONFIG_MAPPING[family](**kinds[family])).eval()  # type: ignore[no-untyped-call]  # the library has no types
    batch = small_batch(labels=False)
    if network.config.is_encoder_decoder:
        batch["decoder_input_ids"] = batch["input_ids"]
    with torch.no_grad():
        words = network(**batch).last_hidden_state
        vectors = network.get_input_embeddings()(batch.pop("input_ids"))
        given = network(inputs_embeds=vectors, **batch).last_hidden_state
    difference = (words - given).abs().amax(dim=-1)[batch["attention_mask"] == 1].max().item()
    assert takes_prompt(network) == (difference <= 1e-6) == (family != "marian")


@pytest.mark.parametrize("family", [*FAMILIES, *SHARED])
def test_a_network_is_said_to_take_a_prefix_where_it_attends_to_one(
    family: str, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    base = small_base(family, small_tokenizer)
    if not takes_prefix(base.network):
        assert method("prefix_tuning").supports(None, base.facts)  # type: ignore[arg-type]  # wrong on purpose, or as given
        return
    model = model_of("prefix_tuning", base, length=5).eval()
    batch = small_batch(labels=False)
    with torch.no_grad():
        before = model.features(batch)
        for parameter in model.backbone.prompt_encoder.parameters():  # type: ignore[union-attr]  # it is there
            parameter.mul_(-2.0)
        assert (model.features(batch) - before).abs().max() > 1e-4
        with_prefix = model.features({name: tensor[1:2] for name, tensor in batch.items()})
    assert torch.allclose(model.features(batch)[1:2], with_prefix, atol=1e-5)


@pytest.mark.parametrize("family", ["bert", "electra", "gpt2"])
def test_a_prompt_of_words_says_what_these_words_before_the_text_would_say(
    family: str, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    base = small_base(family, small_tokenizer)
    chosen = method("prompt_tuning")
    filled, _ = fill_settings(chosen, "", {"length": 5, "first_words": "a b c"}, base.facts)
    model = model_of("prompt_tuning", base, length=5).eval()
    chosen.start(model, base, filled)
    words = small_tokenizer("a b c", add_special_tokens=False)["input_ids"]
    assert len(words) > 1
    batch = small_batch(labels=False)
    before = torch.tensor([words[place % len(words)] for place in range(5)])
    long = torch.cat([before.expand(4, 5), batch["input_ids"]], dim=1)
    mask = torch.cat([torch.ones(4, 5, dtype=torch.long), batch["attention_mask"]], dim=1)
    with torch.no_grad():
        network = copy.deepcopy(base.network).eval()
        expected = network(input_ids=long, attention_mask=mask).last_hidden_state[:, 5:]
        weights = batch["attention_mask"].unsqueeze(-1).float()
        pooled = (expected * weights).sum(1) / weights.sum(1)
        said = model.features(batch)
    if base.facts.pooling == "mean":
        assert torch.allclose(said, pooled, atol=1e-5)
    else:
        last = batch["attention_mask"].sum(1) - 1
        assert torch.allclose(said, expected[torch.arange(4), last], atol=1e-5)


@pytest.mark.parametrize("method_id", ["prefix_tuning", "prompt_tuning"])
def test_fewer_positions_are_left_for_the_text(method_id: str, small_base_model: BaseModel) -> None:
    chosen, facts = method(method_id), small_base_model.facts
    assert facts.max_length == 64

    def longest(**settings: int) -> tuple[object, list[str]]:
        filled, problems = fill_settings(chosen, "", settings, facts)
        return filled["max_length"], [problem.fix for problem in problems]

    assert {field.name: field for field in fields(chosen, facts)}["max_length"].maximum == 44  # type: ignore[union-attr]  # it is there
    assert longest() == (44, [])
    assert longest(length=4) == (44, [])
    assert longest(length=30) == (34, [])
    assert longest(max_length=60, length=4) == (60, [])
    assert longest(max_length=61, length=4) == (44, ["Use a whole number from 4 to 60 word pieces."])
    assert longest(length=57) == (44, ["Use a whole number from 1 to 56 vectors."])
    model = model_of(method_id, small_base_model).eval()

    def answer(pieces: int) -> torch.Tensor:
        texts = small_base_model.tokenizer(
            "happy " * 80, truncation=True, max_length=pieces, return_tensors="pt"
        )
        logits: torch.Tensor = model(dict(texts)).logits
        return logits

    assert answer(44).shape == (1, 2)
    with pytest.raises((IndexError, RuntimeError)):
        answer(46)
