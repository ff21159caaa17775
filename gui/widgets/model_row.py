"""A base model as a row: what it is, and whether it can be chosen, fetched, or why not."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from engine.protocol.catalog import ModelEntry, ModelPlace
from gui.look.texts import compact_number, size, thousands
from gui.look.theme import Theme
from gui.widgets.download_row import DownloadRow, RowWords


def facts_words(entry: ModelEntry) -> str:
    """Returns what a model is: ``"67.0 million parameters · 268 MB · English · Apache-2.0"``."""
    parts = (
        f"{_million(entry.parameters)} parameters" if entry.parameters else "",
        size(entry.size) if entry.size else "",
        entry.language,
        entry.licence,
        f"{compact_number(entry.downloads)} downloads" if entry.downloads else "",
    )
    return " · ".join(part for part in parts if part)


def _million(number: int) -> str:
    """Returns how many parameters there are: ``"22.7 million"``, ``"7.2 billion"``."""
    for limit, word, digits in ((1e9, "billion", 1), (1e8, "million", 0), (1e6, "million", 1)):
        if number >= limit:
            return f"{number / (1e9 if word == 'billion' else 1e6):.{digits}f} {word}"
    return thousands(number)


def about_words(entry: ModelEntry) -> str:
    """Returns why a model cannot be used; else what it was trained for and what is to be known."""
    if entry.reason:
        return f"{entry.reason}." if not entry.note else f"{entry.reason}. {entry.note}"
    learned = f"It learned {entry.learned}." if entry.learned else ""
    if not entry.learned and entry.available:
        learned = "It does not say what it was trained for."
    gated = "Its licence is to be accepted on its page first." if entry.gated else ""
    held = f"{size(entry.held)} of what is missing are here." if entry.held else ""
    return " ".join(part for part in (learned, gated, entry.note, held) if part)


class ModelRow(DownloadRow):
    """One model; the whole row is a button where the model can be chosen.

    Args:
        theme: Colours, fonts, lengths.
        entry: The model.
        chosen: Whether it is the chosen one.
        parent: Owner.

    Attributes:
        entry: The model.
    """

    def __init__(
        self, theme: Theme, entry: ModelEntry, *, chosen: bool = False, parent: QWidget | None = None
    ) -> None:
        self.entry = entry
        fetched = not entry.reason and not entry.available and entry.place is not ModelPlace.BUILT_IN
        words = RowWords(
            id=entry.id,
            kind="model",
            name=entry.name,
            facts=facts_words(entry),
            about=about_words(entry),
            reason=entry.reason,
            tooltip=entry.summary,
            is_here=entry.available,
            is_offered=fetched,
            size=entry.size,
            held=entry.held,
        )
        super().__init__(theme, words, chosen=chosen, parent=parent)
