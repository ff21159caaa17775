"""The texts of a trial: which fields a task needs, and how an answer's texts go into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.protocol.catalog import Catalog, RoleEntry
from engine.protocol.results import Prediction
from gui.look.texts import inside_a_sentence
from gui.state import run_words
from gui.state.run_status import RunStatus

Row = dict[str, str]
"""Role → its text."""


def fields_of(run: RunStatus, catalog: Catalog | None) -> tuple[RoleEntry, ...]:
    """Returns the roles that a person types a text for, in the order in which they are read."""
    entry = run_words.task_entry(run.config, catalog)
    if entry is None or not entry.roles:
        return ()
    columns = run.config.data.columns
    wanted = [
        role
        for name in entry.input_roles
        for role in entry.roles
        if role.id == name and (role.required or columns.get(name))
    ]
    return tuple(wanted) or entry.roles[:1]


def row_of(answer: Prediction, run: RunStatus, catalog: Catalog | None) -> Row:
    """Returns the texts that were answered, each in its field.

    Args:
        answer: Of the run.
        run: The run.
        catalog: Knows the task.
    """
    fields = fields_of(run, catalog)
    texts = (answer.text, answer.second)
    if run_words.second_first(run, catalog):
        texts = (answer.second, answer.text)
    return {role.id: text for role, text in zip(fields, texts, strict=False)}


def is_blank(row: Mapping[str, str], fields: tuple[RoleEntry, ...]) -> bool:
    """Whether a text is missing that an answer needs."""
    needed = [role.id for role in fields if role.required] or [role.id for role in fields]
    return not needed or any(not row.get(name, "").strip() for name in needed)


def what_to_type(fields: Sequence[RoleEntry]) -> str:
    """Returns what a person is to type: ``"Type a question and a passage."``, with what helps in typing it.

    Args:
        fields: Of :func:`fields_of`.
    """
    hints = "".join(f" {role.hint}" for role in fields if role.hint)
    if len(fields) < 2:
        return f"Type a text.{hints}"
    names = [inside_a_sentence(role.label) for role in fields]
    told = " and ".join(f"{'an' if name[:1] in 'aeiou' else 'a'} {name}" for name in names)
    return f"Type {told}.{hints}"


def words_of(row: Mapping[str, str]) -> int:
    """Returns how many words were typed."""
    return sum(len(text.split()) for text in row.values())


def shown_line(row: Mapping[str, str]) -> str:
    """Returns the texts in one line."""
    return " · ".join(" ".join(text.split()) for text in row.values() if text.strip())
