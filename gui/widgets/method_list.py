"""The methods to choose from, each with a thumbnail of what it does: a list, or a combo box."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui.look.painting import draw_panel
from gui.look.theme import Theme
from gui.widgets.method_rows import ROW_ROLE, HeadingRow, Index, ListRow, MethodModel, MethodRow
from gui.widgets.method_thumbnail import HEIGHT, WIDTH, paint_thumbnail, thumbnail_pixmap

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class MethodDelegate(QStyledItemDelegate):
    """Draws headings and methods.

    Args:
        theme: Colours, fonts, lengths.
        parent: Owner.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.compact = False
        self.chosen = ""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802, ARG002 (Qt's name)
        """Returns 49 (compact 37) for a method, 25 for a heading, less for the first."""
        px = self._theme.px
        if isinstance(index.data(ROW_ROLE), HeadingRow):
            return QSize(px(100), px((17 if index.row() == 0 else 25) - (2 if self.compact else 0)))
        return QSize(px(100), px(37 if self.compact else 49))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draws a row."""
        row = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(option.rect)
        if isinstance(row, HeadingRow):
            self._paint_heading(painter, row, rect)
        elif isinstance(row, MethodRow):
            state = option.state
            hovered = bool(state & QStyle.StateFlag.State_MouseOver)
            self._paint_method(painter, row, rect, hovered=hovered)
        painter.restore()

    def _paint_heading(self, painter: QPainter, row: HeadingRow, rect: QRectF) -> None:
        px = self._theme.px
        painter.setFont(self._theme.font("caption"))
        painter.setPen(self._theme.color("text3"))
        line = QRectF(rect.left() + px(8), rect.bottom() - px(18), rect.width() - px(8), px(16))
        painter.drawText(line, int(_LEFT), row.text)

    def _paint_method(self, painter: QPainter, row: MethodRow, rect: QRectF, *, hovered: bool) -> None:
        px, chosen = self._theme.px, row.id == self.chosen
        fill = "surface" if chosen else "hover" if hovered and not row.reason else ""
        if fill:
            edge = self._theme.color("ink") if chosen else None
            draw_panel(
                painter, rect, self._theme.color(fill), edge, radius=self._theme.radius("card"), width=1.5
            )
        height = px(32 if self.compact else HEIGHT)
        thumbnail = QRectF(
            rect.left() + px(9), rect.center().y() - height / 2, height * WIDTH / HEIGHT, height
        )
        if row.view is not None:
            painter.setOpacity(0.4 if row.reason else 1.0)
            paint_thumbnail(painter, self._theme, row.view, thumbnail)
            painter.setOpacity(1.0)
        self._paint_words(painter, row, rect, chosen=chosen)
        if chosen:
            check = self._theme.pixmap("check", "text", 18)
            painter.drawPixmap(round(rect.right() - px(28)), round(rect.center().y() - px(9)), check)

    def _paint_words(self, painter: QPainter, row: MethodRow, rect: QRectF, *, chosen: bool) -> None:
        px = self._theme.px
        left, line = px(49 if self.compact else 59), px(18)
        room = rect.width() - left - (px(34) if chosen else px(6))
        middle = rect.center().y()
        gap = px(-1 if self.compact else 0)
        for text, font, token, top in (
            (
                row.name,
                self._theme.font("bodyStrong" if chosen else "body", 600 if chosen else 500),
                "disabled" if row.reason else "text",
                middle - line - gap,
            ),
            (row.note, self._theme.font("caption"), "text3", middle + gap - px(1)),
        ):
            painter.setFont(font)
            painter.setPen(self._theme.color(token))
            cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room))
            painter.drawText(QRectF(rect.left() + left, top, room, line), int(_LEFT), cut)


class MethodList(QListView):
    """The methods, grouped by what they change.

    Args:
        theme: Colours, fonts, lengths.
        parent: Owner.
    """

    method_chosen = Signal(str)
    """The person wishes another method."""

    reset_requested = Signal()
    """The person clicked the chosen method again, whose layers were set by hand."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = MethodModel(self)
        self._delegate = MethodDelegate(theme, self)
        self.setObjectName("methods")
        self.setAccessibleName("Methods")
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setProperty("focus_radius", theme.radius("card"))
        self.setStyleSheet("QListView { background: transparent; border: none; }")
        self.viewport().setAutoFillBackground(False)
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    @property
    def chosen(self) -> str:
        """Returns the id of the chosen method."""
        return self._delegate.chosen

    @property
    def rows(self) -> list[ListRow]:
        """Returns the rows that are shown."""
        return self._model.rows

    def set_rows(self, rows: Sequence[ListRow], chosen: str) -> None:
        """Shows methods.

        Args:
            rows: Headings and methods.
            chosen: Id of the chosen method; empty for none.
        """
        self._model.set_rows(rows)
        self._delegate.chosen = chosen
        place = self._model.place_of(chosen)
        index = self._model.index(place) if place >= 0 else QModelIndex()
        if index != self.currentIndex():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            if place >= 0:
                self.scrollTo(index)
        self.viewport().update()

    def set_compact(self, compact: bool) -> None:
        """Draws rows of 37 instead of 49."""
        self._delegate.compact = compact
        self.scheduleDelayedItemsLayout()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Moves along the methods; where the keys stop is chosen."""
        before = self.currentIndex()
        super().keyPressEvent(event)
        if self.currentIndex() != before:
            self._choose(self.currentIndex())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Chooses what was clicked."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self._choose(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Shows a hand over what can be chosen; a drag chooses nothing."""
        index = self.indexAt(event.position().toPoint())
        can = index.isValid() and bool(index.flags() & Qt.ItemFlag.ItemIsSelectable)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if can else Qt.CursorShape.ArrowCursor)
        if not event.buttons():
            super().mouseMoveEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, MethodRow) or row.reason:
            return
        if row.id != self.chosen:
            self.method_chosen.emit(row.id)
        elif row.edited:
            self.reset_requested.emit()


