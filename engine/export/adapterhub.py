"""Bottleneck adapters in the form of AdapterHub's ``adapters`` library, for networks that both know alike.

A bottleneck of Thaw stands right after a part's last matrix, before what goes around the part is added
and normed, and adds what it says: in that library ``original_ln_before`` is off, ``original_ln_after`` and
``residual_before_ln`` are on. Beside a part (He et al. 2022) it reads the part's input. The library reads
what goes around the part instead, and the two are one only where norms follow the parts: BERT and its kin,
not GPT-2 or Llama. What cannot be said so is not written.

``tests/benchmarks/adapterhub_lab.py`` loads what is written with the library itself.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import torch
from safetensors.torch import load_file, save_file

from engine.contracts import FeatureLayers, HeadKind, Objective, Pooling
from engine.models.weights import ADAPTER_FOLDER, CHANGED_FILE, HEAD_FILE, SavedModel
from engine.protocol.stack import ModelFacts

FOLDER = "adapterhub"
NAME = "thaw"
VERSION = "1.3.0"
"""Of the library whose form this is."""

_CLASSES = {
    "bert": "Bert",
    "roberta": "Roberta",
    "xlm-roberta": "XLMRoberta",
    "electra": "Electra",
    "distilbert": "DistilBert",
    "gpt2": "GPT2",
    "llama": "Llama",
    "mistral": "Mistral",
}
"""Families that both know alike, as the library's classes call them; heads are read by those alone."""

_AT_THE_OUTPUT = frozenset({"bert", "roberta", "xlm-roberta", "electra"})
"""Families whose parts end in a module with the matrix ``dense``, beside which the library keeps adapters."""
_IN_THE_BLOCK = {
    "distilbert": {"attention.out_lin": "attention_adapters", "ffn.lin2": "output_adapters"},
    "gpt2": {"attn.c_proj": "attention_adapters", "mlp.c_proj": "output_adapters"},
    "llama": {"self_attn.o_proj": "attention_adapters", "mlp.down_proj": "output_adapters"},
    "mistral": {"self_attn.o_proj": "attention_adapters", "mlp.down_proj": "output_adapters"},
}
_NORMS_FOLLOW = {"distilbert": ("ffn.lin1", "ffn.lin2")} | dict.fromkeys(
    _AT_THE_OUTPUT, ("intermediate.dense", "output.dense")
)
"""Families whose norms follow the parts: the first matrix of feed-forward and the last."""

_INSERT = re.compile(
    r"(?:base_model\.model\.)?(?P<matrix>.+)\.bottleneck_inserts\.(?:\w+\.)?(?P<part>down|up)\.(?P<kind>weight|bias)"
)
_BLOCK = re.compile(r"\.(\d+)\.")
_LINEAR = ("weight", "bias")
"""All that is in the file of a head that is one matrix."""
_PARTS = {"down": "adapter_down.0", "up": "adapter_up"}


class _Bottlenecks(msgspec.Struct):
    """What of peft's file is asked."""

    peft_type: str = ""
    parallel_inputs: dict[str, str] = {}
    reduction_factor: int = 16
    activation: str = "gelu"
    scaling: float = 1.0


def is_bottleneck(model_folder: Path) -> bool:
    """Returns whether a run's small parts are bottleneck adapters."""
    return _told(model_folder).peft_type == "BOTTLENECK"


def why_not(model_folder: Path, base: ModelFacts) -> str:
    """Says why a run's adapters cannot be said in AdapterHub's form, a sentence; empty when they can.

    Args:
        model_folder: The saved model.
        base: The base model.
    """
    told, family = _told(model_folder), base.family
    if told.peft_type != "BOTTLENECK":
        return "AdapterHub's form is for bottleneck adapters, and this run has none."
    if (model_folder / CHANGED_FILE).is_file():
        return (
            "Numbers of the model itself have learned, too (its norms), and AdapterHub's form has no place "
            "for them."
        )
    if family not in _CLASSES:
        return f"AdapterHub's library and Thaw have not been compared on {base.name} ({family})."
    if told.parallel_inputs and family not in _NORMS_FOLLOW:
        return (
            f"Beside a part of {base.name} the adapters of AdapterHub's library read something "
            "else than Thaw's: what goes around the part, before its norm."
        )
    return ""


def write_adapterhub(model_folder: Path, base: ModelFacts, base_name: str, place: Path) -> None:
    """Writes the adapters of a run as the library saves them: ``model.load_adapter(folder)`` reads it.

    Args:
        model_folder: A saved model against which :func:`why_not` says nothing.
        base: The base model.
        base_name: How it is found elsewhere.
        place: Where to; made.
    """
    told = _told(model_folder)
    written: dict[str, torch.Tensor] = {}
    blocks: set[int] = set()
    for name, tensor in load_file(model_folder / ADAPTER_FOLDER / "adapter_model.safetensors").items():
        found = _INSERT.fullmatch(name)
        if found is None:
            raise ValueError(f"{name} is no part of a bottleneck.")
        at = _place_of(base.family, found["matrix"], is_parallel=bool(told.parallel_inputs))
        written[f"{at}.adapters.{NAME}.{_PARTS[found['part']]}.{found['kind']}"] = tensor.contiguous()
        blocks |= {int(number) for number in _BLOCK.findall(f"{found['matrix']}.")[:1]}
    place.mkdir(parents=True)
    torch.save(written, place / "pytorch_adapter.bin")  # what the library reads unless it is told otherwise
    save_file(written, place / "adapter.safetensors", metadata={"format": "pt"})
    attention = any("attention" in name for name in written)
    config: dict[str, Any] = _header(base, base_name) | {
        "config": _config(told, attention=attention, left_out=set(range(base.blocks)) - blocks),
    }
    (place / "adapter_config.json").write_bytes(msgspec.json.format(msgspec.json.encode(config), indent=2))


