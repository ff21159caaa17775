"""A tag for each word in each cell: parts of a sentence, written in the scheme of the person's file."""

from __future__ import annotations

from collections.abc import Sequence

from engine.answer_cells import listed_in
from engine.contracts import AnswerPlace, RightAnswers, TaskRows
from engine.data.cell_lists import like_list, words_of
from engine.data.tag_schemes import OUTSIDE, in_scheme, to_iob2
from engine.errors import EngineError
from engine.protocol.mending_problems import unknown_answer, word_without_tag
from engine.protocol.results import Span
from engine.protocol.right_answers import AnswerForm, GivenAnswer, MarkedWords


def tags_of_words(role: str, words: str) -> RightAnswers:
    """Returns how the tags of words stand in their cell.

    Args:
        role: Of the column of tags.
        words: Role of the column of words.
    """
    return RightAnswers(role, _form, _read, _write, beside=words, text=lambda cell: " ".join(words_of(cell)))


def _form(rows: TaskRows) -> AnswerForm:
    return MarkedWords(types=tuple(rows.counts or ()), covers_all=OUTSIDE not in rows.classes)


def _read(place: AnswerPlace) -> GivenAnswer:
    """Returns the parts; none where there is not a tag for each word."""
    ends = _ends(words_of(place.beside))
    own = _iob2(place)
    spans: list[Span] = []
    for (start, end), tag in zip(ends, own if len(own) == len(ends) else (), strict=False):
        if tag.startswith("I-"):
            spans[-1] = Span(start=spans[-1].start, end=end, label=spans[-1].label)
        elif tag != OUTSIDE:
            spans.append(Span(start=start, end=end, label=tag[2:]))
    return GivenAnswer(spans=tuple(spans))


def _write(given: GivenAnswer, place: AnswerPlace) -> str:
    words = words_of(place.beside)
    form = place.form
    types, covers_all = (form.types, form.covers_all) if isinstance(form, MarkedWords) else ((), False)
    unknown = [span.label for span in given.spans if span.label not in types]
    if unknown:
        raise EngineError(unknown_answer(list(dict.fromkeys(unknown)), types))
    wanted = [OUTSIDE] * len(words)
    for span in given.spans:
        inside = [at for at, (start, end) in enumerate(_ends(words)) if start < span.end and span.start < end]
        for at in inside:
            wanted[at] = f"{'B' if at == inside[0] else 'I'}-{span.label}"
    if covers_all and OUTSIDE in wanted:
        raise EngineError(word_without_tag(words[wanted.index(OUTSIDE)]))
    if wanted == _iob2(place):
        return place.cell
    written = in_scheme(wanted, [words_of(cell) for cell in (*place.others, place.cell)])
    like = next((cell for cell in (place.cell, *place.others) if cell.strip()), "")
    plain = listed_in(like) is None and not any(" " in tag or not tag for tag in written)
    return " ".join(written) if plain else like_list(written, like)


def _iob2(place: AnswerPlace) -> list[str]:
    return to_iob2([*map(words_of, place.others), words_of(place.cell)], range(len(place.others) + 1))[0][-1]


def _ends(words: Sequence[str]) -> list[tuple[int, int]]:
    """Returns where words begin and end that have single spaces between them."""
    places, at = [], 0
    for word in words:
        places.append((at, at + len(word)))
        at += len(word) + 1
    return places
