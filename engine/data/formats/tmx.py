"""Translation memories (TMX): a row for each unit, a column for each language."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.data.file_format import SAFE, FileFormat, Source
from engine.data.records import Records, is_blank
from engine.data.row_stream import gather
from engine.errors import EngineError
from engine.protocol import document_problems

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ROOT = re.compile(
    r"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?>[^\[>]|\[.*?\])*>)*<tmx[\s>]", re.DOTALL | re.IGNORECASE
)
"""What such a file begins with; others may speak of it."""
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_BEGINNING = 8_000
_MARKUP = {"bpt", "ept", "it", "ph", "ut"}
"""Elements of a text that hold marks of another program and no words; but a ``sub`` in them does."""


def read_tmx(source: Source) -> Records:
    """Reads the units of a memory, numbered from 1; a language that a unit lacks is an empty cell.

    Args:
        source: The file.

    Raises:
        EngineError: When it is damaged or holds no unit.
    """
    units, odd, encoding = _from_text(source) if source.reading.encoding else _as_declared(source)
    languages = list(dict.fromkeys(language for unit in units for language in unit))
    rows = [[unit.get(language, "") for language in languages] for unit in units]
    if all(map(is_blank, rows)):
        raise EngineError(document_problems.no_units(source.path))
    records = gather(languages, rows, source.path)
    records.encoding = encoding
    if odd:
        records.problems.append(document_problems.variants_left_out(source.path, odd))
    return records


def _as_declared(source: Source) -> tuple[list[dict[str, str]], list[int], str]:
    """Reads the bytes as the file says; where that is wrong or of no use, the encoding is found out."""
    try:
        return _units(source.data)
    except (etree.XMLSyntaxError, LookupError):
        return _from_text(source)


def _from_text(source: Source) -> tuple[list[dict[str, str]], list[int], str]:
    try:
        units, odd, _ = _units(_DECLARATION.sub("", source.text).encode(errors="replace"))
    except etree.XMLSyntaxError as error:
        raise EngineError(document_problems.damaged_xml(source.path, str(error))) from error
    return units, odd, source.decoded.encoding


def _units(data: bytes) -> tuple[list[dict[str, str]], list[int], str]:
    """Returns the units, the numbers of those of which something is left out, and the encoding."""
    units: list[dict[str, str]] = []
    odd: list[int] = []
    read = etree.iterparse(io.BytesIO(data), tag="{*}tu", **SAFE)
    for number, (_, unit) in enumerate(read, start=1):
        variants = [*_variants(unit)]
        found: dict[str, str] = {}
        for language, text in variants:
            if language:
                found.setdefault(language, text)
        if len(found) < len(variants):
            odd.append(number)
        units.append(found)
        unit.clear()
    return units, odd, (read.root.getroottree().docinfo.encoding or "utf-8").lower()


def _variants(unit: Any) -> Iterator[tuple[str, str]]:
    """Yields the language, which may be missing, and the text of each variant that has a text."""
    for variant in unit.iter("{*}tuv"):
        language = variant.get(_LANGUAGE) or variant.get("lang") or ""
        segment = next(variant.iter("{*}seg"), None)
        text = "".join(_words(segment)).strip() if segment is not None else ""
        if text or language:
            yield language.lower().replace("_", "-"), text


def _words(element: Any, *, inside: bool = True) -> Iterator[str]:
    """Yields the words of a text, without marks of formats, remarks and entities."""
    if inside:
        yield element.text or ""
    for inner in element:
        if isinstance(inner.tag, str):
            name = etree.QName(inner).localname
            yield from _words(inner, inside=name == "sub" or (inside and name not in _MARKUP))
        if inside:
            yield inner.tail or ""


def _fits(source: Source) -> bool:
    beginning = source.data[:_BEGINNING]
    for mark in _MARKS:
        beginning = beginning.removeprefix(mark)
    return _ROOT.match(beginning.replace(b"\x00", b"").decode("latin-1")) is not None


FORMAT = FileFormat(
    id="tmx",
    order=5,
    fits=_fits,
    read=read_tmx,
    endings=(".tmx",),
    of_bytes=True,
)
