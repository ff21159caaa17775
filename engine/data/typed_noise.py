"""Typos in what a person types, to see how an answer bears them."""

from __future__ import annotations

from collections.abc import Sequence

from engine.data.blanks import TYPED_BLANK
from engine.data.noise.typos import KEYBOARD, NOISE
from engine.noising import LARGEST_SHARE, Noise


def with_typos(texts: Sequence[str], share: float, keyboard: str = "") -> tuple[str, ...]:
    """Returns texts with typos; a larger share makes the same ones and more. Blanks stay as they are.

    Args:
        texts: What was typed.
        share: Of the characters; what is out of 0 to 0.3 is taken as the nearer end.
        keyboard: Whose keys lie beside each other; empty for the usual one.
    """
    settings = {KEYBOARD.name: keyboard or KEYBOARD.default}
    noise = Noise(kinds=(NOISE,), share=min(max(share, 0.0), LARGEST_SHARE), settings=settings)
    return tuple(
        noise.of(text, number=number, closed=[match.span() for match in TYPED_BLANK.finditer(text)]).text
        for number, text in enumerate(texts)
    )
