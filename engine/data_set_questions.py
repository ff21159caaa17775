"""What a window asks about data sets of the hub: which there are, and to fetch one."""

from __future__ import annotations

from engine.data_sets.data_download import DataSetDownload
from engine.data_sets.hub_data import search
from engine.jobs import Job
from engine.protocol.commands import DownloadDataSet, SearchDataSets
from engine.protocol.data_set_events import DataSetFetched, DataSetsFound


def search_data_sets(job: Job, command: SearchDataSets) -> None:
    """Searches the hub."""
    found = search(command.query, job.control.raise_if_stopped)
    job.send(DataSetsFound(query=command.query, data_sets=found))


def download_data_set(job: Job, command: DownloadDataSet) -> None:
    """Fetches a data set, or goes on with that."""
    download = DataSetDownload(command.data_set, command.config, job.send, job.control.raise_if_stopped)
    folder, origin = download.run()
    job.send(DataSetFetched(data_set=command.data_set, path=str(folder), origin=origin))
