"""Full fine-tuning gives the losses of transformers' own Trainer, step by step."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from datasets import Dataset
from torch import nn
from torch.utils.data import DataLoader, SequentialSampler
from transformers import (
    BertForMaskedLM,
    BertForSequenceClassification,
    GPT2LMHeadModel,
    PreTrainedTokenizerBase,
    T5Config,
    T5ForConditionalGeneration,
    Trainer,
    TrainingArguments,
)

from engine import registry
from engine.contracts import (
    Asked,
    BaseModel,
    Batch,
    EncodedRow,
    HeadFacts,
    HeadKind,
    Network,
    SplitRows,
    TaskModel,
)
from engine.models.heads import STOCK, build_sequence_model
from engine.models.load import load_base
from engine.models.writing import WritingModel, build_writing_model
from engine.padding import IGNORED, pad_sequences, padded
from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.data_facts import PreparedFacts
from engine.tasks.text_classification import TASK as CLASSIFICATION
from engine.training.batching import steps_of_epoch
from engine.training.rows import EncodedPart
from engine.training.setup import TrainingSetup
from engine.training.steps import StepTaker
from tests.small_models import make_small_bert, make_small_writer

STEPS = 50
ROWS_IN_BATCH = 4
SETTINGS = {
    "epochs": 5,
    "learning_rate": 1e-3,
    "head_learning_rate": 1e-3,
    "weight_decay": 0.01,
    "gradient_clipping": 1.0,
    "warmup_share": 0.0,
    "schedule": "linear",
}
CPU = torch.device("cpu")


def rows_of(count: int, *, labels: str, vocabulary: int = 40) -> list[EncodedRow]:
    """Returns rows of random tokens and many lengths.

    Args:
        count: How many.
        labels: ``"class"``, ``"some"`` (a third of the places), ``"all"`` or ``"other"``, another text.
        vocabulary: Tokens are below it.
    """
    chance = torch.Generator().manual_seed(3)
    rows: list[EncodedRow] = []
    for number in range(count):
        length = int(torch.randint(4, 15, (1,), generator=chance))
        ids = torch.randint(5, vocabulary, (length,), generator=chance)
        row: EncodedRow = {"input_ids": ids.tolist()}
        if labels == "class":
            row["labels"] = number % 3
        elif labels == "some":
            hidden = torch.arange(length) % 3 == number % 3
            row["labels"] = torch.where(hidden, ids, IGNORED).tolist()
        elif labels == "all":
            # The first one is never said; of GPT-2 the Trainer would count it all the same.
            row["labels"] = [IGNORED, *ids[1:].tolist()]
        else:
            row["labels"] = ids.flip(0)[: 2 + number % 5].tolist()
        rows.append(row)
    return rows


def collate(tokenizer: PreTrainedTokenizerBase, rows: Sequence[EncodedRow], _seeds: Iterable[int]) -> Batch:
    batch = padded(tokenizer, rows)
    if isinstance(rows[0]["labels"], int):
        batch["labels"] = torch.tensor([row["labels"] for row in rows])
    else:
        batch["labels"] = pad_sequences([row["labels"] for row in rows], IGNORED)
    return batch


class Lesson:
    """Rows that Thaw's engine and the Trainer read in the same order."""

    def __init__(self, rows: list[EncodedRow], tokenizer: PreTrainedTokenizerBase, accumulation: int = 1):
        empty = Dataset.from_dict({"row": list(range(len(rows)))})
        self.task = dataclasses.replace(CLASSIFICATION, collate=collate)
        self.asked = Asked(empty, (), SETTINGS, tokenizer, rows)
        self.part = EncodedPart(self.task, self.asked, CPU)
        self.accumulation = accumulation
        self.orders = [
            steps_of_epoch(
                self.part.lengths, batch_size=ROWS_IN_BATCH, accumulation=accumulation, seed=1, epoch=epoch
            )
            for epoch in range(SETTINGS["epochs"])
        ]

    def thaw(self, model: TaskModel, base: BaseModel) -> list[float]:
        """Returns the losses of Thaw's own steps."""
        model.requires_grad_(True).train()
        taker = StepTaker(model, self.setup(base), len(self.orders[0]))
        losses = []
        for order in self.orders:
            for batches in order:
                losses.append(taker.read(len(losses) + 1, self.part, batches).loss)
                taker.change()
        return losses

    def setup(self, base: BaseModel) -> TrainingSetup:
        """Returns what the engine's steps are made from."""
        return TrainingSetup(
            run=RunConfig(data=DataConfig(path=""), task="", method="", model=""),
            task=self.task,
            method=registry.method("full_fine_tuning"),
            settings=SETTINGS,
            base=base,
            load_base=lambda: base,
            split=SplitRows(self.asked.rows, self.asked.rows, self.asked.rows),
            classes=(),
            asked={"train": self.asked},
            clean=self.asked,
            prepared=PreparedFacts(usable=0, train=0, validation=0, test=0),
            baselines=(),
            device=CPU,
        )

    def trainer(self, network: nn.Module, folder: Path) -> list[float]:
        """Returns the losses of transformers' Trainer."""
        batches = [self.part.batch(batch) for order in self.orders for step in order for batch in step]
        arguments = TrainingArguments(
            output_dir=str(folder),
            use_cpu=True,
            num_train_epochs=1,
            per_device_train_batch_size=1,
            gradient_accumulation_steps=self.accumulation,
            learning_rate=SETTINGS["learning_rate"],
            weight_decay=SETTINGS["weight_decay"],
            max_grad_norm=SETTINGS["gradient_clipping"],
            lr_scheduler_type="linear",
            report_to=[],
            save_strategy="no",
            disable_tqdm=True,
            seed=1,
        )
        teller = TellingTrainer(
            model=network, args=arguments, train_dataset=batches, data_collator=lambda rows: rows[0]
        )
        teller.train()
        count = self.accumulation
        return [sum(teller.losses[at : at + count]) for at in range(0, len(teller.losses), count)]


