"""The list of methods: rows, what can be chosen, thumbnails."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from gui.look.theme import Theme
from gui.widgets.layer_map_view import StackView
from gui.widgets.method_list import MethodCombo, MethodList
from gui.widgets.method_rows import HeadingRow, ListRow, MethodRow, method_rows
from gui.widgets.method_thumbnail import MethodThumbnail, paint_thumbnail
from tests.gui.sample_facts import (
    CATALOG,
    block_ids,
    bottleneck_stack,
    freeze_stack,
    lora_stack,
    previews,
    stack,
)


def make_rows(**more: object) -> list[ListRow]:
    found = {preview.method: preview for preview in previews()}
    return method_rows(CATALOG.methods, found, task="sort_texts", **more)  # type: ignore[arg-type]  # as given


def method(rows: list[ListRow], name: str) -> MethodRow:
    return next(row for row in rows if isinstance(row, MethodRow) and row.id == name)


@pytest.fixture
def methods(qtbot: QtBot, theme: Theme) -> MethodList:
    made = MethodList(theme)
    qtbot.addWidget(made)
    made.resize(260, 600)
    made.set_rows(make_rows(), "thaw_top")
    made.show()
    return made


def click(qtbot: QtBot, methods: MethodList, name: str) -> None:
    place = next(i for i, row in enumerate(methods.rows) if isinstance(row, MethodRow) and row.id == name)
    spot = methods.visualRect(methods.model().index(place, 0)).center()
    qtbot.mouseClick(methods.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def test_methods_stand_under_what_they_change() -> None:
    rows = make_rows()
    assert [row.text for row in rows if isinstance(row, HeadingRow)] == [
        "Train only the head",
        "Change the model's own weights",
        "Add small parts, keep the weights",
    ]
    assert isinstance(rows[0], HeadingRow)
    assert rows[1] == method(rows, "read_features")


def test_rows_say_the_trainable_share() -> None:
    rows = make_rows()
    shares = {row.id: row.note for row in rows if isinstance(row, MethodRow)}
    assert shares == {
        "read_features": "0.003 % trainable",
        "thaw_top": "23.6 % trainable",
        "thaw_all": "100 % trainable",
        "hourglasses": "1.95 % trainable",
        "low_rank": "0.33 % trainable",
        "needs_decoder": "Needs a decoder; MiniLM has none",
    }
    unknown = method_rows(CATALOG.methods, {})
    assert method(unknown, "low_rank").note == "…"
    assert (
        method(method_rows(CATALOG.methods, {}, task="translate"), "low_rank").reason == "Not for this task"
    )


def test_layers_set_by_hand_mark_the_row() -> None:
    edited = StackView.from_facts(stack(["block.5"]))
    rows = make_rows(edited={"thaw_top"}, chosen="thaw_top", chosen_view=edited)
    assert method(rows, "thaw_top").note == "edited · 7.87 % trainable"
    assert method(rows, "thaw_top").short == "Freeze lower layers, edited"


def test_a_click_chooses_and_a_grey_row_does_not(qtbot: QtBot, methods: MethodList) -> None:
    heard: list[str] = []
    methods.method_chosen.connect(heard.append)
    click(qtbot, methods, "low_rank")
    click(qtbot, methods, "needs_decoder")
    click(qtbot, methods, "thaw_top")  # chosen already
    assert heard == ["low_rank"]


def test_a_second_click_on_an_edited_row_lets_the_method_decide(qtbot: QtBot, methods: MethodList) -> None:
    methods.set_rows(make_rows(edited={"thaw_top"}), "thaw_top")
    with qtbot.waitSignal(methods.reset_requested, timeout=1000):
        click(qtbot, methods, "thaw_top")


def test_arrow_keys_choose_and_skip_headings_and_grey_rows(qtbot: QtBot, methods: MethodList) -> None:
    heard: list[str] = []
    methods.method_chosen.connect(heard.append)
    methods.method_chosen.connect(lambda name: methods.set_rows(methods.rows, name))
    methods.setFocus()
    for _ in range(4):
        qtbot.keyClick(methods, Qt.Key.Key_Down)
    assert heard == ["thaw_all", "hourglasses", "low_rank"]
    qtbot.keyClick(methods, Qt.Key.Key_Up)
    assert heard[-1] == "hourglasses"


def test_rows_are_49_high_and_37_when_compact(methods: MethodList) -> None:
    place = methods.model().index(1, 0)
    assert methods.visualRect(place).height() == 49
    methods.set_compact(True)
    methods.doItemsLayout()
    assert methods.visualRect(place).height() == 37


def test_rows_are_named_for_screen_readers(methods: MethodList) -> None:
    assert methods.accessibleName() == "Methods"
    spoken = methods.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Feature-based, 0.003 % trainable"
    tip = methods.model().index(len(methods.rows) - 1, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("Needs a decoder; MiniLM has none")


def test_the_combo_box_offers_the_same(qtbot: QtBot, theme: Theme) -> None:
    combo = MethodCombo(theme)
    qtbot.addWidget(combo)
    combo.set_rows(make_rows(), "thaw_top")
    assert combo.currentText() == "Freeze lower layers, 23.6 %"
    assert combo.currentData() == "thaw_top"
    enabled = [
        combo.itemData(i)
        for i in range(combo.count())
        if combo.model().index(i, 0).flags() & Qt.ItemFlag.ItemIsEnabled
    ]
    assert enabled == ["read_features", "thaw_top", "thaw_all", "hourglasses", "low_rank"]
    with qtbot.waitSignal(combo.method_chosen, timeout=1000) as heard:
        combo.activated.emit(combo.findData("low_rank"))
    assert heard.args == ["low_rank"]


def draw(theme: Theme, view: StackView) -> QImage:
    image = QImage(40, 42, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint_thumbnail(painter, theme, view, QRectF(0, 0, 40, 42))
    painter.end()
    return image


def is_warm(color: QColor) -> bool:
    return color.red() > color.blue() + 60


def test_a_thumbnail_has_a_bar_for_the_head_and_each_block(theme: Theme) -> None:
    image = draw(theme, StackView.from_facts(freeze_stack()))
    middles = [3, *(round(7 + (5 - block) * 5.5 + 2.3) for block in range(6))]
    assert [is_warm(image.pixelColor(20, y)) for y in middles] == [
        True,
        False,
        False,
        False,
        True,
        True,
        True,
    ]


def test_a_head_that_came_with_the_model_is_cold_where_a_method_freezes_it(theme: Theme) -> None:
    facts = lora_stack()
    assert is_warm(draw(theme, StackView.from_facts(facts)).pixelColor(20, 3))
    own = tuple(
        msgspec.structs.replace(layer, is_new=False, trainable_parameters=0) if layer.is_new else layer
        for layer in facts.layers
    )
    frozen = msgspec.structs.replace(facts, layers=own)
    assert not is_warm(draw(theme, StackView.from_facts(frozen)).pixelColor(20, 3))


def test_thumbnails_of_many_blocks_have_six_bars(theme: Theme) -> None:
    many = stack([f"block.{n}" for n in range(17, 25)], blocks=24)
    image = draw(theme, StackView.from_facts(many))
    middles = [round(7 + (5 - bar) * 5.5 + 2.3) for bar in range(6)]
    assert [is_warm(image.pixelColor(20, y)) for y in middles] == [False] * 4 + [True] * 2


def test_inserts_show_in_the_thumbnail(theme: Theme) -> None:
    plain = draw(theme, StackView.from_facts(stack()))
    assert not is_warm(plain.pixelColor(38, 9))
    assert is_warm(draw(theme, StackView.from_facts(lora_stack())).pixelColor(38, 9))
    assert is_warm(draw(theme, StackView.from_facts(bottleneck_stack())).pixelColor(19, 9))


def test_what_thaws_later_is_cold_with_a_warm_edge_in_the_thumbnail(theme: Theme) -> None:
    facts = stack(block_ids())
    later = tuple(
        msgspec.structs.replace(layer, thaws_at=1.0) if not layer.is_new else layer for layer in facts.layers
    )
    image = draw(theme, StackView.from_facts(msgspec.structs.replace(facts, layers=later)))
    plain = draw(theme, StackView.from_facts(stack()))
    middle, edge = 10, 7
    assert not is_warm(image.pixelColor(20, middle))
    assert any(is_warm(image.pixelColor(x, edge)) for x in range(8, 32))
    assert not any(is_warm(plain.pixelColor(x, edge)) for x in range(8, 32))


def test_the_widget_is_40_by_42(qtbot: QtBot, theme: Theme) -> None:
    thumbnail = MethodThumbnail(theme, StackView.from_facts(freeze_stack()))
    qtbot.addWidget(thumbnail)
    assert thumbnail.sizeHint() == QSize(40, 42)
    thumbnail.set_view(None)
    thumbnail.grab()
