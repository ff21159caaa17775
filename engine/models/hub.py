"""The Hugging Face hub: what it has, what it says of a model, and what it means when it says no."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx2
from huggingface_hub import DatasetInfo, HfApi, ModelInfo, constants, is_offline_mode
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
)
from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status

from engine.errors import EngineError
from engine.models import hub_cache
from engine.models.checkpoint import TOKENIZER_FILES, WEIGHTS, WEIGHTS_INDEX, is_pickle
from engine.models.config import CONFIG_FILE, unknown_kind
from engine.models.hub_token import find_token
from engine.models.languages import is_language, language_words
from engine.models.model_card import LIKE_MEANING, learned_of_use, licence_of_card
from engine.protocol import hub_problems, model_problems
from engine.protocol.catalog import ModelEntry, ModelPlace
from engine.protocol.hub_kinds import HubKind
from engine.protocol.problems import Problem

PATIENCE = 5.0
"""Seconds that the hub has to answer a question."""

_MOST = 24
"""So many models are shown of what a search finds."""

_EXPANDED = [
    "cardData", "config", "downloads", "gated", "library_name", "pipeline_tag", "safetensors", "siblings",
    "tags",
]  # fmt: skip
_BYTES = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "BF16": 2, "F16": 2, "I16": 2}

_NO_SENSE = (ValueError, TypeError, KeyError, AttributeError)
"""What comes of an answer that is no hub's."""

Answer = TypeVar("Answer")
Info = TypeVar("Info", ModelInfo, DatasetInfo)
Check = Callable[[], None]
"""Raises when what is being done is not wanted any more."""


def host() -> str:
    """Returns where the hub is, as a person reads it: ``"huggingface.co"``."""
    return urlsplit(constants.ENDPOINT).netloc


def page_of(name: str, kind: HubKind = HubKind.MODEL) -> str:
    """Returns the address of the page of a model or a data set."""
    return f"{constants.ENDPOINT}/{'datasets/' if kind is HubKind.DATA_SET else ''}{name}"


def has_token() -> bool:
    """Returns whether the hub can be told who asks."""
    return find_token()[0] is not None


def search(query: str, check: Check) -> tuple[ModelEntry, ...]:
    """Searches the hub for models of texts with safetensors, the most used first.

    Args:
        query: Words; the name of one model finds that one too, whatever its form.
        check: Asked now and then whether the answer is still wanted.

    Raises:
        EngineError: When the hub cannot be reached.
    """
    asked = {"filter": ["safetensors"], "expand": _EXPANDED}
    found = find("models", query, asked, lambda said: ModelInfo(**said), look_up, check)
    entries = [_entry(info) for info in found]
    return tuple(sorted(entries, key=lambda entry: bool(entry.reason)))


def find(
    kinds: str,
    query: str,
    asked: Mapping[str, Any],
    read: Callable[[dict[str, Any]], Info],
    look_up: Callable[[str, Check], Info],
    check: Check,
    kind: HubKind = HubKind.MODEL,
) -> list[Info]:
    """Searches the hub, the most used first.

    Args:
        kinds: What the hub calls what is searched: ``"models"``.
        query: Words; the name of one finds that one too.
        asked: What else is asked.
        read: Reads what the hub says of one.
        look_up: Asks for one by its name.
        check: Asked now and then whether the answer is still wanted.
        kind: For the words of problems.

    Raises:
        EngineError: When the hub cannot be reached.
    """
    parameters = {"search": query, "sort": "downloads", "limit": _MOST, **asked}

    def ask() -> list[Info]:
        answer = get_session().get(
            f"{constants.ENDPOINT}/api/{kinds}",
            params=parameters,
            headers=build_hf_headers(token=find_token()[0]),
            timeout=PATIENCE,
        )
        hf_raise_for_status(answer)
        return [read(found) for found in answer.json()]

    with problems_told(kind=kind):
        found = beside(ask, check)
    if "/" in query and hub_cache.is_name(query) and query not in {info.id for info in found}:
        with suppress(EngineError):  # there is no such one: the search has told all that there is
            found.insert(0, look_up(query, check))
    return found


def look_up(name: str, check: Check) -> ModelInfo:
    """Asks the hub about a model: its files with their sizes and checksums, its card, its commit.

    Args:
        name: Its name.
        check: Asked now and then whether the answer is still wanted.

    Raises:
        EngineError: When the hub cannot be reached, or does not know or show the model.
    """
    api = HfApi(endpoint=constants.ENDPOINT, token=find_token()[0])
    with problems_told(name):
        return beside(lambda: api.model_info(name, files_metadata=True, timeout=PATIENCE), check)


