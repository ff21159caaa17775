"""Messages survive the wire, one line each, and lines that are none are refused."""

from __future__ import annotations

import types
import typing

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.protocol import commands, events, model_events, right_answers, wire
from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.problems import Action, Problem
from engine.protocol.results import Span


def members(union: object) -> list[type[msgspec.Struct]]:
    """Returns the classes of a union type."""
    assert isinstance(union, types.UnionType)
    return list(typing.get_args(union))


def test_every_message_has_a_tag_of_its_own_that_is_its_name() -> None:
    classes = members(commands.Command) + members(events.Event)
    tags = [cls.__struct_config__.tag for cls in classes]
    assert tags == [cls.__name__ for cls in classes]
    assert len(set(tags)) == len(tags)
    defined = {
        value
        for module in (commands, events, model_events)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, msgspec.Struct) and value.__struct_config__.tag
    }
    bases = {cls for cls in defined if any(cls in other.__bases__ for other in defined)}
    assert set(classes) == defined - bases


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


@pytest.mark.parametrize(
    "form",
    [
        None,
        right_answers.OneLabel(labels=("a",)),
        right_answers.SeveralLabels(labels=("a", "b")),
        right_answers.Score(low=1, high=5.5, decimals=1),
        right_answers.WrittenText(),
        right_answers.PassageAnswer(may_be_none=True),
        right_answers.MarkedWords(types=("PER",), covers_all=True),
    ],
)
def test_right_answers_come_back_with_their_form_and_their_rows(
    form: right_answers.AnswerForm | None,
) -> None:
    given_answer = right_answers.GivenAnswer(
        text="a", labels=("b",), spans=(Span(start=1, end=2, label="c"),)
    )
    row = right_answers.RowAnswer(row=7, cell="[]", answer=given_answer)
    event = right_answers.RightAnswersRead(job_id="1", column="label", form=form, answers=(row,))
    assert wire.decode_event(wire.encode(event)) == event
    command = right_answers.MendAnswers(
        job_id="1", data=DataConfig(path="a"), task="t", answers={7: given_answer}
    )
    assert wire.decode_command(wire.encode(command)) == command
