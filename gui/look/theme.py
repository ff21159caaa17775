"""The theme: what every widget asks for colours, fonts, lengths, icons and times."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QObject, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from gui.look.fonts import fixed_font, ui_font
from gui.look.icons import IconCache, icon_svg
from gui.look.palette import app_palette
from gui.look.style_sheet import build_style_sheet
from gui.look.tokens import RunStyle, ThemeTokens, Tokens, raw_tokens, tokens

SMALLEST_UI_SCALE = 0.9
LARGEST_UI_SCALE = 1.5


class Theme(QObject):
    """Dark or light, how large, and everything that follows from it.

    Widgets read values when they paint and repaint on :attr:`changed`; nothing else holds a colour.

    Args:
        dark: Which of the two themes to start with.
        parent: Owner.
    """

    changed = Signal()
    """Colours or sizes are different now. The application has its new style already."""

    def __init__(self, dark: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dark = dark
        self._ui_scale = 1.0
        self._projector = False
        self._largest = math.inf
        self._reduced_motion = False
        self._application: QApplication | None = None
        self._icons = IconCache()
        self._icon_files = QTemporaryDir()

    @property
    def tokens(self) -> dict[str, Any]:
        """Returns the whole token file as plain values."""
        return raw_tokens()

    @property
    def _tokens(self) -> Tokens:
        return tokens()

    @property
    def _now(self) -> ThemeTokens:
        return self._tokens.themes["dark" if self._dark else "light"]

    # Colours

    @property
    def is_dark(self) -> bool:
        """Returns whether the dark theme is on."""
        return self._dark

    def set_dark(self, dark: bool) -> None:
        """Changes between dark and light."""
        if dark != self._dark:
            self._dark = dark
            self._renew()

    def color(self, token: str) -> QColor:
        """Returns the colour of a token, e.g. ``"emberLine"``.

        On a projector captions take the stronger colour of secondary text.

        Raises:
            KeyError: When there is no such token.
        """
        if self._projector and token == "text3":
            token = "text2"
        return QColor(self._now.color[token])

    def alpha(self, name: str) -> float:
        """Returns an opacity, 0 to 1, e.g. of ``"frostBand"``."""
        return self._now.alpha[name]

    def tint(self, token: str, opacity: float) -> QColor:
        """Returns a token's colour at an opacity, 0 to 1."""
        color = self.color(token)
        color.setAlphaF(opacity)
        return color

    def run_color(self, number: int) -> QColor:
        """Returns the colour of a run; the first run is number 1, the ninth looks like the first."""
        return QColor(self._run(number).hex)

    def run_symbol(self, number: int) -> str:
        """Returns the marker of a run, as pyqtgraph names it."""
        return self._run(number).symbol

    def run_dash(self, number: int) -> list[float] | None:
        """Returns the dash pattern of a run in pixels at a 2.5 px pen; ``None`` when solid."""
        dash = self._run(number).dash
        return None if dash is None else list(dash)

    def _run(self, number: int) -> RunStyle:
        return self._now.runs[(number - 1) % len(self._now.runs)]

    def heat(self, step: int) -> tuple[QColor, QColor]:
        """Returns fill and text colour of a heat step, 0 (least change) to 4."""
        heat = self._now.heat[max(0, min(step, len(self._now.heat) - 1))]
        return QColor(heat.fill), QColor(heat.text)

    def heat_step(self, change: float) -> int:
        """Returns the heat step, 0 to 4, of a relative change (0.01 is one per cent)."""
        limits = self._tokens.heat_thresholds_percent
        return max(step for step, limit in enumerate(limits) if step == 0 or change * 100 >= limit)

    # Sizes

    @property
    def ui_scale(self) -> float:
        """Returns the person's own text size, 0.9 to 1.5; the projector comes on top of it."""
        return self._ui_scale

    def set_ui_scale(self, scale: float) -> None:
        """Sets the person's own text size; kept between 0.9 and 1.5."""
        scale = round(max(SMALLEST_UI_SCALE, min(scale, LARGEST_UI_SCALE)), 2)
        if scale != self._ui_scale:
            self._ui_scale = scale
            self._renew()

    @property
    def projector(self) -> bool:
        """Returns whether everything is drawn larger for a room."""
        return self._projector

    def set_projector(self, projector: bool) -> None:
        """Turns the projector mode on or off."""
        if projector != self._projector:
            self._projector = projector
            self._renew()

    def fit_window(self, width: int, height: int) -> None:
        """Keeps text size and projector to what a window of this size can hold.

        Args:
            width: Of the window, in device-independent pixels.
            height: Of the window.
        """
        before = self.scale
        narrowest, lowest = self._tokens.layout["minWindow"]
        room = min(width / narrowest, height / lowest)
        self._largest = max(1.0, math.floor(room * 20 + 1e-6) / 20)  # so that a dragged edge restyles rarely
        if self.scale != before:
            self._renew()

    def layout_class(self, width: int, height: int) -> str:
        """Returns the layout that fits a window: ``"wide"``, ``"compact"`` or ``"narrow"``.

        Args:
            width: Of the window, in device-independent pixels.
            height: Of the window.
        """
        size = (width / self.scale, height / self.scale)
        for name, token in (("wide", "compactBelow"), ("compact", "narrowBelow")):
            least = self._tokens.layout[token]
            if size[0] >= least[0] and size[1] >= least[1]:
                return name
        return "narrow"

    @property
    def scale(self) -> float:
        """Returns what every length is multiplied with."""
        wanted = self._ui_scale * (self._tokens.type.projector_scale if self._projector else 1.0)
        return min(wanted, self._largest)

    def px(self, length: float) -> int:
        """Returns a length of the design in pixels of this window; never less than 1 but for 0."""
        scaled = round(abs(length) * self.scale)
        if length == 0:
            return 0
        return max(1, scaled) if length > 0 else -max(1, scaled)

    def radius(self, name: str) -> int:
        """Returns the radius of a kind of corner in pixels, e.g. ``"card"``."""
        return self.px(self._tokens.radius[name])

    def layout(self, name: str) -> int:
        """Returns a height or width of the frame in pixels, e.g. ``"topBar"``."""
        return self.px(self._tokens.layout[name])

    def font(self, role: str, weight: int | None = None) -> QFont:
        """Returns the font of a role.

        Args:
            role: ``caption``, ``small``, ``body``, ``bodyStrong``, ``lead``, ``title``, ``hero``,
                ``display`` or ``mono``.
            weight: 400, 500 or 600 instead of the role's own.

        Raises:
            KeyError: When there is no such role.
        """
        if role == "mono":
            return fixed_font(self.px(self._tokens.type.normal["small"][0]))
        size, _line, own_weight = self._tokens.type.normal[role]
        return ui_font(self.px(size), weight or own_weight, size)

    def line_height(self, role: str) -> int:
        """Returns the distance of lines of a role in pixels."""
        return self.px(self._tokens.type.normal["small" if role == "mono" else role][1])

    # Icons

    def pixmap(self, name: str, token: str = "text", size: int = 18) -> QPixmap:
        """Returns an icon as a picture in a token's colour.

        Args:
            name: Name of the icon.
            token: Colour token.
            size: Edge at 100 %.
        """
        return self._icons.pixmap(name, self.color(token), self.px(size), _pixel_ratio())

    def tinted_pixmap(self, name: str, color: QColor, edge: int) -> QPixmap:
        """Returns an icon in any colour, with its edge in pixels of this window (already scaled)."""
        return self._icons.pixmap(name, color, edge, _pixel_ratio())

    def icon(self, name: str, token: str = "text", size: int = 18) -> QIcon:
        """Returns an icon that greys by itself when its control is off."""
        icon = QIcon(self.pixmap(name, token, size))
        icon.addPixmap(self.pixmap(name, "disabled", size), QIcon.Mode.Disabled)
        return icon

    def icon_file(self, name: str, token: str, size: int = 18) -> str:
        """Returns the path of an icon as an SVG file, for style sheets, which take nothing else."""
        color = self.color(token)
        path = self._icon_files.filePath(f"{name}-{color.name()[1:]}-{self.px(size)}.svg")
        with open(path, "wb") as file:  # noqa: PTH123 (a Qt path, as Qt wants it back)
            file.write(icon_svg(name, color, self.px(size)))
        return path.replace("\\", "/")

    # Motion

    @property
    def reduced_motion(self) -> bool:
        """Returns whether nothing shall move."""
        return self._reduced_motion

    def set_reduced_motion(self, reduced: bool) -> None:
        """Turns motion off or on."""
        self._reduced_motion = reduced

    def duration(self, name: str) -> int:
        """Returns milliseconds of a motion, e.g. ``"thaw"``; 0 when motion is reduced."""
        return 0 if self._reduced_motion else int(self._tokens.motion[name])

    # The application

    def style_sheet(self) -> str:
        """Returns the style sheet for Qt's own controls."""
        return build_style_sheet(self)

    def apply_to(self, application: QApplication) -> None:
        """Dresses the application now and whenever the theme changes."""
        self._application = application
        application.setStyle("Fusion")
        self._dress()

    def _dress(self) -> None:
        if self._application is not None:
            self._application.setPalette(app_palette(self))
            self._application.setFont(self.font("body"))
            self._application.setStyleSheet(self.style_sheet())

    def _renew(self) -> None:
        self._dress()
        self.changed.emit()


def _pixel_ratio() -> float:
    application = QGuiApplication.instance()
    return application.devicePixelRatio() if isinstance(application, QGuiApplication) else 1.0
