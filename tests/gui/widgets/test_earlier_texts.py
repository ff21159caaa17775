"""Earlier texts: how the width is divided."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.look.theme import Theme
from gui.widgets.earlier_texts import EarlierColumn, EarlierRow, EarlierTable, EarlierTexts

SHORT, LONG = (
    "positive 76 %",
    "9 (AddressNumber), 1/2 (AddressNumberSuffix), Cottage Grove (StreetName), Woods",
)


@pytest.mark.parametrize(("answer", "models", "width"), [(SHORT, 3, 160), (LONG, 1, 400), (LONG, 4, 160)])
def test_a_long_answer_gets_half_of_the_width_and_a_short_one_what_it_needs(
    theme: Theme, qtbot: QtBot, answer: str, models: int, width: int
) -> None:
    table = EarlierTable(theme)
    qtbot.addWidget(table)
    table.resize(800, 200)
    table.show()
    columns = [EarlierColumn(f"Run {number}", number) for number in range(1, models + 1)]
    table.earlier.show_rows(columns, [EarlierRow("9 1/2 Cottage Grove Woods", 0, (answer,) * models)])
    assert [table.columnWidth(column) for column in range(1, models + 1)] == [width] * models
    table.resize(1000, 200)
    assert table.columnWidth(1) == (160 if answer is SHORT or models > 1 else 500)


def test_without_a_text_it_takes_little_room(theme: Theme, qtbot: QtBot) -> None:
    card = EarlierTexts(theme)
    qtbot.addWidget(card)
    heights = []
    for count in (0, 1, 3, 9):
        card.show_rows([EarlierColumn("LoRA", 1)], [EarlierRow("a text", 0, ("spam",))] * count)
        heights.append((card.minimumHeight(), card.table.sizeHint().height()))
    for none, one, three, nine in zip(*heights, strict=True):
        assert none < one < three == nine
