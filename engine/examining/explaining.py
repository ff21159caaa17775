"""What moved an answer: the words of a text, hidden one at a time or weighed by gradients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.contracts import Cut
from engine.data.sentences import word_spans
from engine.errors import EngineError
from engine.examining.gradients import gradient_effects
from engine.examining.measured_answer import Measure, measure_of, restated
from engine.protocol import examining_problems
from engine.protocol.events import StageReached
from engine.protocol.explanations import OCCLUSION, AnswerExplained, ExplainAnswer, WordEffect
from engine.protocol.results import Prediction
from engine.protocol.wording import counted
from engine.training.answering import FinishedRun

_MOST = 160
"""Measurements at most: of longer texts several neighbouring words are hidden together."""

Tell = Callable[[StageReached], None]


def explain(run: FinishedRun, command: ExplainAnswer, tell: Tell) -> AnswerExplained:
    """Measures which words moved an answer.

    Args:
        run: The run that answers.
        command: What is asked.
        tell: Takes stages. May raise to end it.

    Returns:
        The effects of the words. Hidden one at a time, the effect of a word is by how much the answer is
        likelier with it than without it (Li 2016, "Understanding Neural Networks through Representation
        Erasure").

    Raises:
        EngineError: When there are too few words, or the answer cannot be measured.
    """
    row, prediction = _asked(run, command.row)
    roles = _shown_roles(row, prediction)
    words = {role: word_spans(row[role]) for role in roles}
    count = sum(len(spans) for spans in words.values())
    if count < 2:
        raise EngineError(examining_problems.nothing_to_hide(words=count))
    measure = measure_of(run, prediction, command.target)
    if command.method == OCCLUSION:
        return _by_hiding(measure, row, _groups(words), roles, tell)
    return gradient_effects(measure, row, words, roles, tell)


def _asked(run: FinishedRun, typed: Mapping[str, str]) -> tuple[dict[str, str], Prediction]:
    """Returns a row and its answer, in which places are those of the row.

    A blank may be typed in several ways; it is shown in one, and so it is asked.
    """
    row = dict(typed)
    prediction = run.predict([row])[0]
    first = run.task.input_roles[0]
    if prediction.text and prediction.text not in row.values():
        row[first] = prediction.text
        prediction = run.predict([row])[0]
        if prediction.text != row[first]:
            why = "The text is read in parts that are not shown letter by letter as it was typed."
            raise EngineError(examining_problems.not_explained(why=why))
    return row, prediction


def _shown_roles(row: Mapping[str, str], prediction: Prediction) -> dict[str, bool]:
    """Returns the roles with a text, each with whether it is shown as the second one."""
    given = [role for role, text in row.items() if text.strip()]
    first = next((role for role in given if row[role] == prediction.text), given[0] if given else "")
    return {role: role != first for role in given}


def _groups(words: Mapping[str, Sequence[tuple[int, int]]]) -> list[Cut]:
    """Returns what is hidden each time: a word, or so many that it is not done too often."""
    together = -(-sum(len(spans) for spans in words.values()) // _MOST)
    return [
        Cut(role, spans[at][0], spans[min(at + together, len(spans)) - 1][1])
        for role, spans in words.items()
        for at in range(0, len(spans), together)
    ]


def _by_hiding(
    measure: Measure, row: dict[str, str], cuts: list[Cut], roles: Mapping[str, bool], tell: Tell
) -> AnswerExplained:
    hidden: list[Cut | None] = [None, *cuts]
    rows = restated(measure, row, hidden)
    label = "Hiding one word at a time"

    def on_rows(done: int) -> None:
        tell(StageReached(stage="explaining", label=label, done=done, total=len(rows)))

    values = measure.of_rows(rows, on_rows)
    if 0 not in values:
        raise EngineError(examining_problems.not_explained(why="The answer has no likelihood of its own."))
    effects = [
        WordEffect(start=cut.start, end=cut.end, effect=values[0] - values[place], second=roles[cut.role])
        for place, cut in enumerate(cuts, start=1)
        if place in values
    ]
    blank = dict.fromkeys(roles, "")
    can_be_blank = measure.can_be_derived
    empty = measure.of_rows(restated(measure, blank, [None]), lambda _done: None) if can_be_blank else {}
    return AnswerExplained(
        prediction=measure.prediction,
        method=OCCLUSION,
        target=measure.target,
        against=measure.against,
        is_share=measure.is_share,
        value=values[0],
        baseline=empty.get(0, 0.0),
        effects=tuple(sorted(effects, key=lambda one: (one.second, one.start))),
        note=_note(cuts, row, measure),
    )


def _note(cuts: list[Cut], row: Mapping[str, str], measure: Measure) -> str:
    words = sum(len(word_spans(row[role])) for role in {cut.role for cut in cuts})
    together = -(-words // len(cuts))
    how = "one word" if together == 1 else counted(together, "neighbouring word")
    note = f"Measured by hiding {how} at a time. It shows what moved this answer, not how the model thinks."
    return f"{note} {measure.prediction.note}".strip()
