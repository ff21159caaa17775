"""Projects in the window: opened, dropped, left while they train, copied, not saved."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from engine.protocol.catalog import SampleEntry
from engine.protocol.file_problems import empty_file, special_file, unreadable_encoding
from engine.protocol.folder_problems import other_files
from gui.app import StartWish, open_first
from gui.main_window import MainWindow
from gui.state import new_project
from gui.state.project_file import PROJECT_FILE
from gui.state.project_lock import LOCK_FILE, ProjectLock
from gui.state.run_status import RunState, RunStatus
from gui.state.toml_file import write_toml
from tests.gui.fake_engine import FakeClient


def _press(window: MainWindow, keys: str) -> None:
    combination = QKeySequence(keys)[0]
    QTest.keyClick(window, combination.key(), combination.keyboardModifiers())


def _run(window: MainWindow) -> RunStatus:
    assert window.switch.opened is not None
    assert window.switch.opened.runs.current is not None
    return window.switch.opened.runs.current


def _page(window: MainWindow) -> str:
    return window.current_page_id()


def test_a_file_dropped_anywhere_becomes_a_project_on_data(
    qtbot: QtBot, on_setup: MainWindow, tmp_path: Path
) -> None:
    source = tmp_path / "reviews.csv"
    source.write_text("text,stars\nfine,4\n")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(source))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(500, 400), copy, data, left, none)
    on_setup.dropEvent(event)
    qtbot.waitUntil(lambda: _page(on_setup) == "data")
    assert on_setup.switch.opened is not None
    assert on_setup.switch.opened.project.name == "reviews"


@pytest.mark.parametrize(
    ("names", "called"),
    [
        (("reviews-train.csv", "reviews-test.csv"), "reviews"),
        (("Train reviews.csv", "Test reviews.csv"), "survey"),
        (("train.csv", "test.csv"), "survey"),
    ],
)
def test_several_files_dropped_together_become_one_project(
    qtbot: QtBot, on_setup: MainWindow, tmp_path: Path, names: tuple[str, ...], called: str
) -> None:
    folder = tmp_path / "survey"
    folder.mkdir()
    for name in names:
        (folder / name).write_text("text,label\nfine,good\npoor,bad\n")
    on_setup.files_dropped.emit([str(folder / name) for name in names])
    qtbot.waitUntil(lambda: _page(on_setup) == "data")
    assert on_setup.switch.opened is not None
    project = on_setup.switch.opened.project
    assert project.name == called
    assert project.data is not None
    assert sorted(file.name for file in Path(project.data.path).iterdir()) == sorted(names)


def test_a_folder_beside_other_files_is_refused(on_setup: MainWindow, tmp_path: Path) -> None:
    before = on_setup.switch.opened
    (tmp_path / "one.csv").write_text("text,label\na,b\n")
    on_setup.files_dropped.emit([str(tmp_path / "one.csv"), str(tmp_path)])
    assert on_setup.banner.problem is not None
    assert "beside other files a folder cannot be opened" in on_setup.banner.problem.reason
    assert on_setup.switch.opened is before


def test_a_copied_table_is_pasted_as_a_project_of_its_own(
    qtbot: QtBot, on_setup: MainWindow, tmp_path: Path, fake_clients: list[FakeClient]
) -> None:
    clipboard = QApplication.clipboard()
    before = on_setup.switch.opened
    clipboard.setMimeData(QMimeData())
    _press(on_setup, "Ctrl+V")
    assert on_setup.banner.title_text() == "There is nothing to paste"
    assert on_setup.switch.opened is before
    clipboard.setText("text\tmood\ngr\u00fc\u00dfe\tglad\n")
    _press(on_setup, "Ctrl+V")
    qtbot.waitUntil(lambda: _page(on_setup) == "data")
    assert on_setup.switch.opened is not None
    project = on_setup.switch.opened.project
    assert project.name == "Pasted rows"
    assert project.data is not None
    assert Path(project.data.path).read_text("utf-8") == "text\tmood\ngr\u00fc\u00dfe\tglad\n"
    assert Path(project.data.path).is_relative_to(project.folder)  # the one that was pasted may go
    source = tmp_path / "copied.csv"
    source.write_text("text,stars\nfine,4\n")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(source))])
    clipboard.setMimeData(mime)
    _press(on_setup, "Ctrl+V")
    qtbot.waitUntil(
        lambda: on_setup.switch.opened is not None and on_setup.switch.opened.project.name == "copied"
    )


def test_what_cannot_be_opened_is_said_above_the_page(window: MainWindow, tmp_path: Path) -> None:
    window.open_path(str(tmp_path / "gone.csv"))
    assert _page(window) == "welcome"
    assert window.banner.isVisible()
    assert window.banner.title_text() == "This cannot be opened as data"
    (tmp_path / PROJECT_FILE).write_text("name = 7")
    window.open_path(str(tmp_path))
    assert window.banner.title_text() == "This project cannot be read"


def _letters(folder: Path) -> Path:
    source = folder / "letters.csv"
    source.write_bytes("text,mood\ngr\u00fc\u00dfe,glad\n".encode("cp1252"))
    return source


def test_a_file_that_cannot_be_read_makes_no_project(
    qtbot: QtBot, on_setup: MainWindow, tmp_path: Path, fake_clients: list[FakeClient]
) -> None:
    window, before = on_setup, on_setup.switch.opened
    folders = sorted(window._workspace.folder.iterdir())
    recent = window._workspace.recent
    fake_clients[0].file_problem = special_file(str(tmp_path / "letters.csv"))
    window.open_path(str(_letters(tmp_path)))
    qtbot.waitUntil(window.banner.isVisible)
    assert window.banner.title_text() == '"letters.csv" is not an ordinary file'
    assert window.banner.problem is not None
    assert [action.id for action in window.banner.problem.actions] == ["choose_file"]
    assert window.switch.opened is before
    assert _page(window) == "setup"
    assert sorted(window._workspace.folder.iterdir()) == folders
    assert window._workspace.recent == recent


def test_what_of_a_folder_is_left_aside_is_said_when_it_opens(
    qtbot: QtBot, on_setup: MainWindow, tmp_path: Path, fake_clients: list[FakeClient]
) -> None:
    folder = tmp_path / "essays"
    folder.mkdir()
    (folder / "one.txt").write_text("A text.")
    (folder / "scan.pdf").write_bytes(b"%PDF")
    fake_clients[0].file_notes = (other_files(str(folder), ["scan.pdf"]), empty_file("nothing to do with it"))
    on_setup.open_path(str(folder))
    qtbot.waitUntil(lambda: _page(on_setup) == "data")
    qtbot.waitUntil(on_setup.banner.isVisible)
    assert on_setup.banner.title_text() == "1 file left aside"
    assert on_setup.switch.opened is not None
    assert on_setup.switch.opened.project.name == "essays"


def test_a_large_file_that_cannot_be_linked_is_copied_while_the_window_is_free(
    qtbot: QtBot, on_setup: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, before, held = on_setup, on_setup.switch.opened, threading.Event()
    copy_whole = new_project.copy_whole

    def copied(source: Path, place: Path, go_on: Callable[[int], bool]) -> bool:
        return go_on(source.stat().st_size // 2) and held.wait(10) and copy_whole(source, place, go_on)

    monkeypatch.setattr(new_project, "LARGE", 10)
    monkeypatch.setattr(new_project, "linked", lambda *_: False)
    monkeypatch.setattr(new_project, "copy_whole", copied)
    window.open_path(str(_letters(tmp_path)))
    strip = window.copying_bar
    qtbot.waitUntil(lambda: strip.accessibleName().endswith(("47 %", "50 %")))
    assert strip.isVisible()
    assert strip.accessibleName().startswith("Copying letters.csv into the project: ")
    assert (window.switch.opened, _page(window)) == (before, "setup")
    qtbot.mouseClick(strip.stop, Qt.MouseButton.LeftButton)
    held.set()
    qtbot.waitUntil(lambda: not strip.isVisible())
    assert window.switch.opened is before
    assert not list(window._workspace.folder.glob(".*.unfinished"))
    window.open_path(str(_letters(tmp_path)))
    qtbot.waitUntil(lambda: _page(window) == "data")
    assert window.switch.opened is not None
    assert window.switch.opened.project.name == "letters"
    _press(window, "Ctrl+S")
    qtbot.waitUntil(lambda: window.banner.isVisible() and "letters copy" in window.banner.title_text())


def test_on_the_start_page_too(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, fake_clients: list[FakeClient]
) -> None:
    fake_clients[0].file_problem = empty_file(str(tmp_path / "letters.csv"))
    window.open_path(str(_letters(tmp_path)))
    qtbot.waitUntil(window.banner.isVisible)
    assert window.banner.title_text() == '"letters.csv" is empty'
    assert window.switch.opened is None
    assert _page(window) == "welcome"


def test_letters_that_cannot_be_read_are_read_with_the_encoding_that_is_chosen(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, fake_clients: list[FakeClient]
) -> None:
    source = _letters(tmp_path)
    fake_clients[0].file_problem = unreadable_encoding(str(source), "UTF-16")
    window.open_path(str(source))
    qtbot.waitUntil(window.banner.isVisible)
    assert window.banner.problem is not None
    window.banner.action_chosen.emit(window.banner.problem.actions[0])
    menu = window.findChild(QMenu, "encodings")
    assert menu is not None
    next(action for action in menu.actions() if action.data() == "cp1252").trigger()
    menu.close()
    qtbot.waitUntil(lambda: _page(window) == "data")
    assert window.switch.opened is not None
    assert window.switch.opened.project.data is not None
    assert window.switch.opened.project.data.encoding == "cp1252"
    assert not window.banner.isVisible()


def test_reading_that_takes_a_while_is_said_and_gives_way_to_what_is_opened_meanwhile(
    qtbot: QtBot, window: MainWindow, sample: SampleEntry, tmp_path: Path, fake_clients: list[FakeClient]
) -> None:
    fake_clients[0]._paused = True  # it is busy, and answers nothing
    window.open_path(str(_letters(tmp_path)))
    qtbot.waitUntil(window.banner.isVisible)
    assert window.banner.title_text() == "Reading letters.csv"
    assert window.switch.opened is None
    window.open_sample(sample)
    assert not window.banner.isVisible()
    fake_clients[0]._paused = False
    fake_clients[0].release()
    opened = window.switch.opened
    assert opened is not None
    qtbot.waitUntil(lambda: opened.project.is_checked)
    assert window.switch.opened is opened
    assert not (window._workspace.folder / "letters").exists()


def test_another_project_can_be_looked_at_while_a_run_trains(
    qtbot: QtBot, on_setup: MainWindow, sample: SampleEntry, fake_clients: list[FakeClient]
) -> None:
    window = on_setup
    fake_clients[0].hold_after_step = 12
    _press(window, "Ctrl+Return")
    run = _run(window)
    first = window.switch.opened
    assert first is not None
    qtbot.waitUntil(lambda: run.step == 12)
    window.open_sample(sample)
    assert window.switch.opened is not first
    assert window.transport._idle.text() == "A run of another project is training"
    window.open_path(str(first.project.folder))
    assert window.switch.opened is first  # the same one, with its live run
    assert _page(window) == "train"
    window.open_sample(sample)
    fake_clients[0].release()
    qtbot.waitUntil(lambda: run.state is RunState.FINISHED)
    assert not window.switch.active_runs


def test_a_project_left_in_mid_run_opens_on_train_with_resume(
    qtbot: QtBot, on_setup: MainWindow, sample: SampleEntry, fake_clients: list[FakeClient]
) -> None:
    window = on_setup
    fake_clients[0].hold_after_step = 40
    _press(window, "Ctrl+Return")
    run = _run(window)
    qtbot.waitUntil(lambda: run.step == 40)
    folder = run.folder.parents[1]
    fake_clients[0].die()
    assert window.transport._idle.text() == "Freeze lower layers stopped at epoch 0.6"
    assert window.transport._detail.text() == "The training process ended unexpectedly"
    window.open_sample(sample)
    window.open_path(str(folder))
    assert _page(window) == "train"
    again = _run(window)
    assert again is not run
    assert again.state is RunState.INTERRUPTED
    assert again.can_resume


def test_a_saved_copy_has_data_and_choices(qtbot: QtBot, on_setup: MainWindow) -> None:
    assert on_setup.switch.opened is not None
    on_setup.switch.opened.project.set_method("low_rank")
    _press(on_setup, "Ctrl+S")
    assert on_setup.banner.title_text() == 'Saved a copy as "Happy or upset copy"'
    copy = on_setup.banner.problem
    assert copy is not None
    on_setup.open_path(copy.actions[0].arguments["folder"])
    assert on_setup.switch.opened.project.method == "low_rank"
    assert on_setup.switch.opened.project.data is not None
    assert Path(on_setup.switch.opened.project.data.path).is_file()


def test_a_choice_that_cannot_be_saved_is_said_and_taken_back_when_it_can(
    on_setup: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert on_setup.switch.opened is not None
    project = on_setup.switch.opened.project

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.replace", no_space)
        project.set_method("low_rank")
    assert on_setup.banner.title_text() == "Your last change could not be saved"
    project.save()
    assert not on_setup.banner.isVisible()


def test_the_command_line_opens_what_it_names(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    source = tmp_path / "reviews.csv"
    source.write_text("text,stars\nfine,4\n")
    workspace = window._workspace
    open_first(window, workspace, StartWish(sample="post"))
    assert window.banner.title_text() == 'There is no sample called "post"'
    assert "posts, messages" in window.banner.problem.reason  # type: ignore[union-attr]  # it is shown
    open_first(window, workspace, StartWish(path=str(source)))
    qtbot.waitUntil(lambda: _page(window) == "data")
    assert not window.banner.isVisible()
    open_first(window, workspace, StartWish(sample="posts"))
    assert _page(window) == "setup"
    open_first(window, workspace, StartWish())
    assert _page(window) == "setup"


def test_a_project_that_is_open_elsewhere_is_told_so_and_nothing_is_written_into_it(
    qtbot: QtBot, on_setup: MainWindow
) -> None:
    first = on_setup.switch.opened
    assert first is not None
    folder = first.project.folder
    on_setup.open_path(str(_another_project(on_setup)))  # lets go of the first
    elsewhere = ProjectLock(folder)
    assert not elsewhere.is_open_elsewhere
    on_setup.open_path(str(folder))
    opened = on_setup.switch.opened
    assert opened is not None
    assert opened.project.is_read_only
    assert on_setup.banner.problem is not None
    assert on_setup.banner.problem.code == "project_open_elsewhere"
    assert f"process {os.getpid()}" in on_setup.banner.problem.reason
    assert opened.project.saved_words == "Not saved: open elsewhere"
    before = (folder / PROJECT_FILE).read_bytes()
    opened.project.rename("Mine")
    opened.project.set_seed(7)
    assert (folder / PROJECT_FILE).read_bytes() == before
    elsewhere.release()
    on_setup.banner.action_chosen.emit(on_setup.banner.problem.actions[0])
    again = on_setup.switch.opened
    assert again is not None
    assert again is not opened
    assert not again.project.is_read_only
    assert on_setup.banner.problem is None
    assert ProjectLock(folder).is_open_elsewhere  # here, that is


def test_the_lock_of_a_window_that_crashed_is_taken_over(tmp_path: Path) -> None:
    crash = (
        "import os, sys; from PySide6.QtCore import QLockFile; "
        "lock = QLockFile(sys.argv[1]); assert lock.tryLock(0); os._exit(1)"
    )
    ended = subprocess.run([sys.executable, "-c", crash, str(tmp_path / LOCK_FILE)], check=False)
    assert ended.returncode == 1
    assert (tmp_path / LOCK_FILE).exists()
    lock = ProjectLock(tmp_path)
    assert not lock.is_open_elsewhere
    lock.release()
    assert not (tmp_path / LOCK_FILE).exists()


def _another_project(window: MainWindow) -> Path:
    """Makes a project beside the open one, with its choices."""
    assert window.switch.opened is not None
    opened = window.switch.opened.project
    folder = opened.folder.with_name("another")
    folder.mkdir()
    contents = opened.contents_for_copy("Another")
    write_toml(folder / PROJECT_FILE, contents)
    return folder
