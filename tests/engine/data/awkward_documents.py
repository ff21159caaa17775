"""Awkward files of JSON, translation memories and tables of bytes."""

from __future__ import annotations

import json

from tests.engine.data.awkward import BOTH, HEAD, Awkward

PARTS = ("id", "train.train.train.train")

DOCUMENTS = (
    # JSON
    Awkward("lines.jsonl", "\n".join(map(json.dumps, BOTH))),
    Awkward(
        "odd line.jsonl", "\n".join([*map(json.dumps, BOTH * 2), "[1]"]), rows=5, left_out={"odd_rows": (5,)}
    ),
    Awkward("blank line.jsonl", "\n\n".join(map(json.dumps, BOTH)), rows=3, left_out={"blank_rows": (2,)}),
    Awkward("list.json", json.dumps(BOTH)),
    Awkward("pretty.json", json.dumps(BOTH, indent=4)),
    Awkward(
        "under a key.json", json.dumps({"meta": {"n": 2}, "data": {"rows": BOTH}}), told=("rows_under_key",)
    ),
    Awkward("columns.json", json.dumps({"text": ["a", "b"], "label": ["x", "y"]})),
    Awkward(
        "nested.json",
        json.dumps([{"post": {"text": "a"}, "label": "x"}, {"post": {"text": "b"}, "label": "y"}]),
        columns=("post.text", "label"),
    ),
    Awkward("null and missing.json", json.dumps([{"text": "a", "label": None}, {"text": "b"}])),
    Awkward("mark.json", json.dumps(BOTH).encode("utf-8-sig")),
    Awkward(
        "ids to objects.json",
        json.dumps(
            {"r1": {"text": "a", "label": "x", "age": 3}, "r2": {"text": "b", "label": "y", "age": 4}}
        ),
        columns=("id", "text", "label", "age"),
        first="r1",
    ),
    Awkward("one id.json", json.dumps({"r1": BOTH[0]}), rows=1, columns=("id", *HEAD), first="r1"),
    Awkward(
        "ids with less.json",
        json.dumps({"r1": BOTH[0], "r2": {"text": "b"}}),
        columns=("id", *HEAD),
        first="r1",
    ),
    Awkward("rows by place.json", json.dumps({"0": BOTH[0], "1": BOTH[1]})),
    Awkward(
        "columns by place.json", json.dumps({"text": {"0": "a", "1": "b"}, "label": {"0": "x", "1": "y"}})
    ),
    Awkward(
        "split.json",
        json.dumps({"columns": HEAD, "index": [0, 1, 2], "data": [["a", "x"], ["b"], ["c", "y"]]}),
        rows=3,
        left_out={"odd_rows": (2,)},
    ),
    Awkward(
        "split with names twice.json",
        json.dumps({"columns": ["text", "text"], "data": [["a", "x"], ["b", "y"]]}),
        columns=("text", "text (2)"),
        told=("repeated_columns",),
    ),
    Awkward(
        "keys twice.json",
        '[{"text": "a", "label": "x", "label": "y"}, {"text": "b", "label": "z"}]',
        columns=("text", "label", "label (2)"),
        told=("repeated_columns",),
    ),
    Awkward(
        "one line.jsonl",
        json.dumps({"text": "a", "label": "x", "parts": [{"n": 1}, {"n": 2}]}),
        rows=1,
        columns=(*HEAD, "parts"),
    ),
    Awkward(
        "words and rows.json",
        json.dumps({"labels": ["x", "y", "z"], "rows": BOTH}),
        told=("rows_under_key",),
    ),
    Awkward(
        "columns under a key.json",
        json.dumps({"data": {"text": ["a", "b"], "label": ["x", "y"]}}),
        told=("rows_under_key",),
    ),
    Awkward(
        "many inner names.json",
        json.dumps([{"text": "a", "more": dict.fromkeys(map(str, range(2_000)), "x")}, {"text": "b"}]),
        columns=("text", "more"),
    ),
    Awkward(
        "parts.json",
        json.dumps({"train": BOTH, "test": [{"label": "z", "text": "c"}]}),
        rows=3,
        columns=(*HEAD, "split"),
        told=("rows_in_parts",),
    ),
    Awkward(
        "parts of columns.json",
        json.dumps({"train": {"text": ["a"], "label": ["x"]}, "dev": {"text": ["b"], "label": ["y"]}}),
        columns=(*HEAD, "split"),
        told=("rows_in_parts",),
    ),
    Awkward("zero in a name.json", json.dumps([{"te\0xt": "a", "label": "x"}, {"te\0xt": "b"}])),
    Awkward(
        "keys in keys.json", '{"a":' * 300 + "1" + "}" * 300, rows=1, columns=("id", "a.a.a.a"), first="a"
    ),
    Awkward("deep.json", '[{"text": ' + "[" * 990 + "]" * 990 + "}]", refused="damaged_json"),
    Awkward("cut.json", json.dumps(BOTH)[:-9], refused="damaged_json"),
    Awkward("numbers.json", "[1, 2, 3]", refused="json_document"),
)
