"""A field for a score, within the range that the column has."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QVBoxLayout, QWidget

from engine.protocol.right_answers import GivenAnswer, RowAnswer, Score
from gui.look.theme import Theme
from gui.widgets.labels import label
from gui.widgets.mend_field import MendField

_STEPS = 20
"""Steps of the arrows, from the lowest score to the highest, at most."""


class MendScore(MendField):
    """The beginning of the text, and the number that it is to have."""

    def __init__(self, theme: Theme, form: Score, answer: RowAnswer, parent: QWidget | None = None) -> None:
        """Shows the score as it stands."""
        super().__init__(theme, parent)
        self._number = QDoubleSpinBox(self)
        self._number.setObjectName("right_score")
        self._number.setAccessibleName("The right score")
        self._number.setLocale(QLocale.c())
        self._number.setDecimals(form.decimals)
        self._number.setRange(form.low, form.high)
        self._number.setSingleStep(_step(form))
        self._number.setValue(float(answer.answer.text or form.low))
        self._number.setMinimumWidth(theme.px(120))
        self._number.lineEdit().setTextMargins(theme.px(8), 0, 0, 0)
        self._number.valueChanged.connect(self.edited)
        self._number.lineEdit().returnPressed.connect(self.finished)
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        self.show_read(column, answer)
        low, high = (f"{number:.{form.decimals}f}" for number in (form.low, form.high))
        row.addWidget(self._number)
        row.addWidget(label(theme, f"Scores in this column are from {low} to {high}.", "small", "text3"))
        row.addStretch(1)
        column.addLayout(row)

    def given(self) -> GivenAnswer | None:
        """Returns the number."""
        return GivenAnswer(text=f"{self._number.value():.{self._number.decimals()}f}")

    def start(self) -> None:
        """Takes the keyboard, with the number chosen."""
        self._number.setFocus(Qt.FocusReason.PopupFocusReason)
        self._number.selectAll()


def _step(form: Score) -> float:
    """Returns a round step of the arrows that is not finer than the numbers of the column."""
    finest = 10.0**-form.decimals
    step = finest
    while (form.high - form.low) / step > _STEPS * 10:
        step *= 10
    return step
