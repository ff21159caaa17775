"""Rows with words hidden and what a model said as their right answer: so it is seen how likely that still is.

Each function is the ``restate`` of a task (:class:`engine.contracts.Task`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from transformers import PreTrainedTokenizerBase

from engine.contracts import Asked, Cut, EncodedRow
from engine.data.answers import Answer, answers_cell
from engine.data.blanks import TYPED_BLANK, Hiding, judged_windows
from engine.data.cell_lists import list_cell
from engine.data.continuations import Form, answered_windows
from engine.data.hidden_words import with_hidden, without
from engine.data.passages import encode_questions
from engine.data.roles import ANSWERS, PASSAGE, RESPONSE, TAGS, TEXT, TOKENS
from engine.data.sentences import encode_sentences, sentence_of
from engine.data.table import cells
from engine.data.tag_schemes import OUTSIDE
from engine.errors import EngineError
from engine.padding import IGNORED
from engine.protocol.examining_problems import not_explained
from engine.protocol.results import Prediction

_MARKS = ("▁", "Ġ", "", "##")
"""How tokenizers write that a piece begins a word, or goes on with one."""


def restate_tags(asked: Asked, said: Prediction, cuts: Sequence[Cut | None]) -> list[EncodedRow]:
    """Returns a sentence with words hidden in their places; the words that were marked have their tags.

    Raises:
        EngineError: When the tokenizer has nothing to put in the place of a word.
    """
    blank = getattr(asked.tokenizer, "mask_token", None) or getattr(asked.tokenizer, "unk_token", None)
    if not blank:
        why = "The model's tokenizer has no sign for a hidden word, and without one the tags would move."
        raise EngineError(not_explained(why=why))
    sentence = sentence_of(cells(asked.rows, TOKENS.id)[0])
    tags = list_cell(_tags(asked.classes, said, [(place.start, place.end) for place in sentence.places]))
    sentences = []
    for cut in cuts:
        words = [
            blank if cut is not None and cut.start < place.end and place.start < cut.end else word
            for word, place in zip(sentence.words, sentence.places, strict=True)
        ]
        sentences.append(list_cell(words))
    rows = with_hidden(asked.rows, [None] * len(cuts), {TOKENS.id: sentences, TAGS.id: [tags] * len(cuts)})
    return encode_sentences(dataclasses.replace(asked, rows=rows))


def _tags(classes: Sequence[str], said: Prediction, places: Sequence[tuple[int, int]]) -> list[str]:
    """Returns the tags that were said; where words were marked, none for the others."""
    tags = ["" if said.spans else OUTSIDE] * len(places)
    for span in said.spans:
        first = True
        for word, (start, end) in enumerate(places):
            if span.start <= start and end <= span.end:
                begun = f"B-{span.label}"
                tags[word] = begun if first and begun in classes else f"I-{span.label}"
                first = False
    return tags


def restate_answer(asked: Asked, said: Prediction, cuts: Sequence[Cut | None]) -> list[EncodedRow]:
    """Returns a question and its passage with words left out; those of the answer are never hidden."""
    passage = cells(asked.rows, PASSAGE.id)[0] if PASSAGE.id in asked.rows.column_names else ""
    span = said.spans[0] if said.spans else None
    kept: list[int] = []
    answers: list[str] = []
    for place, cut in enumerate(cuts):
        start = span.start if span else 0
        if span and cut is not None and cut.role == PASSAGE.id:
            if cut.start < span.end and span.start < cut.end:
                continue
            if cut.end <= span.start:
                start -= len(passage) - len(without(passage, cut))
        kept.append(place)
        answers.append(answers_cell([Answer(passage[span.start : span.end], start)] if span else []))
    rows = with_hidden(asked.rows, [cuts[place] for place in kept], {ANSWERS.id: answers})
    encoded = encode_questions(dataclasses.replace(asked, rows=rows), int(asked.settings["stride"]))
    return [{**row, "example": kept[row["example"]]} for row in encoded]


def restate_blanks(asked: Asked, said: Prediction, cuts: Sequence[Cut | None]) -> list[EncodedRow]:
    """Returns a text with words left out around its blanks, and in these what was filled in.

    Raises:
        EngineError: When the text has no blank, or a word that was filled in is no single word piece.
    """
    text = cells(asked.rows, TEXT.id)[0]
    blanks = [match.span() for match in TYPED_BLANK.finditer(text)]
    if not blanks:
        raise EngineError(not_explained(why="The text has no blank. Put ___ where a word is missing."))
    pieces = [_piece(asked.tokenizer, span.label) for span in said.spans]
    kept = [
        place
        for place, cut in enumerate(cuts)
        if cut is None or not any(cut.start < end and start < cut.end for start, end in blanks)
    ]
    rows = with_hidden(asked.rows, [cuts[place] for place in kept])
    windows = judged_windows(
        asked.tokenizer,
        cells(rows, TEXT.id),
        int(asked.settings["max_length"]),
        Hiding(0.0, whole_words=False),
        [True] * len(kept),
    )
    restated = []
    for window in windows:
        waiting = iter(pieces)
        labels = [next(waiting, IGNORED) if place else IGNORED for place in window["places"]]
        if any(label != IGNORED for label in labels):
            ids, example = window["input_ids"], kept[window["example"]]
            restated.append({"input_ids": ids, "labels": labels, "example": example})
    return restated


def _piece(tokenizer: PreTrainedTokenizerBase, word: str) -> int:
    """Returns the word piece that a person reads as a word."""
    known = tokenizer.get_vocab()
    for mark in _MARKS:
        if f"{mark}{word}" in known:
            return int(known[f"{mark}{word}"])
    raise EngineError(not_explained(why=f'"{word}" is no single word piece of this model.'))


def restate_continuation(asked: Asked, said: Prediction, cuts: Sequence[Cut | None]) -> list[EncodedRow]:
    """Returns a prompt with words left out, and what was written as its answer.

    Raises:
        EngineError: When the model goes on with texts, or wrote nothing.
    """
    if RESPONSE.id not in asked.roles:
        why = (
            "This model goes on with a text, which can be done in many ways; what it wrote is no one answer."
        )
        raise EngineError(not_explained(why=why))
    if not said.said:
        raise EngineError(not_explained(why="The model wrote nothing."))
    rows = with_hidden(asked.rows, cuts)
    form = Form(asked.tokenizer, int(asked.settings["max_length"]), bool(asked.settings["chat_template"]))
    return answered_windows(form, cells(rows, TEXT.id), [said.said] * len(cuts))
