"""Finished runs compared: which are the best, what a folder may lack, which cannot be compared and why."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from engine.errors import EngineError
from engine.evaluation.language_modelling import ROW_MEASURES
from engine.examining import comparing
from engine.examining.changed_answers import compare_answers
from engine.examining.comparing import compare_runs
from engine.examining.judged_runs import JudgedRun, _digest
from engine.protocol import comparison_problems
from engine.protocol.commands import Command
from engine.protocol.comparison import AnswersCompared, CompareAnswers, CompareRuns, RunsCompared
from engine.protocol.config import RunConfig, SplitConfig
from engine.protocol.events import JobFailed, StageReached
from engine.protocol.results import Prediction
from engine.protocol.run_files import (
    EVENTS_FILE,
    MODEL_FOLDER,
    RUN_FILE,
    TEST_EVIDENCE_FILE,
    TEST_PREDICTIONS_FILE,
    read_predictions,
)
from engine.registry import all_tasks
from engine.training.pooling import result_of
from engine.training.workbench import Workbench
from tests.engine.recorded_session import RecordedSession, moods_run, open_session, start

NAMES = ("full", "seed", "weak", "few")
"""A good run, the same with another seed, one that has learned nothing, one of fewer rows."""


@pytest.fixture(scope="module")
def session() -> Iterator[RecordedSession]:
    opened = open_session()
    yield opened
    opened.session.close()


@pytest.fixture(scope="module")
def run(moods_csv: Path, small_bert: Path) -> RunConfig:
    run = moods_run(moods_csv, small_bert, epochs=10, learning_rate=5e-3, evaluations_per_epoch=1)
    data = replace(run.data, split=SplitConfig(validation=0.1, test=0.4))
    return replace(run, data=data, threads=1)  # two wait for each other where more is computed beside them


@pytest.fixture(scope="module")
def trained(
    session: RecordedSession, run: RunConfig, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Runs by name; do not write to them."""
    parent = tmp_path_factory.mktemp("runs")
    quick = replace(run, method="feature_based", settings={"epochs": 1, "batch_size": 8})
    runs = {
        "full": run,
        "seed": replace(run, seed=1),
        "weak": quick,
        "few": replace(run, data=replace(run.data, row_limit=12)),
        "other": replace(quick, data=replace(run.data, split=SplitConfig(validation=0.1, test=0.25))),
        "fold": replace(quick, data=replace(run.data, split=SplitConfig(validation=0.2, folds=2, fold=1))),
    }
    for name, one in runs.items():
        session.do(start(one, parent / name, name))
    return {name: parent / name for name in runs}


@pytest.fixture
def copied(trained: dict[str, Path], tmp_path: Path) -> dict[str, Path]:
    """The same, to be damaged."""
    return {name: Path(shutil.copytree(path, tmp_path / name)) for name, path in trained.items()}


def of(folders: dict[str, Path], *names: str, **more: Any) -> RunsCompared:
    return compare_runs([folders[name] for name in names], Workbench(), **more)


def test_runs_are_compared_row_by_row(session: RecordedSession, trained: dict[str, Path]) -> None:
    folders = tuple(str(trained[name]) for name in (*NAMES, "other", "fold"))
    told = session.do(CompareRuns(job_id="compare", folders=folders))
    compared = next(event for event in told if isinstance(event, RunsCompared))
    assert "Comparing 4 runs row by row" in [one.label for one in told if isinstance(one, StageReached)]
    scores = {name: result_of(trained[name]).scores["macro_f1"].value for name in NAMES}
    assert [run.score.value for run in compared.runs] == sorted(scores.values(), reverse=True)
    assert compared.metric == "macro_f1"
    assert compared.metrics == ("macro_f1", "accuracy", "mcc")
    assert compared.rows == len(read_predictions(trained["full"]))
    assert len(compared.pairs) == 6
    for pair in compared.pairs:
        better, worse = scores[Path(pair.better).name], scores[Path(pair.worse).name]
        assert pair.gain.value == pytest.approx(better - worse)
        assert pair.gain.low <= pair.gain.value <= pair.gain.high
        assert 0 < pair.p <= 1
        assert pair.is_clear == (pair.p < 0.05) == (pair.gain.low > 0)
    weak = [pair for pair in compared.pairs if Path(pair.worse).name == "weak"]
    assert weak[0].is_clear
    assert str(trained["weak"]) not in compared.best
    assert str(trained["seed"]) in compared.best
    assert compared.smallest == ""  # all of the best train and save the same
    assert compared.groups[0].folders == folders[:4]
    assert compared.groups[0].rows == compared.rows
    assert {len(group.folders) for group in compared.groups[1:]} == {1}


