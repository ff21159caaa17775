"""What the battery's models learn: one small table with a pattern for each task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engine import registry
from engine.contracts import Asked, BaseModel
from engine.data.prepare import prepare
from engine.data.read_files import read_table
from engine.protocol.config import DataConfig
from tests.engine.tasks.reading_models import write_places, write_questions
from tests.small_models import write_chains, write_moods, write_numbers

LONGEST = 40
"""Word pieces of a text: the small models read 64, and prefixes and prompts need room."""


@dataclass(frozen=True)
class Toy:
    """A table for one task.

    Attributes:
        file: Name of the file.
        write: Writes it.
        columns: Role → column.
        ask: What ``logits`` of a saved model's ``load_model.py`` takes for a row; ``None`` where the
            file holds a network that takes the batch itself.
        settings: Of the method, beside what is recommended.
    """

    file: str
    write: Callable[[Path], Path]
    columns: Mapping[str, str]
    ask: Callable[[Mapping[str, Any]], Any] | None = None
    settings: Mapping[str, Any] = field(default_factory=lambda: {"max_length": LONGEST})


TOYS = {
    "text_classification": Toy(
        "moods.csv", write_moods, {"text": "text", "label": "label"}, lambda row: row["text"]
    ),
    "token_classification": Toy(
        "places.conll",
        lambda path: write_places(path, 24),
        {"tokens": "tokens", "tags": "tags"},
        lambda row: row["text"],
    ),
    "question_answering": Toy(
        "questions.jsonl",
        lambda path: write_questions(path, 24),
        {"question": "question", "context": "context", "answers": "answers"},
        lambda row: (row["question"], row["context"]),
    ),
    "masked_language_modelling": Toy("chains.csv", write_chains, {"text": "text"}),
    "causal_language_modelling": Toy("chains.csv", write_chains, {"text": "text"}),
    "sequence_to_sequence": Toy(
        "numbers.tsv",
        write_numbers,
        {"source": "english", "target": "french"},
        settings={"max_length": LONGEST, "max_target_length": 12},
    ),
}
"""Task → what it learns here."""


def toy_rows(task_id: str, folder: Path, base: BaseModel, rows: int) -> Asked:
    """Returns the first training rows of a task's toy as they are put to a model.

    Args:
        task_id: The task.
        folder: Where the table is written.
        base: For its tokenizer and lengths.
        rows: How many.
    """
    toy, task = TOYS[task_id], registry.task(task_id)
    matched = task.match(read_table(toy.write(folder / toy.file)).dataset, toy.columns, {})
    _, split = prepare(matched, DataConfig(path=""))
    assert split is not None
    settings, problems = registry.fill_settings(
        registry.method("full_fine_tuning"), task_id, toy.settings, base.facts
    )
    assert problems == []
    asked = Asked(split.train.select(range(rows)), matched.classes, settings, base.tokenizer)
    return replace(asked, encoded=task.encode(asked))
