"""Loading a base model: its network, its tokenizer, what it is, and everything that can be wrong.

Weights are asked for as float32 (transformers would take the file's own type), as safetensors only,
from this computer only, and never with a model's own code.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import logging
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import AutoModel, AutoTokenizer, PreTrainedTokenizerBase
from transformers.utils import logging as transformers_logging

from engine.contracts import BaseModel, Pooling
from engine.errors import EngineError
from engine.models import facts
from engine.models.checkpoint import TOKENIZER_FILES, Shapes, tensor_shapes, weight_files
from engine.models.config import not_of_texts, read_config
from engine.models.sources import Source, resolve
from engine.protocol import model_problems, weight_problems

_auto_model: Any = AutoModel  # transformers gives its from_… methods no types
Sizes = dict[str, tuple[tuple[int, ...], tuple[int, ...]]]
"""Name of a tensor → its size in the checkpoint, and in the network."""

_OWN_FILES_ONLY: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}


def load_base(source: str, on_meta: bool = False) -> BaseModel:
    """Loads a pretrained model.

    Args:
        source: Id of a built-in model, or a model's folder.
        on_meta: Whether to build it without numbers, on torch's meta device: a matter of
            milliseconds, for counts and pictures. Such a model is kept and shared: copy it before
            changing it (:func:`engine.models.prepare.build` does), and before cutting texts with it
            (:func:`with_own_tokenizer`).

    Returns:
        The model: float32, on the CPU (or meta), all trainable, in train mode; a pooler that nothing
        uses is dropped.

    Raises:
        EngineError: When there is no such model or its files are not whole.
    """
    found = resolve(source)
    empty = _empty_base(found, files_stamp(found.folder))
    if on_meta:
        return empty
    network = _load_network(found.folder, copy.deepcopy(empty.network.config))
    if not _keeps_pooler(empty.network):
        drop_pooler(network)
    network.requires_grad_(True).train()
    return BaseModel(network, copy.deepcopy(empty.tokenizer), empty.facts, empty.folder)


def with_own_tokenizer(base: BaseModel) -> BaseModel:
    """Returns a model with a copy of its tokenizer.

    A tokenizer keeps at which length it cuts, and two threads that share one cut each other's rows.

    Args:
        base: Of :func:`load_base`; its network stays shared.
    """
    return dataclasses.replace(base, tokenizer=copy.deepcopy(base.tokenizer))


def drop_pooler(network: Any) -> None:
    """Takes away the layer that BERT puts behind its last block; most heads do not use it."""
    if _keeps_pooler(network):
        network.pooler = None


def _keeps_pooler(network: nn.Module) -> bool:
    return isinstance(getattr(network, "pooler", None), nn.Module)


def files_stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Returns what changes when the files of a model's folder change."""
    names = ("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors", "README.md")
    paths = [folder / name for name in (*names, "1_Pooling/config.json", "model.safetensors.index.json")]
    states = [(path.name, path.stat()) for path in paths if path.is_file()]
    return tuple((name, state.st_size, state.st_mtime_ns) for name, state in states)


@functools.lru_cache(maxsize=8)
def _empty_base(source: Source, _stamp: tuple[tuple[str, int, int], ...]) -> BaseModel:
    """Builds a model on the meta device and looks whether the checkpoint fits it."""
    folder = source.folder
    config = read_config(folder)
    shapes = tensor_shapes(folder)
    try:
        with torch.device("meta"):
            network: Any = _auto_model.from_config(config, trust_remote_code=False, dtype=torch.float32)
    except (ValueError, KeyError, TypeError, ImportError, ZeroDivisionError) as error:
        raise EngineError(model_problems.config_unreadable(str(folder), str(error))) from error
    if problem := not_of_texts(config, str(folder)):
        raise EngineError(problem)
    if not _fits(folder, network, shapes):
        _load_network(folder, copy.deepcopy(config))  # raises what the loading report says
    architecture = (config.architectures or [type(network).__name__])[0]
    pooling, said = facts.pooling_of(folder, architecture, facts.is_causal(network, config))
    has_pooler = any("pooler." in name for name in shapes)
    if said or pooling is not Pooling.CLS or not has_pooler:
        drop_pooler(network)
    tokenizer = _read_tokenizer(folder)
    if len(tokenizer) > config.get_text_config().vocab_size:
        raise EngineError(
            model_problems.tokenizer_does_not_match(
                str(folder), len(tokenizer), config.get_text_config().vocab_size
            )
        )
    network.requires_grad_(True).train()
    return BaseModel(network, tokenizer, facts.read(source, config, network, tokenizer), str(folder))


