"""The robustness chart and its card: a line for each run, words at their ends, all of it as a table."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from engine.protocol.results import NoisePoint, Score
from gui.look.theme import Theme
from gui.widgets.robustness_card import RobustnessCard
from gui.widgets.robustness_plot import NoiseCurve, RobustnessPlot
from tests.gui.sample_facts import CATALOG

F1, _ACCURACY, PERPLEXITY = CATALOG.tasks[0].metrics
RATES = (0.0, 0.05, 0.1, 0.2, 0.3)


def curve(name: str, number: int, *values: float, metric: str = "macro_f1") -> NoiseCurve:
    points = [
        NoisePoint(share=rate, scores={metric: Score(value=value, low=value * 0.96, high=value * 1.02)})
        for rate, value in zip(RATES, values, strict=True)
    ]
    return NoiseCurve(name, number, tuple(points))


CLEAN = curve("Freeze lower layers", 1, 0.936, 0.901, 0.854, 0.793, 0.730)
NOISY = curve("Freeze lower layers, noisy texts", 5, 0.941, 0.914, 0.857, 0.796, 0.745)


@pytest.fixture
def plot(qtbot: QtBot, theme: Theme) -> RobustnessPlot:
    made = RobustnessPlot(theme)
    qtbot.addWidget(made)
    made.resize(1000, 250)
    made.set_curves([CLEAN, NOISY], F1)
    made.show()
    return made


def test_each_run_has_its_colour_marker_and_dash(plot: RobustnessPlot, theme: Theme) -> None:
    first, second = plot._curve, plot._lines[0]
    assert first.opts["pen"].color() == theme.run_color(1)
    assert second.opts["pen"].color() == theme.run_color(5)
    assert second.opts["symbol"] == theme.run_symbol(5) == "t"
    assert second.opts["pen"].dashPattern() == [part / 2.5 for part in theme.run_dash(5) or ()]
    theme.set_dark(True)
    assert second.opts["pen"].color() == theme.run_color(5)
    assert list(second.getData()[0]) == [0, 5, 10, 20, 30]
    assert list(second.getData()[1]) == [0.941, 0.914, 0.857, 0.796, 0.745]


def test_names_stand_at_the_ends_of_the_lines_and_keep_apart(plot: RobustnessPlot) -> None:
    labels, boxes = plot.end_labels(), plot.end_label_boxes()
    assert labels[0].text == "Freeze lower layers 0.730"
    assert labels[1].text.startswith("Freeze lower layers, noisy")
    assert labels[1].text.endswith("0.745")
    assert [label.strong for label in labels] == [True, False]
    assert not boxes[0].intersects(boxes[1])
    assert all(box.right() <= plot.width() for box in boxes)


def test_the_axis_holds_every_run_and_its_interval(plot: RobustnessPlot) -> None:
    assert plot.value_scale.low <= 0.730 * 0.96
    assert plot.value_scale.high == 1.0
    ticks = plot.getPlotItem().getAxis("bottom")._tickLevels[0]
    assert [text for _, text in ticks] == ["0", "5", "10", "20", "30"]


def test_what_it_shows_can_be_heard_read_and_copied(plot: RobustnessPlot) -> None:
    assert plot.accessibleName() == (
        "Robustness chart, Freeze lower layers: Macro F1 0.936 without noise, 0.730 at 30 %. "
        "Freeze lower layers, noisy texts: Macro F1 0.941 without noise, 0.745 at 30 %"
    )
    reading = plot.reading(11.0)
    assert reading is not None
    assert reading.title == "Macro F1 at 10 % noise"
    assert [(name, value.split(",")[0]) for name, value, _ in reading.rows] == [
        ("Freeze lower layers", "0.854"),
        ("Freeze lower layers, noisy texts", "0.857"),
    ]
    plot.copy_table()
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert lines[0][:2] == ["noise (%), Macro F1", "Freeze lower layers"]
    assert [line[0] for line in lines[1:]] == ["0", "5", "10", "20", "30"]
    assert lines[5][1] == "0.73"


def test_a_perplexity_has_an_axis_of_its_own(plot: RobustnessPlot) -> None:
    rising = curve("Continue", 2, 30.0, 41.0, 62.0, 240.0, 900.0, metric="perplexity")
    plot.set_curves([rising], PERPLEXITY)
    assert plot.value_scale.logarithmic
    assert plot.value_scale.high >= 900 * 1.02
    assert len(plot._lines) == 0


def test_the_card_says_what_the_chart_shows_or_that_there_is_none(qtbot: QtBot, theme: Theme) -> None:
    card = RobustnessCard(theme)
    qtbot.addWidget(card)
    card.resize(900, 400)
    card.show()
    card.set_curves([CLEAN, NOISY], F1, "It goes down.", "All rows.")
    assert card.plot.isVisible()
    assert card.finding.text() == "It goes down."
    assert card.conditions.text() == "All rows."
    card.set_curves(
        [CLEAN, NOISY], F1, "It goes down.", "Only words that noise leaves clean are judged. " * 5
    )
    line = card.conditions.fontMetrics().height()
    qtbot.waitUntil(lambda: card.conditions.height() > 1.5 * line)  # whole, in two lines
    card.set_curves((), F1)
    assert not card.plot.isVisible()
    assert not card.conditions.isVisible()
    assert card.finding.text().startswith("No curve here yet")
