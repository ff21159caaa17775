"""The table of compared runs: what its heads say."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.protocol.energy import Energy, EnergyCovers, EnergyPart
from engine.protocol.results import Score
from gui.look.theme import Theme
from gui.widgets.comparison_rows import ENERGY, SCORE, TIME, ComparisonRow
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


def row(name: str, seconds: float, joules: float) -> ComparisonRow:
    part = EnergyPart(covers=EnergyCovers.CARD, read_from="a counter", joules=joules, seconds=60)
    energy = Energy(parts=(part,)) if joules else Energy()
    score = Score(value=0.9, low=0.8, high=0.95)
    return ComparisonRow(name, name, 0, score, seconds=seconds, energy=energy)


def test_energy_has_a_column_where_any_run_has_it(theme: Theme, qtbot: QtBot) -> None:
    table = ComparisonTable(theme)
    qtbot.addWidget(table)
    table.resize(1200, 300)
    table.show()
    table.set_rows([row("a", 60, 0)], "F1")
    assert table.isColumnHidden(ENERGY)
    table.set_rows([row("a", 60, 0), row("b", 60, 7200), row("c", 90, 3600)], "F1")
    assert not table.isColumnHidden(ENERGY)
    table.rows.sort(ENERGY, Qt.SortOrder.DescendingOrder)
    cells = [table.rows.index(number, ENERGY) for number in range(3)]
    assert [cell.data() for cell in cells] == ["2 Wh", "≥ 1 Wh", "–"]
    tips = [cell.data(Qt.ItemDataRole.ToolTipRole) for cell in cells]
    assert "the graphics card drew" in tips[0]
    assert "read for 1 minute of 1.5 minutes" in tips[1]
    time = table.rows.index(0, TIME).data(Qt.ItemDataRole.ToolTipRole)
    assert time == f"Energy: {tips[0]}"
    table.resize(840, 300)
    assert table.isColumnHidden(ENERGY)  # names need the room
    assert tips[2] == "not measured, because nothing in this computer tells a program what it draws."
