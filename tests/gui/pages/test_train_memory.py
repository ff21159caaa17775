"""The Train page when memory ran out: the ways on, and the mark on the curve where batches get smaller."""

from __future__ import annotations

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from engine.protocol.commands import ResumeTraining
from engine.protocol.config import RunConfig
from engine.protocol.events import Event, JobFailed, StepsEnded, WarningRaised
from engine.protocol.memory_problems import out_of_memory, went_on_smaller
from engine.protocol.run_files import EVENTS_FILE
from engine.protocol.smaller_batches import Batches, BatchesHalved
from engine.protocol.wire import encode
from gui.pages.train import TrainPage
from gui.state.page_context import PageContext
from gui.state.project_file import RunNotes
from gui.state.run_history import RunHistory
from gui.state.run_progress import technical_facts
from gui.state.run_status import RunState, RunStatus
from gui.state.toml_file import write_toml
from gui.widgets.basics import Banner
from gui.widgets.failure_card import FailureCard
from gui.widgets.plots import LossPlot
from tests.gui.fake_engine import FakeClient
from tests.gui.pages.train_stage import Start, click, commands_of, find, is_in, show
from tests.gui.recorded_events import recorded_run
from tests.gui.sample_facts import run_config

HALF = BatchesHalved(job_id="job-1", step=60, epoch=60 / 68, batches=Batches(size=16, rows=32))
QUARTER = BatchesHalved(job_id="job-1", step=90, epoch=90 / 68, batches=Batches(size=8, rows=32))


def went_on(config: RunConfig) -> list[Event]:
    """Returns a run that memory ran out in twice, and that went on by itself."""
    told: list[Event] = []
    for event in recorded_run(run=config, epochs=2, until_step=120):
        step = event.points[-1].step if isinstance(event, StepsEnded) else 0
        told.append(event)
        for halving in (HALF, QUARTER):
            if step == halving.step:
                warning = WarningRaised(job_id="job-1", problem=went_on_smaller(halving))
                told += [halving, warning]
    return told


@pytest.fixture
def run(context: PageContext) -> RunStatus:
    """A run that has just begun, and is shown."""
    config = run_config(settings={"batch_size": 32, "max_length": 128})
    run = RunStatus(context.project.folder / "runs" / "one", config, RunNotes(color=1), context.runs)
    show(context, run)
    return run


def test_the_curve_says_from_where_batches_are_smaller(
    train_page: TrainPage, run: RunStatus, qtbot: QtBot
) -> None:
    for event in went_on(run.config):
        run.apply(event)
    loss = find(train_page, LossPlot)
    expected = [
        (60 / 68, "Memory ran out; from here 2 batches of 16"),
        (90 / 68, "Again; from here 4 batches of 8"),
    ]
    qtbot.waitUntil(lambda: list(loss.changes) == expected)
    assert loss.accessibleName().endswith("Again; from here 4 batches of 8, at epoch 1.3")
    boxes = [box for box, _ in loss.change_label_boxes()]
    assert len(boxes) == 2
    assert not boxes[0].intersects(boxes[1])
    assert all(loss.area().contains(box) for box in boxes)
    assert not any(box.intersects(label) for box in boxes for label in loss.end_label_boxes())
    for box, (epoch, _) in zip(boxes, expected, strict=True):
        x = loss.pixel(epoch, 0.0).x()
        assert min(abs(box.left() - x), abs(box.right() - x)) < 12  # beside its own line
    assert find(train_page, Banner, "run_banner").title_text() == (
        "Memory ran out after step 90: from here 4 batches of 8"
    )
    assert technical_facts(run)[1] == "batch 8, length 128"
    assert run.config.settings["batch_size"] == 32


def test_the_mark_is_there_when_the_run_is_opened_again(run: RunStatus, context: PageContext) -> None:
    run.folder.mkdir(parents=True)
    write_toml(run.folder / "run.toml", run.config)
    (run.folder / EVENTS_FILE).write_bytes(b"".join(encode(event) for event in went_on(run.config)))
    opened = RunHistory(context.project, context.engines)
    again = opened.run("one")
    assert again is not None
    assert [(one.step, one.batches.size) for one in again.halvings] == [(60, 16), (90, 8)]
    assert len([one for one in again.warnings if one.code == "smaller_batches"]) == 1
    opened.close()


def test_a_run_that_goes_on_from_before_a_mark_has_it_no_more(run: RunStatus) -> None:
    told = went_on(run.config)
    for event in told:
        run.apply(event)
    assert run.started is not None
    run.apply(msgspec.structs.replace(run.started, resumed_from=68))
    assert run.halvings == [HALF]


def test_the_suggested_way_on_is_half_the_batches_in_the_same_run(
    train_page: TrainPage,
    start_run: Start,
    context: PageContext,
    fake_clients: list[FakeClient],
    qtbot: QtBot,
) -> None:
    run = start_run()
    problem = out_of_memory(
        step=71,
        batches=Batches(size=32, rows=32),
        max_length=128,
        free=5_100_000_000,
        folder=str(run.folder),
        epoch=70 / 68,
        saved_epoch=70 / 68,
    )
    client = next(one for one in fake_clients if run.job_id in one.open_jobs)
    client._take_event(JobFailed(job_id=run.job_id, problem=problem))
    qtbot.waitUntil(lambda: is_in(run, RunState.FAILED))
    failure = find(train_page, FailureCard)
    assert failure.isVisible()
    assert "Nothing is lost: step 70 is saved." in failure.accessibleDescription()
    click(qtbot, train_page.primary_button())
    qtbot.waitUntil(lambda: len(commands_of(fake_clients, ResumeTraining)) == 1)
    (command,) = commands_of(fake_clients, ResumeTraining)
    assert isinstance(command, ResumeTraining)
    assert command.smaller_batches
    assert command.folder == str(run.folder)
    assert [one for one in context.runs.runs if one is not run] == []  # the same run goes on


@pytest.mark.parametrize(("held", "code"), [(5_000_000_000, "out_of_memory"), (1_400_000_000, "engine_died")])
def test_a_killed_process_is_put_down_to_memory_where_it_held_nearly_all(
    start_run: Start, fake_clients: list[FakeClient], qtbot: QtBot, held: int, code: str
) -> None:
    run = start_run()
    client = next(one for one in fake_clients if run.job_id in one.open_jobs)
    last = msgspec.structs.replace(run.points[-1], step=71, epoch=71 / 68)
    client._take_event(
        StepsEnded(job_id=run.job_id, points=(last,), rows_per_second=1, seconds_left=1, memory=held)
    )
    client.die()
    qtbot.waitUntil(lambda: is_in(run, RunState.FAILED))
    assert run.problem is not None
    assert run.problem.code == code
