"""A run on weights in four bits, brought here from a computer with a graphics card, becomes a script, too."""

from __future__ import annotations

import ast
import json
import runpy
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import torch
from safetensors import safe_open

from engine.export.reading import read_for_export

LEAVING = shutil.ignore_patterns("checkpoints", ".lock")
"""What a run may still be taking away when it has said that it is done."""


@pytest.fixture
def in_four_bits(finished, tmp_path) -> Iterator[object]:
    """Returns the folder of a run as it would be after training in four bits elsewhere."""

    def made(method: str = "lora", **more: object) -> Path:
        folder = tmp_path / "run"
        shutil.copytree(finished(method, **more), folder, ignore=LEAVING)
        facts = folder / "model" / "thaw.json"
        facts.write_text(json.dumps(json.loads(facts.read_text()) | {"four_bit": True}))
        chosen = folder / "run.toml"
        text = chosen.read_text()
        assert "load_in_4bit = false" in text
        chosen.write_text(text.replace("load_in_4bit = false", "load_in_4bit = true"))
        return folder

    threads = torch.get_num_threads()
    yield made
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(mode=False)


def config_of(script: str) -> dict[str, object]:
    """Returns what the script gives to ``BitsAndBytesConfig``."""
    calls = [node for node in ast.walk(ast.parse(script)) if isinstance(node, ast.Call)]
    (call,) = [one for one in calls if getattr(one.func, "id", "") == "BitsAndBytesConfig"]
    words = {word.arg: word.value for word in call.keywords if word.arg != "bnb_4bit_compute_dtype"}
    return {str(name): ast.literal_eval(value) for name, value in words.items()}


@pytest.mark.skipif(torch.cuda.is_available(), reason="says what happens where there is no graphics card")
@pytest.mark.parametrize(
    ("model", "whole"), [("", []), ("stock", [r"(?:.*\.)?classifier", r"(?:.*\.)?pooler", "pooler.dense"])]
)
def test_the_script_reads_the_weights_in_four_bits_and_says_what_it_needs(
    in_four_bits, export, tmp_path, model, whole
):
    folder = in_four_bits(model=model)
    export(folder, "script", "notebook")
    place = tmp_path / "out" / "script"
    script = (place / "repeat_run.py").read_text()
    assert config_of(script) == {
        "load_in_4bit": True,
        "bnb_4bit_quant_type": "nf4",
        "bnb_4bit_use_double_quant": True,
        "llm_int8_skip_modules": whole,
    }
    assert "**FOUR_BITS)" in script
    said = " ".join(script.split('"""')[1].split())
    assert "accelerate" in said
    assert "bitsandbytes" in said
    assert "It needs an NVIDIA graphics card (CUDA)" in said
    assert "to the last digit" not in said
    with pytest.raises(SystemExit, match="needs an NVIDIA graphics card"):
        runpy.run_path(str(place / "repeat_run.py"))
    book = nbformat.read(tmp_path / "out" / "notebook" / "repeat_run.ipynb", as_version=4)
    code = [cell.source for cell in book.cells if cell.cell_type == "code"]
    assert all(cell in script for cell in code)


@pytest.mark.skipif(
    not torch.cuda.is_available(), reason="weights in four bits are trained on a graphics card"
)
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_the_script_gives_the_score_of_a_run_that_was_trained_so(
    finished, export, tmp_path, without_thaw, precision
):
    pytest.importorskip("bitsandbytes")
    folder = finished("lora", load_in_4bit=True, precision=precision)
    export(folder, "script")
    said = without_thaw.ran(tmp_path / "out" / "script", "repeat_run.py")
    again = json.loads((tmp_path / "out" / "script" / "scores.json").read_text())
    scores = read_for_export(folder).result.scores
    assert again == pytest.approx({name: score.value for name, score in scores.items()}, abs=1e-6), said


def test_sizes_that_peft_reads_from_the_packed_weights_do_not_come_along(in_four_bits, export, tmp_path):
    export(in_four_bits(dora=True), "script")
    with safe_open(tmp_path / "out" / "script" / "start.safetensors", "pt") as start:
        names = list(start.keys())
    assert any("lora_A" in name for name in names)
    assert not any("magnitude" in name for name in names)


def test_other_runs_know_nothing_of_it(finished, export, tmp_path):
    export(finished("lora", dora=True), "script")
    script = (tmp_path / "out" / "script" / "repeat_run.py").read_text()
    assert not [word for word in ("FOUR_BITS", "BitsAndBytes", "CUDA", "accelerate") if word in script]
    with safe_open(tmp_path / "out" / "script" / "start.safetensors", "pt") as start:
        assert any("magnitude" in name for name in start.keys())  # noqa: SIM118 - it is no dict
