"""What is typed becomes a value that fits, or a sentence that says what would fit."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.protocol.fields import (
    Choice,
    ChoiceField,
    Field,
    IntegerField,
    NumberField,
    RangesField,
    SwitchField,
    TextField,
    numbers_in,
    parse_setting,
    why_not,
)

EPOCHS = IntegerField(
    name="epochs", label="Epochs", help="h", default=3, minimum=1, maximum=100, unit="epochs"
)
RATE = NumberField(
    name="learning_rate", label="Learning rate", help="h", default=1e-4, minimum=1e-7, maximum=1.0
)
SWITCH = SwitchField(name="on", label="On", help="h", default=False)
PLACE = ChoiceField(
    name="placement",
    label="Placement",
    help="h",
    default="a",
    choices=(Choice(value="a", label="A"), Choice(value="b", label="B")),
)
BLOCKS = RangesField(name="blocks", label="Blocks", help="h", default="all", maximum=6, unit="blocks")
TEXT = TextField(name="first_text", label="First words", help="h", default="Sort", longest=10)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (EPOCHS, " 5 ", 5),
        (RATE, "2e-5", 2e-5),
        (SWITCH, "Yes", True),
        (SWITCH, "off", False),
        (PLACE, "b", "b"),
        (BLOCKS, " 4-6, 1 ", "4-6, 1"),
        (TEXT, " Sort it ", "Sort it"),
    ],
)
def test_what_is_typed_becomes_a_value(field: Field, text: str, value: object) -> None:
    assert parse_setting(field, text) == value


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        (EPOCHS, "0", "Use a whole number from 1 to 100 epochs."),
        (EPOCHS, "2.5", "Use a whole number from 1 to 100 epochs."),
        (RATE, "nan", "Use a number from 1e-07 to 1."),
        (RATE, "fast", "Use a number from 1e-07 to 1."),
        (SWITCH, "maybe", "Use yes or no."),
        (PLACE, "c", "Use one of a, b."),
        (BLOCKS, "0", 'Use "all", or blocks from 1 to 6 such as 1-6 or 1, 6.'),
        (BLOCKS, "6-4", 'Use "all", or blocks from 1 to 6 such as 1-6 or 1, 6.'),
        (BLOCKS, "1,", 'Use "all", or blocks from 1 to 6 such as 1-6 or 1, 6.'),
        (BLOCKS, "5-7", 'Use "all", or blocks from 1 to 6 such as 1-6 or 1, 6.'),
        (TEXT, "  ", "Use 1 to 10 characters."),
        (TEXT, "12345678901", "Use 1 to 10 characters."),
    ],
)
def test_what_does_not_fit_is_told(field: Field, text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match="Use") as caught:
        parse_setting(field, text)
    assert str(caught.value) == sentence


def test_a_switch_is_not_a_number() -> None:
    assert why_not(EPOCHS, True) != ""


@given(st.text())
def test_parsing_ends_in_a_value_or_a_sentence(text: str) -> None:
    for field in (EPOCHS, RATE, SWITCH, PLACE, BLOCKS, TEXT):
        with contextlib.suppress(ValueError):
            assert why_not(field, parse_setting(field, text)) == ""


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("all", (1, 2, 3, 4, 5, 6)),
        ("3", (3,)),
        ("4-6, 1", (1, 4, 5, 6)),
        ("2–3,3", (2, 3)),
        ("ALL", tuple(range(1, 7))),
    ],
)
def test_ranges_mean_their_numbers_once_and_in_order(text: str, numbers: tuple[int, ...]) -> None:
    assert numbers_in(text, 6) == numbers


def test_what_cannot_be_had_here_is_refused_with_the_reason_but_the_default_stays() -> None:
    field = SwitchField(name="small", label="Small", help="h", default=False, unavailable="No graphics card.")
    assert why_not(field, True) == "No graphics card."
    assert why_not(field, False) == ""
