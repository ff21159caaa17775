"""Which words moved an answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.protocol.commands import CancelJob
from engine.protocol.events import JobFailed, JobStopped, StageReached
from engine.protocol.explanations import INTEGRATED_GRADIENTS, AnswerExplained, ExplainAnswer
from engine.training.answering import FinishedRun
from tests.engine.recorded_session import RecordedSession

TEXT = "the happy cat was nasty today"


def _explained(session: RecordedSession, folder: Path, row: dict[str, str], **more: str) -> AnswerExplained:
    events = session.do(ExplainAnswer(job_id="why", folder=str(folder), row=row, **more))
    session.events.clear()
    (found,) = [event for event in events if isinstance(event, AnswerExplained)] or [events[-1]]
    assert isinstance(found, AnswerExplained), found
    return found


def _words(found: AnswerExplained, *, second: bool = False) -> dict[str, float]:
    text = found.prediction.second if second else found.prediction.text
    return {text[one.start : one.end]: one.effect for one in found.effects if one.second is second}


def test_the_effect_of_a_word_is_what_the_answer_loses_without_it(
    session: RecordedSession, moods_of: Callable[..., Path]
) -> None:
    folder = moods_of("full_fine_tuning", epochs=6)
    found = _explained(session, folder, {"text": TEXT}, target="glad")
    run = FinishedRun.load(folder)

    def glad(text: str) -> float:
        return run.predict([text])[0].probabilities["glad"]

    assert (found.target, found.against, found.is_share) == ("glad", "sad", True)
    assert found.value == pytest.approx(glad(TEXT), abs=1e-5)
    effects = _words(found)
    assert list(effects) == TEXT.split()
    for word, effect in effects.items():
        left = " ".join(one for one in TEXT.split() if one != word)
        assert effect == pytest.approx(glad(TEXT) - glad(left), abs=1e-5)
    assert effects["happy"] > 0 > effects["nasty"]
    other = _words(_explained(session, folder, {"text": TEXT}, target="sad"))
    assert other["happy"] == pytest.approx(-effects["happy"], abs=1e-5)


def test_gradients_add_up_to_the_difference_to_a_blank_text(
    session: RecordedSession, moods_of: Callable[..., Path]
) -> None:
    for method in ("full_fine_tuning", "lora", "prompt_tuning"):
        folder = moods_of(method, epochs=6 if method == "full_fine_tuning" else 1)
        found = _explained(session, folder, {"text": TEXT}, method=INTEGRATED_GRADIENTS, target="glad")
        total = sum(one.effect for one in found.effects)
        assert total + found.missing == pytest.approx(found.value - found.baseline, abs=1e-5)
        assert abs(found.missing) < 0.05
        if method == "full_fine_tuning":
            assert _words(found)["happy"] > 0 > _words(found)["nasty"]


@pytest.mark.parametrize(
    ("task", "row", "never"),
    [
        ("token_classification", {"tokens": "Anna went to Berlin today"}, ""),
        ("question_answering", {"question": "where is the cat", "context": "the cat is in the house"}, ""),
        ("masked_language_modelling", {"text": "the ___ was happy and warm"}, "___"),
        ("causal_language_modelling", {"text": "the sunny day"}, ""),
        ("sequence_to_sequence", {"source": "six five one"}, ""),
    ],
)
def test_other_answers_are_measured_by_how_likely_they_still_are(
    session: RecordedSession, run_of_task: Callable[[str], Path], task: str, row: dict[str, str], never: str
) -> None:
    folder = run_of_task(task)
    said = FinishedRun.load(folder).predict([row])[0]
    found = _explained(session, folder, row)
    assert found.prediction == said
    assert (found.is_share, found.target) == (True, said.said)
    assert 0 < found.value <= 1
    words = {**_words(found), **_words(found, second=True)}
    shown = [word for text in row.values() for word in text.split() if word != never]
    answer = [said.text[span.start : span.end] for span in said.spans] if task == "question_answering" else []
    assert set(words) == {word for word in shown if word not in " ".join(answer).split()}
    assert any(abs(effect) > 1e-4 for effect in words.values())
    assert max(words.values()) <= found.value
    if task in {"question_answering", "masked_language_modelling"}:
        assert found.value == pytest.approx(said.probability, rel=0.9)


def test_what_cannot_be_measured_says_why(
    session: RecordedSession, run_of_task: Callable[[str], Path], moods_of: Callable[..., Path]
) -> None:
    tagger, moods = run_of_task("token_classification"), moods_of("lora")
    for folder, row, more, code in (
        (tagger, {"tokens": "Anna went"}, {"method": INTEGRATED_GRADIENTS}, "not_explained"),
        (moods, {"text": "happy"}, {}, "nothing_to_hide"),
        (moods, {"text": TEXT}, {"target": "angry"}, "no_such_class"),
    ):
        command = ExplainAnswer(job_id="no", folder=str(folder), row=row, **more)
        (end,) = [event for event in session.do(command) if isinstance(event, JobFailed)]
        session.events.clear()
        assert end.problem.code == code


def test_of_a_long_text_neighbours_are_hidden_together_and_it_can_be_given_up(
    session: RecordedSession, moods_of: Callable[..., Path]
) -> None:
    long = {"text": " ".join(["happy", "the", "cat"] * 120)}
    found = _explained(session, moods_of("lora"), long)
    assert len(found.effects) == 120
    assert found.note.startswith("Measured by hiding 3 neighbouring words at a time.")
    assert found.note.endswith("Too long: only the first 32 of 362 word pieces were read.")
    assert [one.effect for one in found.effects[15:]] == pytest.approx([0.0] * 105, abs=1e-5)

    session.send(ExplainAnswer(job_id="stop", folder=str(moods_of("lora")), row=long))
    session.wait_for(StageReached)
    session.send(CancelJob(job_id="stop"))
    assert isinstance(session.wait_for_end("stop"), JobStopped)
