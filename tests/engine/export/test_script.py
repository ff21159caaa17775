"""The script that was written gives the run's own score, where Thaw cannot be imported."""

from __future__ import annotations

import json

import nbformat
import pytest

from engine.export.reading import read_for_export
from engine.models import sources
from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.events import JobSucceeded
from engine.protocol.exports import CheckOutcome
from tests.engine.battery.toys import TOYS
from tests.engine.recorded_session import start
from tests.small_models import NUMBERS

METHODS = {
    "full_fine_tuning": {},
    "freeze_layers": {},
    "gradual_unfreezing": {"epochs": 3},
    "bitfit": {},
    "lora": {"gradient_accumulation_steps": 2, "rank": 4},
    "ia3": {},
    "prefix_tuning": {},
    "bottleneck_adapters": {},
    "feature_based": {"epochs": 5},
}


@pytest.mark.parametrize("method", METHODS)
def test_the_script_gives_the_same_score(finished, export, tmp_path, without_thaw, method):
    folder = finished(method, **METHODS[method])
    (item,) = export(folder, "script").items
    place = tmp_path / "out" / "script"
    result = read_for_export(folder).result
    said = without_thaw.ran(place, "repeat_run.py")
    assert "in Thaw" in said
    again = json.loads((place / "scores.json").read_text())
    assert again == pytest.approx({name: score.value for name, score in result.scores.items()}, abs=1e-9)
    assert _losses(said) == pytest.approx(_validation_losses(folder), abs=2e-4)
    assert item.checks[0].id == "nothing_of_the_data"
    assert item.checks[0].outcome is CheckOutcome.PASSED  # it reads the person's own file
    assert not (place / "rows.jsonl").exists()


@pytest.mark.parametrize(("model", "settings"), [("stock", {}), ("", {"answers": "several"})])
def test_other_heads_give_the_same_score(finished, export, tmp_path, without_thaw, model, settings):
    folder = finished("full_fine_tuning", model=model, **settings)
    export(folder, "script")
    without_thaw.ran(tmp_path / "out" / "script", "repeat_run.py")
    again = json.loads((tmp_path / "out" / "script" / "scores.json").read_text())
    scores = read_for_export(folder).result.scores
    assert again == pytest.approx({name: score.value for name, score in scores.items()}, abs=1e-9)


@pytest.mark.parametrize(
    ("method", "task", "settings"),
    [
        ("full_fine_tuning", "token_classification", {}),
        ("lora", "token_classification", {}),
        ("feature_based", "token_classification", {"head": "mlp", "features": "weighted_sum_all"}),
        ("full_fine_tuning", "causal_language_modelling", {}),
        ("lora", "causal_language_modelling", {}),
        ("full_fine_tuning", "masked_language_modelling", {}),
        ("full_fine_tuning", "sequence_to_sequence", {}),
        ("lora", "sequence_to_sequence", {}),
        ("full_fine_tuning", "question_answering", {}),
        ("lora", "masked_language_modelling", {"model": "text_classification"}),
        ("bottleneck_adapters", "masked_language_modelling", {"whole_word_masking": True}),
    ],
)
def test_other_tasks_give_the_same_score(finished, export, tmp_path, without_thaw, method, task, settings):
    folder = finished(method, task, **settings)
    export(folder, "script")
    said = without_thaw.ran(tmp_path / "out" / "script", "repeat_run.py")
    again = json.loads((tmp_path / "out" / "script" / "scores.json").read_text())
    scores = read_for_export(folder).result.scores
    assert again == pytest.approx({name: score.value for name, score in scores.items()}, rel=1e-6)
    assert _losses(said) == pytest.approx(_validation_losses(folder), abs=2e-4)


@pytest.mark.parametrize(
    ("method", "task"),
    [
        ("full_fine_tuning", "text_classification"),
        ("feature_based", "text_classification"),
        ("lora", "question_answering"),
        ("full_fine_tuning", "causal_language_modelling"),
        ("bottleneck_adapters", "masked_language_modelling"),
        ("full_fine_tuning", "sequence_to_sequence"),
    ],
)
def test_a_run_in_16_bits_is_repeated_in_16_bits(finished, export, tmp_path, without_thaw, method, task):
    folder = finished(method, task, precision="bf16")
    export(folder, "script")
    said = without_thaw.ran(tmp_path / "out" / "script", "repeat_run.py")
    assert _losses(said) == pytest.approx(_validation_losses(folder), abs=6e-5)  # written with four digits
    again = json.loads((tmp_path / "out" / "script" / "scores.json").read_text())
    scores = read_for_export(folder).result.scores
    assert again == pytest.approx({name: score.value for name, score in scores.items()}, rel=1e-6)


def test_words_are_said_only_where_they_are_asked_for(trainer, export, tmp_path, without_thaw):
    """Where the head works everywhere, sums in 16 bits are rounded otherwise."""
    table, words = tmp_path / "lines.csv", sorted(NUMBERS)
    lines = [" ".join(words[(row * at) % 6] for at in range(1, 12 + row % 7)) for row in range(96)]
    table.write_text("text\n" + "\n".join(lines))
    run = RunConfig(
        data=DataConfig(path=str(table), columns={"text": "text"}),
        task="masked_language_modelling",
        method="lora",
        model=str(sources.resolve("minilm").folder),
        settings={"epochs": 2, "batch_size": 16},
        precision="bf16",
        threads=2,
    )
    folder = tmp_path / "run"
    assert isinstance(trainer.do(start(run, folder, job_id="lines"))[-1], JobSucceeded)
    export(folder, "script")
    without_thaw.ran(tmp_path / "out" / "script", "repeat_run.py")
    again = json.loads((tmp_path / "out" / "script" / "scores.json").read_text())
    perplexity = read_for_export(folder).result.scores["perplexity"].value
    assert again["perplexity"] == pytest.approx(perplexity, rel=1e-7)


