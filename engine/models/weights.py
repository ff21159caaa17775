"""Saving a trained model and reading it back: what changed, once, in forms that other tools read.

What is written is told by the model itself:

- pretrained numbers may have changed: the whole encoder, by ``save_pretrained`` (``AutoModel`` reads
  it), with its tokenizer, the head in ``head.safetensors``, and a loader of a few plain torch lines;
- small parts were put in: those alone, by peft, with the head, and a reference to the base model;
- neither: the head alone and the reference.

``thaw.json`` says which, and what the head is. A folder is written beside its place and moved there
when it is whole.
"""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file

from engine.contracts import BaseModel, HeadFacts, HeadKind, TaskModel
from engine.disk import replace_folder, to_disk
from engine.errors import EngineError
from engine.models.assembling import rebuild
from engine.models.checkpoint import fingerprint
from engine.models.four_bit import is_four_bit, to_four_bit, why_not_four_bit
from engine.models.inserts import without_future_warnings
from engine.models.load import load_base
from engine.models.plain_loader import plain_loader
from engine.models.structure import HEAD, layers_of, pretrained_parameters
from engine.protocol import model_problems
from engine.protocol.stack import ModelFacts

FACTS_FILE = "thaw.json"
HEAD_FILE = "head.safetensors"
_VERSION = 1
"""Of what ``thaw.json`` says; a file with a higher one may mean something else by the same words."""
CHANGED_FILE = "changed.safetensors"
ADAPTER_FOLDER = "adapter"
_ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors")
LOADER_FILE = "load_model.py"


class Holds(StrEnum):
    """What a saved folder holds beside the head."""

    ENCODER = "encoder"
    ADAPTER = "adapter"
    HEAD = "head"


class SavedModel(msgspec.Struct, frozen=True, kw_only=True):
    """The contents of ``thaw.json``.

    Attributes:
        holds: What else is there beside the head.
        base: The base model, as it was.
        classes: Names of what comes out, in the order of the logits.
        head: What the head is.
        base_fingerprint: Checksum of the base model's weights, where they are not saved here.
        max_length: Word pieces at which texts were cut in training; 0 for as many as the model reads.
        four_bit: Whether it was trained on weights in four bits; it is read so again where that can be had.
        version: Of this form.
    """

    holds: Holds
    base: ModelFacts
    classes: tuple[str, ...]
    head: HeadFacts
    base_fingerprint: str = ""
    max_length: int = 0
    four_bit: bool = False
    version: int = _VERSION


def save_model(
    model: TaskModel, base: BaseModel, folder: Path, classes: Sequence[str], max_length: int = 0
) -> SavedModel:
    """Saves a trained model; the folder is there whole, or as it was before.

    Args:
        model: The model.
        base: What it was made from.
        folder: Where to; what stands there is replaced.
        classes: Names of what comes out.
        max_length: Word pieces at which texts were cut in training, so that they are cut alike by those
            who load the model; 0 for as many as it reads.

    Returns:
        What was written, as ``thaw.json`` says it.

    Raises:
        OSError: When it cannot be written, for example because the disk is full.
    """
    holds = _holds(model)
    saved = SavedModel(
        holds=holds,
        base=base.facts,
        classes=tuple(classes),
        head=model.facts,
        base_fingerprint="" if holds is Holds.ENCODER else fingerprint(Path(base.folder)),
        max_length=max_length,
        four_bit=is_four_bit(model.backbone),
    )
    folder.parent.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        _write(model, base, place, saved)
        for path in place.rglob("*"):
            if path.is_file():
                to_disk(path)
        place.chmod(0o755)  # mkdtemp makes folders that only their owner may read
        replace_folder(place, folder)
    except SafetensorError as error:  # how safetensors says that the disk is full
        raise OSError(str(error)) from error
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return saved


