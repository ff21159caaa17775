"""How a file was read, on the Data page: what the health check says of it, and how it is read otherwise."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel, QMenu
from pytestqt.qtbot import QtBot

from engine.protocol.file_problems import no_file
from engine.protocol.problems import Problem
from engine.protocol.sheet_problems import other_sheets, rows_above_names
from engine.protocol.table_problems import most_rows_differ, odd_rows
from gui.pages.data import PAGE, DataPage
from gui.state.page_context import PageContext
from gui.state.project import Project
from gui.widgets.buttons import Button
from gui.widgets.empty_state import EmptyState
from tests.gui.pages.data_stage import facts_of, open_page, part


@pytest.fixture
def page(context: PageContext, project: Project, qtbot: QtBot) -> DataPage:
    """The page with its rows."""
    return open_page(context, project, qtbot)


def _find(project: Project, *findings: Problem) -> None:
    """Lets the engine have found nothing but this."""
    assert project.prepared is not None
    project.prepared = msgspec.structs.replace(project.prepared, findings=findings)
    project.prepared_changed.emit()


def _button(page: DataPage, finding: Problem) -> Button:
    button = facts_of(page).health.button_of(finding)
    assert button is not None
    return button


def test_sheet_and_row_of_names_are_chosen_below_the_button_of_their_finding(
    page: DataPage, project: Project, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[QMenu, QPoint]] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, place: opened.append((menu, place)))
    assert project.table is not None
    sheets = ("April", "May & June")
    project.take_table(msgspec.structs.replace(project.table, encoding="", sheet="April", sheets=sheets))
    told = (other_sheets("/a/codes.xlsx", "April", sheets), rows_above_names("/a/codes.xlsx", (1, 2), 3))
    _find(project, *told)
    for finding in told:
        qtbot.waitUntil(lambda finding=finding: _button(page, finding).height() < 60)  # it has its place
        button = _button(page, finding)
        button.click()
        assert opened[-1][1] == button.mapToGlobal(QPoint(0, button.height()))
    (of_sheets, _), (of_rows, _) = opened
    (may,) = (one for one in of_sheets.actions() if one.data() == sheets[1])
    assert may.text() == "May && June"
    may.trigger()
    (row,) = (one for one in of_rows.actions() if one.data() == "4")
    row.trigger()
    assert project.data is not None
    assert (project.data.sheet, project.data.header_row) == ("May & June", 4)


def test_a_file_that_cannot_be_read_as_chosen_is_read_as_it_seems_best(
    page: DataPage, project: Project
) -> None:
    before = project.data
    project.set_reading({"delimiter": "|"})
    project.take_table(None, (most_rows_differ("/a/posts.csv", {1: 2, 2: 2}, 2, 1, "|"),))
    empty = part(page, EmptyState, "drop_zone")
    assert isinstance(empty, EmptyState)
    assert (empty.button.isVisible(), empty.button.text()) == (True, "Find out how to read it")
    empty.button.click()
    assert project.data is not None
    assert before is not None
    assert (project.data.delimiter, project.data.encoding) == ("", "")
    assert before.delimiter == ""


def test_a_file_that_is_gone_is_not_for_want_of_another_delimiter(page: DataPage, project: Project) -> None:
    """Nobody loses roles and repairs for a file that stands elsewhere now."""
    project.set_reading({"delimiter": "|"})
    project.take_table(None, (no_file("/a/posts.csv"),))
    empty = part(page, EmptyState, "drop_zone")
    assert isinstance(empty, EmptyState)
    assert empty.button.text() != "Find out how to read it"
    assert "as you chose" not in " ".join(one.text() for one in empty.findChildren(QLabel))


def test_a_file_that_is_not_read_completes_no_step(page: DataPage, context: PageContext) -> None:
    opened = context.opened
    assert opened is not None
    assert PAGE.complete(opened)
    opened.project.take_table(None, (most_rows_differ("/a/posts.csv", {1: 2, 2: 2}, 2, 1, "|"),))
    assert not PAGE.complete(opened)


def test_a_file_that_can_be_gone_on_with_is_not_to_be_given_up(page: DataPage, project: Project) -> None:
    odd = odd_rows("/a/posts.csv", {3: 2}, 3, ",")
    _find(project, odd)
    (row,) = facts_of(page).health.rows
    assert facts_of(page).health.button_of(odd) is None
    assert odd.fix in {one.text() for one in row.findChildren(QLabel)}
