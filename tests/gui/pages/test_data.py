"""The Data page over a recorded engine: what it shows, what its controls change, what can be undone."""

from __future__ import annotations

from itertools import combinations

import msgspec
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QMenu, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from engine.protocol.config import Reading, SplitConfig
from engine.protocol.data_problems import duplicates, no_column_for_role
from engine.protocol.file_problems import rows_drawn_below_none
from engine.protocol.label_problems import labels_look_like_sets
from engine.protocol.problems import Action, Problem, Severity
from gui.look.theme import Theme
from gui.pages.data import DataPage
from gui.state.page_context import PageContext
from gui.state.project import Project
from gui.widgets.basics import Banner, Button, EmptyState
from gui.widgets.facts_column import FactsColumn
from gui.widgets.health_list import HealthList, HealthRow, rows_sentence, worst_first
from gui.widgets.label_share import LabelShare
from gui.widgets.split_editor import SplitEditor
from gui.widgets.task_cards import TaskCards
from tests.gui.pages.data_stage import facts_of, open_page, part, preview_of


@pytest.fixture
def page(context: PageContext, project: Project, qtbot: QtBot) -> DataPage:
    return open_page(context, project, qtbot)


def spin(editor: SplitEditor, name: str) -> QSpinBox:
    field = editor.findChild(QSpinBox, name)
    assert field is not None
    return field


def split_of(project: Project) -> tuple[SplitConfig, int | None]:
    assert project.data is not None
    return project.data.split, project.data.row_limit


def test_rows_roles_labels_split_and_findings_are_shown(page: DataPage) -> None:
    table = preview_of(page).table
    assert table.rows_model.rowCount() == 3099
    assert table.role_header.chip("text").role_label == "Text to read"
    assert table.role_header.chip("mood").role_label == "Answer to learn"
    facts = facts_of(page)
    assert facts.split_bar.accessibleName() == "Split: train 2,169 rows, validation 465, test 465"
    titles = [row.accessibleName() for row in facts.health.rows]
    assert titles[0].startswith("Labels are uneven")
    assert titles[1].startswith("12 exact duplicates")
    assert preview_of(page).format_button.text() == "UTF-8, comma"
    cards = part(page, TaskCards)
    assert isinstance(cards, TaskCards)
    assert [card.isChecked() for card in cards.cards.values()] == [True]


def test_a_role_is_a_choice_that_can_be_undone(page: DataPage, project: Project) -> None:
    assert project.data is not None
    before = project.data.columns
    assert before == {"text": "text", "label": "mood"}
    chip = preview_of(page).table.role_header.chip("text")
    chip.role_chosen.emit("label")
    assert project.data.columns == {"label": "text", "text": "mood"}
    assert preview_of(page).table.role_header.chip("mood").role_label == "Text to read"
    project.undo_stack.undo()
    assert project.data.columns == before
    assert preview_of(page).table.role_header.chip("mood").role_label == "Answer to learn"


def test_a_column_to_ignore_is_never_guessed_again(page: DataPage, project: Project) -> None:
    header = preview_of(page).table.role_header
    header.chip("text").role_chosen.emit("")
    assert project.draft is not None
    assert project.draft.data.columns == {"label": "mood"}
    header.chip("mood").role_chosen.emit("")
    project.take_table(project.table)
    assert project.draft.data.columns == {"label": ""}  # not empty: that would mean a guess
    assert header.chip("text").role_label == header.chip("mood").role_label == "Ignore"
    header.chip("text").role_chosen.emit("text")
    assert project.draft.data.columns == {"label": "", "text": "text"}


