"""The Hugging Face cache of this computer: what of a model of the hub is here, and whether it is whole.

Its layout is that of huggingface_hub, so that all programs share it: ``models--owner--name`` holds
``blobs`` (the files, by checksum), ``snapshots/<commit>/<file>`` (links to them) and ``refs/main`` (the
newest commit). Nothing here asks the network.
"""

from __future__ import annotations

from pathlib import Path

from huggingface_hub import constants, is_offline_mode
from huggingface_hub.errors import HFValidationError
from huggingface_hub.file_download import repo_folder_name
from huggingface_hub.utils import validate_repo_id

from engine.errors import EngineError
from engine.models.checkpoint import TOKENIZER_FILES, weight_files
from engine.models.config import CONFIG_FILE
from engine.protocol import hub_problems
from engine.protocol.hub_kinds import HubKind
from engine.protocol.problems import Problem

PARTIAL = ".incomplete"
"""End of the name of a file that has not come to its end."""

REPO_TYPES = {HubKind.MODEL: "model", HubKind.DATA_SET: "dataset"}
"""What huggingface_hub calls the kinds."""

_PREFIX = "models--"


def is_name(text: str) -> bool:
    """Returns whether a text could be the name of a model on the hub, such as ``"gpt2"`` or ``"a/b"``."""
    try:
        validate_repo_id(text)
    except HFValidationError:
        return False
    return True


def cache_folder() -> Path:
    """Returns the folder of the Hugging Face cache; it need not be there."""
    return Path(constants.HF_HUB_CACHE)


def folder_of(name: str, kind: HubKind = HubKind.MODEL) -> Path:
    """Returns the folder of a model or a data set in the cache; it need not be there."""
    return cache_folder() / repo_folder_name(repo_id=name, repo_type=REPO_TYPES[kind])


def names() -> list[str]:
    """Returns the names of all models of which anything is in the cache, in alphabetical order."""
    folders = cache_folder().glob(f"{_PREFIX}*")
    found = (folder.name.removeprefix(_PREFIX).replace("--", "/") for folder in folders if folder.is_dir())
    return sorted((name for name in found if is_name(name)), key=str.lower)


def find(name: str) -> Path | None:
    """Finds a model's newest snapshot that is whole.

    Args:
        name: Its name on the hub.

    Returns:
        The folder; ``None`` when nothing of the model is here.

    Raises:
        EngineError: When something is here and none of it is whole.
    """
    here = snapshots(name)
    if not here and not held(name):
        return None
    problems = [(why_not_whole(snapshot, name), snapshot) for snapshot in here]
    whole = next((snapshot for problem, snapshot in problems if problem is None), None)
    if whole is not None:
        return whole
    first = next((problem for problem, _ in problems if problem is not None), None)
    raise EngineError(first or _not_whole(name, f'"{CONFIG_FILE}"'))


def is_whole(name: str) -> bool:
    """Returns whether a model of the hub is here, whole."""
    try:
        return find(name) is not None
    except EngineError:
        return False


def snapshots(name: str) -> list[Path]:
    """Returns a model's snapshots, that of ``main`` first, then the newest."""
    folder = folder_of(name)
    try:
        main = (folder / "refs" / constants.DEFAULT_REVISION).read_text(encoding="utf-8").strip()
    except OSError:
        main = ""
    found = [path for path in (folder / "snapshots").glob("*") if path.is_dir()]
    return sorted(found, key=lambda path: (path.name != main, -path.stat().st_mtime))


def held(name: str) -> int:
    """Returns how many bytes are here of files whose download can go on.

    huggingface_hub leaves parts of its own, with a dot in their names, that nobody can go on with.
    """
    parts = (folder_of(name) / "blobs").glob(f"*{PARTIAL}")
    return sum(part.stat().st_size for part in parts if "." not in part.name.removesuffix(PARTIAL))


def why_not_whole(snapshot: Path, name: str) -> Problem | None:
    """Says what a snapshot lacks; ``None`` when everything that is needed is there.

    Args:
        snapshot: Its folder.
        name: The model's name, for the problem.
    """
    if not (snapshot / CONFIG_FILE).is_file():
        return _not_whole(name, f'"{CONFIG_FILE}"')
    try:
        weight_files(snapshot, name)
    except EngineError as error:
        other_form = error.problem.code == "pickle_checkpoint"
        return error.problem if other_form else _not_whole(name, "A file with its weights")
    if not any((snapshot / file).is_file() for file in TOKENIZER_FILES):
        return _not_whole(name, "Its tokenizer")
    return None


def _not_whole(name: str, missing: str) -> Problem:
    return hub_problems.model_not_whole(
        name=name, missing=missing, held=held(name), offline=is_offline_mode()
    )
