"""Text classification beyond one label: several labels, scores, pairs of texts."""

from __future__ import annotations

import dataclasses
import json
import random
import runpy
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from engine import registry
from engine.answer_cells import label_sets
from engine.contracts import Asked
from engine.data.table import make_dataset
from engine.data.word_pieces import encode_texts
from engine.models.load import load_base
from engine.models.prepare import build
from engine.models.weights import load_model, save_model
from engine.protocol.cell_numbers import number_of
from engine.protocol.events import EvaluationEnded, JobSucceeded, ResultWritten, TrainingStarted
from engine.protocol.problems import Severity
from engine.tasks.text_classification import TASK
from engine.training.solving import solve
from tests.engine.recorded_session import moods_run, open_session, start
from tests.small_models import (
    GLAD_WORDS,
    PLAIN_WORDS,
    SAD_WORDS,
    line_breaks_are_pieces,
    make_small_bert,
    make_small_writer,
)


def matched(columns: dict[str, list[str]], answers: str):
    table = make_dataset(columns, range(1, len(columns["label"]) + 1), "reviews.csv")
    return TASK.match(table, {name: name for name in columns}, {"answers": answers})


@pytest.mark.parametrize(
    ("cells", "sets"),
    [
        (["a; b", "b", "c;a"], [("a", "b"), ("b",), ("c", "a")]),
        (['["a, x", "b"]', "[]"], [("a, x", "b"), ()]),
        (["a|b", "b|b", " a "], [("a", "b"), ("b",), ("a",)]),
        (["joy, grief", "joy"], [("joy", "grief"), ("joy",)]),
    ],
)
def test_labels_are_taken_apart_at_what_stands_between_them(cells, sets):
    assert label_sets(cells) == sets


@pytest.mark.parametrize(
    ("cell", "value"),
    [("4", 4.0), ("3,5", 3.5), ("1,250.5", 1250.5), ("80 %", 80.0), ("n/a", None), ("", None), ("inf", None)],
)
def test_numbers_are_read_as_people_write_them(cell, value):
    assert number_of(cell) == value


def test_several_labels_become_classes_and_rare_ones_lead_the_split():
    cells = ["a;b"] * 6 + ["a"] * 5 + ["b;c"] * 4
    rows = matched({"text": [f"t {n}" for n in range(15)], "label": cells}, "several")
    assert rows.classes == ("a", "b", "c")
    assert set(rows.stratify) == {"a", "b", "c"}
    assert rows.stratify[0] == "b"


def test_several_labels_that_are_uneven_are_told_with_the_metric():
    cells = ["sport"] * 30 + ["sport; chess", "sport; chess", "art"]
    (problem,) = [
        one
        for one in matched({"text": [f"text {n}" for n in range(33)], "label": cells}, "several").findings
        if one.code == "uneven_labels"
    ]
    assert problem.reason == (
        '"sport" stands in 32 of 33 rows, "art" in 1. Thaw will judge by macro F1, so every label counts '
        "as much."
    )


def test_answers_that_are_no_numbers_are_left_out_and_told():
    texts = [f"t {n}" for n in range(9)]
    rows = matched({"text": texts, "label": ["1", "2", "good", "4", "5", "3", "bad", "2", "1"]}, "score")
    (finding,) = [one for one in rows.findings if one.code == "scores_not_numbers"]
    assert finding.rows == (3, 7)
    assert len(rows.rows) == 7
    assert rows.classes == ()


def test_numbers_and_lists_as_labels_get_a_hint_with_a_button():
    texts = [f"t {n}" for n in range(40)]
    stars = matched({"text": texts, "label": [str(1 + n % 5) for n in range(40)]}, "one")
    sets = matched({"text": texts, "label": ["a", "b", "a;b", "b;a"] * 10}, "one")
    for rows, answers in ((stars, "score"), (sets, "several")):
        code = {"score": "labels_look_like_scores", "several": "labels_look_like_sets"}[answers]
        (hint,) = [one for one in rows.findings if one.code == code]
        assert hint.severity is (Severity.WARNING if answers == "several" else Severity.NOTE)
        assert hint.actions[0].arguments == {"answers": answers}


