"""Where runs train: the chip in the top bar, its menu, and how the choice reaches the run."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from engine.protocol.commands import StartTraining
from engine.protocol.devices import DeviceFacts
from engine.protocol.problems import Action
from gui.main_window import MainWindow
from gui.state.draft_repairs import repair_draft
from gui.state.preferences import Preferences
from gui.state.project import Project
from tests.gui.fake_engine import FakeClient
from tests.gui.pages.train_stage import commands_of
from tests.gui.recorded_events import engine_ready
from tests.gui.sample_facts import CATALOG

CARD = DeviceFacts(id="cuda:0", label="NVIDIA T4", memory=16_000_000_000, memory_free=15_200_000_000)
CPU = DeviceFacts(id="cpu", label="CPU · 8 threads", memory=16_000_000_000, memory_free=5_100_000_000)


def _project(window: MainWindow) -> Project:
    assert window.switch.opened is not None
    return window.switch.opened.project


def _ticks(menu: QMenu) -> list[tuple[str, bool]]:
    return [(action.text(), action.isChecked()) for action in menu.actions()]


def _choose(window: MainWindow, words: str) -> None:
    menu = window.top_bar.device_menu()
    next(action for action in menu.actions() if action.text().startswith(words)).trigger()


@pytest.fixture
def two_devices(on_setup: MainWindow, fake_clients: list[FakeClient]) -> MainWindow:
    """The window on Setup, on a computer with a graphics card."""
    fake_clients[0]._take_event(msgspec.structs.replace(engine_ready(), devices=(CARD, CPU)))
    return on_setup


def test_with_one_device_the_menu_shows_that_one_ticked(qtbot: QtBot, on_setup: MainWindow) -> None:
    chip = on_setup.top_bar.device
    assert chip.shown_text() == "CPU · 8 threads  ·  5.1 GB free"
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    menu = on_setup.findChild(QMenu, "devices")
    assert menu is not None
    assert menu.isVisible()
    assert _ticks(menu) == [("CPU · 8 threads, 5.1 GB free", True)]
    menu.actions()[0].trigger()
    menu.close()
    assert _project(on_setup).device == ""  # the best there is, whichever that will be


def test_the_chosen_device_reaches_the_check_and_the_run(
    qtbot: QtBot, two_devices: MainWindow, fake_clients: list[FakeClient]
) -> None:
    window, project = two_devices, _project(two_devices)
    assert window.top_bar.device.shown_text() == "NVIDIA T4  ·  15 GB free"
    assert _ticks(window.top_bar.device_menu()) == [
        ("NVIDIA T4, 15 GB free", True),
        ("CPU · 8 threads, 5.1 GB free", False),
    ]
    _choose(window, "CPU")
    assert window.top_bar.device.shown_text() == "CPU · 8 threads  ·  5.1 GB free"
    assert [checked for _, checked in _ticks(window.top_bar.device_menu())] == [False, True]
    assert project.draft is not None
    assert project.draft.device == "cpu"
    assert not project.is_checked  # what it needs there is asked anew
    qtbot.waitUntil(lambda: project.is_checked)
    window.stage.press_primary()
    (started,) = commands_of(fake_clients, StartTraining)
    assert isinstance(started, StartTraining)
    assert started.run.device == "cpu"


def test_the_best_one_is_chosen_by_no_name(two_devices: MainWindow) -> None:
    _choose(two_devices, "CPU")
    _choose(two_devices, "NVIDIA")
    assert Preferences().values.device == ""
    assert _project(two_devices).device == ""


def test_the_choice_is_kept_for_this_computer_and_all_its_projects(two_devices: MainWindow) -> None:
    window = two_devices
    _choose(window, "CPU")
    window.open_sample(window._workspace.samples[0])
    assert _project(window).device == "cpu"
    assert Preferences().values.device == "cpu"


def test_a_device_that_is_gone_leaves_the_best_there_is(
    on_setup: MainWindow, preferences: Preferences
) -> None:
    preferences.change(device="cuda:0")
    QApplication.processEvents()
    assert on_setup.top_bar.device.shown_text().startswith("CPU")
    assert _project(on_setup).device == ""


def test_the_repair_of_a_missing_device_takes_the_one_that_is_there(on_setup: MainWindow) -> None:
    project = _project(on_setup)
    project.set_device("cuda:3")
    action = Action(id="use_device", label="Use CPU", arguments={"device": "cpu"})
    assert repair_draft(action, project, CATALOG)
    assert project.device == "cpu"
