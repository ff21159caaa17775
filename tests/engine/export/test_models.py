"""Written models answer as the run did, in this process and in one that has no Thaw."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import msgspec
import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

from engine.export.contract import SharedAnswers, Writing
from engine.export.file_checks import nothing_inside
from engine.export.model_card import model_card
from engine.export.reading import read_for_export
from engine.export.report_facts import report_of
from engine.export.whole_model import stock_class
from engine.protocol.energy_words import in_full
from engine.protocol.exports import CheckOutcome
from engine.protocol.run_files import read_predictions
from tests.engine.battery.toys import TOYS

METHODS = ("full_fine_tuning", "lora", "ia3", "bottleneck_adapters", "prefix_tuning", "feature_based")


def outcomes(item):
    return {check.id: check.outcome for check in item.checks}


@pytest.mark.parametrize("method", METHODS)
def test_a_model_folder_answers_as_the_run_without_thaw(
    finished, export, bench, without_thaw, method, tmp_path
):
    folder = finished(method)
    (item,) = export(folder, "model").items
    assert set(outcomes(item).values()) == {CheckOutcome.PASSED}, item.checks
    place = tmp_path / "out" / "model"
    test = SharedAnswers(folder, bench).test
    without_thaw.ask(place, asked=test.typed(read_for_export(folder).task.questions))
    assert float((without_thaw.answer(place) - test.logits).abs().max()) < 1e-5
    assert json.loads((place / "config.json").read_text())["id2label"] == {"0": "glad", "1": "sad"}


@pytest.mark.parametrize(
    ("method", "task"), [("lora", task) for task in TOYS] + [("prompt_tuning", "causal_language_modelling")]
)
def test_every_task_can_be_taken_away_whole(finished, export, method, task):
    (item,) = export(finished(method, task), "model").items
    (check,) = [check for check in item.checks if check.id == "same_answers"]
    assert check.outcome is CheckOutcome.PASSED, check
    assert check.difference is not None
    assert check.difference < 1e-4


@pytest.mark.parametrize("method", ["full_fine_tuning", "lora"])
def test_stock_pooling_is_the_stock_class(finished, export, tmp_path, method):
    folder = finished(method, model="stock")
    assert stock_class(read_for_export(folder)) == "AutoModelForSequenceClassification"
    export(folder, "model")
    place = tmp_path / "out" / "model"
    network = AutoModelForSequenceClassification.from_pretrained(place)
    assert network.config.id2label == {0: "glad", 1: "sad"}
    said = pipeline("text-classification", str(place), top_k=None)
    for one in read_predictions(folder)[:10]:
        shares = {answer["label"]: answer["score"] for answer in said([one.text])[0]}
        assert shares == pytest.approx(one.probabilities, abs=1e-5)
    assert AutoTokenizer.from_pretrained(place)(["a warm day"])


def test_where_the_base_model_lies_on_this_computer_is_not_told(finished, export, tmp_path, models):
    export(finished("lora"), "model", "card", "report")
    place = str(models["text_classification"])
    texts = [
        path for path in (tmp_path / "out").rglob("*") if path.suffix in {".md", ".json", ".html", ".py"}
    ]
    assert len(texts) > 5
    assert [path.name for path in texts if place in path.read_text(errors="replace")] == []


def test_an_adapter_alone_loads_in_plain_peft(finished, export, tmp_path, without_thaw, bench, models):
    folder = finished("lora")
    (item,) = export(folder, "adapter").items
    assert set(outcomes(item).values()) == {CheckOutcome.PASSED}, item.checks
    place = tmp_path / "out" / "adapter"
    names = {file.path.removeprefix("adapter/") for file in item.files}
    assert {"README.md", "head.safetensors", "load_model.py", "adapter/adapter_model.safetensors"} <= names
    assert "model.safetensors" not in names
    told = json.loads((place / "adapter" / "adapter_config.json").read_text())
    assert told["base_model_name_or_path"] == str(models["text_classification"])
    test = SharedAnswers(folder, bench).test
    without_thaw.ask(place, asked=test.typed(read_for_export(folder).task.questions))
    assert float((without_thaw.answer(place) - test.logits).abs().max()) < 1e-5


def test_merging_leaves_no_trace_of_the_adapter(finished, export, tmp_path):
    (item,) = export(finished("lora"), "merged").items
    assert outcomes(item)["same_answers"] is CheckOutcome.PASSED
    names = [file.path for file in item.files]
    assert not any("adapter" in name for name in names)
    from safetensors.torch import load_file

    tensors = load_file(tmp_path / "out" / "merged" / "model.safetensors")
    assert not any("lora" in name for name in tensors)


def test_a_model_that_answers_otherwise_is_noticed(finished, bench):
    test = SharedAnswers(finished("lora"), bench).test
    assert test.compared(test.logits).difference == 0.0
    check = test.compared(-test.logits)
    assert check.outcome is CheckOutcome.FAILED
    assert "became another" in check.detail
    assert test.compared(torch.zeros(1, 2)).outcome is CheckOutcome.FAILED


def test_the_card_stands_beside_the_model_and_can_be_edited(finished, export, tmp_path):
    folder = finished("lora")
    export(folder, "model", "card")
    card = (tmp_path / "out" / "model" / "README.md").read_text()
    assert card == (tmp_path / "out" / "card" / "README.md").read_text()
    result = read_for_export(folder).result
    assert card.startswith("---\n")
    assert f"{result.scores['macro_f1'].value:.3f} ({result.scores['macro_f1'].low:.3f} to" in card
    assert all(baseline.label in card for baseline in result.baselines)
    assert "energy" in card
    export(folder, "card", card="My own words.", to=Path(tmp_path / "own"))
    assert (tmp_path / "own" / "card" / "README.md").read_text() == "My own words."


def test_the_card_of_a_tagger_names_kinds_and_counts_entities(finished, export, tmp_path):
    folder = finished("full_fine_tuning", "token_classification")
    export(folder, "card", "report")
    card = (tmp_path / "out" / "card" / "README.md").read_text()
    assert "What it can answer: GLAD, SAD." in card or "What it can answer: SAD, GLAD." in card
    assert "| | precision | recall | F1 | entities |" in card
    assert "Parts of each kind: " in card
    assert "Rows with each label" not in card
    assert ">entities<" in (tmp_path / "out" / "report" / "report.html").read_text()


def test_the_card_says_how_long_it_took_on_how_many_cores_and_what_energy(finished, export, tmp_path):
    folder = finished("lora")
    export(folder, "card")
    card = (tmp_path / "out" / "card" / "README.md").read_text()
    threads = read_for_export(folder).run.threads
    (line,) = [line for line in card.splitlines() if line.startswith("Training took")]
    assert f"CPU · {threads} thread" in line
    assert ("of one core" in line) == (threads > 1)
    result = read_for_export(folder).result
    assert line.endswith(f"The energy that it took was {in_full(result.energy, result.seconds)}.")
    assert ("not measured, because " in line) == (not result.energy.parts)


def test_a_run_without_a_name_is_called_after_its_method_and_its_base_model(finished, tmp_path):
    source = read_for_export(finished("lora"))
    unnamed = dataclasses.replace(source, run=msgspec.structs.replace(source.run, name=""))
    assert unnamed.title == f"LoRA on {source.saved.base.name}"


def test_a_perplexity_counts_no_wrong_answers_and_has_no_more_digits_than_it_knows(
    finished, export, tmp_path
):
    folder = finished("lora", "causal_language_modelling")
    export(folder, "card")
    card = (tmp_path / "out" / "card" / "README.md").read_text()
    (head,) = [line for line in card.splitlines() if line.startswith("| | Perplexity")]
    assert head == "| | Perplexity | Next piece right |"
    value = read_for_export(folder).result.scores["perplexity"].value
    assert f"| **This model** | {value:.1f} (" in card


def test_a_score_is_taught_as_a_score_and_its_texts_are_quoted_in_their_order(finished, tmp_path):
    source = read_for_export(finished("lora", answers="several"))
    assert "has learned which labels a text has" in model_card(source)
    assert "not wholly right" in model_card(source)
    asked = read_for_export(finished("full_fine_tuning", "question_answering"))
    quote = report_of(asked, 1).quotes[0]
    assert quote.texts[0].startswith("what ")  # the question stands before its passage


def test_labels_that_the_card_names_one_after_the_other_are_no_data(finished, bench, tmp_path):
    leaving = shutil.ignore_patterns("checkpoints", ".lock")
    folder = Path(shutil.copytree(finished("lora", answers="several"), tmp_path / "run", ignore=leaving))
    source = read_for_export(folder)
    kept = folder / "predictions.test.jsonl"
    first, *others = (json.loads(line) for line in kept.read_text().splitlines())
    first["truth"] = ", ".join([*source.saved.classes, *source.saved.classes])  # long enough to be looked for
    kept.write_text("".join(json.dumps(row) + "\n" for row in (first, *others)))
    place = tmp_path / "place"
    place.mkdir()
    writing = Writing(
        source=source,
        place=place,
        options={},
        card="",
        bench=bench,
        tell=print,
        shared=SharedAnswers(folder, bench),
    )
    (place / "README.md").write_text(f"It knows {first['truth']}.")
    assert nothing_inside(writing).outcome is CheckOutcome.PASSED
    (place / "README.md").write_text(f"It read: {first['text']}")
    assert nothing_inside(writing).outcome is CheckOutcome.FAILED
