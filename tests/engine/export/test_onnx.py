"""ONNX files answer as the run did; in fewer bits the difference is told."""

from __future__ import annotations

import importlib.util
import runpy
import sys

import numpy as np
import onnx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.errors import EngineError
from engine.export.contract import SharedAnswers
from engine.export.finding import offers
from engine.export.reading import read_for_export
from engine.export.rounded_weights import EIGHT_BITS, SIXTEEN_BITS, rounded
from engine.protocol.exports import CheckOutcome
from engine.protocol.run_files import read_predictions


def test_a_graph_answers_as_the_run(finished, export, tmp_path):
    (item,) = export(finished("lora", "masked_language_modelling"), "onnx").items
    same, inside, named = item.checks
    assert {check.outcome for check in (same, inside, named)} == {CheckOutcome.PASSED}
    assert same.difference < 1e-5
    onnx.checker.check_model(onnx.load(tmp_path / "out" / "onnx" / "model.onnx"))


def test_fewer_bits_are_smaller_and_their_difference_is_told(finished, export, tmp_path, bench):
    folder = finished("full_fine_tuning")
    (item,) = export(folder, "onnx", int8=True, int16=True).items
    whole, eight, sixteen = (check for check in item.checks if check.id == "same_answers")
    assert whole.difference < 1e-5
    assert eight.title.endswith("with int8")
    assert whole.difference < sixteen.difference < eight.difference
    assert sixteen.outcome is CheckOutcome.PASSED
    assert (eight.outcome is CheckOutcome.PASSED) == (eight.difference <= 1e-3)
    assert f"{eight.difference:.2g}" in eight.detail
    sizes = {file.path: file.size for file in item.files}
    assert sizes["onnx/model.int8.onnx"] < sizes["onnx/model.int16.onnx"] < sizes["onnx/model.onnx"]
    onnx.checker.check_model(onnx.load(tmp_path / "out" / "onnx" / "model.int8.onnx"), full_check=True)
    script = tmp_path / "out" / "onnx" / "run_onnx.py"
    test = SharedAnswers(folder, bench).test
    texts = test.typed(read_for_export(folder).task.questions)
    said = runpy.run_path(str(script))["logits"](texts)
    assert np.abs(said - test.logits.numpy()).max() < 1e-5
    written = script.read_text()
    assert "# or model.int8.onnx  # or model.int16.onnx" in written
    script.write_text(written.replace('"model.onnx"', '"model.int16.onnx"'))
    said = runpy.run_path(str(script))["logits"](texts)
    assert 0 < np.abs(said - test.logits.numpy()).max() < 1e-3


@pytest.mark.parametrize(
    ("task", "settings_"),
    [
        ("text_classification", {}),
        ("text_classification", {"answers": "several"}),
        ("token_classification", {}),
        ("question_answering", {"epochs": 6, "learning_rate": 0.01}),
    ],
)
def test_the_program_beside_it_says_the_runs_own_answers(
    finished, export, tmp_path, monkeypatch, capsys, task, settings_
):
    folder = finished("full_fine_tuning", task, **settings_)
    export(folder, "onnx")
    for answer in read_predictions(folder)[:4]:
        texts = [answer.second, answer.text] if answer.second else [answer.text]
        monkeypatch.setattr(sys, "argv", ["run_onnx.py", *texts])
        capsys.readouterr()
        runpy.run_path(str(tmp_path / "out" / "onnx" / "run_onnx.py"), run_name="__main__")
        said = capsys.readouterr().out
        if task == "token_classification":
            tags = [line.rsplit(" ", 1)[1] for line in said.splitlines()]
            assert len(tags) == len(answer.text.split())
            assert [tag[2:] for tag in tags if tag.startswith("B-")] == [span.label for span in answer.spans]
        else:
            told = said.strip().partition("-> ")[2] or said.strip()
            assert answer.said in (told, told.rpartition(" ")[0])  # of one label its share stands behind it


def test_the_program_fills_in_a_blank(finished, export, tmp_path, monkeypatch, capsys):
    export(finished("lora", "masked_language_modelling"), "onnx")
    monkeypatch.setattr(sys, "argv", ["run_onnx.py", "the ___ is a cat"])
    capsys.readouterr()
    runpy.run_path(str(tmp_path / "out" / "onnx" / "run_onnx.py"), run_name="__main__")
    (line,) = capsys.readouterr().out.splitlines()
    assert len(line.split(" · ")) == 5


ALMOST_BETWEEN = np.full((6, 32), 862.5868, np.float32)
"""Beside a larger number they lie within a thousandth of the middle between two steps."""
ALMOST_BETWEEN[0, 0] = 917.80884


@settings(deadline=None, max_examples=60)
@given(
    numbers=arrays(np.float32, (6, 32), elements=st.floats(-1024, 1024, width=32)),
    power=st.integers(-60, 60),
)
@example(numbers=ALMOST_BETWEEN, power=0)
def test_no_number_moves_further_than_half_a_step(numbers, power):
    matrix = numbers * np.float32(2.0**power)
    # Counted in 32,767 steps a number has 9 binary digits behind the point: the nearer step may be missed.
    for rounding, rough in ((EIGHT_BITS, 2**-9), (SIXTEEN_BITS, 2**-8)):
        stored = rounded(matrix, 16, rounding)
        steps = stored.scales.astype(np.float32) * stored.largest_scale
        again = stored.whole.astype(np.float32) * steps
        largest = np.abs(matrix.reshape(-1, 16)).max(axis=1, keepdims=True)
        # Blocks far below the largest have a scale of few digits; they are never cut off.
        least = float(np.abs(matrix).max()) * (2**-24 / 127 if rounding is EIGHT_BITS else 1e-38)
        half = largest / rounding.largest / 2 * (1 + rough) + least
        assert (np.abs(again - matrix.reshape(-1, 16)) <= half * (1 + 1e-5) + 1e-37).all()


def test_a_block_far_below_the_largest_is_not_cut_off():
    """Its share of the largest scale has a single digit left, which is rounded up."""
    matrix = np.zeros((2, 16), np.float32)
    matrix[0, 0], matrix[1] = 1.0, 1.4 * 2.0**-24
    stored = rounded(matrix, 16, EIGHT_BITS)
    again = stored.whole * (stored.scales.astype(np.float32) * stored.largest_scale)
    assert again[1] == pytest.approx(matrix[1], rel=0.01)


def test_nothing_but_zeros_stays_zero():
    for rounding in (EIGHT_BITS, SIXTEEN_BITS):
        stored = rounded(np.zeros((4, 32), np.float32), 16, rounding)
        assert not stored.whole.any()
        assert np.isfinite(stored.scales).all()


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
