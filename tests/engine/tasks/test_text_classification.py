"""Text classification: what is noticed about rows, and how rows become batches and answers a result."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import cast

import pytest
import torch
from datasets import Dataset
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from engine.contracts import Asked, HeadOptions, TaskRows
from engine.data.columns import guess, roles_of
from engine.data.prepare import prepare
from engine.data.read_files import read_table
from engine.data.table import make_dataset
from engine.models.load import load_base
from engine.protocol.config import DataConfig
from engine.protocol.problems import Problem, Severity
from engine.protocol.stack import Answer, ModelFacts
from engine.tasks.text_classification import TASK

COLUMNS = {"text": "text", "label": "label"}


def match(texts: list[str], labels: list[str]) -> TaskRows:
    """Returns texts and labels matched with the task; rows are numbered from 1."""
    numbers = range(1, len(texts) + 1)
    return TASK.match(make_dataset({"text": texts, "label": labels}, numbers, "reviews.csv"), COLUMNS, {})


def finding(rows: TaskRows, code: str) -> Problem:
    """Returns the one finding with that code."""
    (problem,) = [problem for problem in rows.findings if problem.code == code]
    return problem


def codes(rows: TaskRows) -> list[str]:
    """Returns the codes of all findings, in their order."""
    return [problem.code for problem in rows.findings]


def unlike(count: int) -> list[str]:
    """Returns texts of which no two are alike."""
    return [f"text number {number}" for number in range(count)]


def test_rows_and_classes_stand_as_in_the_file() -> None:
    rows = match([" Spaced  Text ", *unlike(9)], ["b"] * 4 + ["a"] * 3 + ["c"] * 3)
    assert rows.rows.column_names == ["text", "label", "row"]
    assert rows.rows[0] == {"text": " Spaced  Text ", "label": "b", "row": 1}
    assert rows.classes == ("b", "a", "c")
    assert rows.stratify == tuple(["b"] * 4 + ["a"] * 3 + ["c"] * 3)
    assert codes(rows) == ["all_rows_complete"]
    assert finding(rows, "all_rows_complete").severity is Severity.NOTE


def test_blank_texts_and_labels_are_left_out_with_their_numbers() -> None:
    texts = unlike(12)
    labels = ["a", "b"] * 6
    texts[1], texts[4], labels[4], labels[9] = " ", "", "", "\t"
    rows = match(texts, labels)
    assert rows.rows["row"][:] == [1, 3, 4, 6, 7, 8, 9, 11, 12]
    text, label = finding(rows, "blank_text"), finding(rows, "blank_label")
    assert (text.rows, text.row_count, text.severity) == ((2, 5), 2, Severity.WARNING)
    assert (label.rows, label.title) == ((10,), "1 row without a label")
    assert "all_rows_complete" not in codes(rows)


def test_a_row_is_never_one_of_fewer_rows_than_its_number(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,label\n" + "fine,a\nbad,b\n" * 5 + ",\n" * 5 + ",a\n")
    table = read_table(path)
    (blank,) = [one for one in TASK.match(table.dataset, COLUMNS, {}).findings if one.code == "blank_text"]
    assert blank.reason.startswith("Row 16 of 16 has nothing")


def test_two_rows_are_too_few_and_not_free_text() -> None:
    rows = match(unlike(2), ["a", "b"])
    assert "too_few_rows" in codes(rows)
    assert "label_looks_like_text" not in codes(rows)


def test_a_wrong_column_gets_a_suggestion() -> None:
    table = make_dataset({"message": unlike(3), "kind": ["a", "b", "a"]}, [1, 2, 3], "sms.csv")
    rows = TASK.match(table, {"text": "mesage", "label": "kind"}, {})
    (problem,) = rows.findings
    assert (problem.code, problem.setting, len(rows.rows)) == ("no_such_column", "text", 0)
    assert problem.reason == '"sms.csv" has the columns "message" and "kind". Did you mean "message"?'
    assert problem.actions[0].arguments == {"role": "text", "column": "message"}
    (problem,) = TASK.match(table, {"text": "message", "label": "zzz"}, {}).findings
    assert "Did you mean" not in problem.reason
    assert problem.actions[0].id == "choose_column"


def test_a_missing_answer_column_is_said_with_the_columns_there_are() -> None:
    table = make_dataset({"text": ["a"], "date": ["b"], "stars": ["c"]}, [1], "reviews.csv")
    (problem,) = TASK.match(table, {"text": "text"}, {}).findings
    assert (problem.code, problem.title, problem.setting) == (
        "no_answer_column",
        "No answer column found",
        "label",
    )
    assert problem.reason.startswith('"reviews.csv" has the columns "text", "date" and "stars".')
    assert codes(TASK.match(table, {}, {})) == ["no_column_for_role", "no_answer_column"]
    assert codes(TASK.match(table, {"text": "date", "label": "date"}, {})) == ["column_used_twice"]


def test_a_single_class_is_an_error() -> None:
    rows = match(unlike(30), ["good"] * 30)
    problem = finding(rows, "single_class")
    assert problem.severity is Severity.ERROR
    assert '30 rows say "good" in the column "label"' in problem.reason
    assert rows.findings[0] is problem


def test_a_class_with_one_row_is_a_warning_that_says_where_it_goes() -> None:
    rows = match(unlike(31), ["good", "bad"] * 15 + ["other"])
    problem = finding(rows, "class_with_one_row")
    assert (problem.severity, problem.rows, problem.title) == (
        Severity.WARNING,
        (31,),
        '"other" stands in one row only',
    )
    _, split = prepare(rows, DataConfig(path=""))
    assert split is not None
    assert 31 in split.train["row"][:]


def test_a_class_with_two_different_texts_is_told() -> None:
    rows = match([*unlike(30), "same", "SAME", "same "], ["good", "bad"] * 15 + ["other"] * 3)
    assert finding(rows, "rare_classes").rows == (31, 32, 33)


@pytest.mark.parametrize(("count", "code"), [(0, "no_usable_rows"), (1, "too_few_rows"), (5, "too_few_rows")])
def test_too_few_rows_are_an_error(count: int, code: str) -> None:
    problem = finding(match(unlike(count), (["a", "b"] * 3)[:count]), code)
    assert problem.severity is Severity.ERROR


def test_answers_that_are_free_text_are_an_error() -> None:
    problem = finding(
        match(unlike(40), [f"remark {number}" for number in range(40)]), "label_looks_like_text"
    )
    assert problem.severity is Severity.ERROR
    assert "40 different values in 40 rows" in problem.reason


def test_answers_that_are_ids_are_an_error_of_their_own() -> None:
    problem = finding(match(unlike(40), [f"K-{number:04}" for number in range(40)]), "answer_looks_like_id")
    assert problem.severity is Severity.ERROR
    assert problem.title == 'The column "label" seems to hold ids, not answers'
    assert problem.actions[0].arguments == {"role": "label"}


def test_labels_that_differ_in_capitals_or_spaces_are_told_and_kept() -> None:
    rows = match(unlike(30), ["Spam"] * 10 + ["ham"] * 15 + ["spam ", "spam", "SPAM"] + ["ham"] * 2)
    problem = finding(rows, "mixed_labels")
    assert problem.reason.startswith('"Spam" (10 rows) and "SPAM" (1 row) and "spam" (1 row)')
    assert problem.rows == (26, 27, 28)
    assert set(rows.classes) == {"Spam", "spam", "SPAM", "spam ", "ham"}


def test_uneven_labels_are_told_in_the_words_of_the_house() -> None:
    problem = finding(match(unlike(100), ["ham"] * 87 + ["spam"] * 13), "uneven_labels")
    assert problem.title == "Labels are uneven"
    assert problem.reason == (
        'Always answering "ham" is right 87 % of the time. Thaw will judge by macro F1, so "spam" '
        "counts as much."
    )
    assert "uneven_labels" not in codes(match(unlike(100), ["ham"] * 60 + ["spam"] * 40))
    many = finding(match(unlike(100), ["a"] * 50 + ["b"] * 46 + ["c"] * 4), "uneven_labels")
    assert "so every label counts as much" in many.reason


def test_duplicates_are_counted_and_kept_on_one_side() -> None:
    texts = unlike(40)
    texts[10:13] = ["same text"] * 3
    rows = match(texts, ["a", "b"] * 20)
    problem = finding(rows, "duplicates")
    assert (problem.title, problem.rows) == ("2 exact duplicates", (12, 13))
    # A file that divides its rows itself may have put them on both sides.
    assert problem.reason.startswith("Where Thaw divides the rows, they are kept on one side of the split")
    assert len({rows.groups[index] for index in (10, 11, 12)}) == 1
    conflict = finding(rows, "conflicting_labels")
    assert (conflict.rows, conflict.row_count) == ((11, 12, 13), 3)
    texts[12] = " Same  TEXT"
    near = finding(match(texts, ["a"] * 20 + ["b"] * 20), "duplicates")
    assert near.title == "2 duplicates"
    assert "capitals or spaces" in near.reason


def test_the_default_sample_is_ready() -> None:
    table = read_table(str(files("resources") / "samples" / "posts.csv"))
    rows = TASK.match(table.dataset, roles_of(guess(table, TASK.roles)), {})
    facts, split = prepare(rows, DataConfig(path=table.path), table.problems)
    assert split is not None
    assert (facts.usable, facts.train, facts.validation, facts.test) == (3099, 2169, 465, 465)
    assert rows.classes == ("positive", "negative")
    assert round(facts.majority_share, 3) == 0.735
    assert codes(rows) == ["uneven_labels", "all_rows_complete", "duplicates"]
    for part in (split.train, split.validation, split.test):
        counts = Counter(part["label"][:])
        assert abs(counts["negative"] / len(part) - 821 / 3099) < 0.003


@pytest.fixture(scope="module")
def tokenizer(small_bert: Path) -> PreTrainedTokenizerBase:
    """Returns the small model's tokenizer."""
    loaded: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(small_bert)
    return loaded


