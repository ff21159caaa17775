"""Many texts are cut some at a time: nobody can tell, and equal ids are one object."""

from __future__ import annotations

from transformers import PreTrainedTokenizerBase

from engine.data.windows import cut_passages, cut_texts
from engine.data.word_pieces import AT_ONCE, encode_texts, in_portions, one_of_each

TEXTS = [f"happy {number} cold" for number in range(2 * AT_ONCE + 1)]


def test_portions_are_what_one_call_gives(small_tokenizer: PreTrainedTokenizerBase) -> None:
    whole = small_tokenizer(TEXTS, TEXTS[::-1])["input_ids"]
    portions = list(in_portions(small_tokenizer, TEXTS, TEXTS[::-1]))

    assert [first for first, _ in portions] == [0, AT_ONCE, 2 * AT_ONCE]
    assert [ids for _, encoded in portions for ids in encoded["input_ids"]] == whole
    assert [row["input_ids"] for row in encode_texts(small_tokenizer, TEXTS, TEXTS[::-1], 64)] == whole
    assert list(in_portions(small_tokenizer, [], None)) == []


def test_windows_know_their_text_beyond_the_first_portion(small_tokenizer: PreTrainedTokenizerBase) -> None:
    long = [*TEXTS[: AT_ONCE + 1], "happy " * 40]
    rows = [window.row for window in cut_texts(small_tokenizer, long, 16, 4)]
    assert rows[: AT_ONCE + 1] == list(range(AT_ONCE + 1))
    assert set(rows[AT_ONCE + 1 :]) == {AT_ONCE + 1}
    assert len(rows) > AT_ONCE + 3

    passages = cut_passages(small_tokenizer, ["cold"] * len(TEXTS), TEXTS, 32, 4)
    assert [window.row for window in passages] == list(range(len(TEXTS)))


def test_equal_ids_are_one_object() -> None:
    copied = one_of_each()
    first, second = copied([int("70000"), int("70001")]), copied([int("70001")])
    assert first == [70000, 70001]
    assert second[0] is first[1]
