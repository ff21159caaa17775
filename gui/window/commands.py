"""What can be done from the keyboard and from *Find anything*, each told once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from engine.protocol.catalog import Catalog
from gui.look.keys import key_words
from gui.look.terms import term_groups
from gui.state.page_context import PageEntry
from gui.state.run_status import RunStatus
from gui.state.run_words import run_name
from gui.widgets.search_entries import SearchEntry


@dataclass(frozen=True)
class WindowCommand:
    """Something that the window can do.

    Attributes:
        id: Stable name.
        title: A verb first; empty for what the search need not list.
        keys: Its shortcuts; the first one stands in the search.
        icon: Name of an icon.
        do: Does it.
        keywords: Other words under which it is found.
    """

    id: str
    title: str
    keys: tuple[str, ...]
    icon: str
    do: Callable[[], object]
    keywords: str = ""


def install_shortcuts(window: QWidget, commands: Iterable[WindowCommand]) -> None:
    """Makes every shortcut of the commands work in a window."""
    for command in commands:
        for keys in command.keys:
            shortcut = QShortcut(QKeySequence(keys), window)
            shortcut.setObjectName(f"shortcut_{command.id}")
            shortcut.activated.connect(command.do)


def search_entries(
    pages: Sequence[PageEntry],
    commands: Sequence[WindowCommand],
    runs: Sequence[RunStatus],
    catalog: Catalog | None,
) -> list[SearchEntry]:
    """Returns everything that can be found; ids are ``"kind:id"``."""
    entries: list[SearchEntry] = []
    on_rail = [page for page in pages if page.on_rail]
    for page in pages:
        keys = key_words(f"Ctrl+{on_rail.index(page) + 1}") if page.on_rail else ""
        entries.append(SearchEntry(f"page:{page.id}", "Page", page.title, icon=page.icon, keys=keys))
    for command in commands:
        if command.title:
            keys = key_words(command.keys[0]) if command.keys else ""
            entries.append(
                SearchEntry(
                    f"command:{command.id}",
                    "Action",
                    command.title,
                    icon=command.icon,
                    keys=keys,
                    keywords=command.keywords,
                )
            )
    for run in reversed(runs):
        name = run_name(run, catalog)
        entries.append(SearchEntry(f"run:{run.run_id}", "Run", name, detail=run.note, icon="train"))
    entries += [
        SearchEntry(f"method:{method.id}", "Method", method.name, method.summary, "layers")
        for method in (catalog.methods if catalog else ())
    ]
    entries += [
        SearchEntry("page:help", "Help", term.name, term.sentence, "help")
        for group in term_groups()
        for term in group.terms
    ]
    return entries
