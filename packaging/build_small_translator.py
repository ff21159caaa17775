"""Trains the small translator that comes with Thaw: English to French, phrases of user interfaces only.

    python packaging/build_small_translator.py [--out DIR] [--epochs 40] [--keep DIR]

It is trained from random numbers by Thaw's own engine, as any run is: the task ``sequence_to_sequence``
with full fine-tuning, on the sample interface.en-fr.tsv. Word pieces and weights are learned from the
training rows of Thaw's own split (seed 0) and the best epoch is chosen by its validation rows. So a run on
that sample is judged on rows that the model has never seen.

It takes about ten minutes on two cores, or a minute on a graphics card. The checksum that it prints last
goes into engine/models/built_in/small_translator.py.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoModelForSeq2SeqLM, MarianConfig, MarianMTModel, PreTrainedTokenizerFast

from engine import registry
from engine.contracts import SplitRows
from engine.methods.full_fine_tuning import METHOD
from engine.models.load import load_base
from engine.models.prepare import build
from engine.protocol.config import DataConfig
from engine.protocol.results import RunResult, Score
from engine.tasks.sequence_to_sequence import TASK
from engine.training.judging import judge
from engine.training.rows import EncodedPart
from engine.training.workbench import Workbench

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "resources" / "samples" / "interface.en-fr.tsv"
FOLDER = ROOT / "resources" / "models" / "small_translator"
DATA = DataConfig(path=str(SAMPLE), columns={"source": "english", "target": "french"})

PAD, END, UNKNOWN = "<pad>", "</s>", "<unk>"
PIECES = 4096
LONGEST = 256
SHAPE: dict[str, Any] = {
    "d_model": 256,
    "encoder_layers": 3,
    "decoder_layers": 3,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 1024,
    "decoder_ffn_dim": 1024,
    "dropout": 0.2,
    "activation_function": "relu",
    "scale_embedding": True,
    "max_position_embeddings": LONGEST,
    "init_std": 0.05,
}
SETTINGS = {"learning_rate": "1e-3", "batch_size": "32", "max_length": "128", "weight_decay": "0.01"}


def make_tokenizer(texts: Sequence[str]) -> PreTrainedTokenizerFast:
    """Learns word pieces that both languages share; every text ends with the end token.

    Args:
        texts: English and French ones, of the training rows.
    """
    tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Metaspace(), pre_tokenizers.Punctuation("isolated")]
    )
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.BpeTrainer(
        vocab_size=PIECES,
        special_tokens=[PAD, END, UNKNOWN],
        initial_alphabet=[chr(code) for code in range(33, 127)],  # what a typo may put in
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    end = tokenizer.token_to_id(END)
    tokenizer.post_processor = processors.TemplateProcessing(single=f"$A {END}", special_tokens=[(END, end)])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=END,
        unk_token=UNKNOWN,
        model_max_length=LONGEST,
        clean_up_tokenization_spaces=False,
    )


def make_untrained(folder: Path, split: SplitRows, seed: int) -> None:
    """Saves a translator of random numbers.

    Args:
        folder: Where to.
        split: The rows; word pieces are learned from those to train on.
        seed: Of the numbers.
    """
    tokenizer = make_tokenizer([*split.train["source"][:], *split.train["target"][:]])
    tokenizer.save_pretrained(folder)
    config = MarianConfig(
        **SHAPE,
        vocab_size=len(tokenizer),
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        forced_eos_token_id=None,
        decoder_start_token_id=tokenizer.pad_token_id,
        architectures=["MarianMTModel"],
    )
    torch.manual_seed(seed)
    MarianMTModel(config).save_pretrained(folder)


def train(model: Path, out: Path, epochs: int, seed: int) -> Path:
    """Trains with Thaw's engine, on whatever device it finds; returns the folder of the trained model."""
    settings = {**SETTINGS, "epochs": str(epochs)}
    given = ["--data", str(SAMPLE), "--task", TASK.id, "--method", METHOD.id, "--model", str(model)]
    given += [f"--column={role}={column}" for role, column in DATA.columns.items()]
    given += [f"--set={name}={value}" for name, value in settings.items()]
    command = [sys.executable, "-m", "engine", "train", *given, "--out", str(out), "--seed", str(seed)]
    subprocess.run(command, cwd=ROOT, check=True)
    return out / "model"


