"""Right answers given anew in a field: from a wrong answer on Results, and from a list in a cell on Data."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from engine.protocol.catalog import RoleKind
from engine.protocol.config import DataConfig
from engine.protocol.repairs import Repair, new_cells
from engine.protocol.right_answers import (
    AnswerForm,
    MarkedWords,
    MendAnswers,
    PassageAnswer,
    ReadRightAnswers,
    Score,
    SeveralLabels,
    WrittenText,
)
from gui.pages.data import PAGE as DATA_PAGE
from gui.pages.results import ResultsPage
from gui.state.page_context import PageContext
from gui.state.project import Project
from gui.widgets.answer_editor import AnswerEditor
from gui.widgets.buttons import Button
from gui.widgets.full_text import FullText
from gui.widgets.preview_card import PreviewCard
from tests.gui.fake_engine import FakeClient
from tests.gui.pages.test_relabelling import (
    COLUMN,
    add_run,
    answer,
    changed_words,
    choose_rows,
    page,
    words_of,
)

assert page  # the fixture of the page


@pytest.fixture
def results(page: ResultsPage) -> ResultsPage:
    return page


def editor(owner: QWidget, qtbot: QtBot) -> AnswerEditor:
    """Returns the editor that is open, once it is."""

    def shown() -> list[AnswerEditor]:
        return [one for one in owner.findChildren(AnswerEditor) if one.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()))
    return shown()[0]


def give_text(opened: AnswerEditor, text: str) -> None:
    field = opened.findChild(QPlainTextEdit, "right_text")
    assert field is not None
    field.setPlainText(text)
    press(opened)


def press(opened: AnswerEditor) -> None:
    button = opened.findChild(Button, "use_answer")
    assert button is not None
    button.click()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (WrittenText(), "The truth is wrong"),
        (PassageAnswer(may_be_none=True), "The truth is wrong"),
        (Score(low=1, high=5), "The score is wrong"),
        (SeveralLabels(labels=("happy", "upset")), "The labels are wrong"),
        (MarkedWords(types=("PER",)), "The tags are wrong"),
    ],
)
def test_each_form_of_answers_is_mended_in_place_one_row_at_a_time(
    results: ResultsPage,
    context: PageContext,
    fake_clients: list[FakeClient],
    qtbot: QtBot,
    form: AnswerForm,
    words: str,
) -> None:
    fake_clients[0].right_form = form
    add_run(context, *map(answer, (3, 8, 13)), has_matrix=False)
    line = results.one.answers.detail.relabel
    qtbot.waitUntil(line.button.isVisible)
    assert line.button.text() == words
    assert not line.show_in_data.isVisible()
    assert words_of(line.make_menu(results)) == [f"{words}…"]
    choose_rows(results, 3, 8)
    qtbot.waitUntil(line.show_in_data.isVisible)  # several are changed where the rows are
    assert not line.button.isVisible()
    assert line.show_in_data.text() == "Mend 2 rows on Data"


def test_a_text_that_is_given_is_a_step_that_is_marked_undone_and_taken_back(
    results: ResultsPage, context: PageContext, project: Project, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    fake_clients[0].right_form = WrittenText()
    add_run(context, *map(answer, (3, 8)), has_matrix=False)
    line = results.one.answers.detail.relabel
    qtbot.waitUntil(line.button.isVisible)
    line.button.click()
    opened = editor(results, qtbot)
    assert opened.row == 3
    assert project.repairs == ()
    give_text(opened, "over\nthe moon")
    step = Repair(kind="change_cells", columns=(COLUMN,), values={"3": "over\nthe moon"})
    qtbot.waitUntil(lambda: project.repairs == (step,))
    assert line.words == 'Row 3 is "over the moon" from the next run on'
    assert line.back.isVisible()
    assert not line.button.isVisible()
    assert not line.show_in_data.isVisible()
    assert results.one.answers.model.index(0, 2).data() == "happy → over the moon"
    assert changed_words(results) == (
        "1 mended from the next run on. This run's scores stay; compare later runs only with one another."
    )
    assert results.one.score.value_text == "0.950"
    line.back.click()
    assert project.repairs == ()
    project.undo_stack.undo()
    assert project.repairs == (step,)
    project.undo_stack.undo()
    assert project.repairs == ()
    qtbot.waitUntil(line.button.isVisible)
    assert [type(one) for one in fake_clients[0].commands].count(MendAnswers) == 1


def test_an_answer_that_is_no_text_is_told_as_answers_are_read(
    results: ResultsPage, context: PageContext, project: Project, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    fake_clients[0].right_form = SeveralLabels(labels=("happy", "upset"))
    add_run(context, answer(3), has_matrix=False)
    line = results.one.answers.detail.relabel
    qtbot.waitUntil(line.button.isVisible)
    line.button.click()
    opened = editor(results, qtbot)
    box = next(one for one in opened.findChildren(QCheckBox) if one.text() == "upset")
    box.click()
    press(opened)
    qtbot.waitUntil(lambda: bool(project.repairs))
    assert project.repairs[0].values == {"3": "happy; upset"}
    qtbot.waitUntil(lambda: line.words == 'Row 3 is "happy; upset" from the next run on')


def test_what_was_mended_before_a_run_is_looked_at_is_read_for_every_row(
    results: ResultsPage, context: PageContext, project: Project, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    fake_clients[0].right_form = SeveralLabels(labels=("happy", "upset"))
    judged = project.data
    with qtbot.waitSignal(project.prepared_changed, check_params_cb=lambda *_: project.prepared is not None):
        project.add_repair(new_cells(COLUMN, {8: "happy; upset"}))
    add_run(context, *map(answer, (3, 8)), has_matrix=False, data=judged)
    truths = [results.one.answers.model.index(row, 2) for row in range(2)]
    qtbot.waitUntil(lambda: truths[1].data() == f"{answer(8).truth} → happy; upset")
    assert truths[0].data() == answer(3).truth


def test_a_refused_answer_stays_open_and_says_why(
    results: ResultsPage, context: PageContext, project: Project, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    fake_clients[0].right_form = PassageAnswer(may_be_none=False)
    add_run(context, answer(3), has_matrix=False)
    line = results.one.answers.detail.relabel
    qtbot.waitUntil(line.button.isVisible)
    line.button.click()
    opened = editor(results, qtbot)
    words = opened.findChild(QLineEdit, "right_words")
    assert words is not None
    words.clear()
    qtbot.keyClicks(words, "Nobody")
    press(opened)
    said = opened.findChild(QWidget, "answer_refused")
    assert said is not None
    qtbot.waitUntil(lambda: '"Nobody" does not stand in the passage. Mark' in said.accessibleName())
    assert opened.isVisible()
    assert project.repairs == ()
    words.clear()
    qtbot.keyClicks(words, "garden")
    press(opened)
    qtbot.waitUntil(lambda: [one.values for one in project.repairs] == [{"3": "garden"}])


def test_a_row_that_was_changed_since_is_mended_where_the_whole_row_is_seen(
    results: ResultsPage, context: PageContext, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    fake_clients[0].right_form = WrittenText()
    other = msgspec.structs.replace(answer(3), text="Another text")
    add_run(context, other, has_matrix=False)
    line = results.one.answers.detail.relabel
    qtbot.waitUntil(line.show_in_data.isVisible)
    assert not line.button.isVisible()
    assert line.show_in_data.text() == "Mend the row on Data"


@pytest.fixture
def preview(context: PageContext, project: Project, qtbot: QtBot) -> PreviewCard:
    """The rows of a project whose answers are lists."""
    page = DATA_PAGE.build(context)
    qtbot.addWidget(page)
    page.resize(1364, 808)
    page.show()
    qtbot.waitUntil(lambda: project.prepared is not None and context.engines.catalog is not None)
    card = page.findChild(PreviewCard)
    assert card is not None
    card.table._lists = frozenset({COLUMN})
    assert any(role.kind is RoleKind.LABEL for role in project.task_entry.roles)
    return card


def test_a_list_of_answers_in_a_cell_opens_its_editor(
    preview: PreviewCard, project: Project, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    fake_clients[0].right_form = PassageAnswer(may_be_none=True)
    preview.table.text_requested.emit(2, COLUMN, "upset")
    opened = editor(preview.window(), qtbot)
    assert opened.row == 2
    asked = [one for one in fake_clients[0].commands if isinstance(one, ReadRightAnswers)]
    assert (asked[-1].rows, asked[-1].task) == ((2,), project.task)
    assert isinstance(asked[-1].data, DataConfig)
    words = opened.findChild(QLineEdit, "right_words")
    assert words is not None
    words.clear()
    qtbot.keyClicks(words, "flight")
    press(opened)
    step = Repair(kind="change_cells", columns=(COLUMN,), values={"2": "flight"})
    qtbot.waitUntil(lambda: project.repairs == (step,))


@pytest.mark.parametrize("form", [None, MarkedWords(types=("PER",))])
def test_a_list_that_holds_no_right_answers_is_read_and_says_so(
    preview: PreviewCard, fake_clients: list[FakeClient], qtbot: QtBot, form: AnswerForm | None
) -> None:
    fake_clients[0].right_form = form
    column = COLUMN if form is None else "text"
    preview.table._lists = frozenset({column})
    preview.table.text_requested.emit(2, column, "upset")
    qtbot.waitUntil(lambda: preview.findChild(FullText) is not None)
    shown = preview.findChild(FullText)
    assert shown is not None
    assert QApplication.activePopupWidget() is shown
    assert preview.window().findChild(AnswerEditor) is None


def test_a_list_of_a_file_that_was_not_read_yet_is_shown_and_asks_nothing(
    preview: PreviewCard, project: Project, fake_clients: list[FakeClient]
) -> None:
    project.table = None  # as while its first rows are shown
    preview.table.text_requested.emit(2, COLUMN, "upset")
    assert preview.findChild(FullText) is not None
    assert not any(isinstance(command, ReadRightAnswers) for command in fake_clients[0].commands)
