"""The Results page over recorded runs: score, comparison, self-check, matrix, wrong answers."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.protocol.events import JobStopped, ResultWritten
from engine.protocol.results import Forgotten, Prediction, RunResult
from gui.pages.results import PAGE, ResultsPage
from gui.state.page_context import PageContext
from gui.state.project_file import RunNotes
from gui.state.run_status import RunStatus
from gui.widgets.basics import Banner, Button
from gui.widgets.run_marker import RunMarker
from tests.gui.recorded_events import predictions, recorded_run, result
from tests.gui.sample_facts import run_config


def add_run(
    context: PageContext,
    name: str = "one",
    found: RunResult | None = None,
    *,
    color: int = 1,
    wrong: int = 19,
    epochs: int = 3,
    answers: Sequence[Prediction] = (),
) -> RunStatus:
    """Adds a finished run with its predictions and makes it the current one."""
    folder = context.project.folder / "runs" / name
    folder.mkdir(parents=True)
    lines = (msgspec.json.encode(answer) for answer in answers or predictions(wrong=wrong))
    (folder / "predictions.test.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    run = RunStatus(folder, run_config(), RunNotes(color=color), context.runs)
    run.begin("job-1", waits=False)
    for event in recorded_run(epochs=epochs):
        run.apply(ResultWritten(result=found) if found and isinstance(event, ResultWritten) else event)
    context.runs.runs.append(run)
    context.runs.show(run)
    return run


@pytest.fixture
def page(context: PageContext, qtbot: QtBot) -> ResultsPage:
    """The page on screen, with no run yet."""
    page = PAGE.build(context)
    assert isinstance(page, ResultsPage)
    qtbot.addWidget(page)
    page.resize(1364, 808)
    page.show()
    qtbot.waitUntil(lambda: context.engines.catalog is not None)
    return page


def button(page: QWidget, name: str) -> Button:
    found = page.findChild(Button, name)
    assert found is not None
    return found


def test_without_a_run_the_page_says_how_to_get_one(page: ResultsPage, qtbot: QtBot) -> None:
    assert page.run is None
    first = page.primary_button()
    assert first is not None
    assert first.text() == "Go to setup"
    with qtbot.waitSignal(page.go_requested) as wished:
        first.click()
    assert wished.args == ["setup"]


def test_a_result_is_shown_with_its_interval_and_baselines(page: ResultsPage, context: PageContext) -> None:
    run = add_run(context, color=2)
    assert page.run is run
    assert page.one.score.value_text == "0.950"
    assert page.one.score.interval_text == "macro F1, between 0.925 and 0.975"
    assert [row.label for row in page.one.score.bars.rows] == [
        "This model",
        "Word counts (TF-IDF)",
        'Always answering "happy"',
    ]
    assert page.one.score.counts_text == (
        '19 of 465 texts are wrong. Always answering "happy" would get 123 wrong.'
    )
    assert page.one.score.verdict.text() == "Better than word counts by 0.153; intervals apart."
    assert page.one.score.verdict.status == "ok"
    marker = page.findChild(RunMarker)
    assert marker is not None
    assert marker.number == 2
    words = page._header._subtitle.text()
    assert words == "Freeze lower layers, best at epoch 2.5. Final test on 465 texts."


def test_a_run_that_learned_another_column_names_it(page: ResultsPage, context: PageContext) -> None:
    first, second = add_run(context, "first"), add_run(context, "second")
    for run, column in ((first, "Class"), (second, "Kind of tone")):
        data = msgspec.structs.replace(run.config.data, columns={"text": "comment", "label": column})
        run.config = msgspec.structs.replace(run.config, data=data)
    page.show_run(first)
    words = page._header._subtitle.text()
    assert words.endswith('best at epoch 2.5. Column "Class", final test on 465 texts.')
    page.show_run(second)
    assert 'Column "Kind of tone", final test on' in page._header._subtitle.text()
    context.runs.runs.remove(first)
    page.show_run(second)
    assert page._header._subtitle.text().endswith("best at epoch 2.5. Final test on 465 texts.")


def test_facts_of_the_run_stand_below(page: ResultsPage, context: PageContext) -> None:
    known = Forgotten(
        objective="partners", before=0.1, after=0.64, right_before=0.977, right_after=0.867, asked=128
    )
    add_run(context, found=msgspec.structs.replace(result(0.9), forgotten=known))
    assert page.one.facts["forgotten"].isVisible()
    assert {name: fact.text() for name, fact in page.one.facts.items()} == {
        "frozen": "All that is frozen: byte for byte as before.",
        "forgotten": "Pretraining task: 86.7 % right, 97.7 % before.",
        "time": "Took 1 min 45 s; the estimate was 1 min 50 s.",
        "size": "23.6 % of 22.57 million trained; 90 MB.",
    }


def test_a_model_that_writes_tells_how_much_it_writes_as_before(
    page: ResultsPage, context: PageContext
) -> None:
    own = Forgotten(
        objective="own_words", before=0.1, after=0.64, right_before=1.0, right_after=0.935, asked=900
    )
    add_run(context, found=msgspec.structs.replace(result(0.9), forgotten=own))
    fact = page.one.facts["forgotten"]
    assert fact.text() == "General text: 93.5 % as before."
    assert "93.5 % of what it writes is what it would have written before training" in fact.toolTip()
    same = msgspec.structs.replace(own, after=0.1, right_after=1.0)
    add_run(context, "still", msgspec.structs.replace(result(0.9), forgotten=same))
    assert page.one.facts["forgotten"].text() == "General text: written as before."


def test_a_model_that_is_not_better_than_word_counts_is_told_so(
    page: ResultsPage, context: PageContext
) -> None:
    add_run(context, found=result(0.78))
    assert page.one.score.verdict.status == "warn"
    assert page.one.score.verdict.text() == (
        "This model does not beat word counts (0.797). Try thawing more layers, or more rows."
    )
    add_run(context, "two", result(0.78), epochs=1)
    assert page.one.score.verdict.text() == (
        "This model does not beat word counts (0.797). Train for more epochs (recommended: 3)."
    )


def test_a_run_that_was_stopped_says_so(page: ResultsPage, context: PageContext) -> None:
    run = RunStatus(context.project.folder / "runs" / "one", run_config(), RunNotes(color=1), context.runs)
    run.begin("job-1", waits=False)
    for event in recorded_run(epochs=3, until_step=90):
        run.apply(event)
    run.apply(ResultWritten(result=result()))
    run.apply(JobStopped())
    context.runs.runs.append(run)
    context.runs.show(run)
    assert page._header._subtitle.text() == (
        "Freeze lower layers, stopped at epoch 1.3 of 3, best at epoch 2.5. Final test on 465 texts."
    )
    assert page.one.facts["time"].text() == "Training was stopped at epoch 1.3 of 3, after 1 min 45 s."


def test_a_frozen_layer_that_changed_is_an_error(page: ResultsPage, context: PageContext) -> None:
    names = ("backbone.encoder.layer.0.output.dense.weight",)
    broken = msgspec.structs.replace(result(), frozen_intact=False, frozen_changed=names)
    add_run(context, found=broken)
    banner = page.findChild(Banner, "result_banner")
    assert banner is not None
    assert banner.isVisible()
    assert banner.title_text() == "A frozen layer changed"
    assert page.one.facts["frozen"].status == "err"
    button(banner, "action_copy_details").click()
    assert names[0] in QGuiApplication.clipboard().text()


def test_a_cell_of_the_matrix_and_the_list_show_the_same(
    page: ResultsPage, context: PageContext, qtbot: QtBot
) -> None:
    add_run(context)
    assert page.one.answers.accessibleName() == "Wrong answers, 19"
    matrix = page.one.confusion.matrix
    place = matrix.cell_rect((1, 0)).center().toPoint()
    qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=place)
    missed = [one for one in predictions(wrong=19) if (one.truth, one.said) == ("upset", "happy")]
    assert page.one.answers.accessibleName() == f"Wrong answers, {len(missed)}"
    assert {answer.row for answer in page.one.answers.model.listed} == {one.row for one in missed}
    page.one.answers.clear_filter()
    assert matrix.chosen is None
    assert page.one.answers.accessibleName() == "Wrong answers, 19"


def test_another_run_can_be_chosen_and_a_new_one_takes_its_place(
    page: ResultsPage, context: PageContext
) -> None:
    first = add_run(context, "one", color=1, wrong=19)
    assert not button(page, "choose_run").isVisible()
    second = add_run(context, "two", result(0.9), color=2, wrong=5)
    assert page.run is second
    assert page.one.answers.accessibleName() == "Wrong answers, 5"
    assert button(page, "choose_run").isVisible()
    page.show_run(first)
    assert page.one.score.value_text == "0.950"
    assert page.one.answers.accessibleName() == "Wrong answers, 19"


def test_a_run_that_trains_leaves_the_last_result_where_it_is(
    page: ResultsPage, context: PageContext
) -> None:
    first = add_run(context)
    training = RunStatus(
        context.project.folder / "runs" / "two", run_config(), RunNotes(color=2), context.runs
    )
    training.begin("job-2", waits=False)
    context.runs.runs.append(training)
    context.runs.show(training)
    assert page.run is first
    assert page.one.score.value_text == "0.950"


@pytest.mark.parametrize("broken", [None, b'{"text": "cut off in the mid', b'{"text": "\xff\xfe"}'])
def test_lost_predictions_leave_the_rest_of_the_page(
    page: ResultsPage, context: PageContext, broken: bytes | None
) -> None:
    folder = context.project.folder / "runs" / "one"
    run = RunStatus(folder, run_config(), RunNotes(color=1), context.runs)
    folder.mkdir(parents=True)
    if broken is not None:
        (folder / "predictions.test.jsonl").write_bytes(broken)
    run.begin("job-1", waits=False)
    for event in recorded_run(epochs=1):
        run.apply(event)
    context.runs.runs.append(run)
    context.runs.show(run)
    assert page.one.score.value_text == "0.950"
    assert page.one.answers._empty.accessibleName() == "The answers are not here"


def test_the_dark_button_leads_on(page: ResultsPage, context: PageContext, qtbot: QtBot) -> None:
    add_run(context)
    first = page.primary_button()
    assert first is not None
    assert first.text() == "Try this model"
    with qtbot.waitSignal(page.go_requested) as wished:
        first.click()
    assert wished.args == ["try"]
    with qtbot.waitSignal(page.go_requested) as wished:
        button(page, "train_another_way").click()
    assert wished.args == ["setup"]


def test_the_run_that_is_shown_is_the_one_that_is_tried(
    page: ResultsPage, context: PageContext, qtbot: QtBot
) -> None:
    shown, last = add_run(context, "one"), add_run(context, "two", color=2)
    context.trial.begin()
    assert [model.run for model in context.trial.models] == [shown, last]
    page.show_run(shown)
    page.primary_button().click()
    assert [model.run for model in context.trial.models] == [shown]


def test_the_run_that_is_shown_counts_as_looked_at_but_not_beside_others(
    page: ResultsPage, context: PageContext
) -> None:
    first, second = add_run(context, "one"), add_run(context, "two", color=2)
    page.show_view("compare")
    context.runs.show(second)
    assert context.runs.looked_at is second
    page.show_view("compare")
    page.one.show_run(first)  # behind the comparison
    assert context.runs.looked_at is second
    page.show_view("one")
    assert context.runs.looked_at is first


def test_a_small_window_needs_no_scrolling_but_the_smallest(
    page: ResultsPage, context: PageContext, qtbot: QtBot
) -> None:
    add_run(context)
    page.resize(1298, 600)
    context.layout.fit(1366, 688)
    qtbot.waitUntil(lambda: page.one._scroll.verticalScrollBar().maximum() == 0)
    assert page.one.answers.detail.isVisible()
    for chart in ("certainty", "robustness", "map"):  # each has the page to itself
        page.one.below.set_current(chart)
        page.one._show_below()
        assert not page.one.cards.isVisible()
        qtbot.waitUntil(lambda: page.one._scroll.verticalScrollBar().maximum() == 0)
    page.one.below.set_current("answers")
    page.one._show_below()
    assert page.one.cards.isVisible()
    context.layout.fit(960, 520)
    page.resize(892, 432)
    qtbot.waitUntil(lambda: page.one._scroll.verticalScrollBar().maximum() > 0)
    assert not page.one.answers.detail.isVisible()


def right_of(page: ResultsPage, part: QWidget) -> int:
    """Returns where a part ends on the page."""
    return part.mapTo(page, part.rect().topRight()).x()


def test_cards_keep_their_width_when_the_page_begins_to_scroll(
    page: ResultsPage, context: PageContext, qtbot: QtBot
) -> None:
    add_run(context)
    bar, cards = page.one._scroll.verticalScrollBar(), page.one.cards
    for height in (808, 460):
        page.resize(1364, height)
        qtbot.waitUntil(lambda height=height: (bar.maximum() > 0) == (height == 460))
        qtbot.waitUntil(lambda: right_of(page, cards) == right_of(page, page._try))
    assert bar.mapTo(page, bar.rect().topRight()).x() < page.width()


def test_precision_and_recall_are_explained_in_the_names_of_the_data(
    page: ResultsPage, context: PageContext
) -> None:
    add_run(context)
    assert page.one.cards.explanation.text() == (
        "Precision: when it says upset, how often that is true. "
        "Recall: of all that truly is upset, how much it finds."
    )


def test_the_step_is_ready_once_a_run_has_a_result(page: ResultsPage, context: PageContext) -> None:
    assert context.opened is not None
    assert page.run is None
    assert PAGE.unavailable(context.opened) == "Train a run first"
    add_run(context)
    assert PAGE.unavailable(context.opened) == ""
    assert PAGE.complete(context.opened)


def test_another_name_of_the_run_stands_in_the_head_at_once(page: ResultsPage, context: PageContext) -> None:
    run = add_run(context)
    other = add_run(context, name="two")
    page.show_run(run)
    context.runs.rename(run, "One more block")
    context.runs.rename(other, "Another")
    assert page._header._subtitle.text().startswith("One more block, best at epoch 2.5.")


def test_try_this_model_lets_the_run_that_is_shown_answer(
    page: ResultsPage, context: PageContext, qtbot: QtBot
) -> None:
    runs = [add_run(context, name, color=place + 1) for place, name in enumerate(("a", "b", "c", "d", "e"))]
    context.trial.begin(runs[3:])
    page.show_run(runs[0])
    with qtbot.waitSignal(page.go_requested) as wished:
        button(page, "try_models").click()
    assert wished.args == ["try"]
    assert [model.run for model in context.trial.models] == [runs[0]]
