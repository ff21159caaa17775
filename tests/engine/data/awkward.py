"""What an awkward file is, and how files of each form are made for tests."""

from __future__ import annotations

import io
import json
import re
import struct
import tarfile
import warnings
import zipfile
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook
from pyarrow import ipc


class Awkward(NamedTuple):
    """A file, and what must come out.

    Attributes:
        name: Of the file.
        content: Its bytes, or a text that is saved as UTF-8.
        rows: Rows that stand in it below the names.
        left_out: Code of a problem → numbers of the rows that it reports as left out.
        columns: Their names.
        first: The first cell of the first row that is kept.
        told: Codes of the other things that are said.
        refused: Code of the problem that it ends in; nothing else counts then.
    """

    name: str
    content: bytes | str
    rows: int = 2
    left_out: Mapping[str, tuple[int, ...]] = MappingProxyType({})
    columns: tuple[str, ...] = ("text", "label")
    first: str = "a"
    told: tuple[str, ...] = ()
    refused: str = ""


def book(*rows: list[Any], merge: str = "", **more: Any) -> bytes:
    """Returns a workbook with one sheet."""
    workbook, held = Workbook(), io.BytesIO()
    assert workbook.active is not None
    for row in rows:
        workbook.active.append(row)
    for area in merge.split():
        workbook.active.merge_cells(area)
    for title, others in more.items():
        sheet = workbook.create_sheet(title)
        for row in others:
            sheet.append(row)
    workbook.save(held)
    return held.getvalue()


def patched(workbook: bytes, *changes: tuple[str, str], part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """Returns a workbook in whose sheet other words stand."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as whole, zipfile.ZipFile(held, "w") as changed:
        for name in whole.namelist():
            words = whole.read(name).decode()
            for old, new in changes if name == part else ():
                assert old in words
                words = words.replace(old, new)
            changed.writestr(name, words)
    return held.getvalue()


def open_document(rows: str, more: str = "") -> bytes:
    """Returns a workbook of OpenDocument with the rows of one sheet; a cell is written ``[a]``."""
    made = re.sub(r"\[(.*?)\]", _CELL, rows)
    content = (
        f"<office:document-content {_SPACES}>{more}<office:body><office:spreadsheet>"
        f'<table:table table:name="Sheet">{made}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped(**{"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": "<manifest/>"})


def parquet(**columns: list[Any]) -> bytes:
    held = io.BytesIO()
    pd.DataFrame(columns).to_parquet(held)
    return held.getvalue()


def arrow(table: pa.Table) -> bytes:
    held = io.BytesIO()
    with ipc.new_file(held, table.schema) as writer:
        writer.write_table(table)
    return held.getvalue()


def damaged_arrow() -> bytes:
    """Returns an Arrow table in which a text ends before it begins."""
    texts = ["a" * 100, "b" * 50]
    whole = arrow(pa.table({"text": texts, "label": texts}))
    ends = struct.pack("<iii", 0, 100, 150)
    assert ends in whole
    return whole.replace(ends, struct.pack("<iii", 0, 2_000_000_000, 150))


def hub_parquet() -> bytes:
    """Returns a table as the hub has them, with a feature that this release of the library does not know."""
    label = {"names": ["neg", "pos"], "_type": "ClassLabel"}
    tags = {"feature": {"names": ["O", "B-PER"], "_type": "ClassLabel"}, "_type": "Sequence"}
    more = {"tag": label, "_type": "Unheard"}
    features = {"tokens": {"feature": {"dtype": "string", "_type": "Value"}, "_type": "Sequence"}}
    features |= {"ner_tags": tags, "label": label, "more": more}
    table = pa.table(
        {
            "tokens": [["A", "b"], ["C"]],
            "ner_tags": [[1, 0], [0]],
            "label": [1, 0],
            "more": [{"tag": 0}, {"tag": 1}],
        }
    )
    held = io.BytesIO()
    said = json.dumps({"info": {"features": features}})
    pq.write_table(table.replace_schema_metadata({"huggingface": said}), held)
    return held.getvalue()


def same_name_twice() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("note.txt", "a")
        archive.writestr("note.txt", "b")
    return held.getvalue()


def zipped(**files: bytes | str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def tarred(mode: str = "w", **files: bytes | str) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode=mode) as archive:  # type: ignore[call-overload]  # any mode
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return held.getvalue()


_CELL = r'<table:table-cell office:value-type="string"><text:p>\1</text:p></table:table-cell>'
_SPACES = " ".join(
    [
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    ]
    + ['xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"']
)
ROW = "<table:table-row>{}</table:table-row>"
"""A row of OpenDocument."""
HEAD = ["text", "label"]
CSV = "text,label\na,x\nb,y\n"
BOTH = [{"text": "a", "label": "x"}, {"text": "b", "label": "y"}]
UNIT = '<tu><tuv xml:lang="en"><seg>{}</seg></tuv><tuv xml:lang="fr"><seg>{}</seg></tuv></tu>'
TMX = '<tmx version="1.4"><header/><body>{}</body></tmx>'
