"""Finished runs, trained once for all tests of this folder: nothing may be written into them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.protocol.config import DataConfig, RunConfig, SplitConfig
from engine.protocol.events import JobSucceeded
from engine.protocol.fields import SettingValue
from tests.engine.battery.toys import TOYS
from tests.engine.recorded_session import RecordedSession, moods_run, open_session, start
from tests.small_models import make_small_translator


@pytest.fixture(scope="package")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordedSession]:
    opened = open_session(calibration_file=tmp_path_factory.mktemp("machine") / "calibration.json")
    yield opened
    opened.session.close()


@pytest.fixture(scope="package")
def moods_of(
    session: RecordedSession, moods_csv: Path, small_bert: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Path]:
    """Returns the folder of a run on the moods, by a method; trained when it is asked for first."""
    parent, known = tmp_path_factory.mktemp("moods"), dict[str, Path]()

    def folder_of(method: str, *, epochs: int = 1, **settings: SettingValue) -> Path:
        name = f"{method}-{epochs}-{len(settings)}"
        if name not in known:
            folder = parent / name
            run = moods_run(moods_csv, small_bert, method, epochs=epochs, **settings)
            assert isinstance(session.do(start(run, folder, name))[-1], JobSucceeded)
            known[name] = folder
        return known[name]

    return folder_of


@pytest.fixture(scope="package")
def run_of_task(
    session: RecordedSession,
    small_bert: Path,
    small_filler: Path,
    small_writer: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], Path]:
    """Returns the folder of a run of a task on its toy; trained when it is asked for first."""
    parent, known = tmp_path_factory.mktemp("tasks"), dict[str, Path]()

    def model_of(task: str) -> Path:
        if task == "sequence_to_sequence":
            return make_small_translator(parent / "translator")
        writes = {"masked_language_modelling": small_filler, "causal_language_modelling": small_writer}
        return writes.get(task, small_bert)

    def folder_of(task: str) -> Path:
        if task not in known:
            toy = TOYS[task]
            columns, path = dict(toy.columns), toy.write(parent / f"{task}-{toy.file}")
            if task == "causal_language_modelling":
                columns, path = {"text": "prompt", "response": "answer"}, _prompts(parent / "prompts.csv")
            run = RunConfig(
                data=DataConfig(path=str(path), columns=columns, split=SplitConfig(validation=0.2, test=0.2)),
                task=task,
                method="full_fine_tuning",
                model=str(model_of(task)),
                settings={**toy.settings, "epochs": 1, "batch_size": 8, "learning_rate": 1e-3},
            )
            end = session.do(start(run, parent / task, task))[-1]
            assert isinstance(end, JobSucceeded), end
            known[task] = parent / task
        return known[task]

    return folder_of


def _prompts(path: Path) -> Path:
    rows = [f"the {word} day {number},{word} {word}" for number, word in enumerate(["sunny", "rainy"] * 12)]
    path.write_text("\n".join(["prompt,answer", *rows]), encoding="utf-8")
    return path
