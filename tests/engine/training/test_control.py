"""Pause, go on, stop, give up: what one thread asks and another heeds."""

from __future__ import annotations

import threading

import pytest

from engine.training.control import CANCELLED, STOP_REQUESTED, WINDOW_CLOSED, JobCancelledError, JobControl
from engine.training.finishing import _Trial
from engine.training.noise_lab import TrialLeftOutError


def _nothing() -> None:
    pass


def test_nothing_asked_for_means_go_on():
    control = JobControl()

    control.wait_while_paused(pytest.fail, pytest.fail)
    control.raise_if_stopped()

    assert control.stop_reason == ""


def test_a_paused_job_waits_until_it_may_go_on():
    control, told = JobControl(), []
    paused = threading.Event()
    control.pause()
    thread = threading.Thread(
        target=control.wait_while_paused,
        args=(lambda: (told.append("paused"), paused.set()), lambda: told.append("went on")),
    )
    thread.start()
    assert paused.wait(10)
    assert told == ["paused"]

    control.go_on()
    thread.join(10)

    assert told == ["paused", "went on"]


def test_a_stop_ends_a_pause_without_going_on():
    control, told = JobControl(), []
    paused = threading.Event()
    control.pause()
    thread = threading.Thread(
        target=control.wait_while_paused, args=(paused.set, lambda: told.append("went on"))
    )
    thread.start()
    assert paused.wait(10)

    control.stop(STOP_REQUESTED)
    thread.join(10)

    assert not thread.is_alive()
    assert told == []


def test_closing_the_window_overrides_a_stop_and_nothing_overrides_that():
    control = JobControl()
    control.stop(STOP_REQUESTED)
    control.stop(WINDOW_CLOSED)
    control.stop(CANCELLED)

    with pytest.raises(JobCancelledError) as raised:
        control.raise_if_stopped()

    assert raised.value.reason == WINDOW_CLOSED


def test_only_a_wish_that_comes_during_the_trial_with_noise_leaves_it_out() -> None:
    control, sent = JobControl(), []
    control.stop()  # the training was stopped; its best is judged and tried all the same
    trial = _Trial("typos", sent.append, control)
    for done in range(3):
        trial.tell(done, 400)  # under one per cent: told once
    assert [(stage.label, stage.done, stage.total) for stage in sent] == [
        ("Trying the final test with typos", 0, 100)
    ]
    assert sent[0].can_be_left_out
    control.stop()
    with pytest.raises(TrialLeftOutError):
        trial.tell(200, 400)
    assert sent[-1].done == 50
