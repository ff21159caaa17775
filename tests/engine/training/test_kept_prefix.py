"""A run that keeps what frozen layers say learns what it learns without, and the next run finds it."""

from __future__ import annotations

import csv
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from transformers import BertModel, PreTrainedTokenizerBase

from engine.models.frozen_prefix import FrozenPrefix, find_prefix
from engine.models.heads import build_sequence_model
from engine.models.layers import set_layer_trainable
from engine.protocol.commands import ResumeTraining
from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.events import (
    EpochEnded,
    EvaluationEnded,
    Event,
    JobStopped,
    JobSucceeded,
    ResultWritten,
    StageReached,
    TrainingStarted,
)
from engine.protocol.kept_facts import in_words
from engine.protocol.number_words import bytes_number
from engine.protocol.repairs import CHANGE_CELLS, Repair
from engine.protocol.results import NoisePoint
from engine.server import dispatch
from engine.session import Session
from engine.training.checking import Checker
from engine.training.estimate import Estimator
from engine.training.kept_prefix import KeptPrefix
from engine.training.kept_states import KeptStates
from engine.training.workbench import Workbench
from tests.engine.models.families import small_base, small_batch
from tests.engine.recorded_session import moods_run, open_session, points, start
from tests.small_models import make_small_bert


@pytest.fixture
def bert(tmp_path: Path) -> Path:
    return make_small_bert(tmp_path / "bert-of-three", blocks=3)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("THAW_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "frozen_states"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Notes how many rows a prefix computes at once."""
    rows: list[int] = []
    plain = FrozenPrefix.read

    def noted(self: FrozenPrefix, batch: Any) -> Any:
        rows.append(len(batch["input_ids"]))
        return plain(self, batch)

    monkeypatch.setattr(FrozenPrefix, "read", noted)
    return rows


def train(folder: Path, run: RunConfig) -> list[Any]:
    opened = open_session(calibration_file=folder.parent / "calibration.json")
    events = opened.do(start(run, folder))
    opened.session.close()
    return events


def kept(events: list[Any]) -> tuple[int, int]:
    (started,) = [event for event in events if isinstance(event, TrainingStarted)]
    return started.kept.blocks, started.kept.rows


@pytest.mark.parametrize(
    ("method", "settings"),
    [
        ("freeze_layers", {}),
        ("freeze_layers", {"frozen_states_megabytes": 0}),
        ("freeze_layers", {"train_on": "noisy", "fresh_noise": True}),
        ("full_fine_tuning", {}),
        ("feature_based", {}),
        ("gradual_unfreezing", {}),
    ],
)
def test_what_is_kept_is_known_before(
    bert: Path, moods_csv: Path, tmp_path: Path, method: str, settings: dict[str, Any]
) -> None:
    run = moods_run(moods_csv, bert, method, epochs=1, **settings)
    expected = (
        Checker(Workbench(), Estimator(torch.device("cpu"), tmp_path / "none.json")).check(run).estimate
    )
    events = train(tmp_path / "run", run)
    (started,) = [event for event in events if isinstance(event, TrainingStarted)]

    assert expected is not None
    assert started.kept.size == pytest.approx(
        expected.kept.size, rel=0.05
    )  # noise is longer by about so much
    assert started.kept == msgspec.structs.replace(expected.kept, size=started.kept.size)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "The lowest of 2 blocks is computed once for rows that are judged ({size} kept on the disk), in "
         "each epoch for the others: words are hidden anew each time a text is read."),
        ({"frozen_states_megabytes": 0}, "The lowest of 2 blocks is computed in each epoch: "
         "Keep of frozen layers is 0 MB."),
        ({"train_on": "noisy", "fresh_noise": True}, "The lowest of 2 blocks is computed once for rows that "
         "are judged ({size} kept on the disk), in each epoch for the others: their noise is fresh."),
    ],
)  # fmt: skip
def test_where_words_are_hidden_anew_what_is_judged_is_kept(
    small_filler: Path, chains_csv: Path, tmp_path: Path, settings: dict[str, Any], words: str
) -> None:
    run = RunConfig(
        data=DataConfig(path=str(chains_csv)),
        task="masked_language_modelling",
        method="freeze_layers",
        model=str(small_filler),
        settings={"epochs": 1, "max_length": 32, "frozen_layers": 1, **settings},
    )
    checker = Checker(Workbench(), Estimator(torch.device("cpu"), tmp_path / "none.json"))
    expected = checker.check(run).estimate
    events = train(tmp_path / "run", run)
    (started,) = [event for event in events if isinstance(event, TrainingStarted)]

    assert expected is not None
    told = expected.kept
    judged = sum(count for part, count in checker.check(run).work.counts.items() if part != "train")
    assert told.rows == (0 if "frozen_states_megabytes" in settings else judged) < told.of_rows
    assert started.kept.size == pytest.approx(told.size, rel=0.1)  # noise is longer by about so much
    assert started.kept == msgspec.structs.replace(told, size=started.kept.size)
    assert in_words(told) == words.format(size=bytes_number(told.size))


