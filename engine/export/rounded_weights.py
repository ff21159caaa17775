"""An ONNX file with its matrices in 8 or 16 bits: whole numbers in small blocks, each with a scale.

Only what is stored is rounded; all is computed in 32 bits as before. Each matrix becomes a few standard
operators in front of the graph (``Cast``, ``Mul``, ``Reshape``) that ONNX Runtime works out once, as it reads
the file. So answers move far less than where activations are rounded, too ("dynamic quantization"), and take
as long as before.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.signedinteger[Any]]
Numbers = npt.NDArray[np.floating[Any]]

_LEAST = 1024
"""Numbers of a matrix from which on it is rounded; smaller ones weigh nothing."""
_FEWEST = 4
"""Numbers of a block below which its scale would weigh too much."""


class Rounding(NamedTuple):
    """How numbers are stored.

    Attributes:
        whole: Type of the whole numbers.
        scale: Type of the scales, each a share of the largest.
        block: Numbers that have a scale in common, at most.
    """

    whole: type[np.signedinteger[Any]]
    scale: type[np.floating[Any]]
    block: int

    @property
    def largest(self) -> int:
        """Returns the largest whole number that is used; its negative is the smallest."""
        return int(np.iinfo(self.whole).max)


EIGHT_BITS = Rounding(np.int8, np.float16, 16)
SIXTEEN_BITS = Rounding(np.int16, np.float32, 64)


def round_weights(path: Path, to: Path, rounding: Rounding) -> None:
    """Writes an ONNX file again with its matrices rounded.

    Args:
        path: The file.
        to: Where to.
        rounding: How.

    Raises:
        OSError: When it cannot be written.
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.load(path)
    graph = model.graph
    kept: list[Any] = []
    before: list[Any] = []
    for tensor in graph.initializer:
        block = math.gcd(math.prod(tensor.dims), rounding.block)
        if not _is_matrix(tensor) or block < _FEWEST:
            kept.append(tensor)
            continue
        stored = rounded(numpy_helper.to_array(tensor), block, rounding)
        parts = {
            f"{tensor.name}.{part}": numpy_helper.from_array(value, f"{tensor.name}.{part}")
            for part, value in stored._asdict().items()
        }
        kept += parts.values()
        before += _nodes(tensor.name)
    nodes = [*before, *graph.node]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    onnx.save(model, to)


class Stored(NamedTuple):
    """A matrix as it is stored.

    Attributes:
        whole: ``(blocks, block)``.
        scales: ``(blocks, 1)``, each a share of the largest.
        largest_scale: One number.
        shape: That of the matrix.
    """

    whole: Whole
    scales: Numbers
    largest_scale: Numbers
    shape: npt.NDArray[np.int64]


def rounded(matrix: npt.NDArray[np.float32], block: int, rounding: Rounding) -> Stored:
    """Returns a matrix in whole numbers, the largest of each block at the end of the range.

    Args:
        matrix: Of any shape; its size is a multiple of ``block``.
        block: Numbers that have a scale in common.
        rounding: How.
    """
    blocks = matrix.reshape(-1, block)
    wanted = np.abs(blocks).max(axis=1, keepdims=True) / rounding.largest
    largest = np.float32(wanted.max() or 1.0)
    scales = (wanted / largest).astype(rounding.scale)
    # A scale that was rounded down would cut the largest number of its block off.
    cut = scales.astype(np.float32) * largest < wanted
    scales[cut] = np.nextafter(scales[cut], rounding.scale(2))
    steps = np.where(scales > 0, scales.astype(np.float32) * largest, np.float32(1))
    ends = (-rounding.largest, rounding.largest)
    whole = np.clip(np.rint(blocks / steps), *ends).astype(rounding.whole)
    return Stored(whole, scales, np.array(largest), np.array(matrix.shape, dtype=np.int64))


def _is_matrix(tensor: Any) -> bool:
    from onnx import TensorProto

    size = math.prod(tensor.dims)
    return tensor.data_type == TensorProto.FLOAT and len(tensor.dims) > 1 and size >= _LEAST


def _nodes(name: str) -> Iterator[Any]:
    """Yields what makes a matrix of its stored parts, under the name by which the graph knows it."""
    from onnx import TensorProto, helper

    def node(kind: str, given: list[str], part: str, **more: Any) -> Any:
        takes = [f"{name}.{one}" for one in given]
        gives = f"{name}.{part}" if part else name
        return helper.make_node(kind, takes, [gives], name=f"{name}.{kind}.{part}", **more)

    yield node("Cast", ["whole"], "numbers", to=TensorProto.FLOAT)
    yield node("Cast", ["scales"], "shares", to=TensorProto.FLOAT)
    yield node("Mul", ["shares", "largest_scale"], "steps")
    yield node("Mul", ["numbers", "steps"], "blocks")
    yield node("Reshape", ["blocks", "shape"], "")
