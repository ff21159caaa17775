"""The whole text of a cell in a popover: what is changed there, and what stays."""

from __future__ import annotations

import pytest
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


@pytest.mark.parametrize(
    ("before", "typed", "after"),
    [
        ("one\r\ntwo\nthree\rfour", "x", "xone\r\ntwo\nthree\rfour"),
        ("one\u2028two\u2029three", "x", "xone\u2028two\u2029three"),
        ("one\r\n", "x", "xone\r\n"),
        ("", "x", "x"),
        ("one\r\ntwo", "\r", "\r\none\r\ntwo"),
    ],
)
def test_each_line_ends_as_it_did(theme: Theme, qtbot: QtBot, before: str, typed: str, after: str) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    owner.show()
    shown = FullText(theme, "Row 1, text", before, owner, editable=True)
    text = shown.findChild(QPlainTextEdit, "text")
    assert text is not None
    assert shown.text == before
    qtbot.keyClicks(text, typed)
    assert shown.text == after
