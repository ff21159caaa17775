"""Whatever makes an object, only the window's thread takes apart what nobody needs any more."""

from __future__ import annotations

import gc
import threading

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from gui.window.garbage import GarbageCollection

MANY = 20_000


def test_what_other_threads_leave_is_collected_in_the_windows_own(qtbot: QtBot) -> None:
    collected: list[int] = []

    class Circle:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            collected.append(threading.get_ident())

    def make() -> None:
        for _ in range(MANY):
            Circle()

    gc.enable()
    parent = QObject()
    GarbageCollection(parent)
    try:
        maker = threading.Thread(target=make)
        maker.start()
        maker.join()
        assert collected == []
        qtbot.waitUntil(lambda: len(collected) == MANY)
        assert set(collected) == {threading.get_ident()}
    finally:
        parent.deleteLater()
        gc.disable()  # as it is in these tests
