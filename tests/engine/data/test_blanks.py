"""Blanks: how many words are hidden, which ones, and how they are shown."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from transformers import PreTrainedTokenizerBase

from engine.data.blanks import BLANK, Hiding, hide, judged_windows, learned_windows
from engine.errors import EngineError
from engine.models.load import load_base
from engine.padding import IGNORED

PIECES = Hiding(share=0.15, whole_words=False)
WORDS = Hiding(share=0.15, whole_words=True)
LONG = "the cat was very happy today and my train is a lovely house on a sunny day and the day was calm"


def judge(
    tokenizer: PreTrainedTokenizerBase,
    texts: list[str],
    longest: int = 64,
    hiding: Hiding = PIECES,
    typed: bool = False,
) -> list[dict]:
    return judged_windows(tokenizer, texts, longest, hiding, [typed] * len(texts))


def test_fifteen_per_cent_are_hidden_and_one_at_least(small_tokenizer: PreTrainedTokenizerBase) -> None:
    (long,) = judge(small_tokenizer, [LONG])
    pieces = len(long["input_ids"]) - 2  # [CLS] and [SEP]
    assert pieces == 22
    assert sum(label != IGNORED for label in long["labels"]) == round(0.15 * pieces) == 3
    (short,) = judge(small_tokenizer, ["cat"])
    assert short["input_ids"] == small_tokenizer.convert_tokens_to_ids(["[CLS]", "[MASK]", "[SEP]"])
    assert short["labels"] == [IGNORED, small_tokenizer.convert_tokens_to_ids("cat"), IGNORED]


def test_judged_blanks_are_always_the_same_and_always_hidden(
    small_tokenizer: PreTrainedTokenizerBase,
) -> None:
    first, again = judge(small_tokenizer, [LONG, LONG])
    assert {**again, "example": 0} == first
    plain = small_tokenizer(LONG)["input_ids"]
    for shown, label, piece in zip(first["input_ids"], first["labels"], plain, strict=True):
        assert (shown, label) == (
            (piece, IGNORED) if label == IGNORED else (small_tokenizer.mask_token_id, piece)
        )


def test_a_window_is_shown_with_lines_for_what_is_hidden(small_tokenizer: PreTrainedTokenizerBase) -> None:
    (window,) = judge(small_tokenizer, [f"  {LONG.upper()}"])
    assert window["text"].count(BLANK) == len(window["blanks"]) == len(window["truth"]) == 3
    text = window["text"]
    for (_, start, end), truth in reversed([*zip(window["blanks"], window["truth"], strict=True)]):
        assert text[start:end] == BLANK
        assert truth.isupper()
        text = f"{text[:start]}{truth}{text[end:]}"
    assert text == LONG.upper()  # in the letters of the file, not of the tokenizer


def test_long_texts_become_windows_that_hold_every_piece_once(
    small_tokenizer: PreTrainedTokenizerBase,
) -> None:
    windows = judge(small_tokenizer, ["cat", LONG], longest=10)
    assert [window["example"] for window in windows] == [0, 1, 1, 1]
    assert all(len(window["input_ids"]) <= 10 for window in windows)
    ids = [
        piece if label == IGNORED else label
        for window in windows[1:]
        for piece, label in [*zip(window["input_ids"], window["labels"], strict=True)][1:-1]
    ]
    assert ids == small_tokenizer(LONG, add_special_tokens=False)["input_ids"]
    first, middle, last = (window["text"] for window in windows[1:])
    assert (first[0], first[-1], middle[0], middle[-1], last[0]) == ("t", "…", "…", "…", "…")
    assert last.endswith((LONG[-4:], BLANK))


def test_whole_words_are_hidden_as_one_blank(small_tokenizer: PreTrainedTokenizerBase) -> None:
    text = "xylophone quartz jukebox"  # no words of the vocabulary: a piece for each letter
    hidden: Counter[str] = Counter()
    for share in (0.2, 0.35, 0.5, 0.6):
        (window,) = judge(small_tokenizer, [text], hiding=Hiding(share, whole_words=True))
        hidden.update(window["truth"])
        for (pieces, _, _), truth in zip(window["blanks"], window["truth"], strict=True):
            assert truth in text.split()
            assert pieces == len(truth)
    assert hidden
    (window,) = judge(small_tokenizer, [text], hiding=Hiding(0.2, whole_words=False))
    assert all(len(truth) < 6 for truth in window["truth"])


@pytest.mark.parametrize("typed", ["I am ___ happy [MASK].", "i am _____ happy <mask>."])
def test_typed_blanks_are_asked_for(small_tokenizer: PreTrainedTokenizerBase, typed: str) -> None:
    (window,) = judge(small_tokenizer, [typed], typed=True)
    assert window["text"].lower() == "i am ___ happy ___."
    assert "labels" not in window
    at = [place for place, asked in enumerate(window["places"]) if asked]
    assert [window["input_ids"][place] for place in at] == [small_tokenizer.mask_token_id] * 2
    assert [blank[0] for blank in window["blanks"]] == [1, 1]
    assert window["truth"] == []
    (of_file,) = judge(small_tokenizer, [typed])
    assert "labels" in of_file  # in a file they are text like any other


def test_a_typed_text_without_a_blank_gets_some(small_tokenizer: PreTrainedTokenizerBase) -> None:
    assert judge(small_tokenizer, [LONG], typed=True) == judge(small_tokenizer, [LONG])


def test_what_is_learned_is_drawn_anew_by_the_seed_alone(small_tokenizer: PreTrainedTokenizerBase) -> None:
    (row,) = learned_windows(small_tokenizer, [LONG], 64, PIECES)
    assert row["words"][0] == row["words"][-1] == -1
    assert hide(row, small_tokenizer, 5) == hide(row, small_tokenizer, 5)
    draws = [hide(row, small_tokenizer, seed) for seed in range(2000)]
    kinds: Counter[str] = Counter()
    places: Counter[int] = Counter()
    for draw in draws:
        chosen = [place for place, label in enumerate(draw["labels"]) if label != IGNORED]
        assert len(chosen) == 3
        for place, piece in enumerate(draw["input_ids"]):
            if place not in chosen:
                assert piece == row["input_ids"][place]
                continue
            assert draw["labels"][place] == row["input_ids"][place]
            places[place] += 1
            if piece == small_tokenizer.mask_token_id:
                kinds["hidden"] += 1
            else:
                kinds["same" if piece == row["input_ids"][place] else "other"] += 1
    assert set(places) == set(range(1, 23))  # every piece comes, the marks around the text never
    assert max(places.values()) < 1.3 * min(places.values())
    assert kinds["hidden"] / 6000 == pytest.approx(0.8, abs=0.02)
    assert kinds["other"] / 6000 == pytest.approx(0.1, abs=0.015)
    assert kinds["same"] / 6000 == pytest.approx(0.1, abs=0.02)


def test_whole_words_are_learned_together(small_tokenizer: PreTrainedTokenizerBase) -> None:
    (row,) = learned_windows(small_tokenizer, ["the xyz was very calm on a sunny day"], 64, WORDS)
    for seed in range(40):
        labels = hide(row, small_tokenizer, seed)["labels"]
        of_word = [label != IGNORED for label in labels[2:5]]
        assert len(set(of_word)) == 1


def test_a_tokenizer_without_a_blank_is_told(small_writer: Path) -> None:
    tokenizer = load_base(str(small_writer), on_meta=True).tokenizer
    with pytest.raises(EngineError) as caught:
        judge(tokenizer, ["cat"])
    assert caught.value.problem.code == "no_mask_token"
    assert "small-writer" in caught.value.problem.reason
