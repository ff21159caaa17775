"""Before a run starts it is known which rows an earlier one has read with the same frozen layers."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import torch

from engine.protocol.commands import StartTraining
from engine.protocol.config import RunConfig, SplitConfig
from engine.protocol.events import Event, JobSucceeded
from engine.protocol.kept_facts import KeptFacts, in_words
from engine.server import dispatch
from engine.session import Session
from engine.training.checking import Checker
from engine.training.estimate import Estimator
from engine.training.kept_work import KeptFeatures, KeptRows
from engine.training.rows_chosen import RowsChosen
from engine.training.run_planning import RunPlanner
from engine.training.workbench import Workbench
from tests.engine.recorded_session import moods_run
from tests.engine.training.test_estimate import TimedMachine
from tests.small_models import write_moods


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Returns a folder for runs; nothing was read before."""
    monkeypatch.setenv("THAW_CACHE", str(tmp_path / "cache"))
    return tmp_path


def _kept(run: RunConfig, folder: Path) -> KeptFacts:
    """Returns what is said before a run, by another process than that of earlier runs."""
    checked = Checker(Workbench(), Estimator(torch.device("cpu"), folder / "none.json")).check(run)
    assert checked.estimate is not None
    return checked.estimate.kept


def _train(run: RunConfig, folder: Path) -> None:
    events: list[Event] = []
    session = Session(events.append, calibration_file=folder / "none.json")
    dispatch(session, StartTraining(job_id="train", run=run, folder=str(folder / "run")))
    session.finish_training()
    session.close()
    assert isinstance(events[-1], JobSucceeded)


@pytest.mark.parametrize(
    ("method", "settings"), [("feature_based", {}), ("freeze_layers", {"frozen_layers": 1})]
)
def test_the_same_choice_is_told_what_was_read(
    small_bert: Path, moods_csv: Path, folder: Path, method: str, settings: dict[str, int]
) -> None:
    run = moods_run(moods_csv, small_bert, method, **settings)
    before = _kept(run, folder)
    _train(run, folder)
    after = _kept(run, folder)

    assert (before.known, after.known, after.of_rows) == (0, 80, 80)
    assert in_words(after) == f"{in_words(before)} An earlier run has read all rows already."
    slower = msgspec.structs.replace(run, seed=7, settings={**run.settings, "learning_rate": 1e-5})
    assert _kept(slower, folder).known == 80  # neither matters to what is frozen
    nothing = msgspec.structs.replace(run, settings={**run.settings, "frozen_states_megabytes": 0})
    assert _kept(nothing, folder).known == 0  # for nothing is looked up then


def test_a_plan_counts_what_the_estimate_counts(small_bert: Path, moods_csv: Path, folder: Path) -> None:
    run = moods_run(moods_csv, small_bert, "feature_based")
    checker = Checker(Workbench(), TimedMachine(torch.device("cpu"), folder / "none.json"))
    planner = RunPlanner(checker._bench, checker, checker._estimator)
    before = checker.check(run).estimate
    _train(run, folder)
    after = checker.check(run).estimate

    assert before is not None
    assert before.seconds is not None
    assert after is not None
    assert after.seconds is not None
    assert after.seconds < 0.9 * before.seconds
    planned = planner.plan(run, 1000.0).plan
    assert planned.seconds == pytest.approx(after.seconds, rel=0.02)


def test_what_is_kept_already_needs_no_free_room() -> None:
    """A run has kept 2 GB of 5 that were free; half of the 3 that are left may be taken."""
    rows = KeptRows({"train": 500_000_000}, {"train": 1000}, asked=10**10, free=1_500_000_000)
    features = KeptFeatures({"train": 500_000_000}, {"train": 1000}, asked=10**10, free=1_500_000_000)

    assert rows.share("train") == features.share("train") == 0.75
    for one in (rows.with_known({"train": 1.0}), features.with_known({"train": 1.0})):
        assert one.share("train") == one.there("train") == 1.0
        assert one.facts(6, 6).known == 1000 if isinstance(one, KeptRows) else one.facts(6).known == 1000
    assert rows.with_known({"train": 0.25}).there("train") == 0.25


def test_another_choice_is_not_told_so(small_bert: Path, folder: Path) -> None:
    moods = write_moods(folder / "moods.csv")
    run = moods_run(moods, small_bert, "feature_based")
    _train(run, folder)

    def known(**changed: object) -> int:
        return _kept(msgspec.structs.replace(run, **changed), folder).known

    assert known() == 80
    settings = run.settings
    assert known(settings={**settings, "features": "sum_last_four"}) == 0
    assert known(settings={**settings, "max_length": 4}) == 0
    assert known(settings={**settings, "train_on": "noisy"}) == 0
    assert known(threads=7) == 0
    assert known(data=msgspec.structs.replace(run.data, split=SplitConfig(seed=9))) == 0
    assert known(method="freeze_layers", settings={"frozen_layers": 1}) == 0
    moods.write_bytes(moods.read_bytes() + b"one more,glad\n")
    assert known() == 0


def test_what_made_room_for_something_else_is_not_told(
    small_bert: Path, moods_csv: Path, folder: Path
) -> None:
    run = moods_run(moods_csv, small_bert, "feature_based")
    _train(run, folder)
    for path in (folder / "cache").rglob("*.states"):
        path.unlink()

    assert _kept(run, folder).known == 0


def test_a_run_that_found_less_than_was_said_corrects_nothing(
    small_bert: Path, moods_csv: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corrected: list[object] = []
    monkeypatch.setattr(Estimator, "correct", lambda _self, *given: corrected.append(given))
    run = moods_run(moods_csv, small_bert, "feature_based")
    _train(run, folder / "first")
    assert len(corrected) == 1
    for path in (folder / "cache").rglob("*.states"):  # as after a power cut
        path.write_bytes(bytes(path.stat().st_size))
    assert _kept(run, folder).known == 80

    _train(run, folder / "second")

    assert len(corrected) == 1


def test_some_rows_are_counted() -> None:
    some = KeptFacts(whole=True, of_blocks=6, rows=3099, of_rows=3099, known=2169)

    assert in_words(some) == (
        "All 6 blocks are computed once; then only the head is. An earlier run has read 2,169 of 3,099 rows "
        "already."
    )
    assert in_words(KeptFacts(of_blocks=6, of_rows=3099)) == ""


def test_a_name_is_another_one_where_anything_differs() -> None:
    chosen = RowsChosen("rows", "cpu", 2, "bf16")
    names = {
        one.name(part, read)
        for one in (
            chosen,
            RowsChosen("other", "cpu", 2, "bf16"),
            RowsChosen("rows", "cuda:0", 2, "bf16"),
            RowsChosen("rows", "cpu", 4, "bf16"),
            RowsChosen("rows", "cpu", 2, "fp32"),
            RowsChosen("rows", "cpu", 2, "bf16", four_bit=True),
        )
        for part in ("train", "test")
        for read in (("embeddings",), ("embeddings", "block.1"))
    }

    assert len(names) == 24
    assert chosen.name("test", ["embeddings"]) == chosen.name("test", ("embeddings",))
