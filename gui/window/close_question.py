"""The one question that is asked in a box: closing the window while a run trains."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gui.look.theme import Theme
from gui.state.run_status import RunState, RunStatus
from gui.widgets.basics import Button, label


class CloseQuestion(QDialog):
    """*Keep training in the background*, *Stop and keep best* or *Stay*.

    Args:
        theme: Where colours and lengths come from.
        run: The run it is about; when that ends, the question goes away unanswered.
        name: What the run is called.
        waiting: How many runs wait behind it.
    """

    keep_chosen = Signal()
    stop_chosen = Signal()

    def __init__(
        self, theme: Theme, run: RunStatus, name: str, waiting: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("close_question")
        self.setWindowTitle("Thaw")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        px = theme.px
        is_paused = run.state is RunState.PAUSED
        pause = ", which ends its pause" if is_paused else ""
        words = (
            f"It can go on without the window{pause}: Thaw shows it again when it is opened next. Or it "
            "stops now: the step under way is finished, the best checkpoint is kept and judged on the test "
            "rows; that takes a moment."
        )
        if waiting:
            words += f" {waiting} waiting {'run' if waiting == 1 else 'runs'} will not start."
        title = label(theme, f"{name} is {'paused' if is_paused else 'training'}", "title")
        reason = label(theme, words, "body", "text2", wrap=True)
        keep = "Go on training in the background" if is_paused else "Keep training in the background"
        self.keep_button = Button(theme, keep, "primary")
        self.keep_button.setObjectName("keep_training")
        self.stop_button = Button(theme, "Stop and keep best", "secondary", "stop")
        self.stop_button.setObjectName("stop_and_close")
        self.stay_button = Button(theme, "Stay", "secondary")
        self.stay_button.setObjectName("stay")
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        buttons.addStretch(1)
        for button in (self.keep_button, self.stop_button, self.stay_button):
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(20))
        column.setSpacing(px(12))
        column.addWidget(title)
        column.addWidget(reason)
        column.addLayout(buttons)
        self.setFixedWidth(px(600))
        self.setAccessibleName(title.text())
        self.keep_button.clicked.connect(self._keep)
        self.stop_button.clicked.connect(self._stop)
        self.stay_button.clicked.connect(self.reject)
        self.stay_button.setFocus()
        self._run = run
        run.state_changed.connect(self._take_state)

    def _take_state(self) -> None:
        """Asks no more about a run that has ended; *Stop* would stop another one."""
        if not self._run.is_active:
            self.reject()

    def _keep(self) -> None:
        self.accept()
        self.keep_chosen.emit()

    def _stop(self) -> None:
        self.stop_chosen.emit()
        self.accept()
