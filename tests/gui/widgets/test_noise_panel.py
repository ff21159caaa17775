"""The noise lab's sheet: it draws itself from fields, shows what is set, and asks for texts that look so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.look.theme import Theme
from gui.widgets.noise_panel import NoisePanel
from gui.widgets.noise_switches import NoiseSwitches
from gui.widgets.segmented import Segmented
from gui.widgets.setting_row import SettingRow
from gui.widgets.setup_header import SetupHeader
from gui.widgets.toggle import Toggle
from tests.gui.recorded_events import NOISY
from tests.gui.sample_catalog import NOISE_FIELDS


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> Iterator[NoisePanel]:
    page = QWidget()
    page.resize(900, 700)
    made = NoisePanel(theme, page)
    made.set_fields(NOISE_FIELDS)
    made.set_values({})
    page.show()
    made.resize(460, 680)
    made.open_sheet()
    yield made
    page.close()
    page.deleteLater()


def slider(panel: NoisePanel) -> QWidget:
    return panel.controls["noise_share"].slider  # type: ignore[attr-defined]  # a row of its own kind


def test_each_setting_has_a_control_and_the_rate_a_slider_in_per_cents(panel: NoisePanel) -> None:
    assert set(panel.controls) == {field.name for field in NOISE_FIELDS}
    assert isinstance(panel.controls["train_on"], Segmented)
    assert isinstance(panel.controls["noise_slips"], Toggle)
    assert isinstance(panel.controls["keyboard"], SettingRow)
    assert isinstance(panel.controls["fresh_noise"], SettingRow)
    moving = slider(panel)
    assert (moving.minimum(), moving.maximum(), moving.value()) == (1, 30, 10)
    assert moving.accessibleName() == "Rate, per cent"
    assert all(control.accessibleName() for control in panel.findChildren(Toggle) if control.isVisible())


def test_what_is_set_is_shown_and_asked_for_once(panel: NoisePanel) -> None:
    asked: list[dict] = []
    panel.preview_requested.connect(asked.append)
    panel.set_values({"train_on": "mix", "noise_share": 0.25, "noise_scans": True, "noise_seed": 7})
    panel.set_values({"train_on": "mix", "noise_share": 0.25, "noise_scans": True, "noise_seed": 7})
    assert len(asked) == 1
    assert asked[0] == {
        "train_on": "mix",
        "noise_share": 0.25,
        "noise_slips": True,
        "noise_scans": True,
        "keyboard": "left",
        "fresh_noise": False,
        "noise_seed": 7,
    }
    assert slider(panel).value() == 25
    assert panel.preview.findChildren(QWidget)
    assert panel._explanation.text() == "Half have noise."
    assert panel.preview._title.text() == "Half of the texts to learn from are read like this:"


def test_what_the_person_does_is_told(panel: NoisePanel, qtbot: QtBot) -> None:
    told: list[tuple[str, object]] = []
    panel.setting_changed.connect(lambda name, value: told.append((name, value)))
    qtbot.mouseClick(panel.controls["train_on"]._segments["noisy"], Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]  # a segmented one
    qtbot.mouseClick(panel.controls["noise_scans"], Qt.MouseButton.LeftButton)
    slider(panel).setFocus()
    qtbot.keyClick(slider(panel), Qt.Key.Key_Right)
    assert told == [("train_on", "noisy"), ("noise_scans", True), ("noise_share", 0.11)]


def test_a_dragged_slider_asks_for_texts_and_sets_nothing_before_it_is_let_go(
    panel: NoisePanel, qtbot: QtBot
) -> None:
    told: list[tuple[str, object]] = []
    asked: list[dict] = []
    panel.setting_changed.connect(lambda name, value: told.append((name, value)))
    panel.preview_requested.connect(asked.append)
    moving = slider(panel)
    moving.setSliderDown(True)
    moving.setValue(18)
    moving.setValue(22)
    assert [one["noise_share"] for one in asked] == [0.18, 0.22]
    assert told == []
    panel.set_values({"noise_share": 0.1})  # what the project says meanwhile does not tear it away
    assert moving.value() == 22
    moving.setSliderDown(False)
    assert told == [("noise_share", 0.22)]


@pytest.mark.parametrize("dark", [False, True])
def test_changes_are_underlined_and_tinted_each_kind_in_its_colour(
    panel: NoisePanel, theme: Theme, qtbot: QtBot, dark: bool
) -> None:
    theme.set_dark(dark)
    panel.show_examples(NOISY)
    first, second, third = panel.preview.texts
    assert [text.isVisible() for text in (first, second, third)] == [True, True, False]
    assert first.colors == [1, 2]
    assert first.accessibleName() == "Wht a l0vely day. ht: Slips. 0: Scans"
    assert first.toolTip() == "Row 4: What a lovely day"
    panel.show_examples(())
    assert panel.preview._nothing.isVisible()
    switches = panel.findChildren(NoiseSwitches)[-1]
    assert list(switches.toggles) == ["noise_slips", "noise_scans"]


def test_it_opens_at_a_setting_and_closes_with_escape(panel: NoisePanel, qtbot: QtBot) -> None:
    panel.open_sheet("noise_seed")
    row = panel.controls["noise_seed"]
    assert isinstance(row, SettingRow)
    qtbot.waitUntil(row.control.hasFocus)
    with qtbot.waitSignal(panel.closed):
        qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert not panel.isVisible()


def test_the_button_says_what_is_learned_from(qtbot: QtBot, theme: Theme) -> None:
    header = SetupHeader(theme)
    qtbot.addWidget(header)
    header.show_noise(NOISE_FIELDS, {})
    assert header.noise.accessibleName() == "Noise: Clean texts"
    header.show_noise(NOISE_FIELDS, {"train_on": "mix", "noise_share": 0.15})
    assert header.noise.accessibleName() == "Noise: A mix, 15 %"
    header.show_noise((), {})
    assert header.noise.isHidden()
