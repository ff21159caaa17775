"""*I have 12 minutes*: asks for a run that ends in time, and says what was cut of it."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.labels import ThemedLabel
from gui.widgets.number_field import NumberField

_USUAL = 12
_MOST = 10_000


class Plan(Protocol):
    """What cuts a run, and says so."""

    @property
    def changed(self) -> SignalInstance:
        """Told when it says something else."""

    @property
    def words(self) -> str:
        """What was cut; empty for nothing."""

    @property
    def waits(self) -> bool:
        """Whether an answer is waited for."""

    @property
    def can_undo(self) -> bool:
        """Whether something was cut that can come back."""

    def ask(self, minutes: int) -> None:
        """Asks what fits."""

    def undo(self) -> None:
        """Takes back what was cut."""


class TimePlanner(QWidget):
    """A number of minutes, a button, and a sentence about what fits.

    Args:
        theme: Colours, fonts, lengths.
        parent: Owner.

    Attributes:
        minutes: The number.
        fit: The button that asks.
        undo: The button that takes the cut back; hidden where there is none.
        said: What was cut.
    """

    plan_requested = Signal(int)
    """The person has so many minutes."""

    undo_requested = Signal()
    """What was cut shall come back."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("time_planner")
        self.minutes = NumberField(theme, 1, _MOST, parent=self)
        self.minutes.setObjectName("time_planner_minutes")
        self.minutes.setAccessibleName("Minutes that I have")
        self.minutes.setValue(_USUAL)
        self.fit = Button(theme, "Fit", "secondary", size="small")
        self.fit.setObjectName("time_planner_fit")
        self.fit.setToolTip(
            "Cut rows, long texts and epochs until training ends in time, of all folds together"
        )
        self.fit.setAccessibleName("Fit the run into that time")
        self.undo = Button(theme, "Undo", "link", size="small")
        self.undo.setObjectName("time_planner_undo")
        self.undo.setAccessibleName("Undo the cut")
        self.said = ThemedLabel(theme, "", "small", "text2", wrap=True)
        self.said.setObjectName("time_planner_said")
        self.fit.clicked.connect(self._ask)
        self.undo.clicked.connect(self.undo_requested)
        line = QHBoxLayout()
        line.addWidget(ThemedLabel(theme, "I have", "small", "text2"))
        line.addWidget(self.minutes)
        line.addWidget(ThemedLabel(theme, "minutes", "small", "text2"))
        line.addStretch(1)
        line.addWidget(self.undo)
        line.addWidget(self.fit)
        self._line = line
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(line)
        self._column.addWidget(self.said)
        self.say("")
        self._space()
        theme.changed.connect(self._space)

    def follow(self, plan: Plan) -> None:
        """Asks a plan of a project, and shows what it says.

        Args:
            plan: Cuts the project's run.
        """
        self.plan_requested.connect(plan.ask)
        self.undo_requested.connect(plan.undo)

        def show() -> None:
            self.say(plan.words, can_undo=plan.can_undo)
            self.set_waiting(plan.waits)

        plan.changed.connect(show)

    def say(self, words: str, *, can_undo: bool = False) -> None:
        """Says what was cut, or why nothing could be.

        Args:
            words: A sentence or two; empty for nothing.
            can_undo: Whether something was cut that can come back.
        """
        self.said.setText(words)
        self.said.setVisible(bool(words))
        self.undo.setVisible(can_undo)

    def set_waiting(self, waits: bool) -> None:
        """Shows whether an answer is being waited for; meanwhile nothing else can be asked."""
        self.fit.setEnabled(not waits)
        self.fit.setText("Looking …" if waits else "Fit")

    def _ask(self) -> None:
        self.plan_requested.emit(self.minutes.value())

    def _space(self) -> None:
        px = self._theme.px
        self._line.setSpacing(px(8))
        self._column.setSpacing(px(6))
        self.minutes.setFixedWidth(px(76))
