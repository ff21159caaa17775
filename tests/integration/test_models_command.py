"""``thaw-engine models`` against a hub on this computer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants
from typer.testing import CliRunner

from engine.command_line.commands import app
from engine.protocol.catalog import ModelPlace
from engine.protocol.events import TrainingStarted
from engine.protocol.model_events import DownloadProgressed
from engine.protocol.wire import decode_event
from tests.hub_server import HubModel, HubServer, use_hub

ROOT = Path(__file__).resolve().parents[2]
NAME = "kind/small-bert"


@pytest.fixture
def server(small_bert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """A hub with a model that can be used and one that cannot; the cache is empty."""
    with HubServer() as server:
        use_hub(server, tmp_path / "cache", monkeypatch)
        facts = {
            "pipeline_tag": "fill-mask",
            "downloads": 12,
            "cardData": {"license": "apache-2.0", "language": ["en", "fr"]},
            "safetensors": {"parameters": {"F32": 1000, "BF16": 500}, "total": 1500},
        }
        server.models[NAME] = HubModel.of_folder(small_bert, **facts)
        card = b"---\nlanguage:\n- en\nlicense: mit\n---\n# Small\n"
        server.models[NAME].files["README.md"] = card
        warp = {"model_type": "warp", "auto_map": {"AutoModel": "own.Own"}}
        files = {"config.json": b"{}", "tokenizer.json": b"{}", "model.safetensors": b"x"}
        server.models["odd/bert-warp"] = HubModel(files, {"downloads": 99}, warp)
        yield server


def models(*words: str, code: int = 0) -> list[Any]:
    """Runs the command with ``--json``; returns its events."""
    done = CliRunner().invoke(app, ["models", "--json", *words])
    assert done.exit_code == code, done.output
    return [decode_event(line) for line in done.stdout_bytes.splitlines()]


def test_a_model_is_searched_downloaded_and_listed(server: HubServer) -> None:
    found = models("--search", "bert")[1].models
    assert [(entry.id, bool(entry.reason)) for entry in found] == [(NAME, False), ("odd/bert-warp", True)]
    good = found[0]
    assert (good.licence, good.language, good.learned) == (
        "Apache-2.0", "English and French", "to fill in blanks",
    )  # fmt: skip
    assert (good.parameters, good.size, good.downloads) == (1500, 5000, 12)

    last = [event for event in models("--download", NAME) if isinstance(event, DownloadProgressed)][-1]
    assert last.done == last.total == sum(len(one) for one in server.models[NAME].files.values())

    listed = {entry.id: entry for entry in models()[1].models}
    assert listed["minilm"].place is ModelPlace.BUILT_IN
    assert (listed[NAME].place, listed[NAME].available) == (ModelPlace.CACHE, True)
    assert listed[NAME].summary == "bert, 2 blocks"


def test_a_cached_model_is_trained_by_its_name(server: HubServer, moods_csv: Path, tmp_path: Path) -> None:
    models("--download", NAME)
    words = ["train", "--data", str(moods_csv), "--model", NAME, "--out", str(tmp_path / "run"), "--json"]
    settings = ["--method", "freeze_layers", "--set", "epochs=1", "--set", "batch_size=8"]
    done = CliRunner().invoke(app, [*words, *settings])
    assert done.exit_code == 0, done.output
    started = next(
        event for line in done.stdout_bytes.splitlines()
        if isinstance(event := decode_event(line), TrainingStarted)
    )  # fmt: skip
    assert (started.run.model, started.model.name) == (NAME, "small-bert")
    assert (started.model.language, started.model.licence) == ("English", "MIT")


def test_words_for_people(server: HubServer) -> None:
    shown = CliRunner().invoke(app, ["models", "--search", "bert"], terminal_width=200).stdout
    assert "It learned to fill in blanks." in shown
    assert "This model needs a program of its own." in shown
    fetched = CliRunner().invoke(app, ["models", "--download", NAME]).stdout
    assert f"from {server.endpoint.removeprefix('http://')}" in fetched
    assert "It is on this computer now." in fetched
    assert (
        "It was on this computer already." in CliRunner().invoke(app, ["models", "--download", NAME]).stdout
    )


def test_without_a_network_a_name_is_a_problem_with_its_way_out(
    server: HubServer, moods_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["train", "--data", str(moods_csv), "--model", NAME, "--out", str(tmp_path / "run")]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert f"thaw-engine models --download {NAME}" in done.stderr
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    (_, end) = models("--download", NAME, code=2)
    assert end.problem.code == "no_connection"


def test_a_download_that_is_killed_goes_on_where_it_stopped(server: HubServer, tmp_path: Path) -> None:
    weights = os.urandom(800_000)
    server.models[NAME].files["model.safetensors"] = weights
    server.bytes_per_second = 300_000
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "engine", "models", "--json", "--download", NAME],
        env=os.environ
        | {
            "PYTHONPATH": str(ROOT),
            "HF_ENDPOINT": server.endpoint,
            "HF_HUB_CACHE": str(tmp_path / "cache"),
            "HF_HUB_OFFLINE": "0",
        },
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line).get("done", 0) > 250_000:
            process.send_signal(signal.SIGINT)
            break
    process.stdout.close()
    assert process.wait(60) == 130
    server.bytes_per_second = 0
    before = len(server.sent)
    models("--download", NAME)
    (again,) = server.sent[before:]
    assert again.name == "model.safetensors"
    assert again.start > 150_000
    assert again.size == len(weights) - again.start
    (snapshot,) = (tmp_path / "cache" / "models--kind--small-bert" / "snapshots").iterdir()
    assert (snapshot / "model.safetensors").read_bytes() == weights
