"""What tagging without a model reaches: each word gets the tag that it mostly has in training."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from engine.evaluation.entities import OUTSIDE, begun, entity_scores
from engine.protocol.results import Baseline


def tagging_baselines(
    train_tokens: Sequence[Sequence[str]],
    train_tags: Sequence[Sequence[str]],
    judged_tokens: Sequence[Sequence[str]],
    judged_tags: Sequence[Sequence[str]],
) -> tuple[Baseline, ...]:
    """Returns what the most frequent tag of each word reaches.

    Args:
        train_tokens: Words of each training sentence.
        train_tags: Their IOB2 tags.
        judged_tokens: Words of each sentence to be judged on.
        judged_tags: Their IOB2 tags.
    """
    if not train_tokens or not judged_tokens:
        return ()
    said = usual_tags(train_tokens, train_tags, judged_tokens)
    wrong = sum(1 for right, answer in zip(judged_tags, said, strict=True) if list(right) != answer)
    scores = entity_scores(judged_tags, said)
    return (Baseline(id="usual_tag", label="Each word's most frequent tag", wrong=wrong, scores=scores),)


def usual_tags(
    train_tokens: Sequence[Sequence[str]],
    train_tags: Sequence[Sequence[str]],
    tokens: Sequence[Sequence[str]],
) -> list[list[str]]:
    """Returns each word's most frequent tag in training (of equals the first by name), else ``"O"``.

    An ``I-`` that continues nothing becomes a ``B-``, so that it counts as an entity.

    Args:
        train_tokens: Words of each training sentence.
        train_tags: Their IOB2 tags.
        tokens: Words of each sentence to be tagged.
    """
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for words, tags in zip(train_tokens, train_tags, strict=True):
        for word, tag in zip(words, tags, strict=True):
            counts[word][tag] += 1
    usual = {word: min(held, key=lambda tag: (-held[tag], tag)) for word, held in counts.items()}
    return [begun([usual.get(word, OUTSIDE) for word in words]) for words in tokens]
