"""Pairs of texts, one to be read and one to be written; typos may be put into those that are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from datasets import Dataset

from engine.contracts import Settings, SplitRows, TaskRows
from engine.data.match_rows import (
    MatchedRows,
    duplicate_findings,
    duplicate_groups,
    match_cells,
    match_columns,
    worst_first,
)
from engine.data.noise import LARGEST_SHARE, with_typos
from engine.data.pair_lengths import odd_lengths, usual_ratio
from engine.data.table import cells
from engine.protocol import data_problems, pair_problems
from engine.protocol.catalog import RoleEntry
from engine.protocol.fields import Choice, ChoiceField, NumberField
from engine.protocol.problems import Problem

SOURCE = RoleEntry(id="source", label="Text to read")
TARGET = RoleEntry(id="target", label="Text to write")

PAIRS, TYPOS = "pairs", "typos"

MADE_FROM = ChoiceField(
    name="made_from",
    label="Pairs come from",
    help="Where the text to read and the text to write come from.",
    section="task",
    default=PAIRS,
    choices=(
        Choice(PAIRS, "Two columns", "One holds the text to read, the other the text to write."),
        Choice(TYPOS, "One column: undo typos", "Its texts get typos; the model learns to undo them."),
    ),
)
TYPO_SHARE = NumberField(
    name="typo_share",
    label="Typos",
    help="Share of the characters in the texts to read that become artificial typos, in the rows to learn "
    "from and to check with. The final test stays without, and is tried with typos at the end.",
    source="Belinkov & Bisk 2018: a model learns to survive the noise that it was trained on",
    section="task",
    default=0.0,
    minimum=0.0,
    maximum=LARGEST_SHARE,
)

_FEWEST_ROWS = 6
_SEED = 0
"""Of the typos in rows to learn from; the same in every run, so that runs can be compared."""
_SHORT = 80
"""Letters of a text that a sentence can quote."""


def undoes_typos(settings: Settings) -> bool:
    """Returns whether each pair is a text with typos and the text itself."""
    return settings.get(MADE_FROM.name, MADE_FROM.default) == TYPOS


def typo_share(settings: Settings) -> float:
    """Returns the share of the characters that get typos, 0 to 1."""
    return float(settings.get(TYPO_SHARE.name, TYPO_SHARE.default))


def match_pairs(table: Dataset, columns: Mapping[str, str], settings: Settings) -> TaskRows:
    """Takes pairs out of a table, letter by letter, and says what is odd about them.

    Typos are put into the texts to read of the rows to learn from and to check with; those of the final
    test stay as they are, unless typos are what the model is to undo.

    Args:
        table: The rows as text columns.
        columns: Role → column.
        settings: Where the pairs come from, and the share of the characters that get typos.
    """
    share = typo_share(settings)
    if undoes_typos(settings):
        return _match_texts(table, columns, share)
    roles = (SOURCE, TARGET)
    problems = match_columns(table, columns, roles)
    if problems:
        return TaskRows(rows=_rows([], [], []), findings=tuple(problems), text_role=SOURCE.id)
    matched = match_cells(table, columns, roles)
    sources, targets = matched.cells[SOURCE.id], matched.cells[TARGET.id]
    equal = [
        number
        for number, source, target in zip(matched.numbers, sources, targets, strict=True)
        if source.split() == target.split()
    ]
    about = [pair_problems.equal_sides(equal, len(sources))] if equal else []
    about += _about_lengths(sources, targets, matched.numbers)
    return _task_rows(matched, sources, targets, share, len(table), about)


def _about_lengths(sources: list[str], targets: list[str], numbers: Sequence[int]) -> list[Problem]:
    """Returns a finding on pairs whose lengths do not go together, the oddest of them shown."""
    odd = odd_lengths(sources, targets)
    if not odd:
        return []
    place = odd[0]
    return [
        pair_problems.lengths_do_not_fit(
            sorted(numbers[one] for one in odd),
            row=numbers[place],
            source=sources[place],
            target=targets[place],
            usual=usual_ratio(sources, targets),
        )
    ]


def _match_texts(table: Dataset, columns: Mapping[str, str], share: float) -> TaskRows:
    """Makes pairs of a single column: each text with typos is to become the text itself."""
    problems = match_columns(table, {SOURCE.id: columns.get(SOURCE.id, "")}, (SOURCE,))
    if not share:
        problems.append(pair_problems.nothing_to_undo())
    if problems:
        return TaskRows(rows=_rows([], [], []), findings=tuple(problems), text_role=SOURCE.id)
    matched = match_cells(table, columns, (SOURCE,))
    texts = matched.cells[SOURCE.id]
    return _task_rows(matched, texts, texts, share, len(table), [], in_test=True)


def with_typos_in(rows: Dataset, texts: Sequence[str], share: float, seed: int) -> Dataset:
    """Returns rows that are to be read with typos.

    Args:
        rows: Any, with ``row``: which typos a text gets depends on its row and the seed alone.
        texts: What they say without typos.
        share: Share of the characters, 0 to 1.
        seed: Of the typos.
    """
    noised = [
        with_typos(text, share, (seed, int(number)))
        for text, number in zip(texts, rows["row"][:], strict=True)
    ]
    return _replaced(rows, noised)


def _task_rows(
    matched: MatchedRows,
    sources: list[str],
    targets: list[str],
    share: float,
    total: int,
    findings: Sequence[Problem],
    *,
    in_test: bool = False,
) -> TaskRows:
    """Returns the pairs, with what there is to say about them.

    Args:
        matched: The rows.
        sources: What is read, without typos.
        targets: What is to be written.
        share: Share of the characters that get typos.
        total: Rows of the table.
        findings: What was noticed about the pairs.
        in_test: Whether the final test gets typos too.
    """
    groups = duplicate_groups(sources)
    amount: list[Problem] = []
    if not sources:
        amount = [pair_problems.no_usable_pairs(total)]
    elif len(sources) < _FEWEST_ROWS:
        amount = [data_problems.too_few_rows(len(sources), _FEWEST_ROWS)]
    elif not matched.findings:
        amount = [pair_problems.all_pairs_complete(len(sources))]

    def after_split(split: SplitRows) -> tuple[SplitRows, tuple[Problem, ...]]:
        return _noised_parts(split, share, in_test=in_test) if share else (split, ())

    return TaskRows(
        rows=_rows(sources, targets, matched.numbers),
        groups=tuple(groups),
        findings=worst_first(
            [*matched.findings, *amount, *findings, *duplicate_findings(sources, groups, matched.numbers)]
        ),
        text_role=SOURCE.id,
        after_split=after_split,
    )


def _noised_parts(split: SplitRows, share: float, *, in_test: bool) -> tuple[SplitRows, tuple[Problem, ...]]:
    """Puts typos into the parts, and says so with an example from the rows to learn from."""
    parts = {"train": split.train, "validation": split.validation, "test": split.test}
    noised = {
        name: with_typos_in(rows, cells(rows, SOURCE.id), share, _SEED) if in_test or name != "test" else rows
        for name, rows in parts.items()
    }
    before, after = cells(split.train, SOURCE.id), cells(noised["train"], SOURCE.id)
    changed = [place for place, text in enumerate(before) if text != after[place]]
    place = min(changed or [0], key=lambda place: len(before[place]) > _SHORT)
    finding = pair_problems.typos_put_in(
        share,
        sum(len(rows) for name, rows in parts.items() if in_test or name != "test"),
        untouched=0 if in_test else len(split.test),
        row=int(split.train["row"][place]),
        before=before[place],
        after=after[place],
    )
    return SplitRows(**noised), (finding,)


def _replaced(rows: Dataset, sources: Sequence[str]) -> Dataset:
    """Returns rows with other texts to read."""
    columns = {name: rows[name][:] for name in rows.column_names}
    return Dataset.from_dict({**columns, SOURCE.id: list(sources)})


def _rows(sources: list[str], targets: list[str], numbers: list[int]) -> Dataset:
    return Dataset.from_dict({SOURCE.id: sources, TARGET.id: targets, "row": numbers})
