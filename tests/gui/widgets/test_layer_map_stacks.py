"""The layer map of a model with an encoder and a decoder: two stacks side by side."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QFontMetricsF
from pytestqt.qtbot import QtBot

from engine.protocol.stack import InsertFacts, InsertKind
from gui.look.theme import Theme
from gui.state.layers_by_hand import thaw_line_pattern
from gui.widgets.layer_map import LayerMap
from gui.widgets.layer_map_block import shorter_name
from gui.widgets.layer_map_rows import HeatFacts
from gui.widgets.layer_map_tiers import MapSize
from gui.widgets.layer_map_view import StackView
from tests.gui.sample_facts import block_ids, stack, two_stacks

Wishes = list[tuple[list[str], bool]]
UPPER = block_ids(12)[9:]
"""The upper half of a decoder of six, above an encoder of six."""


@pytest.fixture
def layer_map(qtbot: QtBot, theme: Theme) -> LayerMap:
    """An encoder and a decoder of six blocks each; the decoder's upper three are thawed."""
    made = LayerMap(theme)
    qtbot.addWidget(made)
    made.resize(704, 654)
    made.set_view(StackView.from_facts(two_stacks(UPPER)))
    made.show()
    return made


@pytest.fixture
def wishes(layer_map: LayerMap) -> Wishes:
    """Every wish for a state, in order."""
    heard: Wishes = []
    layer_map.state_requested.connect(lambda layers, trainable: heard.append((layers, trainable)))
    return heard


@pytest.fixture
def lines(layer_map: LayerMap) -> list[int]:
    """Every wish for the thaw line, in order."""
    heard: list[int] = []
    layer_map.thaw_line_requested.connect(heard.append)
    return heard


def left_of(layer_map: LayerMap, layer: str) -> QPoint:
    """A place on a block's name, where no part is."""
    rect = layer_map.row_rect(layer_map.shown.row_of(layer))
    return QPoint(rect.left() + 60, rect.center().y())


# --- where things are -------------------------------------------------------------------------------


def test_two_stacks_stand_side_by_side_240_wide_each(layer_map: LayerMap) -> None:
    places = layer_map.places
    encoder, decoder = places.rows[1:7], places.rows[7:13]
    assert {box.rect.width() for box in (*encoder, *decoder)} == {240.0}
    assert len({box.rect.left() for box in encoder}) == len({box.rect.left() for box in decoder}) == 1
    assert decoder[0].rect.left() - encoder[0].rect.right() == 40
    assert [box.rect.top() for box in encoder] == [box.rect.top() for box in decoder]
    assert [box.name for box in encoder] == [f"Block {number}" for number in range(1, 7)]
    assert [heading.text for heading in places.headings] == ["Encoder", "Decoder"]
    embeddings, head = places.rows[0].rect, places.rows[-1].rect
    assert (embeddings.left(), embeddings.right()) == (encoder[0].rect.left(), decoder[0].rect.right())
    assert (head.left(), head.width()) == (decoder[0].rect.left(), 240)
    assert head.bottom() < places.headings[1].rect.top() < decoder[-1].rect.top()


def test_cross_attention_is_a_third_plate(layer_map: LayerMap) -> None:
    places = layer_map.places
    assert [len(box.parts.plates) for box in places.rows[1:13]] == [2] * 6 + [3] * 6
    for box in places.rows[1:13]:
        plates = box.parts.plates
        assert all(one.right() < next_.left() for one, next_ in pairwise(plates))
        assert plates[-1].right() < box.rect.right()
    crossing = places.rows[9].parts.plates[1].center().toPoint()
    assert layer_map.tooltip_at(crossing)[0] == (
        "Cross-attention of Decoder block 3. Click to open its matrices."
    )


def test_a_block_is_called_by_its_whole_name_beside_its_plates(qtbot: QtBot, theme: Theme) -> None:
    made = LayerMap(theme)
    qtbot.addWidget(made)
    made.resize(704, 654)
    made.set_view(StackView.from_facts(two_stacks(blocks=(12, 12))))
    box = made.places.rows[-2]
    assert box.name == "Block 12"
    width = QFontMetricsF(theme.font("bodyStrong")).horizontalAdvance(box.name)
    assert box.rect.left() + 42 + width < box.parts.plates[0].left()


@pytest.mark.parametrize("kind", [InsertKind.BOTTLENECK, InsertKind.LOW_RANK, InsertKind.PREFIX])
def test_inserts_fit_into_a_narrow_block(layer_map: LayerMap, kind: InsertKind) -> None:
    parts = ("attention", "cross_attention", "feed_forward")
    inserts = [InsertFacts(kind=kind, part=part, parameters=10) for part in parts]
    layer_map.set_view(StackView.from_facts(two_stacks(inserts=inserts)))
    box = layer_map.places.rows[9]
    assert box.parts.inserts
    for place in (*box.parts.plates, *(insert.rect for insert in box.parts.inserts)):
        assert box.rect.contains(place)


