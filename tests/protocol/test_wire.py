"""Messages survive the wire, one line each, and lines that are none are refused."""

from __future__ import annotations

import types
import typing

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.protocol import commands, events, wire
from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.problems import Action, Problem


def members(union: object) -> list[type[msgspec.Struct]]:
    """Returns the classes of a union type."""
    assert isinstance(union, types.UnionType)
    return list(typing.get_args(union))


def test_every_message_has_a_tag_of_its_own_that_is_its_name() -> None:
    classes = members(commands.Command) + members(events.Event)
    tags = [cls.__struct_config__.tag for cls in classes]
    assert tags == [cls.__name__ for cls in classes]
    assert len(set(tags)) == len(tags) == 46


def test_the_end_events_are_three() -> None:
    assert {cls.__name__ for cls in members(events.EndEvent)} == {"JobSucceeded", "JobStopped", "JobFailed"}


texts = st.text(max_size=40)
problems = st.builds(
    Problem,
    code=texts,
    title=texts,
    reason=texts,
    fix=texts,
    rows=st.lists(st.integers(1, 10**6), max_size=5).map(tuple),
    actions=st.lists(st.builds(Action, id=texts, label=texts), max_size=2).map(tuple),
)
runs = st.builds(
    RunConfig,
    data=st.builds(DataConfig, path=texts, columns=st.dictionaries(texts, texts, max_size=3)),
    task=texts,
    method=texts,
    settings=st.dictionaries(texts, st.booleans() | st.integers(-9, 9) | texts | st.just(2e-5), max_size=4),
    layers=st.dictionaries(texts, st.booleans(), max_size=3),
)


@given(problems)
def test_an_event_comes_back_equal_from_one_line(problem: Problem) -> None:
    event = events.JobFailed(job_id="1", seq=3, time=1.5, problem=problem)
    line = wire.encode(event)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert wire.decode_event(line) == event


@given(runs)
def test_a_command_comes_back_equal_from_one_line(run: RunConfig) -> None:
    command = commands.StartTraining(job_id="1", run=run, folder="x")
    line = wire.encode(command)
    assert line.count(b"\n") == 1
    assert wire.decode_command(line) == command


@given(st.binary(max_size=60))
def test_any_other_line_is_refused_and_nothing_else_happens(line: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.decode_event(line)
    with pytest.raises(wire.WireError):
        wire.decode_command(line)


def test_a_boolean_setting_does_not_become_a_number() -> None:
    run = RunConfig(data=DataConfig(path="a"), task="t", method="m", settings={"on": True, "n": 1, "x": 1.0})
    back = wire.decode_command(wire.encode(commands.CheckRun(job_id="1", run=run)))
    assert isinstance(back, commands.CheckRun)
    assert [type(value) for value in back.run.settings.values()] == [bool, int, float]
