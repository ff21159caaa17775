"""A model's ``config.json``: of what kind it is, and whether that can be run here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from huggingface_hub.errors import StrictDataclassError
from transformers import AutoConfig, PreTrainedConfig
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from engine.errors import EngineError
from engine.protocol import model_problems
from engine.protocol.problems import Problem

CONFIG_FILE = "config.json"


def read_config(folder: Path, name: str = "") -> PreTrainedConfig:
    """Reads a model's configuration; no code that comes with a model is run.

    Args:
        folder: Where ``config.json`` is.
        name: What problems call the model; by default the folder.

    Raises:
        EngineError: When there is none, it makes no sense, or transformers does not know its kind.
    """
    shown = name or str(folder)
    if not (folder / CONFIG_FILE).is_file():
        raise EngineError(model_problems.no_config(shown))
    try:
        raw, _ = PreTrainedConfig.get_config_dict(folder, local_files_only=True)
    except (OSError, ValueError) as error:
        raise EngineError(model_problems.config_unreadable(shown, str(error))) from error
    if not isinstance(raw, dict):
        raise EngineError(model_problems.config_unreadable(shown, f"It holds a {type(raw).__name__}."))
    if problem := unknown_kind(raw, shown):
        raise EngineError(problem)
    try:
        config: PreTrainedConfig = AutoConfig.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
    except (ValueError, KeyError, OSError, TypeError, AttributeError, StrictDataclassError) as error:
        raise EngineError(model_problems.config_unreadable(shown, str(error))) from error
    config.use_cache = False  # keeps keys and values for generation; training has no use for them
    return config


def unknown_kind(raw: dict[str, Any], name: str) -> Problem | None:
    """Says why transformers alone cannot run a kind of model; ``None`` when it can.

    Args:
        raw: What ``config.json`` says, or the hub's extract of it.
        name: What the problem calls the model.
    """
    kind = raw.get("model_type", "")
    if isinstance(kind, str) and kind in CONFIG_MAPPING:
        return None  # also where its author put a program beside it: it is not needed
    if raw.get("auto_map"):
        return model_problems.needs_own_code(name=name, model_type=str(kind))
    return model_problems.unknown_architecture(name, str(kind))


def not_of_texts(config: PreTrainedConfig, name: str) -> Problem | None:
    """Says that a model reads no texts, as it has no vocabulary; ``None`` when it does.

    Args:
        config: Of :func:`read_config`.
        name: What the problem calls the model.
    """
    if isinstance(getattr(config.get_text_config(), "vocab_size", None), int):
        return None
    return model_problems.not_a_text_model(name, str(config.model_type))
