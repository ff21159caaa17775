"""Best validation, early stopping, and the warning that the loss rises."""

from __future__ import annotations

from engine.training.checkpoint import BestSoFar
from engine.training.stopping import after_validation, learns_by_heart, should_end


def _after(*validations, higher_is_better=True):
    best = BestSoFar()
    for step, (value, loss) in enumerate(validations, start=1):
        best = after_validation(
            best, value=value, loss=loss, step=step, epoch=step / 2, higher_is_better=higher_is_better
        )
    return best


def test_the_highest_score_is_the_best():
    best = _after((0.5, 0.7), (0.9, 0.5), (0.8, 0.4))

    assert (best.step, best.epoch, best.value, best.without_gain) == (2, 1.0, 0.9, 1)
    assert (best.lowest_loss, best.lowest_loss_epoch) == (0.4, 1.5)


def test_of_equal_scores_the_lower_loss_is_better():
    assert _after((0.4, 0.7), (0.4, 0.6)).step == 2
    assert _after((0.4, 0.6), (0.4, 0.7)).step == 1


def test_lower_can_be_better():
    assert _after((30.0, 0.7), (20.0, 0.8), (25.0, 0.6), higher_is_better=False).step == 2


def test_early_stopping_waits_for_its_patience():
    best = _after((0.9, 0.5), (0.8, 0.5), (0.8, 0.5))

    assert not should_end(best, patience=0)
    assert not should_end(best, patience=3)
    assert should_end(best, patience=2)


def test_a_loss_that_rises_twice_and_clearly_is_told_once():
    once = _after((0.9, 0.50), (0.9, 0.60))
    assert not learns_by_heart(once, 0.60)

    twice = _after((0.9, 0.50), (0.9, 0.55), (0.9, 0.60))
    assert learns_by_heart(twice, 0.60)
    assert twice.lowest_loss_epoch == 0.5

    told = BestSoFar(lowest_loss=0.5, rises=5, warned=True)
    assert not learns_by_heart(told, 0.9)


def test_a_loss_that_hardly_rises_is_noise():
    assert not learns_by_heart(_after((0.9, 0.500), (0.9, 0.503), (0.9, 0.505)), 0.505)
