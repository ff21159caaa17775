"""What Train is made of: progress, heat, watched texts, failure, note, throttle."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from engine.protocol.events import LayersChanged, StageReached, WatchedAnswer, WatchedText
from engine.protocol.kept_facts import KeptFacts
from engine.protocol.problems import Action, Problem
from gui.look.texts import probability_words
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.clamped_text import ClampedText
from gui.widgets.failure_card import FailureCard
from gui.widgets.heat_card import HeatCard
from gui.widgets.note_popover import NotePopover
from gui.widgets.prediction_bars import PredictionBars
from gui.widgets.preparation_card import PreparationCard
from gui.widgets.progress_card import ProgressCard
from gui.widgets.run_header import RunHeader
from gui.widgets.score_bars import ScoreBars
from gui.widgets.technical_card import TechnicalCard
from gui.widgets.throttle import Throttle
from gui.widgets.watched_texts import WatchedTexts
from tests.gui.sample_facts import freeze_stack

SPAM = ("ham", "spam")


def test_a_burst_of_requests_costs_one_drawing(qtbot: QtBot) -> None:
    drawn: list[int] = []
    owner = QObject()
    throttle = Throttle(50, lambda: drawn.append(len(drawn)), owner)
    for _ in range(1000):
        throttle.request()
    qtbot.waitUntil(lambda: not throttle.waiting)
    assert drawn == [0]
    throttle.request()
    throttle.flush()
    assert drawn == [0, 1]
    throttle.flush()
    assert drawn == [0, 1]


def test_progress_is_told_and_never_goes_backwards(theme: Theme, qtbot: QtBot) -> None:
    card = ProgressCard(theme)
    qtbot.addWidget(card)
    card.set_progress(3.2, 5, run_id="one", words="47 s left")
    assert card.accessibleName() == "Training progress, 64 per cent, 47 s left"
    card.set_progress(3.0, 5, run_id="one")
    assert card.bar.epoch == 3.2
    card.set_progress(0.5, 5, run_id="two", paused=True)
    assert card.bar.epoch == 0.5
    assert card.bar.hatched


def test_a_narrow_window_keeps_three_tiles(theme: Theme, qtbot: QtBot) -> None:
    card = ProgressCard(theme)
    qtbot.addWidget(card)
    card.show()
    names = ("epoch", "time", "speed", "memory", "best")
    assert [card.tile(name).isVisible() for name in names] == [True] * 5
    card.set_few(True)
    assert [card.tile(name).isVisible() for name in names] == [True, True, False, False, True]


def test_each_epoch_has_its_segment(theme: Theme, qtbot: QtBot) -> None:
    card = ProgressCard(theme)
    qtbot.addWidget(card)
    card.resize(1032, 84)
    card.show()
    card.set_progress(1.5, 4, run_id="one")
    picture = card.bar.grab().toImage()
    ink, track = theme.color("ink").name(), theme.color("pressed").name()
    middle = card.bar.height() // 2
    quarter = card.bar.width() / 4
    colors = [
        picture.pixelColor(int((place + share) * quarter), middle).name()
        for place in range(4)
        for share in (0.25, 0.75)
    ]
    assert colors == [ink, ink, ink, track, track, track, track, track]


def test_a_frozen_layer_that_moved_is_named(theme: Theme, qtbot: QtBot) -> None:
    card = HeatCard(theme)
    qtbot.addWidget(card)
    still = {"embeddings": 0.0, "block.1": 0.0, "block.2": 0.0, "block.3": 0.0, "block.4": 0.6}
    changes = [LayersChanged(step=10, epoch=0.1, percent=still, new_layers=("head",))]
    card.set_run(freeze_stack(), changes)
    assert card.changed_though_frozen(changes) == ()
    moved = [LayersChanged(step=20, epoch=0.2, percent=still | {"block.2": 0.001}, new_layers=("head",))]
    card.set_run(freeze_stack(), moved)
    assert card.changed_though_frozen(moved) == ("Block 2",)


def test_what_is_computed_once_stands_below_the_heat(theme: Theme, qtbot: QtBot) -> None:
    card = HeatCard(theme)
    qtbot.addWidget(card)
    card.show()
    card.set_run(freeze_stack(), ())
    assert not card.kept.isVisible()

    kept = KeptFacts(blocks=3, frozen=3, of_blocks=6, rows=3099, of_rows=3099, size=108_000_000)
    card.set_run(freeze_stack(), (), kept)
    assert card.kept.text() == "The lower 3 of 6 blocks are computed once: 108 MB kept on the disk."
    assert card.kept.isVisible()
    card.set_short(True)
    assert not card.kept.isVisible()


@pytest.fixture
def texts(theme: Theme, qtbot: QtBot) -> WatchedTexts:
    """Two held-out texts and one of the person's own."""
    widget = WatchedTexts(theme)
    qtbot.addWidget(widget)
    watched = [
        WatchedText(text="Free entry in 2 a wkly comp", truth="spam"),
        WatchedText(text="Ok lar joking wif u oni", truth="ham"),
        WatchedText(text="Call me when you win", own=True),
    ]
    widget.set_texts(watched, SPAM)
    widget.resize(300, 500)
    widget.show()
    return widget


