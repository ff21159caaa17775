"""Bytes from the hub, read on a thread of its own: whoever takes them can stop at any moment."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Self

import httpx2
from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status

from engine.models.hub_token import find_token

_TIMES = httpx2.Timeout(20.0, connect=5.0)
"""Seconds: to connect, and without a byte before the connection counts as broken."""

_IN_LINE = 64
"""So many pieces wait at most for whoever takes them; a slow disk then slows the network down."""

_PARTIAL_CONTENT = 206


class Fetch:
    """A file of the hub that arrives; use it in a ``with`` statement."""

    def __init__(self, url: str, start: int, check: Callable[[], None]) -> None:
        """Asks for it.

        Args:
            url: Where it is.
            start: How many bytes are here already.
            check: Asked ten times a second; what it raises comes out of :meth:`begin` and :meth:`pieces`.
        """
        self._url = url
        self._start = start
        self._check = check
        self._line: queue.Queue[bytes | int | httpx2.HTTPError | OSError | None] = queue.Queue(_IN_LINE)
        self._is_left = threading.Event()
        self._thread = threading.Thread(target=self._read, name="download", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_left.set()

    def begin(self) -> int:
        """Waits for the answer.

        Returns:
            The byte from which it arrives: a server that cannot begin in the middle begins at 0.

        Raises:
            httpx2.HTTPError: When the server cannot be reached, or refuses.
            OSError: Likewise.
        """
        first = self._next()
        return first if isinstance(first, int) else self._start

    def pieces(self) -> Iterator[bytes]:
        """Yields what arrives, until the end.

        Raises:
            httpx2.HTTPError: When the connection breaks.
            OSError: Likewise.
        """
        while (piece := self._next()) is not None:
            if isinstance(piece, bytes):
                yield piece

    def _next(self) -> bytes | int | None:
        while True:
            self._check()
            try:
                found = self._line.get(timeout=0.1)
            except queue.Empty:
                continue
            if isinstance(found, httpx2.HTTPError | OSError):
                raise found
            return found

    def _read(self) -> None:
        plain = {"Accept-Encoding": "identity"}  # else bytes could not be counted
        headers = build_hf_headers(token=find_token()[0]) | plain
        if self._start:
            headers["Range"] = f"bytes={self._start}-"
        try:
            with get_session().stream("GET", self._url, headers=headers, timeout=_TIMES) as answer:
                hf_raise_for_status(answer)
                self._put(self._start if answer.status_code == _PARTIAL_CONTENT else 0)
                for piece in answer.iter_bytes():
                    if not self._put(piece):
                        return
        except (httpx2.HTTPError, OSError) as error:
            self._put(error)
        finally:
            self._put(None)

    def _put(self, found: bytes | int | httpx2.HTTPError | OSError | None) -> bool:
        """Puts something in line, unless nobody takes it any more."""
        while not self._is_left.is_set():
            try:
                self._line.put(found, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False
