"""Labels that look wrong: found among rows whose labels were turned round; a job that can be given up."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.protocol.commands import CancelJob, FindLabelDoubts
from engine.protocol.config import DataConfig
from engine.protocol.doubt_problems import labels_look_wrong
from engine.protocol.events import JobFailed, JobStopped, JobSucceeded, StageReached
from engine.protocol.fields import SettingValue
from engine.protocol.label_doubts import LabelDoubtsFound
from engine.protocol.problems import Severity
from engine.protocol.wire import decode_command, decode_event, encode
from engine.training import label_doubts
from engine.training.control import JobCancelledError
from engine.training.label_doubts import out_of_fold
from tests.engine.recorded_session import RecordedSession, open_session
from tests.small_models import GLAD_WORDS, PLAIN_WORDS, SAD_WORDS


@pytest.fixture
def session(tmp_path: Path) -> Iterator[RecordedSession]:
    opened = open_session(calibration_file=tmp_path / "calibration.json")
    yield opened
    opened.session.close()


def write(path: Path, labels: dict[int, str], others: int = 0) -> Path:
    """Writes 120 texts of glad and sad words, labels as they should be but for those that are given.

    Args:
        path: Where to.
        labels: Row → its label.
        others: Rows of a label of its own.
    """
    chance = np.random.default_rng(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("text", "label"))
        for row in range(1, 121):
            own = GLAD_WORDS if row % 2 else SAD_WORDS
            words = [*chance.choice(own, 5), *chance.choice(PLAIN_WORDS, 3)]
            table.writerow(
                (" ".join(chance.permutation(words)), labels.get(row, "glad" if row % 2 else "sad"))
            )
        for row in range(others):
            table.writerow((f"the cat {'was ' * (row + 1)}on the train", "plain"))
    return path


def command(path: Path, model: Path, **settings: SettingValue) -> FindLabelDoubts:
    """Returns the question about a table."""
    data = DataConfig(path=str(path))
    return FindLabelDoubts(
        job_id="doubts", data=data, task="text_classification", model=str(model), settings=settings
    )


def test_labels_that_were_turned_round_stand_first(
    session: RecordedSession, small_bert: Path, tmp_path: Path
) -> None:
    turned = {8: "glad", 31: "sad", 60: "glad", 97: "sad"}
    events = session.do(command(write(tmp_path / "moods.csv", turned), small_bert))

    (found,) = [event for event in events if isinstance(event, LabelDoubtsFound)]
    assert {doubt.row for doubt in found.doubts[:4]} == {*turned}
    assert all(doubt.given == turned[doubt.row] != doubt.expected for doubt in found.doubts[:4])
    assert all(doubt.confidence > 0.5 > doubt.given_confidence for doubt in found.doubts)
    assert [doubt.given_confidence for doubt in found.doubts] == sorted(
        doubt.given_confidence for doubt in found.doubts
    )
    assert (found.rows, found.left_out, found.finding.code) == (120, (), "labels_look_wrong")
    assert found.finding.row_count == len(found.doubts)
    assert f"In row {found.doubts[0].row}," in found.finding.reason
    assert isinstance(events[-1], JobSucceeded)
    stages = [event for event in events if isinstance(event, StageReached)]
    assert [*dict.fromkeys(stage.stage for stage in stages)] == [
        "reading",
        "loading_model",
        "computing_features",
        "doubting",
    ]
    read = [stage for stage in stages if stage.stage == "computing_features"]
    assert (read[-1].done, read[-1].total) == (120, 120)


def test_good_labels_are_said_to_be_good(session: RecordedSession, small_bert: Path, tmp_path: Path) -> None:
    events = session.do(command(write(tmp_path / "moods.csv", {}), small_bert))
    (found,) = [event for event in events if isinstance(event, LabelDoubtsFound)]
    assert len(found.doubts) <= 2
    if not found.doubts:
        assert (found.finding.code, found.finding.severity) == ("labels_look_right", Severity.NOTE)


def test_a_label_with_few_texts_is_left_out_and_named(
    session: RecordedSession, small_bert: Path, tmp_path: Path
) -> None:
    events = session.do(command(write(tmp_path / "moods.csv", {8: "glad"}, others=3), small_bert))
    (found,) = [event for event in events if isinstance(event, LabelDoubtsFound)]
    assert (found.rows, found.left_out) == (120, ("plain",))
    assert 'Nothing can be said of "plain"' in found.finding.reason
    assert "plain" not in {doubt.expected for doubt in found.doubts}


@pytest.mark.parametrize(
    ("answers", "labels", "code"),
    [
        ("several", {1: "glad; sad"}, "no_single_labels"),
        ("one", dict.fromkeys(range(1, 118), "glad"), "too_few_to_doubt"),
    ],
)
def test_what_cannot_be_doubted_is_said(
    session: RecordedSession,
    small_bert: Path,
    tmp_path: Path,
    answers: str,
    labels: dict[int, str],
    code: str,
) -> None:
    events = session.do(command(write(tmp_path / "moods.csv", labels), small_bert, answers=answers))
    assert isinstance(events[-1], JobFailed)
    assert events[-1].problem.code == code


def test_it_can_be_given_up(session: RecordedSession, small_bert: Path, tmp_path: Path) -> None:
    session.send(command(write(tmp_path / "moods.csv", {}), small_bert))
    session.wait_for(StageReached)
    session.send(CancelJob(job_id="doubts"))
    end = session.wait_for_end("doubts")
    assert isinstance(end, JobStopped)
    assert end.reason == "cancelled"


def test_rows_of_a_group_are_never_learned_from_and_judged_at_once() -> None:
    # Each group has a feature of its own that tells its label, and nothing else does.
    groups = [place // 4 for place in range(80)]
    labels = [group % 2 for group in groups]
    features = np.zeros((80, 20))
    features[np.arange(80), groups] = 1.0
    said = out_of_fold(features, labels, groups, lambda _event: None)
    assert said.shape == (80, 2)
    assert np.allclose(said.sum(axis=1), 1.0)
    assert np.abs(said - 0.5).max() < 0.2  # nobody knows


def test_it_can_be_given_up_while_a_fold_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(3)
    labels = [row % 3 for row in range(90)]
    features = chance.normal(size=(90, 8)) + np.eye(3, 8)[labels]
    told: list[int] = []
    whole = out_of_fold(features, labels, range(90), lambda event: told.append(event.done))
    monkeypatch.setattr(label_doubts, "_FEWEST_STEPS", 2)
    monkeypatch.setattr(label_doubts, "_MOST_STEPS", 2)
    often: list[int] = []
    in_parts = out_of_fold(features, labels, range(90), lambda event: often.append(event.done))
    assert (told.count(0), told.count(4)) == (3, 1)  # once for each strength that is tried, then for one
    assert often.count(0) > 6
    assert often.count(4) > 1
    assert np.abs(in_parts - whole).max() < 0.01

    heard: list[int] = []

    def given_up(event: StageReached) -> None:
        heard.append(event.done)
        if heard.count(1) == 2:  # in the midst of the second fold
            raise JobCancelledError("cancelled")

    with pytest.raises(JobCancelledError):
        out_of_fold(features, labels, range(90), given_up)


def test_the_messages_go_over_the_wire(tmp_path: Path) -> None:
    asked = command(tmp_path / "a.csv", tmp_path / "model", answers="one")
    said = LabelDoubtsFound(doubts=(), finding=labels_look_wrong((), 3, "MiniLM", ()), rows=3)
    assert decode_command(encode(asked)) == asked
    assert decode_event(encode(said)) == said
