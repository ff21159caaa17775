"""Loads exports where nothing but plain packages is installed, and says how far their answers are off.

    python -m tests.benchmarks.plain_environment [--out DIR] [--only TASK/METHOD …]

Small runs of the built-in models on the built-in samples are trained and exported by the command line. A new
virtual environment gets what the exports themselves say that they need, and no more: there is no Thaw in it.
There each form is loaded as its reader would, and answers the same 50 test rows as the run's own model here;
``repeat_run.py`` trains anew. The base model is found in its folder instead of by its name, so that no hub is
needed. Trained runs in ``--out`` are taken again.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from engine.contracts import HeadKind, Network
from engine.export.contract import RunToExport, SharedAnswers
from engine.export.reading import base_folder, read_for_export
from engine.export.whole_model import stock_class
from engine.models import sources
from engine.protocol.exports import ExportCheck
from engine.training.workbench import Workbench
from tests.another_process import AnotherProcess

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "resources" / "samples"
FEW = ["--set", "epochs=1", "--split", "validation=0.05"]


@dataclass(frozen=True)
class Trial:
    """A run, and what is made of it.

    Attributes:
        task: Its task.
        method: Its method.
        choices: Of the command line.
        forms: What it is exported as.
    """

    task: str
    method: str
    choices: Sequence[str]
    forms: Sequence[str]

    @property
    def name(self) -> str:
        """Returns what it is called here."""
        return f"{self.task}-{self.method}"


def _trial(task: str, sample: str, rows: int, test: float, method: str, *forms: str) -> Trial:
    model = {NOVEL: "small_writer", PAIRS: "small_translator"}.get(sample, "minilm")
    model = "minilm" if task == "masked_language_modelling" else model
    choices = ["--data", str(SAMPLES / sample), "--rows", str(rows), "--split", f"test={test}", *FEW]
    return Trial(task, method, ["--task", task, "--model", model, *choices], forms)


ALONE = ("model", "onnx", "script")
BESIDE = ("model", "adapter", "onnx", "script")
SUM = ("model", "adapter", "merged", "onnx", "script")
WRITTEN = tuple(form for form in SUM if form != "onnx")
IN_IT = tuple(form for form in BESIDE if form != "onnx")
POSTS, NAMES, PEOPLE = "posts.csv", "names.conll", "people.squad.json"
NOVEL, PAIRS = "pride_and_prejudice.txt", "interface.en-fr.tsv"
TRIALS = (
    _trial("text_classification", POSTS, 300, 0.1, "lora", *SUM),
    _trial("text_classification", POSTS, 300, 0.1, "bottleneck_adapters", *BESIDE),
    _trial("text_classification", POSTS, 300, 0.1, "full_fine_tuning", *ALONE),
    _trial("token_classification", NAMES, 200, 0.05, "lora", *SUM),
    _trial("question_answering", PEOPLE, 100, 0.05, "freeze_layers", *ALONE),
    _trial("masked_language_modelling", NOVEL, 100, 0.05, "lora", *SUM),
    _trial(
        "causal_language_modelling", NOVEL, 100, 0.05, "bottleneck_adapters", "model", "adapter", "script"
    ),
    _trial("sequence_to_sequence", PAIRS, 100, 0.02, "lora", *WRITTEN),
)


def main() -> None:
    """Trains, exports, makes the environment, asks, and prints a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--only", nargs="+", default=[], metavar="TASK-METHOD")
    chosen = parser.parse_args()
    out = (chosen.out or Path(tempfile.mkdtemp(prefix="thaw-plain-"))).absolute()
    out.mkdir(parents=True, exist_ok=True)
    trials = [one for one in TRIALS if not chosen.only or one.name in chosen.only]
    for trial in trials:
        _train_and_export(trial, out)
    python = _environment(out, [out / f"{trial.name}-export" for trial in trials])
    print("| task | method | export | largest difference | score here | score of the script |")
    print("|---|---|---|---:|---:|---:|")
    bench = Workbench()
    for trial in trials:
        for cells in _rows(trial, out, python, bench):
            print(f"| {' | '.join(cells)} |", flush=True)


def _engine(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "engine", *arguments], cwd=ROOT, check=True, stdout=sys.stderr)


