"""Personal data in texts: mail addresses, phone numbers, bank accounts and cards, and where they stand.

What merely has many digits is none: dates, prices, ids, numbers of orders. So accounts and cards count
only where their checksum is right, and a phone number must be written as one, or called one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What was found, in the order in which a person should care."""

    CARD = "card"
    ACCOUNT = "account"
    PHONE = "phone"
    MAIL = "mail"


class Found(NamedTuple):
    """Something personal in a text.

    Attributes:
        kind: What it is.
        start: Its first letter.
        end: The letter after its last.
    """

    kind: Kind
    start: int
    end: int


_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+(?:[a-z]{2,24}|[A-Z]{2,24})(?![\w-])")
_ACCOUNT = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)")
_CARD = re.compile(r"(?<![\w.,+-])\d{4}(?:[ -]?\d{2,6}){2,4}(?![\w]|[.,]\d)")
_PHONE = re.compile(r"(?<![\w.,/@#+:-])(?<!\d )(?:\+|\()?\d[\d ()./\u00a0-]{5,22}\d(?![\w@]|[.,:/-]\d)")

_CARDS = re.compile(
    r"4\d{12}(?:\d{3})?|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d{2}|7[01]\d|720)\d{12}|3[47]\d{13}|6(?:011|5\d\d)\d{12}"
)
_DATE = re.compile(r"(?:\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})|\d{4}([./-])\d{1,2}\2\d{1,2})(?: .*)?")
_NORTH_AMERICAN = re.compile(r"(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[.-])\d{3}[ .-]\d{4}")
_UNBALANCED = re.compile(r"[^(]*\)|.*\([^)]*")
_POSTCODE = re.compile(r"\d{5}-\d{4}")
_SIGNS = re.compile(r"[./-]")
_GROUPS = re.compile(r"\d+")
_CALLED = re.compile(
    r"\b(?:call|phone|tel|telephone|telefon|mobile|cell|ring|dial|fax|sms|whatsapp|text|txt|contact|landline|"
    r"anruf\w*|handy|mobil|appele[rz]|tél|téléphone|portable|llam\w+|teléfono|móvil|cellulare)\b"
    r"[\w .:,'()-]{0,18}$",
    re.IGNORECASE,
)
_LOOKED_BACK = 30
_MANY = re.compile(r"\d(?:[ ()./\u00a0-]{0,3}\d){6}")
"""Fewer digits are no phone number."""


def personal_data(text: str) -> Iterator[Found]:
    """Yields what is personal in a text; nothing of it overlaps.

    Args:
        text: Any.
    """
    taken: list[Found] = []
    for found in _every(text):
        if all(found.end <= other.start or found.start >= other.end for other in taken):
            taken.append(found)
    yield from sorted(taken, key=lambda found: found.start)


def _every(text: str) -> Iterator[Found]:
    if "@" in text:
        yield from (Found(Kind.MAIL, *match.span()) for match in _MAIL.finditer(text))
    if not _MANY.search(text):
        return
    for match in _ACCOUNT.finditer(text):
        if _is_account(match[0].replace(" ", "")):
            yield Found(Kind.ACCOUNT, *match.span())
    for match in _CARD.finditer(text):
        if _is_card("".join(_GROUPS.findall(match[0]))):
            yield Found(Kind.CARD, *match.span())
    for match in _PHONE.finditer(text):
        before = text[max(0, match.start() - _LOOKED_BACK) : match.start()]
        if _is_phone(match[0].replace("\u00a0", " "), is_called=bool(_CALLED.search(before))):
            yield Found(Kind.PHONE, *match.span())


def _is_account(number: str) -> bool:
    """Whether an IBAN's check digits are right (ISO 13616)."""
    turned = number[4:] + number[:4]
    return 15 <= len(number) <= 34 and int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _is_card(digits: str) -> bool:
    """Whether a number is one of a payment card: how it begins, its length, its check digit (Luhn)."""
    if not _CARDS.fullmatch(digits):
        return False
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2]]
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0


def _is_phone(written: str, *, is_called: bool) -> bool:
    """Whether a number is written as phone numbers are.

    Args:
        written: Digits, and what stands between them.
        is_called: Whether a word such as "call" stands before it.
    """
    groups = _GROUPS.findall(written)
    digits = "".join(groups)
    size = len(digits)
    is_other = any(form.fullmatch(written) for form in (_DATE, _POSTCODE, _UNBALANCED))
    if is_other or len(set(digits)) < 3 or len({*_SIGNS.findall(written)}) > 1:
        return False
    if written.startswith("+"):
        return 8 <= size <= 15 and not digits.startswith("0")
    if _NORTH_AMERICAN.fullmatch(written):
        return True
    if is_called and 9 <= size <= 15:
        return True
    is_grouped = len(groups) > 1 and all(len(group) > 1 for group in groups)
    if digits.startswith("00"):
        return is_grouped and 10 <= size <= 17 and digits[2] != "0"
    return is_grouped and digits.startswith("0") and 9 <= size <= 12
