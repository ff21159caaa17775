"""Colours keep the contrast that the design promises; sizes, fonts and icons follow the theme."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF, QImage
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit, QScrollArea
from pytestqt.qtbot import QtBot

from gui.look.theme import Theme
from gui.look.tokens import tokens
from gui.widgets.basics import label

THEMES = ("light", "dark")


def luminance(color: QColor) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [color.redF(), color.greenF(), color.blueF()]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: QColor, second: QColor) -> float:
    """Contrast ratio, WCAG 2.2: 1 to 21."""
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def blend(over: QColor, under: QColor, share: float) -> QColor:
    """What a colour looks like at an opacity on another."""
    pairs = ((over.red(), under.red()), (over.green(), under.green()), (over.blue(), under.blue()))
    return QColor(*(round(a * share + b * (1 - share)) for a, b in pairs))


def computed_contrast(name: str, pair: str) -> float:
    """The ratio of a pair such as ``"text on surface"`` or ``"run 3 on surface"``."""
    theme = tokens().themes[name]
    color = {token: QColor(value) for token, value in theme.color.items()}
    if pair == "text on strongest word highlight":
        strongest = theme.alpha["wordHighlightMax"]
        return min(
            contrast(color["text"], blend(QColor(run.hex), color["surface"], strongest)) for run in theme.runs
        )
    front, back = pair.split(" on ")
    if back.startswith("heat "):
        step = theme.heat[int(back[5:])]
        return contrast(QColor(step.text), QColor(step.fill))
    if front.startswith("run "):
        return contrast(QColor(theme.runs[int(front[4:]) - 1].hex), color[back])
    return contrast(color[front], color[back])


@pytest.mark.parametrize("name", THEMES)
def test_every_promised_contrast_is_kept(name: str) -> None:
    promised = tokens().themes[name].contrast
    assert len(promised) > 40
    for pair, ratio in promised.items():
        assert computed_contrast(name, pair) == pytest.approx(ratio, abs=0.006), pair


@pytest.mark.parametrize("name", THEMES)
def test_texts_reach_4_5_and_edges_reach_3(name: str) -> None:
    for pair in tokens().themes[name].contrast:
        line = pair.startswith(("run ", "frozenEdge", "borderStrong", "focus"))
        assert computed_contrast(name, pair) >= (3.0 if line else 4.5), pair


def test_both_themes_name_the_same_things() -> None:
    light, dark = (tokens().themes[name] for name in THEMES)
    assert set(light.color) == set(dark.color)
    assert [(run.name, run.symbol, run.dash) for run in light.runs] == [
        (run.name, run.symbol, run.dash) for run in dark.runs
    ]
    assert len({run.symbol for run in light.runs}) == 8  # a marker of its own for every run


def test_changing_the_theme_says_so_once_and_changes_colours(theme: Theme, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.set_dark(True)
    assert theme.color("surface") == QColor("#16191E")
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_dark(True)


def test_lengths_follow_the_text_size_and_the_projector(theme: Theme) -> None:
    assert (theme.px(1), theme.px(0), theme.px(36), theme.px(-3)) == (1, 0, 36, -3)
    theme.set_ui_scale(2.0)
    assert theme.ui_scale == 1.5  # no larger than offered
    assert theme.px(36) == 54
    theme.set_ui_scale(1.0)
    theme.set_projector(True)
    assert (theme.px(11), theme.px(12), theme.px(28)) == (15, 17, 39)  # the design's projector sizes
    assert theme.font("body").pixelSize() == 18
    assert theme.color("text3") == theme.color("text2")


def test_the_projector_enlarges_no_more_than_the_window_holds(theme: Theme) -> None:
    theme.set_projector(True)
    theme.fit_window(1440, 900)
    assert theme.scale == pytest.approx(1.4)
    theme.fit_window(960, 520)
    assert theme.scale == pytest.approx(1.0)
    theme.fit_window(1200, 900)
    assert theme.scale == pytest.approx(1.25)


@pytest.mark.parametrize("text_size", [0.9, 1.0, 1.25, 1.5])
@pytest.mark.parametrize("projector", [False, True])
@pytest.mark.parametrize("size", [(960, 520), (1366, 688), (1440, 900), (2560, 1440)])
def test_nothing_is_enlarged_beyond_what_the_window_holds(
    theme: Theme, text_size: float, projector: bool, size: tuple[int, int]
) -> None:
    theme.set_ui_scale(text_size)
    theme.set_projector(projector)
    theme.fit_window(*size)
    assert size[0] / theme.scale >= 960
    assert size[1] / theme.scale >= 520
    wanted = text_size * (1.4 if projector else 1.0)
    assert theme.scale == pytest.approx(wanted) or theme.scale > min(size[0] / 960, size[1] / 520) - 0.05


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (1440, 900, "wide"),
        (1400, 760, "wide"),
        (1399, 900, "compact"),
        (1366, 688, "compact"),
        (1366, 639, "narrow"),
        (960, 520, "narrow"),
    ],
)
def test_layouts_change_at_the_sizes_of_the_design(
    theme: Theme, width: int, height: int, expected: str
) -> None:
    assert theme.layout_class(width, height) == expected


def test_fonts_are_inter_in_three_weights_with_figures_of_equal_width(theme: Theme) -> None:
    for role, (size, _line, weight) in tokens().type.normal.items():
        font = theme.font(role)
        assert font.pixelSize() == size
        assert int(font.weight()) == weight
        assert QFontInfo(font).family().startswith("Inter")
        metrics = QFontMetricsF(font)
        assert metrics.horizontalAdvance("1111") == pytest.approx(metrics.horizontalAdvance("8888"), abs=0.1)
        assert theme.line_height(role) >= size


def test_hyphens_are_not_widened_by_the_figures(theme: Theme) -> None:
    plain = QFont(theme.font("body"))
    plain.unsetFeature(QFont.Tag("tnum"))
    tabular = QFontMetricsF(theme.font("body")).horizontalAdvance("fine-tuning, layer norm.")
    assert tabular == pytest.approx(
        QFontMetricsF(plain).horizontalAdvance("fine-tuning, layer norm."), abs=0.3
    )


def test_every_icon_is_drawn_in_its_colour(theme: Theme) -> None:
    for name in tokens().icons.paths:
        image: QImage = theme.pixmap(name, "err", 20).toImage()
        seen = [
            image.pixelColor(x, y)
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() > 120
        ]
        assert len(seen) > 3, name
        assert all(abs(color.red() - theme.color("err").red()) < 8 for color in seen), name


def test_icons_are_kept_and_greyed_when_off(theme: Theme) -> None:
    assert theme.pixmap("data", "text", 18).cacheKey() == theme.pixmap("data", "text", 18).cacheKey()
    off = theme.icon("data").pixmap(18, 18, theme.icon("data").Mode.Disabled).toImage()
    strongest = max((off.pixelColor(x, y) for x in range(18) for y in range(18)), key=lambda c: c.alpha())
    assert abs(strongest.red() - theme.color("disabled").red()) < 8


@pytest.mark.parametrize("change", [0.0, 0.0005, 0.001, 0.003, 0.01, 0.0299, 0.03, 2.0])
def test_heat_steps_split_where_the_design_says(theme: Theme, change: float) -> None:
    percent = change * 100
    expected = sum(percent >= limit for limit in (0.1, 0.3, 1, 3))
    assert theme.heat_step(change) == expected


def test_reduced_motion_takes_all_durations_away(theme: Theme) -> None:
    assert theme.duration("thaw") == 0
    theme.set_reduced_motion(False)
    assert (theme.duration("quick"), theme.duration("thaw"), theme.duration("freeze")) == (120, 220, 280)


def test_the_style_sheet_holds_only_colours_of_the_theme(theme: Theme) -> None:
    for dark in (False, True):
        theme.set_dark(dark)
        sheet = theme.style_sheet()
        assert "$" not in sheet
        used = {color.upper() for color in re.findall(r"#[0-9a-fA-F]{6}\b", sheet)}
        known = {value.upper() for value in tokens().themes[THEMES[dark]].color.values()}
        assert used <= known


def test_qts_own_controls_are_dressed_and_undressed(qapp: QApplication, qtbot: QtBot) -> None:
    before = (qapp.styleSheet(), qapp.palette(), qapp.font())
    theme = Theme()
    try:
        theme.apply_to(qapp)
        field, box = QLineEdit(), QComboBox()
        for control in (field, box):
            qtbot.addWidget(control)
            control.show()
            assert control.sizeHint().height() == 34
        assert qapp.palette().window().color() == theme.color("window")
        theme.set_ui_scale(1.5)
        assert field.sizeHint().height() in (51, 52)
        assert qapp.font().pixelSize() == 20
        grabbed = field.grab().toImage()
        middle = grabbed.pixelColor(grabbed.width() // 2, 6)
        assert middle == theme.color("surface")
        assert box.focusPolicy() != Qt.FocusPolicy.NoFocus
    finally:
        qapp.setStyleSheet(before[0])
        qapp.setPalette(before[1])
        qapp.setFont(before[2])


def test_a_label_that_was_never_shown_grows_with_the_projector(qapp: QApplication, qtbot: QtBot) -> None:
    before = (qapp.styleSheet(), qapp.palette(), qapp.font())
    theme = Theme()
    title = label(theme, "Training", "title")
    qtbot.addWidget(title)
    try:
        theme.apply_to(qapp)
        normal = title.sizeHint()
        theme.set_projector(True)
        title.show()
        assert title.sizeHint().height() == theme.line_height("title") == 36
        assert title.sizeHint().width() == pytest.approx(normal.width() * 1.4, abs=6)
    finally:
        qapp.setStyleSheet(before[0])
        qapp.setPalette(before[1])
        qapp.setFont(before[2])


def test_fields_of_several_lines_have_an_edge_and_lists_have_none(qapp: QApplication, qtbot: QtBot) -> None:
    before = (qapp.styleSheet(), qapp.palette(), qapp.font())
    theme = Theme()
    try:
        theme.apply_to(qapp)
        edges = []
        for field in (QPlainTextEdit(), QScrollArea()):
            qtbot.addWidget(field)
            field.resize(120, 60)
            field.show()
            edges.append(field.grab().toImage().pixelColor(60, 0).name())
        assert edges[0] == theme.color("borderStrong").name()
        assert edges[1] != edges[0]
    finally:
        qapp.setStyleSheet(before[0])
        qapp.setPalette(before[1])
        qapp.setFont(before[2])
