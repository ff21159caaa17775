"""The table of compared runs: what its heads say."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.look.theme import Theme
from gui.widgets.comparison_rows import SCORE
from gui.widgets.comparison_table import ComparisonTable


@pytest.mark.parametrize(
    ("label", "short", "head"),
    [
        ("F1 score", "F1", "F1 score"),
        ("Spearman correlation", "Spearman", "Spearman"),
        ("F1 where there is an answer", "F1 answered", "F1 answered"),
        ("Perplexity", "perplexity", "Perplexity"),
    ],
)
def test_a_measure_whose_name_finds_no_room_has_its_short_one(
    theme: Theme, qtbot: QtBot, label: str, short: str, head: str
) -> None:
    table = ComparisonTable(theme)
    qtbot.addWidget(table)
    table.set_rows((), label, short)
    assert table.rows.headerData(SCORE, Qt.Orientation.Horizontal) == head
