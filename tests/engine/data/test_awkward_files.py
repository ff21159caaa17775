"""Files as people bring them: what must come out of each, every row counted: read, or reported."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from engine.data.read_files import read_table
from engine.data.table import cells
from engine.errors import EngineError
from engine.protocol.problems import Problem
from tests.engine.data.awkward import (
    CSV,
    HEAD,
    TMX,
    UNIT,
    Awkward,
    arrow,
    book,
    damaged_arrow,
    hub_parquet,
    parquet,
    same_name_twice,
    tarred,
    zipped,
)
from tests.engine.data.awkward_books import BOOKS
from tests.engine.data.awkward_documents import DOCUMENTS

DAMAGED_ARROW = damaged_arrow()
SECOND_VARIANT = TMX.format(
    UNIT.format("a", "x").replace("</tu>", '<tuv xml:lang="fr"><seg>z</seg></tuv></tu>')
    + UNIT.format("b", "y").replace("</tu>", "<tuv><seg>no language</seg></tuv></tu>")
)
WRONGLY = '<?xml version="1.0" encoding="utf-8"?>' + TMX.format(UNIT.format("Grüße", "Köln") * 2)
DECLARED = '<?xml version="1.0" encoding="iso-8859-2"?>' + TMX.format(UNIT.format("Žluť", "x") * 2)

FILES = (
    # Delimiters, quotation marks, line ends
    Awkward("plain.csv", CSV),
    Awkward("no break at the end.csv", CSV.rstrip()),
    Awkward("windows breaks.csv", CSV.replace("\n", "\r\n")),
    Awkward("old mac breaks.csv", CSV.replace("\n", "\r")),
    Awkward("mixed breaks.csv", "text,label\r\na,x\nb,y\r"),
    Awkward("semicolons.csv", CSV.replace(",", ";")),
    Awkward("tabs.csv", CSV.replace(",", "\t")),
    Awkward("bars.txt", CSV.replace(",", "|")),
    Awkward("decimal commas.csv", 'text;label\n"1,5";x\n"2,5";y\n', first="1,5"),
    Awkward("commas in quotes.csv", 'text,label\n"a, and b",x\n"c, d",y\n', first="a, and b"),
    Awkward("breaks in quotes.csv", 'text,label\n"a\nb",x\nc,y\n', first="a\nb"),
    Awkward("doubled quotes.csv", 'text,label\n"he said ""a""",x\nb,y\n', first='he said "a"'),
    Awkward("quotes as letters.tsv", 'text\tlabel\n"a\tx\nb"\ty\n', first='"a', told=("quotes_as_letters",)),
    Awkward(
        "quote left open.csv",  # it would take in all rows down to the next quotation mark
        'text,label\na,x\n"b,y\nc,x\nd,y\n"e, f",x\ng,y\n',
        rows=6,
        left_out={"odd_rows": (2,)},
        told=("quotes_left_open",),
    ),
    Awkward(
        "quote left open, then a name.csv",  # the row that hides three others even fits the names
        '\ntext,label\n"a,x\nb,y\n"c",x\n"d, e",y\n',
        rows=4,
        left_out={"odd_rows": (1,)},
        first="b",
        told=("quotes_left_open",),
    ),
    Awkward(
        "quote left open at the end.csv",  # the row is whole, up to the end of its line
        'text,label\na,x\nb,"y\nc,x\nd,y\n"e, f",x\n',
        rows=5,
        told=("quotes_left_open",),
    ),
    Awkward("quotes in two lines.csv", 'text,label\n"a ""b""\nc, d",x\ne"f,y\n', first='a "b"\nc, d'),
    Awkward("spaces around.csv", "text , label\n a, x\nb,y\n", first=" a"),
    Awkward("sep line.csv", "text;label\na;x\nb;y\n"),
    Awkward(
        "empty last column.csv",
        "text,label,\na,x,\nb,y,\n",
        columns=("text", "label", "column 3"),
        told=("unnamed_columns",),
    ),
    # Rows
    Awkward("blank rows.csv", "text,label\n\na,x\n,\nb,y\n\n", rows=5, left_out={"blank_rows": (1, 3, 5)}),
    Awkward("short row.csv", "text,label\na,x\nb\nc,y\nd,z\n", rows=4, left_out={"odd_rows": (2,)}),
    Awkward("long row.csv", "text,label\na,x\nb,y,z\nc,y\nd,z\n", rows=4, left_out={"odd_rows": (2,)}),
    Awkward(
        "names twice.csv", "text,text\na,x\nb,y\n", columns=("text", "text (2)"), told=("repeated_columns",)
    ),
    Awkward("one column.csv", "text\na\nb\n", columns=("text",), told=("single_column",)),
    Awkward("names only.csv", "text,label\n", refused="header_only"),
    Awkward("nothing.csv", b"", refused="empty_file"),
    Awkward("blank lines only.csv", "\n \n\n", refused="empty_file"),
    Awkward("numbers that are texts.csv", "text,label\n007,NA\nnull,1e5\n", first="007"),
    # Encodings
    Awkward("mark.csv", CSV.encode("utf-8-sig")),
    Awkward("utf-16.csv", CSV.encode("utf-16")),
    Awkward("utf-16 without mark.csv", CSV.encode("utf-16-le")),
    Awkward("utf-32.csv", CSV.encode("utf-32")),
    Awkward(
        "windows-1252.csv",
        "text,label\nGrüße aus Köln,gut\nSchöne Straße,gut\n".encode("cp1252"),
        first="Grüße aus Köln",
        told=("guessed_encoding",),
    ),
    Awkward(
        "damaged utf-8.csv",
        "text,label\nGrüße aus Köln und Düsseldorf,gut\n".encode() * 9 + b"\xff,x\n",
        rows=18,
        first="Grüße aus Köln und Düsseldorf",
        told=("broken_characters", "no_header"),
    ),
    Awkward("zero bytes.csv", b"text,label\na\x00,x\n", refused="binary_file"),
    Awkward("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(99), refused="binary_file"),
    # Tables of bytes, packed files
    Awkward("plain.parquet", parquet(text=["a", "b"], label=["x", "y"])),
    Awkward(
        "nulls.parquet",
        parquet(text=["a", None, "b"], label=["x", None, "y"]),
        rows=3,
        left_out={"blank_rows": (2,)},
    ),
    Awkward("categories.parquet", parquet(text=["a", "b"], label=pd.Categorical(["x", "y"]))),
    Awkward("plain.arrow", arrow(pa.table({"text": ["a", "b"], "label": ["x", "y"]}))),
    Awkward("cut.parquet", parquet(text=["a"], label=["x"])[:60], refused="damaged_table"),
    Awkward("names with zeros.parquet", parquet(**{"te\0xt": ["a", "b"], "label": ["x", "y"]})),
    Awkward("old feather.feather", b"FEA1" + bytes(60) + b"FEA1", refused="old_feather"),
    Awkward("damaged inside.arrow", DAMAGED_ARROW, refused="damaged_table"),
    Awkward(
        "classes in lists.parquet",
        hub_parquet(),
        columns=("tokens", "ner_tags", "label", "more"),
        first='["A", "b"]',
    ),
    Awkward("tape.tar", tarred(**{"inside.csv": CSV})),
    Awkward("tape.tar.gz", tarred("w:gz", **{"inside.csv": CSV})),
    Awkward("tape.tgz", tarred("w:gz", **{"../../inside.csv": CSV})),
    Awkward("cut.tar", tarred(**{"inside.csv": CSV})[:530], refused="damaged_archive"),
    Awkward("nothing.tar", tarred(), refused="nothing_packed"),
    Awkward(
        "same name twice.zip",
        same_name_twice(),
        columns=("text", "file"),
        first="b",  # it is called "note (2).txt" here
        told=("read_as_files",),
    ),
    Awkward(
        "readme.zip",
        zipped(**{"train.csv": CSV, "README.txt": "About"}),
        told=("other_files",),
    ),
    Awkward("page.xls", "\n<html><body><table><tr><td>a</td></tr></table></body></html>", refused="web_page"),
    Awkward("page.csv", "<!DOCTYPE html>\n<html></html>", refused="web_page"),
    Awkward("old xml.xls", '<?xml version="1.0"?>\n<Workbook xmlns="urn:x"></Workbook>', refused="web_page"),
    Awkward(
        "pairs.zip",
        zipped(**{"corpus.en": "a\nb\n", "corpus.de": "x\ny"}),
        columns=("de", "en"),
        first="x",
        told=("read_as_pairs",),
    ),
    Awkward(
        "pairs with blanks.zip",
        zipped(**{"train.src": "a\n\nb\n", "train.tgt": "x\n\ny\n", "README.md": "About"}),
        rows=3,
        columns=("src", "tgt"),
        left_out={"blank_rows": (2,)},
        told=("read_as_pairs", "other_files"),
    ),
    Awkward(
        "uneven pairs.zip", zipped(**{"en.txt": "a\nb\n", "de.txt": "x\ny\nz\n"}), refused="unequal_lines"
    ),
    Awkward("packed.csv.gz", gzip.compress(CSV.encode())),
    Awkward("packed.zip", zipped(**{"inside.csv": CSV})),
    Awkward("workbook packed.zip", zipped(**{"inside.xlsx": book(HEAD, ["a", "x"], ["b", "y"])})),
    Awkward("two packed.zip", zipped(**{"a.csv": CSV, "b.csv": CSV}), refused="folder_given"),
    # Texts, tags, questions, translations
    Awkward("paragraphs.txt", "a\n\nb\n", columns=("text",), told=("read_as_paragraphs",)),
    Awkward("tagged.conll", "a O\nB B-X\n\nc O\n", columns=("tokens", "tags"), first='["a", "B"]'),
    Awkward(
        "squad.json",
        json.dumps(
            {
                "data": [
                    {
                        "title": "t",
                        "paragraphs": [
                            {
                                "context": "a b",
                                "qas": [
                                    {
                                        "id": "1",
                                        "question": "q",
                                        "answers": [{"text": "a", "answer_start": 0}],
                                    },
                                    {"id": "2", "question": "r", "is_impossible": True, "answers": []},
                                ],
                            }
                        ],
                    }
                ]
            }
        ),
        columns=("context", "question", "answers", "id", "title"),
        first="a b",
    ),
    Awkward("memory.tmx", TMX.format(UNIT.format("a", "x") + UNIT.format("b", "y")), columns=("en", "fr")),
    Awkward(
        "blank unit.tmx",
        TMX.format(UNIT.format("a", "x") + UNIT.format("", " ")),
        columns=("en", "fr"),
        left_out={"blank_rows": (2,)},
    ),
    Awkward("second variant.tmx", SECOND_VARIANT, columns=("en", "fr"), told=("variants_left_out",)),
    Awkward(
        "markup.tmx",
        TMX.format(
            UNIT.format("<bpt i='1'>&lt;b&gt;</bpt>a<ept i='1'>&lt;/b&gt;</ept>", "<hi>x</hi>")
            + UNIT.format("b<ph>{0}<sub>c</sub></ph>", "y")
        ),
        columns=("en", "fr"),
    ),
    Awkward("declared.tmx", DECLARED.encode("iso-8859-2"), columns=("en", "fr"), first="Žluť"),
    Awkward(
        "declared wrongly.tmx",
        WRONGLY.encode("cp1252"),
        columns=("en", "fr"),
        first="Grüße",
        told=("guessed_encoding",),
    ),
    Awkward("mentions.csv", "text,label\nabout <tmx files,x\nb,y\n", first="about <tmx files"),
    *BOOKS,
    *DOCUMENTS,
)


def test_there_are_enough_of_them() -> None:
    assert len({one.name for one in FILES}) == len(FILES) >= 60


@pytest.mark.parametrize("one", FILES, ids=lambda one: one.name)
def test_every_row_is_read_or_reported(one: Awkward, tmp_path: Path) -> None:
    path = tmp_path / one.name
    path.write_bytes(one.content.encode() if isinstance(one.content, str) else one.content)
    if one.refused:
        with pytest.raises(EngineError) as caught:
            read_table(path)
        assert caught.value.problem.code == one.refused
        assert all((caught.value.problem.title, caught.value.problem.reason, caught.value.problem.fix))
        return
    table = read_table(path)
    told: dict[str, Problem] = {problem.code: problem for problem in table.problems}
    assert {code: told[code].rows for code in one.left_out} == one.left_out
    assert table.rows + sum(told[code].row_count for code in one.left_out) == one.rows
    assert table.columns == one.columns
    assert cells(table.dataset, table.columns[0])[0] == one.first
    assert {*told} == {*one.left_out, *one.told}
