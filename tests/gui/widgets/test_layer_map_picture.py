"""The layer map: where things are, how they look and move, what it says to screen readers."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from engine.protocol.stack import InsertFacts, InsertKind, PartFacts, StackFacts
from gui.look.theme import Theme
from gui.widgets.layer_map import LayerMap
from gui.widgets.layer_map_rows import HeatFacts
from gui.widgets.layer_map_tiers import MapSize
from gui.widgets.layer_map_view import StackView
from tests.gui.sample_facts import (
    bottleneck_stack,
    freeze_stack,
    layer_changes,
    lora_stack,
    stack,
)


@pytest.fixture
def layer_map(qtbot: QtBot, theme: Theme) -> LayerMap:
    """Blocks 4 to 6 of six thawed, as in the pictures."""
    made = LayerMap(theme)
    qtbot.addWidget(made)
    made.resize(704, 654)
    made.set_view(StackView.from_facts(freeze_stack()))
    made.show()
    return made


def left_of(layer_map: LayerMap, layer: str) -> QPoint:
    """A place on a block's name, where no part is."""
    rect = layer_map.row_rect(layer_map.shown.row_of(layer))
    return QPoint(rect.left() + 60, rect.center().y())


def pixel(layer_map: LayerMap, point: QPoint) -> QColor:
    return layer_map.grab().toImage().pixelColor(point)


def is_ember(layer_map: LayerMap, x: float, y: float) -> bool:
    """Whether a place has the colour of what learns: more red than blue."""
    color = pixel(layer_map, QPoint(int(x), int(y)))
    return color.red() > color.blue() + 40


# --- geometry ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("height", [654, 668])
def test_blocks_are_404_by_51_with_gaps_of_8_and_16(layer_map: LayerMap, height: int) -> None:
    layer_map.resize(704, height)
    rows = layer_map.places.rows
    assert {(row.rect.width(), row.rect.height()) for row in rows} == {(404.0, 51.0)}
    assert layer_map.places.pitch == 59
    assert rows[-2].rect.top() - rows[-1].rect.bottom() == 16
    assert rows[0].rect.center().x() == 704 / 2 + 6
    assert layer_map.places.outputs[0].rect.height() == 30
    assert layer_map.places.pieces[0].rect.height() == 26
    assert layer_map.places.pill_at(4).width() == 112
    assert layer_map.places.pill_at(4).height() == 30


def test_compact_blocks_are_39_high_with_gaps_of_6(layer_map: LayerMap) -> None:
    layer_map.set_size(MapSize.COMPACT)
    layer_map.resize(726, 468)
    assert {(row.rect.width(), row.rect.height()) for row in layer_map.places.rows} == {(404.0, 39.0)}
    assert layer_map.places.pitch == 45
    assert layer_map.places.pill_at(0).height() == 24
    assert layer_map.places.content_height <= 468


def test_words_need_640_pixels(layer_map: LayerMap) -> None:
    assert [bracket.title for bracket in layer_map.places.brackets] == [
        "Words",
        "Grammar",
        "Meaning",
        "Your task",
    ]
    layer_map.resize(639, 654)
    assert layer_map.places.brackets == ()


def test_the_smallest_map_holds_everything(layer_map: LayerMap) -> None:
    layer_map.set_size(MapSize.COMPACT)
    layer_map.resize(520, 340)
    places = layer_map.places
    assert places.content_height <= 340
    assert places.outputs[0].rect.top() >= 0
    assert places.pieces[0].rect.bottom() <= 340
    assert places.rows[0].rect.height() >= 24
    assert places.pill_at(0).right() <= 520


def test_many_blocks_get_low_rows_without_parts_and_scroll_when_they_must(layer_map: LayerMap) -> None:
    layer_map.set_view(StackView.from_facts(stack(blocks=24)))
    assert min(row.rect.height() for row in layer_map.places.rows) == 24
    assert all(not row.parts.plates for row in layer_map.places.rows)
    assert layer_map.minimumHeight() >= 26 * 24
    layer_map.set_view(StackView.from_facts(stack(blocks=12)))
    assert all(row.parts.plates for row in layer_map.places.rows[1:-1])


