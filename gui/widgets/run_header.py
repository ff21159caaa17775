"""The head of Train: whose run it is, and what can be done with it now."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.note_popover import NotePopover
from gui.widgets.page_header import PageHeader
from gui.widgets.run_marker import RunMarker

_ACTIVE = {"waiting", "preparing", "running", "paused", "stopping", "trying"}
_GETTING_READY = {"waiting", "preparing"}
_BROKEN = {"failed", "interrupted"}
_DARK = {
    "pause": ("Pause", "pause", "Pauses within one step (Space)"),
    "resume": ("Resume", "play", "Goes on (Space)"),
    "finishing": ("Finishing this step", "", "The best checkpoint is judged next"),
    "testing": ("Final test", "", "The test rows are being judged; the result comes next"),
    "trying": ("Trying noise", "", "The result is there; now its rows are read with noise in them"),
    "results": ("See results", "results", "Scores, mistakes and what to compare with"),
    "go_on": ("Resume", "play", "Goes on from the last checkpoint"),
    "setup": ("Go to setup", "layers", "Choose what thaws, and train"),
}
"""What the dark button does → its words, icon and tooltip."""


_STOP = "Ends the training within one step and judges the best checkpoint (Ctrl .)"
_NOT_BEGUN = "Ends it before it has learned anything: nothing is judged or kept (Ctrl .)"
_LEAVE_OUT = "Ends the trial with noise; the result is kept, without a curve of robustness (Ctrl .)"


class RunHeader(PageHeader):
    """Title, the run's marker and name, and the buttons that fit its state.

    Attributes:
        primary: The dark button.
    """

    note_requested = Signal()
    stop_requested = Signal()
    stop_all_requested = Signal()
    """The person wants no more folds."""

    copy_requested = Signal()
    primary_pressed = Signal(str)
    """``"pause"``, ``"resume"``, ``"results"``, ``"go_on"`` or ``"setup"``."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts without a run."""
        self._note = Button(theme, "Add a note", "secondary", "flag")
        self._note.setObjectName("add_note")
        self._stop = Button(theme, "Stop and keep best", "secondary", "stop")
        self._stop.setObjectName("stop_and_keep_best")
        self._stop_all = Button(theme, "Stop all folds", "secondary", "stop")
        self._stop_all.setObjectName("stop_all_folds")
        self._stop_all.setToolTip("Keeps the best of this fold; the folds that wait do not start")
        self._copy = Button(theme, "Copy details", "secondary", "copy")
        self._copy.setObjectName("copy_details")
        self.primary = Button(theme, "Pause", "primary", "pause")
        self.primary.setObjectName("pause_or_resume")
        actions = [self._note, self._copy, self._stop, self._stop_all]
        super().__init__(theme, "Training", "", actions, self.primary, parent)
        self._marker = RunMarker(theme)
        self.subtitle_row.insertWidget(0, self._marker)
        self._does = ""
        self._note_text = ""
        self._note.clicked.connect(self.note_requested)
        self._stop.clicked.connect(self.stop_requested)
        self._stop_all.clicked.connect(self.stop_all_requested)
        self._copy.clicked.connect(self.copy_requested)
        self.primary.clicked.connect(lambda: self.primary_pressed.emit(self._does))

    @property
    def does(self) -> str:
        """Returns what the dark button does now; empty while there is none."""
        return self._does

    def set_run(self, title: str, note: str, number: int | None, fold: str = "") -> None:
        """Says whose run it is.

        Args:
            title: E.g. ``"Freeze lower layers on MiniLM, 6 blocks"``.
            note: The person's remark.
            number: Number of its colour; ``None`` when there is no run.
            fold: ``"fold 2 of 5"``; empty for a run that is none.
        """
        self.set_title(f"Training {fold}" if fold else "Training")
        self._marker.setVisible(number is not None)
        self._marker.set_number(number or 1)
        self.set_subtitle(f"{title} · {note}" if note else title)
        self._note_text = note
        self._note.setText("Change the note" if note else "Add a note")

    def ask_note(self, take: Callable[[str], None]) -> None:
        """Lets the person write a remark.

        Args:
            take: Is given the remark when it has changed.
        """
        popover = NotePopover(self._theme, self._note_text, self)
        popover.note_written.connect(take)
        popover.open_below(self._note)
        popover.setFocus(Qt.FocusReason.PopupFocusReason)

    def set_state(
        self, state: str, *, has_result: bool, can_resume: bool, narrow: bool, more_folds: bool = False
    ) -> None:
        """Shows the buttons that fit.

        Args:
            state: Of the run as it is spelled, ``"testing"`` or ``"trying"``; empty when there is no run.
            has_result: Whether it was judged.
            can_resume: Whether it can go on from a checkpoint.
            narrow: Whether there is room for the main buttons only.
            more_folds: Whether other folds are in line with it.
        """
        self._note.setVisible(bool(state) and not narrow)
        self._copy.setVisible(state in _BROKEN)
        self._stop.setVisible(state in _ACTIVE)
        self._stop.setEnabled(state != "stopping")
        keep = "Stop this fold" if more_folds else "Stop and keep best"
        self._stop.setText("Stop" if state in _GETTING_READY and not more_folds else keep)
        self._stop.setToolTip(_NOT_BEGUN if state in _GETTING_READY else _STOP)
        if state == "trying":
            self._stop.setText("Leave this out")
            self._stop.setToolTip(_LEAVE_OUT)
        self._stop_all.setVisible(state in _ACTIVE and more_folds)
        self._does = self._what_next(state, has_result=has_result, can_resume=can_resume)
        self.primary.setVisible(bool(self._does))
        if self._does:
            text, icon, tip = _DARK[self._does]
            self.primary.setText(text)
            self.primary.set_icon(icon)
            self.primary.setToolTip(tip)
            self.primary.setEnabled(self._does not in {"finishing", "testing", "trying"})

    def _what_next(self, state: str, *, has_result: bool, can_resume: bool) -> str:
        fixed = {"running": "pause", "paused": "resume", "stopping": "finishing"}
        fixed |= {"testing": "testing", "trying": "trying"}
        if state in fixed:
            return fixed[state]
        if state not in {"finished", "stopped"}:
            return ""
        return "results" if has_result else "go_on" if can_resume else "setup"
