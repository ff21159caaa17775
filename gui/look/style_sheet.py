"""The style sheet for Qt's own controls: fields, lists, menus, scroll bars and their like."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gui.look.theme import Theme

_BUTTONS = """
QPushButton { background: $surface; color: $text; border: ${one}px solid $border;
    border-radius: ${r}px; padding: 0 ${p14}px; height: ${h32}px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $pressed; }
QPushButton:disabled { background: transparent; color: $disabled; }
QPushButton[kind="primary"] { background: $ink; color: $onInk; border: none;
    border-radius: ${r_primary}px; padding: 0 ${p18}px; height: ${h40}px; }
QPushButton[kind="primary"]:hover { background: $inkHover; }
QPushButton[kind="primary"]:pressed { background: $inkPressed; }
QPushButton[kind="primary"]:disabled { background: $pressed; color: $text3; }
QPushButton[kind="quiet"] { background: transparent; border: none; height: ${h34}px; }
QPushButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:pressed { background: $pressed; }
QPushButton[kind="danger"] { color: $err; }
QPushButton[kind="danger"]:hover { background: $errTint; }
QPushButton[kind="danger"]:pressed { background: $err; color: $surface; }
QToolButton { background: transparent; color: $text; border: none; border-radius: ${r}px;
    padding: ${p4}px; min-width: ${h20}px; min-height: ${h20}px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $pressed; }
QToolButton:checked { background: $selected; }
QToolButton:disabled { color: $disabled; }
QToolButton::menu-indicator { image: none; }
"""

_FIELDS = """
QScrollArea, QAbstractScrollArea { border: none; background: transparent; }
QLineEdit, QComboBox, QAbstractSpinBox { background: $surface; color: $text;
    border: ${one}px solid $borderStrong; border-radius: ${r}px; padding: 0 ${p10}px; height: ${h32}px; }
