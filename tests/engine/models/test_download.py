"""Models of the hub: real downloads over a real connection, which can be slow, broken or refused."""

from __future__ import annotations

import errno
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from engine.errors import EngineError
from engine.models import hub, hub_cache
from engine.models.download import Download, wanted_files
from engine.models.load import load_base
from engine.models.sources import resolve
from engine.protocol.model_events import DownloadProgressed
from tests.hub_server import COMMIT, HubModel, HubServer, use_hub

NAME = "kind/small-bert"
WEIGHTS = "model.safetensors"


class GivenUpError(Exception):
    """Stands for what ends a job that was cancelled."""


@pytest.fixture
def server(small_bert: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubServer]:
    """A hub with one good model; this computer's cache is empty."""
    with HubServer() as server:
        server.models[NAME] = HubModel.of_folder(small_bert, pipeline_tag="fill-mask", downloads=7)
        use_hub(server, tmp_path / "cache", monkeypatch)
        yield server


def never() -> None:
    """Says that it is still wanted."""


def fetch(name: str = NAME, **choices: object) -> tuple[Path, list[DownloadProgressed]]:
    """Downloads a model and returns its folder and what was told."""
    told: list[DownloadProgressed] = []
    arguments: dict[str, object] = {"pauses": (0.0, 0.0, 0.0)} | choices
    return Download(name, told.append, never, **arguments).run(), told  # type: ignore[arg-type]  # as given


def refused(name: str = NAME, **choices: object) -> tuple[str, str]:
    """Returns the code of the problem that ends a download, and all its words."""
    with pytest.raises(EngineError) as caught:
        fetch(name, **choices)
    problem = caught.value.problem
    assert problem.fix
    assert problem.actions
    return problem.code, " ".join((problem.title, problem.reason, problem.fix, problem.safe))


def large(server: HubServer, size: int = 600_000) -> bytes:
    """Puts weights of a size on the hub, and returns them."""
    content = os.urandom(size)
    server.models[NAME].files[WEIGHTS] = content
    return content


def test_a_model_is_fetched_whole_and_loads(server: HubServer, small_bert: Path) -> None:
    folder, told = fetch()
    for path in small_bert.rglob("*"):
        if path.is_file():
            assert (folder / path.relative_to(small_bert)).read_bytes() == path.read_bytes()
    base = load_base(NAME)
    assert base.facts.source == NAME
    assert base.facts.name == "small-bert"
    assert base.folder == str(folder)
    assert resolve(NAME).folder == folder
    assert told[-1].done == told[-1].total == sum(len(one) for one in server.models[NAME].files.values())
    assert told[-1].host == server.endpoint.removeprefix("http://")
    assert [event.done for event in told] == sorted(event.done for event in told)


def test_the_cache_is_as_huggingface_hub_expects_it(server: HubServer) -> None:
    from huggingface_hub import scan_cache_dir, snapshot_download

    folder, _ = fetch()
    assert snapshot_download(NAME, local_files_only=True) == str(folder)
    scanned = scan_cache_dir(constants.HF_HUB_CACHE)
    assert not scanned.warnings
    (repo,) = scanned.repos
    (revision,) = repo.revisions
    assert (repo.repo_id, revision.commit_hash, set(revision.refs)) == (NAME, COMMIT, {"main"})


def test_what_is_here_is_not_fetched_again(server: HubServer) -> None:
    fetch()
    asked = len(server.asked)
    fetch()
    assert len(server.asked) == asked


def test_only_what_is_needed_is_fetched(server: HubServer) -> None:
    extras = ("pytorch_model.bin", "tf_model.h5", "model.onnx", "modeling_own.py", "onnx/model.onnx",
              "pytorch_model.bin.index.json", "flax_model.msgpack", "model.fp16.safetensors",
              "2_Dense/model.safetensors", "training_args.bin")  # fmt: skip
    wanted = set(server.models[NAME].files) | {"README.md", "source.spm", "merges.txt", "LICENSE"}
    added = {*extras, *wanted} - set(server.models[NAME].files)
    server.models[NAME].files |= {name: name.encode() for name in added}
    folder, _ = fetch()
    here = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert here == wanted
    assert {one.name for one in server.sent} == wanted
    files = wanted_files(hub.look_up(NAME, never))
    assert (files[0].name, files[-1].name) == ("config.json", WEIGHTS)


