"""Measures of rewriting and translating: chrF (Popović 2015), BLEU (Papineni 2002) and exact match.

chrF and BLEU are sacrebleu's own, counted once for each row, so that a thousand resampled scores are
each what sacrebleu gives for those rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from engine.evaluation.resampling import Measure, Sums, ratio, scores_from
from engine.protocol.results import Score
from engine.row_measures import Measures, of_sums

_PERFECT = {"chrf": 100.0, "bleu": 100.0, "exact_match": 1.0}


class Written(NamedTuple):
    """What is kept of an answer.

    Attributes:
        text: What the model wrote.
        found: Word pieces of the right answer that it found, each when those before it were given.
        tokens: Word pieces of the right answer; 0 where none is known.
    """

    text: str
    found: int
    tokens: int


class _RowBleu(BLEU):
    """BLEU with its counts for each row in the open."""

    def of_rows(self, said: Sequence[str], references: Sequence[str]) -> list[list[int]]:
        """Returns lengths and matches of each row."""
        return [list(counts) for counts in self._extract_corpus_statistics(said, [references])]

    def of_sums(self, sums: Sequence[int]) -> float:
        """Returns the score of summed counts, 0 to 100."""
        return float(self._compute_score_from_stats(list(sums)).score)


class _RowChrf(CHRF):
    """chrF with its counts for each row in the open."""

    def of_rows(self, said: Sequence[str], references: Sequence[str]) -> list[list[int]]:
        """Returns matches of each row."""
        return [list(counts) for counts in self._extract_corpus_statistics(said, [references])]

    def of_sums(self, sums: Sequence[int]) -> float:
        """Returns the score of summed counts, 0 to 100."""
        return float(self._compute_score_from_stats(list(sums)).score)


def _bleu() -> _RowBleu:
    return _RowBleu(force=True)  # without a remark about texts that end in " ."


_BLEU_COLUMNS = slice(0, 2 + 2 * _bleu().max_ngram_order)
_CHRF_COLUMNS = slice(_BLEU_COLUMNS.stop, _BLEU_COLUMNS.stop + 3 * _RowChrf().order)


def translation_statistics(said: Sequence[str], references: Sequence[str]) -> npt.NDArray[np.int64]:
    """Returns what each row adds to the measures: ``(rows, 30)`` counts of BLEU, chrF, exact matches, rows.

    Args:
        said: The answers.
        references: The right answer for each.
    """
    if not said:
        return np.zeros((0, _CHRF_COLUMNS.stop + 2), dtype=np.int64)
    exact = [[int(is_exact(answer, right)), 1] for answer, right in zip(said, references, strict=True)]
    counts = (_bleu().of_rows(said, references), _RowChrf().of_rows(said, references), exact)
    return np.concatenate([np.asarray(rows, dtype=np.int64) for rows in counts], axis=1)


def is_exact(said: str, reference: str) -> bool:
    """Whether an answer is its reference letter by letter; spaces at the ends and their number aside."""
    return said.split() == reference.split()


def _chrf_of(sums: Sums) -> Sums:
    return _one_by_one(sums[..., _CHRF_COLUMNS], _RowChrf())


def _bleu_of(sums: Sums) -> Sums:
    return _one_by_one(sums[..., _BLEU_COLUMNS], _bleu())


def _exact_match(sums: Sums) -> Sums:
    return ratio(sums[..., -2], sums[..., -1])


def _one_by_one(sums: Sums, metric: _RowBleu | _RowChrf) -> Sums:
    """Returns sacrebleu's score of each sum, ``(…)``."""
    flat = sums.reshape(-1, sums.shape[-1]).astype(np.int64).tolist()
    return np.asarray([metric.of_sums(counts) for counts in flat]).reshape(sums.shape[:-1])


MEASURES: dict[str, Measure] = {"chrf": _chrf_of, "bleu": _bleu_of, "exact_match": _exact_match}
"""Metric id → measure of :func:`translation_statistics`; chrF and BLEU 0 to 100, as sacrebleu has them."""


def written_evidence(said: Sequence[Written], references: Sequence[str]) -> npt.NDArray[np.int64]:
    """Returns what each answer adds: its counts, then word pieces found and all, ``(rows, 32)``.

    Args:
        said: The answers.
        references: The right answer for each.
    """
    counts = translation_statistics([one.text for one in said], references)
    return np.concatenate([counts, _pieces(said)], axis=1)


def _of_texts(measure: Measure) -> Measure:
    return lambda sums: measure(sums[..., :-2])


def _token_accuracy(sums: Sums) -> Sums:
    return ratio(sums[..., -2], sums[..., -1])


ROW_MEASURES = Measures(
    of_sums(
        {metric: _of_texts(measure) for metric, measure in MEASURES.items()}
        | {"token_accuracy": _token_accuracy}
    ),
    _PERFECT | {"token_accuracy": 1.0},
)
"""The measures of :func:`written_evidence`."""


def translation_measures(said: Sequence[str], references: Sequence[str]) -> dict[str, float]:
    """Returns chrF, BLEU and exact match of some answers: metric id → value; 0 without rows."""
    sums = translation_statistics(said, references).sum(axis=0).astype(np.float64)
    return {metric: float(measure(sums)) for metric, measure in MEASURES.items()}


def translation_scores(said: Sequence[str], references: Sequence[str]) -> dict[str, Score]:
    """Returns chrF, BLEU and exact match with 95 % intervals over the rows: metric id → score."""
    return scores_from(translation_statistics(said, references), MEASURES, _PERFECT)


def token_scores(said: Sequence[Written]) -> dict[str, Score]:
    """Returns the share of word pieces that were found, with its interval over the rows."""
    return scores_from(_pieces(said), {"token_accuracy": _token_accuracy}, {"token_accuracy": 1.0})


def _pieces(said: Sequence[Written]) -> npt.NDArray[np.int64]:
    return np.asarray([(one.found, one.tokens) for one in said], dtype=np.int64).reshape(-1, 2)


def row_chrf(said: Sequence[str], references: Sequence[str]) -> list[float]:
    """Returns the chrF of each row by itself, 0 to 100, to tell near misses from failures."""
    metric = _RowChrf()
    return [metric.of_sums(counts) for counts in metric.of_rows(said, references)] if said else []


def signatures() -> dict[str, str]:
    """Returns sacrebleu's signature of each of its measures, to be told with the figures: metric → text."""
    metrics: dict[str, _RowBleu | _RowChrf] = {"chrf": _RowChrf(), "bleu": _bleu()}
    for metric in metrics.values():
        metric.of_rows(["a"], ["a"])  # the signature holds the number of references, known from here on
    return {name: str(metric.get_signature().format()) for name, metric in metrics.items()}
