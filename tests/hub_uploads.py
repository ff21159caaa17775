"""The part of the small hub that takes models: accounts, new repositories, large files, commits.

It speaks as huggingface.co does to ``HfApi.create_repo`` and ``HfApi.create_commit``: what is sent is
shown only after a commit, as a model of :class:`tests.hub_server.HubServer`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

_REGULAR = 10_000_000
_PIECE = 65_536


@dataclass
class Account:
    """Who a token belongs to.

    Attributes:
        name: The person's.
        organisations: Those it may write for.
        role: ``"write"`` or ``"read"``.
    """

    name: str
    organisations: tuple[str, ...] = ()
    role: str = "write"


@dataclass
class HubUploads:
    """What was sent so far.

    Attributes:
        accounts: Token → whose it is.
        made: Names of the repositories that were made, with whether they are private.
        deleted: Names of those that were deleted again.
        commits: Name → files of its commit.
        objects: Checksum → bytes of large files.
        refuses: Path's beginning → status with which it is answered.
        message: What is said then.
        bytes_per_second: How fast large files are taken; 0 for as fast as they come.
        received: Bytes of large files so far.
    """

    accounts: dict[str, Account] = field(default_factory=dict)
    made: dict[str, bool] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    refuses: dict[str, int] = field(default_factory=dict)
    message: str = ""
    bytes_per_second: int = 0
    received: int = 0

    def answer(self, request: BaseHTTPRequestHandler, path: str, endpoint: str) -> tuple[int, Any] | None:
        """Returns status and answer; ``None`` where the request is about something else."""
        refused = next((status for start, status in self.refuses.items() if path.startswith(start)), 0)
        if path.startswith("/lfs/"):
            status, said = self._take_object(request, path.rsplit("/", 1)[1])
            return refused or status, said
        wanted = path in {"/api/whoami-v2", "/api/validate-yaml", "/api/repos/create", "/api/repos/delete"}
        if not (
            wanted or "/preupload/" in path or "/commit/" in path or path.endswith("/info/lfs/objects/batch")
        ):
            return None
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0)) or self._chunks(request)
        if refused:
            return refused, {"error": self.message}
        account = self.accounts.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if path == "/api/validate-yaml":
            said = json.loads(body)["content"]
            bad = "license: [" in said
            return (
                (400, {"errors": [{"message": "bad YAML"}]}) if bad else (200, {"errors": [], "warnings": []})
            )
        if account is None:
            return 401, {"error": "Invalid credentials"}
        if path == "/api/whoami-v2":
            return 200, {
                "name": account.name,
                "type": "user",
                "orgs": [{"name": one} for one in account.organisations],
                "auth": {"type": "access_token", "accessToken": {"role": account.role}},
            }
        return self._of_repository(account, path, body, endpoint)

    def _of_repository(self, account: Account, path: str, body: bytes, endpoint: str) -> tuple[int, Any]:
        if path.startswith("/api/repos/"):
            asked = json.loads(body)
            owner = asked.get("organization") or account.name
            name = f"{owner}/{asked['name']}"
            if account.role == "read" or owner not in {account.name, *account.organisations}:
                return 403, {"error": "You don't have the rights to create a model there"}
            if path.endswith("/delete"):
                self.made.pop(name, None)
                self.deleted.append(name)
                return 200, {}
            if name in self.made:
                return 409, {"error": "You already created this model repo"}
            self.made[name] = asked.get("visibility") == "private" or bool(asked.get("private"))
            return 200, {"url": f"{endpoint}/{name}", "name": name, "id": "1"}
        if "/preupload/" in path:
            files = json.loads(body)["files"]
            large = (".safetensors", ".gguf", ".onnx")
            modes = [
                "lfs" if one["path"].endswith(large) or one["size"] > _REGULAR else "regular" for one in files
            ]
            return 200, {
                "files": [
                    {"path": one["path"], "uploadMode": mode, "shouldIgnore": False}
                    for one, mode in zip(files, modes, strict=True)
                ]
            }
        if path.endswith("/info/lfs/objects/batch"):
            objects = [
                {
                    "oid": one["oid"],
                    "size": one["size"],
                    "actions": {"upload": {"href": f"{endpoint}/lfs/{one['oid']}"}},
                }
                for one in json.loads(body)["objects"]
            ]
            return 200, {"transfer": "basic", "objects": objects}
        name = path.removeprefix("/api/models/").split("/commit/")[0]
        self.commits[name] = self._files(body)
        return 200, {
            "success": True,
            "commitOid": "c0ffee" * 6 + "c0ff",
            "commitUrl": f"{endpoint}/{name}/commit/1",
        }

    def _files(self, body: bytes) -> dict[str, bytes]:
        files = {}
        for line in body.splitlines():
            said = json.loads(line)
            if said["key"] == "file":
                files[said["value"]["path"]] = base64.b64decode(said["value"]["content"])
            elif said["key"] == "lfsFile":
                files[said["value"]["path"]] = self.objects[said["value"]["oid"]]
        return files

    def _take_object(self, request: BaseHTTPRequestHandler, oid: str) -> tuple[int, Any]:
        body, left = bytearray(), int(request.headers.get("Content-Length") or 0)
        if not left:
            body += self._chunks(request)
            self.received += len(body)
        while left:
            piece = request.rfile.read(min(left, _PIECE))
            if not piece:
                return 400, {}
            body += piece
            left -= len(piece)
            self.received += len(piece)
            if self.bytes_per_second:
                time.sleep(len(piece) / self.bytes_per_second)
        if hashlib.sha256(body).hexdigest() != oid:
            return 400, {"error": "another checksum"}
        self.objects[oid] = bytes(body)
        return 200, {}

    @staticmethod
    def _chunks(request: BaseHTTPRequestHandler) -> bytes:
        """Reads a body that is sent piece by piece."""
        body = b""
        if request.headers.get("Transfer-Encoding", "") == "chunked":
            while size := int(request.rfile.readline().strip() or b"0", 16):
                body += request.rfile.read(size)
                request.rfile.readline()
            request.rfile.readline()
        return body
