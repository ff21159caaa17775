"""Fixtures that the tests of Train share."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.pages.train import PAGE, TrainPage
from gui.state.page_context import PageContext
from gui.state.run_status import RunStatus
from tests.gui.fake_engine import FakeClient
from tests.gui.pages.train_stage import Start, tile


@pytest.fixture
def train_page(context: PageContext, qtbot: QtBot) -> TrainPage:
    """The page on screen, with no run yet."""
    page = PAGE.build(context)
    assert isinstance(page, TrainPage)
    qtbot.addWidget(page)
    page.resize(1364, 808)
    page.show()
    qtbot.waitUntil(lambda: context.engines.catalog is not None and context.project.draft is not None)
    return page


@pytest.fixture
def start_run(
    train_page: TrainPage, context: PageContext, fake_clients: list[FakeClient], qtbot: QtBot
) -> Start:
    """Starts a run of two epochs that is held after step 70, and waits until it is there."""

    def start() -> RunStatus:
        for client in fake_clients:
            client.hold_after_step, client.epochs = 70, 2
        draft = context.project.draft
        assert draft is not None
        run = context.runs.start(draft)
        qtbot.waitUntil(lambda: run.step >= 70)
        qtbot.waitUntil(lambda: tile(train_page, "epoch") == ("1.0", "of 2"))
        return run

    return start
