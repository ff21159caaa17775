"""Reading a run's folder for an export: small files only, and what is damaged is named, not hidden."""

from __future__ import annotations

from pathlib import Path

from engine import registry
from engine.contracts import HeadFacts, HeadKind, Network, Task
from engine.errors import EngineError
from engine.export.contract import RunToExport
from engine.models import sources
from engine.models.checkpoint import fingerprint
from engine.models.weights import (
    ADAPTER_FOLDER,
    FACTS_FILE,
    HEAD_FILE,
    Holds,
    SavedModel,
    load_saved_base,
    read_saved,
)
from engine.protocol import run_folder_problems
from engine.protocol.events import ResultWritten, TrainingStarted
from engine.protocol.run_files import MODEL_FOLDER, read_events
from engine.run_folder import kept_run
from engine.training.newer_runs import raise_if_newer


def read_for_export(folder: Path) -> RunToExport:
    """Reads what a run is, without its weights.

    Args:
        folder: The run's folder.

    Raises:
        EngineError: When it is no run, or has no saved model.
    """
    run, has_run_file = kept_run(folder)
    raise_if_newer(run)
    task, model_folder = registry.task(run.task), folder / MODEL_FOLDER
    result, started = None, None
    for event in read_events(folder):
        if isinstance(event, ResultWritten):
            result = event.result
        elif isinstance(event, TrainingStarted):
            started = event
    if not model_folder.is_dir() and result is None:
        raise EngineError(run_folder_problems.run_not_finished(folder=str(folder)))
    missing = ""
    try:
        saved = read_saved(model_folder)
        missing = _missing(model_folder, saved)
    except EngineError:
        if started is None:
            raise
        saved, missing = _as_it_began(started, task), f"{MODEL_FOLDER}/{FACTS_FILE}"
    name, checksum = _base_of(saved, run.model)
    return RunToExport(
        folder=folder,
        run=run,
        task=task,
        saved=saved,
        result=result,
        started=started,
        base_name=name,
        base_fingerprint=checksum,
        missing=missing,
        has_run_file=has_run_file,
    )


def _as_it_began(started: TrainingStarted, task: Task) -> SavedModel:
    """Returns what is known of a model whose own file is missing, so that its run can be reported."""
    kind = HeadKind.TEXT if task.network is Network.ENCODER else HeadKind.WORDS
    head = HeadFacts(outputs=len(started.classes), network=task.network, kind=kind)
    return SavedModel(holds=Holds.HEAD, base=started.model, classes=started.classes, head=head)


def base_folder(source: RunToExport) -> Path:
    """Returns where the base model's files are.

    Raises:
        EngineError: When it is not on this computer, or has changed.
    """
    return Path(load_saved_base(source.model_folder, on_meta=True).folder)


def _base_of(saved: SavedModel, chosen: str) -> tuple[str, str]:
    """Returns how the base model is found elsewhere, and the checksum of its weights."""
    built_in = sources.built_in_models().get(chosen)
    name = built_in.hub_name if built_in is not None else ""
    try:
        found = sources.resolve(chosen)
    except EngineError:
        return name or chosen, saved.base_fingerprint
    return name or (str(found.folder) if built_in else chosen), saved.base_fingerprint or fingerprint(
        found.folder
    )


def _missing(folder: Path, saved: SavedModel) -> str:
    """Returns the name of a file without which the saved model cannot be read; empty when all are there."""
    wanted: dict[Holds, tuple[str, ...]] = {
        Holds.ENCODER: ("config.json",),
        Holds.ADAPTER: (
            f"{ADAPTER_FOLDER}/adapter_config.json",
            f"{ADAPTER_FOLDER}/adapter_model.safetensors",
        ),
        Holds.HEAD: (HEAD_FILE,),
    }
    heads: tuple[str, ...] = () if saved.head.kind is HeadKind.WORDS else (HEAD_FILE,)
    for name in (*wanted[saved.holds], *heads):
        if not (folder / name).is_file():
            return name
    if saved.holds is Holds.ENCODER and not any(folder.glob("model*.safetensors")):
        return "model.safetensors"
    return ""