def test_several_labels_in_a_row_are_told_before_what_comes_of_them():
    labels = ["a", "b", "c", "a;b", "b;a", "b;c", "a;b;c", "c;b;a"] * 5 + ["a;c"]
    rows = matched({"text": [f"t {n}" for n in range(41)], "label": labels}, "one")
    assert [one.code for one in rows.findings][:2] == ["labels_look_like_sets", "class_with_one_row"]


def test_lists_are_several_labels_as_people_read_them():
    texts = [f"t {n}" for n in range(12)] + ["t 0", "t 1"]
    cells = ['["price","service"]', '["service", "price"]', "['room']", "[]"] * 3
    rows = matched({"text": texts, "label": [*cells, '["room"]', '["price", "service"]']}, "several")
    assert rows.classes == ("price", "service", "room")
    (noted,) = [one for one in rows.findings if one.code == "lists_are_several"]
    assert 'such as "price" and "service"' in noted.reason
    assert noted.actions[0].arguments == {"answers": "one"}
    (odd,) = [one for one in rows.findings if one.code == "conflicting_labels"]
    assert odd.rows == (1, 13)  # the same set in another order contradicts nothing
    assert 'stands with "price, service" and "room"' in odd.reason
    as_one = matched({"text": texts, "label": [*cells, '["room"]', '["price", "service"]']}, "one")
    assert "labels_look_like_sets" in [one.code for one in as_one.findings]
    (odd,) = [one for one in as_one.findings if one.code == "conflicting_labels"]
    assert "[" not in odd.reason


def test_one_score_for_all_is_an_error():
    rows = matched({"text": [f"t {n}" for n in range(8)], "label": ["3"] * 8}, "score")
    assert [one.code for one in rows.findings if one.severity is Severity.ERROR] == ["single_class"]


def test_pairs_are_told_apart_by_token_types_or_by_a_line(small_bert: Path):
    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(small_bert)
    tokenizer.model_input_names = ["input_ids", "token_type_ids", "attention_mask"]
    (row,) = encode_texts(tokenizer, ["happy day"], ["cold"], 16)
    whole = tokenizer("happy day", "cold")
    assert (row["input_ids"], row["token_type_ids"]) == (whole["input_ids"], whole["token_type_ids"])
    assert 1 in row["token_type_ids"]
    (single,) = encode_texts(tokenizer, ["happy day"], None, 16)
    assert set(single) == {"input_ids"}


def test_a_tokenizer_without_a_separator_gets_two_lines(small_bert: Path):
    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(small_bert)
    tokenizer.backend_tokenizer.post_processor = None
    pair, lines = encode_texts(tokenizer, ["a"], ["b"], 16), tokenizer("a\nb")["input_ids"]
    assert pair[0]["input_ids"] == lines


def train(data, model, method, columns, settings, tmp_path):
    run = moods_run(data, model, method, **settings)
    run = msgspec.structs.replace(run, data=msgspec.structs.replace(run.data, columns=columns))
    session = open_session(calibration_file=tmp_path / "calibration.json")
    try:
        return session.do(start(run, tmp_path / "run"))
    finally:
        session.session.close()


def write(path: Path, header: str, rows: list[str]) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def moods(kind: str, path: Path) -> Path:
    chance = random.Random(0)
    rows = []
    for number in range(120):
        glad, sad = number % 2 == 0, number % 3 == 0
        words = chance.choices(PLAIN_WORDS, k=4)
        words += chance.choices(GLAD_WORDS, k=2) if glad else []
        words += chance.choices(SAD_WORDS, k=2) if sad else []
        labels = [name for name, there in (("glad", glad), ("sad", sad)) if there]
        text = f"{' '.join(words)} {number}"
        if kind == "several":
            rows.append(f"{text},{';'.join(labels) or '[]'}")
        elif kind == "score":
            rows.append(f"{text},{50 + 20 * glad - 20 * sad}")
        else:
            rows.append(f"{text},{'happy' if glad else 'angry'},{'same' if glad else 'other'}")
    return write(path, "text,second,label" if kind == "one" else "text,label", rows)


