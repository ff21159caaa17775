"""transformers' own Trainer on given rows, timed; runs with the transformers of Thaw and with older ones.

Of Thaw nothing is imported here. What is not said stands at the Trainer's default: single precision,
batches by lot, padded to the longest row of each, a fused AdamW. The rates and which numbers decay are
Thaw's, the best state on the validation rows is saved and loaded at the end, as Thaw does.
"""

from __future__ import annotations

import importlib.metadata
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from sklearn.metrics import f1_score
from torch import nn
from transformers import (
    DataCollatorWithPadding,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
    get_linear_schedule_with_warmup,
)

MACRO_F1 = "macro_f1"


class Clock(TrainerCallback):
    """Notes when each validation ended and what it gave."""

    def __init__(self) -> None:
        self.curve: list[tuple[float, float]] = []
        self.began = 0.0

    def on_evaluate(
        self,
        args: TrainingArguments,  # noqa: ARG002 - the Trainer's
        state: TrainerState,  # noqa: ARG002 - the library's own names
        control: TrainerControl,  # noqa: ARG002 - the library's own names
        **told: Any,
    ) -> None:
        """Notes a validation."""
        score = float(told["metrics"][f"eval_{MACRO_F1}"])
        self.curve.append((time.perf_counter() - self.began, score))


def macro_f1(said: Any) -> dict[str, float]:
    """Returns what the Trainer asks for after each validation."""
    logits = said.predictions[0] if isinstance(said.predictions, tuple) else said.predictions
    return {MACRO_F1: float(f1_score(said.label_ids, logits.argmax(axis=-1), average="macro"))}


def what_learns(network: nn.Module, held: Mapping[str, Any]) -> dict[str, Any]:
    """Returns of what a network holds that which learns; so much is saved.

    Args:
        network: The network.
        held: Name → tensor.
    """
    learns = {name for name, parameter in network.named_parameters() if parameter.requires_grad}
    return {name: tensor for name, tensor in held.items() if name in learns}


def train(
    network: nn.Module,
    groups: Sequence[Mapping[str, Any]],
    tokenizer: Any,
    parts: Mapping[str, list[dict[str, Any]]],
    schedule: Mapping[str, Any],
    folder: Path,
) -> dict[str, Any]:
    """Trains and judges.

    Args:
        network: Takes ``input_ids``, ``attention_mask`` and ``labels`` and says ``loss`` and ``logits``.
        groups: What learns, with rates and decays, as torch's optimizers take them.
        tokenizer: Pads.
        parts: ``train``, ``validation``, ``test`` → rows with ``input_ids`` and ``labels``.
        schedule: ``epochs``, ``batch_size``, ``warmup_share``, ``seed``; ``device``, and ``sixteen_bits``,
            whether it computes in bfloat16.
        folder: For what the Trainer saves.

    Returns:
        A :class:`~tests.benchmarks.speed.answers.Side` as plain data.
    """
    size, epochs = int(schedule["batch_size"]), int(schedule["epochs"])
    device = torch.device(schedule["device"])
    network.to(device)  # before the optimizer takes hold of its weights
    steps = -(-len(parts["train"]) // size) * epochs
    optimizer = torch.optim.AdamW([dict(group) for group in groups], fused=True)
    warmup = round(steps * schedule["warmup_share"])
    rates = get_linear_schedule_with_warmup(optimizer, warmup, steps)  # type: ignore[no-untyped-call]  # the library has no types
    arguments = TrainingArguments(
        output_dir=str(folder),
        use_cpu=device.type == "cpu",
        bf16=schedule["sixteen_bits"],
        num_train_epochs=epochs,
        per_device_train_batch_size=size,
        per_device_eval_batch_size=size,
        eval_strategy="epoch",
        eval_on_start=True,
        save_strategy="epoch",
        save_total_limit=1,
        save_only_model=True,
        load_best_model_at_end=True,
        metric_for_best_model=MACRO_F1,
        greater_is_better=True,
        logging_strategy="epoch",
        report_to=[],
        disable_tqdm=True,
        dataloader_pin_memory=device.type == "cuda",
        seed=int(schedule["seed"]),
    )
    clock = Clock()
    trainer = Trainer(
        model=network,
        args=arguments,
        train_dataset=parts["train"],
        eval_dataset=parts["validation"],
        data_collator=DataCollatorWithPadding(tokenizer),
        compute_metrics=macro_f1,
        callbacks=[clock],
        optimizers=(optimizer, rates),
    )
    clock.began = time.perf_counter()
    trainer.train()
    rows: Any = parts["test"]  # it takes any sequence
    scores = trainer.predict(rows).metrics or {}
    return {
        "seconds": clock.curve[-1][0],
        "steps": trainer.state.global_step,
        "rows": len(parts["train"]) * epochs,
        "curve": clock.curve,
        "score": scores[f"test_{MACRO_F1}"],
        "precision": "bfloat16" if schedule["sixteen_bits"] else "float32",
        "peak": torch.cuda.max_memory_reserved(device) / 1e6 if device.type == "cuda" else 0.0,
        "versions": {name: importlib.metadata.version(name) for name in ("torch", "transformers")},
    }
