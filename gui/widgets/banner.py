"""Banners: what happened, why, and what to do next, in the page and never in a box before it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from engine.protocol.problems import Action, Problem, Severity
from gui.look.theme import Theme
from gui.widgets.buttons import Button, icon_button
from gui.widgets.cards import Panel
from gui.widgets.icon_label import IconLabel
from gui.widgets.labels import ThemedLabel

_ICONS = {"ok": "check", "warn": "alert", "err": "alert", "info": "info"}
_COPY = "copy_details"
"""Id of the action that the banner does itself."""
_SEVERITIES = {Severity.ERROR: "err", Severity.WARNING: "warn", Severity.NOTE: "info"}


class Banner(Panel):
    """A tinted strip with a title, a reason and the ways to go on. Hidden while there is nothing to say.

    Args:
        theme: Where colours and lengths come from.
        dismissable: Whether it can be closed with a cross.
        parent: Owner.
    """

    action_chosen = Signal(object)
    """The person pressed one of the actions; carries the ``Action``."""

    dismissed = Signal()
    """The person closed it."""

    shown_changed = Signal()
    """It appeared or went away."""

    def __init__(self, theme: Theme, *, dismissable: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent=parent)
        self._status = "info"
        self._problem: Problem | None = None
        self._dismissable = dismissable
        self._icon = IconLabel(theme, "info", "text2", 20)
        self._title = ThemedLabel(theme, "", "bodyStrong", wrap=True)
        self._reason = ThemedLabel(theme, "", "body", "text2", wrap=True)
        self._title_text, self._reason_text = "", ""
        self._tight = False
        self._close = icon_button(theme, "x", "Close", size="small")
        self._close.setObjectName("close_banner")
        self._close.clicked.connect(self._dismiss)
        self._copy = Button(theme, "Copy details", "quiet", "copy", size="small")
        self._copy.setObjectName("copy_banner_details")
        self._copy.clicked.connect(lambda: self._copy_details(self._copy))
        self._lines: list[QWidget] = []
        self._build()
        self._measure()
        theme.changed.connect(self._measure)
        self.hide()

    def _build(self) -> None:
        top = Qt.AlignmentFlag.AlignTop
        self._actions = QVBoxLayout()
        self._words = QVBoxLayout()
        self._words.addWidget(self._title)
        self._words.addWidget(self._reason)
        self._words.addLayout(self._actions)
        self._words.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon, 0, top)
        self._row.addLayout(self._words, 1)
        self._row.addWidget(self._copy, 0, top)
        self._row.addWidget(self._close, 0, top)

    @property
    def problem(self) -> Problem | None:
        """Returns the problem that is shown, if one is."""
        return self._problem

    def show_problem(self, problem: Problem) -> None:
        """Shows what happened, why, what is safe, the next step, and the ways to go on.

        One that is shown already stays as it is: the person may be about to press one of its buttons.
        """
        if problem == self._problem and not self.isHidden():
            return
        self._problem = problem
        safe = f" **{problem.safe}**" if problem.safe else ""
        is_said = any(problem.fix.rstrip(".") == action.label for action in problem.actions)
        fix = f" {problem.fix}" if problem.fix and not is_said else ""
        self._show(_SEVERITIES[problem.severity], problem.title, problem.reason + safe + fix, problem.actions)
        is_action = any(action.id == _COPY for action in problem.actions)
        self._copy.setVisible(bool(problem.details) and not is_action)

    def show_message(self, status: str, title: str, text: str = "", actions: Sequence[Action] = ()) -> None:
        """Shows something that is no problem, e.g. that a run finished.

        Args:
            status: ``"ok"``, ``"warn"``, ``"err"`` or ``"info"``.
            title: What happened.
            text: More about it.
            actions: Buttons, the suggested one first.
        """
        self._problem = None
        self._show(status, title, text, actions)
        self._copy.hide()

    def clear(self) -> None:
        """Hides it."""
        self._problem = None
        self.hide()
        self.shown_changed.emit()

    def title_text(self) -> str:
        """Returns the title that is shown."""
        return self._title_text

    def set_tight(self, tight: bool) -> None:
        """Puts the title before the reason instead of above it, for a low window."""
        self._tight = tight
        self._show_words()
        self._measure()

    def _show_words(self) -> None:
        joined = self._tight and bool(self._reason_text)
        self._title.setText(self._title_text)
        self._title.setVisible(not joined)
        self._reason.setText(f"**{self._title_text}.** {self._reason_text}" if joined else self._reason_text)
        self._reason.setVisible(bool(self._reason_text))

    def _show(self, status: str, title: str, text: str, actions: Sequence[Action]) -> None:
        self._status = status
        self._title_text, self._reason_text = title, text
        self._show_words()
        for line in self._lines:
            self._actions.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = [self._action_line(action, first=number == 0) for number, action in enumerate(actions)]
        for line in self._lines:
            self._actions.addWidget(line)
        if len(actions) > 1 and not any(action.note for action in actions[-2:]):
            self._put_beside(*self._lines[-2:])
        self._close.setVisible(self._dismissable)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text.replace("**", ""))
        self._measure()
        self.show()
        self.shown_changed.emit()

    def _action_line(self, action: Action, *, first: bool) -> QWidget:
        """Returns a button with what it costs beside it."""
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._theme.px(10))
        urgent = self._status in ("err", "warn")
        button = Button(
            self._theme, action.label, "repair" if first and urgent else "secondary", size="small"
        )
        button.setObjectName(f"action_{action.id}")
        button.clicked.connect(lambda: self.action_chosen.emit(action))
        if action.id == _COPY:
            button.clicked.connect(lambda: self._copy_details(button))
        row.addWidget(button)
        row.addWidget(ThemedLabel(self._theme, action.note, "small", "text2", wrap=True), 1)
        return line

    def _put_beside(self, first: QWidget, second: QWidget) -> None:
        """Puts the second of two buttons behind the first, where neither costs anything to be told."""
        row = first.layout()
        button = second.findChild(Button)
        if isinstance(row, QHBoxLayout) and button is not None:
            row.insertWidget(1, button)
            second.hide()

    def _dismiss(self) -> None:
        self.clear()
        self.dismissed.emit()

    def _copy_details(self, button: Button) -> None:
        if self._problem is not None:
            QApplication.clipboard().setText(self._problem.details)
            button.setText("Copied")

    def _measure(self) -> None:
        px = self._theme.px
        tint, tone = ("surface", "text2") if self._status == "info" else (f"{self._status}Tint", self._status)
        self.set_look(fill=tint, edge="border" if self._status == "info" else tone)
        self._icon.set_icon(_ICONS[self._status], tone)
        high = px(8 if self._tight else 12)
        self._row.setContentsMargins(px(16), high, px(16), high)
        self._row.setSpacing(px(12))
        self._words.setSpacing(px(2))
        self._actions.setSpacing(px(6))
        self._actions.setContentsMargins(0, px(8) if self._lines else 0, 0, 0)
        self._copy.setText("Copy details")
