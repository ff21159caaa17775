"""Noise in questions and passages: each answer stays the words of the passage that it was."""

from __future__ import annotations

from engine.contracts import Asked, NoisyRows
from engine.data.answers import Answer, answers_cell
from engine.data.noisy_rows import replaced
from engine.data.passages import right_answers, texts_of
from engine.data.roles import ANSWERS, PASSAGE, QUESTION
from engine.data.table import usable_numbers
from engine.noising import Noise

_QUESTION, _PASSAGE = 0, 1


def noise_in_passages(asked: Asked, noise: Noise) -> NoisyRows:
    """Returns questions and passages with noise; something of each answer is left, and it is found there.

    Args:
        asked: Rows with ``question``, ``context`` and, where they are known, ``answers``.
        noise: The noise.
    """
    numbers, right = usable_numbers(asked.rows), right_answers(asked.rows)
    questions = [
        noise.of(text, row, _QUESTION)
        for text, row in zip(texts_of(asked.rows, QUESTION.id), numbers, strict=True)
    ]
    passages, answers = [], []
    for place, (text, row) in enumerate(zip(texts_of(asked.rows, PASSAGE.id), numbers, strict=True)):
        spans = [(one.start, one.start + len(one.text)) for one in (right[place] if right else [])]
        noisy = noise.of(text, row, _PASSAGE, whole=spans)
        moved = [noisy.moved(span) for span in spans]
        passages.append(noisy.text)
        answers.append([Answer(noisy.text[start:end], start) for start, end in moved])
    columns = {QUESTION.id: [one.text for one in questions], PASSAGE.id: passages}
    if right:
        columns[ANSWERS.id] = [answers_cell(own) for own in answers]
    return NoisyRows(replaced(asked.rows, columns), tuple(questions))