QLineEdit, QPlainTextEdit, QTextEdit { placeholder-text-color: $text3; }
QLineEdit, QAbstractSpinBox { selection-background-color: $ink; selection-color: $onInk; }
QPlainTextEdit, QTextEdit { background: $surface; color: $text; border: ${one}px solid $borderStrong;
    border-radius: ${r}px; padding: ${p6}px ${p8}px; selection-background-color: $ink;
    selection-color: $onInk; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover, QPlainTextEdit:hover, QTextEdit:hover {
    border-color: $text3; }
QLineEdit:focus, QAbstractSpinBox:focus, QPlainTextEdit:focus, QTextEdit:focus { border-color: $focus; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled, QPlainTextEdit:disabled,
QTextEdit:disabled { border-color: $border; color: $disabled; background: transparent; }
QLineEdit[wrong="true"], QAbstractSpinBox[wrong="true"], QComboBox[wrong="true"] {
    border: ${one_half}px solid $err; }
QLineEdit[plain="true"], QPlainTextEdit[plain="true"], QTextEdit[plain="true"],
QTextBrowser { border: none; background: transparent; padding: 0; }
QAbstractSpinBox { padding: 0 ${p24}px 0 ${p8}px; height: ${h_spin}px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { background: transparent; border: none;
    width: ${p20}px; subcontrol-origin: border; margin-right: ${p4}px; border-radius: ${p4}px; }
QAbstractSpinBox::up-button { subcontrol-position: top right; margin-top: ${p3}px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin-bottom: ${p3}px; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $hover; }
QAbstractSpinBox::up-button:pressed, QAbstractSpinBox::down-button:pressed { background: $pressed; }
QAbstractSpinBox::up-arrow { image: url("$icon_up"); width: ${p12}px; height: ${p12}px; }
QAbstractSpinBox::down-arrow { image: url("$icon_down"); width: ${p12}px; height: ${p12}px; }
QAbstractSpinBox::up-arrow:off, QAbstractSpinBox::up-arrow:disabled { image: url("$icon_up_off"); }
QAbstractSpinBox::down-arrow:off, QAbstractSpinBox::down-arrow:disabled { image: url("$icon_down_off"); }
QComboBox { padding-right: ${p24}px; combobox-popup: 0; }
QComboBox:on { background: $hover; }
QComboBox::drop-down { border: none; width: ${p28}px; subcontrol-origin: border; }
QComboBox::down-arrow { image: url("$icon_down"); width: ${p14}px; height: ${p14}px; }
QComboBox::down-arrow:disabled { image: url("$icon_down_off"); }
QComboBox QAbstractItemView { background: $surface; color: $text; border: ${one}px solid $borderStrong;
    border-radius: 0; padding: ${p4}px; outline: none; selection-background-color: $selected;
    selection-color: $text; }
QComboBox QAbstractItemView::item { min-height: ${h30}px; padding: 0 ${p6}px; border-radius: ${p6}px; }
QComboBox QAbstractItemView::item:hover, QComboBox QAbstractItemView::item:selected {
    background: $selected; color: $text; }
QComboBox QAbstractItemView::item:disabled { color: $disabled; }
"""

_CHOICES = """
QCheckBox, QRadioButton { color: $text; spacing: ${p8}px; background: transparent; }
QCheckBox:disabled, QRadioButton:disabled { color: $disabled; }
QCheckBox::indicator { width: ${p16}px; height: ${p16}px; border-radius: ${p5}px;
    border: ${one}px solid $borderStrong; background: $surface; }
QCheckBox::indicator:hover { border-color: $text3; }
QCheckBox::indicator:checked { background: $ink; border-color: $ink; image: url("$icon_check_on"); }
QCheckBox::indicator:indeterminate { background: $ink; border-color: $ink; image: url("$icon_minus_on"); }
QCheckBox::indicator:disabled { border-color: $disabled; background: transparent; }
QCheckBox::indicator:checked:disabled { background: $disabled; border-color: $disabled; }
QRadioButton::indicator { width: ${p16}px; height: ${p16}px; border-radius: ${p9}px;
    border: ${one}px solid $borderStrong; background: $surface; }
QRadioButton::indicator:hover { border-color: $text3; }
QRadioButton::indicator:checked { width: ${p8}px; height: ${p8}px; border: ${p5}px solid $ink;
    background: $surface; }
QRadioButton::indicator:disabled { border-color: $disabled; }
QSlider { min-height: ${p20}px; background: transparent; }
QSlider::groove:horizontal { height: ${p4}px; border-radius: ${p2}px; background: $pressed; }
QSlider::sub-page:horizontal { height: ${p4}px; border-radius: ${p2}px; background: $ink; }
QSlider::sub-page:horizontal:disabled { background: $disabled; }
QSlider::handle:horizontal { width: ${p14}px; height: ${p14}px; margin: -${p7}px 0;
    border: ${p2}px solid $ink; border-radius: ${p9}px; background: $surface; }
QSlider::handle:horizontal:hover { background: $hover; }
QSlider::handle:horizontal:pressed { background: $pressed; }
QSlider::handle:horizontal:disabled { border-color: $disabled; }
QProgressBar { background: $pressed; border: none; border-radius: ${p3}px; max-height: ${p6}px;
    min-height: ${p6}px; color: transparent; }
QProgressBar::chunk { background: $ink; border-radius: ${p3}px; }
"""

_POPUPS = """
QToolTip { background: $ink; color: $onInk; border: ${one}px solid $ink; padding: ${p5}px ${p8}px; }
QMenu { background: $surface; color: $text; border: ${one}px solid $borderStrong; padding: ${p4}px; }
QMenu::item { padding: ${p7}px ${p28}px ${p7}px ${p12}px; border-radius: ${p6}px; background: transparent; }
QMenu::item:selected { background: $selected; }
QMenu::item:pressed { background: $pressed; }
QMenu::item:disabled { color: $disabled; background: transparent; }
QMenu::icon { padding-left: ${p8}px; }
QMenu::indicator { width: ${p14}px; height: ${p14}px; left: ${p6}px; }
QMenu::indicator:checked { image: url("$icon_check"); }
QMenu::right-arrow { image: url("$icon_chev"); width: ${p14}px; height: ${p14}px; }
QMenu::separator { height: ${one}px; background: $border; margin: ${p4}px ${p8}px; }
QMenuBar { background: $rail; color: $text; }
QMenuBar::item:selected { background: $hover; }
QDialog, QMessageBox { background: $surface; }
"""

_VIEWS = """
QScrollBar:vertical { background: transparent; width: ${p10}px; margin: 0; border: none; }
QScrollBar:horizontal { background: transparent; height: ${p10}px; margin: 0; border: none; }
QScrollBar::handle { background: $handle; border-radius: ${p3}px; margin: ${p2}px; }
QScrollBar::handle:vertical { min-height: ${p32}px; }
QScrollBar::handle:horizontal { min-width: ${p32}px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: $borderStrong; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QTableView, QListView, QTreeView { background: $surface; color: $text; border: none; outline: none;
    gridline-color: $border; selection-background-color: $selected; selection-color: $text;
    alternate-background-color: $sunken; }
QTableView[see_through="true"], QListView[see_through="true"], QTreeView[see_through="true"] {
    background: transparent; }
QTableView::item { padding: 0 ${p8}px; border: none; }
QTableView::item:selected, QListView::item:selected, QTreeView::item:selected {
    background: $selected; color: $text; }
QListView::item:hover, QTreeView::item:hover { background: $hover; }
QHeaderView { background: $sunken; border: none; font-size: ${p11}px; }
QHeaderView::section { background: $sunken; color: $text2; border: none;
    border-bottom: ${one}px solid $border; padding: ${p6}px ${p8}px; }
QTableCornerButton::section { background: $sunken; border: none; border-bottom: ${one}px solid $border; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $border; }
QTabWidget::pane { border: none; }
QTabBar { background: transparent; border: none; }
QTabBar::tab { background: transparent; color: $text2; border: none; padding: ${p8}px ${p12}px;
    border-bottom: ${p2}px solid transparent; }
QTabBar::tab:hover { color: $text; background: $hover; }
QTabBar::tab:selected { color: $text; border-bottom-color: $ink; }
QTabBar::tab:disabled { color: $disabled; }
QMainWindow::separator { background: $border; width: ${one}px; height: ${one}px; }
QStatusBar { background: $rail; }
"""

_LENGTHS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 20, 24, 28, 32)
_HEIGHTS = {"h20": 20, "h30": 30, "h32": 32, "h34": 34, "h40": 40}


def build_style_sheet(theme: Theme) -> str:
    """Returns the style sheet of a theme at its present size."""
    values: dict[str, object] = {
        token: theme.color(token).name()
        for token in theme.tokens["themes"]["dark" if theme.is_dark else "light"]["color"]
    }
    values |= {f"p{length}": theme.px(length) for length in _LENGTHS}
    values |= {name: theme.px(height) for name, height in _HEIGHTS.items()}
    values |= {
        "h_spin": theme.px(32) - 3,  # Qt adds 3 of its own
        "one": theme.px(1),
        "one_half": theme.px(1.5),
        "r": theme.radius("control"),
        "r_primary": theme.radius("primary"),
        "handle": theme.color("disabled").name(),
        "icon_up": theme.icon_file("up", "text2", 12),
        "icon_down": theme.icon_file("down", "text2", 14),
        "icon_up_off": theme.icon_file("up", "disabled", 12),
        "icon_down_off": theme.icon_file("down", "disabled", 14),
        "icon_check": theme.icon_file("check", "text", 14),
        "icon_check_on": theme.icon_file("check", "onInk", 16),
        "icon_minus_on": theme.icon_file("minus", "onInk", 16),
        "icon_chev": theme.icon_file("chev", "text2", 14),
    }
    return Template(_BUTTONS + _FIELDS + _CHOICES + _POPUPS + _VIEWS).substitute(values)
