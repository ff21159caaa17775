"""Texts that are turned into others, in plain lines of Python; both come along as word pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Template
from typing import Any

from engine.contracts import Asked, Writing
from engine.data.roles import SOURCE, TARGET
from engine.data.table import cells, usable_numbers
from engine.export.script_contract import RunAtStart, TaskLines
from engine.training.rows import row_length

_PIECES = '''\
def encode(rows):
    """Each row has the word pieces of the text to read and of the text to write."""
    return rows


def batch_of(encoded):
    """Pads both to the longest, on the right; -100 is not learned."""

    def padded(name, filler):
        longest = max(len(one[name]) for one in encoded)
        return torch.tensor([one[name] + [filler] * (longest - len(one[name])) for one in encoded])

    batch = {"input_ids": padded("input_ids", tokenizer.pad_token_id or 0), "labels": padded("labels", -100)}
    lengths = torch.tensor([len(one["input_ids"]) for one in encoded])
    batch["attention_mask"] = (torch.arange(batch["input_ids"].shape[1]) < lengths[:, None]).long()
    return batch
'''
_ANSWERS = Template('''\
WRITING = $writing  # how it writes


def weight_of(batch):
    return float((batch["labels"] != -100).sum())


def loss_of(said, batch):
    return functional.cross_entropy(said.flatten(0, 1).float(), batch["labels"].flatten(), ignore_index=-100)


def kept_of(said, batch):
    """What it writes, how many pieces of the right answer it finds, and how many there are."""
    written = network.backbone.generate(
        input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], **WRITING
    )
    shown = {"skip_special_tokens": True, "clean_up_tokenization_spaces": False}
    texts = [text.strip() for text in tokenizer.batch_decode(written, **shown)]
    places = batch["labels"] != -100
    found = ((said.argmax(-1) == batch["labels"]) & places).sum(1).tolist()
    return list(zip(texts, found, places.sum(1).tolist()))


def scores_of(rows, said):
    texts, right = [text for text, _, _ in said], [row["target"] for row in rows]
    return {
        "chrf": CHRF().corpus_score(texts, [right]).score,
        "bleu": BLEU(force=True).corpus_score(texts, [right]).score,
        "exact_match": sum(one.split() == other.split() for one, other in zip(texts, right)) / len(rows),
        "token_accuracy": sum(found for _, found, _ in said) / max(1, sum(pieces for _, _, pieces in said)),
    }
''')


def pieces(_start: RunAtStart) -> str:
    """Returns the lines that pad."""
    return _PIECES


def answers(start: RunAtStart) -> str:
    """Returns the lines that write and judge."""
    return _ANSWERS.substitute(writing=repr((start.model.facts.writing or Writing()).settings()))


def imports(_start: RunAtStart) -> str:
    """Returns what the measures need."""
    return "from sacrebleu.metrics import BLEU, CHRF"


def rows(asked: Asked) -> Iterator[Mapping[str, Any]]:
    """Yields the rows as word pieces, with their texts."""
    numbers = usable_numbers(asked.rows)
    texts = zip(cells(asked.rows, SOURCE.id), cells(asked.rows, TARGET.id), strict=True)
    for number, (source, target), row in zip(numbers, texts, asked.encoded, strict=True):
        yield {
            "row": number,
            "source": source,
            "target": target,
            "input_ids": row["input_ids"],
            "labels": row["labels"],
            "length": row_length(row),
        }


LINES = TaskLines(columns=(), pieces=pieces, answers=answers, imports=imports, rows=rows)
