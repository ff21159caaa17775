"""Answers to a whole file, written beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from datasets import Dataset

from engine.data.large_files import Follow
from engine.data.table import column_names, make_dataset, row_numbers
from engine.data.write_rows import write_rows
from engine.errors import EngineError
from engine.examining.rows_of_file import rows_of_file
from engine.protocol import examining_problems
from engine.protocol.events import StageReached
from engine.protocol.file_answers import AnswerFile, AnswersWritten
from engine.protocol.problems import Problem
from engine.protocol.results import Prediction
from engine.protocol.wording import file_name
from engine.run_folder import kept_run
from engine.training.answering import FinishedRun

_AT_ONCE = 64
"""Rows that are answered before others may ask the same run, and before it is told how far it is."""
_MOST_CLASSES = 30
"""Classes up to which each has a column with its probability."""

Use = Callable[[], AbstractContextManager[FinishedRun]]


def answer_file(
    command: AnswerFile,
    use: Use,
    tell: Callable[[StageReached], None],
    warn: Callable[[Problem], object] = lambda _problem: None,
) -> AnswersWritten:
    """Answers each row of a file and writes it, with its answer beside it, to a new file.

    Args:
        command: What is asked.
        use: Gives the run for some rows.
        tell: Takes stages. May raise to end it; then nothing is written.
        warn: Takes what is odd about rows of the file.

    Raises:
        EngineError: When the file cannot be read, holds no text, or the answers cannot be written.
    """
    out = Path(command.out) if command.out else free_name(Path(command.path))
    if command.out and out.exists():
        raise EngineError(examining_problems.answers_exist(file=out.name))
    name = file_name(command.path)
    label = f"Reading {name}"
    tell(StageReached(stage="reading", label=label))
    follow = Follow(
        progress=lambda share: tell(
            StageReached(stage="reading", label=label, done=round(100 * share), total=100)
        )
    )
    rows = rows_of_file(command.path, kept_run(Path(command.folder))[0], command.reading, warn, follow)
    total = len(rows.asked)
    if not total:
        raise EngineError(examining_problems.file_has_no_rows(file=name))
    said: list[Prediction] = []
    blank: list[bool] = []
    while len(said) < total:
        label = f"Answering {total:,} rows of {name}"
        tell(StageReached(stage="answering", label=label, done=len(said), total=total))
        with use() as run:
            some = rows.asked[len(said) : len(said) + _AT_ONCE]
            said += run.predict(some)
            blank += [run.is_blank(row) for row in some]
    tell(StageReached(stage="answering", label=f"Writing {out.name}", done=total, total=total))
    written = write_rows(with_answers(rows.table, said), out, source=command.path)
    return AnswersWritten(
        path=str(out),
        rows=total,
        unanswered=sum(blank),
        silent=sum(not one.said and not is_blank for one, is_blank in zip(said, blank, strict=True)),
        cut=sum(bool(one.note) for one in said),
        note=written.told,
    )


def free_name(path: Path) -> Path:
    """Returns a name for answers beside a file that nothing has yet: ``"posts-answers.csv"``."""
    number = 1
    while True:
        again = f"-{number}" if number > 1 else ""
        out = path.with_name(f"{path.stem}-answers{again}.csv")
        if not out.exists():
            return out
        number += 1


def with_answers(table: Dataset, said: Sequence[Prediction]) -> Dataset:
    """Returns rows with their answers: what was said, how sure that is, and each class's probability.

    Args:
        table: The person's columns.
        said: The answers, in the same order.
    """
    names = column_names(table)
    columns = {name: [str(cell or "") for cell in table[name][:]] for name in names}
    added = {"answer": [one.said for one in said]}
    if any(one.probability for one in said):
        added["probability"] = [_share(one.probability) if one.said else "" for one in said]
    classes = list(dict.fromkeys(name for one in said for name in one.probabilities))
    if 1 < len(classes) <= _MOST_CLASSES and all(len(one.probabilities) in {0, len(classes)} for one in said):
        for label in classes:
            added[f"p({label})"] = [
                _share(one.probabilities[label]) if one.probabilities else "" for one in said
            ]
    if any(one.note for one in said):
        added["note"] = [one.note for one in said]
    for name, values in added.items():
        columns[_new_name(name, columns)] = values
    return make_dataset(columns, row_numbers(table))


def _share(share: float) -> str:
    return f"{share:.4f}"


def _new_name(name: str, taken: dict[str, list[str]]) -> str:
    number = 2
    new = name
    while new in taken:
        new = f"{name} {number}"
        number += 1
    return new
