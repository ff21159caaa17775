"""One model of a trial: what it is, what it says, how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.protocol.problems import Problem
from engine.protocol.results import Prediction
from gui.look.theme import Theme
from gui.widgets.buttons import icon_button
from gui.widgets.cards import Panel
from gui.widgets.certainty_bars import CertaintyBars
from gui.widgets.clamped_text import ClampedText
from gui.widgets.labels import label
from gui.widgets.layer_map_view import StackView
from gui.widgets.marked_text import MarkedText
from gui.widgets.method_thumbnail import MethodThumbnail
from gui.widgets.run_marker import RunMarker
from gui.widgets.said_line import SaidLine
from gui.widgets.score_scale import ScoreScale
from gui.widgets.toggle import Toggle

OLD_ANSWER = 0.55
"""Opacity of an answer while a newer one is to come."""
_BEGINNING = 40
"""Characters of another likely answer."""
_INSERTS = "Inserts"
_LONG = 24
"""Characters from which an answer is no longer one word in large letters."""


@dataclass(frozen=True)
class ModelWords:
    """What stands at the head of a card.

    Attributes:
        name: Of the model.
        caption: E.g. ``"0.33 % trainable, F1 0.968"``.
        color_number: Of the run.
        view: Its layers; ``None`` where they are not known.
        is_base: Whether it is the base model, which no run has changed.
        scores: The lowest and the highest score that there is; ``None`` where answers are no scores.
        writes: Whether answers are written word by word: short and long ones look alike then.
    """

    name: str
    caption: str
    color_number: int
    view: StackView | None = None
    is_base: bool = False
    scores: tuple[float, float] | None = None
    writes: bool = False


class AnswerCard(Panel):
    """A card among others; it takes its share of the width."""

    removed = Signal()
    """The person does not want this model's answers any more."""
    inserts_switched = Signal(bool)
    """The small parts that the method put in are wanted on or off."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts without an answer."""
        super().__init__(theme, parent=parent)
        self.setObjectName("answer_card")
        self._words, self._tight = ModelWords("", "", 1), False
        self._picture = MethodThumbnail(theme, height=36)
        self._marker = RunMarker(theme)
        self._name = label(theme, "", "bodyStrong", elide=True)
        self._caption = label(theme, "", "caption", "text3", elide=True)
        self._remove = icon_button(theme, "x", "Take this model away", size="small")
        self._remove.setObjectName("remove_model")
        self._remove.clicked.connect(self.removed)
        self.inserts = Toggle(theme, _INSERTS)
        self.inserts.setObjectName("switch_inserts")
        self.inserts.setAccessibleName("Small parts that the method put in")
        self.inserts.setToolTip("Switch off what the method put in, and see what it does")
        self.inserts.setChecked(True)
        self.inserts.toggled.connect(self.inserts_switched)
        self.inserts.hide()
        self._said = SaidLine(theme)
        self._text = ClampedText(theme, "", lines=4, role="lead", breaks=True)
        self._marked = MarkedText(theme, "", lines=4)
        self._bars = CertaintyBars(theme)
        self._scale = ScoreScale(theme)
        self._others = label(theme, "", "small", "text2", wrap=True)
        self._note = label(theme, "", "small", "warn", wrap=True)
        self._note.setObjectName("answer_note")
        self._why_not = label(theme, "", "small", "text2", wrap=True)
        self._body = QWidget()
        self._fade = QGraphicsOpacityEffect(self._body)
        self._fade.setEnabled(False)
        self._body.setGraphicsEffect(self._fade)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._lay_out()
        self._measure()
        theme.changed.connect(self._measure)
        self.show_nothing()

    def _lay_out(self) -> None:
        name = QHBoxLayout()
        name.setSpacing(self._theme.px(8))
        name.addWidget(self._marker)
        name.addWidget(self._name, 1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addLayout(name)
        self._below_name = QHBoxLayout()
        self._below_name.addWidget(self._caption, 1)
        words.addLayout(self._below_name)
        self._head = QHBoxLayout()
        self._head.addWidget(self._picture)
        self._head.addLayout(words, 1)
        self._head.addWidget(self.inserts)
        self._head.addWidget(self._remove)
        self._inside = QVBoxLayout(self._body)
        self._inside.setContentsMargins(0, 0, 0, 0)
        for widget in (
            self._said,
            self._text,
            self._marked,
            self._bars,
            self._scale,
            self._others,
            self._note,
            self._why_not,
        ):
            self._inside.addWidget(widget)
        self._inside.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(self._body, 1)

    # --- what is shown ----------------------------------------------------------------------------

    @property
    def said(self) -> str:
        """Returns the large words."""
        return self._said.said

    @property
    def sure(self) -> str:
        """Returns how sure the answer is, in words."""
        return self._said.sure

    @property
    def bars(self) -> CertaintyBars:
        """Returns the bars."""
        return self._bars

    @property
    def written(self) -> str:
        """Returns an answer that is a text; empty where it is none."""
        return "" if self._text.isHidden() else self._text.text

    @property
    def others(self) -> str:
        """Returns what else was likely, or what was marked as what."""
        return self._others.text()

    @property
    def note(self) -> str:
        """Returns what a person has to know about the answer, or why there is none."""
        return self._note.text() or self._why_not.text()

    @property
    def is_old(self) -> bool:
        """Whether a newer answer is to come."""
        return self._fade.isEnabled()

    def set_model(self, words: ModelWords, *, has_inserts: bool, can_go: bool) -> None:
        """Shows which model it is.

        Args:
            words: Its name and more.
            has_inserts: Whether there are small parts to be switched off.
            can_go: Whether it can be taken away.
        """
        self._words = words
        self._name.setText(words.name)
        self._caption.setText(words.caption)
        self._marker.setVisible(not words.is_base)
        self._marker.set_number(words.color_number)
        self._picture.set_view(words.view)
        self._picture.setVisible(words.view is not None and not self._tight)
        self._remove.setVisible(can_go)
        self._remove.setAccessibleName(f"Take {words.name} away")
        self.inserts.setVisible(has_inserts)
        self.setAccessibleName(words.name)

    def set_inserts(self, *, on: bool) -> None:
        """Shows whether what the method put in is on."""
        self.inserts.blockSignals(True)
        self.inserts.setChecked(on)
        self.inserts.blockSignals(False)

    def set_old(self, old: bool) -> None:
        """Keeps the answer as an old one while a newer one is to come."""
        self._fade.setOpacity(OLD_ANSWER)
        self._fade.setEnabled(old)

    def show_nothing(self) -> None:
        """Shows no answer: nothing was typed."""
        self._show(said="", sure="")

    def show_problem(self, problem: Problem) -> None:
        """Shows why there is no answer."""
        self._show(said="–", sure="")
        self._why_not.setText(f"**{problem.title}.** {problem.reason} {problem.fix}")
        self._why_not.show()

    def show_answer(self, answer: Prediction, sure: str, classes: Sequence[str]) -> None:
        """Shows an answer in the way of its kind.

        Args:
            answer: What was said.
            sure: How sure that is, in words.
            classes: All classes, in the order of their marks.
        """
        number = 0 if self._words.is_base else self._words.color_number
        is_long = len(answer.said) > _LONG or "\n" in answer.said or any(span.label for span in answer.spans)
        is_long = is_long or bool(answer.said and self._words.writes)
        self._show(said="" if is_long and not answer.probabilities else answer.said or "–", sure=sure)
        if answer.probabilities:
            said = _said_of(answer)
            self._bars.set_values(answer.probabilities, said, max(1, number))
            self._bars.show()
            if answer.alternatives_to:
                self._others.setText(f"The bars are for {answer.alternatives_to}.")
                self._others.show()
        elif self._scale.set_score(answer.said, answer.truth, self._words.scores, number):
            self._scale.show()
        if answer.spans and not answer.probabilities:
            self._marked.set_text(answer.text)
            self._marked.set_spans(answer.spans, classes)
            self._marked.show()
            has_labels = any(span.label for span in answer.spans)
            self._others.setText(answer.said if has_labels else "")
            self._others.setVisible(has_labels)
        elif is_long and not answer.probabilities:
            self._text.set_text(answer.said)
            self._text.show()
        if answer.alternatives and not answer.probabilities:
            of = f"For {answer.alternatives_to} also" if answer.alternatives_to else "Also"
            self._others.setText(f"{of} likely: {' · '.join(map(_beginning, answer.alternatives[:4]))}")
            self._others.show()
        self._note.setText(answer.note)
        self._note.setVisible(bool(answer.note))

    def _show(self, *, said: str, sure: str) -> None:
        self._said.set_words(said, sure)
        self.setAccessibleDescription(", ".join(part for part in (said, sure) if part))
        self._said.setVisible(bool(said or sure))
        self._bars.set_values({}, (), 1)
        below = (self._others, self._note, self._why_not)
        for words in below:
            words.setText("")
        for widget in (self._text, self._marked, self._bars, self._scale, *below):
            widget.hide()

    def set_compact(self, compact: bool, *, narrow: bool = False, tight: bool = False) -> None:
        """Takes less height, in a low window; of its switch only the sign stays in a narrow one.

        Args:
            compact: Whether the window is low.
            narrow: Whether there is little room beside the name.
            tight: Whether there is next to none, as beside three others: runs of one name are told apart by
                its end, which goes before the picture then.
        """
        self._tight = tight
        self._picture.setVisible(self._words.view is not None and not tight)
        for line in (self._head, self._below_name):
            line.removeWidget(self.inserts)
        if tight:
            self._below_name.addWidget(self.inserts)
        else:
            self._head.insertWidget(2, self.inserts)
        self.inserts.setText("" if narrow else _INSERTS)
        self.inserts.updateGeometry()
        self._said.set_role("title" if compact else "hero")
        self._body.setMinimumHeight(self._theme.px(76 if compact else 104))  # the page stays while one types
        self._bars.set_low(compact)
        edge = self._theme.px(12 if compact else 16)
        self._column.setContentsMargins(edge, self._theme.px(12), edge, edge)
        self._column.setSpacing(self._theme.px(6 if compact else 12))

    def _measure(self) -> None:
        px = self._theme.px
        self._head.setSpacing(px(10))
        self._below_name.setSpacing(px(6))
        self._inside.setSpacing(px(8))
        self._column.setContentsMargins(px(16), px(12), px(16), px(16))
        self._column.setSpacing(px(12))


def _beginning(words: str) -> str:
    return words if len(words) <= _BEGINNING else f"{words[:_BEGINNING].rstrip()}…"


def _said_of(answer: Prediction) -> set[str]:
    """Returns the classes that were said: one, or each that is likelier than not."""
    if answer.said in answer.probabilities:
        return {answer.said}
    if sum(answer.probabilities.values()) > 1.001 or answer.alternatives == ():
        return {name for name, share in answer.probabilities.items() if share >= 0.5}
    return {max(answer.probabilities, key=lambda name: answer.probabilities[name])}
