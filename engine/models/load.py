"""Loading a base model: its network, its tokenizer, what it is, and everything that can be wrong.

Weights are asked for as float32 (transformers would take the file's own type), as safetensors only,
from this computer only, and never with a model's own code.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import logging
import warnings
from collections.abc import Collection
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn
from transformers import AutoTokenizer, PreTrainedTokenizerBase
from transformers.utils import logging as transformers_logging

from engine.contracts import BaseModel, Network, Pooling
from engine.errors import EngineError
from engine.garbage import begin_search
from engine.models import facts
from engine.models.checkpoint import TOKENIZER_FILES, Shapes, tensor_shapes, weight_files
from engine.models.config import not_of_texts, read_config
from engine.models.sources import Source, built_in_for, resolve
from engine.models.structure_check import check_running_order, check_structure
from engine.models.writing import head_modules
from engine.protocol import model_problems, weight_problems

Sizes = dict[str, tuple[tuple[int, ...], tuple[int, ...]]]
"""Name of a tensor → its size in the checkpoint, and in the network."""

_WHAT_IT_DOES = {
    Network.MASKED_LM: "fill in blanks",
    Network.CAUSAL_LM: "go on with a text",
    Network.SEQUENCE_TO_SEQUENCE: "turn one text into another",
}
# Marian's tokenizer does without, each time that it is loaded or copied; a person need not hear of it.
warnings.filterwarnings("ignore", "Recommended: pip install sacremoses")
_OWN_FILES_ONLY: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}


def load_base(source: str, on_meta: bool = False, kind: Network = Network.ENCODER) -> BaseModel:
    """Loads a pretrained model.

    Args:
        source: Id of a built-in model, or a model's folder.
        kind: Which of transformers' networks is wanted: the one below all heads, or one that writes
            words, whole.
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
    stamp = files_stamp(found.folder)
    empty = _empty_base(found, stamp)
    if kind is not Network.ENCODER:
        empty = _empty_writer(found, stamp, kind)
    begin_search()  # the libraries are loaded now
    if on_meta:
        return empty
    network = _load_network(found.folder, copy.deepcopy(empty.network.config), kind, _computed(empty.network))
    if not _keeps_pooler(empty.network):
        drop_pooler(network)
    trained = {name for name, _ in empty.network.named_parameters()}  # loading makes all of them trainable
    _keep_fixed(network, [name for name, _ in network.named_parameters() if name not in trained])
    if found.built_in is None:
        check_running_order(network, empty.facts.name)
    network.requires_grad_(True).train()
    return dataclasses.replace(empty, network=network, tokenizer=copy.deepcopy(empty.tokenizer))


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


def _keep_fixed(network: nn.Module, fixed: Collection[str]) -> None:
    """Makes buffers of numbers that an architecture computes and never trains (Marian's sine waves).

    As parameters they would count as trainable, and no gradient ever reaches them.

    Args:
        network: The network to change.
        fixed: Names of such parameters.
    """
    for path in fixed:
        around, _, name = path.rpartition(".")
        module = network.get_submodule(around)
        tensor = module.get_parameter(name).detach()
        delattr(module, name)
        module.register_buffer(name, tensor)


def _fixed(network: nn.Module) -> list[str]:
    return [name for name, parameter in network.named_parameters() if not parameter.requires_grad]


def _computed(network: nn.Module) -> frozenset[str]:
    """Returns what a network computes itself, so that a checkpoint may lack it."""
    return frozenset(name for name, _ in network.named_buffers())


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
        with facts.BUILDING, torch.device("meta"):
            network: Any = facts.AUTO_CLASSES[Network.ENCODER].from_config(
                config, trust_remote_code=False, dtype=torch.float32
            )
    except (ValueError, KeyError, TypeError, ImportError, ZeroDivisionError) as error:
        raise EngineError(model_problems.config_unreadable(str(folder), str(error))) from error
    if problem := not_of_texts(config, str(folder)):
        raise EngineError(problem)
    _keep_fixed(network, _fixed(network))
    check_structure(network, config, source.built_in.name if source.built_in else folder.name)
    if not _fits(folder, network, shapes):
        computed = _computed(network)
        _load_network(folder, copy.deepcopy(config), computed=computed)  # raises what its report says
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
    has_pad_token = tokenizer.pad_token is not None
    if not has_pad_token:  # GPT-2 and Llama have none; the attention mask hides the padding
        tokenizer.pad_token = _stand_in(tokenizer)
    network.requires_grad_(True).train()
    found = facts.read(source, config, network, tokenizer, has_pad_token=has_pad_token)
    return BaseModel(network, tokenizer, found, str(folder))


