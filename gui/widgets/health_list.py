"""What deserves a look in a person's file: findings, worst first, each with its reason, rows and repair."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.protocol.problems import Action, Problem, Severity
from gui.look.texts import count
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.compared_texts import ComparedList
from gui.widgets.labels import label

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
_ICONS = {
    Severity.ERROR: ("alert", "err"),
    Severity.WARNING: ("alert", "warn"),
    Severity.NOTE: ("info", "text2"),
}
_SEVERITY_WORDS = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.NOTE: "Note"}
_GOOD_NEWS = {"all_rows_complete"}
"""Codes of findings that say what is in order; they come last, with a tick."""

_SETTLED = _GOOD_NEWS | {"repaired"}
"""Codes of findings that ask for nothing."""

_MOST_ROWS = 5


def worst_first(findings: Sequence[Problem]) -> list[Problem]:
    """Returns findings by severity, what is in order last; equals keep their order."""
    return sorted(findings, key=lambda finding: (finding.code in _GOOD_NEWS, _ORDER[finding.severity]))


def asks_what_answers_mean(finding: Problem) -> bool:
    """Returns whether a finding asks what the answers are: one label, several or a score."""
    return finding.setting == "label" and any(one.id == "set_settings" for one in finding.actions[:1])


def notes_words(findings: Sequence[Problem], *, in_the_way: bool = False) -> str:
    """Returns how many findings deserve a look, e.g. ``"2 notes"`` or ``"nothing to mend"``.

    Args:
        findings: What was found.
        in_the_way: Whether an error is told elsewhere, so that there is something to mend.
    """
    number = sum(finding.code not in _SETTLED for finding in findings)
    if not number:
        return "nothing else to mend" if in_the_way else "nothing to mend"
    return f"{number} {'note' if number == 1 else 'notes'}"


def rows_sentence(finding: Problem) -> str:
    """Returns the rows that a finding concerns, e.g. ``"Rows 3, 18 and 40 more"``; empty for none."""
    if not finding.rows:
        return ""
    shown = [f"{row:,}" for row in finding.rows[:_MOST_ROWS]]
    more = max(finding.row_count, len(finding.rows)) - len(shown)
    if more > 0:
        return f"Rows {', '.join(shown)} and {more:,} more"
    if len(shown) == 1:
        return f"Row {shown[0]}"
    return f"Rows {', '.join(shown[:-1])} and {shown[-1]}"


def _within_reach(finding: Problem, rows: Collection[int]) -> Problem:
    """Leaves the button away that would show rows which are not at hand."""
    if any(row in rows for row in finding.rows):
        return finding
    kept = tuple(action for action in finding.actions if action.id != "show_data")
    return msgspec.structs.replace(finding, actions=kept)


def _is_repair(action: Action, finding: Problem) -> bool:
    """Whether a button mends what was found, rather than giving the file up."""
    return action.id != "choose_file" or finding.severity is Severity.ERROR


class HealthRow(QWidget):
    """One finding.

    Attributes:
        finding: What was found.
        button: Its repair; ``None`` where there is none.

    Signals:
        action_chosen: The :class:`Action` of the button that was pressed.
    """

    action_chosen = Signal(object)

    def __init__(
        self, theme: Theme, finding: Problem, icon: str, token: str, parent: QWidget | None = None
    ) -> None:
        """Shows a finding.

        Args:
            theme: Colours, fonts and icons.
            finding: What was found.
            icon: Name of its icon.
            token: Colour of the icon.
            parent: The list.
        """
        super().__init__(parent)
        self._theme = theme
        self._icon, self._token = icon, token
        self.finding = finding
        self.button: Button | None = None
        px = theme.px
        self.setObjectName(f"finding_{finding.code}")
        self.setAccessibleName(f"{finding.title} {finding.reason}")
        self._picture = QLabel(self)
        self._picture.setAccessibleName(_SEVERITY_WORDS[finding.severity] if token != "ok" else "In order")
        words = QVBoxLayout()
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(px(2))
        if finding.reason:
            words.addWidget(self._line(finding.reason, "small", "text2"))
        rows = rows_sentence(finding)
        if rows:
            words.addWidget(self._rows(rows, finding))
        if finding.compared:
            words.addWidget(self._compare(finding))
        # A file that can be gone on with needs no other one; the words say what can be done about it.
        repair = next((action for action in finding.actions[:1] if _is_repair(action, finding)), None)
        if finding.severity is Severity.NOTE:
            self.setToolTip(finding.fix)
        elif finding.fix and repair is None:
            words.addWidget(self._line(finding.fix, "small", "text2"))
        head = QHBoxLayout()
        head.setSpacing(px(10))
        title = self._line(finding.title, "bodyStrong", "text")
        head.addWidget(title, 1, Qt.AlignmentFlag.AlignTop)
        if repair is not None:
            for part in (title, self._picture):  # in the middle of the button's height
                part.setContentsMargins(0, px(5), 0, 0)
            self.button = self._repair(repair)
            head.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        layout = QGridLayout(self)  # only the title gives room to the button: the words below it are long
        layout.setContentsMargins(0, px(12), 0, px(12))
        layout.setHorizontalSpacing(px(10))
        layout.setVerticalSpacing(px(2))
        layout.addWidget(self._picture, 0, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(head, 0, 1)
        layout.addLayout(words, 1, 1)
        layout.setColumnStretch(1, 1)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _line(self, text: str, role: str, token: str) -> QWidget:
        return label(self._theme, text, role, token, wrap=True)

    def _rows(self, words: str, finding: Problem) -> QWidget:
        """Returns the row numbers; a link to the rows where the button at the right does something else."""
        leads = next((action for action in finding.actions[1:] if action.id == "show_data"), None)
        if leads is None:
            numbers = self._line(words, "small", "text3")
            numbers.setToolTip(", ".join(f"{row:,}" for row in finding.rows))
            return numbers
        number = max(finding.row_count, len(finding.rows))
        button = Button(self._theme, f"Show {count('rows', number)}", "link")
        button.setObjectName("show_rows")
        button.setAccessibleName(f"{leads.label}: {words}")
        button.setToolTip(words)
        button.clicked.connect(lambda: self.action_chosen.emit(leads))
        return button

    def _compare(self, finding: Problem) -> QWidget:
        """Returns a link that shows texts beside each other."""
        button = Button(self._theme, "Side by side", "link")
        button.setObjectName("compare_texts")
        button.setAccessibleName(f"Side by side: {finding.title}")
        button.clicked.connect(
            lambda: ComparedList(self._theme, finding.title, finding.compared, self.window()).open_below(
                button
            )
        )
        return button

    def _repair(self, action: Action) -> Button:
        button = Button(self._theme, action.label, "secondary", size="small")
        button.setObjectName(f"repair_{action.id}")
        button.setAccessibleName(action.note.split(".")[0] if action.repair else action.label)
        if action.note:
            button.setToolTip(action.note)
        button.clicked.connect(lambda: self.action_chosen.emit(action))
        return button

    def _restyle(self) -> None:
        self._picture.setPixmap(self._theme.pixmap(self._icon, self._token, 18))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Paints the line above."""
        painter = QPainter(self)
        painter.setPen(QPen(self._theme.color("border"), 1))
        painter.drawLine(0, 0, self.width(), 0)


