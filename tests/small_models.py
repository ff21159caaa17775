"""Small models and tables for tests: real files, made in milliseconds, with random weights.

A test that asks whether the machinery works needs no pretrained knowledge; a BERT of two blocks of
width 32 goes through the same code as one of twelve.
"""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

GLAD_WORDS = ("sunny", "happy", "great", "lovely", "calm", "bright", "kind", "warm")
SAD_WORDS = ("rainy", "angry", "awful", "nasty", "upset", "dark", "cruel", "cold")
PLAIN_WORDS = ("the", "day", "is", "a", "was", "and", "my", "train", "cat", "house", "very", "today", "on")


def small_vocabulary() -> list[str]:
    """Returns the word pieces of the small models' tokenizer: special ones, letters, some words."""
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)] + list("0123456789.,!?'-")
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]
    pieces += [f"##{letter}" for letter in letters]
    words = [*GLAD_WORDS, *SAD_WORDS, *PLAIN_WORDS]
    return list(dict.fromkeys([*pieces, *words]))  # "a" is a letter and a word


def make_small_bert(
    folder: Path, *, blocks: int = 2, width: int = 32, pooling: str = "mean", seed: int = 0
) -> Path:
    """Saves a random BERT with its tokenizer into a folder, as ``save_pretrained`` would.

    Args:
        folder: Where to; made if missing.
        blocks: Number of transformer blocks.
        width: Size of the hidden states; a multiple of 4.
        pooling: ``"mean"`` writes the ``1_Pooling/config.json`` of sentence-transformers, ``""`` none.
        seed: Of the weights. The random numbers of the caller are not touched.

    Returns:
        The folder.
    """
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.normalizers import BertNormalizer
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from tokenizers.processors import TemplateProcessing
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder.mkdir(parents=True, exist_ok=True)
    numbers = {piece: number for number, piece in enumerate(small_vocabulary())}
    tokenizer = Tokenizer(WordPiece(numbers, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", numbers["[CLS]"]), ("[SEP]", numbers["[SEP]"])],
    )
    fast_tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # transformers has no type here
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=64,
    )
    fast_tokenizer.save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(numbers),
        hidden_size=width,
        num_hidden_layers=blocks,
        num_attention_heads=4,
        intermediate_size=2 * width,
        max_position_embeddings=64,
        architectures=["BertModel"],
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        BertModel(config).save_pretrained(folder, safe_serialization=True)
    if pooling:
        pooling_folder = folder / "1_Pooling"
        pooling_folder.mkdir(exist_ok=True)
        flags = {f"pooling_mode_{mode}_tokens": mode == pooling for mode in ("mean", "max")}
        flags["pooling_mode_cls_token"] = pooling == "cls"
        (pooling_folder / "config.json").write_text(json.dumps({"word_embedding_dimension": width, **flags}))
    return folder


def write_moods(
    path: Path, *, rows: int = 80, seed: int = 0, classes: tuple[str, str] = ("glad", "sad")
) -> Path:
    """Writes a CSV of short made-up texts in two classes that can be told apart by single words.

    Args:
        path: The file.
        rows: How many rows; five in eight are of the first class. No two are alike.
        seed: Of the made-up texts.
        classes: Names of the classes.

    Returns:
        The path. Its columns are ``text`` and ``label``.
    """
    chance = random.Random(seed)
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["text", "label"])
        for number in range(rows):
            glad = number % 8 < 5
            words = chance.choices(PLAIN_WORDS, k=chance.randint(3, 9))
            words += chance.choices(GLAD_WORDS if glad else SAD_WORDS, k=2)
            chance.shuffle(words)
            table.writerow([f"{' '.join(words)} {number}.", classes[0 if glad else 1]])
    return path
