"""Measures of language modelling: perplexity per token, and the share of tokens guessed right.

Perplexities of models with different tokenizers cannot be compared, for their tokens are not the
same: so the number of tokens is always told with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from engine.evaluation.resampling import Measure, Sums, ratio, scores_from
from engine.protocol.results import Baseline, Outcome, RunResult, Score
from engine.row_measures import Measures, of_sums

_PERFECT = {"token_accuracy": 1.0}
_LARGEST = 700.0
"""Of the mean loss: e to the power of more is no number that a computer holds."""


def statistics_of(rows: int, windows: Iterable[tuple[int, float, int, int]]) -> npt.NDArray[np.float64]:
    """Returns what each row adds to the measures, ``(rows, 3)``, from what its windows add.

    Args:
        rows: How many there are.
        windows: For each its row, and the three numbers of :func:`token_statistics`.
    """
    sums = np.zeros((rows, 3))
    for row, *added in windows:
        sums[row] += added
    return sums


def token_statistics(
    losses: Sequence[float], tokens: Sequence[int], right: Sequence[int]
) -> npt.NDArray[np.float64]:
    """Returns what each row adds to the measures: ``(rows, 3)``.

    Args:
        losses: Sum of the negative log likelihoods, in nats, of the row's predicted tokens.
        tokens: How many tokens were predicted.
        right: For how many of them the most likely one was the right one.
    """
    return np.stack([np.asarray(column, dtype=np.float64) for column in (losses, tokens, right)], axis=-1)


def _perplexity(sums: Sums) -> Sums:
    mean = np.minimum(ratio(sums[..., 0], sums[..., 1]), _LARGEST)
    return np.where(sums[..., 1] > 0, np.exp(mean), 0.0)


def _token_accuracy(sums: Sums) -> Sums:
    return ratio(sums[..., 2], sums[..., 1])


MEASURES: dict[str, Measure] = {"perplexity": _perplexity, "token_accuracy": _token_accuracy}
"""Metric id → measure of :func:`token_statistics`. Of perplexity less is better; 0 stands for no tokens."""

ROW_MEASURES = Measures(of_sums(MEASURES), _PERFECT, asked=1)
"""The same, of rows; those of models that cut texts into other tokens are not compared."""


def language_measures(statistics: npt.NDArray[np.float64]) -> dict[str, float]:
    """Returns perplexity and token accuracy: metric id → value.

    Args:
        statistics: What :func:`token_statistics` gave.
    """
    sums = statistics.sum(axis=0)
    return {metric: float(measure(sums)) for metric, measure in MEASURES.items()}


def language_scores(statistics: npt.NDArray[np.float64]) -> dict[str, Score]:
    """Returns perplexity and token accuracy with 95 % intervals over the rows: metric id → score.

    Args:
        statistics: What :func:`token_statistics` gave.
    """
    return scores_from(statistics, MEASURES, _PERFECT)


def rows_with_mistakes(statistics: npt.NDArray[np.float64]) -> int:
    """Returns in how many rows another token was likelier than the right one, at least once.

    Args:
        statistics: What :func:`token_statistics` gave.
    """
    return int((statistics[:, 2] < statistics[:, 1]).sum())


def language_result(
    statistics: npt.NDArray[np.float64],
    baselines: Sequence[Baseline],
    outcomes: Sequence[Outcome],
    outcomes_of: str,
    notes: Sequence[str],
) -> RunResult:
    """Returns the result of a language model on its test rows.

    Args:
        statistics: What :func:`token_statistics` gave.
        baselines: What to compare with.
        outcomes: In what ways its guesses came out.
        outcomes_of: What is counted there.
        notes: How it was judged, a sentence each.
    """
    return RunResult(
        metric=next(iter(MEASURES)),
        scores=language_scores(statistics),
        baselines=tuple(baselines),
        rows=len(statistics),
        wrong=rows_with_mistakes(statistics),
        classes=(),
        confusion=(),
        class_scores=(),
        best_epoch=0.0,
        trainable_parameters=0,
        total_parameters=0,
        seconds=0.0,
        outcomes=tuple(outcomes),
        outcomes_of=outcomes_of,
        notes=tuple(notes),
    )


def unigram_baseline(
    train: Sequence[Sequence[int]], judged: Sequence[Sequence[int]], vocabulary: int
) -> Baseline:
    """Returns what knowing only how often each token comes reaches, without any context.

    Its probabilities are those of the training rows with one added to each count (Laplace), so that a
    token that training lacks is unlikely and not impossible. Its guess is always the most frequent.

    Args:
        train: Token ids of each training row.
        judged: Of each judged row, the tokens that the model has to predict.
        vocabulary: How many tokens there are; the ids are below it.
    """
    seen = np.concatenate([np.asarray(row, dtype=np.int64) for row in train] or [np.zeros(0, np.int64)])
    counts = np.bincount(seen, minlength=vocabulary).astype(np.float64) + 1.0
    surprise, guess = -np.log(counts / counts.sum()), int(counts.argmax())
    rows = [np.asarray(row, dtype=np.int64) for row in judged]
    statistics = token_statistics(
        [float(surprise[row].sum()) for row in rows],
        [len(row) for row in rows],
        [int((row == guess).sum()) for row in rows],
    )
    return Baseline(
        id="unigram",
        label="Token frequencies (unigram)",
        wrong=rows_with_mistakes(statistics),
        scores=language_scores(statistics),
    )
