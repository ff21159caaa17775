"""The data sets of the hub that a person may open: what a search finds, and their downloads."""

from __future__ import annotations

from PySide6.QtCore import Signal

from engine.protocol.commands import Command, DownloadDataSet, SearchDataSets
from engine.protocol.data_set_events import DataSetFetched, DataSetsFound
from engine.protocol.events import Event
from engine.protocol.hub_kinds import HubKind
from gui.state.hub_shelf import HubShelf


class DataSetShelf(HubShelf):
    """Asks the engine about data sets, and passes on what it says."""

    kind = HubKind.DATA_SET

    fetched = Signal(object)
    """A data set that was asked for here is here: ``DataSetFetched``."""

    def _search_command(self, job_id: str, query: str) -> Command:
        return SearchDataSets(job_id=job_id, query=query)

    def _download_command(self, job_id: str, name: str) -> Command:
        return DownloadDataSet(job_id=job_id, data_set=name)

    def _take_answer(self, event: Event) -> None:
        if isinstance(event, DataSetsFound) and event.job_id == self._searching:
            self.found.emit(event)
        elif isinstance(event, DataSetFetched) and event.job_id in self._downloads:
            self.fetched.emit(event)
