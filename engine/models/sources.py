"""Where a model's files are: a built-in model by its name, or any folder of a person's own."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

import msgspec
import platformdirs
from rapidfuzz import fuzz, process

from engine.discovery import find_constants
from engine.errors import EngineError
from engine.protocol import model_problems
from engine.protocol.catalog import ModelEntry

WEIGHTS_FILE = "model.safetensors"


@dataclass(frozen=True, kw_only=True)
class BuiltInModel:
    """A model that Thaw knows by name; its files come in a Python package.

    Attributes:
        id: What ``RunConfig.model`` says; equal to the file name.
        package: Import name of the package that holds the files; it is never imported.
        package_folder: Folder inside it.
        sha256: Checksum of its ``model.safetensors``, in hexadecimal.
        learned: What it was trained for, as its model card says; ends the sentence "It learned …".
        how_to_get: One sentence for someone who does not have it.
    """

    id: str
    name: str
    summary: str
    licence: str
    language: str
    package: str
    package_folder: str
    sha256: str
    learned: str
    how_to_get: str


@dataclass(frozen=True)
class Source:
    """A model's files, found.

    Attributes:
        source: Id of a built-in model, or the folder's whole path: what finds it again.
        folder: Where the files are.
        built_in: What Thaw knows about it beforehand; ``None`` for a folder.
    """

    source: str
    folder: Path
    built_in: BuiltInModel | None = None


@functools.cache
def built_in_models() -> dict[str, BuiltInModel]:
    """Returns the models that Thaw knows by name: id → description."""
    from engine.models import built_in  # its files import this module

    models = dict(find_constants(built_in, "MODEL", BuiltInModel))
    for name, model in models.items():
        if name != model.id:
            raise ValueError(f"The model in built_in/{name}.py calls itself {model.id!r}.")
    return models


def models() -> tuple[ModelEntry, ...]:
    """Returns the catalog's models; one whose files are missing says how to get them."""
    return tuple(_entry(model) for model in built_in_models().values())


def resolve(source: str) -> Source:
    """Finds a model's files.

    Args:
        source: Id of a built-in model, or a folder.

    Raises:
        EngineError: When there is no such folder, or the built-in model's files are missing or
            damaged.
    """
    built_in = built_in_models().get(source)
    if built_in is None:
        folder = _own_folder(source)
        return Source(str(folder), folder)
    packaged = _package_folder(built_in)
    if packaged is None:
        raise EngineError(model_problems.built_in_model_missing(built_in.name, built_in.how_to_get))
    if not _is_intact(packaged / WEIGHTS_FILE, built_in.sha256):
        raise EngineError(model_problems.built_in_model_damaged(built_in.name, str(packaged)))
    return Source(source, packaged, built_in)


def _own_folder(source: str) -> Path:
    folder = Path(source).expanduser()
    if folder.is_dir():
        return folder.resolve()
    if folder.exists():
        raise EngineError(model_problems.model_is_a_file(source))
    near = process.extractOne(source.lower(), list(built_in_models()), scorer=fuzz.ratio, score_cutoff=60)
    raise EngineError(model_problems.no_such_model(source, near[0] if near else "", list(built_in_models())))


def _package_folder(model: BuiltInModel) -> Path | None:
    """Returns the folder in the model's package, found without importing the package."""
    spec = importlib.util.find_spec(model.package)
    for place in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(place) / model.package_folder
        if (folder / WEIGHTS_FILE).is_file():
            return folder
    return None


def _entry(model: BuiltInModel) -> ModelEntry:
    folder = _package_folder(model)
    size = (folder / WEIGHTS_FILE).stat().st_size if folder else 0
    note = f"From the package {model.package.replace('_', '-')}." if folder else model.how_to_get
    return ModelEntry(
        id=model.id,
        name=model.name,
        summary=model.summary,
        licence=model.licence,
        language=model.language,
        available=folder is not None,
        note=note,
        size=size,
    )


def _is_intact(path: Path, sha256: str) -> bool:
    """Compares a file with its checksum; remembers the answer, so that later starts are quick."""
    status = path.stat()
    mark = f"{path} {status.st_size} {status.st_mtime_ns} {sha256}"
    memory = Path(platformdirs.user_cache_dir("Thaw", appauthor=False)) / "checked_models.json"
    try:
        known = msgspec.json.decode(memory.read_bytes(), type=list[str])
    except (OSError, msgspec.MsgspecError):
        known = []
    if mark in known:
        return True
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            return False
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        memory.write_bytes(msgspec.json.encode([*known[-20:], mark]))
    except OSError:
        return True  # nowhere to remember: it is checked again next time
    return True