def why_not(info: ModelInfo) -> Problem | None:
    """Says why a model of the hub cannot be used here; ``None`` when it can.

    Args:
        info: What the hub says of it, with its files.
    """
    files = [sibling.rfilename for sibling in info.siblings or ()]
    if learned_of_use(info.pipeline_tag or "") is None:
        return model_problems.not_a_text_model(info.id, str(info.pipeline_tag))
    if CONFIG_FILE not in files:
        return hub_problems.no_model_on_hub(name=info.id)
    if WEIGHTS not in files and WEIGHTS_INDEX not in files:
        return hub_problems.no_safetensors_on_hub(
            name=info.id, files=[one for one in files if is_pickle(one)]
        )
    if not set(TOKENIZER_FILES) & set(files):
        return model_problems.no_tokenizer(info.id)
    said = info.config or {}
    return unknown_kind(said, info.id) if "model_type" in said else None


def _entry(info: ModelInfo) -> ModelEntry:
    problem = why_not(info)
    card = info.card_data.to_dict() if info.card_data is not None else {}
    tags = info.tags or []
    is_embedder = info.library_name == "sentence-transformers"
    return ModelEntry(
        id=info.id,
        name=info.id,
        summary="",
        licence=licence_of_card(card),
        language=language_words(languages(card.get("language"), tags)),
        available=hub_cache.is_whole(info.id),
        place=ModelPlace.HUB,
        parameters=info.safetensors.total if info.safetensors else 0,
        size=_size(info),
        learned=LIKE_MEANING if is_embedder else learned_of_use(info.pipeline_tag or "") or "",
        reason=problem.title if problem else "",
        held=hub_cache.held(info.id),
        downloads=info.downloads or 0,
        gated=bool(info.gated),
        page=page_of(info.id),
    )


def languages(said: Any, tags: list[str]) -> list[str]:
    """Returns the languages that a card says, or else the tags."""
    if isinstance(said, str):
        return [said]
    if isinstance(said, list):
        return [str(code) for code in said]
    return [tag for tag in tags if is_language(tag)]


def _size(info: ModelInfo) -> int:
    """Returns the bytes of a model's weights, from its files or the kinds of its numbers; 0 if unknown."""
    files = [one for one in info.siblings or () if one.rfilename.endswith(".safetensors")]
    sizes = [one.size for one in files if "/" not in one.rfilename and one.size]
    if sizes:
        return sum(sizes)
    kinds = info.safetensors.parameters if info.safetensors else {}
    return sum(number * _BYTES.get(kind, 1) for kind, number in kinds.items())


@contextmanager
def problems_told(name: str = "", kind: HubKind = HubKind.MODEL) -> Iterator[None]:
    """Turns what the network and the hub say into problems.

    Args:
        name: Of what is asked about; empty for a search.
        kind: What that is.

    Raises:
        EngineError: With the problem.
    """
    try:
        yield
    except GatedRepoError as error:
        page = page_of(name, kind)
        problem = hub_problems.licence_not_accepted(name=name, page=page, has_token=has_token(), kind=kind)
        raise EngineError(problem) from error
    except RepositoryNotFoundError as error:
        problem = hub_problems.not_on_hub(name=name, host=host(), has_token=has_token(), kind=kind)
        raise EngineError(problem) from error
    except HfHubHTTPError as error:
        raise EngineError(_refusal(error.response.status_code, error, kind)) from error
    except _NO_SENSE as error:  # the log-in page of a network, for example
        raise EngineError(_refusal(0, error, kind)) from error
    except (httpx2.HTTPError, OfflineModeIsEnabled, OSError) as error:
        raise EngineError(_no_connection(name, str(error), kind)) from error


def _refusal(status: int, error: Exception, kind: HubKind) -> Problem:
    return hub_problems.hub_refuses(host=host(), status=status, details=str(error), kind=kind)


def _no_connection(name: str, details: str, kind: HubKind) -> Problem:
    offline = is_offline_mode()
    if name:
        return hub_problems.no_connection(name=name, host=host(), offline=offline, details=details, kind=kind)
    return hub_problems.hub_out_of_reach(host=host(), offline=offline, details=details, kind=kind)


def beside(work: Callable[[], Answer], check: Check) -> Answer:
    """Does what may wait for the network on another thread, so that giving it up takes no time.

    Args:
        work: What to do.
        check: Asked ten times a second; what it raises is raised here, and the work is left alone.
    """
    answers: list[Answer] = []
    errors: list[Exception] = []

    def do() -> None:
        try:
            answers.append(work())
        except (httpx2.HTTPError, OSError, *_NO_SENSE) as error:
            errors.append(error)

    thread = threading.Thread(target=do, name="hub", daemon=True)
    thread.start()
    ends = time.monotonic() + 2 * PATIENCE
    while thread.is_alive():
        check()
        thread.join(0.1)
        if time.monotonic() > ends:  # looking a name up has no limit of its own
            raise httpx2.ConnectTimeout("Nothing has come back.")
    if errors:
        raise errors[0]
    return answers[0]
