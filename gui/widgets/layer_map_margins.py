"""What stands around the blocks: words, counts, curves, inputs, outputs, the thaw line."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from gui.look.texts import compact_number
from gui.look.theme import Theme
from gui.widgets.layer_map_boxes import TextBox
from gui.widgets.layer_map_geometry import MapGeometry
from gui.widgets.layer_map_inserts import paint_prompt
from gui.widgets.layer_map_rows import PieceView, RowView
from gui.widgets.layer_map_view import StackView

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LONGEST_BAR = 54


def paint_data_lines(painter: QPainter, theme: Theme, geometry: MapGeometry) -> None:
    """Draws the lines along which the data rises, behind the blocks."""
    if not geometry.rows or not (geometry.pieces or geometry.outputs):
        return
    painter.setPen(QPen(theme.color("borderStrong"), 1.5))
    lowest, head = geometry.rows[0], geometry.rows[-1].rect
    x = lowest.rect.center().x()
    bottom = geometry.pieces[0].rect.top() if geometry.pieces else lowest.whole.bottom()
    top = geometry.outputs[0].rect.bottom() - 2 if geometry.outputs else head.top()
    if not geometry.columns.are_two:
        painter.drawLine(QLineF(x, bottom, x, top))
        return
    painter.drawLine(QLineF(x, bottom, x, lowest.rect.bottom()))
    painter.drawLine(QLineF(head.center().x(), lowest.rect.top(), head.center().x(), top))
    _paint_crossing(painter, theme, geometry)


def _paint_crossing(painter: QPainter, theme: Theme, geometry: MapGeometry) -> None:
    """Draws how what the encoder says goes to each block of the decoder."""
    encoder = [geometry.rows[index].rect for index in geometry.columns.rows[0]]
    decoder = [geometry.rows[index].rect for index in geometry.columns.rows[1][1:-1]]
    x, lane, rise = encoder[-1].center().x(), geometry.columns.lane, theme.px(10)
    over = encoder[-1].top() - rise
    painter.drawLine(QLineF(x, encoder[0].top(), x, over))
    painter.drawLine(QLineF(x, over, lane, over))
    heights = [rect.center().y() for rect in decoder]
    painter.drawLine(QLineF(lane, min(over, *heights), lane, max(over, *heights)))
    tip = theme.px(4)
    for rect in decoder:
        y, end = rect.center().y(), rect.left() - 1
        painter.drawLine(QLineF(lane, y, end - tip, y))
        arrow = [QPointF(end, y), QPointF(end - tip * 1.5, y - tip), QPointF(end - tip * 1.5, y + tip)]
        painter.setBrush(theme.color("borderStrong"))
        painter.drawPolygon(QPolygonF(arrow))


def paint_headings(painter: QPainter, theme: Theme, geometry: MapGeometry) -> None:
    """Draws the names of two stacks above them."""
    painter.setFont(theme.font("small", 600))
    painter.setPen(theme.color("text2"))
    for heading in geometry.headings:
        painter.drawText(heading.rect, _LEFT, heading.text)


def paint_ends(painter: QPainter, theme: Theme, geometry: MapGeometry) -> None:
    """Draws the word pieces below the stack, with what is read before them, and the outputs above it."""
    if not geometry.prompt.isEmpty():
        paint_prompt(painter, theme, geometry.prompt)
    for box in geometry.pieces:
        _paint_box(painter, theme, box, theme.px(6), "text2")
        painter.drawText(box.rect, Qt.AlignmentFlag.AlignCenter, box.text)
    for box in geometry.outputs:
        _paint_box(painter, theme, box, box.rect.height() / 2, "text3")
        inner = box.rect.adjusted(theme.px(16), 0, -theme.px(14), 0)
        if box.text.endswith(" more"):
            painter.drawText(box.rect, Qt.AlignmentFlag.AlignCenter, box.text)
        else:
            painter.drawText(inner, _LEFT, box.text)
            painter.drawText(inner, _RIGHT, "?")


def _paint_box(painter: QPainter, theme: Theme, box: TextBox, radius: float, text: str) -> None:
    painter.setPen(QPen(theme.color("border"), 1))
    painter.setBrush(theme.color("surface"))
    painter.drawRoundedRect(box.rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.setFont(theme.font("small"))
    painter.setPen(theme.color(text))


def paint_words(painter: QPainter, theme: Theme, geometry: MapGeometry) -> None:
    """Draws what the layers tend to know, with brackets; a rule of thumb, and it says so."""
    if not geometry.brackets:
        return
    head = geometry.rows[-1].rect
    _paint_pair(
        painter, theme, geometry, head.center().y(), ("Tends to know", "(a rule of thumb)"), strong=False
    )
    for bracket in geometry.brackets:
        tip = geometry.bracket_x + theme.px(5)
        painter.setPen(QPen(theme.color("borderStrong"), 1.25))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(
            QPolygonF(
                [
                    QPointF(tip, bracket.top),
                    QPointF(geometry.bracket_x, bracket.top),
                    QPointF(geometry.bracket_x, bracket.bottom),
                    QPointF(tip, bracket.bottom),
                ]
            )
        )
        center = (bracket.top + bracket.bottom) / 2
        _paint_pair(painter, theme, geometry, center, (bracket.title, bracket.note), strong=True)


def _paint_pair(
    painter: QPainter, theme: Theme, geometry: MapGeometry, y: float, texts: tuple[str, str], *, strong: bool
) -> None:
    half, line = theme.px(7.5), theme.px(16)
    for text, offset, font, token in (
        (
            texts[0],
            -half,
            theme.font("small", 600) if strong else theme.font("caption"),
            "text2" if strong else "text3",
        ),
        (texts[1], half, theme.font("caption"), "text3"),
    ):
        painter.setFont(font)
        painter.setPen(theme.color(token))
        painter.drawText(QRectF(0, y + offset - line / 2, geometry.words_right, line), _RIGHT, text)


def paint_counts(painter: QPainter, theme: Theme, view: StackView, geometry: MapGeometry) -> None:
    """Draws how many numbers each layer has, as a bar on a common linear scale and in figures."""
    largest = max((row.parameters for row in view.rows), default=0)
    (x, runs), width = geometry.columns.counts[-1], theme.px(100)
    if not runs:
        return
    head = geometry.rows[-1].rect
    painter.setFont(theme.font("caption"))
    painter.setPen(theme.color("text3"))
    if not geometry.outputs or geometry.outputs[0].rect.bottom() < head.top() - theme.px(14):
        painter.drawText(QRectF(x, head.top() - theme.px(25), width, theme.px(18)), _LEFT, "Parameters")
    else:
        output = geometry.outputs[0].rect
        painter.drawText(QRectF(x, output.top(), width, output.height()), _LEFT, "Parameters")
    bar = theme.px(geometry.columns.longest_bar) / largest if largest else 0.0
    for row, box, place in zip(view.rows, geometry.rows, geometry.columns.counts, strict=True):
        _paint_count(painter, theme, row, box.rect, place, bar)


def _paint_count(
    painter: QPainter, theme: Theme, row: RowView, rect: QRectF, place: tuple[float, int], scale: float
) -> None:
    """Draws the count of one layer, to the right of a place or to the left of it."""
    x, runs = place
    bar, line, room = theme.px(8), theme.px(14), theme.px(90)
    y = rect.center().y()

    def beside(offset: float, length: float, height: float, down: float = 0.0) -> QRectF:
        start = x + offset if runs > 0 else x - offset - length
        return QRectF(start, y - height / 2 + down, length, height)

    length = max(float(theme.px(2)), scale * row.parameters)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("emberFill2" if row.trainable else "frozenEdge"))
    radius = min(length / 2, bar / 2) if row.trainable else min(length / 2, float(theme.px(2)))
    painter.drawRoundedRect(beside(0, length, bar), radius, radius)
    text = length + theme.px(9)
    two_lines = bool(row.new_parameters) and rect.height() >= theme.px(30)
    if row.new_parameters:
        new = max(float(theme.px(4)), scale * row.new_parameters)
        painter.setBrush(theme.color("emberFill2"))
        painter.drawRoundedRect(beside(length + theme.px(2), new, bar), 2, 2)
        text += new + theme.px(2)
    align = _LEFT if runs > 0 else _RIGHT
    painter.setFont(theme.font("caption"))
    painter.setPen(theme.color("text2"))
    if not row.new_parameters or two_lines:
        said = "shared" if row.is_tied else compact_number(row.parameters)
        painter.drawText(beside(text, room, line), align, said)
    if row.new_parameters:
        painter.setFont(theme.font("caption", 500))
        painter.setPen(theme.color("emberLine"))
        down = line if two_lines else 0
        painter.drawText(beside(text, room, line, down), align, f"+ {compact_number(row.new_parameters)}")


def paint_lines(painter: QPainter, theme: Theme, row: RowView, lines: tuple[QRectF, ...]) -> None:
    """Draws the matrices, norms and new parts of an opened block."""
    if not lines:
        return
    area = lines[0].united(lines[-1]).adjusted(theme.px(14), 0, -theme.px(14), 0)
    painter.setPen(QPen(theme.color("border"), 1))
    painter.setBrush(theme.color("sunken"))
    painter.drawRect(area.adjusted(0, 0, 0, -1))
    for piece, line in zip(row.pieces, lines, strict=False):
        _paint_line(painter, theme, piece, line.adjusted(theme.px(14), 0, -theme.px(14), 0))


def _paint_line(painter: QPainter, theme: Theme, piece: PieceView, line: QRectF) -> None:
    token = "emberLine" if piece.trainable else "frozenLine"
    icon = theme.pixmap("flame" if piece.trainable else "snow", token, 14)
    size = theme.px(14)
    painter.drawPixmap(QPointF(line.left() + theme.px(12), round(line.center().y() - size / 2)), icon)
    painter.setFont(theme.font("small"))
    painter.setPen(theme.color("text"))
    painter.drawText(
        line.adjusted(theme.px(34), 0, 0, 0), _LEFT, piece.label + (", new" if piece.is_new else "")
    )
    painter.setPen(theme.color("text2"))
    painter.drawText(line.adjusted(0, 0, -theme.px(12), 0), _RIGHT, compact_number(piece.parameters))


def paint_taps(painter: QPainter, theme: Theme, view: StackView, geometry: MapGeometry) -> None:
    """Draws lines from the layers that the head reads, right of the stack, to the head."""
    tapped = [geometry.rows[view.row_of(layer)].rect for layer in view.taps if view.row_of(layer) >= 0]
    if not tapped:
        return
    head = geometry.rows[-1].rect
    lane = head.right() + theme.px(9)
    painter.setPen(QPen(theme.color("emberLine"), 1.5))
    painter.setBrush(theme.color("emberLine"))
    lowest = max(rect.center().y() for rect in tapped)
    painter.drawLine(QLineF(lane, lowest, lane, head.center().y()))
    for rect in tapped:
        painter.drawLine(QLineF(rect.right(), rect.center().y(), lane, rect.center().y()))
        painter.drawEllipse(QPointF(rect.right(), rect.center().y()), 2.5, 2.5)
    painter.drawLine(QLineF(lane, head.center().y(), head.right() + 1, head.center().y()))


def paint_thaw_line(
    painter: QPainter, theme: Theme, view: StackView, geometry: MapGeometry, index: int, *, hovered: bool
) -> None:
    """Draws the line above which everything is trainable, with its handle."""
    pill = geometry.pill_at(index)
    custom = not view.is_contiguous
    pen = QPen(theme.color("ink"), 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    if custom:
        pen.setDashPattern([3, 2])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(geometry.thaw[index].points))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("inkHover" if hovered else "ink"))
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    if pill.width() < theme.px(60):
        icon = theme.pixmap("updown", "onInk", 12)
        corner = pill.center() - QPointF(theme.px(6), theme.px(6))
        painter.drawPixmap(QPointF(round(corner.x()), round(corner.y())), icon)
        return
    roomy = pill.width() >= theme.px(110)
    size = 14 if pill.height() >= theme.px(18) else 12
    icon = theme.pixmap("updown", "onInk", size)
    left = theme.px(11 if roomy else 8)
    painter.drawPixmap(QPointF(pill.left() + left, round(pill.center().y() - theme.px(size) / 2)), icon)
    painter.setFont(theme.font("small" if pill.height() >= theme.px(18) else "caption", 600))
    painter.setPen(theme.color("onInk"))
    text_left = theme.px(32 if roomy else 26)
    painter.drawText(pill.adjusted(text_left, 0, 0, 0), _LEFT, "Custom" if custom else "Thaw line")


def paint_sparklines(painter: QPainter, theme: Theme, view: StackView, geometry: MapGeometry) -> None:
    """Draws how each layer's change grew, all on one scale.

    The scale is a square root: with a linear one the layers that move little would look still.
    """
    tops = [max(row.history) for row in view.rows if row.history]
    largest = max(tops, default=0.0) ** 0.5
    for row, box in zip(view.rows, geometry.rows, strict=True):
        place = box.sparkline
        if not row.history or place.isEmpty():
            continue
        values = row.history if len(row.history) > 1 else row.history * 2
        step = place.width() / (len(values) - 1)
        points = [
            QPointF(
                place.left() + number * step,
                place.bottom() - (value**0.5 / largest * place.height() if largest else 0.0),
            )
            for number, value in enumerate(values)
        ]
        learns = row.trainable_parameters or (row.is_tied and row.trainable)
        painter.setPen(QPen(theme.color("emberLine" if learns else "frozenLine"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
