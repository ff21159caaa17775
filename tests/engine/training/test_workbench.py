"""The workbench: what it keeps is whole, whichever threads ask."""

from __future__ import annotations

import threading

import pytest

from engine.models.layers import example_pieces
from engine.models.load import load_base
from engine.protocol.config import DataConfig
from engine.training.workbench import Workbench

TASK = "text_classification"


def test_the_shared_tokenizer_is_never_told_where_to_cut(small_bert, moods_csv):
    bench, data = Workbench(), DataConfig(path=str(moods_csv))
    bench.asked(data, TASK, str(small_bert), {"max_length": 8})
    bench.texts_read(data, TASK, str(small_bert), {"max_length": 8})

    assert load_base(str(small_bert), on_meta=True).tokenizer.backend_tokenizer.truncation is None


@pytest.mark.parametrize(
    ("columns", "codes"),
    [
        ({}, []),
        ({"label": "label"}, ["no_column_for_role"]),
        ({"text": "text"}, ["no_answer_column"]),
        ({"text": "", "label": ""}, ["no_column_for_role", "no_answer_column"]),
    ],
)
def test_a_role_that_was_left_without_a_column_is_a_problem_and_no_guess(moods_csv, columns, codes):
    rows = Workbench().rows(DataConfig(path=str(moods_csv), columns=columns), TASK)

    assert sorted(one.code for one in rows.errors) == sorted(codes)
    assert all(one.actions[0].id == "choose_column" for one in rows.errors)


def test_one_column_is_a_fault_only_where_a_task_needs_several(chains_csv):
    bench, data = Workbench(), DataConfig(path=str(chains_csv))
    for task, needs_more in (("masked_language_modelling", False), ("text_classification", True)):
        codes = [finding.code for finding in bench.rows(data, task).facts.findings]
        assert ("single_column" in codes) == needs_more


def _asked_anew(data, model):
    return Workbench().asked(data, TASK, model, {"max_length": 16})


def test_rows_are_cut_while_another_thread_draws_the_model(small_bert, tmp_path):
    table = tmp_path / "long.csv"
    rows = [f'"{"a warm and happy day " * 20}{number}",{number % 2}' for number in range(60)]
    table.write_text("\n".join(["text,label", *rows]))
    model, data = str(small_bert), DataConfig(path=str(table))
    is_over = threading.Event()

    def draw():
        while not is_over.is_set():
            example_pieces(load_base(model, on_meta=True), "a warm day")

    drawing = threading.Thread(target=draw)
    drawing.start()
    try:
        longest = {
            max(len(row["input_ids"]) for row in _asked_anew(data, model)["train"].encoded) for _ in range(10)
        }
    finally:
        is_over.set()
        drawing.join()

    assert longest == {16}
