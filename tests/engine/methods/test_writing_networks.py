"""Every method on networks that write words with the head that came with them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import torch
from transformers import PreTrainedTokenizerBase
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from engine.contracts import BaseModel, Batch, Method, Network, TaskModel
from engine.models.change import hash_tensors, trainable_names
from engine.models.facts import AUTO_CLASSES
from engine.models.layers import read_stack, set_modes
from engine.models.load import load_base
from engine.models.prepare import build
from engine.models.structure import pretrained_parameters
from engine.models.weights import load_model, save_model
from engine.models.writing import WritingModel, build_writing_model
from engine.registry import all_methods, fill_settings, method, task
from tests.engine.models.families import EVERY, small_batch, small_network

NETWORKS = {
    "bert": Network.MASKED_LM,
    "llama": Network.CAUSAL_LM,
    "gpt2": Network.CAUSAL_LM,
    "t5": Network.SEQUENCE_TO_SEQUENCE,
    "marian": Network.SEQUENCE_TO_SEQUENCE,
}
CHANGED = {
    "t5": {"num_decoder_layers": 2},  # transformers writes with as many layers as the encoder has
    "marian": {"scale_embedding": True},
}
REFUSED = {
    *((family, "feature_based") for family in NETWORKS),
    ("llama", "bitfit"),
    ("t5", "bitfit"),
    ("marian", "prompt_tuning"),
}


@pytest.fixture(scope="module")
def bases(
    small_tokenizer: PreTrainedTokenizerBase, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, BaseModel]:
    """A small network of each kind with its head, saved and loaded."""
    made = {}
    for family, kind in NETWORKS.items():
        folder = tmp_path_factory.mktemp("models") / family
        config = CONFIG_MAPPING[family](**{**EVERY[family], **CHANGED.get(family, {})})
        small_network(AUTO_CLASSES[kind], config).save_pretrained(folder)
        small_tokenizer.save_pretrained(folder)
        made[family] = load_base(str(folder), kind=kind)
    return made


def writing_task(kind: Network) -> object:
    """A task that stands on such a network; nothing but its building is asked."""
    return dataclasses.replace(
        task("text_classification"),
        network=kind,
        build=lambda base, _classes, _options, _settings: build_writing_model(base),
    )


def batch_for(kind: Network) -> Batch:
    batch = small_batch(labels=False)
    batch["labels"] = batch["input_ids"].masked_fill(batch["attention_mask"] == 0, -100)
    if kind is Network.SEQUENCE_TO_SEQUENCE:
        batch["labels"] = batch["labels"][:, :5].contiguous()
    return batch


@pytest.mark.parametrize("family", NETWORKS)
@pytest.mark.parametrize("method_id", all_methods())
def test_it_learns_keeps_what_is_frozen_writes_and_comes_back_the_same(
    method_id: str, family: str, bases: dict[str, BaseModel], tmp_path: Path
) -> None:
    kind, chosen = NETWORKS[family], method(method_id)
    base = bases[family]
    asked = writing_task(kind)
    assert bool(chosen.supports(asked, base.facts)) == ((family, method_id) in REFUSED)  # type: ignore[arg-type]  # made above
    if (family, method_id) in REFUSED:
        return
    settings, problems = fill_settings(chosen, "", {}, base.facts)
    assert problems == []
    model = build(base, asked, chosen, settings, (), seed=0)  # type: ignore[arg-type]  # made above
    stack = read_stack(model, base, ())
    learning = {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}
    assert stack.trainable_parameters == sum(parameter.numel() for parameter in learning.values())
    assert sum(layer.parameters + layer.new_parameters for layer in stack.layers) == stack.total_parameters
    assert not any(layer.is_new for layer in stack.layers)
    check_what_learns(model, chosen)
    before, names = hash_tensors(model), trainable_names(model)
    batch = batch_for(kind)
    at_first = loss_at_rest(model, batch)
    optimizer = torch.optim.AdamW(learning.values(), lr=1e-2)
    set_modes(model)
    for _ in range(5):
        optimizer.zero_grad()
        model(batch).loss.backward()
        optimizer.step()
    assert loss_at_rest(model, batch) < at_first
    assert all(parameter.grad is not None for parameter in learning.values())
    after = hash_tensors(model)
    assert {name for name in before if before[name] != after[name]} == names
    model.eval()
    save_model(model, base, tmp_path / "model", ())
    again = load_model(tmp_path / "model")
    with torch.no_grad():
        assert (model(batch).logits - again(batch).logits).abs().max().item() <= 1e-6
    if kind is not Network.MASKED_LM:
        written = [one.generate(batch, max_new_tokens=4) for one in (model, again)]  # type: ignore[operator]
        assert torch.equal(*written)
        assert written[0].shape[0] == 4


def check_what_learns(model: TaskModel, chosen: Method) -> None:
    """A head that came with the model is one of its weights: what only puts parts in leaves it alone."""
    assert isinstance(model, WritingModel)
    own = pretrained_parameters(model)
    if chosen.group == "inserts":
        assert not any(parameter.requires_grad for parameter in own.values())
    elif chosen.id in {"full_fine_tuning", "gradual_unfreezing"}:
        assert all(parameter.requires_grad for parameter in own.values())
    else:
        assert 0 < sum(parameter.requires_grad for parameter in own.values()) < len(own)


def loss_at_rest(model: TaskModel, batch: Batch) -> float:
    model.eval()
    with torch.no_grad():
        return float(model(batch).loss)
