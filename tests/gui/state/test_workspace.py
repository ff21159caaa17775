"""Making and opening projects, and what is wrong when that fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.protocol.config import SplitConfig
from engine.protocol.folder_files import files_in, what_is_read
from gui.state.preferences import PREFERENCES_FILE, Preferences, ThemeChoice
from gui.state.project import Project
from gui.state.project_file import Summary
from gui.state.workspace import ProjectError, Workspace
from tests.gui.new_projects import filled, made


def test_samples_are_there_and_their_files_too(workspace: Workspace) -> None:
    assert workspace.samples[0].id == "posts"
    for sample in workspace.samples:
        project = workspace.create_from_sample(sample)
        assert project.data is not None
        assert Path(project.data.path).stat().st_size > 0
        assert (project.task, project.choices.model) == (sample.task, sample.model)


def test_two_projects_of_one_sample_have_folders_of_their_own(workspace: Workspace) -> None:
    first = workspace.create_from_sample(workspace.samples[0])
    second = workspace.create_from_sample(workspace.samples[0])
    assert first.folder.name == "Happy or upset"  # "?" is not allowed everywhere
    assert second.folder.name == "Happy or upset 2"
    assert (first.name, second.name) == ("Happy or upset?", "Happy or upset? 2")
    assert [entry.folder for entry in workspace.recent] == [second.folder, first.folder]


def test_a_persons_file_is_copied_and_never_touched(workspace: Workspace, tmp_path: Path) -> None:
    source = tmp_path / "reviews.csv"
    source.write_text("text,stars\nfine,4\n")
    project = made(workspace, source)
    assert project.name == "reviews"
    assert project.data is not None
    assert Path(project.data.path) == project.folder / "data" / "reviews.csv"
    assert source.read_text() == Path(project.data.path).read_text()
    assert project.task == ""  # guessed once the file is read


def test_a_project_comes_back_as_it_was_left(workspace: Workspace) -> None:
    project = workspace.create_from_sample(workspace.samples[0])
    project.set_method("low_rank")
    project.set_settings({"rank": 4, "learning_rate": 2e-5, "schedule": "cosine", "use_dora": True})
    project.change_split(SplitConfig(), 128)
    project.set_summary(Summary(runs=2, metric="F1", best=0.883, method="low_rank", run="best"))
    again = workspace.open(project.folder / "project.toml")
    assert again.choices == project.choices
    assert again.sample == workspace.samples[0]
    assert again.settings == {"rank": 4, "learning_rate": 2e-5, "schedule": "cosine", "use_dora": True}
    assert workspace.recent[0].summary.best == 0.883


def test_what_is_not_there_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    before = sorted(workspace.folder.glob("*"))
    with pytest.raises(ProjectError) as refused:
        made(workspace, tmp_path / "gone.csv")
    assert refused.value.problem.code == "cannot_use_file"
    assert "not there" in refused.value.problem.reason
    assert sorted(workspace.folder.glob("*")) == before


def test_of_a_folder_the_texts_are_copied(workspace: Workspace, tmp_path: Path) -> None:
    for name in ("glad/1.txt", "glad/film.mp4", "sad/1.txt", "sad/.hidden.txt", "notes.md"):
        (tmp_path / "letters" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "letters" / name).write_text(name)
    project = made(workspace, tmp_path / "letters")
    assert (project.name, project.data is not None) == ("letters", True)
    copied = project.folder / "data" / "letters"
    found = {path.relative_to(copied).as_posix() for path in copied.rglob("*") if path.is_file()}
    assert found == {"glad/1.txt", "sad/1.txt", "notes.md"}


def test_the_parts_of_a_split_are_copied(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    for name in ("train.csv", "test.csv", "model.bin"):
        (tmp_path / "posts" / name).write_text("text,label\na,b\n")
    project = made(workspace, tmp_path / "posts")
    copied = project.folder / "data" / "posts"
    assert sorted(path.name for path in copied.iterdir()) == ["test.csv", "train.csv"]


def test_the_only_file_of_a_folder_is_copied(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "rows.csv").write_text("text,label\na,b\n")
    project = made(workspace, tmp_path / "export")
    assert [path.name for path in (project.folder / "data" / "export").iterdir()] == ["rows.csv"]


@pytest.mark.parametrize(
    "names",
    [
        ("a.txt", "b.pdf"),
        ("train.csv", "README.txt"),
        ("glad/1.txt", "sad/1.txt", ".git/x.txt", "__MACOSX/1.txt", "README.md", "glad/film.mp4"),
        ("corpus.en", "corpus.de", ".DS_Store"),
    ],
)
def test_of_a_folder_exactly_what_is_read_is_copied(
    workspace: Workspace, tmp_path: Path, names: tuple[str, ...]
) -> None:
    folder = tmp_path / "mine"
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / "linked").symlink_to(folder)
    project = made(workspace, folder)
    copied = project.folder / "data" / "mine"
    reading = what_is_read(files_in(folder).names)
    found = {path.relative_to(copied).as_posix() for path in copied.rglob("*") if path.is_file()}
    assert found == {*reading.names}
    assert what_is_read(files_in(copied).names).kind is reading.kind


def test_a_full_disk_leaves_nothing_behind(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "reviews.csv"
    source.write_text("text,stars\nfine,4\n")

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", no_space)
    with pytest.raises(ProjectError) as refused:
        made(workspace, source)
    assert refused.value.problem.code == "project_not_made"
    assert "No space left on device" in refused.value.problem.reason
    assert not (workspace.folder / "reviews").exists()


def test_folders_that_are_no_projects_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as refused:
        workspace.open(tmp_path)
    assert refused.value.problem.code == "no_such_project"
    (tmp_path / "project.toml").write_bytes(b"\xff\xfe name = 3")
    with pytest.raises(ProjectError) as refused:
        workspace.open(tmp_path)
    assert refused.value.problem.code == "unreadable_project"
    (tmp_path / "project.toml").write_text("name = 3")
    with pytest.raises(ProjectError) as refused:
        workspace.open(tmp_path)
    assert "name" in refused.value.problem.reason


def test_projects_that_are_gone_leave_the_list(workspace: Workspace) -> None:
    project = workspace.create_from_sample(workspace.samples[0])
    (project.folder / "project.toml").unlink()
    assert workspace.recent == ()
    workspace.forget(project.folder)
    assert workspace.recent == ()


def test_preferences_come_back(thaw_home: Path) -> None:
    preferences = Preferences()
    preferences.change(theme=ThemeChoice.DARK, geometry=(10, 20, 1440, 900))
    preferences.step_text_size(1)
    again = Preferences()
    assert again.theme is ThemeChoice.DARK
    assert again.values.geometry == (10, 20, 1440, 900)
    assert again.text_size == 1.1
    again.step_text_size(10)
    assert again.text_size == 1.5
    again.step_text_size(0)
    assert again.text_size == 1.0
    assert (thaw_home / ".thaw" / PREFERENCES_FILE).is_file()


def test_broken_preferences_cost_the_preferences_only(thaw_home: Path) -> None:
    (thaw_home / ".thaw").mkdir()
    (thaw_home / ".thaw" / PREFERENCES_FILE).write_text("theme = 'purple'")
    assert Preferences().theme is ThemeChoice.SYSTEM


def test_a_copy_of_a_project_leaves_out_what_is_being_copied_into_it(
    workspace: Workspace, project: Project
) -> None:
    data = Path(project.data.path)
    (data.parent / f".{data.name}.unfinished").write_text("half")
    (data.parent / f".{data.name}.lock").write_text("locked")
    copy = filled(workspace, workspace.copy_of(project))
    assert [file.name for file in (copy / "data").iterdir()] == [data.name]
