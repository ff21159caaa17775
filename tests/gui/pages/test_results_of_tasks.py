"""The Results page where answers are no single classes: marked parts, perplexities, written texts."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.protocol.catalog import MetricEntry
from engine.protocol.results import BEFORE, Baseline, Outcome, Prediction, RunResult, Score
from gui.pages.results import PAGE, ResultsPage
from gui.state.page_context import PageContext
from gui.state.run_findings import counts_sentence
from tests.gui.pages.test_results import add_run
from tests.gui.recorded_events import result
from tests.gui.widgets.test_calibration import JUST_RIGHT


@pytest.fixture
def page(context: PageContext, qtbot: QtBot) -> ResultsPage:
    """The page on screen."""
    page = PAGE.build(context)
    assert isinstance(page, ResultsPage)
    qtbot.addWidget(page)
    page.resize(1364, 808)
    page.show()
    qtbot.waitUntil(lambda: context.engines.catalog is not None)
    return page


def score(value: float) -> Score:
    return Score(value=value, low=value - 1, high=value + 1)


def language_result() -> RunResult:
    """A result of a model that could do its task before; no row is right or wrong."""
    baselines = (
        Baseline(
            id="unigram", label="Token frequencies (unigram)", wrong=18, scores={"perplexity": score(90)}
        ),
        Baseline(id=BEFORE, label="Before training", wrong=18, scores={"perplexity": score(45.25)}),
    )
    return msgspec.structs.replace(
        result(),
        metric="perplexity",
        scores={"perplexity": score(12.5)},
        baselines=baselines,
        rows=18,
        wrong=18,
        classes=(),
        confusion=(),
        class_scores=(),
        outcomes=(Outcome(id="likeliest", label="The likeliest followed", count=30, is_right=True),),
        outcomes_of="word pieces",
        notes=("Over 155 word pieces of 18 test texts.",),
    )


def test_parts_that_have_names_but_no_matrix_are_shown(page: ResultsPage, context: PageContext) -> None:
    marked = Outcome(id="missed", label="Missed", count=3)
    found = msgspec.structs.replace(result(), confusion=(), outcomes=(marked,), outcomes_of="entities")
    add_run(context, found=found)
    assert page.one.outcomes.isVisible()
    assert not page.one.confusion.isVisible()
    assert page.one.outcomes.bars.words == ["Missed 3 · 100 %"]
    assert page.one.class_table.isVisible()
    header = page.one.class_table.horizontalHeader()
    words = [str(page.one.class_table.model().headerData(place, header.orientation())) for place in (0, 4)]
    assert words == ["Label", "Entities"]
    assert header.sectionSize(4) > header.fontMetrics().horizontalAdvance("Entities") + 20
    assert page.one.score.counts_text == "446 of 465 texts are wholly right."


def test_a_perplexity_stands_beside_the_one_before_and_says_which_way_is_better(
    page: ResultsPage, context: PageContext, qtbot: QtBot
) -> None:
    add_run(context, found=language_result())
    assert page.one.outcomes.change.text() == "45.2 → 12.5"
    assert page.one.score.interval_text == "perplexity (lower is better), between 11.5 and 13.5"
    assert page.one.score.verdict.text() == "Better than the model before training by 32.8; intervals apart."
    assert page.one.score.counts_text == ""
    assert page.one.outcomes._notes.text() == "Over 155 word pieces of 18 test texts."
    assert not page.one.cards.classes.isVisible()
    right = page.one._scroll.column.contentsRect().right()
    qtbot.waitUntil(lambda: page.one.outcomes.geometry().right() == right)  # no hole where labels would stand


def scores() -> list[Prediction]:
    """Answers that are scores: every third is near the truth, one truth has a decimal comma."""
    return [
        Prediction(
            text=f"pair {row}",
            said=f"{row / 10:g}",
            truth="1,5" if row == 4 else f"{row / 10 + (row % 3):g}",
            probability=0.0,
            row=row,
            right=1.0 if row % 3 == 0 else 0.5,
        )
        for row in range(1, 31)
    ]


def add_scores(context: PageContext) -> None:
    found = msgspec.structs.replace(
        language_result(),
        metric="spearman",
        scores={"spearman": score(0.5)},
        baselines=(),
        rows=30,
        wrong=20,
        outcomes=(Outcome(id="near", label="Within 0.45 of the truth", count=10, is_right=True),),
        outcomes_of="scores",
    )
    add_run(context, found=found, answers=scores())


def test_scores_are_points_against_the_truth(page: ResultsPage, context: PageContext, qtbot: QtBot) -> None:
    add_scores(context)
    points = page.one.outcomes.points
    assert points.isVisible()
    assert points.accessibleDescription() == "30 scores, 10 of them near the truth."
    qtbot.waitUntil(lambda: points.width() >= 200)
    places = points.places()
    assert all(points.rect().contains(place.toPoint()) for place in places)
    assert places[3].x() == pytest.approx(points.place(1.5, 0.4).x())
    same = points.place(1.0, 1.0)
    assert points.place(2.0, 1.0).x() > same.x()
    assert points.place(1.0, 2.0).y() < same.y()
    assert points.words_of(1) == "It said 0.2, the truth is 2.2: pair 2"


def test_a_point_leads_to_its_answer(page: ResultsPage, context: PageContext, qtbot: QtBot) -> None:
    add_scores(context)
    points, answers = page.one.outcomes.points, page.one.answers
    page.one.below.set_current("robustness")
    page.one._show_below()
    assert scores()[2] not in answers.model.listed  # it is near the truth
    qtbot.waitUntil(lambda: points.width() >= 200)
    qtbot.mouseClick(points, Qt.MouseButton.LeftButton, pos=points.places()[2].toPoint())
    assert answers.isVisible()
    assert answers.detail.answer == scores()[2]
    points.setFocus()
    points.pick(0)
    QTest.keyClick(points, Qt.Key.Key_Right)
    QTest.keyClick(points, Qt.Key.Key_Return)
    assert answers.detail.answer == scores()[1]


def test_answers_that_are_no_scores_have_no_points(page: ResultsPage, context: PageContext) -> None:
    add_run(context, found=language_result())
    assert not page.one.outcomes.points.isVisible()


def test_a_row_without_classes_is_wholly_right_or_not() -> None:
    found = msgspec.structs.replace(language_result(), rows=40, wrong=39)
    metric = MetricEntry(id="f1", label="F1", short="F1", help="")
    assert counts_sentence(found, "sentences", metric) == "1 of 40 sentences is wholly right."


def test_certainty_is_offered_only_where_it_was_measured(page: ResultsPage, context: PageContext) -> None:
    page.show_run(add_run(context, "measured", msgspec.structs.replace(result(), calibration=JUST_RIGHT)))
    certainty = page.one.below.findChild(QWidget, "segment_certainty")
    assert certainty is not None
    assert not certainty.isHidden()
    page.one.below.set_current("certainty")
    page.show_run(add_run(context, "scores", msgspec.structs.replace(result(), calibration=None)))
    assert certainty.isHidden()
    assert page.one.below.current() == "answers"
