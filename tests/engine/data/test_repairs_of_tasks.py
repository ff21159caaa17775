"""Repairs of what single tasks are told: answers and passages, tags of words, sets of labels, scores."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.answers import Answer, answers_of, place_answer
from engine.data.near_answers import corrected_cell, is_lost, near_answer
from engine.data.passages import right_answers
from engine.data.read_files import read_table
from engine.data.table import cells, row_numbers, usable_numbers
from engine.data.tag_schemes import to_iob2
from engine.protocol.config import DataConfig, SplitConfig
from engine.protocol.label_problems import mixed_labels
from engine.protocol.repairs import Repair
from engine.training.workbench import Workbench
from tests.engine.data.test_repairs import COLUMNS, TASK, mend, offers, write

QUESTIONS = {"question": "question", "context": "context", "answers": "answers"}
WORDS = {"tokens": "words", "tags": "tags"}


def codes(path, columns, task, *steps, **more):
    data = DataConfig(path=path, columns=columns, repairs=steps, **more)
    return {finding.code for finding in Workbench().rows(data, task).facts.findings}


def parts(path, columns, task, *steps, **more):
    data = DataConfig(path=path, columns=columns, repairs=steps, **more)
    split = Workbench().rows(data, task).whole()
    return [set(usable_numbers(part)) for part in (split.train, split.validation, split.test)]


def questions(tmp_path, extra, passages=20):
    rows = [
        (f"Who, of {row}?", f"Passage {row // 2}: Ann lives in Ulm.", "Ann") for row in range(2 * passages)
    ]
    return write(tmp_path / "questions.csv", [*rows, *extra], ("question", "context", "answers"))


def test_labels_of_sets_and_kinds_of_parts_go_one_by_one_and_not_by_whole_cells(tmp_path):
    sets = [(f"text {row}", ["a; b", "a", "b", "A; b"][row % 4]) for row in range(40)]
    sets += [("one", "a; b; c"), ("two", "b; c"), ("three", "c; b"), ("four", "b; zz")]
    path = write(tmp_path / "sets.csv", sets)
    data = DataConfig(path=path, columns=COLUMNS)
    found = Workbench().rows(data, TASK, {"answers": "several"}).facts.findings
    step = {one.code: one.actions[0].repair for one in found if one.actions}
    assert mend(path, step["class_with_one_row"]).problems[0].rows == (44,)
    joined = cells(mend(path, step["mixed_labels"]).dataset, "label")
    assert joined[3:5] == ['["a", "b"]', "a; b"]
    assert not any("A" in cell for cell in joined)
    words = [(f"Ann went to Rome {row} times", "B-PER O O B-LOC O O") for row in range(30)]
    words += [("Bob ate a cake", "B-PER O O B-FOOD"), ("In New York", "O B-LOC I-LOC")]
    path = write(tmp_path / "words.csv", words, ("words", "tags"))
    step = offers(path, {"tokens": "words", "tags": "tags"}, "token_classification")["class_with_one_row"]
    assert mend(path, step).problems[0].rows == (31,)


def test_answers_that_stand_there_almost_are_written_as_the_passage_does(tmp_path):
    several = json.dumps([{"text": "in  ulm", "answer_start": 3}, {"text": "Rome", "answer_start": 5}])
    text = "Ann said: “It's 1.5 miles - to the U.S.A.” In Ulm nobody heard that; Ulm is deaf."
    extra = [
        ("What?", text, '"It’s 1.5 miles"'),
        ("Where?", text, several),
        ("Which?", text, "ULM!"),  # it stands there twice
        ("How far?", text, "15 miles"),
        ("How?", text, "-1.5 miles"),
        ("Where to?", text, "usa"),
        ("Where?", text, "Bonn"),
    ]
    path = questions(tmp_path, extra)
    offered = offers(path, QUESTIONS, "question_answering")
    table = mend(path, offered["answers_nearly_found"])
    assert table.problems[0].rows == (41, 42)
    after = cells(table.dataset, "answers")
    assert after[40] == "It's 1.5 miles"
    assert json.loads(after[41]) == [
        {"text": "In Ulm", "answer_start": 43},
        {"text": "Rome", "answer_start": 5},
    ]
    assert after[:40] == ["Ann"] * 40
    assert after[42:] == ["ULM!", "15 miles", "-1.5 miles", "usa", "Bonn"]
    left = offers(path, QUESTIONS, "question_answering", repairs=(offered["answers_nearly_found"],))
    assert "answers_nearly_found" not in left
    assert left["answers_not_found"] == offered["answers_not_found"]
    assert row_numbers(mend(path, left["answers_not_found"]).dataset) == [*range(1, 43)]
    both = (offered["answers_nearly_found"], offered["answers_not_found"])
    assert not {"answers_nearly_found", "answers_not_found"} & codes(
        path, QUESTIONS, "question_answering", *both
    )


def test_a_corrected_answer_is_marked_in_the_place_that_says_the_same(tmp_path):
    text = "A caterpillar and a cat."
    path = questions(tmp_path, [("Who else?", text, "“cat”")])
    step = offers(path, QUESTIONS, "question_answering")["answers_nearly_found"]
    data = DataConfig(path=path, columns=QUESTIONS, repairs=(step,))
    rows = Workbench().rows(data, "question_answering").matched.rows
    assert right_answers(rows)[-1] == [Answer("cat", 20)]


def test_a_question_that_can_be_used_now_stays_with_its_passage(tmp_path):
    extra = [(f"And, of {row}?", f"Passage {row}: Ann lives in Ulm.", "“Ann”") for row in range(20)]
    path = questions(tmp_path, extra)
    before = parts(path, QUESTIONS, "question_answering")
    step = offers(path, QUESTIONS, "question_answering")["answers_nearly_found"]
    after = parts(path, QUESTIONS, "question_answering", step)
    assert "texts_in_two_parts" not in codes(path, QUESTIONS, "question_answering", step)
    assert [old <= new for old, new in zip(before, after, strict=True)] == [True] * 3
    for part in after:
        passages = {(number - 1) // 2 for number in part if number <= 40}
        assert {number - 41 for number in part if number > 40} == passages


def test_passages_in_two_parts_of_a_given_split_are_no_longer_learned_from(tmp_path):
    rows = [
        (f"Who, of {row}?", f"Passage {row // 3}: Ann lives.", "Ann", "test" if row % 9 == 0 else "train")
        for row in range(60)
    ]
    path = write(tmp_path / "parts.csv", rows, ("question", "context", "answers", "split"))
    split = SplitConfig(part_column="split")
    step = offers(path, QUESTIONS, "question_answering", split=split)["rows_in_two_parts"]
    assert step.columns == ("split", "context")
    table = mend(path, step)
    assert table.problems[0].row_count == 14
    assert "rows_in_two_parts" not in codes(path, QUESTIONS, "question_answering", step, split=split)


@pytest.mark.parametrize("task", ["question_answering", "token_classification", TASK])
def test_what_a_change_has_made_the_same_is_no_longer_learned_from(tmp_path, task):
    if task == "question_answering":
        path, columns, changed = questions(tmp_path, []), QUESTIONS, "context"
    elif task == "token_classification":
        rows = [(f"Ann met {chr(97 + row)} there", "B-PER O O O") for row in range(26)]
        path, columns, changed = write(tmp_path / "w.csv", rows, ("words", "tags")), WORDS, "words"
    else:
        path = write(tmp_path / "t.csv", [(f"text {row}", "ab"[row % 2]) for row in range(40)])
        columns, changed = COLUMNS, "text"
    train, _, test = parts(path, columns, task)
    texts = cells(read_table(path).dataset, changed)
    learned = min(train)
    values = {str(min(test)): texts[learned - 1]}
    hand = Repair(kind="change_cells", columns=(changed,), values=values)
    step = offers(path, columns, task, repairs=(hand,))["texts_in_two_parts"]
    assert set(step.rows) == {number for number in train if texts[number - 1] == texts[learned - 1]}
    after = parts(path, columns, task, hand, step)
    assert after[0] == train - set(step.rows)
    assert after[2] == test
    assert "texts_in_two_parts" not in codes(path, columns, task, hand, step)


def test_of_contradictions_what_most_rows_say_stays(tmp_path):
    rows = [("one", "a"), ("One", "b"), ("one ", "a"), ("two", "a"), ("two", "b"), ("two", "")]
    rows += [("three", "a"), ("three", "b"), ("three", "b"), ("three", ""), ("four", "a"), ("four", "a")]
    rows += [("five", "a"), ("five", "a"), ("five", "b"), ("five", "c")]
    rows += [(f"text {row}", "abc"[row % 3]) for row in range(12)]
    path = write(tmp_path / "rows.csv", rows)
    step = offers(path)["conflicting_labels"]
    table = mend(path, step)
    assert table.problems[0].rows == (2, 4, 5, 6, 7, 13, 14, 15, 16)
    assert "conflicting_labels" not in codes(path, COLUMNS, TASK, step)
    old = Repair(kind="remove_contradictions", columns=("label", "text"))  # as projects have it from before
    assert mend(path, old).problems[0].rows == (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)


def test_tags_that_differ_only_in_how_they_are_written_contradict_nothing(tmp_path):
    rows = [(f"Ann met {row} people", "B-PER O O O") for row in range(20)]
    rows += [("In New York", "O B-LOC I-LOC"), ("In New York", '["O", "B-LOC", "I-LOC"]')]
    rows += [("In Ulm", "O B-LOC"), ("In Ulm", "O B-PER"), ("In Ulm", "O I-LOC")]
    path = write(tmp_path / "rows.csv", rows, ("words", "tags"))
    step = offers(path, WORDS, "token_classification")["conflicting_labels"]
    assert mend(path, step).problems[0].rows == (24,)  # most rows say LOC


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("B-LOC O I-PER I-PER", "B-LOC O B-PER I-PER"),
        ("B_LOC O I_PER", "B_LOC O B_PER"),
        ("B I O I", "B I O B"),
        ("B-LOC E-LOC I-LOC O", "B-LOC E-LOC B-LOC O"),
        ("B-LOC E-LOC E-LOC I-LOC", "B-LOC E-LOC S-LOC B-LOC"),
        ("B-LOC L-LOC L-LOC I-LOC", "B-LOC L-LOC U-LOC B-LOC"),
        ("B-LOC M-LOC E-LOC O E-LOC M-LOC", "B-LOC M-LOC E-LOC O W-LOC B-LOC"),
    ],
)
def test_tags_without_a_beginning_begin_and_are_read_as_before(tmp_path, before, after):
    words = " ".join("abcdef"[: len(before.split())])
    rows = [(words, "O " * (len(before.split()) - 1) + before.split()[0])] * 6 + [(words, before)]
    path = write(tmp_path / "rows.csv", rows, ("words", "tags"))
    step = offers(path, WORDS, "token_classification")["stray_tags"]
    table = mend(path, step)
    assert table.problems[0].rows == (7,)
    assert " ".join(json.loads(cells(table.dataset, "tags")[6])) == after
    assert cells(table.dataset, "tags")[:6] == [rows[0][1]] * 6
    was, now = (to_iob2([row.split() for row in [rows[0][1], one]], [1, 2])[0] for one in (before, after))
    assert was == now
    assert "stray_tags" not in codes(path, WORDS, "token_classification", step)


def test_rows_that_were_left_out_go(tmp_path):
    rows = [(f"Ann met {row} people", "B-PER O O O") for row in range(20)]
    rows += [("In Ulm", "O"), ("", "O"), ("Ann", "")]
    path = write(tmp_path / "rows.csv", rows, ("words", "tags"))
    step = offers(path, WORDS, "token_classification")["unequal_words_and_tags"]
    assert mend(path, step).problems[0].rows == (21,)
    rows = [(f"text {row}", "n/a" if row % 10 == 3 else f"{row / 7:.2f}") for row in range(40)]
    path = write(tmp_path / "scores.csv", [*rows, ("last", "")])
    data = DataConfig(path=path, columns=COLUMNS)
    found = Workbench().rows(data, TASK, {"answers": "score"}).facts.findings
    (step,) = [one.actions[0].repair for one in found if one.code == "scores_not_numbers"]
    assert mend(path, step).problems[0].rows == (4, 14, 24, 34)


def test_groups_of_spellings_have_commas_between_them():
    groups = [[(name, 4), (name.title(), 2)] for name in ("good", "bad", "odd", "sad", "mad")]
    assert mixed_labels(groups[:2], [1]).reason == (
        '"good" (4 rows) and "Good" (2 rows), "bad" (4 rows) and "Bad" (2 rows) count as different labels.'
    )
    assert mixed_labels(groups, [1]).reason.endswith('"Odd" (2 rows), and 2 more count as different labels.')


_SIGNS = st.text(st.sampled_from("aAbB1,.'’´“” -%\u00a0ß\n"), max_size=30)


@given(passage=_SIGNS, text=_SIGNS)
def test_a_near_answer_stands_in_the_passage_and_is_found_by_whatever_says_the_same(passage, text):
    near = near_answer(passage, text)
    if near is None:
        assert corrected_cell(passage, text) == text
        return
    assert passage[near.start : near.start + len(near.text)] == near.text
    assert near_answer(passage, near.text) == near
    assert not is_lost(passage, text)
    after = corrected_cell(passage, text)
    assert after == text or place_answer(passage, answers_of(after)[0]) == near
    assert corrected_cell(passage, after) == after


def test_what_a_finding_itself_suggests_comes_before_taking_rows_out(tmp_path):
    path = questions(tmp_path, [("Who?", "Passage 1: Ann lives in Ulm.", "")])
    data = DataConfig(path=path, columns=QUESTIONS)
    (finding,) = [
        one
        for one in Workbench().rows(data, "question_answering").facts.findings
        if one.code == "blank_answers"
    ]
    assert [action.label for action in finding.actions][:2] == ["Count as unanswerable", "Remove"]
    assert mend(path, finding.actions[1].repair).problems[0].rows == (41,)
