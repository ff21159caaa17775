"""Try it says what is coming; Help explains; Settings act at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from gui.look.terms import term_groups
from gui.pages import help as help_page
from gui.pages import settings, try_it
from gui.pages.help import HelpPage
from gui.pages.settings import SettingsPage
from gui.state.page_context import PageContext, PageEntry
from gui.state.preferences import MotionChoice, Preferences, ThemeChoice
from gui.widgets.basics import EmptyState, Segmented
from gui.widgets.term_list import TermList


@pytest.mark.parametrize("entry", [try_it.PAGE], ids=lambda entry: entry.id)
def test_a_coming_page_says_so_and_its_button_leads_on(
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


def test_after_a_run_trying_leads_to_the_results(context: PageContext, qtbot: QtBot) -> None:
    page = try_it.PAGE.build(context)
    qtbot.addWidget(page)
    qtbot.waitUntil(lambda: context.engines.catalog is not None and context.project.draft is not None)
    assert context.project.draft is not None
    with qtbot.waitSignal(context.runs.run_ended):
        context.runs.start(context.project.draft)
    empty = page.findChild(EmptyState)
    assert empty is not None
    assert empty.accessibleName() == "Trying your models comes next"
    with qtbot.waitSignal(page.go_requested) as wish:  # type: ignore[attr-defined]  # every page has it
        empty.button.click()
    assert wish.args == ["results"]
    assert context.opened is not None
    assert try_it.PAGE.unavailable(context.opened) == ""


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


def test_help_and_settings_need_no_project() -> None:
    for entry in (help_page.PAGE, settings.PAGE):
        assert not entry.needs_project
        assert not entry.on_rail
