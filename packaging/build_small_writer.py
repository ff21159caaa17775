"""Trains the small writer that comes with Thaw: a toy that continues text in the manner of Jane Austen.

    python packaging/build_small_writer.py [--out DIR] [--epochs N] [--keep DIR]

It is trained from random numbers by Thaw's own engine, as any run is: "Continue text" with full
fine-tuning, on the sample pride_and_prejudice.txt. Word pieces and weights are learned from the training
rows of Thaw's own split (seed 0), and its validation rows choose the best epoch. So a run on that sample
is judged on paragraphs that the model has never seen.

It takes about five minutes on two cores, or one on a graphics card. The checksum that it prints last goes
into engine/models/built_in/small_writer.py.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from engine import device as devices
from engine import registry
from engine.contracts import HeadOptions
from engine.environment import prepare_environment
from engine.methods.full_fine_tuning import METHOD
from engine.models.load import load_base
from engine.protocol.commands import StartTraining
from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.events import (
    EvaluationEnded,
    Event,
    JobFailed,
    JobStopped,
    JobSucceeded,
    TrainingStarted,
)
from engine.protocol.fields import SettingValue
from engine.protocol.results import RunResult, Score
from engine.protocol.wording import counted
from engine.server import dispatch
from engine.session import Session
from engine.tasks.causal_language_modelling import TASK
from engine.training.judging import judge
from engine.training.rows import EncodedPart
from engine.training.workbench import Workbench

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "resources" / "samples" / "pride_and_prejudice.txt"
FOLDER = ROOT / "resources" / "models" / "small_writer"
DATA = DataConfig(path=str(SAMPLE), columns={"text": "text"})

END, PADDING = "<|endoftext|>", "<|padding|>"
PIECES = 4096
SHAPE: dict[str, Any] = {
    "hidden_size": 256,
    "intermediate_size": 704,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 4,
    "max_position_embeddings": 256,
    "attention_dropout": 0.1,
    "tie_word_embeddings": True,
}
SETTINGS: dict[str, SettingValue] = {
    "batch_size": 8,
    "max_length": 128,
    "learning_rate": 1e-3,
    "head_learning_rate": 1e-3,
    "schedule": "cosine",
    "weight_decay": 0.1,
    "evaluations_per_epoch": 1,
}


def make_tokenizer(texts: Sequence[str]) -> PreTrainedTokenizerFast:
    """Learns word pieces (BPE on bytes, Radford et al. 2019), so that no letter is unknown.

    Args:
        texts: To learn them from.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=PIECES,
        special_tokens=[END, PADDING],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=END,
        eos_token=END,
        pad_token=PADDING,
        model_max_length=SHAPE["max_position_embeddings"],
        clean_up_tokenization_spaces=False,
    )


def make_untrained(folder: Path, texts: Sequence[str], seed: int) -> Path:
    """Saves a writer of random numbers; returns its folder.

    Args:
        folder: Where to.
        texts: To learn the word pieces from.
        seed: Of the numbers.
    """
    tokenizer = make_tokenizer(texts)
    tokenizer.save_pretrained(folder)
    config = LlamaConfig(
        **SHAPE,
        vocab_size=len(tokenizer),
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    torch.manual_seed(seed)
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def train(model: Path, data: DataConfig, folder: Path, settings: dict[str, SettingValue], seed: int) -> Path:
    """Trains with Thaw's engine, on whatever device it finds; returns the folder of the trained model.

    Args:
        model: The untrained one.
        data: What to learn from.
        folder: Of the run.
        settings: Of the run.
        seed: Of the run.
    """
    ended, last = threading.Event(), list[Event]()

    def tell(event: Event) -> None:
        if isinstance(event, TrainingStarted):
            print(f"{event.total_steps:,} steps on {event.device}", flush=True)
        if isinstance(event, EvaluationEnded):
            value = event.metrics["perplexity"]
            print(f"epoch {event.epoch:g}: {event.split} perplexity {value:.1f}", flush=True)
        if isinstance(event, JobSucceeded | JobFailed | JobStopped):
            last.append(event)
            ended.set()

    run = RunConfig(data=data, task=TASK.id, method=METHOD.id, model=str(model), settings=settings, seed=seed)
    session = Session(tell)
    dispatch(session, StartTraining(job_id="small_writer", run=run, folder=str(folder)))
    ended.wait()
    session.close()
    (end,) = last
    if not isinstance(end, JobSucceeded):
        sys.exit(str(end))
    print(f"trained in {end.seconds:.0f} s", flush=True)
    return folder / "model"


def save(trained: Path, folder: Path) -> None:
    """Saves a trained model in half the bytes (bfloat16), with its tokenizer."""
    model = LlamaForCausalLM.from_pretrained(trained, dtype=torch.bfloat16)
    model.config.use_cache = True
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)  # safetensors lets none but the owner read what it writes
    PreTrainedTokenizerFast.from_pretrained(trained).save_pretrained(folder)


