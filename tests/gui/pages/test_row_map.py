"""The map of the test rows: asked for when it is looked at, before and after, each point with its text."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.protocol.embedding_maps import EmbeddingsMapped, MapEmbeddings, MapPoint
from gui.look.theme import Theme
from gui.pages.results import PAGE, ResultsPage
from gui.state.embedding_map import finding
from gui.state.page_context import PageContext
from gui.widgets.embedding_plot import EmbeddingPlot, PlacedText
from tests.gui.fake_engine import FakeClient
from tests.gui.pages.test_results import add_run


@pytest.fixture
def page(context: PageContext, qtbot: QtBot) -> ResultsPage:
    qtbot.waitUntil(lambda: context.engines.catalog is not None)
    add_run(context, "first")
    page = PAGE.build(context)
    assert isinstance(page, ResultsPage)
    qtbot.addWidget(page)
    page.resize(1364, 808)
    page.show()
    return page


def asked(clients: list[FakeClient]) -> list[MapEmbeddings]:
    return [one for client in clients for one in client.commands if isinstance(one, MapEmbeddings)]


def look(page: ResultsPage, qtbot: QtBot) -> None:
    page.one.below.set_current("map")
    page.one._show_below()
    qtbot.waitUntil(lambda: page.one.map.plot.isVisible() and bool(page.one.map.plot._texts))


def test_the_map_is_asked_for_once_and_only_when_it_is_seen(
    page: ResultsPage, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    assert asked(fake_clients) == []
    look(page, qtbot)
    page.one.below.set_current("answers")
    page.one._show_below()
    look(page, qtbot)
    assert page.run is not None
    assert [one.folder for one in asked(fake_clients)] == [str(page.run.folder)]
    assert "42 % are still among its 10 nearest" in page.one.map.finding.text()


def test_until_the_map_is_there_its_words_stand_below_the_title(page: ResultsPage, qtbot: QtBot) -> None:
    view = page.one.map
    look(page, qtbot)
    view.plot.hide()
    view.card.layout().activate()
    assert view.card.height() > 200
    assert view.finding.geometry().bottom() < 100


def test_rows_lie_elsewhere_before_training(page: ResultsPage, qtbot: QtBot) -> None:
    look(page, qtbot)
    plot = page.one.map.plot
    first = plot._texts[0]
    after = plot.place(first)
    qtbot.mouseClick(page.one.map.sides.findChild(object, "segment_before"), Qt.MouseButton.LeftButton)
    assert plot.place(first) != after
    assert 0 < after.x() < plot.width()
    assert 0 < after.y() < plot.height()


def test_a_point_says_its_text_and_whether_the_answer_is_right(page: ResultsPage, qtbot: QtBot) -> None:
    look(page, qtbot)
    plot = page.one.map.plot
    wrong = [one for one in plot._texts if one.is_wrong]
    assert len(wrong) == 19
    assert "the truth is" in wrong[0].words
    assert plot.accessibleDescription().endswith("19 of them with a ring: wrong answer.")
    place = plot.place(plot._texts[3]).toPoint()
    qtbot.mouseMove(plot, QPoint(1, 1))
    qtbot.mouseMove(plot, place)
    qtbot.waitUntil(lambda: plot.current is not None)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.current is not None
    assert plot.current.mark in {1, 2}


@pytest.mark.parametrize(
    ("near", "kept", "words"),
    [
        (3, 1.0, "Every row has the same 3 nearest neighbours as before training."),
        (1, 0.5, "50 % of 12 rows still have the nearest neighbour that they had before; by chance 9.09 %"),
        (3, 0.5, "50 % are still among its 3 nearest after training; by chance 27.3 % would be."),
    ],
)
def test_what_is_said_of_neighbours_counts_those_that_were_looked_at(
    near: int, kept: float, words: str
) -> None:
    found = EmbeddingsMapped(
        points=tuple(MapPoint(row=row, before=(0, 0), after=(0, 0)) for row in range(1, 13)),
        rows=12,
        projection="pca",
        shown_before=0.5,
        shown_after=0.5,
        kept_neighbours=kept,
        neighbours=near,
    )
    assert words in finding(found)


def test_the_legend_names_what_is_drawn(theme: Theme, qtbot: QtBot) -> None:
    plot = EmbeddingPlot(theme)
    qtbot.addWidget(plot)
    names = [f"kind {number}" for number in range(1, 11)]
    marked = [PlacedText((0, 0), (0, 0), number, False, "") for number in range(1, 11)]
    plot.set_texts(marked, names)
    assert plot.legend == [*names[:8], "kind 9, kind 10", "wrong answer"]
    plot.set_texts(marked, [*names, "kind 11"], "not wholly right")
    assert plot.legend == [*names[:8], "3 others", "not wholly right"]
    plot.set_texts([PlacedText((0, 0), (0, 0), 0, True, "")], names)
    assert plot.legend == ["wrong answer"]


def test_no_row_lies_outside_of_the_map(theme: Theme, qtbot: QtBot) -> None:
    plot = EmbeddingPlot(theme)
    qtbot.addWidget(plot)
    plot.resize(600, 300)
    rows = [PlacedText((0, 0), (x, y), 0, False, "") for x, y in ((-1.3, 0.2), (0.4, 1.1), (1.0, -1.0))]
    plot.set_texts(rows, ())
    for one in rows:
        place = plot.place(one)
        assert 12 <= place.x() <= 588
        assert 12 <= place.y() <= 270