def _read_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    if not any((folder / name).is_file() for name in TOKENIZER_FILES):
        raise EngineError(model_problems.no_tokenizer(str(folder)))
    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(folder, **_OWN_FILES_ONLY)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError) as error:
        raise EngineError(model_problems.tokenizer_unreadable(str(folder), str(error))) from error
    if tokenizer.pad_token is None:  # GPT-2 and Llama have none; the attention mask hides the padding
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.unk_token
    return tokenizer


def _fits(folder: Path, network: nn.Module, shapes: Shapes) -> bool:
    """Returns whether a checkpoint fits a network, as far as names and shapes tell.

    Old checkpoints use names that transformers translates while loading. So only a wrong size under
    the right name is refused here; where names differ the answer is left to the loading report.

    Raises:
        EngineError: When tensors are of another size.
    """
    prefix = getattr(network, "base_model_prefix", "") + "."
    held = {name.removeprefix(prefix): shape for name, shape in shapes.items()}
    needed = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    differ = {name: (held[name], size) for name, size in needed.items() if held.get(name, size) != size}
    _refuse(folder, network, [], [], differ)
    own = {name for name, _ in network.named_children()} - {"pooler"}
    missing = any(name not in held and not name.startswith("pooler.") for name in needed)
    return not missing and not any(name.split(".")[0] in own and name not in needed for name in held)


def _refuse(
    folder: Path, network: nn.Module, missing: list[str], unexpected: list[str], mismatched: Sizes
) -> None:
    """Raises when a part of the network would start from random numbers, or a part is left out.

    A pooler and the head of another task do not count; nor do the checkpoint's stored buffers.
    """
    own = {name for name, _ in network.named_children()} - {"pooler"}
    buffers = ("position_ids", "token_type_ids", "inv_freq", "masked_bias", "attn.bias")
    missing = [name for name in missing if not name.startswith("pooler.") and not name.endswith(buffers)]
    unexpected = [name for name in unexpected if name.split(".")[0] in own and not name.endswith(buffers)]
    mismatched = {name: sizes for name, sizes in mismatched.items() if not name.startswith("pooler.")}
    if missing or unexpected or mismatched:
        raise EngineError(
            weight_problems.weights_do_not_match(str(folder), sorted(missing), sorted(unexpected), mismatched)
        )


def _load_network(folder: Path, config: Any) -> Any:
    """Loads a backbone with its weights and reads the loading report."""
    log: Any = transformers_logging
    log.disable_progress_bar()
    quietness = log.get_verbosity()
    log.set_verbosity(logging.CRITICAL)  # the report is read below
    try:
        network, report = _auto_model.from_pretrained(
            folder,
            config=config,
            dtype=torch.float32,
            use_safetensors=True,
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # they are in the report, and become a problem with names
            **_OWN_FILES_ONLY,
        )
    except (OSError, RuntimeError, ValueError) as error:
        name = weight_files(folder)[0].name
        raise EngineError(weight_problems.weights_unreadable(str(folder), name, str(error))) from error
    finally:
        log.set_verbosity(quietness)
    prefix = network.base_model_prefix + "."
    missing, unexpected = (
        [name.removeprefix(prefix) for name in report[kind]] for kind in ("missing_keys", "unexpected_keys")
    )
    mismatched = {
        name.removeprefix(prefix): (tuple(held), tuple(needed))
        for name, held, needed in report["mismatched_keys"]
    }
    _refuse(folder, network, missing, unexpected, mismatched)
    broken = [name for name, tensor in network.named_parameters() if not torch.isfinite(tensor).all()]
    if broken:
        raise EngineError(weight_problems.weights_not_finite(str(folder), broken))
    return network
