"""Without a run Try it and Export say what is missing; Help explains; Settings act at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from engine.protocol.kept_states import EmptyKeptStates, KeptStatesMeasured, MeasureKeptStates
from gui.look.terms import term_groups
from gui.pages import export, settings, try_it
from gui.pages import help as help_page
from gui.pages.help import HelpPage
from gui.pages.settings import SettingsPage
from gui.state.page_context import PageContext, PageEntry
from gui.state.preferences import MotionChoice, Preferences, ThemeChoice
from gui.widgets.basics import EmptyState, Segmented
from gui.widgets.buttons import Button
from gui.widgets.term_list import TermList
from tests.gui.fake_engine import FakeClient


@pytest.mark.parametrize("entry", [try_it.PAGE, export.PAGE], ids=lambda entry: entry.id)
def test_a_page_without_a_run_says_so_and_its_button_leads_on(
    entry: PageEntry, context: PageContext, qtbot: QtBot
) -> None:
    page = entry.build(context)
    qtbot.addWidget(page)
    empty = page.findChild(EmptyState)
    assert empty is not None
    assert empty.accessibleName().startswith("Nothing to")
    with qtbot.waitSignal(page.go_requested) as wish:  # type: ignore[attr-defined]  # every page has it
        empty.button.click()
    assert wish.args == ["setup"]
    assert context.opened is not None
    assert entry.unavailable(context.opened) == "Train a run first"


def test_terms_are_one_sentence_each_and_found_by_a_word(context: PageContext, qtbot: QtBot) -> None:
    names = [term.name for group in term_groups() for term in group.terms]
    assert len(names) == len(set(names)) >= 30
    for group in term_groups():
        for term in group.terms:
            assert term.sentence.endswith(".")
            assert term.sentence[:-1].count(". ") == 0
    page = HelpPage(context)
    qtbot.addWidget(page)
    page.show()
    terms = page.findChild(TermList)
    assert terms is not None
    assert terms.shown() == names
    terms.show_matching("epoch")
    assert terms.shown() == ["Epoch"]
    terms.show_matching("quantum")
    assert terms.shown() == []
    terms.show_matching("")
    assert terms.shown() == names


def test_settings_act_at_once_and_are_kept(context: PageContext, qtbot: QtBot, thaw_home: Path) -> None:
    page = SettingsPage(context)
    qtbot.addWidget(page)
    page.show()

    def choose(setting: str, option: str) -> None:
        choice = page.findChild(Segmented, setting)
        assert choice is not None
        button = choice.findChild(QAbstractButton, f"segment_{option}")
        assert button is not None
        button.click()

    choose("theme", "dark")
    choose("text_size", "1.25")
    choose("motion", "reduced")
    for preferences in (context.preferences, Preferences()):
        assert preferences.theme is ThemeChoice.DARK
        assert preferences.text_size == 1.25
        assert preferences.motion is MotionChoice.REDUCED
    context.preferences.change(theme=ThemeChoice.LIGHT)
    theme = page.findChild(Segmented, "theme")
    assert theme is not None
    assert theme.current() == "light"


def test_what_is_kept_of_frozen_layers_is_shown_and_emptied(
    context: PageContext, qtbot: QtBot, fake_clients: list[FakeClient]
) -> None:
    qtbot.waitUntil(lambda: bool(fake_clients) and fake_clients[0].is_ready)
    page = SettingsPage(context)
    qtbot.addWidget(page)
    empty = page.findChild(Button, "empty_kept_states")
    assert empty is not None
    assert not empty.isEnabled()
    assert not [one for one in fake_clients[0].commands if isinstance(one, MeasureKeptStates)]

    def words() -> str:
        note = page.findChild(QLabel, "kept_states_note")
        assert note is not None
        return note.text().replace("\u00a0", " ")

    page.show()
    qtbot.waitUntil(empty.isEnabled)
    assert words() == "312 MB. Nothing of yours is lost without it: the next run computes it again."
    assert "Keep of frozen layers" in empty.toolTip()
    fake_clients[0].keeps = True
    page.hide()
    page.show()
    qtbot.waitUntil(lambda: not empty.isEnabled())
    assert words() == "312 MB, in use by a run that trains."
    fake_clients[0].keeps = False
    page.hide()
    page.show()
    qtbot.waitUntil(empty.isEnabled)
    empty.click()
    qtbot.waitUntil(lambda: not empty.isEnabled())
    assert words().startswith("Nothing now.")
    assert sum(isinstance(command, EmptyKeptStates) for command in fake_clients[0].commands) == 1


def test_a_run_that_begins_or_ends_is_seen_on_settings(context: PageContext, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: context.project.draft is not None)
    page = SettingsPage(context)
    qtbot.addWidget(page)
    page.show()
    asked: list[KeptStatesMeasured] = []
    page._kept.measured.connect(asked.append)
    qtbot.waitUntil(lambda: len(asked) == 1)
    draft = context.project.draft
    assert draft is not None
    context.runs.start(draft)
    qtbot.waitUntil(lambda: len(asked) == 3)


def test_help_and_settings_need_no_project() -> None:
    for entry in (help_page.PAGE, settings.PAGE):
        assert not entry.needs_project
        assert not entry.on_rail
