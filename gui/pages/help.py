"""Help: the words of the field, the four corners, the keys, and where projects are."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gui.look.keys import key_words
from gui.look.terms import term_groups
from gui.state.page_context import Findable, PageContext, PageEntry
from gui.widgets.basics import Button, Card, PageHeader, label
from gui.widgets.corner_guide import CornerGuide
from gui.widgets.term_list import TermList

_KEYS = (
    ("Ctrl+1", "Go to a step of the rail; 2 to 6 for the others"),
    ("Ctrl+Enter", "Press the main button, at the top right"),
    ("Ctrl+O", "Open a file or a project"),
    ("Ctrl+N", "New project"),
    ("Ctrl+S", "Save a copy of the project"),
    ("Ctrl+K", "Find anything"),
    ("Ctrl+J", "Open and close the runs"),
    ("Space", "Pause and resume, on Train"),
    ("Ctrl+.", "Stop and keep best"),
    ("Ctrl+Z", "Undo"),
    ("Ctrl+Shift+Z", "Redo"),
    ("Ctrl+Shift+L", "Light or dark"),
    ("Ctrl+Shift+P", "Projector mode"),
    ("Ctrl+Plus", "Larger text; Ctrl Minus smaller, Ctrl 0 as usual"),
    ("F11", "Full screen"),
    ("F6", "Next region of the window; with Shift the one before"),
    ("F1", "This help"),
    ("Esc", "Close a drawer, a popover or the search"),
)
_MAP_KEYS = (
    ("Up", "Move between the layers; Down goes down"),
    ("Space", "Freeze or thaw a layer"),
    ("Shift+Up", "Paint the same state over more layers"),
    ("Alt+Up", "Move the thaw line"),
    ("F", "Freeze all"),
    ("T", "Thaw all"),
)


class HelpPage(QWidget):
    """Two columns: words at the left; corners, keys and folders at the right.

    Signals:
        go_requested: Id of the page that the person wants next.
    """

    go_requested = Signal(str)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        """Shows everything."""
        super().__init__(parent)
        self._context = context
        self._theme = context.theme
        self.setObjectName("help_page")
        self.setAccessibleName("Help")
        self._header = PageHeader(
            self._theme, "Help", "Freeze what the model knows, thaw what it must learn."
        )
        words = Card(self._theme, "The words of the field", "one sentence each")
        words.setObjectName("words_card")
        self._terms = TermList(self._theme, term_groups())
        words.body.addWidget(self._terms)
        self._row = QHBoxLayout()
        self._row.addWidget(words, 1)
        self._row.addWidget(self._right_column(), 1)
        self._top = QVBoxLayout()
        self._top.addWidget(self._header)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._top)
        self._column.addLayout(self._row, 1)
        context.layout.changed.connect(self._measure)
        self._theme.changed.connect(self._measure)
        self._measure()

    def show_entry(self, word: str) -> None:
        """Shows what a word means."""
        self._terms.look_up(word)

    def _right_column(self) -> QWidget:
        content = QWidget()
        self._cards = QVBoxLayout(content)
        self._cards.setContentsMargins(0, 0, 0, 0)
        for card in (self._corners_card(), self._keys_card(), self._folders_card()):
            self._cards.addWidget(card)
        self._cards.addStretch(1)
        area = QScrollArea()
        area.setObjectName("help_scroll")
        area.setAccessibleName("Corners, keys and folders")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        content.setAutoFillBackground(False)
        return area

    def _corners_card(self) -> QWidget:
        card = Card(self._theme, "The four corners")
        card.setObjectName("corners_card")
        card.body.addWidget(
            label(
                self._theme,
                "Two questions say what kind of learning a setup is: does the task differ from what the "
                "model was trained for, and do the model's own weights change? Thaw answers both from the "
                "model and the run, never from the name of the method.",
                "body",
                "text2",
                wrap=True,
            )
        )
        card.body.addWidget(CornerGuide(self._theme))
        return card

    def _keys_card(self) -> QWidget:
        card = Card(self._theme, "Keys")
        card.setObjectName("keys_card")
        for title, keys in (("", _KEYS), ("On the layer map", _MAP_KEYS)):
            if title:
                card.body.addWidget(label(self._theme, title, "small", "text3"))
            grid = QGridLayout()
            grid.setHorizontalSpacing(self._theme.px(16))
            grid.setVerticalSpacing(self._theme.px(4))
            grid.setColumnStretch(1, 1)
            for row, (key, deed) in enumerate(keys):
                grid.addWidget(label(self._theme, key_words(key), "bodyStrong"), row, 0)
                grid.addWidget(label(self._theme, deed, "body", "text2", wrap=True), row, 1)
            card.body.addLayout(grid)
        return card

    def _folders_card(self) -> QWidget:
        folder = self._context.workspace.folder
        card = Card(self._theme, "Where things are")
        card.setObjectName("folders_card")
        words = (
            "Each project is a folder with its data, its runs and its models. Nothing leaves your computer."
        )
        card.body.addWidget(label(self._theme, words, "body", "text2", wrap=True))
        row = QHBoxLayout()
        row.addWidget(label(self._theme, str(folder), "body", elide=True), 1)
        show = Button(self._theme, "Show the folder", "secondary", "folder", size="small")
        show.setObjectName("show_projects")
        show.clicked.connect(lambda: _show_folder(folder))
        row.addWidget(show)
        card.body.addLayout(row)
        return card

    def _measure(self) -> None:
        px, wide = self._theme.px, self._context.layout.is_wide
        side, top = (24, 20) if wide else (16, 12)
        gap = px(16 if wide else 12)
        # The right column's scroll bar stands in the page's margin.
        gutter = px(12)
        self._column.setContentsMargins(px(side), px(top), px(side) - gutter, px(top))
        self._top.setContentsMargins(0, 0, gutter, 0)
        self._cards.setContentsMargins(0, 0, px(2), 0)
        for layout in (self._column, self._row, self._cards):
            layout.setSpacing(gap)


def _show_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _words(_context: PageContext) -> list[Findable]:
    return [
        Findable(term.name, "Help", term.name, term.sentence)
        for group in term_groups()
        for term in group.terms
    ]


PAGE = PageEntry(
    id="help",
    title="Help",
    icon="help",
    order=91,
    build=HelpPage,
    on_rail=False,
    needs_project=False,
    findable=_words,
)
