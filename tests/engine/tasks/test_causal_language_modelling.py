"""Continue text: scores on hand-made answers, what is written, prompts with answers, and real runs."""

from __future__ import annotations

import csv
import json
import random
import runpy
import sys
from dataclasses import replace
from math import exp, log
from pathlib import Path

import pytest
import torch
from datasets import Dataset
from transformers import PreTrainedTokenizerBase

from engine import registry
from engine.contracts import Asked, HeadOptions, Network, TaskModel
from engine.data.table import make_dataset
from engine.models.load import load_base
from engine.models.prepare import build
from engine.models.said_words import Continued, written_on
from engine.models.weights import LOADER_FILE, load_model, save_model
from engine.protocol.commands import Evaluate, Predict
from engine.protocol.config import DataConfig, RunConfig, SplitConfig
from engine.protocol.events import (
    EvaluationEnded,
    JobSucceeded,
    PredictionMade,
    ResultWritten,
    StageReached,
    TrainingStarted,
    WarningRaised,
)
from engine.protocol.fields import SettingValue
from engine.protocol.problems import Severity
from engine.protocol.run_files import MODEL_FOLDER, read_predictions
from engine.protocol.stack import Answer
from engine.tasks.causal_language_modelling import TASK
from engine.training.judging import judge
from engine.training.rows import EncodedPart
from engine.training.setup import TrainingSetup
from tests.engine.recorded_session import RecordedSession, open_session, start
from tests.small_models import GLAD_WORDS, PLAIN_WORDS, SAD_WORDS, line_breaks_are_pieces, make_small_writer

SETTINGS: dict[str, SettingValue] = {"max_length": 32, "chat_template": True}
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def tokenizer(small_writer: Path) -> PreTrainedTokenizerBase:
    return load_base(str(small_writer), on_meta=True).tokenizer


def asked(
    tokenizer: PreTrainedTokenizerBase, texts: list[str], answers: list[str] | None = None, **more: bool
) -> Asked:
    """Returns texts, or prompts with answers, as they are put to a model."""
    columns = {"text": texts} if answers is None else {"text": texts, "response": answers}
    rows = Dataset.from_dict({**columns, "row": list(range(1, len(texts) + 1))})
    plain = Asked(rows, (), SETTINGS, tokenizer, **more)
    return replace(plain, encoded=TASK.encode(plain))


def typed(tokenizer: PreTrainedTokenizerBase, texts: list[str], *roles: str) -> Asked:
    rows = Dataset.from_dict({"text": texts, "row": [0] * len(texts)})
    plain = Asked(rows, (), SETTINGS, tokenizer, roles=roles)
    return replace(plain, encoded=TASK.encode(plain))


def model_of(folder: Path) -> TaskModel:
    return TASK.build(load_base(str(folder), kind=Network.CAUSAL_LM), (), HeadOptions(), SETTINGS).eval()


def answers_of(model: TaskModel, part: Asked) -> list:
    return TASK.answers(part, judge(model, TASK, EncodedPart(TASK, part, CPU)).said)


def test_scores_are_over_all_pieces_together(tokenizer: PreTrainedTokenizerBase) -> None:
    part = asked(tokenizer, ["cat", "the day is"])
    said = [
        Continued(2 * log(4), 2, 1, (), (), None),
        Continued(4 * log(2), 4, 4, (), (), None),
    ]
    scores = TASK.score(part, said)
    assert scores["perplexity"] == pytest.approx(exp((2 * log(4) + 4 * log(2)) / 6))
    assert scores["token_accuracy"] == pytest.approx(5 / 6)
    assert list(scores) == [metric.id for metric in TASK.metrics]
    result = TASK.result(part, said, ())
    assert (result.rows, result.wrong, result.outcomes_of) == (2, 1, "word pieces")
    assert [(one.id, one.count) for one in result.outcomes] == [("right", 5), ("other", 1)]
    assert result.notes == (
        "Over 6 word pieces of 2 test texts, the ends of the texts among them; each text by itself, in "
        "windows of 32.",
    )


