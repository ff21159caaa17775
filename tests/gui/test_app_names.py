"""Every control of the window can be found by name, by tests and by screen readers alike."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.state.run_status import RunState
from tests.gui.fake_engine import FakeClient

_CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)


def is_own(widget: QWidget) -> bool:
    """Returns whether a widget is ours, not one that Qt makes inside of another."""
    parent = widget.parentWidget()
    inside = isinstance(parent, (QComboBox, QAbstractSpinBox, QAbstractScrollArea, QLineEdit)) or (
        parent is not None and parent.metaObject().className() == "QComboBoxPrivateContainer"
    )
    return not inside and not isinstance(widget, (QScrollBar, QHeaderView))


def controls(window: MainWindow) -> Iterator[QWidget]:
    """Returns everything that takes the pointer or the keys, hidden or not, popovers too."""
    others = [one for one in QApplication.topLevelWidgets() if one is not window and one.isVisible()]
    for top in (window, *others):
        for widget in top.findChildren(QWidget):
            takes_keys = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
            if is_own(widget) and (isinstance(widget, _CONTROLS) or takes_keys):
                yield widget


def spoken(widget: QWidget) -> str:
    """Returns what a screen reader calls a widget."""
    heard = QAccessible.queryAccessibleInterface(widget)
    return heard.text(QAccessible.Text.Name) if heard is not None else ""


def nameless(window: MainWindow) -> set[str]:
    """Returns the controls that lack a name, in words."""
    found = set()
    for widget in controls(window):
        owner = widget.parentWidget()
        where = f"{type(owner).__name__} › {type(widget).__name__}"
        if not widget.objectName() or widget.objectName().startswith("qt_"):
            found.add(f"{where} has no object name ({spoken(widget)!r})")
        if not spoken(widget) and not widget.isHidden():
            found.add(f"{where} {widget.objectName()!r} has no accessible name")
    return found


def test_every_control_has_a_name_for_tests_and_one_for_screen_readers(
    qtbot: QtBot, on_setup: MainWindow, fake_clients: list[FakeClient]
) -> None:
    window = on_setup
    missing: set[str] = set()

    def look(*pages: str) -> None:
        for page in pages:
            window.go_to(page)
            assert window.current_page_id() == page
            for size in ((1440, 900), (960, 520)):
                window.resize(*size)
                QApplication.processEvents()
                missing.update(nameless(window))

    look("welcome", "data", "setup", "help", "settings")
    for client in fake_clients:
        client.hold_after_step, client.epochs = 70, 2
    opened = window.switch.opened
    assert opened is not None
    assert opened.project.draft is not None
    run = opened.runs.start(opened.project.draft)
    qtbot.waitUntil(lambda: run.step >= 70)
    look("train")
    for client in fake_clients:
        client.release()
    qtbot.waitUntil(lambda: run.state is RunState.FINISHED)
    look("train", "results", "try", "export")
    window.resize(1440, 900)
    for page, name in (("setup", "training_settings"), ("data", "change_split"), ("train", "add_note")):
        window.go_to(page)
        shown = window.page(page)
        button = shown.findChild(QAbstractButton, name) if shown is not None else None
        assert button is not None
        button.click()
        missing.update(nameless(window))
        for popover in QApplication.topLevelWidgets():
            if popover is not window and popover.isVisible():
                popover.close()
    window.toggle_search()
    missing.update(nameless(window))
    window.toggle_search()
    window.toggle_drawer()
    missing.update(nameless(window))
    assert not missing, "\n".join(sorted(missing))
