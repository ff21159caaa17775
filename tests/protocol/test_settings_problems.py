"""Sentences about settings hold the person's own value and the one that is recommended."""

from __future__ import annotations

import pytest

from engine.protocol.fields import Choice, ChoiceField, IntegerField, SwitchField
from engine.protocol.problem_words import size_words
from engine.protocol.settings_problems import setting_out_of_range, unknown_method, unknown_task

EPOCHS = IntegerField(name="epochs", label="Epochs", help="h", default=3, minimum=1, maximum=100)
SWITCH = SwitchField(name="bias", label="Bias", help="h", default=False)
PLACE = ChoiceField(
    name="place", label="Place", help="h", default="a", choices=(Choice(value="a", label="A"),)
)


@pytest.mark.parametrize(
    ("field", "value", "title", "reason"),
    [
        (EPOCHS, 0, "Epochs cannot be 0", 'The setting "epochs" was set to 0; 3 is recommended.'),
        (EPOCHS, "1e9", "Epochs cannot be 1e9", 'The setting "epochs" was set to 1e9; 3 is recommended.'),
        (EPOCHS, "", 'Epochs cannot be ""', 'The setting "epochs" was set to ""; 3 is recommended.'),
        (EPOCHS, "0,5", 'Epochs cannot be "0,5"', 'The setting "epochs" was set to "0,5"; 3 is recommended.'),
        (
            SWITCH,
            "maybe",
            'Bias cannot be "maybe"',
            'The setting "bias" was set to "maybe"; no is recommended.',
        ),
        (PLACE, True, "Place cannot be yes", 'The setting "place" was set to yes; "a" is recommended.'),
    ],
)
def test_a_value_that_does_not_fit_is_shown_as_it_was_typed(field, value, title, reason):
    problem = setting_out_of_range(field, value)
    assert (problem.title, problem.reason) == (title, reason)
    assert problem.fix.startswith("Use ")
    assert problem.actions[0].arguments == {field.name: str(field.default)}


def test_one_of_a_kind_is_called_the_only_one():
    problem = unknown_task("speech", "", ["text_classification"])
    assert problem.reason == 'The only task is "text_classification".'
    assert problem.fix == 'Choose "text_classification".'


def test_the_list_of_names_is_not_said_twice():
    problem = unknown_method("zzzz", "", ["lora", "full"])
    assert problem.reason == "The methods are lora and full."
    assert problem.fix == "Choose one of these."


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 MB"), (200, "1 kB"), (307_200, "307 kB"), (4_000_000, "4 MB"), (2_500_000_000, "2.5 GB")],
)
def test_sizes_below_a_megabyte_are_told_apart(size, words):
    assert size_words(size) == words
