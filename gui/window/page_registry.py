"""Finds the pages: each file in ``gui/pages`` ends in one constant ``PAGE``."""

from __future__ import annotations

import importlib
import pkgutil
from importlib.resources import files
from types import ModuleType

from gui.state.page_context import PageEntry


def find_pages(package: ModuleType) -> tuple[PageEntry, ...]:
    """Returns all pages in the order of the rail.

    Args:
        package: The imported folder of pages.

    Raises:
        TypeError: When a file has no such constant, or two pages have one id.
    """
    names = {module.name for module in pkgutil.iter_modules(package.__path__)}
    if not names:  # a frozen app whose importer lists nothing
        found = (entry.name.split(".") for entry in files(package).iterdir())
        names = {parts[0] for parts in found if parts[-1] in {"py", "pyc"}}
    pages: dict[str, PageEntry] = {}
    for name in sorted(names):
        if name.startswith("_"):
            continue
        module = importlib.import_module(f"{package.__name__}.{name}")
        page = getattr(module, "PAGE", None)
        if not isinstance(page, PageEntry):
            raise TypeError(f"{module.__name__} must end in a constant PAGE.")
        if page.id in pages:
            raise TypeError(f"{module.__name__}: there is a page {page.id!r} already.")
        pages[page.id] = page
    return tuple(sorted(pages.values(), key=lambda page: page.order))
