"""Find anything: pages, settings, runs and help in one list, reached with Ctrl K."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gui.look.painting import draw_panel
from gui.look.theme import Theme
from gui.widgets.cards import Divider, Panel
from gui.widgets.labels import ThemedLabel
from gui.widgets.search_entries import SearchEntry, find_entries

_ENTRY = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex


class _EntryModel(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: tuple[SearchEntry, ...] = ()

    def show(self, entries: Sequence[SearchEntry]) -> None:
        self.beginResetModel()
        self.entries = tuple(entries)
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent is not None and parent.isValid() else len(self.entries)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        entry = self.entries[index.row()]
        if role == _ENTRY:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{entry.title}, {entry.kind}"
        return None


class _EntryDelegate(QStyledItemDelegate):
    """Draws an entry: icon, title, what it is, and its keys at the right."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802, ARG002 (Qt's name)
        return QSize(self._theme.px(200), self._theme.px(36))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        entry = index.data(_ENTRY)
        theme, px = self._theme, self._theme.px
        rect = QRectF(option.rect)
        chosen = index.row() == self._current_row()
        if chosen:
            draw_panel(painter, rect, theme.color("selected"), None, radius=theme.radius("control"))
        top = rect.top() + (rect.height() - px(18)) / 2
        painter.drawPixmap(int(rect.left()) + px(12), int(top), theme.pixmap(entry.icon, "text2", 18))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        painter.setFont(theme.font("body", 500))
        painter.setPen(theme.color("text"))
        words = rect.adjusted(px(42), 0, -px(12), 0)
        painter.drawText(words, middle, entry.title)
        behind = words.adjusted(painter.fontMetrics().horizontalAdvance(entry.title) + px(10), 0, 0, 0)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text3"))
        at_right = entry.keys or entry.kind
        painter.drawText(words, right, at_right)
        behind.setRight(words.right() - painter.fontMetrics().horizontalAdvance(at_right) - px(12))
        detail = painter.fontMetrics().elidedText(
            entry.detail, Qt.TextElideMode.ElideRight, max(0, int(behind.width()))
        )
        painter.drawText(behind, middle, detail)

    def _current_row(self) -> int:
        view = self.parent()
        return view.currentIndex().row() if isinstance(view, QListView) else -1


class CommandSearch(Panel):
    """A panel over the window with a field and what it finds.

    Args:
        theme: Where colours and lengths come from.
        parent: The window it lies over.
    """

    chosen = Signal(str)
    """The person chose an entry; carries its id."""

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, edge="borderStrong", parent=parent)
        self._entries: tuple[SearchEntry, ...] = ()
        self._before: QWidget | None = None
        self.field = QLineEdit()
        self.field.setObjectName("search_field")
        self.field.setAccessibleName("Find anything")
        self.field.setPlaceholderText("Find pages, settings, runs and help")
        self.field.setProperty("plain", True)
        self.field.setProperty("focus_ring", False)
        self.field.textChanged.connect(self._find)
        self.field.installEventFilter(self)
        self._model = _EntryModel(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_EntryDelegate(theme, self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName("Found")
        self.list.setObjectName("search_results")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._take)
        self.list.entered.connect(self.list.setCurrentIndex)
        self._nothing = ThemedLabel(theme, "", "small", "text2")
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.field)
        self._column.addWidget(Divider(theme))
        self._column.addWidget(self.list)
        self._column.addWidget(self._nothing)
        self.setAccessibleName("Find anything")
        self._measure()
        theme.changed.connect(self._measure)
        self.hide()

    def set_entries(self, entries: Sequence[SearchEntry]) -> None:
        """Sets what can be found."""
        self._entries = tuple(entries)
        self._find()

    def found(self) -> tuple[SearchEntry, ...]:
        """Returns what is listed now, best first."""
        return self._model.entries

    def open(self) -> None:
        """Shows itself over the window with an empty field."""
        self._before = self.window().focusWidget()
        self.field.clear()
        self._find()
        self.place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_search(self) -> None:
        """Hides itself and gives the focus back."""
        if not self.isVisible():
            return
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def place(self) -> None:
        """Puts itself at the top of the window, in the middle."""
        window = self.parentWidget()
        if window is None:
            return
        px = self._theme.px
        width = min(px(600), window.width() - px(48))
        rows = min(max(1, len(self._model.entries)), 9)
        height = px(46) + px(1) + rows * px(36) + px(4) + px(6) + 2 * px(4) + 2
        height = min(height, window.height() - px(120))
        self.setGeometry((window.width() - width) // 2, px(64), width, height)

    def _find(self) -> None:
        self._model.show(find_entries(self._entries, self.field.text()))
        any_found = bool(self._model.entries)
        self.list.setVisible(any_found)
        self._nothing.setVisible(not any_found)
        self._nothing.setText(f'Nothing is called "{self.field.text()}".')
        if any_found:
            self.list.setCurrentIndex(self._model.index(0, 0))
        self.place()

    def _take(self, index: QModelIndex) -> None:
        entry = index.data(_ENTRY)
        if entry is not None:
            self.close_search()
            self.chosen.emit(entry.id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Moves in the list with the arrow keys while the field has the focus."""
        if event.type() == QEvent.Type.FocusOut:
            self.close_search()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _key(self, key: Qt.Key) -> bool:
        row, last = self.list.currentIndex().row(), len(self._model.entries) - 1
        moves = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        if key in moves:
            self.list.setCurrentIndex(self._model.index(max(0, min(row + moves[key], last)), 0))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self.list.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.close_search()
        else:
            return False
        return True

    def _measure(self) -> None:
        px = self._theme.px
        self.field.setFont(self._theme.font("lead"))
        self.field.setFixedHeight(px(46))
        self.field.setTextMargins(px(10), 0, px(10), 0)
        self._column.setContentsMargins(px(6), px(4), px(6), px(6))
        self._column.setSpacing(px(4))
        self._nothing.setContentsMargins(px(12), px(4), px(12), px(8))
        self.place()