@pytest.mark.parametrize(
    ("kind", "metric", "least", "weak"),
    [
        ("several", "macro_f1", 0.9, "majority"),
        ("score", "spearman", 0.7, "mean"),
        ("one", "macro_f1", 0.9, "majority"),
    ],
)
def test_a_run_learns_it_and_its_model_comes_back(kind, metric, least, weak, small_bert, tmp_path):
    data = moods(kind, tmp_path / "moods.csv")
    columns = {"text": "text", "label": "label"} | ({"second_text": "second"} if kind == "one" else {})
    settings = {
        "answers": kind,
        "epochs": 12,
        "learning_rate": 3e-3,
        "head_learning_rate": 1e-2,
        "batch_size": 16,
    }
    events = train(data, small_bert, "full_fine_tuning", columns, settings, tmp_path)
    started = next(event for event in events if isinstance(event, TrainingStarted))
    assert started.metrics[0] == metric
    result = next(event.result for event in events if isinstance(event, ResultWritten))
    assert result.metric == metric
    assert result.scores[metric].value >= least
    assert result.baselines[0].id == weak
    outcomes = {outcome.id: outcome.count for outcome in result.outcomes}
    if kind == "several":
        held = sum(one.support for one in result.class_scores)
        assert outcomes["right"] + outcomes["missed"] == held > 0
    if kind == "score":
        assert outcomes == {"near": result.rows - result.wrong, "far": result.wrong}
    assert result.scores[metric].low > result.baselines[0].scores[metric].value
    test = [event for event in events if isinstance(event, EvaluationEnded) and event.split == "test"]
    assert test[0].metrics == pytest.approx({name: score.value for name, score in result.scores.items()})
    assert isinstance(events[-1], JobSucceeded)


def test_a_head_that_says_numbers_knows_their_range_and_keeps_it(small_bert: Path, tmp_path: Path):
    base = load_base(str(small_bert))
    settings, _ = registry.fill_settings(registry.method("full_fine_tuning"), TASK.id, {"answers": "score"})
    model = build(base, TASK, registry.method("full_fine_tuning"), settings, ())
    rows = [{"input_ids": [2, 40, 3], "labels": value} for value in (10.0, 30.0, 50.0)]
    table = make_dataset({"text": ["x"] * 3, "label": ["10", "30", "50"]}, range(3))
    TASK.begin(model, Asked(table, (), settings, base.tokenizer, rows))
    batch = TASK.collate(base.tokenizer, rows, (0, 0, 0))
    model.eval()
    said = model(batch)
    assert said.logits.shape == (3, 1)
    assert abs(float(said.logits.mean()) - 30.0) < 10.0
    assert float(said.loss) == pytest.approx(1.0, abs=0.4)  # of the spread, not of the unit
    save_model(model, base, tmp_path / "model", ())
    assert torch.equal(load_model(tmp_path / "model")(batch).logits, said.logits)


