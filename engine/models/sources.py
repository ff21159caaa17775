"""Where a model's files are: a built-in model by its name, a folder, or a model of the hub that is here."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

import msgspec
from huggingface_hub import is_offline_mode
from rapidfuzz import fuzz, process

from engine.cache_folder import cache_folder
from engine.discovery import find_constants
from engine.errors import EngineError
from engine.head_facts import Network
from engine.models import hub_cache
from engine.models.checkpoint import parameter_count
from engine.protocol import hub_problems, model_problems
from engine.protocol.catalog import ModelEntry

WEIGHTS_FILE = "model.safetensors"
OWN_PACKAGE = "resources"


@dataclass(frozen=True, kw_only=True)
class BuiltInModel:
    """A model that Thaw knows by name; its files come in a Python package, or in Thaw's own resources.

    Attributes:
        id: What ``RunConfig.model`` says; equal to the file name.
        package: Import name of the package that holds the files; it is never imported. Those that Thaw
            has trained are in ``"resources"``.
        package_folder: Folder inside it, e.g. ``"models/<id>"``.
        sha256: Checksum of its ``model.safetensors``, in hexadecimal.
        learned: What it was trained for, as its model card says; ends the sentence "It learned …".
        networks: Which of transformers' networks it can be, and so which tasks it serves.
        how_to_get: One sentence for someone who does not have it; may be empty for one in the resources.
        note: What is to be known before it is chosen, e.g. that it is a toy; by default where it is from.
        learned_from: Checksum of the file from whose training rows (of the usual split) Thaw made it.
        hub_name: Its name on the Hugging Face hub, by which it is found without Thaw; may be empty.
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
    networks: tuple[Network, ...]
    how_to_get: str = "Install Thaw again: the file belongs to it"
    note: str = ""
    learned_from: str = ""
    hub_name: str = ""


@dataclass(frozen=True)
class Source:
    """A model's files, found.

    Attributes:
        source: Id of a built-in model, the folder's whole path, or its name on the hub: what finds it again.
        folder: Where the files are.
        name: What a person calls it.
        built_in: What Thaw knows about it beforehand; ``None`` for any other.
    """

    source: str
    folder: Path
    name: str
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


def built_in_for(network: Network) -> tuple[str, str] | None:
    """Returns id and name of a model that comes with Thaw and can be a network; ``None`` where none can."""
    able = (model for model in built_in_models().values() if network in model.networks)
    return next(((model.id, model.name) for model in able), None)


def resolve(source: str) -> Source:
    """Finds a model's files; the network is not asked.

    Args:
        source: Id of a built-in model, a folder, or the name of a model on the hub, which must be in the
            Hugging Face cache. A folder goes before a name.

    Raises:
        EngineError: When there is nothing of that name, it is not whole, or the built-in model's files
            are missing or damaged.
    """
    built_in = built_in_models().get(source)
    if built_in is None:
        return _own_folder(source) or _from_hub(source)
    packaged = _package_folder(built_in)
    if packaged is None:
        raise EngineError(model_problems.built_in_model_missing(built_in.name, built_in.how_to_get))
    if not _is_intact(packaged / WEIGHTS_FILE, built_in.sha256):
        raise EngineError(model_problems.built_in_model_damaged(built_in.name, str(packaged)))
    return Source(source, packaged, built_in.name, built_in)


def _own_folder(source: str) -> Source | None:
    folder = Path(source).expanduser()
    if folder.is_dir():
        whole = folder.resolve()
        return Source(str(whole), whole, whole.name)
    if folder.exists():
        raise EngineError(model_problems.model_is_a_file(source))
    return None


def _from_hub(source: str) -> Source:
    snapshot = hub_cache.find(source) if hub_cache.is_name(source) else None
    if snapshot is not None:
        return Source(source, snapshot, source.rpartition("/")[2])
    if hub_cache.is_name(source) and "/" in source:
        raise EngineError(hub_problems.model_not_here(name=source, offline=is_offline_mode()))
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
    return ModelEntry(
        id=model.id,
        name=model.name,
        summary=model.summary,
        licence=model.licence,
        language=model.language,
        available=folder is not None,
        note=_note(model) if folder else model.how_to_get,
        size=(folder / WEIGHTS_FILE).stat().st_size if folder else 0,
        parameters=parameter_count(folder) if folder else 0,
        learned=model.learned,
        networks=tuple(network.value for network in model.networks),
        reason="" if folder else "Not installed",
    )


def _note(model: BuiltInModel) -> str:
    of_thaw = model.package == OWN_PACKAGE
    return model.note or (
        "Trained by Thaw." if of_thaw else f"From the package {model.package.replace('_', '-')}."
    )


def _is_intact(path: Path, sha256: str) -> bool:
    """Compares a file with its checksum; remembers the answer, so that later starts are quick."""
    status = path.stat()
    mark = f"{path} {status.st_size} {status.st_mtime_ns} {sha256}"
    memory = cache_folder() / "checked_models.json"
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
