"""Batches: every row once, the same for the same seed, little padding."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.protocol.smaller_batches import halved
from engine.training.batching import batches_to_judge, padded_pieces, steps_of_epoch, steps_per_epoch
from engine.training.checkpoint import BestSoFar, TrainingState
from engine.training.smaller_batches import StepBatches


@dataclass
class _Chosen:
    """What a run's setup says of its batches."""

    settings: dict[str, int]
    accumulation: int

    def whole(self, name: str) -> int:
        return self.settings[name]


CHANCE = random.Random(1)
LENGTHS = [CHANCE.randint(4, 60) for _ in range(500)]


@given(
    st.lists(st.integers(1, 128), min_size=1, max_size=200),
    st.integers(1, 40),
    st.integers(1, 4),
    st.integers(0, 9),
)
def test_every_row_is_read_once_an_epoch(lengths, batch_size, accumulation, seed):
    steps = steps_of_epoch(lengths, batch_size=batch_size, accumulation=accumulation, seed=seed, epoch=0)

    assert sorted(row for step in steps for batch in step for row in batch) == list(range(len(lengths)))
    assert all(0 < len(batch) <= batch_size for step in steps for batch in step)
    assert all(len(step) <= accumulation for step in steps)
    assert len(steps) == steps_per_epoch(len(lengths), batch_size=batch_size, accumulation=accumulation)


def test_order_follows_from_seed_and_epoch_alone():
    def order(seed, epoch):
        return steps_of_epoch(LENGTHS, batch_size=32, accumulation=1, seed=seed, epoch=epoch)

    assert order(0, 3) == order(0, 3)
    assert order(0, 3) != order(0, 4)
    assert order(0, 3) != order(1, 3)


def test_other_rows_meet_in_the_next_epoch():
    first, second = (
        {
            frozenset(batch)
            for step in steps_of_epoch(LENGTHS, batch_size=8, accumulation=1, seed=0, epoch=epoch)
            for batch in step
        }
        for epoch in (0, 1)
    )

    assert not first & second


def _places(lengths, epochs):
    """Returns epochs × rows → at which share of the epoch a row is read, 0 to 1."""
    places = np.zeros((epochs, len(lengths)))
    for epoch in range(epochs):
        steps = steps_of_epoch(lengths, batch_size=8, accumulation=1, seed=0, epoch=epoch)
        for number, step in enumerate(steps):
            places[epoch, list(chain.from_iterable(step))] = number / (len(steps) - 1)
    return places


@pytest.mark.parametrize("order", ["mixed", "sorted by label"])
def test_no_label_comes_early_or_late_though_its_texts_are_longer(order):
    """Bad reviews are longer than good ones: still neither of them has the last word in an epoch."""
    rows, epochs = 960, 300
    labels = np.arange(rows) % 2 if order == "mixed" else np.arange(rows) >= rows // 2
    lengths = [20 + 20 * int(label) + number % 7 for number, label in enumerate(labels)]
    places = _places(lengths, epochs)
    gap = places[:, labels == 1].mean(axis=1) - places[:, labels == 0].mean(axis=1)
    assert abs(gap.mean()) < 3 * gap.std(ddof=1) / epochs**0.5
    last = (places > 0.9)[:, labels == 1].sum(axis=1) / (places > 0.9).sum(axis=1)
    assert abs(last.mean() - 0.5) < 3 * last.std(ddof=1) / epochs**0.5
    assert np.abs(places.mean(axis=0) - 0.5).max() < 5 * (1 / 12) ** 0.5 / epochs**0.5  # of no row either


def test_rows_of_like_length_save_more_than_a_quarter_of_the_pieces():
    shuffled = list(range(len(LENGTHS)))
    random.Random(0).shuffle(shuffled)
    mixed = padded_pieces(LENGTHS, [shuffled[at : at + 32] for at in range(0, len(shuffled), 32)])
    sorted_ = [
        batch
        for step in steps_of_epoch(LENGTHS, batch_size=32, accumulation=1, seed=0, epoch=0)
        for batch in step
    ]

    assert padded_pieces(LENGTHS, sorted_) < 0.75 * mixed


def test_four_batches_of_8_hold_the_rows_of_one_batch_of_32():
    whole = steps_of_epoch(LENGTHS, batch_size=32, accumulation=1, seed=0, epoch=0)
    parts = steps_of_epoch(LENGTHS, batch_size=8, accumulation=4, seed=0, epoch=0)

    assert [list(chain(*step)) for step in parts] == [list(chain(*step)) for step in whole]


@given(
    st.lists(st.integers(1, 64), min_size=1, max_size=150),
    st.integers(1, 33),
    st.integers(1, 4),
    st.integers(0, 6),
)
def test_halved_batches_hold_the_rows_of_each_step_in_their_order(lengths, batch_size, accumulation, times):
    settings = {"batch_size": batch_size, "gradient_accumulation_steps": accumulation}
    batches = StepBatches(_Chosen(settings, accumulation), "", lambda _: None)
    state = TrainingState(step=0, epoch=0.0, best=BestSoFar())
    for _ in range(times):
        if halved(batches.now) is not None:
            batches.halve(state, asked=True)
    steps = steps_of_epoch(lengths, batch_size=batch_size, accumulation=accumulation, seed=0, epoch=0)

    for step in steps:
        divided = batches.divided(step)
        assert list(chain(*divided)) == list(chain(*step))
        assert all(0 < len(batch) <= batches.now.size for batch in divided)
        assert len(divided) <= batches.now.per_step


def test_judging_goes_by_length_and_holds_the_limit():
    batches = list(batches_to_judge(LENGTHS, pieces=300))

    assert sorted(row for batch in batches for row in batch) == list(range(len(LENGTHS)))
    assert all(len(batch) * max(LENGTHS[row] for row in batch) <= 300 for batch in batches)
    assert [LENGTHS[row] for batch in batches for row in batch] == sorted(LENGTHS)


def test_a_row_that_is_longer_than_the_limit_stands_alone():
    assert list(batches_to_judge([500, 2], pieces=100)) == [[1], [0]]
