"""Marking words and answering questions from the command line: trained, judged again, asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.command_line.commands import app
from engine.protocol.events import (
    EvaluationEnded,
    Event,
    JobSucceeded,
    PredictionMade,
    ResultWritten,
    TrainingStarted,
)
from engine.protocol.results import Prediction, RunResult
from engine.protocol.right_answers import ReadRightAnswers
from engine.protocol.run_files import read_predictions
from engine.protocol.wire import decode_event
from engine.training.mending import read_right_answers
from engine.training.workbench import Workbench
from tests.engine.tasks.reading_models import write_places, write_questions


def run(*arguments: object, code: int = 0) -> str:
    """Returns what a command prints."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output + str(result.exception)
    return result.output


def events(said: str) -> list[Event]:
    """Returns the events that a command has printed."""
    return [decode_event(line.encode()) for line in said.splitlines() if line.startswith("{")]


def result_of(said: list[Event]) -> RunResult:
    """Returns the result among events."""
    return next(event.result for event in said if isinstance(event, ResultWritten))


def train(data: Path, model: Path, out: Path, epochs: int, *more: object) -> list[Event]:
    """Trains the whole small model quickly, with nothing said about task and columns."""
    fast = (
        f"epochs={epochs}",
        "learning_rate=0.003",
        "head_learning_rate=0.01",
        "batch_size=8",
        "evaluations_per_epoch=1",
    )
    wishes = [word for wish in (f"epochs={epochs}", *fast) for word in ("--set", wish)]
    given = ["--data", data, "--model", model, "--out", out, "--method", "full_fine_tuning", *wishes, *more]
    said = events(run("train", *given, "--json"))
    assert isinstance(said[-1], JobSucceeded)
    return said


def curve_of(result: RunResult) -> list[float]:
    """Returns the first metric at each rate of noise."""
    assert [point.share for point in result.by_noise] == [0.0, 0.05, 0.1, 0.2, 0.3]
    return [point.scores[result.metric].value for point in result.by_noise]


def stand_as_judged(started: TrainingStarted, kept: list[Prediction]) -> bool:
    """Whether the right answers of test rows, read to be mended, are those that the run was judged by."""
    command = ReadRightAnswers(
        job_id="1",
        data=started.run.data,
        task=started.run.task,
        settings=started.run.settings,
        rows=tuple(one.row for one in kept),
    )
    now = {one.row: one.asked for one in read_right_answers(command, Workbench()).answers}
    facts = ("text", "second", "truth", "true_spans")
    return all(getattr(one, name) == getattr(now[one.row], name) for one in kept for name in facts)


def predictions(said: list[Event]) -> tuple:
    """Returns the answers among events."""
    return next(event.predictions for event in said if isinstance(event, PredictionMade))


def test_words_are_marked(small_bert: Path, tmp_path: Path) -> None:
    data, out = write_places(tmp_path / "places.conll"), tmp_path / "run"
    said = train(data, small_bert, out, 8)
    started = next(event for event in said if isinstance(event, TrainingStarted))
    assert started.run.task == "token_classification"
    assert started.run.data.columns == {"tokens": "tokens", "tags": "tags"}
    assert [entry.name for entry in started.prepared.classes] == ["GLAD", "SAD"]
    losses = [event.loss for event in said if isinstance(event, EvaluationEnded)]
    assert losses[-1] < 0.25 * losses[0]
    assert started.watched[0].true_spans
    result = result_of(said)
    assert result.scores["entity_f1"].value > 0.9
    assert [one.id for one in result.baselines] == ["usual_tag"]
    assert curve_of(result)[0] == result.scores["entity_f1"].value  # the same rows, without noise
    assert curve_of(result)[-1] < 0.5
    assert sum(one.count for one in result.outcomes) > result.rows
    kept = read_predictions(out)
    assert len(kept) == result.rows
    assert sum(not one.is_right for one in kept) == result.wrong
    assert kept[0].spans
    assert stand_as_judged(started, kept)

    assert result_of(events(run("evaluate", out, "--json"))) == result
    told = run("evaluate", out).splitlines()
    assert ["F1", "precision", "recall", "words", "not", "wholly", "right"] in [line.split() for line in told]
    scored = f" {result.scores['entity_f1'].value:.3f} ± "
    assert any("This model" in line and scored in line for line in told)
    (answer,) = predictions(events(run("predict", out, "--text", "My day was happy calm, cold.", "--json")))
    assert [answer.text[span.start : span.end] for span in answer.spans] == ["happy calm", "cold"]
    assert [span.label for span in answer.spans] == ["GLAD", "SAD"]
    again = predictions(events(run("predict", out, "--file", data, "--json")))
    assert len(again) == 80
    assert "happy calm (GLAD)" in run("predict", out, "--text", "my day was happy calm")


def test_questions_are_answered(small_bert: Path, tmp_path: Path) -> None:
    data, out = write_questions(tmp_path / "questions.jsonl", 160, longest=14), tmp_path / "run"
    said = train(data, small_bert, out, 12, "--set", "max_length=40")
    started = next(event for event in said if isinstance(event, TrainingStarted))
    assert started.run.task == "question_answering"
    assert started.stack.outputs == ("start", "end")
    assert started.watched[0].second in ("what was it", "what is the very day")
    result = result_of(said)
    assert result.scores["exact_match"].value > 0.8
    assert result.scores["no_answer_accuracy"].value > 0.6
    assert {one.id for one in result.baselines} == {"no_answer", "sliding_window"}
    assert result.scores["f1"].value > max(one.scores["f1"].value for one in result.baselines)
    assert curve_of(result)[0] == result.scores["f1"].value
    assert curve_of(result)[-1] < 0.7 * curve_of(result)[0]
    kept = read_predictions(out)
    assert sum(not one.is_right for one in kept) == result.wrong
    assert all(one.text[span.start : span.end] == one.said for one in kept for span in one.spans)
    assert stand_as_judged(started, kept)

    assert result_of(events(run("evaluate", out, "--json"))) == result
    long = "the day is a train and the house is my cat " * 6
    given = ["--input", "question=what was it", "--input", f"context={long} lovely day {long}"]
    more = ["--input", "context=my train is warm"]
    first, second = predictions(events(run("predict", out, *given, *more, "--json")))
    assert (first.said, first.second) == ("lovely", "what was it")
    assert (second.said, second.second, second.text) == ("warm", "what was it", "my train is warm")
    shown = run("predict", out, *given)
    assert "lovely" in shown
    assert "what was it" in shown
    assert len(predictions(events(run("predict", out, "--file", data, "--json")))) == 160


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--text", "what was it"], "There is no context to answer"),
        (["--input", "context=my cat"], '--input question="…" --input context="…"'),
        (["--input", "kontext=my cat"], 'Did you mean "context"?'),
        (["--input", "answers=my cat"], 'The run does not read "answers"'),
        (["--input", "my cat"], "ROLE=TEXT"),
    ],
)
def test_a_question_without_its_passage_is_told(arguments: list[str], words: str, tmp_path: Path) -> None:
    from engine.protocol.config import DataConfig, RunConfig
    from engine.run_folder import RunFolder

    chosen = RunConfig(data=DataConfig(path="x.csv"), task="question_answering", method="lora")
    RunFolder.create(tmp_path / "run", chosen)
    assert words in run("predict", tmp_path / "run", *arguments, code=2)
