"""The layer map: what gestures and keys wish."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from gui.look.theme import Theme
from gui.widgets.layer_map import LayerMap
from gui.widgets.layer_map_view import StackView
from tests.gui.sample_facts import (
    block_ids,
    freeze_stack,
    lora_stack,
    stack,
)

Wishes = list[tuple[list[str], bool]]


@pytest.fixture
def layer_map(qtbot: QtBot, theme: Theme) -> LayerMap:
    """Blocks 4 to 6 of six thawed, as in the pictures."""
    made = LayerMap(theme)
    qtbot.addWidget(made)
    made.resize(704, 654)
    made.set_view(StackView.from_facts(freeze_stack()))
    made.show()
    return made


@pytest.fixture
def wishes(layer_map: LayerMap) -> Wishes:
    """Every wish for a state, in order."""
    heard: Wishes = []
    layer_map.state_requested.connect(lambda layers, trainable: heard.append((layers, trainable)))
    return heard


def left_of(layer_map: LayerMap, layer: str) -> QPoint:
    """A place on a block's name, where no part is."""
    rect = layer_map.row_rect(layer_map.shown.row_of(layer))
    return QPoint(rect.left() + 60, rect.center().y())


# --- pointer ----------------------------------------------------------------------------------------


def test_a_click_on_a_block_wishes_the_other_state(qtbot: QtBot, layer_map: LayerMap, wishes: Wishes) -> None:
    qtbot.mouseClick(layer_map, Qt.MouseButton.LeftButton, pos=left_of(layer_map, "block.5"))
    assert wishes == [(["block.5"], False)]
    assert not layer_map.shown.rows[5].trainable  # shown at once
    layer_map.set_view(layer_map.shown)
    qtbot.mouseClick(layer_map, Qt.MouseButton.LeftButton, pos=left_of(layer_map, "embeddings"))
    assert wishes[1:] == [(["embeddings"], True)]


def test_the_head_always_learns(qtbot: QtBot, layer_map: LayerMap, wishes: Wishes) -> None:
    qtbot.mouseClick(layer_map, Qt.MouseButton.LeftButton, pos=left_of(layer_map, "head"))
    assert wishes == []
    assert "always learns" in layer_map.tooltip_at(left_of(layer_map, "head"))[0]


def test_dragging_paints_the_first_blocks_new_state(
    qtbot: QtBot, layer_map: LayerMap, wishes: Wishes
) -> None:
    qtbot.mousePress(layer_map, Qt.MouseButton.LeftButton, pos=left_of(layer_map, "block.3"))
    qtbot.mouseMove(layer_map, left_of(layer_map, "block.1"))  # a quick hand: block 2 is skipped over
    assert wishes == []
    assert layer_map.shown.rows[2].trainable
    qtbot.mouseRelease(layer_map, Qt.MouseButton.LeftButton, pos=left_of(layer_map, "block.1"))
    assert len(wishes) == 1
    assert sorted(wishes[0][0]) == ["block.1", "block.2", "block.3"]
    assert wishes[0][1] is True


def test_painting_may_begin_on_a_part(qtbot: QtBot, layer_map: LayerMap, wishes: Wishes) -> None:
    plate = layer_map.places.rows[6].parts.plates[0].center().toPoint()
    qtbot.mousePress(layer_map, Qt.MouseButton.LeftButton, pos=plate)
    qtbot.mouseMove(layer_map, QPoint(plate.x(), layer_map.row_rect(5).center().y()))
    qtbot.mouseRelease(layer_map, Qt.MouseButton.LeftButton, pos=plate)
    assert wishes == [(["block.6", "block.5"], False)]


def test_the_thaw_line_snaps_to_gaps(qtbot: QtBot, layer_map: LayerMap) -> None:
    lines: list[int] = []
    layer_map.thaw_line_requested.connect(lines.append)
    pill = layer_map.places.pill_at(4).center().toPoint()
    for gap, offset in ((2, 20), (6, -15), (0, 400)):
        layer_map.set_view(StackView.from_facts(freeze_stack()))
        wanted = QPoint(pill.x(), round(layer_map.places.gaps[gap]) + offset)
        qtbot.mousePress(layer_map, Qt.MouseButton.LeftButton, pos=pill)
        qtbot.mouseMove(layer_map, wanted)
        assert layer_map.shown.thaw_index == gap
        qtbot.mouseRelease(layer_map, Qt.MouseButton.LeftButton, pos=wanted)
    assert lines == [2, 6, 0]


def test_holding_the_thaw_line_still_wishes_nothing(
    qtbot: QtBot, layer_map: LayerMap, wishes: Wishes
) -> None:
    layer_map.set_view(StackView.from_facts(stack(["block.2", "block.5"])))
    with qtbot.assertNotEmitted(layer_map.thaw_line_requested):
        pill = layer_map.places.pill_at(2).center().toPoint()
        qtbot.mouseClick(layer_map, Qt.MouseButton.LeftButton, pos=pill)
    assert wishes == []


