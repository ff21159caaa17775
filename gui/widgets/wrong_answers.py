"""Every wrong answer, to be read: filtered, searched, sorted, with the chosen one whole beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from engine.protocol.results import Prediction
from engine.protocol.right_answers import OneLabel, RightAnswersRead
from gui.look.texts import count
from gui.look.theme import Theme
from gui.widgets.answer_detail import AnswerDetail
from gui.widgets.answer_list_words import changes_words, choice_of, choices, nothing_listed, title_of
from gui.widgets.answer_parts import has_parts
from gui.widgets.answers_model import AnswerFilter, AnswersModel, Kind, Order
from gui.widgets.answers_table import AnswersTable
from gui.widgets.buttons import Button
from gui.widgets.cards import Divider, Panel
from gui.widgets.empty_state import EmptyState
from gui.widgets.full_text import FullText
from gui.widgets.labels import label
from gui.widgets.studied_answers import StudiedAnswers, Study
from gui.widgets.word_highlights import SidesLegend
from gui.widgets.word_marks import sides_of_classes

_PANE, _PANE_OF_PARTS = 340, 470
"""Width of the pane; more where it shows what was said and what is true as texts of their own."""
_MOST_PAIRS = 20


class WrongAnswers(Panel):
    """The list and its detail pane."""

    pair_chosen = Signal(object)
    """Truth and answer that the list is narrowed to, or ``None``: for the confusion matrix."""
    chosen = Signal(object)
    """The answers that are chosen in the list, to find out what can be done to their rows."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(theme, parent=parent)
        self.setObjectName("wrong_answers")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._unit = "texts"
        self._classes: tuple[str, ...] = ()
        self._narrow = False
        self._compact = False
        self._by_degrees = False
        self._pane = _PANE
        self.model = AnswersModel(self)
        self.table = AnswersTable(theme, self.model)
        self.detail = AnswerDetail(theme)
        self._title = label(theme, "", "bodyStrong")
        self._count = label(theme, "", "caption", "text3")
        self.search = QLineEdit()
        self.search.setObjectName("answers_search")
        self.search.setAccessibleName("Search these answers")
        self.search.setClearButtonEnabled(True)
        self._order = self._menu_button("sort", "answers_order")
        self._filter = self._menu_button("filter", "answers_filter")
        self._menu_at: QPoint | None = None
        self._studied: StudiedAnswers | None = None
        self.legend = SidesLegend(theme)
        self.legend.hide()
        self._changes = label(theme, "", "small", "text2", elide=True)
        self._changes.setObjectName("labels_changed")
        self._empty = EmptyState(theme, "", "", framed=False)
        self._empty.setObjectName("no_answers")
        self._lay_out()
        self._connect()
        self._measure()
        theme.changed.connect(self._measure)
        self._show_list()

    def _menu_button(self, icon: str, name: str) -> Button:
        button = Button(self._theme, "", "secondary", icon, size="small")
        button.setObjectName(name)
        button.set_trailing("down")
        return button

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self._title)
        self._head.addWidget(self._count)
        self._head.addWidget(self._changes, 1)
        for widget in (self.legend, self.search, self._order, self._filter):
            self._head.addWidget(widget)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        self._between = Divider(self._theme, vertical=True)
        self._row = QHBoxLayout()
        self._row.setSpacing(0)
        self._row.addWidget(self._stack, 1)
        self._row.addWidget(self._between)
        self._row.addWidget(self.detail)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addLayout(self._head)
        self._column.addWidget(Divider(self._theme))
        self._column.addLayout(self._row, 1)

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda text: self._narrow_to(search=text.strip()))
        self._order.clicked.connect(self._open_orders)
        self._filter.clicked.connect(self._open_filters)
        self._empty.button_clicked.connect(self.clear_filter)
        self.table.selectionModel().currentRowChanged.connect(lambda now, _before: self._show(now.row()))
        self.table.selectionModel().selectionChanged.connect(self._choose_answers)
        self.table.customContextMenuRequested.connect(self._ask_for_menu)
        self.table.activated.connect(self._open_text)
        self.table.doubleClicked.connect(self._open_text)

    def set_answers(
        self, answers: Sequence[Prediction], classes: Sequence[str], unit: str, *, second_first: bool = True
    ) -> None:
        """Shows the answers of a run.

        Args:
            answers: All test rows.
            classes: In the order of their marks.
            unit: What a row is called, plural.
            second_first: Whether the second text is read before the first.
        """
        self._classes, self._unit = tuple(classes), unit
        self.search.clear()
        self.search.setPlaceholderText(f"Search {unit}")
        self.search.setAccessibleName(f"Search {unit}")
        self._by_degrees = any(answer.right is not None for answer in answers)
        has_texts = any(has_parts(answer) for answer in answers)
        self._pane = _PANE_OF_PARTS if has_texts else _PANE
        self._measure()
        self.detail.set_second_first(second_first)
        sides = sides_of_classes(classes)
        self.legend.show_sides(sides)
        self.table.set_sides(sides)
        self.model.set_answers(answers, second_first=second_first, classes=classes)
        self._show_legend()
        self.table.fit_columns()
        self._show_list()

    def follow(self, study: Study) -> None:
        """Marks the words that moved the answers in sight, and finds training rows like one.

        Args:
            study: Who finds that out.
        """
        self._studied = StudiedAnswers(self._theme, self.model, self.table, self.detail, study)
        study.explained.connect(self._show_legend)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Looks which answers can be seen."""
        super().showEvent(event)
        if self._studied is not None:
            self._studied.look_anew()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt's name)
        """Asks for no more marks."""
        super().hideEvent(event)
        if self._studied is not None:
            self._studied.look_anew()

    def _show_legend(self) -> None:
        """Says what the lines below words mean, once there are some and where there is room."""
        is_marked = any(self.model.explained(answer) is not None for answer in self.model.listed)
        self.legend.setVisible(is_marked and not self._narrow and not self._changes.text())

    def show_pair(self, pair: tuple[str, str] | None) -> None:
        """Lists one cell of the confusion matrix, or all mistakes again."""
        self._narrow_to(kind=Kind.WRONG, pair=pair)

    def show_answer(self, answer: Prediction) -> None:
        """Goes to an answer; where it is not among those that are listed, all are."""
        if answer not in self.model.listed:
            self.search.clear()
            self._narrow_to(kind=Kind.ALL, pair=None)
        self.table.select_row(self.model.listed.index(answer))

    def clear_filter(self) -> None:
        """Lists all mistakes again."""
        self.search.clear()
        if self.model.filter != AnswerFilter():
            self.model.set_filter(AnswerFilter())
            self.pair_chosen.emit(None)
            self._show_list()

    def set_narrow(self, narrow: bool) -> None:
        """Leaves the detail pane out; a double click or Enter opens the text over the page."""
        self._narrow = narrow
        self._show_pane()  # and no more: who reads an answer goes on with it
        self._show_legend()

    def set_compact(self, compact: bool) -> None:
        """Takes less height."""
        self._compact = compact
        self.table.set_compact(compact)
        self.detail.set_compact(compact)
        self._measure()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the height of five rows; it takes what is left over."""
        return QSize(self._theme.px(640), self._least_height())

    def hasHeightForWidth(self) -> bool:  # noqa: N802 (Qt's name)
        """Returns false: what does not fit scrolls inside, whatever the width."""
        return False

    def _least_height(self) -> int:
        return self._theme.px(220 if self._compact else 255)

    # --- what is shown ----------------------------------------------------------------------------

    def _narrow_to(self, **changes: object) -> None:
        now = self.model.filter
        values = {"kind": now.kind, "pair": now.pair, "search": now.search} | changes
        self.model.set_filter(AnswerFilter(**values))  # type: ignore[arg-type]  # the names are its fields
        self._show_list()

    def _show_list(self) -> None:
        wanted, listed = self.model.filter, len(self.model.listed)
        title = title_of(wanted, by_degrees=self._by_degrees)
        self._title.setText(title)
        self._count.setText(count(self._unit, listed) if self.model.answers else "")
        self.setAccessibleName(f"{title}, {listed:,}")
        self.table.setAccessibleName(f"{title}, {listed:,}")
        self._order.setText(self.model.order_words(self.model.order))
        self._filter.setText(self._filter_words())
        self._order.setAccessibleName(f"Order: {self.model.order_words(self.model.order)}")
        self._filter.setAccessibleName(f"Show: {self._filter_words()}")
        self._stack.setCurrentWidget(self.table if listed else self._empty)
        self._show_pane()
        if listed:
            self.table.select_row(0)
        else:
            self._choose_answers()
            nothing = nothing_listed(wanted, len(self.model.answers), self._unit)
            self._empty.set_texts(nothing.title, nothing.sentence, nothing.button)
            self.detail.show_answer(None, ())

    def _show_pane(self) -> None:
        for widget in (self.detail, self._between):
            widget.setVisible(bool(self.model.listed) and not self._narrow)

    def _filter_words(self) -> str:
        return choice_of(self.model.filter, by_degrees=self._by_degrees)

    def _show(self, row: int) -> None:
        if 0 <= row < len(self.model.listed):
            self.detail.show_answer(self.model.listed[row], self._classes)

    def _open_text(self) -> None:
        answer = self.detail.answer
        if answer is not None and self._narrow:
            FullText(self._theme, self.detail.sentence, answer.text, self).open_over(self)

    # --- other labels -----------------------------------------------------------------------------

    def show_labels(
        self,
        found: RightAnswersRead,
        new_labels: Mapping[int, str],
        *,
        can_be_shown: bool = False,
    ) -> None:
        """Shows which rows were given another right answer, and offers it for those that are chosen.

        Args:
            found: How those of chosen answers stand that can be mended.
            new_labels: Row → the right answer that it was given since the run, in words.
            can_be_shown: Whether rows can be changed on *Data* alone.
        """
        before = self.model.relabelled
        self.model.set_new_labels(new_labels)
        chosen = self._chosen_answers()
        self.detail.relabel.show_answers(chosen, found, new_labels, can_be_shown=can_be_shown)
        number = self.model.relabelled
        if number != before:
            self.table.fit_columns()
        labels = found.form is None or isinstance(found.form, OneLabel)
        self._changes.setText(changes_words(number, "relabelled" if labels else "mended") if number else "")
        self._show_legend()
        at, self._menu_at = self._menu_at, None
        if at is not None:
            self.detail.relabel.open_menu(at)

    def _chosen_answers(self) -> list[Prediction]:
        return [self.model.listed[row] for row in self.table.selected_rows()]

    def _choose_answers(self) -> None:
        self._menu_at = None
        self.chosen.emit(self._chosen_answers())

    def _ask_for_menu(self, place: QPoint) -> None:
        """Opens the menu of the chosen answers, as soon as it is known what can be done."""
        at = self.table.viewport().mapToGlobal(place)
        self._menu_at = None if self.detail.relabel.open_menu(at) else at

    # --- menus ------------------------------------------------------------------------------------

    def _open_orders(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for order in Order:
            _tick(
                menu.addAction(self.model.order_words(order), partial(self.set_order, order)),
                order is self.model.order,
            )
        menu.popup(self._order.mapToGlobal(self._order.rect().bottomLeft()))

    def set_order(self, order: Order) -> None:
        """Lists in another order."""
        self.model.set_order(order)
        self._show_list()

    def _open_filters(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        wanted = self.model.filter
        for kind, words in choices(by_degrees=self._by_degrees).items():
            chosen = wanted.kind is kind and wanted.pair is None
            _tick(menu.addAction(words, partial(self._choose, kind, None)), chosen)
        menu.addSeparator()
        for (truth, said), times in self.model.mistakes()[:_MOST_PAIRS]:
            words = f"truly {truth}, said {said} ({times:,})"
            action = menu.addAction(words, partial(self._choose, Kind.WRONG, (truth, said)))
            _tick(action, wanted.pair == (truth, said))
        menu.popup(self._filter.mapToGlobal(self._filter.rect().bottomLeft()))

    def _choose(self, kind: Kind, pair: tuple[str, str] | None) -> None:
        self._narrow_to(kind=kind, pair=pair)
        self.pair_chosen.emit(pair)

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(1, 0, 1, px(6))
        side = px(6 if self._compact else 8)
        self._head.setContentsMargins(px(16), side, px(12), side)
        self._head.setSpacing(px(8))
        self.search.setFixedSize(px(190), px(28))
        self.setMinimumHeight(self._least_height())
        self.detail.setFixedWidth(px(self._pane))


def _tick(action: QAction, chosen: bool) -> None:
    action.setCheckable(True)
    action.setChecked(chosen)