def test_runs_that_differ_in_their_seed_alone_are_one_way_of_training(trained: dict[str, Path]) -> None:
    compared = of(trained, *NAMES)
    first, *others = compared.recipes
    assert {Path(one).name for one in first.folders} == {"full", "seed"}
    assert [len(one.folders) for one in others] == [1, 1]
    (seeds,) = compared.seeds
    assert first.score.value == pytest.approx(seeds.mean)
    assert first.spread == pytest.approx(seeds.spread)
    assert first.score.low <= first.score.value <= first.score.high
    assert len(compared.recipe_pairs) == 3
    for pair in compared.recipe_pairs:
        assert pair.gain.value >= 0
        assert pair.gain.low <= pair.gain.value <= pair.gain.high
        assert pair.is_clear == (pair.p < 0.05) == (pair.gain.low > 0)
    assert compared.best_recipes[0] == first.folders[0]
    assert of(trained, "full", "weak").recipes == ()  # no run was repeated
    assert of(trained, "full", "seed").recipes == ()  # there is but one way


def test_what_a_run_learned_from_and_with_which_seed_is_told(trained: dict[str, Path]) -> None:
    compared = of(trained, *NAMES)
    (seeds,), (curve,) = compared.seeds, compared.curves
    assert {Path(one).name for one in seeds.folders} == {"full", "seed"}
    scores = [run.score.value for run in compared.runs if run.folder in seeds.folders]
    assert seeds.mean == pytest.approx(sum(scores) / 2)
    assert seeds.spread == pytest.approx(abs(scores[0] - scores[1]) / 2**0.5)
    assert curve.rows[0] == 12
    assert curve.rows[1] == curve.rows[2] == 40
    assert Path(curve.folders[0]).name == "few"


def test_a_run_that_was_repeated_with_its_seed_counts_once_among_seeds(
    trained: dict[str, Path], copied: dict[str, Path]
) -> None:
    compared = of({**trained, "again": copied["full"]}, *NAMES, "again")
    (seeds,) = compared.seeds
    assert len(seeds.folders) == 2
    (once,) = of(trained, *NAMES).seeds
    assert (seeds.mean, seeds.spread) == (once.mean, once.spread)


def test_only_the_same_test_rows_are_compared(trained: dict[str, Path]) -> None:
    left = {Path(one.folder).name: one.problem for one in of(trained, *NAMES, "other", "fold").left_out}
    assert set(left) == {"other", "fold"}
    assert {one.code for one in left.values()} == {"other_test_rows"}
    assert "its rows were divided otherwise" in left["other"].reason
    assert "20 test rows" in left["other"].reason
    assert "it is fold 2 of 2" in left["fold"].reason


def test_other_columns_are_named(trained: dict[str, Path], copied: dict[str, Path]) -> None:
    mood = msgspec.toml.decode((copied["weak"] / RUN_FILE).read_bytes())["data"]["columns"]["label"]
    file = copied["other"] / RUN_FILE
    file.write_text(file.read_text().replace(f'label = "{mood}"', 'label = "Class"'))
    (left,) = of({**trained, "other": copied["other"]}, *NAMES, "other").left_out
    assert f'its columns mean something else, "Class" where theirs have "{mood}"' in left.problem.reason
    same = comparison_problems.other_test_rows(rows=36, of_others=36, why=["its rows were divided otherwise"])
    assert same.reason.startswith("Its score is over 36 test rows, but not those of the others: its rows")


def test_a_smaller_group_can_be_asked_for(trained: dict[str, Path], tmp_path: Path) -> None:
    compared = of(trained, *NAMES, "other", "fold", with_run=trained["other"])
    assert [Path(run.folder).name for run in compared.runs] == ["other"]
    assert compared.rows == 20
    assert {Path(one.folder).name for one in compared.left_out} == {*NAMES, "fold"}
    assert [len(group.folders) for group in compared.groups] == [4, 1, 1]  # as ever
    with pytest.raises(EngineError) as raised:
        of(trained, "full", with_run=tmp_path / "nowhere")
    assert raised.value.problem.code == "not_among_them"


