"""Words that sentences about problems share: sizes, times, epochs, what is safe."""

from __future__ import annotations

_GIGABYTE = 1_000_000_000


def size_words(size: int) -> str:
    """Returns a number of bytes as a person reads it, such as ``"1.4 GB"``, ``"310 MB"`` or ``"24 kB"``."""
    if size >= _GIGABYTE:
        return f"{size / _GIGABYTE:.1f} GB"
    if size >= 1_000_000 or size <= 0:
        return f"{round(size / 1_000_000):,} MB"
    return f"{max(1, round(size / 1_000)):,} kB"


def time_words(seconds: float) -> str:
    """Returns a rough time, such as ``"40 minutes"`` or ``"2.5 hours"``."""
    if seconds >= 5400:
        return f"{seconds / 3600:.1f} hours"
    minutes = max(1, round(seconds / 60))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def limit_words(minutes: float) -> str:
    """Returns a limit of time as it was said, such as ``"12 minutes"``; less than a minute in seconds."""
    if minutes < 1:
        return f"{60 * minutes:.2g} s"
    return f"{minutes:,g} {'minute' if minutes == 1 else 'minutes'}"


def epoch_words(epoch: float) -> str:
    """Returns a place in a run, such as ``"2.5"`` or ``"3"``: a decimal at most, for people count halves."""
    return f"{epoch:.1f}".removesuffix(".0")


def safe_until(saved_epoch: float | None) -> str:
    """Says up to where a run is saved.

    Args:
        saved_epoch: Epoch of the last whole checkpoint; ``None`` when there is none.
    """
    if saved_epoch is None:
        return "Your data and your settings are as they were."
    return f"Everything up to epoch {epoch_words(saved_epoch)} is saved."
