"""What rewriting without a model reaches: giving the text back, and the answer of the nearest known text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.evaluation.translation import is_exact, translation_scores
from engine.evaluation.word_counts import word_counts
from engine.protocol.results import Baseline


def translation_baselines(
    train_sources: Sequence[str],
    train_targets: Sequence[str],
    judged_sources: Sequence[str],
    judged_targets: Sequence[str],
) -> tuple[Baseline, ...]:
    """Returns what copying and looking up reach on the same rows.

    Args:
        train_sources: Texts that answers are known of.
        train_targets: The answers.
        judged_sources: Texts to be judged on.
        judged_targets: Their right answers.
    """
    if not judged_sources:
        return ()
    baselines = [_judged("copy", "Giving the text back as it is", list(judged_sources), judged_targets)]
    nearest = nearest_targets(train_sources, train_targets, judged_sources)
    if nearest is not None:
        label = "The answer of the most similar training text (TF-IDF)"
        baselines.append(_judged("nearest", label, nearest, judged_targets))
    return tuple(baselines)


def nearest_targets(
    train_sources: Sequence[str], train_targets: Sequence[str], sources: Sequence[str]
) -> list[str] | None:
    """Returns for each text the answer of the training text that shares most words with it.

    Of equals the first counts; a text that shares no word with any has an empty answer.

    Args:
        train_sources: Texts that answers are known of.
        train_targets: The answers.
        sources: Texts to be answered.

    Returns:
        The answers; ``None`` when there are no words to count.
    """
    counts = word_counts(train_sources, sources, with_single=True) if train_sources else None
    if counts is None:
        return None
    likeness = counts.judged @ counts.train.T  # rows have length 1: products are cosines
    answers = []
    for row in range(len(sources)):
        shared = likeness[row]
        answers.append(train_targets[int(np.argmax(shared.toarray()))] if shared.nnz else "")
    return answers


def _judged(name: str, label: str, said: Sequence[str], references: Sequence[str]) -> Baseline:
    wrong = sum(1 for answer, right in zip(said, references, strict=True) if not is_exact(answer, right))
    return Baseline(id=name, label=label, wrong=wrong, scores=translation_scores(said, references))
