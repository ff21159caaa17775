"""What a model says of itself: the top of its card, and what it was trained for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.models.languages import language_words

LIKE_MEANING = "to place sentences of like meaning near each other"
_LINES = 400
"""So many lines of a card are looked at; a card of a hundred languages has a line for each."""

# End of the class named in config.json → the end of the sentence "It learned …".
_LEARNED_BY_CLASS = {
    "ElectraForPreTraining": "to tell real words from replaced ones",
    "ForPreTraining": "to fill in blanks",
    "ForMaskedLM": "to fill in blanks",
    "ForCausalLM": "to continue text",
    "LMHeadModel": "to continue text",
    "ForConditionalGeneration": "to turn one text into another",
    "MTModel": "to translate",
    "ForSequenceClassification": "to put texts into classes",
    "ForTokenClassification": "to mark words in a text",
    "ForQuestionAnswering": "to find the answer to a question in a passage",
}

# The hub's name of what a model does → the same; those with an empty text tell nothing of training.
_LEARNED_BY_USE = {
    "fill-mask": "to fill in blanks",
    "text-generation": "to continue text",
    "conversational": "to continue text",
    "sentence-similarity": LIKE_MEANING,
    "feature-extraction": "",
    "text-classification": "to put texts into classes",
    "zero-shot-classification": "to judge whether a text fits a label",
    "token-classification": "to mark words in a text",
    "question-answering": "to find the answer to a question in a passage",
    "table-question-answering": "to find the answer to a question in a table",
    "translation": "to translate",
    "summarization": "to sum texts up",
    "text2text-generation": "to turn one text into another",
    "text-ranking": "to rank passages by how well they answer a question",
}
_LICENCES = {"apache-2.0": "Apache-2.0", "openrail": "OpenRAIL", "gemma": "Gemma", "other": "its own licence"}
_IN_CAPITALS = (
    "mit",
    "cc",
    "cc0",
    "odc",
    "odbl",
    "pddl",
    "bsd",
    "gpl",
    "lgpl",
    "agpl",
    "mpl",
    "epl",
    "afl",
    "wtfpl",
    "isc",
)


@dataclass(frozen=True)
class ModelCard:
    """The facts at the top of a model card; empty where it does not say."""

    language: str = ""
    licence: str = ""


def read_card(folder: Path) -> ModelCard:
    """Reads the top of the ``README.md`` in a model's folder."""
    values = _front_matter(folder)
    return ModelCard(
        language=language_words(values.get("language", ())), licence=licence_of_card(_first_of_each(values))
    )


def licence_of_card(card: Mapping[str, object]) -> str:
    """Returns the licence that a card names, as a person reads it.

    Args:
        card: Its values by name; ``license`` and ``license_name`` count.
    """
    said = card.get("license")
    if isinstance(said, list):
        return " and ".join(licence_words(str(one)) for one in said)
    named = str(said or "")
    own = str(card.get("license_name") or "")
    return licence_words(own if named in {"other", ""} and own else named)


def licence_words(licence: str) -> str:
    """Returns a licence as a person reads it: ``"Apache-2.0"`` for the hub's ``"apache-2.0"``."""
    if licence in _LICENCES:
        return _LICENCES[licence]
    return licence.upper() if licence.split("-")[0] in _IN_CAPITALS else licence


def learned_of(folder: Path, architecture: str) -> str:
    """Returns what a checkpoint was trained for, or an empty text when it does not say.

    Args:
        folder: The model's folder.
        architecture: Class named in ``config.json``.
    """
    markers = ("modules.json", "config_sentence_transformers.json", "1_Pooling")
    if any((folder / marker).exists() for marker in markers):
        return LIKE_MEANING
    return learned_of_class(architecture)


def learned_of_class(architecture: str) -> str:
    """Returns what models of a class were trained for; empty when that does not tell."""
    return next((text for ending, text in _LEARNED_BY_CLASS.items() if architecture.endswith(ending)), "")


def learned_of_use(use: str) -> str | None:
    """Returns what a model of the hub was trained for.

    Args:
        use: The hub's ``pipeline_tag``.

    Returns:
        The end of the sentence "It learned …", empty when the use does not tell; ``None`` when the model
        is none of texts.
    """
    return _LEARNED_BY_USE.get(use) if use else ""


def _first_of_each(values: Mapping[str, Sequence[str]]) -> dict[str, object]:
    return {name: found[0] for name, found in values.items() if found}


def _front_matter(folder: Path) -> dict[str, list[str]]:
    """Reads the names at the top of a model card with their values: one each, or a list."""
    try:
        with (folder / "README.md").open(encoding="utf-8", errors="replace") as card:
            lines = [line.rstrip() for _, line in zip(range(_LINES), card, strict=False)]
    except OSError:
        return {}
    values: dict[str, list[str]] = {}
    name = ""
    for line in lines[1:] if lines and lines[0] == "---" else ():
        if line == "---":
            break
        item = line.strip()
        if item.startswith("- ") and name:
            values[name].append(_plain(item[2:]))
        elif not line.startswith((" ", "-", "#")) and ":" in line:
            name, _, value = line.partition(":")
            values[name] = [_plain(part) for part in value.strip().strip("[]").split(",") if part.strip()]
    return values


def _plain(value: str) -> str:
    return value.strip().strip("'\"")
