"""Every method on an encoder with a decoder: Marian, T5 and BART."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from datasets import Dataset

from engine.contracts import Asked, BaseModel, Batch
from engine.models.change import hash_tensors, trainable_names
from engine.models.layers import read_stack, set_modes
from engine.models.prepare import build
from engine.models.structure import HEAD, layers_of
from engine.models.weights import load_model, save_model
from engine.registry import all_methods, fill_settings, method, task
from tests.small_models import NUMBERS

TASK = task("sequence_to_sequence")
FAMILIES = ("marian", "t5", "bart")
REFUSED = {
    ("feature_based", "marian"),
    ("feature_based", "t5"),
    ("feature_based", "bart"),
    ("bitfit", "t5"),
    ("prompt_tuning", "marian"),
}


def batch_of(base: BaseModel) -> Batch:
    """Returns numbers with their translations, of unequal lengths."""
    words = list(NUMBERS)
    sources = [" ".join(words[: 1 + place % 3]) for place in range(len(words))]
    targets = [" ".join(NUMBERS[word] for word in source.split()) for source in sources]
    rows = Dataset.from_dict({"source": sources, "target": targets, "row": list(range(len(words)))})
    settings, _ = fill_settings(method("full_fine_tuning"), TASK.id, {}, base.facts)
    asked = Asked(rows, (), settings, base.tokenizer)
    encoded = TASK.encode(asked)
    return TASK.collate(base.tokenizer, encoded, [0] * len(encoded))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("method_id", all_methods())
def test_it_learns_freezes_what_it_says_and_writes_the_same_when_it_comes_back(
    method_id: str, family: str, small_translators: dict[str, BaseModel], tmp_path: Path
) -> None:
    base, chosen = small_translators[family], method(method_id)
    reason = chosen.supports(TASK, base.facts)
    assert bool(reason) == ((method_id, family) in REFUSED), reason
    if reason:
        assert reason.endswith(".")
        return
    settings, problems = fill_settings(chosen, TASK.id, {"max_target_length": 12}, base.facts)
    assert problems == []
    model = build(base, TASK, chosen, settings, (), seed=0)
    assert not model.head_is_new
    before, names = hash_tensors(model), trainable_names(model)
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    assert sum(one.numel() for one in learning) == read_stack(model, base, ()).trainable_parameters
    batch = batch_of(base)
    optimizer = torch.optim.AdamW(learning, lr=3e-2 if len(learning) < 40 else 5e-3)
    torch.manual_seed(0)
    losses = []
    set_modes(model)
    for _ in range(12):
        loss = model(batch).loss
        assert loss is not None
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no type here
        assert all(one.grad is not None for one in learning)
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.97 * losses[0]
    after = hash_tensors(model)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= names  # what is frozen has the same bytes
    assert len(changed) >= 0.9 * len(names)  # what learns has moved
    model.eval()
    save_model(model, base, tmp_path / "model", ())
    again = load_model(tmp_path / "model")
    with torch.no_grad():
        difference = model(batch).logits - again(batch).logits
    assert difference.abs().max().item() <= 1e-6
    assert again.facts == model.facts
    asked = Asked(Dataset.from_dict({"source": [], "row": []}), (), settings, base.tokenizer)
    inputs = {name: tensor for name, tensor in batch.items() if name != "labels"}
    written = [TASK.say(one, one(inputs), inputs, asked) for one in (model, again)]
    assert written[0] == written[1]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_head_that_came_with_it_stays_under_small_parts(
    family: str, small_translators: dict[str, BaseModel]
) -> None:
    base = small_translators[family]
    settings, _ = fill_settings(method("lora"), TASK.id, {}, base.facts)
    model = build(base, TASK, method("lora"), settings, ())
    layers = layers_of(model)
    assert not any(layer.trainable for layer in layers)
    assert layers[-1].id == HEAD
    assert sum(parameter.requires_grad for layer in layers for parameter in layer.inserts.values()) > 0


@pytest.mark.parametrize("family", FAMILIES)
def test_the_encoder_freezes_before_the_decoder(family: str, small_translators: dict[str, BaseModel]) -> None:
    base = small_translators[family]
    settings, _ = fill_settings(method("freeze_layers"), TASK.id, {"frozen_layers": 3}, base.facts)
    model = build(base, TASK, method("freeze_layers"), settings, ())
    blocks = [layer for layer in read_stack(model, base, ()).layers if layer.kind == "block"]
    assert [(block.stack, block.trainable_parameters > 0) for block in blocks] == [
        ("encoder", False),
        ("encoder", False),
        ("decoder", False),
        ("decoder", True),
    ]


def test_a_model_without_a_decoder_is_refused_with_the_reason(small_base_model: BaseModel) -> None:
    reason = TASK.supports(small_base_model.facts)
    assert reason.endswith("Models such as Marian, T5 and BART have.")
