"""What the runs of all folds reach together: every row judged once, by a model that never learned it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from datasets import concatenate_datasets

from engine.contracts import EncodedRow, Said
from engine.protocol.results import RunResult
from engine.training.answering import FinishedRun
from engine.training.workbench import Workbench


def pooled_result(folders: Sequence[Path], bench: Workbench) -> RunResult:
    """Scores the answers of several runs, each on its own test rows, as those of one large test.

    Measures such as F1 are no means over folds, so the answers are put together and measured once.

    Args:
        folders: Of finished runs of one task, one for each fold.
        bench: Reads the rows.

    Returns:
        Scores with intervals over all rows; there are no baselines in it.

    Raises:
        EngineError: When one of them is no finished run, or its rows have changed.
    """
    encoded: list[EncodedRow] = []
    said: list[Said] = []
    rows = []
    before = 0
    for folder in folders:
        finished = FinishedRun.load(folder)
        test, judged = finished.judged(finished.split(bench))
        encoded += [_moved(row, before) for row in test.asked.encoded]
        said += judged.said
        rows.append(test.asked.rows)
        before += len(test.asked.rows)
    asked = dataclasses.replace(test.asked, rows=concatenate_datasets(rows), encoded=encoded)
    return finished.task.result(asked, said, ())


def _moved(row: EncodedRow, before: int) -> EncodedRow:
    """Returns a window whose text stands behind others."""
    return {**row, "example": row["example"] + before} if "example" in row else row
