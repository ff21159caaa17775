"""A finished run that answers in a browser: a small page and a JSON endpoint, on the loopback address."""

from __future__ import annotations

import errno
import http
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any

import msgspec
from jinja2 import Environment, StrictUndefined

from engine.errors import EngineError
from engine.protocol import taking_away_problems
from engine.protocol.results import Prediction
from engine.training.answering import FinishedRun

LOOPBACK = "127.0.0.1"
_MOST_BYTES = 1_000_000
_MOST_TEXTS = 256


class _Asked(msgspec.Struct):
    """What is put to the endpoint: texts, or values for the task's input roles."""

    texts: list[str] = []
    rows: list[dict[str, str]] = []


class LocalPage:
    """Serves one run.

    Attributes:
        address: Where it is found, e.g. ``"http://127.0.0.1:8000/"``.
    """

    def __init__(self, finished: FinishedRun, port: int = 0) -> None:
        """Takes the port; nothing is answered yet.

        Args:
            finished: The run.
            port: Of the loopback address; 0 for any that is free.

        Raises:
            EngineError: When the port is taken.
        """
        self._finished = finished
        self._lock = threading.Lock()
        page = self

        class Handler(_Handler):
            owner = page

        try:
            self._server = ThreadingHTTPServer((LOOPBACK, port), Handler)
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            raise EngineError(taking_away_problems.port_taken(port)) from error
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self.address = f"http://{LOOPBACK}:{self.port}/"

    def serve(self) -> None:
        """Answers until :meth:`close`, or Ctrl-C."""
        self._server.serve_forever(poll_interval=0.2)

    def close(self) -> None:
        """Ends it."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, asked: _Asked) -> tuple[Prediction, ...]:
        """Returns what the run says; one question after the other."""
        with self._lock:
            return self._finished.predict(asked.texts) + self._finished.predict(asked.rows)

    def page(self) -> bytes:
        """Returns the page."""
        task, run = self._finished.task, self._finished.run
        roles = {role.id: role.label for role in task.roles}
        text = files("resources").joinpath("report", "local_page.html").read_text(encoding="utf-8")
        environment = Environment(autoescape=True, undefined=StrictUndefined)
        return (
            environment.from_string(text)
            .render(
                title=run.name or self._finished.folder.name,
                task=task.name,
                base=self._finished.base.facts.name,
                roles=[(role, roles.get(role, role)) for role in self._input_roles()],
            )
            .encode()
        )

    def _input_roles(self) -> list[str]:
        """Returns the roles that are asked for: those of which the run has a column."""
        columns = self._finished.run.data.columns
        return [role for role in self._finished.task.input_roles if columns.get(role)] or list(
            self._finished.task.input_roles[:1]
        )


class _Handler(BaseHTTPRequestHandler):
    """Answers the browser; requests that name another host, or come from another page, are refused."""

    owner: LocalPage
    server_version = "Thaw"
    sys_version = ""

    def do_GET(self) -> None:
        """Gives the page."""
        if not self._is_from_here():
            return
        if self.path != "/":
            self._send(http.HTTPStatus.NOT_FOUND, b"{}", "application/json")
            return
        self._send(http.HTTPStatus.OK, self.owner.page(), "text/html; charset=utf-8")

    def do_POST(self) -> None:
        """Answers ``{"texts": […]}`` or ``{"rows": [{role: text}]}`` at ``/predict``."""
        if not self._is_from_here():
            return
        told = self.headers.get("Content-Length") or "0"
        size = int(told) if told.isdecimal() else 0
        plain = (self.headers.get("Content-Type") or "").split(";")[0].strip() == "application/json"
        if self.path != "/predict" or not plain or not 0 < size <= _MOST_BYTES:
            self._refuse("Send at most 1 MB of JSON to /predict.")
            return
        try:
            asked = msgspec.json.decode(self.rfile.read(size), type=_Asked)
        except msgspec.MsgspecError as error:
            self._refuse(str(error))
            return
        if not 0 < len(asked.texts) + len(asked.rows) <= _MOST_TEXTS:
            self._refuse(f'Send 1 to {_MOST_TEXTS} texts: {{"texts": ["…"]}}.')
            return
        try:
            answers = self.owner.answer(asked)
        except EngineError as error:
            self._refuse(f"{error.problem.title}. {error.problem.reason}")
            return
        self._send(http.HTTPStatus.OK, msgspec.json.encode({"predictions": answers}), "application/json")

    def log_message(self, *_: Any) -> None:
        """Keeps what is typed out of the terminal."""

    def _is_from_here(self) -> bool:
        """Looks at the host and the page that a request names, so that no other site reads answers."""
        hosts = {f"{name}:{self.owner.port}" for name in (LOOPBACK, "localhost")}
        origin = self.headers.get("Origin")
        if self.headers.get("Host") in hosts and (
            origin is None or origin in {f"http://{one}" for one in hosts}
        ):
            return True
        self._send(http.HTTPStatus.FORBIDDEN, b"{}", "application/json")
        return False

    def _refuse(self, reason: str) -> None:
        self._send(http.HTTPStatus.BAD_REQUEST, msgspec.json.encode({"error": reason}), "application/json")

    def _send(self, status: http.HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header(
            "Content-Security-Policy", "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
        )
        self.end_headers()
        self.wfile.write(body)
