"""The drawer lists all runs; names and notes are changed in it; deleting can be undone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from gui.look.theme import Theme
from gui.widgets.basics import EmptyState
from gui.widgets.run_rows import MORE, NAME, NOTE, SCORE, STATE, RunRow
from gui.widgets.runs_drawer import RunsDrawer

ROWS = [
    RunRow(id="a", name="LoRA r 8", color_number=2, score="0.968", interval="± 0.017", note="small"),
    RunRow(id="b", name="Full fine-tuning", color_number=1, state="running", detail="epoch 3.2 of 5"),
    RunRow(id="c", name="BitFit", color_number=6, state="failed", detail="not enough memory"),
]


@pytest.fixture
def drawer(theme: Theme, qtbot: QtBot) -> RunsDrawer:
    drawer = RunsDrawer(theme)
    qtbot.addWidget(drawer)
    drawer.set_rows(ROWS, "F1 score")
    drawer.resize(1200, 320)
    drawer.show()
    return drawer


def names(drawer: RunsDrawer) -> list[str]:
    return [drawer.model.index(row, NAME).data() for row in range(drawer.model.rowCount())]


def texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def test_runs_are_listed_with_their_numbers(drawer: RunsDrawer) -> None:
    assert names(drawer) == ["LoRA r 8", "Full fine-tuning", "BitFit"]
    assert drawer.model.index(0, SCORE).data() == "0.968 ± 0.017"
    assert drawer.model.headerData(SCORE, Qt.Orientation.Horizontal) == "F1 score"
    drawer.grab()


def test_names_and_notes_are_told_when_changed(drawer: RunsDrawer, qtbot: QtBot) -> None:
    with qtbot.waitSignal(drawer.renamed) as wish:
        drawer.model.setData(drawer.model.index(0, NAME), "  LoRA, rank 8 ")
    assert wish.args == ["a", "LoRA, rank 8"]
    with qtbot.waitSignal(drawer.note_changed) as wish:
        drawer.model.setData(drawer.model.index(0, NOTE), "")
    assert wish.args == ["a", ""]
    with qtbot.assertNotEmitted(drawer.renamed):
        drawer.model.setData(drawer.model.index(0, NAME), "   ")  # a run without a name keeps its own


def test_a_name_can_be_typed_while_a_run_trains(drawer: RunsDrawer, qtbot: QtBot) -> None:
    drawer._edit("a", NAME)
    field = drawer.table.findChild(QLineEdit)
    assert field is not None
    for letter in "Small":
        qtbot.keyClick(field, letter)
        drawer.set_rows([ROWS[0], replace(ROWS[1], detail=f"epoch {letter}"), ROWS[2]], "F1 score")
    assert field.text() == "Small"
    with qtbot.waitSignal(drawer.renamed) as wish:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert wish.args == ["a", "Small"]


def test_deleting_waits_and_can_be_undone(drawer: RunsDrawer, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(drawer.delete_requested):
        drawer.delete("a")
        assert names(drawer) == ["Full fine-tuning", "BitFit"]
        drawer.undo_delete()
    assert names(drawer) == ["LoRA r 8", "Full fine-tuning", "BitFit"]
    assert not drawer._undo_timer.isActive()


def test_a_run_is_deleted_for_good_after_ten_seconds(drawer: RunsDrawer, qtbot: QtBot) -> None:
    drawer.delete("a")
    assert drawer._undo_timer.isActive()
    assert drawer._undo_timer.interval() == 10_000
    with qtbot.waitSignal(drawer.delete_requested) as wish:
        drawer._undo_timer.timeout.emit()
    assert wish.args == ["a"]
    assert not drawer._undo.isVisible()


def test_deleting_a_second_run_makes_the_first_final(drawer: RunsDrawer, qtbot: QtBot) -> None:
    drawer.delete("a")
    with qtbot.waitSignal(drawer.delete_requested) as wish:
        drawer.delete("c")
    assert wish.args == ["a"]
    assert names(drawer) == ["Full fine-tuning"]
    drawer.undo_delete()


def test_a_run_that_trains_cannot_be_deleted(drawer: RunsDrawer) -> None:
    drawer.delete("b")
    assert "Full fine-tuning" in names(drawer)
    delete = next(action for action in drawer.menu_for(ROWS[1]).actions() if action.text() == "Delete")
    assert not delete.isEnabled()


def test_what_can_be_done_depends_on_the_run(drawer: RunsDrawer, qtbot: QtBot) -> None:
    assert texts(drawer.menu_for(ROWS[0]))[:2] == ["Show results", "Rename"]
    assert texts(drawer.menu_for(ROWS[1]))[0] == "Show training"
    assert "Resume from the last checkpoint" in texts(drawer.menu_for(ROWS[2]))
    duplicate = next(a for a in drawer.menu_for(ROWS[2]).actions() if a.text() == "Duplicate setup")
    with qtbot.waitSignal(drawer.duplicate_requested) as wish:
        duplicate.trigger()
    assert wish.args == ["c"]


def test_enter_shows_a_run_and_delete_deletes_it(drawer: RunsDrawer, qtbot: QtBot) -> None:
    drawer.table.setCurrentIndex(drawer.model.index(0, SCORE))
    with qtbot.waitSignal(drawer.run_chosen) as wish:
        qtbot.keyClick(drawer.table, Qt.Key.Key_Return)
    assert wish.args == ["a"]
    qtbot.keyClick(drawer.table, Qt.Key.Key_Delete)
    assert "LoRA r 8" not in names(drawer)
    drawer.undo_delete()


def test_values_change_without_losing_the_place(drawer: RunsDrawer) -> None:
    drawer.table.selectRow(1)
    drawer.set_rows([ROWS[0], RunRow(id="b", name="Full fine-tuning", detail="epoch 4 of 5"), ROWS[2]])
    assert drawer.table.currentIndex().row() == 1


def test_without_runs_the_way_to_one_is_shown(drawer: RunsDrawer, qtbot: QtBot) -> None:
    drawer.set_rows([])
    empty = drawer.findChild(EmptyState)
    assert empty is not None
    assert empty.isVisible()
    with qtbot.waitSignal(drawer.setup_requested):
        empty.button.click()


@pytest.mark.parametrize("width", [880, 1290])
def test_names_have_the_room_that_empty_columns_do_not_need(drawer: RunsDrawer, width: int) -> None:
    drawer.resize(width, 320)
    drawer.set_rows([replace(row, state="finished", detail="", note="") for row in ROWS], "F1 score")
    table = drawer.table
    assert table.isColumnHidden(STATE)
    assert table.isColumnHidden(NOTE) == (width < 960)
    assert (
        table.columnWidth(NAME)
        > QFontMetrics(drawer._theme.font("body", 600)).horizontalAdvance(ROWS[1].name) + 40
    )
    shown = [column for column in range(MORE + 1) if not table.isColumnHidden(column)]
    assert sum(table.columnWidth(column) for column in shown) == table.viewport().width()
    drawer.set_rows(ROWS, "F1 score")
    assert not table.isColumnHidden(STATE)
    assert not table.isColumnHidden(NOTE)


def test_a_note_can_be_written_where_its_column_was_left_out(drawer: RunsDrawer) -> None:
    drawer.resize(880, 320)
    drawer.set_rows([replace(row, note="") for row in ROWS], "F1 score")
    assert drawer.table.isColumnHidden(NOTE)
    drawer._edit("a", NOTE)
    assert not drawer.table.isColumnHidden(NOTE)


def test_where_a_run_stands_has_the_room_that_the_notes_do_not_need(drawer: RunsDrawer) -> None:
    detail = "epoch 0.9 of 3, 3 min 16 s left"
    drawer.set_rows([RunRow(id="b", name="Freeze lower layers", state="running", detail=detail)])
    words = QFontMetrics(drawer._theme.font("small")).horizontalAdvance(f"training, {detail}")
    assert drawer.table.columnWidth(STATE) >= words + 20
    assert drawer.table.columnWidth(NOTE) > 200
    drawer.resize(884, 320)  # no room: nothing is pushed out of the table
    shown = [column for column in range(MORE + 1) if not drawer.table.isColumnHidden(column)]
    assert sum(drawer.table.columnWidth(column) for column in shown) <= drawer.table.viewport().width()
