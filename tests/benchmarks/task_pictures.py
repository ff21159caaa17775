"""Draws Results, Compare, Try it and Export for every task, from real runs, for the eye.

    python -m tests.benchmarks.task_pictures DIR [--stories ID …] [--home DIR] [--small]

Two runs of each story are trained in the window by a real engine on a few rows. With ``--home`` projects
stay there: a second call draws what was trained, and trains nothing.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import os
import random
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from engine.protocol.config import SplitConfig
from engine.protocol.fields import SettingValue
from gui.app import make_application
from gui.pages.export import ExportPage
from gui.pages.results import ResultsPage
from gui.pages.try_it import TryPage
from gui.screenshot_plan import Plan
from gui.screenshots import SceneError, Studio
from gui.state.places import HOME_VARIABLE
from gui.state.preferences import ThemeChoice
from gui.state.run_status import RunState
from gui.views.compare_runs import CompareRunsView
from gui.widgets.export_kind import ExportKindCard

_Widget = TypeVar("_Widget", bound=QWidget)
SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"
TYPOS = 10
"""Per cent, where a text is tried with typos."""
_FEW = SplitConfig(validation=0.05, test=0.05)


@dataclass(frozen=True)
class Story:
    """What is trained, and what is typed afterwards.

    Attributes:
        task: Id of the task.
        file: A sample's file, or what makes another.
        typed: Role → text.
        model: Id of the base model.
        columns: Role → column; empty to let Thaw guess.
        settings: Of the task and of both methods.
        methods: One run with each.
        rows: To learn from.
        split: Of the rows.
    """

    task: str
    file: str | Callable[[Path], Path]
    typed: dict[str, str]
    model: str = "minilm"
    columns: dict[str, str] = field(default_factory=dict)
    settings: dict[str, SettingValue] = field(default_factory=dict)
    methods: tuple[str, str] = ("feature_based", "lora")
    rows: int = 300
    split: SplitConfig = _FEW


def _definitions() -> list[tuple[str, str]]:
    with (SAMPLES / "definitions.csv").open(encoding="utf-8", newline="") as file:
        return [(row["definition"], row["kind"]) for row in csv.DictReader(file)]


def _write(path: Path, rows: list[tuple[object, ...]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def write_several(folder: Path) -> Path:
    """Writes texts of two definitions, with the kinds of both."""
    found = _definitions()[:1600]
    pairs = zip(found[::2], found[1::2], strict=True)
    rows = [(f"{one}; {other}", "; ".join(sorted({kind, second}))) for (one, kind), (other, second) in pairs]
    return _write(folder / "several kinds.csv", [("text", "kinds"), *rows])


def write_scores(folder: Path) -> Path:
    """Writes pairs of definitions with how near they are: of one kind or not, and words in common."""
    chance = random.Random(0)
    found = _definitions()
    rows: list[tuple[object, ...]] = []
    for (one, kind), (other, second) in itertools.pairwise(chance.sample(found, 900)):
        shared = len(set(one.split()) & set(other.split()))
        rows.append((one, other, round(min(5.0, 3.0 * (kind == second) + 0.5 * shared), 1)))
    return _write(folder / "how near.csv", [("first", "second", "nearness"), *rows])


def write_prompts(folder: Path) -> Path:
    """Writes what a kind of thing is asked for, and a definition as the answer."""
    rows: list[tuple[object, ...]] = [(f"Describe one {kind}.", text) for text, kind in _definitions()[:900]]
    return _write(folder / "answers.csv", [("prompt", "answer"), *rows])


_POST = {"text": "I waited two hours and nobody picked up the phone."}
_DEFINITION = "a tall tree with white flowers; someone who mends shoes"
STORIES = {
    "labels": Story("text_classification", "posts.csv", _POST),
    "kinds": Story("text_classification", "definitions.csv", {"text": "someone who mends shoes"}),
    "several": Story(
        "text_classification",
        write_several,
        {"text": _DEFINITION},
        columns={"text": "text", "label": "kinds"},
        settings={"answers": "several"},
    ),
    "score": Story(
        "text_classification",
        write_scores,
        {"text": "a tall tree with white flowers", "second_text": "a small tree with edible fruit"},
        columns={"text": "first", "second_text": "second", "label": "nearness"},
        settings={"answers": "score"},
    ),
    "tags": Story("token_classification", "addresses.conll", {"tokens": "12 North Main Street Troy IL"}),
    "questions": Story(
        "question_answering",
        "people.squad.json",
        {
            "question": "Who wrote about whales?",
            "context": "Herman Melville was a writer of sea tales. Ann Radcliffe wrote about castles.",
        },
        rows=240,
    ),
    "blanks": Story(
        "masked_language_modelling",
        "pride_and_prejudice.txt",
        {"text": "She was not at all ___ to see him at the ball."},
        methods=("bitfit", "lora"),
    ),
    "writing": Story(
        "causal_language_modelling",
        "pride_and_prejudice.txt",
        {"text": "Elizabeth looked at her sister"},
        "small_writer",
        methods=("full_fine_tuning", "lora"),
    ),
    "answers": Story(
        "causal_language_modelling",
        write_prompts,
        {"text": "Describe one plant."},
        "small_writer",
        columns={"text": "prompt", "response": "answer"},
        methods=("full_fine_tuning", "lora"),
    ),
    "translation": Story(
        "sequence_to_sequence",
        "interface.en-fr.tsv",
        {"source": "Save the file before you close it"},
        "small_translator",
        methods=("full_fine_tuning", "lora"),
        split=SplitConfig(validation=0.02, test=0.02),
    ),
}


class TaskStudio(Studio):
    """Goes through a story's pages."""

    def show(self, name: str, story: Story, stories: Path) -> None:
        """Trains what is not trained yet, and takes the pictures of a story.

        Args:
            name: Of the story.
            story: Which.
            stories: Where the files are that are no samples.
        """
        self._wait(lambda: self._engines.catalog is not None, "the engine to be ready")
        kept = [one for one in self._workspace.recent if one.name == name]
        if kept:
            self._window.open_path(str(kept[0].folder))
        else:
            source = SAMPLES / story.file if isinstance(story.file, str) else story.file(stories)
            copy = stories / f"{name}{source.suffix}"
            if source != copy:
                copy.write_bytes(source.read_bytes())
            self._window.open_path(str(copy))
        self._wait(lambda: self._window.switch.opened and self._opened.project.name == name, "the project")
        for method in story.methods[len(self._opened.runs.finished) :]:
            self._train_with(story, method)
        self._show_results(name)
        self._show_trial(name, story)
        self._show_export(name)

    def _train_with(self, story: Story, method: str) -> None:
        project = self._opened.project
        self._wait(lambda: project.table is not None, "the file to be read")
        project.set_task(story.task)
        project.set_model(story.model)
        project.set_method(method)
        project.change_split(story.split, story.rows)
        if story.columns:
            project.set_columns(story.columns)
        project.set_settings({"epochs": 2, **story.settings})
        self._wait(lambda: project.is_checked, "the check")
        run = self._start()
        self._wait(lambda: not run.is_active, "the end of the run")
        if run.state is not RunState.FINISHED:
            raise SceneError(f"The run did not finish: {run.problem}")

    def _show_results(self, name: str) -> None:
        self._window.go_to("results")
        page = self._shown(ResultsPage)
        run = self._opened.runs.finished[-1]
        page.show_run(run)
        measured = run.result is not None and run.result.calibration is not None
        for below in ("answers", *(["certainty"] if measured else []), "robustness", "map"):
            page.one.below.set_current(below)
            page.one.below.chosen.emit(below)
            self._let_live(500)
            if below == "map":
                self._wait(lambda: page.one.map.plot.isVisible(), "the map")
            self._take(f"{name}-results-{below}")
        page.one.below.set_current("answers")
        page.one.below.chosen.emit("answers")
        for run in self._opened.runs.finished:
            self._opened.runs.set_checked(run, True)
        page.show_view("compare")
        compare = self._shown(CompareRunsView)
        self._wait(lambda: len(compare.table.rows.rows) > 1, "the comparison")
        self._let_live(3000)
        self._take(f"{name}-compare")

    def _show_trial(self, name: str, story: Story) -> None:
        self._window.go_to("try")
        trial, page = self._opened.trial, self._shown(TryPage)
        trial.begin(self._opened.runs.finished, story.typed)
        for typos in (0, TYPOS):
            page.text.typos_changed.emit(typos)
            self._wait(lambda: all(one.answer and not one.is_waiting for one in trial.models), "the answers")
            self._wait(lambda: page.explanation.found or page.explanation.problem, "what moved the answer")
            page.text.show_row(trial.row, trial.typos, trial.truth)
            self._take(f"{name}-try-typos{typos}")
        page.text.typos_changed.emit(0)
        trial.draw()
        self._let_live(600)
        self._wait(lambda: all(one.answer and not one.is_waiting for one in trial.models), "the answers")
        self._wait(lambda: page.explanation.found or page.explanation.problem, "what moved the answer")
        self._take(f"{name}-try-test-row")

    def _show_export(self, name: str) -> None:
        self._window.go_to("export")
        page = self._shown(ExportPage)
        cards = page.findChildren(ExportKindCard)
        self._let_live(2500)
        for card in cards:
            if card.tick.isEnabled() and not card.is_chosen:
                card.tick.click()
        self._take(f"{name}-export")
        button = page.primary_button()
        button.click()
        self._wait(lambda: not page._export.is_writing, "the export")
        sys.stdout.write(f"exported to {page._written_to}\n")
        self._let_live(500)
        self._take(f"{name}-exported")

    def _shown(self, kind: type[_Widget]) -> _Widget:
        """Returns the widget of a kind that is seen; other projects' stay in the window."""
        return next(one for one in self._window.findChildren(kind) if one.isVisible())

    def _let_live(self, milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()


def main() -> None:
    """Reads the arguments and draws."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stories", nargs="+", default=list(STORIES))
    parser.add_argument("--home", type=Path)
    parser.add_argument("--small", action="store_true", help="1366 × 688, too.")
    chosen = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    home = (chosen.home or Path(tempfile.mkdtemp(prefix="thaw-pictures-"))).absolute()
    stories = home / "stories"
    stories.mkdir(parents=True, exist_ok=True)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    os.environ[HOME_VARIABLE] = str(home)
    sizes = ((1440, 900), (1366, 688)) if chosen.small else ((1440, 900),)
    plan = Plan(sizes=sizes, themes=(ThemeChoice.LIGHT, ThemeChoice.DARK), patience=1200.0)
    studio = TaskStudio(make_application(sys.argv[:1]), chosen.folder.absolute(), home, plan)
    try:
        for name in chosen.stories:
            try:
                studio.show(name, STORIES[name], stories)
            except SceneError as error:
                sys.stderr.write(f"{name}: {error}\n")
    finally:
        studio.close()


if __name__ == "__main__":
    main()
