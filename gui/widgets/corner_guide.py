"""The four corners in words: does the task change, do the pretrained weights change."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from gui.look.theme import Theme
from gui.widgets.cards import Panel
from gui.widgets.labels import label

_CORNERS = (
    (0, 1, "Transfer only", "The task is new, the model's own weights stay: feature-based, adapters, LoRA."),
    (
        0,
        2,
        "Both",
        "The task is new and the model's own weights change: a pretrained model fine-tuned on it.",
    ),
    (1, 1, "Neither", "Same task, same weights: using the model as it is, or adapting it with small parts."),
    (
        1,
        2,
        "Fine-tuning only",
        "Same task, but the weights change: a translator trained on sentences with typos.",
    ),
)


class CornerGuide(QWidget):
    """The square of the verdict with a sentence in each corner."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Makes the square."""
        super().__init__(parent)
        self.setObjectName("corner_guide")
        self.setAccessibleName("The four corners")
        px = theme.px
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(px(6))
        grid.addWidget(label(theme, "The task changes", "caption", "text3", wrap=True), 0, 0)
        grid.addWidget(label(theme, "The task stays", "caption", "text3", wrap=True), 1, 0)
        for row, column, name, sentence in _CORNERS:
            corner = Panel(theme, fill="sunken", radius="control")
            corner.setAccessibleName(f"{name}: {sentence}")
            inside = QVBoxLayout(corner)
            inside.setContentsMargins(px(12), px(10), px(12), px(10))
            inside.setSpacing(px(2))
            inside.addWidget(label(theme, name, "bodyStrong"))
            inside.addWidget(label(theme, sentence, "small", "text2", wrap=True))
            inside.addStretch(1)
            grid.addWidget(corner, row, column)
        grid.addWidget(label(theme, "Pretrained weights stay", "caption", "text3"), 2, 1)
        grid.addWidget(label(theme, "Pretrained weights change", "caption", "text3"), 2, 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        grid.setColumnMinimumWidth(0, px(64))
