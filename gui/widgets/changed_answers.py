"""What of one run's mistakes another mends, and what it gets wrong anew, with both answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.protocol.comparison import AnswersCompared, ChangedAnswer
from engine.protocol.results import Prediction
from gui.look import texts
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.full_text import FullText
from gui.widgets.header_corner import HeaderCorner
from gui.widgets.labels import label
from gui.widgets.segmented import Segmented

_Index = QModelIndex | QPersistentModelIndex
ROW, TEXT, TRUTH, FIRST, SECOND = range(5)
"""Columns."""
_WIDTHS = {ROW: 72, TRUTH: 130, FIRST: 150, SECOND: 150}
_LONGEST_NAME = 190


class ChangedAnswersModel(QAbstractTableModel):
    """Rows that one of two runs gets right."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._theme = theme
        self.answers: tuple[ChangedAnswer, ...] = ()
        self._names = ("", "")
        self._second_first = False

    def set_answers(
        self, answers: Sequence[ChangedAnswer], names: tuple[str, str], *, second_first: bool
    ) -> None:
        """Shows answers.

        Args:
            answers: The rows.
            names: What both runs are called.
            second_first: Whether the second text is read before the first.
        """
        self.beginResetModel()
        self.answers, self._names, self._second_first = tuple(answers), names, second_first
        self.endResetModel()

    def text_of(self, row: int) -> str:
        """Returns all that was read of a row."""
        one = self.answers[row].first
        parts = (one.second, one.text) if self._second_first else (one.text, one.second)
        return "\n".join(part for part in parts if part)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 (Qt's name and default)
        """Returns how many rows there are."""
        return 0 if parent.isValid() else len(self.answers)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 (Qt's name and default)
        """Returns five."""
        return 0 if parent.isValid() else 5

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Returns the head of a column: the runs say their names."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return ("Row", "Text", "Truth", *self._names)[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Returns a cell's text, side, weight and colour."""
        answer, column = self.answers[index.row()], index.column()
        better = SECOND if answer.second.degree > answer.first.degree else FIRST
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            text = " ".join(self.text_of(index.row()).split())
            answered = [" ".join(one.said.split()) or "–" for one in (answer.first, answer.second)]
            row = texts.thousands(answer.first.row)
            return (row, text, " ".join(answer.first.truth.split()) or "–", *answered)[column]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column == ROW else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            return self._theme.font("body", 600 if column in (better, TRUTH) else 400)
        if role == Qt.ItemDataRole.ForegroundRole:
            quiet = column == ROW or (column in (FIRST, SECOND) and column != better)
            return self._theme.color("text2" if quiet else "text")
        if column not in (FIRST, SECOND):
            return None
        one = answer.first if column == FIRST else answer.second
        if role == Qt.ItemDataRole.DecorationRole:
            icon, token = ("check", "ok") if one.is_right else ("x", "err")
            return self._theme.pixmap(icon, token, 14)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{one.said}, {_how_right(one)}"
        return None


def _how_right(one: Prediction) -> str:
    """Says how right an answer is, for those who do not see its sign."""
    if one.is_right:
        return "right"
    return f"{texts.percent(one.degree)} right" if one.degree else "wrong"


class _LinedDelegate(QStyledItemDelegate):
    """Draws a thin line below each row."""

    def __init__(self, theme: Theme, parent: QTableView) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draws the cell, then the line."""
        super().paint(painter, option, index)
        rect, px = QRectF(option.rect), self._theme.px
        line = QRectF(rect.left(), rect.bottom() - px(1), rect.width(), px(1))
        painter.fillRect(line, self._theme.color("border"))


def _summary(compared: AnswersCompared) -> str:
    """Says what changed in all."""
    if compared.by_degrees:
        same = compared.rows - compared.fixed - compared.broken
        neither = f"{compared.both_wrong:,} wholly right in neither"
        return f"{same:,} of {compared.rows:,} as good in both; {neither}"
    net = compared.fixed - compared.broken
    more = "as many right" if not net else f"{abs(net):,} {'more' if net > 0 else 'fewer'} right"
    return f"{more} of {compared.rows:,}; {compared.both_wrong:,} wrong in both"


class ChangedAnswers(QWidget):
    """Two runs to choose, the rows that the second fixes and those that it breaks."""

    pair_chosen = Signal(str, str)
    """The person wants to compare other runs; carries the ids of both."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts with no runs."""
        super().__init__(parent)
        self._theme = theme
        self._names: dict[str, str] = {}
        self._pair = ("", "")
        self._compared: AnswersCompared | None = None
        self._second_first = False
        self.setObjectName("changed_answers")
        self.first, self.second = (self._run_button(name) for name in ("first_run", "second_run"))
        self.kind = Segmented(theme, [("fixed", "Fixed"), ("broken", "Broken")])
        self.kind.setObjectName("changed_kind")
        self.kind.setAccessibleName("Fixed or broken answers")
        self.words = label(theme, "", "small", "text2", elide=True)
        self.model = ChangedAnswersModel(theme, self)
        self.table = QTableView()
        self._nothing = label(theme, "", "body", "text2", wrap=True)
        self._nothing.setObjectName("nothing_changed")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.hide()
        self._dress_table()
        self._lay_out()
        self.first.clicked.connect(partial(self._open_runs, 0))
        self.second.clicked.connect(partial(self._open_runs, 1))
        self.kind.chosen.connect(self._show)
        self._measure()
        theme.changed.connect(self._measure)

    def _run_button(self, name: str) -> Button:
        button = Button(self._theme, "", "secondary", size="small")
        button.setObjectName(name)
        button.set_trailing("down")
        button.limit_words(_LONGEST_NAME)
        return button

    def _dress_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setItemDelegate(_LinedDelegate(self._theme, table))
        table.setObjectName("changed_answers_table")
        table.setAccessibleName("Changed answers")
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setFrameShape(QTableView.Shape.NoFrame)
        table.setSizePolicy(
            QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored
        )  # its card says how high
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.activated.connect(self._open_text)
        HeaderCorner(self._theme, table)
        header = table.horizontalHeader()
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(TEXT, QHeaderView.ResizeMode.Stretch)

    def _lay_out(self) -> None:
        self._row = QHBoxLayout()
        self._row.addWidget(label(self._theme, "From", "small", "text2"))
        self._row.addWidget(self.first)
        self._row.addWidget(label(self._theme, "to", "small", "text2"))
        self._row.addWidget(self.second)
        self._row.addWidget(self.words, 1)
        self._row.addWidget(self.kind)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._row)
        self._column.addWidget(self.table, 1)
        self._column.addWidget(self._nothing, 1)

    # What it shows

    def set_runs(
        self, names: Mapping[str, str], pair: tuple[str, str], *, second_first: bool = False
    ) -> None:
        """Offers runs.

        Args:
            names: Id → name of the runs that can be chosen.
            pair: Ids of those that are compared.
            second_first: Whether the second text is read before the first.
        """
        self._names, self._pair, self._second_first = dict(names), pair, second_first
        for button, run_id, words in zip((self.first, self.second), pair, ("From", "To"), strict=True):
            name = self._names.get(run_id, "")
            button.setText(name)
            button.setAccessibleName(f"{words}: {name}")

    def set_compared(self, compared: AnswersCompared | None, problem: str = "") -> None:
        """Shows what was found; without it why it cannot be told."""
        self._compared = compared
        self.words.setText(problem)
        if compared is not None:
            fixed, broken = ("Better", "Worse") if compared.by_degrees else ("Fixed", "Broken")
            self.kind.set_option_text("fixed", f"{fixed} {compared.fixed:,}")
            self.kind.set_option_text("broken", f"{broken} {compared.broken:,}")
            self.words.setText(_summary(compared))
        self._show()

    def _show(self) -> None:
        found, fixed = self._compared, self.kind.current() == "fixed"
        answers = () if found is None else found.fixed_rows if fixed else found.broken_rows
        first, second = (self._names.get(run_id, "") for run_id in self._pair)
        self.model.set_answers(answers, (first, second), second_first=self._second_first)
        number = 0 if found is None else found.fixed if fixed else found.broken
        by_degrees = found is not None and found.by_degrees
        kinds = ("Better", "Worse") if by_degrees else ("Fixed", "Broken")
        self.table.setAccessibleName(f"{kinds[not fixed]} answers, {number}")
        self.table.setVisible(found is None or bool(number))
        self._nothing.setVisible(found is not None and not number)
        one, other = (second, first) if fixed else (first, second)
        does = "answers nothing better than" if by_degrees else "gets nothing right that"
        self._nothing.setText(f"{one} {does} {other}{'' if by_degrees else ' does not'}.")

    def _open_runs(self, place: int) -> None:
        button = (self.first, self.second)[place]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for run_id, name in self._names.items():
            action = menu.addAction(name.replace("&", "&&"), partial(self._choose, place, run_id))
            action.setCheckable(True)
            action.setChecked(run_id == self._pair[place])
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _choose(self, place: int, run_id: str) -> None:
        """Takes another run; the one that is on the other side changes places with it."""
        first, second = self._pair
        if place == 0:
            self.pair_chosen.emit(run_id, first if run_id == second else second)
        else:
            self.pair_chosen.emit(second if run_id == first else first, run_id)

    def _open_text(self, index: QModelIndex) -> None:
        answer = self.model.answers[index.row()]
        title = f"Row {answer.first.row:,}"
        popover = FullText(self._theme, title, self.model.text_of(index.row()), self)
        popover.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popover.open_over(self)

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(8))
        self._row.setSpacing(px(8))
        self._row.setContentsMargins(px(16), 0, px(16), 0)
        header = self.table.horizontalHeader()
        header.setFont(self._theme.font("caption"))
        header.setFixedHeight(px(28))
        self.table.verticalHeader().setDefaultSectionSize(px(32))
        for column, width in _WIDTHS.items():
            header.resizeSection(column, px(width))
