"""A script, and a notebook, that repeat a run with plain libraries: the same rows, order, seeds and score."""

from __future__ import annotations

import functools
import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec
import torch
from safetensors.torch import save_file

from engine.contracts import Asked, HeadKind
from engine.discovery import find_constants
from engine.export import script_four_bit, script_tasks
from engine.export.contract import RunToExport, Writing
from engine.export.run_words import score_words
from engine.export.script_contract import RunAtStart, TaskLines
from engine.export.script_four_bit import four_bit_settings
from engine.export.script_lines import (
    COUNT,
    FRESH,
    IMPORTS,
    IN_16_BITS,
    JUDGE,
    LEARN,
    OPENING,
    ORDER,
    READ_ONCE,
    SAME_ROWS,
    SAME_SCORE,
    SETTINGS,
    SOLVE,
    STEP,
)
from engine.export.script_network import network_imports, network_lines
from engine.export.script_plan import PLAN_FILE, START_FILE, new_tensors, plan_of, run_at_start
from engine.export.script_rows import ROWS_FILE, SPLIT_FILE, write_rows
from engine.export.script_word_networks import token_network_lines, words_network_lines
from engine.protocol.data_facts import TRAIN, VALIDATION
from engine.protocol.wording import file_name
from engine.training import written_out
from engine.training.judging import pieces_to_judge
from engine.training.noisy_parts import fresh_rows, has_fresh_noise
from engine.training.rows import EncodedPart
from engine.training.validating import judged_numbers
from engine.training_fields import BF16

_IMPORTED = re.compile(r"^\s*(?:import|from) (\w+)", re.MULTILINE)
_ELSEWHERE = "where it was, or where the environment variable DATA_FILE says"
_NETWORKS = {
    HeadKind.TEXT: network_lines,
    HeadKind.WORD_PIECES: token_network_lines,
    HeadKind.WORDS: words_network_lines,
}


class Section(msgspec.Struct, frozen=True):
    """A part of a script; a cell of a notebook.

    Attributes:
        title: What it does, a few words.
        code: Its lines.
    """

    title: str
    code: str


@functools.cache
def all_task_lines() -> dict[str, TaskLines]:
    """Returns the tasks that can be written in plain lines, by id."""
    return dict(find_constants(script_tasks, "LINES", TaskLines))


def why_no_script(source: RunToExport) -> str:
    """Returns why a run cannot be repeated by a script, a sentence; empty when it can."""
    lines = all_task_lines().get(source.run.task)
    if lines is None:
        return f'"{source.task.name}" cannot be written in plain lines yet. Take the model folder.'
    return lines.why_not(source)


def write_script_files(writing: Writing) -> list[Section]:
    """Writes what a script reads, and returns its parts.

    Args:
        writing: The run.
    """
    writing.tell("Building the model as it was before the first step")
    start = run_at_start(writing)
    place = writing.place
    four_bit = writing.source.saved.four_bit
    save_file(new_tensors(start.model, in_four_bits=four_bit), place / START_FILE, {"format": "pt"})
    (place / PLAN_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(plan_of(start)), indent=1))
    parts = _judged(start) | _later_epochs(writing, start)
    reading = write_rows(place, start, all_task_lines()[start.source.run.task], parts)
    return list(_sections(writing, start, reading))


def script_text(writing: Writing, sections: list[Section]) -> str:
    """Returns the script as one file.

    Args:
        writing: The run.
        sections: Its parts.
    """
    parts = [f"# {section.title}\n\n{section.code.rstrip()}\n" for section in sections[1:]]
    return f'"""{opening(writing, sections)}"""\n\n{sections[0].code.rstrip()}\n\n\n' + "\n\n".join(parts)


def opening(writing: Writing, sections: list[Section]) -> str:
    """Returns what is said at the top: what is repeated, what is needed, and what comes out.

    Args:
        writing: The run.
        sections: Its parts.
    """
    source = writing.source
    result = source.result
    score = score_words(result.scores[result.metric]) if result is not None else "not known"
    metric = {entry.id: entry.label for entry in source.task.metrics}.get(
        result.metric if result else "", "Score"
    )
    data = file_name(source.run.data.path)
    if (writing.place / ROWS_FILE).exists():
        rows = f"{ROWS_FILE} (the rows of {data} as the run read them,\neach with its number and its part)"
    else:
        rows = f"{SPLIT_FILE} (which rows of {data} are in which part; the file itself is\n{_ELSEWHERE})"
    four_bit = source.saved.four_bit
    return OPENING.substitute(
        needed=f"\n{script_four_bit.NEEDED}\n" if four_bit else "",
        same=script_four_bit.SAME_SCORE if four_bit else SAME_SCORE,
        title=source.title,
        rows=rows,
        base=source.saved.base.name,
        where="where it was" if _only_here(source) else "by its name",
        metric=metric,
        score=score,
        versions=_versions(sections, script_four_bit.PACKAGES if four_bit else ()),
    )


