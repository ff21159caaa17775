"""A saved model as one that stands alone: merged, and as transformers' own class, where that can be."""

from __future__ import annotations

import copy
import dataclasses
import shutil
from pathlib import Path
from typing import Any

import msgspec
import torch

from engine.contracts import BaseModel, FeatureLayers, HeadKind, HeadShape, Network, Objective, TaskModel
from engine.export.contract import RunToExport
from engine.models import facts
from engine.models.heads import STOCK
from engine.models.inserts import without_future_warnings
from engine.models.plain_loader import plain_loader
from engine.models.weights import (
    ADAPTER_FOLDER,
    CHANGED_FILE,
    HEAD_FILE,
    LOADER_FILE,
    Holds,
    load_model,
    load_saved_base,
    save_model,
)

_MERGED_BY_PEFT = frozenset({"LORA", "IA3"})
"""peft's names of the changes that are sums or products with a matrix, so that they can become part of it."""

_STOCK_CLASSES = {
    (HeadKind.TEXT, False): "AutoModelForSequenceClassification",
    (HeadKind.WORD_PIECES, False): "AutoModelForTokenClassification",
    (HeadKind.WORD_PIECES, True): "AutoModelForQuestionAnswering",
}
_WRITERS = {
    Network.MASKED_LM: "AutoModelForMaskedLM",
    Network.CAUSAL_LM: "AutoModelForCausalLM",
    Network.SEQUENCE_TO_SEQUENCE: "AutoModelForSeq2SeqLM",
}
_PROBLEM_TYPES = {
    Objective.ONE_CLASS: "single_label_classification",
    Objective.ANY_CLASSES: "multi_label_classification",
    Objective.NUMBER: "regression",
}


class _AdapterFacts(msgspec.Struct):
    """What of peft's file is asked."""

    peft_type: str = ""


def adapter_type(source: RunToExport) -> str:
    """Returns peft's name for the kind of a run's adapter; empty where it has none."""
    path = source.model_folder / ADAPTER_FOLDER / "adapter_config.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=_AdapterFacts).peft_type
    except (OSError, msgspec.MsgspecError):
        return ""


def can_be_merged(source: RunToExport) -> bool:
    """Returns whether a run has an adapter that can become part of the base model's own matrices."""
    return adapter_type(source) in _MERGED_BY_PEFT


def write_whole_model(source: RunToExport, place: Path) -> None:
    """Writes a complete model: weights, tokenizer, head, and how it is loaded.

    Where what the run trains is a class of transformers', the folder is that class's. Otherwise it is the
    encoder, which ``AutoModel`` reads, the head beside it, and ``load_model.py``.

    Args:
        source: The run.
        place: Where to; an empty folder.

    Raises:
        OSError: When it cannot be written.
        EngineError: When the saved model cannot be read.
    """
    base = load_saved_base(source.model_folder, on_meta=True)
    if source.saved.holds is Holds.ADAPTER and not can_be_merged(source):
        _write_with_adapter(source, place)
        return
    model = load_model(source.model_folder)
    network: Any = model.backbone
    if source.saved.holds is Holds.ADAPTER:
        with without_future_warnings():
            network = model.backbone = network.merge_and_unload()
    if source.saved.head.kind is not HeadKind.WORDS:
        _name_labels(network.config, source)
    stock = stock_network(model, source, base)
    if stock is not None:
        stock.save_pretrained(place)
        base.tokenizer.save_pretrained(place)
        return
    told = msgspec.structs.replace(base.facts, source=source.base_shown)
    base = dataclasses.replace(base, facts=told)  # where it lies on this computer is nobody's business
    model.requires_grad_(requires_grad=True)  # so that all of it is saved, not what has learned
    inside = place / "model"
    save_model(model, base, inside, source.saved.classes, source.saved.max_length)
    for path in inside.iterdir():
        path.rename(place / path.name)
    inside.rmdir()


def stock_class(source: RunToExport) -> str:
    """Returns the name of the class of transformers' that a run's whole model is; empty for none."""
    head = source.saved.head
    if head.kind is HeadKind.WORDS:
        return _WRITERS[head.network]
    if head.kind is HeadKind.TEXT:
        return _STOCK_CLASSES[(HeadKind.TEXT, False)] if head.shape == STOCK else ""
    plain = head.shape == HeadShape.LINEAR.value and head.layers == FeatureLayers.LAST.value
    return _STOCK_CLASSES[(HeadKind.WORD_PIECES, head.objective is Objective.SPAN)] if plain else ""


