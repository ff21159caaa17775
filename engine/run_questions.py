"""Questions about finished runs: what they answer and why, how good they are now, and together."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from engine.data.typed_noise import with_typos
from engine.examining.answering_files import answer_file
from engine.examining.changed_answers import compare_answers
from engine.examining.comparing import compare_runs
from engine.examining.embedding_map import map_embeddings
from engine.examining.explaining import explain
from engine.examining.finished_runs import FinishedRuns
from engine.examining.nearest import find_nearest
from engine.examining.probing import probe_layers
from engine.jobs import Job
from engine.protocol.commands import Evaluate, PoolFolds, Predict, ProbeLayers
from engine.protocol.comparison import CompareAnswers, CompareRuns
from engine.protocol.embedding_maps import MapEmbeddings
from engine.protocol.events import PredictionMade, WarningRaised
from engine.protocol.explanations import ExplainAnswer
from engine.protocol.file_answers import AnswerFile
from engine.protocol.nearest_rows import FindNearest
from engine.protocol.pooled_folds import FoldsPooled
from engine.protocol.typed_noise import AddTypos, TyposAdded
from engine.training.answering import FinishedRun
from engine.training.checking import Checker
from engine.training.pooling import pool_folds
from engine.training.run_elsewhere import on_what_is_here, with_whole_paths
from engine.training.setting_up import set_up
from engine.training.workbench import Workbench


class RunQuestions:
    """Answers them with the models and rows that were read last."""

    def __init__(self, bench: Workbench, checker: Checker) -> None:
        """Takes what it asks.

        Args:
            bench: Reads and keeps rows.
            checker: Finds out whether a run can be set up.
        """
        self._bench = bench
        self._checker = checker
        self._finished = FinishedRuns()

    def predict(self, job: Job, command: Predict) -> None:
        """Answers texts with a finished run; ends where nobody waits for it any more."""
        stop = job.control.raise_if_stopped
        with self._finished.use(Path(command.folder), command.version) as run:
            said = run.predict(command.texts, stop) + run.predict(command.rows, stop)
        job.send(PredictionMade(predictions=said))

    def explain_answer(self, job: Job, command: ExplainAnswer) -> None:
        """Measures which words moved an answer."""
        with self._finished.use(Path(command.folder), command.version) as run:
            job.send(explain(run, command, job.tell_progress))

    def find_nearest(self, job: Job, command: FindNearest) -> None:
        """Finds training rows that are like a text."""
        job.send(find_nearest(self._use(command.folder), command, self._bench, job.tell_progress))

    def map_embeddings(self, job: Job, command: MapEmbeddings) -> None:
        """Draws test rows where the model places them, before training and after it."""
        before = self._finished.untouched(Path(command.folder))
        trained = self._use(command.folder)
        job.send(
            map_embeddings(command, trained, lambda: nullcontext(before), self._bench, job.tell_progress)
        )

    def answer_file(self, job: Job, command: AnswerFile) -> None:
        """Answers each row of a file; others may ask the run in between."""
        written = answer_file(
            command,
            self._use(command.folder),
            job.tell_progress,
            lambda problem: job.send(WarningRaised(problem=problem)),
        )
        job.send(written)

    def _use(self, folder: str) -> Callable[[], AbstractContextManager[FinishedRun]]:
        return lambda: self._finished.use(Path(folder))

    @staticmethod
    def add_typos(job: Job, command: AddTypos) -> None:
        """Puts typos into what was typed."""
        job.send(TyposAdded(texts=with_typos(command.texts, command.share, command.keyboard)))

    def evaluate(self, job: Job, command: Evaluate) -> None:
        """Judges a finished run again."""
        with self._finished.use(Path(command.folder)) as run:
            run.judge_again(self._bench, job.send)

    def pool_folds(self, job: Job, command: PoolFolds) -> None:
        """Judges the runs of all folds together."""
        folders = [Path(folder).absolute() for folder in command.folders]
        job.send(FoldsPooled(folds=pool_folds(folders, self._bench, job.tell_stage)))

    def probe_layers(self, job: Job, command: ProbeLayers) -> None:
        """Finds out what each layer knows of a task, before training and, of a finished run, after it."""
        checked = self._checker.check(on_what_is_here(with_whole_paths(command.run)))
        setup = set_up(checked, self._bench, job.tell_stage)
        with self._use(command.folder)() if command.folder else nullcontext() as run:
            job.send(probe_layers(setup, job.tell_progress, run.model if run is not None else None))

    def compare_runs(self, job: Job, command: CompareRuns) -> None:
        """Compares runs row by row."""
        folders = [Path(folder).absolute() for folder in command.folders]
        with_run = Path(command.with_run).absolute() if command.with_run else None
        job.send(compare_runs(folders, self._bench, job.tell_stage, command.metric, with_run))

    def compare_answers(self, job: Job, command: CompareAnswers) -> None:
        """Looks which rows one run gets right and another does not."""
        first, second = Path(command.first).absolute(), Path(command.second).absolute()
        job.send(compare_answers(first, second, command.most))
