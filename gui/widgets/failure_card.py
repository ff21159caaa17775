"""A run that broke off: what happened, why, what is safe, and the ways to go on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.protocol.problems import Action, Problem
from gui.look.painting import draw_panel
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.cards import Panel
from gui.widgets.chip import Chip
from gui.widgets.labels import label

_ICONS = {
    "set_settings": "sliders",
    "use_method": "layers",
    "resume": "play",
    "train_again": "refresh",
    "train_missing_folds": "play",
    "change_settings": "sliders",
    "choose_folder": "folder",
    "choose_file": "file",
    "choose_column": "data",
    "choose_encoding": "data",
    "show_data": "data",
    "use_built_in_model": "pack",
}
_BUTTON_WORDS = {
    "set_settings": "New run",
    "use_method": "New run",
    "resume": "Continue",
    "train_again": "New run",
    "train_missing_folds": "Train",
    "choose_folder": "Choose",
    "choose_file": "Choose",
    "choose_column": "Choose",
    "choose_encoding": "Choose",
    "show_data": "Show",
    "change_settings": "Change",
}
_BY_ARGUMENT = {"smaller_batches": "Smaller batches"}
"""What a button says whose way on is that of another but for an argument."""
_NOT_A_WAY_ON = {"copy_details"}


class _ActionRow(Panel):
    """One way to go on: what it is, what it costs, and its button."""

    def __init__(self, theme: Theme, action: Action, *, first: bool) -> None:
        super().__init__(theme, edge="ink" if first else "border", radius="primary")
        if first:
            self.set_look(edge="ink", edge_width=1.5)
        self._icon = QLabel()
        self._icon_name = _ICONS.get(action.id, "arrow")
        special = (_BY_ARGUMENT[name] for name in action.arguments if name in _BY_ARGUMENT)
        words = next(special, _BUTTON_WORDS.get(action.id, "Do this"))
        self.button = Button(theme, words, "repair" if first else "secondary")
        self.button.setObjectName(f"action_{action.id}")
        self.button.setAccessibleName(f"{words}: {action.label}")
        self.button.setToolTip("Ctrl Enter" if first else "")
        self._title = QHBoxLayout()
        self._title.addWidget(label(theme, action.label, "bodyStrong"))
        if first:
            self._title.addWidget(Chip(theme, "Suggested", small=True))
        self._title.addStretch(1)
        self._words = QVBoxLayout()
        self._words.addLayout(self._title)
        if action.note:
            self._words.addWidget(label(theme, action.note, "small", "text2", wrap=True))
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon)
        self._row.addLayout(self._words, 1)
        self._row.addWidget(self.button)
        self._measure()
        theme.changed.connect(self._measure)

    def _measure(self) -> None:
        px = self._theme.px
        self._icon.setPixmap(self._theme.pixmap(self._icon_name, "text2", 18))
        self._row.setContentsMargins(px(18), px(11), px(16), px(11))
        self._row.setSpacing(px(16))
        self._title.setSpacing(px(8))
        self._words.setSpacing(0)
        self.button.setMinimumWidth(px(132))
        self.setMinimumHeight(px(64))


class FailureCard(Panel):
    """Title on a red ground, then a row for each way to go on, the suggested one first and dark."""

    action_chosen = Signal(object)
    """The person pressed a button; carries the ``Action``."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(theme, edge="err", parent=parent)
        self.setObjectName("failure_card")
        self._icon = QLabel()
        self._title = label(theme, "", "lead", weight=600, wrap=True)
        self._reason = label(theme, "", "body", "text2", wrap=True)
        self._choose = label(theme, "Choose a way to go on", "bodyStrong")
        self._problem: Problem | None = None
        self._rows: list[_ActionRow] = []
        self._head = QWidget()
        words = QVBoxLayout()
        words.setSpacing(theme.px(4))
        words.addWidget(self._title)
        words.addWidget(self._reason)
        self._head_row = QHBoxLayout(self._head)
        self._head_row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._head_row.addLayout(words, 1)
        self._ways = QVBoxLayout()
        self._ways.addWidget(self._choose)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._head)
        self._column.addLayout(self._ways)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._measure()
        theme.changed.connect(self._measure)

    @property
    def problem(self) -> Problem | None:
        """Returns what is shown."""
        return self._problem

    def show_problem(self, problem: Problem) -> None:
        """Shows what happened and the ways to go on."""
        self._problem = problem
        self._title.setText(problem.title)
        safe = f" **{problem.safe}**" if problem.safe else ""
        ways = [action for action in problem.actions if action.id not in _NOT_A_WAY_ON]
        fix = f" {problem.fix}" if problem.fix and not ways else ""
        self._reason.setText(problem.reason + safe + fix)
        for row in self._rows:
            self._ways.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [_ActionRow(self._theme, action, first=not index) for index, action in enumerate(ways)]
        for row, action in zip(self._rows, ways, strict=True):
            row.button.clicked.connect(lambda _checked=False, action=action: self.action_chosen.emit(action))
            self._ways.addWidget(row)
        self._choose.setVisible(len(ways) > 1)
        self.setAccessibleName(problem.title)
        self.setAccessibleDescription(f"{problem.reason} {problem.safe}".strip())
        self._measure()

    def suggested_button(self) -> Button | None:
        """Returns the dark button; ``None`` where nothing can be done by a click."""
        return self._rows[0].button if self._rows else None

    def _measure(self) -> None:
        px = self._theme.px
        self._icon.setPixmap(self._theme.pixmap("alert", "err", 22))
        self._head_row.setContentsMargins(px(22), px(18), px(22), px(18))
        self._head_row.setSpacing(px(16))
        has_ways = bool(self._rows)
        edge = px(20) if has_ways else 0
        self._ways.setContentsMargins(edge, px(16) if has_ways else 0, edge, edge)
        self._ways.setSpacing(px(10))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draws the card and the red ground of its head."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = self._theme.radius("card")
        whole = QPainterPath()
        whole.addRoundedRect(QRectF(self.rect()), radius, radius)
        head = QPainterPath()
        head.addRect(QRectF(0, 0, self.width(), self._head.height()))
        painter.fillPath(whole.intersected(head), self._theme.color("errTint"))
        if self._rows:
            line = QRectF(0, self._head.height() - 1, self.width(), 1)
            painter.fillRect(line, self._theme.color("err"))
        draw_panel(painter, QRectF(self.rect()), None, self._theme.color("err"), radius=radius)
