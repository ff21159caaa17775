"""Small models and tables for tests: real files, made in milliseconds, with random weights.

A test that asks whether the machinery works needs no pretrained knowledge; a BERT of two blocks of
width 32 goes through the same code as one of twelve.
"""

from __future__ import annotations

import csv
import itertools
import json
import random
from pathlib import Path
from typing import Any

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
    folder: Path,
    *,
    blocks: int = 2,
    width: int = 32,
    pooling: str = "mean",
    seed: int = 0,
    fills_blanks: bool = False,
) -> Path:
    """Saves a random BERT with its tokenizer into a folder, as ``save_pretrained`` would.

    Args:
        folder: Where to; made if missing.
        blocks: Number of transformer blocks.
        width: Size of the hidden states; a multiple of 4.
        pooling: ``"mean"`` writes the ``1_Pooling/config.json`` of sentence-transformers, ``""`` none.
        seed: Of the weights. The random numbers of the caller are not touched.
        fills_blanks: Whether it has the head for blanks, as a BERT has that was trained so.

    Returns:
        The folder.
    """
    import torch
    from transformers import BertConfig, BertForMaskedLM, BertModel

    config = BertConfig(
        vocab_size=_save_tokenizer(folder),
        hidden_size=width,
        num_hidden_layers=blocks,
        num_attention_heads=4,
        intermediate_size=2 * width,
        max_position_embeddings=64,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = BertForMaskedLM(config) if fills_blanks else BertModel(config)
        network.save_pretrained(folder, safe_serialization=True)
    if pooling:
        pooling_folder = folder / "1_Pooling"
        pooling_folder.mkdir(exist_ok=True)
        flags = {f"pooling_mode_{mode}_tokens": mode == pooling for mode in ("mean", "max")}
        flags["pooling_mode_cls_token"] = pooling == "cls"
        (pooling_folder / "config.json").write_text(json.dumps({"word_embedding_dimension": width, **flags}))
    return folder


def make_small_writer(folder: Path, *, family: str = "llama", template: str = "", seed: int = 0) -> Path:
    """Saves a random network that continues texts, of two blocks of width 32, with its tokenizer.

    Args:
        folder: Where to; made if missing.
        family: ``"llama"`` or ``"gpt2"``.
        template: Chat template of the tokenizer; empty for none.
        seed: Of the weights. The random numbers of the caller are not touched.

    Returns:
        The folder.
    """
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

    pieces = _save_tokenizer(folder, writes=True, template=template)
    common = {"vocab_size": pieces, "bos_token_id": pieces - 1, "eos_token_id": pieces - 1, "pad_token_id": 0}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        if family == "gpt2":
            config = GPT2Config(n_embd=32, n_layer=2, n_head=4, n_positions=64, **common)
            GPT2LMHeadModel(config).save_pretrained(folder)
        else:
            llama = LlamaConfig(
                hidden_size=32,
                num_hidden_layers=2,
                num_attention_heads=4,
                intermediate_size=64,
                max_position_embeddings=64,
                tie_word_embeddings=True,
                **common,
            )
            LlamaForCausalLM(llama).save_pretrained(folder)
    return folder


def _save_tokenizer(folder: Path, *, writes: bool = False, template: str = "") -> int:
    """Saves the small models' tokenizer.

    Args:
        folder: Where to; made if missing.
        writes: Whether it is that of a model which continues texts: texts end in ``[EOS]``, and nothing is
            put around them.
        template: Chat template; empty for none.

    Returns:
        How many word pieces it knows.
    """
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.normalizers import BertNormalizer
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    folder.mkdir(parents=True, exist_ok=True)
    numbers = {piece: number for number, piece in enumerate(small_vocabulary())}
    special = {"unk_token": "[UNK]", "pad_token": "[PAD]"}
    if writes:
        numbers["[EOS]"] = len(numbers)
        special |= {"bos_token": "[EOS]", "eos_token": "[EOS]"}
    else:
        special |= {"cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
    tokenizer = Tokenizer(WordPiece(numbers, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    if not writes:
        tokenizer.post_processor = TemplateProcessing(
            single="[CLS] $A [SEP]",
            pair="[CLS] $A [SEP] $B:1 [SEP]:1",
            special_tokens=[("[CLS]", numbers["[CLS]"]), ("[SEP]", numbers["[SEP]"])],
        )
    fast_tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # transformers has no type here
        tokenizer_object=tokenizer, model_max_length=64, **special
    )
    if template:
        fast_tokenizer.chat_template = template
    fast_tokenizer.save_pretrained(folder)
    return len(numbers)


def line_breaks_are_pieces(folder: Path) -> None:
    """Lets the tokenizer of a small model, to which a line break is a space, read it as a piece.

    Args:
        folder: The model's.
    """
    from tokenizers import normalizers
    from transformers import AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    steps = [normalizers.Replace("\n", " - "), tokenizer.backend_tokenizer.normalizer]
    tokenizer.backend_tokenizer.normalizer = normalizers.Sequence(steps)
    tokenizer.save_pretrained(folder)


def write_chains(path: Path, *, rows: int = 80, step: int = 1) -> Path:
    """Writes a CSV of texts in which each word tells the next one, all different.

    Args:
        path: The file.
        rows: How many rows, 200 at most.
        step: How far the next word is in the list of words; 0 for the same one again.

    Returns:
        The path. Its one column is ``text``.
    """
    words = [*PLAIN_WORDS, *GLAD_WORDS, *SAD_WORDS]
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["text"])
        for number in range(rows):
            first, length = (7 * number) % len(words), 6 + number // len(words)
            table.writerow([" ".join(words[(first + step * at) % len(words)] for at in range(length))])
    return path


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


NUMBERS = {
    "one": "un",
    "two": "deux",
    "three": "trois",
    "four": "quatre",
    "five": "cinq",
    "six": "six",
}
"""What the small translators can learn: English numbers → French ones."""

_TRANSLATORS: dict[str, dict[str, object]] = {
    "marian": {
        "d_model": 32,
        "encoder_layers": 2,
        "decoder_layers": 2,
        "encoder_attention_heads": 4,
        "decoder_attention_heads": 4,
        "encoder_ffn_dim": 64,
        "decoder_ffn_dim": 64,
        "max_position_embeddings": 64,
        "scale_embedding": True,
        "forced_eos_token_id": None,
        "dropout": 0.0,
        "init_std": 0.1,  # so narrow a network learns to look back at the text only from larger numbers
    },
    "t5": {
        "d_model": 32,
        "d_kv": 8,
        "d_ff": 64,
        "num_layers": 2,
        "num_decoder_layers": 2,
        "num_heads": 4,
        "dropout_rate": 0.0,
        "task_specific_params": {"translation_en_to_fr": {"prefix": "translate English to French: "}},
    },
}
_TRANSLATORS["bart"] = {**_TRANSLATORS["marian"], "scale_embedding": False}


def make_small_translator(folder: Path, family: str = "marian", *, seed: int = 0) -> Path:
    """Saves a random encoder–decoder of two and two blocks with its tokenizer into a folder.

    Args:
        folder: Where to; made if missing.
        family: ``"marian"``, ``"t5"`` or ``"bart"``.
        seed: Of the weights. The random numbers of the caller are not touched.

    Returns:
        The folder.
    """
    import torch
    from tokenizers import Tokenizer
    from tokenizers.decoders import Metaspace as MetaspaceDecoder
    from tokenizers.models import BPE
    from tokenizers.pre_tokenizers import Metaspace
    from tokenizers.processors import TemplateProcessing
    from tokenizers.trainers import BpeTrainer
    from transformers import AutoModelForSeq2SeqLM, PreTrainedTokenizerFast
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer, tokenizer.decoder = Metaspace(), MetaspaceDecoder()
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:!?'-"
    trainer = BpeTrainer(
        vocab_size=160, special_tokens=["<pad>", "</s>", "<unk>"], initial_alphabet=list(letters)
    )
    tokenizer.train_from_iterator([*NUMBERS, *NUMBERS.values()] * 9, trainer)
    tokenizer.post_processor = TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    fast_tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # transformers has no type here
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        model_max_length=64,
    )
    fast_tokenizer.save_pretrained(folder)
    config = CONFIG_MAPPING[family](
        **_TRANSLATORS[family],
        vocab_size=len(fast_tokenizer),
        pad_token_id=0,
        eos_token_id=1,
        bos_token_id=None,
        decoder_start_token_id=0,
    )
    auto_model: Any = AutoModelForSeq2SeqLM  # transformers gives its from_… methods no types
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = auto_model.from_config(config)
        model.config.architectures = [type(model).__name__]
        model.save_pretrained(folder, safe_serialization=True)
    return folder


def write_numbers(path: Path, *, rows: int = 156, seed: int = 0) -> Path:
    """Writes a TSV of one to three English numbers with the French ones; no two rows are alike.

    Args:
        path: The file.
        rows: How many rows, at most 156.
        seed: Of their order.

    Returns:
        The path. Its columns are ``english`` and ``french``.
    """
    texts = [words for count in (1, 2, 3) for words in itertools.permutations(NUMBERS, count)]
    random.Random(seed).shuffle(texts)
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, delimiter="\t")
        table.writerow(["english", "french"])
        for words in texts[:rows]:
            table.writerow([" ".join(words), " ".join(NUMBERS[word] for word in words)])
    return path