def test_a_click_on_a_part_opens_its_matrices(qtbot: QtBot, layer_map: LayerMap, wishes: Wishes) -> None:
    plate = layer_map.places.rows[2].parts.plates[1].center().toPoint()
    qtbot.mouseClick(layer_map, Qt.MouseButton.LeftButton, pos=plate)
    assert wishes == []
    assert layer_map.opened == {"block.2"}
    lines = layer_map.places.rows[2].lines
    assert [line.height() for line in lines] == [28] * 8
    assert layer_map.places.rows[1].rect.top() >= lines[-1].bottom()
    qtbot.mouseClick(
        layer_map, Qt.MouseButton.LeftButton, pos=layer_map.places.rows[2].parts.plates[1].center().toPoint()
    )
    assert layer_map.opened == frozenset()


def test_a_click_on_an_insert_asks_for_its_settings(qtbot: QtBot, layer_map: LayerMap) -> None:
    layer_map.set_view(StackView.from_facts(lora_stack()))
    bow = layer_map.places.rows[3].parts.inserts[0].rect.center().toPoint()
    with qtbot.waitSignal(layer_map.settings_requested, timeout=1000):
        qtbot.mouseClick(layer_map, Qt.MouseButton.LeftButton, pos=bow)


def test_a_click_on_a_group_opens_it(qtbot: QtBot, layer_map: LayerMap, wishes: Wishes) -> None:
    layer_map.set_view(StackView.from_facts(stack(blocks=32)))
    with qtbot.waitSignal(layer_map.group_opened, timeout=1000) as heard:
        qtbot.mouseClick(layer_map, Qt.MouseButton.LeftButton, pos=left_of(layer_map, "block.1"))
    assert heard.args == ["block.1"]
    assert wishes == []


def test_the_tooltip_has_the_numbers(layer_map: LayerMap) -> None:
    text, area = layer_map.tooltip_at(left_of(layer_map, "block.5"))
    assert text == "Block 5, trainable, 1.77 M parameters, 7.86 % of 22.57 M. Click to freeze."
    assert area.contains(left_of(layer_map, "block.5"))
    assert layer_map.tooltip_at(QPoint(2, 2))[0] == ""


# --- keys -------------------------------------------------------------------------------------------


def test_keys_move_and_toggle(qtbot: QtBot, layer_map: LayerMap, wishes: Wishes) -> None:
    qtbot.keyClick(layer_map, Qt.Key.Key_Up)
    qtbot.keyClick(layer_map, Qt.Key.Key_Up)
    assert layer_map.focused_row == 2
    qtbot.keyClick(layer_map, Qt.Key.Key_Space)
    qtbot.keyClick(layer_map, Qt.Key.Key_Return)
    assert wishes == [(["block.2"], True), (["block.2"], False)]
    qtbot.keyClick(layer_map, Qt.Key.Key_Down)
    assert layer_map.focused_row == 1


def test_shift_paints_on(qtbot: QtBot, layer_map: LayerMap, wishes: Wishes) -> None:
    layer_map.focus_row(4)  # block 4 is trainable
    for _ in range(2):
        qtbot.keyClick(layer_map, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        layer_map.set_view(layer_map.shown)
    assert wishes == [(["block.3"], True), (["block.2"], True)]


def test_alt_moves_the_thaw_line(qtbot: QtBot, layer_map: LayerMap) -> None:
    lines: list[int] = []
    layer_map.thaw_line_requested.connect(lines.append)
    qtbot.keyClick(layer_map, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(layer_map, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    layer_map.set_view(StackView.from_facts(stack()))
    qtbot.keyClick(layer_map, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)  # at the top already
    assert lines == [5, 6]


def test_f_and_t_freeze_and_thaw_everything(qtbot: QtBot, layer_map: LayerMap, wishes: Wishes) -> None:
    qtbot.keyClick(layer_map, Qt.Key.Key_F)
    qtbot.keyClick(layer_map, Qt.Key.Key_T)
    everything = ["embeddings", *block_ids()]
    assert wishes == [(everything, False), (everything, True)]


def test_arrows_open_and_close_a_block(qtbot: QtBot, layer_map: LayerMap) -> None:
    layer_map.focus_row(3)
    qtbot.keyClick(layer_map, Qt.Key.Key_Right)
    assert layer_map.opened == {"block.3"}
    qtbot.keyClick(layer_map, Qt.Key.Key_Left)
    assert layer_map.opened == frozenset()


def test_a_low_handle_of_the_thaw_line_is_taken_hold_of_beside_it(qtbot: QtBot, layer_map: LayerMap) -> None:
    layer_map.resize(620, 330)
    lines: list[int] = []
    layer_map.thaw_line_requested.connect(lines.append)
    pill = layer_map.places.pill_at(4)
    assert pill.height() < 20
    above = QPoint(int(pill.center().x()), int(pill.center().y()) - 13)
    assert not pill.contains(above)
    qtbot.mousePress(layer_map, Qt.MouseButton.LeftButton, pos=above)
    wanted = QPoint(above.x(), round(layer_map.places.gaps[2]))
    qtbot.mouseMove(layer_map, wanted)
    qtbot.mouseRelease(layer_map, Qt.MouseButton.LeftButton, pos=wanted)
    assert lines == [2]
