"""What a finished run says, told in the terminal: answers, the words that moved them, files of answers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import typer
from datasets import disable_progress_bars
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from engine import registry
from engine.command_line.reading_bar import reading_told
from engine.command_line.rows_to_answer import read_rows
from engine.command_line.telling import JsonTeller
from engine.command_line.terminal import JOB, console, problems_told, tell_notice
from engine.command_line.training import Jobs, carry_out, one_run
from engine.errors import EngineError
from engine.protocol import command_line_problems
from engine.protocol.commands import Predict
from engine.protocol.config import Reading
from engine.protocol.events import Event, PredictionMade, StageReached, WarningRaised
from engine.protocol.explanations import AnswerExplained, ExplainAnswer, WordEffect
from engine.protocol.file_answers import AnswerFile, AnswersWritten
from engine.protocol.results import Prediction
from engine.protocol.run_versions import Version
from engine.protocol.wording import counted, shortened
from engine.run_folder import kept_run

_SHORT = 80
"""Characters of a passage that stand behind its question."""
_MOST_WORDS = 12
"""Words that are listed with their effects."""


def predict(
    folder: Path,
    texts: list[str],
    inputs: list[str],
    file: str,
    reading: Reading,
    version: Version,
    method: str,
    *,
    as_json: bool,
) -> NoReturn:
    """Lets a finished run answer texts, says what moved the answers if asked, and ends the process.

    Args:
        folder: The run's, or one of runs.
        texts: Texts, one by one.
        inputs: ``role=text``.
        file: A file of texts.
        reading: How it is to be read.
        version: Which version of the model answers.
        method: How to explain; empty for not at all.
        as_json: Whether to print events.
    """
    with problems_told(as_json=as_json):
        path = one_run(folder)
        with reading_told(as_json=as_json) as follow:
            run, _ = kept_run(path)
            found = read_rows(texts, inputs, file, run, reading, tell_notice, follow)
        second_first = registry.task(run.task).second_first
    if not method:
        command = Predict(job_id=JOB, folder=str(path), rows=tuple(found), version=version)
        carry_out(command, lambda: PredictionTeller(second_first=second_first), as_json=as_json)
    disable_progress_bars()
    jobs = Jobs()
    for row in found:
        explained = ExplainAnswer(job_id=JOB, folder=str(path), row=row, method=method, version=version)
        teller = JsonTeller() if as_json else ExplanationTeller(second_first=second_first)
        if code := jobs.carry_out(explained, teller):
            raise typer.Exit(code)
    raise typer.Exit(0)


def answer_file(
    folder: Path,
    texts: list[str],
    inputs: list[str],
    file: str,
    out: Path,
    reading: Reading,
    *,
    as_json: bool,
) -> NoReturn:
    """Lets a finished run answer a file, writes the answers to a new one, and ends the process.

    Args:
        folder: The run's, or one of runs.
        texts: Texts beside the file; there must be none.
        inputs: Likewise.
        file: The file.
        out: The new file.
        reading: How the file is to be read.
        as_json: Whether to print events.
    """
    with problems_told(as_json=as_json):
        if not file or texts or inputs:
            raise EngineError(command_line_problems.out_needs_file())
        path = one_run(folder)
    command = AnswerFile(
        job_id=JOB, folder=str(path), path=file, reading=reading, out=os.fspath(out.absolute())
    )
    carry_out(command, FileTeller, as_json=as_json)


class PredictionTeller:
    """Prints answers, the surest class first."""

    def __init__(self, *, second_first: bool) -> None:
        """Prints to the terminal.

        Args:
            second_first: Whether the second text is read before the first.
        """
        self._second_first = second_first
        self._console = console()

    def tell(self, event: Event) -> None:
        """Prints the answers, if these are any."""
        if isinstance(event, PredictionMade):
            for prediction in event.predictions:
                self._console.print(answer_line(prediction, second_first=self._second_first))
                if prediction.note:
                    self._console.print(f"    {escape(prediction.note)}")

    def close(self) -> None:
        """Nothing is open."""


class ExplanationTeller:
    """Prints an answer, its text with the words marked that moved it, and how much each did."""

    def __init__(self, *, second_first: bool) -> None:
        """Prints to the terminal.

        Args:
            second_first: Whether the second text is read before the first.
        """
        self._second_first = second_first
        self._console = console()

    def tell(self, event: Event) -> None:
        """Prints what moved the answer."""
        if not isinstance(event, AnswerExplained):
            return
        said = event.prediction
        self._console.print(answer_line(said, second_first=self._second_first))
        texts = ((said.text, False), (said.second, True))
        for text, second in texts[::-1] if self._second_first else texts:
            own = [one for one in event.effects if one.second is second]
            if text and own:
                self._console.print(Text("    ") + _marked(text, own))
        strongest = sorted(event.effects, key=lambda one: -abs(one.effect))[:_MOST_WORDS]
        for one in strongest:
            text = said.second if one.second else said.text
            towards = (
                event.target if one.effect > 0 else event.against or f"another answer than {event.target}"
            )
            value = f"{100 * one.effect:+6.1f} %" if event.is_share else f"{one.effect:+8.3f}"
            word = shortened(text[one.start : one.end], _SHORT)
            self._console.print(
                f"    {value}  {escape(word)}  [dim]towards {escape(shortened(towards, 40))}[/dim]"
            )
        self._console.print(f"    [dim]{escape(event.note)}[/dim]")

    def close(self) -> None:
        """Nothing is open."""


class FileTeller:
    """Shows how far a file is, and where the answers are."""

    def __init__(self) -> None:
        """Starts with an empty screen."""
        self._console = console()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._bar = self._progress.add_task("", total=1, visible=False)

    def tell(self, event: Event) -> None:
        """Shows a stage, or the end."""
        if isinstance(event, StageReached) and event.total:
            self._progress.update(
                self._bar, description=event.label, total=event.total, completed=event.done, visible=True
            )
            self._progress.start()
        elif isinstance(event, WarningRaised):
            tell_notice(event.problem)
        elif isinstance(event, AnswersWritten):
            self.close()
            parts = [f"{counted(event.rows, 'row')} answered"]
            parts += [f"{event.unanswered:,} without a text"] if event.unanswered else []
            parts += [f"{event.silent:,} with an empty answer"] if event.silent else []
            parts += [f"{event.cut:,} too long to be read whole"] if event.cut else []
            self._console.print(f"{', '.join(parts)}. {escape(event.note)}".rstrip())
            self._console.print(f"Written to {escape(event.path)}", overflow="ignore")

    def close(self) -> None:
        """Takes the bar away."""
        if self._progress.live.is_started:
            self._progress.stop()


def answer_line(prediction: Prediction, *, second_first: bool) -> str:
    """Returns an answer with how sure it is and what was asked, as rich writes it.

    Args:
        prediction: The answer.
        second_first: Whether the second text is read before the first, as a question before its passage.
    """
    certainty = f"{100 * prediction.probability:.1f} %  " if prediction.probability else ""
    asked = prediction.text
    if prediction.second and second_first:
        asked = f"{prediction.second}  {shortened(prediction.text, _SHORT)}"
    elif prediction.second:
        asked = f"{prediction.text}  {prediction.second}"
    said = f"[bold]{escape(prediction.said)}[/bold]" if prediction.said else "[dim]no answer[/dim]"
    return f"{said}  {certainty}{escape(asked)}"


def _marked(text: str, effects: list[WordEffect]) -> Text:
    """Returns a text with the words underlined that push towards the answer, those against it in reverse."""
    marked = Text(text)
    largest = max((abs(one.effect) for one in effects), default=0.0)
    for one in effects:
        if largest and abs(one.effect) >= largest / 5:
            marked.stylize("bold underline" if one.effect > 0 else "reverse", one.start, one.end)
    return marked
