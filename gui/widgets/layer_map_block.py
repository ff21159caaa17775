"""How one block looks: crystalline when frozen, soft when trainable, and between the two.

Three signs besides colour tell the states apart, so that the map reads in grey: corners (3 and 12
pixels), frost bands, and the icon.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QPainter,
    QPen,
)

from gui.look.theme import Theme
from gui.widgets.block_body import block_brush, paint_frost
from gui.widgets.layer_map_boxes import RowBox
from gui.widgets.layer_map_inserts import paint_insert, paint_strip
from gui.widgets.layer_map_rows import PartView, RowView, heat_text
from gui.widgets.layer_map_tiers import MapSize

_TOP_STEP = 4
_SHORT = {"attention": "Self", "cross_attention": "Cross", "feed_forward": "Feed"}
"""Short names of the parts of a block: what attention looks at, and the feed-forward part."""


@dataclass(frozen=True)
class _Look:
    """Colours and corners of one state of a block."""

    trainable: bool
    fill: QBrush
    edge: QColor
    text: QColor
    plate: QColor
    radius: float
    plate_radius: float


def paint_block(
    painter: QPainter, theme: Theme, row: RowView, box: RowBox, size: MapSize, progress: float, hovered: bool
) -> None:
    """Draws a block.

    Args:
        painter: Where.
        theme: Colours and lengths.
        row: What the block stands for.
        box: Its places.
        size: Which kind of map it is drawn in.
        progress: From 0, frozen, to 1, trainable; between them the ember wipes in from the left.
        hovered: Whether the pointer is over it.
    """
    if progress < 1:
        _paint_look(painter, theme, row, box, size, _frozen_look(theme, box.rect))
    if progress > 0:
        painter.save()
        if progress < 1:
            painter.setClipRect(
                QRectF(
                    box.rect.left() - 2,
                    box.rect.top() - 2,
                    box.rect.width() * progress + 2,
                    box.rect.height() + 4,
                )
            )
        _paint_look(painter, theme, row, box, size, _trainable_look(theme, row, box.rect, size, progress))
        painter.restore()
    if row.scheduled:
        _paint_schedule(painter, theme, box.rect)
    if hovered:
        token, radius = (
            ("emberEdge", theme.radius("trainableBlock"))
            if progress >= 0.5
            else ("frozenEdge", theme.radius("frozenBlock"))
        )
        painter.setPen(QPen(theme.color(token), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.rect.adjusted(-1.5, -1.5, 1.5, 1.5), radius + 1.5, radius + 1.5)


def is_warm(row: RowView, size: MapSize) -> bool:
    """Returns whether a block at rest is ember rather than ice.

    In a heat map a block is ice only where nothing of its own may change: "0 %" there is a promise.
    """
    return row.trainable or (size is MapSize.HEAT and row.trainable_parameters > 0)


def block_radius(theme: Theme, row: RowView, rect: QRectF, size: MapSize) -> float:
    """Returns the radius of a block's corners at rest, for the focus ring around it."""
    radius = theme.radius("trainableBlock" if is_warm(row, size) else "frozenBlock")
    return min(float(radius), rect.height() / 2)


def _frozen_look(theme: Theme, rect: QRectF) -> _Look:
    return _Look(
        trainable=False,
        fill=block_brush(theme, rect, trainable=False),
        edge=theme.color("frozenEdge"),
        text=theme.color("frozenText"),
        plate=_white(theme.alpha("segmentOnFrozen")),
        radius=theme.radius("frozenBlock"),
        plate_radius=theme.px(2),
    )


def _trainable_look(theme: Theme, row: RowView, rect: QRectF, size: MapSize, progress: float) -> _Look:
    fill, text = block_brush(theme, rect, trainable=True), theme.color("emberText")
    if size is MapSize.HEAT and (row.heat is not None or row.is_new):
        step = _TOP_STEP if row.is_new else theme.heat_step((row.heat or 0.0) / 100)
        color, text = theme.heat(step)
        fill = QBrush(color)
    soft, hard = theme.radius("trainableBlock"), theme.radius("frozenBlock")
    return _Look(
        trainable=True,
        fill=fill,
        edge=theme.color("emberEdge"),
        text=text,
        plate=_white(theme.alpha("segmentOnTrainable")),
        radius=min(hard + (soft - hard) * progress, rect.height() / 2),
        plate_radius=theme.px(2) + (theme.px(7) - theme.px(2)) * progress,
    )


def _white(alpha: float) -> QColor:
    color = QColor(255, 255, 255)
    color.setAlphaF(alpha)
    return color


def _paint_look(
    painter: QPainter, theme: Theme, row: RowView, box: RowBox, size: MapSize, look: _Look
) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.fill)
    painter.drawRoundedRect(box.rect, look.radius, look.radius)
    if not look.trainable:
        paint_frost(painter, theme, box.rect, look.radius)
    _paint_parts(painter, theme, row, box, look)
    painter.setPen(QPen(look.edge, 1.25))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.rect, look.radius, look.radius)
    _paint_words(painter, theme, row, box, size, look)


