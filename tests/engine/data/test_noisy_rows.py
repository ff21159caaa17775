"""Noise in rows: tags, answers and blanks move along, and what is to be said stays clean."""

from __future__ import annotations

import dataclasses
from typing import Any, cast

import pytest
from datasets import Dataset
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerBase

from engine import registry
from engine.contracts import Asked, BaseModel, Network
from engine.data.answers import Answer, answers_cell, answers_of
from engine.data.cell_lists import list_cell, words_of
from engine.data.noise_settings import noise_kinds
from engine.models.load import load_base
from engine.noising import Noise
from engine.padding import IGNORED

NO_TOKENIZER = cast("PreTrainedTokenizerBase", None)
CLASSES = ("O", "B-LOC", "I-LOC", "B-PER", "I-PER")


def much(share: float = 0.3, seed: int = 0) -> Noise:
    """Returns every kind of noise."""
    return Noise(kinds=noise_kinds(), share=share, seed=seed)


def asked_of(
    task: str, columns: dict[str, list[Any]], tokenizer: PreTrainedTokenizerBase = NO_TOKENIZER
) -> Asked:
    """Returns rows, numbered from 1, with the recommended settings."""
    rows = len(next(iter(columns.values())))
    chosen, _ = registry.fill_settings(registry.method("full_fine_tuning"), task, {})
    return Asked(Dataset.from_dict({**columns, "row": list(range(1, rows + 1))}), (), chosen, tokenizer)


def with_noise(task: str, asked: Asked, noise: Noise) -> Asked:
    """Returns the same rows with noise."""
    return dataclasses.replace(asked, rows=registry.task(task).with_noise(asked, noise).rows)


# Words with tags

WORD = st.text(st.sampled_from("abcde.,'-É"), min_size=1, max_size=9)
PART = st.tuples(st.sampled_from(["O", "LOC", "PER"]), st.lists(WORD, min_size=1, max_size=4))


def tagged(parts: list[tuple[str, list[str]]]) -> tuple[list[str], list[str]]:
    """Returns words and IOB2 tags of parts one after the other."""
    words, tags = [], []
    for kind, own in parts:
        words += own
        tags += ["O" if kind == "O" else f"{'B' if not place else 'I'}-{kind}" for place in range(len(own))]
    return words, tags


def types(tags: list[str]) -> list[str]:
    """Returns the types of the parts in their order."""
    return [tag[2:] for tag in tags if tag.startswith("B-")]


@settings(max_examples=300, deadline=None)
@given(
    parts=st.lists(PART, min_size=1, max_size=6),
    share=st.floats(0, 0.3),
    seed=st.integers(0, 999),
    classes=st.sampled_from([CLASSES, ("O", "B-LOC", "B-PER")]),
)
def test_every_part_is_still_there_and_tags_are_iob2(
    parts: list[tuple[str, list[str]]], share: float, seed: int, classes: tuple[str, ...]
) -> None:
    words, tags = tagged(parts)
    asked = asked_of("token_classification", {"tokens": [list_cell(words)], "tags": [list_cell(tags)]})
    asked = dataclasses.replace(asked, classes=classes)
    noisy = with_noise("token_classification", asked, much(share, seed)).rows[0]
    became, tagged_as = words_of(noisy["tokens"]), words_of(noisy["tags"])
    assert len(became) == len(tagged_as) > 0
    assert all(became)
    assert noisy["text"] == " ".join(became)
    assert types(tagged_as) == types(tags)
    before = "O"
    for tag in tagged_as:
        assert not tag.startswith("I-") or before[2:] == tag[2:]  # nothing goes on that has not begun
        before = tag
    if "I-LOC" not in classes:  # then no word of a part may become two
        assert sum(tag != "O" for tag in tagged_as) <= sum(tag != "O" for tag in tags)
    if not share:
        assert (became, tagged_as) == (words, tags)


@pytest.mark.parametrize(
    ("words", "tags", "expected"),
    [
        # a space is missing within a part, behind it, before it
        ("new york", "B-LOC I-LOC", {("newyork", "B-LOC")}),
        ("york city", "B-LOC O", {("yorkcity", "B-LOC")}),
        ("in york", "O B-LOC", set()),
        # a word falls apart
        ("york", "B-LOC", {("yo rk", "B-LOC I-LOC")}),
        ("york", "O", {("yo rk", "O O")}),
    ],
)
def test_words_that_run_together_or_fall_apart_take_their_tags_along(
    words: str, tags: str, expected: set[tuple[str, str]]
) -> None:
    kinds = tuple(kind for kind in noise_kinds() if kind.id == "joined_and_split_words")
    asked = asked_of(
        "token_classification",
        {"tokens": [list_cell(words.split())] * 400, "tags": [list_cell(tags.split())] * 400},
    )
    asked = dataclasses.replace(asked, classes=CLASSES)
    rows = with_noise("token_classification", asked, Noise(kinds=kinds, share=0.3)).rows
    found = {(" ".join(words_of(row["tokens"])), " ".join(words_of(row["tags"]))) for row in rows}
    assert expected <= found
    joined = {tags for words, tags in found if " " not in words}
    assert joined == {tags for words, tags in expected if " " not in words} | (
        {tags} if " " not in words else set()
    )


# Answers in passages


