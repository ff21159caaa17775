"""What each layer knows: frozen layers know the same before and after, and test rows stay unread."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from engine.contracts import Objective
from engine.evaluation import classification
from engine.evaluation.classification import confusion_counts
from engine.evaluation.intervals import scores_with_intervals
from engine.evaluation.multilabel import multilabel_statistics
from engine.examining.probing import lowest_that_is_enough
from engine.protocol.commands import CancelJob, ProbeLayers
from engine.protocol.config import DataConfig, RunConfig, SplitConfig
from engine.protocol.events import JobFailed, JobStopped, JobSucceeded, StageReached
from engine.protocol.layer_probes import LayerProbe, LayersProbed
from engine.protocol.probe_words import finding
from engine.protocol.results import Score
from tests.engine.recorded_session import RecordedSession, moods_run, open_session, start


@pytest.fixture(scope="module")
def session() -> Iterator[RecordedSession]:
    opened = open_session()
    yield opened
    opened.session.close()


def probed(session: RecordedSession, run: RunConfig, folder: str, job_id: str) -> LayersProbed:
    events = session.do(ProbeLayers(job_id=job_id, run=run, folder=folder))
    assert isinstance(events[-1], JobSucceeded), events[-1]
    return next(event for event in events if isinstance(event, LayersProbed))


def test_what_is_frozen_knows_the_same_as_before_and_what_learned_does_not(
    session: RecordedSession, moods_csv: Path, small_bert: Path, tmp_path: Path
) -> None:
    run = moods_run(moods_csv, small_bert, "freeze_layers", frozen_layers=1, learning_rate=0.01)  # it is torn
    session.do(start(run, tmp_path / "run"))
    found = probed(session, run, str(tmp_path / "run"), "probe")
    assert [one.layer for one in found.layers] == ["embeddings", "block.1", "block.2"]
    embeddings, first, second = found.layers
    assert embeddings.after == embeddings.score
    assert first.after == first.score  # frozen, to the last bit
    assert second.after != second.score
    assert (found.learned, found.judged) == (48, 16)  # none of the 16 test rows
    assert found.always == pytest.approx(10 / 26)  # F1 0.77 and 0: ten of the 16 are of one class
    alone = probed(session, run, "", "base")
    assert [one.score for one in alone.layers] == [one.score for one in found.layers]
    assert {one.after for one in alone.layers} == {None}


def test_words_are_asked_where_words_have_answers(
    session: RecordedSession, small_bert: Path, tmp_path: Path
) -> None:
    path = tmp_path / "tags.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["tokens", "tags"])
        for number in range(40):
            word = ("happy", "angry", "calm", "cold")[number % 4]
            writer.writerow(
                [
                    f"the {word} cat {number} on my train",
                    f"O {'B-GLAD' if number % 2 == 0 else 'B-SAD'} O O O O O",
                ]
            )
    run = replace(
        moods_run(path, small_bert, "feature_based"),
        task="token_classification",
        data=DataConfig(path=str(path), split=SplitConfig(validation=0.2, test=0.2)),
    )
    found = probed(session, run, "", "tags")
    assert found.counted == "words"
    assert (found.learned, found.judged) == (24 * 7, 8 * 7)
    assert max(one.score.value for one in found.layers) > found.always


def test_a_task_without_classes_says_why_not(
    session: RecordedSession, small_filler: Path, moods_csv: Path
) -> None:
    run = replace(moods_run(moods_csv, small_filler), task="masked_language_modelling", settings={})
    end = session.do(ProbeLayers(job_id="blanks", run=run))[-1]
    assert isinstance(end, JobFailed)
    assert end.problem.code == "nothing_to_probe"


def test_it_can_be_given_up(session: RecordedSession, moods_csv: Path, small_bert: Path) -> None:
    session.send(ProbeLayers(job_id="stop", run=moods_run(moods_csv, small_bert, "feature_based")))
    session.wait_for(StageReached)
    session.send(CancelJob(job_id="stop"))
    assert isinstance(session.wait_for_end("stop"), JobStopped)


def test_a_layer_that_is_surely_worse_on_the_same_rows_is_not_enough() -> None:
    """Its score lies within the interval of the best one, which is wide; their difference is not 0."""
    truth = np.arange(200) % 2
    best, close, worse = truth.copy(), truth.copy(), truth.copy()
    best[:30] = 1 - best[:30]  # 85 % right: the interval begins below 80 %
    close[:28], close[40:43] = 1 - close[:28], 1 - close[40:43]  # one worse, by other rows
    worse[:40] = 1 - worse[:40]  # 80 % right, and wherever the best one is wrong, too
    tables = [np.stack([truth, said], axis=1).astype(float) for said in (worse, close, best)]
    scores = [classification.measure(truth.tolist(), said.tolist(), 2)["macro_f1"] for said in (worse, best)]
    interval = scores_with_intervals(confusion_counts(truth.tolist(), best.tolist(), 2))["macro_f1"]
    assert interval.low < scores[0] < scores[1]
    assert lowest_that_is_enough(Objective.ONE_CLASS, tables) == 1


def test_the_best_layer_is_enough_where_all_below_are_worse() -> None:
    chance = np.random.default_rng(0)
    truth = chance.normal(size=150)
    tables = [np.stack([truth, truth + noise * chance.normal(size=150)], axis=1) for noise in (5.0, 2.0, 0.1)]
    assert lowest_that_is_enough(Objective.NUMBER, tables) == 2
    sets = (chance.random((150, 3)) < 0.4).astype(np.int64)
    torn = np.where(chance.random(sets.shape) < 0.4, 1 - sets, sets)
    added = [multilabel_statistics(sets, said).astype(float) for said in (torn, sets, sets)]
    assert lowest_that_is_enough(Objective.ANY_CLASSES, added) == 1


def layers(*values: float, after: tuple[float, ...] = ()) -> list[LayerProbe]:
    names = ["Word embeddings", *(f"Block {number}" for number in range(1, len(values)))]
    return [
        LayerProbe(
            layer=name,
            label=name,
            score=Score(value=value, low=value - 0.02, high=value + 0.02),
            after=Score(value=after[place], low=0, high=1) if after else None,
        )
        for place, (name, value) in enumerate(zip(names, values, strict=True))
    ]


@pytest.mark.parametrize(
    ("values", "enough", "beginning"),
    [
        (
            (0.7, 0.90, 0.91),
            1,
            "Block 1 already reaches 0.900 macro F1; Block 2 reaches 0.910 macro F1. Freezing",
        ),
        ((0.7, 0.93, 0.90), 1, "Block 1 reaches 0.930 macro F1, the best of all. Freezing up to block 1"),
        ((0.7, 0.80, 0.91), 2, "The top layer knows most of it: Block 2 reaches 0.910"),
        ((0.9, 0.91, 0.91), 0, "Single words tell it already: without any block, 0.900 macro F1"),
        ((0.3, 0.31, 0.32), 2, "No layer tells the answers apart for sure"),
    ],
)
def test_the_finding_says_where_freezing_may_end(
    values: tuple[float, ...], enough: int, beginning: str
) -> None:
    asked = layers(*values)
    assert finding(asked, asked[enough], "macro F1", 0.31).startswith(beginning)


def test_the_finding_says_where_training_changed_most() -> None:
    asked = layers(0.7, 0.8, 0.9, after=(0.7, 0.85, 0.92))
    assert finding(asked, asked[2], "macro F1", 0.3).endswith("taught block 1 most: from 0.800 to 0.850.")
    asked = layers(0.7, 0.8, 0.9, after=(0.7, 0.8, 0.89))
    assert finding(asked, asked[2], "macro F1", 0.3).endswith("no layer tells more than before.")
