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


def _read(places: Sequence[AnswerPlace]) -> list[GivenAnswer]:
    cells = zip(places, _iob2(places), strict=True)
    return [GivenAnswer(spans=_spans(words_of(place.beside), own)) for place, own in cells]


def _spans(words: Sequence[str], own: Sequence[str]) -> tuple[Span, ...]:
    """Returns the parts; none where there is not a tag for each word."""
    ends = _ends(words)
    spans: list[Span] = []
    for (start, end), tag in zip(ends, own if len(own) == len(ends) else (), strict=False):
        if tag.startswith("I-"):
            spans[-1] = Span(start=spans[-1].start, end=end, label=spans[-1].label)
        elif tag != OUTSIDE:
            spans.append(Span(start=start, end=end, label=tag[2:]))
    return tuple(spans)


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
    if wanted == _iob2([place])[0]:
        return place.cell
    written = in_scheme(wanted, [words_of(cell) for cell in (*place.others, place.cell)])
    like = next((cell for cell in (place.cell, *place.others) if cell.strip()), "")
    plain = listed_in(like) is None and not any(" " in tag or not tag for tag in written)
    return " ".join(written) if plain else like_list(written, like)


def _iob2(places: Sequence[AnswerPlace]) -> list[list[str]]:
    """Returns the tags of cells in one scheme, whatever that of the file is."""
    others = places[0].others if places else ()
    rows = [words_of(cell) for cell in (*others, *(one.cell for one in places))]
    return to_iob2(rows, range(len(rows)))[0][len(others) :]


def _ends(words: Sequence[str]) -> list[tuple[int, int]]:
    """Returns where words begin and end that have single spaces between them."""
    places, at = [], 0
    for word in words:
        places.append((at, at + len(word)))
        at += len(word) + 1
    return places