def asked(rows: Dataset, classes: tuple[str, ...], tokenizer: PreTrainedTokenizerBase | None = None) -> Asked:
    """Returns rows as they are put to a model that reads twelve word pieces."""
    plain = Asked(rows, classes, {"max_length": 12}, cast("PreTrainedTokenizerBase", tokenizer))
    return plain if tokenizer is None else replace(plain, encoded=TASK.encode(plain))


def test_rows_become_padded_batches(tokenizer: PreTrainedTokenizerBase) -> None:
    rows = Dataset.from_dict({"text": ["happy day", "a", "cat " * 50], "label": ["sad", "glad", "sad"]})
    encoded = asked(rows, ("glad", "sad"), tokenizer).encoded
    assert [len(row["input_ids"]) for row in encoded] == [4, 3, 12]
    assert [row["labels"] for row in encoded] == [1, 0, 1]
    batch = TASK.collate(tokenizer, encoded[:2], (0, 0))
    assert batch["input_ids"].shape == (2, 4)
    assert batch["input_ids"][1, 3] == tokenizer.pad_token_id
    assert batch["attention_mask"].tolist() == [[1, 1, 1, 1], [1, 1, 1, 0]]
    assert batch["labels"].tolist() == [1, 0]
    again = tokenizer(["happy day", "a"], padding=True, return_tensors="pt")
    assert torch.equal(batch["input_ids"], again["input_ids"])


