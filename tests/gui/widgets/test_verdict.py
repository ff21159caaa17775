"""Estimate and verdict: what they say, and where the dot stands."""

from __future__ import annotations

import math

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QRectF, Qt
from pytestqt.qtbot import QtBot

from engine.protocol.stack import Answer, Fit, Verdict
from gui.look.theme import Theme
from gui.widgets.corner_presets import CornerPreset, corner_presets, horizontal_place
from gui.widgets.estimate_card import EstimateCard, time_text, why_a_range
from gui.widgets.four_corners import FourCorners
from gui.widgets.share_bar import ShareBar, ember_width
from gui.widgets.verdict_card import VerdictCard
from tests.gui.sample_facts import (
    CATALOG,
    bottleneck_stack,
    estimate,
    freeze_stack,
    lora_stack,
    previews,
    stack,
    verdict,
)


@pytest.fixture
def corners(qtbot: QtBot, theme: Theme) -> FourCorners:
    made = FourCorners(theme)
    qtbot.addWidget(made)
    made.resize(292, 212)
    made.show()
    return made


@pytest.mark.parametrize(
    ("task", "weights", "name"),
    [
        (Answer.YES, Answer.NO, "Transfer only"),
        (Answer.YES, Answer.YES, "Both"),
        (Answer.NO, Answer.NO, "Neither"),
        (Answer.NO, Answer.YES, "Fine-tuning only"),
        (Answer.UNKNOWN, Answer.YES, ""),
    ],
)
def test_the_corner_follows_from_both_answers(
    corners: FourCorners, task: Answer, weights: Answer, name: str
) -> None:
    corners.set_verdict(replace(verdict(stack()), task_changes=task, weights_change=weights))
    assert corners.chosen_corner == name
    place = corners.dot_place()
    assert place is not None
    assert (place.x() > corners.width() * 0.6) == (weights is Answer.YES)
    middle = corners._field().center().y()
    assert math.copysign(1, place.y() - middle) == 1 if task is Answer.NO else place.y() <= middle


def test_the_dot_goes_right_with_the_share_that_may_change() -> None:
    some = verdict(freeze_stack())
    assert horizontal_place(some) == pytest.approx(0.5 + 0.5 * (0.1 + 0.8 * some.changed_share))
    assert horizontal_place(replace(some, changed_share=1.0)) == pytest.approx(0.95)
    small, large = (replace(some, weights_change=Answer.NO, new_parameters=count) for count in (770, 448_034))
    assert 0.05 < horizontal_place(small) < horizontal_place(large) < 0.45


def test_hollow_dots_are_apart_named_and_can_be_clicked(qtbot: QtBot, corners: FourCorners) -> None:
    presets = corner_presets(previews(), CATALOG.methods, "thaw_top")
    assert [preset.method for preset in presets] == ["read_features", "thaw_all", "hourglasses", "low_rank"]
    twin = CornerPreset("twin", "Twin", presets[0].verdict)
    corners.set_verdict(verdict(freeze_stack()), [*presets, twin])
    places = list(corners.preset_places().values())
    gaps = [math.dist(a.toTuple(), b.toTuple()) for i, a in enumerate(places) for b in places[:i]]
    assert min(gaps) >= 14
    dot = corners.dot_place()
    assert dot is not None
    assert min(math.dist(dot.toTuple(), place.toTuple()) for place in places) >= corners._halo() + 4
    spot = corners.preset_places()["low_rank"]
    assert corners.words_at(spot) == "LoRA. Click to choose it."
    with qtbot.waitSignal(corners.method_chosen, timeout=1000) as heard:
        qtbot.mouseClick(corners, Qt.MouseButton.LeftButton, pos=spot.toPoint())
    assert heard.args == ["low_rank"]


@pytest.mark.parametrize("height", [108, 131, 150, 212])
def test_no_dot_covers_a_name(corners: FourCorners, height: int) -> None:
    corners.set_compact(height <= 150)
    corners.resize(268, height)
    few, some = verdict(lora_stack()), verdict(freeze_stack())
    counts = (770, 9_986, 18_000, 74_498, 93_000, 226_850)
    left = [replace(few, new_parameters=count) for count in counts]
    right = [replace(some, changed_share=share) for share in (0.0005, 0.0012, 1.0)]
    presets = [CornerPreset(f"m{n}", f"M{n}", one) for n, one in enumerate([*left, *right])]
    corners.set_verdict(replace(some, changed_share=0.157), presets)
    places = corners.preset_places()
    assert len(places) == 9
    radius = 4
    for place in places.values():
        dot = QRectF(place.x() - radius, place.y() - radius, 2 * radius, 2 * radius)
        assert not any(dot.intersects(name) for name in corners.name_places().values()), place
    dots = [place.toTuple() for place in places.values()]
    gaps = [math.dist(a, b) for n, a in enumerate(dots) for b in dots[:n]]
    assert min(gaps) >= 2 * radius  # none hides another


@pytest.mark.parametrize("width", [262, 320])
def test_a_name_keeps_away_from_the_edges_of_its_field(corners: FourCorners, width: int) -> None:
    corners.resize(width, 131)
    cells = corners._cells()
    for answers, name in {(False, True): "Fine-tuning only", (True, False): "Transfer only"}.items():
        place, cell = corners.name_places()[name], cells[answers]
        assert cell.left() + 4 <= place.left() <= cell.left() + 11
        assert place.right() <= cell.right() - 4


