"""Why a model said what it said: its text with the words marked that moved the answer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from engine.protocol.explanations import INTEGRATED_GRADIENTS, OCCLUSION, AnswerExplained
from engine.protocol.problems import Problem
from gui.look.theme import Theme
from gui.widgets.cards import Panel
from gui.widgets.choice_button import ChoiceButton
from gui.widgets.labels import label
from gui.widgets.segmented import Segmented
from gui.widgets.word_highlights import SidesLegend, WordHighlights
from gui.widgets.word_marks import sides_of

_METHODS = (
    "Hide words: each word is left out once, and the answer measured again. "
    "Gradients: integrated gradients add up what each word gives on the way from a blank text to this one."
)
_SHOWN = 40
"""Characters up to which an answer stands in the title."""
_SIDE_BY_SIDE = 2
"""Models whose names have room beside each other in a narrow window."""


class WhyCard(Panel):
    """The card below the answers.

    Attributes:
        highlights: The text with its marks.
        second: The second text, where there is one.
    """

    model_chosen = Signal(int)
    """The place among the cards of the model that is asked why."""
    method_chosen = Signal(str)
    """How it is to be measured."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts without an answer."""
        super().__init__(theme, parent=parent)
        self.setObjectName("why_card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._title = label(theme, "Why it said that", "bodyStrong")
        self._choice: Segmented | ChoiceButton | None = None
        self._chosen, self._narrow = 0, False
        self._names: tuple[str, ...] = ()
        options = [(OCCLUSION, "Hide words"), (INTEGRATED_GRADIENTS, "Gradients")]
        self.methods = Segmented(theme, options)
        self.methods.setObjectName("why_method")
        self.methods.setAccessibleName("How it is measured")
        self.methods.setToolTip(_METHODS)
        self.methods.chosen.connect(self.method_chosen)
        self.legend = SidesLegend(theme)
        self.second = WordHighlights(theme, "lead")
        self.highlights = WordHighlights(theme, "lead")
        self._note = label(theme, "", "caption", "text3", wrap=True)
        self._note.setObjectName("why_note")
        self._head = QHBoxLayout()
        self._head.addWidget(self._title)
        self._head.addStretch(1)
        self._head.addWidget(self.legend)
        self._head.addWidget(self.methods)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        for widget in (self.second, self.highlights, self._note):
            self._column.addWidget(widget)
        self.second.hide()
        self._measure()
        theme.changed.connect(self._measure)

    @property
    def title(self) -> str:
        """Returns the words at the top."""
        return self._title.text()

    @property
    def note(self) -> str:
        """Returns how it was measured, or why it was not."""
        return self._note.text()

    def set_models(self, names: Sequence[str], chosen: int) -> None:
        """Offers the models of the cards.

        Args:
            names: What they are called.
            chosen: Place of the one that is asked why.
        """
        self._chosen = chosen
        if tuple(names) != self._names:
            self._names = tuple(names)
            self._make_choice()
        if self._choice is not None and 0 <= chosen < len(names):
            self._choice.set_current(str(chosen))

    def _make_choice(self) -> None:
        """Offers the models side by side; many of them behind one button in a narrow window."""
        if self._choice is not None:
            self._head.removeWidget(self._choice)
            self._choice.hide()
            self._choice.deleteLater()
            self._choice = None
        if len(self._names) < 2:
            return
        options = [(str(place), name) for place, name in enumerate(self._names)]
        if self._narrow and len(options) > _SIDE_BY_SIDE:
            self._choice = ChoiceButton(self._theme, "Which model", options)
        else:
            self._choice = Segmented(self._theme, options)
            self._choice.setAccessibleName("Which model")
        self._choice.setObjectName("why_model")
        self._choice.chosen.connect(self._choose)
        self._head.insertWidget(1, self._choice)
        self.methods.raise_()  # Tab comes to it after the models
        if 0 <= self._chosen < len(options):
            self._choice.set_current(str(self._chosen))

    def _choose(self, place: str) -> None:
        self._chosen = int(place)
        self.model_chosen.emit(self._chosen)

    def show_explained(self, found: AnswerExplained, classes: Sequence[str], *, second_first: bool) -> None:
        """Shows what moved an answer.

        Args:
            found: That.
            classes: All classes, in the order of their marks.
            second_first: Whether the second text is read before the first.
        """
        said = found.prediction.said
        self._say_title(found.target if found.against else said)
        if found.against and found.target not in (said, *said.split(", ")):
            self._title.setText(f"What moved it towards {found.target}")  # of no label, or of a score
        self.legend.show_sides(sides_of(found, classes))
        self.legend.show()
        has_second = bool(found.prediction.second)
        self.second.setVisible(has_second)
        self._column.removeWidget(self.second)
        self._column.insertWidget(1 if second_first else 2, self.second)
        self.highlights.show_explained(found, classes)
        if has_second:
            self.second.show_explained(found, classes, second=True)
        self.highlights.show()
        self._note.setText(found.note)

    def show_waiting(self, said: str, words: str) -> None:
        """Says what is being measured; the old marks go, for they are of another text.

        Args:
            said: The answer; empty where there is none yet.
            words: What is being done.
        """
        self._say_title(said)
        self.legend.hide()
        self._note.setText(words)

    def show_no_answer(self, name: str) -> None:
        """Says that there is nothing to explain.

        Args:
            name: The model that could not answer; empty while it has not done so yet.
        """
        self._say_title("")
        self.legend.hide()
        self.show_text("")
        self._note.setText(f"{name} gave no answer to this text." if name else "")

    def show_text(self, text: str) -> None:
        """Shows the text without marks."""
        self.second.hide()
        self.highlights.show_text(text)
        self.highlights.setVisible(bool(text))

    def show_problem(self, said: str, problem: Problem) -> None:
        """Says why it cannot be measured."""
        self._say_title(said)
        self.legend.hide()
        self._note.setText(f"{problem.title}. {problem.reason} {problem.fix}")

    def set_compact(self, compact: bool, *, narrow: bool = False) -> None:
        """Takes less height, in a low window; the legend goes in a narrow one."""
        px = self._theme.px
        edge = px(12 if compact else 16)
        self._column.setContentsMargins(edge, px(10 if compact else 14), edge, px(10 if compact else 14))
        self._column.setSpacing(px(4 if compact else 8))
        self.legend.setMaximumWidth(px(0 if narrow else 10_000))
        if narrow != self._narrow:
            self._narrow = narrow
            self._make_choice()

    def _say_title(self, said: str) -> None:
        words = " ".join(said.split())
        if " " in words or not any(map(str.isalnum, words)):  # it would look like the sentence's own
            words = f'"{words}"' if words else ""
        self._title.setText(f"Why it said {words}" if 0 < len(words) <= _SHOWN else "Why it said that")

    def _measure(self) -> None:
        self._head.setSpacing(self._theme.px(12))
        self.set_compact(compact=False, narrow=self._narrow)
