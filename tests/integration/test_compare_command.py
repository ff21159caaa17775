"""Finished runs compared from the command line: the finding, the table, what is fixed and broken, JSON."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.command_line.commands import app
from engine.protocol.comparison import AnswersCompared, RunsCompared
from engine.protocol.wire import decode_event


def _run(*arguments, code=0):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output + str(result.exception)
    return result


@pytest.fixture(scope="module")
def runs(moods_csv, small_bert, tmp_path_factory) -> Path:
    """A folder of two runs on the same rows and one on others."""
    out = tmp_path_factory.mktemp("compared") / "runs"
    quick = ["train", "--data", moods_csv, "--model", small_bert, "--set", "epochs=1", "--split", "test=0.3"]
    _run(*quick, "--method", "feature_based", "--out", out / "one")
    _run(*quick, "--method", "bitfit", "--out", out / "two", "--name", "Biases alone")
    _run(*quick, "--method", "feature_based", "--split", "seed=3", "--out", out / "three")
    return out


def test_runs_are_compared_in_words(runs: Path) -> None:
    shown = _run("compare", runs).stdout
    assert "Final test on 24 texts that no run has learned from." in shown
    assert "too close to call" in shown or "is better than" in shown or "alike" in shown
    for words in ("95 % interval", "Biases alone", "Word counts (TF-IDF)", "Fixed by", "Broken by"):
        assert words in shown
    assert "Not compared:" in shown
    assert "three: Judged on other test rows" in shown
    assert "its rows were divided otherwise" in shown


def test_json_is_the_event(runs: Path) -> None:
    lines = _run("compare", runs / "one", runs / "two", "--metric", "accuracy", "--json").stdout_bytes
    compared, changed = (decode_event(line) for line in lines.splitlines())
    assert isinstance(compared, RunsCompared)
    assert compared.metric == "accuracy"
    assert {Path(run.folder).name for run in compared.runs} == {"one", "two"}
    assert isinstance(changed, AnswersCompared)
    assert changed.first == compared.runs[1].folder
    assert changed.second == compared.runs[0].folder


def test_runs_with_another_final_test_are_compared_when_one_of_them_is_named(runs: Path) -> None:
    shown = _run("compare", runs, "--with", runs / "three").stdout
    assert "is the only run on these test rows" in shown
    assert "one: Judged on other test rows" in shown


def test_what_cannot_be_compared_is_said(runs: Path, tmp_path: Path) -> None:
    shown = _run("compare", runs / "one", tmp_path / "nowhere").stdout
    assert "is the only run on these test rows" in shown
    assert "nowhere: There is no such run" in shown
    assert "There is no such run" in _run("compare", tmp_path / "nowhere", code=2).stdout
    failed = _run("compare", runs / "one", runs / "two", "--metric", "beauty", code=2)
    assert '"beauty" was not measured' in failed.stderr
    assert '"macro_f1", "accuracy" and "mcc"' in failed.stderr
