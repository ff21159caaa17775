"""How a file was read, in a few words, and a menu to read it otherwise."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from engine.protocol.config import Reading
from engine.protocol.data_facts import TableFacts
from engine.protocol.wording import DELIMITERS, listed
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
_SAME = {"utf_8_sig": "utf_8", "ascii": "utf_8", "utf_16_le": "utf_16", "utf_16_be": "utf_16"}
"""Other names of the same encodings; plain ASCII is UTF-8 too."""
_DRAWN = (10_000, 50_000, 200_000, 500_000, 1_000_000)
"""How many rows of a large file are offered."""
_ROWS = 10
"""Rows that are offered as the one with the column names."""


def format_words(table: TableFacts) -> str:
    """Returns how a file was read, e.g. ``"UTF-8, comma"``; empty where nothing can be chosen.

    Args:
        table: The file.
    """
    if table.sheet:
        return f'Sheet "{table.sheet}"'
    name = listed(list(dict.fromkeys(_called(one) for one in table.encoding.split(","))))
    sign = table.delimiter
    between = DELIMITERS.get(sign, f'"{sign}"') if sign else ""
    return f"{name}, {between}" if between else name


def _called(encoding: str) -> str:
    plain = encoding.lower().replace("-", "_")
    return dict(_ENCODINGS).get(_SAME.get(plain, plain), encoding).split(" (")[0]


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
        reading_chosen: What of a ``Reading`` is to be otherwise: name → value.
    """

    reading_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Makes the button; it is hidden until a file was read."""
        super().__init__(theme, "", "quiet", size="small", parent=parent)
        self._table: TableFacts | None = None
        self._asked = Reading()
        self.setObjectName("format_button")
        self.set_trailing("down")
        self.setToolTip("How the file was read. Click to read it otherwise.")
        self.clicked.connect(self.open_menu)
        self.hide()

    def set_format(self, table: TableFacts, asked: Reading) -> None:
        """Shows how a file was read.

        Args:
            table: The file.
            asked: How the person had asked for it.
        """
        self._table, self._asked = table, asked
        words = format_words(table)
        self.setText(words)
        self.setAccessibleName(f"Read as {words}")
        self.setVisible(bool(words))

    def make_menu(self) -> QMenu:
        """Returns the menu; the caller shows it."""
        menu = QMenu(self)
        menu.setObjectName("format_menu")
        table, asked = self._table, self._asked
        if table is None:
            return menu
        if table.encoding:
            menu.addMenu(self.make_encoding_menu(menu))
        if table.delimiter:
            named = tuple((sign, words.capitalize()) for sign, words in DELIMITERS.items())
            _add_choices(menu.addMenu("Between columns"), named, asked.delimiter, self._choose("delimiter"))
        if table.sheets:
            menu.addMenu(self.make_sheet_menu(menu))
            menu.addMenu(self.make_header_menu(menu))
        if table.rows_in_file or asked.rows_drawn:
            drawn = tuple(
                (str(rows), f"{rows:,}") for rows in _DRAWN if rows < (table.rows_in_file or table.rows)
            )
            every = ((str(table.rows_in_file), f"All {table.rows_in_file:,} (takes more memory)"),)
            chosen = str(asked.rows_drawn or "")
            of_file = menu.addMenu("Rows drawn by lot")
            choices = drawn + (every if table.rows_in_file else ())
            _add_choices(of_file, choices, chosen, self._choose("rows_drawn"), "As many as fit")
        return menu

    def _choose(self, name: str) -> Callable[[str], None]:
        """Returns what is called with a choice from a menu; another sheet has its names elsewhere."""

        def choose(value: str) -> None:
            changes: dict[str, str | int] = {name: value}
            if name in {"header_row", "rows_drawn"}:
                changes = {name: int(value or 0)}
            elif name == "sheet":
                changes["header_row"] = 0
            self.reading_chosen.emit(changes)

        return choose

    def make_encoding_menu(self, parent: QWidget) -> QMenu:
        """Returns the menu of encodings alone; the caller shows it."""
        return encoding_menu(parent, self._choose("encoding"), self._asked.encoding)

    def make_sheet_menu(self, parent: QWidget) -> QMenu:
        """Returns the menu of the sheets of a workbook alone; the caller shows it."""
        menu = QMenu("Sheet", parent)
        menu.setObjectName("sheets")
        sheets = tuple((name, name) for name in self._table.sheets) if self._table else ()
        _add_choices(menu, sheets, self._asked.sheet, self._choose("sheet"))
        return menu

    def make_header_menu(self, parent: QWidget) -> QMenu:
        """Returns the menu of the rows that may hold the column names alone; the caller shows it."""
        menu = QMenu("Column names", parent)
        menu.setObjectName("header_rows")
        last = max(_ROWS, self._table.header_row if self._table else 0)
        rows = tuple((str(row), f"Row {row}") for row in range(1, last + 1))
        _add_choices(menu, rows, str(self._asked.header_row or ""), self._choose("header_row"))
        return menu

    def open_menu(self) -> None:
        """Opens the menu below the button, without waiting for it."""
        menu = self.make_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))


def _add_choices(
    menu: QMenu,
    choices: tuple[tuple[str, str], ...],
    asked: str,
    choose: Callable[[str], None],
    usual: str = "Find out",
) -> None:
    group = QActionGroup(menu)
    for value, words in (("", usual), *choices):
        action = QAction(words.replace("&", "&&"), menu)
        action.setCheckable(True)
        action.setChecked(value == asked)
        action.setData(value)
        group.addAction(action)
        menu.addAction(action)
        if not value:
            menu.addSeparator()
    group.triggered.connect(lambda action: choose(str(action.data())))
