"""What one run gets right and another does not, row by row."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.errors import EngineError
from engine.protocol import comparison_problems
from engine.protocol.comparison import AnswersCompared, ChangedAnswer
from engine.protocol.results import Prediction
from engine.protocol.run_files import TEST_PREDICTIONS_FILE, read_predictions


def compare_answers(first: Path, second: Path, most: int) -> AnswersCompared:
    """Returns what of the first run's mistakes the second mends, and what it gets wrong anew.

    Of answers that are right by degrees every row counts of which more, or less, is right.

    Args:
        first: Folder of the run that the other is compared with.
        second: Folder of the other.
        most: Of the rows of either kind so many at most.

    Raises:
        EngineError: When a run has kept no answers, or they answered other rows.
    """
    before, after = _answers(first), _answers(second)
    if [_question(one) for one in before] != [_question(one) for one in after]:
        problem = comparison_problems.other_answers_kept(first=len(before), second=len(after))
        raise EngineError(problem)
    both = [ChangedAnswer(first=one, second=other) for one, other in zip(before, after, strict=True)]
    by_degrees = any(one.right is not None for one in before)
    fixed = [pair for pair in both if _gain(pair) > 0]
    broken = [pair for pair in both if _gain(pair) < 0]
    if by_degrees:
        fixed.sort(key=_gain, reverse=True)
        broken.sort(key=_gain)
    wrong = sum(1 for pair in both if not pair.first.is_right and not pair.second.is_right)
    return AnswersCompared(
        first=str(first),
        second=str(second),
        rows=len(both),
        fixed=len(fixed),
        broken=len(broken),
        both_wrong=wrong,
        fixed_rows=tuple(fixed[:most]),
        broken_rows=tuple(broken[:most]),
        by_degrees=by_degrees,
    )


def _gain(pair: ChangedAnswer) -> float:
    return pair.second.degree - pair.first.degree


def _answers(folder: Path) -> tuple[Prediction, ...]:
    """Returns the answers that a run has kept.

    Raises:
        EngineError: When there are none that can be read.
    """
    try:
        answers = read_predictions(folder)
    except (OSError, msgspec.MsgspecError) as error:
        raise _missing(folder) from error
    if not answers:
        raise _missing(folder)
    return answers


def _missing(folder: Path) -> EngineError:
    what = f"the answers of {folder.name} cannot be shown"
    return EngineError(comparison_problems.part_missing(name=TEST_PREDICTIONS_FILE, what=what, mended=False))


def _question(one: Prediction) -> tuple[int, str, str, str]:
    return one.row, one.text, one.second, one.truth
