"""Translation memories: a row for each unit, a column for each language."""

from __future__ import annotations

import pytest

from engine.data.read_files import read_table
from engine.data.table import cells, row_numbers
from engine.errors import EngineError

UNIT = '<tu><tuv xml:lang="{one}"><seg>{text}</seg></tuv><tuv xml:lang="fr-FR"><seg>{other}</seg></tuv></tu>'


def memory(*units: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    return f'{head}\n<tmx version="1.4"><header srclang="en"/><body>{"".join(units)}</body></tmx>'


def read(tmp_path, content: str, encoding: str = "utf-8"):
    path = tmp_path / "a.tmx"
    path.write_bytes(content.encode(encoding))
    return read_table(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_units_become_rows(tmp_path, encoding):
    units = [
        UNIT.format(one="en_US", text="Open <bpt i='1'/>file", other="Ouvrir"),
        UNIT.format(one="en_US", text=" ", other=""),
        UNIT.format(one="en_US", text="Save &amp; close", other="Enregistrer"),
    ]
    table = read(tmp_path, memory(*units, head=f'<?xml version="1.0" encoding="{encoding}"?>'), encoding)
    assert table.columns == ("en-us", "fr-fr")
    assert cells(table.dataset, "en-us") == ["Open file", "Save & close"]
    assert row_numbers(table.dataset) == [1, 3]
    assert [(problem.code, problem.rows) for problem in table.problems] == [("blank_rows", (2,))]


def test_a_language_that_a_unit_lacks_is_blank(tmp_path):
    alone = '<tu><tuv xml:lang="de"><seg>Hallo</seg></tuv></tu>'
    table = read(tmp_path, memory(UNIT.format(one="en", text="a", other="b"), alone))
    assert table.columns == ("en", "fr-fr", "de")
    assert cells(table.dataset, "de") == ["", "Hallo"]


def test_nothing_outside_of_the_file_is_read(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    head = f'<!DOCTYPE tmx [<!ENTITY x SYSTEM "file://{tmp_path}/secret.txt"><!ENTITY y "boom">]>'
    table = read(tmp_path, memory(UNIT.format(one="en", text="a&x;&y;", other="b"), head=head))
    assert cells(table.dataset, "en") == ["a"]


@pytest.mark.parametrize(("content", "code"), [(memory(), "no_units"), (memory(UNIT)[:120], "damaged_xml")])
def test_a_memory_without_rows_is_a_problem(tmp_path, content, code):
    with pytest.raises(EngineError) as caught:
        read(tmp_path, content)
    assert caught.value.problem.code == code
