"""What is said of what a model forgot."""

from __future__ import annotations

from engine.protocol.results import Forgotten, Objectives
from engine.protocol.wording import percent

_DOES = {
    Objectives.PARTNERS: ("finds the partner of", "sentences"),
    Objectives.BLANKS: ("fills in", "blanks"),
    Objectives.NEXT_PIECES: ("says", "next word pieces"),
}
_LITTLE = 0.01
"""A change of the share that is right that is not worth a word."""


def in_short(found: Forgotten) -> str:
    """Returns what the model still does of what it was pretrained for, in a line."""
    if found.objective == Objectives.OWN_WORDS:
        return _own_words(found)
    does, what = _DOES[Objectives(found.objective)]
    after, before = percent(found.right_after), percent(found.right_before)
    if (found.before, found.right_before) == (found.after, found.right_after):
        return f"Nothing forgotten: it {does} {after} of {what}, as before training"
    if abs(found.right_after - found.right_before) < _LITTLE:
        return f"Little forgotten: it {does} {after} of {what}, {before} before training"
    is_worse = found.right_after < found.right_before
    return f"{'Forgot' if is_worse else 'Gained'}: it {does} {after} of {what}, {before} before training"


def in_full(found: Forgotten) -> str:
    """Returns what was asked, how, and what came out, in two sentences."""
    if found.objective == Objectives.OWN_WORDS:
        return (
            f"{in_short(found)} (its mean loss then: {found.before:.2f} for its own words, {found.after:.2f} "
            f"for these). It was given sentences of a general English text that comes with Thaw, and wrote "
            f"{found.asked:,} word pieces."
        )
    _, what = _DOES[Objectives(found.objective)]
    return (
        f"{in_short(found)} (mean loss {found.before:.2f} → {found.after:.2f}). It was asked for "
        f"{found.asked:,} {what} of a general English text that comes with Thaw, as when it was pretrained."
    )


def _own_words(found: Forgotten) -> str:
    """Returns how much of what a model writes it would have written before training."""
    after, lost = percent(found.right_after), found.right_before - found.right_after
    if (found.before, found.right_before) == (found.after, found.right_after):
        return "Nothing forgotten: to a general text it writes what it wrote before training"
    told = f"to a general text, {after} of what it writes is what it would have written before training"
    return f"{'Little forgotten' if lost < _LITTLE else 'Writes otherwise'}: {told}"
