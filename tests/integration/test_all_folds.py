"""All folds from the command line: a run for each, every row judged once, what they reach together."""

from __future__ import annotations

import statistics

import msgspec
import pytest
from typer.testing import CliRunner

from engine.command_line.commands import app
from engine.protocol.events import JobSucceeded, ResultWritten
from engine.protocol.run_files import read_events, read_predictions, read_run
from engine.protocol.wire import WireError, decode_event
from tests.engine.tasks.reading_models import write_questions


def _run(*arguments, code=0):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output + str(result.exception)
    return result


def _words(moods_csv, small_bert, out, *more):
    quick = ["--method", "feature_based", "--set", "epochs=1", "--set", "batch_size=16"]
    return ["train", "--data", moods_csv, "--model", small_bert, *quick, "--out", out, *more]


@pytest.fixture(scope="module")
def folded(moods_csv, small_bert, tmp_path_factory):
    out = tmp_path_factory.mktemp("folds") / "runs"
    words = _words(moods_csv, small_bert, out, "--all-folds", "--split", "folds=3", "--name", "Moods")
    return out, _run(*words, "--json").stdout_bytes.splitlines()


def test_each_row_is_judged_once(folded):
    out, _ = folded
    folders = sorted(out.iterdir())
    assert [folder.name.split("-fold-")[1] for folder in folders] == ["1-of-3", "2-of-3", "3-of-3"]
    assert [read_run(folder).data.split.fold for folder in folders] == [0, 1, 2]
    assert read_run(folders[1]).name == "Moods (fold 2 of 3)"
    judged = [one.row for folder in folders for one in read_predictions(folder)]
    assert sorted(judged) == list(range(1, 81))


def test_the_pooled_score_is_over_all_rows(folded):
    out, lines = folded
    told = msgspec.json.decode(lines[-1])
    answers = [one for folder in sorted(out.iterdir()) for one in read_predictions(folder)]
    right = sum(one.is_right for one in answers)
    assert (told["rows"], told["wrong"]) == (80, 80 - right)
    pooled = told["pooled"]["accuracy"]
    assert pooled["value"] == pytest.approx(right / 80)
    assert pooled["low"] <= pooled["value"] <= pooled["high"]
    results = [
        event.result
        for folder in sorted(out.iterdir())
        for event in read_events(folder)
        if isinstance(event, ResultWritten)
    ]
    of_folds = [result.scores["accuracy"].value for result in results]
    assert told["folds"]["accuracy"] == of_folds
    assert told["mean"]["accuracy"] == pytest.approx(statistics.fmean(of_folds))
    assert told["spread"]["accuracy"] == pytest.approx(statistics.stdev(of_folds))
    # The interval of 80 rows is narrower than that of each fold of 27.
    narrow = pooled["high"] - pooled["low"]
    assert all(narrow < one.scores["accuracy"].high - one.scores["accuracy"].low for one in results)


def test_every_line_but_the_last_is_an_event(folded):
    _, lines = folded
    events = [decode_event(line) for line in lines[:-1]]
    assert sum(isinstance(event, JobSucceeded) for event in events) == 3
    with pytest.raises(WireError):
        decode_event(lines[-1])


def test_a_fold_alone_is_the_same_run(folded, moods_csv, small_bert, tmp_path):
    out, _ = folded
    alone = tmp_path / "alone"
    _run(*_words(moods_csv, small_bert, alone, "--split", "folds=3", "--split", "fold=1"))
    second = sorted(out.iterdir())[1]
    assert read_predictions(alone) == read_predictions(second)


def test_what_the_folds_reach_is_said_honestly(moods_csv, small_bert, tmp_path):
    out = tmp_path / "runs"
    shown = _run(*_words(moods_csv, small_bert, out, "--all-folds", "--split", "folds=2")).stdout
    for words in ("Fold 1 of 2", "Mean of the folds", "Spread of the folds", "All rows together"):
        assert words in shown
    assert "Each of the 80 rows was judged once" in shown
    assert "so it is rather too narrow" in shown
    assert f"Saved in {out}" in shown
    listed = _run("runs", out).stdout
    assert listed.count("finished") == 2


def test_folds_that_cannot_be_are_a_problem_before_anything_is_trained(moods_csv, small_bert, tmp_path):
    out = tmp_path / "runs"
    words = _words(moods_csv, small_bert, out, "--all-folds", "--split", "folds=12")
    result = _run(*words, code=2)
    assert "Rows cannot be divided into 12 folds" in result.stderr
    assert "On the command line: --split folds=5 --split fold=0" in result.stderr
    assert not out.exists()


def test_windows_of_long_texts_are_pooled_with_their_own_text(small_bert, tmp_path):
    out, data = tmp_path / "runs", write_questions(tmp_path / "rows.jsonl", longest=14)
    fast = ("epochs=8", "learning_rate=0.003", "head_learning_rate=0.01", "batch_size=8", "max_length=36")
    words = ["train", "--data", data, "--model", small_bert, "--out", out, "--method", "full_fine_tuning"]
    settings = [word for setting in fast for word in ("--set", setting)]
    lines = _run(*words, *settings, "--all-folds", "--split", "folds=2", "--json").stdout_bytes.splitlines()
    told = msgspec.json.decode(lines[-1])
    answers = [one for folder in sorted(out.iterdir()) for one in read_predictions(folder)]
    wrong = sum(not one.is_right for one in answers)
    assert (told["rows"], told["wrong"], len(answers)) == (80, wrong, 80)
    assert 0 < wrong < 80
    assert told["pooled"]["exact_match"]["value"] == pytest.approx(1 - wrong / 80)
