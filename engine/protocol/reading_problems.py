"""Problems of texts that a model reads badly, in words: too long for it, or not in its language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from engine.protocol.data_problems import SHOW_DATA, first_rows
from engine.protocol.file_problems import SAFE
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.wording import counted, percent, quoted, shortened

MANY_CUT = 0.05
"""Share of the texts from which it matters that they are cut."""
FEW_UNKNOWN, MANY_UNKNOWN = 0.005, 0.05
"""Share of the word pieces that stand for what is not known: from the first it is told, from the second it
harms."""
SOME_PIECES, MANY_PIECES = 1.6, 2.4
"""Word pieces a word, likewise. With an English model of 30,000 pieces English has 1.0 to 1.35 of them,
French and German 1.7 to 1.9, Polish, Finnish, Arabic and Russian 2.5 to 4.4."""


ABOUT_TEXTS = frozenset({"texts_cut", "unknown_pieces", "words_in_pieces"})
"""Codes of what is about the rows and not known before there is a model to read them."""


def texts_cut(
    over: Mapping[int, int],
    *,
    looked_at: int,
    total: int,
    limit: int,
    longest: int,
    wanted: int | None,
    unit: str,
    model: str,
) -> Problem:
    """Some texts are longer than the run lets them be; what is beyond is not read.

    Args:
        over: Number of the row → its word pieces, of those that are cut.
        looked_at: How many rows were looked at.
        total: How many there are.
        limit: Word pieces that are read.
        longest: Word pieces that could be read.
        wanted: Word pieces with which nearly all would fit; ``None`` where no larger number is possible.
        unit: What a row is called, plural.
        model: Name of the model.
    """
    beyond = sorted(size - limit for size in over.values())
    share = len(over) / looked_at
    rows = sorted(over)
    far = (
        f"by {counted(beyond[0], 'word piece')}"
        if len(beyond) == 1
        else f"half of them by {round(median(beyond)):,} or more, the longest by {beyond[-1]:,}"
    )
    seen = " that were looked at" if looked_at < total else ""
    much = share > MANY_CUT
    actions: tuple[Action, ...] = (SHOW_DATA,)
    if not much:
        fix = "Nothing has to be done if what matters stands in the beginning."
    elif wanted is None:
        fix = (
            f"{model} reads {longest:,} at most. Shorten the texts, or choose a model that reads longer ones."
        )
    else:
        fix = f"Read up to {wanted:,} word pieces; that needs more time and memory."
        button = Action(
            id="set_settings",
            label=f"Read {wanted:,} word pieces",
            arguments={"max_length": str(wanted)},
            note="Longer texts need more time and memory.",
        )
        actions = (button, SHOW_DATA)
    return Problem(
        code="texts_cut",
        title=f"{len(over):,} of {looked_at:,} {unit}{seen} will be cut",
        reason=f"{model} is to read {limit:,} word pieces of each. {percent(round(share, 3))} are longer, "
        f"{far}; what stands there is not read.",
        fix=fix,
        safe=SAFE,
        severity=Severity.WARNING if much else Severity.NOTE,
        setting="max_length",
        rows=first_rows(rows),
        row_count=len(rows),
        actions=actions,
    )


def unknown_pieces(share: float, examples: Sequence[str], *, model: str, language: str) -> Problem:
    """Some of what stands in the texts is unknown to the model.

    Args:
        share: Of the word pieces, 0 to 1.
        examples: What is unknown, the most frequent first; may be empty.
        model: Name of the model.
        language: Its language, e.g. ``"English"``; empty where that is not known.
    """
    many = share >= MANY_UNKNOWN
    such = f", such as {quoted(list(examples))}," if examples else ""
    return Problem(
        code="unknown_pieces",
        title=f"{model} does not know {percent(round(share, 3))} of what stands in the texts",
        reason=f"All of that{such} is one and the same sign to it and cannot be told apart."
        f"{_made_for(language)}",
        fix="Choose a model for the language and script of your texts."
        if many
        else "Nothing has to be done unless such signs matter for the answers.",
        safe=SAFE,
        severity=Severity.WARNING if many else Severity.NOTE,
        setting="model",
    )


def words_in_pieces(each: float, *, model: str, language: str) -> Problem:
    """Words are cut into many pieces, as those of a language are that a model has hardly seen.

    Args:
        each: Word pieces a word.
        model: Name of the model.
        language: Its language, e.g. ``"English"``; empty where that is not known.
    """
    many = each >= MANY_PIECES
    return Problem(
        code="words_in_pieces",
        title=f"{model} {'hardly knows' if many else 'may not know well'} the language of the texts",
        reason=f"It cuts a word into {each:.1f} pieces on average; 1.0 to 1.5 are usual in a language that a "
        f"model has learned.{_made_for(language)} It learns more slowly then, and reaches less.",
        fix="Choose a model for the language of your texts, or one for many languages."
        if many
        else "If there is a model for the language of your texts, try it.",
        safe=SAFE,
        severity=Severity.WARNING if many else Severity.NOTE,
        setting="model",
    )


def _made_for(language: str) -> str:
    return f" It was made for {shortened(language)}." if language else ""
