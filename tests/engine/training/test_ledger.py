"""What an estimate counts is what a run then does: steps, rows, word pieces in blocks, written pieces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from torch.nn.modules.module import register_module_forward_hook

from engine.contracts import BaseModel
from engine.models.writing import WritingModel
from engine.protocol.commands import StartTraining
from engine.protocol.config import DataConfig, RunConfig, SplitConfig
from engine.protocol.events import EvaluationEnded, Event, JobSucceeded, StepsEnded
from engine.protocol.fields import SettingValue
from engine.protocol.repairs import new_cells
from engine.server import dispatch
from engine.session import Session
from engine.training import prefix_cache, work
from engine.training.checking import Checker
from engine.training.estimate import Estimator
from engine.training.judged_work import ReadAlike, read_alike
from engine.training.ledger import STEPS, Ledger
from engine.training.workbench import Workbench
from tests.engine.recorded_session import moods_run

TRIED = (1, 8)
"""Row and word pieces that a model is tried with when it is loaded."""
BLOCKS = {"BertLayer", "GPT2Block", "MarianEncoderLayer", "MarianDecoderLayer"}


@dataclass
class Done:
    """What a run did until its score.

    Attributes:
        learned: Block → word pieces that went through it in steps.
        read: The same without gradients.
        calls: How often something was written.
        written: Word pieces that were written, to all rows.
        turns: The same for each batch.
        steps: Steps.
        looks: Validations.
    """

    learned: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    written: int = 0
    turns: int = 0
    steps: int = 0
    looks: int = 0


class Watcher:
    """Counts what really runs until the test has been judged."""

    def __init__(self) -> None:
        self.done = Done()
        self.events: list[Event] = []
        self._writes = False
        self._is_over = False

    def take(self, event: Event) -> None:
        """Takes an event."""
        self.events.append(event)
        if isinstance(event, StepsEnded):
            self.done.steps += len(event.points)
        if isinstance(event, EvaluationEnded):
            self.done.looks += event.split == "validation"
            self._is_over = event.split == "test"

    @contextmanager
    def watching(self, patch: pytest.MonkeyPatch) -> Iterator[None]:
        """Watches every block of every model."""
        plain = WritingModel.generate

        def generate(model: WritingModel, batch: Any, **settings: Any) -> torch.Tensor:
            self._writes = True
            said = plain(model, batch, **settings)
            self._writes = False
            if not self._is_over:
                own = (
                    said[:, 1:] if str(model.network) == "seq2seq_lm" else said
                )  # what its decoder begins with
                self.done.calls += 1
                self.done.turns += own.shape[1]
                self.done.written += own.numel()
            return said

        patch.setattr(WritingModel, "generate", generate)
        hook = register_module_forward_hook(self._ran)
        try:
            yield
        finally:
            hook.remove()

    def _ran(self, module: torch.nn.Module, args: tuple[Any, ...], _said: object) -> None:
        name = type(module).__name__
        if name not in BLOCKS or self._is_over or self._writes or args[0].shape[:2] == TRIED:
            return
        if "forward" in vars(module):  # it hands on what it is given
            return
        counter = self.done.learned if torch.is_grad_enabled() else self.done.read
        counter[name] += args[0].shape[0] * args[0].shape[1]


def _train(run: RunConfig, folder: Path, patch: pytest.MonkeyPatch) -> tuple[Ledger, Done]:
    """Counts a run, and trains it."""
    device = torch.device(run.device or "cpu")
    checked = Checker(Workbench(), Estimator(device, folder / "calibration.json")).check(run)
    assert not checked.errors
    assert checked.stack is not None
    assert checked.work is not None
    watcher = Watcher()
    session = Session(watcher.take, calibration_file=folder / "calibration.json")
    with watcher.watching(patch):
        dispatch(session, StartTraining(job_id="train", run=run, folder=str(folder / "run")))
        session.finish_training()
    session.close()
    assert isinstance(watcher.events[-1], JobSucceeded), watcher.events[-1]
    assert watcher.done.steps == checked.work.steps
    assert watcher.done.looks == checked.work.evaluations
    return Ledger(checked.stack, checked.work), watcher.done


def _pieces(ledger: Ledger, *phases: str) -> float:
    names = ("run", "exact_run", "through", "learn")
    return sum(ledger.phases[phase].counts.get(name, 0.0) for phase in phases for name in names)


@pytest.mark.parametrize(
    ("method", "settings"),
    [
        ("full_fine_tuning", {}),
        ("full_fine_tuning", {"gradient_accumulation_steps": 2, "evaluations_per_epoch": 3, "epochs": 3}),
        ("lora", {"epochs": 3}),
        ("bitfit", {"max_length": 16}),
        ("feature_based", {}),
        ("feature_based", {"head": "logistic_regression"}),
        ("freeze_layers", {"frozen_layers": 1, "epochs": 3}),
        ("freeze_layers", {"frozen_layers": 1, "frozen_states_megabytes": 0}),
        ("gradual_unfreezing", {"epochs": 4}),
    ],
)
def test_word_pieces_are_those_of_the_run(
    small_bert: Path,
    moods_csv: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    settings: dict[str, SettingValue],
) -> None:
    monkeypatch.setenv("THAW_CACHE", str(tmp_path / "cache"))

    ledger, done = _train(moods_run(moods_csv, small_bert, method, **settings), tmp_path, monkeypatch)

    counted = _pieces(ledger, *ledger.phases)
    assert counted == pytest.approx(done.learned.total() + done.read.total(), rel=0.05)
    if "run" not in ledger.phases[STEPS].counts or not ledger.phases[STEPS].counts["run"]:
        assert _pieces(ledger, STEPS) == pytest.approx(done.learned.total(), rel=1e-9)


@pytest.mark.parametrize(
    ("method", "settings", "spared"),
    [
        ("feature_based", {}, 0.9),
        ("feature_based", {"train_on": "noisy", "fresh_noise": True}, 0.2),
        ("freeze_layers", {"frozen_layers": 1, "epochs": 3}, 0.1),
        ("freeze_layers", {"frozen_layers": 1, "train_on": "noisy", "fresh_noise": True}, 0.04),
        ("gradual_unfreezing", {"epochs": 4}, 0.02),
    ],
)
def test_what_an_earlier_run_has_read_is_not_counted_again(
    small_bert: Path,
    moods_csv: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    settings: dict[str, SettingValue],
    spared: float,
) -> None:
    monkeypatch.setenv("THAW_CACHE", str(tmp_path / "cache"))
    run = moods_run(moods_csv, small_bert, method, **settings)
    first, did_first = _train(run, tmp_path, monkeypatch)

    ledger, did = _train(msgspec.structs.replace(run, seed=5), tmp_path / "again", monkeypatch)

    counted, counted_first = (_pieces(one, *one.phases) for one in (ledger, first))
    done, done_first = (one.learned.total() + one.read.total() for one in (did, did_first))
    # Noise makes the texts longer than is counted, of both runs alike; and what is left of a feature-based
    # run is little: a few rows are computed to see what comes out.
    assert counted == pytest.approx(done * counted_first / done_first, rel=0.05, abs=150)
    assert counted < (1 - spared) * counted_first


@pytest.mark.parametrize(
    ("method", "settings"), [("feature_based", {}), ("freeze_layers", {"frozen_layers": 1, "epochs": 3})]
)
@pytest.mark.parametrize(
    "changed",
    [{"split": SplitConfig(seed=9)}, {"row_limit": 20}, {"repairs": (new_cells("mood", {4: "sad"}),)}],
)
def test_of_other_rows_only_what_nobody_has_read_is_counted(
    small_bert: Path,
    moods_csv: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    settings: dict[str, SettingValue],
    changed: dict[str, object],
) -> None:
    monkeypatch.setenv("THAW_CACHE", str(tmp_path / "cache"))
    run = moods_run(moods_csv, small_bert, method, **settings)
    _train(run, tmp_path, monkeypatch)

    data = msgspec.structs.replace(run.data, **changed)
    other = msgspec.structs.replace(run, data=data)
    ledger, done = _train(other, tmp_path / "other", monkeypatch)

    counted = _pieces(ledger, *ledger.phases)
    assert counted == pytest.approx(done.learned.total() + done.read.total(), rel=0.05, abs=150)


@pytest.mark.parametrize("head", ["linear", "logistic_regression"])
def test_features_that_find_no_room_are_counted_in_each_epoch(
    small_bert: Path, moods_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: str
) -> None:
    """There is room for 24 of the 48 rows to learn from, and for none that is judged."""
    monkeypatch.setenv("THAW_CACHE", str(tmp_path / "cache"))
    for module in (prefix_cache, work):
        monkeypatch.setattr(module, "HELD", 24 * 32 * 4)
    settings: dict[str, SettingValue] = {"head": head, "frozen_states_megabytes": 0, "max_length": 8}
    run = moods_run(moods_csv, small_bert, "feature_based", **settings)

    ledger, done = _train(run, tmp_path, monkeypatch)

    counted = _pieces(ledger, *ledger.phases)
    # So few rows are all read at once, though half is kept; and a head is solved in ten turns or a few more.
    assert counted == pytest.approx(done.learned.total() + done.read.total(), rel=0.2)
    monkeypatch.setattr(work, "HELD", 10**9)
    checked = Checker(Workbench(), Estimator(torch.device("cpu"), tmp_path / "none.json")).check(run)
    assert checked.stack is not None
    assert checked.work is not None
    roomy = Ledger(checked.stack, checked.work)
    assert _pieces(roomy, *roomy.phases) < 0.6 * counted


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no graphics card")
@pytest.mark.parametrize("epochs", [1, 3])
def test_a_graphics_card_reads_what_was_counted(
    small_bert: Path, moods_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, epochs: int
) -> None:
    monkeypatch.setenv("THAW_CACHE", str(tmp_path / "cache"))
    run = moods_run(moods_csv, small_bert, "freeze_layers", frozen_layers=1, epochs=epochs)

    ledger, done = _train(msgspec.structs.replace(run, device="cuda:0"), tmp_path, monkeypatch)

    assert _pieces(ledger, *ledger.phases) == pytest.approx(
        done.learned.total() + done.read.total(), rel=0.05
    )


def test_rows_are_counted_as_processors_and_cards_read_them() -> None:
    batches, lengths = [[0, 1, 2], [3, 4]], [40, 60, 40, 70, 60]

    processor, card = (read_alike(batches, lengths, threads) for threads in (1, 0))

    assert processor == ReadAlike(pieces=80 + 60 + 70 + 60, batches=4, fresh=3)
    assert card == ReadAlike(pieces=3 * 60 + 2 * 70, batches=2, fresh=2)


def test_written_pieces_are_those_of_the_run(
    marian: BaseModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THAW_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "words.csv"
    texts = [f"{'ab ' * (1 + number % 7)}{number},the answer {number}" for number in range(300)]
    path.write_text("\n".join(["source,target", *texts]), encoding="utf-8")
    run = RunConfig(
        data=DataConfig(
            path=str(path),
            columns={"source": "source", "target": "target"},
            split=SplitConfig(validation=0.75, test=0.1),
        ),
        task="sequence_to_sequence",
        method="full_fine_tuning",
        model=marian.folder,
        settings={"epochs": 1, "batch_size": 8, "max_target_length": 4, "evaluations_per_epoch": 2},
    )

    ledger, done = _train(run, tmp_path, monkeypatch)

    def sum_of(name: str) -> float:
        return sum(phase.counts.get(name, 0.0) for phase in ledger.phases.values())

    assert [sum_of(name) for name in ("call", "turn", "written")] == [done.calls, done.turns, done.written]
    assert done.turns == 4 * done.calls
