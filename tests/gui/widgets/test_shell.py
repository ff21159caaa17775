"""The frame: layouts by size, pages on the rail, what lies over the page, files that fall onto it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from gui.look.theme import Theme
from gui.widgets.basics import Button
from gui.widgets.rail import RailItem
from gui.widgets.shell import AppShell

STEPS = [RailItem("data", "Data", "data", "Ctrl 1"), RailItem("setup", "Setup", "layers", "Ctrl 2")]


@pytest.fixture
def shell(theme: Theme, qtbot: QtBot) -> AppShell:
    shell = AppShell(theme)
    qtbot.addWidget(shell)
    shell.rail.set_items(STEPS)
    for step in STEPS:
        shell.add_page(step.id, QLabel(step.title))
    shell.resize(1440, 900)
    shell.show()
    return shell


def test_the_layout_is_told_when_it_changes_and_only_then(shell: AppShell, qtbot: QtBot) -> None:
    assert shell.layout_class == "wide"
    assert (shell.rail.width(), shell.top_bar.height(), shell.transport.height()) == (76, 48, 44)
    with qtbot.waitSignal(shell.layout_class_changed) as told:
        shell.resize(1366, 688)
    assert told.args == ["compact"]
    assert (shell.rail.width(), shell.top_bar.height(), shell.transport.height()) == (68, 48, 40)
    with qtbot.assertNotEmitted(shell.layout_class_changed):
        shell.resize(1300, 700)
    with qtbot.waitSignal(shell.layout_class_changed) as told:
        shell.resize(960, 520)
    assert told.args == ["narrow"]
    search = shell.top_bar.search
    qtbot.waitUntil(lambda: search.width() == search.height())  # shrunk to its icon


def test_larger_text_makes_the_layout_narrower(shell: AppShell, theme: Theme, qtbot: QtBot) -> None:
    with qtbot.waitSignal(shell.layout_class_changed) as told:
        theme.set_ui_scale(1.5)
    assert told.args == ["narrow"]
    assert shell.top_bar.height() == 72


def test_everything_fits_into_the_smallest_window(shell: AppShell, qtbot: QtBot) -> None:
    assert (shell.minimumWidth(), shell.minimumHeight()) == (960, 520)
    steps = ("data", "setup", "train", "results", "try", "export")
    shell.rail.set_items([RailItem(step, step.title(), "data") for step in steps])
    shell.top_bar.set_project("A project")
    shell.top_bar.set_device("CPU · 8 threads", "5.1 GB free")
    shell.resize(960, 520)
    assert (shell.width(), shell.height()) == (960, 520)
    buttons = [
        *(shell.rail.button(step) for step in steps),
        shell.rail.help_button,
        shell.rail.settings_button,
    ]

    def none_lies_on_another() -> bool:
        places = [button.geometry() for button in buttons]
        apart = all(below.top() > above.bottom() for above, below in pairwise(places))
        return apart and places[-1].bottom() < shell.rail.height()

    qtbot.waitUntil(none_lies_on_another)


def test_pages_are_shown_and_marked(shell: AppShell) -> None:
    shell.show_page("setup")
    assert shell.current_page_id() == "setup"
    shell.add_page("setup", QLabel("another project's"))
    assert shell.current_page_id() == "setup"
    shown = shell.page("setup")
    assert isinstance(shown, QLabel)
    assert shown.text() == "another project's"
    with pytest.raises(KeyError):
        shell.show_page("nowhere")


def test_the_drawer_lies_over_the_page_and_closes_with_escape(shell: AppShell, qtbot: QtBot) -> None:
    shell.toggle_drawer()
    assert shell.drawer.isVisible()
    drawer = shell.drawer.geometry()
    assert drawer.height() == 320
    assert drawer.left() == shell.rail.width()
    assert drawer.bottom() + 1 == shell.height() - shell.transport.height()
    qtbot.keyClick(shell.drawer.table, Qt.Key.Key_Escape)
    assert not shell.drawer.isVisible()
    qtbot.mouseClick(shell.transport.runs_button, Qt.MouseButton.LeftButton)
    assert shell.drawer.isVisible()
    shell.close_overlays()
    assert not shell.drawer.isVisible()


def test_the_search_opens_over_all_and_gives_the_focus_back(shell: AppShell, qtbot: QtBot) -> None:
    qtbot.waitUntil(shell.isActiveWindow)
    shell.top_bar.theme_button.setFocus()
    shell.toggle_search()
    assert shell.search.isVisible()
    assert shell.search.field.hasFocus()
    qtbot.keyClick(shell.search.field, Qt.Key.Key_Escape)
    assert not shell.search.isVisible()
    assert shell.top_bar.theme_button.hasFocus()


def test_f6_goes_round_the_regions(shell: AppShell, qtbot: QtBot) -> None:
    qtbot.waitUntil(shell.isActiveWindow)
    page = Button(shell._theme, "On the page")
    shell.add_page("data", page)
    shell.show_page("data")
    shell.top_bar.search.setFocus()
    visited: list[str] = []
    for _ in range(4):
        shell.focus_next_region()
        now = shell.focusWidget()
        regions: dict[str, QWidget] = {
            "top": shell.top_bar,
            "rail": shell.rail,
            "page": shell.pages,
            "transport": shell.transport,
        }
        visited += [name for name, region in regions.items() if now and region.isAncestorOf(now)]
    assert visited == ["rail", "page", "transport", "top"]
    shell.focus_previous_region()
    now = shell.focusWidget()
    assert now is not None
    assert shell.transport.isAncestorOf(now)


def test_a_dropped_file_is_told(shell: AppShell, qtbot: QtBot, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "posts.csv"))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    over = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, mime, buttons, keys)
    shell.dragEnterEvent(over)
    assert over.isAccepted()
    drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, buttons, keys)
    with qtbot.waitSignal(shell.files_dropped) as told:
        shell.dropEvent(drop)
    assert Path(told.args[0][0]) == tmp_path / "posts.csv"
    mime.setUrls([QUrl("https://example.org/posts.csv")])
    web = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, mime, buttons, keys)
    web.ignore()
    shell.dragEnterEvent(web)
    assert not web.isAccepted()


def test_the_banner_takes_room_only_while_it_is_there(shell: AppShell, qtbot: QtBot) -> None:
    shell.show_page("data")
    page = shell.page("data")
    assert page is not None
    before = page.mapTo(shell, QPoint(0, 0)).y()
    assert before == shell.top_bar.height()
    shell.banner.show_message("ok", "Exported")
    qtbot.waitUntil(lambda: page.mapTo(shell, QPoint(0, 0)).y() > before + 20)
    shell.banner.clear()
    qtbot.waitUntil(lambda: page.mapTo(shell, QPoint(0, 0)).y() == before)


# Rail


def test_a_step_that_cannot_work_says_why(shell: AppShell, qtbot: QtBot) -> None:
    setup: QAbstractButton = shell.rail.button("setup")
    shell.rail.set_unavailable("setup", "Open a file first")
    assert not setup.isEnabled()
    assert setup.toolTip() == setup.accessibleDescription() == "Open a file first"
    with qtbot.assertNotEmitted(shell.rail.page_requested):
        qtbot.mouseClick(setup, Qt.MouseButton.LeftButton)
    shell.rail.set_unavailable("setup", "")
    assert setup.toolTip() == "Setup (Ctrl 2)"
    with qtbot.waitSignal(shell.rail.page_requested) as wish:
        qtbot.mouseClick(setup, Qt.MouseButton.LeftButton)
    assert wish.args == ["setup"]


def test_a_done_step_has_a_green_tick(shell: AppShell, theme: Theme) -> None:
    def greens() -> int:
        image = shell.rail.button("data").grab().toImage()
        pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
        return sum(color == theme.color("ok") for color in pixels)

    assert greens() == 0
    shell.rail.set_complete("data", True)
    assert greens() > 30
    assert shell.rail.button("data").accessibleDescription() == "done"


# Top bar


def test_the_project_is_renamed_where_it_stands(shell: AppShell, qtbot: QtBot) -> None:
    top = shell.top_bar
    top.set_project("Spam filter")
    top.begin_rename()
    assert top.name_field.isVisible()
    top.name_field.setText("  Customer letters ")
    with qtbot.waitSignal(top.renamed) as wish:
        qtbot.keyClick(top.name_field, Qt.Key.Key_Return)
    assert wish.args == ["Customer letters"]
    assert not top.name_field.isVisible()
    top.begin_rename()
    top.name_field.setText("Something else")
    with qtbot.assertNotEmitted(top.renamed):
        qtbot.keyClick(top.name_field, Qt.Key.Key_Escape)
    assert top.name_button.isVisible()


def test_the_project_menu_says_what_is_wanted(shell: AppShell, qtbot: QtBot) -> None:
    top = shell.top_bar
    assert next(action.text() for action in top.project_menu().actions()).startswith("New project")
    top.set_project("Spam filter")
    top.set_recent([("/projects/letters", "Customer letters")])
    menu = top.project_menu()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts[0] == "Rename"
    assert "Recent projects" in texts
    recent = next(action.menu() for action in menu.actions() if action.text() == "Recent projects")
    with qtbot.waitSignal(top.recent_requested) as wish:
        recent.actions()[0].trigger()  # type: ignore[attr-defined]  # QMenu in truth
    assert wish.args == ["/projects/letters"]


def test_the_device_chip_says_where_and_how_much(shell: AppShell) -> None:
    chip = shell.top_bar.device
    assert not chip.isVisible()
    shell.top_bar.set_device("CPU · 8 threads", "5.1 GB free")
    assert chip.isVisible()
    assert "5.1 GB free" in chip.shown_text()
    assert chip.accessibleName() == "Training runs on CPU · 8 threads, 5.1 GB free"


def test_the_theme_button_names_the_other_theme(shell: AppShell, theme: Theme, qtbot: QtBot) -> None:
    button = shell.top_bar.theme_button
    assert button.accessibleName() == "Dark theme"
    theme.set_dark(True)
    assert button.accessibleName() == "Light theme"
    with qtbot.waitSignal(shell.top_bar.theme_toggle_requested):
        button.click()
    with qtbot.waitSignal(shell.top_bar.projector_toggle_requested):
        shell.top_bar.projector_button.click()


def test_a_long_project_name_is_cut_and_pushes_nothing_away(shell: AppShell, qtbot: QtBot) -> None:
    top = shell.top_bar
    name = "A project with a name of sixty characters, no more, no less!"
    top.set_project(name)
    top.set_device("CPU · 8 threads", "5.1 GB free")
    for size, cut in (((1440, 900), False), ((960, 520), True)):
        shell.resize(*size)
        qtbot.waitUntil(lambda: top.device.width() >= top.device.sizeHint().width())
        assert top.name_button.shown_words().endswith("…") == cut
        assert top.name_button.width() >= top.name_button.sizeHint().width()
        assert top.theme_button.geometry().right() < top.width()
    assert top.name_button.accessibleName() == f"Project {name}"
    assert top.name_button.font().weight() == 600


def test_settings_and_help_are_marked_on_the_rail_as_steps_are(shell: AppShell) -> None:
    rail = shell.rail
    for name, button in (("settings", rail.settings_button), ("help", rail.help_button)):
        rail.set_current(name)
        assert rail.current_button() is button
    rail.set_current(STEPS[0].id)
    assert rail.current_button() is rail.button(STEPS[0].id)
    rail.set_current("welcome")
    assert rail.current_button() is None
