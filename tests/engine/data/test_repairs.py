"""Repairs: what a finding offers, what a step does to the rows, and that no row changes its part by it."""

from __future__ import annotations

import csv
import random

import msgspec
import pytest

from engine.data.read_files import read_table
from engine.data.repairing import all_repairs, repaired
from engine.data.shown_cells import shown
from engine.data.table import cells, row_numbers, usable_numbers
from engine.protocol.config import DataConfig, RunConfig, SplitConfig
from engine.protocol.problems import Severity
from engine.protocol.repairs import Repair
from engine.protocol.run_files import RUN_FILE
from engine.run_folder import run_of, write_run
from engine.training.workbench import Workbench

TASK = "text_classification"
COLUMNS = {"text": "text", "label": "label"}
ODD = [
    ("I love this film", "good"),
    ("i love  this film", "good"),
    ("I hate it", "bad"),
    ("I hate it", "good"),
    ("", "good"),
    ("Fine thing", "good"),
    ("Awful thing", "bad"),
    ("Great day", "Good"),
    ("Poor stuff", "bad"),
    ("Weird one", "odd"),
    ("Sad song", "bad"),
    ("Lovely song", "good"),
]


def write(path, rows, names=("text", "label")):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([names, *rows])
    return str(path)


@pytest.fixture
def odd(tmp_path):
    return write(tmp_path / "odd.csv", ODD)


def offers(path, columns=COLUMNS, task=TASK, **more):
    """Returns code of a finding → the step that its button adds."""
    data = DataConfig(path=path, columns=columns, **more)
    facts = Workbench().rows(data, task).facts
    return {
        finding.code: action.repair
        for finding in facts.findings
        for action in finding.actions
        if action.repair is not None
    }


def mend(path, *steps):
    return repaired(read_table(path), steps)


@pytest.mark.parametrize(
    ("code", "kind", "gone"),
    [
        ("duplicates", "remove_duplicates", [2]),
        ("conflicting_labels", "remove_contradictions", [3, 4]),
        ("blank_text", "remove_blank", [5]),
        ("class_with_one_row", "remove_rare_labels", [8, 10]),
    ],
)
def test_a_finding_offers_the_step_that_takes_its_rows_out(odd, code, kind, gone):
    step = offers(odd)[code]
    assert step.kind == kind
    table = mend(odd, step)
    assert row_numbers(table.dataset) == [row for row in range(1, 13) if row not in gone]
    told = table.problems[0]
    assert (told.code, told.severity, list(told.rows)) == ("repaired", Severity.NOTE, gone)
    assert told.actions[0].id == "undo_repair"
    assert told.actions[0].arguments == {"step": "0"}
    assert code not in offers(odd, repairs=(step,))


def test_labels_that_differ_in_capitals_become_the_usual_one(odd):
    step = offers(odd)["mixed_labels"]
    table = mend(odd, step)
    assert cells(table.dataset, "label").count("good") == 7
    assert "Good" not in cells(table.dataset, "label")
    assert table.problems[0].rows == (8,)
    assert cells(table.dataset, "text") == [text for text, _ in ODD]


def test_of_duplicates_the_one_with_an_answer_stays(tmp_path):
    rows = [("same", ""), ("same", "a"), ("same", "a"), ("", "b"), ("", "c"), ("other", "b")]
    table = mend(write(tmp_path / "rows.csv", rows), duplicates_step())
    assert row_numbers(table.dataset) == [2, 4, 5, 6]


def test_the_same_text_with_another_answer_stays_and_is_told(odd):
    step = offers(odd)["duplicates"]
    left = offers(odd, repairs=(step,))
    assert "conflicting_labels" in left
    assert "duplicates" not in left  # the rule has done what it can
    by_hand = Repair(kind="change_cells", columns=("text",), values={"6": "Awful thing"})
    assert offers(odd, repairs=(step, by_hand))["duplicates"] == step
    alike = Repair(kind="replace_labels", columns=("label",), values={"bad": "good"})
    assert offers(odd, repairs=(step, alike))["duplicates"] == step
    assert "duplicates" not in offers(odd, repairs=(alike, step))


