"""Reads saved models in a process of its own, with Thaw or where Thaw cannot be imported.

One process serves many models: most of its time goes into importing torch, transformers and peft.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import torch
from safetensors.torch import load_file, save_file

_ROOT = Path(__file__).resolve().parents[3]
_BATCH = "batch.safetensors"


class AnotherProcess:
    """Is told where models lie, and says what they say.

    Args:
        with_thaw: Whether it reads them with Thaw; else by the ``load_model.py`` beside them.
    """

    def __init__(self, *, with_thaw: bool) -> None:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(_ROOT) if with_thaw else ""}
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        self._process = subprocess.Popen(
            [sys.executable, "-P", __file__, "with" if with_thaw else "without"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment,
        )

    def ask(self, folder: Path, batch: Mapping[str, torch.Tensor], asked: list[Any] | None) -> None:
        """Lets it read a model and put a batch to it; :meth:`answer` waits for what it says.

        Args:
            folder: Of the model.
            batch: For a network that takes it.
            asked: For ``logits`` of ``load_model.py``, which makes a batch of it; ``None`` where there is
                none.
        """
        assert self._process.stdin is not None
        # In files: a pipe that is full would let both processes wait for each other.
        save_file({name: tensor.contiguous() for name, tensor in batch.items()}, folder / _BATCH)
        self._process.stdin.write(json.dumps([str(folder), asked]).encode() + b"\n")
        self._process.stdin.flush()

    def answer(self, folder: Path) -> torch.Tensor:
        """Returns the logits that the model in a folder says; those asked before it are passed over."""
        assert self._process.stdout is not None
        said = b""
        while str(folder).encode() not in said:
            said = self._process.stdout.readline()
            assert said, self._told()
        assert not said.startswith(b"["), "\n".join(json.loads(said))
        return load_file(Path(said.decode().strip()))["logits"]

    def close(self) -> None:
        """Ends it."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait(60)
        self._errors.close()

    def _told(self) -> str:
        self._process.wait(60)
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")


def _serve(lines: IO[bytes], answers: IO[bytes], *, with_thaw: bool) -> None:
    torch.manual_seed(0)
    for line in lines:
        folder, asked = json.loads(line)
        batch, into = load_file(Path(folder) / _BATCH), Path(folder) / f"said-{with_thaw}.safetensors"
        read = _with_thaw if with_thaw else _without_thaw
        try:
            with torch.no_grad():
                said = read(Path(folder), batch, asked)
            save_file({"logits": said.contiguous()}, into)
            answers.write(f"{into}\n".encode())
        except Exception:  # noqa: BLE001 - the other models are read all the same
            answers.write(json.dumps([folder, traceback.format_exc()]).encode() + b"\n")
        answers.flush()


def _with_thaw(folder: Path, batch: dict[str, Any], _asked: list[Any] | None) -> Any:
    from engine.models.weights import load_model

    return load_model(folder)(batch).logits


def _without_thaw(folder: Path, batch: dict[str, Any], asked: list[Any] | None) -> Any:
    import runpy

    lines = runpy.run_path(str(folder / "load_model.py"))
    assert not {"engine", "gui"} & {name.split(".")[0] for name in sys.modules}
    if asked is None:
        places = batch.pop("places") if "places" in batch else batch["labels"] != -100
        # A prompt of learned vectors is answered too; only the words behind it were asked.
        return lines["model"](**batch).logits[:, -places.shape[1] :][places]
    said = lines["logits"]([tuple(one) if isinstance(one, list) else one for one in asked])
    return said[0] if isinstance(said, tuple) else said


class _NoThaw:
    """Lets no module of Thaw be imported, wherever it is installed."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """Refuses."""
        if name.split(".")[0] in {"engine", "gui"}:
            raise ImportError(f"{name} is Thaw's")


if __name__ == "__main__":
    if sys.argv[1] == "without":
        sys.meta_path.insert(0, _NoThaw)  # type: ignore[arg-type]  # find_spec is all that is asked for
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _serve(sys.stdin.buffer, answers, with_thaw=sys.argv[1] == "with")
