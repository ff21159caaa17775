"""What a finished run can be asked: to be judged again, and to answer typed texts."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from datasets import Dataset

from engine import device as devices
from engine import registry
from engine.contracts import Asked, BaseModel, EncodedRow, Settings, SplitRows, Task, TaskModel
from engine.errors import EngineError
from engine.models.load import with_own_tokenizer
from engine.models.weights import load_model, load_saved_base, read_saved
from engine.protocol import run_folder_problems
from engine.protocol.config import RunConfig
from engine.protocol.events import EvaluationEnded, Event, ResultWritten, StageReached
from engine.protocol.results import BEFORE, Prediction, RunResult
from engine.protocol.run_files import MODEL_FOLDER, read_events, read_predictions
from engine.protocol.stack import ModelFacts
from engine.run_folder import kept_run
from engine.training.cut_texts import cut_notes
from engine.training.judging import Judged, judge
from engine.training.newer_runs import raise_if_newer
from engine.training.noise_lab import with_noise_points
from engine.training.noisy_parts import with_noise
from engine.training.rows import EncodedPart
from engine.training.watching import typed_rows
from engine.training.workbench import Workbench
from engine.training_fields import FP32


def _nothing() -> None:
    pass


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
        turn: Held by the one thread that asks it something: a tokenizer and a head keep what they do.
    """

    folder: Path
    run: RunConfig
    task: Task
    model: TaskModel
    base: BaseModel
    classes: tuple[str, ...]
    settings: Settings
    turn: threading.Lock = field(default_factory=threading.Lock, compare=False)

    @classmethod
    def load(
        cls, folder: Path, read: Callable[[Path], TaskModel] = load_model, device: str = ""
    ) -> FinishedRun:
        """Loads a run's saved model.

        Args:
            folder: The run's folder.
            read: Reads the model out of its folder.
            device: Where it answers; empty for where it was trained.

        Raises:
            EngineError: When it is no run, or has no saved model that can be read.
        """
        run, _ = kept_run(folder)
        raise_if_newer(run)
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
            model=read(model_folder).to(devices.choose(run.device)),
            base=with_own_tokenizer(load_saved_base(model_folder, on_meta=True)),
            classes=saved.classes,
        )

    def predict(
        self, typed: Sequence[str] | Sequence[dict[str, str]], on_batch: Callable[[], None] = _nothing
    ) -> tuple[Prediction, ...]:
        """Answers what was typed, in its order; a text that is blank has no answer.

        Args:
            typed: A text each, or a value for each of the task's input roles.
            on_batch: Called after each batch. May raise to end it.

        Returns:
            Answers, each with a note where not all of what was typed could be read.
        """
        if not typed:
            return ()
        rows = typed_rows(self.task, typed)
        predictions = [Prediction(text=self._shown(row), said="", probability=0.0) for row in rows]
        asked = [place for place, row in enumerate(rows) if not self.is_blank(row)]
        if asked:
            part = self.part(rows.select(asked))
            said = judge(self.model, self.task, part, on_batch).said
            notes = cut_notes(self.task, part.asked)
            for place, answer, note in zip(asked, self.task.answers(part.asked, said), notes, strict=True):
                predictions[place] = msgspec.structs.replace(answer, note=note)
        return tuple(predictions)

    def typed_asked(self, typed: Sequence[str] | Sequence[dict[str, str]]) -> Asked:
        """Returns what was typed as rows without a right answer; it is no word pieces yet."""
        return self._plain(typed_rows(self.task, typed))

    def plain_asked(self, rows: Dataset) -> Asked:
        """Returns rows of the run's data; they are no word pieces yet."""
        return self._plain(rows)

    def part_of_rows(self, asked: Asked) -> EncodedPart:
        """Returns rows that are no word pieces yet, ready to be put to the model."""
        return self.part_of(self._encoded(asked))

    def part_of(self, asked: Asked) -> EncodedPart:
        """Returns rows that are word pieces already, ready to be put to the model."""
        return EncodedPart(self.task, asked, devices.choose(self.run.device), self.run.seed)

    def part_of_encoded(self, encoded: Sequence[EncodedRow]) -> EncodedPart:
        """Returns windows, each as a row of its own whose texts do not matter any more."""
        own = [{**row, "example": number} for number, row in enumerate(encoded)]
        rows = typed_rows(self.task, [""] * len(own))
        return self.part_of(dataclasses.replace(self._plain(rows), encoded=own))

    def _shown(self, row: dict[str, str]) -> str:
        return str(row.get(self.task.input_roles[0], ""))

    def is_blank(self, row: dict[str, str]) -> bool:
        """Returns whether a text is missing that an answer needs.

        Args:
            row: A value for each of the task's input roles.
        """
        needed = [role.id for role in self.task.roles if role.required and role.id in self.task.input_roles]
        return any(not str(row.get(role, "")).strip() for role in needed or self.task.input_roles[:1])

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
        seed, precision = self.run.data.split.seed, self.run.precision or FP32
        result = with_noise_points(
            result, self.model, self.task, test, judged.said, seed, precision=precision
        )
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
        test = self.judged_part(split)
        return test, judge(self.model, self.task, test)

    def judged_part(self, split: SplitRows) -> EncodedPart:
        """Returns the test rows as the run was judged on them, with the noise that they may have.

        Args:
            split: Of :meth:`split`.
        """
        return self.part(self._parts(split)["test"].rows)

    def test_rows(self, bench: Workbench) -> Dataset:
        """Returns the test rows as the run was judged on them.

        Args:
            bench: Reads the rows.

        Raises:
            EngineError: When the rows cannot be read any more, or are not those that it was judged on.
        """
        return self._parts(self.split(bench))["test"].rows

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
        try:
            kept = read_predictions(self.folder)
        except msgspec.MsgspecError:  # damaged: nothing is known of them
            kept = ()
        asked = self.task.questions(test)
        return not kept or [_question(one) for one in kept] == [_question(one) for one in asked]

    def _encoded(self, asked: Asked) -> Asked:
        return dataclasses.replace(asked, encoded=self.task.encode(asked))

    def _plain(self, rows: Dataset, *, learns: bool = False) -> Asked:
        columns = self.run.data.columns
        roles = tuple(role.id for role in self.task.roles if columns.get(role.id))
        return Asked(rows, self.classes, self.settings, self.base.tokenizer, learns=learns, roles=roles)

    def part(self, rows: Dataset) -> EncodedPart:
        """Returns rows as the task reads them, ready to be put to the model."""
        return self.part_of_rows(self._plain(rows))


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
        exact_settings=result.exact_settings,
        by_noise=result.by_noise,
        noise=result.noise,
        noise_rows=result.noise_rows,
        calibration=result.calibration,
    )