def test_tags_that_were_written_by_hand_leave_the_others_as_they_are_shown(tmp_path):
    path = tmp_path / "names.conll"
    path.write_text("Ann B-PER\nsleeps O\n\nBob I-PER\nsings O\n\nRain O\nfalls O\n")
    table = mend(str(path), Repair(kind="change_cells", columns=("tags",), values={"2": "B-PER O"}))
    words = [["Ann sleeps", "Bob sings", "Rain falls"], ["B-PER O", "B-PER O", "O O"]]
    assert shown(table, table.dataset) == words


def duplicates_step():
    return Repair(kind="remove_duplicates", columns=("text",), values={"answer": "label"})


def test_labels_are_merged_cells_changed_and_rows_removed_by_hand(odd):
    table = mend(
        odd,
        Repair(kind="replace_values", columns=("label",), values={"odd": "bad", "Good": "good"}),
        Repair(kind="change_cells", columns=("text",), values={"5": "Filled in", "99": "no such row"}),
        Repair(kind="remove_rows", rows=(1, 12)),
    )
    assert row_numbers(table.dataset) == list(range(2, 12))
    assert cells(table.dataset, "text")[3] == "Filled in"
    assert set(cells(table.dataset, "label")) == {"good", "bad"}
    assert [told.row_count for told in table.problems] == [2, 1, 2]


def test_labels_of_a_set_are_merged_and_other_cells_stay_as_they_are(tmp_path):
    cells_ = ["a; b", "c;a", "c", "b", "c", '["a", "c"]'] * 3
    path = write(tmp_path / "sets.csv", [(f"text {row}", cell) for row, cell in enumerate(cells_)])
    settings = {"answers": "several"}
    data = DataConfig(path=path, columns=COLUMNS)
    renaming = Workbench().rows(data, TASK, settings).facts.renaming
    assert renaming == Repair(kind="replace_labels", columns=("label",))
    step = msgspec.structs.replace(renaming, values={"a": "b"})
    assert cells(mend(path, step).dataset, "label")[:6] == [
        '["b"]',
        '["c", "b"]',
        "c",
        "b",
        "c",
        '["b", "c"]',
    ]
    after = Workbench().rows(msgspec.structs.replace(data, repairs=(step,)), TASK, settings)
    assert after.classes == ("b", "c")
    assert Workbench().rows(data, TASK).facts.renaming == Repair(kind="replace_values", columns=("label",))


def test_pairs_with_equal_sides_and_texts_of_a_given_test_go(tmp_path):
    pairs = [(f"text {row}", f"text {row}" if row % 5 == 0 else f"wort {row}") for row in range(20)]
    path = write(tmp_path / "pairs.csv", pairs, ("source", "target"))
    columns = {"source": "source", "target": "target"}
    step = offers(path, columns, "sequence_to_sequence")["equal_sides"]
    assert mend(path, step).rows == 16
    parts = [(f"text {row % 30}", "ab"[row % 2], "test" if row >= 30 else "train") for row in range(40)]
    path = write(tmp_path / "parts.csv", parts, ("text", "label", "split"))
    step = offers(path, split=SplitConfig(part_column="split"))["rows_in_two_parts"]
    assert row_numbers(mend(path, step).dataset) == list(range(11, 41))


def test_near_duplicates_odd_pairs_and_personal_data_are_mended(tmp_path):
    long = "The parcel came two days late and the box was wet, but the shop answered at once and sent another"
    rows = [
        (f"{long} one.", "good"),
        (f"{long} one!", "good"),
        (f"{long} one?", "bad"),
        (f"{long} one.", "good"),
    ]
    rows += [(f"Something else entirely, number {row} of them", "bad") for row in range(8)]
    rows += [("Write to ann.b@example.org or call +44 20 7946 0958 today", "good")]
    path = write(tmp_path / "rows.csv", rows)
    offered = offers(path)
    assert row_numbers(mend(path, offered["near_duplicates"]).dataset) == [1, 3, *range(4, 14)]
    masked = mend(path, offered["personal_data"])
    assert cells(masked.dataset, "text")[-1] == "Write to MAIL or call PHONE today"
    assert masked.problems[0].rows == (13,)
    pairs = [(f"A line of text, number {row}", f"Une ligne de texte, numero {row}") for row in range(40)]
    pairs[7] = ("Yes", "Une phrase beaucoup trop longue pour un si petit mot, et encore plus longue que cela")
    path = write(tmp_path / "pairs.csv", pairs, ("source", "target"))
    step = offers(path, {"source": "source", "target": "target"}, "sequence_to_sequence")[
        "lengths_do_not_fit"
    ]
    assert mend(path, step).problems[0].rows == (8,)


