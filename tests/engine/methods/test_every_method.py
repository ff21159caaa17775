"""Every method in the catalog with each of its options; the battery puts them on every family."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import PreTrainedTokenizerBase

from engine.contracts import BaseModel, Batch, TaskModel
from engine.models.change import hash_tensors, trainable_names
from engine.models.four_bit import is_four_bit
from engine.models.layers import read_stack, set_modes
from engine.models.load import load_base
from engine.models.prepare import build
from engine.models.weights import load_model, save_model
from engine.protocol.catalog import MethodGroup
from engine.protocol.fields import (
    ChoiceField,
    Field,
    IntegerField,
    NumberField,
    RangesField,
    SettingValue,
    SwitchField,
    TextField,
)
from engine.registry import _ANY_MODEL, all_methods, fields, fill_settings, method, task
from engine.training.optimizer import parameter_groups
from tests.small_models import GLAD_WORDS, SAD_WORDS

TASK = "text_classification"
CLASSES = ["glad", "sad"]


def variants() -> list[tuple[str, dict[str, SettingValue]]]:
    """Returns every method as it is recommended, and once for each option of its choices."""
    found: list[tuple[str, dict[str, SettingValue]]] = []
    for chosen in all_methods().values():
        found.append((chosen.id, {}))
        for field in fields(chosen, _ANY_MODEL):
            if field.section == "training" or field.unavailable:
                continue
            if isinstance(field, ChoiceField):
                found += [
                    (chosen.id, {field.name: choice.value})
                    for choice in field.choices
                    if choice.value not in {field.default, "bilstm"}  # that one answers words
                ]
            elif isinstance(field, SwitchField):
                found.append((chosen.id, {field.name: not field.default}))
    return found


def build_variant(base: BaseModel, method_id: str, settings: dict[str, SettingValue]) -> TaskModel:
    chosen = method(method_id)
    filled, problems = fill_settings(chosen, TASK, settings, base.facts)
    assert problems == []
    return build(base, task(TASK), chosen, filled, CLASSES, seed=0)


@pytest.fixture(scope="module")
def lively_bert(small_bert: Path, tmp_path_factory: pytest.TempPathFactory) -> BaseModel:
    """The small model with larger weights, so that each of its vectors tells texts apart."""
    folder = Path(shutil.copytree(small_bert, tmp_path_factory.mktemp("models") / "lively-bert"))
    enliven(folder)
    return load_base(str(folder))


def enliven(folder: Path) -> None:
    """Makes a model's matrices larger."""
    stored = load_file(folder / "model.safetensors")
    larger = {name: tensor * 8 if tensor.dim() == 2 else tensor for name, tensor in stored.items()}
    save_file(larger, folder / "model.safetensors", {"format": "pt"})


@pytest.fixture(scope="module")
def batch(small_tokenizer: PreTrainedTokenizerBase) -> Batch:
    tokenizer = small_tokenizer
    texts = [f"my {glad} cat was {glad} today" for glad in GLAD_WORDS]
    texts += [f"the {sad} train was very {sad}" for sad in SAD_WORDS]
    encoded = dict(tokenizer(texts, padding=True, return_tensors="pt"))
    return {**encoded, "labels": torch.tensor([0] * len(GLAD_WORDS) + [1] * len(SAD_WORDS))}


@pytest.mark.parametrize(("method_id", "settings"), variants())
def test_it_learns_freezes_what_it_says_and_comes_back_the_same(
    method_id: str,
    settings: dict[str, SettingValue],
    lively_bert: BaseModel,
    batch: Batch,
    tmp_path: Path,
) -> None:
    model = build_variant(lively_bert, method_id, settings)
    if is_four_bit(model):
        pytest.skip("It computes on the graphics card: see test_graphics_card.py.")
    said_trainable = read_stack(model, lively_bert, CLASSES).trainable_parameters
    before, names = hash_tensors(model), trainable_names(model)
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    assert sum(parameter.numel() for parameter in learning) == said_trainable
    inner = [parameter for parameter in model.backbone.parameters() if parameter.requires_grad]
    groups = [{"params": list(model.head.parameters()), "lr": 3e-2}, {"params": inner, "lr": 3e-3}]
    optimizer = torch.optim.AdamW([group for group in groups if group["params"]])
    torch.manual_seed(0)
    losses = []
    set_modes(model)
    for _ in range(20):
        loss = model(batch).loss
        assert loss is not None
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert sum(losses[-5:]) / 5 < 0.9 * losses[0]
    after = hash_tensors(model)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= names  # what is frozen has the same bytes
    assert len(changed) >= 0.9 * len(names)  # what learns has moved
    model.eval()
    save_model(model, lively_bert, tmp_path / "model", CLASSES)
    with torch.no_grad():
        difference = model(batch).logits - load_model(tmp_path / "model")(batch).logits
    assert difference.abs().max().item() <= 1e-6


