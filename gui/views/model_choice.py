"""The models that can be chosen on Setup: what the panel wishes, and what the shelf has."""

from __future__ import annotations

from gui.state.model_shelf import ModelShelf
from gui.widgets.map_card import MapCard
from gui.widgets.model_panel import ModelPanel


def connect_models(shelf: ModelShelf, panel: ModelPanel, card: MapCard) -> None:
    """Joins the list of models to where models come from.

    Args:
        shelf: Where models come from.
        panel: The list.
        card: Has the button that opens the list.
    """
    button = card.model
    button.clicked.connect(lambda: panel.toggle_below(button))
    button.folder_chosen.connect(shelf.choose)
    panel.folder_requested.connect(button.choose_folder)
    panel.opened.connect(shelf.refresh)
    panel.model_chosen.connect(shelf.choose)
    panel.search_requested.connect(shelf.search)
    panel.download_requested.connect(shelf.download)
    panel.cancel_requested.connect(shelf.cancel)
    shelf.listed.connect(panel.show_listed)
    shelf.found.connect(panel.show_found)
    shelf.searching_changed.connect(panel.show_searching)
    shelf.download_changed.connect(panel.show_download)
    shelf.download_changed.connect(card.show_download)
    shelf.problem_raised.connect(panel.show_problem)