class HealthList(QWidget):
    """All findings of a file.

    Signals:
        action_chosen: The :class:`Action` of a repair, and the finding that it belongs to.
    """

    action_chosen = Signal(object, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._theme = theme
        self._rows: list[HealthRow] = []
        self._shown: list[tuple[Problem, Problem]] | None = None
        self.setObjectName("health_list")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addStretch(1)
        theme.changed.connect(self._forget_shown)
        self.set_findings(())

    @property
    def rows(self) -> list[HealthRow]:
        """The rows on screen, first on top."""
        return list(self._rows)

    def button_of(self, finding: Problem) -> Button | None:
        """Returns the button beside a finding; ``None`` where it is not listed or has none."""
        return next((row.button for row in self._rows if row.finding.code == finding.code), None)

    def _forget_shown(self) -> None:
        """Has rows made anew with the next findings: their lengths may be others now."""
        self._shown = None

    def set_findings(
        self,
        findings: Sequence[Problem],
        rows_in_reach: Collection[int] = (),
        *,
        in_the_way: bool = False,
    ) -> None:
        """Shows other findings; where they are the same, their rows and buttons stay as they are.

        Args:
            findings: In any order; the worst are put on top.
            rows_in_reach: Numbers of the file's rows that can be shown; *Show the rows* is offered only where
                one of a finding's rows is among them.
            in_the_way: Whether an error is told elsewhere.
        """
        self.setAccessibleName(f"Health check, {notes_words(findings, in_the_way=in_the_way)}")
        shown = [(finding, _within_reach(finding, rows_in_reach)) for finding in worst_first(findings)]
        if shown == self._shown:
            return
        self._shown = shown
        for row in self._rows:
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        for finding, within_reach in shown:
            icon = ("check", "ok") if finding.code in _GOOD_NEWS else _ICONS[finding.severity]
            row = HealthRow(self._theme, within_reach, *icon, self)
            row.action_chosen.connect(lambda action, about=finding: self.action_chosen.emit(action, about))
            self._layout.insertWidget(self._layout.count() - 1, row)
            self._rows.append(row)
