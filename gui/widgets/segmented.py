"""A choice of a few words that all stand side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from gui.look.painting import draw_panel, mix
from gui.look.theme import Theme
from gui.widgets.cards import Panel
from gui.widgets.hover_fade import HoverFade


class _Segment(QAbstractButton):
    def __init__(self, theme: Theme, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fade = HoverFade(theme, self)
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        # Measured in the weight of the chosen one, so that nothing moves when the choice changes.
        width = QFontMetricsF(self._theme.font("small", 600)).horizontalAdvance(self.text())
        return QSize(int(width) + 1 + 2 * self._theme.px(10), self._theme.px(22))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        painter = QPainter(self)
        theme = self._theme
        rect = QRectF(self.rect())
        radius = theme.radius("control") - theme.px(2)
        if self.isChecked():
            draw_panel(painter, rect, theme.color("surface"), theme.color("border"), radius=radius)
        elif self._fade.value > 0:
            fill = mix(theme.tint("pressed", 0.0), theme.color("pressed"), self._fade.value)
            draw_panel(painter, rect, fill, None, radius=radius)
        painter.setFont(theme.font("small", 600 if self.isChecked() else 500))
        token = "text" if self.isChecked() else "text2"
        painter.setPen(theme.color(token if self.isEnabled() else "disabled"))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), self.text())


class Segmented(Panel):
    """One of a few options.

    Args:
        theme: Where colours and lengths come from.
        options: Words, or pairs of a name for the program and words for the person.
        height: 28, or 34 beside page buttons.
        parent: Owner.
    """

    chosen = Signal(str)
    """The person chose another option; carries its name (the words where it has none)."""

    def __init__(
        self,
        theme: Theme,
        options: Sequence[str | tuple[str, str]],
        *,
        height: int = 28,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, fill="sunken", edge="border", radius="control", parent=parent)
        self._height = height
        self._segments: dict[str, _Segment] = {}
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        for option in options:
            name, text = (option, option) if isinstance(option, str) else option
            segment = _Segment(theme, text, self)
            segment.setObjectName(f"segment_{name}")
            segment.setProperty("focus_radius", theme.radius("control") - theme.px(2))
            self._group.addButton(segment)
            self._row.addWidget(segment)
            self._segments[name] = segment
            segment.clicked.connect(lambda _checked=False, name=name: self.chosen.emit(name))
        if self._segments:
            next(iter(self._segments.values())).setChecked(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._measure()
        theme.changed.connect(self._measure)

    def current(self) -> str:
        """Returns the name of the chosen option; empty when there are none."""
        return next((name for name, segment in self._segments.items() if segment.isChecked()), "")

    def set_current(self, name: str) -> None:
        """Chooses an option without saying so.

        Raises:
            KeyError: When there is no such option.
        """
        self._segments[name].setChecked(True)

    @property
    def offers_choice(self) -> bool:
        """Whether there is more than one option."""
        return sum(not segment.isHidden() for segment in self._segments.values()) > 1

    def focus_current(self) -> None:
        """Puts the keyboard on the chosen option."""
        if self._segments:
            self._segments[self.current()].setFocus(Qt.FocusReason.OtherFocusReason)

    def set_option_enabled(self, name: str, enabled: bool, reason: str = "") -> None:
        """Turns an option on or off, with the reason on hover."""
        self._segments[name].setEnabled(enabled)
        self._segments[name].setToolTip("" if enabled else reason)

    def set_option_visible(self, name: str, visible: bool) -> None:
        """Offers an option or not; where the chosen one goes, the first is chosen without saying so."""
        self._segments[name].setVisible(visible)
        if not visible and self._segments[name].isChecked():
            next(iter(self._segments.values())).setChecked(True)
        self.updateGeometry()

    def set_option_text(self, name: str, text: str) -> None:
        """Changes an option's words."""
        self._segments[name].setText(text)
        self._segments[name].setAccessibleName(text)
        self.updateGeometry()

    def _measure(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(2), px(2), px(2), px(2))
        self._row.setSpacing(px(1))
        self.setFixedHeight(px(self._height))
        for segment in self._segments.values():
            segment.updateGeometry()
            segment.update()
