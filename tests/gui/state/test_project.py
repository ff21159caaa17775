"""The project: choices saved as they are made, undone as they were made, never lost."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from engine.protocol.config import SplitConfig
from engine.protocol.data_facts import ColumnFacts, TableFacts
from engine.protocol.problems import Problem
from engine.protocol.repairs import Repair
from gui.state.choice_step import ONE_GESTURE
from gui.state.project import Project
from gui.state.project_file import Choices, ProjectFile, RunNotes
from gui.state.toml_file import read_toml, write_toml
from gui.state.workspace import Workspace
from tests.gui.new_projects import made
from tests.gui.recorded_events import table
from tests.gui.sample_facts import CATALOG, checked


@pytest.fixture
def ready(project: Project) -> Project:
    """The project with a catalog: default method chosen."""
    project.use_catalog(CATALOG)
    return project


def _on_disk(project: Project) -> ProjectFile:
    return read_toml(project.folder / "project.toml", ProjectFile)


def test_a_sample_project_has_everything_to_start(ready: Project) -> None:
    draft = ready.draft
    assert draft is not None
    assert draft.method == "thaw_top"  # the one tagged as default
    assert Path(draft.data.path) == ready.folder / "data" / "posts.csv"
    assert Path(draft.data.path).stat().st_size > 100_000
    assert draft.data.columns == {"text": "text", "label": "mood"}
    assert draft.settings == {}
    assert _on_disk(ready).choices.data == ready.choices.data
    assert ready.choices.data is not None
    assert ready.choices.data.path == "data/posts.csv"  # so the folder can be moved


def test_each_choice_is_in_the_file_at_once(ready: Project, qtbot: QtBot) -> None:
    for method in ("low_rank", "thaw_all"):
        with qtbot.waitSignals([ready.saved, ready.draft_changed]):
            ready.set_method(method)
        assert _on_disk(ready).choices.method == method


def test_settings_and_layers_belong_to_their_method(ready: Project) -> None:
    ready.set_layers({"block.3": True, "block.4": False})
    ready.set_method("low_rank")
    ready.set_settings({"rank": 4, "epochs": 5})
    draft = ready.draft
    assert draft is not None
    assert draft.layers == {}
    assert draft.settings == {"rank": 4, "epochs": 5}
    assert ready.is_edited("thaw_top")
    assert not ready.is_edited("low_rank")
    ready.set_method("thaw_top")
    assert ready.settings == {}
    assert ready.layers == {"block.3": True, "block.4": False}
    ready.reset_layers()
    assert not ready.is_edited("thaw_top")


def test_a_recommended_value_is_no_change(ready: Project) -> None:
    assert ready.recommended["epochs"] == 3
    ready.set_setting("epochs", 7)
    assert ready.settings == {"epochs": 7}
    ready.set_setting("epochs", 3)
    assert ready.settings == {}
    ready.set_settings({"epochs": 7, "batch_size": 8})
    ready.reset_settings()
    assert ready.settings == {}


def test_undo_and_redo_bring_back_choice_and_file(ready: Project) -> None:
    ready.set_method("low_rank")
    ready.change_split(SplitConfig(validation=0.2, test=0.1, seed=3), None)
    assert ready.undo_stack.undoText() == "Change the split"
    ready.undo_stack.undo()
    assert ready.data is not None
    assert ready.data.split == SplitConfig()
    ready.undo_stack.undo()
    assert ready.method == "thaw_top"
    assert _on_disk(ready).choices.method == "thaw_top"
    ready.undo_stack.redo()
    ready.undo_stack.redo()
    assert ready.method == "low_rank"
    assert ready.data.split.seed == 3
    assert _on_disk(ready).choices == ready.choices


def test_undo_leaves_what_was_filled_in_meanwhile(workspace: Workspace, tmp_path: Path) -> None:
    source = tmp_path / "posts.csv"
    source.write_text("text,mood\na,b\n")
    project = made(workspace, source)
    project.change_split(SplitConfig(), 64)
    project.use_catalog(CATALOG)
    project.take_table(table())
    project.set_seed(7)
    project.undo_stack.undo()
    assert project.draft is not None
    assert project.draft.method == "thaw_top"
    assert project.draft.task == CATALOG.tasks[0].id
    assert project.draft.data.columns == {"text": "text", "label": "mood"}


def test_turning_a_wheel_is_one_step(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for epochs in (4, 5, 6, 7):
        ready.set_setting("epochs", epochs)
    assert ready.undo_stack.count() == 1
    now = ready.undo_stack.command(0).time  # type: ignore[attr-defined]  # a ChoiceStep
    monkeypatch.setattr("gui.state.choice_step.time.monotonic", lambda: now + ONE_GESTURE + 0.1)
    ready.set_setting("epochs", 8)
    assert ready.undo_stack.count() == 2
    ready.undo_stack.undo()
    assert ready.settings == {"epochs": 7}
    ready.undo_stack.undo()
    assert ready.settings == {}


def test_painting_layers_keeps_each_gesture_apart(ready: Project) -> None:
    ready.set_layers({"block.1": True})
    ready.set_layers({"block.1": False})
    assert ready.undo_stack.count() == 2


def test_a_choice_that_cannot_be_written_is_kept_and_said(
    ready: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (ready.folder / "project.toml").read_bytes()

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    failed: list[Problem] = []
    ready.save_failed.connect(failed.append)
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.replace", no_space)
        ready.set_method("low_rank")
    (problem,) = failed
    assert problem.code == "project_not_saved"
    assert "No space left on device" in problem.reason
    saved = [ready.is_saved]
    assert ready.method == "low_rank"
    assert (ready.folder / "project.toml").read_bytes() == before  # whole, as it was
    assert sorted(path.name for path in ready.folder.iterdir()) == ["data", "project.toml", "runs"]
    ready.save()
    assert [*saved, ready.is_saved] == [False, True]
    assert _on_disk(ready).choices.method == "low_rank"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="a folder that forbids writing")
def test_a_folder_that_forbids_writing_is_said(ready: Project, qtbot: QtBot) -> None:
    ready.folder.chmod(0o500)
    try:
        with qtbot.waitSignal(ready.save_failed):
            ready.set_method("low_rank")
    finally:
        ready.folder.chmod(0o700)


def test_columns_are_guessed_only_where_none_were_chosen(ready: Project) -> None:
    ready.set_columns({"text": "mood", "label": "text"})
    ready.take_table(table())
    assert ready.data is not None
    assert ready.data.columns == {"text": "mood", "label": "text"}


def _table(*names: str, part_column: str = "") -> TableFacts:
    """Returns another table of the same file: another sheet of it."""
    columns = tuple(ColumnFacts(name=name, role="", reason="") for name in names)
    return msgspec.structs.replace(table(), columns=columns, part_column=part_column)


def _split(project: Project) -> SplitConfig:
    assert project.data is not None
    return project.data.split


def test_columns_of_the_split_go_where_another_sheet_does_not_have_them(ready: Project) -> None:
    chosen = SplitConfig(test=0.2, group_column="author", time_column="date")
    ready.change_split(chosen, None)
    ready.set_reading({"sheet": "Spring"})
    ready.take_table(_table("text", "mood", "author"))
    assert _split(ready) == SplitConfig(test=0.2, group_column="author")
    assert _on_disk(ready).choices.data is not None
    ready.undo_stack.undo()
    assert _split(ready) == chosen


def test_a_task_that_was_guessed_is_guessed_anew_for_another_sheet(ready: Project) -> None:
    ready.take_table(table())
    assert ready.table is not None
    guessed = ready.table.task
    ready.set_task(guessed)
    other = msgspec.structs.replace(table(), task="token_classification")
    ready.set_reading({"sheet": "Spring"})
    ready.take_table(other)
    assert ready.task == _on_disk(ready).choices.task == "token_classification"
    ready.undo_stack.undo()
    assert ready.task == guessed
    ready.take_table(table())
    chosen = "masked_language_modelling"
    ready.set_task(chosen)  # by the person: no sheet changes that
    ready.set_reading({"sheet": "Spring"})
    ready.take_table(other)
    assert ready.task == chosen


def test_a_part_column_that_another_sheet_has_is_used(ready: Project) -> None:
    ready.change_split(SplitConfig(part_column="part"), None)
    ready.set_reading({"header_row": 2})
    ready.take_table(_table("text", "mood", "set", part_column="set"))
    assert _split(ready) == SplitConfig(part_column="set")
    ready.set_reading({"header_row": 3})
    ready.take_table(_table("text", "mood"))
    assert _split(ready) == SplitConfig()
    ready.set_reading({"delimiter": ";"})
    ready.take_table(_table("text", "mood", "split", part_column="split"))
    assert _split(ready) == SplitConfig(part_column="split")


@pytest.mark.parametrize(
    "chosen",
    [
        SplitConfig(time_column="date"),
        SplitConfig(part_column=""),
        SplitConfig(folds=5, fold=2),
        SplitConfig(group_column="date"),
    ],
)
def test_a_part_column_that_is_found_takes_the_place_of_no_choice(
    ready: Project, chosen: SplitConfig
) -> None:
    ready.change_split(chosen, None)
    ready.set_reading({"sheet": "Spring"})
    ready.take_table(_table("text", "mood", "date", "split", part_column="split"))
    assert _split(ready) == chosen


def test_a_column_that_is_gone_from_the_file_stays_chosen(ready: Project) -> None:
    # The file was changed beside Thaw: that is told as a problem, and nothing is dropped in silence.
    ready.change_split(SplitConfig(group_column="author"), None)
    ready.take_table(_table("text", "mood"))
    assert _split(ready) == SplitConfig(group_column="author")


def test_another_task_finds_its_own_columns_and_undo_brings_both_back(ready: Project) -> None:
    pairs = {"source": "message", "target": "kind"}
    ready.take_table(msgspec.structs.replace(table(), guesses={"pairs": pairs}))
    before, chosen = ready.task, dict(ready.data.columns)
    ready.set_task("pairs")
    assert (ready.task, ready.data.columns) == ("pairs", pairs)
    ready.undo_stack.undo()
    assert (ready.task, ready.data.columns) == (before, chosen)


def test_a_check_counts_only_for_the_draft_it_was_about(ready: Project) -> None:
    draft = ready.draft
    assert draft is not None
    states = [ready.is_checked]
    ready.take_checked(checked(), draft)
    states.append(ready.is_checked)
    ready.set_method("low_rank")
    states.append(ready.is_checked)
    assert states == [False, True, False]
    assert ready.checked is not None  # the last numbers stay until the new ones are there


def test_renaming_keeps_the_folder(ready: Project, qtbot: QtBot) -> None:
    folder = ready.folder
    with qtbot.waitSignal(ready.name_changed):
        ready.rename("  Mood of posts ")
    assert ready.name == _on_disk(ready).name == "Mood of posts"
    assert ready.folder == folder


_words = st.text(max_size=12)
_notes = st.builds(RunNotes, name=_words, note=_words, color=st.integers(0, 8), checked=st.booleans())
_values = st.one_of(st.booleans(), st.integers(-(2**62), 2**62), st.floats(allow_nan=False), _words)
_choices = st.builds(
    Choices,
    task=_words,
    method=_words,
    settings=st.dictionaries(_words, st.dictionaries(_words, _values, max_size=3), max_size=3),
    layers=st.dictionaries(_words, st.dictionaries(_words, st.booleans(), max_size=3), max_size=2),
    watch=st.tuples(_words, _words),
)


@settings(deadline=None)
@given(name=_words, choices=_choices, runs=st.dictionaries(_words, _notes, max_size=3))
def test_whatever_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, name: str, choices: Choices, runs: dict[str, RunNotes]
) -> None:
    file = tmp_path_factory.mktemp("toml") / "project.toml"
    contents = ProjectFile(name=name, choices=choices, runs=runs)
    write_toml(file, contents)
    assert read_toml(file, ProjectFile) == contents


def test_repairs_are_steps_and_those_by_hand_join(ready: Project) -> None:
    rule = Repair(kind="remove_duplicates", columns=("text",))
    ready.add_repair(rule)
    ready.add_repair(Repair(kind="change_cells", columns=("text",), values={"3": "a"}))
    ready.add_repair(Repair(kind="change_cells", columns=("text",), values={"3": "b", "4": "c"}))
    ready.add_repair(Repair(kind="remove_rows", rows=(9, 2)))
    ready.add_repair(Repair(kind="remove_rows", rows=(5,)))
    by_hand = Repair(kind="change_cells", columns=("text",), values={"3": "b", "4": "c"})
    assert ready.repairs == (rule, by_hand, Repair(kind="remove_rows", rows=(2, 5, 9)))
    assert _on_disk(ready).choices == ready.choices
    ready.take_repair_back(1)
    assert ready.repairs == (rule, Repair(kind="remove_rows", rows=(2, 5, 9)))
    for _ in range(2):
        ready.undo_stack.undo()
    assert ready.repairs[-1].rows == (9, 2)
    ready.set_reading({"sheet": "other"})
    assert ready.repairs == ()  # its rows are other ones
    ready.undo_stack.undo()
    assert len(ready.repairs) == 3


def test_a_model_that_can_do_the_task_is_taken_until_one_is_chosen(ready: Project) -> None:
    first, task = CATALOG.models[0], CATALOG.tasks[0]
    reader = msgspec.structs.replace(first, networks=(task.network,))
    writer = msgspec.structs.replace(first, id="writer", networks=("writing",))
    rewrite = msgspec.structs.replace(task, id="rewrite", network="writing")
    ready.use_catalog(msgspec.structs.replace(CATALOG, models=(reader, writer), tasks=(task, rewrite)))
    ready.set_task(task.id)
    assert ready.draft is not None
    assert ready.draft.model == first.id
    ready.set_layers({"block.1": True})
    ready.set_task("rewrite")
    assert (ready.draft.model, ready.layers) == ("writer", {})  # the layers were the other model's
    ready.set_model(first.id)
    assert ready.draft.model == first.id  # the person's own choice stands