def test_inserts_stand_where_they_belong(layer_map: LayerMap) -> None:
    layer_map.set_view(StackView.from_facts(bottleneck_stack()))
    box = layer_map.places.rows[3].parts
    assert [insert.rect.width() for insert in box.inserts] == [26, 26]
    assert box.plates[0].right() < box.inserts[0].rect.left()
    assert box.inserts[0].rect.right() < box.plates[1].left()
    assert box.plates[1].right() < box.inserts[1].rect.left()
    layer_map.set_view(StackView.from_facts(lora_stack()))
    bows = layer_map.places.rows[3].parts.inserts
    assert [(bow.rect.width(), bow.rect.height(), bow.label) for bow in bows] == [
        (24, 12, "query"),
        (24, 12, "value"),
    ]
    assert all(bow.rect.left() > layer_map.places.rows[3].parts.plates[0].right() for bow in bows)


def test_a_prefix_stands_before_attention_and_scales_on_what_they_scale(layer_map: LayerMap) -> None:
    prefix = InsertFacts(kind=InsertKind.PREFIX, part="attention", parameters=7680)
    layer_map.set_view(StackView.from_facts(stack(inserts=[prefix])))
    box = layer_map.places.rows[3].parts
    assert box.inserts[0].rect.right() <= box.plates[0].left()
    assert is_ember(layer_map, box.inserts[0].rect.left() + 4, box.inserts[0].rect.center().y())
    scales = [
        InsertFacts(kind=InsertKind.SCALING, part=part, parameters=384, label=label)
        for part, label in (("attention", "key"), ("attention", "value"), ("feed_forward", "down"))
    ]
    layer_map.set_view(StackView.from_facts(stack(inserts=scales)))
    box = layer_map.places.rows[3].parts
    centers = [insert.rect.center() for insert in box.inserts]
    border = box.plates[0].right()
    assert [center.x() < border for center in centers] == [True, True, False]
    assert all(is_ember(layer_map, center.x(), center.y()) for center in centers)


def test_a_prompt_stands_before_the_word_pieces(layer_map: LayerMap) -> None:
    facts = stack()
    prompt = InsertFacts(kind=InsertKind.PROMPT, part="embeddings", parameters=7680)
    lowest = msgspec.structs.replace(facts.layers[0], inserts=(prompt,), new_parameters=7680)
    assert layer_map.places.prompt.isEmpty()
    words = [box.text for box in layer_map.places.pieces]
    layer_map.set_view(
        StackView.from_facts(msgspec.structs.replace(facts, layers=(lowest, *facts.layers[1:])))
    )
    places = layer_map.places
    assert [box.text for box in places.pieces] == words
    assert places.prompt.width() == 40
    assert places.prompt.right() < places.pieces[0].rect.left()
    assert is_ember(layer_map, places.prompt.left() + 4, places.prompt.center().y())


@pytest.mark.parametrize(("role", "above"), [("norm", True), ("query", False)])
def test_norms_that_learn_are_a_line_above_their_part_and_biases_a_strip_below(
    layer_map: LayerMap, role: str, above: bool
) -> None:
    facts = stack()
    block = facts.layers[3]

    def moved(part: PartFacts) -> PartFacts:
        first = msgspec.structs.replace(
            part.pieces[0], role=role, parameters=768, trainable_parameters=768 if above else 384
        )
        return msgspec.structs.replace(part, trainable_parameters=384, pieces=(first, *part.pieces[1:]))

    block = msgspec.structs.replace(
        block, parts=tuple(moved(part) for part in block.parts), trainable_parameters=768
    )
    layers = (*facts.layers[:3], block, *facts.layers[4:])
    layer_map.set_view(StackView.from_facts(msgspec.structs.replace(facts, layers=layers)))
    for plate in layer_map.places.rows[3].parts.plates:
        assert is_ember(layer_map, plate.center().x(), plate.top() - 3.5) == above
        assert is_ember(layer_map, plate.center().x(), plate.bottom() - 2) != above
    for plate in layer_map.places.rows[2].parts.plates:
        assert not is_ember(layer_map, plate.center().x(), plate.top() - 3.5)
        assert not is_ember(layer_map, plate.center().x(), plate.bottom() - 2)