def _paint_parts(painter: QPainter, theme: Theme, row: RowView, box: RowBox, look: _Look) -> None:
    font = theme.font("caption", 500)
    names = _part_names(row.parts, box.parts.plates, QFontMetricsF(font))
    for part, plate, name in zip(row.parts, box.parts.plates, names, strict=False):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.plate)
        painter.drawRoundedRect(plate, look.plate_radius, look.plate_radius)
        painter.setFont(font)
        painter.setPen(look.text)
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, name)
        paint_strip(painter, theme, part.strip, plate)
    for insert in box.parts.inserts:
        paint_insert(painter, theme, insert)
    if not box.parts.new.isEmpty():
        fill, text = theme.heat(_TOP_STEP)
        _paint_pill(painter, theme, box.parts.new, QBrush(fill), text)


def _part_names(parts: Sequence[PartView], plates: Sequence[QRectF], metrics: QFontMetricsF) -> list[str]:
    """Returns what the plates of a block are called: their names, short ones, or their first letters."""
    names = [part.label for part in parts]
    short = [_SHORT.get(part.id, part.label) for part in parts]
    for some in (names, short):
        if all(
            metrics.horizontalAdvance(name) <= plate.width() - 4
            for name, plate in zip(some, plates, strict=False)
        ):
            return some
    return [name[:1] for name in short]


def _paint_words(
    painter: QPainter, theme: Theme, row: RowView, box: RowBox, size: MapSize, look: _Look
) -> None:
    rect, heat = box.rect, size is MapSize.HEAT
    icon_size = theme.px(18)
    icon_x = rect.left() + theme.px(11 if heat else 14)
    icon = theme.tinted_pixmap("flame" if look.trainable else "snow", look.text, icon_size)
    painter.drawPixmap(QPointF(icon_x, round(rect.center().y() - icon_size / 2)), icon)
    name_x = rect.left() + theme.px(34 if heat else 42)
    right = rect.right() - theme.px(11 if heat else 16)
    painter.setPen(look.text)
    note = heat_text(row) if heat else _note(row)
    note_left = right
    if note and (heat or _has_room(theme, row, box, note, right - name_x)):
        note_font = theme.font("caption", 500)
        if heat and _has_room(theme, row, box, note, right - name_x, "bodyStrong"):
            note_font = theme.font("bodyStrong", 600 if look.trainable else 500)
        painter.setFont(note_font)
        note_left = right - QFontMetricsF(note_font).horizontalAdvance(note)
        up = 0 if box.parts.new.isEmpty() else theme.px(9)
        painter.drawText(rect.adjusted(0, -up, right - rect.right(), -up), _RIGHT, note)
    if box.parts.plates:
        note_left = box.parts.plates[0].left()
    elif box.parts.inserts:
        note_left = min(note_left, box.parts.inserts[-1].rect.left())
    room = QRectF(name_x, rect.top(), note_left - theme.px(6) - name_x, rect.height())
    _paint_name(painter, theme, row, box.name, room, heat)
    if row.is_new and not heat:
        _paint_new(painter, theme, box, name_x, look)


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def _note(row: RowView) -> str:
    if row.scheduled:
        return row.scheduled
    return f"show {len(row.ids)} blocks" if row.is_group else row.detail


def _has_room(theme: Theme, row: RowView, box: RowBox, note: str, room: float, role: str = "caption") -> bool:
    """Returns whether a note in letters of a role fits beside a block's name; the name matters more."""
    name = QFontMetricsF(theme.font("bodyStrong")).horizontalAdvance(shorter_name(box.name))
    new = theme.px(44) if row.is_new and role == "caption" else 0
    return name + new + theme.px(8) + QFontMetricsF(theme.font(role, 500)).horizontalAdvance(note) <= room


def shorter_name(name: str) -> str:
    """Returns a name for a narrow place; a block keeps its number: ``"Enc 1"``."""
    short = name.removeprefix("Word ").capitalize()
    return short.replace("Encoder ", "Enc ").replace("Decoder ", "Dec ")


def _paint_name(painter: QPainter, theme: Theme, row: RowView, name: str, rect: QRectF, heat: bool) -> None:
    font = theme.font("bodyStrong")
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    if row.is_group and metrics.horizontalAdvance(whole := f"{name}, {row.state_word}") <= rect.width():
        name = whole
    if metrics.horizontalAdvance(name) > rect.width():
        name = shorter_name(name)
    name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, rect.width())
    if row.times > 1 and not heat and rect.height() >= theme.px(34):
        half = theme.px(8)
        painter.drawText(rect.adjusted(0, -half, 0, -half), _LEFT, name)
        painter.setFont(theme.font("caption", 500))
        painter.drawText(rect.adjusted(0, half, 0, half), _LEFT, f"× {row.times}, shared")
    else:
        painter.drawText(rect, _LEFT, name)


def _paint_new(painter: QPainter, theme: Theme, box: RowBox, name_x: float, look: _Look) -> None:
    x = name_x + QFontMetricsF(theme.font("bodyStrong")).horizontalAdvance(box.name) + theme.px(8)
    pill = QRectF(x, box.rect.center().y() - theme.px(9), theme.px(36), theme.px(18))
    _paint_pill(painter, theme, pill, QBrush(look.plate), look.text)


def _paint_pill(painter: QPainter, theme: Theme, pill: QRectF, fill: QBrush, text: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    painter.setFont(theme.font("caption", 600))
    painter.setPen(text)
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, "new")


def _paint_schedule(painter: QPainter, theme: Theme, rect: QRectF) -> None:
    pen = QPen(theme.color("emberLine"), 1.5)
    pen.setDashPattern([3.5, 2.5])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(-3, -3, 3, 3), theme.px(8), theme.px(8))
