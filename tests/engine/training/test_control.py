"""Pause, go on, stop, give up: what one thread asks and another heeds."""

from __future__ import annotations

import threading

import pytest

from engine.training.control import CANCELLED, STOP_REQUESTED, WINDOW_CLOSED, JobCancelledError, JobControl


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
