"""What finding answers without a model reaches: the words nearest to those of the question."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median_low

import numpy as np

from engine.evaluation.extractive import answer_scores, exact_match, has_answers, normalised
from engine.protocol.results import Baseline

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_DEFAULT_LENGTH = 2
"""Words of an answer where no training answer says how long they are."""


def answer_baselines(
    train_answers: Sequence[Sequence[str]],
    contexts: Sequence[str],
    questions: Sequence[str],
    answers: Sequence[Sequence[str]],
) -> tuple[Baseline, ...]:
    """Returns what word overlap reaches, and what always saying "no answer" does where some have none.

    Args:
        train_answers: The right answers of each training question, to know how long answers are.
        contexts: The passage of each question to be judged on.
        questions: The questions.
        answers: Their right answers; none where a question has no answer.
    """
    if not questions:
        return ()
    baselines = []
    if not all(has_answers(right) for right in answers):
        silent = [""] * len(questions)
        baselines.append(_judged("no_answer", 'Always answering "there is no answer"', silent, answers))
    length = usual_answer_length(train_answers)
    said = [
        sliding_window_answer(context, question, length)
        for context, question in zip(contexts, questions, strict=True)
    ]
    baselines.append(_judged("sliding_window", "Word overlap (sliding window)", said, answers))
    return tuple(baselines)


def usual_answer_length(answers: Sequence[Sequence[str]]) -> int:
    """Returns the median number of words of all right answers.

    Args:
        answers: The right answers of each question.
    """
    lengths = [len(_WORD.findall(answer)) for right in answers for answer in right]
    return max(1, median_low(lengths)) if lengths else _DEFAULT_LENGTH


def sliding_window_answer(context: str, question: str, length: int) -> str:
    """Returns the words of a passage that stand closest to rare words of the question.

    This is the sliding window of Richardson 2013 (MCTest) with every run of ``length`` words as a
    candidate: a window as wide as question and candidate together slides over the passage, and each
    word of either that stands in it adds ``log(1 + 1 / count)``, its count being that in the passage.
    Windows that hold the candidate count; a candidate holds no word of the question, has no
    punctuation between its words and no article at its ends.

    Args:
        context: The passage.
        question: The question.
        length: How many words an answer has.

    Returns:
        A part of the passage, letter by letter; empty when no candidate fits. Of equals the first.
    """
    words = list(_WORD.finditer(context))
    plain = [normalised(word.group()) for word in words]
    asked = {word for word in (normalised(match.group()) for match in _WORD.finditer(question)) if word}
    counts = Counter(plain)
    worth = np.asarray([math.log1p(1.0 / counts[word]) for word in plain])
    is_asked = np.asarray([word in asked for word in plain], dtype=bool)
    starts = [
        start
        for start in range(len(words) - length + 1)
        if plain[start]
        and plain[start + length - 1]
        and not is_asked[start : start + length].any()
        and not any(context[one.end() : two.start()].strip() for one, two in pairwise(words[start:][:length]))
    ]
    if not starts:
        return ""
    width = len(asked) + length
    within = np.concatenate([[0.0], np.cumsum(worth * is_asked)])
    padded = np.pad(within, width, mode="edge")
    windows = padded[width:] - padded[:-width]  # windows[end]: the question's words before end, width places
    own = np.concatenate([[0.0], np.cumsum(worth * ~is_asked)])
    scores = [
        windows[start + length : start + width + 1].max() + own[start + length] - own[start]
        for start in starts
    ]
    best = starts[int(np.argmax(scores))]
    return context[words[best].start() : words[best + length - 1].end()]


def _judged(name: str, label: str, said: Sequence[str], answers: Sequence[Sequence[str]]) -> Baseline:
    wrong = sum(1 for answer, right in zip(said, answers, strict=True) if not exact_match(answer, right))
    return Baseline(id=name, label=label, wrong=wrong, scores=answer_scores(said, answers))
