"""On Results the words that moved answers are marked, training rows like one found, words changed."""

from __future__ import annotations

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from engine.protocol.explanations import ExplainAnswer
from engine.protocol.nearest_rows import FindNearest
from engine.protocol.right_answers import RightAnswersRead
from gui.pages.results import PAGE, ResultsPage
from gui.state.page_context import PageContext
from gui.widgets.nearest_list import NearestList
from tests.gui.fake_engine import FakeClient
from tests.gui.pages.test_results import add_run


@pytest.fixture
def page(context: PageContext, qtbot: QtBot) -> ResultsPage:
    """The page on screen with two runs, the second shown."""
    qtbot.waitUntil(lambda: context.engines.catalog is not None)
    add_run(context, "first", color=2)
    add_run(context, "second")
    page = PAGE.build(context)
    assert isinstance(page, ResultsPage)
    qtbot.addWidget(page)
    page.resize(1364, 808)
    page.show_view("one")
    page.show()
    return page


def asked(clients: list[FakeClient]) -> list[str]:
    """Returns the texts that were to be explained, oldest first."""
    commands = [one for client in clients for one in client.commands if isinstance(one, ExplainAnswer)]
    return [command.row["text"] for command in commands]


def test_the_answers_in_sight_are_explained_the_chosen_one_first(
    page: ResultsPage, context: PageContext, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    answers = page.one.answers
    page.one.answers.table.select_row(2)
    seen = answers.table.rows_in_sight()
    assert 2 < len(seen) < len(answers.model.listed)
    qtbot.waitUntil(lambda: len(asked(fake_clients)) == len(seen))
    assert asked(fake_clients)[0] == answers.model.listed[2].text
    qtbot.waitUntil(lambda: answers.model.explained(answers.model.listed[seen[-1]]) is not None)
    assert answers.model.explained(answers.model.listed[seen[-1] + 1]) is None
    marks = answers.model.marks(2)
    assert marks
    cell = str(answers.model.index(2, 3).data())
    chosen = answers.model.listed[2]
    found = answers.model.explained(chosen)
    assert found is not None
    words = {cell[one.start : one.end] for one in marks}
    assert words <= set(chosen.text.split())
    assert set(answers.detail.marked_words) == words
    assert answers.legend.isVisible()
    assert answers.legend.words() == ["pushed towards upset", "pushed towards happy"]
    answers.show_labels(RightAnswersRead(), {chosen.row: "another"})
    assert not answers.legend.isVisible()  # what new labels mean has its room
    answers.show_labels(RightAnswersRead(), {})
    assert answers.legend.isVisible()
    # Of two classes the second one has the solid line, whatever was said.
    for one in marks:
        effect = next(effect.effect for effect in found.effects if effect.start == one.start)
        assert one.solid == ((effect > 0) == (found.target == "upset"))


def test_nothing_is_asked_while_the_answers_are_not_seen(
    page: ResultsPage, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    page.one.below.set_current("robustness")
    page.one._show_below()
    studied = page.one.answers._studied
    assert studied is not None
    qtbot.waitUntil(lambda: not studied._quiet.isActive())
    assert asked(fake_clients) == []


def test_training_rows_like_it_are_found(
    page: ResultsPage, context: PageContext, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    page.one.answers.detail.nearest.click()
    shown = page.findChild(NearestList)
    assert shown is not None
    qtbot.waitUntil(lambda: "Of 2,168 training rows" in shown.note)
    assert "two drawn by lot are 31 % alike" in shown.note
    (command,) = [one for client in fake_clients for one in client.commands if isinstance(one, FindNearest)]
    answer = page.one.answers.detail.answer
    assert answer is not None
    assert command.row == {"text": answer.text}
    assert command.folder == str(context.runs.finished[-1].folder)
    shown.close()


def test_a_word_is_changed_in_a_trial_of_this_run(
    page: ResultsPage, context: PageContext, qtbot: QtBot
) -> None:
    answer = page.one.answers.detail.answer
    assert answer is not None
    with qtbot.waitSignal(page.go_requested) as went:
        page.one.answers.detail.change.click()
    assert went.args == ["try"]
    assert [model.run for model in context.trial.models] == [page.run]
    assert context.trial.row == {"text": answer.text}


def test_what_the_other_run_said_stands_beside_the_answer(page: ResultsPage, qtbot: QtBot) -> None:
    answers = page.one.answers
    for row in (0, 2):
        answers.table.select_row(row)
        (other,) = answers.detail.others.lines
        assert (other.name, other.number) == ("Freeze lower layers", 2)
        chosen = answers.detail.answer
        assert chosen is not None
        assert other.said == f"{chosen.said} {chosen.probability * 100:.0f} %"
        assert not other.is_right
    assert answers.detail.others.isVisible()
    assert not answers.detail._bars.isVisible()
    assert "What the other runs said: Freeze lower layers" in answers.detail.others.accessibleName()


def test_runs_that_are_not_checked_stay_out(page: ResultsPage, context: PageContext, qtbot: QtBot) -> None:
    first = context.runs.finished[0]
    first.set_notes(msgspec.structs.replace(first.notes, checked=False))
    page.one.answers.table.select_row(3)
    assert page.one.answers.detail.others.lines == ()
    assert page.one.answers.detail._bars.isVisible()
