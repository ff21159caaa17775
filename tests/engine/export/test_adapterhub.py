"""Bottleneck adapters go to AdapterHub's library with the same hidden states, or not at all."""

from __future__ import annotations

import copy
import json
import os
import subprocess
from pathlib import Path

import msgspec
import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.contracts import BaseModel, HeadOptions, HeadShape, Pooling, TaskModel
from engine.export import adapterhub
from engine.export.finding import offers
from engine.export.reading import read_for_export
from engine.models.heads import build_sequence_model
from engine.models.weights import HEAD_FILE, Holds, SavedModel
from engine.protocol.exports import CheckOutcome
from engine.registry import fill_settings, method
from tests import benchmarks
from tests.engine.models.families import EVERY, small_base, small_batch

PYTHON = os.environ.get("THAW_ADAPTERS_PYTHON", "")


FAMILIES_TOLD = ("bert", "roberta", "xlm-roberta", "electra", "distilbert", "gpt2", "llama", "mistral")


def told(folder: Path) -> str:
    source = read_for_export(folder)
    return adapterhub.why_not(source.model_folder, source.saved.base)


def test_it_is_written_beside_the_adapter_where_wished(finished, export, tmp_path):
    folder = finished("bottleneck_adapters")
    (item,) = export(folder, "adapter", adapterhub=True).items
    names = {file.path for file in item.files}
    assert {f"adapter/adapterhub/{name}" for name in ("adapter_config.json", "pytorch_adapter.bin")} <= names
    place = tmp_path / "out" / "adapter" / "adapterhub"
    tensors = load_file(place / "adapter.safetensors")
    blocks = read_for_export(folder).saved.base.blocks
    assert len(tensors) == blocks * 2 * 4
    assert "encoder.layer.0.attention.output.adapters.thaw.adapter_down.0.weight" in tensors
    config = json.loads((place / "adapter_config.json").read_text())
    assert config["model_type"] == "bert"
    assert (config["config"]["mh_adapter"], config["config"]["leave_out"]) == (True, [])
    same = torch.load(place / "pytorch_adapter.bin", weights_only=True)
    assert all(torch.equal(same[name], tensor) for name, tensor in tensors.items())
    (said,) = [check for check in item.checks if check.id == "adapterhub"]
    assert said.outcome is CheckOutcome.TOLD
    assert "1.3.0" in said.detail
    assert said.title.endswith("without the head")  # which reads the mean of all pieces
    assert "in the form of Thaw" in said.detail


def test_a_head_on_each_piece_goes_with_it(finished, export, tmp_path):
    folder = finished("bottleneck_adapters", "token_classification")
    (item,) = export(folder, "adapter", adapterhub=True).items
    (said,) = [check for check in item.checks if check.id == "adapterhub"]
    assert said.title == "Also written for AdapterHub"
    place = tmp_path / "out" / "adapter" / "adapterhub"
    config = json.loads((place / "head_config.json").read_text())["config"]
    classes = read_for_export(folder).saved.classes
    assert config["head_type"] == "tagging"
    assert list(config["label2id"]) == list(classes)
    assert load_file(place / "model_head.safetensors")["heads.thaw.1.weight"].shape[0] == len(classes)


def test_what_that_form_cannot_say_is_not_written(finished, export, tmp_path):
    (item,) = export(finished("lora"), "adapter", adapterhub=True).items
    (said,) = [check for check in item.checks if check.id == "adapterhub"]
    assert "has none" in said.detail
    assert not (tmp_path / "out" / "adapter" / "adapterhub").exists()
    assert "norms" in told(finished("bottleneck_adapters", layer_norms=True))


def test_the_choice_is_offered_for_bottleneck_adapters_alone(finished):
    def idle(folder: Path) -> tuple[str, ...]:
        return next(one.idle for one in offers(read_for_export(folder)) if one.kind == "adapter")

    assert idle(finished("lora")) == ("adapterhub",)
    assert idle(finished("bottleneck_adapters")) == ()


