"""Which base model: its name as a button; a click shows the others."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.protocol.stack import ModelFacts
from gui.look.texts import count
from gui.look.theme import Theme
from gui.widgets.buttons import Button

_NO_PADDING = (
    ". {name} has no padding token: short texts are filled up with its end-of-text token, which the "
    "attention mask hides."
)


def model_words(model: ModelFacts | None) -> str:
    """Returns ``"MiniLM, 6 blocks"``; ``"…"`` while nothing is known."""
    return f"{model.name}, {count('blocks', model.blocks)}" if model is not None else "…"


class ModelButton(Button):
    """The chosen base model.

    Args:
        theme: Colours, fonts, lengths.
        parent: Owner.
    """

    folder_chosen = Signal(str)
    """Path of the folder that the person wishes."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "…", "quiet", parent=parent)
        self.setObjectName("model")
        self.set_trailing("down")
        self.limit_words(220)
        self.set_model(None)

    def set_model(self, model: ModelFacts | None, chosen: str = "") -> None:
        """Shows the name of a model.

        Args:
            model: The model; ``None`` while it is not known.
            chosen: Its id, its name on the hub or its folder, of which the end is shown meanwhile.
        """
        words = model_words(model) if model is not None or not chosen else PurePath(chosen).name
        self.setText(words)
        self.setAccessibleName(f"Base model: {words}")
        note = "" if model is None or model.has_pad_token else _NO_PADDING.format(name=model.name)
        self.setToolTip(f"{words}. Choose another base model{note}")

    def words_width(self) -> float:
        """Returns how wide its words are as they are drawn."""
        return QFontMetricsF(self.font()).horizontalAdvance(self.shown_words())

    def choose_folder(self) -> None:
        """Lets the person choose the folder of a model, without waiting for it."""
        dialog = QFileDialog(self, "Choose the folder of a model")
        dialog.setObjectName("choose_model_folder")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.folder_chosen)
        dialog.open()