def test_another_measure_can_be_asked_for(trained: dict[str, Path]) -> None:
    compared = of(trained, "full", "weak", metric="accuracy")
    assert compared.metric == "accuracy"
    assert compared.runs[0].score.value >= compared.runs[1].score.value
    with pytest.raises(EngineError) as raised:
        of(trained, "full", "weak", metric="beauty")
    assert raised.value.problem.code == "not_measured"
    assert '"macro_f1"' in raised.value.problem.reason


def test_a_run_of_an_older_version_is_judged_again_once(copied: dict[str, Path]) -> None:
    wanted = of(copied, "full", "weak")
    evidence = copied["full"] / TEST_EVIDENCE_FILE
    kept = evidence.read_bytes()
    evidence.unlink()
    stages: list[str] = []
    compared = compare_runs(
        [copied["full"], copied["weak"]], Workbench(), lambda event: stages.append(event.label)
    )
    assert "Judging full again" in stages
    assert compared == wanted
    assert evidence.read_bytes() == kept


@pytest.mark.parametrize("name", [TEST_EVIDENCE_FILE, TEST_PREDICTIONS_FILE])
def test_what_is_damaged_is_named_and_made_again(copied: dict[str, Path], name: str) -> None:
    path = copied["full"] / name
    path.write_bytes(path.read_bytes()[:-20])
    compared = of(copied, "full", "weak")
    assert len(compared.runs) == 2
    (problem,) = next(run.missing for run in compared.runs if run.folder == str(copied["full"]))
    assert problem.code == "run_part_missing"
    assert name in problem.title
    assert "judged again" in problem.reason


def test_without_answers_and_without_a_model_the_reason_is_said(copied: dict[str, Path]) -> None:
    (copied["full"] / TEST_PREDICTIONS_FILE).unlink()
    shutil.rmtree(copied["full"] / MODEL_FOLDER)
    compared = of(copied, "full", "weak", "few")
    (left,) = compared.left_out
    assert left.folder == str(copied["full"])
    assert left.problem.code == "no_row_answers"
    assert "This run has no saved model yet" in left.problem.reason
    assert len(compared.runs) == 2


def test_a_lost_run_file_is_named_and_the_rest_is_shown(copied: dict[str, Path]) -> None:
    (copied["full"] / RUN_FILE).unlink()
    compared = of(copied, "full", "weak")
    run = next(run for run in compared.runs if run.folder == str(copied["full"]))
    assert RUN_FILE in run.missing[0].title
    assert run.method == "full_fine_tuning"


def test_lost_results_and_other_folders_are_told_apart(copied: dict[str, Path], tmp_path: Path) -> None:
    (copied["full"] / EVENTS_FILE).unlink()
    events = copied["seed"] / EVENTS_FILE
    events.write_bytes(b"".join(events.read_bytes().splitlines(keepends=True)[:4]))
    compared = compare_runs([*copied.values(), tmp_path / "nowhere"], Workbench())
    left = {Path(one.folder).name: one.problem.code for one in compared.left_out}
    assert left["full"] == "no_result"
    assert left["seed"] == "run_not_finished"
    assert left["nowhere"] == "not_a_run"


def test_a_run_of_a_newer_version_is_said_to_be_one(copied: dict[str, Path]) -> None:
    with (copied["full"] / EVENTS_FILE).open("ab") as file:
        file.write(b'{"type": "LayersPruned", "job_id": "train", "seq": 99}\n')
    run_file = copied["weak"] / RUN_FILE
    run_file.write_text(run_file.read_text().replace("feature_based", "dora"))
    compared = of(copied, "full", "seed", "weak")
    (problem,) = next(run.missing for run in compared.runs if run.folder == str(copied["full"]))
    assert problem.code == "newer_run"
    (left,) = compared.left_out
    assert left.problem.code == "newer_run"
    assert 'the method "dora"' in left.problem.reason


