"""What the keys do on the layer map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from gui.widgets.layer_map import LayerMap


def handle_key(layer_map: LayerMap, event: QKeyEvent) -> bool:
    """Does what a key asks for.

    Arrows move, with Shift they paint the state on, with Alt they move the thaw line; Space or Enter
    toggles; F and T freeze and thaw everything; right and left open and close a block.

    Args:
        layer_map: The map with the focus.
        event: The key.

    Returns:
        Whether the key meant something here.
    """
    if not layer_map.shown.rows:
        return False
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
    key = Qt.Key(event.key())
    if key in steps:
        return _move(layer_map, steps[key], modifiers)
    if modifiers:
        return False
    if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
        layer_map.focus_row(0 if key == Qt.Key.Key_End else len(layer_map.shown.rows) - 1)
        return True
    return layer_map.is_interactive and _change(layer_map, key)


def _move(layer_map: LayerMap, step: int, modifiers: Qt.KeyboardModifier) -> bool:
    if modifiers == Qt.KeyboardModifier.NoModifier:
        layer_map.focus_row(layer_map.focused_row + step)
        return True
    if not layer_map.is_interactive:
        return False
    if modifiers == Qt.KeyboardModifier.AltModifier:
        view = layer_map.shown
        wanted = view.thaw_index + step
        if view.shows_thaw_line and 0 <= wanted <= len(view.toggle_rows):
            wish_thaw_line(layer_map, wanted)
        return True
    if modifiers == Qt.KeyboardModifier.ShiftModifier:
        anchor = layer_map.shown.rows[layer_map.focused_row]
        layer_map.focus_row(layer_map.focused_row + step)
        row = layer_map.shown.rows[layer_map.focused_row]
        if anchor.can_toggle and row.can_toggle and row.trainable != anchor.trainable:
            wish_states(layer_map, list(row.ids), anchor.trainable)
        return True
    return False


def _change(layer_map: LayerMap, key: Qt.Key) -> bool:
    row = layer_map.shown.rows[layer_map.focused_row]
    if key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
        if row.can_toggle:
            wish_states(layer_map, list(row.ids), not row.trainable)
    elif key in (Qt.Key.Key_F, Qt.Key.Key_T):
        layers = [layer for each in layer_map.shown.toggle_rows for layer in each.ids]
        wish_states(layer_map, layers, key == Qt.Key.Key_T)
    elif key == Qt.Key.Key_Right and row.is_group:
        layer_map.group_opened.emit(row.id)
    elif key in (Qt.Key.Key_Right, Qt.Key.Key_Left) and row.pieces:
        layer_map.set_opened(row.id, key == Qt.Key.Key_Right)
    else:
        return key in (Qt.Key.Key_Right, Qt.Key.Key_Left)
    return True


def wish_states(layer_map: LayerMap, layers: list[str], trainable: bool) -> None:
    """Shows a wish at once and says it."""
    layer_map.wish(dict.fromkeys(layers, trainable))
    layer_map.state_requested.emit(layers, trainable)


def wish_thaw_line(layer_map: LayerMap, rows_below: int) -> None:
    """Shows the thaw line at another gap at once and says it.

    Args:
        layer_map: The map.
        rows_below: How many of its rows lie below the line; a group counts as one row.
    """
    rows = layer_map.shown.toggle_rows
    layer_map.wish(thaw_line_states(layer_map, rows_below))
    layer_map.thaw_line_requested.emit(sum(len(row.ids) for row in rows[:rows_below]))


def thaw_line_states(layer_map: LayerMap, rows_below: int) -> dict[str, bool]:
    """Returns layer id → trainable for the thaw line at a gap."""
    rows = layer_map.shown.toggle_rows
    return {layer: index >= rows_below for index, row in enumerate(rows) for layer in row.ids}