def _told(model_folder: Path) -> _Bottlenecks:
    path = model_folder / ADAPTER_FOLDER / "adapter_config.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Bottlenecks)
    except (OSError, msgspec.MsgspecError):
        return _Bottlenecks()


def _place_of(family: str, matrix: str, *, is_parallel: bool) -> str:
    """Returns the module in which the library keeps the adapter of a matrix of ours."""
    if is_parallel:
        first, last = _NORMS_FOLLOW[family]
        matrix = matrix.removesuffix(first) + last
    if family in _AT_THE_OUTPUT:
        return matrix.removesuffix(".dense")
    for end, module in _IN_THE_BLOCK[family].items():
        if matrix.endswith(f".{end}"):
            return matrix.removesuffix(end) + module
    raise ValueError(f"{matrix} is no end of a part of {family}.")


def _config(told: _Bottlenecks, *, attention: bool, left_out: set[int]) -> dict[str, Any]:
    """Returns the library's ``BnConfig`` with all its entries."""
    return {
        "mh_adapter": attention,
        "output_adapter": True,
        "reduction_factor": told.reduction_factor,
        "non_linearity": told.activation,
        "original_ln_before": False,
        "original_ln_after": True,
        "ln_before": False,
        "ln_after": False,
        "init_weights": "mam_adapter",
        "init_weights_seed": None,
        "is_parallel": bool(told.parallel_inputs),
        "scaling": float(told.scaling),
        "use_gating": False,
        "residual_before_ln": True,
        "adapter_residual_before_ln": False,
        "inv_adapter": None,
        "inv_adapter_reduction_factor": None,
        "cross_adapter": False,
        "leave_out": sorted(left_out),
        "dropout": 0.0,
        "phm_layer": False,
        "stochastic_depth": 0.0,
    }


def why_no_head(model_folder: Path, saved: SavedModel) -> str:
    """Says why a run's head cannot be said in AdapterHub's form, a sentence; empty when it can.

    A head of that library reads the first piece of a text, or each piece, of the last layer.
    """
    head = saved.head
    if head.kind is HeadKind.WORDS or head.objective in {Objective.NUMBER, Objective.SPAN}:
        return "A head that answers as this one does is not in that library."
    if head.kind is HeadKind.TEXT and head.pooling != Pooling.CLS.value:
        return "The head reads a text in a way of its own; those of that library read its first piece alone."
    if head.layers != FeatureLayers.LAST.value or len(_tensors(model_folder / HEAD_FILE)) != len(_LINEAR):
        return "The head is more than one matrix on the last layer."
    return ""


def write_head(model_folder: Path, saved: SavedModel, base_name: str, place: Path) -> None:
    """Writes a run's head as the library saves it, beside the adapters.

    Args:
        model_folder: A saved model against which :func:`why_no_head` says nothing.
        saved: What it is.
        base_name: How the base model is found elsewhere.
        place: The folder of the adapters.
    """
    found = _tensors(model_folder / HEAD_FILE)
    written = {f"heads.{NAME}.1.{name.rpartition('.')[2]}": tensor for name, tensor in found.items()}
    torch.save(written, place / "pytorch_model_head.bin")
    save_file(written, place / "model_head.safetensors", metadata={"format": "pt"})
    labels = {name: number for number, name in enumerate(saved.classes)}
    kind: dict[str, Any] = {"head_type": "tagging"}
    if saved.head.kind is HeadKind.TEXT:
        several = saved.head.objective is Objective.ANY_CLASSES
        kind = {"head_type": "multilabel_classification" if several else "classification"}
        kind |= {"use_pooler": False, "bias": True}
    about = {"num_labels": saved.head.outputs, "layers": 1, "activation_function": None}
    config: dict[str, Any] = _header(saved.base, base_name) | {
        "config": kind | about | {"label2id": labels, "dropout_prob": saved.head.dropout},
    }
    (place / "head_config.json").write_bytes(msgspec.json.format(msgspec.json.encode(config), indent=2))


def _tensors(path: Path) -> dict[str, torch.Tensor]:
    return {name: tensor.contiguous() for name, tensor in load_file(path).items()}


def _header(base: ModelFacts, base_name: str) -> dict[str, Any]:
    return {
        "model_type": base.family,
        "model_name": base_name,
        "model_class": f"{_CLASSES[base.family]}AdapterModel",
        "hidden_size": base.width,
        "name": NAME,
        "version": f"adapters.{VERSION}",
    }
