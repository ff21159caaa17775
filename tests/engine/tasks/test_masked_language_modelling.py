"""Fill in blanks: scores on hand-made answers, what is shown, and real runs on small models."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log
from pathlib import Path

import pytest
import torch
from datasets import Dataset
from transformers import PreTrainedTokenizerBase

from engine.contracts import Asked, HeadOptions, Network
from engine.data.prepare import prepare
from engine.data.table import make_dataset
from engine.models.load import load_base
from engine.models.said_words import SaidWords
from engine.models.weights import load_model
from engine.padding import IGNORED
from engine.protocol.config import DataConfig, RunConfig, SplitConfig
from engine.protocol.events import EvaluationEnded, JobFailed, JobSucceeded, ResultWritten, TrainingStarted
from engine.protocol.fields import SettingValue
from engine.protocol.results import Span
from engine.protocol.run_files import MODEL_FOLDER, read_predictions
from engine.protocol.stack import Answer
from engine.tasks.masked_language_modelling import TASK
from engine.training.judging import judge
from engine.training.rows import EncodedPart
from tests.engine.recorded_session import open_session, start

SETTINGS: dict[str, SettingValue] = {"max_length": 32, "masking_share": 0.15, "whole_word_masking": False}
CPU = torch.device("cpu")


def asked(
    tokenizer: PreTrainedTokenizerBase, texts: list[str], *, typed: bool = False, **more: bool
) -> Asked:
    """Returns texts as they are put to a model; without ``learns`` they are judged."""
    numbers = [0] * len(texts) if typed else list(range(1, len(texts) + 1))
    rows = Dataset.from_dict({"text": texts, "row": numbers})
    plain = Asked(rows, (), SETTINGS, tokenizer, **more)
    return replace(plain, encoded=TASK.encode(plain))


def said(window: dict, tokenizer: PreTrainedTokenizerBase, words: list[str], share: float) -> SaidWords:
    """Returns what a model says that gives each hidden piece a probability, and the words it would put."""
    pieces = tokenizer.convert_tokens_to_ids(words)
    labels = [label for label in window["labels"] if label != IGNORED]
    right = tuple(piece == label for piece, label in zip(pieces, labels, strict=True))
    others = tokenizer.convert_tokens_to_ids(["a", "b", "c", "d"])
    top = torch.tensor([[piece, *others] for piece in pieces])
    return SaidWords(
        -len(labels) * log(share), right, top, torch.tensor([[share, 0.1, 0.1, 0.05, 0.0]] * len(top))
    )


def test_scores_are_over_all_hidden_pieces_together(small_tokenizer: PreTrainedTokenizerBase) -> None:
    texts = ["happy", "the cat was very happy today and my train is a lovely house on"]
    part = asked(small_tokenizer, texts)
    assert [sum(label != IGNORED for label in row["labels"]) for row in part.encoded] == [1, 2]
    answers = [
        said(part.encoded[0], small_tokenizer, ["happy"], 0.5),
        said(part.encoded[1], small_tokenizer, ["awful", "awful"], 0.125),
    ]
    scores = TASK.score(part, answers)
    assert scores["perplexity"] == pytest.approx(exp((log(2) + 2 * log(8)) / 3))
    assert scores["token_accuracy"] == pytest.approx(1 / 3)
    assert list(scores) == [metric.id for metric in TASK.metrics]
    assert [metric.higher_is_better for metric in TASK.metrics] == [False, True]
    result = TASK.result(part, answers, ())
    assert {name: score.value for name, score in result.scores.items()} == pytest.approx(scores)
    assert (result.metric, result.rows, result.wrong) == ("perplexity", 2, 1)
    assert [(one.id, one.count, one.is_right) for one in result.outcomes] == [
        ("right", 1, True),
        ("other", 2, False),
    ]
    assert result.notes[0].startswith("Over 3 hidden word pieces of 2 test texts; single pieces were hidden")


def test_answers_are_sentences_with_their_blanks_filled_in(small_tokenizer: PreTrainedTokenizerBase) -> None:
    part = asked(small_tokenizer, ["My Cat"])
    hidden = part.encoded[0]["truth"][0]
    (prediction,) = TASK.answers(part, [said(part.encoded[0], small_tokenizer, ["dark"], 0.5)])
    assert prediction.text == "My Cat".replace(hidden, "___")
    at = prediction.text.index("___")
    assert prediction.spans == (Span(start=at, end=at + 3, label="dark"),)
    assert prediction.true_spans == (Span(start=at, end=at + 3, label=hidden),)
    assert (prediction.said, prediction.truth, prediction.right, prediction.row) == ("dark", hidden, 0.0, 1)
    assert prediction.alternatives == ("a", "b", "c", "d")
    assert (prediction.probability, prediction.probabilities["a"]) == pytest.approx((0.5, 0.1))
    question = TASK.questions(replace(part, encoded=()))[0]
    assert (question.text, question.truth, question.row) == (prediction.text, hidden, 1)


def test_typed_blanks_have_no_truth_and_are_answered(small_filler: Path) -> None:
    base = load_base(str(small_filler), kind=Network.MASKED_LM)
    model = TASK.build(base, (), HeadOptions(), SETTINGS)
    part = asked(base.tokenizer, ["my ___ is [MASK]", "the cat", ""], typed=True)
    answers = TASK.answers(part, judge(model, TASK, EncodedPart(TASK, part, CPU)).said)
    assert answers[0].text == "my ___ is ___"
    assert (answers[0].truth, answers[0].right, len(answers[0].spans)) == ("", None, 2)
    assert answers[0].said.count(" · ") == 1
    assert len(answers[0].alternatives) == 4
    assert answers[1].truth in {"the", "cat"}  # without a blank of one's own some words are hidden
    assert answers[2].said == ""
    alone = asked(base.tokenizer, ["my ___ is [MASK]"], typed=True)
    (again,) = TASK.answers(alone, judge(model, TASK, EncodedPart(TASK, alone, CPU)).said)
    assert again.said == answers[0].said  # whatever padding is around it
    assert again.probability == pytest.approx(answers[0].probability, abs=1e-6)


def test_padding_changes_nothing(small_filler: Path) -> None:
    base = load_base(str(small_filler), kind=Network.MASKED_LM)
    model = TASK.build(base, (), HeadOptions(), SETTINGS).eval()
    texts = ["happy cat", "the day was very calm and my train is a lovely house on a sunny day"]
    part = EncodedPart(TASK, asked(base.tokenizer, texts), CPU)
    both, single = part.batch([0, 1]), part.batch([0])
    with torch.no_grad():
        together, alone = model(both), model(single)
    assert torch.allclose(together.logits[: len(alone.logits)], alone.logits, atol=1e-5)
    assert model.loss_weight(both) == (both["labels"] != IGNORED).sum()


def test_the_baseline_is_judged_on_the_same_blanks(small_tokenizer: PreTrainedTokenizerBase) -> None:
    train = asked(small_tokenizer, ["a a a cat"], learns=True)
    judged = asked(small_tokenizer, ["a"])
    (baseline,) = TASK.baselines(train, judged)
    assert baseline.id == "unigram"
    shares = (3 + 1) / (4 + len(small_tokenizer))  # three of four pieces, one added to each
    assert baseline.scores["perplexity"].value == pytest.approx(1 / shares)
    assert (baseline.scores["token_accuracy"].value, baseline.wrong) == (1.0, 0)


def test_odd_rows_are_told_and_how_texts_were_divided() -> None:
    texts = ["a text", "", "a Text ", *(f"text {number}" for number in range(20))]
    rows = TASK.match(make_dataset({"text": texts}, range(1, 24), "book.csv"), {"text": "text"}, {})
    codes = {finding.code: finding for finding in rows.findings}
    assert codes["blank_text"].rows == (2,)
    assert codes["duplicates"].rows == (3,)
    assert rows.groups[0] == rows.groups[1]
    assert codes["divided_at_random"].title == "22 texts divided at random, one by one"
    _, split = prepare(rows, DataConfig(path=""))
    assert split is not None
    assert [len(split.train), len(split.validation), len(split.test)] == [16, 3, 3]
    few = TASK.match(make_dataset({"text": ["a", "b"]}, [1, 2], "book.csv"), {"text": "text"}, {})
    assert [finding.code for finding in few.findings] == ["too_few_rows"]
    none = TASK.match(make_dataset({"text": ["", " "]}, [1, 2], "book.csv"), {"text": "text"}, {})
    assert none.findings[0].code == "no_usable_rows"
    assert none.findings[0].reason == "None of 2 rows has a text."
    lost = TASK.match(make_dataset({"body": ["a"]}, [1], "book.csv"), {}, {})
    assert [finding.code for finding in lost.findings] == ["no_column_for_role"]


def test_models_that_read_in_one_direction_are_refused(small_writer: Path, small_bert: Path) -> None:
    facts = load_base(str(small_writer), on_meta=True).facts
    assert TASK.supports(facts).startswith("small-writer cannot fill in blanks")
    facts = load_base(str(small_bert), on_meta=True).facts
    assert TASK.supports(facts) == ""
    assert TASK.is_task_of(facts) is Answer.NO  # the folder says that it was trained to embed texts


def run_of(data: Path, model: Path, method: str = "full_fine_tuning", **settings: SettingValue) -> RunConfig:
    few: dict[str, SettingValue] = {"epochs": 15, "batch_size": 8, "max_length": 32, "learning_rate": 1e-2}
    return RunConfig(
        data=DataConfig(
            path=str(data), columns={"text": "text"}, split=SplitConfig(validation=0.2, test=0.2)
        ),
        task=TASK.id,
        method=method,
        model=str(model),
        settings=few | {"evaluations_per_epoch": 1} | settings,
        watch=("happy happy ___ happy happy",),
    )


def test_a_run_learns_and_is_compared_with_the_model_as_it_was(
    small_filler: Path, echoes_csv: Path, tmp_path: Path
) -> None:
    session = open_session(calibration_file=tmp_path / "calibration.json")
    try:
        events = session.do(start(run_of(echoes_csv, small_filler), tmp_path / "run"))
    finally:
        session.session.close()
    assert isinstance(events[-1], JobSucceeded)
    started = next(event for event in events if isinstance(event, TrainingStarted))
    assert started.verdict.task_changes is Answer.NO
    looks = [one for one in events if isinstance(one, EvaluationEnded) and one.split == "validation"]
    assert looks[-1].metrics["perplexity"] < 0.2 * looks[0].metrics["perplexity"]
    best = min(looks[1:], key=lambda one: one.metrics["perplexity"])
    assert [one.epoch for one in looks if one.is_best][-1] == best.epoch
    result = next(event.result for event in events if isinstance(event, ResultWritten))
    assert [baseline.id for baseline in result.baselines] == ["unigram", "before"]
    unigram, before = (baseline.scores["perplexity"] for baseline in result.baselines)
    assert result.scores["perplexity"].high < unigram.low
    assert result.scores["perplexity"].high < before.low
    predictions = read_predictions(tmp_path / "run")
    base = load_base(str(small_filler), kind=Network.MASKED_LM)
    untouched = TASK.build(base, (), HeadOptions(), SETTINGS)
    texts = [row for row in predictions if row.truth]
    assert len(texts) == result.rows == 16
    assert all(row.before for row in texts)
    assert [row.before for row in texts] != [row.said for row in texts]
    # Loaded again it fills in the same, and untouched what it filled in before.
    lines = echoes_csv.read_text(encoding="utf-8").splitlines()
    part = asked(base.tokenizer, [lines[row.row] for row in predictions])
    encoded = EncodedPart(TASK, part, CPU)
    again = TASK.answers(part, judge(load_model(tmp_path / "run" / MODEL_FOLDER), TASK, encoded).said)
    assert [one.said for one in again] == [row.said for row in predictions]
    earlier = TASK.answers(part, judge(untouched, TASK, encoded).said)
    assert [one.said for one in earlier] == [row.before for row in predictions]
    assert [one.alternatives for one in earlier] == [row.before_alternatives for row in predictions]
    assert all(len(row.before_alternatives) == 4 for row in predictions if row.before)


def test_a_new_head_has_no_before(small_bert: Path, echoes_csv: Path, tmp_path: Path) -> None:
    session = open_session(calibration_file=tmp_path / "calibration.json")
    try:
        run = run_of(echoes_csv, small_bert, "lora", epochs=8, head_learning_rate=5e-2)
        events = session.do(start(run, tmp_path / "run"))
    finally:
        session.session.close()
    assert isinstance(events[-1], JobSucceeded)
    started = next(event for event in events if isinstance(event, TrainingStarted))
    sentence = "Its own weights stay. Only the inserts and the new head learn."
    assert started.verdict.fine_tuning_sentence == sentence
    result = next(event.result for event in events if isinstance(event, ResultWritten))
    assert [baseline.id for baseline in result.baselines] == ["unigram"]
    assert result.changed_pretrained == 0
    assert not any(row.before for row in read_predictions(tmp_path / "run"))
    looks = [one for one in events if isinstance(one, EvaluationEnded) and one.split == "validation"]
    assert looks[-1].loss < 0.9 * looks[0].loss


def test_feature_based_is_refused_with_the_reason(
    small_filler: Path, echoes_csv: Path, tmp_path: Path
) -> None:
    session = open_session(calibration_file=tmp_path / "calibration.json")
    try:
        run = replace_method(run_of(echoes_csv, small_filler))
        end = session.do(start(run, tmp_path / "run"))[-1]
    finally:
        session.session.close()
    assert isinstance(end, JobFailed)
    assert end.problem.code == "method_does_not_serve"
    assert "No small new head can take its place" in end.problem.reason


def replace_method(run: RunConfig) -> RunConfig:
    """Returns a run with the method that trains a new head alone, as it is recommended."""
    return RunConfig(data=run.data, task=run.task, method="feature_based", model=run.model)