def test_typed_texts_have_no_labels(tokenizer: PreTrainedTokenizerBase) -> None:
    rows = Dataset.from_dict({"text": ["", "happy"]})
    batch = TASK.collate(tokenizer, asked(rows, ("glad", "sad"), tokenizer).encoded, (0, 0))
    assert set(batch) == {"input_ids", "attention_mask"}
    assert asked(Dataset.from_dict({"text": []}), ("a", "b"), tokenizer).encoded == []


def test_a_model_has_an_output_for_each_class(small_bert: Path, tokenizer: PreTrainedTokenizerBase) -> None:
    model = TASK.build(load_base(str(small_bert)), ("a", "b", "c"), HeadOptions(), {}).eval()
    rows = Dataset.from_dict({"text": ["happy day", "sad"], "label": ["c", "a"]})
    output = model(TASK.collate(tokenizer, asked(rows, ("a", "b", "c"), tokenizer).encoded, (0, 0)))
    assert output.logits.shape == (2, 3)
    assert output.loss is not None
    assert output.loss.item() > 0


def test_answers_carry_text_truth_and_probabilities() -> None:
    rows = Dataset.from_dict({"text": ["x", "y"], "label": ["b", "b"], "row": [7, 9]})
    first, second = TASK.answers(asked(rows, ("a", "b")), torch.tensor([[2.0, 0.0], [0.0, 1.0]]))
    assert (first.text, first.said, first.truth, first.row) == ("x", "a", "b", 7)
    assert first.probability == pytest.approx(0.8808, abs=1e-4)
    assert sum(first.probabilities.values()) == pytest.approx(1.0)
    assert (second.said, second.row) == ("b", 9)
    (typed,) = TASK.answers(asked(Dataset.from_dict({"text": ["x"]}), ("a", "b")), torch.tensor([[2.0, 0.0]]))
    assert (typed.truth, typed.row) == ("", 0)


def test_scores_and_result_agree() -> None:
    logits = torch.tensor([[2.0, 0.0], [0.0, 1.0], [3.0, 0.0], [0.0, 2.0]])
    judged = Dataset.from_dict({"text": ["p", "q", "r", "s"], "label": ["a", "b", "b", "strange"]})
    scores = TASK.score(asked(judged, ("a", "b")), logits)
    assert scores["accuracy"] == pytest.approx(2 / 3)
    assert list(scores) == [metric.id for metric in TASK.measured({})]
    rows = Dataset.from_dict({"text": ["p", "q", "r"], "label": ["a", "b", "b"], "row": [1, 2, 3]})
    result = TASK.result(asked(rows, ("a", "b")), logits[:3], ())
    assert (result.metric, result.rows, result.wrong) == ("macro_f1", 3, 1)
    assert result.confusion == ((1, 0), (1, 1))
    assert {metric: score.value for metric, score in result.scores.items()} == pytest.approx(scores)
    assert [(entry.name, entry.support) for entry in result.class_scores] == [("a", 1), ("b", 2)]


@pytest.mark.parametrize(
    ("architecture", "learned", "expected"),
    [
        ("RobertaForSequenceClassification", "to put texts into classes", Answer.YES),
        ("BertForMaskedLM", "to fill in blanks", Answer.NO),
        ("GPT2LMHeadModel", "", Answer.NO),
        ("BertModel", "to place sentences of like meaning near each other", Answer.NO),
        ("BertModel", "", Answer.UNKNOWN),
        ("", "", Answer.UNKNOWN),
    ],
)
def test_the_checkpoint_says_whether_the_task_is_its_own(
    architecture: str, learned: str, expected: Answer
) -> None:
    facts = ModelFacts(
        source="x", name="x", architecture=architecture, family="x", blocks=1, width=1, vocabulary=1,
        parameters=1, max_length=1, learned=learned,
    )  # fmt: skip
    assert TASK.is_task_of(facts) is expected