def read_saved(folder: Path) -> SavedModel:
    """Returns what a saved folder says about itself.

    Raises:
        EngineError: When it is not one, or is of a newer form.
    """
    try:
        saved = msgspec.json.decode((folder / FACTS_FILE).read_bytes(), type=SavedModel)
    except FileNotFoundError as error:
        reason = f'there is no "{FACTS_FILE}".'
        raise EngineError(model_problems.saved_model_unreadable(str(folder), reason)) from error
    except (OSError, msgspec.MsgspecError) as error:
        reason = f'"{FACTS_FILE}" is damaged or of a newer version of Thaw.'
        raise EngineError(model_problems.saved_model_unreadable(str(folder), reason, str(error))) from error
    if saved.version > _VERSION:
        reason = f'"{FACTS_FILE}" is of a newer version of Thaw.'
        raise EngineError(model_problems.saved_model_unreadable(str(folder), reason))
    return saved


def load_saved_base(folder: Path, on_meta: bool = False) -> BaseModel:
    """Loads what a saved model stands on: its own encoder, or the base model that it refers to.

    Args:
        folder: A folder that :func:`save_model` wrote.
        on_meta: Whether tokenizer and facts are enough.

    Raises:
        EngineError: When the folder, or the base model, cannot be read.
    """
    saved = read_saved(folder)
    source = str(folder) if saved.holds is Holds.ENCODER else saved.base.source
    try:
        base = load_base(source, on_meta, kind=saved.head.network)
    except EngineError as error:
        if saved.holds is not Holds.ENCODER or error.problem.setting != "model":
            raise
        # Nobody chooses another model for a finished run.
        problem = model_problems.saved_model_unreadable(
            str(folder), f"{error.problem.title}. {error.problem.reason}", error.problem.details
        )
        raise EngineError(problem) from error
    if saved.base_fingerprint and fingerprint(Path(base.folder)) != saved.base_fingerprint:
        raise EngineError(model_problems.base_model_changed(str(folder), saved.base.name, base.folder))
    return dataclasses.replace(base, facts=saved.base)


def leaves_base_alone(folder: Path) -> bool:
    """Returns whether what a saved model stands on keeps its numbers when it is read back.

    Then several models can be read onto the numbers of one base model; else each needs its own.

    Args:
        folder: A folder that :func:`save_model` wrote.

    Raises:
        EngineError: When it is not one.
    """
    saved = read_saved(folder)
    in_four_bits = saved.four_bit and not why_not_four_bit()
    writes_own_head = saved.head.kind is HeadKind.WORDS and (folder / HEAD_FILE).is_file()
    return (
        saved.holds is not Holds.ENCODER
        and not in_four_bits
        and not writes_own_head
        and not (folder / CHANGED_FILE).is_file()
    )


def load_model(folder: Path, base: BaseModel | None = None) -> TaskModel:
    """Reads a saved model back.

    Args:
        folder: A folder that :func:`save_model` wrote.
        base: What it stands on, where that is loaded already; it becomes part of the result.

    Returns:
        The model in eval mode; it answers as the saved one did.

    Raises:
        EngineError: When the folder, or the base model that it refers to, cannot be read.
    """
    saved = read_saved(folder)
    base = base or load_saved_base(folder)
    if saved.four_bit and not why_not_four_bit():
        to_four_bit(base.network)
    model = rebuild(base, saved.head)
    try:
        if saved.holds is Holds.ADAPTER:
            model.backbone = _with_adapter(model.backbone, folder / ADAPTER_FOLDER)
            _take_changed(model, folder / CHANGED_FILE)
        if (folder / HEAD_FILE).is_file() or saved.head.kind is not HeadKind.WORDS:
            _take_head(model, load_file(folder / HEAD_FILE))
    except (OSError, SafetensorError, RuntimeError, ValueError, KeyError) as error:
        reason = f"{_damaged_part(folder, saved)} is missing or damaged."
        raise EngineError(model_problems.saved_model_unreadable(str(folder), reason, str(error))) from error
    return model.requires_grad_(False).eval()


