"""Export: which run, which forms, where to; what is looked at while it is written."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from engine.protocol.export_commands import ExportModel
from engine.protocol.exports import CheckOutcome, ExportCheck, ExportedItem, ExportOffer
from engine.protocol.taking_away_problems import export_in_the_way
from gui.pages.export import PAGE, ExportPage
from gui.state.layout_class import LayoutName
from gui.state.page_context import PageContext
from gui.state.run_export import free_place
from gui.widgets.basics import Banner, Button, EmptyState, ThemedLabel
from gui.widgets.export_checks import ExportChecks
from gui.widgets.export_kind import ExportKindCard
from gui.widgets.export_runs import ExportRunCombo, ExportRunList
from gui.widgets.toggle import Toggle
from tests.gui.fake_engine import FakeClient
from tests.gui.recorded_exports import CARD


@pytest.fixture
def page(context: PageContext, qtbot: QtBot) -> ExportPage:
    """The page with one finished run, and what it can be written as."""
    page = PAGE.build(context)
    assert isinstance(page, ExportPage)
    qtbot.addWidget(page)
    page.resize(1364, 808)
    page.show()
    qtbot.waitUntil(lambda: context.engines.catalog is not None and context.project.draft is not None)
    draft = context.project.draft
    assert draft is not None
    with qtbot.waitSignal(context.runs.run_ended):
        context.runs.start(draft)
    qtbot.waitUntil(lambda: not card(page, "graph").tick.isEnabled())
    return page


def card(page: ExportPage, kind: str) -> ExportKindCard:
    found = page.findChild(ExportKindCard, f"export_{kind}")
    assert found is not None
    return found


def button(page: ExportPage, name: str) -> Button:
    found = page.findChild(Button, name)
    assert found is not None
    return found


def words(page: ExportPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(ThemedLabel) if label.isVisible())


def asked(fake_clients: list[FakeClient]) -> list[ExportModel]:
    return [one for client in fake_clients for one in client.commands if isinstance(one, ExportModel)]


def banner(page: ExportPage) -> Banner:
    found = page.findChild(Banner, "export_banner")
    assert found is not None
    return found


def test_before_a_run_it_leads_to_the_setup(context: PageContext, qtbot: QtBot) -> None:
    page = PAGE.build(context)
    qtbot.addWidget(page)
    empty = page.findChild(EmptyState)
    assert empty is not None
    assert empty.accessibleName().startswith("Nothing to export yet")
    with qtbot.waitSignal(page.go_requested) as wish:  # type: ignore[attr-defined]  # every page has it
        empty.button.click()
    assert wish.args == ["setup"]
    assert context.opened is not None
    assert PAGE.unavailable(context.opened) == "Train a run first"


def test_what_is_suggested_is_ticked_and_counted_on_the_dark_button(page: ExportPage) -> None:
    assert button(page, "export_button").text() == "Export 2 items"
    assert "Needs MiniLM beside it." in card(page, "small_part").tick.accessibleDescription()
    assert "pip install" in card(page, "graph").tick.accessibleDescription()
    assert page.findChild(ExportKindCard, "export_words") is None
    for kind in ("small_part", "paper"):
        card(page, kind).tick.click()
    assert not button(page, "export_button").isEnabled()
    assert button(page, "export_button").toolTip() == "Tick at least one item"
    card(page, "whole").tick.click()
    assert button(page, "export_button").text() == "Export 1 item"


def test_writing_ticks_the_checks_and_ends_in_a_banner(
    page: ExportPage, context: PageContext, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    before = page.findChild(ThemedLabel, "export_place")
    assert before is not None
    place = before.toolTip()
    button(page, "export_button").click()
    assert button(page, "export_button").busy
    qtbot.waitUntil(lambda: banner(page).isVisible())
    (command,) = asked(fake_clients)
    assert command.kinds == ("small_part", "paper")
    assert command.to == place == str(free_place(context.project.folder, "Freeze lower layers"))
    assert command.card == ""
    assert banner(page).title_text() == "Exported"
    assert "largest difference 0.00002" in words(page)
    assert "1.5 MB" in banner(page).accessibleDescription()
    assert not button(page, "export_button").busy
    button(page, "action_copy_path").click()
    assert QApplication.clipboard().text() == place


def test_a_failed_check_is_no_green_banner(
    page: ExportPage, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    for client in fake_clients:
        client.export_outcome = CheckOutcome.FAILED
    button(page, "export_button").click()
    qtbot.waitUntil(lambda: banner(page).isVisible())
    assert "a check failed" in banner(page).title_text()


def test_a_problem_is_told_and_another_folder_can_be_chosen(
    page: ExportPage, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    for client in fake_clients:
        client.export_problem = export_in_the_way("/somewhere", ["whole"])
    button(page, "export_button").click()
    qtbot.waitUntil(lambda: banner(page).isVisible())
    assert banner(page).title_text() == "Files of that name are there already"
    assert button(page, "action_choose_folder").isVisible()
    assert not button(page, "export_button").busy


def test_writing_can_be_cancelled(page: ExportPage, fake_clients: list[FakeClient], qtbot: QtBot) -> None:
    for client in fake_clients:
        client.export_waits = True
    button(page, "export_button").click()
    qtbot.waitUntil(lambda: "Writing: Adapter only" in words(page))
    button(page, "cancel_export").click()
    assert "Nothing half-written was left behind." in words(page)
    assert not button(page, "export_button").busy


def test_the_card_goes_along_in_the_persons_own_words(
    page: ExportPage, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    button(page, "read_card").click()
    text = page.findChild(QPlainTextEdit, "card_text")
    assert text is not None
    assert text.isVisible()
    assert text.toPlainText() == CARD
    text.setPlainText("My own.")
    assert "In your own words." in words(page)
    button(page, "export_button").click()
    qtbot.waitUntil(lambda: bool(asked(fake_clients)))
    assert asked(fake_clients)[0].card == "My own."
    button(page, "card_again").click()
    assert text.toPlainText() == CARD
    assert "In your own words." not in words(page)


def test_a_card_in_the_persons_own_words_is_kept_while_another_run_is_looked_at(page: ExportPage) -> None:
    sheet = page._sheet
    sheet.set_card("# First")
    sheet.findChild(QPlainTextEdit, "card_text").setPlainText("# First, in my words")
    sheet.set_card("# Second")
    assert sheet.text == ""
    sheet.set_card("# First")
    assert sheet.text == "# First, in my words"
    button(page, "card_again").click()
    sheet.set_card("# Second")
    sheet.set_card("# First")
    assert sheet.text == ""


def test_everything_works_with_keys(page: ExportPage, qtbot: QtBot) -> None:
    tick = card(page, "whole").tick
    tick.setFocus()
    qtbot.keyClick(tick, Qt.Key.Key_Space)
    assert card(page, "whole").is_chosen
    assert page.primary_button() is button(page, "export_button")
    assert all(one.tick.accessibleName() for one in page.findChildren(ExportKindCard))


def test_another_run_is_chosen_in_the_list_or_the_combo_box(
    page: ExportPage, context: PageContext, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    draft = context.project.draft
    assert draft is not None
    with qtbot.waitSignal(context.runs.run_ended):
        context.runs.start(draft)
    runs = page.findChild(ExportRunList)
    assert runs is not None
    assert runs.model().rowCount() == 2
    assert runs.currentIndex().row() == 0
    runs.setCurrentIndex(runs.model().index(1, 0))
    context.layout.set_name(LayoutName.NARROW)
    combo = page.findChild(ExportRunCombo)
    assert combo is not None
    assert combo.isVisible()
    assert not runs.isVisible()
    assert combo.currentIndex() == 1
    button(page, "export_button").click()
    qtbot.waitUntil(lambda: bool(asked(fake_clients)))
    assert asked(fake_clients)[0].folder == str(context.runs.finished[1].folder)


def test_the_run_that_was_trained_last_is_offered_until_another_is_picked(
    page: ExportPage, context: PageContext, qtbot: QtBot
) -> None:
    runs_list = page.findChild(ExportRunList)
    assert runs_list is not None
    page.hide()
    draft = context.project.draft
    assert draft is not None
    with qtbot.waitSignal(context.runs.run_ended):
        context.runs.start(draft)
    first, second = context.runs.finished
    page.show()
    assert page.run is second
    runs_list.run_chosen.emit(first.run_id)
    page.hide()
    page.show()
    assert page.run is first  # a pick stays
    page.hide()
    context.runs.show(first)
    context.runs.show(second)  # looked at since then
    page.show()
    assert page.run is second
    page.hide()
    context.runs.look_at(first)  # on Results; the one that trains stays the current one
    page.show()
    assert page.run is first
    assert context.runs.current is second


def test_what_only_one_form_looks_at_is_told_too(page: ExportPage, qtbot: QtBot) -> None:
    checks = page.findChild(ExportChecks)
    assert checks is not None
    told = ExportCheck(id="adapterhub", title="Not written for AdapterHub", detail="It has none.")
    checks.add(ExportedItem(kind="small_part", name="Adapter only", files=(), checks=(told,)))
    qtbot.waitUntil(lambda: "Not written for AdapterHub" in words(page))
    assert "It has none." in words(page)
    checks.clear()
    assert "AdapterHub" not in words(page)
    checks.add(ExportedItem(kind="small_part", name="Adapter only", files=(), checks=(told,)))
    qtbot.waitUntil(lambda: "Not written for AdapterHub" in words(page))


def test_what_changes_nothing_for_a_run_is_not_asked(page: ExportPage) -> None:
    whole = card(page, "graph")
    offer = ExportOffer(kind="graph", summary="", size=1)
    whole.show_offer(offer)
    whole.tick.setChecked(True)
    assert whole.options == {"smaller": False}
    whole.show_offer(msgspec.structs.replace(offer, idle=("smaller",)))
    assert whole.options == {}
    assert not find_switch(whole).isVisible()
    whole.show_offer(offer)
    assert find_switch(whole).isVisible()


def find_switch(kind: ExportKindCard) -> Toggle:
    found = kind.findChild(Toggle, "option_smaller")
    assert found is not None
    return found
