"""What the engine tells of the hub: cached models, what a search finds, downloads of models and data sets."""

from __future__ import annotations

from engine.protocol.catalog import ModelEntry, ModelPlace
from engine.protocol.data_set_events import DataSetEntry, DataSetFetched, DataSetsFound
from engine.protocol.data_set_problems import choose_config
from engine.protocol.events import Event, JobFailed, JobSucceeded
from engine.protocol.hub_kinds import HubKind
from engine.protocol.hub_origin import HubOrigin
from engine.protocol.model_events import DownloadProgressed, ModelsFound, ModelsListed
from tests.gui.sample_catalog import CATALOG

FILL = "to fill in blanks"
CACHED = (
    ModelEntry(
        id="google-bert/bert-base-multilingual-cased",
        name="google-bert/bert-base-multilingual-cased",
        summary="bert, 12 blocks",
        licence="Apache-2.0",
        language="104 languages",
        place=ModelPlace.CACHE,
        size=714_000_000,
        parameters=178_566_653,
        learned=FILL,
    ),
    ModelEntry(
        id="roberta/half-here",
        name="roberta/half-here",
        summary="",
        licence="MIT",
        language="English",
        available=False,
        place=ModelPlace.CACHE,
        held=212_000_000,
        note="Not whole on this computer.",
    ),
    ModelEntry(
        id="old/pickled-bert",
        name="old/pickled-bert",
        summary="",
        licence="",
        language="German",
        available=False,
        place=ModelPlace.CACHE,
        reason="These weights are not opened: they could run a program",
    ),
)
FOUND = (
    ModelEntry(
        id="distilbert/distilbert-base-uncased",
        name="distilbert/distilbert-base-uncased",
        summary="",
        licence="Apache-2.0",
        language="English",
        available=False,
        place=ModelPlace.HUB,
        size=268_000_000,
        parameters=66_985_530,
        learned=FILL,
        downloads=9_400_000,
        page="https://huggingface.co/distilbert/distilbert-base-uncased",
    ),
    ModelEntry(
        id="owner/gated-bert",
        name="owner/gated-bert",
        summary="",
        licence="its own licence",
        language="English and French",
        available=False,
        place=ModelPlace.HUB,
        size=1_420_000_000,
        parameters=355_000_000,
        downloads=1_200,
        gated=True,
        page="https://huggingface.co/owner/gated-bert",
    ),
    ModelEntry(
        id="someone/own-code",
        name="someone/own-code",
        summary="",
        licence="MIT",
        language="Chinese",
        available=False,
        place=ModelPlace.HUB,
        size=520_000_000,
        parameters=130_000_000,
        downloads=310,
        reason="This model needs a program of its own",
    ),
)

DATA_SETS = (
    DataSetEntry(
        id="stanfordnlp/imdb",
        licence="its own licence",
        language="English",
        size=83_400_000,
        downloads=145_000,
        page="https://huggingface.co/datasets/stanfordnlp/imdb",
    ),
    DataSetEntry(
        id="nyu-mll/glue",
        licence="CC-BY-4.0",
        language="English",
        size=162_000_000,
        downloads=412_000,
        page="https://huggingface.co/datasets/nyu-mll/glue",
    ),
    DataSetEntry(
        id="owner/gated-letters",
        language="German and French",
        size=1_240_000_000,
        downloads=310,
        gated=True,
        page="https://huggingface.co/datasets/owner/gated-letters",
    ),
    DataSetEntry(
        id="owner/photographs",
        licence="MIT",
        size=5_200_000_000,
        downloads=9_100,
        page="https://huggingface.co/datasets/owner/photographs",
        reason="It holds pictures, and Thaw reads texts",
    ),
)
GLUE = {"cola": 300_000, "mnli": 54_000_000, "sst2": 3_200_000}
"""What ``nyu-mll/glue`` is made of → bytes."""


def data_sets_found(job_id: str, query: str) -> DataSetsFound:
    """Returns what the hub has for a query: nothing for one that has no "film" in it."""
    return DataSetsFound(job_id=job_id, query=query, data_sets=DATA_SETS if "film" in query else ())


def data_set_download(job_id: str, name: str, path: str) -> list[Event]:
    """Returns the download of a data set; ``nyu-mll/glue`` is to be chosen from."""
    if name == "nyu-mll/glue":
        return [JobFailed(job_id=job_id, problem=choose_config(name=name, sizes=GLUE))]
    total = 83_400_000
    steps: list[Event] = [
        DownloadProgressed(
            job_id=job_id,
            name=name,
            file="train.parquet",
            host="huggingface.co",
            done=done * total // 4,
            total=total,
            kind=HubKind.DATA_SET,
        )
        for done in range(5)
    ]
    page = f"https://huggingface.co/datasets/{name}"
    origin = HubOrigin(name=name, licence="CC-BY-4.0", page=page)
    fetched = DataSetFetched(job_id=job_id, data_set=name, path=path, origin=origin)
    return [*steps, fetched, JobSucceeded(job_id=job_id)]


def models_listed(job_id: str, folders: tuple[str, ...] = ()) -> ModelsListed:
    """Returns the models of this computer."""
    mine = [
        ModelEntry(
            id=folder,
            name=folder.rsplit("/", 1)[-1],
            summary="bert, 2 blocks",
            licence="",
            language="",
            place=ModelPlace.FOLDER,
            size=107_000,
            parameters=24_000,
            learned="to place sentences of like meaning near each other",
            note=folder,
        )
        for folder in folders
    ]
    return ModelsListed(job_id=job_id, models=(*CATALOG.models, *CACHED, *mine))


def models_found(job_id: str, query: str) -> ModelsFound:
    """Returns what the hub has for a query: nothing for one that has no "bert" in it."""
    return ModelsFound(job_id=job_id, query=query, models=FOUND if "bert" in query else ())


def progressed(model: str, done: int, total: int = 268_000_000, job_id: str = "") -> DownloadProgressed:
    """Returns how far a download is, at 1.2 MB a second."""
    return DownloadProgressed(
        job_id=job_id,
        name=model,
        file="model.safetensors",
        host="huggingface.co",
        done=done,
        total=total,
        bytes_per_second=1_200_000.0,
    )


def download(job_id: str, model: str) -> list[Event]:
    """Returns a download from its beginning to its end."""
    steps: list[Event] = [progressed(model, done * 67_000_000, job_id=job_id) for done in range(5)]
    return [*steps, JobSucceeded(job_id=job_id)]
