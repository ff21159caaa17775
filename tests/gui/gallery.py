"""Draws every control in every state into pictures, for the eye: ``python -m tests.gui.gallery FOLDER``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QRadioButton,
    QSlider,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.look.painting import draw_marker, draw_panel
from gui.look.theme import Theme
from gui.widgets.basics import (
    Banner,
    Button,
    Card,
    Chip,
    EmptyState,
    IconLabel,
    Segmented,
    StatTile,
    Step,
    StepList,
    Toggle,
    icon_button,
    label,
)
from gui.widgets.number_field import NumberField

_RUNS = 8


class _Ringed(QWidget):
    """A control with the focus ring painted around it, as the keyboard would show it."""

    def __init__(self, theme: Theme, control: QWidget) -> None:
        super().__init__()
        self._theme = theme
        self._control = control
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 4, 4)
        row.addWidget(control)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        radius = self._control.property("focus_radius") or self._theme.radius("control")
        rect = self._control.geometry().adjusted(-4, -4, 4, 4).toRectF()
        draw_panel(QPainter(self), rect, None, self._theme.color("focus"), radius=radius + 4, width=2)


class _RunLine(QWidget):
    """A run's colour, dash and marker."""

    def __init__(self, theme: Theme, number: int) -> None:
        super().__init__()
        self._theme = theme
        self._number = number
        self.setMinimumSize(theme.px(120), theme.px(22))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, number = self._theme, self._number
        pen = QPen(theme.run_color(number), 2.5)
        dash = theme.run_dash(number)
        if dash:
            pen.setDashPattern([length / 2.5 for length in dash])
        painter.setPen(pen)
        middle = self.height() / 2
        painter.drawLine(QPointF(0, middle), QPointF(self.width(), middle))
        center = QPointF(self.width() / 2, middle)
        draw_panel(
            painter,
            self.rect().toRectF().adjusted(self.width() / 2 - 7, 4, 7 - self.width() / 2, -4),
            theme.color("surface"),
            None,
            radius=0,
        )
        draw_marker(painter, theme.run_symbol(number), theme.run_color(number), center, theme.px(10))


def _row(theme: Theme, name: str, *controls: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.px(12))
    caption = label(theme, name, "small", "text3")
    caption.setFixedWidth(theme.px(80))
    row.addWidget(caption)
    for control in controls:
        row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
    row.addStretch(1)
    return row


def _off(control: QWidget) -> QWidget:
    control.setEnabled(False)
    return control


def _pressed(button: Button) -> Button:
    button.setDown(True)
    return button


def _busy(button: Button) -> Button:
    button.set_busy(True)
    return button


def _controls(theme: Theme) -> Card:
    card = Card(theme, "Controls", "rest, press, focus, off, waiting")
    for kind in ("primary", "secondary", "quiet"):
        card.body.addLayout(
            _row(
                theme,
                kind.capitalize(),
                Button(theme, "Rest", kind),  # type: ignore[arg-type]  # a loop over literals
                _pressed(Button(theme, "Press", kind)),  # type: ignore[arg-type]  # likewise
                _Ringed(theme, Button(theme, "Focus", kind)),  # type: ignore[arg-type]  # likewise
                _off(Button(theme, "Off", kind)),  # type: ignore[arg-type]  # likewise
                _busy(Button(theme, "Waiting", kind, "play")),  # type: ignore[arg-type]  # likewise
            )
        )
    settings = Button(theme, "Training settings", "secondary", "sliders")
    settings.set_note("Recommended")
    menu = Button(theme, "All labels", "secondary", "filter", size="small")
    menu.set_trailing("down")
    card.body.addLayout(
        _row(
            theme,
            "Danger",
            Button(theme, "Delete run", "danger", "x"),
            Button(theme, "Delete for good", "danger_filled"),
            Button(theme, "Why does training need memory?", "link"),
        )
    )
    card.body.addLayout(_row(theme, "With more", settings, menu, icon_button(theme, "moon", "Dark theme")))
    field, focused, wrong = QLineEdit("32"), QLineEdit("32"), QLineEdit("0")
    wrong.setProperty("wrong", True)
    for line in (field, focused, wrong):
        line.setFixedWidth(theme.px(120))
    card.body.addLayout(_row(theme, "Field", field, _Ringed(theme, focused), wrong, _off(QLineEdit("off"))))
    card.body.addLayout(_more_fields(theme))
    card.body.addLayout(_choices(theme))
    segments = Segmented(theme, ["Linear", "Log"])
    tall = Segmented(theme, [("one", "One run"), ("compare", "Compare runs")], height=34)
    tall.set_current("compare")
    card.body.addLayout(_row(theme, "Segmented", segments, tall, _off(Segmented(theme, ["Off", "Off too"]))))
    card.body.addLayout(
        _row(
            theme,
            "Chips",
            Chip(theme, "Start here", small=True),
            Chip(theme, "Fits this computer", "check", "ok"),
            Chip(theme, "Tight", "alert", "warn"),
            Chip(theme, "Too large", "alert", "err"),
            Chip(theme, "frozen", "snow", "frozen"),
            Chip(theme, "trainable", "flame", "ember"),
            Chip(theme, "Yes", status="ink"),
        )
    )
    return card


