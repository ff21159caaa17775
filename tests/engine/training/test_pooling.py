"""The runs of all folds judged as one large test, and what is no such set."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from engine.protocol.commands import CheckRun, PoolFolds
from engine.protocol.config import RunConfig, SplitConfig
from engine.protocol.events import JobFailed, RunChecked, StageReached
from engine.protocol.fold_runs import recipe_of, run_of_fold
from engine.protocol.pooled_folds import FoldsPooled
from engine.protocol.run_files import read_predictions, read_run
from engine.training.pooling import result_of
from tests.engine.recorded_session import RecordedSession, moods_run, open_session, start


@pytest.fixture(scope="module")
def session() -> Iterator[RecordedSession]:
    opened = open_session()
    yield opened
    opened.session.close()


@pytest.fixture(scope="module")
def run(moods_csv: Path, small_bert: Path) -> RunConfig:
    """A quick run on one of two folds."""
    run = moods_run(moods_csv, small_bert, "feature_based", epochs=1)
    return replace(run, data=replace(run.data, split=SplitConfig(validation=0.2, folds=2)))


@pytest.fixture(scope="module")
def folders(
    session: RecordedSession, run: RunConfig, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str]:
    """The trained runs of both folds."""
    parent = tmp_path_factory.mktemp("runs")
    for fold in (0, 1):
        session.do(start(run_of_fold(run, fold), parent / str(fold), f"fold {fold}"))
    return str(parent / "0"), str(parent / "1")


def test_both_folds_are_judged_as_one_test(session: RecordedSession, folders: tuple[str, str]) -> None:
    events = session.do(PoolFolds(job_id="pool", folders=folders))
    stages = [event.label for event in events if isinstance(event, StageReached)]
    assert stages == ["Judging fold 1 of 2", "Judging fold 2 of 2"]
    pooled = next(event.folds for event in events if isinstance(event, FoldsPooled))
    answers = [one for folder in folders for one in read_predictions(Path(folder))]
    assert (pooled.rows, pooled.wrong) == (80, sum(not one.is_right for one in answers))
    results = [result_of(Path(folder)) for folder in folders]
    of_folds = tuple(result.scores["macro_f1"].value for result in results)
    assert pooled.folds["macro_f1"] == of_folds
    assert pooled.spread["macro_f1"] == pytest.approx(abs(of_folds[0] - of_folds[1]) / 2**0.5)
    majority = next(one for one in pooled.baselines if one.id == "majority")
    assert majority.scores["accuracy"] == pytest.approx(
        statistics.fmean(result.baselines[0].scores["accuracy"].value for result in results)
    )


def test_what_is_not_all_folds_of_one_recipe_is_refused(
    session: RecordedSession, folders: tuple[str, str], run: RunConfig, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    longer = replace(run, settings={**run.settings, "epochs": 2})
    session.do(start(run_of_fold(longer, 1), other, "other"))
    for number, wrong in enumerate(((folders[0],), folders[::-1], (folders[0], str(other)), ())):
        end = session.do(PoolFolds(job_id=f"wrong {number}", folders=wrong))[-1]
        assert isinstance(end, JobFailed)
        assert end.problem.code == "folds_of_other_runs"
    end = session.do(PoolFolds(job_id="nowhere", folders=(folders[0], str(tmp_path / "nowhere"))))[-1]
    assert isinstance(end, JobFailed)
    assert end.problem.code == "not_a_run"


def test_a_check_says_the_run_as_it_is_saved(
    session: RecordedSession, folders: tuple[str, str], run: RunConfig
) -> None:
    """So that the window finds runs of the same choices, though a draft says only what differs."""
    draft = replace(run, data=replace(run.data, columns={}))
    told = session.do(CheckRun(job_id="check", run=draft))
    checked = next(event.run for event in told if isinstance(event, RunChecked))
    assert checked is not None
    assert len(checked.settings) > len(run.settings)
    assert [recipe_of(read_run(Path(folder))) for folder in folders] == [recipe_of(checked)] * 2
