"""Results with several runs: the comparison that the engine made, in words, charts, table and answers."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from pytestqt.qtbot import QtBot

from engine.protocol.comparison import (
    AnswersCompared,
    ChangedAnswer,
    CompareAnswers,
    ComparedRecipe,
    CompareRuns,
    RunsCompared,
)
from engine.protocol.events import ResultWritten
from engine.protocol.export_commands import SaveComparison
from engine.protocol.results import Prediction, Score
from engine.protocol.taking_away_problems import export_in_the_way
from gui.pages.results import PAGE, ResultsPage
from gui.state.comparison_findings import recipes_of
from gui.state.page_context import PageContext
from gui.state.project_file import RunNotes
from gui.state.run_status import RunStatus
from gui.widgets.basics import Banner, Button
from gui.widgets.comparison_rows import CHECK, NAME, SCORE, TRAINABLE
from tests.gui.fake_engine import FakeClient
from tests.gui.recorded_comparison import CLEAR, LEFT_OUT
from tests.gui.recorded_events import recorded_run, result
from tests.gui.sample_facts import CATALOG, run_config


def add_run(context: PageContext, name: str, color: int, **changes: object) -> RunStatus:
    """Adds a finished run; it is not the current one.

    Args:
        context: Has the project.
        name: Of its folder.
        color: Number of its colour.
        **changes: Of what was chosen for it.
    """
    config = msgspec.structs.replace(run_config(), **changes)
    run = RunStatus(context.project.folder / "runs" / name, config, RunNotes(color=color), context.runs)
    run.begin(f"job-{name}", waits=False)
    for event in recorded_run(epochs=2):
        run.apply(ResultWritten(result=result()) if isinstance(event, ResultWritten) else event)
    run.config = config
    context.runs.runs.append(run)
    return run


@pytest.fixture
def runs(context: PageContext) -> list[RunStatus]:
    """Three runs that are compared, the last of them clearly worse, and one on other rows."""
    names = ("one", "two", f"three-{CLEAR}", f"four-{LEFT_OUT}")
    return [add_run(context, name, place + 1) for place, name in enumerate(names)]


@pytest.fixture
def page(context: PageContext, runs: list[RunStatus], qtbot: QtBot) -> ResultsPage:
    """The page on screen, with its comparison."""
    for run, name in zip(runs, ("Blocks", "LoRA", "Biases", "Elsewhere"), strict=True):
        context.runs.rename(run, name)
    page = PAGE.build(context)
    assert isinstance(page, ResultsPage)
    qtbot.addWidget(page)
    page.resize(1364, 808)
    page.show()
    qtbot.waitUntil(lambda: bool(page.compare.table.rows.rows))
    return page


def asked(clients: list[FakeClient], kind: type) -> list:
    return [command for client in clients for command in client.commands if isinstance(command, kind)]


def test_with_several_runs_the_page_begins_with_the_comparison(
    page: ResultsPage, runs: list[RunStatus], fake_clients: list[FakeClient]
) -> None:
    assert page.views.current() == "compare"
    assert page.compare.isVisible()
    assert not page.one.isVisible()
    assert page.subtitle == "Final test on 465 texts that no run has learned from."
    (command,) = asked(fake_clients, CompareRuns)
    assert command.folders == tuple(str(run.folder) for run in runs)


def test_the_finding_is_the_sentence_that_the_command_line_says(page: ResultsPage) -> None:
    assert page.compare.finding.accessibleName() == (
        "Two runs are too close to call. LoRA is the smallest of them: it trains 11.1 % of the parameters "
        "and saves 9.0 MB. Counting words scores 0.800."
    )


def test_another_measure_is_chosen_beside_the_finding(
    page: ResultsPage, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    assert page.compare.finding.measure.isVisible()
    page.compare.finding.measure.choose("accuracy")
    assert asked(fake_clients, CompareRuns)[-1].metric == "accuracy"
    qtbot.waitUntil(lambda: page.compare.finding.measure.text() == "Accuracy")
    assert page.compare.table.rows.headerData(SCORE, Qt.Orientation.Horizontal) == "Accuracy"


def test_the_smaller_group_of_runs_can_be_chosen_and_the_choice_goes_with_its_run(
    page: ResultsPage,
    context: PageContext,
    runs: list[RunStatus],
    fake_clients: list[FakeClient],
    qtbot: QtBot,
) -> None:
    group = page.compare.finding.group
    assert group.isVisible()
    assert group.text() == "Blocks and 2 more, on 465 texts"
    page.compare.finding.measure.choose("accuracy")
    group.choose(str(runs[3].folder))
    last = asked(fake_clients, CompareRuns)[-1]
    assert (last.with_run, last.metric) == (str(runs[3].folder), "")  # another group may have another measure
    qtbot.waitUntil(lambda: [row.name for row in page.compare.table.rows.rows] == ["Elsewhere"])
    assert group.text() == "Elsewhere, on 465 texts"
    context.runs.delete(runs[3])
    qtbot.waitUntil(lambda: len(page.compare.table.rows.rows) == 3)
    assert asked(fake_clients, CompareRuns)[-1].with_run == ""
    assert not group.isVisible()


def test_the_comparison_is_saved_as_a_report_and_then_shown(
    page: ResultsPage,
    runs: list[RunStatus],
    context: PageContext,
    fake_clients: list[FakeClient],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    button = page.compare.report
    assert button.isVisible()
    assert button.text() == "Save as report"
    button.click()
    qtbot.waitUntil(lambda: button.text() == "Show the report")
    (command,) = asked(fake_clients, SaveComparison)
    assert command.names == {
        str(run.folder): name for run, name in zip(runs[:3], ("Blocks", "LoRA", "Biases"), strict=True)
    }
    assert command.folders == tuple(command.names)
    place = context.project.folder / "exports" / "Comparison"
    assert command.to == str(place)
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    button.click()
    assert opened == [str(place / "report.html")]
    context.runs.rename(runs[0], "Another name")
    assert button.text() == "Save as report"  # what was saved says otherwise


def test_why_a_report_could_not_be_saved_is_said(
    page: ResultsPage, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    problem = export_in_the_way("/somewhere", ["report.html"])
    for client in fake_clients:
        client.export_problem = problem
    page.compare.report.click()
    banner = page.compare.findChild(Banner, "comparison_banner")
    qtbot.waitUntil(banner.isVisible)
    assert page.compare.report.text() == "Save as report"


def test_ways_of_training_are_called_by_their_method(context: PageContext, runs: list[RunStatus]) -> None:
    """Runs of one way that have names of their own are told of by what they have in common."""
    score = Score(value=0.9, low=0.8, high=0.95)
    found = RunsCompared(
        metric="macro_f1",
        higher_is_better=True,
        rows=10,
        recipes=(
            ComparedRecipe(folders=(str(runs[0].folder), str(runs[1].folder)), score=score, spread=0.01),
            ComparedRecipe(folders=(str(runs[2].folder),), score=score, spread=0.0),
        ),
    )
    context.runs.rename(runs[0], "First try")
    context.runs.rename(runs[1], "Second try")
    context.runs.rename(runs[2], "Biases")
    names = recipes_of(found, runs, CATALOG)
    assert names == {str(runs[0].folder): "Freeze lower layers", str(runs[2].folder): "Biases"}


def test_the_table_says_which_is_the_smallest_among_the_best(page: ResultsPage) -> None:
    rows = page.compare.table.rows.rows
    assert [(row.name, row.chip, row.is_tinted) for row in rows] == [
        ("Blocks", "", False),
        ("LoRA", "Smallest among the best", True),
        ("Biases", "", False),
    ]
    model = page.compare.table.rows
    assert model.index(1, TRAINABLE).data() == "11.1 %"
    assert model.index(1, SCORE).data() == "0.940 ± 0.025"
    assert model.headerData(SCORE, Qt.Orientation.Horizontal) == "F1 score"
    spoken = model.index(1, NAME).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "LoRA, Smallest among the best"


def test_a_sole_winner_stands_out(context: PageContext, qtbot: QtBot) -> None:
    for place, name in enumerate(("one", f"two-{CLEAR}")):
        context.runs.rename(add_run(context, name, place + 1), name)
    page = PAGE.build(context)
    assert isinstance(page, ResultsPage)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: bool(page.compare.table.rows.rows))
    assert [row.chip for row in page.compare.table.rows.rows] == ["The best", ""]
    lead = page.compare.finding.words.text()
    assert lead.startswith(f"one is better than two-{CLEAR} by 0.350, between 0.006 and 0.036.")


def test_rows_are_sorted_by_a_click_on_the_head_and_the_third_click_ends_it(page: ResultsPage) -> None:
    table = page.compare.table

    def names() -> list[str]:
        table.horizontalHeader().sectionClicked.emit(NAME)
        return [row.name for row in table.rows.rows]

    assert names() == ["Biases", "Blocks", "LoRA"]
    assert names() == ["LoRA", "Blocks", "Biases"]
    assert names() == ["Blocks", "LoRA", "Biases"]


def test_the_menu_sorts_renames_and_shows_answers(page: ResultsPage, runs: list[RunStatus]) -> None:
    table = page.compare.table
    table.setCurrentIndex(table.rows.index(0, TRAINABLE))
    menu = table.menu_for(table.rows.rows[0])
    actions = {action.text(): action for action in menu.actions()}
    assert list(actions) == [
        "Show this run",
        "Fixed and broken answers",
        "",
        "Sort by trainable share",
        "Rename",
        "Take out of the charts",
    ]
    actions["Sort by trainable share"].trigger()
    actions["Sort by trainable share"].trigger()
    assert [row.name for row in table.rows.rows] == ["Biases", "LoRA", "Blocks"]
    actions["Fixed and broken answers"].trigger()
    assert page.compare.changed_answers.isVisible()
    assert page.compare.changed_answers.second.accessibleName() == "To: Blocks"


def test_a_run_is_taken_out_of_the_charts_and_that_is_kept(
    page: ResultsPage, runs: list[RunStatus], context: PageContext, qtbot: QtBot
) -> None:
    table = page.compare.table
    assert len(page.compare.scores.plot.placed) == 3
    place = table.visualRect(table.rows.index(0, CHECK)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert not runs[0].notes.checked
    assert not context.project.run_notes[runs[0].run_id].checked
    assert {point.name for point in page.compare.scores.plot.placed} == {"LoRA", "Biases"}
    assert {curve.name for curve in page.compare.curves.plot.run_curves} == {"LoRA", "Biases"}
    table.setFocus()
    table.setCurrentIndex(table.rows.index(0, CHECK))
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert runs[0].notes.checked
    assert len(page.compare.curves.plot.run_curves) == 3


def test_a_name_that_is_changed_in_the_table_holds_everywhere(
    page: ResultsPage, runs: list[RunStatus]
) -> None:
    model = page.compare.table.rows
    assert model.setData(model.index(1, NAME), "LoRA r 8")
    assert runs[1].name == "LoRA r 8"
    assert model.rows[1].name == "LoRA r 8"
    assert "LoRA r 8 is the smallest" in page.compare.finding.words.text()


def test_what_is_not_compared_is_listed_with_the_reason(page: ResultsPage) -> None:
    assert page.compare.below._segments["left_out"].text() == "Not compared (1)"
    page.compare.below._segments["left_out"].click()
    (row,) = page.compare.left_out._rows
    assert row.isVisible()
    assert row.accessibleName().startswith("Elsewhere: Judged on other test rows.")
    assert "its rows were divided otherwise" in row.accessibleName()


def test_answers_that_one_run_fixes_and_breaks(
    page: ResultsPage, runs: list[RunStatus], fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    assert asked(fake_clients, CompareAnswers) == []  # nobody has looked at them yet
    changed = page.compare.changed_answers
    page.compare.below._segments["answers"].click()
    qtbot.waitUntil(lambda: changed.model.rowCount() == 3)
    (command,) = asked(fake_clients, CompareAnswers)
    assert (command.first, command.second) == (str(runs[1].folder), str(runs[0].folder))
    assert changed.words.text() == "2 more right of 465; 11 wrong in both"
    assert changed.table.accessibleName() == "Fixed answers, 3"
    model = changed.model
    assert [model.index(0, column).data() for column in range(5)] == [
        "4", "Text of row 4", "happy", "upset", "happy"
    ]  # fmt: skip
    assert model.index(0, 4).data(Qt.ItemDataRole.AccessibleTextRole) == "happy, right"
    changed.kind._segments["broken"].click()
    assert model.index(0, 0).data() == "16"
    assert model.index(0, 4).data(Qt.ItemDataRole.AccessibleTextRole) == "upset, wrong"
    changed._choose(0, str(runs[2].folder))
    qtbot.waitUntil(lambda: len(asked(fake_clients, CompareAnswers)) == 2)
    assert changed.first.accessibleName() == "From: Biases"


def test_answers_that_are_right_by_degrees_are_called_better_and_worse(
    page: ResultsPage, runs: list[RunStatus], fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    changed = page.compare.changed_answers
    page.compare.below._segments["answers"].click()
    qtbot.waitUntil(lambda: changed.model.rowCount() == 3)
    one = Prediction(text="a b", said="a", truth="a b", row=7, probability=0.5, right=0.5)
    pair = ChangedAnswer(first=msgspec.structs.replace(one, said="c", right=0.0), second=one)
    counts = {"rows": 9, "fixed": 1, "broken": 0, "both_wrong": 9}
    changed.set_compared(
        AnswersCompared(first="a", second="b", fixed_rows=(pair,), by_degrees=True, **counts)
    )
    assert changed.kind._segments["fixed"].text() == "Better 1"
    assert changed.words.text() == "8 of 9 as good in both; 9 wholly right in neither"
    assert changed.table.accessibleName() == "Better answers, 1"
    said = [changed.model.index(0, column).data(Qt.ItemDataRole.AccessibleTextRole) for column in (3, 4)]
    assert said == ["c, wrong", "a, 50 % right"]
    changed.kind._segments["broken"].click()
    assert "answers nothing better than" in changed._nothing.text()


def test_the_run_under_the_pointer_stands_out_in_every_part(page: ResultsPage, runs: list[RunStatus]) -> None:
    page.compare.table.hovered.emit(str(runs[1].folder))
    assert page.compare.curves.plot.lit == str(runs[1].folder)
    dimmed = [line.opacity() for line, _ in page.compare.curves.plot._items]
    assert sorted(dimmed) == [0.25, 0.25, 1.0]
    page.compare.table.hovered.emit("")
    assert [line.opacity() for line, _ in page.compare.curves.plot._items] == [1.0] * 3


def test_curves_of_training_and_over_time(page: ResultsPage) -> None:
    chart = page.compare.curves
    assert chart.plot.accessibleName().startswith("Validation loss of all runs, Blocks 0.")
    chart.what._segments["training"].click()
    chart.across.choose("step")
    first = chart.plot.run_curves[0]
    assert first.x[-1] > 100
    chart.across.choose("time")
    assert 60 < chart.plot.run_curves[0].x[-1] <= 105  # seconds, of which its result says 105
    chart.plot.copy_table()
    assert QGuiApplication.clipboard().text().startswith("run\tseconds\tTraining loss, smoothed\nBlocks\t")


def test_one_run_is_shown_from_the_table_and_the_dark_button_tries_them_all(
    page: ResultsPage, runs: list[RunStatus], context: PageContext, qtbot: QtBot
) -> None:
    dark = page.primary_button()
    assert dark is not None
    assert dark.text() == "Try these models"
    context.runs.set_checked(runs[1], False)
    with qtbot.waitSignal(page.go_requested) as wished:
        dark.click()
    assert wished.args == ["try"]
    assert {model.run for model in context.trial.models} == {runs[0], runs[2]}
    table = page.compare.table
    table.setCurrentIndex(table.rows.index(2, NAME))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert page.views.current() == "one"
    assert page.run is runs[2]
    assert dark.text() == "Try this model"


def test_a_run_that_is_deleted_is_compared_no_more(
    page: ResultsPage, runs: list[RunStatus], context: PageContext, qtbot: QtBot
) -> None:
    context.runs.delete(runs[0])
    qtbot.waitUntil(lambda: [row.name for row in page.compare.table.rows.rows] == ["LoRA", "Biases"])


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1366, 688), (960, 520)])
def test_only_the_smallest_window_scrolls(
    page: ResultsPage, context: PageContext, qtbot: QtBot, width: int, height: int
) -> None:
    context.layout.fit(width, height)
    page.resize(width - 76, height - 92)
    narrow = width == 960
    bar = page.compare._scroll.verticalScrollBar()
    qtbot.waitUntil(lambda: (bar.maximum() > 0) == narrow)
    assert page.compare.scores.isVisible()
    assert page.compare.curves.isVisible() != narrow
    if narrow:
        page.compare.chart._segments["curves"].click()
        assert page.compare.curves.isVisible()
        assert not page.compare.scores.isVisible()


def test_runs_of_one_name_are_told_apart(context: PageContext) -> None:
    data = msgspec.structs.replace(run_config().data, row_limit=100)
    for name, number, more in (("a", 1, {}), ("b", 2, {"seed": 1}), ("c", 3, {"data": data}), ("d", 4, {})):
        add_run(context, name, number, **more)
    names = context.runs.names(CATALOG).values()
    assert list(names) == [
        "Freeze lower layers",
        "Freeze lower layers, seed 1",
        "Freeze lower layers, 100 rows",
        "Freeze lower layers (2)",
    ]


def test_the_switch_of_one_run_stands_in_the_head_where_there_is_room(
    page: ResultsPage, context: PageContext, runs: list[RunStatus]
) -> None:
    page.show_run(runs[0])
    assert page.one.below.isVisible()
    assert page._header.isAncestorOf(page.one.below)
    context.layout.fit(960, 520)
    assert page.one.isAncestorOf(page.one.below)
    page.show_view("compare")
    assert not page.one.below.isVisible()
    assert page.findChild(Button, "choose_run") is not None


def test_a_run_whose_result_is_lost_is_asked_about_to_hear_the_reason(
    context: PageContext, runs: list[RunStatus], fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    for name, has_model in (("lost", True), ("interrupted", False)):
        run = add_run(context, f"{name}-{LEFT_OUT}", 5)
        run.result = None
        if has_model:
            (run.folder / "model").mkdir(parents=True)
    page = PAGE.build(context)
    assert isinstance(page, ResultsPage)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: len(page.compare.left_out._rows) == 2)
    (command,) = asked(fake_clients, CompareRuns)
    assert command.folders[-1].endswith(f"lost-{LEFT_OUT}")
    assert len(command.folders) == 5


def test_try_these_models_lets_the_ticked_runs_answer(
    page: ResultsPage, runs: list[RunStatus], context: PageContext, qtbot: QtBot
) -> None:
    context.trial.begin(runs[2:])
    context.runs.set_checked(runs[2], False)
    press = page.primary_button()
    assert press is not None
    with qtbot.waitSignal(page.go_requested) as wished:
        press.click()
    assert wished.args == ["try"]
    # Best first; the fourth was judged on other rows and is none of those that are compared.
    assert [model.run for model in context.trial.models] == [runs[0], runs[1]]


def test_in_a_narrow_window_the_finding_takes_the_whole_width(
    page: ResultsPage, context: PageContext, qtbot: QtBot
) -> None:
    """Only the sentence that matters is large there, and the controls stand below."""
    finding = page.compare.finding
    rest = "Counting words scores 0.778. " * 9
    context.layout.fit(960, 520)
    page.resize(960 - 68, 520 - 88)
    finding.set_finding("LoRA, Blocks and Biases are too close to call.", rest.strip())
    assert finding.words.text() == "LoRA, Blocks and Biases are too close to call."
    assert finding.more.text() == rest.strip()
    qtbot.waitUntil(lambda: finding.words.width() > 700 and finding.height() < 130)
    assert finding.measure.mapTo(finding, finding.measure.rect().topLeft()).y() > finding.more.y()
    context.layout.fit(1440, 900)
    assert finding.words.text().endswith(rest.strip())
    assert not finding.more.isVisible()