def test_the_split_and_the_row_limit_are_one_step(page: DataPage, project: Project, qtbot: QtBot) -> None:
    editor = facts_of(page).open_editor()
    assert isinstance(editor, SplitEditor)
    assert spin(editor, "validation_share").value() == 15
    spin(editor, "validation_share").setValue(20)
    spin(editor, "test_share").setValue(30)
    limited = editor.findChild(QAbstractButton, "use_only_rows")
    assert limited is not None
    limited.setChecked(True)
    spin(editor, "row_limit").setValue(160)
    assert spin(editor, "row_limit").text() == "160 training rows"  # validation and test keep theirs
    use = editor.findChild(QAbstractButton, "use_split")
    assert use is not None
    with qtbot.waitSignal(editor.split_chosen):
        use.click()
    assert split_of(project) == (SplitConfig(validation=0.2, test=0.3, seed=0), 160)
    project.undo_stack.undo()
    assert split_of(project) == (SplitConfig(), None)
    assert not project.undo_stack.canUndo()


def test_a_split_can_go_by_columns(page: DataPage, project: Project, qtbot: QtBot) -> None:
    editor = facts_of(page).open_editor()
    assert editor is not None
    way, column, together = (
        editor.findChild(QComboBox, name) for name in ("split_way", "split_column", "split_group")
    )
    assert way is not None
    assert column is not None
    assert together is not None
    assert not column.isEnabled()  # by lot
    assert [column.itemText(place) for place in range(column.count())] == ["text", "mood"]
    way.setCurrentIndex(way.findData("part_column"))
    assert column.isEnabled()
    assert not spin(editor, "test_share").isEnabled()
    column.setCurrentIndex(1)
    together.setCurrentIndex(together.findData("text"))
    use = editor.findChild(QAbstractButton, "use_split")
    assert use is not None
    with qtbot.waitSignal(editor.split_chosen):
        use.click()
    assert split_of(project)[0] == SplitConfig(part_column="mood", group_column="text")
    note = facts_of(page)._limit_note
    qtbot.waitUntil(lambda: note.isVisible())
    assert note.text() == 'Divided as the column "mood" says. Rows with the same "text" stay together.'
    again = facts_of(page).open_editor()
    assert again is not None
    assert again.chosen() == (SplitConfig(part_column="mood", group_column="text"), None)
    back = again.findChild(QAbstractButton, "recommended_split")
    assert back is not None
    back.click()
    assert again.chosen() == (SplitConfig(part_column=""), None)  # the column is not found again


def test_a_tenth_of_the_rows_stays_for_training(page: DataPage) -> None:
    editor = facts_of(page).open_editor()
    assert editor is not None
    validation, test = spin(editor, "validation_share"), spin(editor, "test_share")
    validation.setValue(60)
    test.setValue(60)
    assert validation.value() + test.value() == 90
    assert editor.chosen()[0].test == 0.3
    editor.close()


def test_going_on_needs_rows_without_errors(page: DataPage, project: Project, qtbot: QtBot) -> None:
    button = page.primary_button()
    assert button is not None
    assert button.isEnabled()
    with qtbot.waitSignal(page.go_requested) as wish:
        button.click()
    assert wish.args == ["setup"]
    project.take_prepared(None, no_column_for_role("posts.csv", "label", "Answer to learn", ["text", "mood"]))
    assert not button.isEnabled()
    assert button.toolTip() == "No answer column found"


def test_a_missing_column_is_chosen_from_the_banner(page: DataPage, project: Project) -> None:
    project.set_columns({"text": "text"})
    project.take_prepared(None, no_column_for_role("posts.csv", "label", "Answer to learn", ["text", "mood"]))
    banner = part(page, Banner, "data_problem")
    assert isinstance(banner, Banner)
    assert banner.isVisible()
    assert banner.title_text() == "No answer column found"
    menu = page.make_column_menu("label")
    assert [action.text() for action in menu.actions()] == ["text", "mood"]
    menu.actions()[1].trigger()
    assert project.data is not None
    assert project.data.columns == {"text": "text", "label": "mood"}
    banner.action_chosen.emit(
        Action(id="choose_column", label="Use", arguments={"role": "label", "column": "text"})
    )
    assert project.data.columns == {"text": "mood", "label": "text"}