def test_a_heat_map_only_shows(qtbot: QtBot, theme: Theme) -> None:
    heat = LayerMap(theme, MapSize.HEAT)
    qtbot.addWidget(heat)
    heat.resize(260, 486)
    heat.set_view(StackView.from_facts(freeze_stack(), HeatFacts.from_changes(layer_changes())))
    heat.show()
    assert heat.places.rows[0].rect.height() == 51
    assert heat.places.rows[0].sparkline.width() == 62
    with qtbot.assertNotEmitted(heat.state_requested):
        qtbot.mouseClick(heat, Qt.MouseButton.LeftButton, pos=left_of(heat, "block.5"))
        qtbot.keyClick(heat, Qt.Key.Key_Space)
        qtbot.keyClick(heat, Qt.Key.Key_T)
    assert "Changed by 1.62 % so far" in heat.tooltip_at(left_of(heat, "block.5"))[0]


@pytest.mark.parametrize(
    ("percent", "step"),
    [(0.05, 0), (0.1, 1), (0.29, 1), (0.3, 2), (0.99, 2), (1.0, 3), (2.99, 3), (3.0, 4), (50.0, 4)],
)
def test_heat_colours_change_at_their_thresholds(
    qtbot: QtBot, theme: Theme, percent: float, step: int
) -> None:
    heat = LayerMap(theme, MapSize.HEAT)
    qtbot.addWidget(heat)
    heat.resize(260, 486)
    heat.set_view(StackView.from_facts(freeze_stack(), HeatFacts({"block.6": percent})))
    place = heat.row_rect(6)
    assert pixel(heat, QPoint(place.left() + 8, place.center().y())) == theme.heat(step)[0]


@pytest.mark.parametrize("facts", [lora_stack(), bottleneck_stack()], ids=["bow ties", "hourglasses"])
@pytest.mark.parametrize(("width", "height", "says_new"), [(260, 486, True), (242, 260, False)])
def test_inserts_are_ember_on_the_ice_of_a_heat_map(
    qtbot: QtBot, theme: Theme, facts: StackFacts, width: int, height: int, says_new: bool
) -> None:
    heat = LayerMap(theme, MapSize.HEAT)
    qtbot.addWidget(heat)
    heat.resize(width, height)
    heat.set_view(StackView.from_facts(facts, HeatFacts({"block.1": 0.0}, ("head",))))
    block = heat.places.rows[1]
    assert len(block.parts.inserts) == 2
    for insert in block.parts.inserts:
        assert block.rect.contains(insert.rect)
        shown = pixel(heat, insert.rect.center().toPoint())
        assert shown.red() > shown.blue() + 60  # ember
    assert block.parts.new.isEmpty() is not says_new
    if says_new:
        assert block.rect.contains(block.parts.new)
        ground = pixel(heat, block.parts.new.center().toPoint() - QPoint(13, 1))
        assert ground.red() - theme.heat(4)[0].red() in range(-3, 4)  # the top step, as all that is new
        assert ground.blue() - theme.heat(4)[0].blue() in range(-8, 9)
    ice = pixel(heat, QPoint(round(block.rect.left()) + 8, round(block.rect.center().y())))
    assert ice.blue() > ice.red()
    assert heat.tooltip_at(block.parts.inserts[0].rect.center().toPoint())[0].endswith(
        "trainable. Changed by 0.00 % so far."
    )
    assert heat.places.rows[0].parts.inserts == ()