def _versions(sections: list[Section], others: Iterable[str]) -> str:
    """Returns what has to be installed: what every script may need, what else one imports, and others."""
    names = ["torch", "transformers", "peft", "numpy", "pandas", "scikit-learn", "safetensors"]
    imported = {name for one in sections for name in _IMPORTED.findall(one.code)}
    names += sorted(imported - {"sklearn", *names} - sys.stdlib_module_names)
    return " ".join(_with_version(name) for name in (*names, *others))


def _with_version(name: str) -> str:
    try:
        return f"{name}=={version(name).partition('+')[0]}"
    except PackageNotFoundError:  # the run was trained on another computer
        return name


def _sections(writing: Writing, start: RunAtStart, reading: str) -> Iterator[Section]:
    source, lines = start.source, all_task_lines()[start.source.run.task]
    settings, plan = start.settings, plan_of(start)
    others = ["from safetensors.torch import load_file", *network_imports(start), lines.imports(start)]
    others = [line for line in others if line]
    if "pd." in reading:
        others.append("import pandas as pd")
    standard = "import re\n" if re.search(r"\bre\.", lines.answers(start)) else ""
    yield Section("What is needed", IMPORTS.substitute(others="\n".join(sorted(others)), standard=standard))
    metric = source.task.measured(settings)[0]
    reached: dict[str, Any] = {}
    if source.result is not None:
        reached = {name: score.value for name, score in source.result.scores.items()}
    base = start.base.folder if _only_here(source) else source.base_name
    four_bits = four_bit_settings(start) if start.bits else ""
    yield Section(
        "The run's own settings",
        SETTINGS.substitute(
            four_bits=four_bits,
            base=repr(base),
            classes=repr(list(writing.finished.classes)),
            seed=source.run.seed,
            threads=source.run.threads or 1,
            epochs=int(settings["epochs"]),
            batch_size=int(settings["batch_size"]),
            accumulation=int(settings["gradient_accumulation_steps"]),
            max_length=int(settings["max_length"]),
            pieces=pieces_to_judge(start.model),
            each_piece=start.model.facts.kind is HeadKind.WORD_PIECES,
            warmup_share=settings["warmup_share"],
            schedule=repr(settings["schedule"]),
            clipping=settings["gradient_clipping"],
            evaluations=int(settings["evaluations_per_epoch"]),
            patience=int(settings["early_stopping_patience"]),
            metric=repr(metric.id),
            direction=metric.higher_is_better,
            reached=repr(reached),
        ),
    )
    yield Section("The rows, in their parts", reading)
    yield Section(
        f"The model: {source.saved.base.name} and what is new", _NETWORKS[start.model.facts.kind](start)
    )
    if source.run.precision == BF16:
        yield Section("Attention and dropout in 16 bits on processors", _written_out())
        reads = "forward" if start.model.facts.kind is HeadKind.WORDS else "features"
        yield Section("Numbers of 16 bits, as in the run", IN_16_BITS.substitute(reads=reads))
    pieces = lines.pieces(start)
    yield Section("Word pieces", pieces if "def rows_to_learn" in pieces else f"{pieces}\n\n{SAME_ROWS}")
    yield Section("What is compared, and how good it is", lines.answers(start))
    yield Section("Which rows are read when: Thaw's own order, from the seed", ORDER)
    yield Section("Judging rows", JUDGE + (script_four_bit.COUNT if start.bits else COUNT))
    if plan.read_once:
        yield Section("Nothing below the head changes: each text is read once", READ_ONCE)
    step = STEP if start.strength is None else SOLVE.substitute(strength=start.strength)
    yield Section("One step", step)
    settle = "settle()\n" if "def settle(" in lines.answers(start) else ""
    settle += "final_test = True\n" if source.run.precision == BF16 else ""
    fresh = FRESH if has_fresh_noise(source.task, settings) else ""
    yield Section("Training, and the final test", LEARN.substitute(settle=settle, fresh=fresh))


def _written_out() -> str:
    """Returns the run's own attention and dropout in 16 bits, as a script can have it."""
    _, lines = inspect.getsource(written_out).split("from __future__ import annotations\n\n", 1)
    return lines


def _only_here(source: RunToExport) -> bool:
    """Returns whether a base model has no name elsewhere."""
    return Path(source.base_name).is_absolute()


def _judged(start: RunAtStart) -> dict[str, Asked]:
    """Returns the parts, of the validation only the rows that are judged where a task takes a few."""
    task, parts = start.source.task, dict(start.asked)
    whole = EncodedPart(task, parts[VALIDATION], torch.device("cpu"))
    count, most = len(whole.windows), task.judged_rows
    if most is not None and count > most:
        parts[VALIDATION] = whole.of_rows(judged_numbers(count, most, start.source.run.seed)).asked
    return parts


def _later_epochs(writing: Writing, start: RunAtStart) -> dict[str, Asked]:
    """Returns what the second epoch learns from, and those after it, where each has noise of its own."""
    source, settings = start.source, start.settings
    if not has_fresh_noise(source.task, settings):
        return {}
    run, windows = source.run, len(start.asked[TRAIN].encoded)
    clean = writing.bench.clean(run.data, run.task, run.model, settings)[TRAIN]
    return {
        f"{TRAIN} {epoch + 1}": fresh_rows(source.task, clean, settings, epoch, windows)
        for epoch in range(1, int(settings["epochs"]))
    }
