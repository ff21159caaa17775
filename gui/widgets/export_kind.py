"""A form in which a run can be written: ticked or not, with what it is, its size, and what may be chosen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from engine.protocol.exports import ExportEntry, ExportOffer
from engine.protocol.fields import SettingValue, SwitchField
from gui.look import texts
from gui.look.painting import draw_panel
from gui.look.theme import Theme
from gui.widgets.cards import Panel
from gui.widgets.labels import ThemedLabel
from gui.widgets.toggle import Toggle

_CHECK, _LEFT, _ICON, _WORDS = 18, 16, 48, 82
"""Size of the check, and where things begin, at 100 %."""


class _TickButton(QAbstractButton):
    """The whole upper part of a card as one check box."""

    def __init__(self, theme: Theme, entry: ExportEntry, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entry = entry
        self._summary, self._size, self._reason = entry.summary, "", ""
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setObjectName(f"tick_{entry.id}")
        self.setAccessibleName(entry.name)
        self.setProperty("focus_radius", theme.radius("card"))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.updateGeometry)

    def show_offer(self, offer: ExportOffer | None) -> None:
        self._summary = (offer.summary if offer else "") or self._entry.summary
        self._size = texts.size(offer.size) if offer and offer.size else ""
        self._reason = offer.reason if offer else ""
        self.setEnabled(not self._reason)
        self.setAccessibleDescription(
            " ".join(
                part for part in (self._reason or self._summary, self._size, self._entry.opens_with) if part
            )
        )
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:  # noqa: N802 (Qt's name)
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 (Qt's name)
        px = self._theme.px
        lines = len(self._lines(width))
        return max(
            px(62), px(24) + self._theme.line_height("body") + lines * self._theme.line_height("small")
        )

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        width = self.width() if self.width() > 1 else self._theme.px(480)
        return QSize(self._theme.px(320), self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(self._theme.px(240), self.heightForWidth(max(self.width(), self._theme.px(240))))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _right(self) -> float:
        metrics = QFontMetricsF(self._theme.font("small"))
        return max(metrics.horizontalAdvance(self._entry.opens_with), float(self._theme.px(56)))

    def _lines(self, width: int) -> list[str]:
        px = self._theme.px
        room = max(px(80), width - px(_WORDS) - int(self._right()) - px(16 + 24))
        text = self._reason or self._summary
        layout = QTextLayout(text, self._theme.font("small"))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WordWrap)
        layout.setTextOption(option)
        found = []
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(room)
            found.append(text[line.textStart() : line.textStart() + line.textLength()].rstrip())
        layout.endLayout()
        return found

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        painter, theme, px = QPainter(self), self._theme, self._theme.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isEnabled()
        middle = self.height() / 2
        self._paint_check(painter, QRectF(px(_LEFT), middle - px(_CHECK) / 2, px(_CHECK), px(_CHECK)))
        icon = theme.pixmap(self._entry.icon, "text2" if on else "disabled", 18)
        painter.drawPixmap(QPointF(px(_ICON), middle - px(9)), icon)
        lines = self._lines(self.width())
        step, name_step = theme.line_height("small"), theme.line_height("body")
        top = middle - (name_step + step * len(lines)) / 2
        end = self.width() - px(16)
        v_middle = int(Qt.AlignmentFlag.AlignVCenter)
        to_right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        painter.setFont(theme.font("body", 600))
        painter.setPen(theme.color("text" if on else "text3"))
        painter.drawText(QRectF(px(_WORDS), top, end - px(_WORDS), name_step), v_middle, self._entry.name)
        right = QRectF(px(_WORDS), top, end - px(_WORDS), name_step)
        painter.drawText(right, to_right, self._size)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text2" if on else "text3"))
        for number, line in enumerate(lines):
            painter.drawText(QPointF(px(_WORDS), top + name_step + number * step + step * 0.75), line)
        painter.setPen(theme.color("text3"))
        below = QRectF(right.left(), top + name_step, right.width(), step)  # beside the first line, as in all
        painter.drawText(below, to_right, self._entry.opens_with)

    def _paint_check(self, painter: QPainter, box: QRectF) -> None:
        theme = self._theme
        if self.isChecked() and self.isEnabled():
            draw_panel(painter, box, theme.color("ink"), None, radius=theme.px(5), width=1)
            pixmap = theme.pixmap("check", "onInk", 14)
            painter.drawPixmap(box.center() - QPointF(theme.px(7), theme.px(7)), pixmap)
            return
        edge = "borderStrong" if self.isEnabled() else "border"
        over = self.isEnabled() and self.underMouse()
        draw_panel(
            painter,
            box,
            theme.color("surface"),
            theme.color("text3" if over else edge),
            radius=theme.px(5),
            width=theme.px(1),
        )


class ExportKindCard(Panel):
    """A card of the page.

    Args:
        theme: Colours, fonts, lengths.
        entry: The form.
        parent: Owner.
    """

    toggled = Signal()
    """It was ticked, or not any more."""

    def __init__(self, theme: Theme, entry: ExportEntry, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent=parent)
        self.entry = entry
        self._tick = _TickButton(theme, entry, self)
        self._tick.setChecked(entry.suggested)
        self._tick.toggled.connect(self._show)
        self._tick.toggled.connect(self.toggled)
        self._switches: dict[str, Toggle] = {}
        self._labels: dict[str, ThemedLabel] = {}
        self._idle: set[str] = set()
        self._below = QWidget(self)
        self._rows = QVBoxLayout(self._below)
        for field in entry.fields:
            if isinstance(field, SwitchField):
                self._add_switch(field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._tick)
        column.addWidget(self._below)
        self.setObjectName(f"export_{entry.id}")
        theme.changed.connect(self._show)
        self._show()

    @property
    def is_chosen(self) -> bool:
        """Returns whether it is ticked and can be written."""
        return self._tick.isChecked() and self._tick.isEnabled()

    @property
    def tick(self) -> QAbstractButton:
        """Returns the check box."""
        return self._tick

    @property
    def options(self) -> dict[str, SettingValue]:
        """Returns what is chosen about it: name of a field → value."""
        return {name: switch.isChecked() for name, switch in self._switches.items() if name not in self._idle}

    def show_offer(self, offer: ExportOffer | None) -> None:
        """Says what it would be of the chosen run.

        Args:
            offer: As the engine told; ``None`` while that is not known.
        """
        self._tick.show_offer(offer)
        for name, words in self._labels.items():
            for part in (words, self._switches[name]):
                part.setVisible(offer is not None and name not in offer.idle)
        self._idle = set(offer.idle) if offer is not None else set(self._switches)
        self._show()

    def _add_switch(self, field: SwitchField) -> None:
        row = QHBoxLayout()
        switch = Toggle(self._theme)
        switch.setChecked(field.default)
        switch.setObjectName(f"option_{field.name}")
        switch.setAccessibleName(field.label)
        switch.setAccessibleDescription(field.help)
        switch.setToolTip(field.help)
        words = ThemedLabel(self._theme, field.label, "small", "text2")
        words.setToolTip(field.help)
        row.addWidget(switch)
        row.addWidget(words, 1)
        self._rows.addLayout(row)
        self._switches[field.name] = switch
        self._labels[field.name] = words

    def _show(self) -> None:
        px = self._theme.px
        self._rows.setContentsMargins(px(_WORDS), 0, px(16), px(12))
        self._rows.setSpacing(px(6))
        self._below.setVisible(bool(self._switches.keys() - self._idle) and self.is_chosen)
        chosen = self.is_chosen
        self.set_look(edge="ink" if chosen else "border", edge_width=1.5 if chosen else 1.0)