def test_stacks_of_unequal_height_begin_at_the_same_place(layer_map: LayerMap) -> None:
    layer_map.set_view(StackView.from_facts(two_stacks(blocks=(2, 5))))
    rows = layer_map.places.rows
    assert rows[1].rect.top() == rows[3].rect.top()
    assert rows[-1].rect.bottom() < rows[-2].rect.top()
    layer_map.set_view(StackView.from_facts(two_stacks(blocks=(5, 2))))
    assert layer_map.places.rows[-1].rect.bottom() < layer_map.places.rows[5].rect.top()


def test_the_smallest_map_holds_two_stacks(layer_map: LayerMap) -> None:
    layer_map.set_size(MapSize.COMPACT)
    layer_map.resize(520, 340)
    places = layer_map.places
    assert places.content_height <= 340
    assert places.rows[-1].rect.top() >= 0
    assert places.pieces[0].rect.bottom() <= 340
    assert places.rows[1].rect.left() >= 0
    assert places.rows[7].rect.right() <= 520
    assert all(path.pill.left() >= 0 and path.pill.right() <= 520 for path in places.thaw)
    assert all(runs == 0 for _x, runs in places.columns.counts)  # there is no room for figures


def test_counts_stand_outside_of_both_stacks(layer_map: LayerMap) -> None:
    counts = layer_map.places.columns.counts
    assert [runs for _x, runs in counts] == [1, *[-1] * 6, *[1] * 6, 1]
    assert counts[1][0] < layer_map.places.rows[1].rect.left()
    assert counts[7][0] > layer_map.places.rows[7].rect.right()


def test_many_blocks_get_low_rows_and_very_many_groups(layer_map: LayerMap) -> None:
    layer_map.set_view(StackView.from_facts(two_stacks(blocks=(12, 13))))
    assert not any(row.parts.plates for row in layer_map.places.rows)
    layer_map.set_view(StackView.from_facts(two_stacks(blocks=(24, 24))))
    assert len(layer_map.shown.rows) == 50
    assert min(row.rect.height() for row in layer_map.places.rows) == 24
    facts = two_stacks(block_ids(64)[40:], blocks=(32, 32))
    view = StackView.from_facts(facts)
    assert [row.title for row in view.rows] == [
        "Word embeddings",
        "Encoder blocks 1–32, frozen",
        "Decoder blocks 1–8, frozen",
        "Decoder blocks 9–32, trainable",
        "Task head",
    ]
    layer_map.set_view(view)
    assert [box.name for box in layer_map.places.rows[1:4]] == ["Blocks 1–32", "Blocks 1–8", "Blocks 9–32"]
    opened = StackView.from_facts(facts, open_groups={"block.33"})
    assert [row.label for row in opened.rows[2:4]] == ["Decoder block 1", "Decoder block 2"]
    assert len(opened.rows) == 12


def test_a_heat_map_lists_both_stacks_below_each_other(qtbot: QtBot, theme: Theme) -> None:
    heat = LayerMap(theme, MapSize.HEAT)
    qtbot.addWidget(heat)
    heat.resize(260, 486)
    heat.set_view(StackView.from_facts(two_stacks(UPPER), HeatFacts({"block.12": 1.0})))
    rows = heat.places.rows
    assert [box.name for box in rows[6:8]] == ["Encoder 6", "Decoder 1"]
    tops = [box.rect.top() for box in rows]
    assert tops == sorted(tops, reverse=True)
    assert len({box.rect.left() for box in rows}) == 1


@pytest.mark.parametrize("width", [220, 260])
def test_beside_its_inserts_a_block_of_the_heat_map_keeps_its_number(
    qtbot: QtBot, theme: Theme, width: int
) -> None:
    added = InsertFacts(kind=InsertKind.LOW_RANK, part="attention", label="q", parameters=100)
    facts = two_stacks()
    layers = tuple(
        msgspec.structs.replace(layer, inserts=(added, added)) if layer.stack else layer
        for layer in facts.layers
    )
    heat = LayerMap(theme, MapSize.HEAT)
    qtbot.addWidget(heat)
    heat.resize(width, 800)
    heat.set_view(StackView.from_facts(msgspec.structs.replace(facts, layers=layers), HeatFacts({})))
    metrics = QFontMetricsF(theme.font("bodyStrong"))
    blocks = [box for box in heat.places.rows if box.name.startswith(("Encoder", "Decoder"))]
    assert len(blocks) == 12
    for box in blocks:
        room = box.parts.inserts[-1].rect.left() - 6 - (box.rect.left() + 34)
        name = shorter_name(box.name)
        assert name[-2:] == box.name[-2:]
        assert metrics.horizontalAdvance(name) <= room


