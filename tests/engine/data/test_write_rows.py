"""Rows written to a file come back the same; no spreadsheet computes what stands in them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.read_files import read_table
from engine.data.table import cells, make_dataset
from engine.data.write_rows import write_rows
from engine.errors import EngineError

plain = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ufeff=+-@'"), min_size=1
).filter(lambda text: text.strip() == text and bool(text))


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(plain, min_size=3, max_size=12),
    ending=st.sampled_from([".csv", ".jsonl", ".parquet"]),
)
def test_what_is_written_is_read_as_it_was(tmp_path_factory, texts, ending):
    path = tmp_path_factory.mktemp("rows") / f"rows{ending}"
    columns = {"some text": texts, "a label": ["x"] * len(texts)}
    rows = make_dataset(columns, range(1, len(texts) + 1))
    assert write_rows(rows, path).rows == len(texts)
    table = read_table(path)
    assert table.columns == ("some text", "a label")
    assert cells(table.dataset, "some text") == texts


def test_formulas_are_made_inert_and_numbers_stay(tmp_path):
    texts = ["=1+2", "@SUM(A1)", "-5", "+3.5 %", "- a list", "fine", "=HYPERLINK(1)"]
    path = tmp_path / "rows.csv"
    written = write_rows(make_dataset({"text": texts, "n": ["1"] * 7}, range(1, 8)), path)
    lines = path.read_text("utf-8-sig").splitlines()
    assert [line.rsplit(",", 1)[0] for line in lines[1:]] == [
        "'=1+2",
        "'@SUM(A1)",
        "-5",
        "+3.5 %",
        "'- a list",
        "fine",
        "'=HYPERLINK(1)",
    ]
    assert written.made_inert == 4
    assert written.told == "4 cells that a spreadsheet would compute have a ' in front."
    jsonl = tmp_path / "rows.jsonl"
    write_rows(make_dataset({"text": texts, "n": ["1"] * 7}, range(1, 8)), jsonl)
    assert cells(read_table(jsonl).dataset, "text") == texts


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("rows.docx", "unknown_form"),
        ("source.csv", "would_overwrite"),
        ("no/where/x.csv", "cannot_write_file"),
    ],
)
def test_what_cannot_be_written_is_told_and_nothing_is_left(tmp_path, name, code):
    source = tmp_path / "source.csv"
    source.write_text("text,n\na,1\nb,2\n")
    with pytest.raises(EngineError) as caught:
        write_rows(make_dataset({"text": ["a"]}, [1]), tmp_path / name, source=str(source))
    assert caught.value.problem.code == code
    assert [path.name for path in tmp_path.iterdir()] == ["source.csv"]
    assert source.read_text() == "text,n\na,1\nb,2\n"
