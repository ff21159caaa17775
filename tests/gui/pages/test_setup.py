"""The Setup page over a fake engine: what it shows, what gestures do to the project, how a run starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QScrollArea
from pytestqt.qtbot import QtBot

from engine.protocol.check_problems import nothing_to_train, rows_known_already, takes_long, too_large
from engine.protocol.commands import CheckRun, DownloadModel, InspectModel, PreviewMethods, PreviewNoise
from engine.protocol.hub_problems import model_not_here
from engine.protocol.problems import Action, Problem
from engine.protocol.settings_problems import setting_out_of_range
from engine.protocol.stack import Fit
from gui.pages.setup import PAGE, SetupPage
from gui.state.layers_by_hand import thaw_line_pattern
from gui.state.page_context import PageContext
from gui.widgets.buttons import Button
from gui.widgets.model_row import ModelRow
from gui.widgets.setting_row import SettingRow
from tests.gui.fake_engine import FakeClient
from tests.gui.recorded_downloads import CACHED, FOUND
from tests.gui.sample_facts import TRAINING_FIELDS, block_ids, checked_for, freeze_stack, run_config


@pytest.fixture
def page(qtbot: QtBot, context: PageContext) -> SetupPage:
    """The page of a project whose draft was checked."""
    made = SetupPage(context)
    qtbot.addWidget(made)
    made.resize(1364, 808)
    made.show()
    qtbot.waitUntil(lambda: context.project.is_checked and bool(context.project.previews), timeout=5000)
    return made


def wait_checked(qtbot: QtBot, page: SetupPage) -> None:
    project = page._project
    qtbot.waitUntil(lambda: project.is_checked, timeout=5000)


def click_block(qtbot: QtBot, page: SetupPage, layer: str) -> None:
    layer_map = page.map_card.map
    rect = layer_map.row_rect(layer_map.shown.row_of(layer))
    spot = QPoint(rect.left() + 60, rect.center().y())
    qtbot.mouseClick(layer_map, Qt.MouseButton.LeftButton, pos=spot)


def thawed(page: SetupPage) -> list[str]:
    return [row.id for row in page.map_card.map.shown.rows if row.trainable]


def say(page: SetupPage, *problems: Problem, fit: Fit = Fit.FITS) -> None:
    """Lets the engine say something about the draft as it stands."""
    project = page._project
    assert project.draft is not None
    answer = checked_for(project.draft)
    assert answer.estimate is not None
    project.take_checked(
        replace(answer, problems=problems, estimate=replace(answer.estimate, fit=fit)), project.draft
    )


def test_it_shows_the_default_method_with_its_estimate_and_verdict(page: SetupPage) -> None:
    assert page._project.method == "thaw_top"
    assert page.methods.chosen == "thaw_top"
    assert thawed(page) == ["block.4", "block.5", "block.6", "head"]
    assert page.column.estimate.trainable.text() == "5.32 million"
    assert page.column.verdict.corners.chosen_corner == "Both"
    assert len(page.column.verdict.corners.preset_places()) == 4
    assert page.map_card.model.text() == "MiniLM, 6 blocks"
    assert page.primary_button() is page.start
    assert page.start.isEnabled()
    assert page.start.kind == "primary"


def test_choosing_a_method_sets_the_map(qtbot: QtBot, page: SetupPage) -> None:
    page.methods.method_chosen.emit("low_rank")
    assert page.map_card.map.shown.has_inserts  # at once, from the preview
    wait_checked(qtbot, page)
    assert page.column.estimate.trainable.text() == "74 thousand"
    assert page.column.verdict.corners.chosen_corner == "Transfer only"
    page.map_card.undo.click()
    assert page._project.method == "thaw_top"
    page.map_card.redo.click()
    assert page._project.method == "low_rank"


def test_a_click_on_a_block_thaws_it_by_hand(qtbot: QtBot, page: SetupPage) -> None:
    click_block(qtbot, page, "block.2")
    assert page._project.layers == {"block.2": True}
    assert thawed(page) == ["block.2", "block.4", "block.5", "block.6", "head"]
    wait_checked(qtbot, page)
    assert page.column.estimate.trainable.text() == "7.10 million"
    row = page.methods.model().index(page.methods._model.place_of("thaw_top"), 0)
    assert row.data(Qt.ItemDataRole.AccessibleTextRole) == "Freeze lower layers, edited · 31.5 % trainable"
    page.map_card.undo.click()
    assert page._project.layers == {}
    wait_checked(qtbot, page)
    assert thawed(page) == ["block.4", "block.5", "block.6", "head"]


def test_where_a_method_has_no_layers_to_set_another_takes_over_in_one_step(
    qtbot: QtBot, page: SetupPage
) -> None:
    project = page._project
    project.set_method("low_rank")
    wait_checked(qtbot, page)
    steps = project.undo_stack.count()
    click_block(qtbot, page, "block.5")
    assert project.method == "thaw_top"
    assert project.layers == {
        "embeddings": False,
        **dict.fromkeys(block_ids(), False),
        "block.5": True,
    }
    assert project.undo_stack.count() == steps + 1
    assert page.map_card.notice.isVisible()
    assert page.map_card._notice_words.text() == (
        "LoRA sets the layers itself. The method is now Freeze lower layers, with your layers."
    )
    wait_checked(qtbot, page)
    assert page.map_card.notice.isVisible()  # the engine's answer does not take it away
    qtbot.mouseClick(page.map_card._notice_undo, Qt.MouseButton.LeftButton)
    assert project.method == "low_rank"
    assert not page.map_card.notice.isVisible()
    assert page.map_card.map.shown.has_inserts


def test_the_thaw_line_sets_every_layer(qtbot: QtBot, page: SetupPage) -> None:
    page.map_card.map.thaw_line_requested.emit(6)
    assert page._project.layers == thaw_line_pattern(freeze_stack(), 6)
    assert thawed(page) == ["block.6", "head"]
    page.map_card.freeze_all.click()
    assert thawed(page) == ["head"]
    page.map_card.thaw_all.click()
    assert thawed(page) == ["embeddings", *block_ids(), "head"]


def test_a_dot_of_the_four_corners_chooses_its_method(page: SetupPage) -> None:
    page.column.method_chosen.emit("hourglasses")
    assert page._project.method == "hourglasses"


def test_layers_by_hand_can_be_given_back_to_the_method(qtbot: QtBot, page: SetupPage) -> None:
    click_block(qtbot, page, "block.1")
    page.methods.reset_requested.emit()
    assert page._project.layers == {}


def test_settings_change_the_draft_and_the_words_on_the_button(qtbot: QtBot, page: SetupPage) -> None:
    assert page.settings_button._note == "Recommended"
    page.settings_button.click()
    assert page.sheet.isVisible()
    assert page.sheet.geometry().right() == page.width() - 24 - 1
    page.sheet.setting_changed.emit("epochs", 5)
    assert page._project.settings == {"epochs": 5}
    assert page.settings_button._note == "1 changed"
    page.sheet._reset.click()
    assert page._project.settings == {}
    page.settings_button.click()
    assert not page.sheet.isVisible()


def test_start_starts_the_draft_and_turns_to_train(
    qtbot: QtBot, page: SetupPage, context: PageContext
) -> None:
    draft = context.project.draft
    with qtbot.waitSignal(page.go_requested, timeout=2000) as heard:
        qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    assert heard.args == ["train"]
    assert [run.config for run in context.runs.runs] == [draft]
    assert PAGE.complete(context.opened)  # type: ignore[arg-type]  # the fixture opened one


def test_an_error_takes_the_dark_button_over(qtbot: QtBot, page: SetupPage, context: PageContext) -> None:
    repair = Action(id="use_method", label="Use LoRA", arguments={"method": "low_rank"})
    say(page, replace(nothing_to_train(method="Freeze lower layers"), actions=(repair,)))
    assert page.banner.isVisible()
    assert page.banner.title_text() == "Nothing would be trained"
    assert page.start.kind == "secondary"
    with qtbot.assertNotEmitted(page.go_requested):
        page.start.click()
    assert context.runs.runs == []
    say(page)
    assert not page.banner.isVisible()
    assert page.start.kind == "primary"


def test_a_doubt_is_asked_about_only_at_the_start(
    qtbot: QtBot, page: SetupPage, context: PageContext
) -> None:
    doubt = too_large(memory=9_400_000_000, free=5_100_000_000, light=("low_rank", "LoRA"))
    say(page, doubt, fit=Fit.TOO_LARGE)
    assert page.column.estimate.chip.text() == "Too large"
    assert not page.banner.isVisible()
    assert page.start.isEnabled()
    page.start.click()
    assert page.banner.problem == doubt
    assert context.runs.runs == []
    page.banner.action_chosen.emit(doubt.actions[-1])  # Train anyway
    assert len(context.runs.runs) == 1
    assert not page.banner.isVisible()


def test_a_note_is_read_and_closed_and_does_not_come_back(qtbot: QtBot, page: SetupPage) -> None:
    note, doubt = rows_known_already(model="Small writer"), too_large(memory=9, free=5, light=None)
    say(page, note, fit=Fit.FITS)
    assert page.banner.problem == note
    page.banner._dismiss()
    say(page, note, doubt)
    assert page.banner.problem is None
    assert page.start.isEnabled()
    error = nothing_to_train(method="By hand")
    say(page, note, error)
    assert page.banner.problem == error


def test_the_repair_of_a_doubt_changes_the_method(qtbot: QtBot, page: SetupPage) -> None:
    doubt = takes_long(seconds=2400, has_accelerator=False, light=("low_rank", "LoRA"), light_seconds=540)
    say(page, doubt)
    page.start.click()
    page.banner.action_chosen.emit(doubt.actions[0])
    assert page._project.method == "low_rank"
    wait_checked(qtbot, page)
    assert not page.banner.isVisible()


def test_other_repairs(qtbot: QtBot, page: SetupPage) -> None:
    smaller = {"batch_size": "8", "epochs": "2"}
    page.banner.action_chosen.emit(Action(id="set_settings", label="Smaller", arguments=smaller))
    assert page._project.settings == {"batch_size": 8, "epochs": 2}
    page.banner.action_chosen.emit(Action(id="change_settings", label="", arguments={"setting": "schedule"}))
    assert page.sheet.form.rows["schedule"].isVisible()
    page._project.set_model("/somewhere/else")
    page.banner.action_chosen.emit(Action(id="use_built_in_model", label="Use the built-in model"))
    assert page._project.choices.model == "minilm"
    with qtbot.waitSignal(page.go_requested, timeout=1000) as heard:
        page.banner.action_chosen.emit(Action(id="choose_column", label="Choose the column"))
    assert heard.args == ["data"]


def test_a_setting_that_the_engine_refuses_is_said_below_its_field(page: SetupPage) -> None:
    say(page, setting_out_of_range(TRAINING_FIELDS[0], 0))
    row: SettingRow = page.sheet.form.rows["epochs"]
    assert row.error
    assert page.banner.isVisible()


def test_an_estimate_that_is_out_of_date_gives_way_to_dots(
    qtbot: QtBot, page: SetupPage, fake_clients: list[FakeClient]
) -> None:
    for client in fake_clients:
        client._paused = True  # nobody answers any more
    page._project.set_setting("epochs", 7)
    assert page.column.estimate.trainable.text() == "5.32 million"
    qtbot.waitUntil(lambda: page.column.estimate.trainable.text() == "…", timeout=3000)
    assert page.column.verdict.transfer.answer is None


def test_the_layout_follows_the_window(page: SetupPage, context: PageContext) -> None:
    assert page.methods.width() == 260
    assert page.column.estimate.width() == 326
    assert page.column.width() == 326 + page.column.gutter
    assert not page.column.methods.isVisible()
    context.layout.fit(1366, 688)
    assert (page.methods.width(), page.column.estimate.width()) == (230, 292)
    context.layout.fit(960, 520)
    page.resize(892, 432)
    assert not page.methods.isVisible()
    assert page.column.methods.isVisible()
    assert page.column.estimate.isVisible()
    assert not page.column.verdict.isVisible()
    page.column.tabs.chosen.emit("verdict")
    assert page.column.tabs.current() == "estimate"  # a wish only; the tab itself was not pressed
    page.column.show_tab("verdict")
    assert page.column.verdict.isVisible()
    assert page.minimumSizeHint().width() <= 892
    assert page.minimumSizeHint().height() <= 432


def test_the_page_fits_every_layout(page: SetupPage, context: PageContext) -> None:
    for width, height, rail, bars in ((1400, 760, 76, 92), (1200, 640, 68, 88), (960, 520, 68, 88)):
        context.layout.fit(width, height)
        least = page.minimumSizeHint()
        assert least.width() <= width - rail
        assert least.height() <= height - bars


def model_row(page: SetupPage, model: str) -> ModelRow:
    row = page.models.row_of(model)
    assert row is not None
    return row


def open_models(qtbot: QtBot, page: SetupPage) -> None:
    """Clicks the model's name and waits for the list."""
    with qtbot.waitSignal(page._shelf.listed):
        page.map_card.model.click()
    assert page.models.isVisible()


