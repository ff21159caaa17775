"""How far a file is that a run answers, and where its answers are."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from engine.protocol.events import StageReached
from engine.protocol.file_answers import AnswersWritten
from engine.protocol.problems import Problem
from engine.protocol.wording import file_name
from gui.look.texts import count
from gui.look.theme import Theme
from gui.widgets.buttons import Button, icon_button
from gui.widgets.cards import Panel
from gui.widgets.labels import label


class FileAnswersRow(Panel):
    """A line over the page; it is gone while there is nothing to say."""

    stop_requested = Signal()
    """The person does not want the file answered any more."""
    put_away = Signal()
    """The line is to go."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts hidden."""
        super().__init__(theme, parent=parent)
        self.setObjectName("file_answers")
        self._path = ""
        self._words = label(theme, "", "small", "text", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setObjectName("file_progress")
        self._stop = Button(theme, "Stop", "secondary", size="small")
        self._stop.setObjectName("stop_file")
        self._show = Button(theme, "Show in folder", "secondary", "folder", size="small")
        self._show.setObjectName("show_answers")
        self._away = icon_button(theme, "x", "Close", size="small")
        self._away.setObjectName("close_file_answers")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._words, 1)
        self._row.addWidget(self._bar)
        for button in (self._show, self._stop, self._away):
            self._row.addWidget(button)
        self._stop.clicked.connect(self.stop_requested)
        self._show.clicked.connect(self._show_in_folder)
        self._away.clicked.connect(self.put_away)
        theme.changed.connect(self._measure)
        self._measure()
        self.hide()

    @property
    def words(self) -> str:
        """Returns what it says."""
        return self._words.text()

    def show_state(
        self,
        stage: StageReached | None,
        written: AnswersWritten | None,
        problem: Problem | None,
        notice: Problem | None,
        name: str,
    ) -> None:
        """Says how far it is.

        Args:
            stage: What is being done; ``None`` when nothing is.
            written: Where the answers are.
            problem: Why there are none.
            notice: What was odd about rows of the file.
            name: Of the run that answers.
        """
        self.setVisible(any((stage, written, problem)))
        self._bar.setVisible(stage is not None and bool(stage.total))
        self._stop.setVisible(stage is not None)
        self._show.setVisible(written is not None)
        self._away.setVisible(stage is None)
        if stage is not None:
            self.set_look(fill="surface", edge="border")
            self._bar.setRange(0, max(1, stage.total))
            self._bar.setValue(stage.done)
            of = f", {stage.done:,} of {stage.total:,}" if stage.total else ""
            self._words.setText(f"**{name}** · {stage.label}{of}")
        elif problem is not None:
            self.set_look(fill="errTint", edge="err")
            self._words.setText(f"**{problem.title}.** {problem.reason} {problem.fix} {problem.safe}".strip())
        elif written is not None:
            self.set_look(fill="okTint", edge="ok")
            self._path = written.path
            self._words.setText(_told(written, notice))

    def _show_in_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self._path).parent)))

    def _measure(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(16), px(8), px(10), px(8))
        self._row.setSpacing(px(10))
        self._bar.setFixedSize(px(160), px(8))


def _told(written: AnswersWritten, notice: Problem | None) -> str:
    """Returns what became of a file."""
    parts = [f'**{count("rows", written.rows)} answered in "{file_name(written.path)}",** beside your file.']
    if written.unanswered:
        parts.append(f"{count('rows', written.unanswered)} without a text.")
    if written.silent:
        parts.append(f"To {count('rows', written.silent)} the model answered with an empty text.")
    if written.cut:
        parts.append(f'{count("rows", written.cut)} too long to be read whole; the column "note" says which.')
    parts += [written.note] if written.note else []
    parts += [f"{notice.title}."] if notice is not None else []
    return " ".join(parts)
