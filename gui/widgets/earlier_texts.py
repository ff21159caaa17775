"""Texts that were tried before, with what each model said to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui.look.painting import draw_marker
from gui.look.theme import Theme
from gui.widgets.cards import Panel
from gui.widgets.labels import label
from gui.widgets.rows_table import elide_words

_Index = QModelIndex | QPersistentModelIndex
_ANSWER, _BACK = 160, 40
_BESIDE_ANSWER = 40
"""What a column of answers needs besides the words: the marker and the gaps."""
_ROWS = 3
"""Rows that are always in sight."""


@dataclass(frozen=True)
class EarlierColumn:
    """A model.

    Attributes:
        name: What it is called.
        color_number: Of its run; 0 for the base model.
    """

    name: str
    color_number: int


@dataclass(frozen=True)
class EarlierRow:
    """A text that was tried.

    Attributes:
        text: In one line.
        typos: Share of typos that it was read with, in per cent.
        answers: Of each model, in the order of the columns; empty where it was not asked.
    """

    text: str
    typos: int
    answers: tuple[str, ...]


class EarlierModel(QAbstractTableModel):
    """The rows, the newest first."""

    def __init__(self, parent: QWidget) -> None:
        """Starts empty."""
        super().__init__(parent)
        self.columns: tuple[EarlierColumn, ...] = ()
        self.rows: tuple[EarlierRow, ...] = ()

    def show_rows(self, columns: Sequence[EarlierColumn], rows: Sequence[EarlierRow]) -> None:
        """Shows other rows."""
        self.beginResetModel()
        self.columns, self.rows = tuple(columns), tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 (Qt's name and default)
        """Returns how many texts there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 (Qt's name and default)
        """Returns a column for the text, one for each model, one for the way back."""
        return 0 if parent.isValid() else len(self.columns) + 2

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Returns a cell's words."""
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.ToolTipRole:
            return "Bring this text back" if column > len(self.columns) else row.text
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        if column == 0:
            return f"{row.text}  ({row.typos} % typos)" if row.typos else row.text
        return row.answers[column - 1] if column <= len(self.columns) else ""

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """Returns the names of the models."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        names = ["Earlier texts", *(column.name for column in self.columns), ""]
        return names[section]


class _Delegate(QStyledItemDelegate):
    """Paints an answer with its run's marker, and the arrow back."""

    def __init__(self, theme: Theme, table: EarlierTable) -> None:
        super().__init__(table)
        self._theme = theme
        self._table = table

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802, ARG002 (Qt's)
        return QSize(self._theme.px(60), self._theme.px(34))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        theme, px = self._theme, self._theme.px
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selected"))
        elif index.row() == self._table.hovered_row:
            painter.fillRect(rect, theme.color("hover"))
        painter.setPen(QPen(theme.color("border"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        columns = self._table.earlier.columns
        inner = rect.adjusted(px(12), 0, -px(6), 0)
        if index.column() > len(columns):
            icon = theme.pixmap("undo", "text2", 16)
            edge = px(16)
            place = QPointF(rect.center().x() - edge / 2, rect.center().y() - edge / 2)
            painter.drawPixmap(place, icon)
        else:
            words = str(index.data() or "")
            if index.column() and words:
                number = columns[index.column() - 1].color_number
                if number:
                    middle = QPointF(inner.left() + px(4), inner.center().y())
                    draw_marker(painter, theme.run_symbol(number), theme.run_color(number), middle, px(8))
                inner.setLeft(inner.left() + px(16))
            painter.setFont(theme.font("body"))
            painter.setPen(theme.color("text"))
            shown = elide_words(words, painter.fontMetrics(), int(inner.width()))
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)
        painter.restore()


class EarlierTable(QTableView):
    """The table; Enter, a double click or the arrow brings a text back."""

    wanted = Signal(int)
    """Number of the row that is to come back."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._theme = theme
        self.earlier = EarlierModel(self)
        self.hovered_row = -1
        self.setModel(self.earlier)
        self.setItemDelegate(_Delegate(theme, self))
        self.setObjectName("earlier_texts")
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.entered.connect(lambda index: self._hover(index.row()))
        self.activated.connect(lambda index: self.wanted.emit(index.row()))
        self.clicked.connect(self._take_click)
        self.earlier.modelReset.connect(self._measure)
        theme.changed.connect(self._measure)
        self._measure()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the height of the first rows: few texts take little room from the answers above."""
        shown = min(_ROWS, len(self.earlier.rows))
        return QSize(super().sizeHint().width(), self._theme.px(30 + 34 * shown))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Marks no row."""
        super().leaveEvent(event)
        self._hover(-1)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Divides the width anew."""
        super().resizeEvent(event)
        self._measure_columns()

    def _take_click(self, index: QModelIndex) -> None:
        if index.column() > len(self.earlier.columns):
            self.wanted.emit(index.row())

    def _hover(self, row: int) -> None:
        self.hovered_row = row
        self.viewport().update()

    def _measure(self) -> None:
        px = self._theme.px
        header = self.horizontalHeader()
        header.setFixedHeight(px(30))
        header.setFont(self._theme.font("caption"))
        # The card shows through, with its round corners.
        look = f"padding-left: {px(12)}px; background: transparent;"
        header.setStyleSheet(f"QHeaderView {{ background: transparent; }} QHeaderView::section {{ {look} }}")
        self.verticalHeader().setDefaultSectionSize(px(34))
        self.verticalHeader().setMinimumSectionSize(px(20))
        self._measure_columns()

    def _measure_columns(self) -> None:
        header, px = self.horizontalHeader(), self._theme.px
        last = self.earlier.columnCount() - 1
        for column in range(last + 1):
            header.setSectionResizeMode(
                column, QHeaderView.ResizeMode.Fixed if column else QHeaderView.ResizeMode.Stretch
            )
            if column:
                self.setColumnWidth(column, px(_BACK) if column == last else self._width_of(column))

    def _width_of(self, column: int) -> int:
        """Returns the width of a model's column: long answers get at most half of the room in all."""
        px, metrics = self._theme.px, QFontMetrics(self._theme.font("body"))
        widest = max(
            (metrics.horizontalAdvance(row.answers[column - 1]) for row in self.earlier.rows), default=0
        )
        most = self.viewport().width() // 2 // len(self.earlier.columns)
        return max(px(_ANSWER), min(widest + px(_BESIDE_ANSWER), most))


class EarlierTexts(Panel):
    """The table in its card, or a sentence while nothing was tried.

    Attributes:
        table: The table.
    """

    wanted = Signal(int)
    """Number of the row that is to come back."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(theme, parent=parent)
        self.setAccessibleName("Earlier texts")
        self.table = EarlierTable(theme)
        words = "Earlier texts come here, with what each model said to them."
        self._nothing = label(theme, words, "small", "text3")
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignTop)
        self._column.addWidget(self.table, 1)
        self.table.wanted.connect(self.wanted)
        self._measure()
        theme.changed.connect(self._measure)

    def show_rows(self, columns: Sequence[EarlierColumn], rows: Sequence[EarlierRow]) -> None:
        """Shows what was tried.

        Args:
            columns: The models.
            rows: The newest first.
        """
        self.table.setAccessibleName(f"Earlier texts, {len(rows):,}")
        self.table.earlier.show_rows(columns, rows)
        self._nothing.setVisible(not rows)
        self.table.setVisible(bool(rows))
        self._measure()

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(1, px(6), 1, px(6))  # below the round corners
        self._nothing.setContentsMargins(px(14), px(8), px(14), px(8))
        self.setMinimumHeight(self.table.sizeHint().height() + px(14))
