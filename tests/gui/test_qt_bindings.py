"""Faults of Qt's bindings that this app must not be installed with."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, QTimer, Signal


class _Speaker(QObject):
    said = Signal(object)


def test_signals_keep_the_count_of_references_to_true_and_none() -> None:
    """PySide6 6.12.0 lost one with each signal; Python 3.11 aborts when the count reaches zero."""
    speaker = _Speaker()
    speaker.said.connect(lambda _: None)
    before = sys.getrefcount(True), sys.getrefcount(None)
    for _ in range(100):
        speaker.said.emit(1)
        QTimer(singleShot=True).stop()
    after = sys.getrefcount(True), sys.getrefcount(None)
    assert after[0] > before[0] - 50
    assert after[1] > before[1] - 50
