"""All folds: trained one after the other, gone on with, stopped, and found again from their files alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from engine.protocol.commands import ResumeTraining, StartTraining
from engine.protocol.config import RunConfig, SplitConfig
from engine.protocol.events import JobAccepted, JobFailed
from engine.protocol.fold_runs import recipe_of, run_of_fold
from engine.protocol.problems import Problem
from gui.state.fold_set import FoldSet
from gui.state.page_context import PageContext
from gui.state.run_history import RunHistory
from gui.state.run_start import RunStart
from gui.state.run_status import RunStatus
from tests.gui.fake_engine import FakeClient
from tests.gui.sample_facts import run_config

FOLDS = 3


@pytest.fixture
def starting(qtbot: QtBot, context: PageContext) -> RunStart:
    """The start of a project whose rows are divided into three folds, checked."""
    project = context.project
    qtbot.waitUntil(lambda: project.draft is not None)
    project.change_split(SplitConfig(folds=FOLDS, fold=1), None)
    qtbot.waitUntil(lambda: project.is_checked)
    return RunStart(project, context.runs, context.runs)


def folds_of(context: PageContext, history: RunHistory | None = None) -> FoldSet:
    checked = context.project.checked
    assert checked is not None
    assert checked.run is not None
    found = FoldSet.of(checked.run, (history or context.runs).runs)
    assert found is not None
    return found


def fold_numbers(runs: list[RunStatus]) -> list[int]:
    return [run.config.data.split.fold for run in runs]


def is_over(context: PageContext) -> bool:
    return not folds_of(context).active and context.runs.active is None


def hold_first(context: PageContext, fake_clients: list[FakeClient], step: int = 40) -> RunStatus:
    """Starts all folds and holds the first one after a step."""
    fake_clients[0].hold_after_step = step
    folds_of(context).train_missing(context.runs)
    return context.runs.runs[0]


def test_all_folds_train_one_after_the_other(qtbot: QtBot, context: PageContext, starting: RunStart) -> None:
    assert starting.words().main == "Train all 3 folds"
    assert starting.words().alone == "Only fold 2"
    assert starting.words().runs == 3
    assert starting.start() == "train"
    first, *others = context.runs.runs
    assert [run.state for run in others] == ["waiting", "waiting"]
    assert starting.words().main == "See training"
    qtbot.waitUntil(lambda: is_over(context), timeout=20_000)
    assert fold_numbers(context.runs.finished) == [0, 1, 2]
    assert [run.name for run in context.runs.runs] == ["", "", ""]
    assert folds_of(context).is_complete
    assert folds_of(context).problem() is None
    assert starting.words().main == "See all folds"
    assert starting.start() == "results"
    assert len(context.runs.runs) == 3
    assert first.config.data.split.fold == 0


def test_a_fold_that_is_trained_is_not_trained_again(
    qtbot: QtBot, context: PageContext, starting: RunStart
) -> None:
    assert starting.start(alone=True) == "train"
    qtbot.waitUntil(lambda: is_over(context))
    assert fold_numbers(context.runs.runs) == [1]
    assert starting.words().main == "Train the 2 missing folds"
    context.project.set_watch(("A text of my own",))  # changes nothing that is learned
    qtbot.waitUntil(lambda: context.project.is_checked)
    starting.start()
    qtbot.waitUntil(lambda: is_over(context), timeout=20_000)
    assert fold_numbers(context.runs.runs) == [1, 0, 2]
    context.project.set_setting("epochs", 9)
    assert starting.must_wait
    assert starting.start() == ""  # which runs are equal is not known yet
    qtbot.waitUntil(lambda: context.project.is_checked)
    assert starting.words().main == "Train all 3 folds"


def test_the_others_go_on_when_a_fold_dies_and_it_is_gone_on_with(
    qtbot: QtBot, context: PageContext, starting: RunStart, fake_clients: list[FakeClient]
) -> None:
    first = hold_first(context, fake_clients)
    qtbot.waitUntil(lambda: first.step == 40)
    fake_clients[0].die()
    qtbot.waitUntil(lambda: is_over(context), timeout=20_000)
    folds = folds_of(context)
    assert (folds.trained, folds.missing) == ([1, 2], [0])
    problem = folds.problem()
    assert problem is not None
    assert problem.title == "2 of 3 folds are trained"
    assert first.problem is not None
    failed = f"Fold 1: failed ({first.problem.title})."
    assert problem.reason == f"{failed} The score over all rows needs every fold."
    assert starting.words().main == "Train the missing fold"
    starting.start()
    qtbot.waitUntil(lambda: is_over(context))
    assert len(context.runs.runs) == 3  # from its checkpoint, and not anew
    assert any(isinstance(one, ResumeTraining) for client in fake_clients for one in client.commands)
    assert folds_of(context).is_complete


def test_what_fails_before_a_step_keeps_the_others_out_of_it(
    qtbot: QtBot, context: PageContext, starting: RunStart, fake_clients: list[FakeClient]
) -> None:
    full = Problem(code="no_disk_space", title="The disk is full", reason="", fix="Make room.")
    spare = fake_clients[0]
    answers = spare._answers

    def refuse(command: object) -> list[object]:
        if isinstance(command, StartTraining):
            return [JobAccepted(job_id=command.job_id), JobFailed(job_id=command.job_id, problem=full)]
        return list(answers(command))  # type: ignore[arg-type]  # any other command

    spare._answers = refuse  # type: ignore[method-assign, assignment]  # as a full disk would
    starting.start()
    qtbot.waitUntil(lambda: is_over(context))
    assert [run.state for run in context.runs.runs] == ["failed", "stopped", "stopped"]
    problem = folds_of(context).problem()
    assert problem is not None
    assert problem.title == "None of 3 folds is trained"
    assert problem.reason.startswith("Fold 1: failed (The disk is full); folds 2 and 3: not begun.")
    spare._answers = answers  # type: ignore[method-assign]  # a fake answers otherwise
    starting.start()
    qtbot.waitUntil(lambda: is_over(context), timeout=20_000)
    assert [run.state for run in context.runs.runs] == ["finished"] * 3  # the same three runs


def test_all_folds_are_stopped_as_a_whole_and_gone_on_with(
    qtbot: QtBot, context: PageContext, starting: RunStart, fake_clients: list[FakeClient]
) -> None:
    first = hold_first(context, fake_clients)
    qtbot.waitUntil(lambda: first.step == 40)
    folds_of(context).stop(context.runs)
    qtbot.waitUntil(lambda: is_over(context))
    folds = folds_of(context)
    assert folds.trained == []  # a part of the steps is another recipe
    problem = folds.problem()
    assert problem is not None
    assert problem.reason.startswith("Fold 1: stopped early; folds 2 and 3: not begun.")
    starting.start()
    qtbot.waitUntil(lambda: is_over(context), timeout=20_000)
    assert folds_of(context).is_complete
    assert fold_numbers(context.runs.runs) == [0, 1, 2, 0]
    assert context.runs.runs[0].result is not None  # what was kept of it stays


def test_closing_in_the_middle_loses_nothing(
    qtbot: QtBot, context: PageContext, starting: RunStart, fake_clients: list[FakeClient]
) -> None:
    starting.start(alone=True)
    qtbot.waitUntil(lambda: is_over(context))
    fake_clients[-1].hold_after_step = 40
    qtbot.waitUntil(lambda: context.engines.is_warm)
    folds_of(context).train_missing(context.runs)
    live = context.runs.runs[1]
    qtbot.waitUntil(lambda: live.step >= 40)
    again = RunHistory(context.project, context.engines)  # as after opening the project anew
    folds = folds_of(context, again)
    assert (folds.trained, folds.missing) == ([1], [0, 2])
    problem = folds.problem()
    assert problem is not None
    assert problem.reason.startswith("Fold 1: interrupted; fold 3: not begun.")
    assert problem.actions[0].label == "Train the 2 missing folds"
    again.close()


def test_a_recipe_is_everything_but_the_fold_and_where_it_computes() -> None:
    split = SplitConfig(folds=5, fold=3)
    run = run_config(settings={"epochs": 3}, device="cpu", threads=2, name="Mine", watch=("One",))
    run = replace(run, data=replace(run.data, path="/here/data/posts.csv", split=split))
    moved = replace(run, data=replace(run.data, path="C:\\there\\data\\posts.csv"), threads=8, name="")
    assert recipe_of(run) == recipe_of(run_of_fold(moved, 0))
    thrifty = {"epochs": 3, "frozen_states_megabytes": 0, "smaller_batches_when_full": False}
    assert recipe_of(replace(run, settings=thrifty)) == recipe_of(run)
    others: list[RunConfig] = [
        replace(run, settings={"epochs": 4}),
        replace(run, seed=1),
        replace(run, layers={"block.1": True}),
        replace(run, data=replace(run.data, row_limit=50)),
        replace(run, data=replace(run.data, split=replace(split, validation=0.2))),
    ]
    assert all(recipe_of(other) != recipe_of(run) for other in others)


def test_a_run_of_a_moved_project_keeps_its_rows_where_they_were_found(
    qtbot: QtBot, context: PageContext, starting: RunStart
) -> None:
    starting.start(alone=True)
    qtbot.waitUntil(lambda: is_over(context))
    run = context.runs.runs[0]
    here = run.config.data.path
    file = run.folder / "run.toml"
    for name in ("run.toml", "events.jsonl"):
        path = run.folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(here, "/gone/data/" + Path(here).name))
    assert "/gone/" in file.read_text(encoding="utf-8")
    again = RunHistory(context.project, context.engines)
    assert again.runs[0].config.data.path == here
    again.close()
