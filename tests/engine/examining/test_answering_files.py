"""Answers to a whole file stand in a new one beside it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pandas as pd
import pytest

from engine.data.table import make_dataset
from engine.data.write_rows import write_rows
from engine.examining.answering_files import answer_file, with_values
from engine.head_facts import HeadFacts, HeadKind, Objective
from engine.protocol.events import JobFailed, JobStopped, StageReached
from engine.protocol.file_answers import AnswerFile, AnswersWritten
from engine.protocol.results import Prediction, Span
from engine.training.answering import FinishedRun
from tests.engine.recorded_session import RecordedSession


def _written(session: RecordedSession, command: AnswerFile) -> AnswersWritten:
    events = session.do(command)
    session.events.clear()
    return next(event for event in events if isinstance(event, AnswersWritten))


def _rows(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_each_row_has_its_answer_and_nothing_is_written_over(
    session: RecordedSession, moods_of: Callable[..., Path], tmp_path: Path
) -> None:
    file = tmp_path / "letters.csv"
    text = 'text,answer\na happy day,"=1+1"\n,old\n' + f"{'cold ' * 60},x\n"
    file.write_text(text, encoding="utf-8")
    command = AnswerFile(job_id="f", folder=str(moods_of("lora")), path=str(file))
    told = _written(session, command)
    assert (Path(told.path).name, told.rows, told.unanswered, told.cut) == ("letters-answers.csv", 3, 1, 1)
    assert told.note == "1 cell that a spreadsheet would compute has a ' in front."
    happy, blank, long = _rows(told.path)
    assert list(happy) == ["text", "answer", "answer 2", "probability", "p(glad)", "p(sad)", "note"]
    assert (happy["answer"], blank["answer 2"], blank["p(glad)"]) == ("'=1+1", "", "")
    assert float(happy["p(glad)"]) + float(happy["p(sad)"]) == pytest.approx(1, abs=2e-4)
    assert happy["answer 2"] in {"glad", "sad"}
    assert long["note"].startswith("Too long: only the first 32 of 62")
    assert file.read_text(encoding="utf-8") == text
    assert Path(_written(session, command).path).name == "letters-answers-2.csv"


@pytest.mark.parametrize("ending", [".jsonl", ".parquet"])
def test_programs_get_numbers_as_numbers(
    session: RecordedSession, moods_of: Callable[..., Path], tmp_path: Path, ending: str
) -> None:
    file, out = tmp_path / "letters.csv", tmp_path / f"said{ending}"
    file.write_text("text,grade\na happy day,007\n,1\n", encoding="utf-8")
    _written(session, AnswerFile(job_id="f", folder=str(moods_of("lora")), path=str(file), out=str(out)))
    read = pd.read_json(out, lines=True, dtype=False) if ending == ".jsonl" else pd.read_parquet(out)
    happy, blank = read.astype(object).where(read.notna(), None).to_dict("records")
    assert list(happy) == ["text", "grade", "answer", "probability", "p(glad)", "p(sad)"]
    assert (happy["grade"], happy["answer"] in {"glad", "sad"}) == ("007", True)  # the person's own stay
    assert isinstance(happy["probability"], float)
    assert happy["p(glad)"] + happy["p(sad)"] == pytest.approx(1, abs=2e-4)
    assert (blank["answer"], blank["probability"], blank["p(sad)"]) == (None, None, None)


@pytest.mark.parametrize(
    ("facts", "said", "answer"),
    [
        (
            HeadFacts(outputs=1, objective=Objective.NUMBER),
            Prediction(text="a", said="3.25", probability=0.0),
            3.25,
        ),
        (
            HeadFacts(outputs=1, objective=Objective.ANY_CLASSES),
            Prediction(text="a", said="late, cold, wet", probability=0.9,
                       probabilities={"wet": 0.9, "late, cold": 0.7, "dear": 0.2}),
            ["late, cold", "wet"],
        ),
        (
            HeadFacts(outputs=1, objective=Objective.ANY_CLASSES),
            Prediction(text="a", said="no label", probability=0.9, probabilities={"wet": 0.1, "dear": 0.2}),
            [],
        ),
        (
            HeadFacts(outputs=1, kind=HeadKind.WORD_PIECES),
            Prediction(text="In Rome", said="Rome (LOC)", probability=0.9,
                       spans=(Span(start=3, end=7, label="LOC"),)),
            [{"text": "Rome", "label": "LOC", "start": 3, "end": 7}],
        ),
        (
            HeadFacts(outputs=1, kind=HeadKind.WORD_PIECES, objective=Objective.SPAN),
            Prediction(text="In Rome", said="Rome", probability=0.9, spans=(Span(start=3, end=7),)),
            "Rome",
        ),
    ],
)  # fmt: skip
def test_scores_are_numbers_and_several_answers_are_lists(
    tmp_path: Path, facts: HeadFacts, said: Prediction, answer: object
) -> None:
    out = tmp_path / "said.jsonl"
    nothing = Prediction(text="", said="", probability=0.0)
    table = make_dataset({"text": [said.text, ""]}, [1, 2])
    write_rows(with_values(table, [said, nothing], facts), out)
    first, second = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert (first["answer"], second["answer"]) == (answer, None)


def test_an_empty_translation_is_no_row_without_a_text(
    run_of_task: Callable[[str], Path], tmp_path: Path
) -> None:
    file = tmp_path / "numbers.csv"
    file.write_text("english,french\none two,un deux\n,deux\nthree,trois\n", encoding="utf-8")
    folder = run_of_task("sequence_to_sequence")
    run = FinishedRun.load(folder)
    ends = run.base.tokenizer.eos_token_id
    bias = next(buffer for name, buffer in run.model.named_buffers() if name.endswith("final_logits_bias"))
    bias[0, ends] = 1e6  # whatever it reads, it ends at once
    told = answer_file(
        AnswerFile(job_id="f", folder=str(folder), path=str(file)), lambda: nullcontext(run), lambda _: None
    )
    assert (told.rows, told.unanswered, told.silent) == (3, 1, 2)


def test_a_file_of_lines_is_answered_too_with_progress(
    session: RecordedSession, moods_of: Callable[..., Path], tmp_path: Path
) -> None:
    file = tmp_path / "lines.txt"
    file.write_text("\n".join(f"a cold day {number}" for number in range(150)), encoding="utf-8")
    command = AnswerFile(
        job_id="l", folder=str(moods_of("lora")), path=str(file), out=str(tmp_path / "said.csv")
    )
    events = session.do(command)
    done = [event.done for event in events if isinstance(event, StageReached) and event.stage == "answering"]
    assert done == [0, 64, 128, 150]
    assert len(_rows(str(tmp_path / "said.csv"))) == 150
    again = session.do(command)[-1]
    session.events.clear()
    assert isinstance(again, JobFailed)
    assert again.problem.code == "answers_exist"


def test_given_up_it_writes_nothing(
    session: RecordedSession, moods_of: Callable[..., Path], tmp_path: Path
) -> None:
    from engine.protocol.commands import CancelJob

    file = tmp_path / "many.txt"
    file.write_text("\n".join(f"a cold day {number}" for number in range(5000)), encoding="utf-8")
    session.send(AnswerFile(job_id="g", folder=str(moods_of("lora")), path=str(file)))
    while session.wait_for(StageReached).stage != "answering":
        pass
    session.send(CancelJob(job_id="g"))
    assert isinstance(session.wait_for_end("g"), JobStopped)
    assert [path.name for path in tmp_path.iterdir()] == ["many.txt"]
