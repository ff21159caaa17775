"""Sentences: typed texts are cut into words with their places, and marks belong to a part only within it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.cell_lists import list_cell
from engine.data.sentences import sentence_of, without_loose_marks


@pytest.mark.parametrize(
    ("typed", "words", "marks"),
    [
        ("Anna lives in Berlin.", "Anna lives in Berlin .", {4}),
        ("(Berlin),  and", "( Berlin ), and", {0, 2}),
        ("Jean-Luc's St. Louis", "Jean-Luc's St . Louis", {2}),
        ("$5 -- «so»", "$ 5 -- « so »", {0, 2, 3, 5}),
        ("東京は big", "東 京 は big", set()),
        ("3,5 a_b", "3,5 a_b", set()),
        ("   ", "", set()),
    ],
)
def test_typed_texts_are_cut_at_spaces_and_around_words(typed: str, words: str, marks: set[int]) -> None:
    sentence = sentence_of(typed)
    assert sentence.text == typed
    assert list(sentence.words) == words.split()
    assert sentence.marks == marks


@settings(max_examples=200, deadline=None)
@given(typed=st.text(st.characters(exclude_categories=("Cs",))).filter(lambda text: "[" not in text))
def test_every_letter_of_a_typed_text_is_in_one_word(typed: str) -> None:
    sentence = sentence_of(typed)
    assert [typed[start:end] for start, end in sentence.places] == list(sentence.words)
    assert "".join(sentence.words) == "".join(typed.split())
    assert [sentence.read[start:end] for start, end in sentence.places_read] == list(sentence.words)


def test_a_list_is_taken_word_by_word() -> None:
    sentence = sentence_of(list_cell(["Road,", "New York", "(", "é"]))
    assert sentence.words == ("Road,", "New York", "(", "é")
    assert (sentence.text, sentence.marks) == ("Road, New York ( é", frozenset())
    assert [sentence.text[start:end] for start, end in sentence.places] == list(sentence.words)
    assert sentence.places == sentence.places_read


@pytest.mark.parametrize(
    ("typed", "tags", "mended"),
    [
        ("St. Louis, Ohio", "B-L B-X I-L I-L B-L", "B-L I-L I-L O B-L"),
        ("Anna (Berlin)", "B-P B-L B-L I-L", "B-P O B-L O"),
        ("a - b", "O I-L O", "O O O"),
        ("Dr. -- Who", "B-P O I-P I-P", "B-P I-P I-P I-P"),
        ("Dr. Who", "B-P O I-Q", "B-P O I-Q"),
    ],
)
def test_marks_belong_to_a_part_only_where_it_goes_on_behind_them(typed: str, tags: str, mended: str) -> None:
    assert without_loose_marks(tags.split(), sentence_of(typed)) == mended.split()


def test_words_of_a_file_keep_their_tags() -> None:
    assert without_loose_marks(["B-L", "I-L"], sentence_of('["Ohio", ","]')) == ["B-L", "I-L"]
