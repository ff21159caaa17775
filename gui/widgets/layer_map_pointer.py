"""What the pointer does on the layer map: toggle, paint, drag the thaw line, open parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt

from gui.widgets.layer_map_keys import thaw_line_states, wish_states, wish_thaw_line
from gui.widgets.layer_map_tiers import MapSize
from gui.widgets.layer_map_words import (
    CUSTOM_LINE_TOOLTIP,
    INSERT_TOOLTIP,
    THAW_LINE_TOOLTIP,
    part_tooltip,
    row_tooltip,
)

if TYPE_CHECKING:
    from gui.widgets.layer_map import LayerMap

_REACH = 5
"""How near to the thaw line a press takes hold of it, at 100 %."""


class Pointer:
    """Keeps what the pointer holds and is over.

    Args:
        layer_map: The map it works on.

    Attributes:
        hovered: Index of the row under it, -1 for none.
        over_line: Whether it is over the thaw line or holds it.
        thaw_index: Gap at which the dragged thaw line is; ``None`` when it is not dragged.
    """

    def __init__(self, layer_map: LayerMap) -> None:
        self._map = layer_map
        self.hovered = -1
        self.over_line = False
        self.thaw_index: int | None = None
        self._line_moved = False
        self._pressed_row = -1
        self._last_row = -1
        self._pressed_part = -1
        self._painting: bool | None = None
        self._painted: list[str] = []

    # --- the three steps of a gesture -------------------------------------------------------------

    def press(self, point: QPointF) -> None:
        """Takes hold of the thaw line or a block."""
        if self._on_line(point):
            self.thaw_index, self._line_moved = self._map.shown.thaw_index, False
            return
        row = self._map.places.row_at(point)
        if row < 0:
            return
        self._map.focus_row(row)
        self._pressed_row = self._last_row = row
        self._pressed_part = self._part_at(row, point)
        view = self._map.shown.rows[row]
        plain = self._pressed_part < 0 and not view.is_group and not self._insert_at(row, point)
        if plain and view.can_toggle:
            self._begin_painting(row)

    def move(self, point: QPointF) -> None:
        """Goes on with the gesture, or hovers."""
        if self.thaw_index is not None:
            self._drag_line(point)
        elif self._pressed_row >= 0:
            self._paint(point)
        else:
            self._hover(point)

    def release(self, point: QPointF) -> None:
        """Ends the gesture and says the wish."""
        if self.thaw_index is not None:
            wanted, self.thaw_index = self.thaw_index, None
            if self._line_moved and thaw_line_states(self._map, wanted) != self._given_states():
                wish_thaw_line(self._map, wanted)
        elif self._painting is not None:
            wish_states(self._map, list(self._painted), self._painting)
        elif self._pressed_row >= 0 and self._map.places.row_at(point) == self._pressed_row:
            self._click(self._pressed_row, point)
        self._pressed_row, self._pressed_part = -1, -1
        self._painting, self._painted = None, []
        self._hover(point)
        self._map.update()

    def leave(self) -> None:
        """Is over nothing any more."""
        self.hovered, self.over_line = -1, False
        self._map.update()

    def words_at(self, point: QPointF) -> tuple[str, QRectF]:
        """Returns a tooltip and the area it holds for."""
        places, view = self._map.places, self._map.shown
        if self._map.is_interactive and self._on_line(point):
            text = THAW_LINE_TOOLTIP if view.is_contiguous else CUSTOM_LINE_TOOLTIP
            return text, places.pill_at(view.thaw_index)
        row = places.row_at(point)
        if row < 0:
            return "", QRectF()
        part = self._part_at(row, point)
        if part >= 0:
            opened = view.rows[row].id in self._map.opened
            return part_tooltip(view.rows[row], part, opened=opened), places.rows[row].parts.plates[part]
        if self._map.is_interactive and self._insert_at(row, point):
            return INSERT_TOOLTIP, places.rows[row].rect
        return row_tooltip(view, view.rows[row], interactive=self._map.is_interactive), places.rows[row].rect

    # --- parts of it ------------------------------------------------------------------------------

    def _given_states(self) -> dict[str, bool]:
        return {layer: row.trainable for row in self._map.given.toggle_rows for layer in row.ids}

    def _on_line(self, point: QPointF) -> bool:
        view, places = self._map.shown, self._map.places
        if not view.shows_thaw_line or not places.thaw or places.size is MapSize.HEAT:
            return False
        if places.pill_at(view.thaw_index).contains(point):
            return True
        path, px = places.thaw[view.thaw_index], self._map.theme.px
        return places.row_at(point) < 0 and (path.grip(px).contains(point) or path.is_near(point, px(_REACH)))

    def _drag_line(self, point: QPointF) -> None:
        wanted = self._map.places.gap_near(point)
        if wanted != self.thaw_index:
            self.thaw_index, self._line_moved = wanted, True
            self._map.wish(thaw_line_states(self._map, wanted))

    def _begin_painting(self, row: int) -> None:
        view = self._map.shown.rows[row]
        self._painting = not view.trainable
        self._painted = list(view.ids)
        self._map.wish(dict.fromkeys(self._painted, self._painting))

    def _paint(self, point: QPointF) -> None:
        row = self._map.places.row_near(point)
        if (
            row != self._pressed_row
            and self._painting is None
            and self._map.shown.rows[self._pressed_row].can_toggle
        ):
            self._begin_painting(self._pressed_row)
        if self._painting is None:
            return
        for index in self._map.places.rows_between(self._last_row, row):  # a quick hand skips rows
            view = self._map.shown.rows[index]
            new = [layer for layer in view.ids if layer not in self._painted]
            if view.can_toggle and new:
                self._painted += new
                self._map.wish(dict.fromkeys(self._painted, self._painting))
        self._last_row = row

    def _click(self, row: int, point: QPointF) -> None:
        view = self._map.shown.rows[row]
        if view.is_group:
            self._map.group_opened.emit(view.id)
        elif self._insert_at(row, point):
            self._map.settings_requested.emit()
        elif self._pressed_part >= 0 and self._part_at(row, point) == self._pressed_part:
            self._map.set_opened(view.id, view.id not in self._map.opened)

    def _hover(self, point: QPointF) -> None:
        row, over_line = self._map.places.row_at(point), self._on_line(point)
        if over_line:
            row = -1
        self._map.setCursor(self._cursor(row, over_line))
        if (row, over_line) != (self.hovered, self.over_line):
            self.hovered, self.over_line = row, over_line
            self._map.update()

    def _cursor(self, row: int, over_line: bool) -> Qt.CursorShape:
        if not self._map.is_interactive:
            return Qt.CursorShape.ArrowCursor
        if over_line:
            return Qt.CursorShape.SizeVerCursor
        if row >= 0 and (self._map.shown.rows[row].can_toggle):
            return Qt.CursorShape.PointingHandCursor
        return Qt.CursorShape.ArrowCursor

    def _part_at(self, row: int, point: QPointF) -> int:
        if not self._map.shown.rows[row].pieces:
            return -1
        plates = self._map.places.rows[row].parts.plates
        return next((index for index, plate in enumerate(plates) if plate.contains(point)), -1)

    def _insert_at(self, row: int, point: QPointF) -> bool:
        return any(insert.rect.contains(point) for insert in self._map.places.rows[row].parts.inserts)
