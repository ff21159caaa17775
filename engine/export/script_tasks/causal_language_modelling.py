"""Texts that go on, and prompts with their answers, in plain lines of Python; cut into windows already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.contracts import Asked
from engine.data.table import usable_numbers
from engine.export.script_contract import RunAtStart, TaskLines

_PIECES = '''\
def encode(rows):
    """Each row of the file is a window, as the tokenizer has cut it; -100 is not learned and not judged."""
    return rows


def batch_of(encoded):
    """Pads to the longest, on the right."""
    longest = max(len(one["input_ids"]) for one in encoded)

    def padded(name, filler):
        return torch.tensor([one[name] + [filler] * (longest - len(one[name])) for one in encoded])

    batch = {"input_ids": padded("input_ids", tokenizer.pad_token_id or 0), "labels": padded("labels", -100)}
    lengths = torch.tensor([len(one["input_ids"]) for one in encoded])
    batch["attention_mask"] = (torch.arange(longest) < lengths[:, None]).long()
    return batch
'''
_ANSWERS = '''\
def weight_of(batch):
    return float((batch["labels"][:, 1:] != -100).sum())


def loss_of(said, batch):
    """A word piece is said at the place before it."""
    right = batch["labels"][:, 1:]
    places = right != -100
    summed = functional.cross_entropy(said[:, :-1][places].float(), right[places], reduction="sum")
    return summed / max(1, int(places.sum()))


def kept_of(said, batch):
    """How surprising each window was, how many pieces it has, and how many were the likeliest."""
    kept = []
    for one, labels in zip(said, batch["labels"]):
        places = labels[1:] != -100
        right, shares = labels[1:][places], one[:-1][places].double().log_softmax(-1)
        surprise = -shares.gather(-1, right[:, None]).sum()
        kept.append((float(surprise), len(right), int((shares.argmax(-1) == right).sum())))
    return kept


def scores_of(rows, said):
    surprise, pieces, right = (sum(column) for column in zip(*said))
    return {
        "perplexity": math.exp(min(surprise / max(1, pieces), 700.0)),
        "token_accuracy": right / max(1, pieces),
    }
'''


def pieces(_start: RunAtStart) -> str:
    """Returns the lines that pad."""
    return _PIECES


def answers(_start: RunAtStart) -> str:
    """Returns the lines that judge."""
    return _ANSWERS


def rows(asked: Asked) -> Iterator[Mapping[str, Any]]:
    """Yields the windows; of texts to learn from they are joined, so that a window is of no single row."""
    numbers = usable_numbers(asked.rows)
    for window in asked.encoded:
        own = {"row": numbers[window["example"]]} if "example" in window and not asked.learns else {}
        yield {**own, "input_ids": window["input_ids"], "labels": window["labels"]}


LINES = TaskLines(columns=(), pieces=pieces, answers=answers, rows=rows)
