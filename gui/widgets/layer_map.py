"""The layer map: the model as a stack whose layers a person freezes and thaws.

It paints a :class:`~gui.widgets.layer_map_view.StackView` and says what the person wishes; what
becomes of the wish is decided elsewhere and comes back as the next view.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.look.theme import Theme
from gui.widgets import layer_map_accessible as accessible
from gui.widgets.layer_map_geometry import MapGeometry, lay_out
from gui.widgets.layer_map_keys import handle_key
from gui.widgets.layer_map_motion import ThawMotion
from gui.widgets.layer_map_painter import MapLooks, paint_map
from gui.widgets.layer_map_pointer import Pointer
from gui.widgets.layer_map_tiers import MapSize
from gui.widgets.layer_map_view import StackView
from gui.widgets.layer_map_words import map_name

EMPTY_VIEW = StackView(rows=(), blocks=0, total_parameters=0, trainable_parameters=0)


class LayerMap(QWidget):
    """The model as a stack, to look at or to edit.

    Args:
        theme: Colours, fonts, lengths.
        size: How it is drawn; ``MapSize.HEAT`` is read only.
        parent: Owner.
    """

    state_requested = Signal(list, bool)
    """The person wishes layers (ids) trainable (true) or frozen (false)."""

    thaw_line_requested = Signal(int)
    """The person wishes that many of the lowest layers frozen and all above them trainable."""

    settings_requested = Signal()
    """The person clicked a small new part and wishes to see its settings."""

    group_opened = Signal(str)
    """The person wishes to see the blocks of a group; the id is that of its lowest layer."""

    def __init__(
        self, theme: Theme, size: MapSize | str = MapSize.EDIT, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        accessible.install()
        self._theme = theme
        self._size = MapSize(size)
        self._view = EMPTY_VIEW
        self._wished: dict[str, bool] = {}
        self._opened: set[str] = set()
        self._geometry: MapGeometry | None = None
        self._interface: object = None
        self._motion = ThawMotion(theme, self.update, self)
        self._pointer = Pointer(self)
        self._by_keyboard = False
        self.focused_row = 0
        self.setObjectName("layer_map")
        self.setProperty("focus_ring", False)  # it draws the focus around the row itself
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._measure)
        self._measure()

    # --- what is shown ----------------------------------------------------------------------------

    @property
    def theme(self) -> Theme:
        """Returns the theme."""
        return self._theme

    @property
    def shown(self) -> StackView:
        """Returns the picture as it is painted: the given one with what was just wished."""
        return self._view.with_states(self._wished) if self._wished else self._view

    @property
    def given(self) -> StackView:
        """Returns the picture as it was given, without wishes."""
        return self._view

    @property
    def is_interactive(self) -> bool:
        """Returns whether a person may change something here."""
        return self._size is not MapSize.HEAT and self.isEnabled()

    @property
    def opened(self) -> frozenset[str]:
        """Returns the ids of the rows whose matrices are shown."""
        return frozenset(self._opened)

    @property
    def places(self) -> MapGeometry:
        """Returns where everything is, in pixels of the widget."""
        if self._geometry is None:
            small = QFontMetricsF(self._theme.font("small"))
            self._geometry = lay_out(
                self.shown,
                self.width(),
                self.height(),
                self._size,
                self._theme.px,
                small.horizontalAdvance,
                self._opened,
            )
        return self._geometry

    def set_view(self, view: StackView) -> None:
        """Shows a picture; rows whose state differs from the one until now thaw or freeze."""
        before = self.shown
        self._view = view
        self._wished = {}
        self._opened &= {row.id for row in view.rows}
        self.focused_row = min(self.focused_row, max(0, len(view.rows) - 1))
        self._follow(before)
        self._measure()

    def set_size(self, size: MapSize) -> None:
        """Draws it another way, e.g. lower rows in a small window."""
        if size is not self._size:
            self._size = size
            self._measure()

    def wish(self, states: dict[str, bool]) -> None:
        """Shows a wish at once, before it was answered; the next :meth:`set_view` replaces it.

        Args:
            states: Layer id → trainable.
        """
        before = self.shown
        self._wished = {layer: state for layer, state in states.items() if self._view.row_of(layer) >= 0}
        self._follow(before)
        self._forget_places()

    def set_opened(self, row_id: str, opened: bool) -> None:
        """Shows or hides the matrices of a block."""
        if opened:
            self._opened.add(row_id)
        else:
            self._opened.discard(row_id)
        self._measure()

    def row_rect(self, index: int) -> QRect:
        """Returns the place of a row's block, bottom row first."""
        return self.places.rows[index].rect.toRect()

    def _follow(self, before: StackView) -> None:
        after = self.shown
        self._motion.follow(before if before.rows else None, after)
        self.setAccessibleName(map_name(after))
        old = {row.id: row.trainable for row in before.rows}
        for index, row in enumerate(after.rows):
            if old.get(row.id, row.trainable) != row.trainable:
                accessible.announce_state(self, index)

    # --- size -------------------------------------------------------------------------------------

    def _measure(self) -> None:
        px = self._theme.px
        least = lay_out(
            self._view, px(520), 0, self._size, px, lambda _text: 0.0, self._opened
        ).content_height
        self.setMinimumHeight(int(least))
        self.updateGeometry()
        self._forget_places()

    def _forget_places(self) -> None:
        self._geometry = None
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the size of the design."""
        px = self._theme.px
        return QSize(px(260), px(486)) if self._size is MapSize.HEAT else QSize(px(704), px(654))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the least width at which the map can be read."""
        narrow = self._size is MapSize.HEAT
        return QSize(self._theme.px(200 if narrow else 520), self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Finds new places."""
        self._forget_places()
        super().resizeEvent(event)

    # --- painting ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the map."""
        looks = MapLooks(
            progress=self._motion.progress,
            hovered=self._pointer.hovered if self.is_interactive else -1,
            focused=self.focused_row if self.hasFocus() and self._by_keyboard else -1,
            thaw_index=self._pointer.thaw_index,
            pill_hovered=self._pointer.over_line,
            interactive=self.is_interactive,
        )
        painter = QPainter(self)
        paint_map(painter, self._theme, self.shown, self.places, looks)
        painter.end()

    # --- keys and focus ---------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Moves along the rows and changes them."""
        self._by_keyboard = True
        if not handle_key(self, event):
            super().keyPressEvent(event)
        self.update()

    def focus_row(self, index: int) -> None:
        """Moves the keyboard focus to a row."""
        self.focused_row = max(0, min(index, len(self.shown.rows) - 1))
        accessible.announce_focus(self, self.focused_row)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        """Shows the focused row when the keyboard brought the focus."""
        self._by_keyboard = event.reason() not in (
            Qt.FocusReason.MouseFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
        )
        super().focusInEvent(event)

    # --- pointer ----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Takes hold of a block, a part or the thaw line."""
        self._by_keyboard = False
        if event.button() == Qt.MouseButton.LeftButton and self.is_interactive:
            self._pointer.press(event.position())
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Paints further blocks, moves the thaw line, or hovers."""
        self._pointer.move(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Says the wish."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pointer.release(event.position())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Forgets what the pointer was over."""
        self._pointer.leave()
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        """Shows a tooltip for what the pointer is over."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text, place = self.tooltip_at(event.pos())
            if text:
                QToolTip.showText(event.globalPos(), text, self, place)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def tooltip_at(self, point: QPoint) -> tuple[str, QRect]:
        """Returns the words for a place and the area in which they hold."""
        text, area = self._pointer.words_at(QPointF(point))
        return text, QRectF(area).toAlignedRect()

    # --- screen readers ---------------------------------------------------------------------------

    def keep_interface(self, interface: object) -> None:
        """Keeps the accessible interface alive as long as the map."""
        self._interface = interface