def _answers(*spam: float) -> list[WatchedAnswer]:
    return [
        WatchedAnswer(said="spam" if share > 0.5 else "ham", probabilities=(1 - share, share))
        for share in spam
    ]


def test_two_classes_are_read_on_one_scale(texts: WatchedTexts) -> None:
    texts.set_answers([_answers(0.4, 0.5, 0.5), _answers(0.97, 0.02, 0.34)], run_number=1)
    rows = texts.rows
    assert [row.said_words for row in rows] == ["spam 97 %", "spam 2 %", "spam 34 %"]
    assert [row.right for row in rows] == [True, True, None]
    assert rows[0].bar.probability == pytest.approx(0.97)
    assert rows[0].curve.values == pytest.approx((0.4, 0.97))
    assert rows[1].accessibleName() == "Ok lar joking wif u oni: spam 2 %, truth: ham, right"


def test_with_more_classes_the_bar_is_what_was_said_and_the_curve_the_truth(
    theme: Theme, qtbot: QtBot
) -> None:
    widget = WatchedTexts(theme)
    qtbot.addWidget(widget)
    widget.set_texts(
        [WatchedText(text="I did not expect that", truth="surprise")], ("joy", "fear", "surprise")
    )
    history = [
        [WatchedAnswer(said="fear", probabilities=(0.2, 0.7, 0.1))],
        [WatchedAnswer(said="fear", probabilities=(0.1, 0.5, 0.4))],
    ]
    widget.set_answers(history, run_number=2)
    (row,) = widget.rows
    assert row.said_words == "fear 50 %"
    assert row.right is False
    assert row.curve.values == pytest.approx((0.1, 0.4))


def test_before_the_first_answer_nothing_is_claimed(texts: WatchedTexts) -> None:
    assert texts.rows[0].bar.probability is None
    assert texts.rows[0].accessibleName().endswith("no answer yet, truth: spam")


def test_a_small_window_shows_three_texts(theme: Theme, qtbot: QtBot) -> None:
    widget = WatchedTexts(theme)
    qtbot.addWidget(widget)
    widget.set_texts([WatchedText(text=f"text {index}") for index in range(9)], SPAM)
    assert len(widget.rows) == 6
    widget.set_most(3)
    assert len(widget.rows) == 3


def test_what_was_said_stays_when_the_window_gets_smaller_or_larger(texts: WatchedTexts) -> None:
    texts.set_answers([_answers(0.4, 0.5, 0.5), _answers(0.97, 0.02, 0.34)], run_number=1)
    texts.set_most(2)
    assert [row.said_words for row in texts.rows] == ["spam 97 %", "spam 2 %"]
    texts.set_most(6)
    assert [row.said_words for row in texts.rows] == ["spam 97 %", "spam 2 %", "spam 34 %"]
    assert texts.rows[0].curve.values == pytest.approx((0.4, 0.97))


