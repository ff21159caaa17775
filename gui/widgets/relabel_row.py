"""The line below a chosen answer: where its row stands, and the way to another label for it and back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from engine.protocol.results import Prediction
from gui.look.texts import thousands
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.labels import label
from gui.widgets.row_menu import MOST_LABELS

ON_DATA = "Shows it on Data, where cells are changed and rows removed, as steps that can be undone"
HOLDS = "Holds from the next run on; your file stays as it is, and the step can be undone."


class RelabelRow(QWidget):
    """Offers what can be done to the chosen answers, one or several.

    Signals:
        label_given: Row of the file → the label that it is to have.
        back_wanted: Rows that are to have the label of the run again.
        rows_wanted: Rows that are to be seen in the file.
    """

    label_given = Signal(object)
    back_wanted = Signal(object)
    rows_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts with no answer."""
        super().__init__(parent)
        self._answers: tuple[Prediction, ...] = ()
        self._open: list[Prediction] = []
        self._relabelled: dict[int, str] = {}
        self._labels: tuple[str, ...] = ()
        self._compact = self._can_be_shown = False
        self.setObjectName("relabel_row")
        self._place = label(theme, "", "caption", "text3", elide=True)
        self.button = Button(theme, "", "link")
        self.button.setObjectName("label_is_wrong")
        self.button.setToolTip(HOLDS)
        self.button.set_trailing("down")
        self.button.clicked.connect(self._open_below)
        self.back = Button(theme, "Take back", "link")
        self.back.setObjectName("take_label_back")
        self.back.setToolTip("The row has the label again that this run was judged by")
        self.back.clicked.connect(lambda: self.back_wanted.emit(tuple(self._relabelled)))
        self.show_in_data = Button(theme, "", "link")
        self.show_in_data.setObjectName("show_on_data")
        self.show_in_data.setToolTip(ON_DATA)
        self.show_in_data.clicked.connect(lambda: self.rows_wanted.emit(self._rows))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(8))
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
        open_rows: Collection[int],
        new_labels: Mapping[int, str],
        labels: Sequence[str],
        *,
        can_be_shown: bool = False,
    ) -> None:
        """Shows what can be done.

        Args:
            answers: Those that are chosen.
            open_rows: Rows whose label can be changed.
            new_labels: Row → the label that it was given since the run.
            labels: All that there are.
            can_be_shown: Whether the rows can be changed where the whole file is seen, and only there.
        """
        self._can_be_shown = can_be_shown
        self._answers, self._labels = tuple(answers), tuple(labels)
        self._open = [answer for answer in answers if answer.row in open_rows]
        self._relabelled = {
            answer.row: new_labels[answer.row] for answer in answers if answer.row in new_labels
        }
        self._show()

    def set_compact(self, compact: bool) -> None:
        """Takes no room in a low window where nothing can be done."""
        self._compact = compact
        self._show()

    def _show(self) -> None:
        self._place.setText(self._words())
        one = len(self._open) == 1
        self.button.setText("The label is wrong" if one else f"{len(self._open):,} labels are wrong")
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
            return f'Row {thousands(row)} is "{self._relabelled[row]}" from the next run on'
        return f"Row {thousands(row)} of your file" if row else ""

    def make_menu(self, parent: QWidget) -> QMenu:
        """Returns the menu of the chosen answers; it is empty where nothing can be done.

        What the model has said comes first: mostly that is what the label should have been.

        Args:
            parent: Owner.
        """
        menu = QMenu(parent)
        menu.setObjectName("relabel_menu")
        menu.setToolTipsVisible(True)
        if self._open:
            self._add_labels(menu)
        if self._relabelled:
            number = len(self._relabelled)
            words = "Take the label back" if number == 1 else f"Take {number:,} labels back"
            menu.addAction(words, self.back.click)
        return menu

    def _add_labels(self, menu: QMenu) -> None:
        """Adds what was said, and every other label that is not that of all rows already."""
        said, given = ({getattr(one, name) for one in self._open} for name in ("said", "truth"))
        which = f"row {thousands(self._open[0].row)}" if len(self._open) == 1 else f"{len(self._open):,} rows"
        if len(said) == 1:
            first = f'Label {which} "{next(iter(said))}", as the model said'
        else:
            first = f"Label each of {which} as the model said"
        known = {one.row: one.said for one in self._open if one.said in self._labels and not one.is_right}
        if known:
            self._add(menu, first, known)
            menu.addSeparator()
        others = [name for name in self._labels if {name} not in (given, said)]
        for name in others[:MOST_LABELS]:
            self._add(menu, f'Label {which} "{name}"', {one.row: name for one in self._open})

    def _add(self, menu: QMenu, words: str, labels: Mapping[int, str]) -> None:
        action = menu.addAction(words.replace("&", "&&"))
        action.setToolTip(HOLDS)
        action.triggered.connect(lambda: self.label_given.emit(dict(labels)))

    def _open_below(self) -> None:
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
