"""What is saved is told by the model, comes back the same in another process, and is whole or not there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModel, AutoTokenizer

from engine.contracts import BaseModel, TaskModel
from engine.errors import EngineError
from engine.models import weights
from engine.models.load import load_base
from engine.models.prepare import build
from engine.models.weights import FACTS_FILE, Holds, load_model, load_saved_base, read_saved, save_model
from engine.protocol.fields import SettingValue
from engine.registry import fill_settings, method, task
from tests.another_process import AnotherProcess
from tests.small_models import make_small_bert

TEXTS = ["a happy sunny day", "my cat was very angry today, and the train was cold and dark", "ok"]
CLASSES = ["glad", "sad"]

KINDS: dict[str, tuple[str, dict[str, SettingValue], Holds]] = {
    "full": ("full_fine_tuning", {}, Holds.ENCODER),
    "freeze": ("freeze_layers", {"frozen_layers": 1}, Holds.ENCODER),
    "features": ("feature_based", {}, Holds.HEAD),
    "features, four layers, mlp": (
        "feature_based",
        {"features": "concat_last_four", "head": "mlp", "pooling": "last"},
        Holds.HEAD,
    ),
    "features, sum, first token": (
        "feature_based",
        {"features": "sum_last_four", "pooling": "cls"},
        Holds.HEAD,
    ),
    "biases": ("bitfit", {}, Holds.ENCODER),
    "norms": ("layer_norm_tuning", {}, Holds.ENCODER),
    "lora": ("lora", {}, Holds.ADAPTER),
    "ia3": ("ia3", {}, Holds.ADAPTER),
    "prefix": ("prefix_tuning", {}, Holds.ADAPTER),
    "prefix through a network": ("prefix_tuning", {"reparametrisation": True}, Holds.ADAPTER),
    "prompt": ("prompt_tuning", {}, Holds.ADAPTER),
    "houlsby": ("bottleneck_adapters", {}, Holds.ADAPTER),
    "parallel": ("bottleneck_adapters", {"placement": "parallel"}, Holds.ADAPTER),
    "norms too": ("bottleneck_adapters", {"placement": "pfeiffer", "layer_norms": True}, Holds.ADAPTER),
}


def trained(base: BaseModel, kind: str) -> TaskModel:
    """Returns a model whose trainable numbers have all moved."""
    method_id, settings, _ = KINDS[kind]
    chosen = method(method_id)
    filled, problems = fill_settings(chosen, "text_classification", settings, base.facts)
    assert problems == []
    model = build(base, task("text_classification"), chosen, filled, CLASSES, seed=1)
    chance = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.add_(torch.randn(parameter.shape, generator=chance) * 0.05)
    return model.eval()


def answers(model: TaskModel, base: BaseModel) -> torch.Tensor:
    """Returns the logits of the texts."""
    batch = base.tokenizer(TEXTS, padding=True, return_tensors="pt")
    with torch.no_grad():
        logits: torch.Tensor = model(dict(batch)).logits
    return logits


@pytest.fixture(scope="module")
def base(small_bert: Path) -> BaseModel:
    return load_base(str(small_bert))


def test_a_newer_form_is_refused(base: BaseModel, tmp_path: Path) -> None:
    saved = save_model(trained(base, "features"), base, tmp_path / "model", CLASSES)
    newer = msgspec.structs.replace(saved, version=saved.version + 1)
    (tmp_path / "model" / FACTS_FILE).write_bytes(msgspec.json.encode(newer))
    with pytest.raises(EngineError) as raised:
        read_saved(tmp_path / "model")
    assert "of a newer version of Thaw" in raised.value.problem.reason


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_lost_part_of_a_whole_model_is_named_as_that_of_a_run(
    base: BaseModel, tmp_path: Path, name: str
) -> None:
    save_model(trained(base, "full"), base, tmp_path / "model", CLASSES)
    (tmp_path / "model" / name).unlink()
    with pytest.raises(EngineError) as raised:
        load_model(tmp_path / "model")
    problem = raised.value.problem
    assert problem.code == "saved_model_unreadable"  # and nobody is asked for another base model
    assert name in problem.reason
    assert problem.setting == ""


@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_back_answers_the_same(kind: str, base: BaseModel, tmp_path: Path) -> None:
    model = trained(base, kind)
    saved = save_model(model, base, tmp_path / "model", CLASSES)
    assert saved.holds is KINDS[kind][2]
    assert read_saved(tmp_path / "model") == saved
    assert saved.classes == ("glad", "sad")
    again = load_model(tmp_path / "model")
    assert not again.training
    assert (answers(model, base) - answers(again, base)).abs().max().item() <= 1e-6
    saved_base = load_saved_base(tmp_path / "model", on_meta=True)
    assert saved_base.facts == base.facts
    assert saved_base.tokenizer(TEXTS)["input_ids"] == base.tokenizer(TEXTS)["input_ids"]
    assert not list(tmp_path.glob(".*"))  # nothing half-made is left beside it


def test_those_who_load_a_model_cut_texts_as_training_did(base: BaseModel, tmp_path: Path) -> None:
    model = trained(base, "full")
    for length, said in ((12, 12), (0, base.facts.max_length)):
        saved = save_model(model, base, tmp_path / "model", CLASSES, length)
        assert saved.max_length == length
        assert f"max_length={said}," in (tmp_path / "model" / "load_model.py").read_text()


@pytest.mark.parametrize("shape", ["linear", "stock"])
def test_the_checkpoints_own_head_is_saved_too(shape: str, tmp_path: Path) -> None:
    base = load_base(str(make_small_bert(tmp_path / "base", pooling="cls" if shape == "linear" else "")))
    model = trained(base, "full")
    saved = save_model(model, base, tmp_path / "model", CLASSES)
    assert saved.head.pooling == "cls"
    assert (answers(model, base) - answers(load_model(tmp_path / "model"), base)).abs().max().item() <= 1e-6


def test_another_process_reads_the_same_models(
    base: BaseModel, with_thaw: AnotherProcess, without_thaw: AnotherProcess, tmp_path: Path
) -> None:
    stock_base = load_base(str(make_small_bert(tmp_path / "base", pooling="")))
    expected = {}
    for name, one in {"mean": base, "stock": stock_base}.items():
        for kind in KINDS:
            model, folder = trained(one, kind), tmp_path / f"{name} {kind}"
            save_model(model, one, folder, CLASSES)
            expected[folder] = answers(model, one)
            with_thaw.ask(folder, one.tokenizer(TEXTS, padding=True, return_tensors="pt"))
            without_thaw.ask(folder, asked=TEXTS)
    for folder, logits in expected.items():
        for other in (with_thaw, without_thaw):
            assert (other.answer(folder) - logits).abs().max().item() <= 1e-6, folder


def test_reading_a_model_says_nothing_of_parts_that_it_has_no_use_for(
    without_thaw: AnotherProcess, tmp_path: Path
) -> None:
    place = make_small_bert(tmp_path / "base")
    numbers = load_file(place / "model.safetensors")
    kept = {name: one for name, one in numbers.items() if "pooler" not in name}
    save_file(kept, place / "model.safetensors", {"format": "pt"})
    base = load_base(str(place))
    save_model(trained(base, "full"), base, tmp_path / "model", CLASSES)
    before = without_thaw.warnings
    assert without_thaw.printed(tmp_path / "model", "a text")
    assert "MISSING" not in without_thaw.warnings.removeprefix(before)


def test_the_encoder_opens_with_auto_model(base: BaseModel, tmp_path: Path) -> None:
    model = trained(base, "full")
    save_model(model, base, tmp_path / "model", CLASSES)
    encoder = AutoModel.from_pretrained(tmp_path / "model", add_pooling_layer=False).eval()
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "model")
    batch = tokenizer(TEXTS, padding=True, return_tensors="pt")
    with torch.no_grad():
        expected = model.backbone(**batch).last_hidden_state
        assert torch.equal(encoder(**batch).last_hidden_state, expected)


def test_a_saved_encoder_can_be_a_base_model_again(base: BaseModel, tmp_path: Path) -> None:
    save_model(trained(base, "full"), base, tmp_path / "model", CLASSES)
    assert load_base(str(tmp_path / "model")).facts.parameters == base.facts.parameters


def test_saving_again_replaces_the_whole_folder(base: BaseModel, tmp_path: Path) -> None:
    save_model(trained(base, "full"), base, tmp_path / "model", CLASSES)
    save_model(trained(base, "features"), base, tmp_path / "model", CLASSES)
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == [
        "head.safetensors",
        "load_model.py",
        "thaw.json",
    ]


def test_a_full_disk_leaves_what_was_saved_before(
    base: BaseModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = trained(base, "full")
    save_model(model, base, tmp_path / "model", CLASSES)
    before = {path.name: path.read_bytes() for path in (tmp_path / "model").iterdir()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save_model(trained(base, "lora"), base, tmp_path / "model", CLASSES)
    assert {path.name: path.read_bytes() for path in (tmp_path / "model").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_what_safetensors_says_of_a_full_disk_is_an_os_error(
    base: BaseModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safetensors import SafetensorError

    def full(*_: object) -> None:
        raise SafetensorError("Error while serializing: I/O error: No space left on device")

    monkeypatch.setattr(weights, "save_file", full)
    with pytest.raises(OSError, match="No space left"):
        save_model(trained(base, "features"), base, tmp_path / "model", CLASSES)
    assert list(tmp_path.iterdir()) == []


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:40])


SPOILED: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "no facts": ("lora", lambda folder: (folder / "thaw.json").unlink(), "saved_model_unreadable"),
    "facts cut off": ("lora", lambda folder: cut(folder / "thaw.json"), "saved_model_unreadable"),
    "head missing": ("lora", lambda folder: (folder / "head.safetensors").unlink(), "saved_model_unreadable"),
    "head cut off": ("full", lambda folder: cut(folder / "head.safetensors"), "saved_model_unreadable"),
    "adapter cut off": (
        "lora",
        lambda folder: cut(folder / "adapter" / "adapter_model.safetensors"),
        "saved_model_unreadable",
    ),
    "adapter gone": (
        "houlsby",
        lambda folder: (folder / "adapter" / "adapter_config.json").unlink(),
        "saved_model_unreadable",
    ),
    "encoder cut off": ("full", lambda folder: cut(folder / "model.safetensors"), "saved_model_unreadable"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_damaged_folder_is_a_problem(name: str, base: BaseModel, tmp_path: Path) -> None:
    kind, spoil, code = SPOILED[name]
    save_model(trained(base, kind), base, tmp_path / "model", CLASSES)
    spoil(tmp_path / "model")
    with pytest.raises(EngineError) as caught:
        load_model(tmp_path / "model")
    assert caught.value.problem.code == code
    assert str(tmp_path / "model") in caught.value.problem.reason


def test_a_base_model_that_has_gone_is_named(tmp_path: Path) -> None:
    folder = make_small_bert(tmp_path / "base")
    base = load_base(str(folder))
    save_model(trained(base, "lora"), base, tmp_path / "model", CLASSES)
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(EngineError) as caught:
        load_model(tmp_path / "model")
    assert str(folder) in caught.value.problem.title


def test_a_base_model_that_is_another_now_is_told(tmp_path: Path) -> None:
    folder = make_small_bert(tmp_path / "base")
    base = load_base(str(folder))
    save_model(trained(base, "lora"), base, tmp_path / "model", CLASSES)
    make_small_bert(folder, seed=5)
    with pytest.raises(EngineError) as caught:
        load_model(tmp_path / "model")
    assert caught.value.problem.code == "base_model_changed"
