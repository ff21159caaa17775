"""The design tokens: every colour, length, weight and time of the look, read from one file."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from gui.look.paths import resource


class RunStyle(msgspec.Struct, frozen=True):
    """How one run is drawn: colour, marker and dash together, never the colour alone.

    Attributes:
        name: What the colour is called.
        hex: The colour.
        symbol: Name of the marker in pyqtgraph.
        dash: Lengths in pixels at a 2.5 px pen; ``None`` for a solid line.
    """

    name: str
    hex: str
    symbol: str
    dash: tuple[float, ...] | None = None


class HeatStep(msgspec.Struct, frozen=True):
    """Fill and text colour of one step of the heat scale."""

    fill: str
    text: str


class ThemeTokens(msgspec.Struct, frozen=True):
    """What differs between dark and light.

    Attributes:
        color: Token name → hex colour.
        runs: Styles of runs 1 to 8.
        heat: Five steps, least change first.
        alpha: Opacities, 0 to 1.
        contrast: Pair of tokens → WCAG contrast ratio that the design promises.
    """

    color: dict[str, str]
    runs: tuple[RunStyle, ...]
    heat: tuple[HeatStep, ...]
    alpha: dict[str, float]
    contrast: dict[str, float]


class TypeTokens(msgspec.Struct, frozen=True, rename="camel"):
    """Type roles: name → (pixel size, line height, weight) at 100 %."""

    normal: dict[str, tuple[int, int, int]]
    projector_scale: float


class IconTokens(msgspec.Struct, frozen=True):
    """Icons as SVG path data on a square grid."""

    grid: int
    stroke: float
    paths: dict[str, str]


class Tokens(msgspec.Struct, frozen=True, rename="camel"):
    """The whole file.

    Attributes:
        themes: ``"light"`` and ``"dark"``.
        heat_thresholds_percent: Lower ends of the heat steps, in per cent.
        type: Type roles.
        radius: Corner radii in logical pixels.
        layout: Heights and widths of the frame, in logical pixels.
        motion: Durations in milliseconds, and refresh rates.
        icons: Icon shapes.
    """

    themes: dict[str, ThemeTokens]
    heat_thresholds_percent: tuple[float, ...]
    type: TypeTokens
    radius: dict[str, int]
    stroke: dict[str, float]
    layout: dict[str, Any]
    motion: dict[str, Any]
    icons: IconTokens


@cache
def raw_tokens() -> dict[str, Any]:
    """Returns the token file as plain values."""
    loaded: dict[str, Any] = msgspec.json.decode(resource("themes", "tokens.json").read_bytes())
    return loaded


@cache
def tokens() -> Tokens:
    """Returns the token file with its types checked."""
    return msgspec.convert(raw_tokens(), Tokens)
