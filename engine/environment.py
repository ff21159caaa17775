"""What the libraries of the engine read from the environment once, when they are imported.

Nothing here imports them: call :func:`prepare_environment` first of all.
"""

from __future__ import annotations

import os

_SETTINGS = {
    # A thread that has nothing to do sleeps. By default it spins, and where another program wants the
    # same core each sum then waits for the operating system's next time slice: measured on 2 cores
    # with one other busy program, a training step takes 0.4 s instead of 2.9 s. Alone it makes no
    # difference.
    "OMP_WAIT_POLICY": "PASSIVE",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "true",
    # CUDA's sums differ from run to run without.
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
}


def prepare_environment() -> None:
    """Sets what a person has not set otherwise."""
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
