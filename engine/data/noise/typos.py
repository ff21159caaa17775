"""Typos: keys beside the right one, letters left out, put in or swapped, now and then the wrong case."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from engine.noising import Draw, NoiseKind
from engine.noisy_page import Page
from engine.protocol.fields import Choice, ChoiceField

KEYBOARD = ChoiceField(
    name="keyboard",
    label="Keyboard",
    help="Which keys lie beside each other: a typo often hits the neighbour of the right key.",
    source="English texts are mostly typed on QWERTY",
    section="noise",
    default="qwerty",
    choices=(
        Choice("qwerty", "QWERTY", "English, and most of the world."),
        Choice("qwertz", "QWERTZ", "German, Czech, Hungarian and others."),
        Choice("azerty", "AZERTY", "French and Belgian."),
    ),
)

_ROWS = {
    "qwerty": ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
    "qwertz": ("1234567890ß", "qwertzuiopü", "asdfghjklöä", "yxcvbnm"),
    "azerty": ("&é\"'(-è_çà)", "azertyuiop", "qsdfghjklmù", "wxcvbn"),
}
"""The rows of a keyboard, as they are without shift; each stands half a key further right."""


@cache
def neighbours(keyboard: str) -> dict[str, str]:
    """Returns key → the keys around it.

    Args:
        keyboard: One of the choices of :data:`KEYBOARD`.
    """
    rows = _ROWS[keyboard]
    around: dict[str, str] = {}
    for above, row in enumerate(rows):
        for place, key in enumerate(row):
            near = [(above, place - 1), (above, place + 1), (above - 1, place), (above - 1, place + 1)]
            near += [(above + 1, place - 1), (above + 1, place)]
            around[key] = "".join(
                rows[line][at] for line, at in near if 0 <= line < len(rows) and 0 <= at < len(rows[line])
            )
    return around


def _near(page: Page, place: int, draw: Draw) -> str:
    keyboard = str(draw.settings.get(KEYBOARD.name, KEYBOARD.default))
    return neighbours(keyboard).get(page.text[place].lower(), "")


def _as_case(typed: str, letter: str) -> str:
    return typed.upper() if letter.isupper() else typed


def _substitute(page: Page, place: int, draw: Draw) -> bool:
    """Hits a key beside the right one."""
    letter, near = page.text[place], _near(page, place, draw)
    if not near:
        return False
    return page.replace(place, place + 1, _as_case(near[int(draw.what * len(near))], letter))


def _leave_out(page: Page, place: int, _draw: Draw) -> bool:
    """Misses a key; the last letter of a word is not missed."""
    return page.left_of_word(place) > 1 and page.replace(place, place + 1, "")


def _put_in(page: Page, place: int, draw: Draw) -> bool:
    """Hits a key twice, or one beside it as well."""
    letter, near = page.text[place], _near(page, place, draw)
    also = (letter + near)[int(draw.what * (1 + len(near)))]
    return page.replace(place, place + 1, letter + _as_case(also, letter))


def _swap(page: Page, place: int, _draw: Draw) -> bool:
    """Hits a key before the one that comes first."""
    after = place + 1
    pair = page.text[place : after + 1]
    if len(pair) < 2 or pair[0] == pair[1] or pair[1].isspace():
        return False
    return page.replace(place, after + 1, pair[::-1])


def _change_case(page: Page, place: int, _draw: Draw) -> bool:
    """Holds the shift key too long or not at all."""
    letter = page.text[place]
    other = letter.swapcase()
    return other != letter and len(other) == 1 and page.replace(place, place + 1, other)


_WAYS: tuple[tuple[float, Callable[[Page, int, Draw], bool]], ...] = (
    (0.35, _substitute),
    (0.55, _leave_out),
    (0.75, _put_in),
    (0.95, _swap),
    (1.01, _change_case),
)
"""Up to which number each kind of typo is chosen: most are wrong keys, few the wrong case."""


def _strike(page: Page, place: int, draw: Draw) -> bool:
    """Makes one typo, of the way that chance says, or the next way that is possible.

    A place that was swapped with its neighbour already is left alone.
    """
    first = next(number for number, (limit, _) in enumerate(_WAYS) if draw.which < limit)
    return page.is_open(place, place + 1) and any(
        _WAYS[(first + number) % len(_WAYS)][1](page, place, draw) for number in range(len(_WAYS))
    )


NOISE = NoiseKind(
    id="typos",
    name="Typos",
    words="typos",
    summary="Keys beside the right one, letters left out, doubled or swapped. Words stay words.",
    unit="characters",
    places=lambda page: page.letters,
    strike=_strike,
    settings=(KEYBOARD,),
    stream=(),
    default=True,
)