@pytest.mark.parametrize("method_id", all_methods())
def test_with_a_frozen_backbone_features_are_the_same_each_time(
    method_id: str, small_base_model: BaseModel, batch: Batch
) -> None:
    model = build_variant(small_base_model, method_id, {})
    set_modes(model)
    if any(parameter.requires_grad for parameter in model.backbone.parameters()):
        return
    with torch.no_grad():
        assert torch.equal(model.features(batch), model.features(batch))


@pytest.mark.parametrize("method_id", all_methods())
def test_the_groups_for_the_optimizer_hold_everything_that_learns_once(
    method_id: str, small_base_model: BaseModel
) -> None:
    chosen = method(method_id)
    model = build_variant(small_base_model, method_id, {})
    filled, _ = fill_settings(chosen, TASK, {})
    groups = parameter_groups(model, filled)
    grouped = [id(parameter) for group in groups for parameter in group["params"]]
    learning = [id(parameter) for parameter in model.parameters() if parameter.requires_grad]
    assert sorted(grouped) == sorted(learning)


@pytest.mark.parametrize("method_id", all_methods())
def test_every_setting_can_stand_at_both_its_ends(method_id: str, small_bert: Path) -> None:
    base = load_base(str(small_bert), on_meta=True)
    chosen = method(method_id)
    for field in fields(chosen, base.facts):
        if field.section == "training" or isinstance(field, ChoiceField | SwitchField):
            continue
        for value in _ends(field):
            filled, problems = fill_settings(chosen, TASK, {field.name: value}, base.facts)
            assert problems == []
            model = build(base, task(TASK), chosen, filled, CLASSES)
            assert read_stack(model, base, CLASSES).trainable_parameters > 0


def _ends(field: Field) -> tuple[SettingValue, SettingValue]:
    if isinstance(field, RangesField):
        return "1", f"1-{field.maximum}"
    if isinstance(field, TextField):
        return "a", "a" * field.longest
    assert isinstance(field, IntegerField | NumberField)
    return field.minimum, field.maximum


def test_each_heading_of_the_method_list_has_a_method() -> None:
    assert {chosen.group for chosen in all_methods().values()} == set(MethodGroup)


def test_the_tags_that_others_ask_for_are_there_once() -> None:
    tags = [tag for chosen in all_methods().values() for tag in chosen.tags]
    assert [tags.count(tag) for tag in ("default", "by_hand", "light")] == [1, 1, 1]


def test_layers_learn_at_falling_rates(small_base_model: BaseModel) -> None:
    chosen = method("full_fine_tuning")
    model = build_variant(small_base_model, "full_fine_tuning", {"layer_wise_learning_rate_decay": 0.5})
    filled, _ = fill_settings(chosen, TASK, {"layer_wise_learning_rate_decay": 0.5, "learning_rate": 1e-3})
    groups = parameter_groups(model, filled)
    rate = {id(parameter): group["lr"] for group in groups for parameter in group["params"]}
    decay = {id(parameter): group["weight_decay"] for group in groups for parameter in group["params"]}
    names = {
        "head.1.weight": 2e-3,
        "backbone.encoder.layer.1.output.dense.weight": 1e-3,
        "backbone.encoder.layer.0.output.dense.weight": 5e-4,
        "backbone.embeddings.word_embeddings.weight": 2.5e-4,
    }
    for name, expected in names.items():
        assert rate[id(model.get_parameter(name))] == pytest.approx(expected)
        assert decay[id(model.get_parameter(name))] == 0.01
    assert decay[id(model.get_parameter("backbone.encoder.layer.1.output.LayerNorm.weight"))] == 0.0


@pytest.mark.parametrize("method_id", all_methods())
def test_every_method_that_trains_the_models_own_weights_has_decaying_rates(
    method_id: str, small_base_model: BaseModel
) -> None:
    names = [field.name for field in fields(method(method_id))]
    trains = bool(trainable_names(build_variant(small_base_model, method_id, {})))
    assert ("layer_wise_learning_rate_decay" in names) == trains


@pytest.mark.parametrize(("blocks", "frozen"), [(6, 4), (12, 8), (3, 2), (2, 1), (24, 16), (1, 1)])
def test_two_thirds_of_the_blocks_are_frozen_whatever_the_model(
    blocks: int, frozen: int, small_bert: Path
) -> None:
    import msgspec

    facts = msgspec.structs.replace(load_base(str(small_bert), on_meta=True).facts, blocks=blocks)
    chosen = method("freeze_layers")
    filled, _ = fill_settings(chosen, TASK, {}, facts)
    assert filled["frozen_layers"] == frozen
    _, problems = fill_settings(chosen, TASK, {"frozen_layers": blocks + 1}, facts)
    assert [problem.code for problem in problems] == ["setting_out_of_range"]
    assert f"from 0 to {blocks}" in problems[0].fix


def test_copying_a_prepared_model_keeps_what_is_frozen(small_base_model: BaseModel) -> None:
    for method_id in all_methods():
        model = build_variant(small_base_model, method_id, {})
        twin = copy.deepcopy(model)
        assert [one.requires_grad for one in model.parameters()] == [
            two.requires_grad for two in twin.parameters()
        ]