@functools.lru_cache(maxsize=8)
def _empty_writer(source: Source, stamp: tuple[tuple[str, int, int], ...], kind: Network) -> BaseModel:
    """Builds a network that writes words on the meta device, for a checkpoint that was found to be whole."""
    base = _empty_base(source, stamp)
    config = copy.deepcopy(cast("Any", base.network).config)
    if kind.value not in base.facts.networks:
        reason = f'A model of the kind "{base.facts.family}" cannot {_WHAT_IT_DOES[kind]}.'
        instead = built_in_for(kind)
        raise EngineError(model_problems.model_does_not_fit_task(base.facts.name, reason, instead=instead))
    with facts.BUILDING, torch.device("meta"):
        whole: Any = facts.AUTO_CLASSES[kind].from_config(
            config, trust_remote_code=False, dtype=torch.float32
        )
    _keep_fixed(whole, _fixed(whole))
    held = tensor_shapes(source.folder)
    prefix = f"{whole.base_model_prefix}."
    own = [
        f"{child}.{name}"
        for child, module in head_modules(whole)
        for name, parameter in module.named_parameters()
        if parameter.dim() > 1 and not _is_tied(whole, parameter)
    ]
    has_head = not own or any(name in held or f"{prefix}{name}" in held for name in own)
    whole.requires_grad_(True).train()
    return dataclasses.replace(base, network=whole, kind=kind, lacks_head=not has_head)


def _is_tied(whole: Any, parameter: nn.Parameter) -> bool:
    """Returns whether an output matrix is the word embeddings, or will be when the weights are loaded."""
    embeddings = whole.get_input_embeddings().weight
    return parameter is embeddings or (
        parameter.shape == embeddings.shape and bool(getattr(whole.config, "tie_word_embeddings", False))
    )


def _read_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    if not any((folder / name).is_file() for name in TOKENIZER_FILES):
        raise EngineError(model_problems.no_tokenizer(str(folder)))
    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(folder, **_OWN_FILES_ONLY)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError) as error:
        raise EngineError(model_problems.tokenizer_unreadable(str(folder), str(error))) from error
    return tokenizer


def _stand_in(tokenizer: PreTrainedTokenizerBase) -> str:
    """Returns the word piece that fills up short texts where a tokenizer has none for that."""
    first = tokenizer.convert_ids_to_tokens(0)
    named = tokenizer.eos_token or tokenizer.unk_token or tokenizer.bos_token
    return str(named or first)


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
    computed = _computed(network)
    missing = any(
        name not in held and name not in computed and not name.startswith("pooler.") for name in needed
    )
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


def _load_network(
    folder: Path, config: Any, kind: Network = Network.ENCODER, computed: Collection[str] = ()
) -> Any:
    """Loads a network with its weights and reads the loading report; a missing head is no mistake.

    Args:
        folder: The model's folder.
        config: Its configuration.
        kind: Which of transformers' networks it is.
        computed: Names of what the network computes itself.
    """
    log: Any = transformers_logging
    log.disable_progress_bar()
    quietness = log.get_verbosity()
    log.set_verbosity(logging.CRITICAL)  # the report is read below
    try:
        with facts.BUILDING:
            network, report = facts.AUTO_CLASSES[kind].from_pretrained(
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
    heads = tuple(f"{name}." for name, _ in head_modules(network)) if kind is not Network.ENCODER else ()
    missing, unexpected = (
        [name.removeprefix(prefix) for name in report[kind]] for kind in ("missing_keys", "unexpected_keys")
    )
    mismatched = {
        name.removeprefix(prefix): (tuple(held), tuple(needed))
        for name, held, needed in report["mismatched_keys"]
    }
    own = {name.removeprefix(prefix) for name in computed}
    missing = [name for name in missing if not name.startswith(heads) and name not in own]
    _refuse(folder, network, missing, unexpected, mismatched)
    broken = [name for name, tensor in network.named_parameters() if not torch.isfinite(tensor).all()]
    if broken:
        raise EngineError(weight_problems.weights_not_finite(str(folder), broken))
    return network
