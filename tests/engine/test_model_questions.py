"""What a window asks about base models, answered by a session."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from engine.head_facts import Network
from engine.models import hub_cache, sources
from engine.models.listing import models_here
from engine.protocol.catalog import ModelPlace
from engine.protocol.commands import CancelJob, DownloadModel, ListModels, SearchModels
from engine.protocol.events import JobStopped, JobSucceeded
from engine.protocol.model_events import DownloadProgressed, ModelsFound, ModelsListed
from tests.engine.recorded_session import RecordedSession, open_session
from tests.hub_server import COMMIT, HubModel, HubServer, use_hub

NAME = "kind/small-bert"


@pytest.fixture
def server(small_bert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    with HubServer() as server:
        use_hub(server, tmp_path / "cache", monkeypatch)
        server.models[NAME] = HubModel.of_folder(small_bert, pipeline_tag="fill-mask")
        yield server


@pytest.fixture
def session() -> Iterator[RecordedSession]:
    opened = open_session()
    yield opened
    opened.session.close()


def test_a_download_can_be_cancelled_while_a_search_is_answered(
    server: HubServer, session: RecordedSession
) -> None:
    server.models[NAME].files["model.safetensors"] = os.urandom(2_000_000)
    server.bytes_per_second = 300_000
    session.send(DownloadModel(job_id="get", model=NAME))
    first = session.wait_for(DownloadProgressed)
    assert (first.job_id, first.name) == ("get", NAME)
    session.send(SearchModels(job_id="search", query="bert"))
    assert [entry.id for entry in session.wait_for(ModelsFound).models] == [NAME]
    session.send(CancelJob(job_id="get"))
    end = session.wait_for_end("get")
    assert isinstance(end, JobStopped)
    assert end.reason == "cancelled"
    held = hub_cache.held(NAME)
    assert held < 1_500_000  # of two million bytes: it did not wait for the rest
    (listed,) = [entry for entry in models_here() if entry.id == NAME]
    assert (listed.available, listed.reason, listed.held) == (False, "", held)

    server.bytes_per_second = 0
    events = session.do(DownloadModel(job_id="again", model=NAME))
    assert isinstance(events[-1], JobSucceeded)
    (told,) = [
        event.models for event in session.do(ListModels(job_id="list")) if isinstance(event, ModelsListed)
    ]
    assert [entry.id for entry in told if entry.place is ModelPlace.CACHE and entry.available] == [NAME]


def cached(name: str, folder: Path) -> Path:
    """Puts a folder into the cache as a snapshot of a model."""
    snapshot = hub_cache.folder_of(name) / "snapshots" / COMMIT
    shutil.copytree(folder, snapshot)
    return snapshot


def test_every_cached_model_is_listed_with_the_reason_why_not(server: HubServer, small_bert: Path) -> None:
    cached("a/good", small_bert)
    (cached("b/pickled", small_bert) / "model.safetensors").rename(
        hub_cache.folder_of("b/pickled") / "snapshots" / COMMIT / "pytorch_model.bin"
    )
    (cached("c/cut", small_bert) / "model.safetensors").unlink()
    (cached("d/wordless", small_bert) / "tokenizer.json").unlink()
    config = json.loads((small_bert / "config.json").read_text())
    picture = {key: value for key, value in config.items() if key != "vocab_size"} | {"model_type": "vit"}
    (cached("e/pictures", small_bert) / "config.json").write_text(json.dumps(picture))
    own = config | {"model_type": "warp", "auto_map": {"AutoModel": "own.Own"}}
    (cached("f/own-code", small_bert) / "config.json").write_text(json.dumps(own))
    (hub_cache.cache_folder() / "datasets--some--rows" / "snapshots").mkdir(parents=True)
    (hub_cache.cache_folder() / "models--g--empty").mkdir()
    listed = {entry.id: entry for entry in models_here() if entry.place is ModelPlace.CACHE}
    assert {name: (entry.available, entry.reason or entry.note) for name, entry in listed.items()} == {
        "a/good": (True, ""),
        "b/pickled": (False, "These weights are not opened: they could run a program"),
        "c/cut": (False, "Not whole on this computer."),
        "d/wordless": (False, "Not whole on this computer."),
        "e/pictures": (False, "This model does not read text"),
        "f/own-code": (False, "This model needs a program of its own"),
    }
    good = listed["a/good"]
    assert good.parameters == sum(part.numel() for part in _tensors(small_bert))
    assert good.size == (small_bert / "model.safetensors").stat().st_size


def _tensors(folder: Path) -> list[torch.Tensor]:
    from safetensors.torch import load_file

    return list(load_file(folder / "model.safetensors").values())


def test_a_newer_revision_that_is_not_whole_does_not_hide_the_old_one(
    server: HubServer, small_bert: Path
) -> None:
    old = cached(NAME, small_bert)
    new = old.with_name("f" * 40)
    shutil.copytree(small_bert, new)
    (new / "model.safetensors").unlink()
    refs = hub_cache.folder_of(NAME) / "refs"
    refs.mkdir()
    (refs / "main").write_text(new.name)
    assert sources.resolve(NAME).folder == old


def test_folders_and_built_in_models_are_listed(server: HubServer, small_bert: Path, tmp_path: Path) -> None:
    listed = models_here([str(small_bert), str(tmp_path / "gone")])
    minilm = next(entry for entry in listed if entry.id == "minilm")
    assert (minilm.place, minilm.parameters, minilm.reason) == (ModelPlace.BUILT_IN, 22_713_728, "")
    mine, gone = listed[-2:]
    assert (mine.id, mine.place, mine.available) == (str(small_bert), ModelPlace.FOLDER, True)
    assert mine.learned == "to place sentences of like meaning near each other"
    assert (gone.available, gone.reason) == (False, "This folder does not hold a model")


def test_a_built_in_model_may_be_in_the_resources(
    small_bert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hashlib

    import resources

    home = tmp_path / "resources"
    shutil.copytree(small_bert, home / "models" / "toy")
    monkeypatch.setattr(resources, "__path__", [str(home)])
    monkeypatch.setattr(resources.__spec__, "submodule_search_locations", [str(home)])
    weights = (home / "models" / "toy" / "model.safetensors").read_bytes()
    toy = sources.BuiltInModel(
        id="toy",
        name="Toy",
        summary="Tiny",
        licence="Apache-2.0",
        language="English",
        package="resources",
        package_folder="models/toy",
        sha256=hashlib.sha256(weights).hexdigest(),
        learned="to fill in blanks",
        networks=(Network.ENCODER, Network.MASKED_LM),
        note="A toy for lessons.",
    )
    monkeypatch.setattr(sources, "built_in_models", lambda: {"toy": toy})
    found = sources.resolve("toy")
    assert (found.folder, found.name, found.built_in) == (home / "models" / "toy", "Toy", toy)
    (entry,) = sources.models()
    assert (entry.available, entry.note, entry.size) == (True, "A toy for lessons.", len(weights))
    assert entry.networks == ("encoder", "masked_lm")
