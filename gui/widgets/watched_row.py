"""One text that is followed while training: what the model says to it now, and said before."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.protocol.events import WatchedAnswer, WatchedText
from engine.protocol.results import Span
from gui.look.texts import apart_words, probability_words
from gui.look.theme import Theme
from gui.widgets.cards import Divider
from gui.widgets.clamped_text import ClampedText
from gui.widgets.labels import ThemedLabel, label
from gui.widgets.marked_text import MarkedText
from gui.widgets.prediction_bars import PredictionBar
from gui.widgets.sparkline import Sparkline

_FILLERS = 3
"""How many of the likeliest answers are shown where there are several."""


class WatchedRow(QWidget):
    """The text, a bar with the tick of the decision, the curve over the epochs, right or wrong.

    With two classes the bar is the probability of the second one, so that every bar reads the same way.
    With more it is the probability of what was said, and the curve that of the truth.
    """

    def __init__(
        self,
        theme: Theme,
        watched: WatchedText,
        classes: Sequence[str],
        *,
        second_first: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """Shows the text; answers come with :meth:`set_answers`.

        Args:
            theme: Colours and fonts.
            watched: Text and truth.
            classes: Class names, in the order of the probabilities.
            second_first: Whether the second text is read before the first.
            parent: Owner.
        """
        super().__init__(parent)
        self._theme = theme
        self._watched = watched
        self._second_first = second_first
        self.text = MarkedText(theme, watched.text)
        self._classes = tuple(classes)
        self.bar = PredictionBar(theme)
        self.curve = Sparkline(theme, guide=0.5 if len(classes) == 2 else None)
        self._said = label(theme, "…", "bodyStrong")
        self._words = ClampedText(theme, "", lines=2)
        self._words.hide()
        self._mark = QLabel()
        self._truth = label(theme, self._truth_words(), "caption", "text2", elide=True)
        self._right: bool | None = None
        self._shown: tuple[tuple[WatchedAnswer, ...], int] | None = None
        self._lay_out()
        self._restyle()
        theme.changed.connect(self._restyle)
        self._name()

    def _lay_out(self) -> None:
        self._said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._middle = QHBoxLayout()
        self._middle.addWidget(self.bar, 1)
        self._middle.addWidget(self._words, 1)
        self._middle.addWidget(self._said)
        self._middle.addWidget(self.curve)
        self._below = QHBoxLayout()
        self._below.addWidget(self._mark)
        self._below.addWidget(self._truth, 1)
        self._column = QVBoxLayout(self)
        self._column.addWidget(Divider(self._theme))
        self._column.addWidget(self.text)
        if self._watched.second:
            second = ClampedText(self._theme, self._watched.second, lines=1)
            self._column.insertWidget(1 if self._second_first else 2, second)
        self._column.addLayout(self._middle)
        self._column.addLayout(self._below)

    @property
    def said_words(self) -> str:
        """Returns what stands beside the bar, e.g. ``"spam 97 %"``."""
        return self._said.text()

    @property
    def right(self) -> bool | None:
        """Returns whether the answer is the truth; ``None`` without an answer or a truth."""
        return self._right

    def set_answers(self, answers: Sequence[WatchedAnswer], run_number: int) -> None:
        """Shows the last answer, and the way there; the same ones again are not laid out again.

        Args:
            answers: One for each validation so far, oldest first.
            run_number: Number of the run's colour.
        """
        given = tuple(answers), run_number
        if not answers or given == self._shown:
            return
        self._show(answers, run_number)
        self._shown = given

    def _show(self, answers: Sequence[WatchedAnswer], run_number: int) -> None:
        last = answers[-1]
        filled_in, spans = _filled_in(self._watched.text, last.spans, self._classes)
        self.text.set_text(filled_in)
        self.text.set_spans(spans, self._classes)
        self._right = self._judge(last)
        if not last.probabilities:  # no classes to be sure of: what it says is the answer
            self._say_words(last, [one.right or 0.0 for one in answers], run_number)
            return
        shown, decision = self._shown_class(last)
        probability = self._probability(last, shown)
        self.bar.set_value(probability, run_number, decision)
        followed = shown if decision is not None else (self._watched.truth or shown)
        self.curve.set_values([self._probability(one, followed) for one in answers], run_number)
        self._said.setText(self._cut(shown, probability_words(probability, decision)))
        self._restyle()
        self._name()

    def _judge(self, answer: WatchedAnswer) -> bool | None:
        if not self._watched.truth:
            return None
        return answer.said == self._watched.truth if answer.right is None else answer.right >= 1.0

    def _say_words(self, answer: WatchedAnswer, rightness: Sequence[float], run_number: int) -> None:
        """Shows an answer in words, with how right it was from validation to validation."""
        self.bar.hide()
        self._words.set_text(" · ".join(_said(answer)))
        self._words.show()
        apart = "" if answer.spans else apart_words(answer.said, self._watched.truth)
        share = f"{100 * rightness[-1]:.0f} % right" if answer.right is not None else ""
        self._said.setText(apart if share and apart else share)
        self._said.setVisible(answer.right is not None)
        self.curve.setVisible(answer.right is not None)
        self.curve.set_values(rightness, run_number)
        self._restyle()
        self._name()

    def _shown_class(self, answer: WatchedAnswer) -> tuple[str, float | None]:
        """Returns the class of the bar, and where its decision turns."""
        if len(self._classes) == 2:
            return self._classes[1], 0.5
        return answer.said, None

    def _probability(self, answer: WatchedAnswer, name: str) -> float:
        if name in self._classes and self._classes.index(name) < len(answer.probabilities):
            return answer.probabilities[self._classes.index(name)]
        return max(answer.probabilities, default=0.0)

    def _said_width(self) -> int:
        """Returns one width for every answer, so that all bars are as long as each other."""
        names = self._classes[1:2] if len(self._classes) == 2 else self._classes
        metrics = QFontMetricsF(self._theme.font("bodyStrong"))
        number = max(("> 99 %", "49.6 %"), key=metrics.horizontalAdvance)
        widest = max((metrics.horizontalAdvance(f"{name} {number}") for name in names), default=0.0)
        return round(min(max(widest + 2, self._theme.px(76)), self._theme.px(132)))

    def _cut(self, name: str, words: str) -> str:
        """Returns a class and its probability; a long name is cut, the number never."""
        metrics = QFontMetricsF(self._theme.font("bodyStrong"))
        room = self._said_width() - metrics.horizontalAdvance(f" {words}")
        return f"{metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)} {words}"

    def _truth_words(self) -> str:
        truth = " ".join(self._watched.truth.split())  # on one line, whatever it is
        return f"truth: {truth}" if truth else "your own text"

    def _name(self) -> None:
        verdict = {True: ", right", False: ", wrong", None: ""}[self._right]
        said = self._said.text() if self.bar.probability is not None else self._words.text or "no answer yet"
        self.setAccessibleName(f"{self.text.text}: {said}, {self._truth_words()}{verdict}")

    def _restyle(self) -> None:
        px = self._theme.px
        self._shown = None  # names are cut to the room that words of this size leave them
        self._column.setContentsMargins(0, 0, 0, px(8))
        self._column.setSpacing(px(6))
        self._middle.setSpacing(px(12))
        self._below.setSpacing(px(6))
        self._said.setFixedWidth(self._said_width())
        icon, token = ("check", "ok") if self._right else ("x", "err")
        if self._right is None:
            icon, token = "eye", "text3"
        self._mark.setPixmap(self._theme.pixmap(icon, token, 14))


class WaitingRow(QWidget):
    """A text of the person's own that the next run will follow."""

    def __init__(self, theme: Theme, text: str, remove: QWidget, parent: QWidget | None = None) -> None:
        """Shows the text.

        Args:
            theme: Colours and fonts.
            text: The person's text.
            remove: The button that takes it away.
            parent: Owner.
        """
        super().__init__(parent)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(ClampedText(theme, text, lines=1))
        note: ThemedLabel = label(theme, "followed from the next run on", "caption", "text3", elide=True)
        words.addWidget(note)
        row = QHBoxLayout()
        row.addLayout(words, 1)
        row.addWidget(remove, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, theme.px(8))
        column.setSpacing(theme.px(6))
        column.addWidget(Divider(theme))
        column.addLayout(row)
        self.setAccessibleName(f"{text}, followed from the next run on")


def _said(answer: WatchedAnswer) -> list[str]:
    """Returns an answer in words; one that is marked in the text is not said again."""
    if answer.spans and not answer.alternatives:
        return []
    return [answer.said or "no answer", *answer.alternatives[: _FILLERS - 1]]


def _filled_in(text: str, spans: Sequence[Span], classes: Sequence[str]) -> tuple[str, list[Span]]:
    """Returns a text with words in its blanks, and where they stand; one without blanks stays as it is.

    Args:
        text: With lines in place of what is hidden.
        spans: The parts that the model marks; words in place of labels, where nothing is chosen from.
        classes: What labels are chosen from.
    """
    if classes or not all(span.label for span in spans):
        return text, list(spans)
    filled, position, places = "", 0, []
    for span in spans:
        filled += text[position : span.start]
        places.append(Span(start=len(filled), end=len(filled) + len(span.label)))
        filled += span.label
        position = span.end
    return filled + text[position:], places
