"""A message over a page: its buttons and what they cost."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from engine.protocol.check_problems import too_large
from engine.protocol.problems import Action
from gui.look.theme import Theme
from gui.widgets.banner import Banner
from gui.widgets.buttons import Button


@pytest.mark.parametrize(
    ("notes", "rows"),
    [
        (("", ""), (0, 0)),
        (("It takes longer.", "", ""), (0, 1, 1)),
        (("", "It takes longer."), (0, 1)),
        (("", "It takes longer.", ""), (0, 1, 2)),
    ],
)
def test_the_last_two_buttons_stand_side_by_side_where_they_need_no_words(
    theme: Theme, qtbot: QtBot, notes: tuple[str, ...], rows: tuple[int, ...]
) -> None:
    banner = Banner(theme)
    qtbot.addWidget(banner)
    banner.resize(720, 200)
    actions = [Action(id=f"way{n}", label=f"Way {n}", note=note) for n, note in enumerate(notes)]
    banner.show_message("warn", "What happened", "Why.", actions)
    buttons = [banner.findChild(Button, f"action_way{n}") for n in range(len(notes))]
    tops = [button.mapTo(banner, QPoint()).y() for button in buttons if button is not None]
    assert len(tops) == len(notes)
    assert [sorted(set(tops)).index(top) for top in tops] == list(rows)


def test_the_next_step_of_a_problem_is_told_beside_its_buttons(theme: Theme, qtbot: QtBot) -> None:
    banner = Banner(theme)
    qtbot.addWidget(banner)
    problem = too_large(memory=8 * 2**30, free=2**30, light=None)
    assert problem.actions
    banner.show_problem(problem)
    assert banner.accessibleDescription().endswith(
        "Use smaller batches, shorter texts or freeze more layers."
    )
    banner.show_problem(
        replace(problem, fix="Train anyway.", actions=(Action(id="a", label="Train anyway"),))
    )
    assert banner.accessibleDescription() == problem.reason  # its button says it


def test_a_problem_that_is_said_again_leaves_its_buttons_alone(theme: Theme, qtbot: QtBot) -> None:
    banner = Banner(theme)
    qtbot.addWidget(banner)
    problem = too_large(memory=8 * 2**30, free=2**30, light=None)
    banner.show_problem(problem)
    name = f"action_{problem.actions[0].id}"
    button = banner.findChild(Button, name)
    assert button is not None
    button.setFocus()

    banner.show_problem(replace(problem))  # an answer says it again while the person is at the button
    assert banner.findChildren(Button, name) == [button]
    assert button.isVisible()

    banner.clear()
    banner.show_problem(problem)
    assert banner.isVisible()
    banner.show_problem(replace(problem, title="Something else"))
    assert banner.title_text() == "Something else"
    assert [one for one in banner.findChildren(Button, name) if one.isVisible()] != [button]
