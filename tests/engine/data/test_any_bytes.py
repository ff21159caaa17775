"""Whatever a file holds, reading it ends in a table or in a problem: never in another exception."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine.data.columns import guess, inspect, roles_of
from engine.data.prepare import prepare
from engine.data.read_files import read_table
from engine.errors import EngineError
from engine.protocol.config import DataConfig, Reading
from engine.tasks.text_classification import TASK
from tests.engine.data.awkward import Awkward
from tests.engine.data.test_awkward_files import FILES
from tests.engine.data.usual_tasks import TASKS

SIGNS = b'",\n\r\t;|{}[]:a1 \xe9\x00\x1e\x1f'
PIECES = [SIGNS[place : place + 1] for place in range(len(SIGNS))]
PIECES += [b"text", b"label", b"null", b"\r\n", b"x,pos\n", b"y,neg\n", b'"a":', b"\\ud800", "é😀".encode()]
PIECES += [b"\xff\xfe", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b'{"text": "a", "label": "b"}\n']
PIECES += [b"a\tB-X\n", b"b O\n\n", b"-DOCSTART-\n\n", b"# c\n", "\u3000\n".encode()]
PIECES += [
    b'{"data": [{"paragraphs": [{"context": "c", "qas": [',
    b'{"question": "q", "answers": []}',
    b"]}]}]}",
]


def go_all_the_way(path: Path, encoding: str = "", delimiter: str = "") -> str:
    """Reads, guesses, matches, splits; everything that is said about it can be sent."""
    try:
        table = read_table(path, Reading(encoding=encoding, delimiter=delimiter))
    except EngineError as error:
        msgspec.json.encode(error.problem)
        return error.problem.code
    facts = inspect(table, TASKS)
    rows = TASK.match(table.dataset, roles_of(guess(table, TASK.roles)), {})
    prepared, split = prepare(rows, DataConfig(path=str(path)), table.problems)
    msgspec.json.encode((facts, prepared))
    if split is not None:
        assert len(split.train) + len(split.validation) + len(split.test) == prepared.usable
    return ""


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join),
    ending=st.sampled_from(
        [".csv", ".tsv", ".jsonl", ".json", ".txt", ".conll", ".tmx", ".xlsx", ".zip", ".parquet", ""]
    ),
    encoding=st.sampled_from(
        ["", "", "", "utf-8", "latin-1", "utf-16", "hex", "idna", "unicode_escape", "no\x00pe"]
    ),
    delimiter=st.sampled_from(["", "", "", ",", "\\t", "\n", '"', "ab", "\ud800"]),
)
@example(data=b'text,label\n"', ending=".csv", encoding="", delimiter="")
@example(data=b'{"": 1}\n{"a": {}}', ending=".jsonl", encoding="", delimiter="")
@example(data=b"\xff\xfe\x00", ending=".csv", encoding="", delimiter="")
def test_any_bytes_end_in_a_table_or_a_problem(
    tmp_path: Path, data: bytes, ending: str, encoding: str, delimiter: str
) -> None:
    path = tmp_path / f"file{ending}"
    path.write_bytes(data)
    go_all_the_way(path, encoding, delimiter)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16", "utf-16-le", "utf-8-sig"])
def test_damaged_tables_end_in_a_table_or_a_problem(tmp_path: Path, encoding: str) -> None:
    chance = random.Random(encoding)
    rows = [f"hello {number} wörld,{'pos' if number % 2 else 'neg'}" for number in range(30)]
    whole = ("text,label\n" + "\n".join(rows)).encode(encoding)
    for _ in range(40):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path = tmp_path / "table.csv"
        path.write_bytes(damaged[: chance.randint(1, len(damaged))])
        go_all_the_way(path)


@pytest.mark.parametrize("one", FILES, ids=lambda one: one.name)
def test_damaged_files_of_each_form_end_in_a_table_or_a_problem(tmp_path: Path, one: Awkward) -> None:
    chance = random.Random(one.name)
    whole = one.content.encode() if isinstance(one.content, str) else one.content
    for _ in range(5 if whole else 0):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path = tmp_path / one.name
        path.write_bytes(damaged[: chance.randint(1, len(damaged))] if chance.random() < 0.5 else damaged)
        go_all_the_way(path)
