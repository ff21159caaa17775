"""Problems of texts that are almost the same, in words."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.data_problems import SHOW_DATA, first_rows
from engine.protocol.file_problems import SAFE
from engine.protocol.problems import ComparedTexts, Problem, Severity
from engine.protocol.wording import counted, shortened

_MUCH = 0.05
"""Share of the rows outside of training from which their near duplicates move the scores."""
_LETTERS = 90


def near_duplicates(
    rows: Sequence[int], compared: Sequence[ComparedTexts], *, studied: int, judged: int
) -> Problem:
    """Some texts are almost the same as another one.

    Args:
        rows: Numbers of the later one of each two.
        compared: Pairs of them, the most alike first; one at least.
        studied: Rows to check with and of the final test that are almost the same as one to learn from.
        judged: Rows to check with and of the final test; 0 where the rows are not divided.
    """
    closest = compared[0]
    first, second = _where_they_differ(*closest.texts)
    pair = f'The closest are row {closest.rows[0]:,}, "{first}", and row {closest.rows[1]:,}, "{second}".'
    sides = ""
    if judged and studied:
        sides = (
            f" {studied:,} of {counted(judged, 'row')} to check with and for the final test "
            f"{'is' if studied == 1 else 'are'} almost the same as one that is learned from: what was "
            "learned by heart looks like skill there."
        )
    elif judged:
        sides = " None of them stands on both sides of the split."
    much = studied > _MUCH * judged
    return Problem(
        code="near_duplicates",
        title=f"{counted(len(rows), 'text')} {'is' if len(rows) == 1 else 'are'} almost the same as another",
        reason=f"{pair}{sides}",
        fix="Take out one of each two that mean the same."
        if studied
        else "Nothing has to be done; take out one of each two if they should count once.",
        safe=SAFE,
        severity=Severity.WARNING if much else Severity.NOTE,
        setting="text",
        rows=first_rows(rows),
        row_count=len(rows),
        compared=tuple(compared),
        actions=(SHOW_DATA,),
    )


def _where_they_differ(one: str, other: str) -> tuple[str, str]:
    """Returns two texts on one line each, cut so that the first difference can be seen."""
    texts = [" ".join(text.split()) for text in (one, other)]
    same = next(
        (place for place, (a, b) in enumerate(zip(*texts, strict=False)) if a != b), min(map(len, texts))
    )
    begin = max(0, same - _LETTERS // 2) if max(map(len, texts)) > _LETTERS else 0
    first, second = (shortened(f"{'…' if begin else ''}{text[begin:]}", _LETTERS) for text in texts)
    return first, second
