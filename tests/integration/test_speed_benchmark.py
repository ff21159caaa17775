"""A row of the speed benchmark on a small random model: both sides do the same work, and it cannot rot."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import torch
from torch import nn

from engine.models.heads import build_sequence_model
from engine.models.load import load_base
from tests.benchmarks.speed import tables
from tests.benchmarks.speed.__main__ import Measured
from tests.benchmarks.speed.answers import Compared, Side, compared
from tests.benchmarks.speed.comparing import Comparison
from tests.benchmarks.speed.figures import Figure, judged, shares
from tests.benchmarks.speed.large_model import make_large_model
from tests.benchmarks.speed.lesson import read_setup
from tests.benchmarks.speed.limit import matrix_peak, shapes_of, work_by_length
from tests.benchmarks.speed.plan import CARD_ROWS, ROWS, Row
from tests.benchmarks.speed.step_parts import BETWEEN, KINDS, MATRICES, parts_of_a_step
from tests.small_models import write_moods


def side(seconds: float, *, score: float = 0.9, steps: int = 6) -> Side:
    curve = [(0.1, 0.5), (seconds / 2, 0.8), (seconds, 0.9)]
    return Side(seconds=seconds, steps=steps, rows=100, curve=curve, score=score, low=0.85, high=0.95)


BLANK = Compared(id="row", work="lora", against="Trainer", sample="posts.csv", at_least=1.8)


def test_both_sides_take_the_same_steps_and_are_judged_equally_often(
    small_bert: Path, tmp_path: Path
) -> None:
    data = write_moods(tmp_path / "moods.csv", rows=100)
    row = Row("tried", "full_fine_tuning", "Trainer", settings={"epochs": "2", "batch_size": "16"})
    said: list[str] = []
    found = Comparison(row, tmp_path, data=data, model=str(small_bert)).run(1, said.append)
    assert found.note == ""
    assert found.thaw is not None
    assert found.other is not None
    assert found.thaw.steps == found.other.steps == 10
    assert found.same_steps is True
    assert found.thaw.rows == found.other.rows
    assert len(found.thaw.curve) == len(found.other.curve) == 3  # before the first step, and after each epoch
    assert found.thaw.curve[0][1] == pytest.approx(found.other.curve[0][1])  # the same network and rows
    assert found.ratio == pytest.approx(found.other.seconds / found.thaw.seconds)
    assert found.scores_agree is not None
    assert min(found.thaw.peak, found.other.peak) > 100
    assert len(said) == 2
    table = tables.text(tables.machine(), [found], [])
    assert "full_fine_tuning" in table
    assert f"{found.ratio:.2f} ×" in table


def test_a_side_that_fails_stands_in_the_table_with_its_reason(tmp_path: Path) -> None:
    row = Row("tried", "lora", "Trainer + peft", at_least=1.8)
    found = Comparison(row, tmp_path, data=tmp_path / "missing.csv").run(1, lambda _line: None)
    assert found.ratio is None
    assert found.note
    assert "not measured" in tables.markdown({}, [found], [])


def test_what_follows_from_the_runs() -> None:
    found = compared(BLANK, [side(2.0), side(1.0), side(3.0)], [side(5.0, score=0.86), side(4.0), side(6.0)])
    assert found.ratio == pytest.approx(2.5)
    assert found.met is True
    assert found.scores_agree is True
    assert found.same_score == 0.9
    assert found.seconds_to_same_score == (2.0, 5.0)
    slower = compared(BLANK, [side(2.0)], [side(3.0, score=0.8, steps=7)])
    assert slower.met is False
    assert slower.scores_agree is False
    assert slower.same_steps is False
    assert "not take as many steps" in tables.text({}, [slower], [])


def test_a_figure_is_held_against_its_bound() -> None:
    assert judged(Figure(id="up", name="up", value=1.4, unit="s", bound=1.5)).met is True
    assert judged(Figure(id="up", name="up", value=1.6, unit="s", bound=1.5)).met is False
    assert judged(Figure(id="share", name="share", value=59, unit="%", bound=60, at_most=False)).met is False
    assert judged(Figure(id="share", name="share", value=None, unit="%", bound=60)).met is None


def test_the_share_of_the_peak_is_that_of_the_precision_that_was_used() -> None:
    ours, theirs = side(2.0), side(4.0)
    ours.precision = "bfloat16"
    row = compared(msgspec.structs.replace(BLANK, id="full_fine_tuning"), [ours], [theirs])
    limit = {"run": 400.0, "peaks": {"float32": 200.0, "bfloat16": 250.0}}
    thaw, other = shares([row], limit)
    assert thaw.value == pytest.approx(80)
    assert thaw.met is True
    assert other.value == pytest.approx(50)
    assert other.met is None
    assert "bfloat16" in thaw.name
    assert shares([], limit) == []


def test_the_work_of_a_text_is_counted(small_bert: Path) -> None:
    model = build_sequence_model(load_base(str(small_bert)), 2)
    width, blocks, length = 32, 2, 40
    weights = sum(part.weight.numel() for part in model.backbone.modules() if isinstance(part, nn.Linear))
    by_hand = 2 * length * weights + blocks * 4 * length**2 * width + 2 * width * 2
    assert work_by_length(model, learns=False)(length) == pytest.approx(by_hand, rel=1e-6)
    both = work_by_length(model, learns=True)(length)
    assert both == pytest.approx(3 * by_hand, rel=0.02)


def test_matrices_of_the_models_own_shapes_are_multiplied(small_bert: Path) -> None:
    shapes = shapes_of(build_sequence_model(load_base(str(small_bert)), 2))
    assert shapes == {(32, 32): 8, (32, 64): 2, (64, 32): 2}
    peak, best = matrix_peak(shapes, 16, torch.float32, 0.01)
    assert 0 < peak <= best * 1.001


def test_the_time_of_a_step_is_divided(small_bert: Path, tmp_path: Path) -> None:
    data = write_moods(tmp_path / "moods.csv", rows=60)
    asked = {"data": str(data), "method": "full_fine_tuning", "model": str(small_bert), "device": "cpu"}
    setup = read_setup({**asked, "settings": {"batch_size": "8"}})
    found = parts_of_a_step(setup, 2)
    assert set(found) == {*KINDS, "others", BETWEEN, "step"}
    assert all(found[kind] > 0 for kind in ("step", MATRICES, "optimizer", "others"))


def test_a_row_takes_the_place_of_what_was_measured_before() -> None:
    measured = Measured({}, [compared(msgspec.structs.replace(BLANK, id="lora"), [side(2.0)], [side(4.0)])])
    again = compared(msgspec.structs.replace(BLANK, id="lora"), [side(2.0)], [side(6.0)])
    other = compared(msgspec.structs.replace(BLANK, id="full_fine_tuning"), [side(1.0)], [side(3.0)])
    measured.add([again, other], [Figure(id="step", name="A step", value=1.0, unit="ms")])
    measured.add([], [Figure(id="step", name="A step", value=2.0, unit="ms")])
    assert [(row.id, row.ratio) for row in measured.rows] == [("full_fine_tuning", 3.0), ("lora", 3.0)]
    assert [figure.value for figure in measured.figures] == [2.0]


def test_the_large_model_is_one_that_thaw_reads(tmp_path: Path) -> None:
    assert make_large_model(tmp_path, blocks=2, width=256) == 9_715_456
    assert build_sequence_model(load_base(str(tmp_path)), 2).head_is_new


def test_each_row_has_a_name_of_its_own_and_the_promised_figure() -> None:
    assert len({row.id for row in (*ROWS, *CARD_ROWS)}) == len(ROWS) + len(CARD_ROWS)
    promised = {row.id: row.at_least for row in ROWS if row.at_least is not None}
    assert promised["feature_based"] == promised["feature_based@definitions"] == 15
    assert promised["freeze_layers"] == promised["freeze_layers@definitions"] == 3.5
    assert {promised[name] for name in ("full_fine_tuning", "lora", "bottleneck_adapters")} == {1.8}
    assert promised["second_run"] == 2
