"""Data sets of the hub: real downloads over a real connection, opened as a folder."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from huggingface_hub import constants, scan_cache_dir

from engine.data.read_files import read_table
from engine.data.split_values import part_column
from engine.data.table import cells
from engine.data_sets.data_download import DataSetDownload
from engine.data_sets.hub_data import name_and_config, search
from engine.errors import EngineError
from engine.models import hub_cache
from engine.protocol.hub_kinds import HubKind
from engine.protocol.hub_origin import HubOrigin
from engine.protocol.model_events import DownloadProgressed
from engine.protocol.problems import Problem
from tests.hub_server import CONVERTED_COMMIT, HubModel, HubServer, use_hub

FILMS, MANY = "kind/films", "kind/many"
TOKEN = "hf_mine"  # noqa: S105 - of the local server


def parquet(*texts: str) -> bytes:
    """Returns a Parquet file with these texts, each with a label."""
    file = io.BytesIO()
    pq.write_table(pa.table({"text": list(texts), "label": ["good", "bad"][: len(texts)] or []}), file)
    return file.getvalue()


def films(part: str, number: int = 0) -> bytes:
    return parquet(f"{part} {number} a", f"{part} {number} b")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubServer]:
    """A hub with a data set of one configuration and one of two; this computer's cache is empty."""
    with HubServer() as server:
        server.data_sets[FILMS] = HubModel(
            {"README.md": b"# Films", "films.py": b"raise SystemExit"},
            {
                "cardData": {"license": "cc-by-4.0", "language": ["en"]},
                "downloads": 12,
                "mainSize": 84_000_000,
            },
            converted={
                "default/train/0000.parquet": films("train"),
                "default/train/0001.parquet": films("train", 1),
                "default/test/0000.parquet": films("test"),
                "default/unsupervised/0000.parquet": films("unsupervised"),
            },
        )
        server.data_sets[MANY] = HubModel(
            {},
            converted={
                "small/train/0000.parquet": films("small"),
                "large/train/0000.parquet": parquet("x" * 100_000, os.urandom(200_000).hex()),
            },
        )
        use_hub(server, tmp_path / "cache", monkeypatch)
        yield server


def never() -> None:
    """Says that it is still wanted."""


def fetch(
    name: str = FILMS, config: str = "", **choices: object
) -> tuple[Path, HubOrigin, list[DownloadProgressed]]:
    told: list[DownloadProgressed] = []
    arguments: dict[str, object] = {"pauses": (0.0, 0.0, 0.0)} | choices
    folder, origin = DataSetDownload(name, config, told.append, never, **arguments).run()  # type: ignore[arg-type]  # wrong on purpose, or as given
    return folder, origin, told


def refused(name: str = FILMS, config: str = "", **choices: object) -> Problem:
    with pytest.raises(EngineError) as caught:
        fetch(name, config, **choices)
    problem = caught.value.problem
    assert problem.fix
    assert problem.actions
    assert "model" not in " ".join((problem.title, problem.reason, problem.fix, problem.safe)).lower()
    return problem


def test_the_parts_of_a_data_set_are_fetched_and_read_as_a_split(server: HubServer) -> None:
    folder, origin, told = fetch()
    assert folder.name == "films"
    assert sorted(path.name for path in folder.iterdir()) == [
        ".from_hub.json", "test.parquet", "train-00000-of-00002.parquet", "train-00001-of-00002.parquet",
    ]  # fmt: skip
    table = read_table(folder)
    assert cells(table.dataset, "text") == [
        "train 0 a", "train 0 b", "train 1 a", "train 1 b", "test 0 a", "test 0 b",
    ]  # fmt: skip
    assert cells(table.dataset, "split") == ["train"] * 4 + ["test"] * 2
    assert part_column(table.dataset) == "split"
    (note,) = [problem for problem in table.problems if problem.code == "from_hub"]
    assert note.title == "From the Hugging Face hub: kind/films"
    assert "names the licence CC-BY-4.0" in note.reason
    assert f"{server.endpoint}/datasets/kind/films" in note.reason
    assert 'Left out: "unsupervised".' in note.reason
    assert (origin.licence, origin.commit, origin.config) == ("CC-BY-4.0", CONVERTED_COMMIT, "")
    sent = {one.name for one in server.sent}
    assert sent == {"default/train/0000.parquet", "default/train/0001.parquet", "default/test/0000.parquet"}
    assert (
        told[-1].done == told[-1].total == sum(len(server.data_sets[FILMS].converted[name]) for name in sent)
    )
    assert (told[-1].name, told[-1].kind) == (FILMS, HubKind.DATA_SET)


