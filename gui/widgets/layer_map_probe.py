"""What each layer knows of the task, as bars left of the blocks, in the place of the rule of thumb."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from gui.look.texts import score
from gui.look.theme import Theme
from gui.widgets.layer_map_geometry import MapGeometry
from gui.widgets.layer_map_rows import ProbeView
from gui.widgets.layer_map_view import StackView

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LONGEST_BAR, _NUMBER, _LINE = 64, 44, 16


def paint_probe(
    painter: QPainter, theme: Theme, view: StackView, probe: ProbeView, geometry: MapGeometry
) -> None:
    """Draws a bar and a number for each layer; the lowest that is as good as the best stands out.

    Args:
        painter: Where.
        theme: Colours, fonts, lengths.
        view: The rows.
        probe: What they know.
        geometry: Where the rows are.
    """
    px, right = theme.px, geometry.bracket_x
    head = geometry.rows[-1].rect.center().y()
    for text, offset in ((probe.measure, -7.5), ("of a small classifier", 7.5)):
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("text3"))
        place = QRectF(0, head + px(offset) - px(_LINE) / 2, right, px(_LINE))
        painter.drawText(place, _RIGHT, text[:1].upper() + text[1:] if offset < 0 else text)
    for row, box in zip(view.rows, geometry.rows, strict=True):
        value = probe.of(row.ids)
        if value is None:
            continue
        stands_out = probe.enough in row.ids
        y, length = box.rect.center().y(), max(px(2), px(_LONGEST_BAR) * probe.share(value))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("ink" if stands_out else "borderStrong"))
        painter.drawRoundedRect(QRectF(right - length, y - px(4), length, px(8)), px(2), px(2))
        painter.setFont(theme.font("caption", 600 if stands_out else 400))
        painter.setPen(theme.color("text" if stands_out else "text2"))
        number = QRectF(
            right - px(_LONGEST_BAR) - px(_NUMBER) - px(6), y - px(_LINE) / 2, px(_NUMBER), px(_LINE)
        )
        painter.drawText(number, _RIGHT, score(value))
