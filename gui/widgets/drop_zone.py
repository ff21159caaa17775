"""A place to let a file fall, with a button for those who would rather choose it."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.cards import Panel
from gui.widgets.icon_label import IconLabel
from gui.widgets.labels import ThemedLabel


def dropped_files(mime: QMimeData) -> list[str]:
    """Returns the paths of the files in what is dragged."""
    return [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]


class DropZone(Panel):
    """Dashed; solid and tinted while a file is over it.

    Args:
        theme: Where colours and lengths come from.
        title: What to do.
        note: Which files can be read.
        button_text: Words on the button.
        parent: Owner.

    Attributes:
        button: The button.
    """

    files_dropped = Signal(object)
    choose_requested = Signal()
    folder_requested = Signal()
    hub_requested = Signal()

    def __init__(
        self, theme: Theme, title: str, note: str, button_text: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, fill="", edge="borderStrong", dashed=True, parent=parent)
        self._compact = False
        self._button_text = button_text
        self._icon = IconLabel(theme, "download", "text2", 20)
        self._title = ThemedLabel(theme, title, "bodyStrong", elide=True)
        self._note = ThemedLabel(theme, note, "small", "text2", elide=True)
        self.button = Button(theme, button_text, "secondary", "folder")
        self.button.setObjectName("choose_file")
        self.button.setAccessibleName(button_text)
        self.button.clicked.connect(self.choose_requested)
        self._folder = Button(theme, "Choose a folder", "quiet")
        self._folder.setObjectName("choose_folder")
        self._folder.setAccessibleName("Choose a folder of texts")
        self._folder.setToolTip("Choose a folder of texts, a folder for each label (Ctrl Shift O)")
        self._folder.clicked.connect(self.folder_requested)
        self._hub = Button(theme, "From the hub", "quiet")
        self._hub.setObjectName("choose_from_hub")
        self._hub.setAccessibleName("Choose a data set of the Hugging Face hub")
        self._hub.setToolTip("Search the data sets of the Hugging Face hub (Ctrl Shift H)")
        self._hub.clicked.connect(self.hub_requested)
        self._words = QVBoxLayout()
        self._words.addStretch(1)
        self._words.addWidget(self._title)
        self._words.addWidget(self._note)
        self._words.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon)
        self._row.addLayout(self._words, 1)
        self._row.addWidget(self._hub)
        self._row.addWidget(self._folder)
        self._row.addWidget(self.button)
        self.setAcceptDrops(True)
        self.setAccessibleName(title)
        self._measure()
        theme.changed.connect(self._measure)

    def set_dragged_over(self, over: bool) -> None:
        """Shows that a file would be taken here, also while it is elsewhere over the page."""
        self.set_look(
            fill="frozenTint" if over else "",
            edge="ink" if over else "borderStrong",
            edge_width=1.5 if over else 1.0,
            dashed=not over,
        )

    def set_narrow(self, narrow: bool) -> None:
        """Says less on the buttons, so that there is room to say what they are for."""
        self.button.setText("File" if narrow else self._button_text)
        self._folder.setText("Folder" if narrow else "Choose a folder")
        self._hub.setText("Hub" if narrow else "From the hub")

    def set_compact(self, compact: bool) -> None:
        """Makes it lower."""
        self._compact = compact
        self._measure()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 (Qt's name)
        """Takes a file."""
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()
            self.set_dragged_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Looks as before."""
        self.set_dragged_over(False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 (Qt's name)
        """Says which files were dropped."""
        self.set_dragged_over(False)
        paths = dropped_files(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)

    def _measure(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(22), px(8), px(20), px(8))
        self._row.setSpacing(px(15))
        self._words.setSpacing(0)
        self.setFixedHeight(px(54 if self._compact else 72))
