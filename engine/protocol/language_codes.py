"""Codes of languages in the names of files: which two files are the two sides of a translation."""

from __future__ import annotations

import re

_TWO_LETTERS = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de "
    "dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id "
    "ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu "
    "lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu "
    "rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr "
    "ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
_THREE_LETTERS = (
    "ara ben bul cat ces cze cmn dan deu ger ell gre eng est eus baq fas per fin fra fre gle glg hbs heb "
    "hin hrv hun ind isl ice ita jpn kat geo kor lat lav lit mal mar mkd mlt nld dut nno nob nor pol por "
    "ron rum rus slk slv spa sqi alb srp swa swe tam tel tgl tha tur ukr urd vie yor zho chi zul"
)
_SIDES = "src source input inp tgt trg target output out"
CODES = frozenset(f"{_TWO_LETTERS} {_THREE_LETTERS} {_SIDES}".split())
"""Languages (ISO 639), and what the sides of a translation are called."""

_REGION = re.compile(r"[a-z]{2}|[a-z]{4}|\d{3}")
_PARTS = re.compile(r"[^./_\- ]+")


def language_pair(first: str, second: str) -> tuple[str, str] | None:
    """Returns the languages of two files whose names differ in nothing else; ``None`` for other names.

    Args:
        first: Name of a file, with the folders above it.
        second: Of another one.
    """
    one, other = _PARTS.findall(first), _PARTS.findall(second)
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    end = 0
    while end < min(len(one), len(other)) - same and one[-1 - end] == other[-1 - end]:
        end += 1
    middles = one[same : len(one) - end], other[same : len(other) - end]
    return ("-".join(middles[0]), "-".join(middles[1])) if all(map(_is_language, middles)) else None


def _is_language(parts: list[str]) -> bool:
    """Whether parts of a name are a code of a language, perhaps with that of a region or a script."""
    lowered = [part.lower() for part in parts]
    return (
        lowered[:1] != []
        and lowered[0] in CODES
        and (len(lowered) == 1 or (len(lowered) == 2 and _REGION.fullmatch(lowered[1]) is not None))
    )
