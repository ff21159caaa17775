"""What a finished run can be asked: to be judged again, and to answer typed texts."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from datasets import Dataset

from engine import device as devices
from engine import registry
from engine.contracts import Asked, BaseModel, Settings, SplitRows, Task, TaskModel
from engine.errors import EngineError
from engine.models.load import with_own_tokenizer
from engine.models.weights import load_model, load_saved_base, read_saved
from engine.protocol import run_folder_problems
from engine.protocol.config import RunConfig
from engine.protocol.events import EvaluationEnded, Event, ResultWritten, StageReached
from engine.protocol.results import BEFORE, Prediction, RunResult
from engine.protocol.run_files import MODEL_FOLDER, read_events, read_predictions
from engine.protocol.stack import ModelFacts
from engine.run_folder import run_of
from engine.training.judging import Judged, judge
from engine.training.noise_lab import with_noise_points
from engine.training.noisy_parts import with_noise
from engine.training.rows import EncodedPart
from engine.training.watching import typed_rows
from engine.training.workbench import Workbench


@dataclass(frozen=True)
class FinishedRun:
    """A run that has a saved model.

    Attributes:
        folder: Where it is.
        run: What was chosen.
        task: Its task.
        model: In its best state, in eval mode.
        base: Tokenizer and facts.
        classes: Class names, in the order of the logits.
        settings: Every setting of the run.
    """

    folder: Path
    run: RunConfig
    task: Task
    model: TaskModel
    base: BaseModel
    classes: tuple[str, ...]
    settings: Settings

    @classmethod
    def load(cls, folder: Path, device: str = "") -> FinishedRun:
        """Loads a run's saved model.

        Args:
            folder: The run's folder.
            device: Where it answers; empty for where it was trained.

        Raises:
            EngineError: When it is no run, or has no saved model that can be read.
        """
        run = run_of(folder)
        run = msgspec.structs.replace(run, device=device or run.device)
        model_folder = folder / MODEL_FOLDER
        if not model_folder.is_dir():
            raise EngineError(run_folder_problems.run_not_finished(folder=str(folder)))
        saved = read_saved(model_folder)
        return cls(
            folder=folder,
            run=run,
            task=registry.task(run.task),
            settings=_settings_of(run, saved.base),
            model=load_model(model_folder).to(devices.choose(run.device)),
            base=with_own_tokenizer(load_saved_base(model_folder, on_meta=True)),
            classes=saved.classes,
        )

    def predict(self, typed: Sequence[str] | Sequence[dict[str, str]]) -> tuple[Prediction, ...]:
        """Answers what was typed, in its order.

        Args:
            typed: A text each, or a value for each of the task's input roles.
        """
        if not typed:
            return ()
        part = self.part(typed_rows(self.task, typed))
        return tuple(self.task.answers(part.asked, judge(self.model, self.task, part).said))

    def judge_again(self, bench: Workbench, send: Callable[[Event], None]) -> None:
        """Judges the saved model on the run's test rows.

        Args:
            bench: Reads the rows.
            send: Takes the events.

        Raises:
            EngineError: When the rows cannot be read any more, or are not those that it was judged on.
        """
        split = self.split(bench)
        label = f"Judging {len(split.test):,} test {self.task.unit}"
        send(StageReached(stage="testing", label=label, total=len(split.test)))
        test, judged = self.judged(split)
        baselines = self.task.baselines(self._encoded(self._parts(split)["train"]), test.asked)
        result = self.task.result(test.asked, judged.said, baselines)
        result = with_noise_points(result, self.model, self.task, test, judged.said, self.run.data.split.seed)
        result = _with_training(result, self.folder)
        metrics = self.task.score(test.asked, judged.said)
        send(
            EvaluationEnded(split="test", step=0, epoch=result.best_epoch, loss=judged.loss, metrics=metrics)
        )
        send(ResultWritten(result=result))

    def split(self, bench: Workbench) -> SplitRows:
        """Returns the parts of the rows that the run has learned from.

        Args:
            bench: Reads the rows.

        Raises:
            EngineError: When the rows cannot be read any more, or are not those that it was judged on.
        """
        rows = bench.rows(self.run.data, self.run.task, self.settings)
        split = rows.whole()
        if rows.classes != self.classes or not self._is_judged_on(self._parts(split)["test"]):
            path = self.run.data.path
            raise EngineError(run_folder_problems.data_has_changed(path=path, finished=True))
        return split

    def judged(self, split: SplitRows) -> tuple[EncodedPart, Judged]:
        """Returns the test rows, and what the saved model says to them.

        Args:
            split: Of :meth:`split`.
        """
        test = self.part(self._parts(split)["test"].rows)
        return test, judge(self.model, self.task, test)

    def test_rows(self, bench: Workbench) -> Dataset:
        """Returns the test rows as the run was judged on them.

        Args:
            bench: Reads the rows.

        Raises:
            EngineError: When the rows cannot be read any more, or are not those that it was judged on.
        """
        return self._parts(self.split(bench))["test"].rows

    def part(self, rows: Dataset) -> EncodedPart:
        """Returns rows on their way through the model.

        Args:
            rows: As the task reads them.
        """
        asked = self._encoded(self._plain(rows))
        return EncodedPart(self.task, asked, devices.choose(self.run.device), self.run.seed)

    def _parts(self, split: SplitRows) -> dict[str, Asked]:
        """Returns the parts as the run has read them."""
        parts = {
            "train": self._plain(split.train, learns=True),
            "validation": self._plain(split.validation),
            "test": self._plain(split.test),
        }
        return with_noise(self.task, parts, self.settings)

    def _is_judged_on(self, test: Asked) -> bool:
        """Returns whether rows are those of the predictions, in their order; also where none were kept."""
        kept = read_predictions(self.folder)
        asked = self.task.questions(test)
        return not kept or [_question(one) for one in kept] == [_question(one) for one in asked]

    def _encoded(self, asked: Asked) -> Asked:
        return dataclasses.replace(asked, encoded=self.task.encode(asked))

    def _plain(self, rows: Dataset, *, learns: bool = False) -> Asked:
        columns = self.run.data.columns
        roles = tuple(role.id for role in self.task.roles if columns.get(role.id))
        return Asked(rows, self.classes, self.settings, self.base.tokenizer, learns=learns, roles=roles)


class FinishedRuns:
    """Keeps the finished run that was asked last: loading it takes longer than its answer."""

    def __init__(self) -> None:
        """Starts with none."""
        self._last: tuple[object, FinishedRun] | None = None

    def get(self, folder: Path) -> FinishedRun:
        """Returns a finished run, loaded again when its model was saved again.

        Raises:
            EngineError: When it is no run, or has no saved model that can be read.
        """
        path = folder.expanduser().absolute()
        model = path / MODEL_FOLDER
        key = (path, model.stat().st_mtime_ns if model.is_dir() else 0)
        if self._last is None or self._last[0] != key:
            self._last = (key, FinishedRun.load(path))
        return self._last[1]


def _settings_of(run: RunConfig, model: ModelFacts) -> Settings:
    """Returns a run's settings, filled in where it was saved by a version that did not have them all."""
    return registry.fill_settings(registry.method(run.method), run.task, run.settings, model)[0]


def _question(prediction: Prediction) -> tuple[int, str, str]:
    """Returns what a prediction answers, without the answer."""
    return prediction.row, prediction.text, prediction.truth


def _with_training(result: RunResult, folder: Path) -> RunResult:
    """Adds what only training knew, from the result that was written then."""
    written = [event.result for event in read_events(folder) if isinstance(event, ResultWritten)]
    if not written:
        return result
    before = [baseline for baseline in written[-1].baselines if baseline.id == BEFORE]
    return msgspec.structs.replace(
        written[-1],
        scores=result.scores,
        baselines=(*result.baselines, *before),
        rows=result.rows,
        wrong=result.wrong,
        classes=result.classes,
        confusion=result.confusion,
        class_scores=result.class_scores,
        outcomes=result.outcomes,
        outcomes_of=result.outcomes_of,
        notes=result.notes,
        by_noise=result.by_noise,
        noise=result.noise,
        noise_rows=result.noise_rows,
    )
