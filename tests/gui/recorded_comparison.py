"""What an engine says when runs are compared: made by hand, of the real shapes."""

from __future__ import annotations

from itertools import combinations

from engine.protocol.comparison import (
    AnswersCompared,
    ChangedAnswer,
    ComparableRuns,
    CompareAnswers,
    ComparedRun,
    CompareRuns,
    LeftOut,
    RunPair,
    RunsCompared,
)
from engine.protocol.comparison_problems import other_test_rows
from engine.protocol.results import Baseline, Prediction, Score

LEFT_OUT = "elsewhere"
"""The last word of a folder whose run was judged on other test rows."""
CLEAR = "weak"
"""The last word of a folder whose run is clearly worse than the others."""
_METRIC = "macro_f1"


def runs_compared(command: CompareRuns) -> RunsCompared:
    """Returns a comparison of some runs, the first of them the best; each is smaller than the one before."""
    groups: list[list[str]] = [[], []]
    for folder in command.folders:
        groups[folder.endswith(LEFT_OUT)].append(folder)
    folders, left = groups[::-1] if command.with_run in groups[1] else groups
    runs = []
    for place, folder in enumerate(folders):
        value = 0.6 if folder.endswith(CLEAR) else 0.95 - 0.01 * place
        runs.append(
            ComparedRun(
                folder=folder,
                method="freeze_layers",
                model="minilm",
                seed=place,
                score=Score(value=value, low=value - 0.03, high=value + 0.02),
                wrong=19 + place,
                training_rows=2169,
                trainable_parameters=5_000_000 // (place + 1),
                total_parameters=22_570_000,
                seconds=100.0 + 20 * place,
                peak_memory=900_000_000,
                size=90_000_000 // 10**place,
            )
        )
    pairs = [
        RunPair(
            better=one.folder,
            worse=other.folder,
            gain=Score(value=one.score.value - other.score.value, low=0.006, high=0.036),
            p=0.01,
            is_clear=other.folder.endswith(CLEAR),
            rows=9,
        )
        for one, other in combinations(runs, 2)
    ]
    best = [folder for folder in folders if not folder.endswith(CLEAR)]
    simple = dict.fromkeys((_METRIC, "accuracy"), Score(value=0.8, low=0.75, high=0.85))
    problem = other_test_rows(rows=300, of_others=465, why=["its rows were divided otherwise"])
    return RunsCompared(
        job_id=command.job_id,
        metric=command.metric or _METRIC,
        higher_is_better=True,
        rows=465,
        metrics=(_METRIC, "accuracy"),
        runs=tuple(runs),
        pairs=tuple(pairs),
        best=tuple(best),
        smallest=best[-1] if len(best) > 1 else "",
        baselines=(Baseline(id="tfidf", label="Word counts (TF-IDF)", wrong=69, scores=simple),),
        left_out=tuple(LeftOut(folder=folder, problem=problem) for folder in left),
        groups=tuple(ComparableRuns(folders=tuple(one), rows=465) for one in groups if one),
    )


def answers_compared(command: CompareAnswers) -> AnswersCompared:
    """Returns what a run fixes (three rows) and breaks (one)."""

    def changed(row: int, first: str, second: str) -> ChangedAnswer:
        answers = (
            Prediction(text=f"Text of row {row}", truth="happy", row=row, said=said, probability=0.9)
            for said in (first, second)
        )
        return ChangedAnswer(first=next(answers), second=next(answers))

    return AnswersCompared(
        job_id=command.job_id,
        first=command.first,
        second=command.second,
        rows=465,
        fixed=3,
        broken=1,
        both_wrong=11,
        fixed_rows=tuple(changed(row, "upset", "happy") for row in (4, 8, 15)),
        broken_rows=(changed(16, "happy", "upset"),),
    )