def test_a_method_without_a_verdict_has_no_dot(corners: FourCorners) -> None:
    unknown = CornerPreset("unknown", "Unknown", None)
    corners.set_verdict(None, [unknown])
    corners.grab()
    corners.set_verdict(verdict(freeze_stack()), [unknown, *corner_presets(previews(), CATALOG.methods, "")])
    corners.grab()
    assert "unknown" not in corners.preset_places()
    assert len(corners.preset_places()) == 5


def test_the_dot_moves_only_where_things_may_move(qtbot: QtBot, theme: Theme, corners: FourCorners) -> None:
    corners.set_verdict(verdict(freeze_stack()))
    corners.set_verdict(verdict(lora_stack()))
    rest = corners.dot_place()
    theme.set_reduced_motion(False)
    corners.set_verdict(verdict(freeze_stack()))
    start = corners.dot_place()
    assert start is not None
    assert rest is not None
    assert abs(start.x() - rest.x()) < 30  # it sets off from where it was
    goal = corners._place(verdict(freeze_stack()))
    qtbot.waitUntil(lambda: corners.dot_place() == goal, timeout=2000)


def test_the_card_says_both_answers_with_their_reasons(qtbot: QtBot, theme: Theme) -> None:
    card = VerdictCard(theme)
    qtbot.addWidget(card)
    assert card.accessibleName() == "Verdict: not known yet"
    card.set_verdict(verdict(lora_stack()))
    assert card.transfer.answer is Answer.YES
    assert card.fine_tuning.answer is Answer.NO
    assert card.accessibleName() == "Verdict: transfer learning yes, fine-tuning no"
    assert card._fine_tuning_words.text() == "Its own weights stay. Only the inserts learn."
    unknown: Verdict = replace(verdict(stack()), task_changes=Answer.UNKNOWN)
    card.set_verdict(unknown)
    assert card.transfer.accessibleName() == "Not known"


# --- estimate ---------------------------------------------------------------------------------------


@pytest.fixture
def card(qtbot: QtBot, theme: Theme) -> EstimateCard:
    made = EstimateCard(theme)
    qtbot.addWidget(made)
    made.show()
    return made


def test_what_is_not_known_is_three_dots_never_nought(card: EstimateCard) -> None:
    assert {one.text() for one in (card.trainable, card.memory, card.time, card.disk)} == {"…"}
    assert card.bar.share is None
    assert not card.chip.isVisible()


def test_the_estimate_has_units_and_a_denominator(card: EstimateCard) -> None:
    card.set_estimate(freeze_stack(), estimate())
    assert card.trainable.text() == "5.32 million"
    assert card._share.text() == "23.6 %"
    assert card._of.text() == "trainable, of 22.57 million parameters"
    assert card.memory.text() == "1.4 GB"
    assert card._free.text() == "of 5.1 GB free"
    assert card.time.text() == "about 2 min 10 s"
    assert card._time_label.text() == "Time, 5 epochs"
    assert card.disk.text() == "90 MB"
    assert (card.chip.text(), card.chip.status) == ("Fits this computer", "ok")


@pytest.mark.parametrize(
    ("fit", "words", "status"), [(Fit.TIGHT, "Tight", "warn"), (Fit.TOO_LARGE, "Too large", "err")]
)
def test_the_chip_warns(card: EstimateCard, fit: Fit, words: str, status: str) -> None:
    card.set_estimate(bottleneck_stack(), estimate(fit))
    assert (card.chip.text(), card.chip.status) == (words, status)
    assert card.trainable.text() == "448 thousand"


def test_before_the_first_timing_the_time_is_a_range() -> None:
    unmeasured = estimate(measured=False)
    assert time_text(unmeasured) == "about 2–4 min, measured in the first steps"
    assert time_text(replace(unmeasured, seconds_low=12, seconds_high=31)).startswith("about 10–30 s")
    assert time_text(replace(unmeasured, seconds_low=3, seconds_high=6)).startswith("about 5 s")
    assert time_text(replace(unmeasured, seconds_low=None)) == "measured in the first steps"


def test_a_time_beside_busy_programs_is_a_range_that_says_so() -> None:
    busy = replace(estimate(), seconds=1140.0, seconds_low=100.0, seconds_high=1400.0, others=0.8)
    assert time_text(busy) == "about 2–19 min: the computer was busy"
    assert why_a_range(busy).startswith("Other programs used 80 % of the processor when steps were timed")
    assert why_a_range(estimate()) == ""


def test_a_small_share_is_never_narrower_than_four_pixels(qtbot: QtBot, theme: Theme) -> None:
    assert ember_width(770 / 22_566_146, 290, 4) == 4
    assert ember_width(0.5, 290, 4) == 145
    assert ember_width(0, 290, 4) == 0
    bar = ShareBar(theme)
    qtbot.addWidget(bar)
    bar.resize(290, 10)
    bar.set_share(0.00001)
    assert bar.grab().toImage().pixelColor(287, 5) == theme.color("emberFill2")
    assert bar.grab().toImage().pixelColor(100, 5) == theme.color("frozenFill2")


def test_hollow_dots_stay_inside_their_fields(corners: FourCorners) -> None:
    some = verdict(freeze_stack())
    shares = (0.0, 0.001, 0.002, 0.003, 1.0)
    presets = [
        CornerPreset(f"m{n}", "M", replace(some, changed_share=share)) for n, share in enumerate(shares)
    ]
    corners.set_verdict(verdict(lora_stack()), presets)
    cell = corners._cells()[True, True]
    for place in corners.preset_places().values():
        assert cell.adjusted(6.9, 6.9, -6.9, -6.9).contains(place)