def _damaged_part(folder: Path, saved: SavedModel) -> str:
    """Names the file of a saved model that cannot be read; "a file" where each of them can be by itself."""
    adapter = _ADAPTER_FILES if saved.holds is Holds.ADAPTER else ()
    names = [f"{ADAPTER_FOLDER}/{name}" for name in adapter]
    names += [HEAD_FILE] if saved.head.kind is not HeadKind.WORDS else []
    names += [name for name in (CHANGED_FILE, HEAD_FILE) if name not in names and (folder / name).exists()]
    for name in names:
        try:
            if name.endswith(".json"):
                msgspec.json.decode((folder / name).read_bytes())
            else:
                with safe_open(folder / name, framework="pt") as file:
                    file.keys()
        except (OSError, SafetensorError, msgspec.MsgspecError, UnicodeDecodeError):
            return f'"{name}"'
    return "a file"


def _holds(model: TaskModel) -> Holds:
    if hasattr(model.backbone, "peft_config"):
        return Holds.ADAPTER
    changed = any(parameter.requires_grad for parameter in pretrained_parameters(model).values())
    return Holds.ENCODER if changed else Holds.HEAD


def _write(model: TaskModel, base: BaseModel, place: Path, saved: SavedModel) -> None:
    backbone: Any = model.backbone
    adapter, changed = "", False
    if saved.holds is Holds.ENCODER:
        backbone.save_pretrained(place)
        base.tokenizer.save_pretrained(place)
    elif saved.holds is Holds.ADAPTER:
        # Without the last argument peft asks a model hub whether the vocabulary was changed.
        backbone.save_pretrained(place / ADAPTER_FOLDER, save_embedding_layers=False)
        adapter = backbone.active_peft_config.peft_type.value
        changed = _save_changed(model, place / CHANGED_FILE)
    if model.head_is_new or saved.holds is Holds.HEAD:
        _save_tensors(_head_tensors(model), place / HEAD_FILE)
    (place / FACTS_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(saved), indent=2))
    loader = plain_loader(
        base,
        saved.head,
        saved.classes,
        saved.max_length or base.facts.max_length,
        own_encoder=saved.holds is Holds.ENCODER,
        adapter=adapter,
        changed=changed,
    )
    (place / LOADER_FILE).write_text(loader, encoding="utf-8")


def _save_changed(model: TaskModel, path: Path) -> bool:
    """Saves the pretrained numbers that learn beside inserts (norms, say); says whether there are any."""
    changed = {name: tensor for name, tensor in pretrained_parameters(model).items() if tensor.requires_grad}
    if changed:
        _save_tensors(changed, path)
    return bool(changed)


def _head_tensors(model: TaskModel) -> dict[str, torch.Tensor]:
    """Returns what belongs to the head alone; word embeddings that it shares stay with the model."""
    own = {
        id(parameter)
        for layer in layers_of(model)
        if layer.id == HEAD
        for parameter in layer.parameters.values()
    }
    return {name: tensor for name, tensor in model.head.named_parameters() if id(tensor) in own} | dict(
        model.head.named_buffers()
    )


def _take_head(model: TaskModel, tensors: Mapping[str, torch.Tensor]) -> None:
    """Puts the numbers of a head back.

    Raises:
        RuntimeError: When some are missing or unknown.
    """
    missing, unknown = model.head.load_state_dict(tensors, strict=False)
    missing = [name for name in missing if name in _head_tensors(model)]
    if missing or unknown:
        raise RuntimeError(f"missing: {missing}; unknown: {unknown}")


def _save_tensors(tensors: Mapping[str, torch.Tensor], path: Path) -> None:
    plain = {name: tensor.detach().to("cpu").contiguous() for name, tensor in tensors.items()}
    save_file(plain, path, {"format": "pt"})


def _with_adapter(backbone: Any, folder: Path) -> Any:
    # Both load peft, which a model without inserts does not need; the second adds Thaw's own adapters.
    from peft import PeftModel

    import engine.models.bottleneck  # noqa: F401 - for what importing it does

    with without_future_warnings():
        return PeftModel.from_pretrained(backbone, str(folder))


def _take_changed(model: TaskModel, path: Path) -> None:
    """Puts back the pretrained numbers that learned beside the inserts."""
    if not path.is_file():
        return
    tensors = load_file(path)
    with torch.no_grad():
        for name, parameter in pretrained_parameters(model).items():
            if name in tensors:
                parameter.copy_(tensors[name])
