"""The head of the map card: buttons keep their words, whatever the model is called."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.look.theme import Theme
from gui.widgets.map_card import MapCard
from tests.gui.sample_facts import MODEL

NAMES = ["MiniLM", "Small translator", "Helsinki-NLP/opus-mt-tc-big-en-fr"]
WIDTHS = [520, 560, 612, 660, 705, 780, 900]


@pytest.fixture
def card(theme: Theme, qtbot: QtBot) -> MapCard:
    made = MapCard(theme, QUndoStack(theme))
    qtbot.addWidget(made)
    made.resize(705, 500)
    made.show()
    return made


def parts(card: MapCard) -> list[QWidget]:
    """Returns what is shown of the head, from left to right."""
    known = (card.model, card._facts, card._legend, card.undo, card.redo, card.freeze_all, card.thaw_all)
    return [part for part in known if part.isVisible()]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_every_part_of_the_head_has_the_room_for_its_words(
    card: MapCard, qtbot: QtBot, name: str, width: int
) -> None:
    card.resize(width, 500)
    card.set_model(msgspec.structs.replace(MODEL, name=name, language="English to French"))
    qtbot.wait(1)  # the layout divides the width anew
    for part in parts(card):
        assert part.width() >= part.sizeHint().width(), part
        assert card.rect().contains(part.geometry())
    for left, right in pairwise(parts(card)):
        assert left.geometry().right() < right.geometry().left()
    assert card.freeze_all.isVisible()


def test_what_is_never_to_come_is_not_waited_for(card: MapCard, qtbot: QtBot) -> None:
    card.set_view(None)
    qtbot.waitUntil(lambda: card._waiting.text() == "The model is being read.")
    card.set_view(None, fails=True)
    assert card._waiting.text() == "There is no model to show; why stands above."
    card.set_view(None)
    assert card._waiting.text() == ""
    qtbot.waitUntil(lambda: card._waiting.text() == "The model is being read.")


def test_the_facts_give_way_before_the_name_and_the_name_before_the_legend(card: MapCard) -> None:
    card.set_model(msgspec.structs.replace(MODEL, name="Small translator", language="English to French"))
    seen = []
    for width in (900, 705, 620):
        card.resize(width, 500)
        whole = card.model.shown_words() == card.model.text()
        seen.append((card._facts.isVisible(), whole, card._legend.isVisible()))
    assert seen == [(True, True, True), (False, True, True), (False, False, True)]
    assert card.model.shown_words().startswith("Small tr")
