"""All problems of a run at once, and what it would be."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import torch

import resources
from engine.device import devices
from engine.models.load import load_base
from engine.protocol.config import DataConfig, RunConfig, SplitConfig
from engine.protocol.problems import Severity
from engine.protocol.stack import Fit
from engine.training.checking import Checker
from engine.training.estimate import Estimator
from engine.training.run_elsewhere import on_what_is_here, with_whole_paths
from engine.training.workbench import Workbench
from tests.engine.models.families import EVERY, save_small
from tests.engine.models.test_padding import without_padding
from tests.engine.recorded_session import moods_run


@pytest.fixture
def checker(tmp_path):
    return Checker(Workbench(), Estimator(torch.device("cpu"), tmp_path / "calibration.json"))


def _codes(checked):
    return [problem.code for problem in checked.problems]


def test_a_good_run_has_no_problems(checker, small_bert, moods_csv):
    checked = checker.check(moods_run(moods_csv, small_bert, "lora"))

    assert checked.problems == []
    assert checked.run.data.columns == {"text": "text", "label": "label"}
    assert checked.run.settings["rank"] == 8
    assert checked.stack.outputs == ("glad", "sad")
    assert checked.stack.trainable_parameters == 2 * 2 * (32 * 8 + 8 * 32) + 66
    assert checked.verdict.weights_change == "no"


def test_a_model_that_gives_a_score_has_no_labels(checker, small_bert, tmp_path):
    table = tmp_path / "stars.csv"
    table.write_text(
        "text,label\n" + "\n".join(f"my day number {number},{number % 7 + 0.5}" for number in range(40))
    )
    checked = checker.check(moods_run(table, small_bert, "lora", answers="score"))

    assert [code for code in _codes(checked) if "label" in code] == []
    assert checked.stack.outputs == ()
    assert checked.stack.layers[-1].detail.endswith("numbers → a score")


def test_problems_of_rows_settings_layers_and_disk_come_together(small_bert, moods_csv, tmp_path):
    checker = Checker(
        Workbench(), Estimator(torch.device("cpu"), tmp_path / "calibration.json"), free=lambda _: 1000
    )
    run = moods_run(moods_csv, small_bert, "full_fine_tuning", epochs=0, learning_rat=1.0, max_length=500)
    checked = checker.check(run, folder=str(tmp_path / "run"))

    assert _codes(checked) == [
        "setting_out_of_range",
        "setting_out_of_range",
        "unknown_setting",
        "no_disk_space",
    ]
    assert checked.problems[1].setting == "max_length"
    assert "64" in checked.problems[1].fix  # what this model can read
    assert "learning_rate" in checked.problems[2].fix + checked.problems[2].reason


def test_a_device_that_is_not_here_is_said_with_one_that_is(checker, small_bert, moods_csv):
    run = moods_run(moods_csv, small_bert, "lora")
    assert checker.check(msgspec.structs.replace(run, device="cpu")).problems == []

    checked = checker.check(msgspec.structs.replace(run, device="cuda:99"))

    assert _codes(checked) == ["no_such_device"]
    problem = checked.problems[0]
    best = devices()[0]
    assert problem.title == 'There is no device "cuda:99" here'
    assert "cpu (CPU" in problem.reason
    assert (problem.actions[0].id, problem.actions[0].arguments) == ("use_device", {"device": best.id})
    assert checked.estimate is not None  # what it would need here, meanwhile


def test_a_run_goes_on_where_its_device_is_gone(small_bert, moods_csv):
    run = moods_run(moods_csv, small_bert, "lora")
    elsewhere, here = (msgspec.structs.replace(run, device=device) for device in ("cuda:99", "cpu"))

    begun = {"precision": "fp32"}  # before there was a choice
    assert on_what_is_here(elsewhere) == msgspec.structs.replace(run, **begun)
    assert on_what_is_here(here) == msgspec.structs.replace(here, **begun)
    in_half = msgspec.structs.replace(here, precision="bf16")
    assert on_what_is_here(in_half) == in_half


def test_everything_wrong_is_told_at_once(checker, tmp_path):
    run = moods_run(tmp_path / "nowhere.csv", tmp_path / "no-model", "lorra")
    checked = checker.check(run)

    assert _codes(checked) == ["unknown_method", "no_such_model", "no_file"]
    assert checked.stack is None


def test_rows_that_cannot_be_used_still_show_the_model(checker, small_bert, tmp_path):
    table = tmp_path / "one-class.csv"
    table.write_text("text,label\n" + "".join(f"the day is warm {n},glad\n" for n in range(30)))
    checked = checker.check(moods_run(table, small_bert))

    assert _codes(checked) == ["single_class"]
    assert checked.stack.total_parameters > 20_000
    assert checked.estimate is None


def test_an_unknown_layer_is_told(checker, small_bert, moods_csv):
    run = moods_run(moods_csv, small_bert, "freeze_layers", frozen_layers=1)
    checked = checker.check(msgspec.structs.replace(run, layers={"block.9": True}))

    assert _codes(checked) == ["no_such_layer"]


def test_a_short_model_shortens_the_recommended_length(checker, small_bert, moods_csv):
    run = moods_run(moods_csv, small_bert)
    settings = {name: value for name, value in run.settings.items() if name != "max_length"}
    checked = checker.check(msgspec.structs.replace(run, settings=settings))

    assert checked.problems == []
    assert checked.settings["max_length"] == 64


def test_a_long_run_is_a_warning_with_a_way_out(checker, small_bert, moods_csv, monkeypatch):
    run = moods_run(moods_csv, small_bert)
    estimate = checker.check(run).estimate
    slow = msgspec.structs.replace(estimate, seconds=2400.0, seconds_low=2000.0, seconds_high=2800.0)
    quick = msgspec.structs.replace(slow, seconds=540.0)
    answers = iter([slow, quick])
    monkeypatch.setattr(Estimator, "estimate", lambda *_: next(answers))

    problem = checker.check(run).problems[0]

    assert problem.title == "Training may take 40 minutes"
    assert "LoRA would take about 9 minutes." in problem.reason
    assert problem.severity is Severity.WARNING
    assert [action.label for action in problem.actions] == ["Use LoRA", "Train anyway"]


def test_previews_say_what_each_method_would_do(checker, small_bert, moods_csv):
    previews = {one.method: one for one in checker.preview(moods_run(moods_csv, small_bert))}

    trainable = {name: one.stack.trainable_parameters for name, one in previews.items()}
    everything = previews["full_fine_tuning"].stack.total_parameters
    assert trainable["full_fine_tuning"] == everything
    assert trainable["feature_based"] == 66
    assert trainable["lora"] == 2048 + 66
    assert 66 < trainable["freeze_layers"] < everything
    assert previews["lora"].verdict.weights_change == "no"
    frozen = {field.name: field for field in previews["freeze_layers"].fields}["frozen_layers"]
    assert (frozen.default, frozen.maximum) == (1, 2)  # two thirds of two blocks


def test_previews_do_without_rows(checker, small_bert, tmp_path):
    previews = checker.preview(moods_run(tmp_path / "nowhere.csv", small_bert))

    assert all(one.stack is not None for one in previews)


def test_a_run_can_be_repeated_from_any_folder(small_bert, moods_csv, monkeypatch):
    monkeypatch.chdir(moods_csv.parent)
    run = moods_run(moods_csv.name, "minilm")

    whole = with_whole_paths(run)

    assert whole.data.path == str(moods_csv)
    assert whole.model == "minilm"
    assert with_whole_paths(moods_run(moods_csv.name, small_bert)).model == str(small_bert)


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_that_cannot_be_is_told(checker, small_bert, moods_csv, seed):
    checked = checker.check(msgspec.structs.replace(moods_run(moods_csv, small_bert), seed=seed))

    assert _codes(checked) == ["setting_out_of_range"]
    assert checked.problems[0].setting == "seed"
    assert str(seed) in checked.problems[0].title
    assert "4,294,967,295" in checked.problems[0].fix


def test_a_model_without_a_padding_token_says_what_is_used(checker, moods_csv, tmp_path):
    tokenizer = without_padding(eos_token="<|endoftext|>")
    folder = save_small(tmp_path / "my-gpt", "gpt2", {**EVERY["gpt2"], "pad_token_id": None}, tokenizer)
    checked = checker.check(moods_run(moods_csv, folder))

    first = checked.problems[0]
    assert (first.code, first.severity) == ("no_padding_token", Severity.NOTE)
    assert checked.problems[0].title == "my-gpt has no padding token"
    assert '"<|endoftext|>"' in checked.problems[0].reason
    assert checked.errors == []
    assert checked.stack is not None


@pytest.mark.parametrize(
    ("task", "model", "file"),
    [
        ("causal_language_modelling", "small_writer", "pride_and_prejudice.txt"),
        ("sequence_to_sequence", "small_translator", "interface.en-fr.tsv"),
    ],
)
def test_a_model_that_was_made_from_these_rows_says_so(checker, task, model, file, tmp_path):
    sample = Path(resources.__file__).parent / "samples" / file
    copy = tmp_path / f"mine{sample.suffix}"
    copy.write_bytes(sample.read_bytes())
    run = RunConfig(data=DataConfig(path=str(copy)), task=task, method="full_fine_tuning", model=model)
    (note,) = checker.check(run).problems
    assert (note.code, note.severity) == ("rows_known_already", Severity.NOTE)
    assert note.title == f"Small {model[6:]} has learned from these rows before"

    other = msgspec.structs.replace(run.data, split=SplitConfig(seed=3))
    (warning,) = checker.check(msgspec.structs.replace(run, data=other)).problems
    assert (warning.code, warning.severity) == ("known_rows_are_tested", Severity.WARNING)
    assert "15 % validation, 15 % test, seed 0" in warning.fix
    assert [action.id for action in warning.actions] == ["continue_anyway"]

    copy.write_bytes(b"".join(sample.read_bytes().splitlines(keepends=True)[:200]))
    assert checker.check(run).problems == []


def test_a_folder_is_no_file_that_a_model_was_made_from(checker, tmp_path):
    for number in range(40):
        (tmp_path / f"{number}.txt").write_text(f"It is a truth universally acknowledged, number {number}.")
    run = RunConfig(
        data=DataConfig(path=str(tmp_path)),
        task="causal_language_modelling",
        method="full_fine_tuning",
        model="small_writer",
    )
    assert [problem.code for problem in checker.check(run).problems] == []


def test_a_model_with_two_stacks_is_no_classifier(checker, moods_csv, small_bert, tmp_path):
    tokenizer = load_base(str(small_bert)).tokenizer
    checked = checker.check(
        moods_run(moods_csv, save_small(tmp_path / "my-t5", "t5", EVERY["t5"], tokenizer))
    )

    assert _codes(checked) == ["model_does_not_fit_task"]


def test_a_model_that_hardly_fits_is_not_timed(checker, small_bert, moods_csv):
    checked = checker.check(moods_run(moods_csv, small_bert))
    assert checked.length_to_time is not None

    estimate = checked.estimate
    needed = 2 * 4 * checked.base.facts.parameters
    for told in ({"fit": Fit.TIGHT}, {"memory_free": needed}):
        checked.estimate = msgspec.structs.replace(estimate, **told)
        assert checked.length_to_time is None
    checked.estimate, checked.is_timed = estimate, True
    assert checked.length_to_time is None


@pytest.mark.skipif(torch.cuda.is_available(), reason="here it may be had")
def test_weights_in_four_bits_are_refused_with_the_reason_where_they_cannot_be_had(
    checker, small_bert, moods_csv
):
    checked = checker.check(moods_run(moods_csv, small_bert, "lora", load_in_4bit=True))

    assert _codes(checked) == ["setting_out_of_range"]
    assert checked.problems[0].title == "4-bit base cannot be yes"
    assert checked.problems[0].fix == (
        "Weights in 4 bits need an NVIDIA graphics card, and this computer has none."
    )
    (preview,) = [one for one in checker.preview(checked.run) if one.method == "lora"]
    fields = {field.name: field for field in preview.fields}
    assert fields["load_in_4bit"].unavailable == checked.problems[0].fix
    assert fields["blocks"].maximum == 2


def test_a_prompt_makes_every_text_longer_and_the_work_more(checker, small_bert, moods_csv):
    plain, longer = (
        checker.check(moods_run(moods_csv, small_bert, method)) for method in ("lora", "prompt_tuning")
    )

    assert longer.problems == []
    assert longer.work.length == plain.work.length + 20