def test_weights_in_parts_are_fetched(server: HubServer, tmp_path: Path, small_bert: Path) -> None:
    from transformers import BertModel

    BertModel.from_pretrained(small_bert).save_pretrained(tmp_path / "parts", max_shard_size="20KB")
    parts = {path.name: path.read_bytes() for path in (tmp_path / "parts").glob("model*")}
    assert len(parts) > 3
    del server.models[NAME].files[WEIGHTS]
    server.models[NAME].files |= parts
    folder, _ = fetch()
    assert {path.name for path in folder.glob("model*")} == set(parts)
    assert load_base(NAME).facts.blocks == 2


def cancelled_part_way(server: HubServer, at_least: int) -> int:
    """Gives a download up once so many bytes of the weights are here; returns how many that are."""
    server.bytes_per_second = 400_000
    told: list[DownloadProgressed] = []
    wish = threading.Event()

    def check() -> None:
        if wish.is_set():
            raise GivenUpError

    def tell(event: DownloadProgressed) -> None:
        told.append(event)
        if event.file == WEIGHTS and event.done > at_least:
            wish.set()

    with pytest.raises(GivenUpError):
        Download(NAME, tell, check).run()
    return hub_cache.held(NAME)


def test_a_cancelled_download_goes_on_where_it_stopped(server: HubServer) -> None:
    weights = large(server)
    held = cancelled_part_way(server, 200_000)
    assert 150_000 < held < 400_000
    assert not hub_cache.is_whole(NAME)
    with pytest.raises(EngineError) as caught:
        resolve(NAME)
    assert caught.value.problem.code == "model_not_whole"
    assert caught.value.problem.actions[0].id == "download_model"
    server.bytes_per_second = 0
    before = len(server.sent)
    folder, told = fetch()
    again = server.sent[before:]
    assert [(one.name, one.start, one.size) for one in again] == [(WEIGHTS, held, len(weights) - held)]
    assert (folder / WEIGHTS).read_bytes() == weights
    assert told[0].done >= held
    assert hub_cache.held(NAME) == 0


def test_giving_up_does_not_wait_for_a_silent_server(server: HubServer) -> None:
    large(server, 100_000)
    server.bytes_per_second = 2_000  # two seconds for each piece, fifty in all
    began = time.monotonic()

    def check() -> None:
        if time.monotonic() - began > 0.5:
            raise GivenUpError

    with pytest.raises(GivenUpError):
        Download(NAME, lambda _event: None, check).run()
    assert time.monotonic() - began < 25


def test_a_broken_connection_is_taken_up_again(server: HubServer) -> None:
    weights = large(server)
    server.break_after, server.breaks = 150_000, 2
    folder, _ = fetch()
    assert (folder / WEIGHTS).read_bytes() == weights
    starts = [one.start for one in server.sent if one.name == WEIGHTS]
    assert len(starts) == 3
    assert starts[0] == 0
    assert 0 < starts[1] < starts[2]
    assert server.bytes_sent(WEIGHTS) - len(weights) < 3 * 65_536  # what was on its way when it broke


def test_a_connection_that_stays_broken_is_told_and_what_came_is_kept(server: HubServer) -> None:
    large(server)
    server.break_after = 0
    code, words = refused()
    assert code == "download_broken"
    assert "What has arrived is kept." in words
    server.break_after = None
    fetch()


def test_a_server_that_cannot_begin_in_the_middle_begins_again(server: HubServer) -> None:
    weights = large(server)
    held = cancelled_part_way(server, 200_000)
    assert held
    server.bytes_per_second, server.ignores_ranges = 0, True
    folder, _ = fetch()
    assert (folder / WEIGHTS).read_bytes() == weights


def test_a_damaged_file_is_found_and_fetched_again(server: HubServer) -> None:
    server.spoil = lambda name, content: content[:-1] + b"?" if name == WEIGHTS else content
    code, words = refused()
    assert code == "download_damaged"
    assert WEIGHTS in words
    assert not hub_cache.is_whole(NAME)
    server.spoil = lambda _name, content: content
    fetch()
    assert load_base(NAME).facts.blocks == 2


def test_a_full_disk_is_told_before_anything_is_fetched(server: HubServer) -> None:
    large(server, 3_000_000)
    code, words = refused(free=lambda _folder: 1_000_000)
    assert code == "no_disk_space"
    assert "3 MB are still to come" in words
    assert "1 MB are free" in words
    assert server.sent == []