def test_what_another_run_said_is_not_shown_for_one_that_has_said_nothing_yet(texts: WatchedTexts) -> None:
    texts.set_answers([_answers(0.97, 0.02, 0.34)], run_number=1)
    texts.set_answers([], run_number=2)
    assert [row.bar.probability for row in texts.rows] == [None, None, None]


def test_an_added_text_is_told_once_and_shown_as_waiting(texts: WatchedTexts, qtbot: QtBot) -> None:
    button = texts.findChild(Button, "add_text")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    field = texts.findChild(QWidget, "add_text_field")
    assert field is not None
    qtbot.waitUntil(field.isVisible)
    qtbot.keyClicks(field, "  You won a prize  ")
    with qtbot.waitSignal(texts.text_added) as added:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert added.args == ["You won a prize"]
    texts.set_waiting(["You won a prize", "Call me when you win"])
    assert texts.waiting_texts == ("You won a prize",)  # the other one is followed already
    remove = texts.findChild(Button, "remove_text")
    assert remove is not None
    with qtbot.waitSignal(texts.text_removed) as removed:
        qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert removed.args == ["You won a prize"]


def test_a_long_text_is_cut_to_its_lines_and_whole_on_hover(theme: Theme, qtbot: QtBot) -> None:
    text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    widget = ClampedText(theme, text, lines=2)
    qtbot.addWidget(widget)
    lines = widget.shown_lines(160)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert lines[0].startswith("one two")
    assert widget.toolTip() == text
    assert widget.shown_lines(2000) == [text]
    assert widget.heightForWidth(160) == 2 * theme.line_height("body")


PROBLEM = Problem(
    code="out_of_memory",
    title="Training stopped: this computer ran out of memory",
    reason="Batch size 32 needed more than the 4.2 GB that were free.",
    fix="Use smaller batches.",
    safe="Everything up to epoch 2 is saved.",
    actions=(
        Action(id="set_settings", label="Batch size 8", arguments={"batch_size": "8"}, note="More slowly."),
        Action(id="use_method", label="Switch to LoRA", arguments={"method": "low_rank"}),
        Action(id="copy_details", label="Copy details"),
    ),
    details="RuntimeError: out of memory\n  at somewhere",
)


def test_a_failure_offers_its_repairs_the_first_one_dark(theme: Theme, qtbot: QtBot) -> None:
    card = FailureCard(theme)
    qtbot.addWidget(card)
    card.show_problem(PROBLEM)
    buttons = [button for button in card.findChildren(Button) if button.objectName().startswith("action_")]
    assert [button.kind for button in buttons] == ["primary", "secondary"]
    assert card.suggested_button() is buttons[0]
    assert card.accessibleDescription().endswith("Everything up to epoch 2 is saved.")
    with qtbot.waitSignal(card.action_chosen) as chosen:
        buttons[1].click()
    assert chosen.args == [PROBLEM.actions[1]]


def test_a_failure_without_repairs_has_no_dark_button(theme: Theme, qtbot: QtBot) -> None:
    card = FailureCard(theme)
    qtbot.addWidget(card)
    card.show_problem(Problem(code="x", title="It stopped", reason="Nobody knows.", fix="Start again."))
    assert card.suggested_button() is None


def test_technical_facts_are_short_and_the_clipboard_has_everything(theme: Theme, qtbot: QtBot) -> None:
    card = TechnicalCard(theme)
    qtbot.addWidget(card)
    card.set_facts(["step 268 of 565"], PROBLEM.details)
    shown = card.findChild(QPlainTextEdit, "technical_facts")
    assert shown is not None
    assert shown.toPlainText() == "step 268 of 565\nRuntimeError: out of memory"
    card.copy_details()
    assert QGuiApplication.clipboard().text() == f"step 268 of 565\n\n{PROBLEM.details}"


