"""Noise in the texts that rows are read by, where answers stand apart from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from datasets import Dataset

from engine.contracts import Asked, NoisyRows
from engine.data.table import cells, usable_numbers
from engine.noising import Noise, NoisyText


def noise_in(*roles: str) -> Callable[[Asked, Noise], NoisyRows]:
    """Returns what puts noise into some columns of rows and leaves the others as they are.

    Args:
        roles: Ids of the columns; those that rows do not have are left out. The first is shown.
    """

    def with_noise(asked: Asked, noise: Noise) -> NoisyRows:
        numbers = usable_numbers(asked.rows)
        noisy: dict[str, tuple[NoisyText, ...]] = {}
        for place, role in enumerate(roles):
            if role in asked.rows.column_names:
                texts = cells(asked.rows, role)
                noisy[role] = tuple(
                    noise.of(text, row, place) for text, row in zip(texts, numbers, strict=True)
                )
        columns = {role: [one.text for one in texts] for role, texts in noisy.items()}
        return NoisyRows(replaced(asked.rows, columns), noisy[roles[0]])

    return with_noise


def replaced(rows: Dataset, columns: Mapping[str, Sequence[object]]) -> Dataset:
    """Returns rows with other columns in the place of some, or beside them.

    Args:
        rows: The rows.
        columns: Name → what stands there.
    """
    kept = {name: rows[name][:] for name in rows.column_names}
    return Dataset.from_dict({**kept, **{name: list(values) for name, values in columns.items()}})
