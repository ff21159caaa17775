"""Tag schemes: whichever way tags say where a part begins, they become IOB2, and what was done is told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from engine.protocol import tag_problems
from engine.protocol.problems import Problem

OUTSIDE = "O"
NO_TYPE = "part"
"""Type of parts whose tags are only ``B``, ``I`` and ``O``."""

_PREFIXED = re.compile(r"([BIESLUMW])(?:[-_](.+))?")
_BEGINS = frozenset("BSUW")
_ENDS = frozenset("ESLUW")
_OUTSIDES = (OUTSIDE, "o", "0", "_", "-", "", "OTHER", "other", "Other", "none", "None", "NONE")
"""How plain tags call what is no part, likeliest first."""
_SHARE = 0.95
"""Share of the tags, 0 to 1, that must say where a part begins for the others to be slips."""


def to_iob2(
    sequences: Sequence[Sequence[str]], numbers: Sequence[int], column: str = "tags"
) -> tuple[list[list[str]], list[Problem]]:
    """Returns tags as strict IOB2, and what was done for that.

    IOB1, BIOES, BILOU and BMEWO become IOB2 with the same parts. Plain labels become parts of
    neighbours alike, or of single words where every word has one. Tags that are IOB2 already come
    back as they are.

    Args:
        sequences: The tags of each row.
        numbers: Where the rows stand in the file.
        column: Name of the column, for the words of findings.
    """
    counts = Counter(tag for tags in sequences for tag in tags)
    outside = next((tag for tag in _OUTSIDES if counts[tag]), None)
    named = {tag: number for tag, number in counts.items() if tag not in (outside, "")}
    if not named:
        return [[OUTSIDE] * len(tags) for tags in sequences], []
    prefixed = sum(number for tag, number in named.items() if _PREFIXED.fullmatch(tag))
    if prefixed < _SHARE * sum(named.values()):
        return _from_plain(sequences, outside), [tag_problems.plain_tags(column, outside)]
    scheme = _scheme(sequences, counts)
    result, strays, unknown = _from_prefixed(sequences, {outside, ""})
    findings = [] if scheme == "IOB2" else [tag_problems.tags_read_as(column, scheme)]
    if strays and scheme != "IOB1":
        rows = [numbers[row] for row in dict.fromkeys(row for row, _ in strays)]
        findings.append(tag_problems.stray_tags(column, len(strays), rows))
    if unknown:
        rows = [numbers[row] for row in dict.fromkeys(row for row, _ in unknown)]
        findings.append(
            tag_problems.unknown_tags(column, list(dict.fromkeys(tag for _, tag in unknown)), rows)
        )
    return result, findings


def with_beginnings(sequences: Sequence[Sequence[str]]) -> list[list[str]]:
    """Returns tags of which those that go on without a beginning begin; all else stays letter by letter.

    In a scheme in which they ended a part, too, they become the tag of a part of one word, so that what
    comes after them is read as before.

    Args:
        sequences: The tags of each row.
    """
    mended = [list(tags) for tags in sequences]
    _, findings = to_iob2(sequences, range(len(sequences)))
    if all(finding.code != "stray_tags" for finding in findings):
        return mended
    counts = Counter(tag for tags in sequences for tag in tags)
    alone = {"L": "U", "E": "W" if _scheme(sequences, counts) == "BMEWO" else "S"}
    for row, place in _from_prefixed(sequences, ())[1]:
        tag = mended[row][place]
        mended[row][place] = alone.get(tag[0], "B") + tag[1:]
    return mended


def in_scheme(tags: Sequence[str], others: Sequence[Sequence[str]]) -> list[str]:
    """Returns tags of IOB2 in the scheme of others; :func:`to_iob2` beside these gives them back.

    Args:
        tags: Of one row.
        others: The tags of rows as the person's file has them.
    """
    counts = Counter(tag for row in others for tag in row)
    outside = next((tag for tag in _OUTSIDES if counts[tag]), OUTSIDE)
    named = [tag for tag in counts.elements() if tag not in (outside, "")]
    prefixed = [match for tag in named if (match := _PREFIXED.fullmatch(tag))]
    if named and len(prefixed) < _SHARE * len(named):
        return [outside if tag == OUTSIDE else tag[2:] for tag in tags]
    scheme = _scheme(others, counts)
    sign = "_" if sum("_" in match[0][1:2] for match in prefixed) > len(prefixed) / 2 else "-"
    bare = all(match[2] is None for match in prefixed)
    written = []
    for place, tag in enumerate(tags):
        if tag == OUTSIDE:
            written.append(outside)
            continue
        before, after = (tags[at] if 0 <= at < len(tags) else OUTSIDE for at in (place - 1, place + 1))
        kind, begins, ends = tag[2:], tag[0] == "B", after != f"I-{tag[2:]}"
        letter = _letter(scheme, begins=begins, ends=ends, touches=before[2:] == kind)
        written.append(letter if kind == NO_TYPE and bare else f"{letter}{sign}{kind}")
    return written


def _letter(scheme: str, *, begins: bool, ends: bool, touches: bool) -> str:
    """Returns what stands before a type: of a word that begins or ends a part, or that touches one alike."""
    if scheme == "IOB1":
        return "B" if begins and touches else "I"
    alone, end = {"IOBES": ("S", "E"), "BILOU": ("U", "L"), "BMEWO": ("W", "E")}.get(scheme, ("B", "I"))
    if begins:
        return alone if ends else "B"
    return end if ends else "M" if scheme == "BMEWO" else "I"


def _from_plain(sequences: Sequence[Sequence[str]], outside: str | None) -> list[list[str]]:
    """Returns labels without a beginning as parts."""
    result = []
    for tags in sequences:
        row: list[str] = []
        for place, tag in enumerate(tags):
            goes_on = outside is not None and place > 0 and tags[place - 1] == tag
            row.append(OUTSIDE if tag in (outside, "") else f"I-{tag}" if goes_on else f"B-{tag}")
        result.append(row)
    return result


def _from_prefixed(
    sequences: Sequence[Sequence[str]], outsides: Collection[str | None]
) -> tuple[list[list[str]], list[tuple[int, int]], list[tuple[int, str]]]:
    """Returns tags with a prefix as IOB2.

    Returns:
        The tags; row and place of each part that went on without a beginning; row and text of each tag
        that has no prefix and is not the one for "no part".
    """
    result = []
    strays: list[tuple[int, int]] = []
    unknown: list[tuple[int, str]] = []
    for number, tags in enumerate(sequences):
        row: list[str] = []
        open_kind: str | None = None
        for place, tag in enumerate(tags):
            match = _PREFIXED.fullmatch(tag)
            if match is None:
                if tag not in outsides:
                    unknown.append((number, tag))
                row.append(OUTSIDE)
                open_kind = None
                continue
            kind = match[2] or NO_TYPE
            goes_on = match[1] not in _BEGINS and open_kind == kind
            if match[1] not in _BEGINS and not goes_on:
                strays.append((number, place))
            row.append(f"I-{kind}" if goes_on else f"B-{kind}")
            open_kind = None if match[1] in _ENDS else kind
        result.append(row)
    return result, strays, unknown


def _scheme(sequences: Sequence[Sequence[str]], counts: Counter[str]) -> str:
    """Returns the name of the scheme that tags are of."""
    prefixes = {match[1] for tag in counts if (match := _PREFIXED.fullmatch(tag))}
    for letters, name in (("ES", "IOBES"), ("LU", "BILOU"), ("MW", "BMEWO")):
        if prefixes & set(letters) and not (name == "IOBES" and prefixes & set("MW")):
            return name
    begins_with_i = begins_with_b = False
    for tags in sequences:
        before = ""
        for tag in tags:
            match = _PREFIXED.fullmatch(tag)
            kind = (match[2] or NO_TYPE) if match else ""
            if match and kind != before:
                begins_with_i |= match[1] == "I"
                begins_with_b |= match[1] == "B"
            before = kind
    # Where a B- begins a part after something else, an I- that does so is a slip and no scheme.
    return "IOB1" if begins_with_i and not begins_with_b else "IOB2"
