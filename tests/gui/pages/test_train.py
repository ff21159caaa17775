"""The Train page over a recorded engine: what it shows in every state, what its controls do."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.protocol.commands import PauseTraining, StartTraining, StopTraining
from engine.protocol.events import LayersChanged, WarningRaised
from engine.protocol.run_problems import overfitting
from gui.pages.train import PAGE, TrainPage
from gui.state.page_context import PageContext
from gui.state.project_file import RunNotes
from gui.state.run_status import RunState, RunStatus
from gui.widgets.basics import Banner, Button, EmptyState
from gui.widgets.failure_card import FailureCard
from gui.widgets.heat_card import HeatCard
from gui.widgets.plots import LossPlot, MetricPlot
from gui.widgets.preparation_card import PreparationCard
from gui.widgets.progress_card import ProgressCard
from gui.widgets.run_board import RunBoard
from gui.widgets.run_header import RunHeader
from tests.gui.fake_engine import FakeClient
from tests.gui.pages.train_stage import Start, click, commands_of, find, is_in, show, tile
from tests.gui.recorded_events import recorded_run
from tests.gui.sample_facts import run_config


def test_without_a_run_the_page_says_how_to_get_one(train_page: TrainPage, qtbot: QtBot) -> None:
    empty = find(train_page, EmptyState)
    assert empty.isVisible()
    assert train_page.primary_button() is empty.button
    assert not find(train_page, ProgressCard).isVisible()
    with qtbot.waitSignal(train_page.go_requested) as wished:
        click(qtbot, empty.button)
    assert wished.args == ["setup"]


def test_the_preparation_is_told_step_by_step(train_page: TrainPage, context: PageContext) -> None:
    run = RunStatus(context.project.folder / "runs" / "one", run_config(), RunNotes(color=1), context.runs)
    show(context, run)
    for event in recorded_run(until_step=0)[:4]:
        run.apply(event)
    card = find(train_page, PreparationCard)
    assert card.isVisible()
    assert [(step.text, step.state) for step in card.steps] == [
        ("Reading 3,099 texts", "done"),
        ("Tokenizing 3,099 texts", "now"),
    ]
    stop = find(train_page, Button, "stop_and_keep_best")
    assert stop.isVisible()
    assert stop.text() == "Stop"


def test_a_run_is_shown_live(train_page: TrainPage, start_run: Start, qtbot: QtBot) -> None:
    run = start_run()
    assert tile(train_page, "epoch") == ("1.0", "of 2")
    seconds, unit = tile(train_page, "time")[0].split()
    assert unit == "s"
    assert 33 <= int(seconds) < 60  # what was recorded; the clock goes on while the page is looked at
    assert tile(train_page, "time")[1].startswith("of ")
    assert tile(train_page, "speed")[1] == "texts per second"
    assert tile(train_page, "memory") == ("1.4 GB", "of 5.1 GB free")
    assert tile(train_page, "best")[0] == f"F1 {run.validations[-1].metrics['macro_f1']:.3f}"
    named = find(train_page, ProgressCard).accessibleName()
    assert re.match(r"Training progress, \d\d per cent, (3[3-9]|[45]\d)", named), named
    loss, metric = find(train_page, LossPlot), find(train_page, MetricPlot)
    assert loss.accessibleName() == f"Loss chart, validation {run.validations[-1].loss:.3f} at epoch 1"
    assert len(loss.smoothed) == run.step
    assert loss.position == pytest.approx(run.epoch)
    assert 'Always guessing "happy" 0.424, Word counts (TF-IDF) 0.797' in metric.accessibleName()
    board = find(train_page, RunBoard)
    qtbot.waitUntil(lambda: [row.right for row in board.texts.rows] == [True, True, True, True, None])
    header = find(train_page, RunHeader)
    assert header.primary.text() == "Pause"
    assert train_page.primary_button() is header.primary


def test_stopping_says_what_becomes_of_the_run(train_page: TrainPage) -> None:
    header = find(train_page, RunHeader)
    told = {}
    for state in ("waiting", "running", "trying"):
        header.set_state(state, has_result=False, can_resume=False, narrow=False)
        told[state] = (header._stop.text(), header._stop.toolTip())
    assert told["waiting"][0] == "Stop"
    assert told["waiting"][1].startswith("Ends it before it has learned anything")
    assert told["running"][0] == "Stop and keep best"
    assert "judges the best checkpoint" in told["running"][1]
    assert told["trying"][1].startswith("Ends the trial with noise")


def test_no_loss_is_dropped_and_charts_wait_for_their_turn(
    train_page: TrainPage, start_run: Start, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    run = start_run()
    drawn: list[int] = []
    draw = train_page._board.draw
    monkeypatch.setattr(
        train_page._board, "draw", lambda curves: (drawn.append(len(curves.losses)), draw(curves))
    )
    later = [event for event in recorded_run(epochs=2) if getattr(event, "points", ())]
    for event in later[35:60]:
        run.apply(event)
    assert drawn == []  # an event draws nothing by itself
    qtbot.waitUntil(lambda: bool(drawn))
    assert drawn == [run.step]
    assert find(train_page, LossPlot).table_rows()[-1][0] == str(run.step)


def test_charts_are_drawn_one_in_a_turn(
    train_page: TrainPage, start_run: Start, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    start_run()
    board, drawn = find(train_page, RunBoard), []
    qtbot.waitUntil(lambda: not board._parts and not train_page._charts_timer.waiting)
    for part in ("loss", "score", "texts"):
        monkeypatch.setattr(board, f"_draw_{part}", lambda _curves, part=part: drawn.append(part))
    train_page._draw_now()
    assert drawn == ["loss"]  # a turn that drew all of them would hold a key up
    qtbot.waitUntil(lambda: len(drawn) == 3)
    assert drawn == ["loss", "score", "texts"]


def test_pause_and_resume_by_button_and_by_space(
    train_page: TrainPage, start_run: Start, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    run = start_run()
    header = find(train_page, RunHeader)
    click(qtbot, header.primary)
    qtbot.waitUntil(lambda: is_in(run, RunState.PAUSED))
    assert (
        sum(isinstance(command, PauseTraining) for client in fake_clients for command in client.commands) == 1
    )
    assert header.primary.text() == "Resume"
    assert find(train_page, ProgressCard).bar.hatched
    assert "paused at epoch 0.5, " in find(train_page, ProgressCard).accessibleName()
    assert tile(train_page, "epoch")[1].startswith("paused at ")
    train_page.setFocus()
    qtbot.keyClick(train_page, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: is_in(run, RunState.RUNNING))
    assert header.primary.text() == "Pause"


def test_stopping_says_so_and_ends_with_the_result(
    train_page: TrainPage, start_run: Start, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    run = start_run()
    stop = find(train_page, Button, "stop_and_keep_best")
    header = find(train_page, RunHeader)
    words: list[str] = []
    run.state_changed.connect(lambda: words.append(header.primary.text()))
    click(qtbot, stop)
    qtbot.waitUntil(lambda: is_in(run, RunState.STOPPED))
    assert words[0] == "Finishing this step"
    assert len(commands_of(fake_clients, StopTraining)) == 1
    banner = find(train_page, Banner, "run_banner")
    assert banner.title_text() == "Training stopped at epoch 1.0 of 2"
    assert banner.accessibleDescription().endswith(" It took 1 min 45 s.")  # no part beside the whole
    assert not stop.isVisible()
    with qtbot.waitSignal(train_page.go_requested) as wished:
        click(qtbot, header.primary)
    assert wished.args == ["results"]


def test_a_run_that_is_stopped_in_line_shows_nothing_of_the_run_before_it(
    train_page: TrainPage, context: PageContext, start_run: Start, qtbot: QtBot
) -> None:
    start_run()
    heat = find(train_page, HeatCard)
    qtbot.waitUntil(lambda: bool(heat.map.shown.rows))
    draft = context.project.draft
    assert draft is not None
    waiting = context.runs.start(draft)
    context.runs.show(waiting)
    context.runs.stop(waiting)
    qtbot.waitUntil(lambda: is_in(waiting, RunState.STOPPED))
    banner = find(train_page, Banner, "run_banner")
    assert banner.accessibleDescription() == "It had not begun; nothing was trained."
    train_page._draw_now()
    assert heat.map.shown.rows == ()


def test_a_finished_run_leads_to_its_results(
    train_page: TrainPage,
    context: PageContext,
    start_run: Start,
    fake_clients: list[FakeClient],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[tuple[str, bool]] = []
    monkeypatch.setattr(
        "gui.pages.train.announce",
        lambda _widget, words, assertive=False: said.append((words, assertive)),
    )
    run = start_run()
    for client in fake_clients:
        client.release()
    qtbot.waitUntil(lambda: is_in(run, RunState.FINISHED))
    banner = find(train_page, Banner, "run_banner")
    assert banner.title_text() == "Training finished"
    assert banner.accessibleDescription() == (
        "F1 0.950 on 465 test texts, between 0.925 and 0.975; judged with the checkpoint of epoch 2.5. "
        "It took 1 min 45 s; the estimate was 1 min 50 s."
    )
    assert find(train_page, RunHeader).primary.text() == "See results"
    assert find(train_page, LossPlot).position is None
    assert find(train_page, ProgressCard).bar.epoch == 2
    best = [words for words, _ in said if words.startswith("New best checkpoint. Epoch 1.5")]
    assert len(best) == 1
    assert said[-1][0].startswith("Training finished. F1 0.950")
    assert not any(assertive for _, assertive in said)
    banner.clear()
    spoken = len(said)
    context.theme.set_dark(True)
    assert len(said) == spoken  # a theme is no news
    assert not banner.isVisible()  # what was closed stays closed


def test_a_frozen_layer_that_moved_is_an_error_at_once(
    train_page: TrainPage, start_run: Start, qtbot: QtBot
) -> None:
    run = start_run()
    moved = {"embeddings": 0.0, "block.1": 0.02, "block.6": 1.0}
    run.apply(LayersChanged(step=run.step, epoch=run.epoch, percent=moved, new_layers=("head",)))
    banner = find(train_page, Banner, "run_banner")
    qtbot.waitUntil(banner.isVisible)
    assert banner.title_text() == "A frozen layer changed"
    run.apply(WarningRaised(problem=overfitting(since_epoch=0.5, best_epoch=0.5)))
    assert banner.title_text() == "A frozen layer changed"  # a warning does not hide an error


def test_overfitting_is_said_while_the_run_goes_on(train_page: TrainPage, start_run: Start) -> None:
    run = start_run()
    run.apply(WarningRaised(problem=overfitting(since_epoch=2.5, best_epoch=2.5)))
    banner = find(train_page, Banner, "run_banner")
    assert banner.isVisible()
    assert banner.title_text() == "Validation loss has risen since epoch 2.5"


def test_an_own_text_is_followed_from_the_next_run_on(
    train_page: TrainPage, start_run: Start, context: PageContext, qtbot: QtBot
) -> None:
    start_run()
    texts = find(train_page, RunBoard).texts
    texts.text_added.emit("You won a prize")
    assert context.project.draft is not None
    assert context.project.draft.watch == ("You won a prize",)
    assert texts.waiting_texts == ("You won a prize",)
    texts.text_removed.emit("You won a prize")
    assert context.project.draft.watch == ()
    assert texts.waiting_texts == ()


def test_a_note_stands_beside_the_name(train_page: TrainPage, start_run: Start, context: PageContext) -> None:
    run = start_run()
    context.runs.set_note(run, "one more block")
    assert find(train_page, Button, "add_note").text() == "Change the note"
    words = [
        label.text() for label in find(train_page, RunHeader).findChildren(type(train_page._header._subtitle))
    ]
    assert "Freeze lower layers on MiniLM, 6 blocks · one more block" in words


def test_the_narrow_layout_shows_one_thing_at_a_time(
    train_page: TrainPage, start_run: Start, context: PageContext
) -> None:
    start_run()
    train_page.resize(892, 432)
    context.layout.fit(960, 520)
    board = find(train_page, RunBoard)
    loss, metric = find(train_page, LossPlot), find(train_page, MetricPlot)
    assert (loss.isVisible(), metric.isVisible(), board.texts.isVisible()) == (True, False, False)
    board.charts.choose_tab("metric")
    assert (loss.isVisible(), metric.isVisible(), board.texts.isVisible()) == (False, True, False)
    board.charts.choose_tab("texts")
    assert (loss.isVisible(), metric.isVisible(), board.texts.isVisible()) == (False, False, True)
    assert not find(train_page, Button, "add_note").isVisible()
    context.layout.fit(1440, 900)
    train_page.resize(1364, 808)
    assert (loss.isVisible(), metric.isVisible(), board.texts.isVisible()) == (True, True, True)


def test_a_hidden_page_draws_nothing_and_is_up_to_date_when_shown(
    train_page: TrainPage, start_run: Start, qtbot: QtBot
) -> None:
    run = start_run()
    train_page.hide()
    later = [event for event in recorded_run(epochs=2) if getattr(event, "points", ())]
    for event in later[35:50]:
        run.apply(event)
    qtbot.waitUntil(lambda: not train_page._charts_timer.waiting)
    assert tile(train_page, "epoch")[0] == "1.0"
    train_page.show()
    qtbot.waitUntil(lambda: tile(train_page, "epoch")[0] == f"{run.epoch:.1f}")
    shown = find(train_page, ProgressCard).tile("epoch")._value
    qtbot.waitUntil(lambda: shown.width() >= shown.sizeHint().width())  # laid out, not cut


def test_a_run_read_from_its_file_says_nothing_aloud(
    context: PageContext, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("gui.pages.train.announce", lambda _widget, words, **_how: said.append(words))
    run = RunStatus(context.project.folder / "runs" / "one", run_config(), RunNotes(color=3), context.runs)
    run.begin("job-1", waits=False)
    for event in recorded_run(until_step=100):
        run.apply(event)
    run.close_file()
    context.runs.runs.append(run)
    context.runs.current = run
    train_page = PAGE.build(context)
    assert isinstance(train_page, TrainPage)
    qtbot.addWidget(train_page)
    train_page.show()
    assert find(train_page, FailureCard).isVisible()
    assert train_page.primary_button() is not None
    assert [words for words in said if "validation loss" in words] == []


def test_every_control_has_a_name(train_page: TrainPage, start_run: Start) -> None:
    start_run()
    for button in train_page.findChildren(Button):
        if button.isVisible():
            assert button.objectName(), button.text()
            assert button.accessibleName() or button.text()


def test_starting_again_is_a_run_of_its_own(
    train_page: TrainPage,
    start_run: Start,
    context: PageContext,
    fake_clients: list[FakeClient],
    qtbot: QtBot,
) -> None:
    run = start_run()
    for client in fake_clients:
        client.release()
    qtbot.waitUntil(lambda: is_in(run, RunState.FINISHED))
    subtitle = find(train_page, RunHeader)._subtitle
    name = subtitle.text().partition(" on ")[0]
    again = context.runs.start(run.config)
    qtbot.waitUntil(lambda: is_in(again, RunState.FINISHED))
    assert subtitle.text().startswith(f"{name} (2) on ")
    context.runs.delete(run)
    assert subtitle.text().startswith(f"{name} on ")
    assert len(commands_of(fake_clients, StartTraining)) == 2
    assert find(train_page, LossPlot).run_number == again.color_number == 2
