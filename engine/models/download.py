"""Fetching a model of the hub into the Hugging Face cache: only what is needed."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from huggingface_hub import ModelInfo, constants

from engine.disk import free_space
from engine.errors import EngineError
from engine.models import hub, hub_cache
from engine.models.checkpoint import WEIGHTS
from engine.models.config import CONFIG_FILE, not_of_texts, read_config
from engine.models.transfer import PAUSES, Transfer, Wanted, WantedFile
from engine.protocol import hub_problems
from engine.protocol.model_events import DownloadProgressed
from engine.protocol.problems import Problem

_NEEDED = re.compile(
    r"[^/]+\.(json|txt|model|spm|jinja|tiktoken|codes)|README\.md|LICEN[CS]E[^/]*|1_Pooling/config\.json"
)
_NOT_NEEDED = re.compile(r".*\.(bin|h5|msgpack|onnx|pt)\.(index\.)?json|(pytorch|tf|flax)_.*|training_args.*")
_PARTS = re.compile(r"model-\d+-of-\d+\.safetensors")


def wanted_files(info: ModelInfo) -> list[WantedFile]:
    """Chooses what is fetched of a model: configuration, tokenizer, card, and safetensors.

    Never a pickle, weights in another form, or a program.

    Args:
        info: What the hub says, with files, sizes and checksums.

    Returns:
        The configuration first, then the small files, then the weights.
    """
    siblings = info.siblings or []
    names = {sibling.rfilename for sibling in siblings}
    found = []
    for sibling in siblings:
        name = sibling.rfilename
        is_weight = name == WEIGHTS if WEIGHTS in names else bool(_PARTS.fullmatch(name))
        if not is_weight and not (_NEEDED.fullmatch(name) and not _NOT_NEEDED.fullmatch(name)):
            continue
        found.append(WantedFile.of(sibling))
    return sorted(found, key=lambda file: (file.name != CONFIG_FILE, file.size, file.name))


class Download:
    """Fetches one model, or goes on with that."""

    def __init__(
        self,
        name: str,
        tell: Callable[[DownloadProgressed], None],
        check: hub.Check,
        *,
        free: Callable[[Path], int] = free_space,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """Does nothing yet.

        Args:
            name: Name of the model on the hub.
            tell: Takes how far it is.
            check: Asked ten times a second whether it is still wanted; raises when not. What has
                arrived stays.
            free: Says how many bytes are free where a folder is.
            pauses: Seconds before each new try after a broken connection.
        """
        self._name = name
        self._tell = tell
        self._check = check
        self._free = free
        self._pauses = pauses

    def run(self) -> Path:
        """Fetches what is not here yet.

        Returns:
            The folder of the whole model.

        Raises:
            EngineError: When it is not to be had, cannot be used here, has no room, or breaks off.
        """
        if not hub_cache.is_name(self._name):
            host, has_token = hub.host(), hub.has_token()
            raise EngineError(hub_problems.not_on_hub(name=self._name, host=host, has_token=has_token))
        if hub_cache.is_whole(self._name) and (whole := hub_cache.find(self._name)):
            return whole
        info = hub.look_up(self._name, self._check)
        if problem := hub.why_not(info):
            raise EngineError(problem)
        commit = info.sha or constants.DEFAULT_REVISION
        wanted = Wanted(self._name, commit, wanted_files(info), is_current=True, why_not=self._why_not)
        return Transfer(wanted, self._tell, self._check, free=self._free, pauses=self._pauses).run()

    def _why_not(self, file: WantedFile, part: Path) -> Problem | None:
        """Says by its configuration why a model cannot be run here."""
        if file.name != CONFIG_FILE:
            return None
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / CONFIG_FILE).write_bytes(part.read_bytes())
            try:
                return not_of_texts(read_config(Path(folder), self._name), self._name)
            except EngineError as error:
                return error.problem