class MethodCombo(QComboBox):
    """The methods as a combo box with thumbnails, for narrow windows.

    Args:
        theme: Colours, fonts, lengths.
        parent: Owner.
    """

    method_chosen = Signal(str)
    """The person wishes another method."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[ListRow] = []
        self._chosen = ""
        self.setObjectName("methods_combo")
        self.setAccessibleName("Methods")
        self.activated.connect(self._take)
        theme.changed.connect(self._fill)

    def set_rows(self, rows: Sequence[ListRow], chosen: str) -> None:
        """Shows methods.

        Args:
            rows: Headings and methods.
            chosen: Id of the chosen method; empty for none.
        """
        if (list(rows), chosen) != (self._rows, self._chosen):
            self._rows, self._chosen = list(rows), chosen
            self._fill()

    def _fill(self) -> None:
        self.blockSignals(True)
        self.clear()
        self.setIconSize(QSize(self._theme.px(24), self._theme.px(25)))
        for row in self._rows:
            if isinstance(row, HeadingRow):
                self.addItem(row.text, "")
            else:
                icon = QIcon() if row.view is None else QIcon(thumbnail_pixmap(self._theme, row.view, 25))
                self.addItem(icon, row.short, row.id)
            if isinstance(row, HeadingRow) or row.reason:
                item = self.model().index(self.count() - 1, 0)
                self.model().setData(item, 0, int(Qt.ItemDataRole.UserRole) - 1)  # Qt's way to switch it off
        self.setCurrentIndex(self.findData(self._chosen) if self._chosen else -1)
        self.blockSignals(False)

    def showPopup(self) -> None:  # noqa: N802 (Qt's name)
        """Opens the list, wide enough for why a method cannot be chosen."""
        view = self.view()
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        view.setMinimumWidth(min(view.sizeHintForColumn(0) + self._theme.px(24), self._theme.px(460)))
        super().showPopup()

    def _take(self, place: int) -> None:
        method = self.itemData(place)
        if method and method != self._chosen:
            self.method_chosen.emit(method)