def test_encoding_and_delimiter_can_be_changed(page: DataPage, project: Project) -> None:
    menu = preview_of(page).format_button.make_menu()
    encodings, delimiters = (action.menu() for action in menu.actions())
    assert isinstance(encodings, QMenu)
    assert isinstance(delimiters, QMenu)
    next(action for action in encodings.actions() if action.data() == "cp1252").trigger()
    next(action for action in delimiters.actions() if action.data() == ";").trigger()
    assert project.data is not None
    assert (project.data.encoding, project.data.delimiter) == ("cp1252", ";")
    project.undo_stack.undo()
    assert (project.data.encoding, project.data.delimiter) == ("cp1252", "")


def test_a_sheet_and_its_row_of_names_can_be_chosen(page: DataPage, project: Project) -> None:
    assert project.table is not None
    book = msgspec.structs.replace(
        project.table, encoding="", delimiter="", sheet="May", sheets=("April", "May"), header_row=3
    )
    button = preview_of(page).format_button
    button.set_format(book, Reading())
    assert (button.text(), button.accessibleName()) == ('Sheet "May"', 'Read as Sheet "May"')
    menu = button.make_menu()
    sheets, rows = (action.menu() for action in menu.actions())
    assert isinstance(sheets, QMenu)
    assert isinstance(rows, QMenu)
    assert [action.text() for action in sheets.actions() if action.text()] == ["Find out", "April", "May"]
    next(action for action in rows.actions() if action.data() == "2").trigger()
    assert project.data is not None
    assert (project.data.header_row, project.data.columns) == (2, {})  # they are found out anew
    next(action for action in sheets.actions() if action.data() == "April").trigger()
    assert (project.data.sheet, project.data.header_row) == ("April", 0)
    project.undo_stack.undo()
    project.undo_stack.undo()
    assert (project.data.sheet, project.data.header_row) == ("", 0)
    assert project.data.columns


def test_an_unreadable_file_shows_the_way_out(page: DataPage, project: Project, qtbot: QtBot) -> None:
    problem = Problem(
        code="undecodable",
        title="The text encoding is not known",
        reason='"posts.csv" is not UTF-8.',
        fix="Choose the encoding.",
        actions=(Action(id="choose_encoding", label="Choose the encoding"),),
    )
    project.take_table(None, (problem,))
    banner, empty = part(page, Banner, "data_problem"), part(page, EmptyState, "drop_zone")
    assert banner.isVisible()
    assert empty.isVisible()
    choose = banner.findChild(QAbstractButton, "action_choose_encoding")
    assert choose is not None
    choose.click()
    menu = page.findChild(QMenu, "encodings")
    assert menu is not None
    assert menu.isVisible()
    next(action for action in menu.actions() if action.data() == "latin_1").trigger()
    menu.close()
    assert project.data is not None
    assert project.data.encoding == "latin_1"
    button = page.primary_button()
    assert button is not None
    assert button.toolTip() == "The text encoding is not known"


def test_a_number_of_rows_that_cannot_be_drawn_is_mended_by_a_button(
    page: DataPage, project: Project
) -> None:
    project.set_reading({"rows_drawn": -5})
    project.take_table(None, (rows_drawn_below_none("/a/posts.csv", -5),))
    banner = part(page, Banner, "data_problem")
    assert banner.title_text() == "-5 rows cannot be drawn"
    button = banner.findChild(QAbstractButton, "action_set_reading")
    assert button is not None
    button.click()
    assert project.data is not None
    assert project.data.rows_drawn == 0


def test_rows_of_a_finding_are_shown_alone_and_given_back(page: DataPage, qtbot: QtBot) -> None:
    preview = preview_of(page)
    preview.show_only([4, 9, 311], "12 exact duplicates")
    model = preview.table.rows_model
    assert [model.file_row(row) for row in range(model.rowCount())] == [4, 9]  # those that are here
    qtbot.waitUntil(lambda: model.rowCount() == 3)
    assert [model.file_row(row) for row in range(3)] == [4, 9, 311]
    back = preview.findChild(QAbstractButton, "show_all_rows")
    assert back is not None
    assert back.text() == "3 rows: 12 exact duplicates"
    back.click()
    assert model.rowCount() == 3099