def test_another_model_is_chosen_checked_and_taken_back(
    qtbot: QtBot, page: SetupPage, context: PageContext, fake_clients: list[FakeClient]
) -> None:
    project = context.project
    open_models(qtbot, page)
    assert model_row(page, "minilm").isChecked()
    model_row(page, CACHED[0].id).click()
    assert not page.models.isVisible()
    assert project.choices.model == CACHED[0].id
    wait_checked(qtbot, page)
    about = {type(command) for command in fake_clients[0].commands if CACHED[0].id in repr(command)}
    assert about == {InspectModel, PreviewMethods, CheckRun}
    page.map_card.undo.click()
    assert project.draft is not None
    assert project.draft.model == "minilm"
    open_models(qtbot, page)
    assert model_row(page, "minilm").isChecked()


def test_a_folder_is_chosen_and_stands_in_the_list(
    qtbot: QtBot, page: SetupPage, context: PageContext, tmp_path: Path
) -> None:
    open_models(qtbot, page)
    button = page.models.findChild(Button, "choose_model_folder_button")
    assert button is not None
    button.click()
    dialog = page.findChild(QFileDialog, "choose_model_folder")
    assert dialog is not None
    with qtbot.waitSignal(context.project.model_changed, timeout=2000):
        dialog.fileSelected.emit(str(tmp_path))
    dialog.reject()
    assert context.project.choices.model == str(tmp_path)
    with qtbot.waitSignal(page._shelf.listed):
        page._shelf.refresh()
    assert model_row(page, str(tmp_path)).isChecked()


