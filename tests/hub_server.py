"""A small Hugging Face hub on this computer: enough of its API for real searches and real downloads.

It speaks HTTP on 127.0.0.1 as huggingface.co does: ``/api/models``, ``/api/models/ID``, and
``/ID/resolve/REVISION/FILE`` with ranges, large files behind a redirect, and the hub's error codes; and
all of that for ``datasets``, with their conversion to Parquet as a revision of its own. It can be slow,
break connections and count what it has sent. What it takes stands in ``tests/hub_uploads.py``.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from huggingface_hub import constants
from huggingface_hub.utils import close_session

from tests.hub_uploads import HubUploads

COMMIT = "c0ffee" * 6 + "c0ff"
CONVERTED_COMMIT = "decade" * 6 + "deca"
_CONVERTED = "refs/convert/parquet"
_PIECE = 4096
_LARGE = (".safetensors", ".bin", ".h5", ".onnx", ".parquet")


@dataclass
class HubModel:
    """A model on the hub, or a data set.

    Attributes:
        files: Path → bytes.
        facts: What else the API says: ``gated``, ``pipeline_tag``, ``downloads`` …
        config: The hub's extract of ``config.json``.
        token: Who may read the files; empty for everybody.
        is_private: Whether others are told that there is no such model.
        converted: Of a data set, its files as Parquet; none where there is no such revision.
    """

    files: dict[str, bytes]
    facts: dict[str, Any] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    is_private: bool = False
    converted: dict[str, bytes] = field(default_factory=dict)

    def files_of(self, revision: str) -> dict[str, bytes]:
        """Returns the files of a revision."""
        return self.converted if revision in (_CONVERTED, CONVERTED_COMMIT) else self.files

    @classmethod
    def of_folder(cls, folder: Path, **facts: Any) -> HubModel:
        """Puts the files of a folder on the hub."""
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        config = json.loads(files["config.json"]) if "config.json" in files else {}
        known = {key: config[key] for key in ("model_type", "architectures", "auto_map") if key in config}
        return cls(files, facts, known)


@dataclass
class Sent:
    """A file that was asked for.

    Attributes:
        name: Its path in the model.
        start: The first byte that was asked for.
        size: How many bytes were sent so far.
    """

    name: str
    start: int
    size: int = 0


class HubServer:
    """The server; use it in a ``with`` statement.

    Attributes:
        models: Name → model.
        data_sets: Name → data set.
        uploads: What was sent to it; see there.
        sent: Every answer with bytes of a file, oldest first.
        asked: Path and query of every request, oldest first.
        bytes_per_second: How fast a file is sent; 0 for as fast as it goes.
        break_after: Close the connection after so many bytes of a file; ``None`` never.
        breaks: So many connections are broken; -1 for all.
        ignores_ranges: Whether a file is always sent from its first byte.
        status: Answer everything with this status; 0 for right answers.
        answers: Whether it answers at all.
    """

    def __init__(self) -> None:
        self.models: dict[str, HubModel] = {}
        self.data_sets: dict[str, HubModel] = {}
        self.uploads = HubUploads()
        self.sent: list[Sent] = []
        self.asked: list[str] = []
        self.bytes_per_second = 0
        self.break_after: int | None = None
        self.breaks = -1
        self.ignores_ranges = False
        self.status = 0
        self.spoil: Callable[[str, bytes], bytes] = lambda _name, content: content
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.answer(self)

            do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - http.server's names

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def endpoint(self) -> str:
        """Returns what ``HF_ENDPOINT`` says."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bytes_per_second = 0
        close_session()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def bytes_sent(self, name: str) -> int:
        """Returns how many bytes of a file were sent in all."""
        return sum(one.size for one in self.sent if one.name == name)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answers a request."""
        self.asked.append(request.path)
        parts = urlsplit(request.path)
        path = unquote(parts.path)
        if self.status:
            request.close_connection = True  # what was sent with the question is not read
            self._say(request, self.status, b"{}")
        elif (taken := self.uploads.answer(request, path, self.endpoint)) is not None:
            request.close_connection = taken[0] >= 300
            self._say(request, taken[0], json.dumps(taken[1]).encode())
            self._show_uploads()
        elif path in ("/api/models", "/api/datasets"):
            found = self._found(self._of_kind(path), parse_qs(parts.query))
            self._say(request, 200, json.dumps(found).encode())
        elif path.startswith(("/api/models/", "/api/datasets/")):
            name, _, revision = path.split("/", 3)[3].partition("/revision/")
            self._tell(request, self._of_kind(path).get(name), name, revision)
        elif "/resolve/" in path and not path.startswith("/large/"):
            name, rest = path.strip("/").split("/resolve/")
            self._give(request, self._of_kind(path).get(name.removeprefix("datasets/")), path, rest)
        elif path.startswith("/large/"):
            place, _, rest = path.removeprefix("/large").partition("/resolve/")
            repository = self._of_kind(place)[place.strip("/").removeprefix("datasets/")]
            revision, _, file = rest.partition("/")
            self._send_file(request, file, repository.files_of(revision)[file])
        else:
            self._say(request, 404, b"{}", {"X-Error-Code": "RepoNotFound"})

    def _show_uploads(self) -> None:
        for name in self.uploads.deleted:
            self.models.pop(name, None)
        for name, is_private in self.uploads.made.items():
            files = {".gitattributes": b""} | self.uploads.commits.get(name, {})
            token = next((one for one in self.uploads.accounts), "") if is_private else ""
            self.models[name] = HubModel(files, token=token, is_private=is_private)

    def _of_kind(self, path: str) -> dict[str, HubModel]:
        return self.data_sets if path.startswith(("/datasets/", "/api/datasets")) else self.models

    # --- the API ----------------------------------------------------------------------------------

    def _found(self, repositories: dict[str, HubModel], query: dict[str, list[str]]) -> list[dict[str, Any]]:
        words = query.get("search", [""])[0].lower()
        wants_safetensors = "safetensors" in query.get("filter", [])
        found = [
            self._about(name, model, sizes=False)
            for name, model in repositories.items()
            if words in name.lower()
            and not model.is_private
            and (not wants_safetensors or any(file.endswith(".safetensors") for file in model.files))
        ]
        found.sort(key=lambda about: -about.get("downloads", 0))
        return found[: int(query.get("limit", ["1000"])[0])]

    def _tell(
        self, request: BaseHTTPRequestHandler, model: HubModel | None, name: str, revision: str
    ) -> None:
        if model is None or (model.is_private and not self._may(request, model)):
            self._say(request, 401, b"{}", {"X-Error-Code": "RepoNotFound"})
        elif revision == _CONVERTED and not model.converted:
            self._say(request, 404, b"{}", {"X-Error-Code": "RevisionNotFound"})
        else:
            about = self._about(name, model, sizes=True, revision=revision)
            self._say(request, 200, json.dumps(about).encode())

    def _about(self, name: str, model: HubModel, *, sizes: bool, revision: str = "") -> dict[str, Any]:
        siblings = []
        for file, content in model.files_of(revision).items():
            sibling: dict[str, Any] = {"rfilename": file}
            if sizes:
                sibling |= {"size": len(content), "blobId": _git_checksum(content)}
            if sizes and file.endswith(_LARGE):
                sha256 = hashlib.sha256(content).hexdigest()
                sibling["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 134}
            siblings.append(sibling)
        commit = CONVERTED_COMMIT if revision == _CONVERTED else COMMIT
        return {"id": name, "modelId": name, "sha": commit, "private": model.is_private, "gated": False} | {
            "siblings": siblings, "config": model.config, "tags": [], "downloads": 0, **model.facts,
        }  # fmt: skip

    # --- files ------------------------------------------------------------------------------------

    def _give(self, request: BaseHTTPRequestHandler, model: HubModel | None, path: str, rest: str) -> None:
        revision, _, file = rest.partition("/")
        if model is None or file not in model.files_of(revision):
            code = "RepoNotFound" if model is None else "EntryNotFound"
            self._say(request, 404, b"{}", {"X-Error-Code": code})
        elif not self._may(request, model):
            self._say(request, 403, b"{}", {"X-Error-Code": "GatedRepo"})
        elif file.endswith(_LARGE):  # as the hub does: large files come from elsewhere
            self._say(request, 302, b"", {"Location": f"/large{path}", "X-Repo-Commit": COMMIT})
        else:
            self._send_file(request, file, model.files_of(revision)[file])

    def _send_file(self, request: BaseHTTPRequestHandler, name: str, content: bytes) -> None:
        content = self.spoil(name, content)
        asked = request.headers.get("Range", "")
        start = 0 if self.ignores_ranges or not asked else int(asked.removeprefix("bytes=").rstrip("-"))
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(content) - start))
        request.send_header("ETag", f'"{_git_checksum(content)}"')
        request.send_header("X-Repo-Commit", COMMIT)
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        request.end_headers()
        if request.command == "HEAD":
            return
        self.sent.append(Sent(name, start))
        try:
            self._send_body(request, content[start:], self.sent[-1])
        except OSError:  # whoever asked is gone
            request.close_connection = True

    def _send_body(self, request: BaseHTTPRequestHandler, content: bytes, sent: Sent) -> None:
        began = time.monotonic()
        while sent.size < len(content):
            if self.break_after is not None and sent.size >= self.break_after and self.breaks:
                self.breaks -= 1
                request.close_connection = True
                return
            piece = content[sent.size : sent.size + _PIECE]
            request.wfile.write(piece)
            request.wfile.flush()
            sent.size += len(piece)
            if self.bytes_per_second:
                time.sleep(max(0.0, began + sent.size / self.bytes_per_second - time.monotonic()))

    @staticmethod
    def _may(request: BaseHTTPRequestHandler, model: HubModel) -> bool:
        return not model.token or request.headers.get("Authorization") == f"Bearer {model.token}"

    @staticmethod
    def _say(
        request: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str] | None = None
    ) -> None:
        request.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(body)


def use_hub(server: HubServer, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets this process use a server as its hub, and an empty cache.

    huggingface_hub reads its environment once, when it is imported; so its constants are set here.
    """
    files = server.endpoint + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "ENDPOINT", server.endpoint)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", files)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(cache.with_name("no-token")))
    monkeypatch.delenv("HF_TOKEN", raising=False)


def _git_checksum(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