def test_a_step_that_cannot_be_done_is_told_and_stands_in_no_ones_way(odd):
    table = mend(
        odd,
        Repair(kind="from_the_future"),
        Repair(kind="remove_blank", columns=("gone",)),
        Repair(kind="remove_rows", rows=(77,)),
        Repair(kind="remove_blank", columns=("text",)),
    )
    assert table.rows == 11
    assert [told.code for told in table.problems] == [
        "unknown_repair",
        "repair_without_column",
        "nothing_to_repair",
        "repaired",
    ]
    assert [told.actions[0].arguments["step"] for told in table.problems] == ["0", "1", "2", "3"]


def test_every_kind_has_a_name_that_begins_with_a_verb_and_is_called_as_its_file():
    for name, kind in all_repairs().items():
        assert kind.id == name
        assert kind.name.split()[0] in {"Remove", "Join", "Merge", "Change", "Mask", "Correct", "Mend"}
        assert len(kind.name) <= 24


def parts_of(path, repairs=(), **more):
    data = DataConfig(path=path, columns=COLUMNS, repairs=repairs, **more)
    split = Workbench().rows(data, TASK).whole()
    return [set(usable_numbers(part)) for part in (split.train, split.validation, split.test)]


def test_a_repair_moves_no_row_from_one_part_to_another(tmp_path):
    chance = random.Random(1)
    rows = [(f"text {chance.randrange(160)}", chance.choice(["yes", "no", "Yes"])) for _ in range(200)]
    rows[17] = ("", "no")
    path = write(tmp_path / "rows.csv", rows)
    before = parts_of(path)
    steps = (
        Repair(kind="join_spellings", columns=("label",)),
        duplicates_step(),
        Repair(kind="change_cells", columns=("text",), values={"18": "now it says something"}),
    )
    after = parts_of(path, steps)
    assert sum(map(len, after)) == mend(path, *steps).rows
    assert 18 in after[0]  # no part had it, so it is learned from
    assert after[0] - {18} <= before[0]
    assert after[1] <= before[1]
    assert after[2] <= before[2]
    limited = parts_of(path, steps, row_limit=20)
    assert len(limited[0]) == 20
    assert limited[1:] == after[1:]


def test_a_cell_that_is_made_like_a_text_to_learn_from_is_told_and_mended(tmp_path):
    path = write(tmp_path / "rows.csv", [(f"text {row}", "ab"[row % 2]) for row in range(40)])
    train, _, test = parts_of(path)
    same = Repair(kind="change_cells", columns=("text",), values={str(min(test)): f"text {min(train) - 1}"})
    step = offers(path, repairs=(same,))["texts_in_two_parts"]
    assert "texts_in_two_parts" not in offers(path, repairs=(same, step))


def test_steps_come_back_from_the_file_of_a_run(odd, tmp_path):
    steps = (
        offers(odd)["duplicates"],
        Repair(kind="change_cells", columns=("a b",), values={"7": 'say "=x"'}),
    )
    run = RunConfig(data=DataConfig(path=odd, columns=COLUMNS, repairs=steps), task=TASK, method="lora")
    write_run(tmp_path, run)
    assert run_of(tmp_path).data == run.data
    assert (
        '[[data.repairs]]\nkind = "remove_duplicates"\ncolumns = ["text"]'
        in (tmp_path / RUN_FILE).read_text()
    )
