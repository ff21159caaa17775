"""``thaw-engine data`` against a hub on this computer."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from huggingface_hub import constants
from typer.testing import CliRunner

from engine.command_line.commands import app
from engine.protocol.data_set_events import DataSetFetched
from engine.protocol.wire import decode_event
from tests.hub_server import HubModel, HubServer, use_hub

NAME = "kind/moods"


def moods(rows: int) -> bytes:
    file = io.BytesIO()
    texts = [f"{'glad' if row % 2 else 'sad'} number {row}" for row in range(rows)]
    pq.write_table(pa.table({"text": texts, "label": ["sad", "glad"] * (rows // 2)}), file)
    return file.getvalue()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """A hub with a data set of two configurations; the cache is empty."""
    with HubServer() as server:
        use_hub(server, tmp_path / "cache", monkeypatch)
        server.data_sets[NAME] = HubModel(
            {},
            {"cardData": {"license": ["mit", "cc0-1.0"]}, "downloads": 1234, "mainSize": 5_000_000},
            converted={
                "long/train/0000.parquet": moods(60),
                "long/test/0000.parquet": moods(20),
                "short/train/0000.parquet": moods(8),
            },
        )
        yield server


def data(*words: str, code: int = 0) -> list[Any]:
    """Runs the command with ``--json``; returns its events."""
    done = CliRunner().invoke(app, ["data", "--json", *words])
    assert done.exit_code == code, done.output
    return [decode_event(line) for line in done.stdout_bytes.splitlines()]


def test_a_data_set_is_searched_fetched_and_looked_at(server: HubServer) -> None:
    (found,) = data("--search", "moods")[1].data_sets
    assert (found.id, found.size, found.downloads, found.licence) == (
        NAME,
        5_000_000,
        1234,
        "MIT and CC0-1.0",
    )
    fetched = next(
        event for event in data("--download", NAME, "--config", "long") if isinstance(event, DataSetFetched)
    )
    assert (fetched.origin.config, fetched.origin.licence) == ("long", "MIT and CC0-1.0")
    done = CliRunner().invoke(app, ["inspect", fetched.path, "--json"])
    assert done.exit_code == 0, done.output
    facts = json.loads(done.stdout)
    assert (facts["rows"], facts["part_column"], facts["task"]) == (80, "split", "text_classification")
    assert "From the Hugging Face hub: kind/moods, long" in [
        finding["title"] for finding in facts["findings"]
    ]


def test_words_for_people(server: HubServer) -> None:
    shown = CliRunner().invoke(app, ["data", "--search", "moods"], terminal_width=200).stdout
    for words in (NAME, "5 MB", "1,234", "MIT and CC0-1.0"):
        assert words in shown
    refused = CliRunner().invoke(app, ["data", "--download", NAME])
    assert refused.exit_code == 2
    assert "kind/moods holds 2 data sets" in refused.stderr
    assert "thaw-engine data --download kind/moods/long" in refused.stderr
    done = CliRunner().invoke(app, ["data", "--download", f"{NAME}/short"])
    assert done.exit_code == 0
    assert f"from {server.endpoint.removeprefix('http://')}" in done.stdout
    assert "Licence: MIT and CC0-1.0" in done.stdout
    assert "Next: thaw-engine inspect '" in done.stdout
    again = CliRunner().invoke(app, ["data", "--download", f"{NAME}/short"]).stdout
    assert "It was on this computer already." in again
    nothing = CliRunner().invoke(app, ["data", "--search", "nobody"]).stdout
    assert 'The hub has no data set for "nobody".' in nothing
    assert "Say --search WORDS or --download NAME" in CliRunner().invoke(app, ["data"]).stderr


def test_without_a_network_it_is_said_what_can_be_done(
    server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    (_, end) = data("--search", "moods", code=2)
    assert end.problem.code == "hub_out_of_reach"
    assert end.problem.fix == "Choose a file or a folder on this computer, or start with a sample."
    (_, end) = data("--download", NAME, code=2)
    assert (end.problem.code, end.problem.setting) == ("no_connection", "")
