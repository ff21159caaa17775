"""Reads saved models in a process of its own, with Thaw or where Thaw cannot be imported.

One process serves many models: most of its time goes into importing torch, transformers and peft.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import runpy
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import torch
from safetensors.torch import load_file, save_file

_ROOT = Path(__file__).resolve().parents[1]
_BATCH = "batch.safetensors"
_STARTED = f"import gc, runpy; gc.disable(); runpy.run_path({__file__!r}, run_name='__main__')"
"""No search for garbage goes through the libraries while they are imported."""


class AnotherProcess:
    """Is told where models lie, and says what they say.

    Args:
        with_thaw: Whether it reads them with Thaw; else by the ``load_model.py`` beside them.
        python: The Python that runs it; this one by default.
    """

    def __init__(self, *, with_thaw: bool, python: str = sys.executable) -> None:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("TRANSFORMERS_")}
        environment = {**plain, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(_ROOT) if with_thaw else ""}
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        self._process = subprocess.Popen(
            [python, "-P", "-c", _STARTED, "with" if with_thaw else "without"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment,
        )

    def ask(
        self,
        folder: Path,
        batch: Mapping[str, torch.Tensor] | None = None,
        asked: list[Any] | None = None,
        *,
        stock: str = "",
        graph: str = "",
    ) -> None:
        """Lets it read a model and put something to it; :meth:`answer` waits for what it says.

        Args:
            folder: Of the model.
            batch: For a network that takes it.
            asked: For ``logits`` of ``load_model.py``, which makes a batch of it; ``None`` where there is
                none.
            stock: Name of the class of transformers' that the folder is, where it has no ``load_model.py``.
            graph: Name of the folder's ONNX file that is asked.
        """
        if batch is not None:  # in files: a pipe that is full would let both processes wait for each other
            save_file({name: tensor.contiguous() for name, tensor in batch.items()}, folder / _BATCH)
        self._send({"folder": str(folder), "asked": asked, "stock": stock, "graph": graph})

    def answer(self, folder: Path) -> torch.Tensor:
        """Returns the logits that the model in a folder says; those asked before it are passed over."""
        said = self._heard(folder)["logits"]
        assert isinstance(said, str)
        return load_file(said)["logits"]

    def printed(self, folder: Path, *words: str) -> str:
        """Returns what ``load_model.py`` prints that is run with some words, without the last line break."""
        self._send({"folder": str(folder), "words": words})
        return self._heard(folder)["printed"].removesuffix("\n")

    def ran(self, folder: Path, script: str) -> str:
        """Runs a script of a folder and returns what it prints."""
        self._send({"folder": str(folder), "script": script})
        return self._heard(folder)["printed"]

    @property
    def warnings(self) -> str:
        """Returns what it and its libraries have said on the standard error stream until now."""
        size = os.fstat(self._errors.fileno()).st_size
        return os.pread(self._errors.fileno(), size, 0).decode(errors="replace")

    def close(self) -> None:
        """Ends it."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait(60)
        self._errors.close()

    def _send(self, question: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        self._process.stdin.flush()

    def _heard(self, folder: Path) -> dict[str, str]:
        assert self._process.stdout is not None
        said: dict[str, str] = {}
        while said.get("folder") != str(folder):
            line = self._process.stdout.readline()
            assert line, self._told()
            said = json.loads(line)
        assert "error" not in said, said["error"]
        return said

    def _told(self) -> str:
        self._process.wait(60)
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")


def _serve(lines: IO[bytes], answers: IO[bytes], *, with_thaw: bool) -> None:
    torch.manual_seed(0)
    for line in lines:
        question = json.loads(line)
        folder = Path(question["folder"])
        try:
            if "script" in question:
                said = {"printed": _ran(folder / question["script"])}
            elif "words" in question:
                said = {"printed": _printed(folder, question["words"])}
            else:
                said = {"logits": _logits(folder, question, with_thaw=with_thaw)}
        except Exception:  # noqa: BLE001 - the other models are read all the same
            said = {"error": traceback.format_exc()}
        answers.write(json.dumps({"folder": str(folder)} | said).encode() + b"\n")
        answers.flush()


def _logits(folder: Path, question: dict[str, Any], *, with_thaw: bool) -> str:
    into = folder / f"said-{with_thaw}.safetensors"
    with torch.no_grad():
        if with_thaw:
            said = _with_thaw(folder)
        elif question["graph"]:
            said = _of_graph(folder, question["graph"], question["asked"])
        elif question["stock"]:
            said = _of_stock(folder, question["stock"])
        else:
            said = _without_thaw(folder, question["asked"])
    save_file({"logits": said.contiguous()}, into)
    return str(into)


def _with_thaw(folder: Path) -> Any:
    from engine.models.weights import load_model

    return load_model(folder)(load_file(folder / _BATCH)).logits


def _without_thaw(folder: Path, asked: list[Any] | None) -> Any:
    lines = runpy.run_path(str(folder / "load_model.py"))
    assert not {"engine", "gui"} & {name.split(".")[0] for name in sys.modules}
    if asked is None:
        batch = load_file(folder / _BATCH)
        places = batch.pop("places") if "places" in batch else batch["labels"] != -100
        # A prompt of learned vectors is answered too; only the words behind it were asked.
        return lines["model"](**batch).logits[:, -places.shape[1] :][places]
    said = lines["logits"](_typed(asked))
    return said[0] if isinstance(said, tuple) else said


def _typed(asked: list[Any]) -> list[Any]:
    return [tuple(one) if isinstance(one, list) else one for one in asked]  # JSON knows no pairs


def _of_stock(folder: Path, name: str) -> Any:
    import transformers

    network = getattr(transformers, name).from_pretrained(folder, dtype=torch.float32).eval()
    batch = load_file(folder / _BATCH)
    places = batch.pop("places", None)
    output = network(**batch)
    if "start_logits" in output:
        return torch.stack((output.start_logits, output.end_logits), -1)
    return output.logits if places is None else output.logits[:, -places.shape[1] :][places]


def _of_graph(folder: Path, name: str, asked: list[Any] | None) -> Any:
    if asked is not None:
        text = (folder / "run_onnx.py").read_text().replace('"model.onnx"', repr(name))
        lines: dict[str, Any] = {"__file__": str(folder / "run_onnx.py"), "__name__": "run_onnx"}
        exec(compile(text, "run_onnx.py", "exec"), lines)  # noqa: S102 - it is what is tested
        return torch.from_numpy(
            lines["logits"]([tuple(one) if isinstance(one, list) else one for one in asked])
        )  # type: ignore[operator]  # what the script has defined
    import onnxruntime

    session = onnxruntime.InferenceSession(folder / name, providers=["CPUExecutionProvider"])
    batch = load_file(folder / _BATCH)
    wanted = [entry.name for entry in session.get_inputs()]
    said = torch.from_numpy(session.run(None, {one: batch[one].numpy() for one in wanted})[0])
    return said[batch["places"]] if "places" in batch else said


def _printed(folder: Path, words: list[str]) -> str:
    sys.argv = ["load_model.py", *words]
    with contextlib.redirect_stdout(io.StringIO()) as out:
        runpy.run_path(str(folder / "load_model.py"), run_name="__main__")
    return out.getvalue()


def _ran(script: Path) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        runpy.run_path(str(script), run_name="__main__")
    assert not {"engine", "gui"} & {name.split(".")[0] for name in sys.modules}
    return out.getvalue()


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
    os._exit(0)  # to take torch and transformers apart needs two seconds
