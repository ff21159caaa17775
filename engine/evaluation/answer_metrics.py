"""What is measured of answers about a whole text, of all kinds: a label, several, a score."""

from __future__ import annotations

from engine.protocol.catalog import MetricEntry

METRICS = (
    MetricEntry(
        id="macro_f1",
        label="Macro F1",
        short="F1",
        help="F1 joins precision and recall, 0 to 1. Averaged over the labels, so that a rare label counts "
        "as much as a frequent one.",
        title="F1 score",
        note="every label counts as much",
    ),
    MetricEntry(
        id="accuracy",
        label="Accuracy",
        short="accuracy",
        help="The share of texts that get the right label, 0 to 1.",
    ),
    MetricEntry(
        id="mcc",
        label="Matthews correlation",
        short="MCC",
        help="How well answers and truth go together, -1 to 1; 0 is what guessing reaches, however uneven "
        "the labels are.",
    ),
    MetricEntry(
        id="micro_f1",
        label="Micro F1",
        short="micro F1",
        help="F1 over all labels together, 0 to 1: a frequent label counts more than a rare one.",
    ),
    MetricEntry(
        id="exact_match",
        label="Whole sets right",
        short="exact",
        help="The share of texts that get exactly the right labels, none missing and none too many, 0 to 1.",
    ),
    MetricEntry(
        id="spearman",
        label="Spearman correlation",
        short="Spearman",
        help="How well the order of the said scores goes with the order of the true ones, -1 to 1.",
    ),
    MetricEntry(
        id="pearson",
        label="Pearson correlation",
        short="Pearson",
        help="How well the said scores lie on a line with the true ones, -1 to 1.",
    ),
    MetricEntry(
        id="rmse",
        label="Root mean squared error",
        short="RMSE",
        help="How far the said scores are from the true ones, in their own unit.",
        higher_is_better=False,
    ),
)
"""Of all kinds."""
