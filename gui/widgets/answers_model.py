"""The answers of a model on the test rows, filtered, searched and sorted, without copying texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.protocol.explanations import AnswerExplained
from engine.protocol.results import Prediction
from gui.look.texts import probability_words
from gui.widgets.word_marks import WordMark, marks_of, sides_of, solid_class

_Index = QModelIndex | QPersistentModelIndex

TRUTH_COLUMN, TEXT_COLUMN = 2, 3
_BETWEEN = " · "
_SHORT = 24
"""Letters of a right answer from which only the one that took its place is told."""


class Kind(StrEnum):
    """Which answers are listed."""

    WRONG = "wrong"
    RIGHT = "right"
    ALL = "all"


class Order(StrEnum):
    """In which order."""

    SUREST = "surest"
    LEAST_SURE = "least_sure"
    FILE = "file"


ORDER_WORDS = {
    Order.SUREST: "Most sure first",
    Order.LEAST_SURE: "Least sure first",
    Order.FILE: "As in the file",
}

_RIGHTNESS_WORDS = {Order.SUREST: "Most wrong first", Order.LEAST_SURE: "Least wrong first"}


@dataclass(frozen=True)
class AnswerFilter:
    """What is listed.

    Attributes:
        kind: Mistakes, right answers or all; for a pair it follows from the pair.
        pair: Truth and answer, for one cell of the confusion matrix.
        search: Words that the text must contain; upper and lower case are the same.
    """

    kind: Kind = Kind.WRONG
    pair: tuple[str, str] | None = None
    search: str = ""

    def holds(self, answer: Prediction) -> bool:
        """Returns whether an answer is listed."""
        if self.pair is not None:
            if (answer.truth, answer.said) != self.pair:
                return False
        elif self.kind is not Kind.ALL and answer.is_right != (self.kind is Kind.RIGHT):
            return False
        words = f"{answer.text}\n{answer.second}".casefold()
        return not self.search or self.search.casefold() in words


def _line(words: str) -> str:
    """Returns words in one line, "–" for none."""
    return " ".join(words.split()) or "–"


def _collapsed_places(text: str) -> list[int]:
    """Returns where each character of a text stands once every run of spaces is one; one more for the end."""
    places: list[int] = []
    at = place = 0
    for word in text.split():
        start = text.index(word, place)
        places += [at] * (start - place)
        at += 1 if at else 0
        places += range(at, at + len(word))
        at, place = at + len(word), start + len(word)
    return places + [at] * (len(text) - place + 1)


def _measure_words(answer: Prediction) -> str:
    """Returns how sure the model was; where it has no probability, how right the answer is."""
    if answer.probability or answer.right is None:
        return probability_words(answer.probability)
    return f"{100 * answer.right:.0f} %"


class AnswersModel(QAbstractTableModel):
    """Confidence, answer, truth and text of each listed answer."""

    COLUMNS = ("Confidence", "It said", "Truth", "Text")
    RIGHTNESS = "How right"
    """Stands in place of the confidence where answers have no probability."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._answers: tuple[Prediction, ...] = ()
        self._listed: list[Prediction] = []
        self._filter = AnswerFilter()
        self._order = Order.SUREST
        self._second_first = True
        self._new_labels: dict[int, str] = {}
        self._explained: dict[tuple[str, str], AnswerExplained] = {}
        self._classes: tuple[str, ...] = ()

    def set_answers(
        self, answers: Sequence[Prediction], *, second_first: bool = True, classes: Sequence[str] = ()
    ) -> None:
        """Takes the answers of another run; filter and order start anew.

        Args:
            answers: All of them.
            classes: In the order of their marks.
            second_first: Whether the second text is read before the first.
        """
        self._answers, self._second_first = tuple(answers), second_first
        self._filter, self._order = AnswerFilter(), Order.SUREST
        self._explained, self._classes = {}, tuple(classes)
        self._list()

    def set_filter(self, wanted: AnswerFilter) -> None:
        """Lists other answers."""
        if wanted != self._filter:
            self._filter = wanted
            self._list()

    def set_order(self, order: Order) -> None:
        """Lists in another order."""
        if order != self._order:
            self._order = order
            self._list()

    def set_new_labels(self, new_labels: Mapping[int, str]) -> None:
        """Marks the answers whose rows were given another label since.

        Args:
            new_labels: Row of the file → its label now.
        """
        if new_labels != self._new_labels:
            self._new_labels = dict(new_labels)
            if self._listed:
                last = self.index(len(self._listed) - 1, TRUTH_COLUMN)
                self.dataChanged.emit(self.index(0, TRUTH_COLUMN), last)

    def set_explained(self, answer: Prediction, found: AnswerExplained) -> None:
        """Marks the words of an answer's text that moved it."""
        self._explained[(answer.text, answer.second)] = found
        for row, one in enumerate(self._listed):
            if one is answer or (one.text, one.second) == (answer.text, answer.second):
                self.dataChanged.emit(self.index(row, TEXT_COLUMN), self.index(row, TEXT_COLUMN))

    def explained(self, answer: Prediction) -> AnswerExplained | None:
        """Returns what moved an answer; ``None`` where that was not measured."""
        return self._explained.get((answer.text, answer.second))

    def marks(self, row: int) -> tuple[WordMark, ...]:
        """Returns the marked words of a listed answer, by their places in the cell of its text."""
        answer = self._listed[row]
        found = self.explained(answer)
        if found is None:
            return ()
        sides = sides_of(found, self._classes, solid_class(self._classes))
        marks: list[WordMark] = []
        before = 0
        for text in self._texts(answer):
            is_second = text is answer.second and bool(answer.second)
            places = _collapsed_places(text)
            for one in marks_of(found, sides, second=is_second):
                start, end = places[one.start] + before, places[one.end] + before
                marks.append(WordMark(start, end, one.strength, one.solid, one.words))
            before += places[len(text)] + len(_BETWEEN)
        return tuple(marks)

    def _texts(self, answer: Prediction) -> list[str]:
        """Returns the texts of an answer, in the order in which they are read."""
        texts = (answer.second, answer.text) if self._second_first else (answer.text, answer.second)
        return [text for text in texts if text]

    @property
    def relabelled(self) -> int:
        """Returns how many answers have another label now than the one they were judged by."""
        return sum(one.row in self._new_labels and bool(one.row) for one in self._answers)

    def truth(self, answer: Prediction) -> str:
        """Returns the label that an answer was judged by, with the one that its row was given since.

        Of a long right answer the new one alone is told: the column would show nothing of it otherwise.
        """
        new = self._new_labels.get(answer.row, "") if answer.row else ""
        old = _line(answer.truth)
        if not new:
            return old
        return f"{old} → {_line(new)}" if len(old) <= _SHORT else f"→ {_line(new)}"

    @property
    def filter(self) -> AnswerFilter:
        """Returns what is listed."""
        return self._filter

    @property
    def order(self) -> Order:
        """Returns in which order."""
        return self._order

    @property
    def answers(self) -> tuple[Prediction, ...]:
        """Returns all answers, listed or not."""
        return self._answers

    @property
    def listed(self) -> list[Prediction]:
        """Returns the listed answers in their order."""
        return self._listed

    @property
    def is_written(self) -> bool:
        """Returns whether answers are words of their own, which need room; how right they are is known."""
        return bool(self._answers) and all(
            answer.right is not None and not answer.probabilities for answer in self._answers
        )

    @property
    def has_confidence(self) -> bool:
        """Returns whether any answer has a probability."""
        return not self.is_written or any(answer.probability for answer in self._answers)

    def order_words(self, order: Order) -> str:
        """Returns what an order is called: by how sure, or by how right where nothing else is known."""
        words = ORDER_WORDS if self.has_confidence else {**ORDER_WORDS, **_RIGHTNESS_WORDS}
        return words[order]

    def mistakes(self) -> list[tuple[tuple[str, str], int]]:
        """Returns every pair of truth and wrong answer with its count, most frequent first."""
        wrong = Counter((one.truth, one.said) for one in self._answers if not one.is_right)
        return [(pair, times) for pair, times in wrong.most_common() if all(len(name) < 40 for name in pair)]

    def _list(self) -> None:
        self.beginResetModel()
        found = [answer for answer in self._answers if self._filter.holds(answer)]
        if self._order is Order.FILE:
            found.sort(key=lambda answer: answer.row)
        else:
            found.sort(key=lambda one: one.sureness, reverse=self._order is Order.SUREST)
        self._listed = found
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 (Qt's name and default)
        """Returns the number of listed answers."""
        return 0 if parent.isValid() else len(self._listed)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 (Qt's name and default)
        """Returns four."""
        return 0 if parent.isValid() else len(self.COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Returns a cell's words."""
        answer, column = self._listed[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            text = _BETWEEN.join(" ".join(part.split()) for part in self._texts(answer))
            return (_measure_words(answer), _line(answer.said), self.truth(answer), text)[column]
        if role == Qt.ItemDataRole.UserRole:
            return answer.probability or answer.right or 0.0
        return None

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Returns the names of the columns."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.COLUMNS[section] if section or self.has_confidence else self.RIGHTNESS
        return None