def test_answers_are_counted_word_for_word(tokenizer: PreTrainedTokenizerBase) -> None:
    part = asked(tokenizer, ["cat", "the day is"], ["happy", "very calm"])
    said = [Continued(1.0, 2, 2, (1,), (0.9,), None), Continued(9.0, 3, 1, (1,), (0.9,), None)]
    result = TASK.result(part, said, ())
    assert [(one.id, one.count) for one in result.outcomes] == [("exact", 1), ("other", 1)]
    assert result.notes == (
        "Over 5 word pieces of 2 test answers; prompts do not count.",
        "1 of 2 answers would be written word for word.",
    )
    assert [row.right for row in TASK.answers(part, said)] == pytest.approx([1.0, 1 / 3])


def test_perplexity_is_that_of_transformers_own_loss(small_writer: Path) -> None:
    base = load_base(str(small_writer), kind=Network.CAUSAL_LM)
    part = asked(base.tokenizer, ["the cat is happy", "my day was very calm on a train", "sunny"])
    model = TASK.build(base, (), HeadOptions(), SETTINGS)
    scores = TASK.score(part, judge(model, TASK, EncodedPart(TASK, part, CPU)).said)
    nats, pieces = 0.0, 0
    for text in part.rows["text"]:
        ids = torch.tensor([base.tokenizer(f"[EOS]{text}[EOS]")["input_ids"]])
        with torch.no_grad():
            loss = base.network(input_ids=ids, labels=ids).loss
        nats += float(loss) * (ids.shape[1] - 1)
        pieces += ids.shape[1] - 1
    assert scores["perplexity"] == pytest.approx(exp(nats / pieces), rel=1e-5)


@pytest.mark.parametrize("family", ["llama", "gpt2"])
def test_what_is_written_is_what_transformers_writes(family: str, tmp_path: Path) -> None:
    folder = make_small_writer(tmp_path / family, family=family, seed=3)
    model = model_of(folder)
    base = load_base(str(folder), kind=Network.CAUSAL_LM)
    texts = ["the cat is happy today and", "my", "sunny day on a very lovely train was"]
    answers = answers_of(model, typed(base.tokenizer, texts))
    for text, answer in zip(texts, answers, strict=True):
        ids = torch.tensor([base.tokenizer(f"[EOS]{text}")["input_ids"]])
        written = base.network.eval().generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=40,
            do_sample=False,
            pad_token_id=0,
            eos_token_id=base.tokenizer.eos_token_id,
            use_cache=False,
        )[0, ids.shape[1] :]
        assert answer.text == text
        assert answer.said == base.tokenizer.decode(written, skip_special_tokens=True).strip()
        assert len(answer.alternatives) == 4  # five with what it said
        assert answer.said.split()[0] not in answer.alternatives
        assert (answer.truth, answer.right) == ("", None)


def test_a_checkpoints_own_taste_in_repetitions_is_left_aside(tmp_path: Path) -> None:
    folder = make_small_writer(tmp_path, family="gpt2", seed=3)
    base = load_base(str(folder), kind=Network.CAUSAL_LM)
    part = typed(base.tokenizer, ["the cat is happy today and"])
    plain = answers_of(model_of(folder), part)[0].said
    settings = json.loads((folder / "generation_config.json").read_text())
    (folder / "generation_config.json").write_text(json.dumps(settings | {"repetition_penalty": 5.0}))
    assert answers_of(model_of(folder), part)[0].said == plain


TEMPLATE = (
    "{% for one in messages %}{{ one['role'] + ' is ' + one['content'] + ' [EOS] ' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'a is ' }}{% endif %}"
)


