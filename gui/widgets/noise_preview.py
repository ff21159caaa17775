"""A few texts with noise, what has changed in them marked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.protocol.data_facts import NoisyExample
from gui.look.theme import Theme
from gui.widgets.cards import Panel
from gui.widgets.labels import label
from gui.widgets.marked_text import MarkedText

MOST = 3
_LINES = 3


class NoisePreview(Panel):
    """The person's own texts as a model would read them.

    Changes are underlined and tinted, each kind in a colour of its own; on hover stands the clean text.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty.

        Args:
            theme: Colours, fonts, lengths.
            parent: Owner.
        """
        super().__init__(theme, fill="sunken", edge="border", radius="control", parent=parent)
        self.setObjectName("noise_preview")
        self.setAccessibleName("Preview of the noise")
        self._title = label(theme, "", "small", "text2", wrap=True)
        self._nothing = label(
            theme, "Choose data first; then some of its texts stand here.", "small", wrap=True
        )
        self.texts = [MarkedText(theme, "", _LINES) for _ in range(MOST)]
        self._column = QVBoxLayout(self)
        for widget in (self._title, self._nothing, *self.texts):
            self._column.addWidget(widget)
        self._space()
        theme.changed.connect(self._space)
        self.set_examples((), ())

    def set_title(self, title: str) -> None:
        """Says what will be read so."""
        self._title.setText(title)

    def set_examples(self, examples: Sequence[NoisyExample], kinds: Sequence[str]) -> None:
        """Shows texts.

        Args:
            examples: The texts; none where there are no rows yet.
            kinds: Names of all kinds of noise, in their order, for the colours.
        """
        self._nothing.setVisible(not examples)
        for place, text in enumerate(self.texts):
            text.setVisible(place < len(examples))
            if place < len(examples):
                one = examples[place]
                text.set_text(one.noisy)
                text.set_spans(one.changes, kinds)
                text.setToolTip(f"Row {one.row:,}: {one.text}")

    def _space(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(12), px(10), px(12), px(12))
        self._column.setSpacing(px(8))
