"""What is said of the energy that a run took."""

from __future__ import annotations

import pytest

from engine.protocol.energy import Energy, EnergyCovers, EnergyGap, EnergyPart, together
from engine.protocol.energy_words import energy_number, figure, in_cell, in_full, in_short

CHARGER = EnergyGap(covers=EnergyCovers.COMPUTER, reason="the charger was plugged in")
NO_CARD = EnergyGap(covers=EnergyCovers.CARD, reason="the card tells nothing")


def part(covers: EnergyCovers, joules: float, seconds: float) -> EnergyPart:
    return EnergyPart(covers=covers, read_from=f"a {covers}", joules=joules, seconds=seconds)


COMPUTER = part(EnergyCovers.COMPUTER, 1512, 120)
PROCESSOR = part(EnergyCovers.PROCESSOR, 720, 120)
CARD = part(EnergyCovers.CARD, 3600, 120)


@pytest.mark.parametrize(
    ("joules", "words"),
    [
        (0.34, "0.34 J"),
        (12.4, "12 J"),
        (36, "0.01 Wh"),
        (1512, "0.42 Wh"),
        (3600, "1 Wh"),
        (15_400, "4.3 Wh"),
        (3_420_000, "950 Wh"),
        (4_700_000, "1.3 kWh"),
        (4_700_000_000, "1,306 kWh"),
    ],
)
def test_amounts_are_told_in_units_of_everyday_life(joules: float, words: str) -> None:
    assert energy_number(joules) == words


def test_a_whole_computer_counts_before_its_parts_which_lie_in_it() -> None:
    energy = Energy(parts=(PROCESSOR, COMPUTER))
    assert in_short(energy, 120) == "0.42 Wh (computer)"
    assert in_full(energy, 120) == (
        "0.42 Wh, as much as a 10 W lamp takes in 2.5 minutes. That is what the whole computer with its "
        "screen drew meanwhile, idling and other programs included; read from a computer"
    )


def test_the_parts_count_where_the_computer_did_not_tell_all() -> None:
    half = part(EnergyCovers.COMPUTER, 600, 60)
    energy = Energy(parts=(PROCESSOR, half), gaps=(CHARGER,))
    assert in_short(energy, 120) == "0.2 Wh (processor)"
    assert in_full(energy, 120).endswith("What the rest of the computer drew is not in it")
    alone = Energy(parts=(half,), gaps=(CHARGER,))
    assert in_cell(alone, 120) == "≥ 0.17 Wh"
    assert in_full(alone, 120).endswith(
        "More was drawn than that: it was read for 1 minute of 2 minutes; the charger was plugged in"
    )


def test_a_card_and_a_processor_are_added_up() -> None:
    energy = Energy(parts=(CARD, PROCESSOR))
    assert in_short(energy, 121) == "1.2 Wh (graphics card and processor)"
    assert "the graphics card (1 Wh) and the processor (0.2 Wh)" in in_full(energy, 121)


def test_a_processor_beside_a_card_that_tells_nothing_is_not_all() -> None:
    energy = Energy(parts=(PROCESSOR,), gaps=(NO_CARD,))
    assert in_short(energy, 120) == "≥ 0.2 Wh (processor)"
    assert in_full(energy, 120).endswith("More was drawn than that: the card tells nothing")


def test_what_was_not_measured_has_its_reason() -> None:
    assert in_full(Energy(gaps=(CHARGER, NO_CARD)), 9) == (
        "not measured, because the charger was plugged in; the card tells nothing"
    )
    assert (
        in_full(Energy(), 9) == "not measured, because nothing in this computer tells a program what it draws"
    )
    assert in_full(None, 9) == "not measured"
    assert in_short(None, 9) == ""
    assert in_cell(Energy(), 9) == "–"


def test_two_processes_of_one_run_are_added_up() -> None:
    both = together(
        Energy(parts=(PROCESSOR,), gaps=(CHARGER,)), Energy(parts=(PROCESSOR, CARD), gaps=(CHARGER,))
    )
    assert {one.covers: one.joules for one in both.parts} == {
        EnergyCovers.PROCESSOR: 1440,
        EnergyCovers.CARD: 3600,
    }
    assert both.gaps == (CHARGER,)
    found = figure(both, 240)
    assert found is not None
    assert not found.is_whole  # the card was read in the second only
