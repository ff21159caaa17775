"""Charts written as SVG, and drawn for a PDF page."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from engine.export.charts import Chart, Shape


def svg(chart: Chart) -> str:
    """Returns a chart as SVG that stands inside of a page."""
    shapes = "".join(_svg(shape) for shape in chart.shapes)
    size = f'viewBox="0 0 {chart.width:g} {chart.height:g}" width="{chart.width:g}"'
    return f'<svg {size} role="img" aria-label={quoteattr(chart.title)}>{shapes}</svg>'


def drawing(chart: Chart, width: float) -> Any:
    """Returns a chart as reportlab draws it.

    Args:
        chart: The chart.
        width: Points that it may be wide.
    """
    from reportlab.graphics.shapes import Drawing, Group

    scale = min(1.0, width / chart.width)
    group = Group(*[_drawn(shape, chart.height) for shape in chart.shapes])
    group.scale(scale, scale)
    return Drawing(chart.width * scale, chart.height * scale, group)


def _svg(shape: Shape) -> str:
    (x, y), colour = shape.points[0], shape.colour
    if shape.kind == "text":
        weight = ' font-weight="600"' if shape.bold else ""
        where = f'x="{x:.1f}" y="{y:.1f}" font-size="{shape.width:g}" text-anchor="{shape.anchor}"'
        return f'<text {where} fill="{colour}"{weight}>{escape(shape.text)}</text>'
    if shape.kind == "dot":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{shape.width:g}" fill="{colour}"/>'
    if shape.kind == "box":
        right, bottom = shape.points[1]
        edge = f' stroke="{shape.edge}" stroke-width="{shape.width:g}"' if shape.edge else ""
        size = f'width="{right - x:.1f}" height="{bottom - y:.1f}"'
        return f'<rect x="{x:.1f}" y="{y:.1f}" {size} rx="3" fill="{colour}"{edge}/>'
    points = " ".join(f"{one:.1f},{other:.1f}" for one, other in shape.points)
    dash = f' stroke-dasharray="{" ".join(f"{part:g}" for part in shape.dash)}"' if shape.dash else ""
    line = f'stroke="{colour}" stroke-width="{shape.width:g}"{dash}'
    return f'<polyline points="{points}" fill="none" {line} stroke-linejoin="round"/>'


def _drawn(shape: Shape, height: float) -> Any:
    """Returns a shape of reportlab's, whose y grows upwards."""
    from reportlab.graphics import shapes
    from reportlab.lib.colors import HexColor

    points = [(x, height - y) for x, y in shape.points]
    colour = HexColor(shape.colour)
    (x, y) = points[0]
    if shape.kind == "text":
        font = BOLD if shape.bold else PLAIN
        return shapes.String(
            x, y, shape.text, fontName=font, fontSize=shape.width, fillColor=colour, textAnchor=shape.anchor
        )
    if shape.kind == "dot":
        return shapes.Circle(x, y, shape.width, fillColor=colour, strokeColor=None)
    if shape.kind == "box":
        right, bottom = points[1]
        edge = HexColor(shape.edge) if shape.edge else None
        return shapes.Rect(
            x, bottom, right - x, y - bottom, fillColor=colour, strokeColor=edge, strokeWidth=shape.width
        )
    return shapes.PolyLine(
        [part for point in points for part in point],
        strokeColor=colour,
        strokeWidth=shape.width,
        strokeDashArray=list(shape.dash) or None,
    )


PLAIN, BOLD = "Inter", "Inter-SemiBold"
"""Names of the fonts that a PDF page has."""
