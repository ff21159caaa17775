"""How a model reads a person's texts: what is cut, by how much; which words it does not know."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from engine.contracts import BaseModel
from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.problems import Problem, Severity
from engine.training.checking import Checker
from engine.training.estimate import Estimator
from engine.training.reading import words_read
from engine.training.workbench import Workbench
from tests.engine.recorded_session import moods_run

ENGLISH = ("The parcel came two days late and the box was torn.", "I am very happy with this product.")
RUSSIAN = ("Доставка опоздала на два дня, и коробка была порвана.", "Я очень доволен этим товаром.")
GERMAN = (
    "Die Lieferung kam zwei Tage zu spät, der Karton war aufgerissen.",
    "Leider ist sie kaputtgegangen.",
)
CHINESE = ("快递晚了两天才到，箱子的一侧也破了。", "我对这个产品非常满意，推荐给大家。")


@pytest.fixture
def checker(tmp_path: Path) -> Checker:
    return Checker(Workbench(), Estimator(torch.device("cpu"), tmp_path / "calibration.json"))


def write(path: Path, texts: Sequence[str]) -> Path:
    """Writes texts with two labels in turn; the first row is 1."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("text", "label"), *((text, "ab"[at % 2]) for at, text in enumerate(texts))]
        )
    return path


def told(checker: Checker, run: RunConfig) -> dict[str, Problem]:
    """Returns what a check says: code → problem."""
    return {problem.code: problem for problem in checker.check(run).problems}


def on_minilm(path: Path, task: str = "text_classification", **settings: int) -> RunConfig:
    """Returns a run on a table with the model that ships with Thaw."""
    return RunConfig(data=DataConfig(path=str(path)), task=task, method="lora", settings=dict(settings))


def test_texts_that_are_cut_are_counted_with_how_much_and_the_length_that_would_do(
    checker: Checker, small_bert: Path, tmp_path: Path
) -> None:
    # A word piece each, and two special ones: 42 rows of 12, 18 of 22 to 56.
    texts = [" ".join(["sunny"] * size) for size in [10] * 42 + list(range(20, 56, 2))]
    run = moods_run(write(tmp_path / "a.csv", [f"{text} day" for text in texts]), small_bert, max_length=32)
    problem = told(checker, run)["texts_cut"]

    sizes = [size + 3 for size in range(20, 56, 2)]
    beyond = [size - 32 for size in sizes if size > 32]
    assert problem.title == f"{len(beyond)} of 60 texts will be cut"
    assert problem.rows[0] == 43 + sizes.index(33)
    assert (problem.row_count, problem.severity) == (len(beyond), Severity.WARNING)
    assert (
        f"half of them by {sorted(beyond)[len(beyond) // 2]} or more, the longest by {beyond[-1]}"
        in problem.reason
    )
    action = problem.actions[0]
    wanted = int(action.arguments["max_length"])
    assert action.id == "set_settings"
    assert wanted % 8 == 0
    assert sum(size > wanted for size in sizes) <= 3  # of 60: one in twenty

    mended = moods_run(Path(run.data.path), small_bert, max_length=wanted)
    assert told(checker, mended)["texts_cut"].severity is Severity.NOTE
    assert "texts_cut" not in told(checker, moods_run(Path(run.data.path), small_bert, max_length=64))


def test_what_is_longer_than_the_model_can_read_has_no_button(
    checker: Checker, small_bert: Path, tmp_path: Path
) -> None:
    texts = [f"{' '.join(['sun'] * 90)} {number}" for number in range(40)]
    problem = told(checker, moods_run(write(tmp_path / "a.csv", texts), small_bert, max_length=64))[
        "texts_cut"
    ]
    assert "reads 64 at most" in problem.fix
    assert [action.id for action in problem.actions] == ["show_data"]


def test_tasks_that_read_windows_cut_nothing(checker: Checker, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [f"{' '.join(ENGLISH * 9)} {number}" for number in range(40)])
    run = on_minilm(path, "masked_language_modelling", max_length=32)
    assert "texts_cut" not in told(checker, run)


@pytest.mark.parametrize(
    ("texts", "code", "severity"),
    [
        (RUSSIAN, "words_in_pieces", Severity.WARNING),
        (GERMAN, "words_in_pieces", Severity.NOTE),
        (CHINESE, "unknown_pieces", Severity.WARNING),
    ],
)
def test_another_language_than_the_models_is_told(
    checker: Checker, tmp_path: Path, texts: tuple[str, ...], code: str, severity: Severity
) -> None:
    path = write(tmp_path / "a.csv", [f"{texts[number % 2]} {number}" for number in range(60)])
    found = told(checker, on_minilm(path))
    assert list(found) == [code]
    assert found[code].severity is severity
    assert "It was made for English." in found[code].reason


def test_the_models_own_language_is_not_told(checker: Checker, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [f"{ENGLISH[number % 2]} {number}" for number in range(60)])
    assert told(checker, on_minilm(path)) == {}


def test_signs_that_are_unknown_are_counted_and_named(minilm_on_meta: BaseModel) -> None:
    words, cut_into, unknown, examples = words_read(
        minilm_on_meta.tokenizer, ["so happy 😀 today 🎉", "again 😀"]
    )
    assert (words, cut_into, unknown) == (7, 7, 3)
    assert examples == ("😀", "🎉")
    assert words_read(minilm_on_meta.tokenizer, []) == (0, 0, 0, ())
    assert words_read(minilm_on_meta.tokenizer, ["快递晚了"])[0] == 4