def losses(events: list[Any]) -> list[float]:
    judged = [event.loss for event in events if isinstance(event, EvaluationEnded)]
    return [*(point.loss for point in points(events)), *judged]


@pytest.mark.parametrize(("method", "blocks"), [("freeze_layers", 2), ("gradual_unfreezing", 3)])
def test_losses_are_those_of_the_plain_loop(
    bert: Path, moods_csv: Path, tmp_path: Path, read: list[int], method: str, blocks: int
) -> None:
    run = moods_run(moods_csv, bert, method, epochs=4)
    plain = train(tmp_path / "plain", moods_run(moods_csv, bert, method, epochs=4, frozen_states_megabytes=0))
    assert not read
    first = train(tmp_path / "first", run)
    computed = len(read)
    second = train(tmp_path / "second", run)

    assert kept(plain) == (0, 0)
    assert kept(first) == kept(second) == (blocks, 80)
    assert losses(first) == pytest.approx(losses(plain), abs=1e-5)
    assert losses(second) == losses(first)
    assert len(read) - computed <= 2 * blocks < computed  # only to see whether the model can be cut in two


@pytest.mark.parametrize("method", ["freeze_layers", "feature_based"])
def test_a_mended_label_reads_no_row_again(
    bert: Path,
    moods_csv: Path,
    tmp_path: Path,
    cache: Path,
    method: str,
    read: list[int],
    rows_run: list[int],
) -> None:
    """What frozen layers say of a text hangs on the text, not on what is asked of it."""
    run = moods_run(moods_csv, bert, method)
    labels = list(csv.DictReader(moods_csv.open(encoding="utf-8")))
    other = {"glad": "sad", "sad": "glad"}
    cells = {str(row): other[labels[row - 1]["label"]] for row in range(1, 9)}
    mended = Repair(kind=CHANGE_CELLS, columns=("label",), values=cells)
    first = train(tmp_path / "first", run)
    computed, files = len(read), sorted(cache.glob("*.states"))
    rows_run.clear()
    data = msgspec.structs.replace(run.data, repairs=(mended,))
    second = train(tmp_path / "second", msgspec.structs.replace(run, data=data))

    assert losses(second) != losses(first)
    assert sorted(cache.glob("*.states")) == files
    if method == "feature_based":
        assert _read_once(rows_run) == []
    else:
        assert len(read) - computed <= 4 < computed  # only to see whether the model can be cut in two


@pytest.mark.parametrize("method", ["freeze_layers", "feature_based"])
def test_of_changed_rows_only_those_are_read_that_nobody_has_read(
    bert: Path,
    moods_csv: Path,
    tmp_path: Path,
    cache: Path,
    method: str,
    read: list[int],
    rows_run: list[int],
) -> None:
    """Two texts were mended, and other rows fell into each part: what is kept of a row hangs on it alone."""
    run = moods_run(moods_csv, bert, method)
    first = train(tmp_path / "first", run)
    texts = {"1": "a very good film", "7": "a very bad film"}
    mended = Repair(kind=CHANGE_CELLS, columns=("text",), values=texts)
    split = msgspec.structs.replace(run.data.split, seed=run.data.split.seed + 1)
    data = msgspec.structs.replace(run.data, repairs=(mended,), split=split)
    read.clear()
    rows_run.clear()
    second = train(tmp_path / "second", msgspec.structs.replace(run, data=data))
    computed, features = len(read), sum(_read_once(rows_run))
    shutil.rmtree(cache)
    rows_run.clear()
    alone = train(tmp_path / "alone", msgspec.structs.replace(run, data=data))

    assert kept(second) == kept(first)
    assert losses(second) == pytest.approx(losses(alone), abs=1e-6)
    if method == "feature_based":  # the test rows with noise are others, too
        assert sum(_read_once(rows_run)) - features >= 80 - 2 * len(texts)
    else:
        assert computed <= 4 + len(texts)  # to see whether the model can be cut in two, and the new texts


