"""The models that come with Thaw: what they say of themselves is so, and each sample has one for its task."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from engine import registry
from engine.head_facts import Network
from engine.models.load import load_base
from engine.models.sources import OWN_PACKAGE, built_in_models, resolve
from engine.protocol.catalog import SampleEntry, SampleList

ROOT = Path(__file__).resolve().parents[3]
LISTING = ROOT / "resources" / "samples" / "samples.toml"
SAMPLES = msgspec.toml.decode(LISTING.read_bytes(), type=SampleList).samples


@pytest.mark.parametrize("name", built_in_models())
def test_it_is_here_whole_and_can_be_what_it_says(name: str) -> None:
    model = built_in_models()[name]
    assert resolve(name).folder.is_dir()  # its checksum was looked at
    kind = next(network for network in model.networks if network is not Network.ENCODER)
    for network in (Network.ENCODER, kind):
        assert load_base(name, on_meta=True, kind=network).facts.networks == tuple(
            network.value for network in model.networks
        )


@pytest.mark.parametrize("name", [one.id for one in built_in_models().values() if one.package == OWN_PACKAGE])
def test_one_that_thaw_has_trained_says_how_well_it_does_and_under_which_licence(name: str) -> None:
    card = (resolve(name).folder / "README.md").read_text(encoding="utf-8")
    assert "knows nothing" in card
    assert "## How well" in card
    assert "## Licence" in card
    assert f"resources/models/{name}" in (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.id)
def test_each_sample_opens_with_a_model_that_can_do_its_task(sample: SampleEntry) -> None:
    task = registry.task(sample.task)
    model = sample.model or registry.catalog().models[0].id
    assert task.supports(load_base(model, on_meta=True, kind=task.network).facts) == ""


@pytest.mark.parametrize("task", registry.all_tasks())
def test_each_task_has_a_model_that_comes_with_thaw(task: str) -> None:
    network = registry.task(task).network
    assert [model.id for model in built_in_models().values() if network in model.networks] != []
