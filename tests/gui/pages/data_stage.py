"""The Data page over a recorded engine, opened for a test, and its parts."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.pages.data import PAGE, DataPage
from gui.state.page_context import PageContext
from gui.state.project import Project
from gui.widgets.facts_column import FactsColumn
from gui.widgets.preview_card import PreviewCard
from tests.gui.sample_facts import CATALOG


def open_page(context: PageContext, project: Project, qtbot: QtBot) -> DataPage:
    """Opens the page and waits for its rows."""
    project.set_task(CATALOG.tasks[0].id)
    project.undo_stack.clear()
    page = PAGE.build(context)
    assert isinstance(page, DataPage)
    qtbot.addWidget(page)
    page.resize(1364, 808)
    page.show()
    qtbot.waitUntil(lambda: project.prepared is not None and context.engines.catalog is not None)
    return page


def part(page: QWidget, kind: type[QWidget], name: str = "") -> QWidget:
    found = page.findChild(kind, name) if name else page.findChild(kind)
    assert found is not None
    return found


def preview_of(page: DataPage) -> PreviewCard:
    card = part(page, PreviewCard)
    assert isinstance(card, PreviewCard)
    return card


def facts_of(page: DataPage) -> FactsColumn:
    column = part(page, FactsColumn)
    assert isinstance(column, FactsColumn)
    return column
