"""Places in texts with emojis are the same for Python and for Qt."""

from __future__ import annotations

import pytest

from gui.look.text_places import place_of, qt_place

TEXT = "unfair 😀 but 👩‍🏫 fun"


@pytest.mark.parametrize("place", range(len(TEXT) + 1))
def test_a_place_is_found_again(place: int) -> None:
    assert place_of(TEXT, qt_place(TEXT, place)) == place


def test_an_emoji_counts_once_here_and_twice_there() -> None:
    assert (TEXT.index("but"), qt_place(TEXT, TEXT.index("but"))) == (9, 10)
    assert qt_place("plain", 3) == place_of("plain", 3) == 3
    assert place_of("a😀b", 2) == 1  # in the middle of an emoji
    assert place_of("ab", 9) == 2
    assert qt_place("\ud83d x", 3) == 3  # half of one, as a file may hold it
