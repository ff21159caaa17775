"""The whole text of a cell in a popover: what is changed there, and what stays."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.full_text import FullText


def test_what_is_not_changed_stays_letter_by_letter(theme: Theme, qtbot: QtBot) -> None:
    before = "Vraiment\u00a0?\r\nOui. 😀"
    owner, changed = QWidget(), list[str]()
    qtbot.addWidget(owner)
    owner.show()
    shown = FullText(theme, "Row 1, text", before, owner, editable=True)
    shown.text_changed.connect(changed.append)
    shown.open_over(owner)
    text, change = shown.findChild(QPlainTextEdit, "text"), shown.findChild(Button, "change_text")
    assert text is not None
    assert change is not None
    qtbot.keyClicks(text, "a")
    assert change.isEnabled()
    qtbot.keyClick(text, Qt.Key.Key_Backspace)
    assert not change.isEnabled()  # as it was
    qtbot.keyClicks(text, "b")
    change.click()
    assert changed == [f"b{before}"]
