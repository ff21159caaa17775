"""The right column of Setup: estimate and verdict, below each other or as tabs."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.look.theme import Theme
from gui.widgets.estimate_card import EstimateCard
from gui.widgets.method_list import MethodCombo
from gui.widgets.scroll_column import GUTTER, ScrollColumn
from gui.widgets.segmented import Segmented
from gui.widgets.verdict_card import VerdictCard


class SetupColumn(QWidget):
    """Estimate and verdict; in narrow windows the methods too, as a combo box.

    Args:
        theme: Colours, fonts, lengths.
        parent: Owner.

    Attributes:
        methods: The combo box; hidden in wide windows.
        estimate: What the run needs.
        verdict: What kind of learning it is.
    """

    method_chosen = Signal(str)
    """The person wishes another method."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._narrow = False
        self.methods = MethodCombo(theme)
        self.methods.method_chosen.connect(self.method_chosen)
        self.tabs = Segmented(theme, [("estimate", "Estimate"), ("verdict", "Verdict")])
        self.tabs.setObjectName("setup_tabs")
        self.tabs.chosen.connect(self._show_tab)
        self.estimate = EstimateCard(theme)
        self.verdict = VerdictCard(theme)
        self.verdict.method_chosen.connect(self.method_chosen)
        self._scroll = ScrollColumn()
        self._cards = self._scroll.column
        self._cards.addWidget(self.estimate)
        self._cards.addWidget(self.verdict, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._above = QVBoxLayout()
        for widget in (self.methods, self.tabs):
            self._above.addWidget(widget)
        self._column.addLayout(self._above)
        self._column.addWidget(self._scroll, 1)
        self.set_layout(wide=True, narrow=False)

    def set_layout(self, *, wide: bool, narrow: bool) -> None:
        """Lays it out for the size of the window."""
        px = self._theme.px
        self._narrow = narrow
        self.methods.setVisible(narrow)
        self.tabs.setVisible(narrow)
        for column in (self._column, self._above):
            column.setSpacing(px(8))
        self._above.setContentsMargins(0, 0, self.gutter, 0)
        self._cards.setSpacing(px(16 if wide else 12))
        self.estimate.set_compact(not wide)
        self.verdict.set_compact(not wide, titled=not narrow)
        self.estimate.set_title("" if narrow else "Estimate")
        self._show_tab(self.tabs.current())

    @property
    def gutter(self) -> int:
        """Room beside the cards for a scroll bar, in pixels."""
        return self._theme.px(GUTTER)

    def set_card_width(self, width: int, *, covered: bool = False) -> None:
        """Makes the cards as wide as that; the column is wider by :attr:`gutter`.

        Args:
            width: In pixels.
            covered: Whether a sheet lies over them, which has a scroll bar of its own.
        """
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if covered else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self._scroll.setVerticalScrollBarPolicy(policy)
        self._scroll.set_widths(width, self.gutter)
        self.setFixedWidth(width + self.gutter)

    def show_tab(self, name: str) -> None:
        """Shows ``"estimate"`` or ``"verdict"`` where only one fits."""
        self.tabs.set_current(name)
        self._show_tab(name)

    def _show_tab(self, name: str) -> None:
        self.estimate.setVisible(not self._narrow or name == "estimate")
        self.verdict.setVisible(not self._narrow or name == "verdict")
