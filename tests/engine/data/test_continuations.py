"""Texts that go on: every piece is said once, answers stay whole, prompts lose their beginning."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from transformers import PreTrainedTokenizerBase

from engine.data.continuations import (
    ANSWER_CUT,
    PROMPT_CUT,
    Form,
    answered_windows,
    joined_windows,
    judged_windows,
    typed_prompts,
)
from engine.models.load import load_base
from engine.padding import IGNORED
from tests.small_models import make_small_writer

TEMPLATE = (
    "{% for message in messages %}[EOS]{{ message['role'] }} : {{ message['content'] }}"
    "{% if message['role'] == 'assistant' %}[EOS]\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}[EOS]assistant : {% endif %}"
)
TEXTS = ["the cat is happy", "my day was very calm on a train", "sunny"]


@pytest.fixture(scope="module")
def tokenizer(small_writer: Path) -> PreTrainedTokenizerBase:
    return load_base(str(small_writer), on_meta=True).tokenizer


def ids_of(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])


def said(windows: list[dict[str, Any]]) -> list[int]:
    """Returns the labels that count: in each window all but the first."""
    return [label for window in windows for label in window["labels"][1:] if label != IGNORED]


@pytest.mark.parametrize("longest", [4, 7, 64])
def test_texts_to_learn_from_are_joined_and_each_piece_is_said_once(
    tokenizer: PreTrainedTokenizerBase, longest: int
) -> None:
    windows = joined_windows(Form(tokenizer, longest), TEXTS)
    end = tokenizer.eos_token_id
    stream = [end, *(piece for text in TEXTS for piece in [*ids_of(tokenizer, text), end])]
    assert said(windows) == stream[1:]  # a text's end is learned, and stands once between two texts
    assert all(len(window["input_ids"]) == longest for window in windows[:-1])
    assert [window["input_ids"][0] for window in windows[1:]] == [
        window["input_ids"][-1] for window in windows[:-1]
    ]
    assert [window["example"] for window in windows] == sorted(window["example"] for window in windows)


def test_a_mark_of_the_start_is_not_learned(tokenizer: PreTrainedTokenizerBase) -> None:
    own = copy.deepcopy(tokenizer)
    own.bos_token = own.pad_token
    (window,) = joined_windows(Form(own, 64), ["cat", "day"])
    start, end = own.pad_token_id, own.eos_token_id
    cat, day = ids_of(own, "cat day")
    assert window["input_ids"] == [start, cat, end, start, day, end]
    assert window["labels"] == [IGNORED, cat, end, IGNORED, day, end]


@pytest.mark.parametrize("longest", [4, 64])
def test_judged_texts_stand_each_by_itself(tokenizer: PreTrainedTokenizerBase, longest: int) -> None:
    windows = judged_windows(Form(tokenizer, longest), TEXTS)
    for row, text in enumerate(TEXTS):
        own = [window for window in windows if window["example"] == row]
        assert said(own) == [*ids_of(tokenizer, text), tokenizer.eos_token_id]
        assert ["prompt" in window for window in own] == [True] + [False] * (len(own) - 1)
    first = next(window for window in windows if window["example"] == 0)
    begun = min(2, longest // 2)
    assert first["prompt"] == 1 + begun
    assert (first["text"], first["truth"]) == ("the cat", "is happy")
    last = windows[-1]
    assert (last["prompt"], last["text"], last["truth"]) == (0, "sunny", "")  # nothing to begin it with


def test_few_rows_are_written_evenly_spread(tokenizer: PreTrainedTokenizerBase) -> None:
    windows = judged_windows(Form(tokenizer, 64), ["the cat is happy"] * 100)
    written = [window["example"] for window in windows if window["writes"]]
    assert written == list(range(0, 100, 4))
    assert all(window["writes"] for window in judged_windows(Form(tokenizer, 64), TEXTS))


def test_only_answers_are_said(tokenizer: PreTrainedTokenizerBase) -> None:
    (window,) = answered_windows(Form(tokenizer, 64), ["the cat"], ["is very happy"])
    prompt, answer = ids_of(tokenizer, "the cat\n"), ids_of(tokenizer, "is very happy")
    end = tokenizer.eos_token_id
    assert window["input_ids"] == [end, *prompt, *answer, end]
    assert window["labels"] == [*[IGNORED] * (1 + len(prompt)), *answer, end]
    assert (window["prompt"], window["cut"]) == (1 + len(prompt), 0)
    assert (window["text"], window["truth"]) == ("the cat", "is very happy")


def test_too_long_prompts_lose_their_beginning_and_answers_stay_whole(
    tokenizer: PreTrainedTokenizerBase,
) -> None:
    prompt = "the day is a cat and my train was very calm on"
    (window,) = answered_windows(Form(tokenizer, 8), [prompt], ["happy house"])
    end = tokenizer.eos_token_id
    assert window["input_ids"] == [end, *ids_of(tokenizer, "was very calm on"), *said([window])]
    assert len(window["input_ids"]) == 8
    assert said([window]) == [*ids_of(tokenizer, "happy house"), end]
    assert window["cut"] == PROMPT_CUT


def test_an_answer_that_leaves_no_room_is_cut_and_that_is_told(tokenizer: PreTrainedTokenizerBase) -> None:
    answer = "the day is a cat and my train was very calm on"
    (window,) = answered_windows(Form(tokenizer, 8), ["happy house sunny"], [answer])
    assert window["cut"] == ANSWER_CUT
    assert said([window]) == ids_of(tokenizer, answer)[:6]  # a quarter is left to the prompt
    assert window["prompt"] == 2


def test_prompts_take_the_form_of_a_conversation(tmp_path: Path) -> None:
    tokenizer = load_base(str(make_small_writer(tmp_path, template=TEMPLATE)), on_meta=True).tokenizer
    form, end = Form(tokenizer, 64), tokenizer.eos_token_id
    (window,) = answered_windows(form, ["is it sunny?"], ["very"])
    begun = tokenizer.apply_chat_template(
        [{"role": "user", "content": "is it sunny?"}], add_generation_prompt=True, return_dict=False
    )
    assert window["input_ids"] == [*begun, *ids_of(tokenizer, "very"), end]  # and nothing after the end
    assert said([window]) == [*ids_of(tokenizer, "very"), end]
    (typed,) = typed_prompts(form, ["is it sunny?"], answers=True)
    assert typed["input_ids"] == window["input_ids"][: window["prompt"]]
    (plain,) = typed_prompts(form, ["is it sunny?"], answers=False)
    assert plain["input_ids"] == [end, *ids_of(tokenizer, "is it sunny?")]
    (off,) = answered_windows(Form(tokenizer, 64, chat=False), ["is it sunny?"], ["very"])
    assert off["input_ids"][0] == end
    assert len(off["input_ids"]) < len(window["input_ids"])


def test_typed_prompts_are_what_answers_were_learned_behind(tokenizer: PreTrainedTokenizerBase) -> None:
    form = Form(tokenizer, 64)
    (window,) = answered_windows(form, ["the cat"], ["is happy"])
    (typed,) = typed_prompts(form, ["the cat"], answers=True)
    assert typed["input_ids"] == window["input_ids"][: window["prompt"]]
    assert typed["prompt"] == window["prompt"]
    assert "labels" not in typed
    (long,) = typed_prompts(Form(tokenizer, 4), ["the day is a cat"], answers=False)
    assert long["input_ids"] == [tokenizer.eos_token_id, *ids_of(tokenizer, "is a cat")]


def test_nothing_becomes_nothing(tokenizer: PreTrainedTokenizerBase) -> None:
    form = Form(tokenizer, 8)
    assert joined_windows(form, []) == judged_windows(form, []) == answered_windows(form, [], []) == []
