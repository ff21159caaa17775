"""Labels mended from the wrong answers of a run: offered where that is true, marked, taken back."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtWidgets import QLabel, QMenu
from pytestqt.qtbot import QtBot

from engine.protocol.events import ResultWritten
from engine.protocol.file_problems import reading_stopped
from engine.protocol.repairs import Repair
from engine.protocol.results import Prediction
from engine.protocol.right_answers import GivenAnswer, OneLabel, ReadRightAnswers, RightAnswersRead, RowAnswer
from gui.look.theme import Theme
from gui.pages.data import PAGE as DATA_PAGE
from gui.pages.results import PAGE, ResultsPage
from gui.state.page_context import PageContext
from gui.state.project import Project
from gui.state.project_file import RunNotes
from gui.state.run_status import RunStatus
from gui.widgets.preview_card import PreviewCard
from gui.widgets.relabel_row import RelabelRow
from tests.gui.fake_engine import FakeClient
from tests.gui.recorded_events import recorded_run, table
from tests.gui.sample_facts import CATALOG, run_config

COLUMN = "mood"
WRONG_ROWS = (3, 8, 13, 22)


def answer(row: int) -> Prediction:
    """Returns a wrong answer about a row of posts.csv as the recorded engine reads it."""
    text, truth = table().preview[row - 1]
    said = "upset" if truth == "happy" else "happy"
    return Prediction(
        text=text,
        said=said,
        truth=truth,
        row=row,
        probability=round(0.9 - row / 100, 2),
        probabilities={said: round(0.9 - row / 100, 2), truth: round(0.1 + row / 100, 2)},
    )


def add_run(
    context: PageContext, *answers: Prediction, has_matrix: bool = True, **changes: object
) -> RunStatus:
    """Adds a finished run on the project's file and shows it."""
    folder = context.project.folder / "runs" / "one"
    folder.mkdir(parents=True)
    lines = (msgspec.json.encode(one) for one in answers)
    (folder / "predictions.test.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    config = msgspec.structs.replace(run_config(), data=context.project.data)
    config = msgspec.structs.replace(config, **changes)  # type: ignore[arg-type]  # of its fields
    run = RunStatus(folder, config, RunNotes(color=1), context.runs)
    run.begin("job-1", waits=False)
    for event in recorded_run(run=config, epochs=1):
        if isinstance(event, ResultWritten) and not has_matrix:
            event = msgspec.structs.replace(event, result=msgspec.structs.replace(event.result, confusion=()))
        run.apply(event)
    context.runs.runs.append(run)
    context.runs.show(run)
    return run


@pytest.fixture
def page(context: PageContext, project: Project, qtbot: QtBot) -> ResultsPage:
    """The page over a project whose rows are read."""
    project.set_task(CATALOG.tasks[0].id)
    project.undo_stack.clear()
    page = PAGE.build(context)
    assert isinstance(page, ResultsPage)
    qtbot.addWidget(page)
    page.resize(1364, 808)
    page.show()
    qtbot.waitUntil(lambda: project.prepared is not None and context.engines.catalog is not None)
    return page


def words_of(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def choose_rows(page: ResultsPage, *rows: int) -> None:
    """Chooses rows of the file in the list, as Shift and Ctrl do."""
    listed = [one.row for one in page.one.answers.model.listed]
    page.one.answers.table.clearSelection()
    for row in rows:
        flags = QItemSelectionModel.SelectionFlag
        index = page.one.answers.model.index(listed.index(row), 0)
        page.one.answers.table.selectionModel().select(index, flags.Select | flags.Rows)


def changed_words(page: ResultsPage) -> str:
    note = page.findChild(QLabel, "labels_changed")
    assert note is not None
    return note.text() if note.isVisible() else ""


def test_a_wrong_answer_gives_its_row_the_label_that_the_model_said(
    page: ResultsPage, context: PageContext, project: Project, qtbot: QtBot
) -> None:
    add_run(context, *map(answer, WRONG_ROWS))
    line = page.one.answers.detail.relabel
    qtbot.waitUntil(line.button.isVisible)
    assert (line.words, line.button.text()) == ("Row 3 of your file", "The label is wrong")
    assert not line.show_in_data.isVisible()  # here it can be done at once
    assert changed_words(page) == ""
    menu = line.make_menu(page)
    assert words_of(menu) == ['Label row 3 "upset", as the model said']  # there are two labels
    menu.actions()[0].trigger()
    step = Repair(kind="change_cells", columns=(COLUMN,), values={"3": "upset"})
    assert project.repairs == (step,)
    assert line.words == 'Row 3 is "upset" from the next run on'
    assert not line.button.isVisible()
    assert line.back.isVisible()
    assert page.one.answers.model.index(0, 2).data() == "happy → upset"
    assert page.one.answers.model.index(1, 2).data() == "upset" if answer(8).truth == "upset" else "happy"
    assert changed_words(page) == (
        "1 relabelled from the next run on. This run's scores stay; compare later runs only with one another."
    )
    assert page.one.score.value_text == "0.950"
    assert page.one.answers.accessibleName() == "Wrong answers, 4"
    line.back.click()
    assert project.repairs == ()
    assert page.one.answers.model.index(0, 2).data() == "happy"
    assert changed_words(page) == ""
    project.undo_stack.undo()
    assert project.repairs == (step,)
    assert line.back.isVisible()
    project.undo_stack.undo()
    qtbot.waitUntil(line.button.isVisible)


def test_several_rows_are_relabelled_in_one_step(
    page: ResultsPage, context: PageContext, project: Project, qtbot: QtBot
) -> None:
    add_run(context, *map(answer, WRONG_ROWS))
    choose_rows(page, *WRONG_ROWS)
    line = page.one.answers.detail.relabel
    qtbot.waitUntil(lambda: line.button.text() == "4 labels are wrong")
    assert line.words == "4 chosen"
    menu = line.make_menu(page)
    assert words_of(menu) == [
        "Label each of 4 rows as the model said",
        'Label 4 rows "happy"',
        'Label 4 rows "upset"',
    ]
    menu.actions()[0].trigger()
    said = {str(row): answer(row).said for row in WRONG_ROWS}
    assert project.repairs == (Repair(kind="change_cells", columns=(COLUMN,), values=said),)
    assert len(set(said.values())) == 2
    assert words_of(line.make_menu(page)) == ["Take 4 labels back"]
    choose_rows(page, 8, 22)
    line.back.click()
    assert set(project.repairs[0].values) == {"3", "13"}
    assert changed_words(page).startswith("2 relabelled")
    project.undo_stack.undo()
    project.undo_stack.undo()
    assert project.repairs == ()


def test_rows_are_chosen_and_the_menu_is_opened_by_keyboard(
    page: ResultsPage, context: PageContext, qtbot: QtBot
) -> None:
    add_run(context, *map(answer, WRONG_ROWS))
    table_view = page.one.answers.table
    table_view.setFocus()
    qtbot.keyClick(table_view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(table_view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    line = page.one.answers.detail.relabel
    qtbot.waitUntil(lambda: line.button.text() == "3 labels are wrong")
    choose_rows(page, 22)
    table_view.customContextMenuRequested.emit(QPoint(10, 10))  # before the engine has answered
    assert page.findChild(QMenu, "relabel_menu") is None
    qtbot.waitUntil(lambda: page.findChild(QMenu, "relabel_menu") is not None)
    menu = page.findChild(QMenu, "relabel_menu")
    assert menu is not None
    assert menu.isVisible()
    menu.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "Another text"},
        {"truth": "upset", "said": "happy"},
        {"row": 99_999},
        {"row": 0},
        {"second": "x"},
    ],
)
def test_a_row_that_is_not_as_it_was_judged_is_left_alone(
    page: ResultsPage, context: PageContext, qtbot: QtBot, changes: dict[str, object]
) -> None:
    odd = msgspec.structs.replace(answer(3), **changes)  # type: ignore[arg-type]  # of its fields
    add_run(context, odd, answer(8))
    line = page.one.answers.detail.relabel
    choose_rows(page, odd.row, 8)
    qtbot.waitUntil(line.button.isVisible)
    assert line.button.text() == "The label is wrong"  # of row 8 alone
    line.make_menu(page).actions()[0].trigger()
    assert list(context.project.repairs[0].values) == ["8"]
    choose_rows(page, odd.row)
    if odd.row:
        qtbot.waitUntil(lambda: odd.row in page.one._relabelling._stands)
    assert not line.button.isVisible()


@pytest.mark.parametrize("where", ["file", "task"])
def test_it_is_only_offered_for_the_file_and_the_task_of_the_project(
    page: ResultsPage, context: PageContext, fake_clients: list[FakeClient], where: str
) -> None:
    assert context.project.data is not None
    other = msgspec.structs.replace(context.project.data, path="elsewhere.csv")
    changes = {"data": other} if where == "file" else {"task": "mark_words"}
    add_run(context, *map(answer, WRONG_ROWS), **changes)
    asked = [one for client in fake_clients for one in client.commands if isinstance(one, ReadRightAnswers)]
    assert asked == []
    assert not page.one.answers.detail.relabel.button.isVisible()
    assert not page.one.answers.detail.relabel.show_in_data.isVisible()


@pytest.mark.parametrize("width", [1364, 884])
def test_rows_of_tasks_without_right_answers_of_their_own_are_mended_on_the_data_page(
    page: ResultsPage, context: PageContext, fake_clients: list[FakeClient], qtbot: QtBot, width: int
) -> None:
    data_page, wanted = DATA_PAGE.build(context), []
    qtbot.addWidget(data_page)
    page.go_requested.connect(wanted.append)
    page.resize(width, 808 if width > 1000 else 460)
    fake_clients[0].right_form = None
    add_run(context, *map(answer, WRONG_ROWS), has_matrix=False)
    line = page.one.answers.detail.relabel
    choose_rows(page, 8, 13)
    qtbot.waitUntil(line.show_in_data.isVisible)
    assert not line.button.isVisible()
    assert line.show_in_data.text() == "Mend 2 rows on Data"
    qtbot.mouseClick(line.show_in_data, Qt.MouseButton.LeftButton)
    assert wanted == ["data"]
    rows = data_page.findChild(PreviewCard).table.rows_model
    assert [rows.file_row(row) for row in range(rows.rowCount())] == [8, 13]


def test_a_project_that_was_moved_knows_its_file(
    page: ResultsPage, context: PageContext, qtbot: QtBot
) -> None:
    assert context.project.data is not None
    name = context.project.data.path.replace("\\", "/").rpartition("/")[2]
    old = msgspec.structs.replace(context.project.data, path=f"C:\\Users\\ann\\thaw\\data\\{name}")
    add_run(context, *map(answer, WRONG_ROWS), data=old)
    qtbot.waitUntil(page.one.answers.detail.relabel.button.isVisible)


def test_of_many_labels_the_model_s_comes_first_and_the_row_s_own_is_left_out(
    theme: Theme, qtbot: QtBot
) -> None:
    def found(labels: tuple[str, ...]) -> RightAnswersRead:
        stands = RowAnswer(row=1_234, cell="label 1", answer=GivenAnswer())
        return RightAnswersRead(column=COLUMN, form=OneLabel(labels=labels), answers=(stands,))

    line, labels = RelabelRow(theme), tuple(f"label {number}" for number in range(60))
    qtbot.addWidget(line)
    one = Prediction(text="a", said="label 50", truth="label 1", probability=0.6, row=1_234)
    line.show_answers([one], found(labels), {})
    words = words_of(line.make_menu(line))
    assert words[:3] == [
        'Label row 1,234 "label 50", as the model said',
        'Label row 1,234 "label 0"',
        'Label row 1,234 "label 2"',
    ]
    assert len(words) == 41
    gone = msgspec.structs.replace(one, said="merged away")  # the model knew a label that there is no more
    line.show_answers([gone], found(labels[:3]), {})
    assert words_of(line.make_menu(line)) == ['Label row 1,234 "label 0"', 'Label row 1,234 "label 2"']


def test_what_was_written_before_the_run_is_its_label_and_comes_back(
    page: ResultsPage, context: PageContext, project: Project, qtbot: QtBot
) -> None:
    before = Repair(kind="change_cells", columns=(COLUMN,), values={"3": "happy", "40": "upset"})
    project.add_repair(before)
    add_run(context, *map(answer, WRONG_ROWS))
    line = page.one.answers.detail.relabel
    qtbot.waitUntil(line.button.isVisible)
    assert changed_words(page) == ""
    line.make_menu(page).actions()[0].trigger()
    assert project.repairs[0].values == {"3": "upset", "40": "upset"}
    assert changed_words(page).startswith("1 relabelled")
    line.back.click()
    assert changed_words(page) == ""
    written = {row: text for step in project.repairs for row, text in step.values.items()}
    assert written == before.values


def test_a_file_whose_reading_was_stopped_is_not_read_unseen(
    page: ResultsPage, context: PageContext, project: Project, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    whole = project.table
    project.take_table(None, (reading_stopped(project.data.path),))
    add_run(context, *map(answer, WRONG_ROWS))
    choose_rows(page, 3)
    assert not any(isinstance(command, ReadRightAnswers) for command in fake_clients[0].commands)
    project.take_table(whole)
    qtbot.waitUntil(lambda: any(isinstance(one, ReadRightAnswers) for one in fake_clients[0].commands))


def test_a_key_that_is_held_while_the_list_fills_chooses_the_first_answer_all_the_same(
    page: ResultsPage, context: PageContext, qtbot: QtBot
) -> None:
    """As Ctrl 4 does, which opens the page: the key comes up only after the list is there."""
    add_run(context, answer(3), answer(8))
    qtbot.keyPress(page, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    page.one.answers.set_narrow(True)  # fills it anew
    assert page.one.answers.table.selected_rows() == [0]
    qtbot.keyClick(page, Qt.Key.Key_Shift)
