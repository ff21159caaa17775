"""Nothing half-written is left behind, nothing is written over, and what is missing is named."""

from __future__ import annotations

import html
import json
import os
import shutil

import msgspec
import pytest

from engine.errors import EngineError
from engine.export.finding import all_kinds, catalog, offers
from engine.export.kinds import card
from engine.export.reading import read_for_export
from engine.export.writing import export_run
from engine.protocol.events import JobFailed
from engine.protocol.export_commands import ExportModel, ListExports
from engine.protocol.export_events import ExportItemWritten, ExportsListed, ModelExported
from engine.protocol.results import Prediction
from engine.training.control import JobCancelledError


def code_of(caught):
    return caught.value.problem.code


def test_nothing_is_written_over(finished, export, tmp_path):
    export(finished("lora"), "card")
    mine = tmp_path / "out" / "card" / "README.md"
    mine.write_text("mine")
    with pytest.raises(EngineError) as caught:
        export(finished("lora"), "card")
    assert code_of(caught) == "export_in_the_way"
    assert mine.read_text() == "mine"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["card"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="Nothing is read-only to this person.")
def test_a_read_only_place_is_told(finished, export, tmp_path):
    place = tmp_path / "locked"
    place.mkdir(mode=0o500)
    with pytest.raises(EngineError) as caught:
        export(finished("lora"), "card", to=place / "deep" / "out")
    assert code_of(caught) == "cannot_export_to"
    assert list(place.iterdir()) == []


def test_a_disk_that_is_full_leaves_nothing(finished, export, tmp_path, monkeypatch):
    def full(writing):
        (writing.place / "half").write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("engine.export.writing.chosen_kinds", lambda _ids: [_with(card.EXPORT, full)])
    with pytest.raises(EngineError) as caught:
        export(finished("lora"), "card", to=tmp_path / "deep" / "out")
    assert code_of(caught) == "no_room_to_export"
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_too_small_is_told_before(finished, export, tmp_path, monkeypatch):
    monkeypatch.setattr("engine.export.writing.free_space", lambda _path: 10)
    with pytest.raises(EngineError) as caught:
        export(finished("lora"), "model")
    assert code_of(caught) == "no_room_to_export"
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_named_and_the_rest_can_be_written(finished, export, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(finished("lora"), folder, ignore=shutil.ignore_patterns("checkpoints"))
    (folder / "model" / "adapter" / "adapter_model.safetensors").unlink()
    told = {offer.kind: offer.reason for offer in offers(read_for_export(folder))}
    assert "adapter_model.safetensors" in told["model"]
    assert told["card"] == ""
    with pytest.raises(EngineError) as caught:
        export(folder, "model")
    assert "adapter_model.safetensors" in caught.value.problem.reason
    export(folder, "card")


@pytest.mark.parametrize(
    "name", ["head.safetensors", "adapter/adapter_config.json", "adapter/adapter_model.safetensors"]
)
def test_a_damaged_file_is_named_and_nothing_is_left(finished, export, tmp_path, name):
    folder = tmp_path / "run"
    shutil.copytree(finished("lora"), folder, ignore=shutil.ignore_patterns("checkpoints"))
    (folder / "model" / name).write_bytes(b"\0" * 20)
    with pytest.raises(EngineError) as caught:
        export(folder, "model")
    assert code_of(caught) == "saved_model_unreadable"
    assert f'"{name}" is missing or damaged.' in caught.value.problem.reason
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kept", [None, b'{"text": "\xff\xfe"}', b'{"text": "cut off'])
def test_a_run_without_its_kept_answers_is_written_and_nothing_is_said_of_data(
    finished, export, tmp_path, kept
):
    folder = tmp_path / "run"
    shutil.copytree(finished("lora"), folder, ignore=shutil.ignore_patterns("checkpoints"))
    (folder / "predictions.test.jsonl").unlink()
    if kept is not None:
        (folder / "predictions.test.jsonl").write_bytes(kept)
    (item,) = export(folder, "card").items
    assert item.checks[0].id == "nothing_of_the_data"
    assert item.checks[0].outcome == "told"
    assert "were not searched" in item.checks[0].detail
    export(folder, "report", to=tmp_path / "report")


@pytest.mark.parametrize("form", [str, json.dumps, html.escape])
def test_a_text_of_the_data_in_a_card_is_found_however_it_is_written(finished, export, tmp_path, form):
    folder = tmp_path / "run"
    shutil.copytree(finished("lora"), folder, ignore=shutil.ignore_patterns("checkpoints"))
    text = 'Frau Müller said "not me" & left'
    answer = Prediction(text=text, said="a", probability=0.5, truth="a", row=1)
    (folder / "predictions.test.jsonl").write_bytes(msgspec.json.encode(answer) + b"\n")
    (item,) = export(folder, "card", card=f"As in {form(text)}.").items
    assert item.checks[0].outcome == "failed"
    (item,) = export(folder, "card", card="Nobody is named.", to=tmp_path / "other").items
    assert item.checks[0].outcome == "passed"


def test_what_cannot_be_written_says_why(finished, export):
    told = {offer.kind: offer for offer in offers(read_for_export(finished("full_fine_tuning")))}
    assert "own weights" in told["adapter"].reason
    assert told["model"].size > 50_000
    with pytest.raises(EngineError) as caught:
        export(finished("bottleneck_adapters"), "merged")
    assert code_of(caught) == "cannot_export"
    with pytest.raises(EngineError) as caught:
        export(finished("lora"), "adaptor")
    assert '"adapter"' in caught.value.problem.fix


def test_the_window_is_told_item_by_item(finished, trainer, tmp_path):
    folder = finished("lora")
    events = trainer.do(ListExports(job_id="list", folder=str(folder)))
    (listed,) = [event for event in events if isinstance(event, ExportsListed)]
    assert [offer.kind for offer in listed.offers] == [entry.id for entry in catalog().exports]
    assert "# Run" in listed.card
    command = ExportModel(
        job_id="export", folder=str(folder), kinds=("card", "adapter"), to=str(tmp_path / "out")
    )
    events = trainer.do(command)
    written = [event.item for event in events if isinstance(event, ExportItemWritten)]
    (exported,) = [event for event in events if isinstance(event, ModelExported)]
    assert tuple(written) == exported.items
    assert [item.kind for item in written] == ["adapter", "card"]
    assert all((tmp_path / "out" / file.path).stat().st_size == file.size for file in written[0].files)
    events = trainer.do(ListExports(job_id="none", folder=str(tmp_path)))
    assert isinstance(events[-1], JobFailed)


def test_writing_that_is_given_up_leaves_nothing(finished, bench, tmp_path):
    def stop(event):
        if "again" in getattr(event, "label", ""):
            raise JobCancelledError("cancelled")

    with pytest.raises(JobCancelledError):
        export_run(finished("lora"), ["card", "adapter"], tmp_path / "deep" / "out", bench, stop)
    assert list(tmp_path.iterdir()) == []


def test_every_kind_says_what_it_is():
    for kind in all_kinds().values():
        assert kind.name
        assert kind.summary.endswith(".")
        assert kind.opens_with


def _with(kind, write):
    import dataclasses

    return dataclasses.replace(kind, write=write)