def test_what_is_here_is_opened_without_the_hub(server: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, origin, _ = fetch()
    asked = len(server.asked)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert fetch() == (folder, origin, [])
    assert len(server.asked) == asked
    assert refused(MANY).code == "no_connection"


def test_the_cache_is_as_huggingface_hub_expects_it(server: HubServer) -> None:
    fetch()
    scanned = scan_cache_dir(constants.HF_HUB_CACHE)
    assert not scanned.warnings
    (repo,) = scanned.repos
    assert (repo.repo_id, repo.repo_type) == (FILMS, "dataset")
    assert hub_cache.names() == []  # no model


def test_of_several_configurations_one_is_chosen(server: HubServer) -> None:
    problem = refused(MANY)
    assert (problem.code, problem.title) == ("choose_config", "kind/many holds 2 data sets")
    assert '"small" (1 kB)' in problem.reason
    assert [action.arguments["data_set"] for action in problem.actions] == [
        "kind/many/small",
        "kind/many/large",
    ]
    assert not server.sent
    for folder, origin, _told in (fetch("kind/many/small"), fetch(MANY, "small")):
        assert (folder.name, origin.config) == ("many small", "small")
    assert cells(read_table(folder).dataset, "text") == ["small 0 a", "small 0 b"]
    assert refused("kind/many/tiny").code == "no_such_config"


def test_a_data_set_that_is_too_large_is_refused_with_its_size(server: HubServer) -> None:
    problem = refused(MANY, "large", limit=100_000)
    assert problem.code == "data_set_too_large"
    assert "Thaw reads at most 100 kB" in problem.reason
    assert [action.arguments["data_set"] for action in problem.actions] == ["kind/many/small"]
    assert refused(FILMS, limit=10).actions[0].id == "choose_file"
    assert not server.sent


def test_a_full_disk_is_told_before_anything_is_fetched(server: HubServer) -> None:
    problem = refused(free=lambda _: 1_000)
    assert problem.code == "no_disk_space"
    assert problem.actions[0].arguments == {"data_set": FILMS}
    assert not server.sent


def test_files_of_the_owner_serve_where_there_is_no_conversion(server: HubServer) -> None:
    server.data_sets["kind/plain"] = HubModel(
        {"README.md": b"", "train.csv": b"text,label\na,x\nb,y\n", "test.csv": b"text,label\nc,x\n"}
    )
    folder, origin, _ = fetch("kind/plain")
    assert cells(read_table(folder).dataset, "text") == ["a", "b", "c"]
    assert origin.licence == ""
    assert any("names no licence" in problem.reason for problem in read_table(folder).problems)


def test_no_program_is_fetched_or_run(server: HubServer) -> None:
    server.data_sets[FILMS].converted = {}
    problem = refused()
    assert (problem.code, problem.title) == ("no_rows_on_hub", "kind/films needs a program of its own")
    assert '"films.py"' in problem.reason
    server.data_sets["kind/pictures"] = HubModel({"a.zip": b"x", ".gitattributes": b""})
    assert 'It holds "a.zip"' in refused("kind/pictures").reason
    assert not server.sent


def test_a_gated_data_set_says_what_to_do_and_a_token_opens_it(
    server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.data_sets[FILMS].token = TOKEN
    problem = refused()
    assert problem.code == "licence_not_accepted"
    assert f"{server.endpoint}/datasets/kind/films" in problem.fix
    assert problem.actions[0].label == "Open the data set's page"
    server.data_sets[FILMS].is_private = True
    assert refused().title == 'No data set called "kind/films" was found on the hub'
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert fetch()[0].name == "films"


@pytest.mark.parametrize(("breaks", "ends"), [(2, True), (-1, False)])
def test_a_broken_connection_is_taken_up_again(server: HubServer, breaks: int, ends: bool) -> None:
    rows = parquet(os.urandom(100_000).hex(), "b")
    server.data_sets[FILMS].converted = {"default/train/0000.parquet": rows}
    server.break_after, server.breaks = 65_536, breaks
    if not ends:
        server.break_after = 0
        assert refused().code == "download_broken"
        return
    assert (fetch()[0] / "train.parquet").read_bytes() == rows
    assert [one.start for one in server.sent] == [0, 65_536, 131_072]


def test_a_cancelled_download_goes_on_where_it_stopped(server: HubServer) -> None:
    rows = parquet(os.urandom(400_000).hex(), "b")
    server.data_sets[FILMS].converted = {"default/train/0000.parquet": rows}
    server.bytes_per_second = 400_000
    told: list[DownloadProgressed] = []

    class GivenUpError(Exception):
        """Ends a job."""

    def check() -> None:
        if told and told[-1].done > 100_000:
            raise GivenUpError

    with pytest.raises(GivenUpError):
        DataSetDownload(FILMS, "", told.append, check).run()
    server.bytes_per_second = 0
    folder, _, again = fetch()
    assert server.sent[-1].start > 100_000
    assert again[0].done >= server.sent[-1].start
    assert (folder / "train.parquet").read_bytes() == rows


def test_a_search_says_size_licence_and_why_not(server: HubServer) -> None:
    server.data_sets["kind/photos"] = HubModel({}, {"tags": ["modality:image"], "downloads": 99})
    found = search("kind", never)
    assert [entry.id for entry in found] == [FILMS, MANY, "kind/photos"]
    films = found[0]
    assert (films.licence, films.language, films.size, films.downloads) == (
        "CC-BY-4.0",
        "English",
        84_000_000,
        12,
    )
    assert films.page == f"{server.endpoint}/datasets/kind/films"
    assert found[2].reason == "It holds pictures, and Thaw reads texts"
    server.data_sets["far/away"] = HubModel({}, is_private=True, token=TOKEN)
    assert search("far/away", never) == ()
    for words in (f"{server.endpoint}/datasets/kind/many", "kind/many/small"):
        assert [entry.id for entry in search(words, never)] == [MANY]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("imdb", ("imdb", "")),
        ("stanfordnlp/imdb", ("stanfordnlp/imdb", "")),
        ("nyu-mll/glue/sst2", ("nyu-mll/glue", "sst2")),
        ("https://huggingface.co/datasets/nyu-mll/glue", ("nyu-mll/glue", "")),
        (" datasets/a/b/c/d ", ("a/b", "c/d")),
    ],
)
def test_a_name_may_be_an_address_or_hold_a_configuration(text: str, read: tuple[str, str]) -> None:
    assert name_and_config(text) == read


def test_a_name_that_no_hub_has_is_refused(server: HubServer) -> None:
    assert refused("no name at all").code == "not_on_hub"
    assert refused("../../etc").code == "not_on_hub"
    assert refused("a/b").code == "not_on_hub"