@pytest.mark.parametrize(
    ("template", "learned"), [("", ["yes", "no"]), (TEMPLATE, ["yes", "no"]), (TEMPLATE, None)]
)
def test_without_thaw_a_saved_model_writes_the_same(
    template: str,
    learned: list[str] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = make_small_writer(tmp_path / "base", family="gpt2", template=template, seed=3)
    line_breaks_are_pieces(folder)
    base = load_base(str(folder), kind=Network.CAUSAL_LM)
    model = model_of(folder)
    chance = torch.Generator().manual_seed(0)
    with torch.no_grad():  # larger numbers, so that each piece of a prompt tells
        for value in model.parameters():
            value += 0.3 * torch.randn(value.shape, generator=chance)
    TASK.begin(model, asked(base.tokenizer, ["is it sunny", "is it dark"], learned, learns=True))
    save_model(model, base, tmp_path / "model", (), int(SETTINGS["max_length"]))
    texts = ["is it sunny today", "the day was cold and my train " * 9]  # the second is cut
    roles = ("text", "response") if learned else ("text",)
    for text in texts:
        (answer,) = answers_of(model, typed(base.tokenizer, [text], *roles))
        monkeypatch.setattr(sys, "argv", [LOADER_FILE, text])
        runpy.run_path(str(tmp_path / "model" / LOADER_FILE), run_name="__main__")
        printed = capsys.readouterr().out.strip()
        assert len(answer.said.split()) > 3
        assert printed == answer.said if learned else printed.endswith(answer.said)


def test_a_continuation_stays_within_the_models_positions(small_writer: Path) -> None:
    base = load_base(str(small_writer), kind=Network.CAUSAL_LM)
    rows = Dataset.from_dict({"text": ["cat " * 62], "row": [0]})
    part = Asked(rows, (), {**SETTINGS, "max_length": 64}, base.tokenizer)
    part = replace(part, encoded=TASK.encode(part))
    (answer,) = answers_of(TASK.build(base, (), HeadOptions(), SETTINGS), part)
    assert len(base.tokenizer(answer.said)["input_ids"]) <= 1  # 63 of 64 positions are taken


def test_few_rows_are_written_and_of_the_others_the_next_piece_is_told(small_writer: Path) -> None:
    model = model_of(small_writer)
    words = [*PLAIN_WORDS, *GLAD_WORDS]
    texts = [" ".join(random.Random(number).choices(words, k=8)) for number in range(64)]
    part = asked(load_base(str(small_writer), on_meta=True).tokenizer, texts)
    answers = answers_of(model, part)
    whole = [answer for answer in answers if not answer.said.endswith(" …")]
    assert len(whole) == 32
    begun = [answer for answer in answers if answer not in whole]
    assert all(answer.said.count(" ") == 1 and len(answer.alternatives) == 4 for answer in begun)
    assert all(answer.said.removesuffix(" …") not in answer.alternatives for answer in begun)
    assert [answer.text for answer in answers] == [" ".join(text.split()[:4]) for text in texts]
    assert [answer.truth for answer in answers] == [" ".join(text.split()[4:]) for text in texts]
    few = EncodedPart(TASK, part, CPU).of_rows([1, 3, 5])  # as watched rows are
    assert not any(one.said.endswith(" …") for one in answers_of(model, few.asked))


def test_padding_changes_nothing(small_writer: Path) -> None:
    model = model_of(small_writer)
    texts = ["happy cat", "the day was very calm and my train is a lovely house"]
    part = EncodedPart(TASK, asked(load_base(str(small_writer), on_meta=True).tokenizer, texts), CPU)
    with torch.no_grad():
        together, alone = model(part.batch([0, 1])), model(part.batch([0]))
    assert torch.allclose(together.logits[: len(alone.logits)], alone.logits, atol=1e-5)


@pytest.mark.parametrize("method_id", ["full_fine_tuning", "prefix_tuning", "prompt_tuning"])
def test_what_is_written_does_not_depend_on_the_texts_beside_it(method_id: str, tmp_path: Path) -> None:
    base = load_base(str(make_small_writer(tmp_path, family="gpt2", seed=3)), kind=Network.CAUSAL_LM)
    method = registry.method(method_id)
    settings, _ = registry.fill_settings(method, TASK.id, {}, base.facts)
    model = build(base, TASK, method, settings, ()).eval()
    chance = torch.Generator().manual_seed(0)
    with torch.no_grad():  # larger numbers, so that positions tell
        for value in model.parameters():
            value += 0.2 * torch.randn(value.shape, generator=chance)
    prompts = [[117, 30, 40, 50, 60, 70, 80], [117, 90], [117, 100, 101, 102]]
    how = {"longest": 12, "padding": 0, "ends": [117]}
    together = written_on(model, prompts, **how)
    assert together == [written_on(model, [prompt], **how)[0] for prompt in prompts]
    assert len({tuple(written) for written in together}) == len(prompts)


def test_the_baseline_counts_what_has_to_be_said(tokenizer: PreTrainedTokenizerBase) -> None:
    train, judged = asked(tokenizer, ["a a a"], learns=True), asked(tokenizer, ["a"])
    (baseline,) = TASK.baselines(train, judged)
    share, end = (3 + 1) / (4 + len(tokenizer)), (1 + 1) / (4 + len(tokenizer))
    assert baseline.scores["perplexity"].value == pytest.approx(exp(-(log(share) + log(end)) / 2))
    assert baseline.scores["token_accuracy"].value == 0.5


def test_cut_prompts_and_answers_are_told_before_a_run(tokenizer: PreTrainedTokenizerBase) -> None:
    long = "the day is a cat and my train was very calm on " * 4
    part = asked(tokenizer, ["cat", long, "day"], ["happy", "sad", long], learns=True)
    answers, prompts = TASK.notices(part)
    assert (answers.code, answers.severity, answers.row_count) == ("answers_cut", Severity.WARNING, 1)
    assert (prompts.code, prompts.severity, prompts.row_count) == ("prompts_cut", Severity.NOTE, 1)
    assert "1 of 3 (33.3 %) answers" in answers.reason
    assert TASK.notices(asked(tokenizer, ["cat"], learns=True)) == ()


def test_rows_without_an_answer_are_left_out_where_answers_are_learned() -> None:
    columns = {"text": "question", "response": "reply"}
    texts, answers = [f"text {number}" for number in range(10)], ["yes", "", *["no"] * 8]
    table = make_dataset({"question": texts, "reply": answers}, range(1, 11), "faq.csv")
    rows = TASK.match(table, columns, {})
    assert rows.rows.column_names == ["text", "response", "row"]
    assert next(one for one in rows.findings if one.code == "blank_response").rows == (2,)
    plain = TASK.match(table, {"text": "question"}, {})
    assert plain.rows.column_names == ["text", "row"]
    assert len(plain.rows) == 10


def test_models_that_see_what_follows_are_refused(small_bert: Path, small_writer: Path) -> None:
    assert TASK.supports(load_base(str(small_bert), on_meta=True).facts).startswith(
        "small-bert cannot continue text: it sees the words that follow"
    )
    facts = load_base(str(small_writer), on_meta=True).facts
    assert (TASK.supports(facts), TASK.is_task_of(facts)) == ("", Answer.YES)


def run_of(data: Path, model: Path, columns: dict[str, str], **settings: SettingValue) -> RunConfig:
    few: dict[str, SettingValue] = {"epochs": 8, "batch_size": 8, "max_length": 32, "learning_rate": 1e-2}
    return RunConfig(
        data=DataConfig(path=str(data), columns=columns, split=SplitConfig(validation=0.2, test=0.2)),
        task=TASK.id,
        method="full_fine_tuning",
        model=str(model),
        settings=few | {"evaluations_per_epoch": 1} | settings,
        watch=("the day is",),
    )


@pytest.fixture
def session(tmp_path: Path) -> RecordedSession:
    opened = open_session(calibration_file=tmp_path / "calibration.json")
    yield opened
    opened.session.close()


def test_a_run_learns_to_go_on(
    session: RecordedSession, small_writer: Path, chains_csv: Path, tmp_path: Path
) -> None:
    events = session.do(
        start(run_of(chains_csv, small_writer, {"text": "text"}, epochs=12), tmp_path / "run")
    )
    assert isinstance(events[-1], JobSucceeded)
    started = next(event for event in events if isinstance(event, TrainingStarted))
    assert started.verdict.transfer_sentence == "Same task, new texts: it goes on continuing text."
    looks = [one for one in events if isinstance(one, EvaluationEnded) and one.split == "validation"]
    assert looks[-1].metrics["perplexity"] < 0.1 * looks[0].metrics["perplexity"]
    assert looks[-1].watched[-1].said.startswith("a was and")  # the typed one, in the order of the words
    result = next(event.result for event in events if isinstance(event, ResultWritten))
    assert [baseline.id for baseline in result.baselines] == ["unigram", "before"]
    assert result.scores["perplexity"].high < min(
        baseline.scores["perplexity"].low for baseline in result.baselines
    )
    stages = [event.label for event in events if isinstance(event, StageReached)]
    assert stages[-1] == "Judging small-writer as it was before training"
    predictions = read_predictions(tmp_path / "run")
    assert all(row.before for row in predictions)
    saved = load_model(tmp_path / "run" / MODEL_FOLDER)
    lines = chains_csv.read_text(encoding="utf-8").splitlines()
    part = asked(
        load_base(str(small_writer), on_meta=True).tokenizer, [lines[row.row] for row in predictions]
    )
    assert [one.said for one in answers_of(saved, part)] == [row.said for row in predictions]
    again = session.do(Evaluate(job_id="again", folder=str(tmp_path / "run")))
    judged = next(event.result for event in again if isinstance(event, ResultWritten))
    assert judged.scores == result.scores
    assert judged.baselines == result.baselines


def test_a_run_learns_to_answer(session: RecordedSession, small_writer: Path, tmp_path: Path) -> None:
    path = tmp_path / "moods.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["message", "reply"])
        for number in range(80):
            words = GLAD_WORDS if number % 2 else SAD_WORDS
            text = " ".join(random.Random(number).choices(words, k=3))
            table.writerow([f"{text} {number}", "very happy" if number % 2 else "a dark cold day"])
    run = run_of(path, small_writer, {"text": "message", "response": "reply"}, epochs=8)
    events = session.do(start(run, tmp_path / "run"))
    assert isinstance(events[-1], JobSucceeded)
    assert not [event for event in events if isinstance(event, WarningRaised)]
    result = next(event.result for event in events if isinstance(event, ResultWritten))
    assert result.outcomes_of == "answers"
    assert result.outcomes[0].count >= 14  # of 16
    predictions = read_predictions(tmp_path / "run")
    right = [row for row in predictions if row.said == row.truth]
    assert len(right) == result.outcomes[0].count
    assert {row.truth for row in predictions} == {"very happy", "a dark cold day"}
    assert all(row.is_right == (row.said == row.truth) for row in predictions)
    answered = session.do(
        Predict(job_id="try", folder=str(tmp_path / "run"), texts=("sunny kind warm", "rainy nasty cruel"))
    )
    made = next(event for event in answered if isinstance(event, PredictionMade))
    assert [one.said for one in made.predictions] == ["very happy", "a dark cold day"]


def test_without_memory_for_the_model_as_it_was_the_result_is_whole(
    session: RecordedSession,
    small_writer: Path,
    chains_csv: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def too_large(_setup: TrainingSetup) -> TaskModel:
        raise MemoryError

    monkeypatch.setattr(TrainingSetup, "build_untouched", too_large)
    run = run_of(chains_csv, small_writer, {"text": "text"}, epochs=1)
    events = session.do(start(run, tmp_path / "run"))
    assert isinstance(events[-1], JobSucceeded)
    (warning,) = [event.problem for event in events if isinstance(event, WarningRaised)]
    assert (warning.code, warning.severity) == ("not_judged_before", Severity.NOTE)
    assert "small-writer" in warning.reason
    result = next(event.result for event in events if isinstance(event, ResultWritten))
    assert [baseline.id for baseline in result.baselines] == ["unigram"]
    assert len(read_predictions(tmp_path / "run")) == result.rows
