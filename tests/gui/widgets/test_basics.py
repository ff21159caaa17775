"""The small widgets say what they show, take the keyboard, and keep their sizes."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.protocol.problems import Action, Problem, Severity
from gui.look.theme import Theme
from gui.widgets.basics import (
    Banner,
    Button,
    Card,
    Chip,
    EmptyState,
    PageHeader,
    Segmented,
    StatTile,
    Step,
    StepList,
    ThemedLabel,
    Toggle,
    label,
)
from gui.widgets.number_field import NumberField


def colours(widget: QWidget) -> set[str]:
    """All colours that a widget paints."""
    image: QImage = widget.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def middle(widget: QWidget, y: int = 4) -> QColor:
    """The colour in the middle of a widget near its top."""
    image = widget.grab().toImage()
    return image.pixelColor(image.width() // 2, y)


# Labels


def test_a_label_breaks_lines_on_the_line_height_of_its_role(theme: Theme, qtbot: QtBot) -> None:
    words = label(theme, "It learned to fill in blanks. You teach it to sort posts.", "body", wrap=True)
    qtbot.addWidget(words)
    lines = words.heightForWidth(120) / theme.line_height("body")
    assert lines == int(lines) >= 3
    assert words.heightForWidth(2000) == theme.line_height("body")
    theme.set_ui_scale(1.5)
    assert words.heightForWidth(3000) == theme.px(18)


def test_strong_words_are_marked_but_not_shown_or_read_with_asterisks(theme: Theme, qtbot: QtBot) -> None:
    words = label(theme, "**Nothing is lost:** epoch 2 is saved.", wrap=True)
    qtbot.addWidget(words)
    plain = label(theme, "Nothing is lost: epoch 2 is saved.", wrap=True)
    qtbot.addWidget(plain)
    assert words.text() == words.accessibleName() == plain.text()
    assert words.sizeHint().width() > plain.sizeHint().width()  # strong letters are wider


def test_a_number_is_never_torn_from_its_unit(theme: Theme, qtbot: QtBot) -> None:
    words = label(theme, "23.6 %", wrap=True)
    qtbot.addWidget(words)
    number = ThemedLabel(theme, "23.6")
    qtbot.addWidget(number)
    assert words.heightForWidth(number.sizeHint().width() + 2) == theme.line_height("body")
    assert words.text() == "23.6 %"


def test_a_cut_label_shows_the_whole_on_hover(theme: Theme, qtbot: QtBot) -> None:
    words = label(theme, "A long name of a project that does not fit", elide=True)
    qtbot.addWidget(words)
    words.resize(80, 18)
    words.grab()
    assert words.toolTip() == words.text()
    words.resize(600, 18)
    words.grab()
    assert words.toolTip() == ""


# Buttons


@pytest.mark.parametrize(
    ("kind", "size", "height"),
    [
        ("primary", "normal", 40),
        ("secondary", "normal", 34),
        ("quiet", "normal", 34),
        ("secondary", "small", 28),
    ],
)
def test_buttons_have_the_heights_of_the_design(
    theme: Theme, qtbot: QtBot, kind: str, size: str, height: int
) -> None:
    button = Button(theme, "Start", kind, size=size)  # type: ignore[arg-type]  # parametrized literals
    qtbot.addWidget(button)
    assert button.sizeHint().height() == height
    assert button.minimumSizeHint() == button.sizeHint()  # words are never cut


def test_the_primary_button_is_ink_in_both_themes(theme: Theme, qtbot: QtBot) -> None:
    button = Button(theme, "Start training", "primary", "play")
    qtbot.addWidget(button)
    assert middle(button) == theme.color("ink")
    theme.set_dark(True)
    assert middle(button) == theme.color("ink")
    button.setEnabled(False)
    assert middle(button) == theme.color("pressed")


def test_a_waiting_button_keeps_its_width_and_takes_no_clicks(theme: Theme, qtbot: QtBot) -> None:
    button = Button(theme, "Start training", "primary", "play")
    qtbot.addWidget(button)
    button.show()
    width = button.sizeHint().width()
    with qtbot.waitSignal(button.clicked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    button.set_busy(True)
    assert button.sizeHint().width() == width
    with qtbot.assertNotEmitted(button.clicked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.keyClick(button, Qt.Key.Key_Space)
    button.set_busy(False)
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, Qt.Key.Key_Space)


def test_a_button_grows_with_its_note_and_icons(theme: Theme, qtbot: QtBot) -> None:
    button = Button(theme, "Training settings")
    qtbot.addWidget(button)
    widths = [button.sizeHint().width()]
    button.set_icon("sliders")
    widths.append(button.sizeHint().width())
    button.set_note("3 changed")
    widths.append(button.sizeHint().width())
    button.set_trailing("down")
    widths.append(button.sizeHint().width())
    assert widths == sorted(set(widths))


# Cards and chips


def test_a_card_has_a_title_a_note_and_room(theme: Theme, qtbot: QtBot) -> None:
    card = Card(theme, "Estimate", "for this computer")
    qtbot.addWidget(card)
    content = QWidget()
    content.setFixedHeight(50)
    card.body.addWidget(content)
    card.resize(300, 200)
    card.show()
    assert card.accessibleName() == "Estimate"
    assert content.mapTo(card, QPoint(0, 0)).x() == theme.px(16)
    assert content.mapTo(card, QPoint(0, 0)).y() >= theme.px(16) + theme.line_height("bodyStrong")
    assert middle(card, 30) == theme.color("surface")


def test_a_chip_says_its_status_in_words_and_colour(theme: Theme, qtbot: QtBot) -> None:
    chip = Chip(theme, "Fits this computer", "check", "ok")
    qtbot.addWidget(chip)
    chip.resize(chip.sizeHint())
    assert middle(chip, 3) == theme.color("okTint")
    chip.set_value("Too large", "alert", "err")
    assert (chip.text(), chip.status, chip.accessibleName()) == ("Too large", "err", "Too large")
    assert middle(chip, 3) == theme.color("errTint")


def test_a_page_header_puts_the_dark_button_last(theme: Theme, qtbot: QtBot) -> None:
    settings, start = Button(theme, "Training settings"), Button(theme, "Start training", "primary")
    header = PageHeader(theme, "Setup", "Choose what the model keeps.", [settings], start)
    qtbot.addWidget(header)
    header.resize(1200, 44)
    header.show()
    assert header.height() == 44
    assert settings.geometry().right() < start.geometry().left()
    assert start.geometry().right() == header.width() - 1
    header.set_title("Training")
    assert header.accessibleName() == "Training"


def test_a_tile_reads_as_one_sentence(theme: Theme, qtbot: QtBot) -> None:
    tile = StatTile(theme, "clock", "Time left")
    qtbot.addWidget(tile)
    tile.set_value("47 s", "of 2 min 11 s")
    assert tile.accessibleName() == "Time left: 47 s of 2 min 11 s"
    assert (tile.value_text(), tile.note_text()) == ("47 s", "of 2 min 11 s")


# States


def test_steps_tell_how_far_things_are(theme: Theme, qtbot: QtBot) -> None:
    steps = StepList(theme)
    qtbot.addWidget(steps)
    steps.set_steps([Step("Reading 3,618 texts", "done"), Step("Loading MiniLM", "now"), Step("First batch")])
    assert steps.accessibleDescription() == "1 of 3 done. Loading MiniLM"
    assert steps.sizeHint().height() == 3 * theme.px(28)
    steps.resize(300, 84)
    assert theme.color("ok").name() in colours(steps)


def test_a_turning_step_stops_when_it_is_not_seen(theme: Theme, qtbot: QtBot) -> None:
    theme.set_reduced_motion(False)
    steps = StepList(theme)
    qtbot.addWidget(steps)
    steps.set_steps([Step("Loading MiniLM", "now")])
    assert not steps._turn.state().value
    steps.show()
    assert steps._turn.state().value
    steps.hide()
    assert not steps._turn.state().value


def test_an_empty_place_leads_on(theme: Theme, qtbot: QtBot) -> None:
    empty = EmptyState(theme, "No runs yet", "Train once and the curve stays here.", "Go to setup")
    qtbot.addWidget(empty)
    with qtbot.waitSignal(empty.button_clicked):
        empty.button.click()
    empty.set_texts("Nothing to try yet", "Train a run first.")
    assert empty.button.isHidden()
    assert empty.accessibleName() == "Nothing to try yet"


PROBLEM = Problem(
    code="out_of_memory",
    title="Training stopped: this computer ran out of memory",
    reason="Batch size 32 needed 5.9 GB, and 4.2 GB was free.",
    fix="Use a smaller batch.",
    safe="The best checkpoint, epoch 2, is saved.",
    details="Traceback …",
    actions=(
        Action(
            id="set_settings", label="Batch size 8", arguments={"batch_size": "8"}, note="About 20 % slower."
        ),
        Action(id="use_method", label="Use LoRA", arguments={"method": "lora"}),
    ),
)


def test_a_banner_says_what_happened_what_is_safe_and_what_to_do(theme: Theme, qtbot: QtBot) -> None:
    banner = Banner(theme)
    qtbot.addWidget(banner)
    assert banner.isHidden()
    banner.show_problem(PROBLEM)
    assert not banner.isHidden()
    assert banner.title_text() == PROBLEM.title
    assert "4.2 GB was free" in banner.accessibleDescription()
    assert "epoch 2, is saved" in banner.accessibleDescription()
    first, second = (banner.findChild(Button, f"action_{a.id}") for a in PROBLEM.actions)
    assert first is not None
    assert second is not None
    assert (first.kind, second.kind) == ("primary", "secondary")  # one dark button: the suggested repair
    with qtbot.waitSignal(banner.action_chosen) as wish:
        second.click()
    assert wish.args == [PROBLEM.actions[1]]


def test_details_are_copied_and_never_shown(theme: Theme, qtbot: QtBot) -> None:
    banner = Banner(theme)
    qtbot.addWidget(banner)
    banner.show_problem(PROBLEM)
    assert "Traceback" not in banner.accessibleDescription()
    copy = next(button for button in banner.findChildren(Button) if button.text() == "Copy details")
    copy.click()
    assert QApplication.clipboard().text() == "Traceback …"


def test_details_have_one_button_and_it_copies_them(theme: Theme, qtbot: QtBot) -> None:
    banner = Banner(theme)
    qtbot.addWidget(banner)
    action = Action(id="copy_details", label="Copy details")
    banner.show_problem(msgspec.structs.replace(PROBLEM, actions=(action,), details="What broke"))
    banner.show()
    shown = [one for one in banner.findChildren(Button) if one.isVisible() and one.text() == "Copy details"]
    (copy,) = shown
    copy.click()
    assert QApplication.clipboard().text() == "What broke"
    assert copy.text() == "Copied"


def test_a_banner_can_say_something_else_and_go_away(theme: Theme, qtbot: QtBot) -> None:
    banner = Banner(theme, dismissable=True)
    qtbot.addWidget(banner)
    banner.resize(600, 80)
    banner.show_problem(PROBLEM)
    banner.show_message("ok", "Exported", "LoRA adapter, 0.3 MB")
    assert banner.problem is None
    assert banner.findChild(Button, "action_use_method", Qt.FindChildOption.FindDirectChildrenOnly) is None
    assert middle(banner, 8) == theme.color("okTint")
    close = next(button for button in banner.findChildren(Button) if button.accessibleName() == "Close")
    with qtbot.waitSignals([banner.dismissed, banner.shown_changed]):
        close.click()
    assert banner.isHidden()


@pytest.mark.parametrize(
    ("severity", "fill"),
    [(Severity.ERROR, "errTint"), (Severity.WARNING, "warnTint"), (Severity.NOTE, "surface")],
)
def test_a_banner_is_tinted_by_severity(theme: Theme, qtbot: QtBot, severity: Severity, fill: str) -> None:
    banner = Banner(theme)
    qtbot.addWidget(banner)
    banner.resize(600, 80)
    banner.show_problem(Problem(code="x", title="T", reason="R", fix="F", severity=severity))
    assert middle(banner, 5) == theme.color(fill)
    assert "F" in banner.accessibleDescription()  # without a button the fix is said in words


# Choices


def test_a_segment_is_chosen_by_click_and_by_arrow_keys(theme: Theme, qtbot: QtBot) -> None:
    choice = Segmented(theme, [("one", "One run"), ("compare", "Compare runs")])
    qtbot.addWidget(choice)
    choice.show()
    assert choice.current() == "one"
    width = choice.sizeHint().width()
    with qtbot.waitSignal(choice.chosen) as wish:
        qtbot.mouseClick(choice._segments["compare"], Qt.MouseButton.LeftButton)
    assert wish.args == ["compare"]
    assert choice.sizeHint().width() == width  # nothing moves when the choice changes
    with qtbot.assertNotEmitted(choice.chosen):
        choice.set_current("one")
    choice.set_option_enabled("compare", False, "Train a second run first")
    assert choice._segments["compare"].toolTip() == "Train a second run first"


def test_a_toggle_switches_with_pointer_and_keyboard(theme: Theme, qtbot: QtBot) -> None:
    toggle = Toggle(theme, "Projector mode")
    qtbot.addWidget(toggle)
    toggle.show()
    assert toggle.sizeHint().height() >= 28
    with qtbot.waitSignal(toggle.toggled) as told:
        qtbot.mouseClick(toggle, Qt.MouseButton.LeftButton)
    assert told.args == [True]
    on = toggle.grab().toImage().pixelColor(theme.px(8), theme.px(14))
    assert on == theme.color("ink")
    with qtbot.waitSignal(toggle.toggled) as told:
        qtbot.keyClick(toggle, Qt.Key.Key_Space)
    assert told.args == [False]
    toggle.setEnabled(False)
    with qtbot.assertNotEmitted(toggle.toggled):
        qtbot.mouseClick(toggle, Qt.MouseButton.LeftButton)


def test_a_number_field_keeps_its_range(theme: Theme, qtbot: QtBot) -> None:
    field = NumberField(theme, 1, 64, " rows")
    qtbot.addWidget(field)
    field.setValue(900)
    assert (field.value(), field.text()) == (64, "64 rows")
    assert field.lineEdit().textMargins().left() == theme.px(8)
