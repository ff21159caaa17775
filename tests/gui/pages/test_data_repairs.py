"""Repairs on the Data page: offered, done, taken back; labels renamed, doubted; texts side by side."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.protocol.data_problems import duplicates
from engine.protocol.doubt_problems import too_few_to_doubt
from engine.protocol.events import RunChecked
from engine.protocol.problems import Action, ComparedTexts, Problem, Severity
from engine.protocol.repair_problems import repaired
from engine.protocol.repairs import Repair
from gui.look.theme import Theme
from gui.pages.data import DataPage
from gui.state.page_context import PageContext
from gui.state.project import Project
from gui.widgets.basics import Button
from gui.widgets.compared_texts import ComparedList
from gui.widgets.doubts_list import DoubtsList
from tests.gui.pages.data_stage import facts_of, open_page, part, preview_of
from tests.gui.recorded_events import label_doubts


@pytest.fixture
def page(context: PageContext, project: Project, qtbot: QtBot) -> DataPage:
    return open_page(context, project, qtbot)


def test_labels_are_renamed_and_merged(page: DataPage, project: Project, qtbot: QtBot) -> None:
    facts = facts_of(page)
    assert facts.rename_labels.isVisible()
    editor = facts.open_label_editor()
    assert editor is not None
    use = editor.findChild(Button, "use_names")
    assert use is not None
    assert not use.isEnabled()
    editor.field("happy").setText("upset")
    assert not use.isEnabled()  # a single label is nothing to learn
    editor.field("happy").setText("  joyful ")
    assert editor.values() == {"happy": "joyful"}
    assert set(editor.outcome()) == {"joyful", "upset"}
    use.click()
    assert project.repairs == (Repair(kind="replace_values", columns=("mood",), values={"happy": "joyful"}),)
    project.undo_stack.undo()
    assert project.repairs == ()


def test_a_finding_is_mended_and_the_mending_taken_back(page: DataPage, project: Project) -> None:
    step = Repair(kind="remove_duplicates", columns=("text",))
    twice = duplicates(12, range(1, 13), exact=True)
    button = Action(id="repair", label="Remove", repair=step, note="Remove duplicates. It can be undone.")
    assert project.prepared is not None
    finding = msgspec.structs.replace(twice, actions=(button, *twice.actions))
    project.take_prepared(msgspec.structs.replace(project.prepared, findings=(finding,)))
    row = facts_of(page).health.rows[0]
    remove = part(row, Button, "repair_repair")
    assert isinstance(remove, Button)
    assert remove.accessibleName() == "Remove duplicates"
    shown = part(row, Button, "show_rows")
    assert isinstance(shown, Button)
    shown.click()
    assert preview_of(page).table.rows_model.rowCount() == 12
    remove.click()
    assert project.repairs == (step,)
    done = repaired(0, "12 duplicates removed", "Each text counts once.", [2, 3], undo="Keep")
    project.take_prepared(msgspec.structs.replace(project.prepared, findings=(done,)))
    keep = part(facts_of(page).health.rows[0], Button, "repair_undo_repair")
    assert isinstance(keep, Button)
    assert keep.text() == "Keep"
    keep.click()
    assert project.repairs == ()


def test_labels_that_look_wrong_are_read_ticked_and_mended(
    page: DataPage, project: Project, qtbot: QtBot
) -> None:
    row = facts_of(page).doubts
    assert row.isVisible()
    assert row.open_list() is None
    row.link.click()
    assert not row.link.isVisible()  # words stand in its place, in no colour of things that are off
    assert row.busy_words == "Looking for wrong labels"
    qtbot.waitUntil(lambda: row.link.text() == "Read 2 labels that may be wrong")
    assert row.note == "2 labels look wrong"
    shown = row.open_list()
    assert shown is not None
    relabel = shown.findChild(Button, "relabel_rows")
    assert relabel is not None
    assert not relabel.isEnabled()  # nothing is ticked for the person
    shown.tick(41).setChecked(True)
    assert relabel.text() == "Give 1 row the expected label"
    relabel.click()
    step = Repair(kind="change_cells", columns=("mood",), values={"41": "upset"})
    assert project.repairs == (step,)
    qtbot.waitUntil(lambda: row.link.text() == "Look for labels that look wrong")  # the rows are other ones
    again = DoubtsList(Theme(), label_doubts("")[1].doubts, "mood")
    qtbot.addWidget(again)
    again.tick(7).setChecked(True)
    again.tick(41).setChecked(True)
    with qtbot.waitSignal(again.repair_chosen) as chosen:
        again.findChild(Button, "remove_rows").click()  # type: ignore[union-attr]  # it is there
    assert chosen.args == [Repair(kind="remove_rows", rows=(7, 41))]


def test_a_look_at_the_labels_can_be_given_up(page: DataPage) -> None:
    row = facts_of(page).doubts
    row.link.click()
    assert row.note == "Starting"
    cancel = row.findChild(Button, "cancel_doubts")
    assert cancel is not None
    cancel.click()
    assert row.link.text() == "Look for labels that look wrong"
    assert row.link.isEnabled()
    row.show_end(too_few_to_doubt(5))
    assert row.note.startswith("There are too few texts")


def test_texts_that_are_almost_the_same_are_shown_side_by_side(page: DataPage, project: Project) -> None:
    pair = ComparedTexts(rows=(4, 311), texts=("Tea, a book", "Tea, a book!"), alike=0.93)
    alike = Problem(
        code="near_duplicates",
        title="1 text is almost the same",
        reason="",
        fix="",
        severity=Severity.NOTE,
        compared=(pair,),
    )
    assert project.prepared is not None
    project.take_prepared(msgspec.structs.replace(project.prepared, findings=(alike,)))
    link = part(facts_of(page).health.rows[0], Button, "compare_texts")
    assert isinstance(link, Button)
    link.click()
    shown = page.window().findChild(ComparedList)
    assert shown is not None
    said = [one.text() for one in shown.findChildren(QLabel)]
    assert {"Row 4", "Tea, a book", "Row 311 · 93 % alike", "Tea, a book!"} <= set(said)


def test_what_the_model_cannot_read_is_said_beside_the_rows(page: DataPage, project: Project) -> None:
    cut = Problem(code="texts_cut", title="9 texts will be cut", reason="", fix="", severity=Severity.WARNING)
    other = Problem(code="takes_long", title="This takes long", reason="", fix="", severity=Severity.WARNING)
    assert project.draft is not None
    project.take_checked(RunChecked(problems=(cut, other)), project.draft)
    codes = [row.objectName() for row in facts_of(page).health.rows]
    assert "finding_texts_cut" in codes
    assert "finding_takes_long" not in codes
