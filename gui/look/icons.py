"""Icons: drawn from the paths in the design tokens, sharp at every size and colour."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gui.look.tokens import tokens


class IconCache:
    """Renders icons and keeps them, one picture for each name, colour, size and pixel ratio."""

    def __init__(self) -> None:
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}

    def pixmap(self, name: str, color: QColor, size: int, ratio: float) -> QPixmap:
        """Returns an icon as a picture.

        Args:
            name: Name of the icon in the tokens.
            color: Colour of its strokes.
            size: Edge in device-independent pixels.
            ratio: Device pixels per device-independent pixel.

        Raises:
            KeyError: When there is no such icon.
        """
        key = (name, color.name(QColor.NameFormat.HexArgb), size, ratio)
        if key not in self._pixmaps:
            self._pixmaps[key] = _render(name, color, size, ratio)
        return self._pixmaps[key]


def icon_svg(name: str, color: QColor, size: int) -> bytes:
    """Returns an icon as an SVG document.

    The stroke stays as wide as the design says, in pixels of the screen, even when the icon is small.

    Args:
        name: Name of the icon in the tokens; with ``.fill`` behind it, it is filled.
        color: Colour of its strokes.
        size: Edge in pixels at which it will be shown.

    Raises:
        KeyError: When there is no such icon.
    """
    icons = tokens().icons
    name, _, filled = name.partition(".")
    fill = color.name() if filled else "none"
    stroke = icons.stroke * max(1.0, icons.grid / size)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {icons.grid} {icons.grid}" '
        f'width="{size}" height="{size}">'
        f'<path d="{icons.paths[name]}" fill="{fill}" stroke="{color.name()}" '
        f'stroke-opacity="{color.alphaF():.3f}" stroke-width="{stroke:.3f}" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    ).encode()


def _render(name: str, color: QColor, size: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    pixmap.setDevicePixelRatio(ratio)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(icon_svg(name, color, size))).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