@settings(max_examples=200, deadline=None)
@given(
    before=st.text(st.sampled_from("abc .,é"), max_size=20),
    answer=st.text(st.sampled_from("ABC .é"), min_size=1, max_size=12).filter(str.strip),
    after=st.text(st.sampled_from("abc .,é"), max_size=20),
    share=st.floats(0, 0.3),
    seed=st.integers(0, 999),
)
def test_an_answer_stays_the_words_that_it_was(
    before: str, answer: str, after: str, share: float, seed: int
) -> None:
    right = [Answer(answer, len(before))]
    asked = asked_of(
        "question_answering",
        {"question": ["Which?"], "context": [before + answer + after], "answers": [answers_cell(right)]},
    )
    row = with_noise("question_answering", asked, much(share, seed)).rows[0]
    (moved,) = answers_of(row["answers"])
    assert row["context"][moved.start :].startswith(moved.text)
    assert moved.text.strip()
    if not share:
        assert (row["context"], moved) == (before + answer + after, right[0])
    capitals = [letter for letter in row["context"][: moved.start].upper() if letter in "ABC"]
    assert len(capitals) <= 2 * len(before) + 2


def test_questions_without_an_answer_stay_without_and_questions_have_noise_too() -> None:
    columns = {"question": ["Where does she live?"], "context": ["She lives in Rome."], "answers": ["[]"]}
    row = with_noise("question_answering", asked_of("question_answering", columns), much()).rows[0]
    assert answers_of(row["answers"]) == []
    assert row["question"] != columns["question"][0]
    assert row["context"] != columns["context"][0]


# Pairs of texts, and prompts


def test_two_texts_of_a_row_have_noise_of_their_own_and_labels_stay() -> None:
    text = "the very same words stand on both sides"
    columns = {"text": [text], "second_text": [text], "label": ["same"]}
    row = with_noise("text_classification", asked_of("text_classification", columns), much()).rows[0]
    assert len({text, row["text"], row["second_text"]}) == 3
    assert row["label"] == "same"


def test_a_prompt_is_read_with_noise_and_answered_clean() -> None:
    columns = {"text": ["What is a lighthouse?"], "response": ["A tower with a lamp."]}
    row = with_noise(
        "causal_language_modelling", asked_of("causal_language_modelling", columns), much()
    ).rows[0]
    assert row["text"] != columns["text"][0]
    assert row["response"] == columns["response"][0]


# Texts that are their own answers

AUSTEN = [
    "It is a truth universally acknowledged, that a single man must be in want of a wife.",
    "However little known the feelings of such a man may be, this truth is well fixed in the minds.",
]


def hidden(asked: Asked) -> list[list[str]]:
    """Returns the pieces that a model has to say, for each row."""
    encoded = registry.task("masked_language_modelling").encode(asked)
    return [
        asked.tokenizer.convert_ids_to_tokens([label for label in row["labels"] if label != IGNORED])
        for row in encoded
    ]


@pytest.mark.parametrize("share", [0.0, 0.05, 0.1, 0.3])
def test_judged_blanks_are_the_same_clean_words_at_every_rate(
    share: float, minilm_on_meta: BaseModel
) -> None:
    asked = asked_of("masked_language_modelling", {"text": AUSTEN}, minilm_on_meta.tokenizer)
    noisy = with_noise("masked_language_modelling", asked, much(share))
    assert hidden(noisy) == hidden(asked)
    assert (noisy.rows["text"][:] == AUSTEN) == (share == 0)
    if not share:
        task = registry.task("masked_language_modelling")
        assert task.encode(noisy) == task.encode(asked)


def test_only_clean_words_are_hidden_from_who_learns(minilm_on_meta: BaseModel) -> None:
    tokenizer, task = minilm_on_meta.tokenizer, registry.task("masked_language_modelling")
    asked = dataclasses.replace(
        asked_of("masked_language_modelling", {"text": AUSTEN}, tokenizer), learns=True
    )
    noisy = with_noise("masked_language_modelling", asked, much(0.1))
    for text, row, clean in zip(noisy.rows["text"][:], task.encode(noisy), AUSTEN, strict=True):
        assert row["input_ids"] == tokenizer(text)["input_ids"]
        may_be = [piece for piece, word in zip(row["input_ids"], row["words"], strict=True) if word >= 0]
        assert set(may_be) <= set(tokenizer(clean)["input_ids"])
        assert 0.3 < len(may_be) / len(row["input_ids"]) < 0.9


def test_a_text_that_goes_on_is_judged_at_the_same_clean_words_at_every_rate() -> None:
    base = load_base("small_writer", on_meta=True, kind=Network.CAUSAL_LM)
    task = registry.task("causal_language_modelling")
    asked = asked_of("causal_language_modelling", {"text": AUSTEN}, base.tokenizer)

    def said(share: float) -> list[list[int]]:
        encoded = task.encode(with_noise("causal_language_modelling", asked, much(share)))
        return [[label for label in row["labels"][1:] if label != IGNORED] for row in encoded]

    every = [row["labels"][1:] for row in task.encode(asked)]
    assert said(0.0) == said(0.1) == said(0.3)
    for some, whole in zip(said(0.3), every, strict=True):
        assert 0.12 < len(some) / len(whole) < 0.4
    learned = dataclasses.replace(asked, learns=True)
    (window,) = task.encode(with_noise("causal_language_modelling", learned, much(0.1)))
    assert window["input_ids"] != task.encode(learned)[0]["input_ids"]
    labels = {label for label in window["labels"] if label != IGNORED}
    assert labels <= {piece for row in task.encode(learned) for piece in row["input_ids"]}
