"""What happens before the first loss, step by step."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from engine.protocol.events import StageReached
from gui.look.texts import thousands
from gui.look.theme import Theme
from gui.widgets.cards import Card
from gui.widgets.step_list import Step, StepList


class PreparationCard(Card):
    """A list of the stages reached, each with its own count."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts with nothing reached."""
        super().__init__(theme, "Getting ready", "the curves follow", parent=parent)
        self.setObjectName("preparation_card")
        self._steps = StepList(theme)
        self._steps.setObjectName("preparation_steps")
        self.body.addWidget(self._steps)
        self.body.addStretch(1)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Returns what is shown."""
        return self._steps.steps

    def set_stages(self, stages: Sequence[StageReached], *, waits: bool) -> None:
        """Shows how far it is.

        Args:
            stages: Oldest first; the last one is under way.
            waits: Whether another run has to end first.
        """
        if waits:
            self._steps.set_steps([Step("Waiting for the run before it", "now")])
            return
        steps = [Step(stage.label, "done") for stage in stages[:-1]]
        steps += [Step(stage.label, "now", _count(stage)) for stage in stages[-1:]]
        self._steps.set_steps(steps or [Step("Starting", "now")])


def _count(stage: StageReached) -> str:
    """Returns how far a stage is, e.g. ``"1,200 of 3,618"``; empty where it does not count, or is through."""
    if 0 < stage.done < stage.total:
        return f"{thousands(stage.done)} of {thousands(stage.total)}"
    return ""