# --- what gestures and keys wish --------------------------------------------------------------------


def test_a_click_wishes_the_state_of_one_block(qtbot: QtBot, layer_map: LayerMap, wishes: Wishes) -> None:
    for layer in ("block.3", "block.9", "block.10"):
        qtbot.mouseClick(layer_map, Qt.MouseButton.LeftButton, pos=left_of(layer_map, layer))
    assert wishes == [(["block.3"], True), (["block.9"], True), (["block.10"], False)]


@pytest.mark.parametrize(
    ("begin", "end", "painted"),
    [
        ("block.2", "block.5", ["block.2", "block.3", "block.4", "block.5"]),
        ("block.9", "block.7", ["block.9", "block.8", "block.7"]),
        ("embeddings", "block.8", ["embeddings", "block.7", "block.8"]),
        ("embeddings", "block.2", ["embeddings", "block.1", "block.2"]),
        ("block.3", "block.9", ["block.3", "block.9"]),  # across: not all that lies between in the model
    ],
)
def test_dragging_paints_along_a_stack(
    qtbot: QtBot, layer_map: LayerMap, wishes: Wishes, begin: str, end: str, painted: list[str]
) -> None:
    qtbot.mousePress(layer_map, Qt.MouseButton.LeftButton, pos=left_of(layer_map, begin))
    qtbot.mouseMove(layer_map, left_of(layer_map, end))
    qtbot.mouseRelease(layer_map, Qt.MouseButton.LeftButton, pos=left_of(layer_map, end))
    assert len(wishes) == 1
    assert sorted(wishes[0][0]) == sorted(painted)
    assert wishes[0][1] is True


def test_the_thaw_line_passes_the_encoder_first(layer_map: LayerMap) -> None:
    places = layer_map.places
    assert len(places.thaw) == 14
    assert layer_map.shown.thaw_index == 10
    for below, path in enumerate(places.thaw):
        left, right = path.points[0].y(), path.points[-1].y()
        for index, box in enumerate(places.rows[:13]):
            y = left if index in places.columns.rows[0][1:] else right
            assert (box.rect.center().y() > y) == (index < below), (below, index)
    moves_left = [path.pill.center().x() < places.columns.lane for path in places.thaw]
    assert moves_left == [False, *[True] * 6, *[False] * 7]


def test_the_thaw_line_is_dragged_in_either_stack(
    qtbot: QtBot, layer_map: LayerMap, lines: list[int]
) -> None:
    places = layer_map.places
    pill = places.pill_at(10).center().toPoint()
    encoder, decoder = (round(places.rows[index].rect.center().x()) for index in (1, 7))
    for x, gap in ((encoder, 3), (decoder, 12), (encoder, 0), (decoder, 7)):
        layer_map.set_view(StackView.from_facts(two_stacks(UPPER)))
        wanted = QPoint(x, round(places.gaps[gap]) + 12)
        qtbot.mousePress(layer_map, Qt.MouseButton.LeftButton, pos=pill)
        qtbot.mouseMove(layer_map, wanted)
        assert layer_map.shown.thaw_index == gap
        qtbot.mouseRelease(layer_map, Qt.MouseButton.LeftButton, pos=wanted)
    assert lines == [3, 12, 0, 7]
    pattern = thaw_line_pattern(two_stacks(), 3)
    assert [layer for layer, thawed in pattern.items() if not thawed] == ["embeddings", "block.1", "block.2"]


def test_the_line_is_taken_hold_of_anywhere_along_it(layer_map: LayerMap) -> None:
    path = layer_map.places.thaw[10]
    assert path.is_near(QPointF(path.points[0].x() + 20, path.points[0].y() + 4), 5)
    assert path.is_near(QPointF(path.points[-1].x() - 20, path.points[-1].y() - 4), 5)
    assert not path.is_near(QPointF(path.points[0].x() + 20, path.points[-1].y()), 5)


