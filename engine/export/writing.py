"""Writes a run in the chosen forms: beside the place first, moved there when all of it is whole."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from safetensors import SafetensorError

from engine.disk import free_space, is_full, to_disk
from engine.errors import EngineError
from engine.export.contract import ExportKind, RunToExport, SharedAnswers, Writing
from engine.export.finding import check_packages, chosen_kinds, options_of, reason_against
from engine.export.model_card import model_card
from engine.export.reading import read_for_export
from engine.protocol import taking_away_problems
from engine.protocol.events import Event, StageReached
from engine.protocol.export_events import ExportItemWritten, ModelExported
from engine.protocol.exports import ExportedFile, ExportedItem
from engine.protocol.fields import SettingValue
from engine.protocol.problems import Problem
from engine.training.workbench import Workbench


def export_run(
    folder: Path,
    kinds: Sequence[str],
    to: Path,
    bench: Workbench,
    send: Callable[[Event], None],
    *,
    options: Mapping[str, SettingValue] | None = None,
    card: str = "",
) -> ModelExported:
    """Writes a finished run in some forms.

    Args:
        folder: The run's folder.
        kinds: Ids of the forms.
        to: Where to; made if missing. Each form has a folder of its own in it, called by its id.
        bench: Reads rows.
        send: Told what is being done and what was written. May raise to end it.
        options: Name of a form's field → value.
        card: The model card's text; empty for the one that Thaw writes.

    Returns:
        What was written.

    Raises:
        EngineError: When one of them cannot be written of this run, or the place is in the way, cannot be
            written to or is full. Nothing stays there then.
    """
    source = read_for_export(folder)
    chosen = chosen_kinds(kinds)
    for kind in chosen:
        check_packages(kind)
        if reason := reason_against(kind, source):
            raise EngineError(taking_away_problems.cannot_export(kind.name, reason))
    _look_at(to, chosen)
    needed = sum(kind.size(source) for kind in chosen)
    if needed > free_space(to):
        raise EngineError(taking_away_problems.no_room_to_export(str(to), needed, free_space(to)))
    try:
        return _write_all(source, chosen, to, bench, send, options or {}, card or model_card(source))
    except (OSError, SafetensorError) as error:
        raise EngineError(_disk_problem(error, to)) from error


def _write_all(
    source: RunToExport,
    chosen: Sequence[ExportKind],
    to: Path,
    bench: Workbench,
    send: Callable[[Event], None],
    options: Mapping[str, SettingValue],
    card: str,
) -> ModelExported:
    made = _make_folder(to.parent)
    half = Path(tempfile.mkdtemp(dir=to.parent, prefix=f".{to.name}."))
    shared = SharedAnswers(source.folder, bench)
    items: list[ExportedItem] = []
    in_place = False
    try:
        for done, kind in enumerate(chosen):
            place = half / kind.id
            place.mkdir()

            def tell(label: str, done: int = done) -> None:
                send(StageReached(stage="exporting", label=label, done=done, total=len(chosen)))

            tell(f"Writing: {kind.name}")
            writing = Writing(
                source=source,
                place=place,
                options=options_of(kind, options),
                card=card,
                bench=bench,
                tell=tell,
                shared=shared,
            )
            checks = kind.write(writing)
            items.append(ExportedItem(kind=kind.id, name=kind.name, files=_files(place, half), checks=checks))
            send(ExportItemWritten(item=items[-1]))
        _move(half, to)
        in_place = True
    finally:
        shutil.rmtree(half, ignore_errors=True)
        if not in_place:
            _remove_empty(made)
    return ModelExported(folder=str(to), items=tuple(items))


def _look_at(to: Path, chosen: Sequence[ExportKind]) -> None:
    """Looks whether something is in the way.

    Raises:
        EngineError: When it is.
    """
    if to.exists() and not to.is_dir():
        raise EngineError(taking_away_problems.export_in_the_way(str(to.parent), [to.name]))
    taken = [kind.id for kind in chosen if (to / kind.id).exists()]
    if taken:
        raise EngineError(taking_away_problems.export_in_the_way(str(to), taken))


def _files(place: Path, half: Path) -> tuple[ExportedFile, ...]:
    """Returns what was written, once it is on the disk."""
    found = sorted(path for path in place.rglob("*") if path.is_file())
    for path in found:
        to_disk(path)
    return tuple(
        ExportedFile(path=path.relative_to(half).as_posix(), size=path.stat().st_size) for path in found
    )


def _move(half: Path, to: Path) -> None:
    """Puts what is whole into its place; if that goes wrong in between, nothing of it stays there."""
    to.mkdir(exist_ok=True)
    moved: list[Path] = []
    try:
        for entry in sorted(half.iterdir()):
            place = to / entry.name
            if place.exists():
                raise FileExistsError(f"{place} is there already")
            entry.rename(place)
            moved.append(place)
    except OSError:
        for place in moved:
            shutil.rmtree(place, ignore_errors=True)
        if not any(to.iterdir()):
            to.rmdir()
        raise


def _make_folder(folder: Path) -> list[Path]:
    """Makes a folder and those that it is in; returns the new ones, the outermost first."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]


def _remove_empty(made: Sequence[Path]) -> None:
    for folder in reversed(made):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _disk_problem(error: Exception, to: Path) -> Problem:
    if is_full(error):
        return taking_away_problems.no_room_to_export(str(to), 0, free_space(to))
    reason = getattr(error, "strerror", None) or ""
    return taking_away_problems.cannot_export_to(str(to), reason, str(error))