def _more_fields(theme: Theme) -> QHBoxLayout:
    box = QComboBox()
    box.addItems(["Freeze lower layers", "LoRA", "Full fine-tuning"])
    number = NumberField(theme, 1, 512)
    number.setValue(32)
    progress = QProgressBar()
    progress.setValue(60)
    progress.setFixedWidth(theme.px(120))
    return _row(theme, "More", box, number, progress)


def _choices(theme: Theme) -> QHBoxLayout:
    on, off, none = Toggle(theme, "On"), Toggle(theme), Toggle(theme)
    on.setChecked(True)
    none.setChecked(True)
    none.setEnabled(False)
    check, empty, half = QCheckBox("Check"), QCheckBox(), QCheckBox()
    check.setChecked(True)
    half.setTristate(True)
    half.setCheckState(Qt.CheckState.PartiallyChecked)
    radio, other = QRadioButton("One"), QRadioButton("Other")
    radio.setChecked(True)
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setValue(54)
    slider.setFixedWidth(theme.px(160))
    return _row(theme, "Choices", on, off, none, check, empty, half, radio, other, slider)


def _icons(theme: Theme) -> Card:
    card = Card(theme, "Icons", "20 px grid, 1.5 px stroke")
    grid = QGridLayout()
    grid.setSpacing(theme.px(8))
    for number, name in enumerate(theme.tokens["icons"]["paths"]):
        cell = QVBoxLayout()
        cell.addWidget(IconLabel(theme, name, "text", 20), 0, Qt.AlignmentFlag.AlignHCenter)
        cell.addWidget(label(theme, name, "caption", "text3"), 0, Qt.AlignmentFlag.AlignHCenter)
        grid.addLayout(cell, number // 10, number % 10)
    card.body.addLayout(grid)
    return card


def _runs(theme: Theme) -> Card:
    card = Card(theme, "Run colours")
    for number in range(1, _RUNS + 1):
        row = QHBoxLayout()
        row.addWidget(_RunLine(theme, number), 1)
        row.addWidget(label(theme, f"{number}  {theme.run_color(number).name().upper()}", "small", "text2"))
        card.body.addLayout(row)
    return card


def _messages(theme: Theme) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.px(12))
    for status, title, text in (
        ("ok", "Exported", "Spam filter, LoRA adapter, 0.3 MB"),
        (
            "warn",
            "Training may take 40 minutes",
            "This computer has no graphics card. LoRA would take about 9.",
        ),
        ("err", "This file could not be read", "Row 812 has 3 columns, the others have 2."),
        ("info", "**Four methods are too close to call.**", "LoRA is the smallest of them."),
    ):
        banner = Banner(theme)
        banner.show_message(status, title, text)
        row.addWidget(banner, 1)
    return row