class TellingTrainer(Trainer):
    """The Trainer, which tells each loss as it is and takes batches in their order."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.losses: list[float] = []

    def get_train_dataloader(self) -> DataLoader:
        return DataLoader(
            self.train_dataset,
            batch_size=1,
            sampler=SequentialSampler(self.train_dataset),
            collate_fn=self.data_collator,
        )

    def training_step(self, *given: Any, **named: Any) -> torch.Tensor:
        loss = super().training_step(*given, **named)
        self.losses.append(float(loss))
        return loss

    def log(self, *_: Any, **__: Any) -> None:
        """Says nothing on the terminal."""


def calm_config(folder: Path) -> Path:
    """Takes dropout out of a saved BERT; returns its folder."""
    config = BertForMaskedLM.from_pretrained(folder).config
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    config.save_pretrained(folder)
    return folder


@pytest.fixture
def calm_filler(tmp_path: Path) -> Path:
    """A BERT without dropout that fills in blanks; the test's own."""
    return calm_config(make_small_bert(tmp_path / "model", pooling="", fills_blanks=True))


def same(first: Sequence[float], second: Sequence[float]) -> None:
    """Looks whether two sequences of losses are the same, and whether anything was learned."""
    assert len(first) == len(second) == STEPS
    assert first == pytest.approx(second, abs=1e-5)
    assert first[-1] < first[0]


def test_bert_puts_texts_into_classes(calm_filler: Path, tmp_path: Path) -> None:
    base = load_base(str(calm_filler))
    torch.manual_seed(0)
    model = build_sequence_model(base, 3)
    assert model.facts.shape == STOCK
    base.network.config.num_labels = 3
    network = BertForSequenceClassification(base.network.config)
    own = {f"bert.{name}": tensor for name, tensor in model.backbone.state_dict().items()}
    own |= {
        f"bert.{name}" if name.startswith("pooler") else name: tensor
        for name, tensor in model.head.state_dict().items()
    }
    network.load_state_dict(own)
    for part in (*network.modules(), *model.modules()):
        if isinstance(part, nn.Dropout):
            part.p = 0.0
    lesson = Lesson(rows_of(40, labels="class"), base.tokenizer)
    same(lesson.thaw(model, base), lesson.trainer(network, tmp_path))


def test_bert_fills_in_blanks(calm_filler: Path, tmp_path: Path) -> None:
    base = load_base(str(calm_filler), kind=Network.MASKED_LM)
    lesson = Lesson(rows_of(40, labels="some"), base.tokenizer)
    network = BertForMaskedLM.from_pretrained(calm_filler)
    losses = lesson.thaw(build_writing_model(base), base)
    same(losses, lesson.trainer(network, tmp_path))


@pytest.mark.parametrize("accumulation", [1, 2])
def test_gpt2_continues_texts(accumulation: int, tmp_path: Path) -> None:
    folder = make_small_writer(tmp_path / "model", family="gpt2")
    calm = {"resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0}
    network = GPT2LMHeadModel.from_pretrained(folder, **calm)
    network.config.save_pretrained(folder)
    base = load_base(str(folder), kind=Network.CAUSAL_LM)
    rows = rows_of(40 * accumulation, labels="all")
    lesson = Lesson(rows, base.tokenizer, accumulation)
    tokens = [sum(len(rows[row]["labels"]) - 1 for row in batch) for batch in lesson.orders[0][0]]
    assert len(tokens) == accumulation
    assert len(set(tokens)) == accumulation  # batches of one step hold unequal numbers of tokens
    same(lesson.thaw(build_writing_model(base), base), lesson.trainer(network, tmp_path))


def test_t5_turns_one_text_into_another(small_base_model: BaseModel, tmp_path: Path) -> None:
    config = T5Config(
        vocab_size=40,
        d_model=32,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_heads=4,
        dropout_rate=0.0,
        decoder_start_token_id=0,
    )
    torch.manual_seed(0)
    network = T5ForConditionalGeneration(config)
    own = copy.deepcopy(network)
    facts = HeadFacts(outputs=0, kind=HeadKind.WORDS, network=Network.SEQUENCE_TO_SEQUENCE)
    lesson = Lesson(rows_of(40, labels="other"), small_base_model.tokenizer)
    losses = lesson.thaw(WritingModel(own, facts, head_is_new=False), small_base_model)
    same(losses, lesson.trainer(network, tmp_path))


@pytest.mark.parametrize("labels", ["some", "all"])
def test_batches_in_pieces_give_the_step_of_the_whole(
    labels: str, small_filler: Path, small_writer: Path
) -> None:
    kind, folder = (
        (Network.MASKED_LM, small_filler) if labels == "some" else (Network.CAUSAL_LM, small_writer)
    )
    rows = rows_of(16, labels=labels)
    losses, after = [], []
    for pieces in (1, 2, 5):
        base = load_base(str(folder), kind=kind)
        model = build_writing_model(base).eval()  # no dropout
        lesson = Lesson(rows, base.tokenizer)
        size = -(-len(rows) // pieces)
        batches = [list(range(at, min(at + size, len(rows)))) for at in range(0, len(rows), size)]
        taker = StepTaker(model, lesson.setup(base), 1)
        losses.append(taker.read(1, lesson.part, batches).loss)
        taker.change()
        after.append(torch.cat([value.detach().flatten() for value in model.parameters()]))
    assert losses[1:] == pytest.approx([losses[0]] * 2, abs=1e-6)
    for other in after[1:]:
        assert torch.allclose(other, after[0], atol=2e-5)