@pytest.mark.parametrize("kind", ["mean", "stock", "decoder"])
def test_without_thaw_pairs_are_read_as_pairs(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    pairs = [("the day is sunny", "very happy"), ("a cold house", "my cat was calm today")]
    if kind == "decoder":
        folder = make_small_writer(tmp_path / "base", family="gpt2", seed=3)
        line_breaks_are_pieces(folder)
    else:
        folder = make_small_bert(tmp_path / "base", pooling="mean" if kind == "mean" else "", seed=3)
        told = json.loads((folder / "tokenizer_config.json").read_text())
        told["model_input_names"] = ["input_ids", "token_type_ids", "attention_mask"]  # as BERT's own has it
        (folder / "tokenizer_config.json").write_text(json.dumps(told))
    base = load_base(str(folder))
    columns = {"text": [one for one, _ in pairs], "second_text": [two for _, two in pairs]}
    table = make_dataset(columns | {"label": ["a", "b"]}, range(1, 3))
    settings, _ = registry.fill_settings(registry.method("full_fine_tuning"), TASK.id, {"max_length": 32})
    model = build(base, TASK, registry.method("full_fine_tuning"), settings, ("a", "b"))
    chance = torch.Generator().manual_seed(0)
    with torch.no_grad():  # larger numbers, so that it tells which of the two texts a piece is of
        for value in model.parameters():
            value += 0.2 * torch.randn(value.shape, generator=chance)
    asked = Asked(table, ("a", "b"), settings, base.tokenizer)
    rows = TASK.encode(asked)
    assert ("token_type_ids" in rows[0]) == (kind != "decoder")
    TASK.begin(model, dataclasses.replace(asked, encoded=rows))
    save_model(model, base, tmp_path / "model", ("a", "b"), 32)
    with torch.no_grad():
        expected = model.eval()(TASK.collate(base.tokenizer, rows, (0, 0))).logits
    monkeypatch.setattr(sys, "argv", ["x", *pairs[0], *pairs[1]])
    lines = runpy.run_path(str(tmp_path / "model" / "load_model.py"), run_name="__main__")
    assert (lines["logits"](pairs) - expected).abs().max().item() <= 1e-6
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_answers_near_the_truth_count_as_right(small_bert: Path):
    table = make_dataset({"text": ["a", "b", "c"], "label": ["0", "5", "10"]}, range(3))
    tokenizer = load_base(str(small_bert), on_meta=True).tokenizer
    asked = Asked(table, (), {"answers": "score", "max_length": 8}, tokenizer)
    said = [torch.tensor([0.9]), torch.tensor([7.0]), torch.tensor([10.0])]
    assert [one.right for one in TASK.answers(asked, said)] == [1.0, 0.8, 1.0]
    assert TASK.result(asked, said, ()).wrong == 1


def test_a_score_is_the_less_right_the_further_away_it_is(small_bert: Path):
    table = make_dataset({"text": ["a", "b", "c"], "label": ["0", "5", "10"]}, range(3))
    tokenizer = load_base(str(small_bert), on_meta=True).tokenizer
    asked = Asked(table, (), {"answers": "score", "max_length": 8}, tokenizer)
    said = [torch.tensor([1.1]), torch.tensor([9.0]), torch.tensor([-30.0])]
    assert [one.right for one in TASK.answers(asked, said)] == pytest.approx([0.89, 0.6, 0.0])
    alike = make_dataset({"text": ["a", "b"], "label": ["3", "3"]}, range(2))  # no range at all
    asked = Asked(alike, (), {"answers": "score", "max_length": 8}, tokenizer)
    assert [one.right for one in TASK.answers(asked, [torch.tensor([3.0]), torch.tensor([4.0])])] == [
        1.0,
        0.0,
    ]


def test_solving_at_once_is_logistic_regression():
    chance = np.random.default_rng(0)
    features = chance.normal(size=(200, 6)).astype(np.float32)
    labels = (features @ chance.normal(size=(6, 3))).argmax(axis=1)
    head = torch.nn.Linear(6, 3)
    torch.nn.init.zeros_(head.weight)
    torch.nn.init.zeros_(head.bias)
    inputs, truth = torch.from_numpy(features), torch.from_numpy(labels)
    for _ in range(30):
        solve(
            list(head.parameters()), lambda: torch.nn.functional.cross_entropy(head(inputs), truth), 10.0, 200
        )
    known = LogisticRegression(C=10.0, max_iter=2000, tol=1e-8).fit(features, labels)
    ours = head(inputs).softmax(-1).detach().numpy()
    assert np.abs(ours - known.predict_proba(features)).max() < 1e-3


def test_logistic_regression_trains_and_resumes_alike(small_bert, tmp_path):
    data = moods("one", tmp_path / "moods.csv")
    settings = {"head": "logistic_regression", "epochs": 5}
    events = train(data, small_bert, "feature_based", {"text": "text", "label": "label"}, settings, tmp_path)
    started = next(event for event in events if isinstance(event, TrainingStarted))
    assert started.steps_per_epoch == 1
    result = next(event.result for event in events if isinstance(event, ResultWritten))
    assert result.frozen_intact
    assert result.scores["macro_f1"].value > result.baselines[0].scores["macro_f1"].value


def test_a_bilstm_is_refused_for_whole_texts(small_bert: Path):
    from engine.errors import EngineError

    method = registry.method("feature_based")
    settings, _ = registry.fill_settings(method, TASK.id, {"head": "bilstm"})
    with pytest.raises(EngineError) as caught:
        build(load_base(str(small_bert), True), TASK, method, settings, ("a", "b"))
    assert caught.value.problem.setting == "head"