@pytest.mark.parametrize("size", [(1440, 900), (1366, 688), (960, 520)])
def test_the_way_back_to_all_rows_keeps_its_cross_and_squeezes_nothing(
    page: DataPage, qtbot: QtBot, size: tuple[int, int]
) -> None:
    page.resize(size[0] - 76, size[1] - 92)
    preview = preview_of(page)
    preview.set_narrow(size[0] < 1200)
    preview.show_only([4, 9, 311], "Labels that differ only in capitals or spaces, however they are written")
    back = preview.findChild(Button, "show_all_rows")
    assert back is not None
    parts = [back, preview.format_button, preview.search, preview.label_filter]
    shown = [part for part in parts if not part.isHidden()]
    qtbot.waitUntil(  # the layout divides the width anew
        lambda: all(min(one.sizeHint().width(), one.maximumWidth()) <= one.width() for one in shown)
    )
    assert all(preview.rect().contains(one.geometry()) for one in shown)
    assert not any(one.geometry().intersects(two.geometry()) for one, two in combinations(shown, 2))
    assert back.shown_words().startswith("3 ro")
    back.click()
    assert back.isHidden()


def test_rows_keep_the_numbers_of_a_file_that_skips_some(page: DataPage, project: Project) -> None:
    assert project.table is not None
    rows = tuple(range(1, 5)) + tuple(range(8, 64))  # 5, 6 and 7 could not be read
    project.take_table(msgspec.structs.replace(project.table, preview_rows=rows, rows=60))
    preview = preview_of(page)
    model = preview.table.rows_model
    assert model.index(4, 0).data() == "8"
    preview.show_only([5, 8, 63, 70], "Odd rows")
    assert [model.file_row(row) for row in range(model.rowCount())] == [8, 63]
    assert model.index(0, 1).data() == project.table.preview[4][0]
    back = preview.findChild(QAbstractButton, "show_all_rows")
    assert back is not None
    assert back.text() == "2 rows: Odd rows"


def test_rows_far_below_are_read_when_they_come_into_sight(page: DataPage, qtbot: QtBot) -> None:
    preview = preview_of(page)
    model = preview.table.rows_model
    assert model.index(3000, 0).data() == "…"
    assert model.index(3000, 2).data() is None
    qtbot.waitUntil(lambda: model.index(3000, 0).data() == "3,001")
    assert model.index(3000, 2).data() == "happy"
    assert preview.table.selected_rows() == ()


def test_the_whole_file_is_searched(page: DataPage, qtbot: QtBot) -> None:
    preview = preview_of(page)
    model = preview.table.rows_model
    preview.search.setText("FIVER")
    assert model.rowCount() == 10  # what is here comes at once
    qtbot.waitUntil(lambda: model.rowCount() == 516)
    assert [model.file_row(row) for row in (0, 1, 515)][:2] == [5, 11]
    qtbot.waitUntil(lambda: model.file_row(515) == 3095)
    preview.label_filter.setCurrentIndex(2)
    qtbot.waitUntil(lambda: not preview.table.isVisible())  # no such text is called so
    preview.search.clear()
    qtbot.waitUntil(lambda: model.rowCount() == 1033)


def test_rows_out_of_reach_have_no_button(theme: Theme, qtbot: QtBot) -> None:
    health = HealthList(theme)
    qtbot.addWidget(health)
    twice = duplicates(2, [700, 1267], exact=True)
    health.set_findings([twice], rows_in_reach=range(1, 201))
    assert health.rows[0].findChild(QAbstractButton) is None
    health.set_findings([twice], rows_in_reach=[1, 700])
    button = health.rows[0].findChild(QAbstractButton)
    assert button is not None
    with qtbot.waitSignal(health.action_chosen) as chosen:
        button.click()
    assert [chosen.args[0].id, chosen.args[1].code] == ["show_data", "duplicates"]
    health.set_findings([duplicates(2, [700, 1267], exact=True)], rows_in_reach=range(700, 800))
    assert health.rows[0].findChild(QAbstractButton) is button  # the person may be about to press it
    theme.set_ui_scale(1.5)
    health.set_findings([twice], rows_in_reach=range(700, 800))
    assert health.rows[0].findChild(QAbstractButton) is not button  # its lengths are others
    health.set_findings(())
    assert health.rows == []


