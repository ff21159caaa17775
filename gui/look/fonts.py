"""The fonts that come with the app, loaded once, so that every computer shows the same letters."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from gui.look.paths import resource

_FILES = {400: "Inter-Regular.ttf", 500: "Inter-Medium.ttf", 600: "Inter-SemiBold.ttf"}
_FEATURES = ("tnum", "cv11")
"""Figures of equal width, so that columns of numbers align; the plain one-storey a of the design."""


@cache
def _families() -> dict[int, str]:
    """Loads the font files; returns weight → family name as this platform calls it."""
    families = {}
    for weight, name in _FILES.items():
        number = QFontDatabase.addApplicationFont(str(resource("fonts", name)))
        found = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        families[weight] = (
            found[0] if found else QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
        )
    return families


def ui_font(pixel_size: int, weight: int) -> QFont:
    """Returns Inter; letters that it lacks come from the system's own font.

    Args:
        pixel_size: Size in device-independent pixels.
        weight: 400, 500 or 600.
    """
    font = QFont([_families()[weight], _families()[400], "sans-serif"])
    font.setPixelSize(max(1, pixel_size))
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
