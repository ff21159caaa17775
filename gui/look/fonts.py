"""The fonts that come with the app, loaded once, so that every computer shows the same letters."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from gui.look.paths import resource

_FILES = {400: "Inter-Regular.ttf", 500: "Inter-Medium.ttf", 600: "Inter-SemiBold.ttf"}
_LARGE_FILE = "InterDisplay-SemiBold.ttf"
_LARGE = 24
"""From this pixel size on, strong text is set in the cut of Inter that was drawn for large sizes."""

_FEATURES = ("tnum", "cv11")
"""Figures of equal width, so that columns of numbers align; the plain one-storey a of the design."""


@cache
def _families() -> dict[str, str]:
    """Loads all font files at once, so that a text may mix weights; returns file → family name."""
    fallback = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    families = {}
    for name in (*_FILES.values(), _LARGE_FILE):
        number = QFontDatabase.addApplicationFont(str(resource("fonts", name)))
        found = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        families[name] = found[0] if found else fallback
    return families


def ui_font(pixel_size: int, weight: int, design_size: int | None = None) -> QFont:
    """Returns Inter; letters that it lacks come from the system's own font.

    Args:
        pixel_size: Size in device-independent pixels.
        weight: 400, 500 or 600.
        design_size: Size before the person's scale, which decides on the cut; by default the same.
    """
    # A copy, which the caller may change; copies share what Qt has found out about their letters.
    return QFont(_ui_font(max(1, pixel_size), weight, (design_size or pixel_size) >= _LARGE))


@cache
def _ui_font(pixel_size: int, weight: int, is_large: bool) -> QFont:
    families = _families()
    large = weight == 600 and is_large
    font = QFont([families[_LARGE_FILE if large else _FILES[weight]], families[_FILES[400]], "sans-serif"])
    font.setPixelSize(pixel_size)
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    for feature in _FEATURES:
        font.setFeature(QFont.Tag(feature), 1)
    return font


def fixed_font(pixel_size: int) -> QFont:
    """Returns the system's fixed-width font, for technical details only."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(max(1, pixel_size))
    return font
