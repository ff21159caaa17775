"""Pages of rows: kept while they are in sight, asked for when they come into it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

PAGE = 200
"""Rows that are asked for together."""

_MOST_PAGES = 100
"""Pages that are kept; the one that was seen longest ago goes first."""

_AT_ONCE = 2
"""Pages that are asked for when scrolling comes to rest: a view lies on two at most."""

_REST = 30
"""Milliseconds after which what is in sight is asked for, not what flies past."""

Row = tuple[int, Sequence[str]]
"""A row's number in the file, and its cells."""


class PageShelf(QObject):
    """Keeps the pages of one search.

    Signals:
        wanted: How many rows stand before the page that is wanted.
    """

    wanted = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self._asked: set[int] = set()
        self._in_sight: OrderedDict[int, None] = OrderedDict()
        self._rest = QTimer(self, singleShot=True, interval=_REST)
        self._rest.timeout.connect(self._ask)

    def clear(self) -> None:
        """Forgets all, for another search."""
        self._pages.clear()
        self._asked.clear()
        self._in_sight.clear()

    def row(self, place: int) -> Row | None:
        """Returns the row at a place, or ``None`` after asking for it."""
        page = self._pages.get(place // PAGE)
        if page is None:
            self.want(place)
            return None
        self._pages.move_to_end(place // PAGE)
        return page[place % PAGE] if place % PAGE < len(page) else None

    def want(self, place: int) -> None:
        """Asks for the page of a place as soon as scrolling comes to rest there."""
        page = place // PAGE
        if page in self._asked:
            return
        if page not in self._in_sight:  # painting the same place again is no scrolling
            self._rest.start()
        self._in_sight[page] = None
        self._in_sight.move_to_end(page)

    def take(self, first: int, rows: Sequence[Sequence[str]], numbers: Sequence[int]) -> None:
        """Takes over a page.

        Args:
            first: How many rows stand before it.
            rows: A value per column and row.
            numbers: Where each stands in the file.
        """
        self._asked.discard(first // PAGE)
        self._pages[first // PAGE] = list(zip(numbers, rows, strict=True))
        while len(self._pages) > _MOST_PAGES:
            self._pages.popitem(last=False)

    def lose(self, first: int) -> None:
        """Takes note that a page did not come; it is asked for when it comes into sight again."""
        self._asked.discard(first // PAGE)

    def place_of(self, file_row: int) -> int:
        """Returns where a row of the file stands, or the next one after it; -1 where none is known."""
        places = (
            page * PAGE + place
            for page, rows in sorted(self._pages.items())
            for place, (number, _) in enumerate(rows)
            if number >= file_row
        )
        return next(places, -1)

    def _ask(self) -> None:
        """Asks for what came into sight last; what flew past is asked for when it comes back."""
        pages = list(self._in_sight)[-_AT_ONCE:]
        self._in_sight.clear()
        self._asked.update(pages)
        for page in pages:
            self.wanted.emit(page * PAGE)
