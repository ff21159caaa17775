"""The form that draws itself from fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from engine.protocol.fields import (
    IntegerField,
    NumberField,
    RangesField,
    SwitchField,
    TextField,
    parse_setting,
)
from gui.look.theme import Theme
from gui.widgets.setting_row import SettingRow, stepped, value_text
from gui.widgets.settings_form import SettingsForm
from gui.widgets.settings_sheet import SettingsSheet
from gui.widgets.toggle import Toggle
from tests.gui.sample_facts import CATALOG, RANK, TRAINING_FIELDS

LORA = CATALOG.method("low_rank")
EPOCHS, _BATCH_SIZE, LEARNING_RATE, SCHEDULE = TRAINING_FIELDS


@pytest.fixture
def form(qtbot: QtBot, theme: Theme) -> SettingsForm:
    made = SettingsForm(theme)
    qtbot.addWidget(made)
    made.set_fields(LORA.fields, LORA.name)
    made.set_values({}, LORA.recommended("sort_texts"))
    made.resize(330, 600)
    made.show()
    return made


def edit_of(row: SettingRow) -> QLineEdit:
    assert isinstance(row.control, QLineEdit)
    return row.control


def retype(qtbot: QtBot, row: SettingRow, text: str) -> None:
    edit = edit_of(row)
    edit.selectAll()
    qtbot.keyClicks(edit, text)


def test_every_kind_of_field_gets_its_control(form: SettingsForm) -> None:
    controls = {name: type(row.control) for name, row in form.rows.items()}
    assert isinstance(form.rows["rank"].control, QLineEdit)
    assert controls["use_dora"] is Toggle
    assert controls["schedule"] is QComboBox
    assert list(form.rows) == ["rank", "use_dora", "epochs", "batch_size", "learning_rate", "schedule"]
    assert form.rows["epochs"].control.objectName() == "setting_epochs"
    assert form.rows["epochs"].control.accessibleName() == "Epochs, epochs"


def test_the_source_of_a_default_stands_on_hover(form: SettingsForm) -> None:
    assert form.rows["rank"].toolTip() == "Width of the update.\nRecommended: 8 (Hu 2022)"


def test_only_a_finished_number_is_said(qtbot: QtBot, form: SettingsForm) -> None:
    heard: list[tuple[str, object]] = []
    form.setting_changed.connect(lambda name, value: heard.append((name, value)))
    retype(qtbot, form.rows["learning_rate"], "2e-5")
    assert heard == []
    assert form.unfinished == {"learning_rate": "Press Enter to use 2e-5."}
    form.set_values({}, LORA.recommended("sort_texts"))  # an answer of the engine meanwhile
    assert edit_of(form.rows["learning_rate"]).text() == "2e-5"
    qtbot.keyClick(form.rows["learning_rate"].control, Qt.Key.Key_Return)
    assert heard == [("learning_rate", 2e-5)]
    assert form.unfinished == {}
    retype(qtbot, form.rows["epochs"], "12")
    edit_of(form.rows["epochs"]).editingFinished.emit()
    assert heard[1:] == [("epochs", 12)]


@pytest.mark.parametrize("typed", ["0", "101", "abc", "1,5", ""])
def test_a_wrong_entry_stays_unfinished_after_enter(qtbot: QtBot, form: SettingsForm, typed: str) -> None:
    heard: list[object] = []
    form.setting_changed.connect(lambda *said: heard.append(said))
    edit_of(form.rows["epochs"]).clear()
    retype(qtbot, form.rows["epochs"], "7")
    retype(qtbot, form.rows["epochs"], typed or "\b")
    qtbot.keyClick(form.rows["epochs"].control, Qt.Key.Key_Return)
    assert heard == []
    assert list(form.unfinished) == ["epochs"]
    assert form.unfinished_sentence == "Epochs: Use a whole number from 1 to 100 epochs."


def test_a_step_starts_from_what_is_typed(qtbot: QtBot, form: SettingsForm) -> None:
    heard: list[tuple[str, object]] = []
    form.setting_changed.connect(lambda name, value: heard.append((name, value)))
    retype(qtbot, form.rows["epochs"], "12")
    qtbot.keyClick(form.rows["epochs"].control, Qt.Key.Key_Up)
    assert heard == [("epochs", 13)]
    assert form.unfinished == {}


def test_a_wrong_number_is_said_below_the_field_and_nowhere_else(qtbot: QtBot, form: SettingsForm) -> None:
    heard: list[object] = []
    form.setting_changed.connect(lambda *said: heard.append(said))
    retype(qtbot, form.rows["epochs"], "0")
    assert form.errors == {"epochs": "Use a whole number from 1 to 100 epochs."}
    assert heard == []
    form.set_values({}, LORA.recommended("sort_texts"))  # an answer of the engine meanwhile
    assert edit_of(form.rows["epochs"]).text() == "0"
    assert form.errors
    form.forget_typed()
    assert edit_of(form.rows["epochs"]).text() == "3"
    assert form.errors == {}


def test_a_changed_setting_says_what_was_recommended(form: SettingsForm) -> None:
    form.set_values({"rank": 16, "schedule": "cosine"}, LORA.recommended("sort_texts"))
    assert edit_of(form.rows["rank"]).text() == "16"
    assert form.rows["rank"]._note.text() == "Recommended: 8"
    assert form.rows["schedule"]._note.text() == "Recommended: Linear"
    assert not form.rows["epochs"]._note.isVisible()


def test_choice_and_switch_say_their_values(qtbot: QtBot, form: SettingsForm) -> None:
    heard: list[tuple[str, object]] = []
    form.setting_changed.connect(lambda name, value: heard.append((name, value)))
    combo = form.rows["schedule"].control
    assert isinstance(combo, QComboBox)
    combo.setCurrentIndex(1)
    combo.activated.emit(1)
    qtbot.mouseClick(form.rows["use_dora"].control, Qt.MouseButton.LeftButton)
    assert heard == [("schedule", "cosine"), ("use_dora", True)]


def test_advanced_settings_are_folded_until_they_matter(form: SettingsForm) -> None:
    assert not form.rows["schedule"].isVisible()
    form.show_errors({"schedule": "Use one of linear, cosine, constant."})
    assert form.rows["schedule"].isVisible()
    assert form.errors == {"schedule": "Use one of linear, cosine, constant."}


def test_arrow_keys_step(qtbot: QtBot, form: SettingsForm) -> None:
    heard: list[tuple[str, object]] = []
    form.setting_changed.connect(lambda name, value: heard.append((name, value)))
    qtbot.keyClick(form.rows["epochs"].control, Qt.Key.Key_Up)
    qtbot.keyClick(form.rows["learning_rate"].control, Qt.Key.Key_Up)
    qtbot.keyClick(form.rows["learning_rate"].control, Qt.Key.Key_Down)
    assert heard == [("epochs", 4), ("learning_rate", 2e-4), ("learning_rate", 1e-4)]
    assert stepped(RANK, 256, 1) == 256


@given(st.floats(min_value=1e-7, max_value=1.0))
def test_a_rate_reads_back_as_it_was_written(value: float) -> None:
    assert isinstance(LEARNING_RATE, NumberField)
    assert parse_setting(LEARNING_RATE, value_text(LEARNING_RATE, value)) == pytest.approx(value, rel=1e-5)


@given(st.floats(min_value=1e-7, max_value=1.0), st.sampled_from([1, -1]))
def test_a_step_stays_in_range_and_goes_the_right_way(value: float, direction: int) -> None:
    assert isinstance(LEARNING_RATE, NumberField)
    new = stepped(LEARNING_RATE, value, direction)
    assert LEARNING_RATE.minimum <= new <= LEARNING_RATE.maximum
    assert new == pytest.approx(value) or (new > value) == (direction > 0)
    assert isinstance(EPOCHS, IntegerField)
    assert stepped(EPOCHS, 1, -1) == 1


def test_small_numbers_are_written_short() -> None:
    assert value_text(LEARNING_RATE, 1e-4) == "1e-4"
    assert value_text(LEARNING_RATE, 2e-5) == "2e-5"
    assert value_text(LEARNING_RATE, 0.01) == "0.01"
    assert value_text(LEARNING_RATE, 1.5e-5) == "1.5e-5"


def test_the_sheet_opens_on_a_setting_and_escape_closes_it(qtbot: QtBot, theme: Theme) -> None:
    sheet = SettingsSheet(theme)
    qtbot.addWidget(sheet)
    sheet.set_fields(LORA.fields, LORA.name)
    sheet.set_values({"rank": 16}, LORA.recommended("sort_texts"))
    sheet.open_sheet("schedule")
    assert sheet.width() == 360
    assert sheet.form.rows["schedule"].isVisible()
    with qtbot.waitSignal(sheet.reset_requested, timeout=1000):
        qtbot.mouseClick(sheet._reset, Qt.MouseButton.LeftButton)
    sheet.set_values({}, LORA.recommended("sort_texts"))
    assert not sheet._reset.isEnabled()
    with qtbot.waitSignal(sheet.closed, timeout=1000):
        qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_text_and_ranges_of_numbers_are_typed_and_taken_when_they_fit(
    qtbot: QtBot, form: SettingsForm
) -> None:
    blocks = RangesField(name="blocks", label="In blocks", help="h", default="all", maximum=6, unit="blocks")
    text = TextField(name="first_text", label="First words", help="h", default="Sort the text", longest=20)
    form.set_fields((blocks, text))
    form.set_values({}, {})
    heard: list[tuple[str, object]] = []
    form.setting_changed.connect(lambda name, value: heard.append((name, value)))
    assert [edit_of(row).text() for row in form.rows.values()] == ["all", "Sort the text"]
    retype(qtbot, form.rows["blocks"], "5-7")
    assert form.rows["blocks"].error == 'Use "all", or blocks from 1 to 6 such as 1-6 or 1, 6.'
    retype(qtbot, form.rows["blocks"], "4-6")
    qtbot.keyClick(form.rows["blocks"].control, Qt.Key.Key_Return)
    retype(qtbot, form.rows["first_text"], "x" * 30)
    qtbot.keyClick(form.rows["first_text"].control, Qt.Key.Key_Return)
    assert heard == [("blocks", "4-6"), ("first_text", "x" * 20)]


def test_words_longer_than_their_field_show_their_beginning(qtbot: QtBot, theme: Theme) -> None:
    words = "What is missing from this text? "
    row = SettingRow(
        theme,
        TextField(
            name="prompt", label="First words", help="What it goes on from.", default=words, longest=200
        ),
    )
    qtbot.addWidget(row)
    row.show()
    assert edit_of(row).cursorPosition() == 0
    retype(qtbot, row, words + "Say it in one word.")
    assert edit_of(row).cursorPosition() > 40  # while somebody types
    qtbot.keyClick(edit_of(row), Qt.Key.Key_Return)
    assert edit_of(row).cursorPosition() == 0
    row.set_value("Translate this sentence into French:", words)
    assert edit_of(row).cursorPosition() == 0


def test_a_setting_that_cannot_be_had_here_is_grey_and_says_why(form: SettingsForm) -> None:
    why = "This computer has no graphics card."
    field = SwitchField(name="small", label="Small", help="h", default=False, unavailable=why)
    form.set_fields((field,))
    form.set_values({}, {})
    row = form.rows["small"]
    assert not row.control.isEnabled()
    assert why in [label.text() for label in row.findChildren(QLabel) if not label.isHidden()]
    form.set_values({"small": True}, {})  # a run from another computer: it can be put back
    assert row.control.isEnabled()
