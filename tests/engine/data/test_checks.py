"""The checks of any task's rows: what each finds, and that it finds nothing where all is well."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import pytest
from datasets import Dataset

from engine.contracts import TaskRows
from engine.data.check import look_at
from engine.data.ids import id_kind
from engine.data.prepare import prepare
from engine.protocol.config import DataConfig, SplitConfig
from engine.protocol.problems import Problem, Severity

COLUMNS = {"text": "remark", "label": "mood"}
_SUBJECTS = ("the weather", "my bicycle", "this hotel", "our garden", "the last train", "her new book")
_REST = ("was a joy from first to last", "broke down again", "will never be forgotten", "costs far too much")


def unlike() -> list[str]:
    """Returns 24 texts of which none is almost the same as another."""
    return [f"{subject} {rest}, {rest[::-1]}" for subject in _SUBJECTS for rest in _REST]


def rows(texts: Sequence[str], labels: Sequence[str] = (), **more: object) -> TaskRows:
    """Returns rows that stand from row 11 of the file on."""
    columns: dict[str, list[object]] = {"text": [*texts], "row": list(range(11, 11 + len(texts)))}
    return TaskRows(rows=Dataset.from_dict(columns | ({"label": [*labels]} if labels else {})), **more)  # type: ignore[arg-type]  # wrong on purpose, or as given


def found(task_rows: TaskRows) -> dict[str, Problem]:
    """Returns what all checks find: code → finding."""
    return {problem.code: problem for problem in look_at(task_rows, COLUMNS)(None)}


def test_good_rows_and_no_rows_have_no_findings() -> None:
    assert found(rows(unlike())) == {}
    assert found(rows([])) == {}
    assert found(TaskRows(rows=Dataset.from_dict({"other": ["a"]}))) == {}


def test_near_duplicates_are_told_with_both_texts_and_their_rows() -> None:
    texts = unlike()
    finding = found(rows([*texts, texts[3] + "!", texts[7].upper() + "??"]))["near_duplicates"]

    assert finding.title == "2 texts are almost the same as another"
    assert (finding.rows, finding.row_count) == ((35, 36), 2)
    assert finding.severity is Severity.NOTE
    first = finding.compared[0]
    assert (first.rows, first.texts) == ((14, 35), (texts[3], texts[3] + "!"))
    assert first.alike > finding.compared[1].alike >= 0.8
    assert "row 14" in finding.reason
    assert "row 35" in finding.reason


def test_near_duplicates_do_not_change_the_split_and_their_sides_are_told() -> None:
    texts = unlike()
    many = [*texts, *(text + "!" for text in texts)]
    facts, split = prepare(rows(many), DataConfig(path="a.csv", columns=COLUMNS))
    plain = [text if number < len(texts) else f"{number} {text[::-1]}" for number, text in enumerate(many)]
    _, same = prepare(rows(plain), DataConfig(path="a.csv", columns=COLUMNS))

    assert split is not None
    assert same is not None
    assert split.test["row"][:] == same.test["row"][:]
    trained = {*split.train["row"][:]}
    judged = [*split.validation["row"][:], *split.test["row"][:]]
    twins = [number + 24 if number < 35 else number - 24 for number in judged]
    studied = sum(twin in trained for twin in twins)
    finding = next(one for one in facts.findings if one.code == "near_duplicates")
    assert studied > 5
    assert (
        f"{studied} of {len(judged)} rows to check with and for the final test are almost" in finding.reason
    )
    assert finding.severity is Severity.WARNING  # more than one in twenty


def test_near_duplicates_on_one_side_are_said_to_be_there() -> None:
    texts = unlike()
    parts = SplitConfig(part_column="part")
    data = rows([*texts, texts[0] + "!"])
    table = Dataset.from_dict(
        {
            "remark": [*texts, texts[0] + "!"],
            "part": [*["train"] * 16, *["validation"] * 4, *["test"] * 4, "train"],
            "__row__": list(range(11, 36)),
        }
    )
    facts, _ = prepare(data, DataConfig(path="a.csv", columns=COLUMNS, split=parts), (), table)

    finding = next(one for one in facts.findings if one.code == "near_duplicates")
    assert finding.reason.endswith("None of them stands on both sides of the split.")


def test_the_first_difference_of_long_texts_can_be_seen() -> None:
    beginning = " ".join(unlike()[:4])
    finding = found(rows([*unlike(), f"{beginning} one", f"{beginning} two"]))["near_duplicates"]
    assert 'one", and row' in finding.reason
    assert 'two".' in finding.reason


def test_personal_data_is_counted_by_kind_and_not_spelled_out() -> None:
    texts = unlike()
    texts[2] += " mail jo@work.org"
    texts[5] += " call 07700900123 or write to mo@work.org"
    finding = found(rows(texts))["personal_data"]

    assert finding.title == "2 rows seem to hold personal data"
    assert finding.reason.startswith(
        "A phone number in 1 row (row 16: 07…23) and mail addresses in 2 rows (row 13: jo…rg)."
    )
    assert (finding.rows, finding.severity) == ((13, 16), Severity.NOTE)
    texts[7] += " 4111 1111 1111 1111"
    assert found(rows(texts))["personal_data"].severity is Severity.WARNING


def test_answers_to_be_written_are_looked_at_too() -> None:
    answers = [f"answer {'abc'[place % 3]} of {text}" for place, text in enumerate(unlike())]
    answers[4] = "write to jo@work.org"
    finding = found(rows(unlike(), answers))["personal_data"]
    assert finding.rows == (15,)


def test_a_text_column_of_ids_is_told_with_its_name() -> None:
    finding = found(rows([str(uuid.UUID(int=number * 7919)) for number in range(1, 30)]))[
        "text_looks_like_id"
    ]
    assert finding.title == 'The column "remark" seems to hold ids, not texts'
    assert "different UUIDs" in finding.reason
    assert finding.actions[0].arguments == {"role": "text"}


def test_scores_that_count_up_are_ids_and_labels_are_left_to_their_task() -> None:
    numbers = [str(number) for number in range(1, 25)]
    finding = found(rows(unlike(), numbers))["answer_looks_like_id"]
    assert (finding.severity, finding.setting) == (Severity.WARNING, "label")
    assert "numbers that count up" in finding.reason
    assert found(rows(unlike(), numbers, classes=tuple(numbers))) == {}


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([str(number) for number in range(40, 52)], "numbers that count up"),
        ([str(100_000 + 977 * number) for number in range(12)], "long numbers"),
        ([f"{number * 2_654_435_761 % 2**32:08x}" for number in range(1, 13)], "hexadecimal codes"),
        ([f"ORD-{number:05}" for number in range(0, 600, 50)], "codes"),
        (["red", "green", "blue", "white", "black", "grey", "brown"], ""),
        (["a dog", "a cat", "a cow", "a hen", "a pig", "a fox"], ""),
        ([str(number) for number in (3, 900, 12, 45, 77, 1200)], ""),  # prices, say
        (["7", "7", "8", "9", "10", "11", "12"], ""),
        (["1", "2", "3"], ""),
        ([], ""),
    ],
)
def test_ids_are_known_by_their_form(cells: list[str], kind: str) -> None:
    assert id_kind(cells) == kind
