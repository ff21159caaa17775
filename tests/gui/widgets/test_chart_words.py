"""Words in charts cover neither curves nor each other, wherever a run stands."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from gui.look.theme import Theme
from gui.widgets.label_places import Curve, free_place
from gui.widgets.plots import LossPlot, MetricPlot

SIZES = [(668, 290), (668, 150), (552, 214)]


def share_covered(box: QRectF, curve: Curve) -> float:
    """Returns the share of a box's width in which a curve runs through it."""
    across = np.linspace(box.left(), box.right(), 200)
    y = np.interp(across, curve.x, curve.y, left=np.nan, right=np.nan)
    return float(((y > box.top()) & (y < box.bottom())).mean())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("at", [0.3, 0.55, 1.1, 1.6, 2.4, 3.0])
@pytest.mark.parametrize("falls", [0.02, 0.3, 1.5])
def test_the_best_label_is_off_the_curves_and_the_other_words(
    theme: Theme, qtbot: QtBot, size: tuple[int, int], at: float, falls: float
) -> None:
    plot = LossPlot(theme)
    qtbot.addWidget(plot)
    plot.resize(*size)
    plot.show()
    plot.set_run(1, 3)
    steps = np.arange(1, round(at * 13) + 1, dtype=np.float64)
    plot.set_training(steps, steps / 13, 0.75 * np.exp(-falls * steps / 13), 39)
    epochs = np.arange(0.0, at + 1e-9, 0.5)
    plot.set_points(epochs, 0.7 * np.exp(-falls * epochs))
    plot.set_position(at if at < 3 else None)
    plot.set_best(float(epochs[-1]), f"epoch {epochs[-1]:g}")
    box = plot.best_label_box()
    assert box is not None
    assert plot.area().contains(box)
    validation, smoothed, _ = plot.curves()
    assert share_covered(box, validation) == 0
    assert share_covered(box, smoothed) == 0
    ends = plot.end_label_boxes()
    assert len(ends) == 2
    coming = plot.still_to_come(plot.area())
    words = [box, *ends, *([coming] if coming is not None else [])]
    assert not [pair for pair in combinations(words, 2) if pair[0].intersects(pair[1])]


def test_where_a_run_broke_off_is_not_written_over_the_ends_of_the_lines(theme: Theme, qtbot: QtBot) -> None:
    plot = LossPlot(theme)
    qtbot.addWidget(plot)
    plot.resize(460, 150)
    plot.show()
    plot.set_run(2, 3)
    steps = np.arange(1, 21, dtype=np.float64)
    plot.set_training(steps, steps / 13, np.full(20, 0.72), 39)
    plot.set_points([0.0, 0.5, 1.0], [0.75, 0.74, 0.73])
    plot.set_best(0.5, "saved at epoch 0.5")
    plot.set_stop(20 / 13, "Stopped at epoch 1.5")
    best = plot.best_label_box()
    assert best is not None
    words = [plot.stop_label_box(), best, *plot.end_label_boxes()]
    assert len(words) == 4
    assert not [pair for pair in combinations(words, 2) if pair[0].intersects(pair[1])]


@pytest.mark.parametrize("last", [0.41, 0.45, 0.758, 0.79, 0.8, 0.95])
@pytest.mark.parametrize("running", [True, False])
def test_dashed_lines_and_their_words_keep_off_the_score(
    theme: Theme, qtbot: QtBot, last: float, running: bool
) -> None:
    plot = MetricPlot(theme)
    qtbot.addWidget(plot)
    plot.resize(668, 150)
    plot.show()
    plot.set_run(1, 3)
    plot.set_metric("F1 score", "F1", [('Always answering "positive"', 0.424), ("Word counts", 0.797)])
    epochs = np.arange(0.0, 1.51 if running else 3.01, 0.5)
    plot.set_points(epochs, np.linspace(0.4, last, len(epochs)))
    plot.set_position(1.6 if running else None)
    plot.set_best(float(epochs[-2]))
    (end,) = plot.end_label_boxes()
    letters = end.adjusted(0, 7, 0, -7)  # a row is higher than its letters
    for _, value in plot._baselines if letters.left() < plot.area().right() else ():
        assert not letters.top() < plot.pixel(0.0, value).y() < letters.bottom()
    words = [box for _, box in plot.baseline_words()]
    assert not [pair for pair in combinations([end, *words], 2) if pair[0].intersects(pair[1])]
    dotted = plot.best_x()
    assert dotted is not None
    for box in words:
        assert share_covered(box, plot.curves()[0]) == 0
        assert not box.left() < dotted < box.right()