def test_a_model_that_is_not_here_is_fetched_from_the_banner(
    qtbot: QtBot, page: SetupPage, context: PageContext, fake_clients: list[FakeClient]
) -> None:
    wanted = FOUND[0].id
    context.project.set_model(wanted)
    wait_checked(qtbot, page)
    context.project.take_model(None, model_not_here(name=wanted, offline=False))
    assert page.map_card.model.text() == "distilbert-base-uncased"
    action = page.banner.findChild(Button, "action_download_model")
    assert action is not None
    with qtbot.waitSignal(page._shelf.chosen_arrived):
        action.click()
        assert page.models.isVisible()
        assert not model_row(page, wanted).cancel.isHidden()
    assert DownloadModel in {type(command) for command in fake_clients[0].commands}
    qtbot.waitUntil(lambda: context.project.model_problem is None)  # it was read again


def test_without_data_the_page_is_not_offered(context: PageContext) -> None:
    assert context.opened is not None
    assert PAGE.unavailable(context.opened) == ""
    assert PAGE.id == "setup"
    assert run_config().method == "thaw_top"


def test_an_entry_that_is_wrong_or_unfinished_holds_the_start_back(qtbot: QtBot, page: SetupPage) -> None:
    project, row = page._project, page.sheet.form.rows["epochs"]
    assert isinstance(row.control, QLineEdit)
    started: list[str] = []
    page.go_requested.connect(started.append)
    page.sheet.open_sheet("epochs")
    row.control.selectAll()
    qtbot.keyClicks(row.control, "0")
    page.sheet.close_sheet()
    assert page.start.toolTip() == "Epochs: Use a whole number from 1 to 100 epochs."
    page.start.click()
    assert page.sheet.isVisible()
    assert page.focusWidget() is row.control
    row.control.selectAll()
    qtbot.keyClicks(row.control, "12")
    page.start_training(anyway=True)
    assert row.error == "Press Enter to use 12."
    assert started == []
    assert project.settings == {}
    qtbot.keyClick(row.control, Qt.Key.Key_Return)
    assert project.settings == {"epochs": 12}
    assert page.start.toolTip() == "Start training (Ctrl Enter)"
    wait_checked(qtbot, page)
    page.start.click()
    assert started == ["train"]


