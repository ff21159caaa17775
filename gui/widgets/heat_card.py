"""How much each layer has changed, on the layer map."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from engine.protocol.events import LayersChanged
from engine.protocol.kept_facts import NOTHING_KEPT, KeptFacts, in_words
from engine.protocol.stack import StackFacts
from gui.look.painting import draw_panel
from gui.look.theme import Theme
from gui.widgets.cards import Card
from gui.widgets.labels import ThemedLabel, label
from gui.widgets.layer_map import EMPTY_VIEW, LayerMap
from gui.widgets.layer_map_geometry import MapSize
from gui.widgets.layer_map_rows import HeatFacts
from gui.widgets.layer_map_view import StackView

STEPS = 5


class HeatScale(QWidget):
    """The five steps of heat, from less to more."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Shows the steps of the theme."""
        super().__init__(parent)
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip("under 0.1 % · from 0.1 % · from 0.3 % · from 1 % · 3 % and more")
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns 10 high."""
        return QSize(self._theme.px(160), self._theme.px(10))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the steps."""
        painter = QPainter(self)
        inside = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        width = inside.width() / STEPS
        for step in range(STEPS):
            rect = QRectF(inside.left() + step * width, inside.top(), width, inside.height())
            painter.fillRect(rect, self._theme.heat(step)[0])
        edge = self._theme.color("border")
        draw_panel(painter, QRectF(self.rect()), None, edge, radius=self._theme.px(3))


class HeatCard(Card):
    """The layer map as heat, with a legend below it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts without a model."""
        super().__init__(theme, parent=parent)
        self.setObjectName("heat_card")
        self.setAccessibleName("How much each layer has changed")
        self._stack: StackFacts | None = None
        self._title_label = label(theme, "How much each layer has changed", "bodyStrong", elide=True)
        self._note_label = label(theme, "compared with the pretrained model", "caption", "text3", elide=True)
        self.map = LayerMap(theme, MapSize.HEAT)
        self.map.setObjectName("heat_map")
        self.map.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._words = QVBoxLayout()
        self._words.addWidget(self._title_label)
        self._words.addWidget(self._note_label)
        self._legend_row = QWidget()
        self._legend = QHBoxLayout(self._legend_row)
        self._legend.setContentsMargins(0, 0, 0, 0)
        self._legend.addWidget(label(theme, "less", "caption", "text3"))
        self._legend.addWidget(HeatScale(theme), 1)
        self._legend.addWidget(label(theme, "more", "caption", "text3"))
        self.body.addLayout(self._words)
        self.body.addWidget(self.map, 1)
        self.kept = ThemedLabel(theme, "", "caption", "text2", wrap=True)
        self.kept.setObjectName("heat_kept")
        self.kept.hide()
        self._is_short = False
        self.body.addWidget(self.kept)
        self.body.addWidget(self._legend_row)
        self._space()
        theme.changed.connect(self._space)

    def set_run(
        self, stack: StackFacts, changes: Sequence[LayersChanged], kept: KeptFacts = NOTHING_KEPT
    ) -> None:
        """Shows how far the layers have moved, and which need not be computed again.

        Args:
            stack: The model as it trains.
            changes: All messages so far, oldest first.
            kept: What of the frozen layers is computed once.
        """
        self._stack = stack
        self.kept.setText(in_words(kept))
        self._show_kept()
        epoch = changes[-1].epoch if changes else 0.0
        self.map.set_view(StackView.from_facts(stack, HeatFacts.from_changes(changes), epoch))

    def clear(self) -> None:
        """Shows no model: nothing is known of a run that never began."""
        self._stack = None
        self.kept.setText("")
        self._show_kept()
        self.map.set_view(EMPTY_VIEW)

    def changed_though_frozen(self, changes: Sequence[LayersChanged]) -> tuple[str, ...]:
        """Returns the names of layers that were frozen and moved all the same: there must be none."""
        if self._stack is None or not changes:
            return ()
        percent = changes[-1].percent
        return tuple(
            layer.label
            for layer in self._stack.layers
            if not layer.trainable_parameters and not layer.is_new and percent.get(layer.id, 0.0) > 0.0
        )

    def set_short(self, short: bool) -> None:
        """Leaves the legend and the note out, for a small window; every block has its number."""
        self._is_short = short
        self._show_kept()
        self._note_label.setVisible(not short)
        self._legend_row.setVisible(not short)

    def _show_kept(self) -> None:
        self.kept.setVisible(bool(self.kept.text()) and not self._is_short)

    def _space(self) -> None:
        px = self._theme.px
        self._words.setSpacing(0)
        self._legend.setSpacing(px(10))
        self.body.setSpacing(px(6))
