"""What a person tries: a text, the models that answer it side by side, and what was tried before."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from engine.protocol.catalog import RoleEntry
from engine.protocol.events import Event, JobFailed
from engine.protocol.problems import Problem
from engine.protocol.run_versions import Version
from engine.protocol.typed_noise import AddTypos, TyposAdded
from gui.engine_client.engines import Engines
from gui.state.answer_words import short_answer
from gui.state.one_question import OneQuestion
from gui.state.project import Project
from gui.state.run_findings import answers_of
from gui.state.run_history import RunHistory
from gui.state.run_status import RunStatus
from gui.state.trial_answer import TrialAnswer
from gui.state.trial_history import TrialHistory, Tried, TriedAnswer
from gui.state.trial_texts import Row, fields_of, is_blank, row_of

MOST_MODELS = 4
FIRST_MODELS = 3
"""So many of the last runs answer where nobody chose, the one that was looked at among them."""
DEBOUNCE = 250
"""Milliseconds after the last key."""
_SETTLED = 2500
"""Milliseconds after which a text that was answered is remembered."""


class _Typos(OneQuestion):
    """Asks for a text with typos."""

    added = Signal(object)
    failed = Signal(object)

    def ask(self, texts: Sequence[str], share: float) -> None:
        asked = tuple(texts)
        self._put(lambda job_id: AddTypos(job_id=job_id, texts=asked, share=share))

    def _take_answer(self, event: Event) -> None:
        if isinstance(event, TyposAdded):
            self.added.emit(event.texts)
        elif isinstance(event, JobFailed):
            self.failed.emit(event.problem)


class Trial(QObject):
    """The trial of the open project; other pages begin one with :meth:`begin`.

    Args:
        project: Its folder keeps what was tried.
        runs: Who can answer.
        engines: Where they answer.
        debounce: Milliseconds of quiet before asking; tests may take 0.

    Attributes:
        models: Who answers, in the order of the cards.
        row: Role → what was typed.
        read: The same as the models read it: with typos, where these are wanted.
        typos: Share of the characters, in per cent.
        truth: The right answer of a test row; empty for what was typed.
        history: What was tried before.
    """

    models_changed = Signal()
    row_changed = Signal()
    """The texts are others, and nobody has typed them."""
    read_changed = Signal()
    asked = Signal()
    """The models were asked; or the text is blank, and they say nothing."""
    answer_changed = Signal(object)
    """A :class:`TrialAnswer` has another answer, or waits for one."""
    answered = Signal(object)
    """A :class:`TrialAnswer` has its answer."""

    def __init__(
        self,
        project: Project,
        runs: RunHistory,
        engines: Engines,
        parent: QObject | None = None,
        *,
        debounce: int = DEBOUNCE,
    ) -> None:
        super().__init__(parent)
        self._runs = runs
        self._engines = engines
        self.models: list[TrialAnswer] = []
        self.row: Row = {}
        self.read: Row = {}
        self.typos = 0
        self.truth = ""
        self.history = TrialHistory(project.folder, self)
        self._led_by: RunStatus | None = None
        self._noise = _Typos(engines, self)
        self._noise.added.connect(self._take_typos)
        self._noise.failed.connect(self._take_failure)
        self._quiet = QTimer(self, singleShot=True, interval=debounce)
        self._quiet.timeout.connect(self._ask)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED)
        self._settled.timeout.connect(self.remember)
        self._chance = random.Random()  # noqa: S311 - it draws a test row
        runs.run_removed.connect(self._drop)

    # --- who answers ------------------------------------------------------------------------------

    @property
    def task(self) -> str:
        """Id of the task that all models of the trial have; empty without one."""
        return self.models[0].run.config.task if self.models else ""

    @property
    def fields(self) -> tuple[RoleEntry, ...]:
        """What is typed: a field for each."""
        return fields_of(self.models[0].run, self._engines.catalog) if self.models else ()

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to answer."""
        return is_blank(self.row, self.fields)

    def addable(self) -> list[RunStatus]:
        """Returns the finished runs of the same task that could be added, newest first."""
        asked = {model.run.run_id for model in self.models if model.version is not Version.BEFORE}
        found = [run for run in reversed(self._runs.finished) if run.run_id not in asked]
        return [run for run in found if not self.task or run.config.task == self.task]

    def has_before(self, run: RunStatus) -> bool:
        """Whether the base model of a run is asked already as it was before training."""
        base = run.config.model
        return any(one.version is Version.BEFORE and one.run.config.model == base for one in self.models)

    def begin(self, runs: Sequence[RunStatus] = (), row: Mapping[str, str] | None = None) -> None:
        """Begins a trial.

        Args:
            runs: Who answers; nobody for those that answered last, or the last runs.
            row: Role → text; ``None`` leaves what stands there.
        """
        self._led_by = self._runs.looked_at
        asked = [(model.run, model.version) for model in self.models]
        wanted = list(runs)[:MOST_MODELS] or ([] if asked else self._usual())
        if wanted and asked != [(run, Version.TRAINED) for run in wanted]:
            self.remember()
            for model in self.models:
                self._let_go(model)
            self.models = [self._model(run, Version.TRAINED) for run in wanted]
            roles = {role.id for role in self.fields} or set(self.row)
            self.row = {role: text for role, text in self.row.items() if role in roles}
            self.models_changed.emit()
        if row is not None:
            self._replace(dict(row), "")
        elif not self.is_blank:
            self._quiet.start()

    def follow(self) -> RunStatus | None:
        """Lets the run answer, too, that the person has looked at since the trial began; only once.

        Returns:
            That run; ``None`` where it is no other than before.
        """
        run = self._runs.looked_at
        if not self.models or run is None or run is self._led_by or run not in self._runs.finished:
            return None
        self._led_by = run
        if run.config.task != self.task:
            self.begin([run])
        elif all(model.run is not run for model in self.models):
            if len(self.models) >= MOST_MODELS:
                self.remove(self.models[-1])
            self.add(run)
        return run

    def add(self, run: RunStatus, version: Version = Version.TRAINED) -> None:
        """Lets one more model answer; at most four do."""
        if len(self.models) < MOST_MODELS:
            model = self._model(run, version)
            self.models.append(model)
            self.models_changed.emit()
            if self.read and not self.is_blank:
                model.ask(self.read)

    def remove(self, model: TrialAnswer) -> None:
        """Lets a model answer no more."""
        if model in self.models:
            self.models.remove(model)
            self._let_go(model)
            self.models_changed.emit()

    def switch_inserts(self, model: TrialAnswer, *, on: bool) -> None:
        """Switches the small parts that a method put in on or off, for this trial."""
        model.version = Version.TRAINED if on else Version.WITHOUT_INSERTS
        if self.read and not self.is_blank:
            model.ask(self.read)

    def _usual(self) -> list[RunStatus]:
        finished, looked_at = self._runs.finished, self._runs.looked_at
        if not finished:
            return []
        leading = looked_at if looked_at in finished else finished[-1]
        alike = [run for run in finished if run.config.task == leading.config.task]
        last = alike[-FIRST_MODELS:]
        return last if leading in last else [leading, *last[1:]]

    def _model(self, run: RunStatus, version: Version) -> TrialAnswer:
        model = TrialAnswer(run, version, self._engines, self)
        model.changed.connect(lambda: self.answer_changed.emit(model))
        model.answered.connect(lambda: self._take_answered(model))
        return model

    def _let_go(self, model: TrialAnswer) -> None:
        model.give_up()
        model.deleteLater()

    def _drop(self, run: RunStatus) -> None:
        for model in [one for one in self.models if one.run is run]:
            self.remove(model)

    # --- what is answered -------------------------------------------------------------------------

    def set_text(self, role: str, text: str) -> None:
        """Takes what a person types."""
        if self.row.get(role, "") == text:
            return
        self.row = {**self.row, role: text}
        self.truth = ""
        self._expect()

    def set_typos(self, percent: int) -> None:
        """Lets the models read the text with typos.

        Args:
            percent: Of the characters, 0 to 30.
        """
        if percent != self.typos:
            self.typos = percent
            self._expect()

    def clear(self) -> None:
        """Takes the text away; it is among the earlier ones."""
        self._replace({}, "")

    def draw(self) -> bool:
        """Takes a row of the first model's final test by lot.

        Returns:
            Whether there is one.
        """
        run = self.models[0].run if self.models else None
        found = answers_of(run) if run is not None else ()
        if run is None or not found:
            return False
        one = self._chance.choice(found)
        self._replace(row_of(one, run, self._engines.catalog), one.truth)
        return True

    def bring_back(self, tried: Tried) -> None:
        """Brings an earlier text back, with its typos."""
        self.typos = tried.typos
        self._replace(dict(tried.row), "")

    def _replace(self, row: Row, truth: str) -> None:
        self.remember()
        self.row, self.truth = row, truth
        self.row_changed.emit()
        self._expect()

    def _expect(self) -> None:
        self._settled.stop()
        self._noise.give_up()
        if self.is_blank:
            self._quiet.stop()
            self._read_as({})
            for model in self.models:
                model.clear()
            self.asked.emit()
            return
        for model in self.models:
            model.expect()
        self._quiet.start()

    def _ask(self) -> None:
        """Asks all models, or for typos first."""
        if self.typos:
            self._noise.ask(list(self.row.values()), self.typos / 100)
        else:
            self._put_to_models(dict(self.row))

    def _take_typos(self, texts: Sequence[str]) -> None:
        if len(texts) == len(self.row):
            self._put_to_models(dict(zip(self.row, texts, strict=True)))

    def _take_failure(self, problem: Problem) -> None:
        for model in self.models:
            model.fail(problem)

    def _put_to_models(self, row: Row) -> None:
        self._read_as(row)
        for model in self.models:
            model.ask(row)
        self.asked.emit()

    def _read_as(self, row: Row) -> None:
        if row != self.read:
            self.read = row
            self.read_changed.emit()

    # --- what was tried ---------------------------------------------------------------------------

    def _take_answered(self, model: TrialAnswer) -> None:
        self.answered.emit(model)
        if not any(one.is_waiting for one in self.models):
            self._settled.start()

    def remember(self) -> None:
        """Keeps the text that stands there, with what was said to it."""
        self._settled.stop()
        if self.is_blank or any(model.is_waiting for model in self.models):
            return
        answers = tuple(
            TriedAnswer(run=model.run.run_id, version=model.version.value, words=short_answer(model.answer))
            for model in self.models
            if model.answer is not None
        )
        if answers:
            self.history.remember(Tried(row=self.row, typos=self.typos, answers=answers))
