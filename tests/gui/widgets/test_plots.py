"""The charts: scales, smoothing, what is drawn, read and copied, and how they are moved."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.look.theme import Theme
from gui.widgets.plot_marks import spread
from gui.widgets.plot_scale import linear_scale, log_scale, nice_step
from gui.widgets.plots import LossPlot, MetricPlot
from gui.widgets.smoothing import Smoother, span_for

EPOCHS = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]
LOSSES = [0.69, 0.244, 0.147, 0.117, 0.101, 0.093, 0.097]
STEPS_PER_EPOCH = 100


@pytest.fixture
def loss(theme: Theme, qtbot: QtBot) -> LossPlot:
    """A loss chart of 640 × 320 on screen, run 1 of 5 epochs at epoch 3.2."""
    plot = LossPlot(theme)
    qtbot.addWidget(plot)
    plot.resize(640, 320)
    plot.show()
    plot.set_run(1, 5)
    steps = np.arange(1, 321, dtype=np.float64)
    plot.set_training(steps, steps / STEPS_PER_EPOCH, 0.06 + 0.6 * np.exp(-steps / 90), 500)
    plot.set_points(EPOCHS, LOSSES)
    plot.set_position(3.2)
    return plot


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 0.69, (0.0, 0.2, 0.4, 0.6, 0.8)),
        (0.0, 2.3, (0.0, 0.5, 1.0, 1.5, 2.0, 2.5)),
        (0.0, 0.0, (0.0, 0.02, 0.04, 0.06, 0.08, 0.1)),
    ],
)
def test_a_linear_axis_has_round_ends_that_hold_the_values(
    low: float, high: float, ticks: tuple[float, ...]
) -> None:
    scale = linear_scale(low, high)
    assert scale.ticks == pytest.approx(ticks)
    assert scale.low <= low
    assert scale.high >= high


def test_all_numbers_of_an_axis_have_the_same_decimals() -> None:
    assert [text for _, text in linear_scale(0.0, 0.69).texts()] == ["0.0", "0.2", "0.4", "0.6", "0.8"]


def test_a_logarithmic_axis_puts_equal_factors_at_equal_distances() -> None:
    scale = log_scale(0.02, 0.9)
    assert (scale.low, scale.high) == (0.02, 1.0)
    assert scale.position(0.4) - scale.position(0.2) == pytest.approx(
        scale.position(0.1) - scale.position(0.05)
    )


def test_a_step_is_one_two_or_five_times_a_power_of_ten() -> None:
    assert [nice_step(span, 4) for span in (0.69, 1.0, 3.0, 17.0)] == pytest.approx([0.2, 0.2, 1.0, 5.0])


def test_smoothing_is_not_pulled_towards_zero_at_its_start() -> None:
    smoother = Smoother(span=20)
    smoother.extend([0.7] * 5)
    assert smoother.values() == pytest.approx([0.7] * 5)


def test_smoothing_in_pieces_equals_smoothing_at_once() -> None:
    values = np.random.default_rng(0).uniform(0.1, 1.0, 700)
    whole, pieces = Smoother(14), Smoother(14)
    whole.extend(values)
    for start in range(0, 700, 33):
        pieces.extend(values[start : start + 33])
    assert np.array_equal(whole.values(), pieces.values())
    decay = 1 - 1 / 14
    weights = decay ** np.arange(699, -1, -1)
    assert whole.values()[-1] == pytest.approx(float((weights * values).sum() / weights.sum()))


def test_a_loss_that_is_not_a_number_leaves_the_smoothed_curve_where_it_was() -> None:
    smoother = Smoother(10)
    smoother.extend([0.5, 0.5, float("nan"), float("inf")])
    assert smoother.values() == pytest.approx([0.5] * 4)


@pytest.mark.parametrize(("steps", "span"), [(60, 8.0), (560, 14.0), (60_000, 1000.0)])
def test_longer_runs_are_smoothed_over_more_steps(steps: int, span: float) -> None:
    assert span_for(steps) == span


def test_labels_at_line_ends_are_moved_apart_but_keep_their_order() -> None:
    placed = spread([100.0, 98.0, 20.0], 22, 10, 110)
    assert sorted(range(3), key=lambda index: placed[index]) == [2, 1, 0]
    assert placed[0] - placed[1] == pytest.approx(22)
    assert max(placed) <= 110


def test_the_name_tells_the_last_validation(loss: LossPlot) -> None:
    assert loss.accessibleName() == "Loss chart, validation 0.097 at epoch 3"


def test_labels_stand_at_the_ends_of_the_lines(loss: LossPlot) -> None:
    labels = loss.end_labels()
    assert [label.text for label in labels] == ["Validation 0.097", f"Training {loss.smoothed[-1]:.3f}"]
    assert labels[0].y == pytest.approx(loss.pixel(3.0, 0.097).y())


def test_values_stand_where_the_axis_says(loss: LossPlot) -> None:
    area = loss.area()
    assert loss.value_scale.ticks == pytest.approx((0.0, 0.2, 0.4, 0.6, 0.8))
    assert loss.pixel(0, 0.8).y() == pytest.approx(area.top(), abs=1)
    assert loss.pixel(0, 0.0).y() == pytest.approx(area.bottom(), abs=1)
    assert loss.pixel(2.5, 0.4).x() == pytest.approx(area.center().x(), abs=1)


def test_every_step_is_kept_and_a_long_run_is_drawn_thinned(loss: LossPlot) -> None:
    steps = np.arange(1, 60_001, dtype=np.float64)
    losses = np.full(60_000, 0.1)
    losses[12_345] = 0.5
    loss.set_run(1, 5)
    loss.set_training(steps, steps / 12_000, losses, 60_000)
    drawn_x, drawn_y = loss._raw.getData()
    assert len(drawn_x) < 6000
    assert drawn_y.max() == pytest.approx(0.5)  # thinning keeps the peaks
    assert len(loss.table_rows()) == 1 + 60_000 + len(EPOCHS)


def test_a_resumed_run_that_repeats_steps_is_smoothed_anew(loss: LossPlot) -> None:
    steps = np.arange(1, 201, dtype=np.float64)
    loss.set_training(steps, steps / STEPS_PER_EPOCH, np.full(200, 0.9), 500)
    assert len(loss.smoothed) == 200
    assert loss.smoothed[-1] == pytest.approx(0.9)


def test_what_is_still_to_come_is_shaded(loss: LossPlot, theme: Theme) -> None:
    picture = loss.grab().toImage()
    area, sunken, surface = loss.area(), theme.color("sunken"), theme.color("surface")
    y = int(area.top() + 0.56 * area.height()) + 3
    right = QPointF(loss.pixel(4.6, 0.3).x(), y).toPoint()
    left = QPointF(loss.pixel(2.2, 0.3).x(), y).toPoint()
    assert picture.pixelColor(right).name() == sunken.name()
    assert picture.pixelColor(left).name() == surface.name()


def test_a_logarithmic_axis_moves_the_curve(loss: LossPlot) -> None:
    before = loss.pixel(3.0, 0.097).y()
    loss.set_logarithmic(True)
    assert loss.value_scale.logarithmic
    assert loss.pixel(3.0, 0.097).y() < before - 20


def test_the_pointer_reads_the_chart(loss: LossPlot) -> None:
    place = QPointF(loss.pixel(1.2, 0.3).toPoint())
    none = Qt.MouseButton.NoButton
    # Sent by hand: a move of the test's own pointer is dropped where the pointer already is.
    move = QMouseEvent(
        QEvent.Type.MouseMove, place, loss.mapToGlobal(place), none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(loss.viewport(), move)
    assert loss.crosshair == pytest.approx(1.2, abs=0.02)
    reading = loss.reading(1.2)
    assert reading is not None
    assert reading.title == "Epoch 1.20, step 120"
    assert reading.rows[0][:2] == ("Validation, epoch 1", "0.147")
    assert reading.rows[1][:2] == ("Training, smoothed", f"{loss.smoothed[119]:.3f}")


def test_arrow_keys_move_the_crosshair_and_say_what_is_there(
    loss: LossPlot, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("gui.widgets.curve_plot.announce", lambda _widget, words: said.append(words))
    qtbot.keyClick(loss, Qt.Key.Key_End)
    assert loss.crosshair == pytest.approx(3.2)
    qtbot.keyClick(loss, Qt.Key.Key_Left)
    assert loss.crosshair == pytest.approx(3.2 - 5 / 60, abs=0.01)
    qtbot.keyClick(loss, Qt.Key.Key_Home)
    assert loss.crosshair == pytest.approx(0.01)
    assert said[0].startswith("Epoch 3.20, step 320. Validation, epoch 3 0.097. Training, smoothed")
    assert len(said) == 3
    qtbot.keyClick(loss, Qt.Key.Key_Escape)
    assert loss.crosshair is None


def test_zoom_stays_while_steps_arrive_and_a_double_click_shows_all(loss: LossPlot, qtbot: QtBot) -> None:
    loss.zoom(0.2, 1.0)
    low, high = loss.visible_epochs()
    assert (low, high) == pytest.approx((0.8, 1.8))
    steps = np.arange(1, 401, dtype=np.float64)
    loss.set_training(steps, steps / STEPS_PER_EPOCH, np.full(400, 0.2), 500)
    assert loss.visible_epochs() == pytest.approx((0.8, 1.8))
    qtbot.mouseDClick(loss.viewport(), Qt.MouseButton.LeftButton, pos=loss.area().center().toPoint())
    assert loss.visible_epochs() == pytest.approx((0.0, 5.0))


def test_linked_charts_show_the_same_epochs_and_crosshair(loss: LossPlot, theme: Theme, qtbot: QtBot) -> None:
    metric = MetricPlot(theme)
    qtbot.addWidget(metric)
    metric.set_run(1, 5)
    metric.link(loss)
    loss.zoom(0.5, 2.0)
    assert metric.visible_epochs() == pytest.approx(loss.visible_epochs())
    qtbot.keyClick(loss, Qt.Key.Key_End)
    assert metric.crosshair == loss.crosshair


def test_copy_as_table_holds_every_value_in_order(loss: LossPlot) -> None:
    loss.copy_table()
    rows = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert rows[0] == ["step", "epoch", "training_loss", "training_loss_smoothed", "validation_loss"]
    assert len(rows) == 1 + 320 + 7
    epochs = [float(row[1]) for row in rows[1:]]
    assert epochs == sorted(epochs)
    at_half = [row for row in rows if row[1] == "0.5000"]
    assert [bool(row[0]) for row in at_half] == [True, False]
    assert at_half[1][4] == "0.244"


def test_the_end_of_a_run_makes_room_for_its_labels(loss: LossPlot, qtbot: QtBot) -> None:
    before = loss.area().right()
    steps = np.arange(1, 501, dtype=np.float64)
    loss.set_training(steps, steps / STEPS_PER_EPOCH, np.full(500, 0.2), 500)
    loss.set_position(None)
    qtbot.waitUntil(lambda: loss.area().right() < before - 40)


def test_the_metric_is_drawn_with_what_simpler_ways_reach(theme: Theme, qtbot: QtBot) -> None:
    metric = MetricPlot(theme)
    qtbot.addWidget(metric)
    metric.resize(640, 200)
    metric.show()
    metric.set_run(1, 5)
    metric.set_metric("Macro F1", "F1", [('Always guessing "ham"', 0.466), ("Word counts", 0.934)])
    metric.set_points(EPOCHS, [0.462, 0.87, 0.93, 0.948, 0.958, 0.968, 0.966])
    assert metric.value_scale.ticks == pytest.approx((0.4, 0.6, 0.8, 1.0))
    assert metric.accessibleName() == (
        'Macro F1 chart, F1 0.966 at epoch 3, Always guessing "ham" 0.466, Word counts 0.934'
    )
    reading = metric.reading(2.6)
    assert reading is not None
    assert reading.sentence() == 'Epoch 2.5. Macro F1 0.968. Always guessing "ham" 0.466. Word counts 0.934'
    assert metric.table_rows()[1] == ["0.0000", "0.462", "0.466", "0.934"]


def test_a_perplexity_above_one_gets_an_axis_of_its_own(theme: Theme, qtbot: QtBot) -> None:
    metric = MetricPlot(theme)
    qtbot.addWidget(metric)
    metric.set_metric("Perplexity", "ppl")
    metric.set_points([0, 1, 2], [38.0, 21.0, 17.5])
    assert metric.value_scale.low <= 17.5
    assert metric.value_scale.high >= 38.0


def test_values_far_apart_get_a_logarithmic_axis_whose_numbers_fit(theme: Theme, qtbot: QtBot) -> None:
    metric = MetricPlot(theme)
    qtbot.addWidget(metric)
    metric.resize(640, 150)
    metric.show()
    metric.set_metric("Perplexity", "perplexity", [("Token frequencies (unigram)", 1075.2)])
    metric.set_points([0, 0.56, 1], [40048.0, 950.0, 924.7])
    assert metric.value_scale.logarithmic
    assert [text for _, text in metric.value_scale.texts()] == ["1,000", "10 k"]
    apart = metric.pixel(0, 924.7).y() - metric.pixel(0, 1075.2).y()
    assert apart > 1.5  # and not one of 40,000
    room = metric.getPlotItem().getAxis("left").width() - theme.px(6)
    for scale in (metric.value_scale, linear_scale(0.0, 40048.0), linear_scale(0.0, 1.2e6)):
        for _, text in scale.texts():
            assert QFontMetricsF(theme.font("caption")).horizontalAdvance(text) <= room
    assert [text for _, text in linear_scale(0.0, 40048.0).texts()] == [
        "0", "10 k", "20 k", "30 k", "40 k", "50 k"
    ]  # fmt: skip
    metric.set_points([0, 1], [120.0, 92.0])
    metric.set_metric("Perplexity", "perplexity", [("Token frequencies (unigram)", 635.8)])
    assert not metric.value_scale.logarithmic


def test_a_measure_that_ends_at_a_hundred_keeps_its_linear_axis(theme: Theme, qtbot: QtBot) -> None:
    metric = MetricPlot(theme)
    qtbot.addWidget(metric)
    metric.set_metric("BLEU", "BLEU", [("Giving the text back", 15.8)])
    metric.set_points([0, 1, 2], [0.5, 12.0, 29.7])
    assert not metric.value_scale.logarithmic
