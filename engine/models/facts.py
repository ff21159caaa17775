"""What a base model is, read from its folder: its shape, and what it was trained for."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import msgspec
from torch import nn
from transformers import (
    AutoModel,
    AutoModelForCausalLM,
    AutoModelForMaskedLM,
    AutoModelForSeq2SeqLM,
    PreTrainedConfig,
    PreTrainedTokenizerBase,
)

from engine.contracts import Network, Pooling
from engine.models.checkpoint import size_on_disk
from engine.models.model_card import learned_of, read_card
from engine.models.parts import is_bias, is_norm
from engine.models.prompts import takes_prefix, takes_prompt
from engine.models.sources import Source
from engine.models.structure import DECODER, ENCODER, block_lists
from engine.models.structure_check import matrices_of
from engine.protocol.stack import Answer, ModelFacts

BUILDING = threading.RLock()
"""Held while transformers builds or loads a network: it patches its own classes for all threads meanwhile."""

AUTO_CLASSES: dict[Network, Any] = {
    Network.ENCODER: AutoModel,
    Network.MASKED_LM: AutoModelForMaskedLM,
    Network.CAUSAL_LM: AutoModelForCausalLM,
    Network.SEQUENCE_TO_SEQUENCE: AutoModelForSeq2SeqLM,
}
"""transformers' class for each network; it gives their ``from_…`` methods no types."""

_READS_WITHOUT_LIMIT = 4096
"""Longest text for models that count distances, not places, where the tokenizer sets no limit either (T5)."""


class _PoolingFile(msgspec.Struct):
    """What sentence-transformers writes into ``1_Pooling/config.json``."""

    pooling_mode_cls_token: bool = False
    pooling_mode_mean_tokens: bool = False
    pooling_mode_lasttoken: bool = False


def pooling_of(folder: Path, architecture: str, is_decoder: bool) -> tuple[Pooling, bool]:
    """Returns how a checkpoint makes one vector of a text, and whether its folder says so itself.

    Args:
        folder: The model's folder; ``1_Pooling/config.json`` in it decides.
        architecture: Class named in ``config.json``.
        is_decoder: Whether each word piece sees only those before it, so that the last sees all.
    """
    try:
        said = msgspec.json.decode((folder / "1_Pooling" / "config.json").read_bytes(), type=_PoolingFile)
    except (OSError, msgspec.MsgspecError):
        said = _PoolingFile()
    if said.pooling_mode_mean_tokens:
        return Pooling.MEAN, True
    if said.pooling_mode_cls_token:
        return Pooling.CLS, True
    if said.pooling_mode_lasttoken:
        return Pooling.LAST, True
    continues = architecture.endswith(("ForCausalLM", "LMHeadModel"))
    return (Pooling.LAST if is_decoder or continues else Pooling.CLS), False


def read(
    source: Source,
    config: PreTrainedConfig,
    network: nn.Module,
    tokenizer: PreTrainedTokenizerBase,
    *,
    has_pad_token: bool = True,
) -> ModelFacts:
    """Puts together what is known of a base model.

    Args:
        source: Where it is and what is known beforehand.
        config: Its configuration.
        network: The backbone, also on the meta device.
        tokenizer: Its tokenizer.
        has_pad_token: Whether that came with a padding token of its own.

    Returns:
        The facts; ``learned``, ``language`` and ``licence`` are empty where nobody says.
    """
    architecture = (config.architectures or [type(network).__name__])[0]
    text = config.get_text_config()
    card = read_card(source.folder)
    known = source.built_in
    positions = _positions(network, text) or _READS_WITHOUT_LIMIT
    kind = kind_of(network, config)
    facts = ModelFacts(
        source=source.source,
        name=source.name,
        architecture=architecture,
        family=config.model_type,
        blocks=sum(len(blocks) for blocks in block_lists(network)),
        width=int(text.hidden_size),
        vocabulary=int(text.vocab_size),
        has_places=bool(tokenizer.is_fast),
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        max_length=int(min(positions, tokenizer.model_max_length)),
        learned=known.learned if known else learned_of(source.folder, architecture),
        pooling=pooling_of(source.folder, architecture, kind == DECODER)[0].value,
        language=known.language if known else card.language,
        licence=known.licence if known else card.licence,
        size=size_on_disk(source.folder),
        networks=networks_of(config, kind == DECODER),
        kind=kind,
        has_pad_token=has_pad_token,
        prefixes=prefixes_of(config),
    )
    return msgspec.structs.replace(facts, **abilities(network))