def _train_and_export(trial: Trial, out: Path) -> None:
    folder, place = out / trial.name, out / f"{trial.name}-export"
    if not (folder / "model").is_dir():
        _engine("train", *trial.choices, "--method", trial.method, "--seed", "0", "--out", str(folder))
    if not place.is_dir():
        kinds = [word for form in trial.forms for word in ("--what", form)]
        fewer = ["--set", "int8=yes", "--set", "int16=yes"] if "onnx" in trial.forms else []
        _engine("export", str(folder), *kinds, *fewer, "--to", str(place))


def _environment(out: Path, exports: Sequence[Path]) -> str:
    """Makes a virtual environment with what the exports say that they need, and returns its Python."""
    wanted: set[str] = set()
    for place in exports:
        for script in place.glob("script/repeat_run.py"):
            wanted |= set(re.findall(r"\S+==\S+", _line(script, "It needs:")))
        for script in place.glob("onnx/run_onnx.py"):
            wanted |= set(_line(script, "pip install").partition("pip install")[2].split())
    python = out / "plain" / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        venv.create(out / "plain", with_pip=True)
    command = [str(python), "-m", "pip", "install", "--quiet", *sorted(wanted)]
    subprocess.run(command, check=True, stdout=sys.stderr)
    absent = "import importlib.util as u; assert not any(map(u.find_spec, ('engine', 'gui')))"
    subprocess.run([str(python), "-I", "-c", absent], check=True, cwd=out)
    print(f"Installed: {' '.join(sorted(wanted))}\n")
    return str(python)


def _line(path: Path, start: str) -> str:
    return next(line for line in path.read_text(encoding="utf-8").splitlines() if start in line)


def _rows(trial: Trial, out: Path, python: str, bench: Workbench) -> Iterator[tuple[str, ...]]:
    folder, place = out / trial.name, out / f"{trial.name}-export"
    source = read_for_export(folder)
    shared = SharedAnswers(folder, bench)
    for form in trial.forms:
        if form == "script":
            yield (trial.task, trial.method, form, "", *_scores(place / form, source, python))
            continue
        files = ["model.onnx", "model.int8.onnx", "model.int16.onnx"] if form == "onnx" else [""]
        plain = AnotherProcess(with_thaw=False, python=python)
        try:
            for file in files:
                check = _asked(plain, place / form, file, source, shared)
                told = "" if check.difference is None else f"{check.difference:.1e}"
                other = re.search(r"; (.*) became another", check.detail)
                told += f", {other[1]} became another" if other else ""
                yield trial.task, trial.method, file or form, told, "", ""
        finally:
            plain.close()


def _asked(
    plain: AnotherProcess, place: Path, file: str, source: RunToExport, shared: SharedAnswers
) -> ExportCheck:
    """Puts the test rows to a form where there is no Thaw, and compares with what the run's model says."""
    test = shared.test
    loader = place / "load_model.py"
    stock = "" if file or loader.is_file() else stock_class(source)
    if loader.is_file():  # there is no hub where this runs
        base = repr(str(base_folder(source)))
        text = loader.read_text(encoding="utf-8")
        loader.write_text(text.replace(f"BASE = {source.base_name!r}", f"BASE = {base}"), encoding="utf-8")
    asked: list[Any] | None = None
    batch: dict[str, torch.Tensor] | None = None
    if test.kind is HeadKind.WORDS:
        batch = {name: test.batch[name] for name in ("input_ids", "attention_mask")}
        if source.saved.head.network is Network.SEQUENCE_TO_SEQUENCE:
            batch["labels"] = test.batch["labels"]
        batch["places"] = test.places
    elif stock or (file and test.kind is HeadKind.WORD_PIECES):
        batch = dict(test.inputs)
    else:
        asked = test.typed(source.task.questions)
    plain.ask(place, batch, asked, stock=stock, graph=file)
    return test.compared(plain.answer(place))


def _scores(place: Path, source: RunToExport, python: str) -> tuple[str, str]:
    """Runs the script where there is no Thaw; returns the run's first measure and its own."""
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(place),
        "HF_HUB_OFFLINE": "1",
        "BASE_MODEL": str(sources.resolve(source.run.model).folder),  # not the run's own, trained weights
    }
    ran = subprocess.run(
        [python, "-I", "repeat_run.py"],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        return "", ran.stderr.strip().splitlines()[-1]
    assert source.result is not None
    again = json.loads((place / "scores.json").read_text(encoding="utf-8"))
    metric = source.result.metric
    return f"{source.result.scores[metric].value:.9f}", f"{again[metric]:.9f}"


if __name__ == "__main__":
    main()
