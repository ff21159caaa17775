"""Repairs done and offered: from the steps of a project to mended rows, from findings to steps."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence

import msgspec

from engine.contracts import Task, TaskRows
from engine.data import repairs
from engine.data.cell_labels import SEVERAL, TAGS
from engine.data.match_rows import worst_first
from engine.data.repair_kind import Meaning, RepairKind
from engine.data.table import Table, column_names
from engine.discovery import find_constants
from engine.errors import EngineError
from engine.protocol import repair_problems
from engine.protocol.catalog import RoleKind
from engine.protocol.config import DataConfig
from engine.protocol.data_problems import SHOW_DATA
from engine.protocol.problems import Problem
from engine.protocol.repairs import BY_HAND, Repair


@functools.cache
def all_repairs() -> dict[str, RepairKind]:
    """Returns id → kind of repair, in alphabetical order."""
    return {kind.id: kind for _, kind in find_constants(repairs, "REPAIR", RepairKind)}


def repaired(table: Table, steps: Sequence[Repair]) -> Table:
    """Returns a table after its repairs; what each of them did stands among its problems.

    A step that cannot be done is told and left out: none of them stands in the way of the others.

    Args:
        table: As it was read.
        steps: In their order.
    """
    rows, told = table.dataset, list(table.problems)
    for place, step in enumerate(steps):
        kind = all_repairs().get(step.kind)
        if kind is None:
            told.append(repair_problems.unknown_repair(place, step.kind, list(all_repairs())))
            continue
        missing = [column for column in step.columns if column not in column_names(rows)]
        if missing:
            told.append(repair_problems.repair_without_column(place, kind.name, missing))
            continue
        mended = kind.mend(rows, step)
        rows = mended.rows
        if mended.concerned:
            title, reason = kind.told(len(mended.concerned), step)
            told.append(repair_problems.repaired(place, title, reason, mended.concerned, undo=kind.undo))
        else:
            told.append(repair_problems.nothing_to_repair(place, kind.name))
    return dataclasses.replace(table, dataset=rows, problems=worst_first(told))


def meaning_of(data: DataConfig, task: Task, matched: TaskRows) -> Meaning:
    """Returns what the chosen columns mean to a task, as repairs must know it.

    Args:
        data: With its columns.
        task: The task.
        matched: What it made of the rows.
    """
    chosen = {role: column for role, column in data.columns.items() if column}
    learned = [
        chosen[role.id]
        for role in task.roles
        if role.id in chosen and role.id not in task.input_roles and role.kind is not RoleKind.GROUP
    ]
    read = [chosen[role] for role in task.input_roles if role in chosen]
    kinds = {role.kind for role in task.roles if role.id in chosen}
    hold = TAGS if RoleKind.TAGS in kinds else SEVERAL if matched.label_sets else ""
    together = [chosen[role] for role in matched.group_roles if role in chosen] or read
    return Meaning(chosen, tuple(read), tuple(learned), data.split, tuple(together), hold)


def with_repairs(
    findings: Sequence[Problem], meaning: Meaning, done: Sequence[Repair] = ()
) -> tuple[Problem, ...]:
    """Returns findings, each with the button that mends it before the one that shows its rows.

    What a finding itself suggests stands before that: it knows more of it than a rule does.
    A rule that was followed already mends no more, unless something was changed by hand or in cells since.

    Args:
        findings: What was found.
        meaning: What the columns mean.
        done: The steps that were done before it was found.
    """
    kinds = all_repairs()
    changing = [place for place, one in enumerate(done) if one.kind in BY_HAND or kinds[one.kind].rewrites]
    last = max(changing, default=-1)
    followed = [one for place, one in enumerate(done) if place >= last and one.kind not in BY_HAND]
    return tuple(_with_repair(finding, meaning, followed) for finding in findings)


def repairs_for(codes: Sequence[str], findings: Sequence[Problem]) -> list[Repair]:
    """Returns the steps that mend some of the findings.

    Args:
        codes: Codes of the findings that are to be mended.
        findings: From :func:`with_repairs`.

    Raises:
        EngineError: When one of them was not found, or cannot be repaired so.
    """
    offered = {
        finding.code: action.repair
        for finding in findings
        for action in finding.actions
        if action.repair is not None
    }
    missing = next((code for code in codes if code not in offered), None)
    if missing is not None:
        raise EngineError(repair_problems.no_such_finding(missing, list(offered)))
    return [offered[code] for code in codes]


def _with_repair(finding: Problem, meaning: Meaning, followed: Sequence[Repair]) -> Problem:
    offers = ((kind, kind.offer(finding, meaning)) for kind in all_repairs().values())
    buttons = [
        repair_problems.repair_button(kind.name, step)
        for kind, step in offers
        if step is not None and step not in followed
    ]
    own = [action for action in finding.actions if action.id != SHOW_DATA.id]
    rest = [action for action in finding.actions if action.id == SHOW_DATA.id]
    return msgspec.structs.replace(finding, actions=(*own, *buttons, *rest)) if buttons else finding
