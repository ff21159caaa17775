"""What every test gets: no display, no network, quiet libraries, and small models that are shared."""

from __future__ import annotations

import gc
import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.environment import prepare_environment
from tests.another_process import AnotherProcess
from tests.small_models import make_small_bert, make_small_writer, write_chains, write_moods

# All of this is read later, when Qt starts or torch and transformers are imported.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"  # nobody's own keyring is touched
prepare_environment()


def _stays_here(address: object) -> bool:
    """Whether an address that a socket is asked to connect to is on this computer."""
    if not isinstance(address, tuple):
        return True  # the path of a local socket
    host = str(address[0])
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="module", autouse=True)
def only_new_objects_are_searched_for_garbage() -> None:
    """Puts aside what is there already, torch and transformers above all; begins to search if need be."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lets a test fail that tries to reach another computer, even where the error was swallowed."""
    tried: list[object] = []
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: object) -> None:
        if not _stays_here(address):
            tried.append(address)
            raise ConnectionRefusedError(f"Tests have no network: {address!r}")
        connect(self, address)  # type: ignore[arg-type]  # whatever the caller gave

    def guarded_connect_ex(self: socket.socket, address: object) -> int:
        if not _stays_here(address):
            tried.append(address)
            raise ConnectionRefusedError(f"Tests have no network: {address!r}")
        return connect_ex(self, address)  # type: ignore[arg-type]  # whatever the caller gave

    def guarded_look_up(host: object, *rest: object, **more: object) -> object:
        if not _stays_here((host.decode() if isinstance(host, bytes) else host or "",)):
            tried.append(host)
            raise socket.gaierror(f"Tests have no network: {host!r}")
        return look_up(host, *rest, **more)  # type: ignore[arg-type]  # whatever the caller gave

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)
    yield
    assert not tried, f"Something tried to reach {tried}"


@pytest.fixture(scope="session")
def small_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random BERT of two blocks of width 32, mean pooling; do not write to it."""
    return make_small_bert(tmp_path_factory.mktemp("models") / "small-bert")


@pytest.fixture(scope="session")
def small_filler(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random BERT that was made to fill in blanks; do not write to it."""
    folder = tmp_path_factory.mktemp("models") / "small-filler"
    return make_small_bert(folder, pooling="", fills_blanks=True)


@pytest.fixture(scope="session")
def small_writer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random Llama of two blocks of width 32; do not write to it."""
    return make_small_writer(tmp_path_factory.mktemp("models") / "small-writer")


@pytest.fixture(scope="session")
def chains_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CSV of 80 texts in which each word tells the next one, ``text``; do not write to it."""
    return write_chains(tmp_path_factory.mktemp("tables") / "chains.csv")


@pytest.fixture(scope="session")
def echoes_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CSV of 80 texts that each say one word again and again, ``text``; do not write to it."""
    return write_chains(tmp_path_factory.mktemp("tables") / "echoes.csv", step=0)


@pytest.fixture(scope="session")
def moods_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CSV of 80 short texts, ``text`` and ``label`` (glad or sad); do not write to it."""
    return write_moods(tmp_path_factory.mktemp("tables") / "moods.csv")


@pytest.fixture(scope="session")
def with_thaw() -> Iterator[AnotherProcess]:
    """A process that reads saved models with Thaw."""
    process = AnotherProcess(with_thaw=True)
    yield process
    process.close()


@pytest.fixture(scope="session")
def without_thaw() -> Iterator[AnotherProcess]:
    """A process that reads saved models where Thaw cannot be imported."""
    process = AnotherProcess(with_thaw=False)
    yield process
    process.close()
