"""Paints the whole layer map from a value; every map of the app comes from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPen

from gui.look.theme import Theme
from gui.widgets.layer_map_block import block_radius, is_warm, paint_block
from gui.widgets.layer_map_geometry import MapGeometry
from gui.widgets.layer_map_margins import (
    paint_counts,
    paint_data_lines,
    paint_ends,
    paint_headings,
    paint_lines,
    paint_sparklines,
    paint_taps,
    paint_thaw_line,
    paint_words,
)
from gui.widgets.layer_map_probe import paint_probe
from gui.widgets.layer_map_tiers import MapSize
from gui.widgets.layer_map_view import StackView


@dataclass(frozen=True)
class MapLooks:
    """What of the picture depends on the moment, not on the model.

    Attributes:
        progress: Row id → 0, frozen, to 1, trainable; rows at rest are left out.
        hovered: Index of the row under the pointer, -1 for none.
        focused: Index of the row with the keyboard focus, -1 for none.
        thaw_index: Where the thaw line is while it is dragged; ``None`` at rest.
        pill_hovered: Whether the pointer is over the thaw line's handle.
        interactive: Whether the thaw line is offered.
    """

    progress: Mapping[str, float] = field(default_factory=dict)
    hovered: int = -1
    focused: int = -1
    thaw_index: int | None = None
    pill_hovered: bool = False
    interactive: bool = True


def paint_map(
    painter: QPainter, theme: Theme, view: StackView, geometry: MapGeometry, looks: MapLooks
) -> None:
    """Draws a map.

    Args:
        painter: Where; the origin is the widget's corner.
        theme: Colours, fonts, lengths.
        view: What.
        geometry: Where each thing goes.
        looks: Hover, focus and motion.
    """
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    heat = geometry.size is MapSize.HEAT
    paint_data_lines(painter, theme, geometry)
    for index, (row, box) in enumerate(zip(view.rows, geometry.rows, strict=True)):
        paint_lines(painter, theme, row, box.lines)
        progress = looks.progress.get(row.id, 1.0 if is_warm(row, geometry.size) else 0.0)
        paint_block(painter, theme, row, box, geometry.size, progress, hovered=index == looks.hovered)
    if heat:
        paint_sparklines(painter, theme, view, geometry)
    elif geometry.rows:
        paint_ends(painter, theme, geometry)
        if view.probe is None:
            paint_words(painter, theme, geometry)
        elif geometry.brackets:
            paint_probe(painter, theme, view, view.probe, geometry)
        paint_headings(painter, theme, geometry)
        paint_taps(painter, theme, view, geometry)
        paint_counts(painter, theme, view, geometry)
    if looks.interactive and view.shows_thaw_line and geometry.thaw and not heat:
        index = view.thaw_index if looks.thaw_index is None else looks.thaw_index
        paint_thaw_line(painter, theme, view, geometry, index, hovered=looks.pill_hovered)
    if 0 <= looks.focused < len(geometry.rows):
        _paint_focus(painter, theme, view, geometry, looks.focused)


def _paint_focus(painter: QPainter, theme: Theme, view: StackView, geometry: MapGeometry, index: int) -> None:
    rect = geometry.rows[index].rect
    out = 3.6
    painter.setPen(QPen(theme.color("focus"), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = block_radius(theme, view.rows[index], rect, geometry.size) + out
    painter.drawRoundedRect(rect.adjusted(-out, -out, out, out), radius, radius)
