"""What tests of real processes share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.engine_process import EngineProcess


@pytest.fixture(scope="session")
def living_engine() -> Iterator[EngineProcess]:
    """An engine for the tests that do not end it; most of its time goes into loading its libraries."""
    with EngineProcess() as engine:
        yield engine
