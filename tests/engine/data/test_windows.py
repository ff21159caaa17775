"""Windows: long texts are read whole, piece by piece, each word answered where most stands around it."""

from __future__ import annotations

import copy
from itertools import pairwise

import pytest
from transformers import PreTrainedTokenizerBase

from engine.data.windows import Place, Window, cut_passages, cut_texts, whole_piece, words_answered
from tests.engine.tasks.reading_models import bytes_tokenizer

LONG = " ".join(f"{word} {number}" for number, word in enumerate(["happy", "the", "cold", "train"] * 10))


@pytest.fixture(scope="module", params=["words", "bytes"])
def tokenizer(
    request: pytest.FixtureRequest, small_tokenizer: PreTrainedTokenizerBase
) -> PreTrainedTokenizerBase:
    """Returns BERT's kind, and one of bytes that adds nothing."""
    return small_tokenizer if request.param == "words" else bytes_tokenizer()


def places(text: str) -> list[Place]:
    """Returns where the words of a text stand, with single spaces between them."""
    found, start = [], 0
    for word in text.split():
        found.append(Place(start, start + len(word)))
        start += len(word) + 1
    return found


def test_a_short_text_is_one_window(small_tokenizer: PreTrainedTokenizerBase) -> None:
    (window,) = cut_texts(small_tokenizer, ["Happy zoo"], 64, 16)
    assert small_tokenizer.convert_ids_to_tokens(window.input_ids) == [
        "[CLS]",
        "happy",
        "z",
        "##o",
        "##o",
        "[SEP]",
    ]
    assert window.places == [(0, 0), (0, 5), (6, 7), (7, 8), (8, 9), (0, 0)]
    assert window.pieces == [1, 2, 3, 4]
    assert words_answered([window], places("Happy zoo")) == [[(0, 1), (1, 2)]]


def test_a_long_text_is_read_whole_in_windows_that_overlap(tokenizer: PreTrainedTokenizerBase) -> None:
    windows = cut_texts(tokenizer, ["short", LONG], 20, 5)
    assert [window.row for window in windows] == [0] + [1] * (len(windows) - 1)
    assert max(len(window.input_ids) for window in windows) == 20
    read: set[int] = set()
    for before, window in pairwise(windows[1:]):
        own = [[one.places[piece] for piece in one.pieces] for one in (before, window)]
        assert own[0][-5:] == own[1][:5]
    for window in windows[1:]:
        for start, end in window.places:
            read |= set(range(start, end))
    assert {at for at, letter in enumerate(LONG) if letter != " "} <= read


def test_each_word_is_answered_once_where_most_stands_around_it(tokenizer: PreTrainedTokenizerBase) -> None:
    windows, words = cut_texts(tokenizer, [LONG], 20, 5), places(LONG)
    answered = words_answered(windows, words)
    assert sorted(word for own in answered for word, _ in own) == list(range(len(words)))
    for number, own in enumerate(answered):
        for word, piece in own:
            start, end = windows[number].places[piece]
            letters = LONG[start:end].strip()
            assert LONG[words[word].start :].startswith(letters)
            around = min(piece - windows[number].pieces[0], windows[number].pieces[-1] - piece)
            for window in windows:
                others = [at for at in window.pieces if window.places[at] == windows[number].places[piece]]
                for other in others:
                    assert min(other - window.pieces[0], window.pieces[-1] - other) <= around


def test_a_word_without_a_piece_is_answered_nowhere() -> None:
    window = Window(0, [1, 2], [], [(0, 3), (6, 9)])
    assert words_answered([window], [Place(0, 3), Place(4, 5), Place(6, 9)]) == [[(0, 0), (2, 1)]]


def test_a_piece_of_two_words_answers_the_first() -> None:
    window = Window(0, [1, 2], [], [(0, 5), (5, 9)])
    assert words_answered([window], [Place(0, 2), Place(3, 5), Place(6, 9)]) == [[(0, 0), (2, 1)]]


def test_each_window_has_the_question(small_tokenizer: PreTrainedTokenizerBase) -> None:
    tokenizer = copy.deepcopy(small_tokenizer)
    tokenizer.model_input_names = ["input_ids", "token_type_ids", "attention_mask"]
    windows = cut_passages(tokenizer, ["was it cold", "very cold"], [LONG, "the day"], 32, 8)
    assert [window.row for window in windows] == [0] * (len(windows) - 1) + [1]
    for window in windows[:-1]:
        pieces = tokenizer.convert_ids_to_tokens(window.input_ids)
        assert pieces[:6] == ["[CLS]", "was", "i", "##t", "cold", "[SEP]"]
        assert window.kinds == [0] * 6 + [1] * (len(pieces) - 6)
        assert window.pieces == list(range(6, len(pieces) - 1))
        assert whole_piece(tokenizer, window) == 0
    assert cut_passages(small_tokenizer, ["very cold"], ["the day"], 32, 8)[0].kinds == []


def test_without_special_pieces_a_line_break_stands_between_and_an_end_behind() -> None:
    tokenizer = bytes_tokenizer()
    (window,) = cut_passages(tokenizer, ["Who?"], ["A cat"], 64, 16)
    assert tokenizer.convert_ids_to_tokens(window.input_ids) == [*"Who?", "Ċ", "A", "Ġ", *"cat", "<end>"]
    assert window.pieces == [5, 6, 7, 8, 9]
    assert window.places[5:] == [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (0, 0)]
    assert whole_piece(tokenizer, window) == 10
    windows = cut_passages(tokenizer, ["Who?"], [LONG], 40, 10)
    assert max(len(window.input_ids) for window in windows) == 40
    assert all(tokenizer.decode(window.input_ids[-1:]) == "<end>" for window in windows)


@pytest.mark.parametrize("max_length", [4, 32, 64])
def test_a_question_leaves_room_for_the_passage(tokenizer: PreTrainedTokenizerBase, max_length: int) -> None:
    windows = cut_passages(tokenizer, [LONG], [LONG], max_length, 64)
    assert max(len(window.input_ids) for window in windows) <= max(32, max_length)
    read = {at for window in windows for start, end in window.places for at in range(start, end)}
    assert {at for at, letter in enumerate(LONG) if letter != " "} <= read


def test_nothing_is_still_a_window(tokenizer: PreTrainedTokenizerBase) -> None:
    for windows in (cut_texts(tokenizer, [""], 16, 4), cut_passages(tokenizer, [""], [""], 32, 8)):
        assert len(windows) == 1
        assert windows[0].input_ids
        assert windows[0].pieces == []
    assert words_answered(cut_texts(tokenizer, [""], 16, 4), []) == [[]]
    assert cut_texts(tokenizer, [], 16, 4) == cut_passages(tokenizer, [], [], 16, 4) == []
