"""What a base model is, read from its folder: its shape, and what it was trained for."""

from __future__ import annotations

from pathlib import Path

import msgspec
from torch import nn
from transformers import PreTrainedConfig, PreTrainedTokenizerBase

from engine.contracts import Pooling
from engine.models.checkpoint import size_on_disk
from engine.models.model_card import learned_of, read_card
from engine.models.sources import Source
from engine.models.structure import block_lists
from engine.protocol.stack import ModelFacts


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
    source: Source, config: PreTrainedConfig, network: nn.Module, tokenizer: PreTrainedTokenizerBase
) -> ModelFacts:
    """Puts together what is known of a base model.

    Args:
        source: Where it is and what is known beforehand.
        config: Its configuration.
        network: The backbone, also on the meta device.
        tokenizer: Its tokenizer.

    Returns:
        The facts; ``learned``, ``language`` and ``licence`` are empty where nobody says.
    """
    architecture = (config.architectures or [type(network).__name__])[0]
    text = config.get_text_config()
    card = read_card(source.folder)
    known = source.built_in
    positions = _positions(network, text) or tokenizer.model_max_length
    is_decoder = is_causal(network, config)
    return ModelFacts(
        source=source.source,
        name=source.name,
        architecture=architecture,
        family=config.model_type,
        blocks=sum(len(blocks) for blocks in block_lists(network)),
        width=int(text.hidden_size),
        vocabulary=int(text.vocab_size),
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        max_length=int(min(positions, tokenizer.model_max_length)),
        learned=known.learned if known else learned_of(source.folder, architecture),
        pooling=pooling_of(source.folder, architecture, is_decoder)[0].value,
        language=known.language if known else card.language,
        licence=known.licence if known else card.licence,
        size=size_on_disk(source.folder),
    )


def _positions(network: nn.Module, config: PreTrainedConfig) -> int:
    """Returns for how many word pieces a model has positions; 0 when it sets no limit."""
    positions = int(getattr(config, "max_position_embeddings", 0) or 0)
    for name, module in network.named_modules():
        # RoBERTa counts positions from behind the padding's number and so has fewer than it says.
        if name.endswith("position_embeddings") and isinstance(module, nn.Embedding):
            return positions - (0 if module.padding_idx is None else module.padding_idx + 1)
    return positions


def is_causal(network: nn.Module, config: PreTrainedConfig) -> bool:
    """Returns whether each word piece sees only those before it (GPT-2, Llama)."""
    if getattr(config, "is_decoder", False):
        return True
    return any(getattr(module, "is_causal", False) is True for module in network.modules())
