"""Find anything finds by words, by their beginnings, and by words that are nearly right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.look.theme import Theme
from gui.widgets.command_search import CommandSearch
from gui.widgets.search_entries import SearchEntry, find_entries

ENTRIES = [
    SearchEntry("page:data", "Page", "Data", "what the model reads"),
    SearchEntry("page:setup", "Page", "Setup", "methods and the layer map", keywords="freeze thaw"),
    SearchEntry("setting:learning_rate", "Setting", "Learning rate", "how big each step is"),
    SearchEntry("setting:head_rate", "Setting", "Rate of the head", "learning rate of the new part"),
    SearchEntry("run:1", "Run", "LoRA r 8", "F1 0.968"),
    SearchEntry("action:theme", "Action", "Dark theme", keys="Ctrl Shift L"),
]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("data", "page:data"),
        ("set", "page:setup"),
        ("learning", "setting:learning_rate"),
        ("lerning rate", "setting:learning_rate"),
        ("rate head", "setting:head_rate"),
        ("freeze", "page:setup"),
        ("LORA", "run:1"),
        ("them", "action:theme"),
    ],
)
def test_the_best_fit_comes_first(typed: str, first: str) -> None:
    assert find_entries(ENTRIES, typed)[0].id == first


def test_every_word_must_fit_and_nonsense_finds_nothing() -> None:
    assert find_entries(ENTRIES, "learning theme") == []
    assert find_entries(ENTRIES, "zzzz") == []
    assert find_entries(ENTRIES, "  ") == ENTRIES


@given(st.text(max_size=12))
def test_any_words_can_be_typed(typed: str) -> None:
    found = find_entries(ENTRIES, typed)
    assert len(found) == len({entry.id for entry in found}) <= len(ENTRIES)


def test_arrow_keys_and_enter_choose(theme: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1200, 800)
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    search = CommandSearch(theme, window)
    search.set_entries(ENTRIES)
    search.open()
    assert search.field.hasFocus()
    assert [entry.id for entry in search.found()] == [entry.id for entry in ENTRIES]
    qtbot.keyClicks(search.field, "rate")
    assert [entry.id for entry in search.found()] == ["setting:head_rate", "setting:learning_rate"]
    qtbot.keyClick(search.field, Qt.Key.Key_Down)
    search.grab()
    with qtbot.waitSignal(search.chosen) as wish:
        qtbot.keyClick(search.field, Qt.Key.Key_Return)
    assert wish.args == ["setting:learning_rate"]
    assert not search.isVisible()
    search.open()
    qtbot.keyClicks(search.field, "zzzz")
    assert not search.list.isVisible()
    with qtbot.waitSignal(search.closed):
        qtbot.keyClick(search.field, Qt.Key.Key_Escape)