def test_answers_that_are_longer_than_what_is_read_stand_in_the_same_batches(
    trainer, models, export, tmp_path, without_thaw
):
    """Rows go together by the longer of both texts: by what is read alone other steps would come of it."""
    table, words = tmp_path / "answers.tsv", sorted(NUMBERS)
    rows = [(words[row % 6], " ".join(NUMBERS[words[(row + at) % 6]] for at in range(1 + row * 7 % 4)))
            for row in range(48)]  # fmt: skip
    table.write_text("english\tfrench\n" + "".join(f"{one}\t{other}\n" for one, other in rows))
    run = RunConfig(
        data=DataConfig(path=str(table), columns=dict(TOYS["sequence_to_sequence"].columns)),
        task="sequence_to_sequence",
        method="full_fine_tuning",
        model=str(models["sequence_to_sequence"]),
        settings={"epochs": 2, "batch_size": 4, "max_length": 40, "max_target_length": 12},
    )
    folder = tmp_path / "run"
    assert isinstance(trainer.do(start(run, folder, job_id="answers"))[-1], JobSucceeded)
    export(folder, "script")
    said = without_thaw.ran(tmp_path / "out" / "script", "repeat_run.py")
    assert _losses(said) == pytest.approx(_validation_losses(folder), abs=2e-5)


def test_rows_that_are_not_those_of_the_file_come_along(finished, export, tmp_path, without_thaw):
    folder = finished("lora", train_on="noisy")
    (item,) = export(folder, "script").items
    assert item.checks[0].outcome is CheckOutcome.TOLD
    prepared = read_for_export(folder).started.prepared
    rows = prepared.train + prepared.validation + prepared.test
    told = f"rows.jsonl holds {rows} rows; the script learns from {prepared.train} of them."
    assert item.checks[0].detail == told
    without_thaw.ran(tmp_path / "out" / "script", "repeat_run.py")
    again = json.loads((tmp_path / "out" / "script" / "scores.json").read_text())
    scores = read_for_export(folder).result.scores
    assert again == pytest.approx({name: score.value for name, score in scores.items()}, abs=1e-9)


@pytest.mark.parametrize(
    ("task", "more"), [("text_classification", set()), ("sequence_to_sequence", {"sacrebleu"})]
)
def test_the_script_says_all_that_it_needs(finished, export, tmp_path, task, more):
    export(finished("full_fine_tuning", task), "script")
    script = (tmp_path / "out" / "script" / "repeat_run.py").read_text()
    (line,) = [line for line in script.splitlines() if line.startswith("It needs: ")]
    needed = {part.partition("==")[0] for part in line.removeprefix("It needs: ").split()}
    assert needed == more | {
        "torch", "transformers", "peft", "numpy", "pandas", "scikit-learn", "safetensors",
    }  # fmt: skip


def test_the_notebook_holds_the_same_lines(finished, export, tmp_path):
    export(finished("lora"), "script", "notebook")
    book = nbformat.read(tmp_path / "out" / "notebook" / "repeat_run.ipynb", as_version=4)
    code = [cell.source for cell in book.cells if cell.cell_type == "code"]
    script = (tmp_path / "out" / "script" / "repeat_run.py").read_text()
    assert len(code) > 8
    assert all(cell in script for cell in code)


@pytest.mark.parametrize(
    ("method", "task"),
    [
        ("lora", "text_classification"),
        ("feature_based", "text_classification"),
        ("full_fine_tuning", "sequence_to_sequence"),
        ("full_fine_tuning", "token_classification"),
    ],
)
def test_noise_of_each_epoch_comes_along(finished, export, tmp_path, without_thaw, method, task):
    folder = finished(method, task, fresh_noise=True, train_on="noisy", epochs=3)
    (item,) = export(folder, "script").items
    assert item.checks[0].outcome is CheckOutcome.TOLD
    assert "again for each later epoch" in item.checks[0].detail
    place = tmp_path / "out" / "script"
    parts: dict[str, list[dict]] = {}
    for line in (place / "rows.jsonl").read_text().splitlines():
        row = json.loads(line)
        parts.setdefault(row.pop("part"), []).append(row)
    assert set(parts) == {"train", "validation", "test", "train 2", "train 3"}
    assert len({str(parts[part]) for part in ("train", "train 2", "train 3")}) == 3
    said = without_thaw.ran(place, "repeat_run.py")
    again = json.loads((place / "scores.json").read_text())
    scores = read_for_export(folder).result.scores
    assert again == pytest.approx({name: score.value for name, score in scores.items()}, rel=1e-6)
    assert _losses(said) == pytest.approx(_validation_losses(folder), abs=2e-4)


def _validation_losses(folder):
    from engine.protocol.events import EvaluationEnded
    from engine.protocol.run_files import read_events

    heard = [event for event in read_events(folder) if isinstance(event, EvaluationEnded)]
    return [event.loss for event in heard if event.split == "validation" and event.step > 0]


def _losses(said):
    told = [line for line in said.splitlines() if "validation loss" in line]
    return [float(line.split("validation loss ")[1].split(",")[0]) for line in told]
