"""ONNX files answer as the run did; in 8 bits the difference is told."""

from __future__ import annotations

import importlib.util
import runpy

import numpy as np
import onnx
import pytest

from engine.errors import EngineError
from engine.export.contract import SharedAnswers
from engine.export.finding import offers
from engine.export.reading import read_for_export
from engine.protocol.exports import CheckOutcome


def test_a_graph_answers_as_the_run(finished, export, tmp_path):
    (item,) = export(finished("lora", "masked_language_modelling"), "onnx").items
    same, inside, named = item.checks
    assert {check.outcome for check in (same, inside, named)} == {CheckOutcome.PASSED}
    assert same.difference < 1e-5
    onnx.checker.check_model(onnx.load(tmp_path / "out" / "onnx" / "model.onnx"))


def test_eight_bits_are_smaller_and_their_difference_is_told(finished, export, tmp_path, bench):
    folder = finished("full_fine_tuning")
    (item,) = export(folder, "onnx", int8=True).items
    whole, small = (check for check in item.checks if check.id == "same_answers")
    assert whole.difference < 1e-5
    assert small.title.endswith("with int8")
    assert small.difference > whole.difference
    assert (small.outcome is CheckOutcome.PASSED) == (small.difference <= 1e-3)
    assert f"{small.difference:.2g}" in small.detail
    sizes = {file.path: file.size for file in item.files}
    assert sizes["onnx/model.int8.onnx"] < sizes["onnx/model.onnx"]
    lines = runpy.run_path(str(tmp_path / "out" / "onnx" / "run_onnx.py"))
    test = SharedAnswers(folder, bench).test
    said = lines["logits"](test.typed(read_for_export(folder).task.questions))
    assert np.abs(said - test.logits.numpy()).max() < 1e-5


def test_without_the_packages_it_is_said_how_to_get_them(finished, export, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "onnx" else find(name, *rest)
    )
    folder = finished("lora")
    (told,) = [offer for offer in offers(read_for_export(folder)) if offer.kind == "onnx"]
    assert "thaw-studio[onnx]" in told.reason
    with pytest.raises(EngineError) as caught:
        export(folder, "onnx")
    assert caught.value.problem.code == "package_missing"


def test_what_writes_word_after_word_is_no_graph(finished):
    (told,) = [
        one
        for one in offers(read_for_export(finished("lora", "causal_language_modelling")))
        if one.kind == "onnx"
    ]
    assert "word after word" in told.reason
