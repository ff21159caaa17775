"""Steps are told at most ten times a second, none is lost, and the time left is right."""

from __future__ import annotations

from itertools import pairwise

import pytest

from engine.protocol.events import StepPoint
from engine.training.progress import StepReporter, Throttle, TimeLeft


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def _point(step):
    return StepPoint(step=step, epoch=step / 10, loss=1 / step, learning_rate=1e-4, gradient_norm=1.0)


def _time_left(**choices):
    return TimeLeft(**({"total_work": 1000, "evaluations": 0, "test_share": 0.0, "plan": None} | choices))


def test_ten_messages_a_second_carry_every_step():
    clock, sent = Clock(), []
    reporter = StepReporter(lambda event: sent.append((clock.now, event)), _time_left(), lambda: 7, clock)

    for step in range(1, 1001):
        clock.now += 0.003
        reporter.step_ended(_point(step))
    reporter.send_rest(clock.sleep)

    times = [time for time, _ in sent]
    assert all(later - earlier >= 0.1 - 1e-9 for earlier, later in pairwise(times))
    assert [point.step for _, event in sent for point in event.points] == list(range(1, 1001))
    assert times[0] == pytest.approx(0.003)
    assert sent[0][1].memory == 7


def test_the_rest_is_sent_once():
    clock, sent = Clock(), []
    reporter = StepReporter(sent.append, _time_left(), lambda: 0, clock)
    reporter.step_ended(_point(1))
    reporter.step_ended(_point(2))

    reporter.send_rest(clock.sleep)
    reporter.send_rest(clock.sleep)

    assert [len(event.points) for event in sent] == [1, 1]
    assert clock.now == pytest.approx(0.1)


def test_time_left_counts_work_and_not_steps():
    left = _time_left(total_work=1000)
    for _ in range(10):
        left.step_ended(seconds=0.1, work=10, rows=2)
    for _ in range(10):
        left.step_ended(seconds=0.3, work=30, rows=2)

    assert left.seconds == pytest.approx((1000 - 400) * 0.01)
    assert left.rows_per_second == pytest.approx(40 / 4.0)


def test_time_left_counts_validations_and_the_test():
    left = _time_left(total_work=100, evaluations=4, test_share=2.0)
    left.evaluation_ended(1.5, planned=False)
    for _ in range(10):
        left.step_ended(seconds=0.1, work=10, rows=2)
    assert left.seconds == pytest.approx((4 + 2) * 1.5)

    left.evaluation_ended(1.0)
    assert left.seconds == pytest.approx((3 + 2) * 1.0)


def test_the_plan_speaks_until_there_are_enough_steps():
    left = _time_left(total_work=1000, plan=50.0)
    left.step_ended(seconds=3.0, work=10, rows=2)  # the first step is slow
    assert left.seconds == pytest.approx(47.0)

    for _ in range(9):
        left.step_ended(seconds=0.1, work=10, rows=2)
    assert left.seconds < 47.0


def test_a_resumed_run_leaves_out_what_it_has_done():
    left = _time_left(total_work=1000, evaluations=10)
    left.skip(work=900, evaluations=9)
    for _ in range(5):
        left.step_ended(seconds=0.1, work=10, rows=2)
    left.evaluation_ended(2.0, planned=False)

    assert left.seconds == pytest.approx(50 * 0.01 + 2.0)


def test_something_costly_takes_at_most_a_fiftieth_of_the_time():
    clock = Clock()
    throttle = Throttle(0.5, clock)
    assert throttle.is_due

    throttle.happened(0.1)
    clock.now += 4.0
    assert not throttle.is_due
    clock.now += 0.91
    assert throttle.is_due

    throttle.happened(0.0)
    clock.now += 0.4
    assert not throttle.is_due


def test_later_validations_read_less_and_the_test_all():
    left = _time_left(total_work=100, evaluations=4, test_share=2.0, evaluation_share=0.25)
    left.evaluation_ended(2.0, planned=False)
    for _ in range(10):
        left.step_ended(seconds=0.1, work=10, rows=2)
    assert left.seconds == pytest.approx(4 * 0.5 + 2 * 2.0)

    left.evaluation_ended(0.6)
    assert left.seconds == pytest.approx(3 * 0.6 + 2 * 2.4)
    assert left.to_finish == pytest.approx(0.6 + 2 * 2.4)
