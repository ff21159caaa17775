"""What the libraries of the engine read from the environment is what was measured to be quick."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_READ = """
from engine.environment import prepare_environment
prepare_environment()
import torch
"""


def _told(**chosen: str) -> str:
    """Returns what the library for threads says of itself in a process of its own."""
    ours = {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT"}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    process = subprocess.run(
        [sys.executable, "-c", _READ],
        env=environment | {"OMP_DISPLAY_ENV": "VERBOSE"} | chosen,
        capture_output=True,
        text=True,
        check=True,
    )
    return process.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="GNU's library for threads is there on Linux only")
def test_threads_that_wait_spin_shortly_even_where_two_threads_compute_in_turn() -> None:
    """GNU's library spins not at all then, unless the policy is active."""
    told = _told()

    assert "OMP_WAIT_POLICY = 'ACTIVE'" in told
    assert "GOMP_SPINCOUNT = '1000'" in told


@pytest.mark.skipif(sys.platform != "linux", reason="GNU's library for threads is there on Linux only")
def test_what_a_person_has_set_stays() -> None:
    assert "OMP_WAIT_POLICY = 'PASSIVE'" in _told(OMP_WAIT_POLICY="PASSIVE")