def test_stages_have_ticks_and_counts(theme: Theme, qtbot: QtBot) -> None:
    card = PreparationCard(theme)
    qtbot.addWidget(card)
    card.set_stages([], waits=True)
    assert [step.text for step in card.steps] == ["Waiting for the run before it"]
    stages = [
        StageReached(stage="reading", label="Reading 3,099 texts", done=3099, total=3099),
        StageReached(stage="tokenizing", label="Tokenizing 3,099 texts", done=1000, total=3099),
    ]
    card.set_stages(stages, waits=False)
    assert [(step.state, step.note) for step in card.steps] == [("done", ""), ("now", "1,000 of 3,099")]


def test_a_ticked_step_does_not_say_that_nothing_of_it_is_done(theme: Theme, qtbot: QtBot) -> None:
    card = PreparationCard(theme)
    qtbot.addWidget(card)
    uncounted = StageReached(stage="tokenizing", label="Cutting 3,099 texts into word pieces", total=3099)
    card.set_stages([uncounted], waits=False)
    assert [(step.state, step.note) for step in card.steps] == [("now", "")]
    card.set_stages([uncounted, StageReached(stage="loading_model", label="Loading MiniLM")], waits=False)
    assert [(step.state, step.note) for step in card.steps] == [("done", ""), ("now", "")]


def test_a_note_is_kept_by_closing_and_told_only_when_it_changed(theme: Theme, qtbot: QtBot) -> None:
    popover = NotePopover(theme, "before")
    written: list[str] = []
    popover.note_written.connect(written.append)
    popover.show()
    field = popover.findChild(QPlainTextEdit, "note_text")
    assert field is not None
    field.setPlainText("one more block thawed ")
    qtbot.keyClick(popover, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert written == ["one more block thawed"]


@pytest.mark.parametrize(
    ("state", "has_result", "can_resume", "does"),
    [
        ("", False, False, ""),
        ("preparing", False, False, ""),
        ("running", False, False, "pause"),
        ("paused", False, False, "resume"),
        ("stopping", False, False, "finishing"),
        ("finished", True, False, "results"),
        ("stopped", True, False, "results"),
        ("stopped", False, True, "go_on"),
        ("stopped", False, False, "setup"),
        ("failed", False, True, ""),
    ],
)
def test_the_dark_button_fits_the_state(
    theme: Theme, qtbot: QtBot, state: str, has_result: bool, can_resume: bool, does: str
) -> None:
    header = RunHeader(theme)
    qtbot.addWidget(header)
    header.set_state(state, has_result=has_result, can_resume=can_resume, narrow=False)
    assert header.does == does
    assert header.primary.isVisibleTo(header) == bool(does)
    assert header.primary.isEnabled() == (does != "finishing")


def test_probabilities_are_never_rounded_to_certainty() -> None:
    shares = (0.0, 0.001, 0.02, 0.966, 0.9991, 1.0)
    assert [probability_words(share) for share in shares] == [
        "0 %",
        "< 1 %",
        "2 %",
        "97 %",
        "> 99 %",
        "100 %",
    ]


def test_bars_of_all_classes_stand_in_order(theme: Theme, qtbot: QtBot) -> None:
    bars = PredictionBars(theme)
    qtbot.addWidget(bars)
    bars.set_values({f"class {index}": index / 100 for index in range(12)}, (), "class 3")
    assert bars.rows()[0] == ("class 11", 0.11)
    assert bars.sizeHint().height() == 6 * theme.px(24)  # five, and how many more there are


def test_empty_score_bars_take_no_harm(theme: Theme, qtbot: QtBot) -> None:
    bars = ScoreBars(theme)
    qtbot.addWidget(bars)
    bars.set_rows([])
    assert not bars.grab().isNull()
