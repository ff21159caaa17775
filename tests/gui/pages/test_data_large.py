"""A large file on the Data page: its first rows at once, then how far it is read, then what was drawn."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar
from pytestqt.qtbot import QtBot

from engine.protocol.commands import InspectData
from gui.engine_client.engines import Engines
from gui.look.theme import Theme
from gui.pages.data import PAGE, DataPage
from gui.state import data_copy
from gui.state.data_copy import DataCopy, is_linked
from gui.state.page_context import PageContext
from gui.state.project import Project
from gui.widgets.banner import Banner
from gui.widgets.buttons import Button
from gui.widgets.format_menu import FormatButton
from gui.widgets.reading_bar import ReadingBar
from gui.widgets.role_chip import RoleChip
from gui.window.file_opening import FileOpening
from tests.gui.fake_engine import FakeClient
from tests.gui.pages.data_stage import part, preview_of
from tests.gui.recorded_events import table


@pytest.fixture
def page(
    context: PageContext,
    project: Project,
    fake_clients: list[FakeClient],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> DataPage:
    """The page while a large file is read."""
    monkeypatch.setattr(FakeClient, "large_file", True)
    built = PAGE.build(context)
    assert isinstance(built, DataPage)
    qtbot.addWidget(built)
    built.resize(1364, 808)
    built.show()
    qtbot.waitUntil(lambda: project.percent_read == 10)
    return built


def subtitle(page: DataPage) -> str:
    return page._header._subtitle.text()


def test_the_first_rows_are_there_while_the_others_are_read(page: DataPage, project: Project) -> None:
    bar = part(page, ReadingBar)
    assert bar.isVisible()
    assert bar.accessibleName() == "Reading posts.csv: 10 %"
    assert bar.findChild(QProgressBar).value() == 10
    assert preview_of(page).isVisible()
    assert preview_of(page).table.rows_model.rowCount() == len(table().preview)
    assert project.table is None
    assert subtitle(page) == "The first rows of posts.csv"
    assert not any(chip.isVisible() for chip in page.findChildren(RoleChip))
    assert not page.primary_button().isEnabled()


def test_when_all_is_read_it_is_said_how_many_rows_were_drawn(
    page: DataPage, project: Project, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    fake_clients[0].finish_reading()
    qtbot.waitUntil(lambda: project.prepared is not None)
    assert not part(page, ReadingBar).isVisible()
    assert all(chip.isVisible() for chip in page.findChildren(RoleChip))
    assert f"{table().rows:,} of 6,188,000 rows" in subtitle(page)
    menu = part(page, FormatButton).make_menu()
    drawn = next(action.menu() for action in menu.actions() if action.text() == "Rows drawn by lot")
    words = [action.text() for action in drawn.actions() if action.text()]
    assert words[0] == "As many as fit"
    assert words[-1] == "All 6,188,000 (takes more memory)"
    columns = project.data.columns
    next(action for action in drawn.actions() if action.text() == "50,000").trigger()
    asked = [command for command in fake_clients[0].commands if isinstance(command, InspectData)]
    qtbot.waitUntil(
        lambda: len([c for c in fake_clients[0].commands if isinstance(c, InspectData)]) > len(asked)
    )
    assert project.data.rows_drawn == 50_000
    assert project.data.columns == columns


def test_reading_can_be_stopped_and_begun_again(
    page: DataPage, project: Project, fake_clients: list[FakeClient], qtbot: QtBot
) -> None:
    qtbot.mouseClick(part(page, Button, "stop_reading"), Qt.MouseButton.LeftButton)
    assert project.percent_read is None
    assert not part(page, ReadingBar).isVisible()
    banner = part(page, Banner, "data_problem")
    assert banner.title_text() == '"posts.csv" was not read to its end'
    buttons = [button for button in page.findChildren(Button) if button.isVisible()]
    assert [button.text() for button in buttons].count("Choose another file") == 1
    assert not any(button.repairs for button in buttons)  # nothing is wrong
    assert not page.primary_button().isEnabled()
    said = {label.text() for label in page.findChildren(QLabel) if label.isVisible()}
    assert {"posts.csv", "The file was not read; why stands above."} <= said
    assert "The first rows of posts.csv" not in said  # they are not shown any more
    qtbot.waitUntil(lambda: not fake_clients[0].open_jobs)
    qtbot.mouseClick(part(page, Button, "action_read_again"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: project.percent_read == 10)
    assert not banner.isVisible()
    fake_clients[0].finish_reading()
    qtbot.waitUntil(lambda: project.table is not None)


def test_a_large_file_opens_with_its_first_rows(
    engines: Engines,
    theme: Theme,
    fake_clients: list[FakeClient],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(FakeClient, "large_file", True)
    banner = Banner(theme)
    qtbot.addWidget(banner)
    opening = FileOpening(engines, banner)
    with qtbot.waitSignal(opening.was_read) as read:
        opening.open(tmp_path / "large.csv")
    assert read.args == [tmp_path / "large.csv", ""]
    qtbot.waitUntil(lambda: not fake_clients[0].open_jobs)


@pytest.fixture
def linked(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A file that is large enough, and its place in the project, to which it was brought."""
    monkeypatch.setattr(data_copy, "LARGE", 1_000)
    monkeypatch.setattr(data_copy, "_BLOCK", 1_000)
    own = tmp_path / "own.csv"
    own.write_text("text,label\n" + "a,x\nb,y\n" * 500)
    place = Path(project.data.path)
    place.unlink()
    assert data_copy.linked(own, place)
    return own, place