@pytest.mark.parametrize(
    ("family", "placement", "said"),
    [("gpt2", "parallel", "read something"), ("t5", "houlsby", "not been compared")],
)
def test_families_that_differ_are_refused(finished, family, placement, said):
    source = read_for_export(finished("bottleneck_adapters", placement=placement))
    base = msgspec.structs.replace(source.saved.base, family=family)
    assert said in adapterhub.why_not(source.model_folder, base)


def saved(family: str, kind: str, tokenizer, place: Path, blocks: str) -> dict | None:
    """Saves a small network with adapters that say something, and what it answers; ``None`` where refused."""
    base = small_base(family, tokenizer)
    base.network.save_pretrained(place / "base")
    model = with_inserts(kind, base, blocks).eval()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        for name, one in model.backbone.named_parameters():
            if "bottleneck_inserts" in name:
                torch.nn.init.normal_(one, std=0.3)
    model.backbone.save_pretrained(place / "model" / "adapter")
    if adapterhub.why_not(place / "model", base.facts):
        return None
    adapterhub.write_adapterhub(place / "model", base.facts, "base", place / "away")
    batch = {name: one for name, one in small_batch(labels=False).items() if name != "token_type_ids"}
    with torch.no_grad():
        hidden, logits = model.backbone(**batch).last_hidden_state, model(batch).logits
    head = {}
    if family != "gpt2" and family not in {"llama", "mistral"}:
        save_file(model.head.state_dict(), place / "model" / HEAD_FILE)
        told = SavedModel(holds=Holds.ADAPTER, base=base.facts, classes=("glad", "sad"), head=model.facts)
        assert adapterhub.why_no_head(place / "model", told) == ""
        adapterhub.write_head(place / "model", told, "base", place / "away")
        head = {"logits": logits.tolist()}
    return head | {
        "name": place.name,
        "base": str(place / "base"),
        "folder": str(place / "away"),
        "inputs": {name: one.tolist() for name, one in batch.items()},
        "hidden": hidden.tolist(),
    }


def with_inserts(kind: str, base: BaseModel, blocks: str) -> TaskModel:
    chosen = method("bottleneck_adapters")
    filled, problems = fill_settings(chosen, "", {"placement": kind, "reduction_factor": 4, "blocks": blocks})
    assert problems == []
    own = BaseModel(copy.deepcopy(base.network), base.tokenizer, base.facts, base.folder)
    options = HeadOptions(pooling=Pooling.CLS, shape=HeadShape.LINEAR, stock=False)
    return chosen.apply(build_sequence_model(own, 2, options), filled)


@pytest.mark.skipif(not PYTHON, reason="THAW_ADAPTERS_PYTHON names no Python with AdapterHub's library")
def test_the_library_itself_gives_the_same_hidden_states(tmp_path, small_tokenizer, monkeypatch):
    monkeypatch.setitem(EVERY, "mistral", EVERY["llama"])
    cases = []
    for family in FAMILIES_TOLD:
        for kind in ("houlsby", "pfeiffer", "parallel"):
            for blocks in ("all", "2-3"):
                place = tmp_path / f"{family}-{kind}-{blocks}"
                cases.append(saved(family, kind, small_tokenizer, place, blocks))
    cases = [case for case in cases if case is not None]
    assert len(cases) == 5 * 6 + 3 * 4  # where norms follow the parts all three, else two
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    lab = Path(benchmarks.__file__).with_name("adapterhub_lab.py")
    alone = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    ran = subprocess.run([PYTHON, lab, tmp_path], capture_output=True, text=True, check=False, env=alone)
    assert ran.returncode == 0, ran.stderr[-2000:]
    found = json.loads(ran.stdout.splitlines()[-1])
    assert set(found) == {case["name"] for case in cases}
    assert max(found.values()) < 1e-5, found
