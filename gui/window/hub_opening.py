"""A data set of the hub on its way to being a project: searched, fetched, then opened like any folder."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from engine.protocol.data_set_events import DataSetFetched
from engine.protocol.problems import Action, Problem
from gui.engine_client.engines import Engines
from gui.look.theme import Theme
from gui.state.data_set_shelf import DataSetShelf
from gui.widgets.banner import Banner
from gui.widgets.data_set_panel import DataSetPanel


class HubOpening(QObject):
    """Ties the panel of data sets to the engine, and opens what has arrived.

    Args:
        theme: Colours, fonts, lengths.
        engines: Who searches and fetches.
        ground: What the panel lies over.
        banner: Says what has arrived, or has not, when the panel is closed.
        open_path: Opens a folder as a project.
        act: Does what a button of a problem says.

    Attributes:
        panel: The panel.
        shelf: What is searched and fetched.
    """

    def __init__(
        self,
        theme: Theme,
        engines: Engines,
        ground: QWidget,
        banner: Banner,
        open_path: Callable[[str], object],
        act: Callable[[Action], object],
    ) -> None:
        super().__init__(ground)
        self._banner = banner
        self._open_path = open_path
        self._act = act
        self.panel = DataSetPanel(theme, ground)
        self.shelf = DataSetShelf(engines, self)
        panel, shelf = self.panel, self.shelf
        panel.search_requested.connect(shelf.search)
        panel.download_requested.connect(shelf.download)
        panel.cancel_requested.connect(shelf.cancel)
        panel.page_requested.connect(lambda page: QDesktopServices.openUrl(QUrl(page)))
        panel.action_chosen.connect(self._do)
        banner.action_chosen.connect(self._go_on)
        shelf.found.connect(panel.show_found)
        shelf.searching_changed.connect(panel.show_searching)
        shelf.download_changed.connect(panel.show_download)
        shelf.problem_raised.connect(self._show_problem)
        shelf.fetched.connect(self._take_fetched)

    def open(self) -> None:
        """Opens the panel."""
        self.panel.open_panel()

    def _do(self, action: Action) -> None:
        """Does what a button of the panel's problem says."""
        match action.id:
            case "download_data_set":
                self.shelf.download(action.arguments["data_set"])
            case "open_page":
                self.panel.page_requested.emit(action.arguments["page"])
            case _:
                self.panel.close_panel()
                self._act(action)

    def _take_fetched(self, event: DataSetFetched) -> None:
        """Opens what has arrived; whoever has turned to something else is asked."""
        if self.panel.isVisible():
            self.panel.close_panel()
            self._open_path(event.path)
            return
        open_it = Action(id="open_project", label="Open it", arguments={"folder": event.path})
        licence = event.origin.licence
        words = f"Its card names the licence {licence}." if licence else "Its card names no licence."
        self._banner.show_message("ok", f"{event.data_set} is on this computer now", words, (open_it,))

    def _show_problem(self, problem: Problem) -> None:
        """Says what failed where the person looks."""
        if self.panel.isVisible():
            self.panel.show_problem(problem)
        else:
            self._banner.show_problem(problem)

    def _go_on(self, action: Action) -> None:
        """Fetches what a button of the window's banner names, and shows how far that is."""
        if action.id == "download_data_set":
            self._banner.clear()
            self.open()
            self._do(action)
