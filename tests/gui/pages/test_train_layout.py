"""Train in windows of different sizes: what gives way, what comes back, what fits without scrolling."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from gui.pages.train import TrainPage
from gui.state.page_context import PageContext
from gui.state.run_status import RunState
from gui.widgets.basics import Banner
from gui.widgets.labels import ThemedLabel
from gui.widgets.plots import LossPlot, MetricPlot
from gui.widgets.preparation_card import PreparationCard
from gui.widgets.progress_card import ProgressCard
from gui.widgets.run_board import RunBoard
from tests.gui.fake_engine import FakeClient
from tests.gui.pages.train_stage import Start, find, is_in, tile

NARROW = (960, 520, 892, 432)
COMPACT = (1366, 688, 1298, 600)
"""Size of the window, and what is left of it for the page."""


def fit(page: TrainPage, context: PageContext, size: tuple[int, int, int, int]) -> None:
    """Gives the page the room that it has in a window of a size."""
    context.layout.fit(*size[:2])
    page.resize(*size[2:])


def too_high(page: TrainPage) -> int:
    """Returns by how many pixels the page is higher than its room."""
    scroll = find(page, QScrollArea)
    inside = scroll.widget()
    assert inside is not None
    return max(0, inside.minimumSizeHint().height() - scroll.viewport().height())


def test_the_texts_come_back_after_the_window_was_narrow(
    train_page: TrainPage, start_run: Start, context: PageContext
) -> None:
    start_run()
    board = find(train_page, RunBoard)
    fit(train_page, context, NARROW)
    assert not board.texts.isVisible()
    context.layout.fit(1440, 900)
    train_page.resize(1364, 808)
    assert board.texts.isVisible()
    assert all(row.isVisible() for row in board.texts.rows)


@pytest.mark.parametrize("size", [NARROW, COMPACT])
def test_a_run_and_its_end_fit_a_small_window(
    train_page: TrainPage,
    start_run: Start,
    context: PageContext,
    fake_clients: list[FakeClient],
    qtbot: QtBot,
    size: tuple[int, int, int, int],
) -> None:
    run = start_run()
    fit(train_page, context, size)
    qtbot.waitUntil(lambda: too_high(train_page) == 0)
    for client in fake_clients:
        client.release()
    qtbot.waitUntil(lambda: is_in(run, RunState.FINISHED))
    assert find(train_page, Banner, "run_banner").isVisible()
    qtbot.waitUntil(lambda: too_high(train_page) == 0)


def test_in_a_narrow_window_a_banner_stands_in_the_place_of_the_tiles(
    train_page: TrainPage,
    start_run: Start,
    context: PageContext,
    fake_clients: list[FakeClient],
    qtbot: QtBot,
) -> None:
    run = start_run()
    fit(train_page, context, NARROW)
    progress, banner = find(train_page, ProgressCard), find(train_page, Banner, "run_banner")
    assert progress.isVisible()
    for client in fake_clients:
        client.release()
    qtbot.waitUntil(lambda: is_in(run, RunState.FINISHED))
    assert (banner.isVisible(), progress.isVisible()) == (True, False)
    said = [one.text() for one in banner.findChildren(ThemedLabel) if one.isVisible()]
    assert said[0].startswith("Training finished. F1 0.950 on 465 test texts")
    banner.clear()
    assert progress.isVisible()


def test_tiles_keep_off_the_edge_of_a_narrow_card(
    train_page: TrainPage, start_run: Start, context: PageContext, qtbot: QtBot
) -> None:
    start_run()
    fit(train_page, context, NARROW)
    progress = find(train_page, ProgressCard)
    tile = progress.tile("epoch")

    def room_below() -> int:
        bottom = tile.mapTo(progress, tile.rect().bottomLeft()).y()
        return progress.height() - 1 - bottom

    qtbot.waitUntil(lambda: room_below() >= 4)


def test_the_best_checkpoint_is_told_with_a_decimal_at_most(train_page: TrainPage, start_run: Start) -> None:
    run = start_run()
    last = run.validations[-1]
    run.apply(msgspec.structs.replace(last, step=run.step + 1, epoch=1.0382, is_best=True))
    run.apply(msgspec.structs.replace(last, step=run.step + 2, epoch=1.5382, is_best=True))
    train_page._draw_now()
    assert find(train_page, LossPlot)._best_note == "epoch 1.5"
    assert tile(train_page, "best")[1] == "at epoch 1.5"


def test_the_metric_says_shortly_what_it_is(train_page: TrainPage, start_run: Start) -> None:
    start_run()
    charts = find(train_page, RunBoard).charts
    assert charts._metric_title.text() == "F1 score"
    assert charts._metric_note.text() == "higher is better, every label counts as much"
    assert charts._metric_title.toolTip().startswith("F1 joins precision and recall")
    assert find(train_page, MetricPlot).accessibleName().startswith("F1 score chart")


def test_getting_ready_needs_no_scrolling(
    train_page: TrainPage, context: PageContext, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    fit(train_page, context, NARROW)
    for client in fake_clients:
        client.hold_after_step = 0
    assert context.project.draft is not None
    context.runs.start(context.project.draft)
    card = find(train_page, PreparationCard)
    qtbot.waitUntil(card.isVisible)
    qtbot.waitUntil(lambda: too_high(train_page) == 0)
