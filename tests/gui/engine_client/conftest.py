"""Real child processes for the tests of the pipe."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from gui.engine_client.engine_client import EngineClient
from gui.engine_client.engine_command import EngineCommand

ROOT = Path(__file__).parents[3]


@pytest.fixture
def open_client(qapp: QApplication) -> Iterator[Callable[..., EngineClient]]:
    """Makes a client of ``scripted_engine.py`` with a behaviour; not started. Ended after the test."""
    clients: list[EngineClient] = []

    def open_client(behaviour: str = "plain", ready_within: float = 20.0) -> EngineClient:
        script = "tests.gui.engine_client.scripted_engine"
        command = EngineCommand(
            (sys.executable, "-P", "-m", script, behaviour), os.environ | {"PYTHONPATH": str(ROOT)}
        )
        clients.append(EngineClient(command, ready_within=ready_within))
        return clients[-1]

    yield open_client
    for client in clients:
        client.shut_down(0.2)
        client.deleteLater()
