"""Data sets of the hub: what a search finds, and what one of them is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from huggingface_hub import DatasetInfo, HfApi, constants
from huggingface_hub.errors import RevisionNotFoundError

from engine.data_sets.portions import Portion, as_uploaded, converted
from engine.errors import EngineError
from engine.models import hub
from engine.models.hub_token import find_token
from engine.models.languages import language_words
from engine.models.model_card import licence_of_card
from engine.models.transfer import WantedFile
from engine.protocol import data_set_problems
from engine.protocol.data_set_events import DataSetEntry
from engine.protocol.hub_kinds import HubKind

_EXPANDED = ["cardData", "downloads", "gated", "mainSize", "tags"]
_CONVERTED = "refs/convert/parquet"
"""The revision in which the hub keeps each data set as Parquet."""

_TEXTS = {"modality:text", "modality:tabular"}
_OTHERS = {
    "modality:image": "pictures",
    "modality:audio": "sounds",
    "modality:video": "films",
    "modality:3d": "shapes",
    "modality:geospatial": "maps",
    "modality:document": "pages of documents",
}


@dataclass(frozen=True)
class DataSet:
    """A data set of the hub.

    Attributes:
        name: As the hub calls it.
        commit: Of the files.
        is_current: Whether they are those of the main revision; else they are its conversion.
        portions: What can be fetched.
        licence: As its card says.
    """

    name: str
    commit: str
    is_current: bool
    portions: tuple[Portion, ...]
    licence: str


def name_and_config(text: str) -> tuple[str, str]:
    """Reads how a person names a data set.

    Args:
        text: Its name, its name with a configuration behind another slash, or the address of its page.

    Returns:
        The name and the configuration; that is empty where none is said.
    """
    for start in (f"{constants.ENDPOINT}/", "datasets/"):
        text = text.strip().removeprefix(start)
    parts = text.strip("/").split("/")
    return "/".join(parts[:2]), "/".join(parts[2:])


def search(query: str, check: hub.Check) -> tuple[DataSetEntry, ...]:
    """Searches the hub for data sets, the most used first.

    Args:
        query: Words; the name of one, or the address of its page, finds that one too.
        check: Asked now and then whether the answer is still wanted.

    Raises:
        EngineError: When the hub cannot be reached.
    """
    found = hub.find(
        "datasets",
        name_and_config(query)[0] if "/" in query else query,
        {"expand": _EXPANDED},
        lambda said: DatasetInfo(**said),
        _known,
        check,
        HubKind.DATA_SET,
    )
    entries = [_entry(info) for info in found]
    return tuple(sorted(entries, key=lambda entry: bool(entry.reason)))


def look_up(name: str, check: hub.Check) -> DataSet:
    """Asks the hub what a data set is made of.

    Args:
        name: Its name.
        check: Asked now and then whether the answer is still wanted.

    Raises:
        EngineError: When the hub cannot be reached, does not know or show it, or it has no rows to read.
    """
    main = _known(name, check)
    card = _card(main)
    portions: list[Portion] = []
    source = _info(main.id, check, _CONVERTED)
    if source is not None:
        portions = converted(_files(source))
    if source is None or not portions:
        source, portions = main, as_uploaded(_files(main), card)
    if not portions:
        names = [file.name for file in _files(main)]
        raise EngineError(data_set_problems.no_rows_on_hub(name=main.id, files=names))
    return DataSet(
        name=main.id,
        commit=source.sha or constants.DEFAULT_REVISION,
        is_current=source is main,
        portions=tuple(portions),
        licence=licence_of_card(card),
    )


def _known(name: str, check: hub.Check) -> DatasetInfo:
    info = _info(name, check)
    assert info is not None  # noqa: S101 - the main revision is always there
    return info


def _info(name: str, check: hub.Check, revision: str | None = None) -> DatasetInfo | None:
    """Asks the hub; ``None`` when there is no such revision."""
    api = HfApi(endpoint=constants.ENDPOINT, token=find_token()[0])

    def ask() -> DatasetInfo | None:
        try:
            return api.dataset_info(name, revision=revision, files_metadata=True, timeout=hub.PATIENCE)
        except RevisionNotFoundError:
            if revision is None:
                raise
            return None

    with hub.problems_told(name, HubKind.DATA_SET):
        return hub.beside(ask, check)


def _files(info: DatasetInfo) -> list[WantedFile]:
    return [WantedFile.of(sibling) for sibling in info.siblings or ()]


def _card(info: DatasetInfo) -> Mapping[str, Any]:
    card: dict[str, Any] = info.card_data.to_dict() if info.card_data is not None else {}
    return card


def _entry(info: DatasetInfo) -> DataSetEntry:
    card, tags = _card(info), info.tags or []
    held = [words for tag, words in _OTHERS.items() if tag in tags]
    no_texts = bool(held) and not _TEXTS & {*tags}
    return DataSetEntry(
        id=info.id,
        licence=licence_of_card(card),
        language=language_words(hub.languages(card.get("language"), tags)),
        size=info.main_size or 0,
        downloads=info.downloads or 0,
        gated=bool(info.gated),
        page=hub.page_of(info.id, HubKind.DATA_SET),
        reason=f"It holds {held[0]}, and Thaw reads texts" if no_texts else "",
    )
