"""How a file was read, in a few words, and a menu to read it otherwise."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from gui.look.theme import Theme
from gui.widgets.buttons import Button

_ENCODINGS = (
    ("utf_8", "UTF-8"),
    ("utf_16", "UTF-16"),
    ("cp1252", "Windows-1252 (Western Europe)"),
    ("latin_1", "Latin-1 (Western Europe)"),
    ("cp1250", "Windows-1250 (Central Europe)"),
    ("cp1251", "Windows-1251 (Cyrillic)"),
    ("koi8_r", "KOI8-R (Cyrillic)"),
    ("cp1253", "Windows-1253 (Greek)"),
    ("cp1254", "Windows-1254 (Turkish)"),
    ("mac_roman", "Mac Roman"),
    ("shift_jis", "Shift JIS (Japanese)"),
    ("gb18030", "GB 18030 (Chinese)"),
    ("big5", "Big5 (Chinese)"),
    ("euc_kr", "EUC-KR (Korean)"),
)
_DELIMITERS = ((",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "vertical bar"))
_SAME = {"utf_8_sig": "utf_8", "ascii": "utf_8", "utf_16_le": "utf_16", "utf_16_be": "utf_16"}
"""Other names of the same encodings; plain ASCII is UTF-8 too."""


def format_words(encoding: str, delimiter: str) -> str:
    """Returns how a file was read, e.g. ``"UTF-8, comma"``.

    Args:
        encoding: Name of the text encoding.
        delimiter: What stands between columns; empty where columns have names in each row.
    """
    plain = encoding.lower().replace("-", "_")
    known = _SAME.get(plain, plain)
    name = dict(_ENCODINGS).get(known, encoding).split(" (")[0]
    between = dict(_DELIMITERS).get(delimiter, f"“{delimiter}”") if delimiter else ""
    return f"{name}, {between}" if between else name


def encoding_menu(parent: QWidget, choose: Callable[[str], None], asked: str = "") -> QMenu:
    """Returns a menu of text encodings; the caller shows it.

    Args:
        parent: Owner.
        choose: Called with the name of the chosen encoding; empty for finding it out.
        asked: The one that is chosen now.
    """
    menu = QMenu("Encoding", parent)
    menu.setObjectName("encodings")
    _add_choices(menu, _ENCODINGS, asked, choose)
    return menu


class FormatButton(Button):
    """A small quiet button such as *UTF-8, comma*.

    Signals:
        encoding_chosen: Name of an encoding; empty for finding it out.
        delimiter_chosen: What stands between columns; empty for finding it out.
    """

    encoding_chosen = Signal(str)
    delimiter_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Makes the button; it is hidden until a file was read."""
        super().__init__(theme, "", "quiet", size="small", parent=parent)
        self._encoding = self._delimiter = ""
        self._asked_encoding = self._asked_delimiter = ""
        self.setObjectName("format_button")
        self.set_trailing("down")
        self.setToolTip("How the file was read. Click to read it otherwise.")
        self.clicked.connect(self.open_menu)
        self.hide()

    def set_format(self, encoding: str, delimiter: str, *, asked: tuple[str, str] = ("", "")) -> None:
        """Shows how a file was read.

        Args:
            encoding: Encoding that was used.
            delimiter: Delimiter that was used; empty for none.
            asked: Encoding and delimiter that the person had asked for, empty where it was found out.
        """
        self._encoding, self._delimiter = encoding, delimiter
        self._asked_encoding, self._asked_delimiter = asked
        words = format_words(encoding, delimiter)
        self.setText(words)
        self.setAccessibleName(f"Read as {words}")
        self.setVisible(bool(encoding))

    def make_menu(self) -> QMenu:
        """Returns the menu; the caller shows it."""
        menu = QMenu(self)
        menu.setObjectName("format_menu")
        menu.addMenu(self.make_encoding_menu(menu))
        if self._delimiter:
            delimiters = menu.addMenu("Between columns")
            named = tuple((sign, words.capitalize()) for sign, words in _DELIMITERS)
            _add_choices(delimiters, named, self._asked_delimiter, self.delimiter_chosen.emit)
        return menu

    def make_encoding_menu(self, parent: QWidget) -> QMenu:
        """Returns the menu of encodings alone; the caller shows it."""
        return encoding_menu(parent, self.encoding_chosen.emit, self._asked_encoding)

    def open_menu(self) -> None:
        """Opens the menu below the button, without waiting for it."""
        menu = self.make_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))


def _add_choices(
    menu: QMenu, choices: tuple[tuple[str, str], ...], asked: str, choose: Callable[[str], None]
) -> None:
    group = QActionGroup(menu)
    for value, words in (("", "Find out"), *choices):
        action = QAction(words, menu)
        action.setCheckable(True)
        action.setChecked(value == asked)
        action.setData(value)
        group.addAction(action)
        menu.addAction(action)
        if not value:
            menu.addSeparator()
    group.triggered.connect(lambda action: choose(str(action.data())))
