"""Web pages, and workbooks in XML: programs save them under the names of tables. They are refused."""

from __future__ import annotations

import re

from engine.data.file_format import FileFormat, Source
from engine.data.records import Records
from engine.errors import EngineError
from engine.protocol import document_problems
from engine.protocol.data_facts import TEXT_ENDINGS

_PROLOG = r"\s*(?><\?.*?\?>\s*|<!--.*?-->\s*)*"
_PAGE = re.compile(_PROLOG + r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_TABLE = re.compile(_PROLOG + r"<(?:table|meta|div|style)\b", re.IGNORECASE | re.DOTALL)
_WORKBOOK = re.compile(_PROLOG + r"<(?:\w+:)?workbook\b", re.IGNORECASE | re.DOTALL)
_PAGES = (".xls", ".xlsx", ".htm", ".html")
"""Endings under which a page may begin with its table."""
_BEGINNING = 4_000


def refuse_page(source: Source) -> Records:
    """Says what the file is.

    Args:
        source: The file.

    Raises:
        EngineError: Always.
    """
    raise EngineError(document_problems.web_page(source.path, in_xml=_is(source, _WORKBOOK)))


def _is(source: Source, pattern: re.Pattern[str]) -> bool:
    return pattern.match(source.text[:_BEGINNING]) is not None


def _fits(source: Source) -> bool:
    if source.ending in TEXT_ENDINGS:
        return False  # a person may learn from pages
    return _is(source, _PAGE) or (source.ending in _PAGES and (_is(source, _TABLE) or _is(source, _WORKBOOK)))


FORMAT = FileFormat(id="web_page", order=10, fits=_fits, read=refuse_page)
