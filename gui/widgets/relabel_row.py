"""The line below a chosen answer: where its row stands, and the way to another right answer and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from engine.protocol.results import Prediction
from engine.protocol.right_answers import MarkedWords, OneLabel, RightAnswersRead, Score, SeveralLabels
from gui.look.texts import thousands
from gui.look.theme import Theme
from gui.widgets.answer_editor import HOLDS, has_editor
from gui.widgets.buttons import Button
from gui.widgets.labels import label
from gui.widgets.row_menu import MOST_LABELS

ON_DATA = "Shows it on Data, where cells are changed and rows removed, as steps that can be undone"
_WRONG: dict[type, str] = {
    OneLabel: "The label is wrong",
    SeveralLabels: "The labels are wrong",
    Score: "The score is wrong",
    MarkedWords: "The tags are wrong",
}
"""What is said of a right answer that is none, by its form."""
_SHORT = 40
"""Letters of a right answer that are told in a line."""


class RelabelRow(QWidget):
    """Offers what can be done to the chosen answers, one or several.

    Signals:
        label_given: Row of the file → the label that it is to have.
        edit_wanted: The row whose right answer is to be given in a field of its own.
        back_wanted: Rows that are to have the label of the run again.
        rows_wanted: Rows that are to be seen in the file.
    """

    label_given = Signal(object)
    edit_wanted = Signal(int)
    back_wanted = Signal(object)
    rows_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts with no answer."""
        super().__init__(parent)
        self._answers: tuple[Prediction, ...] = ()
        self._open: list[Prediction] = []
        self._relabelled: dict[int, str] = {}
        self._found = RightAnswersRead()
        self._compact = self._is_short = self._can_be_shown = False
        self.setObjectName("relabel_row")
        self._place = label(theme, "", "caption", "text3", elide=True)
        self.button = Button(theme, "", "link")
        self.button.setObjectName("label_is_wrong")
        self.button.setToolTip(HOLDS)
        self.button.clicked.connect(self._open_below)
        self.back = Button(theme, "Take back", "link")
        self.back.setObjectName("take_label_back")
        self.back.setToolTip("The row has the right answer again that this run was judged by")
        self.back.clicked.connect(lambda: self.back_wanted.emit(tuple(self._relabelled)))
        self.show_in_data = Button(theme, "", "link")
        self.show_in_data.setObjectName("show_on_data")
        self.show_in_data.setToolTip(ON_DATA)
        self.show_in_data.clicked.connect(lambda: self.rows_wanted.emit(self._rows))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(8))
        line.addStretch(0)  # takes the room where the place is left out
        line.addWidget(self._place, 1)
        line.addWidget(self.back)
        line.addWidget(self.button)
        line.addWidget(self.show_in_data)
        self._show()

    @property
    def words(self) -> str:
        """Returns what is said of the rows."""
        return self._place.text()

    def show_answers(
        self,
        answers: Sequence[Prediction],
        found: RightAnswersRead,
        new_labels: Mapping[int, str],
        *,
        can_be_shown: bool = False,
    ) -> None:
        """Shows what can be done.

        Args:
            answers: Those that are chosen.
            found: How the right answers stand that can be mended, and in which form they are given.
            new_labels: Row → the right answer that it was given since the run, in words.
            can_be_shown: Whether the rows can be changed where the whole file is seen, and only there.
        """
        self._can_be_shown = can_be_shown
        self._answers, self._found = tuple(answers), found
        open_rows = {one.row for one in found.answers}
        one_by_one = has_editor(found.form) and len(answers) > 1
        self._open = [one for one in answers if one.row in open_rows and not one_by_one]
        self._relabelled = {
            answer.row: new_labels[answer.row] for answer in answers if answer.row in new_labels
        }
        self._show()

    def set_compact(self, compact: bool) -> None:
        """Takes no room in a low window where nothing can be done."""
        self._compact = compact
        self._show()

    def set_short(self, short: bool) -> None:
        """Says less of the row, where the line is shared with buttons; hovering tells it."""
        if short != self._is_short:
            self._is_short = short
            self._show()

    def _show(self) -> None:
        words = self._words()
        self._place.setText(words)
        self._place.setVisible(bool(self._relabelled) or not self._is_short)
        self.button.setToolTip(f"{words}. {HOLDS}" if self._is_short else HOLDS)
        one = len(self._open) == 1
        wrong = _WRONG.get(type(self._found.form), "The truth is wrong")
        self.button.setText(wrong if one else f"{len(self._open):,} labels are wrong")
        self.button.set_trailing("" if has_editor(self._found.form) else "down")
        self.button.setVisible(bool(self._open))
        self.back.setVisible(bool(self._relabelled) and not self._open)  # else it stands in the menu
        rows = len(self._rows)
        self.show_in_data.setText("Mend the row on Data" if rows == 1 else f"Mend {rows:,} rows on Data")
        self.show_in_data.setVisible(self._can_be_shown and rows > 0)
        can_do = self._open or self._relabelled or (self._can_be_shown and rows)
        self.setVisible(bool(can_do or (self._words() and not self._compact)))

    @property
    def _rows(self) -> tuple[int, ...]:
        return tuple(answer.row for answer in self._answers if answer.row)

    def _words(self) -> str:
        if len(self._answers) > 1:
            return f"{len(self._answers):,} chosen"
        row = self._answers[0].row if self._answers else 0
        if row in self._relabelled:
            new = " ".join(self._relabelled[row].split())
            said = f'is "{new}"' if 0 < len(new) <= _SHORT else "is mended"
            return "Mended" if self._is_short else f"Row {thousands(row)} {said} from the next run on"
        return f"Row {thousands(row)}" + ("" if self._is_short else " of your file") if row else ""

    def make_menu(self, parent: QWidget) -> QMenu:
        """Returns the menu of the chosen answers; it is empty where nothing can be done.

        What the model has said comes first: mostly that is what the label should have been.

        Args:
            parent: Owner.
        """
        menu = QMenu(parent)
        menu.setObjectName("relabel_menu")
        menu.setToolTipsVisible(True)
        if self._open and isinstance(self._found.form, OneLabel):
            self._add_labels(menu, self._found.form.labels)
        elif self._open:
            row = self._open[0].row
            menu.addAction(f"{self.button.text()}…", lambda: self.edit_wanted.emit(row))
        if self._relabelled:
            number = len(self._relabelled)
            what = "label" if isinstance(self._found.form, OneLabel) else "answer"
            words = f"Take the {what} back" if number == 1 else f"Take {number:,} {what}s back"
            menu.addAction(words, self.back.click)
        return menu

    def _add_labels(self, menu: QMenu, labels: Sequence[str]) -> None:
        """Adds what was said, and every other label that is not that of all rows already."""
        said, given = ({getattr(one, name) for one in self._open} for name in ("said", "truth"))
        which = f"row {thousands(self._open[0].row)}" if len(self._open) == 1 else f"{len(self._open):,} rows"
        if len(said) == 1:
            first = f'Label {which} "{next(iter(said))}", as the model said'
        else:
            first = f"Label each of {which} as the model said"
        known = {one.row: one.said for one in self._open if one.said in labels and not one.is_right}
        if known:
            self._add(menu, first, known)
            menu.addSeparator()
        others = [name for name in labels if {name} not in (given, said)]
        for name in others[:MOST_LABELS]:
            self._add(menu, f'Label {which} "{name}"', {one.row: name for one in self._open})

    def _add(self, menu: QMenu, words: str, labels: Mapping[int, str]) -> None:
        action = menu.addAction(words.replace("&", "&&"))
        action.setToolTip(HOLDS)
        action.triggered.connect(lambda: self.label_given.emit(dict(labels)))

    def _open_below(self) -> None:
        if has_editor(self._found.form) and self._open:
            self.edit_wanted.emit(self._open[0].row)
            return
        self.open_menu(self.button.mapToGlobal(QPoint(0, self.button.height())))

    def open_menu(self, place: QPoint) -> bool:
        """Opens the menu of the chosen answers.

        Args:
            place: Where on screen.

        Returns:
            Whether there is anything in it.
        """
        if not self._open and not self._relabelled:
            return False
        menu = self.make_menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)
        return True
