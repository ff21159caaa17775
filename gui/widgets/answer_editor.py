"""The popover in which the right answer of a row is given anew, with the field that its form needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, QRect, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.protocol.problems import Problem
from engine.protocol.right_answers import (
    AnswerForm,
    MarkedWords,
    PassageAnswer,
    RowAnswer,
    Score,
    SeveralLabels,
    WrittenText,
)
from gui.look.texts import thousands
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.fact_line import FactLine
from gui.widgets.labels import label
from gui.widgets.mend_field import MendField
from gui.widgets.mend_labels import MendLabels
from gui.widgets.mend_passage import MendPassage
from gui.widgets.mend_score import MendScore
from gui.widgets.mend_text import MendText
from gui.widgets.mend_words import MendWords
from gui.widgets.popover import Popover

_FIELDS: dict[type, Callable[..., MendField]] = {
    WrittenText: MendText,
    Score: MendScore,
    SeveralLabels: MendLabels,
    PassageAnswer: MendPassage,
    MarkedWords: MendWords,
}
"""Form → the field in which such an answer is given."""

HOLDS = "Holds from the next run on; your file stays as it is, and the step can be undone."


def has_editor(form: AnswerForm | None) -> bool:
    """Returns whether answers of a form are given in a popover; a single label is chosen from a menu."""
    return type(form) in _FIELDS


class AnswerEditor(Popover):
    """Asks for another right answer; Escape or a click elsewhere leaves all as it is.

    Signals:
        answer_given: The row, and the :class:`GivenAnswer`; whoever takes it closes the popover, or says by
            :meth:`show_problem` why it cannot be.
    """

    answer_given = Signal(int, object)

    def __init__(
        self,
        theme: Theme,
        form: AnswerForm,
        answer: RowAnswer,
        column: str,
        parent: QWidget | None = None,
    ) -> None:
        """Shows the answer as it stands.

        Args:
            theme: Colours and fonts.
            form: For which :func:`has_editor` holds.
            answer: As it stands.
            column: Where.
            parent: Owner.
        """
        super().__init__(theme, parent)
        self._row = answer.row
        self.setObjectName("answer_editor")
        title = f"Row {thousands(answer.row)}, {column}"
        self.setAccessibleName(f"Right answer of {title}")
        make: Any = _FIELDS[type(form)]
        self.field: MendField = make(theme, form, answer)
        is_blank = answer.asked is None and not answer.cell.strip()
        self._before = None if is_blank else self.field.given()  # that none is right would be news, too
        self._said = FactLine(theme, wrap=True)
        self._said.setObjectName("answer_refused")
        self._use = Button(theme, "Use this answer", "primary", size="small")
        self._use.setObjectName("use_answer")
        self._use.setToolTip(f"{HOLDS} (Ctrl Enter)")
        self._use.setShortcut(QKeySequence("Ctrl+Return"))
        self._use.clicked.connect(self._give)
        self.field.edited.connect(self._show_state)
        self.field.finished.connect(self._use.click)
        self._lay_out(title)
        self._show_state()

    def _lay_out(self, title: str) -> None:
        theme, px = self._theme, self._theme.px
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(label(theme, title, "bodyStrong", elide=True), 1)
        if self.field.hint:
            head.addWidget(label(theme, self.field.hint, "small", "text3"))
        foot.setSpacing(px(12))
        foot.addWidget(label(theme, HOLDS, "caption", "text3", wrap=True), 1)
        foot.addWidget(self._use)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(12), px(16), px(12))
        column.setSpacing(px(8))
        column.addLayout(head)
        column.addWidget(self.field, 1)
        column.addWidget(self._said)
        column.addLayout(foot)
        self.setFixedWidth(px(620))

    @property
    def row(self) -> int:
        """Returns the row whose answer it is."""
        return self._row

    def _show_state(self) -> None:
        given, reason = self.field.given(), self.field.why_not()
        self._use.setEnabled(given is not None and given != self._before)
        self._use.set_busy(False)
        self._said.setVisible(bool(reason))
        self._said.set_fact("warn", "alert", reason)

    def _give(self) -> None:
        given = self.field.given()
        if given is not None and self._use.isEnabled():
            self._use.set_busy(True)
            self.answer_given.emit(self._row, given)

    def show_problem(self, problem: Problem) -> None:
        """Says why the answer cannot be what was given."""
        self._show_state()
        self._said.set_fact("err", "alert", f"{problem.title}. {problem.fix}")
        self._said.show()

    def open_over(self, owner: QWidget) -> None:
        """Shows the popover in the middle of a window, as high as its field likes and the window allows."""
        window, px = owner.window(), self._theme.px
        self.ensurePolished()
        layout = self.layout()
        height = layout.totalHeightForWidth(self.width()) if layout is not None else 0
        height = max(height, self.sizeHint().height())
        place = QRect(0, 0, self.width(), min(height + px(4), window.height() - px(40)))
        place.moveCenter(QPoint(window.width() // 2, window.height() // 2))
        place.moveTopLeft(window.mapToGlobal(place.topLeft()))
        self.setGeometry(place)
        self.show()
        self.field.start()