def stock_network(model: TaskModel, source: RunToExport, base: BaseModel) -> Any:
    """Returns a trained model as transformers' own class with its head; ``None`` where there is none.

    Args:
        model: Without peft around it.
        source: The run.
        base: Its tokenizer says what fills up short texts.
    """
    import transformers

    network: Any = model.backbone
    name = stock_class(source)
    if not name:
        return None
    if model.facts.kind is HeadKind.WORDS:
        return network
    auto: Any = getattr(transformers, name)
    config = copy.deepcopy(network.config)
    config.num_labels = model.facts.outputs
    _name_labels(config, source)
    if config.pad_token_id is None:
        config.pad_token_id = base.tokenizer.pad_token_id
    if type(config) not in auto._model_mapping:  # noqa: SLF001 - there is no public way to ask
        return None
    with facts.BUILDING:
        whole: Any = auto.from_config(config, dtype=torch.float32)
    tensors = _renamed(model, whole)
    missing, unexpected = whole.load_state_dict(tensors, strict=False)
    own = {name for name, _ in whole.named_parameters()}
    return None if unexpected or any(name in own for name in missing) else whole.eval()


def _renamed(model: TaskModel, whole: Any) -> dict[str, torch.Tensor]:
    """Returns a model's tensors by their names in transformers' class."""
    prefix = whole.base_model_prefix
    tensors = {f"{prefix}.{name}": tensor for name, tensor in model.backbone.state_dict().items()}
    heads = [name for name, child in whole.named_children() if name != prefix and list(child.parameters())]
    for name, tensor in model.head.state_dict().items():
        if name.startswith("pooler."):
            tensors[f"{prefix}.{name}"] = tensor
        elif name.startswith("last.") and len(heads) == 1:
            tensors[f"{heads[0]}.{name.removeprefix('last.')}"] = tensor
        elif not name.startswith(("mix.", "null_threshold")):
            tensors[name] = tensor
    return tensors


def _name_labels(config: Any, source: RunToExport) -> None:
    """Writes the names of what comes out into a configuration, as transformers' pipelines read them."""
    head, classes = source.saved.head, source.saved.classes
    if head.kind is HeadKind.TEXT:
        config.problem_type = _PROBLEM_TYPES[head.objective]
    if classes and head.outputs == len(classes):
        config.id2label = dict(enumerate(classes))
        config.label2id = {name: number for number, name in enumerate(classes)}


def _write_with_adapter(source: RunToExport, place: Path) -> None:
    """Writes the base model with the adapter beside it, for adapters that cannot become part of it."""
    base = load_saved_base(source.model_folder)
    network: Any = base.network
    if source.saved.head.kind is not HeadKind.WORDS:
        _name_labels(network.config, source)
    network.save_pretrained(place)
    base.tokenizer.save_pretrained(place)
    copy_learned(source, place)
    write_loader(source, place, base, own_encoder=True)


def copy_learned(source: RunToExport, place: Path) -> None:
    """Copies what the run has learned: the adapter, the head, and what changed beside them.

    Args:
        source: A run whose saved model refers to its base.
        place: Where to.
    """
    for name in (HEAD_FILE, CHANGED_FILE):
        if (source.model_folder / name).is_file():
            shutil.copyfile(source.model_folder / name, place / name)
    if (source.model_folder / ADAPTER_FOLDER).is_dir():
        without = shutil.ignore_patterns(
            "README.md"
        )  # peft's own is an empty form; a real card lies beside it
        shutil.copytree(source.model_folder / ADAPTER_FOLDER, place / ADAPTER_FOLDER, ignore=without)


def write_loader(source: RunToExport, place: Path, base: BaseModel, *, own_encoder: bool) -> None:
    """Writes the few plain lines that load what is in a folder.

    Args:
        source: The run.
        place: The folder.
        base: The base model.
        own_encoder: Whether the base model's weights are in the folder, too.
    """
    saved = source.saved
    loader = plain_loader(
        base,
        saved.head,
        saved.classes,
        saved.max_length or base.facts.max_length,
        own_encoder=own_encoder,
        adapter=adapter_type(source),
        changed=(source.model_folder / CHANGED_FILE).is_file(),
    )
    if not own_encoder:
        loader = loader.replace(repr(base.folder), repr(source.base_name))
    (place / LOADER_FILE).write_text(loader, encoding="utf-8")
