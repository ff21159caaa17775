"""Base models as the engine tells of them: cached ones, what a search finds, a download."""

from __future__ import annotations

from engine.protocol.catalog import ModelEntry, ModelPlace
from engine.protocol.events import Event, JobSucceeded
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
