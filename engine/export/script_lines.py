"""The lines that every script has: settings, rows, order, steps, the loop; they know no task, no method."""

from __future__ import annotations

from string import Template

OPENING = Template("""\
Repeats the run "$title" with plain libraries, without Thaw.

    python repeat_run.py

It needs: $versions
It reads, from the folder that it is in: $rows,
start.safetensors (the new parts before the first step) and learns.json (what learns, how fast, from which
step on). $base is found $where, or in the folder that the environment variable BASE_MODEL names.
$needed
In Thaw the run reached: $metric $score on the final test. $same
""")
SAME_SCORE = """\
With the versions above, on the same kind of
processor with as many threads, the script gives the same score to the last digit. Elsewhere sums are rounded
otherwise, so that a few answers near a border may become others."""

IMPORTS = Template("""\
import json
import math
import os
import random
${standard}from pathlib import Path

import numpy as np
import torch
$others
from torch import nn
from torch.nn import functional

HERE = Path(__file__).parent if "__file__" in globals() else Path()""")

SETTINGS = Template("""\
BASE = os.environ.get("BASE_MODEL", $base)
CLASSES = $classes
SEED, THREADS = $seed, $threads
EPOCHS, BATCH_SIZE, BATCHES_PER_STEP = $epochs, $batch_size, $accumulation
MAX_LENGTH, PIECES_IN_A_BATCH = $max_length, $pieces  # the second where rows are only judged
WARMUP_SHARE, SCHEDULE, LONGEST_GRADIENT = $warmup_share, $schedule, $clipping
EVALUATIONS_PER_EPOCH, PATIENCE = $evaluations, $patience
EACH_PIECE_IS_ANSWERED = $each_piece
METRIC, HIGHER_IS_BETTER = $metric, $direction
REACHED = $reached  # by the run in Thaw, on the final test

torch.set_num_threads(THREADS)
torch.use_deterministic_algorithms(True)
${four_bits}tokenizer = AutoTokenizer.from_pretrained(BASE)
tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
tokenizer.padding_side = "right"
""")

ORDER = '''\
def steps_of_epoch(lengths, epoch):
    """Rows of like length go together, so that little is computed on padding."""
    chance = np.random.default_rng([SEED, epoch])
    order, size = chance.permutation(len(lengths)), BATCH_SIZE * BATCHES_PER_STEP
    steps = []
    for start in range(0, len(order), size * 16):
        pool = order[start : start + size * 16]
        pool = pool[np.argsort(np.asarray(lengths)[pool], kind="stable")]
        for first in range(0, len(pool), size):
            chosen = [int(row) for row in pool[first : first + size]]
            steps.append([chosen[at : at + BATCH_SIZE] for at in range(0, len(chosen), BATCH_SIZE)])
    return [steps[number] for number in chance.permutation(len(steps))]


def batches_to_judge(lengths):
    """Shortest first, at most so many word pieces in a batch."""
    batch = []
    for row in np.argsort(np.asarray(lengths), kind="stable"):
        if batch and lengths[row] * (len(batch) + 1) > PIECES_IN_A_BATCH:
            yield batch
            batch = []
        batch.append(int(row))
    if batch:
        yield batch


def rate_factor(step, total):
    """The share of the highest learning rate that a step uses."""
    warmup = round(total * WARMUP_SHARE)
    if SCHEDULE == "slanted_triangle":  # Howard & Ruder 2018
        before = step - 1
        height = before / warmup if before < warmup else 1 - (before - warmup) / (total - warmup)
        return (1 + height * 31) / 32
    if step <= warmup:
        return step / (warmup + 1)
    done = (step - 1 - warmup) / max(1, total - warmup)
    return {"constant": 1.0, "cosine": 0.5 * (1 + math.cos(math.pi * done)), "linear": 1 - done}[SCHEDULE]
'''

JUDGE = '''\
features = {}  # part -> what the head reads of each row, where nothing below it changes


def said_to(part, numbers, batch):
    if part in features:
        read = [features[part][number] for number in numbers]
        return network.answer(nn.utils.rnn.pad_sequence(read, batch_first=True), batch)
    return network(batch)


loss_in = {}  # part -> the mean loss when it was last read


@torch.no_grad()
def said_in(part):
    """Returns what is kept of what the network says to each row of a part."""
    network.eval()
    said, total, counted = [None] * len(encoded[part]), 0.0, 0
    for numbers in batches_to_judge(lengths[part]):
        batch = batch_of([encoded[part][number] for number in numbers])
        output, weight = said_to(part, numbers, batch), weight_of(batch)
        total, counted = total + float(loss_of(output, batch)) * weight, counted + weight
        for number, one in zip(numbers, kept_of(output, batch)):
            said[number] = one
    loss_in[part] = total / counted
    return said


encoded = {part: encode(of_part) for part, of_part in rows.items()}
lengths = {  # what a row counts as where rows of like length go together
    part: [one.get("length", len(one["input_ids"])) for one in of_part] for part, of_part in encoded.items()
}
plan = json.loads((HERE / "learns.json").read_text(encoding="utf-8"))
parameters = dict(network.named_parameters())
network.requires_grad_(False)
groups = []
for group in plan["groups"]:
    learning = [parameters[name].requires_grad_(True) for name in group["parameters"]]
    groups.append({"params": learning, "lr": group["learning_rate"], "weight_decay": group["weight_decay"]})
highest = [group["lr"] for group in groups]
optimizer = torch.optim.AdamW(groups, fused=True)
learning = [value for value in network.parameters() if value.requires_grad]
total_steps = EPOCHS * len(steps_of_epoch(lengths["train"], 0))
'''
COUNT = """\
print(*(sum(value.numel() for value in some) for some in (learning, parameters.values())), "learn, of all")
"""