def test_nothing_to_compare_is_told_not_raised(tmp_path: Path) -> None:
    compared = compare_runs([tmp_path / "nowhere"], Workbench())
    assert compared.runs == ()
    assert [one.problem.code for one in compared.left_out] == ["not_a_run"]


def test_fixed_and_broken_rows_are_those_of_the_answers(trained: dict[str, Path]) -> None:
    weak, full = (read_predictions(trained[name]) for name in ("weak", "full"))
    found = compare_answers(trained["weak"], trained["full"], most=500)
    fixed = [b.row for a, b in zip(weak, full, strict=True) if b.is_right and not a.is_right]
    broken = [b.row for a, b in zip(weak, full, strict=True) if a.is_right and not b.is_right]
    assert [one.second.row for one in found.fixed_rows] == fixed
    assert [one.second.row for one in found.broken_rows] == broken
    assert (found.fixed, found.broken, found.rows) == (len(fixed), len(broken), len(full))
    assert found.both_wrong + found.fixed == sum(not one.is_right for one in weak)
    assert fixed
    assert len(compare_answers(trained["weak"], trained["full"], most=1).fixed_rows) == 1


def test_answers_that_are_right_by_degrees_are_better_and_worse(tmp_path: Path) -> None:
    for name, degrees in {"weak": (0.0, 0.5, 0.2, 1.0, 0.4), "full": (0.3, 0.5, 1.0, 0.9, 0.1)}.items():
        rows = (
            Prediction(text="a", said=f"b{degree}", truth="b", probability=0.5, row=row, right=degree)
            for row, degree in enumerate(degrees, start=1)
        )
        (tmp_path / name).mkdir()
        kept = b"\n".join(msgspec.json.encode(one) for one in rows)
        (tmp_path / name / TEST_PREDICTIONS_FILE).write_bytes(kept)
    found = compare_answers(tmp_path / "weak", tmp_path / "full", most=500)
    assert found.by_degrees
    assert [one.second.row for one in found.fixed_rows] == [3, 1]  # the most mended first
    assert [one.second.row for one in found.broken_rows] == [5, 4]
    assert (found.rows, found.fixed, found.broken, found.both_wrong) == (5, 2, 2, 3)


def test_answers_to_other_rows_are_refused(
    session: RecordedSession, trained: dict[str, Path], tmp_path: Path
) -> None:
    def ask(job: str, second: Path) -> Command:
        return CompareAnswers(job_id=job, first=str(trained["full"]), second=str(second))

    told = session.do(ask("same", trained["weak"]))
    assert any(isinstance(event, AnswersCompared) for event in told)
    for job, other, code in (
        ("other", trained["other"], "other_answers_kept"),
        ("nowhere", tmp_path, "run_part_missing"),
    ):
        end = session.do(ask(job, other))[-1]
        assert isinstance(end, JobFailed)
        assert end.problem.code == code


def test_runs_of_other_tasks_and_other_word_pieces_are_told_apart(trained: dict[str, Path]) -> None:
    judged = JudgedRun.read(trained["full"], Workbench(), lambda _event: None)
    named = dataclasses.replace(judged, task=all_tasks()["token_classification"])
    problem = comparing._why_not(named, judged)
    assert problem.code == "other_task"
    assert problem.reason.startswith('Its task is "Mark words", and that of the others is "Classify text".')
    written = dataclasses.replace(judged, measures=ROW_MEASURES)
    other = dataclasses.replace(written, run=replace(judged.run, model="another"))
    assert "cut the texts into other word pieces" in comparing._why_not(other, written).reason
    questions = read_predictions(trained["full"])
    pieces = np.array([[2.0, 5.0, 1.0]] * len(questions))
    more = pieces + np.array([0.0, 1.0, 0.0])  # the same texts in more pieces
    assert _digest(questions, pieces, ROW_MEASURES) != _digest(questions, more, ROW_MEASURES)
    surer = pieces - np.array([1.0, 0.0, 0.0])  # said better
    assert _digest(questions, pieces, ROW_MEASURES) == _digest(questions, surer, ROW_MEASURES)


def test_the_event_is_json(trained: dict[str, Path]) -> None:
    compared = of(trained, "full", "weak")
    assert msgspec.json.decode(msgspec.json.encode(compared), type=RunsCompared) == compared
