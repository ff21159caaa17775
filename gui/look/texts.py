"""Numbers in words: counts, shares, times and sizes, always with their unit."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from engine.protocol.number_words import bytes_number, score_number, share_number
from engine.protocol.problem_words import epoch_words
from engine.protocol.results import Score

_MONTHS = ("Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
_SINGULARS = {"classes": "class", "batches": "batch", "passes": "pass"}

_PEOPLE = ("Matthews", "Pearson", "Spearman")
"""Measures are named after them."""


def thousands(number: int) -> str:
    """Returns a whole number with its thousands set apart: ``"3,618"``."""
    return f"{number:,}"


def count(things: str, number: int) -> str:
    """Returns how many of something there are: ``"3,618 texts"``, ``"1 text"``.

    Args:
        things: The word in the plural.
        number: How many.
    """
    return f"{thousands(number)} {singular(things) if number == 1 else things}"


def label_words(name: str) -> str:
    """Returns a label as it is shown: in quotation marks where spaces around it would not be seen.

    Args:
        name: As it stands in the data.
    """
    return f'"{name}"' if name != name.strip() else name


def singular(things: str) -> str:
    """Returns one of several words: ``"texts"`` becomes ``"text"``."""
    first, space, rest = things.rpartition(" ")
    if rest in _SINGULARS:
        return first + space + _SINGULARS[rest]
    if rest.endswith("ies"):
        return first + space + rest[:-3] + "y"
    return things.removesuffix("s")


def inside_a_sentence(name: str) -> str:
    """Returns a name for the middle of a sentence: ``"macro F1"``, ``"a mix"``; ``"BLEU"`` stays."""
    keeps = (name[:2].isupper() and name[1:2] != " ") or name.startswith(_PEOPLE)
    return name if keeps else name[:1].lower() + name[1:]


def at_the_start(name: str) -> str:
    """Returns a name for the start of a line: ``"Perplexity"``; ``"chrF"`` has a capital of its own."""
    return name if name != name.lower() else name[:1].upper() + name[1:]


def compact_number(number: float) -> str:
    """Returns a large number for a tight place: ``"770"``, ``"74.6 k"``, ``"1.77 M"``, ``"1.10 G"``."""
    for limit, unit, digits in ((1e9, "G", 2), (1e6, "M", 2), (1e3, "k", 1)):
        if number >= max(1e4, limit - limit * 0.5 * 10**-digits):
            return f"{number / limit:.{digits}f} {unit}"
    return thousands(round(number))


def epoch(position: float) -> str:
    """Returns a place in a run: ``"2.5"``, ``"3"``."""
    return epoch_words(position)


def million(number: int) -> str:
    """Returns a large number for a sentence: ``"22.57 million"``, ``"448 thousand"``, ``"770"``."""
    if number >= 999_500:
        return f"{number / 1e6:.2f} million"
    if number >= 10_000:
        return f"{number / 1e3:.0f} thousand"
    return thousands(number)


def score(value: float) -> str:
    """Returns a measure for people: ``"0.951"``, ``"1.000"``, ``"8.12"``, ``"46.0"``, ``"603.6"``."""
    return score_number(value)


def with_interval(measured: Score) -> str:
    """Returns a measure with its interval: ``"0.951, between 0.932 and 0.968"``."""
    return f"{score(measured.value)}, between {score(measured.low)} and {score(measured.high)}"


def percent(share: float) -> str:
    """Returns a share, 0 to 1: ``"23.6 %"``, ``"1.95 %"``, ``"0.003 %"``."""
    return share_number(share)


def probability_words(probability: float, decision: float | None = None) -> str:
    """Returns a probability in whole per cent, never rounded to certainty: ``"97 %"``, ``"> 99 %"``.

    Args:
        probability: 0 to 1.
        decision: Where the answer turns. Near it one decimal says on which side: ``"49.6 %"``.
    """
    if decision is not None and probability != decision and round(probability - decision, 2) == 0:
        turn, value = 100 * decision, 100 * probability
        value = min(value, turn - 0.1) if value < turn else max(value, turn + 0.1)
        return f"{value:.1f} %"
    if 0 < probability < 0.005:
        return "< 1 %"
    if 0.995 < probability < 1:
        return "> 99 %"
    return percent(round(probability, 2))


def apart_words(said: str, truth: str) -> str:
    """Returns how far a number is from the right one: ``"0.8 too low"``; empty where they are no numbers.

    Args:
        said: What was said.
        truth: What is right.
    """
    try:
        apart = round(float(said) - float(truth), 6)
    except ValueError:
        return ""
    return f"{abs(apart):.3g} too {'high' if apart > 0 else 'low'}" if apart else ""


def duration(seconds: float) -> str:
    """Returns a time that was measured: ``"47 s"``, ``"2 min 10 s"``, ``"1 h 5 min"``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(round(whole / 60), 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def about_duration(seconds: float) -> str:
    """Returns a time that is expected, no more exact than it can be: ``"about 2 min 10 s"``."""
    if seconds < 5:
        return "a few seconds"
    if seconds < 57.5:
        return f"about {round(seconds / 5) * 5} s"
    if seconds < 600:
        return "about " + duration(round(seconds / 10) * 10)
    if seconds < 3600:
        return "about " + duration(round(seconds / 60) * 60)
    return "about " + duration(round(seconds / 300) * 300)


def duration_range(low: float, high: float) -> str:
    """Returns a time that is expected within bounds: ``"10–40 s"``, ``"1 h to 1 h 30 min"``."""
    if high < 60:
        first, last = max(1, round(low / 5) * 5), max(5, round(high / 5) * 5)
        return f"{first}–{last} s" if last > first else f"{last} s"
    if high < 3600:
        first, last = max(1, round(low / 60)), max(1, round(high / 60))
        return f"{first}–{last} min" if last > first else f"{last} min"
    return f"{duration(low)} to {duration(high)}"


def day(moment: datetime, now: datetime) -> str:
    """Returns when something was: ``"today"``, ``"yesterday"``, ``"12 May"``, ``"3 May 2024"``.

    Args:
        moment: The time in question.
        now: The present, in the same time zone.
    """
    days = (now.date() - moment.date()).days
    if days <= 1:
        return "yesterday" if days == 1 else "today"
    words = f"{moment.day} {_MONTHS[moment.month - 1]}"
    return words if moment.year == now.year else f"{words} {moment.year}"


def size(number_of_bytes: float) -> str:
    """Returns an amount of data: ``"1.4 GB"``, ``"90 MB"``, ``"12 kB"``, ``"512 bytes"``."""
    return bytes_number(number_of_bytes)


def place_in_words(place: Path) -> str:
    """Returns a folder as a person reads it: ``"Documents / Thaw / Spam filter"``."""
    try:
        parts = place.relative_to(Path.home()).parts
    except ValueError:
        return str(place)
    return " / ".join(parts)