def is_trained_for(model: ModelFacts, *endings: str) -> Answer:
    """Says whether a checkpoint was trained for a task, by the class that it names.

    Args:
        model: What it is.
        endings: How transformers' classes for the task end, e.g. ``"ForTokenClassification"``.
    """
    if model.architecture.endswith(endings):
        return Answer.YES
    if "For" in model.architecture or model.architecture.endswith("LMHeadModel") or model.learned:
        return Answer.NO
    return Answer.UNKNOWN


def abilities(network: nn.Module) -> dict[str, Any]:
    """Returns what methods may ask of an architecture, by the names that :class:`ModelFacts` has for it.

    Args:
        network: The backbone, also on the meta device.
    """
    return {
        "has_biases": any(is_bias(name) for name, _ in network.named_parameters()),
        "takes_prefix": takes_prefix(network),
        "takes_prompt": takes_prompt(network),
        "has_norms": any(
            is_norm(part) and any(True for _ in part.parameters()) for part in network.modules()
        ),
        "matrices": matrices_of(network),
    }


def prefixes_of(config: PreTrainedConfig) -> tuple[str, ...]:
    """Returns what texts have to begin with, for each task that a configuration tells of (T5's does)."""
    known = getattr(config, "task_specific_params", None)
    entries = known.values() if isinstance(known, dict) else ()
    prefixes = [entry.get("prefix", "") for entry in entries if isinstance(entry, dict)]
    return tuple(dict.fromkeys(prefix for prefix in prefixes if isinstance(prefix, str) and prefix.strip()))


def networks_of(config: PreTrainedConfig, is_decoder: bool) -> tuple[str, ...]:
    """Returns the values of :class:`Network` that an architecture can be loaded as.

    Args:
        config: Its configuration.
        is_decoder: Whether each word piece sees only those before it. transformers can load a BERT as a
            decoder too, but it was not trained as one.
    """
    found = [kind.value for kind in AUTO_CLASSES if _can_be(config, kind)]
    if not is_decoder and Network.CAUSAL_LM.value in found:
        found.remove(Network.CAUSAL_LM.value)
    return tuple(found)


def kind_of(network: nn.Module, config: PreTrainedConfig) -> str:
    """Returns ``"encoder"``, ``"decoder"`` or ``"encoder_decoder"``."""
    if getattr(config, "is_encoder_decoder", False):
        return f"{ENCODER}_{DECODER}"
    return DECODER if is_causal(network, config) else ENCODER


def _positions(network: nn.Module, config: PreTrainedConfig) -> int:
    """Returns for how many word pieces a model has positions; 0 when it sets no limit."""
    positions = max(0, int(getattr(config, "max_position_embeddings", 0) or 0))
    for name, module in network.named_modules():
        # RoBERTa counts positions from behind the padding's number and so has fewer than it says.
        if name.endswith("position_embeddings") and isinstance(module, nn.Embedding):
            return positions - (0 if module.padding_idx is None else module.padding_idx + 1)
    return positions


def is_causal(network: nn.Module, config: PreTrainedConfig) -> bool:
    """Returns whether each word piece sees only those before it (GPT-2, Llama)."""
    if getattr(config, "is_decoder", False):
        return True
    if any(getattr(module, "is_causal", False) is True for module in network.modules()):
        return True
    # BLOOM and others do not mark their attention; what goes on with texts and fills no blanks is such.
    return _can_be(config, Network.CAUSAL_LM) and not _can_be(config, Network.MASKED_LM)


def _can_be(config: PreTrainedConfig, kind: Network) -> bool:
    """Returns whether transformers has such a network for an architecture."""
    return type(config) in AUTO_CLASSES[kind]._model_mapping  # noqa: SLF001 - there is no public way to ask
