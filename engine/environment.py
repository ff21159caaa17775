"""What the libraries of the engine read from the environment once, when they are imported.

Nothing here imports them: call :func:`prepare_environment` first of all.
"""

from __future__ import annotations

import os
import sys

_SETTINGS = {
    # A thread that has nothing to do sleeps, where it can be told so after a few microseconds. By default
    # it spins, and where another program wants the same core each sum then waits for the operating system's
    # next time slice. Measured on 2 cores, seconds of a step of fine-tuning alone and beside one other busy
    # program: asleep at once 0.27 and 0.46, as set here 0.24 and 0.50, by default 0.25 and 0.90.
    # GNU's library, which torch has on Linux, spins as often as it is told; but not at all once two threads
    # of the program compute in turn, as those do that answer questions and that train, unless the policy is
    # active: then the same run took 15 % longer. Other libraries go by the policy alone.
    "OMP_WAIT_POLICY": "ACTIVE" if sys.platform == "linux" else "PASSIVE",
    "GOMP_SPINCOUNT": "1000",
    # For each size of a matrix in 16 bits a program of about half a megabyte is made; by default a thousand
    # of them are kept. With these few are made twice, and 270 MB less are held after an epoch.
    "ONEDNN_PRIMITIVE_CACHE_CAPACITY": "256",
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