def test_the_worst_stands_in_the_banner_and_not_twice(page: DataPage, project: Project) -> None:
    assert project.prepared is not None
    odd = Problem(code="odd_rows", title="Odd rows", reason="", fix="", severity=Severity.WARNING)
    single = Problem(code="single_class", title="Only one label", reason="", fix="")
    found = (single, odd, *project.prepared.findings)
    project.take_table(project.table, (odd,))
    project.take_prepared(msgspec.structs.replace(project.prepared, findings=found))
    banner = part(page, Banner, "data_problem")
    assert isinstance(banner, Banner)
    assert banner.title_text() == "Only one label"
    codes = [row.objectName() for row in facts_of(page).health.rows]
    assert codes == ["finding_odd_rows", "finding_uneven_labels", "finding_duplicates"]
    project.take_prepared(msgspec.structs.replace(project.prepared, findings=(single,)))
    project.take_table(project.table, ())
    assert facts_of(page).health.accessibleName() == "Health check, nothing else to mend"


def test_the_numbers_of_a_few_rows_have_their_room(page: DataPage, qtbot: QtBot) -> None:
    table = preview_of(page).table
    whole = table.columnWidth(0)
    preview_of(page).show_only([3095], "chosen")
    qtbot.waitUntil(lambda: table.rows_model.rowCount() == 1)
    page.resize(1300, 808)  # columns are fitted anew
    assert table.columnWidth(0) == whole >= table.fontMetrics().horizontalAdvance("3,095") + 20


def test_what_the_answers_mean_is_asked_above_the_labels(
    page: DataPage, project: Project, qtbot: QtBot
) -> None:
    assert project.prepared is not None
    facts = facts_of(page)
    assert not facts.asked.isVisibleTo(page)
    several = labels_look_like_sets("Topics", 63, 230, ["toilets", "food"])
    found = (*project.prepared.findings, several)
    project.take_prepared(msgspec.structs.replace(project.prepared, findings=found))
    assert facts.asked.isVisibleTo(page)
    (row,) = facts.asked.rows
    assert row.finding == several
    assert "finding_labels_look_like_sets" not in [row.objectName() for row in facts.health.rows]
    names = facts.findChild(LabelShare)
    assert names is not None
    assert facts.asked.mapTo(page, facts.asked.rect().bottomLeft()).y() <= names.mapTo(page, QPoint()).y()
    assert row.button is not None
    with qtbot.waitSignal(facts.action_chosen) as chosen:
        row.button.click()
    assert chosen.args == [several.actions[0], several]
    project.take_prepared(msgspec.structs.replace(project.prepared, findings=()))
    assert not facts.asked.isVisibleTo(page)


def test_a_warning_about_reading_is_for_the_health_check(page: DataPage, project: Project) -> None:
    """One column is all that some tasks need; no banner may take the dark button over from going on."""
    odd = Problem(code="single_column", title="Only one column", reason="", fix="", severity=Severity.WARNING)
    project.take_table(project.table, (odd,))
    assert project.prepared is not None
    project.take_prepared(msgspec.structs.replace(project.prepared, findings=(odd,)))
    banner = part(page, Banner, "data_problem")
    assert isinstance(banner, Banner)
    assert not banner.isVisibleTo(page)
    codes = [row.objectName() for row in facts_of(page).health.rows]
    assert codes[0] == "finding_single_column"
    assert codes.count("finding_single_column") == 1
    project.take_prepared(msgspec.structs.replace(project.prepared, findings=()))  # the task needs no more
    assert "finding_single_column" not in [row.objectName() for row in facts_of(page).health.rows]


