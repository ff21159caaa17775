"""Rows of different lengths side by side."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.padding import pad_sequences

ROWS = st.lists(st.lists(st.integers(-(2**40), 2**40), max_size=9), max_size=6)


@given(rows=ROWS, padding=st.integers(-100, 100))
@pytest.mark.parametrize("left", [False, True])
def test_each_row_stands_at_its_side_and_nothing_but_padding_beside_it(
    rows: list[list[int]], padding: int, *, left: bool
) -> None:
    longest = max(map(len, rows), default=0)
    beside = [[padding] * (longest - len(row)) for row in rows]
    expected = [more + row if left else row + more for row, more in zip(rows, beside, strict=True)]

    padded = pad_sequences(rows, padding, left=left)

    assert padded.dtype == torch.long
    assert padded.shape == (len(rows), longest)
    assert padded.tolist() == expected
