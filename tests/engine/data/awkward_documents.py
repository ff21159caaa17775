"""Awkward files of JSON, translation memories and tables of bytes."""

from __future__ import annotations

import json

from tests.engine.data.awkward import BOTH, Awkward

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
    Awkward("cut.json", json.dumps(BOTH)[:-9], refused="damaged_json"),
    Awkward("numbers.json", "[1, 2, 3]", refused="json_document"),
)
