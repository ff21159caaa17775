"""``thaw --screenshots DIR``: draws every page from a real run, in both themes and three sizes.

No display is needed. A project is made from the first sample in a folder that is thrown away; a real
engine process trains it on a few rows. So the pictures show what a person would see, and a page that
cannot draw itself makes this fail.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from gui.app import make_application
from gui.engine_client.engine_client import EngineClient
from gui.engine_client.engines import Engines
from gui.look.theme import Theme
from gui.main_window import MainWindow
from gui.pages.try_it import TryPage
from gui.screenshot_plan import Plan, picture_name
from gui.state.page_context import OpenProject
from gui.state.places import HOME_VARIABLE
from gui.state.preferences import MotionChoice, Preferences
from gui.state.run_status import RunState, RunStatus
from gui.state.workspace import Workspace
from gui.widgets.comparison_table import ComparisonTable

_SETTLE = 160
"""Milliseconds that a page gets after a change of size or theme; charts redraw ten times a second."""

_NO_ANSWERS = (
    "text,note\n"
    '"The tap drips, the neighbour drums","seen in spring by the river bank"\n'
    '"Rain all week but the garden loves it","nobody wrote down where this was"\n'
    '"A long letter about a short journey","found between two other pages later"\n'
)


class SceneError(RuntimeError):
    """A scene did not come about; the words say which."""


class Studio:
    """The window, its engines and a throw-away home; makes scenes and takes pictures of them.

    Args:
        application: The running application.
        folder: Where the pictures go.
        home: A folder for the project.
        plan: How much of it.
    """

    def __init__(self, application: QApplication, folder: Path, home: Path, plan: Plan) -> None:
        self._folder = folder
        self._home = home
        self._plan = plan
        self._clients: list[EngineClient] = []
        self._engines = Engines(self._open_client)
        self._engines.start()
        theme = Theme()
        theme.apply_to(application)
        self._preferences = Preferences()
        self._preferences.change(motion=MotionChoice.REDUCED, theme=plan.themes[0])
        self._workspace = Workspace(self._preferences)
        self._window = MainWindow(theme, self._engines, self._workspace, self._preferences)
        self._window.resize(*plan.sizes[0])
        self._window.show()

    def _open_client(self) -> EngineClient:
        self._clients.append(EngineClient())
        return self._clients[-1]

    def close(self) -> None:
        """Closes the window and ends all processes."""
        self._window.close()
        self._engines.shut_down(wait=3.0)

    # The story

    def play(self) -> None:
        """Goes through all scenes.

        Raises:
            SceneError: When one does not come about in time.
        """
        self._wait(lambda: self._engines.catalog is not None, "the engine to be ready")
        self._take("welcome")
        self._open_sample()
        self._take_page("setup")
        self._take_page("data")
        self._train()
        self._take_page("results")
        self._try()
        self._take_page("export")
        self._train_another_way()
        self._break_a_run()
        for page in ("help", "settings"):
            self._take_page(page)
        self._open_without_answers()

    @property
    def _opened(self) -> OpenProject:
        opened = self._window.switch.opened
        if opened is None:
            raise SceneError("No project is open.")
        return opened

    def _open_sample(self) -> None:
        self._window.open_sample(self._workspace.samples[0])
        project = self._opened.project
        project.change_split(self._plan.split, self._plan.row_limit)
        project.set_setting("epochs", self._plan.epochs)
        self._wait_for_check()

    def _wait_for_check(self) -> None:
        project = self._opened.project

        def is_known() -> bool:
            checked = project.checked
            estimate = checked.estimate if checked else None
            timed = estimate is not None and estimate.measured
            return project.is_checked and timed and bool(project.previews) and project.prepared is not None

        self._wait(is_known, "the estimate of the run")

    def _start(self) -> RunStatus:
        self._wait(lambda: self._engines.is_warm, "a warm engine")
        draft = self._opened.project.draft
        if draft is None:
            raise SceneError("The sample cannot be trained.")
        return self._opened.runs.start(draft)

    def _train(self) -> None:
        """Trains; pictures of the run under way are taken while it is."""
        run = self._start()
        self._window.go_to("train")
        self._wait(lambda: _is_half_way(run), "the middle of the run")
        self._take("train-running")
        self._wait(lambda: not run.is_active, "the end of the run")
        if run.state is not RunState.FINISHED:
            raise SceneError(f"The run did not finish: {run.problem}")
        self._take_page("train", "train-finished")

    def _try(self) -> None:
        """Lets the run answer test rows, and say which words moved the last answer."""
        self._window.go_to("try")
        trial, (page,) = self._opened.trial, self._window.findChildren(TryPage)
        for _ in range(3):
            trial.draw()
            self._wait(lambda: all(one.answer and not one.is_waiting for one in trial.models), "the answers")
        self._wait(lambda: page.explanation.found, "what moved the answer")
        self._take_page("try")

    def _train_another_way(self) -> None:
        """Trains a second run with the light method, and compares both."""
        project = self._opened.project
        catalog = self._engines.catalog
        light = catalog.tagged("light") if catalog else None
        if light is not None:
            project.set_method(light.id)
            project.set_setting("epochs", self._plan.epochs)
        self._wait_for_check()
        self._take_page("setup", "setup-inserts")
        run = self._start()
        self._wait(lambda: not run.is_active, "the end of the second run")
        self._window.go_to("results")
        tables = self._window.findChildren(ComparisonTable)
        self._wait(lambda: any(len(table.rows.rows) > 1 for table in tables), "the comparison")
        self._take("results-compare")

    def _break_a_run(self) -> None:
        """Ends the process of a run in the middle, as a crash would."""
        run = self._start()
        self._window.go_to("train")
        self._wait(lambda: _is_half_way(run), "the middle of the third run")
        for client in self._clients:
            if run.job_id in client.open_jobs and client.pid > 0:
                os.kill(client.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        self._wait(lambda: not run.is_active, "the end of the process to be noticed")
        self._take_page("train", "train-failed")

    def _open_without_answers(self) -> None:
        file = self._home / "letters.csv"
        file.write_text(_NO_ANSWERS, encoding="utf-8")
        self._window.open_path(str(file))
        self._wait(lambda: self._opened.project.name == file.stem, "the file to be read")
        project = self._opened.project
        self._wait(lambda: project.rows_problem is not None or project.prepared is not None, "the problem")
        self._take_page("data", "data-error")

    # Pictures

    def _take_page(self, page_id: str, scene: str = "") -> None:
        self._window.go_to(page_id)
        if self._window.current_page_id() != page_id:
            raise SceneError(f"The page {page_id} cannot be shown.")
        self._take(scene or page_id)

    def _take(self, scene: str) -> None:
        """Takes a scene in every theme and size, the present theme first: to dress anew takes a while."""
        for theme in sorted(self._plan.themes, key=lambda theme: theme is not self._preferences.theme):
            self._preferences.change(theme=theme)
            for size in self._plan.sizes:
                self._window.resize(*size)
                self._settle()
                path = self._folder / picture_name(scene, theme, size)
                if not self._window.grab().save(str(path), "PNG"):
                    raise SceneError(f"{path} could not be written.")
                sys.stdout.write(f"{path}\n")
                sys.stdout.flush()

    def _settle(self) -> None:
        focused = QApplication.focusWidget()
        if focused is not None:
            focused.clearFocus()
        loop = QEventLoop()
        QTimer.singleShot(_SETTLE, loop.quit)
        loop.exec()

    def _wait(self, condition: Callable[[], object], what: str) -> None:
        """Lets the window live until something is the case.

        Raises:
            SceneError: When it takes too long.
        """
        loop = QEventLoop()
        look = QTimer(interval=20)
        look.timeout.connect(lambda: loop.quit() if condition() else None)
        look.start()
        limit = QTimer(singleShot=True)
        limit.timeout.connect(loop.quit)
        limit.start(int(self._plan.patience * 1000))
        if not condition():
            loop.exec()
        look.stop()
        limit.stop()
        if not condition():
            raise SceneError(f"Waited {self._plan.patience:.0f} s for {what} in vain.")


def _is_half_way(run: RunStatus) -> bool:
    """Whether there is something to see: half of the steps and two validations; or the run is over."""
    return not run.is_active or (run.progress >= 0.5 and len(run.validations) > 1)


def main(folder: str, plan: Plan | None = None) -> int:
    """Draws all pages.

    Args:
        folder: Where the pictures go; it is made.
        plan: How much of it; all by default.

    Returns:
        The exit status: 0 when every picture was written and nothing failed meanwhile, else 2.
    """
    plan = plan or Plan()
    if sys.platform.startswith("linux") and not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY"))):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    target = Path(folder).expanduser().absolute()
    failures: list[str] = []
    old_hook, old_home = sys.excepthook, os.environ.get(HOME_VARIABLE)
    sys.excepthook = _recorder(failures)
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="thaw-", ignore_cleanup_errors=True) as home:
            os.environ[HOME_VARIABLE] = home
            present = QApplication.instance()
            application = present if isinstance(present, QApplication) else make_application(sys.argv[:1])
            studio = Studio(application, target, Path(home), plan)
            try:
                studio.play()
            finally:
                studio.close()
    except (SceneError, OSError) as error:
        failures.append(str(error))
    finally:
        sys.excepthook = old_hook
        _restore_home(old_home)
    _say(failures)
    return 2 if failures else 0


def _restore_home(home: str | None) -> None:
    if home is None:
        os.environ.pop(HOME_VARIABLE, None)
    else:
        os.environ[HOME_VARIABLE] = home


def _recorder(
    failures: list[str],
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """Returns a hook that keeps what goes wrong inside the event loop, and says it as usual."""

    def record(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        failures.append(f"{kind.__name__}: {error}")
        sys.__excepthook__(kind, error, trace)

    return record


def _say(failures: Iterable[str]) -> None:
    for failure in failures:
        sys.stderr.write(f"{failure}\n")
