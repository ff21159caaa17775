"""What a window asks about base models: what one is, which are here, which the hub has, and to fetch one.

None of it touches a run, or draws random numbers.
"""

from __future__ import annotations

from engine.jobs import Job
from engine.models.download import Download
from engine.models.hub import search
from engine.models.listing import models_here
from engine.models.load import load_base
from engine.protocol.commands import DownloadModel, InspectModel, ListModels, SearchModels
from engine.protocol.events import ModelInspected
from engine.protocol.model_events import ModelsFound, ModelsListed


def inspect_model(job: Job, command: InspectModel) -> None:
    """Reads what a model is."""
    job.send(ModelInspected(model=load_base(command.model, on_meta=True).facts))


def list_models(job: Job, command: ListModels) -> None:
    """Looks which models are on this computer."""
    job.send(ModelsListed(models=models_here(command.folders)))


def search_models(job: Job, command: SearchModels) -> None:
    """Searches the hub."""
    found = search(command.query, job.control.raise_if_stopped)
    job.send(ModelsFound(query=command.query, models=found))


def download_model(job: Job, command: DownloadModel) -> None:
    """Fetches a model, or goes on with that."""
    Download(command.model, job.send, job.control.raise_if_stopped).run()