def score(folder: Path) -> tuple[RunResult, str]:
    """Judges a saved model on the test rows; returns the result, and how it goes on with one of them."""
    base = load_base(str(folder), kind=TASK.network)
    settings, _ = registry.fill_settings(METHOD, TASK.id, {}, base.facts)
    asked = Workbench().asked(DATA, TASK.id, str(folder), settings)
    device = devices.choose()
    model = TASK.build(base, (), HeadOptions(), settings).to(device)
    said = judge(model, TASK, EncodedPart(TASK, asked["test"], device)).said
    baselines = TASK.baselines(asked["train"], asked["test"])
    written = next(row for row in TASK.answers(asked["test"], said) if not row.said.endswith(" …"))
    return TASK.result(asked["test"], said, baselines), f"{written.text} **{written.said}**"


def write_card(
    folder: Path, result: RunResult, example: str, *, rows: int, parameters: int, epochs: int
) -> None:
    """Writes the model card: what it can do, how well, and what it was made from.

    Args:
        folder: Where to.
        result: On the test rows.
        example: A text that it went on with.
        rows: How many rows it learned from.
        parameters: Numbers in it.
        epochs: How often it read them.
    """
    compared = [(baseline.label, baseline.scores) for baseline in result.baselines]
    table = "\n".join(
        f"| {name} | {_cell(scores['perplexity'], 1)} | {_cell(scores['token_accuracy'], 3)} |"
        for name, scores in (*compared, ("**This model**", result.scores))
    )
    text = f"""---
language: English
license: apache-2.0
---
# A small writer

**A toy.** It continues text in the manner of Jane Austen, and it knows nothing but one of her novels. Its
sentences sound like hers and mean little. It is made to show what a causal language model is and what
training it on other texts does, not to be relied on.

Llama architecture (Touvron et al. 2023), {parameters:,} parameters in bfloat16, {PIECES:,} word pieces.
Trained from random numbers by Thaw's own engine, {counted(epochs, "epoch")} over {rows:,} paragraphs
of *Pride and Prejudice*, with `packaging/build_small_writer.py`.

> {example}

## How well

On {result.rows:,} paragraphs that it has never seen: the test rows of Thaw's split (seed 0) of
pride_and_prejudice.txt. Its word pieces and weights come from the training rows; the validation rows chose
the epoch. With another seed of the split, rows that it has learned from would be among the test rows.

| | perplexity (lower is better) | next piece right |
|---|---|---|
{table}

± is half the 95 % interval (bootstrap over the paragraphs). {" ".join(result.notes)}

## Licence

The weights are under the Apache License 2.0, as Thaw is. The novel that they were learned from is in the
public domain.
"""
    (folder / "README.md").write_text(text, encoding="utf-8")


def _cell(score: Score, digits: int) -> str:
    return f"{score.value:.{digits}f} ± {(score.high - score.low) / 2:.{digits}f}"


def main() -> None:
    """Reads the arguments, trains, saves, judges and writes the card."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=FOLDER, help="where the model goes; replaced if there")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--rows", type=int, help="learn from so many paragraphs only, to try the script")
    parser.add_argument("--seed", type=int, default=0, help="of the first numbers and of the order of rows")
    parser.add_argument("--keep", type=Path, help="keep the run and the untrained model here")
    chosen = parser.parse_args()
    prepare_environment()
    place = chosen.keep or Path(tempfile.mkdtemp(prefix="thaw-writer-"))
    data = msgspec.structs.replace(DATA, row_limit=chosen.rows)
    split = Workbench().rows(data, TASK.id).whole()
    untrained = make_untrained(place / "untrained", split.train["text"][:], chosen.seed)
    settings = {**SETTINGS, "epochs": chosen.epochs}
    trained = train(untrained, data, place / "run", settings, chosen.seed)
    save(trained, chosen.out)
    parameters = load_base(str(chosen.out), on_meta=True).facts.parameters
    result, example = score(chosen.out)
    write_card(
        chosen.out, result, example, rows=len(split.train), parameters=parameters, epochs=chosen.epochs
    )
    print((chosen.out / "README.md").read_text(encoding="utf-8"))
    weights = chosen.out / "model.safetensors"
    print(f"{weights}: {weights.stat().st_size / 1e6:.1f} MB")
    print(f'sha256="{hashlib.sha256(weights.read_bytes()).hexdigest()}"')


if __name__ == "__main__":
    main()
