"""A translator as Marian's lie on the hub: one SentencePiece model for each language, no tokenizer.json."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sentencepiece
from datasets import Dataset
from transformers import MarianConfig, MarianMTModel, MarianTokenizer

from engine.contracts import Asked, BaseModel, Network
from engine.models.load import load_base
from engine.registry import fill_settings, method
from engine.tasks.sequence_to_sequence import TASK
from tests.small_models import NUMBERS


def make_marian(folder: Path) -> Path:
    """Saves a random translator with word pieces learned from numbers in two languages."""
    vocabulary = {"</s>": 0, "<unk>": 1}
    for side, words in (("source", list(NUMBERS)), ("target", list(NUMBERS.values()))):
        made = folder / f"{side}.spm"
        with made.open("wb") as file:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(words * 20),
                model_writer=file,
                vocab_size=34,
                hard_vocab_limit=False,
                minloglevel=2,
            )
        pieces = sentencepiece.SentencePieceProcessor(model_file=str(made))
        for number in range(pieces.get_piece_size()):
            vocabulary.setdefault(pieces.id_to_piece(number), len(vocabulary))
    vocabulary["<pad>"] = len(vocabulary)
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    files = {"source_spm": "source.spm", "target_spm": "target.spm", "vocab": "vocab.json"}
    tokenizer = MarianTokenizer(
        **{name: str(folder / file) for name, file in files.items()}, model_max_length=64
    )
    tokenizer.save_pretrained(folder / "model")
    config = MarianConfig(
        vocab_size=len(vocabulary),
        d_model=32,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=64,
        pad_token_id=vocabulary["<pad>"],
        decoder_start_token_id=vocabulary["<pad>"],
        eos_token_id=0,
        forced_eos_token_id=None,
    )
    MarianMTModel(config).save_pretrained(folder / "model")
    return folder / "model"


@pytest.fixture(scope="module")
def translator(tmp_path_factory: pytest.TempPathFactory) -> BaseModel:
    folder = make_marian(tmp_path_factory.mktemp("opus"))
    assert not (folder / "tokenizer.json").exists()
    return load_base(str(folder), kind=Network.SEQUENCE_TO_SEQUENCE)


def test_each_language_is_cut_by_its_own_pieces(translator: BaseModel) -> None:
    tokenizer = translator.tokenizer
    rows = Dataset.from_dict({"source": list(NUMBERS), "target": list(NUMBERS.values()), "row": [*range(6)]})
    settings, _ = fill_settings(method("full_fine_tuning"), TASK.id, {}, translator.facts)
    encoded = TASK.encode(Asked(rows, (), settings, tokenizer))
    batch = TASK.collate(tokenizer, encoded, [0] * len(encoded))
    for number, (english, french) in enumerate(NUMBERS.items()):
        source = batch["input_ids"][number][batch["attention_mask"][number].bool()].tolist()
        target = batch["labels"][number][batch["labels"][number] >= 0].tolist()
        assert source == tokenizer(english)["input_ids"]
        assert target == tokenizer(text_target=french)["input_ids"]
        assert tokenizer.decode(target, skip_special_tokens=True) == french
        assert source[-1] == target[-1] == tokenizer.eos_token_id
