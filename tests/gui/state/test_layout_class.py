"""Which layout fits which window."""

from __future__ import annotations

import pytest

from gui.state.layout_class import LayoutClass, layout_for


@pytest.mark.parametrize(
    ("width", "height", "name"),
    [
        (1440, 900, "wide"),
        (1400, 760, "wide"),
        (1399, 900, "compact"),
        (1366, 688, "compact"),
        (1200, 640, "compact"),
        (1199, 900, "narrow"),
        (960, 520, "narrow"),
        (1366, 639, "narrow"),
    ],
)
def test_sizes(width: int, height: int, name: str) -> None:
    assert layout_for(width, height) == name


def test_a_change_is_said_once() -> None:
    layout, said = LayoutClass(), list[str]()
    layout.changed.connect(said.append)
    for width in (1440, 1390, 1380, 1000, 1440):
        layout.fit(width, 800)
    assert said == ["compact", "narrow", "wide"]
