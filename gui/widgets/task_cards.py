"""What can be learned from the file: a card per task of the catalog, a list box where there is no room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QStandardItemModel
from PySide6.QtWidgets import QAbstractButton, QComboBox, QHBoxLayout, QSizePolicy, QWidget

from engine.protocol.catalog import TaskEntry
from gui.look.theme import Theme


def why_not_served(task: TaskEntry, columns: int) -> str:
    """Says why a file's columns cannot serve a task; empty when they can.

    Args:
        task: The task.
        columns: How many columns the file has.
    """
    needed = sum(1 for role in task.roles if role.required)
    if columns >= needed:
        return ""
    roles = " and ".join(f'"{role.label}"' for role in task.roles if role.required)
    have = f"{columns} column" if columns == 1 else f"{columns} columns"
    return f"Needs a column each for {roles}; this file has {have}."


class TaskCard(QAbstractButton):
    """One task: icon, name and a few words; the whole card is the button."""

    def __init__(self, theme: Theme, task: TaskEntry, parent: QWidget | None = None) -> None:
        """Makes a card."""
        super().__init__(parent)
        self._theme = theme
        self._task = task
        self.setObjectName(f"task_{task.id}")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_reason("")
        theme.changed.connect(self._restyle)

    def set_reason(self, reason: str) -> None:
        """Greys the card with the reason why the file cannot serve it; empty makes it usable."""
        self.setEnabled(not reason)
        self.setToolTip(reason or f"{self._task.name}: {self._task.summary}")
        self.setAccessibleName(f"{self._task.name}, {self._task.summary}")
        self.setAccessibleDescription(reason)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Returns the size of a card."""
        return QSize(self._theme.px(206), self._theme.px(48))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Returns the least width that shows a name."""
        return QSize(self._theme.px(140), self._theme.px(48))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own name
        """Chooses on Enter too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Paints the card."""
        theme, px = self._theme, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        edge = 1.5 if chosen else 1.0
        box = QRectF(self.rect()).adjusted(edge / 2, edge / 2, -edge / 2, -edge / 2)
        fill = "surface" if not self.isEnabled() else "pressed" if self.isDown() else "surface"
        if self.isEnabled() and self.underMouse() and not chosen:
            fill = "hover"
        painter.setPen(QPen(theme.color("ink" if chosen else "border"), edge))
        painter.setBrush(theme.color(fill))
        painter.drawRoundedRect(box, theme.radius("control") + 1, theme.radius("control") + 1)
        name, note = ("text", "text3") if self.isEnabled() else ("disabled", "disabled")
        size = px(18)
        painter.drawPixmap(px(14), (self.height() - size) // 2, theme.pixmap(self._task.icon, name, 18))
        left = px(42)
        room = self.width() - left - px(10)
        middle = self.height() / 2
        lines = (
            ("bodyStrong", name, self._task.name, QRectF(left, middle - px(19), room, px(20))),
            ("caption", note, self._task.summary, QRectF(left, middle + px(1), room, px(16))),
        )
        for role, token, text, place in lines:
            painter.setFont(theme.font(role))
            painter.setPen(theme.color(token))
            words = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), words)


class TaskCards(QWidget):
    """The row of cards, and a list box for where there is no room for it.

    Signals:
        task_chosen: Id of the task that the person chose.
    """

    task_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts without tasks."""
        super().__init__(parent)
        self._theme = theme
        self._tasks: tuple[TaskEntry, ...] = ()
        self._cards: dict[str, TaskCard] = {}
        self.setObjectName("tasks")
        self.setAccessibleName("Task")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._row_layout = QHBoxLayout(self)
        self._row_layout.setContentsMargins(0, 0, 0, 0)
        self._row_layout.addStretch(0)
        self._box = QComboBox()
        self._box.setObjectName("task_box")
        self._box.setAccessibleName("Task")
        self._box.activated.connect(lambda place: self.task_chosen.emit(str(self._box.itemData(place))))
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def cards(self) -> dict[str, TaskCard]:
        """Task id → card."""
        return dict(self._cards)

    @property
    def box(self) -> QComboBox:
        """The list box of the compact layout; the page puts it where it has room for it."""
        return self._box

    def show_tasks(self, *, compact: bool) -> None:
        """Shows the cards, or the list box in their place; neither without tasks."""
        self.setVisible(bool(self._tasks) and not compact)
        self._box.setVisible(bool(self._tasks) and compact)

    def set_tasks(self, tasks: Sequence[TaskEntry], chosen: str, reasons: Mapping[str, str]) -> None:
        """Shows the tasks.

        Args:
            tasks: All tasks of the catalog, in order.
            chosen: Id of the chosen one.
            reasons: Task id → why this file cannot serve it, for those that it cannot.
        """
        if tuple(tasks) != self._tasks:
            self._make(tasks)
        for task in tasks:
            reason = reasons.get(task.id, "")
            card = self._cards[task.id]
            card.set_reason(reason)
            card.setChecked(task.id == chosen)
            place = self._box.findData(task.id)
            items = self._box.model()
            if isinstance(items, QStandardItemModel):
                items.item(place).setEnabled(not reason)
            self._box.setItemData(place, reason, Qt.ItemDataRole.ToolTipRole)
        self._box.setCurrentIndex(self._box.findData(chosen))

    def _make(self, tasks: Sequence[TaskEntry]) -> None:
        for card in self._cards.values():
            self._row_layout.removeWidget(card)
            card.setParent(None)
            card.deleteLater()
        self._tasks = tuple(tasks)
        self._cards = {}
        self._box.clear()
        for place, task in enumerate(tasks):
            card = TaskCard(self._theme, task, self)
            card.clicked.connect(lambda _checked=False, task_id=task.id: self.task_chosen.emit(task_id))
            # A few cards keep their size at the left; six share the row.
            self._row_layout.insertWidget(place, card, 1)
            self._cards[task.id] = card
            self._box.addItem(task.name, task.id)
        self._restyle()

    def _restyle(self) -> None:
        px = self._theme.px
        self._row_layout.setSpacing(px(8))
        missing = max(0, 6 - len(self._tasks))
        self._row_layout.setStretch(self._row_layout.count() - 1, missing)
        self._box.setMinimumWidth(px(180))
        for place, task in enumerate(self._tasks):
            self._box.setItemIcon(place, self._theme.icon(task.icon))
        self.setFixedHeight(px(48))
