"""Finds the kinds of export, checks what they say, and adds them to the catalog."""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Mapping, Sequence

import msgspec

from engine import registry
from engine.discovery import find_constants
from engine.errors import EngineError
from engine.export import kinds
from engine.export.contract import ExportKind, RunToExport
from engine.protocol import taking_away_problems
from engine.protocol.catalog import Catalog
from engine.protocol.exports import ExportEntry, ExportOffer
from engine.protocol.fields import Field, SettingValue, values_that_fit, why_not
from engine.protocol.wording import listed


@functools.cache
def all_kinds() -> dict[str, ExportKind]:
    """Returns the kinds by id, in the order of the page.

    Raises:
        registry.RegistryError: When a file breaks a rule.
    """
    found: list[ExportKind] = []
    names: set[str] = set()
    for file, kind in find_constants(kinds, "EXPORT", ExportKind):
        if kind.id != file:
            raise registry.RegistryError(f"The export in {file}.py calls itself {kind.id!r}.")
        for field in kind.fields:
            if field.name in names:
                raise registry.RegistryError(f"Two exports have a field called {field.name}.")
            if why_not(field, field.default):
                raise registry.RegistryError(
                    f"The field {field.name} of {kind.id} has a default that does not fit."
                )
            names.add(field.name)
        found.append(kind)
    return {kind.id: kind for kind in sorted(found, key=lambda kind: kind.order)}


def chosen_kinds(ids: Sequence[str]) -> list[ExportKind]:
    """Returns kinds in the order of the page, each once.

    Raises:
        EngineError: When there is none of that id; it names the nearest.
    """
    known = all_kinds()
    for one in ids:
        if one not in known:
            near = registry.nearest(one, known)
            raise EngineError(taking_away_problems.unknown_export(one, near, list(known)))
    return [kind for kind in known.values() if kind.id in ids]


def fields_of(chosen: Sequence[ExportKind]) -> tuple[Field, ...]:
    """Returns what may be chosen about some kinds."""
    return tuple(field for kind in chosen for field in kind.fields)


def options_of(kind: ExportKind, options: Mapping[str, SettingValue]) -> dict[str, SettingValue]:
    """Returns every field of a kind with its value; what does not fit takes its default."""
    return values_that_fit(kind.fields, options)


def offers(source: RunToExport) -> tuple[ExportOffer, ...]:
    """Says of every kind whether it can be written of a run, and how large it would be.

    Args:
        source: The run.
    """
    return tuple(_offer(kind, source) for kind in all_kinds().values())


def reason_against(kind: ExportKind, source: RunToExport) -> str:
    """Returns why a kind cannot be written of a run, a sentence; empty when it can."""
    if kind.needs_model and source.missing:
        return f'The run\'s file "{source.missing}" is missing or damaged.'
    if reason := kind.why_not(source):  # what can never be comes before what can be installed
        return reason
    if packages := missing_packages(kind):
        return f"It needs {listed(packages)}. Install with: {_install(kind)}"
    return ""


def check_packages(kind: ExportKind) -> None:
    """Looks whether what a kind needs is installed.

    Raises:
        EngineError: When it is not; it says how to get it.
    """
    if packages := missing_packages(kind):
        raise EngineError(taking_away_problems.package_missing(kind.name, packages, _install(kind)))


def missing_packages(kind: ExportKind) -> list[str]:
    """Returns the packages that a kind needs and that are not installed."""
    return [name for name in kind.packages if importlib.util.find_spec(name) is None]


def _install(kind: ExportKind) -> str:
    return f'pip install "thaw-studio[{kind.extra}]"'


def _offer(kind: ExportKind, source: RunToExport) -> ExportOffer:
    reason = reason_against(kind, source)
    return ExportOffer(
        kind=kind.id,
        summary=kind.summary_of(source) or kind.summary,
        reason=reason,
        size=0 if reason else kind.size(source),
        idle=kind.idle(source),
    )


@functools.cache
def catalog() -> Catalog:
    """Returns all that this engine can do, with what a run can be written as."""
    entries = tuple(
        ExportEntry(
            id=kind.id,
            name=kind.name,
            summary=kind.summary,
            opens_with=kind.opens_with,
            icon=kind.icon,
            fields=kind.fields,
            on_page=kind.on_page,
            suggested=kind.suggested,
            for_hub=kind.for_hub,
        )
        for kind in all_kinds().values()
    )
    return msgspec.structs.replace(registry.catalog(), exports=entries)
