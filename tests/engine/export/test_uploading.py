"""A run is put on the hub whole, or nothing of it; nobody ever sees the token."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from huggingface_hub import constants
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError
from transformers import AutoModelForSequenceClassification

from engine.errors import EngineError
from engine.export.uploading import hub_kinds
from engine.models import hub_token
from engine.protocol.events import JobFailed, JobStopped, JobSucceeded
from engine.protocol.hub_upload_commands import AskHubAccount, ForgetHubToken, KeepHubToken, UploadModel
from engine.protocol.hub_upload_events import HubAccountTold, ModelUploaded, TokenPlace, UploadProgressed
from engine.protocol.wire import encode
from tests.engine.recorded_session import open_session
from tests.hub_server import HubServer, use_hub
from tests.hub_uploads import Account

TOKEN = "hf_write_secret"  # noqa: S105 - of a hub on this computer


class Drawer(KeyringBackend):
    """A keyring that lasts as long as a test."""

    priority = 1  # type: ignore[assignment]  # a property of the class in keyring

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[(service, username)] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    with HubServer() as server:
        use_hub(server, tmp_path / "cache", monkeypatch)
        server.uploads.accounts = {TOKEN: Account("ada", ("lab",)), "hf_read": Account("ada", role="read")}
        yield server


@pytest.fixture
def drawer(server) -> Iterator[Drawer]:
    before, drawer = keyring.get_keyring(), Drawer()
    keyring.set_keyring(drawer)
    hub_token._kept.cache_clear()
    yield drawer
    keyring.set_keyring(before)
    hub_token._kept.cache_clear()


@pytest.fixture
def told(server, monkeypatch):
    """Carries a command out in a session and returns its events."""
    session = open_session()

    def do(command):
        events = session.do(command)
        said = b"".join(encode(event) for event in events).decode()
        assert TOKEN not in said
        assert "hf_read" not in said
        return events

    do.session = session
    yield do
    session.session.close()


def upload(folder: Path, **rest) -> UploadModel:
    return UploadModel(job_id="up", folder=str(folder), **({"kind": "model", "name": "ada/moods"} | rest))


def problem(events):
    assert isinstance(events[-1], JobFailed), events[-1]
    return events[-1].problem


def test_a_model_arrives_whole_and_private(finished, told, server, monkeypatch, tmp_path):
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    events = told(upload(finished("lora", model="stock")))
    assert isinstance(events[-1], JobSucceeded), events[-1]
    done = next(event for event in events if isinstance(event, ModelUploaded))
    assert done.page == f"{server.endpoint}/ada/moods"
    assert server.uploads.made == {"ada/moods": True}
    assert {"README.md", "config.json", "model.safetensors", "tokenizer.json"} <= set(done.files)
    assert set(server.uploads.commits["ada/moods"]) == set(done.files)
    assert done.size == sum(map(len, server.uploads.commits["ada/moods"].values()))
    steps = [event for event in events if isinstance(event, UploadProgressed)]
    assert {step.total for step in steps} == {done.size}
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "none"))
    network = AutoModelForSequenceClassification.from_pretrained("ada/moods", token=TOKEN)
    assert network.config.id2label == {0: "glad", 1: "sad"}


def test_an_adapter_can_be_shown_to_everybody_under_an_organisation(finished, told, server, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    events = told(upload(finished("lora"), kind="adapter", name="lab/small", is_public=True))
    assert isinstance(events[-1], JobSucceeded), events[-1]
    assert server.uploads.made == {"lab/small": False}
    assert "adapter/adapter_model.safetensors" in server.uploads.commits["lab/small"]


def test_what_is_in_the_way_is_told_and_nothing_stays(finished, told, server, monkeypatch):
    folder = finished("lora")
    assert problem(told(upload(folder))).code == "no_hub_token"
    monkeypatch.setenv("HF_TOKEN", "hf_unknown")
    assert problem(told(upload(folder))).code == "hub_token_refused"
    monkeypatch.setenv("HF_TOKEN", "hf_read")
    assert problem(told(upload(folder))).code == "hub_no_right"
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert '"other"' in problem(told(upload(folder, name="other/moods"))).reason
    for name in ("moods", "a/b/c", "ada/", "ada/mo ods"):
        assert problem(told(upload(folder, name=name))).code == "not_a_hub_name", name
    assert problem(told(upload(folder, kind="script"))).code == "not_for_the_hub"
    server.uploads.made["ada/moods"] = False
    assert problem(told(upload(folder))).code == "hub_name_taken"
    assert server.uploads.deleted == []
    server.uploads.made.clear()
    assert problem(told(upload(folder, card="---\nlicense: [\n---\n"))).code == "hub_card_refused"
    server.uploads.deleted.clear()
    assert server.uploads.commits == {}
    assert server.uploads.made == {}


@pytest.mark.parametrize(
    ("place", "status", "said", "code"),
    [
        ("/lfs/", 403, "", "hub_no_right"),
        ("/api/models/ada/moods/commit", 403, "Private repository storage limit reached", "hub_too_large"),
        ("/ada/moods.git", 413, "", "hub_too_large"),
        ("/api/models/ada/moods/preupload", 404, "", "upload_broken"),
    ],
)
def test_a_refusal_half_way_leaves_no_empty_model(
    finished, told, server, monkeypatch, place, status, said, code
):
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    server.uploads.refuses, server.uploads.message = {place: status}, said
    assert problem(told(upload(finished("lora")))).code == code
    assert server.uploads.deleted == ["ada/moods"]
    assert server.uploads.commits == {}


def test_giving_up_within_a_file_takes_the_model_back(finished, told, server, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    server.uploads.bytes_per_second = 20_000
    session = told.session.session

    def give_up_soon() -> None:
        while server.uploads.received == 0:
            threading.Event().wait(0.02)
        from engine.protocol.commands import CancelJob

        session.cancel_job(CancelJob(job_id="up"))

    threading.Thread(target=give_up_soon, daemon=True).start()
    events = told(upload(finished("lora")))
    assert isinstance(events[-1], JobStopped), events[-1]
    assert server.uploads.commits == {}
    assert server.uploads.deleted == ["ada/moods"]


def test_without_a_network_or_kept_off_it_is_said(finished, told, server, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "HF_HUB_OFFLINE" in problem(told(upload(finished("lora")))).reason
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    failed = problem(told(upload(finished("lora"))))
    assert failed.code == "upload_broken"
    assert "nothing is on the hub" in failed.safe


def test_a_token_is_kept_in_the_keyring_once_the_hub_knows_it(told, drawer, finished):
    (nobody,) = [one for one in told(AskHubAccount(job_id="a")) if isinstance(one, HubAccountTold)]
    assert (nobody.place, nobody.user, nobody.can_keep) == (TokenPlace.NONE, "", True)
    assert problem(told(KeepHubToken(job_id="b", token="hf_wrong"))).code == "hub_token_refused"
    assert drawer.kept == {}
    events = told(KeepHubToken(job_id="c", token=f" {TOKEN}\n", run=str(finished("lora"))))
    assert isinstance(events[-1], JobSucceeded), events[-1]
    (ada,) = [one for one in events if isinstance(one, HubAccountTold)]
    assert (ada.user, ada.owners, ada.may_write) == ("ada", ("ada", "lab"), True)
    assert ada.place is TokenPlace.KEYRING
    assert list(drawer.kept.values()) == [TOKEN]
    (gone,) = [one for one in told(ForgetHubToken(job_id="d")) if isinstance(one, HubAccountTold)]
    assert gone.place is TokenPlace.NONE
    assert drawer.kept == {}
    assert TOKEN not in repr(KeepHubToken(job_id="e", token=TOKEN))


def test_a_token_that_another_process_has_kept_is_found(told, drawer):
    assert hub_token.find_token() == (None, TokenPlace.NONE)
    drawer.set_password(hub_token._SERVICE, constants.ENDPOINT.removeprefix("http://"), TOKEN)
    (ada,) = [one for one in told(AskHubAccount(job_id="a")) if isinstance(one, HubAccountTold)]
    assert ada.user == "ada"


def test_downloads_use_the_kept_token_too(drawer):
    drawer.set_password(hub_token._SERVICE, constants.ENDPOINT.removeprefix("http://"), TOKEN)
    assert hub_token.find_token() == (TOKEN, TokenPlace.KEYRING)
    from engine.models.hub import has_token

    assert has_token()


def test_without_a_keyring_it_is_said(server, monkeypatch):
    from keyring.backends import fail

    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    try:
        assert not hub_token.can_keep()
        with pytest.raises(EngineError) as caught:
            hub_token.keep_token(TOKEN)
        assert caught.value.problem.code == "no_keyring"
        assert TOKEN not in json.dumps(caught.value.problem.title + caught.value.problem.details)
    finally:
        keyring.set_keyring(before)


def test_only_models_go_there():
    assert hub_kinds() == ["adapter", "model", "merged", "onnx", "gguf"]