def test_the_card_of_the_answers_is_called_as_the_task_calls_them(page: DataPage, project: Project) -> None:
    assert project.prepared is not None
    facts_of(page).set_prepared(project.prepared, (), "sentences", labels="tags")
    assert facts_of(page)._label_card._title.text() == "Tags"


def test_a_search_without_hits_says_so_and_can_be_cleared(page: DataPage, qtbot: QtBot) -> None:
    preview = preview_of(page)
    field = preview.findChild(QLineEdit, "search_rows")
    assert field is not None
    field.setText("zeppelin")
    nothing = preview.findChild(EmptyState, "nothing_found")
    assert nothing is not None
    qtbot.waitUntil(nothing.isVisible)  # not before the whole file was searched
    assert nothing.accessibleName() == 'None of these texts contains "zeppelin"'
    nothing.button.click()
    assert field.text() == ""
    assert not nothing.isVisible()
    preview.label_filter.setCurrentIndex(2)
    assert preview.table.rows_model.rowCount() == 20
    qtbot.waitUntil(lambda: preview.table.rows_model.rowCount() == 1033)


def test_three_layouts(page: DataPage, context: PageContext) -> None:
    cards = part(page, TaskCards)
    assert isinstance(cards, TaskCards)
    assert cards.isVisible()
    assert not cards.box.isVisible()
    context.layout.fit(1366, 688)
    assert not cards.isVisible()
    assert cards.box.isVisible()
    assert part(page, QWidget, "facts_content").width() == 292
    context.layout.fit(960, 520)
    shown = [
        name for name in ("label_card", "split_card", "health_card") if part(page, QWidget, name).isVisible()
    ]
    assert shown == ["label_card"]
    page.resize(892, 432)
    assert page.minimumSizeHint().width() <= 892
    assert page.minimumSizeHint().height() <= 432


def test_findings_are_sorted_and_their_rows_named() -> None:
    def finding(code: str, severity: Severity, rows: tuple[int, ...] = (), count: int = 0) -> Problem:
        return Problem(
            code=code, title=code, reason="", fix="", severity=severity, rows=rows, row_count=count
        )

    findings = [
        finding("all_rows_complete", Severity.NOTE),
        finding("a", Severity.NOTE),
        finding("b", Severity.WARNING),
        finding("c", Severity.ERROR),
    ]
    assert [one.code for one in worst_first(findings)] == ["c", "b", "a", "all_rows_complete"]
    assert rows_sentence(finding("x", Severity.NOTE, (3,))) == "Row 3"
    assert rows_sentence(finding("x", Severity.NOTE, (3, 1812))) == "Rows 3 and 1,812"
    assert (
        rows_sentence(finding("x", Severity.NOTE, tuple(range(1, 101)), 403))
        == "Rows 1, 2, 3, 4, 5 and 398 more"
    )
    assert rows_sentence(finding("x", Severity.NOTE)) == ""


def test_every_control_has_a_name(page: DataPage) -> None:
    unnamed = [
        control
        for control in page.findChildren(QAbstractButton)
        if control.isVisible() and not (control.accessibleName() or control.text())
    ]
    assert unnamed == []
    assert all(row.objectName() for row in page.findChildren(HealthRow))


def test_the_head_of_the_preview_stays_narrow_when_labels_or_theme_change(
    page: DataPage, context: PageContext, theme: Theme
) -> None:
    context.layout.fit(960, 520)
    card = preview_of(page)
    assert card.label_filter.isHidden()
    theme.set_dark(True)
    assert card.label_filter.isHidden()
    assert card.search.width() == theme.px(150)
    card._fill_labels(["happy", "upset", "calm"])
    assert card.label_filter.isHidden()
    context.layout.fit(1440, 900)
    assert not card.label_filter.isHidden()


def test_cards_say_what_they_wait_for(page: DataPage) -> None:
    facts = part(page, FactsColumn)
    assert isinstance(facts, FactsColumn)
    assert not facts._unchecked.isVisible()
    facts.set_prepared(None, (), "texts")
    assert facts._unchecked.isVisible()
    assert facts._unchecked.text() == "Checked as soon as the columns are known."
