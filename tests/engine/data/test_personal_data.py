"""What is personal in a text, and what only has as many digits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.personal_data import Kind, personal_data


def _found(text: str) -> list[tuple[Kind, str]]:
    return [(one.kind, text[one.start : one.end]) for one in personal_data(text)]


@pytest.mark.parametrize(
    ("text", "kind", "what"),
    [
        ("write to a.b+c@example.co.uk, please", Kind.MAIL, "a.b+c@example.co.uk"),
        ("(jo@work.org)", Kind.MAIL, "jo@work.org"),
        ("ring +44 20 7946 0958 tonight", Kind.PHONE, "+44 20 7946 0958"),
        ("+49 (0)30 1234567", Kind.PHONE, "+49 (0)30 1234567"),
        ("0044 20 7946 0958", Kind.PHONE, "0044 20 7946 0958"),
        ("Call 07700900123 now", Kind.PHONE, "07700900123"),
        ("my number: 555-234-5678.", Kind.PHONE, "555-234-5678"),
        ("(555) 234-5678", Kind.PHONE, "(555) 234-5678"),
        ("030/1234567", Kind.PHONE, "030/1234567"),
        ("06.12.34.56.78", Kind.PHONE, "06.12.34.56.78"),
        ("Tel: 612 345 678", Kind.PHONE, "612 345 678"),
        ("pay to DE89 3704 0044 0532 0130 00 soon", Kind.ACCOUNT, "DE89 3704 0044 0532 0130 00"),
        ("GB29NWBK60161331926819", Kind.ACCOUNT, "GB29NWBK60161331926819"),
        ("card 4111 1111 1111 1111, please", Kind.CARD, "4111 1111 1111 1111"),
        ("5500-0000-0000-0004", Kind.CARD, "5500-0000-0000-0004"),
    ],
)
def test_personal_data_is_found_where_it_stands(text: str, kind: Kind, what: str) -> None:
    assert _found(text) == [(kind, what)]


@pytest.mark.parametrize(
    "text",
    [
        "on 01/02/2023 and 2023-01-02",
        "12.05.2019 10:30",
        "5-4-2023 12 30 45",
        "the price is 1,234,567.89",
        "order 0123456789",
        "ISBN 0-306-40615-2",
        "978-3-16-148410-0",
        "id 20230102123456",
        "3.14159265358979",
        "192.168.100.200",
        "1994-1998, 2001-2005",
        "open 08.30-12.00 13.30",
        "a prize of £1000000",
        "win 250 500 1000",
        "4111 1111 1111 1112",  # its check digit is wrong
        "DE89 3704 0044 0532 0130 01",  # likewise
        "00000000000",
        "CENTERTON, NJ 08003-1128",
        "@anonymous, a@b",
        "pages 100-200-300",
    ],
)
def test_other_numbers_are_none(text: str) -> None:
    assert _found(text) == []


@settings(deadline=None)
@given(st.text(alphabet="0123456789 +-./()@aB:#", max_size=60))
def test_what_is_found_stands_in_the_text_and_does_not_overlap(text: str) -> None:
    last = 0
    for one in personal_data(text):
        assert last <= one.start < one.end <= len(text)
        last = one.end
