"""A row with some of its words hidden, once for each thing that is hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from datasets import Dataset

from engine.contracts import Cut


def with_hidden(
    rows: Dataset, cuts: Sequence[Cut | None], answers: Mapping[str, Sequence[str]] | None = None
) -> Dataset:
    """Returns a row as often as something of it is hidden.

    Args:
        rows: One row.
        cuts: What is left out each time; ``None`` for nothing.
        answers: Role → its text each time, in the place of what stands there or beside it.
    """
    row = rows[0]
    columns: dict[str, list[object]] = {name: [row[name]] * len(cuts) for name in rows.column_names}
    for place, cut in enumerate(cuts):
        if cut is not None:
            columns[cut.role][place] = without(str(row[cut.role]), cut)
    return Dataset.from_dict({**columns, **{role: list(texts) for role, texts in (answers or {}).items()}})


def without(text: str, cut: Cut) -> str:
    """Returns a text with a part left out, and of the spaces on both sides of it one.

    Args:
        text: The text.
        cut: The part; its role does not matter.
    """
    before, after = text[: cut.start], text[cut.end :]
    if before[-1:].isspace() or not before:
        after = after[1:] if after[:1].isspace() else after
    return before + after
