"""Blanks that are filled in, in plain lines of Python; windows come along, blanks are drawn anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.contracts import Asked
from engine.data.table import usable_numbers
from engine.export.script_contract import RunAtStart, TaskLines

_PIECES = '''\
def encode(rows):
    """Each row of the file is a window, as the tokenizer has cut it; what is judged has its blanks."""
    return rows


def drawn(words, share, chance):
    """The places to hide: a share of the pieces; what has one number is hidden together."""
    members = {}
    for place, word in enumerate(words):
        if word >= 0:
            members.setdefault(word, []).append(place)
    groups, chosen = list(members.values()), []
    wanted = max(1, round(share * sum(map(len, groups))))
    for number in np.argsort(chance.random_raw(len(groups)), kind="stable"):
        if not chosen or len(chosen) + len(groups[number]) <= wanted:
            chosen += groups[number]
    return sorted(chosen)


def hidden(one, seed):
    """Of the chosen pieces 80 % become the blank, 10 % another piece, 10 % stay (Devlin 2019)."""
    chance, ids = np.random.PCG64(seed), list(one["input_ids"])
    places = drawn(one["words"], one["share"], chance)
    labels = [piece if place in set(places) else -100 for place, piece in enumerate(ids)]
    draws = chance.random_raw(2 * len(places)).tolist()
    for place, what, which in zip(places, draws[::2], draws[1::2]):
        if what < 0.8 * 2.0**64:
            ids[place] = tokenizer.mask_token_id
        elif what < 0.9 * 2.0**64 and which % len(tokenizer) not in set(tokenizer.all_special_ids):
            ids[place] = which % len(tokenizer)
    return {"input_ids": ids, "labels": labels}


def rows_to_learn(numbers, epoch):
    """Other words are hidden each time that a window is read."""
    seeds = [np.random.SeedSequence([SEED, epoch + 1, number]).generate_state(1)[0] for number in numbers]
    return [hidden(encoded["train"][number], int(seed)) for number, seed in zip(numbers, seeds)]


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
    return float((batch["labels"] != -100).sum())


def loss_of(said, batch):
    places = batch["labels"] != -100
    summed = functional.cross_entropy(said[places].float(), batch["labels"][places], reduction="sum")
    return summed / max(1, int(places.sum()))


def kept_of(said, batch):
    """How surprising each window was, how many pieces were hidden, and how many were the likeliest."""
    kept = []
    for one, labels in zip(said, batch["labels"]):
        places = labels != -100
        right, shares = labels[places], one[places].double().log_softmax(-1)
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
    """Returns the lines that hide and pad."""
    return _PIECES


def answers(_start: RunAtStart) -> str:
    """Returns the lines that judge."""
    return _ANSWERS


def rows(asked: Asked) -> Iterator[Mapping[str, Any]]:
    """Yields the windows: to learn from with what may be hidden together, to be judged with their blanks."""
    numbers = usable_numbers(asked.rows)
    names = ("input_ids", "words", "share") if asked.learns else ("input_ids", "labels")
    for window in asked.encoded:
        yield {"row": numbers[window["example"]], **{name: window[name] for name in names}}


LINES = TaskLines(columns=(), pieces=pieces, answers=answers, rows=rows)
