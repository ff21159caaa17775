"""What rows add is kept exactly, and a file that cannot be read is none."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.evidence import read_evidence, write_evidence


@pytest.mark.parametrize(
    ("rows", "most"),
    [
        (np.array([[0, 1], [255, 3]]), 4),
        (np.array([[0, 1], [-70_000, 3]]), 16),
        (np.array([[0.1, 1.0], [2.0, -3.5]]), 32),
        (np.zeros((0, 3)), 0),
    ],
    ids=["small", "whole", "fractions", "none"],
)
def test_numbers_come_back_as_they_were_and_take_little_room(rows, most, tmp_path):
    path = tmp_path / "evidence.safetensors"
    write_evidence(path, rows)
    again = read_evidence(path)
    assert again is not None
    assert again.dtype == np.float64
    assert (again == rows).all()
    assert again.shape == rows.shape
    assert path.stat().st_size <= most + 100
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_what_is_missing_or_damaged_is_none(tmp_path):
    path = tmp_path / "evidence.safetensors"
    assert read_evidence(path) is None
    write_evidence(path, np.ones((3, 2)))
    path.write_bytes(path.read_bytes()[:-3])
    assert read_evidence(path) is None