def _states(theme: Theme) -> Card:
    card = Card(theme, "Waiting and numbers")
    steps = StepList(theme)
    steps.set_steps(
        [
            Step("Reading 3,618 texts", "done"),
            Step("Loading MiniLM", "now", "40 of 90 MB"),
            Step("First batch", "to_do"),
        ]
    )
    card.body.addWidget(steps)
    tiles = QHBoxLayout()
    for icon, caption, value, note in (
        ("refresh", "Epoch", "3.2", "of 5"),
        ("clock", "Time left", "47 s", "of 2 min 11 s"),
        ("best", "Best so far", "F1 0.968", "at epoch 2.5"),
    ):
        tile = StatTile(theme, icon, caption)
        tile.set_value(value, note)
        tiles.addWidget(tile, 1)
    card.body.addLayout(tiles)
    roles = ("caption", "small", "body", "bodyStrong", "lead", "title", "hero", "display", "mono")
    for role in roles:
        card.body.addWidget(label(theme, f"{role} 0123456789 fine-tuning", role))
    card.body.addStretch(1)
    return card


def _lists(theme: Theme) -> Card:
    card = Card(theme, "Tables and texts", "scroll bars, heads, selection", padding=16)
    table = QTableWidget(9, 3)
    table.setHorizontalHeaderLabels(["message", "label", "words"])
    for row in range(9):
        for column, text in enumerate(("Go until jurong point", "ham", str(20 + row))):
            table.setItem(row, column, QTableWidgetItem(text))
    table.selectRow(2)
    table.verticalHeader().hide()
    table.setShowGrid(False)
    card.body.addWidget(table)
    text = QPlainTextEdit("Type a message here.\n" * 8)
    text.setFixedHeight(theme.px(70))
    card.body.addWidget(text)
    return card


def build(theme: Theme) -> QWidget:
    """Returns the whole gallery."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(24, 24, 24, 24)
    column.setSpacing(16)
    upper, lower = QHBoxLayout(), QHBoxLayout()
    upper.addWidget(_controls(theme), 3)
    upper.addWidget(
        EmptyState(theme, "No runs yet", "Train once and the curve stays here to compare.", "Go to setup"), 1
    )
    for card, share in ((_runs(theme), 2), (_icons(theme), 4), (_states(theme), 3), (_lists(theme), 3)):
        lower.addWidget(card, share)
    column.addLayout(upper)
    column.addLayout(lower, 1)
    column.addLayout(_messages(theme))
    return page


def main() -> None:
    """Writes gallery-light.png, gallery-dark.png and pictures of a menu and an open list."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    application = QApplication(sys.argv[:1])
    for dark in (False, True):
        theme = Theme(dark)
        theme.apply_to(application)
        page = build(theme)
        page.resize(QSize(1560, 1100))
        page.show()
        for _ in range(5):
            application.processEvents()
        name = "dark" if dark else "light"
        page.grab().save(str(folder / f"gallery-{name}.png"))
        _popups(application, folder, name)
        page.hide()
        page.deleteLater()


def _popups(application: QApplication, folder: Path, name: str) -> None:
    menu = QMenu()
    menu.addAction("Rename")
    menu.addAction("Open a file or project\tCtrl+O")
    menu.addMenu("Recent projects").addAction("Spam filter")
    menu.addSeparator()
    menu.addAction("Delete").setEnabled(False)
    menu.popup(QPointF(0, 0).toPoint())
    menu.setActiveAction(menu.actions()[1])
    application.processEvents()
    menu.grab().save(str(folder / f"menu-{name}.png"))
    menu.close()
    box = QComboBox()
    box.addItems(["Freeze lower layers", "LoRA", "Full fine-tuning"])
    box.show()
    QTimer.singleShot(50, box.hidePopup)
    box.showPopup()
    application.processEvents()
    box.view().window().grab().save(str(folder / f"list-{name}.png"))
    box.hide()


if __name__ == "__main__":
    main()
