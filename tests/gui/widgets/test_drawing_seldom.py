"""Drawing while a run trains takes the run's time on a small computer: what is the same is left alone."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QRectF
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.protocol.events import WatchedAnswer, WatchedText
from gui.look.theme import Theme
from gui.widgets import label_places
from gui.widgets.label_places import Curve, clear_place
from gui.widgets.watched_texts import WatchedTexts

_DRAWN = {QEvent.Type.Paint, QEvent.Type.LayoutRequest}


class _Counter(QObject):
    """Counts what makes widgets be drawn or laid out."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Counts, and lets everything pass."""
        self.count += event.type() in _DRAWN
        return False


@pytest.fixture
def texts(theme: Theme, qtbot: QtBot) -> WatchedTexts:
    widget = WatchedTexts(theme)
    qtbot.addWidget(widget)
    widget.set_texts([WatchedText(text="Free entry in a wkly comp", truth="spam")], ("ham", "spam"))
    widget.resize(300, 500)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def _history(*spam: float) -> list[list[WatchedAnswer]]:
    return [[WatchedAnswer(said="spam", probabilities=(1 - share, share))] for share in spam]


def _settle() -> None:
    """Lets everything be laid out and drawn: what is laid out asks for a drawing."""
    for _ in range(5):
        QApplication.processEvents()


def test_answers_that_are_there_already_are_not_drawn_again(texts: WatchedTexts, qtbot: QtBot) -> None:
    texts.set_answers(_history(0.6, 0.7), run_number=1)
    _settle()
    counter = _Counter()
    for widget in (texts, *texts.findChildren(QWidget)):
        widget.installEventFilter(counter)

    texts.set_answers(_history(0.6, 0.7), run_number=1)
    _settle()
    assert counter.count == 0

    texts.set_answers(_history(0.6, 0.7, 0.9), run_number=1)
    qtbot.waitUntil(lambda: counter.count > 0)
    assert texts.rows[0].said_words == "spam 90 %"


def test_after_a_change_of_the_theme_they_are_cut_anew(texts: WatchedTexts, theme: Theme) -> None:
    texts.set_answers(_history(0.6), run_number=1)
    theme.changed.emit()
    _settle()
    (row,) = texts.rows
    row.bar.set_value(0.1, 1, None)
    texts.set_answers(_history(0.6), run_number=1)
    assert row.bar.probability == pytest.approx(0.6)


def test_a_place_that_covers_nothing_is_taken_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[float] = []
    plain = label_places._costs

    def noted(label: QRectF, *rest: object) -> object:
        looked.append(label.left())
        return plain(label, *rest)  # type: ignore[arg-type]  # handed on as they are

    monkeypatch.setattr(label_places, "_costs", noted)
    area = QRectF(0, 0, 400, 100)
    places = [QRectF(left, 40, 50, 16) for left in (100, 0, 200, 300)]
    curve = Curve(np.array([80.0, 160.0]), np.array([48.0, 48.0]))

    assert clear_place(places, area, [curve], [], 1.0) == places[1]
    assert looked == [100, 0]
