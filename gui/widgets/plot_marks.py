"""What is painted over and under the curves of a chart: labels, marks, the reading table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from gui.look.painting import draw_marker
from gui.look.theme import Theme


@dataclass(frozen=True)
class EndLabel:
    """Words at the end of a line, instead of a legend.

    Attributes:
        y: Where the line ends, in pixels of the chart.
        text: E.g. ``"Validation 0.097"``.
        strong: Whether it is the main curve.
        color: Colour of the small mark before the text.
        dash: Whether that mark is a short line rather than a marker.
        symbol: Which marker, as :func:`~gui.look.painting.marker_path` names it; that of the line.
    """

    y: float
    text: str
    strong: bool
    color: QColor
    dash: bool = False
    symbol: str = "o"


@dataclass(frozen=True)
class Reading:
    """What the crosshair reads at one place.

    Attributes:
        title: E.g. ``"Epoch 2.31, step 261"``.
        rows: Name, value and the colour of the mark before the name.
    """

    title: str
    rows: tuple[tuple[str, str, QColor], ...]

    def sentence(self) -> str:
        """Returns the reading as it is spoken."""
        return ". ".join([self.title, *(f"{name} {value}" for name, value, _ in self.rows)])


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Moves positions apart until neighbours are ``gap`` apart, keeping their order.

    Args:
        wanted: Positions in pixels, in any order.
        gap: Least distance.
        low: Smallest position allowed.
        high: Largest position allowed.

    Returns:
        New positions in the order of ``wanted``; the last is never beyond ``high``.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = [min(max(wanted[index], low), high) for index in order]
    for index in range(1, len(placed)):
        placed[index] = max(placed[index], placed[index - 1] + gap)
    ceiling = high
    for index in reversed(range(len(placed))):
        placed[index] = min(placed[index], ceiling)
        ceiling = placed[index] - gap
    result = [0.0] * len(wanted)
    for index, position in zip(order, placed, strict=True):
        result[index] = position
    return result


def end_labels_width(theme: Theme, labels: Sequence[EndLabel]) -> float:
    """Returns how much room the labels need, with the mark before them."""
    if not labels:
        return 0.0
    small, heavy = QFontMetricsF(theme.font("small")), QFontMetricsF(theme.font("small", 600))
    widest = max((heavy if label.strong else small).horizontalAdvance(label.text) for label in labels)
    return widest + theme.px(22)


def end_label_boxes(theme: Theme, labels: Sequence[EndLabel], x: float, area: QRectF) -> list[QRectF]:
    """Returns where the labels stand: from ``x`` to the right, near their lines, none over another."""
    gap = theme.px(22)
    places = spread(
        [label.y - theme.px(6) for label in labels], gap, area.top() + gap / 2, area.bottom() - theme.px(18)
    )
    width = end_labels_width(theme, labels)
    return [QRectF(x, y - gap / 2, width, gap) for y in places]


def paint_end_labels(
    painter: QPainter, theme: Theme, labels: Sequence[EndLabel], x: float, area: QRectF
) -> None:
    """Paints the labels at the places of :func:`end_label_boxes`."""
    for label, box in zip(labels, end_label_boxes(theme, labels, x, area), strict=True):
        center = QPointF(x + theme.px(5), box.center().y())
        _paint_mark(painter, theme, center, label.color, dash=label.dash, symbol=label.symbol)
        painter.setFont(theme.font("small", 600 if label.strong else 400))
        painter.setPen(theme.color("text" if label.strong else "text2"))
        painter.drawText(box.adjusted(theme.px(14), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, label.text)


def _paint_mark(
    painter: QPainter, theme: Theme, center: QPointF, color: QColor, *, dash: bool, symbol: str = "o"
) -> None:
    """Paints the small marker or dash before a name."""
    if dash:
        painter.setPen(QPen(color, theme.px(2)))
        half = QPointF(theme.px(5), 0)
        painter.drawLine(center - half, center + half)
        return
    draw_marker(painter, symbol, color, center, theme.px(8))


def paint_best(painter: QPainter, theme: Theme, x: float, y: float, area: QRectF) -> None:
    """Paints the dotted line and the diamond of the best checkpoint."""
    ink = theme.color("ink")
    pen = QPen(ink, 1.5 * theme.scale)
    pen.setDashPattern([1.2, 2.6])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    half = theme.px(7)
    corners = ((0, -half), (half, 0), (0, half), (-half, 0))
    diamond = QPolygonF([QPointF(x + right, y + down) for right, down in corners])
    painter.setPen(QPen(theme.color("surface"), 2 * theme.scale))
    painter.setBrush(ink)
    painter.drawPolygon(diamond)


def best_label_size(theme: Theme, lines: tuple[str, str]) -> QSizeF:
    """Returns how large the label of the best checkpoint is."""
    first = QFontMetricsF(theme.font("caption", 600)).horizontalAdvance(lines[0])
    second = QFontMetricsF(theme.font("caption")).horizontalAdvance(lines[1])
    return QSizeF(max(first, second) + theme.px(28), 2 * (theme.line_height("caption") - 1) + theme.px(9))


def paint_best_label(painter: QPainter, theme: Theme, box: QRectF, lines: tuple[str, str]) -> None:
    """Paints the dark label of the best checkpoint, two lines."""
    plain = theme.font("caption")
    heavy = theme.font("caption", 600)
    line = theme.line_height("caption") - 1
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("ink"))
    painter.drawRoundedRect(box, theme.px(6), theme.px(6))
    painter.setPen(theme.color("onInk"))
    for index, (font, text) in enumerate(((heavy, lines[0]), (plain, lines[1]))):
        painter.setFont(font)
        row = QRectF(box.left(), box.top() + theme.px(4) + index * line, box.width(), line)
        painter.drawText(row, Qt.AlignmentFlag.AlignCenter, text)


def stop_label_box(theme: Theme, x: float, text: str, area: QRectF) -> QRectF:
    """Returns where the label of a run that broke off stands: right of its line, else left of it."""
    width = QFontMetricsF(theme.font("caption", 600)).horizontalAdvance(text) + theme.px(42)
    left = x + theme.px(8)
    if left + width > area.right():
        left = x - theme.px(8) - width
    return QRectF(left, area.top() + theme.px(4), width, theme.px(24))


def paint_stop(painter: QPainter, theme: Theme, x: float, text: str, area: QRectF) -> None:
    """Paints the red line where a run broke off, with its label."""
    red = theme.color("err")
    painter.setPen(QPen(red, 2 * theme.scale))
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    font = theme.font("caption", 600)
    box = stop_label_box(theme, x, text, area)
    painter.setPen(QPen(red, 1))
    painter.setBrush(theme.color("errTint"))
    painter.drawRoundedRect(box, theme.px(6), theme.px(6))
    icon = theme.pixmap("alert", "err", 14)
    painter.drawPixmap(QPointF(box.left() + theme.px(7), box.top() + theme.px(5)), icon)
    painter.setFont(font)
    painter.setPen(red)
    painter.drawText(box.adjusted(theme.px(28), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)


def change_label_size(theme: Theme, text: str, widest: float) -> QSizeF:
    """Returns how large the label of a change within a run is; it is cut where it is wider than allowed."""
    width = QFontMetricsF(theme.font("caption", 600)).horizontalAdvance(text) + theme.px(38)
    return QSizeF(min(width, widest), theme.px(24))


def paint_change_line(painter: QPainter, theme: Theme, x: float, area: QRectF) -> None:
    """Paints the dashed line from which on a run is computed otherwise."""
    pen = QPen(theme.color("warn"), 1.5 * theme.scale)
    pen.setDashPattern([4, 3])
    painter.setPen(pen)
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))


def paint_change_label(painter: QPainter, theme: Theme, box: QRectF, text: str) -> None:
    """Paints the words beside that line."""
    amber, font = theme.color("warn"), theme.font("caption", 600)
    painter.setPen(QPen(amber, 1))
    painter.setBrush(theme.color("warnTint"))
    painter.drawRoundedRect(box, theme.px(6), theme.px(6))
    painter.drawPixmap(
        QPointF(box.left() + theme.px(7), box.top() + theme.px(5)), theme.pixmap("alert", "warn", 14)
    )
    words = box.adjusted(theme.px(26), 0, -theme.px(6), 0)
    painter.setFont(font)
    painter.setPen(amber)
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, words.width() + 1)
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)


def paint_reading(painter: QPainter, theme: Theme, reading: Reading, at: QPointF, area: QRectF) -> None:
    """Paints the crosshair's line and its table beside ``at``, always inside the chart."""
    painter.setPen(QPen(theme.color("text3"), 1))
    painter.drawLine(QPointF(at.x(), area.top()), QPointF(at.x(), area.bottom()))
    plain = theme.font("caption")
    heavy = theme.font("caption", 600)
    metrics, strong = QFontMetricsF(plain), QFontMetricsF(heavy)
    rows = reading.rows
    names = max((metrics.horizontalAdvance(name) for name, _, _ in rows), default=0.0)
    values = max((strong.horizontalAdvance(value) for _, value, _ in rows), default=0.0)
    pad, line = theme.px(8), theme.px(18)
    widest = max(strong.horizontalAdvance(reading.title), theme.px(14) + names + theme.px(16) + values)
    width = widest + 2 * pad
    height = line * (len(rows) + 1) + 2 * pad - theme.px(4)
    left = at.x() + theme.px(14)
    if left + width > area.right():
        left = at.x() - theme.px(14) - width
    top = min(max(at.y() - height / 2, area.top()), max(area.top(), area.bottom() - height))
    box = QRectF(max(area.left(), left), top, width, height)
    path = QPainterPath()
    path.addRoundedRect(box, theme.px(6), theme.px(6))
    painter.fillPath(path, theme.color("surface"))
    painter.setPen(QPen(theme.color("borderStrong"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    row = QRectF(box.left() + pad, box.top() + pad - theme.px(2), width - 2 * pad, line)
    painter.setFont(heavy)
    painter.setPen(theme.color("text"))
    painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, reading.title)
    for name, value, color in rows:
        row.translate(0, line)
        _paint_mark(painter, theme, QPointF(row.left() + theme.px(4), row.center().y()), color, dash=False)
        painter.setFont(plain)
        painter.setPen(theme.color("text2"))
        painter.drawText(row.adjusted(theme.px(14), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(heavy)
        painter.setPen(theme.color("text"))
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, value)
