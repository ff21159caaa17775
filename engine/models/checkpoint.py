"""A model folder's files, looked at before anything is loaded: are weights there, and which?

Only safetensors files are opened: they hold numbers and nothing else. A pickle can run a program.
"""

from __future__ import annotations

import functools
import hashlib
import math
from pathlib import Path, PurePosixPath

import msgspec
from safetensors import SafetensorError, safe_open

from engine.errors import EngineError
from engine.protocol import weight_problems

Shapes = dict[str, tuple[int, ...]]
"""Name of a tensor → its shape."""

WEIGHTS = "model.safetensors"
WEIGHTS_INDEX = "model.safetensors.index.json"
TOKENIZER_FILES = (
    "tokenizer.json",
    "vocab.txt",
    "vocab.json",
    "spiece.model",
    "sentencepiece.bpe.model",
    "tokenizer.model",
)
"""One of them is there where a model has a tokenizer."""

_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


class _Index(msgspec.Struct):
    """The list of parts that a large checkpoint is divided into."""

    weight_map: dict[str, str]


def weight_files(folder: Path, name: str = "") -> list[Path]:
    """Returns a folder's safetensors files.

    Args:
        folder: A model's folder.
        name: What problems call the model; by default the folder.

    Raises:
        EngineError: When there are none, only pickles, or a part is missing.
    """
    shown = name or str(folder)
    if (folder / WEIGHTS).is_file():
        return [folder / WEIGHTS]
    if (folder / WEIGHTS_INDEX).is_file():
        try:
            index = msgspec.json.decode((folder / WEIGHTS_INDEX).read_bytes(), type=_Index)
        except (OSError, msgspec.MsgspecError) as error:
            raise EngineError(weight_problems.weights_unreadable(shown, WEIGHTS_INDEX, str(error))) from error
        parts = [folder / part for part in sorted(set(index.weight_map.values()))]
        for part in parts:
            if not part.is_file():
                raise EngineError(weight_problems.weights_part_missing(shown, part.name, len(parts)))
        return parts
    pickles = sorted(path.name for pattern in _PICKLES for path in folder.glob(pattern))
    if pickles:
        raise EngineError(weight_problems.pickle_only(shown, pickles))
    raise EngineError(weight_problems.no_weights(shown))


def is_pickle(file: str) -> bool:
    """Returns whether a file of that name is, or may be, a pickle."""
    return any(PurePosixPath(file).match(pattern) for pattern in _PICKLES)


def tensor_shapes(folder: Path) -> Shapes:
    """Returns the names and shapes of the tensors in a checkpoint, without reading the numbers.

    Args:
        folder: A model's folder.

    Raises:
        EngineError: When there are no weights, or a file is cut off or damaged.
    """
    shapes: Shapes = {}
    for path in weight_files(folder):
        try:
            with safe_open(path, framework="pt") as file:
                shapes |= {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118 - not a dict
        except (SafetensorError, OSError) as error:
            unreadable = weight_problems.weights_unreadable(str(folder), path.name, str(error))
            problem = (
                weight_problems.weights_elsewhere(str(folder), path.name) if _is_note(path) else unreadable
            )
            raise EngineError(problem) from error
    return shapes


def parameter_count(folder: Path) -> int:
    """Returns how many numbers a checkpoint holds, with its head; 0 when that cannot be read."""
    try:
        shapes = tensor_shapes(folder)
    except EngineError:
        return 0
    return sum(math.prod(shape) for shape in shapes.values())


def _is_note(path: Path) -> bool:
    """Returns whether a file only says where the weights are, as Git LFS leaves it when it did not run."""
    with path.open("rb") as file:
        return file.read(40).startswith(b"version https://git-lfs.github.com/")


def size_on_disk(folder: Path) -> int:
    """Returns how many bytes a model's weights take."""
    return sum(path.stat().st_size for path in weight_files(folder))


def fingerprint(folder: Path) -> str:
    """Returns a checksum of a model's weights: the same files give the same one.

    About a tenth of a second for 90 MB, and nothing when it was asked for before.
    """
    marks = [(path, path.stat()) for path in weight_files(folder)]
    return _fingerprint(tuple((path, state.st_size, state.st_mtime_ns) for path, state in marks))


@functools.lru_cache(maxsize=16)
def _fingerprint(files: tuple[tuple[Path, int, int], ...]) -> str:
    whole = hashlib.blake2b(digest_size=16)
    for path, _, _ in files:
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "blake2b").digest())
    return whole.hexdigest()