def test_a_resumed_run_makes_room_for_what_is_frozen_by_then(
    bert: Path, moods_csv: Path, tmp_path: Path, cache: Path
) -> None:
    ended = threading.Event()

    def close_when_all_has_thawed(event: Event) -> None:
        if isinstance(event, EpochEnded) and event.epoch == 3:
            closed.give_up()
        if isinstance(event, JobStopped):
            ended.set()

    closed = Session(close_when_all_has_thawed, calibration_file=tmp_path / "calibration.json")
    dispatch(closed, start(moods_run(moods_csv, bert, "gradual_unfreezing", epochs=4), tmp_path / "run"))
    assert ended.wait(60)
    closed.close()
    assert list(cache.glob("*.states"))
    shutil.rmtree(cache)
    resumed = open_session(calibration_file=tmp_path / "calibration.json")
    rest = resumed.do(ResumeTraining(job_id="rest", folder=str(tmp_path / "run")))
    resumed.session.close()

    assert isinstance(rest[-1], JobSucceeded)
    assert kept(rest) == (0, 0)
    assert not list(cache.glob("*.states"))


def test_what_does_not_fit_is_computed(bert: Path, moods_csv: Path, tmp_path: Path, cache: Path) -> None:
    header, *rows = moods_csv.read_text().splitlines()
    many = tmp_path / "many.csv"
    longer = [f"{'very ' * number}{row}" for number in range(28) for row in rows]
    many.write_text("\n".join([header, *longer]))

    def run(megabytes: int) -> RunConfig:
        settings = {"epochs": 1, "evaluations_per_epoch": 1, "frozen_states_megabytes": megabytes}
        return moods_run(many, bert, "freeze_layers", **settings)

    part, plain = train(tmp_path / "part", run(2)), train(tmp_path / "plain", run(0))

    blocks, kept_rows = kept(part)
    assert blocks == 2
    assert 0 < kept_rows < 28 * 80
    assert sum(file.stat().st_size for file in cache.glob("*.states")) <= 2_000_000
    assert losses(part) == pytest.approx(losses(plain), abs=1e-4)


@pytest.fixture
def rows_run() -> Iterator[list[int]]:
    """Notes how many rows a pretrained network is given at once."""
    rows: list[int] = []

    def note(module: torch.nn.Module, _given: Any, said: Any) -> None:
        if isinstance(module, BertModel):
            rows.append(len(said[0]))

    hook = torch.nn.modules.module.register_module_forward_hook(note)
    yield rows
    hook.remove()


def _read_once(rows_run: list[int]) -> list[int]:
    """Returns of how many rows features were computed at once.

    Left out are single rows, by which shapes are found out, and the 32 by which layers are looked at.
    """
    return [rows for rows in rows_run if rows not in {1, 32}]


def trial(events: list[Any]) -> tuple[NoisePoint, ...]:
    (result,) = [event.result for event in events if isinstance(event, ResultWritten)]
    return result.by_noise


def test_features_are_read_once_for_several_runs(
    bert: Path, moods_csv: Path, tmp_path: Path, cache: Path, rows_run: list[int]
) -> None:
    run = moods_run(moods_csv, bert, "feature_based")
    first = train(tmp_path / "first", run)
    assert sum(_read_once(rows_run)) >= 80 + 3 * 16  # each part, and the test at three more rates
    rows_run.clear()
    assert len(list(cache.glob("*.states"))) == 7  # and the test rows with noise, at each rate
    again = train(tmp_path / "second", run)
    other = train(tmp_path / "third", msgspec.structs.replace(run, seed=1))

    assert _read_once(rows_run) == []
    assert losses(again) == losses(first)
    assert trial(again) == trial(first)
    assert losses(other) != losses(first)
    assert len(list(cache.glob("*.states"))) == 7
    told = [
        event for event in again if isinstance(event, StageReached) and event.stage == "computing_features"
    ]
    assert told[-1].done == told[-1].total == 80


def test_a_row_without_any_word_piece_is_no_trouble(
    small_tokenizer: PreTrainedTokenizerBase, tmp_path: Path
) -> None:
    model = build_sequence_model(small_base("llama", small_tokenizer), 2).eval()
    for layer in ("embeddings", "block.1"):
        set_layer_trainable(model, layer, trainable=False)
    batch = small_batch()
    batch["attention_mask"][1] = 0
    prefix, kept = find_prefix(model), KeptPrefix()
    kept.begin(prefix, KeptStates(tmp_path, "key", (batch["attention_mask"].sum(1) * 32).tolist(), 100_000))
    expected = model(batch).logits
    with kept.given(range(4), batch):
        said = model(batch).logits

    assert torch.allclose(said[[0, 2, 3]], expected[[0, 2, 3]], atol=1e-5)


def test_fresh_noise_is_read_anew(bert: Path, moods_csv: Path, tmp_path: Path) -> None:
    noisy = {"train_on": "noisy", "fresh_noise": True}
    events = train(tmp_path / "noisy", moods_run(moods_csv, bert, "freeze_layers", **noisy))

    assert kept(events) == (2, 32)  # validation and test