IN_16_BITS = Template('''\
final_test = False


def in_16_bits(read):
    """Large multiplications are in 16 bits while the model learns, which is faster; the final test is not."""

    def read_so(batch):
        kind = batch["input_ids"].device.type
        with torch.autocast(kind, torch.bfloat16, enabled=not final_test), WrittenOut():
            said = read(batch)
        return said.float()

    return read_so


network.$reads = in_16_bits(network.$reads)
''')
"""What is put around the part of a network that computes in the run's own precision."""

READ_ONCE = '''\
def batches_of_one_length(lengths):
    """Without padding, so that what is read of a row hangs on nothing but the row."""
    for batch in batches_to_judge(lengths):
        same = {}
        for row in batch:
            same.setdefault(lengths[row], []).append(row)
        yield from same.values()


network.eval()
with torch.no_grad():
    for part in rows:
        final_test = part == "test"
        read = [None] * len(rows[part])
        for numbers in batches_of_one_length(lengths[part]):
            batch = batch_of([encoded[part][number] for number in numbers])
            for number, one, mask in zip(numbers, network.features(batch).float(), batch["attention_mask"]):
                read[number] = one[mask.bool()] if EACH_PIECE_IS_ANSWERED else one
        features[part] = read
'''

SAME_ROWS = '''\
def rows_to_learn(numbers, epoch):
    """They are the same each time."""
    return [encoded["train"][number] for number in numbers]
'''

STEP = '''\
def set_modes(step):
    """What learns drops numbers at random, what is frozen does not; some begin to learn only later."""
    phase = [phase for phase in plan["phases"] if phase["first_step"] <= step][-1]
    for name, trains in phase["modes"].items():
        network.get_submodule(name).train(trains)
    return [parameters[name] for name in phase["resting"]]


def take_step(step, epoch, batches):
    """Changes the weights once, by the mean loss over all rows of some batches."""
    resting = set_modes(step)
    factor = rate_factor(step, total_steps)
    for group, rate in zip(optimizer.param_groups, highest):
        group["lr"] = rate * factor
    optimizer.zero_grad()
    read = [(numbers, batch_of(rows_to_learn(numbers, epoch))) for numbers in batches]
    whole = max(1.0, sum(float(weight_of(batch)) for _, batch in read))
    mean = 0.0
    for parameter in resting:
        parameter.requires_grad = False
    for numbers, batch in read:
        share = loss_of(said_to("train", numbers, batch), batch) * (weight_of(batch) / whole)
        share.backward()
        mean += float(share.detach())
    for parameter in resting:
        parameter.requires_grad = True
    nn.utils.clip_grad_norm_(learning, LONGEST_GRADIENT or math.inf)
    optimizer.step()
    return mean
'''

SOLVE = Template('''\
def take_step(step, epoch, batches):
    """A few iterations of L-BFGS over all rows, with weights held small (C = $strength)."""
    network.train()
    read = [(numbers, batch_of(rows_to_learn(numbers, epoch))) for numbers in batches]
    whole = max(1.0, sum(float(weight_of(batch)) for _, batch in read))
    solver = torch.optim.LBFGS(learning, max_iter=10, line_search_fn="strong_wolfe")

    def closure():
        solver.zero_grad()
        shares = []
        for numbers, batch in read:
            shares.append(loss_of(said_to("train", numbers, batch), batch) * (weight_of(batch) / whole))
        loss = torch.stack(shares).sum()
        squares = [value.square().sum() for value in learning if value.dim() > 1]
        loss = loss + torch.stack(squares).sum() / (2 * $strength * whole)
        loss.backward()
        return loss

    return float(solver.step(closure))


BATCHES_PER_STEP = -(-len(rows["train"]) // BATCH_SIZE)  # all rows at once
total_steps = EPOCHS
''')

FRESH = """\
    for known in (encoded, lengths, features):  # each epoch has noise of its own
        if f"train {epoch + 1}" in known:
            known["train"] = known[f"train {epoch + 1}"]
"""

LEARN = Template("""\
random.seed(SEED), np.random.seed(SEED), torch.manual_seed(SEED)
best = {"value": None, "loss": math.inf, "state": None}
step, since_best, ended = 0, 0, False
for epoch in range(EPOCHS):
${fresh}    steps = steps_of_epoch(lengths["train"], epoch)
    for place, batches in enumerate(steps, start=1):
        step += 1
        loss = take_step(step, epoch, batches)
        if place * EVALUATIONS_PER_EPOCH // len(steps) == (place - 1) * EVALUATIONS_PER_EPOCH // len(steps):
            continue
        scores = scores_of(rows["validation"], said_in("validation"))
        validation_loss = loss_in["validation"]
        value = scores[METRIC]
        judged = f"validation loss {validation_loss:.4f}, {METRIC} {value:.4f}"
        print(f"epoch {step / len(steps):.2f}: loss {loss:.4f}, {judged}")
        gain = 1 if best["value"] is None else (value - best["value"]) * (1 if HIGHER_IS_BETTER else -1)
        if gain > 0 or (gain == 0 and validation_loss < best["loss"]):
            state = {name: one.detach().clone() for name, one in parameters.items() if one.requires_grad}
            best, since_best = {"value": value, "loss": validation_loss, "state": state}, 0
        else:
            since_best += 1
        ended = 0 < PATIENCE <= since_best
        if ended:
            break
    if ended:
        break
network.load_state_dict(best["state"], strict=False)
${settle}scores = scores_of(rows["test"], said_in("test"))
for name, value in scores.items():
    print(f"{name} {value:.6f}   in Thaw: {REACHED.get(name, math.nan):.6f}")
(HERE / "scores.json").write_text(json.dumps(scores), encoding="utf-8")
""")
