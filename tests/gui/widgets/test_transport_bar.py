"""The transport bar shows the run that trains, and the last ones that ended."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.look.theme import Theme
from gui.widgets.run_chip import RunChip, RunChipValue
from gui.widgets.transport_bar import TransportBar, TransportRun


@pytest.fixture
def bar(theme: Theme, qtbot: QtBot) -> TransportBar:
    bar = TransportBar(theme)
    qtbot.addWidget(bar)
    bar.resize(1200, 44)
    bar.show()
    return bar


def running(share: float, state: str = "running", name: str = "LoRA") -> TransportRun:
    return TransportRun(name, state, share, "epoch 3.2 of 5, 47 s left")


def test_nothing_trains_at_first(bar: TransportBar) -> None:
    assert not bar.pause_button.isVisible()
    assert not bar.bar.isVisible()
    assert bar._idle.text() == "Nothing is training"


def test_a_run_can_be_paused_resumed_and_stopped(bar: TransportBar, qtbot: QtBot) -> None:
    bar.set_run(running(0.64))
    assert bar.bar.accessibleDescription() == "64%, epoch 3.2 of 5, 47 s left"
    with qtbot.waitSignal(bar.pause_requested):
        bar.pause_button.click()
    bar.set_run(running(0.64, "paused"))
    assert bar.pause_button.accessibleName() == "Resume"
    with qtbot.waitSignal(bar.resume_requested):
        bar.pause_button.click()
    with qtbot.waitSignal(bar.stop_requested):
        bar.stop_button.click()
    bar.set_run(running(0.64, "stopping"))
    assert not bar.stop_button.isEnabled()
    assert not bar.pause_button.isEnabled()


def test_progress_never_moves_backwards_within_a_run(bar: TransportBar) -> None:
    bar.set_run(running(0.64))
    bar.set_run(running(0.60))
    assert bar.bar.share == 0.64
    bar.set_run(running(0.1, name="Full fine-tuning"))
    assert bar.bar.share == 0.1


def test_a_stopped_run_says_why(bar: TransportBar, theme: Theme) -> None:
    bar.set_run(running(0.5))
    bar.set_idle("Full fine-tuning stopped at epoch 2.4", "not enough memory", "err")
    assert not bar.bar.isVisible()
    assert bar._detail.isVisible()
    assert bar._detail.text() == "not enough memory"


def test_the_last_two_runs_stand_as_chips(bar: TransportBar, qtbot: QtBot) -> None:
    values = [RunChipValue(str(n), f"Run {n}", f"0.9{n}", n) for n in (1, 2, 3)]
    bar.set_runs(values, 3)
    chips = [chip for chip in bar.findChildren(RunChip) if chip.isVisible()]
    assert [chip.value.id for chip in chips] == ["2", "3"]
    assert bar.runs_button.text() == "Runs (3)"
    with qtbot.waitSignal(bar.run_chosen) as wish:
        qtbot.mouseClick(chips[1], Qt.MouseButton.LeftButton)
    assert wish.args == ["3"]
    assert chips[0].accessibleName() == "Run Run 2, 0.92"


def test_waiting_runs_are_counted(bar: TransportBar) -> None:
    bar.set_run(TransportRun("LoRA", "running", 0.2, "epoch 1 of 5", waiting=2))
    assert bar._waiting.isVisible()
    assert bar._waiting.text() == "2 waiting"
