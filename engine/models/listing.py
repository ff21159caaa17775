"""The base models of this computer as a list: each with its facts, or with the reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from transformers import PreTrainedConfig

from engine.errors import EngineError
from engine.models import hub_cache, sources
from engine.models.checkpoint import parameter_count, size_on_disk
from engine.models.config import not_of_texts, read_config
from engine.models.model_card import learned_of, read_card
from engine.protocol.catalog import ModelEntry, ModelPlace
from engine.protocol.problems import Problem
from engine.protocol.wording import counted


def models_here(folders: Sequence[str] = ()) -> tuple[ModelEntry, ...]:
    """Lists the models of this computer: those that come with Thaw, cached ones, folders.

    Args:
        folders: Folders of models that the person has used.
    """
    found = (entry_of_cached(name) for name in hub_cache.names())
    cached = [entry for entry in found if entry is not None]
    cached.sort(key=lambda entry: (bool(entry.reason), not entry.available))
    return (*sources.models(), *cached, *(_entry_of_folder(Path(folder)) for folder in folders))


def entry_of_cached(name: str) -> ModelEntry | None:
    """Describes a model of the hub of which something is in the cache; ``None`` when nothing is.

    Args:
        name: Its name on the hub.
    """
    try:
        snapshot = hub_cache.find(name)
    except EngineError as error:
        return _not_usable(name, error.problem)
    return _entry(snapshot, id=name, name=name, place=ModelPlace.CACHE) if snapshot is not None else None


def _entry_of_folder(folder: Path) -> ModelEntry:
    return _entry(folder, id=str(folder), name=folder.name or str(folder), place=ModelPlace.FOLDER)


def _not_usable(name: str, problem: Problem) -> ModelEntry:
    """Describes a model whose download can go on, or that is here in a form that is not opened."""
    here = hub_cache.snapshots(name)
    card = read_card(here[0]) if here else read_card(hub_cache.folder_of(name))
    can_go_on = problem.code == "model_not_whole"
    return ModelEntry(
        id=name,
        name=name,
        summary="",
        licence=card.licence,
        language=card.language,
        available=False,
        place=ModelPlace.CACHE,
        note="Not whole on this computer." if can_go_on else "",
        reason="" if can_go_on else problem.title,
        held=hub_cache.held(name),
    )


def _entry(folder: Path, **known: Any) -> ModelEntry:
    """Describes the model in a folder; one that cannot be loaded has the reason."""
    card = read_card(folder)
    try:
        config = read_config(folder, known["name"])
        size = size_on_disk(folder)
    except EngineError as error:
        return ModelEntry(
            summary="",
            licence=card.licence,
            language=card.language,
            available=False,
            reason=error.problem.title,
            **known,
        )
    problem = not_of_texts(config, known["name"])
    return ModelEntry(
        summary=_family(config),
        licence=card.licence,
        language=card.language,
        available=problem is None,
        reason=problem.title if problem else "",
        size=size,
        parameters=parameter_count(folder),
        learned=learned_of(folder, (config.architectures or [""])[0]),
        note=str(folder) if known["place"] is ModelPlace.FOLDER else "",
        **known,
    )


def _family(config: PreTrainedConfig) -> str:
    """Returns the kind of a model, e.g. ``"distilbert, 6 blocks"``."""
    blocks = getattr(config.get_text_config(), "num_hidden_layers", 0)
    return f"{config.model_type}, {counted(blocks, 'block')}" if blocks else str(config.model_type)