def test_a_layer_of_which_a_little_learns_shows_its_heat(qtbot: QtBot, theme: Theme) -> None:
    facts = stack()
    block = facts.layers[2]
    block = msgspec.structs.replace(block, trainable_parameters=768)
    facts = msgspec.structs.replace(facts, layers=(*facts.layers[:2], block, *facts.layers[3:]))
    heat = LayerMap(theme, MapSize.HEAT)
    qtbot.addWidget(heat)
    heat.resize(260, 486)
    heat.set_view(StackView.from_facts(facts, HeatFacts({"block.2": 0.5, "block.1": 0.0})))
    place = heat.row_rect(2)
    assert pixel(heat, QPoint(place.left() + 8, place.center().y())) == theme.heat(2)[0]


# --- motion -----------------------------------------------------------------------------------------


def test_thawing_wipes_from_the_left_and_stops_without_motion(
    qtbot: QtBot, theme: Theme, layer_map: LayerMap
) -> None:
    rect = layer_map.row_rect(3)
    left, right = QPoint(rect.left() + 8, rect.center().y()), QPoint(rect.right() - 10, rect.center().y())
    ice = pixel(layer_map, left)
    theme.set_reduced_motion(False)
    layer_map.set_view(StackView.from_facts(freeze_stack(2)))
    assert pixel(layer_map, right).blue() > 200  # still ice at the right
    qtbot.waitUntil(lambda: pixel(layer_map, left).blue() < 150, timeout=2000)
    qtbot.waitUntil(lambda: pixel(layer_map, right).blue() < 150, timeout=2000)
    theme.set_reduced_motion(True)
    layer_map.set_view(StackView.from_facts(freeze_stack()))
    assert pixel(layer_map, left) == ice
    assert theme.duration("thaw") == 0


def test_corners_tell_the_states_apart_without_colour(layer_map: LayerMap) -> None:
    soft, hard = layer_map.row_rect(4), layer_map.row_rect(3)
    surface = pixel(layer_map, QPoint(soft.left() - 6, soft.top() + 2))
    assert pixel(layer_map, QPoint(soft.left() + 1, soft.top() + 1)) == surface
    assert pixel(layer_map, QPoint(hard.left() + 2, hard.top() + 2)) != surface


# --- screen readers ---------------------------------------------------------------------------------


def test_every_row_is_a_check_box(layer_map: LayerMap) -> None:
    interface = QAccessible.queryAccessibleInterface(layer_map)
    assert interface.text(QAccessible.Text.Name) == "Layer map, 8 layers, 4 trainable"
    assert layer_map.accessibleName() == "Layer map, 8 layers, 4 trainable"
    assert interface.childCount() == 8
    rows = [interface.child(index) for index in range(8)]
    assert [row.text(QAccessible.Text.Name) for row in rows][:2] == ["Task head", "Block 6 of 6"]
    block5 = rows[2]
    assert block5.role() == QAccessible.Role.CheckBox
    assert block5.text(QAccessible.Text.Name) == "Block 5 of 6"
    assert block5.text(QAccessible.Text.Value) == "trainable"
    assert block5.text(QAccessible.Text.Description) == "1.77 million parameters"
    assert block5.state().checked
    assert rows[7].text(QAccessible.Text.Value) == "frozen"
    assert interface.indexOfChild(block5) == 2
    assert block5.rect().height() == 51


def test_rows_outlive_a_change_of_the_model_and_the_map(qtbot: QtBot, theme: Theme) -> None:
    for _ in range(5):
        made = LayerMap(theme)
        made.set_view(StackView.from_facts(freeze_stack()))
        interface = QAccessible.queryAccessibleInterface(made)
        last = interface.child(0)
        made.set_view(StackView.from_facts(stack(blocks=2)))
        assert interface.childCount() == 4
        assert not last.isValid()
        delete(made)


@pytest.mark.parametrize("make", [freeze_stack, bottleneck_stack, lora_stack])
def test_both_themes_paint_it(
    qtbot: QtBot, theme: Theme, layer_map: LayerMap, make: Callable[[], object]
) -> None:
    layer_map.set_view(StackView.from_facts(make()))  # type: ignore[arg-type]  # three functions that return facts
    light = layer_map.grab().toImage()
    theme.set_dark(True)
    assert layer_map.grab().toImage() != light
