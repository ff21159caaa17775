"""Try it: runs answer a text side by side, with the words that moved them; files; what was tried before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from engine.protocol.commands import Predict
from engine.protocol.explanations import INTEGRATED_GRADIENTS, OCCLUSION, ExplainAnswer
from engine.protocol.file_answers import AnswerFile
from engine.protocol.run_versions import Version
from engine.protocol.typed_noise import AddTypos
from gui.pages.try_it import PAGE, TryPage
from gui.state.page_context import PageContext
from gui.state.trial_history import TRIED_FILE, TrialHistory, Tried
from gui.widgets.answer_card import AnswerCard
from gui.widgets.basics import Button
from gui.widgets.choice_button import ChoiceButton
from gui.widgets.segmented import Segmented
from gui.widgets.word_highlights import SidesLegend
from tests.gui.fake_engine import FakeClient
from tests.gui.pages.test_results import add_run

LOVED = "I love this town"


@pytest.fixture
def page(context: PageContext, qtbot: QtBot) -> TryPage:
    """The page on screen with two runs that can answer."""
    qtbot.waitUntil(lambda: context.engines.catalog is not None)
    for name, color in (("first", 2), ("second", 1)):
        add_run(context, name, color=color)
    page = PAGE.build(context)
    assert isinstance(page, TryPage)
    qtbot.addWidget(page)
    page.resize(1364, 808)
    page.show()
    return page


@pytest.fixture
def type_text(page: TryPage, context: PageContext, qtbot: QtBot) -> Callable[[str], None]:
    """Types a text and waits for all answers."""

    def type_it(text: str) -> None:
        (field,) = page.text.fields.values()
        field.setPlainText(text)
        trial = context.trial
        qtbot.waitUntil(lambda: all(one.answer and not one.is_waiting for one in trial.models))
        qtbot.waitUntil(lambda: all(one.answer and one.answer.text == text for one in trial.models))

    return type_it


def cards(page: TryPage) -> list[AnswerCard]:
    """Returns the cards in their order."""
    return [card for card in page.findChildren(AnswerCard) if card.isVisible()]


def sent(clients: list[FakeClient], kind: type) -> list[object]:
    """Returns the commands of a kind, oldest first."""
    return [command for client in clients for command in client.commands if isinstance(command, kind)]


def test_every_run_answers_side_by_side(
    page: TryPage, type_text: Callable[[str], None], fake_clients: list[FakeClient], context: PageContext
) -> None:
    assert len(cards(page)) == 2
    type_text(LOVED)
    assert [(card.said, card.sure) for card in cards(page)] == [("happy", "sure")] * 2
    assert cards(page)[0].bars.rows() == [("happy", 0.93), ("upset", 0.07)]
    type_text("Not my day")
    assert [(card.said, card.sure) for card in cards(page)] == [("upset", "fairly sure")] * 2
    asked = sent(fake_clients, Predict)
    runs = [run.folder for run in context.runs.finished]
    assert [command.folder for command in asked[-2:]] == [str(folder) for folder in runs]
    assert asked[-1].rows == ({"text": "Not my day"},)


def test_the_old_answer_stays_until_the_new_one_is_there(
    page: TryPage, type_text: Callable[[str], None], context: PageContext, qtbot: QtBot
) -> None:
    type_text(LOVED)
    (field,) = page.text.fields.values()
    field.setPlainText("Not my day")
    assert all(card.is_old and card.said == "happy" for card in cards(page))
    qtbot.waitUntil(lambda: not any(card.is_old for card in cards(page)))
    assert cards(page)[0].said == "upset"


def test_a_blank_text_has_no_answer_and_asks_nobody(
    page: TryPage, type_text: Callable[[str], None], fake_clients: list[FakeClient], context: PageContext
) -> None:
    type_text(LOVED)
    before = len(sent(fake_clients, Predict))
    (field,) = page.text.fields.values()
    field.setPlainText("   ")
    assert [card.said for card in cards(page)] == ["", ""]
    assert not page.why.isVisible()
    assert len(sent(fake_clients, Predict)) == before


def test_it_says_which_words_moved_the_answer_of_the_chosen_run(
    page: TryPage,
    type_text: Callable[[str], None],
    fake_clients: list[FakeClient],
    qtbot: QtBot,
    context: PageContext,
) -> None:
    type_text(LOVED)
    qtbot.waitUntil(lambda: page.explanation.found is not None)
    marks = page.why.highlights.marks
    solid = {LOVED[one.start : one.end]: one.solid for one in marks}
    assert solid == {"love": True, "this": False, "town": False}
    assert marks[0].words == "50.0 points towards happy"
    legend = page.why.findChild(SidesLegend)
    assert legend is not None
    assert legend.words() == ["pushed towards happy", "pushed towards upset"]
    assert page.why.title == "Why it said happy"
    page.why.model_chosen.emit(1)
    qtbot.waitUntil(
        lambda: len(sent(fake_clients, ExplainAnswer)) == 2 and page.explanation.found is not None
    )
    page.why.method_chosen.emit(INTEGRATED_GRADIENTS)
    qtbot.waitUntil(lambda: len(sent(fake_clients, ExplainAnswer)) == 3)
    asked = sent(fake_clients, ExplainAnswer)
    first, second = (str(run.folder) for run in context.runs.finished)
    assert [(one.folder, one.method) for one in asked] == [
        (first, OCCLUSION),
        (second, OCCLUSION),
        (second, INTEGRATED_GRADIENTS),
    ]
    qtbot.waitUntil(lambda: page.explanation.found is not None)
    page.why.method_chosen.emit(OCCLUSION)  # it is known already
    assert page.explanation.found is not None
    assert len(sent(fake_clients, ExplainAnswer)) == 3


def test_models_read_the_text_with_typos_and_it_is_shown_so(
    page: TryPage, type_text: Callable[[str], None], fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    type_text(LOVED)
    page.text.slider.setValue(10)
    qtbot.waitUntil(lambda: page.text.read_words() == "I loovee thiis toown")
    assert [one.share for one in sent(fake_clients, AddTypos)] == [0.1]
    qtbot.waitUntil(lambda: sent(fake_clients, Predict)[-1].rows == ({"text": "I loovee thiis toown"},))
    (field,) = page.text.fields.values()
    assert field.toPlainText() == LOVED
    page.text.slider.setValue(0)
    qtbot.waitUntil(lambda: page.text.read_words() == "")


def test_a_row_of_the_final_test_comes_by_lot_with_its_truth(
    page: TryPage, context: PageContext, qtbot: QtBot
) -> None:
    button = page.findChild(Button, "random_test_row")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    (field,) = page.text.fields.values()
    assert field.toPlainText()
    assert context.trial.truth in {"happy", "upset"}
    qtbot.waitUntil(lambda: cards(page)[0].said != "")
    field.setPlainText(field.toPlainText() + " then")
    assert context.trial.truth == ""


@pytest.mark.parametrize(
    "damaged", [b'{"text": "cut off in the mid', b'{"text": "\xff\xfe", "said": "", "probability": 0}']
)
def test_no_row_is_drawn_where_the_kept_answers_are_damaged(
    page: TryPage, context: PageContext, damaged: bytes
) -> None:
    for run in context.runs.finished:
        (run.folder / "predictions.test.jsonl").write_bytes(damaged)
    assert not context.trial.draw()
    assert context.trial.row == {}


def test_what_was_tried_is_kept_with_the_project_and_comes_back(
    page: TryPage, type_text: Callable[[str], None], context: PageContext, qtbot: QtBot
) -> None:
    type_text(LOVED)
    page.text.clear.click()
    rows = page.earlier.table.earlier.rows
    assert [(one.text, one.answers) for one in rows] == [(LOVED, ("happy 93 %", "happy 93 %"))]
    type_text("Not my day")
    page.text.clear.click()
    kept = TrialHistory(context.project.folder).entries
    assert [next(iter(one.row.values())) for one in kept] == ["Not my day", LOVED]
    page.earlier.wanted.emit(1)
    (field,) = page.text.fields.values()
    assert field.toPlainText() == LOVED
    qtbot.waitUntil(lambda: cards(page)[0].said == "happy")
    page.text.clear.click()
    assert len(page.earlier.table.earlier.rows) == 2  # the same text once


def test_the_text_that_was_chosen_comes_back_among_those_of_other_tasks(
    page: TryPage, type_text: Callable[[str], None], context: PageContext, qtbot: QtBot
) -> None:
    type_text(LOVED)
    page.text.clear.click()
    other = Tried(row={"question": "Who?", "context": "Ada wrote it."}, answers=())
    context.trial.history.remember(other)  # of a run that finds answers in passages
    assert [one.text for one in page.earlier.table.earlier.rows] == [LOVED]
    page.earlier.wanted.emit(0)
    (field,) = page.text.fields.values()
    assert field.toPlainText() == LOVED
    assert context.trial.row == {"text": LOVED}


def test_a_damaged_history_is_none_and_fifty_texts_are_kept(context: PageContext) -> None:
    folder = context.project.folder
    (folder / TRIED_FILE).write_text("{oops")
    history = TrialHistory(folder)
    assert history.entries == []
    for number in range(60):
        history.remember(Tried(row={"text": f"text {number}"}))
    assert len(TrialHistory(folder).entries) == 50
    assert TrialHistory(folder).entries[0].row == {"text": "text 59"}


def test_two_windows_of_a_project_lose_none_of_each_others_texts(context: PageContext) -> None:
    folder = context.project.folder
    one, other = TrialHistory(folder), TrialHistory(folder)
    one.remember(Tried(row={"text": "first"}))
    other.remember(Tried(row={"text": "second"}))
    one.remember(Tried(row={"text": "third"}))
    assert [entry.row["text"] for entry in TrialHistory(folder).entries] == ["third", "first", "second"]
    (folder / TRIED_FILE).write_text("{oops")
    other.remember(Tried(row={"text": "fourth"}))
    assert [entry.row["text"] for entry in other.entries][:2] == ["fourth", "second"]


def test_the_run_that_was_looked_at_since_then_answers_too(page: TryPage, context: PageContext) -> None:
    third = add_run(context, "third", color=3)
    assert [model.run.run_id for model in context.trial.models] == ["first", "second"]
    page.hide()
    context.runs.look_at(third)
    page.show()
    assert [model.run.run_id for model in context.trial.models] == ["first", "second", "third"]
    assert page._explained is context.trial.models[2]
    context.trial.remove(context.trial.models[2])
    page.hide()
    page.show()
    assert len(context.trial.models) == 2  # it was taken away, and nobody looked at it again
    first = context.runs.finished[0]
    context.runs.look_at(first)
    context.trial.begin([third])
    page.hide()
    page.show()
    assert [model.run.run_id for model in context.trial.models] == ["third"]  # chosen by name


def test_where_nobody_was_chosen_the_run_that_was_looked_at_is_among_the_last_three(
    context: PageContext, qtbot: QtBot
) -> None:
    for number in range(1, 6):
        add_run(context, f"run {number}", color=number)
    context.runs.look_at(context.runs.finished[0])
    context.trial.begin()
    assert [model.run.run_id for model in context.trial.models] == ["run 1", "run 4", "run 5"]


def test_models_are_added_up_to_four_and_taken_away(
    page: TryPage, type_text: Callable[[str], None], context: PageContext, qtbot: QtBot
) -> None:
    type_text(LOVED)
    context.trial.add(context.runs.finished[0], Version.BEFORE)
    qtbot.waitUntil(lambda: len(cards(page)) == 3)
    qtbot.waitUntil(lambda: "had no head for this task before training" in cards(page)[2].note)
    assert cards(page)[0].said == "happy"
    cards(page)[2].removed.emit()
    qtbot.waitUntil(lambda: len(cards(page)) == 2)
    add_run(context, "third")
    add_run(context, "fourth")
    for run in reversed(context.trial.addable()):
        context.trial.add(run)
    qtbot.waitUntil(lambda: len(cards(page)) == 4)
    assert not page.add_model.isEnabled()
    assert len({card.y() for card in cards(page)}) == 1
    context.layout.set_name("compact")
    qtbot.waitUntil(lambda: len({card.y() for card in cards(page)}) == 2)  # the fourth stands below


def test_a_trial_of_a_run_asks_the_trained_model_and_takes_no_text_of_another_task(
    page: TryPage, context: PageContext
) -> None:
    run, trial = context.runs.finished[0], context.trial
    trial.begin([run])
    trial.add(run, Version.BEFORE)
    trial.remove(trial.models[0])
    trial.row = {"question": "Who?", "text": LOVED}
    trial.begin([run])
    assert [model.version for model in trial.models] == [Version.TRAINED]
    assert trial.row == {"text": LOVED}


def test_a_run_that_is_deleted_answers_no_more(page: TryPage, context: PageContext) -> None:
    gone = context.runs.finished[0]
    context.runs.runs.remove(gone)
    context.runs.run_removed.emit(gone)
    assert [model.run for model in context.trial.models] == context.runs.finished


def test_a_text_that_is_too_long_says_so(page: TryPage, type_text: Callable[[str], None]) -> None:
    type_text("and on and on " * 60)
    assert cards(page)[0].note == "Too long: only the first 128 of 312 word pieces were read."


def test_a_file_is_answered_beside_it(
    page: TryPage, context: PageContext, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    page.answer_file.click()
    menu = page.findChild(QMenu, "file_menu")
    assert menu is not None
    names = ["Freeze lower layers", "Freeze lower layers (2)"]  # as on Compare
    assert [one.text() for one in menu.actions()] == ["Which model answers it?", *names]
    menu.close()
    page._answer(context.trial.models[1], ["/somewhere/letters.csv"])
    assert page.file_row.isVisible()
    assert not page.answer_file.isEnabled()
    qtbot.waitUntil(lambda: page.file.written is not None)
    assert '3 rows answered in "letters-answers.csv"' in page.file_row.words
    assert "1 row without a text." in page.file_row.words
    assert page.answer_file.isEnabled()
    (asked,) = sent(fake_clients, AnswerFile)
    assert (asked.folder, asked.path) == (str(context.runs.finished[1].folder), "/somewhere/letters.csv")


def test_a_file_can_be_stopped(page: TryPage, context: PageContext, qtbot: QtBot) -> None:
    page._answer(context.trial.models[0], ["/somewhere/letters.csv"])
    page.file_row.stop_requested.emit()
    assert not page.file_row.isVisible()
    assert page.file.written is None
    qtbot.waitUntil(lambda: page.answer_file.isEnabled())


def test_without_a_run_it_says_what_to_do(context: PageContext, qtbot: QtBot) -> None:
    page = PAGE.build(context)
    assert isinstance(page, TryPage)
    qtbot.addWidget(page)
    page.show()
    button = page.primary_button()
    assert button is not None
    with qtbot.waitSignal(page.go_requested) as went:
        button.click()
    assert went.args == ["setup"]


def test_the_dark_button_goes_to_export(page: TryPage, qtbot: QtBot) -> None:
    button = page.primary_button()
    assert button is not None
    with qtbot.waitSignal(page.go_requested) as went:
        button.click()
    assert went.args == ["export"]


def test_a_model_without_an_answer_leaves_the_choice_whom_to_ask_why(
    page: TryPage, type_text: Callable[[str], None], context: PageContext, qtbot: QtBot
) -> None:
    type_text(LOVED)
    qtbot.waitUntil(page.why.isVisible)
    context.trial.add(context.runs.finished[0], Version.BEFORE)
    qtbot.waitUntil(lambda: len(cards(page)) == 3)
    qtbot.waitUntil(lambda: "had no head for this task before training" in cards(page)[2].note)
    page.why.model_chosen.emit(2)
    assert page.why.isVisible()
    assert page.why.title == "Why it said that"
    assert page.why.note == "MiniLM before training gave no answer to this text."
    page.why.model_chosen.emit(0)
    qtbot.waitUntil(lambda: page.why.title == "Why it said happy")


def test_a_base_model_whose_head_was_new_is_not_offered_as_it_was(
    page: TryPage, type_text: Callable[[str], None], context: PageContext
) -> None:
    type_text(LOVED)
    page.add_model.click()
    menu = page.findChild(QMenu, "models_menu")
    assert menu is not None
    (action,) = (one for one in menu.actions() if one.text())
    assert action.text() == "MiniLM before training: it had no head for this task"
    assert not action.isEnabled()
    menu.close()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1366, 688), (960, 520)])
def test_four_models_show_their_names_and_scores_in_any_window(
    page: TryPage, context: PageContext, qtbot: QtBot, width: int, height: int
) -> None:
    """Beside the switch of their inserts too; and none of them stands outside of the page."""
    for name, color in (("third", 3), ("fourth", 4)):
        add_run(context, name, color=color)
    context.trial.begin(list(context.runs.finished))
    context.layout.fit(width, height)
    page.resize(width - 76, height - 92)
    qtbot.waitUntil(lambda: len(cards(page)) == 4)
    for card in cards(page):
        card.inserts.show()
    for card in cards(page):
        qtbot.waitUntil(lambda card=card: card.inserts.width() > 0 and card._caption.width() > 0)
        QApplication.processEvents()
        for words in (card._name, card._caption):
            assert words.width() >= words.sizeHint().width(), words.text()
    assert page._scroll.horizontalScrollBar().maximum() == 0
    first = page.why.findChild(QWidget, "why_model")
    assert isinstance(first, ChoiceButton if width == 960 else Segmented)
