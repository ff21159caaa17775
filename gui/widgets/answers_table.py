"""The table of answers: a bar for the confidence, said, truth, as much of the text as fits."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent, QTextLayout
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gui.look.theme import Theme
from gui.widgets.answers_model import TEXT_COLUMN, TRUTH_COLUMN, AnswersModel
from gui.widgets.header_corner import HeaderCorner
from gui.widgets.prediction_bars import paint_share_bar
from gui.widgets.rows_table import elide_words
from gui.widgets.word_marks import Sides, paint_marks

_CONFIDENCE_WIDTH, _ANSWER_WIDTH = 112, 88
_LEAST_SEEN = 14
"""Height of a row from which something of its words can be seen."""
_MOST_WIDTH, _MOST_TWO = 150, 230
"""Width of a column of labels, and of one in which a label stands beside the one that took its place."""


class AnswerDelegate(QStyledItemDelegate):
    """Paints one cell."""

    def __init__(self, theme: Theme, table: QTableView) -> None:
        """Paints for a table."""
        super().__init__(table)
        self._theme = theme
        self.sides: Sides | None = None
        self.hovered_row = -1

    def sizeHint(  # noqa: N802 (Qt's name)
        self,
        option: QStyleOptionViewItem,  # noqa: ARG002 (Qt's argument)
        index: QModelIndex | QPersistentModelIndex,  # noqa: ARG002 (Qt's argument)
    ) -> QSize:
        """Returns the height of a row."""
        return QSize(self._theme.px(60), self._theme.px(34))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paints ground, line and content."""
        theme, px = self._theme, self._theme.px
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selected"))
        elif index.row() == self.hovered_row:
            painter.fillRect(rect, theme.color("hover"))
        painter.setPen(QPen(theme.color("border"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        inner = rect.adjusted(px(12), 0, -px(6), 0)
        if index.column() == 0:
            self._paint_confidence(painter, inner, float(index.data(Qt.ItemDataRole.UserRole)), index)
        else:
            strong = index.column() == TRUTH_COLUMN
            painter.setFont(theme.font("body", 600 if strong else 400))
            painter.setPen(theme.color("text"))
            words = elide_words(str(index.data()), painter.fontMetrics(), inner.width())
            if index.column() == TEXT_COLUMN:
                self._paint_marks(painter, index, words, inner)
            single = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
            painter.drawText(inner, int(single), words)
        painter.restore()

    def _paint_marks(
        self, painter: QPainter, index: QModelIndex | QPersistentModelIndex, words: str, inner: QRect
    ) -> None:
        """Paints what lies below the words that moved an answer."""
        model = index.model()
        marks = model.marks(index.row()) if isinstance(model, AnswersModel) else ()
        if not marks or self.sides is None:
            return
        layout = QTextLayout(words, painter.font())
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(100_000)
        layout.endLayout()
        whole = len(words) - words.endswith("…")
        seen = [mark for mark in marks if mark.end <= whole]
        origin = QPointF(inner.left(), inner.center().y() - line.height() / 2 + 0.5)
        paint_marks(painter, self._theme, layout, seen, self.sides.colors(self._theme), origin)

    def _paint_confidence(
        self, painter: QPainter, inner: QRect, share: float, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, px = self._theme, self._theme.px
        bar = QRectF(inner.left(), inner.center().y() - px(3) + 1, px(42), px(6))
        paint_share_bar(painter, theme, bar, share, "text2")
        painter.setFont(theme.font("body", 600))
        painter.setPen(theme.color("text"))
        words = QRectF(bar.right() + px(9), inner.top(), inner.width() - px(50), inner.height())
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), str(index.data()))


class AnswersTable(QTableView):
    """The listed answers; the rows are virtual, so thousands cost nothing."""

    def __init__(self, theme: Theme, model: AnswersModel, parent: QWidget | None = None) -> None:
        """Shows a model."""
        super().__init__(parent)
        self._theme = theme
        self._answers = model
        self._compact = False
        self._delegate = AnswerDelegate(theme, self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setObjectName("answers_table")
        self.setAccessibleName("Wrong answers")
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.entered.connect(lambda index: self._hover(index.row()))
        HeaderCorner(theme, self)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(TEXT_COLUMN, QHeaderView.ResizeMode.Stretch)
        self._measure()
        theme.changed.connect(self._measure)

    def set_compact(self, compact: bool) -> None:
        """Takes 29 for a row instead of 34."""
        self._compact = compact
        self._measure()

    def select_row(self, row: int) -> None:
        """Chooses a listed answer, if it is there."""
        if 0 <= row < self.model().rowCount():
            # Said outright: the table would take a key that is held (Ctrl 4) for the wish to drop the row.
            flags = QItemSelectionModel.SelectionFlag
            wanted = flags.ClearAndSelect | flags.Rows
            self.selectionModel().setCurrentIndex(self.model().index(row, 0), wanted)

    def set_sides(self, sides: Sides) -> None:
        """Says which words have which line and colour."""
        self._delegate.sides = sides
        self.viewport().update()

    def rows_in_sight(self) -> range:
        """Returns the places in the list of the answers that can be seen."""
        top, bottom = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        last = bottom if bottom >= 0 else self.model().rowCount() - 1
        return range(max(0, top), last + 1)

    def selected_rows(self) -> list[int]:
        """Returns the places in the list of the answers that are chosen."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Marks no row."""
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        self._delegate.hovered_row = row
        self.viewport().update()

    def _measure(self) -> None:
        px = self._theme.px
        self.verticalHeader().setDefaultSectionSize(px(29 if self._compact else 34))
        self.verticalHeader().setMinimumSectionSize(px(20))
        header = self.horizontalHeader()
        header.setFixedHeight(px(28 if self._compact else 32))
        header.setFont(self._theme.font("caption"))
        header.setStyleSheet(f"QHeaderView::section {{ padding-left: {px(12)}px; }}")
        self.fit_columns()
        self.scrollTo(self.currentIndex())  # rows are higher or lower now

    def sliver(self) -> int:
        """Returns the height of a row at the lower edge of which nothing can be read; 0 for none."""
        height = self.viewport().height()
        row = self.rowAt(height - 1)
        seen = height - self.rowViewportPosition(row) if row >= 0 else 0
        return seen if seen < self._theme.px(_LEAST_SEEN) else 0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draws the rows; a sliver of one looks like a mistake."""
        super().paintEvent(event)
        if sliver := self.sliver():
            area = self.viewport().rect()
            QPainter(self.viewport()).fillRect(
                area.adjusted(0, area.height() - sliver, 0, 0), self._theme.color("surface")
            )

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Shares the width anew where answers are written ones; the chosen answer stays in sight."""
        super().resizeEvent(event)
        self.fit_columns()
        self.scrollTo(self.currentIndex())

    def fit_columns(self) -> None:
        """Gives names of classes the room that they need, and written answers as much as the text."""
        px, model = self._theme.px, self._answers
        self.setColumnWidth(0, px(_CONFIDENCE_WIDTH))
        if model.is_written:
            most = (self.viewport().width() - px(_CONFIDENCE_WIDTH)) * 3 // 10
            needed = [self._widest({one.said for one in model.answers})]
            needed.append(self._widest({one.truth for one in model.answers}))
            widths = [max(px(_ANSWER_WIDTH), min(width, most)) for width in needed]
        else:
            names = {one.said for one in model.answers} | {one.truth for one in model.answers}
            width = min(max(px(_ANSWER_WIDTH), self._widest(names)), px(_MOST_WIDTH))
            two = self._widest({model.truth(one) for one in model.answers}) if model.relabelled else 0
            widths = [width, max(width, min(two, px(_MOST_TWO)))]
        for column, width in enumerate(widths, start=1):
            self.setColumnWidth(column, width)

    def _widest(self, names: Collection[str]) -> int:
        """Returns the width of a column for some names."""
        metrics = QFontMetrics(self._theme.font("body", 600))
        widths = (metrics.horizontalAdvance(name[:60]) for name in names)
        return max(widths, default=0) + self._theme.px(22)