def test_a_cache_that_takes_no_files_is_told(server: HubServer, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file is in the way")
    code, words = refused()
    assert code == "cannot_write_model"
    assert os.strerror(errno.ENOTDIR) in words or os.strerror(errno.EEXIST) in words


def test_a_licence_is_to_be_accepted_first(server: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    model = server.models[NAME]
    model.token, model.facts["gated"] = "hf_mine", "manual"
    code, words = refused()
    assert code == "licence_not_accepted"
    assert f"{server.endpoint}/{NAME}" in words
    assert "HF_TOKEN" in words
    assert server.sent == []
    monkeypatch.setenv("HF_TOKEN", "hf_mine")
    fetch()
    assert hub_cache.is_whole(NAME)


def test_a_private_model_is_shown_to_whom_it_belongs(
    server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.models[NAME].token, server.models[NAME].is_private = "hf_mine", True
    assert refused()[0] == "not_on_hub"
    monkeypatch.setenv("HF_TOKEN", "hf_mine")
    fetch()


def test_a_name_that_the_hub_does_not_know(server: HubServer) -> None:
    code, words = refused("kind/nothing")
    assert code == "not_on_hub"
    assert "kind/nothing" in words
    assert refused("no name at all")[0] == "not_on_hub"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"files": {WEIGHTS: None, "pytorch_model.bin": b"x"}}, "no_safetensors"),
        ({"files": {"config.json": None}}, "no_model_config"),
        ({"files": {"tokenizer.json": None, "tokenizer_config.json": None}}, "model_without_tokenizer"),
        ({"facts": {"pipeline_tag": "image-classification"}}, "not_a_text_model"),
        ({"config": {"model_type": "warp", "auto_map": {"AutoModel": "own.Own"}}}, "needs_own_code"),
        ({"config": {"model_type": "warp"}}, "unknown_architecture"),
    ],
)
def test_what_cannot_be_used_is_refused_before_it_is_fetched(
    server: HubServer, change: dict[str, dict[str, object]], code: str
) -> None:
    model = server.models[NAME]
    for part, values in change.items():
        kept = {name: value for name, value in (getattr(model, part) | values).items() if value is not None}
        setattr(model, part, kept)
    assert refused()[0] == code
    assert server.sent == []
    assert hub_cache.names() == []
    (entry,) = hub.search(NAME, never)
    assert entry.reason
    assert not entry.available


def test_a_config_that_the_hub_did_not_look_into_is_read_before_the_weights(server: HubServer) -> None:
    model = server.models[NAME]
    said = json.loads(model.files["config.json"]) | {"model_type": "warp", "auto_map": {"AutoModel": "o.O"}}
    model.files["config.json"], model.config = json.dumps(said).encode(), {}
    assert refused()[0] == "needs_own_code"
    assert [one.name for one in server.sent] == ["config.json"]
    assert not hub_cache.snapshots(NAME)


def test_offline_is_one_clear_problem_at_once(server: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    code, words = refused()
    assert code == "no_connection"
    assert words.startswith(f"{NAME} is not on this computer and there is no connection")
    with pytest.raises(EngineError) as caught:
        hub.search("bert", never)
    assert caught.value.problem.code == "hub_out_of_reach"
    assert [action.id for action in caught.value.problem.actions] == ["choose_folder", "use_built_in_model"]
    assert server.asked == []
    with pytest.raises(EngineError) as caught:
        resolve(NAME)
    assert [action.id for action in caught.value.problem.actions] == ["choose_folder", "use_built_in_model"]


def test_a_hub_that_does_not_answer_is_given_up_after_five_seconds(
    server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        assert refused()[0] == "no_connection"
        assert time.monotonic() - began < 8  # the library would wait for ten
    assert refused()[0] == "no_connection"  # and now nothing listens there at all


@pytest.mark.parametrize(("status", "words"), [(503, "in a minute"), (429, "in a minute"), (401, "token")])
def test_a_hub_that_refuses_is_told_with_its_status(server: HubServer, status: int, words: str) -> None:
    server.status = status
    code, said = refused()
    assert code == "hub_refuses"
    assert str(status) in said
    assert words in said


def test_an_answer_that_is_no_hubs_is_told(server: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_found", lambda *_: {"log": "in"})
    with pytest.raises(EngineError) as caught:
        hub.search("bert", never)
    assert caught.value.problem.code == "hub_refuses"
    assert "proxy" in caught.value.problem.fix


def test_two_downloads_of_one_model_do_not_write_the_same_file(server: HubServer) -> None:
    weights = large(server, 300_000)
    server.bytes_per_second = 600_000
    threads = [threading.Thread(target=fetch) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert server.bytes_sent(WEIGHTS) == len(weights)
    assert (resolve(NAME).folder / WEIGHTS).read_bytes() == weights