def save(trained: Path, folder: Path) -> None:
    """Saves a trained model in half the bytes (bfloat16), with its tokenizer and how it writes."""
    auto_model: Any = AutoModelForSeq2SeqLM
    model = auto_model.from_pretrained(trained, dtype=torch.bfloat16)
    model.config.use_cache = True
    model.generation_config.update(num_beams=1, max_new_tokens=LONGEST // 2)
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    PreTrainedTokenizerFast.from_pretrained(trained).save_pretrained(folder)


def score(folder: Path) -> RunResult:
    """Judges a saved model on the test rows, beside giving the text back and looking up."""
    task, method = TASK, METHOD
    base = load_base(str(folder), kind=task.network)
    settings, _ = registry.fill_settings(method, TASK.id, {}, base.facts)
    bench = Workbench()
    asked = bench.asked(DATA, TASK.id, str(folder), settings)
    model = build(base, task, method, settings, ())
    task.begin(model, asked["train"])
    said = judge(model, task, EncodedPart(task, asked["test"], torch.device("cpu"))).said
    return task.result(asked["test"], said, task.baselines(asked["train"], asked["test"]))


def write_card(folder: Path, result: RunResult, *, rows: int, parameters: int, epochs: int) -> None:
    """Writes the model card: what it can do, how well, and what it was made from.

    Args:
        folder: Where to.
        result: On the test rows.
        rows: How many rows it learned from.
        parameters: Numbers in it.
        epochs: How often it read them.
    """
    lines = [
        f"| {name} | {_cell(scores['chrf'])} | {_cell(scores['bleu'])} |"
        for name, scores in (
            *((baseline.label, baseline.scores) for baseline in result.baselines),
            ("**This model**", result.scores),
        )
    ]
    table = "\n".join(lines)
    notes = "\n".join(f"{note}  " for note in result.notes)
    text = f"""---
language: English to French
license: apache-2.0
---
# A small translator

English to French, **phrases of user interfaces only**: menus, buttons, messages. It knows nothing else, and
anything else it translates badly. It is made to show what fine-tuning on texts with typos does, not to be
relied on.

Marian architecture (Junczys-Dowmunt et al. 2018, *Marian: Fast Neural Machine Translation in C++*),
{parameters:,} parameters in bfloat16, {PIECES:,} word pieces that both languages share. Trained from random
numbers by Thaw's own engine, {epochs} epochs over {rows:,} pairs, with `packaging/build_small_translator.py`.

## How well

On {result.rows:,} pairs that it has never seen: the test rows of Thaw's split (seed 0) of
interface.en-fr.tsv. Its word pieces and weights come from the training rows; the validation rows chose the
epoch. With another seed of the split, rows that it has learned from would be among the test rows.

| | chrF | BLEU |
|---|---|---|
{table}

± is half the 95 % interval (bootstrap over the rows).
{notes}

## Licence

The weights are under the Apache License 2.0, as Thaw is. They were learned from the French translations of
Django 5.2, Wagtail 8.0 and JupyterLab's language packs, which are under the BSD 3-Clause licence; its texts
stand beside the sample, in interface.en-fr.LICENCE.txt.
"""
    (folder / "README.md").write_text(text, encoding="utf-8")


def _cell(score: Score) -> str:
    return f"{score.value:.1f} ± {(score.high - score.low) / 2:.1f}"


def main() -> None:
    """Reads the arguments, trains, saves, judges and writes the card."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=FOLDER, help="where the model goes; replaced if there")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0, help="of the first numbers and of the order of rows")
    parser.add_argument("--keep", type=Path, help="keep the run and the untrained model here")
    chosen = parser.parse_args()
    place = chosen.keep or Path(tempfile.mkdtemp(prefix="thaw-translator-"))
    split = Workbench().rows(DATA, TASK.id).whole()
    make_untrained(place / "untrained", split, chosen.seed)
    trained = train(place / "untrained", place / "run", chosen.epochs, chosen.seed)
    save(trained, chosen.out)
    weights = chosen.out / "model.safetensors"
    parameters = load_base(str(chosen.out), on_meta=True).facts.parameters
    result = score(chosen.out)
    write_card(chosen.out, result, rows=len(split.train), parameters=parameters, epochs=chosen.epochs)
    print((chosen.out / "README.md").read_text(encoding="utf-8"))
    print(f"{weights}: {weights.stat().st_size / 1e6:.1f} MB")
    print(f'sha256="{hashlib.sha256(weights.read_bytes()).hexdigest()}"')


if __name__ == "__main__":
    main()
