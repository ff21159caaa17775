"""The chart of scores: axes, the band, names that collide with nothing, reading with the keyboard."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from engine.protocol.catalog import MetricEntry
from engine.protocol.results import Score
from gui.look.theme import Theme
from gui.widgets.score_axes import AXES, ScorePoint, placement
from gui.widgets.score_plot import ScorePlot

METRIC = MetricEntry(id="macro_f1", label="Macro F1", short="F1", help="")
RUNS = (
    ("Full fine-tuning", 0.977, 1.0, 278.0),
    ("Freeze lower layers", 0.975, 0.236, 131.0),
    ("Bottleneck adapters", 0.971, 0.0195, 162.0),
    ("LoRA r 8", 0.968, 0.0033, 145.0),
    ("BitFit", 0.951, 0.0012, 140.0),
    ("IA3", 0.944, 0.00065, 151.0),
    ("Feature-based", 0.921, 0.00003, 16.0),
)


def points() -> list[ScorePoint]:
    return [
        ScorePoint(
            id=name,
            name=name,
            number=number,
            score=Score(value=value, low=value - 0.016, high=value + 0.015),
            places={"trainable": share, "time": seconds},
        )
        for number, (name, value, share, seconds) in enumerate(RUNS, start=1)
    ]


@pytest.fixture
def plot(theme: Theme, qtbot: QtBot) -> ScorePlot:
    plot = ScorePlot(theme)
    qtbot.addWidget(plot)
    plot.resize(620, 280)
    plot.set_points(points(), METRIC, ("Word counts (TF-IDF)", 0.934))
    plot.show()
    return plot


def test_runs_stand_where_their_numbers_are(plot: ScorePlot) -> None:
    across = [plot.place(point).x() for point in plot.placed]
    assert across == sorted(across)
    assert [point.name for point in plot.placed][:2] == ["Feature-based", "IA3"]
    heights = {point.name: plot.place(point).y() for point in plot.placed}
    assert heights["Full fine-tuning"] < heights["LoRA r 8"] < heights["Feature-based"]
    scale = plot.scale()
    assert scale.low <= 0.905
    assert scale.high == 1.0


def test_names_cover_no_interval_no_marker_and_no_other_name(plot: ScorePlot) -> None:
    for width, height in ((620, 280), (560, 230)):
        plot.resize(width, height)
        boxes = plot.label_boxes()
        assert len(boxes) == len(RUNS)
        for (_, one), (_, other) in itertools.combinations(boxes, 2):
            assert not one.intersects(other)
        for point in plot.placed:
            high, low = plot._height(point.score.high), plot._height(point.score.low)
            bar = QRectF(plot.place(point).x() - 1, high, 2, low - high)
            assert not any(box.intersects(bar) for _, box in boxes), point.name
        assert all(box.left() >= 0 and box.right() <= plot.width() for _, box in boxes)


def test_a_name_that_finds_no_room_beside_its_run_has_the_marker_before_it(plot: ScorePlot) -> None:
    assert all(
        plot._is_beside(point, box) for point, (_, box) in zip(plot.placed, plot.label_boxes(), strict=True)
    )
    score = Score(value=0.95, low=0.94, high=0.96)
    crowded = [replace(point, score=score, places={"trainable": 1.0}) for point in points()]
    plot.set_points(crowded, METRIC, ("Guessing", 0.83))
    boxes = plot.label_boxes()
    far = [box for point, (_, box) in zip(plot.placed, boxes, strict=True) if not plot._is_beside(point, box)]
    assert far
    assert not any(one.intersects(other) for (_, one), (_, other) in itertools.combinations(boxes, 2))
    plot.grab()


def test_an_axis_has_round_numbers_and_holds_what_it_shows() -> None:
    tens = placement([0.00003, 1.0])
    assert tens.tens
    assert all(0 <= tens.share(value) <= 1 for value in (0.00003, 1.0))
    close = placement([100.0, 110.0])
    assert 0 < close.share(100.0) < close.share(110.0) < 1
    assert len(close.ticks) >= 2
    time = next(axis for axis in AXES if axis.id == "time")
    ticks = placement([16.0, 278.0], 6, time.rounds).ticks
    assert [time.words(tick) for tick in ticks] == ["20 s", "30 s", "1 min", "2 min", "5 min"]


def test_runs_that_differ_in_their_rows_alone_are_joined(plot: ScorePlot) -> None:
    few, half, whole = points()[:3]
    rows = zip((few, half, whole), (100.0, 1000.0, 2169.0), strict=True)
    placed = [replace(point, places={"rows": number}) for point, number in rows]
    plot.set_points(placed, METRIC, None, [[point.id for point in placed]])
    plot.set_axis(next(axis for axis in AXES if axis.joins))
    assert [(one.id, other.id) for one, other in plot.joints()] == [(few.id, half.id), (half.id, whole.id)]
    plot.grab()


def test_a_run_without_a_number_is_left_out_of_an_axis(plot: ScorePlot) -> None:
    plot.set_axis(next(axis for axis in AXES if axis.id == "memory"))
    assert plot.placed == []
    plot.grab()  # draws nothing, and does not fail
    assert plot.accessibleName().startswith("Score against memory chart, Full fine-tuning 0.977")


def test_names_of_runs_at_the_edge_of_the_chart_are_not_cut(plot: ScorePlot) -> None:
    plot.resize(620, 170)
    best = [replace(one, score=Score(value=1.0, low=0.974, high=1.0)) for one in points()[:4:3]]
    plot.set_points(best, METRIC, ("Always answering", 1.0))
    assert all(box.top() >= 0 and box.bottom() <= plot.height() for _, box in plot.label_boxes())


def test_the_words_of_the_band_stand_clear_of_every_bar(plot: ScorePlot) -> None:
    wide = [replace(one, score=Score(value=0.93, low=0.85, high=0.99)) for one in points()[:2]]
    left = replace(points()[-1], score=Score(value=0.92, low=0.84, high=0.98))
    plot.set_points([*wide, left], METRIC)
    top, bottom = plot._height(0.99), plot._height(0.85)
    band = QRectF(plot.area().left(), top, plot.area().width(), bottom - top)
    box = plot._band_box(band)
    assert box is not None
    assert box.left() > plot.place(left).x()  # it would cross the bar of the run at the left
    assert not any(box.intersects(plot._bar(point)) for point in plot.placed)


def test_the_words_of_the_band_cover_no_name_and_are_left_out_where_there_is_no_room(plot: ScorePlot) -> None:
    few = [
        replace(one, score=Score(value=value, low=low, high=1.0), places={"trainable": share})
        for one, value, low, share in zip(points(), (1.0, 0.951), (0.904, 0.87), (1.0, 5e-5), strict=False)
    ]
    low = replace(points()[2], score=Score(value=0.5, low=0.38, high=0.58), places={"trainable": 0.003})
    plot.set_points([*few, low], METRIC, ("Word counts (TF-IDF)", 1.0))
    for width in (570, 240):
        plot.resize(width, 270)
        top, bottom = plot._height(1.0), plot._height(0.904)
        box = plot._band_box(QRectF(plot.area().left(), top, plot.area().width(), bottom - top))
        taken = [*(name for _, name in plot.label_boxes()), plot._baseline_box()]
        assert (box is None) == (width == 240)
        assert box is None or not any(box.intersects(one) for one in taken)


def test_the_words_of_the_band_are_not_struck_by_the_line_of_what_is_simpler(plot: ScorePlot) -> None:
    left, right = (
        replace(one, score=Score(value=0.72, low=low, high=high), places={"trainable": share})
        for one, low, high, share in zip(points(), (0.55, 0.51), (0.81, 0.82), (5e-5, 0.003), strict=False)
    )
    plot.set_points([left, right], METRIC, ("Word counts (TF-IDF)", 0.796))
    top, bottom = plot._height(0.81), plot._height(0.55)
    box = plot._band_box(QRectF(plot.area().left(), top, plot.area().width(), bottom - top))
    assert box is not None
    line = plot._height(0.796)
    assert line < box.top()
    assert box.bottom() < bottom


def test_the_numbers_at_the_side_do_not_touch_in_a_low_chart(plot: ScorePlot) -> None:
    low = replace(points()[0], score=Score(value=0.5, low=0.38, high=0.6))
    plot.set_points([low, replace(points()[1], score=Score(value=0.95, low=0.87, high=1.0))], METRIC)
    for height in (280, 126):
        plot.resize(560, height)
        places = sorted(plot._height(tick) for tick in plot.scale().ticks)
        assert min(below - above for above, below in itertools.pairwise(places)) >= 14
        assert len(places) >= 3


def test_what_is_simpler_and_far_away_squeezes_no_run_and_is_named_at_the_edge(plot: ScorePlot) -> None:
    perplexity = MetricEntry(
        id="perplexity", label="Perplexity", short="perplexity", help="", higher_is_better=False
    )
    runs = [
        replace(one, score=Score(value=90.0 + place, low=85.0, high=100.0))
        for place, one in enumerate(points()[:2])
    ]
    plot.set_points(runs, perplexity, ("Token frequencies", 640.7))
    assert plot.leaves_baseline_out
    assert plot.scale().high <= 110
    assert plot._baseline_words() == "Token frequencies 640.7 ↑"
    assert plot.area().contains(plot._baseline_box())
    plot.set_points(runs, perplexity, ("Token frequencies", 120.0))
    assert not plot.leaves_baseline_out
    assert plot.scale().high >= 120


def test_the_keyboard_reads_runs_and_chooses_one(plot: ScorePlot, qtbot: QtBot) -> None:
    plot.setFocus()
    with qtbot.waitSignal(plot.hovered) as looked:
        qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert looked.args == ["Feature-based"]
    qtbot.keyClick(plot, Qt.Key.Key_End)
    reading = plot.reading(plot.placed[-1])
    assert reading.sentence() == (
        "Full fine-tuning. Macro F1 0.977. 95 % interval 0.961 to 0.992. Trainable share 100 %"
    )
    with qtbot.waitSignal(plot.chosen) as chosen:
        qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert chosen.args == ["Full fine-tuning"]
    with qtbot.waitSignal(plot.hovered) as gone:
        qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert gone.args == [""]


def test_the_chart_is_copied_as_a_table(plot: ScorePlot, qtbot: QtBot) -> None:
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:5] == ["run", "Macro F1", "from", "to", "Trainable share"]
    assert lines[1].split("\t")[:3] == ["Full fine-tuning", "0.977", "0.961"]
    assert len(lines) == 1 + len(RUNS)


@pytest.mark.parametrize("distance", [-0.02, -0.004, 0.004, 0.02])
def test_the_words_of_the_baseline_do_not_stand_on_the_edge_of_the_band(
    plot: ScorePlot, distance: float
) -> None:
    best = max(points(), key=lambda one: one.score.value)
    plot.set_points(points(), METRIC, ("Word counts (TF-IDF)", best.score.low + distance))
    box, edge = plot._baseline_box(), plot._band_edge()
    assert plot.area().contains(box)
    assert not box.top() < edge < box.bottom()
    assert not any(box.intersects(plot._bar(point)) for point in plot.placed)
