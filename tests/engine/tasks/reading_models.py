"""Small models that answer for each word piece, and texts with a pattern that they can learn."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast

from tests.engine.models.families import EVERY, save_small
from tests.small_models import GLAD_WORDS, PLAIN_WORDS, SAD_WORDS

_END = "<end>"


def bytes_tokenizer() -> PreTrainedTokenizerBase:
    """Returns a tokenizer of single bytes like GPT-2's: no special pieces around a text, none to pad with."""
    letters = [chr(code) for code in range(33, 127)]
    numbers = {piece: number for number, piece in enumerate([*letters, "Ġ", "Ċ", _END])}
    made = Tokenizer(BPE(numbers, []))
    made.pre_tokenizer = ByteLevel(add_prefix_space=False)
    made.decoder = ByteLevelDecoder()
    arguments: dict[str, Any] = {"tokenizer_object": made, "eos_token": _END, "model_max_length": 64}
    arguments["model_input_names"] = ["input_ids", "attention_mask"]
    return PreTrainedTokenizerFast(**arguments)  # type: ignore[no-untyped-call]  # transformers has no type here


def save_decoder(folder: Path, family: str = "gpt2") -> Path:
    """Saves a random model that reads from left to right, letter by letter."""
    with torch.random.fork_rng(devices=[]):
        settings = {**EVERY[family], "pad_token_id": None}
        return save_small(folder, family, settings, bytes_tokenizer())


def write_places(path: Path, rows: int = 80) -> Path:
    """Writes a CoNLL file in which glad words come in parts of two, and sad words are a part each.

    Args:
        path: The file.
        rows: How many sentences; no two are alike.

    Returns:
        The path. The types are ``GLAD`` and ``SAD``.
    """
    chance = random.Random(0)
    sentences = []
    for number in range(rows):
        lines = []
        for _ in range(chance.randint(2, 4)):
            lines += [f"{word} O" for word in chance.choices(PLAIN_WORDS, k=chance.randint(1, 3))]
            if chance.random() < 0.6:
                lines += [
                    f"{chance.choice(GLAD_WORDS[:4])} B-GLAD",
                    f"{chance.choice(GLAD_WORDS[4:])} I-GLAD",
                ]
            else:
                lines += [f"{chance.choice(SAD_WORDS)} B-SAD"]
        sentences.append("\n".join([*lines, f"{number} O"]))
    path.write_text("\n\n".join(sentences) + "\n", encoding="utf-8")
    return path


def write_questions(path: Path, rows: int = 80, longest: int = 12) -> Path:
    """Writes a table of questions whose answer is the one glad word of the passage; one in four has none.

    Args:
        path: The file, JSON lines.
        rows: How many questions; two are about each passage.
        longest: Words of a passage, at most.
    """
    import json

    chance = random.Random(0)
    lines = []
    for number in range(rows // 2):
        words = [*chance.choices(PLAIN_WORDS, k=chance.randint(3, longest)), str(number)]
        answer = chance.choice(GLAD_WORDS if number % 4 else SAD_WORDS)
        words.insert(chance.randrange(len(words)), answer)
        right = [answer] if number % 4 else []
        for question in ("what was it", "what is the very day"):
            row = {"question": question, "context": " ".join(words)}
            lines.append(json.dumps({**row, "answers": json.dumps(right)}))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
