"""The editor of the split: what it shows for each way of dividing, and that it shows nothing else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from engine.protocol.config import SplitConfig
from gui.look.theme import Theme
from gui.widgets.split_editor import SplitEditor

COLUMNS = ("text", "mood", "author", "date")
FIELDS = ("split_column", "split_folds", "split_fold", "validation_share", "test_share")


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 620)
    QPushButton("Change", window).move(700, 60)
    window.show()
    return window


def opened(theme: Theme, window: QWidget, split: SplitConfig) -> SplitEditor:
    editor = SplitEditor(theme, split, None, 100, COLUMNS, window)
    button = window.findChild(QPushButton)
    assert button is not None
    editor.open_below(button)
    return editor


def combo(editor: SplitEditor, name: str) -> QComboBox:
    found = editor.findChild(QComboBox, name)
    assert found is not None
    return found


def spin(editor: SplitEditor, name: str) -> QSpinBox:
    found = editor.findChild(QSpinBox, name)
    assert found is not None
    return found


def shown(editor: SplitEditor) -> list[str]:
    fields = [editor.findChild(QWidget, name) for name in FIELDS]
    return [name for name, field in zip(FIELDS, fields, strict=True) if field and field.isVisible()]


def choose_way(editor: SplitEditor, way: str) -> None:
    ways = combo(editor, "split_way")
    ways.setCurrentIndex(ways.findData(way))


@pytest.mark.parametrize(
    "split",
    [
        SplitConfig(),
        SplitConfig(part_column=""),
        SplitConfig(part_column="mood", group_column="author"),
        SplitConfig(time_column="date", seed=4),
        SplitConfig(folds=7, fold=6, validation=0.3, group_column="author"),
        SplitConfig(folds=10, fold=9),
        SplitConfig(time_column="gone", group_column="lost"),
        SplitConfig(part_column="gone"),
    ],
)
def test_a_split_that_is_only_looked_at_stays_as_it_is(
    theme: Theme, window: QWidget, split: SplitConfig
) -> None:
    assert opened(theme, window, split).chosen() == (split, None)


def test_each_way_shows_the_fields_that_it_asks_for(theme: Theme, window: QWidget) -> None:
    editor = opened(theme, window, SplitConfig())
    assert shown(editor) == ["validation_share", "test_share"]
    choose_way(editor, "part_column")
    assert shown(editor) == ["split_column", "validation_share"]
    choose_way(editor, "time_column")
    assert shown(editor) == ["split_column", "validation_share", "test_share"]
    choose_way(editor, "folds")
    assert shown(editor) == ["split_folds", "split_fold", "validation_share"]
    assert window.frameGeometry().bottom() >= editor.geometry().bottom()


def test_a_fold_is_chosen(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    editor = opened(theme, window, SplitConfig(part_column="mood"))
    choose_way(editor, "folds")
    assert spin(editor, "split_folds").value() == 5
    spin(editor, "split_fold").setValue(3)
    assert spin(editor, "split_fold").text() == "Fold 3 of 5"
    assert "takes 5 runs" in editor._note.text()
    spin(editor, "split_folds").setValue(2)
    assert spin(editor, "split_fold").text() == "Fold 2 of 2"  # there is no third one any more
    use = editor.findChild(QAbstractButton, "use_split")
    assert use is not None
    with qtbot.waitSignal(editor.split_chosen) as chosen:
        use.click()
    assert chosen.args == [SplitConfig(part_column="", folds=2, fold=1), None]


def test_a_column_that_the_file_does_not_have_is_shown_as_missing(theme: Theme, window: QWidget) -> None:
    editor = opened(theme, window, SplitConfig(time_column="when", group_column="author"))
    column = combo(editor, "split_column")
    assert column.currentText() == "Missing: when"
    assert column.property("wrong") is True
    assert not combo(editor, "split_group").property("wrong")
    assert 'The file has no column "when"' in editor._note.text()
    column.setCurrentIndex(column.findData("date"))
    assert column.property("wrong") is False
    assert "no column" not in editor._note.text()
    assert editor.chosen()[0] == SplitConfig(time_column="date", group_column="author")


def test_a_long_name_ends_in_dots_and_is_whole_below_the_pointer(theme: Theme, window: QWidget) -> None:
    name = "which of these would you say comes nearest to your own opinion"
    editor = opened(theme, window, SplitConfig(group_column=name))
    together = combo(editor, "split_group")
    assert together.currentText().endswith("…")
    assert together.currentData() == name
    assert name in together.itemData(together.currentIndex(), Qt.ItemDataRole.ToolTipRole)


def test_by_column_the_test_takes_nothing_from_validation(theme: Theme, window: QWidget) -> None:
    editor = opened(theme, window, SplitConfig(test=0.6, part_column="mood"))
    spin(editor, "validation_share").setValue(60)
    assert editor.chosen()[0].validation == 0.6
    choose_way(editor, "")
    assert spin(editor, "validation_share").value() == 30  # a tenth stays for training
