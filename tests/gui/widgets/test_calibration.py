"""How sure and how right: the diagram, what it says, and the same as a table."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.protocol.results import Calibration, CalibrationBin
from gui.look.theme import Theme
from gui.state import calibration_findings
from gui.widgets.calibration_card import CalibrationCard


def a_bin(low: float, rows: int, accuracy: float) -> CalibrationBin:
    return CalibrationBin(
        low=low,
        high=low + 0.1,
        rows=rows,
        confidence=low + 0.05,
        accuracy=accuracy,
        expected_low=low - 0.1,
        expected_high=min(1.0, low + 0.15),
    )


TOO_SURE = Calibration(
    error=0.117,
    error_by_chance=0.045,
    confidence=0.769,
    accuracy=0.652,
    rows=600,
    bins=(a_bin(0.6, 40, 0.5), a_bin(0.9, 120, 0.81)),
)
JUST_RIGHT = Calibration(
    error=0.02, error_by_chance=0.05, confidence=0.75, accuracy=0.77, rows=600, bins=(a_bin(0.7, 600, 0.77),)
)

FEW = Calibration(
    error=0.17,
    error_by_chance=0.191,
    confidence=0.394,
    accuracy=0.278,
    rows=36,
    bins=(a_bin(0.3, 36, 0.278),),
)


@pytest.fixture
def card(qtbot: QtBot, theme: Theme) -> CalibrationCard:
    made = CalibrationCard(theme)
    qtbot.addWidget(made)
    made.resize(700, 330)
    made.set_calibration(
        TOO_SURE,
        1,
        lambda one: calibration_findings.about(one, "messages"),
        calibration_findings.conditions(TOO_SURE),
        calibration_findings.table(TOO_SURE),
    )
    made.show()
    return made


def test_only_a_gap_that_chance_does_not_make_is_told_as_one() -> None:
    too_sure = calibration_findings.finding(TOO_SURE, "messages")
    assert too_sure.status == "warn"
    assert too_sure.text.startswith("It is surer than it should be")
    assert "76.9 % sure, and right for 65.2 % of 600 messages" in too_sure.text
    assert calibration_findings.finding(JUST_RIGHT, "messages").status == "ok"
    few = calibration_findings.finding(FEW, "texts")
    assert few.status == ""
    assert few.text.startswith(
        "It may be by chance that it is not as often right as it is sure: 36 texts are few."
    )


def test_a_mark_lies_where_certainty_and_accuracy_say(card: CalibrationCard) -> None:
    diagram = card.diagram
    sure, right = TOO_SURE.bins[1].confidence, TOO_SURE.bins[1].accuracy
    mark, ideal = diagram.place(sure, right), diagram.place(sure, sure)
    assert mark.x() == ideal.x()
    assert mark.y() > ideal.y()  # below the diagonal: surer than right
    assert diagram.place(0.5, 0.5).x() < diagram.place(0.6, 0.5).x() < diagram.width()
    assert diagram.place(1.0, 1.0).y() < diagram.place(1.0, 0.5).y() < diagram.height()


def test_arrows_go_from_bin_to_bin(card: CalibrationCard) -> None:
    diagram = card.diagram
    assert diagram.current is None
    QTest.keyClick(diagram, Qt.Key.Key_Right)
    assert diagram.current == TOO_SURE.bins[0]
    QTest.keyClick(diagram, Qt.Key.Key_Right)
    QTest.keyClick(diagram, Qt.Key.Key_Right)
    assert diagram.current == TOO_SURE.bins[1]
    QTest.keyClick(diagram, Qt.Key.Key_Left)
    assert diagram.current == TOO_SURE.bins[0]
    assert "60 % to 70 % sure: 50 % of 40 messages are right" in diagram.accessibleDescription()


def test_the_bins_are_copied_as_a_table(card: CalibrationCard) -> None:
    card.copy_table()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0].split("\t")[:3] == ["from", "to", "answers"]
    assert lines[2].split("\t")[2:5] == ["120", "0.9500", "0.8100"]


def test_without_a_measure_there_is_no_diagram(card: CalibrationCard) -> None:
    card.set_calibration(None, 1)
    assert card.diagram.isHidden()
    assert not card.isHidden()
