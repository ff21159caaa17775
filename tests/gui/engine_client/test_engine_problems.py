"""The words for an engine that does not start, dies, or was cut off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.protocol import engine_problems, interrupted_runs, project_problems
from engine.protocol.problems import Problem

PROBLEMS = [
    engine_problems.engine_died(-9, folder="runs/one", epoch=2.44, saved_epoch=2.0, details=["last line"]),
    engine_problems.engine_died(1, folder="runs/one", epoch=0.2),
    engine_problems.engine_died(None),
    interrupted_runs.run_interrupted("runs/one", interrupted_runs.LastWords()),
    engine_problems.engine_cannot_start("/opt/thaw-engine", "No such file or directory"),
    engine_problems.engine_not_ready(60.0),
    engine_problems.engine_keeps_ending(4, 1, ["ImportError: torch"]),
    engine_problems.other_protocol(2, 1),
    engine_problems.window_failed("no such key", "Traceback …"),
    project_problems.project_not_saved("project.toml", "No space left on device"),
    project_problems.no_such_sample("post", ["posts", "messages"]),
    project_problems.run_not_deleted("runs/one"),
]


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.code)
def test_each_says_what_happened_why_and_what_to_do(problem: Problem) -> None:
    for text in (problem.title, problem.reason, problem.fix):
        assert text
        assert "!" not in text
        assert "Traceback" not in text
        assert "Error" not in text
    assert not problem.title.endswith(".")
    assert problem.reason.endswith(".")
    assert problem.safe


def test_the_numbers_are_the_runs_own() -> None:
    died = PROBLEMS[0]
    assert died.reason.startswith("Training stopped at epoch 2.4: ")
    assert "signal 9, SIGKILL" in died.reason
    assert died.actions[0].label == "Resume from epoch 2"
    assert "last line" in died.details
    assert "No checkpoint had been saved yet." in PROBLEMS[1].safe


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "exit status 0"),
        (137, "exit status 137"),
        (-11, "SIGSEGV"),
        (-15, "SIGTERM"),
        (-4, "processor"),
        (0xC0000005 - (1 << 32), "0xC0000005"),
        (0xC0000005, "0xC0000005"),
        (None, "does not say why"),
        (-199, "signal 199"),
    ],
)
def test_exit_codes_in_words(code: int | None, words: str) -> None:
    assert words in engine_problems.exit_words(code)


@given(st.integers(-(2**31), 2**32 - 1))
def test_every_exit_code_has_words(code: int) -> None:
    assert engine_problems.exit_words(code)
