"""Runs: started, watched, stopped, died, resumed, and read back from their files."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.engine_client.engines import Engines
from gui.state.page_context import PageContext
from gui.state.run_history import RunHistory
from gui.state.run_status import RunState
from tests.gui.fake_engine import FakeClient
from tests.gui.recorded_events import STEPS_PER_EPOCH


def _draft_ready(qtbot: QtBot, context: PageContext) -> None:
    qtbot.waitUntil(lambda: context.project.is_checked)


def test_a_run_is_told_from_start_to_result(qtbot: QtBot, context: PageContext) -> None:
    _draft_ready(qtbot, context)
    draft = context.project.draft
    assert draft is not None
    run = context.runs.start(draft)
    assert run.state is RunState.PREPARING
    assert context.runs.current is run
    qtbot.waitUntil(lambda: run.state is RunState.FINISHED)
    assert [stage.stage for stage in run.stages][:3] == ["reading", "tokenizing", "loading_model"]
    assert len(run.points) == STEPS_PER_EPOCH
    assert run.losses().step[-1] == STEPS_PER_EPOCH
    assert run.result is not None
    assert run.best is run.validations[-1]
    assert run.seconds > 0
    assert run.folder.name.endswith(f"_{draft.method}")
    assert context.project.run_notes[run.run_id].color == 1
    assert context.runs.finished == [run]
