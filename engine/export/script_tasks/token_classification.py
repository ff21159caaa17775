"""Words of sentences that are tagged, in plain lines of Python; the windows come along, cut already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.contracts import Asked
from engine.data.sentences import read_sentences, read_tags
from engine.data.table import usable_numbers
from engine.export.script_contract import RunAtStart, TaskLines

_PIECES = '''\
def encode(rows):
    """Each row of the file is a window of a sentence, as the tokenizer has cut it: long ones have several."""
    return rows


def batch_of(encoded):
    """Pads to the longest, on the right; -100 is not judged."""
    longest = max(len(one["input_ids"]) for one in encoded)

    def padded(name, filler):
        return torch.tensor([one[name] + [filler] * (longest - len(one[name])) for one in encoded])

    batch = {"input_ids": padded("input_ids", tokenizer.pad_token_id or 0), "labels": padded("labels", -100)}
    lengths = torch.tensor([len(one["input_ids"]) for one in encoded])
    batch["attention_mask"] = (torch.arange(longest) < lengths[:, None]).long()
    batch["answered"] = padded("answered", 0).bool()  # the first piece of each word
    return batch
'''
_ANSWERS = '''\
def weight_of(batch):
    return float((batch["labels"] != -100).sum())


def loss_of(said, batch):
    how = {"ignore_index": -100, "reduction": "sum"}
    summed = functional.cross_entropy(said.flatten(0, 1), batch["labels"].flatten(), **how)
    return summed / max(1.0, weight_of(batch))


def kept_of(said, batch):
    return [one.argmax(-1)[mask].tolist() for one, mask in zip(said, batch["answered"])]


def spans(tags):
    """Entities of a sentence, strict IOB2: an I- that continues none is no entity."""
    found, start, kind = set(), 0, None
    for place, tag in enumerate([*tags, "O"]):
        if kind is not None and tag == f"I-{kind}":
            continue
        if kind is not None:
            found.add((start, place, kind))
        start, kind = (place, tag[2:]) if tag.startswith("B-") else (0, None)
    return found


def begun(tags):
    """A part that goes on has a beginning."""
    mended, before = [], "O"
    for tag in tags:
        before = f"B-{tag[2:]}" if tag.startswith("I-") and before[2:] != tag[2:] else tag
        mended.append(before)
    return mended


def scores_of(rows, said):
    truths = {row["sentence"]: row["truth"] for row in rows if "truth" in row}
    tags = {sentence: ["O"] * len(truth) for sentence, truth in truths.items()}
    for row, answers in zip(rows, said):
        for word, answer in zip(row["words"], answers):
            tags[row["sentence"]][word] = CLASSES[answer]
    right = said_in_all = there = same = words = 0
    for sentence, truth in truths.items():
        answer = begun(tags[sentence])
        right += len(spans(truth) & spans(answer))
        said_in_all, there = said_in_all + len(spans(answer)), there + len(spans(truth))
        same, words = same + sum(map(str.__eq__, truth, answer)), words + len(truth)
    return {
        "entity_f1": 2 * right / max(1, said_in_all + there),
        "entity_precision": right / max(1, said_in_all),
        "entity_recall": right / max(1, there),
        "token_accuracy": same / max(1, words),
    }
'''


def pieces(_start: RunAtStart) -> str:
    """Returns the lines that pad."""
    return _PIECES


def answers(_start: RunAtStart) -> str:
    """Returns the lines that judge."""
    return _ANSWERS


def rows(asked: Asked) -> Iterator[Mapping[str, Any]]:
    """Yields the windows of some sentences, the first of each with its tags."""
    sentences, tags, numbers = read_sentences(asked.rows), read_tags(asked.rows), usable_numbers(asked.rows)
    seen: set[int] = set()
    for window in asked.encoded:
        place = window["example"]
        row: dict[str, Any] = {"row": numbers[place], "sentence": place, "text": sentences[place].read}
        row |= {name: window[name] for name in ("input_ids", "answered", "words", "labels")}
        if place not in seen:
            row["truth"] = list(tags[place])
        seen.add(place)
        yield row


LINES = TaskLines(columns=(), pieces=pieces, answers=answers, rows=rows)
