"""What becomes of a run when the window is closed: it goes on, it stops, or the window stays."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from gui.engine_client.engines import Engines
from gui.look.theme import Theme
from gui.state.preferences import Preferences
from gui.state.run_status import RunState
from gui.state.run_words import run_name
from gui.widgets.banner import Banner
from gui.window.close_question import CloseQuestion
from gui.window.project_switch import ProjectSwitch


class Closing(QObject):
    """Asks, and closes the window when the answer is carried out.

    Args:
        window: What is closed.
        theme: Where colours and lengths come from.
        switch: Knows the runs.
        engines: Know the catalog.
        preferences: Remember which run went on.
        banner: Says that the window will close.

    Attributes:
        is_settled: Whether the person has said what shall become of the runs.
    """

    def __init__(
        self,
        window: QWidget,
        theme: Theme,
        switch: ProjectSwitch,
        engines: Engines,
        preferences: Preferences,
        banner: Banner,
    ) -> None:
        super().__init__(window)
        self.is_settled = False
        self._window = window
        self._theme = theme
        self._switch = switch
        self._engines = engines
        self._preferences = preferences
        self._banner = banner
        switch.run_ended.connect(self._take_run_end)

    def ask(self) -> None:
        """Asks what shall become of the run that trains; once is enough."""
        active = self._switch.active_runs
        if not active or self._window.findChild(CloseQuestion) is not None:
            return
        run = next((one for one in active if one.state is not RunState.WAITING), active[0])
        name = run_name(run, self._engines.catalog)
        question = CloseQuestion(self._theme, run, name, len(active) - 1, parent=self._window)
        question.keep_chosen.connect(self._keep_training)
        question.stop_chosen.connect(self._stop)
        question.open()

    def _keep_training(self) -> None:
        folder = self._switch.keep_training()
        self._preferences.change(left_training=str(folder or ""))
        self.is_settled = True
        QTimer.singleShot(0, self._window, self._window.close)

    def _stop(self) -> None:
        self.is_settled = True
        self._banner.show_message(
            "info", "Finishing this step", "The window closes when the best checkpoint is kept and judged."
        )
        self._switch.stop_all()

    def _take_run_end(self) -> None:
        if self.is_settled and not self._switch.active_runs:
            QTimer.singleShot(0, self._window, self._window.close)
