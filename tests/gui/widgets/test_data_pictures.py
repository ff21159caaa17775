"""Label shares, length histogram, split bar: the numbers behind the pixels."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from engine.protocol.data_facts import ClassCount, HistogramBin
from gui.look.texts import label_words
from gui.look.theme import Theme
from gui.widgets.class_marks import class_color, paint_mark
from gui.widgets.label_share import LabelShare, whole_percent
from gui.widgets.length_histogram import LengthHistogram
from gui.widgets.split_bar import SplitBar


def test_the_bar_of_labels_is_in_proportion(theme: Theme, qtbot: QtBot) -> None:
    share = LabelShare(theme)
    qtbot.addWidget(share)
    share.resize(306, 60)
    share.set_classes([ClassCount(name="ham", count=750), ClassCount(name="spam", count=250)])
    assert share.shares() == [0.75, 0.25]
    first, second = share.segments(302.0)
    assert (first.width(), second.width()) == (225.0, 75.0)
    assert second.left() == first.right() + 2
    assert share.accessibleName() == "Labels: ham 750, 75 %, spam 250, 25 %"
    image = share.grab().toImage()
    assert QColor(image.pixel(40, 7)) == theme.run_color(1)
    assert QColor(image.pixel(290, 7)) == theme.run_color(4)


def test_where_rows_have_several_labels_the_shares_are_of_the_rows(theme: Theme, qtbot: QtBot) -> None:
    share = LabelShare(theme)
    qtbot.addWidget(share)
    share.set_classes([ClassCount(name="sports", count=90), ClassCount(name="noise", count=60)], 100)
    assert share.accessibleName() == "Labels: sports 90, 90 %, noise 60, 60 %"
    first, second = share.segments(302.0)
    assert (first.width(), second.width()) == (180.0, 120.0)  # the bar is whole


def test_a_label_that_differs_only_in_a_space_is_told_from_the_other(theme: Theme, qtbot: QtBot) -> None:
    share = LabelShare(theme)
    qtbot.addWidget(share)
    share.set_classes([ClassCount(name="spam", count=3), ClassCount(name="spam ", count=1)])
    assert share.accessibleName() == 'Labels: spam 3, 75 %, "spam " 1, 25 %'
    assert [label_words(name) for name in ("spam", " spam", "not spam")] == ["spam", '" spam"', "not spam"]


def test_many_labels_share_the_last_part(theme: Theme, qtbot: QtBot) -> None:
    share = LabelShare(theme)
    qtbot.addWidget(share)
    share.resize(306, 300)
    share.set_classes([ClassCount(name=f"class {number}", count=10) for number in range(20)])
    rects = share.segments(300.0)
    assert len(rects) == 9  # the eight that have a mark, and the rest
    assert rects[-1].right() == pytest.approx(300.0)
    assert rects[-1].width() == pytest.approx(rects[0].width() * 12, rel=0.01)
    share.set_classes([ClassCount(name="big", count=100_000), ClassCount(name="small", count=1)])
    assert share.segments(300.0)[1].width() > 2


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.874, "87 %"), (0.126, "13 %"), (0.004, "0.4 %"), (1.0, "100 %"), (0.999, "99.9 %")],
)
def test_whole_per_cents(share: float, words: str) -> None:
    assert whole_percent(share) == words


def _mark(theme: Theme, number: int, *, in_grey: bool = False) -> bytes:
    """Returns the pixels of a mark, or only where it is painted."""
    image = QImage(20, 20, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    paint_mark(painter, theme, QRectF(2, 2, 16, 16), number)
    painter.end()
    shown = image.createAlphaMask() if in_grey else image
    return bytes(shown.constBits())


def test_class_marks_differ_in_shape_and_colour(theme: Theme) -> None:
    assert len({_mark(theme, number, in_grey=True) for number in range(1, 9)}) == 8
    assert len({class_color(theme, number).name() for number in range(1, 9)}) == 8
    assert class_color(theme, 2) == theme.run_color(4)


def test_beyond_eight_classes_no_mark_is_used_twice(theme: Theme) -> None:
    marked = {_mark(theme, number) for number in range(1, 9)}
    beyond = {_mark(theme, number) for number in (9, 10, 17, 25)}
    assert beyond == {_mark(theme, 0)}  # the ring of what has no mark of its own
    assert not beyond & marked
    assert class_color(theme, 9) == theme.color("text3")


def test_bars_of_the_histogram(theme: Theme, qtbot: QtBot) -> None:
    histogram = LengthHistogram(theme)
    qtbot.addWidget(histogram)
    bins = [HistogramBin(low=0, high=10, count=5), HistogramBin(low=10, high=20, count=20)]
    bins += [HistogramBin(low=20, high=30, count=0), HistogramBin(low=30, high=40, count=1)]
    histogram.set_bins(bins, 29)
    assert histogram.bar_heights(100.0) == [25.0, 100.0, 0.0, 5.0]
    assert histogram.total == 26
    assert histogram.cut == 1
    assert "1 are longer than 29 words" in histogram.accessibleName()
    histogram.set_bins(bins, None)
    assert histogram.cut == 0
    histogram.set_bins((), None)
    assert histogram.bar_heights(100.0) == []
    histogram.grab()


def test_parts_of_the_split(theme: Theme, qtbot: QtBot) -> None:
    bar = SplitBar(theme)
    qtbot.addWidget(bar)
    bar.resize(304, 52)
    bar.set_counts(700, 150, 150)
    train, validation, test = bar.parts()
    assert train.width() / 300 == pytest.approx(0.692, abs=0.01)
    assert validation.width() == pytest.approx(46)  # a share of 0.15 is 45 px; 46 hold the number
    assert test.right() == pytest.approx(304)
    bar.set_counts(400, 300, 300)
    assert [part.width() for part in bar.parts()] == pytest.approx([120, 90, 90])
    font = theme.font("caption", 600)
    bar.resize(240, 52)
    bar.set_counts(400, 465, 465)
    assert bar._labels(bar.parts(), font) == ["Train 400", "465", "465"]
    bar.resize(500, 52)
    assert bar._labels(bar.parts(), font) == ["Train 400", "Validation 465", "Test 465"]
    bar.resize(304, 52)
    bar.set_counts(400, 300, 300)
    assert bar.accessibleName() == "Split: train 400 rows, validation 300, test 300"


def test_split_is_told_by_shape_too(theme: Theme, qtbot: QtBot) -> None:
    bar = SplitBar(theme)
    qtbot.addWidget(bar)
    bar.resize(304, 52)
    bar.set_counts(400, 300, 300)
    image = bar.grab().toImage()
    train, validation, test = bar.parts()
    ink = theme.color("ink")
    assert QColor(image.pixel(int(train.right()) - 6, 16)) == ink

    def edge_pixels(part: QRectF) -> list[bool]:
        return [
            QColor(image.pixel(x, 0)).alpha() > 0 and QColor(image.pixel(x, 0)).lightness() < 200
            for x in range(int(part.left()) + 8, int(part.right()) - 8)
        ]

    assert all(edge_pixels(validation))
    dashed = edge_pixels(test)
    assert 0.3 < sum(dashed) / len(dashed) < 0.9
    bar.clear()
    assert bar.parts() == []
    bar.grab()
