"""Before a run starts it is known which rows an earlier one has read with the same frozen layers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from datasets import Dataset

from engine import registry
from engine.protocol.commands import StartTraining
from engine.protocol.config import DataConfig, RunConfig, SplitConfig
from engine.protocol.events import Event, JobSucceeded, StageReached
from engine.protocol.kept_facts import KeptFacts, in_words
from engine.server import dispatch
from engine.session import Session
from engine.training.calibration import TIMES, Calibration
from engine.training.checking import Checker
from engine.training.estimate import Estimator
from engine.training.kept_work import KeptFeatures, KeptRows
from engine.training.rows_chosen import RowsChosen, text_marks
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


class SlowMachine(TimedMachine):
    """So slow that it does not matter how long rows take to be put into batches, which is really measured."""

    def calibration(self, *asked: Any) -> Calibration:
        """Returns what everything takes."""
        speed = super().calibration(*asked)
        return msgspec.structs.replace(speed, **{name: 100 * getattr(speed, name) for name in TIMES})


def test_a_plan_counts_what_the_estimate_counts(small_bert: Path, moods_csv: Path, folder: Path) -> None:
    run = moods_run(moods_csv, small_bert, "feature_based")
    checker = Checker(Workbench(), SlowMachine(torch.device("cpu"), folder / "none.json"))
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
    few = msgspec.structs.replace(run, data=msgspec.structs.replace(run.data, row_limit=20))
    fewer = checker.check(few).estimate
    assert fewer is not None
    assert planner.plan(few, 1000.0).plan.seconds == pytest.approx(fewer.seconds, rel=0.02)


def test_what_is_kept_already_needs_no_free_room() -> None:
    """A run has kept 2 GB of 5 that were free; half of the 3 that are left may be taken."""
    rows = KeptRows({"train": 500_000_000}, {"train": 1000}, asked=10**10, free=1_500_000_000)
    features = KeptFeatures({"train": 500_000_000}, {"train": 1000}, asked=10**10, free=1_500_000_000)

    assert rows.share("train") == features.share("train") == 0.75
    very = {"train": 1.0}
    for one in (rows.with_known(very, very), features.with_known(very, very)):
        assert one.share("train") == one.there("train") == 1.0
        assert one.facts(6, 6).known == 1000 if isinstance(one, KeptRows) else one.facts(6).known == 1000
    assert rows.with_known({"train": 0.25}, {"train": 0.25}).there("train") == 0.25
    assert rows.with_known(very, {}).there("train") == 0.75  # they are copied, to where there is room


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
    assert known(method="freeze_layers", settings={"frozen_layers": 1}) == 0


def test_other_rows_are_told_which_of_their_texts_were_read(small_bert: Path, folder: Path) -> None:
    moods = write_moods(folder / "moods.csv")
    run = moods_run(moods, small_bert, "feature_based")
    _train(run, folder)

    def known(path: Path = moods, **changed: object) -> int:
        data = msgspec.structs.replace(run.data, path=str(path), **changed)
        return _kept(msgspec.structs.replace(run, data=data), folder).known

    assert known(split=SplitConfig(seed=9)) == 80
    assert known(row_limit=20) == 20 + 2 * 16
    copy = folder / "copy.csv"
    copy.write_bytes(moods.read_bytes())
    assert known(copy) == 80
    lines = moods.read_text("utf-8").splitlines()
    text, label = lines[7].rsplit(",", 1)
    other = next(one for one in lines[1:] if not one.endswith(f",{label}")).rsplit(",", 1)[1]
    moods.write_text("\n".join([*lines[:7], f"{text},{other}", *lines[8:]]), "utf-8")
    assert known() == 80  # a label is mended
    moods.write_text(
        "\n".join([*lines[:7], f"{text} so much,{label}", *lines[8:], f"one more,{label}"]), "utf-8"
    )
    assert known() == 79


def test_windows_of_several_texts_are_known_as_a_whole_only(small_writer: Path, folder: Path) -> None:
    path = folder / "long.csv"
    lines = [f'"{" ".join(f"cat day {number}" for number in range(row, row + 12))}"' for row in range(60)]
    path.write_text("\n".join(["text", *lines]), "utf-8")
    run = RunConfig(
        data=DataConfig(path=str(path)),
        task="causal_language_modelling",
        method="freeze_layers",
        model=str(small_writer),
        settings={"frozen_layers": 1, "epochs": 1, "max_length": 16, "batch_size": 8},
    )
    checker = Checker(Workbench(), SlowMachine(torch.device("cpu"), folder / "none.json"))
    planner = RunPlanner(checker._bench, checker, checker._estimator)
    _train(run, folder)

    def known(**changed: object) -> dict[str, float]:
        data = msgspec.structs.replace(run.data, **changed)
        work = checker.check(msgspec.structs.replace(run, data=data)).work
        assert work is not None
        return {part: round(share, 2) for part, share in work.kept.known.items() if share}

    assert known() == {"train": 1.0, "validation": 1.0, "test": 1.0}
    assert known(row_limit=20) == {"validation": 1.0, "test": 1.0}
    assert "train" not in known(split=SplitConfig(seed=9))
    few = msgspec.structs.replace(run, data=msgspec.structs.replace(run.data, row_limit=20))
    said = checker.check(few).estimate
    assert said is not None
    assert planner.plan(few, 1000.0).plan.seconds == pytest.approx(said.seconds, rel=0.02)


def test_numbers_of_16_bits_are_no_use_to_the_test(small_bert: Path, moods_csv: Path, folder: Path) -> None:
    run = moods_run(moods_csv, small_bert, "feature_based", precision="bf16")
    _train(run, folder)
    data = msgspec.structs.replace(run.data, split=SplitConfig(seed=9))

    other = _kept(msgspec.structs.replace(run, data=data), folder)

    assert _kept(run, folder).known == 80
    assert 48 < other.known < 80


@pytest.mark.parametrize("method", ["feature_based", "freeze_layers"])
def test_a_file_that_goes_while_a_run_begins_is_needed_no_more(
    small_bert: Path, folder: Path, method: str
) -> None:
    moods = write_moods(folder / "moods.csv")
    content, events = moods.read_bytes(), list[Event]()

    def take(event: Event) -> None:
        events.append(event)
        if isinstance(event, StageReached) and event.stage == "loading_model":
            moods.unlink()

    run = moods_run(moods, small_bert, method)
    session = Session(take, calibration_file=folder / "none.json")
    dispatch(session, StartTraining(job_id="train", run=run, folder=str(folder / "run")))
    session.finish_training()
    session.close()

    assert isinstance(events[-1], JobSucceeded), events[-1]
    moods.write_bytes(content)
    assert _kept(run, folder).known == 80


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
    texts = {"train": np.array([1, 2], dtype=np.uint64), "test": np.array([2, 1], dtype=np.uint64)}
    chosen = RowsChosen("rows", "cpu", 2, "bf16", texts=lambda: texts)
    names = {
        name
        for one in (
            chosen,
            replace(chosen, mark="other"),
            replace(chosen, device="cuda:0"),
            replace(chosen, threads=4),
            replace(chosen, four_bit=True),
        )
        for part in ("train", "test")
        for read in (("embeddings",), ("embeddings", "block.1"))
        for name in (one.name(part, read), one.own_name(part, read))
    }

    assert len(names) == 40
    assert chosen.name("test", ["embeddings"]) == chosen.name("test", ("embeddings",))
    exact = replace(chosen, precision="fp32")
    assert (
        exact.name("train", ())
        == exact.name("test", ())
        == chosen.name("test", ())
        != chosen.name("train", ())
    )
    assert exact.own_name("train", ()) != exact.own_name("test", ())


def test_only_what_is_read_of_a_row_makes_its_mark() -> None:
    roles = registry.task("text_classification").roles
    rows = {"text": ["good", "bad"], "text_pair": ["so", "so"], "label": ["1", "2"], "row": ["4", "5"]}

    def marks(**other: list[str]) -> list[int]:
        return text_marks(Dataset.from_dict(rows | other), roles).tolist()

    assert marks() == marks(label=["2", "2"], row=["7", "8"])
    assert marks(text=["good", "worse"])[0] == marks()[0] != marks()[1] != marks(text=["good", "worse"])[1]
    assert marks(text=["so", "bad"], text_pair=["good", "so"])[0] != marks()[0]