def test_the_noise_lab_shows_the_persons_texts_and_sets_what_every_method_learns_from(
    page: SetupPage, qtbot: QtBot, context: PageContext, fake_clients: list[FakeClient]
) -> None:
    page._header.noise.click()
    assert page.noise.isVisible()
    qtbot.waitUntil(lambda: page.noise.preview.texts[0].isVisible())
    assert page.noise.preview.texts[0].colors == [1, 2]
    page.noise.setting_changed.emit("train_on", "mix")
    page.noise.setting_changed.emit("noise_share", 0.2)
    assert page._header.noise.accessibleName() == "Noise: A mix, 20 %"
    assert page.settings_button._note == "Recommended"  # noise is a choice of its own
    asked = [one for client in fake_clients for one in client.commands if isinstance(one, PreviewNoise)]
    qtbot.waitUntil(lambda: isinstance(fake_clients[0].commands[-1], PreviewNoise) or len(asked) > 1)
    context.project.set_method("low_rank")
    assert context.project.draft is not None
    assert context.project.draft.settings == {"train_on": "mix", "noise_share": 0.2}
    page.settings_button.click()
    assert page.sheet.isVisible()
    assert not page.noise.isVisible()
    assert "train_on" not in page.sheet.form.rows
    page.show_entry("noise_seed")
    assert page.noise.isVisible()
    assert not page.sheet.isVisible()


