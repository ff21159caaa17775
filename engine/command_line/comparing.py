"""The command that compares finished runs, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import typer
from datasets import disable_progress_bars
from rich.markup import escape
from rich.table import Table

from engine import registry
from engine.command_line.process import PROBLEM
from engine.command_line.run_list import runs_in
from engine.command_line.terminal import console, print_event, problems_told
from engine.examining.changed_answers import compare_answers
from engine.examining.comparing import compare_runs
from engine.protocol.catalog import MetricEntry
from engine.protocol.comparison import AnswersCompared, ChangedAnswer, ComparedRun, RunsCompared
from engine.protocol.comparison_words import (
    comparison_finding,
    curve_sentence,
    difference_sentence,
    recipe_names,
    rows_sentence,
    seed_sentence,
    share_words,
)
from engine.protocol.energy_words import figure, in_cell
from engine.protocol.number_words import bytes_number, score_number
from engine.protocol.wording import counted, shortened
from engine.run_folder import kept_run
from engine.training.workbench import Workbench

_MOST_ROWS = 5
"""Of the rows that are fixed or broken."""
_LETTERS = 100


def compare(folders: Sequence[Path], metric: str, with_run: Path | None, *, as_json: bool) -> None:
    """Prints how runs compare: the finding, a table, and of two runs what each gets right.

    Args:
        folders: Of runs, or of folders that hold runs.
        metric: Id of the measure; empty for the task's first.
        with_run: Of several groups with the same test rows the one of this run; ``None`` for the largest.
        as_json: Whether to print events, one a line: ``RunsCompared``, of two runs also ``AnswersCompared``.
    """
    disable_progress_bars()
    with problems_told(as_json=as_json):
        named = [path.absolute() for folder in folders for path in _runs_of(folder)]
        beside = with_run.absolute() if with_run is not None else None
        compared = compare_runs(list(dict.fromkeys(named)), Workbench(), metric=metric, with_run=beside)
        changed = None
        if len(compared.runs) == 2:
            better, worse = (Path(run.folder) for run in compared.runs)
            changed = compare_answers(worse, better, most=500 if as_json else _MOST_ROWS)
        if as_json:
            print_event(compared)
            if changed is not None:
                print_event(changed)
        else:
            names = _names(compared)
            _show(compared, names)
            if changed is not None:
                _show_changed(changed, names)
    if not compared.runs:
        raise typer.Exit(PROBLEM)  # why stands beside each


def _runs_of(folder: Path) -> list[Path]:
    """Returns the folders of the runs in a folder; the folder itself where it is one, or holds none."""
    return runs_in(folder) if folder.is_dir() and list(folder.glob("*/run.toml")) else [folder]


def _names(compared: RunsCompared) -> dict[str, str]:
    """Returns folder → name: the person's own, else the method's where it tells the run apart."""
    wanted = {run.folder: _plain_name(run) for run in compared.runs}
    times = Counter(wanted.values())
    return {
        folder: name if times[name] == 1 else f"{name} ({Path(folder).name})"
        for folder, name in wanted.items()
    } | {one.folder: Path(one.folder).name for one in compared.left_out}


def _plain_name(run: ComparedRun) -> str:
    return run.name or registry.method(run.method).name


def _show(compared: RunsCompared, names: dict[str, str]) -> None:
    """Prints the finding, the table, the pairs, and what is left out."""
    shown = console()
    plain = {run.folder: _plain_name(run) for run in compared.runs}
    methods = {run.folder: registry.method(run.method).name for run in compared.runs}
    recipes = recipe_names(compared, plain, methods)
    if compared.runs:
        task = registry.task(kept_run(Path(compared.runs[0].folder))[0].task)
        entry = next(one for one in task.metrics if one.id == compared.metric)
        finding = comparison_finding(compared, names, recipes)
        shown.print(escape(rows_sentence(compared, task.unit)), overflow="ignore")
        shown.print(f"\n[bold]{escape(finding.lead)}[/bold] {escape(finding.rest)}\n", overflow="ignore")
        shown.print(_table(compared, names, entry))
    if len(compared.runs) > 1:
        pairs, called = (compared.recipe_pairs, recipes) if recipes else (compared.pairs, names)
        corrected = f" (intervals corrected for {len(pairs)} pairs)" if len(pairs) > 1 else ""
        shown.print(f"\nEach with the best{corrected}:")
        for pair in pairs:
            if pair.better == pairs[0].better:
                shown.print(escape(f"  {difference_sentence(pair, called)}."), overflow="ignore")
    told = [seed_sentence(seeds, plain[seeds.folders[0]]) for seeds in compared.seeds]
    told += [curve_sentence(curve, plain[curve.folders[0]]) for curve in compared.curves]
    for sentence in told:
        shown.print(escape(f"\n{sentence}."), overflow="ignore")
    for run in compared.runs:
        for problem in run.missing:
            shown.print(
                escape(f"\n{names[run.folder]}: {problem.title}. {problem.reason}"), overflow="ignore"
            )
    if compared.left_out:
        shown.print("\n[bold]Not compared:[/bold]")
    for left in compared.left_out:
        why = f"  {names[left.folder]}: {left.problem.title}. {left.problem.reason}"
        shown.print(escape(why), overflow="ignore")


def _table(compared: RunsCompared, names: dict[str, str], metric: MetricEntry) -> Table:
    table = Table(box=None)
    wrong = ("wrong",) if compared.higher_is_better else ()
    has_energy = any(figure(run.energy, run.seconds) for run in compared.runs)
    costs = ("time", "energy", "size") if has_energy else ("time", "size")
    for title in ("run", "trainable", metric.short, "95 % interval", *wrong, "rows", *costs, ""):
        table.add_column(title, justify="left" if title in {"run", ""} else "right")
    for run in compared.runs:
        chip = "smallest among the best" if run.folder == compared.smallest else ""
        chip = chip or ("among the best" if run.folder in compared.best else "")
        if [run.folder] == list(compared.best):
            chip = "the best"
        energy = [in_cell(run.energy, run.seconds)] if has_energy else []
        cells = _cells(run, names, [f"{run.wrong:,}"] if wrong else [], energy)
        table.add_row(*(escape(cell) for cell in (*cells, chip)))
    for baseline in compared.baselines:
        if compared.metric in baseline.scores:
            score = baseline.scores[compared.metric]
            interval = f"{score_number(score.low)} to {score_number(score.high)}"
            told = [baseline.label, "", score_number(score.value), interval]
            told += [f"{baseline.wrong:,}"] if wrong else []
            table.add_row(*(escape(cell) for cell in told))
    return table


def _cells(
    run: ComparedRun, names: dict[str, str], wrong: Sequence[str], energy: Sequence[str]
) -> tuple[str, ...]:
    score = run.score
    return (
        names[run.folder],
        share_words(run),
        score_number(score.value),
        f"{score_number(score.low)} to {score_number(score.high)}",
        *wrong,
        f"{run.training_rows:,}" if run.training_rows else "–",
        f"{run.seconds:.0f} s",
        *energy,
        bytes_number(run.size) if run.size else "–",
    )


def _show_changed(changed: AnswersCompared, names: dict[str, str]) -> None:
    """Prints which rows the better of two runs gets right and the other does not, and the other way round."""
    shown = console()
    first, second = names[changed.first], names[changed.second]
    second_first = registry.task(kept_run(Path(changed.first))[0].task).second_first
    better, worse = ("Better with", "Worse with") if changed.by_degrees else ("Fixed by", "Broken by")
    parts = (
        (f"{better} {second}", changed.fixed, changed.fixed_rows),
        (f"{worse} {second}", changed.broken, changed.broken_rows),
    )
    for title, number, rows in parts:
        head = f"{title}: {counted(number, 'row')} of {changed.rows:,}"
        shown.print(f"\n[bold]{escape(head)}[/bold]", overflow="ignore")
        for row in rows:
            shown.print(escape(_row_words(row, first, second, second_first=second_first)), overflow="ignore")
        if number > len(rows):
            shown.print(f"  … and {number - len(rows):,} more")


def _row_words(row: ChangedAnswer, first: str, second: str, *, second_first: bool) -> str:
    one, other = row.first, row.second
    parts = (one.second, one.text) if second_first else (one.text, one.second)
    text = shortened(" / ".join(part for part in parts if part), _LETTERS)
    said = f"{first} said {shortened(one.said)}, {second} {shortened(other.said)}"
    return f"  row {one.row:,}: {text}\n    {said}; right is {shortened(one.truth)}."