def test_keys_walk_from_the_encoder_into_the_decoder(
    qtbot: QtBot, layer_map: LayerMap, wishes: Wishes, lines: list[int]
) -> None:
    layer_map.focus_row(6)
    qtbot.keyClick(layer_map, Qt.Key.Key_Up)
    assert layer_map.shown.rows[layer_map.focused_row].label == "Decoder block 1"
    qtbot.keyClick(layer_map, Qt.Key.Key_Space)
    qtbot.keyClick(layer_map, Qt.Key.Key_Right)
    assert layer_map.opened == {"block.7"}
    labels = [piece.label for piece in layer_map.shown.rows[7].pieces]
    assert labels.count("Query") == 2
    lowered = layer_map.places.rows
    assert lowered[8].rect.bottom() < lowered[2].rect.bottom()  # only the decoder makes room for them
    layer_map.set_view(StackView.from_facts(two_stacks(UPPER)))
    qtbot.keyClick(layer_map, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(layer_map, Qt.Key.Key_F)
    assert lines == [9]
    assert wishes == [(["block.7"], True), (["embeddings", *block_ids(12)], False)]


# --- heads that came with the model -----------------------------------------------------------------


def test_a_head_that_shares_the_embeddings_follows_them(layer_map: LayerMap) -> None:
    head = layer_map.shown.rows[-1]
    assert (head.is_tied, head.trainable, head.can_toggle) == (True, False, False)
    words = layer_map.tooltip_at(left_of(layer_map, "head"))[0]
    assert words == "Task head: its numbers are those of the word embeddings."
    layer_map.wish({"embeddings": True})
    assert layer_map.shown.rows[-1].trainable
    assert StackView.from_facts(two_stacks(["embeddings"])).rows[-1].trainable
    heat = HeatFacts({"embeddings": 8.7, "head": 0.0}, (), {"embeddings": (1.0, 8.7), "head": (0.0, 0.0)})
    shared = StackView.from_facts(two_stacks(["embeddings"]), heat).rows[-1]
    assert (shared.heat, shared.history) == (8.7, (1.0, 8.7))  # the line beside it grows as its number does


def test_a_head_of_its_own_that_came_with_the_model_can_be_frozen(
    qtbot: QtBot, layer_map: LayerMap, wishes: Wishes
) -> None:
    facts = two_stacks([*UPPER, "head"], tied=False)
    layer_map.set_view(StackView.from_facts(facts))
    assert layer_map.shown.thaw_index == 10
    assert len(layer_map.places.thaw) == 15
    qtbot.mouseClick(layer_map, Qt.MouseButton.LeftButton, pos=left_of(layer_map, "head"))
    assert wishes == [(["head"], False)]
    assert thaw_line_pattern(facts, 13)["head"] is True
    assert thaw_line_pattern(facts, 14)["head"] is False
    assert "head" not in thaw_line_pattern(stack(), 3)


# --- screen readers, themes -------------------------------------------------------------------------


def test_every_row_says_in_which_stack_it_stands(layer_map: LayerMap) -> None:
    interface = QAccessible.queryAccessibleInterface(layer_map)
    assert interface.text(QAccessible.Text.Name) == "Layer map, 14 layers, 3 trainable"
    names = [interface.child(index).text(QAccessible.Text.Name) for index in range(14)]
    assert names[:2] == ["Task head", "Decoder block 6 of 6"]
    assert names[6:8] == ["Decoder block 1 of 6", "Encoder block 6 of 6"]
    layer_map.set_view(StackView.from_facts(two_stacks(blocks=(2, 5))))
    assert interface.child(6).text(QAccessible.Text.Name) == "Encoder block 2 of 2"
    child = interface.child(2)
    assert child.text(QAccessible.Text.Value) == "frozen"
    assert child.rect().width() == 240


def test_a_shared_block_is_frozen_and_thawed_as_one(
    qtbot: QtBot, layer_map: LayerMap, wishes: Wishes
) -> None:
    layer_map.set_view(StackView.from_facts(stack(["block.1"], blocks=1, times=12)))
    qtbot.mouseClick(layer_map, Qt.MouseButton.LeftButton, pos=left_of(layer_map, "block.1"))
    assert wishes == [(["block.1"], False)]
    child = QAccessible.queryAccessibleInterface(layer_map).child(1)
    assert child.text(QAccessible.Text.Name) == "Block 1 of 1"
    assert child.text(QAccessible.Text.Description) == "1.77 million parameters, used 12 times"


def test_both_themes_paint_two_stacks(theme: Theme, layer_map: LayerMap) -> None:
    light = layer_map.grab().toImage()
    frozen = layer_map.row_rect(1)
    thawed = layer_map.row_rect(12)
    cold = light.pixelColor(QPoint(frozen.left() + 8, frozen.center().y()))
    warm = light.pixelColor(QPoint(thawed.left() + 8, thawed.center().y()))
    assert cold.blue() > cold.red()
    assert warm.red() > warm.blue()
    theme.set_dark(True)
    assert layer_map.grab().toImage() != light