def test_an_open_sheet_lies_below_the_note_and_over_the_right_column_alone(
    qtbot: QtBot, page: SetupPage, context: PageContext
) -> None:
    context.layout.fit(1366, 688)
    page.resize(1298, 600)
    say(page, too_large(memory=8 * 2**30, free=2**30, light=None))
    page.start.click()
    assert page.banner.isVisible()
    page.settings_button.click()
    qtbot.waitUntil(lambda: page.map_card.geometry().right() < page.sheet.geometry().left())
    edge = page.banner.rect().bottomLeft()
    qtbot.waitUntil(lambda: page.sheet.geometry().top() > page.banner.mapTo(page, edge).y())
    assert page.sheet.geometry().right() == page.banner.mapTo(page, page.banner.rect().topRight()).x()
    assert page.minimumSizeHint().width() <= 1298
    page.sheet.close_sheet()
    assert page.column.estimate.width() == 292


def test_the_right_column_keeps_its_width_when_it_begins_to_scroll(qtbot: QtBot, page: SetupPage) -> None:
    before = page.column.estimate.geometry().width()
    bar = page.column.findChild(QScrollArea).verticalScrollBar()  # type: ignore[union-attr]  # it is there
    assert not bar.isVisible()
    page.resize(1364, 420)
    qtbot.waitUntil(bar.isVisible)
    assert page.column.estimate.geometry().width() == before == 326
    right = page.column.estimate.mapTo(page, page.column.estimate.rect().topRight()).x()
    assert right == page.start.mapTo(page, page.start.rect().topRight()).x()
