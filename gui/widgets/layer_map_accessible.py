"""The layer map for screen readers: a list whose children are check boxes, one for each row."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface, QAccessibleStateChangeEvent
from PySide6.QtWidgets import QAccessibleWidget
from shiboken6 import getCppPointer, isValid

from gui.widgets.layer_map_words import map_name, row_description, row_name

if TYPE_CHECKING:
    from gui.widgets.layer_map import LayerMap

_WIDGET_CLASS = "LayerMap"
_installed = False


class RowInterface(QAccessibleInterface):
    """A row as a check box: checked means trainable.

    Args:
        layer_map: The map it stands in.
        index: Place among its rows, from the bottom.
    """

    def __init__(self, layer_map: LayerMap, index: int) -> None:
        super().__init__()
        self._map = layer_map
        self._index = index

    def isValid(self) -> bool:  # noqa: N802 (Qt's name)
        """Returns whether there still is such a row."""
        return isValid(self._map) and self._index < len(self._map.shown.rows)

    def object(self) -> QObject | None:  # type: ignore[override]  # a row is no QObject
        """Returns nothing: a row is painted, not a widget."""
        return None

    def parent(self) -> QAccessibleInterface:
        """Returns the map."""
        return QAccessible.queryAccessibleInterface(self._map)

    def child(self, _index: int) -> QAccessibleInterface | None:  # type: ignore[override]  # it has none
        """Returns nothing."""
        return None

    def childAt(self, _x: int, _y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # noqa: N802 (Qt's name)
        """Returns nothing."""
        return None

    def childCount(self) -> int:  # noqa: N802 (Qt's name)
        """Returns 0."""
        return 0

    def indexOfChild(self, _child: QAccessibleInterface) -> int:  # noqa: N802 (Qt's name)
        """Returns -1."""
        return -1

    def role(self) -> QAccessible.Role:
        """Returns that it is a check box."""
        return QAccessible.Role.CheckBox

    def rect(self) -> QRect:
        """Returns its place on the screen."""
        if not self.isValid():
            return QRect()
        rect = self._map.row_rect(self._index)
        return QRect(self._map.mapToGlobal(rect.topLeft()), rect.size())

    def state(self) -> QAccessible.State:
        """Returns whether it is checked, focused, and may be changed."""
        state = QAccessible.State()
        if self.isValid():
            row = self._map.shown.rows[self._index]
            state.checkable = 1
            state.checked = int(row.trainable)
            state.readOnly = int(not row.can_toggle or not self._map.is_interactive)
            state.focusable = 1
            state.focused = int(self._map.hasFocus() and self._map.focused_row == self._index)
        return state

    def text(self, which: QAccessible.Text) -> str:
        """Returns name, value or description."""
        if not self.isValid():
            return ""
        view = self._map.shown
        row = view.rows[self._index]
        if which is QAccessible.Text.Name:
            return row_name(view, row)
        if which is QAccessible.Text.Value:
            return row.state_word
        return row_description(row) if which is QAccessible.Text.Description else ""

    def setText(self, _which: QAccessible.Text, _text: str) -> None:  # noqa: N802 (Qt's name)
        """Changes nothing: what a row says follows from the model."""


class MapInterface(QAccessibleWidget):
    """The map as a list of its rows, top row first, as they are read.

    Args:
        layer_map: The map.
    """

    def __init__(self, layer_map: LayerMap) -> None:
        super().__init__(layer_map, QAccessible.Role.List)
        self._map = layer_map
        self._rows: list[RowInterface] = []
        self._ids: list[int] = []
        layer_map.destroyed.connect(partial(_forget, self._ids))

    def row(self, index: int) -> RowInterface:
        """Returns the row at a place from the bottom; interfaces are made once and kept."""
        while len(self._rows) <= index:
            made = RowInterface(self._map, len(self._rows))
            self._rows.append(made)
            self._ids.append(QAccessible.registerAccessibleInterface(made))
        return self._rows[index]

    def childCount(self) -> int:  # noqa: N802 (Qt's name)
        """Returns the number of rows."""
        return len(self._map.shown.rows)

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]  # none outside the range
        """Returns a row, the top one first."""
        count = self.childCount()
        return self.row(count - 1 - index) if 0 <= index < count else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: N802 (Qt's name)
        """Returns a row's place from the top, -1 when it is not one of them."""
        wanted = getCppPointer(child)
        for index, row in enumerate(self._rows):
            if getCppPointer(row) == wanted:
                return self.childCount() - 1 - index
        return -1

    def text(self, which: QAccessible.Text) -> str:
        """Returns the name with the counts."""
        return map_name(self._map.shown) if which is QAccessible.Text.Name else ""


def install() -> None:
    """Teaches Qt to ask layer maps for their rows; may be called often."""
    global _installed
    if not _installed:
        QAccessible.installFactory(_make)
        _installed = True


def announce_focus(layer_map: LayerMap, index: int) -> None:
    """Tells a screen reader that another row has the focus."""
    row = _row(layer_map, index)
    if row is not None:
        QAccessible.updateAccessibility(QAccessibleEvent(row, QAccessible.Event.Focus))


def announce_state(layer_map: LayerMap, index: int) -> None:
    """Tells a screen reader that a row was frozen or thawed."""
    row = _row(layer_map, index)
    if row is not None:
        changed = QAccessible.State()
        changed.checked = 1
        QAccessible.updateAccessibility(QAccessibleStateChangeEvent(row, changed))


def _row(layer_map: LayerMap, index: int) -> RowInterface | None:
    if not QAccessible.isActive():
        return None
    interface = QAccessible.queryAccessibleInterface(layer_map)
    return interface.row(index) if isinstance(interface, MapInterface) else None


def _make(class_name: str, made_for: QObject) -> QAccessibleInterface | None:
    if class_name != _WIDGET_CLASS or not hasattr(made_for, "keep_interface"):
        return None
    interface = MapInterface(made_for)  # type: ignore[arg-type]  # the class name said so
    made_for.keep_interface(interface)
    return interface


def _forget(ids: list[int]) -> None:
    for interface_id in ids:
        QAccessible.deleteAccessibleInterface(interface_id)