NO_ANSWER = ('Always answering "there is no answer"', 0.125), ("Word overlap (sliding window)", 0.051)
MOOD = ('Always answering "positive"', 0.424), ("Word counts (TF-IDF)", 0.815)


@pytest.mark.parametrize(
    ("baselines", "epochs", "values", "position", "best", "size"),
    [
        (NO_ANSWER, [0, 0.54], [0.03, 0.043], 0.77, 0.54, (640, 150)),
        (NO_ANSWER, [], [], 0.08, None, (640, 150)),
        (NO_ANSWER, [0, 0.54], [0.03, 0.09], 0.6, 0.54, (552, 140)),
        (MOOD, range(21), [0.35, 0.62, *[0.88] * 15, 0.903, 0.9, 0.9, 0.9], None, 17, (600, 110)),
    ],
)
def test_words_of_lines_that_lie_close_are_not_struck_through(
    theme: Theme,
    qtbot: QtBot,
    baselines: tuple[tuple[str, float], ...],
    epochs: list[float],
    values: list[float],
    position: float | None,
    best: float | None,
    size: tuple[int, int],
) -> None:
    plot = MetricPlot(theme)
    qtbot.addWidget(plot)
    plot.resize(*size)
    plot.show()
    plot.set_run(1, max([1, *epochs]))
    plot.set_metric("F1 score", "F1", baselines)
    plot.set_points(list(epochs), values)
    plot.set_position(position)
    plot.set_best(best)
    words = [box for _, box in plot.baseline_words()]
    ends = [box.adjusted(0, 4, 0, -4) for box in plot.end_label_boxes()]  # a row is higher than its letters
    assert len(words) == 2
    assert len(ends) == bool(values)
    assert not [pair for pair in combinations([*ends, *words], 2) if pair[0].intersects(pair[1])]
    for box in words:
        assert plot.area().contains(box)
        assert not values or share_covered(box, plot.curves()[0]) == 0
    for box in [*words, *(end.adjusted(0, 3, 0, -3) for end in ends)]:
        for _, value in baselines:
            assert not box.top() < plot.pixel(0.0, value).y() < box.bottom()


def test_no_other_line_lies_between_words_and_their_line(theme: Theme, qtbot: QtBot) -> None:
    """In a low plot both had found a free place, each at the line of the other."""
    plot = MetricPlot(theme)
    qtbot.addWidget(plot)
    plot.resize(552, 86)
    plot.show()
    baselines = ('Always answering "positive"', 0.424), ("Word counts (TF-IDF)", 0.681)
    plot.set_run(1, 3)
    plot.set_metric("F1 score", "F1", baselines)
    plot.set_points([0, 0.54, 1, 1.54, 2, 2.54, 3], [0.35, 0.43, 0.44, 0.6, 0.78, 0.83, 0.825])
    plot.set_best(2.54)
    for (_, own), (_, box) in zip(baselines, plot.baseline_words(), strict=True):
        between = sorted([plot.pixel(0.0, own).y(), box.center().y()])
        others = [plot.pixel(0.0, value).y() for _, value in baselines if value != own]
        assert not [y for y in others if between[0] < y < between[1]]


def test_where_nothing_is_free_what_is_covered_least_is_taken() -> None:
    area = QRectF(0, 0, 100, 60)
    everywhere = Curve(np.array([0.0, 100.0]), np.array([10.0, 10.0]))
    half = Curve(np.array([0.0, 50.0]), np.array([45.0, 45.0]))
    box = free_place(QRectF(0, 0, 100, 20), area, [everywhere, half], [QRectF(0, 22, 100, 6)], 1)
    assert box.top() > 29
    assert area.contains(box)
