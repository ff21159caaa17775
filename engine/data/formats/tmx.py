"""Translation memories (TMX): a row for each unit, a column for each language."""

from __future__ import annotations

import io
import re
from typing import Any

from lxml import etree

from engine.data.file_format import FileFormat, Source
from engine.data.records import Records, gather, is_blank
from engine.errors import EngineError
from engine.protocol import document_problems

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_BEGINNING = 4_000


def read_tmx(source: Source) -> Records:
    """Reads the units of a memory, numbered from 1; a language that a unit lacks is an empty cell.

    Nothing outside of the file is ever read, and no entity is replaced.

    Args:
        source: The file.

    Raises:
        EngineError: When it is damaged or holds no unit.
    """
    # The declaration names the encoding of the file, and this is text already.
    data = _DECLARATION.sub("", source.text).encode()
    units: list[dict[str, str]] = []
    try:
        read = etree.iterparse(
            io.BytesIO(data),
            tag="{*}tu",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=True,
        )
        for _, unit in read:
            units.append(_languages(unit))
            unit.clear()
    except etree.XMLSyntaxError as error:
        raise EngineError(document_problems.damaged_xml(source.path, str(error))) from error
    languages = list(dict.fromkeys(language for unit in units for language in unit))
    rows = [[unit.get(language, "") for language in languages] for unit in units]
    if all(map(is_blank, rows)):
        raise EngineError(document_problems.no_units(source.path))
    return gather(languages, rows, source.path)


def _languages(unit: Any) -> dict[str, str]:
    """Returns language → text of a unit, without marks of formats inside."""
    found: dict[str, str] = {}
    for variant in unit.iter("{*}tuv"):
        language = variant.get(_LANGUAGE) or variant.get("lang") or ""
        segment = next(variant.iter("{*}seg"), None)
        if language and segment is not None:
            etree.strip_elements(segment, etree.Entity, etree.Comment, with_tail=False)
            found.setdefault(language.lower().replace("_", "-"), "".join(segment.itertext()).strip())
    return found


FORMAT = FileFormat(
    id="tmx",
    order=10,
    fits=lambda source: "<tmx" in source.text[:_BEGINNING],
    read=read_tmx,
    endings=(".tmx",),
)