def test_a_large_file_is_linked_and_copied_in_the_background(
    project: Project, linked: tuple[Path, Path], qtbot: QtBot
) -> None:
    own, place = linked
    before = own.stat()
    assert is_linked(place)
    assert place.samefile(own)
    copy = DataCopy(project)
    with qtbot.waitSignal(copy.copied):
        project.take_table(table())
    assert not is_linked(place)
    assert not place.samefile(own)
    assert place.read_bytes() == own.read_bytes()
    assert place.stat().st_mtime_ns == before.st_mtime_ns
    assert names(place.parent) == [place.name]
    own.write_text("changed")
    assert place.read_text().startswith("text,label")
    copy.close()


def test_where_it_cannot_be_copied_it_is_used_where_it_is(
    project: Project, linked: tuple[Path, Path], qtbot: QtBot
) -> None:
    own, place = linked
    (place.parent / f".{place.name}.unfinished").mkdir()  # nothing can be written there
    copy = DataCopy(project)
    with qtbot.waitSignal(copy.failed) as failed:
        project.take_table(table())
    assert failed.args[0].code == "data_not_copied"
    assert place.read_bytes() == own.read_bytes()
    copy.close()


def names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


def test_a_file_that_changes_while_it_is_copied_stays_linked(linked: tuple[Path, Path]) -> None:
    own, place = linked

    class Changed(data_copy._Copying):
        def isInterruptionRequested(self) -> bool:  # noqa: N802 - Qt's name
            with own.open("a") as file:
                file.write("c,x\n")
            return False

    copying = Changed(place)
    copying.run()
    assert copying.error == "It was changed while it was copied"
    assert is_linked(place)
    assert names(place.parent) == [place.name]


def test_of_two_windows_one_copies(linked: tuple[Path, Path]) -> None:
    own, place = linked

    class First(data_copy._Copying):
        def isInterruptionRequested(self) -> bool:  # noqa: N802 - Qt's name
            second = data_copy._Copying(place)
            second.run()
            assert second.error == ""
            assert is_linked(place)
            return False

    First(place).run()
    assert not is_linked(place)
    assert place.read_bytes() == own.read_bytes()
    assert names(place.parent) == [place.name]


def test_the_copy_of_a_file_that_cannot_be_written_can_be(linked: tuple[Path, Path]) -> None:
    own, place = linked
    own.chmod(0o444)
    data_copy._Copying(place).run()
    assert not is_linked(place)
    assert place.stat().st_mode & 0o200
    assert own.stat().st_mode & 0o777 == 0o444
