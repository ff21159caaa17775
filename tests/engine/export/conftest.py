"""Finished runs of tiny models, trained once and shared: nothing in them may be changed by a test."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.export.writing import export_run
from engine.protocol.config import DataConfig, RunConfig, SplitConfig
from engine.protocol.events import JobSucceeded
from engine.protocol.export_events import ModelExported
from engine.protocol.run_files import LAST_FOLDER
from engine.training.workbench import Workbench
from tests.engine.battery.toys import TOYS
from tests.engine.recorded_session import RecordedSession, open_session, start
from tests.small_models import make_small_bert, make_small_translator

Finished = Callable[..., Path]
Export = Callable[..., ModelExported]


@pytest.fixture(scope="session")
def trainer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordedSession]:
    opened = open_session(calibration_file=tmp_path_factory.mktemp("speed") / "calibration.json")
    yield opened
    opened.session.close()


@pytest.fixture(scope="session")
def models(small_bert, small_filler, small_writer, tmp_path_factory) -> dict[str, Path]:
    """Task → a small model for it; ``"stock"`` is one whose class transformers has itself."""
    parent = tmp_path_factory.mktemp("models")
    return {
        "stock": make_small_bert(parent / "stock", pooling=""),
        "masked_language_modelling": small_filler,
        "causal_language_modelling": small_writer,
        "sequence_to_sequence": make_small_translator(parent / "marian"),
    } | dict.fromkeys(("text_classification", "token_classification", "question_answering"), small_bert)


@pytest.fixture(scope="session")
def finished(trainer, models, tmp_path_factory) -> Finished:
    """Returns the folder of a finished run: ``finished(method, task=…, model=…, **settings)``."""
    parent, made = tmp_path_factory.mktemp("runs"), {}

    def train(method: str, task: str = "text_classification", model: str = "", **settings: object) -> Path:
        key = (method, task, model, *sorted(settings.items()))
        if key not in made:
            toy = TOYS[task]
            table = parent / toy.file
            if not table.exists():
                toy.write(table)
            few = {"epochs": 2, "batch_size": 8} | dict(toy.settings) | settings
            run = RunConfig(
                data=DataConfig(
                    path=str(table), columns=dict(toy.columns), split=SplitConfig(validation=0.2, test=0.25)
                ),
                task=task,
                method=method,
                model=str(models[model or task]),
                settings=few,
                seed=3,
                name=f"Run {len(made)}",
            )
            folder = parent / f"run-{len(made)}"
            events = trainer.do(start(run, folder, job_id=folder.name))
            assert isinstance(events[-1], JobSucceeded), events[-1]
            until = time.monotonic() + 5.0  # its checkpoints go after its last word; a test may copy it
            while (folder / LAST_FOLDER).parent.exists() and time.monotonic() < until:
                time.sleep(0.01)
            made[key] = folder
        return made[key]

    return train


@pytest.fixture(scope="session")
def bench() -> Workbench:
    return Workbench()


@pytest.fixture
def export(bench, tmp_path) -> Export:
    """Writes a run into ``tmp_path / "out"``: ``export(folder, *kinds, **options)``."""

    def write(folder: Path, *kinds: str, to: Path | None = None, card: str = "", **options) -> ModelExported:
        heard = []
        place = tmp_path / "out" if to is None else to
        exported = export_run(folder, kinds, place, bench, heard.append, options=options, card=card)
        assert heard
        return exported

    return write
