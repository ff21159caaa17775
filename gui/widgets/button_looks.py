"""How each kind of button looks, in colour tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ButtonKind = Literal["primary", "repair", "secondary", "quiet", "danger", "danger_filled", "link"]


@dataclass(frozen=True)
class ButtonLook:
    """Colour tokens of a kind; an empty name means nothing is drawn."""

    fill: str
    hover: str
    press: str
    edge: str
    text: str
    text_pressed: str
    off_fill: str
    off_edge: str
    off_text: str
    weight: int


LOOKS: dict[str, ButtonLook] = {
    "primary": ButtonLook("ink", "inkHover", "inkPressed", "", "onInk", "onInk", "pressed", "", "text3", 600),
    "secondary": ButtonLook(
        "surface", "hover", "pressed", "border", "text", "text", "", "border", "disabled", 500
    ),
    "quiet": ButtonLook("", "hover", "pressed", "", "text", "text", "", "", "disabled", 500),
    "danger": ButtonLook(
        "surface", "errTint", "err", "border", "err", "surface", "", "border", "disabled", 500
    ),
    "danger_filled": ButtonLook("err", "err", "err", "", "surface", "surface", "pressed", "", "text3", 500),
    "link": ButtonLook("", "", "", "", "link", "link", "", "", "disabled", 500),
}
