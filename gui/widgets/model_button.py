"""Which base model: its name as a button, the models of this computer as its menu."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from engine.protocol.catalog import ModelEntry
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
    """The chosen base model; a click shows the others.

    Args:
        theme: Colours, fonts, lengths.
        parent: Owner.
    """

    model_chosen = Signal(str)
    """Id of the model that the person wishes, or the path of its folder."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "…", "quiet", parent=parent)
        self.setObjectName("model")
        self.set_trailing("down")
        self._entries: tuple[ModelEntry, ...] = ()
        self._chosen = ""
        self.clicked.connect(self._open)
        self.set_model(None)

    def set_model(self, model: ModelFacts | None) -> None:
        """Shows the name of a model."""
        self.setText(model_words(model))
        self.setAccessibleName(f"Base model: {model_words(model)}")
        note = "" if model is None or model.has_pad_token else _NO_PADDING.format(name=model.name)
        self.setToolTip(f"Choose the base model{note}")

    def set_models(self, entries: Sequence[ModelEntry], chosen: str) -> None:
        """Takes over which models there are.

        Args:
            entries: Of the catalog.
            chosen: Id of the chosen one.
        """
        self._entries, self._chosen = tuple(entries), chosen

    def make_menu(self) -> QMenu:
        """Returns the menu of models."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        group = QActionGroup(menu)
        for entry in self._entries:
            action = menu.addAction(entry.name if entry.available else f"{entry.name} (not here)")
            action.setCheckable(True)
            action.setChecked(entry.id == self._chosen)
            action.setEnabled(entry.available)
            action.setToolTip(". ".join(part for part in (entry.summary, entry.note, entry.licence) if part))
            action.triggered.connect(lambda _checked=False, name=entry.id: self.model_chosen.emit(name))
            group.addAction(action)
        if self._chosen and self._chosen not in {entry.id for entry in self._entries}:
            own = QAction(self._chosen, menu, checkable=True, checked=True)
            menu.addAction(own)
        menu.addSeparator()
        menu.addAction("Choose a folder…").triggered.connect(self.choose_folder)
        return menu

    def choose_folder(self) -> None:
        """Lets the person choose the folder of a model, without waiting for it."""
        dialog = QFileDialog(self, "Choose the folder of a model")
        dialog.setObjectName("choose_model_folder")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.model_chosen)
        dialog.open()

    def _open(self) -> None:
        menu = self.make_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
