"""Answers that are found in passages, in plain lines of Python; the windows come along, cut already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from engine.contracts import Asked
from engine.data.passages import right_answers, texts_of
from engine.data.roles import PASSAGE
from engine.data.table import usable_numbers
from engine.export.script_contract import RunAtStart, TaskLines

_PIECES = '''\
def encode(rows):
    """Each row of the file is a window: the question and a part of the passage, as the tokenizer cut them."""
    return rows


def batch_of(encoded):
    """Pads to the longest, on the right."""
    longest = max(len(one["input_ids"]) for one in encoded)

    def padded(name, filler):
        return torch.tensor([one[name] + [filler] * (longest - len(one[name])) for one in encoded])

    batch = {"input_ids": padded("input_ids", tokenizer.pad_token_id or 0)}
    lengths = torch.tensor([len(one["input_ids"]) for one in encoded])
    batch["attention_mask"] = (torch.arange(longest) < lengths[:, None]).long()
    if "token_type_ids" in encoded[0] and (getattr(network.backbone.config, "type_vocab_size", 0) or 0) > 1:
        batch["token_type_ids"] = padded("token_type_ids", 0)
    batch["answerable"] = padded("answerable", 0).bool()  # the pieces of the passage
    for name in ("start", "end", "silent"):
        batch[name] = torch.tensor([one[name] for one in encoded])
    return batch
'''
_ANSWERS = '''\
THRESHOLD = $threshold  # by how much "no answer" must be surer than the best span; infinite for never


def weight_of(batch):
    return len(batch["input_ids"])


def loss_of(said, batch):
    hidden = batch["attention_mask"] == 0
    starts, ends = (said[..., side].masked_fill(hidden, -1e4) for side in (0, 1))
    loss = functional.cross_entropy(starts, batch["start"]) + functional.cross_entropy(ends, batch["end"])
    return loss / 2


def kept_of(said, batch):
    """The best spans of each window, 30 pieces long at most, and how sure it is of "no answer"."""
    kept = []
    for one, answerable, silent in zip(said, batch["answerable"], batch["silent"]):
        starts, ends = one.masked_fill(~answerable[:, None], -torch.inf).unbind(-1)
        sums = starts[:, None] + ends
        allowed = torch.ones_like(sums).triu().tril(29).bool()
        best = sums.masked_fill(~allowed, -torch.inf).flatten().topk(min(20, sums.numel()))
        spans = zip(best.values.tolist(), best.indices.tolist())
        spans = [(value, *divmod(place, len(one))) for value, place in spans if value > -math.inf]
        kept.append((spans, float(one[silent].sum())))
    return kept


def plain(text):
    """As SQuAD compares: small letters, no punctuation, no articles."""
    text = "".join(letter for letter in text.lower() if letter not in string.punctuation)
    return " ".join(re.sub(r"\\b(a|an|the)\\b", " ", text).split())


def fits(said, answers):
    """How well an answer fits the right one that it fits best, word by word; and whether it is that one."""
    answers = [answer for answer in answers if plain(answer)] or [""]
    best = 0.0
    for right in answers:
        ours, theirs = plain(said).split(), plain(right).split()
        common = sum((Counter(ours) & Counter(theirs)).values())
        both = len(ours) + len(theirs)
        best = max(best, 2 * common / both if ours and theirs else float(ours == theirs))
    return best, float(any(plain(said) == plain(right) for right in answers))


def best_answers(rows, said):
    """Of each question its best span, and how much surer than that the model is of "no answer"."""
    found = {row["question"]: (row, [], []) for row in rows if "passage" in row}
    for row, (spans, silent) in zip(rows, said):
        first, all_spans, silences = found[row["question"]]
        silences.append(silent)
        for score, start, end in spans:
            start, end = row["places"][start][0], row["places"][end][1]
            text = first["passage"][start:end]
            start += len(text) - len(text.lstrip())
            if text.strip():
                all_spans.append((-score, start, start + len(text.strip())))
    for row, spans, silences in found.values():
        if spans:
            score, start, end = min(spans)
            yield row["answers"], row["passage"][start:end], float(np.float32(min(silences) + score))
        else:
            yield row["answers"], "", math.inf


def scores_of(rows, said):
    found = list(best_answers(rows, said))
    judged = [fits("" if surer > THRESHOLD else answer, right) for right, answer, surer in found]
    scores = {"f1": sum(f1 for f1, _ in judged) / len(judged)}
    scores["exact_match"] = sum(exact for _, exact in judged) / len(judged)
    with_one = [any(map(plain, right)) for right, _, _ in found]
    if not all(with_one):
        apart = [[f1 for (f1, _), one in zip(judged, with_one) if one is has] for has in (True, False)]
        scores["answered_f1"], scores["no_answer_accuracy"] = (sum(one) / max(1, len(one)) for one in apart)
    return scores


def settle():
    """Chooses on the validation rows how sure "no answer" must be, for the best F1."""
    global THRESHOLD
    found = list(best_answers(rows["validation"], said_in("validation")))
    if all(any(map(plain, right)) for right, _, _ in found):
        return
    gains = [fits(answer, right)[0] - float(not any(map(plain, right))) for right, answer, _ in found]
    surer = [one for _, _, one in found]
    best, total, THRESHOLD = 0.0, 0.0, min(surer) - 1.0
    order = sorted(range(len(gains)), key=surer.__getitem__)
    for place, row in enumerate(order):
        total += gains[row]
        ties = place + 1 < len(order) and surer[order[place + 1]] == surer[row]
        if total > best and not ties:
            best, THRESHOLD = total, surer[row]
'''


def pieces(_start: RunAtStart) -> str:
    """Returns the lines that pad."""
    return _PIECES


def answers(start: RunAtStart) -> str:
    """Returns the lines that find spans and judge them."""
    never = all(right_answers(start.asked["train"].rows))
    return _ANSWERS.replace("$threshold", "math.inf" if never else "0.0")


def imports(_start: RunAtStart) -> str:
    """Returns what the measures need."""
    return "import string\nfrom collections import Counter"


def rows(asked: Asked) -> Iterator[Mapping[str, Any]]:
    """Yields the windows, the first of each question with its passage and its right answers."""
    right, passages = right_answers(asked.rows), texts_of(asked.rows, PASSAGE.id)
    numbers = usable_numbers(asked.rows)
    seen: set[int] = set()
    for window in asked.encoded:
        place = window["example"]
        places = np.frombuffer(window["places"], dtype=np.int32).reshape(-1, 2).tolist()
        row: dict[str, Any] = {"row": numbers[place], "question": place, "input_ids": window["input_ids"]}
        row |= {"answerable": window["answerable"], "places": places}
        row |= {"start": window["start_positions"], "end": window["end_positions"]}
        row["silent"] = window["null_places"]
        if "token_type_ids" in window:
            row["token_type_ids"] = window["token_type_ids"]
        if place not in seen:
            row |= {"passage": passages[place], "answers": [one.text for one in right[place]]}
        seen.add(place)
        yield row


LINES = TaskLines(columns=(), pieces=pieces, answers=answers, imports=imports, rows=rows)
