"""What a person is told to type."""

from __future__ import annotations

from engine.protocol.catalog import RoleEntry
from gui.state.trial_texts import what_to_type

TEXT = RoleEntry(id="text", label="Text to read")


def test_one_text_and_two() -> None:
    assert what_to_type((TEXT,)) == "Type a text."
    question = RoleEntry(id="question", label="Question")
    answer = RoleEntry(id="answer", label="Answer")
    assert what_to_type((question, answer)) == "Type a question and an answer."


def test_what_helps_in_typing_is_said() -> None:
    blanks = RoleEntry(id="text", label="Text to read", hint="Put ___ where a word is missing.")
    assert what_to_type((blanks,)) == "Type a text. Put ___ where a word is missing."
