"""Columns: what each seems to mean, from its name and from what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

import pytest

from engine.data.cell_lists import list_cell
from engine.data.columns import guess, inspect, roles_of, with_guesses
from engine.data.read_files import read_table
from engine.data.table import Table, make_dataset
from engine.protocol.catalog import TaskEntry
from tests.engine.data.usual_tasks import ANSWER, CLASSIFY, READ_ON, REPLY, TAG, TASKS, TRANSLATE


def table(rows: int = 40, **columns: Sequence[str]) -> Table:
    """Returns a table whose columns repeat the given cells."""
    cells = {name: [values[row % len(values)] for row in range(rows)] for name, values in columns.items()}
    return Table("notes.csv", make_dataset(cells, range(1, rows + 1), "notes.csv"), "utf-8", ",")


def roles(of: Table, task: TaskEntry = CLASSIFY) -> dict[str, str]:
    """Returns column → guessed role, for columns that have one."""
    return {column.name: column.role for column in guess(of, task.roles) if column.role}


SENTENCES = [f"this is the sentence with the number {number} in it" for number in range(40)]
IDS = [str(number) for number in range(40)]


@pytest.mark.parametrize(
    ("name", "task", "expected"),
    [
        ("posts.csv", CLASSIFY, {"text": "text", "mood": "label"}),
        ("messages.csv", CLASSIFY, {"message": "text", "kind": "label"}),
        ("definitions.csv", CLASSIFY, {"definition": "text", "kind": "label"}),
        ("addresses.conll", TAG, {"tokens": "tokens", "tags": "tags"}),
        ("names.conll", TAG, {"tokens": "tokens", "tags": "tags"}),
        (
            "people.squad.json",
            ANSWER,
            {"context": "context", "question": "question", "answers": "answers"},
        ),
        ("interface.en-fr.tsv", TRANSLATE, {"english": "source", "french": "target"}),
        ("pride_and_prejudice.txt", READ_ON, {"text": "text"}),
    ],
)
def test_the_samples_columns_and_tasks_are_guessed(
    name: str, task: TaskEntry, expected: dict[str, str]
) -> None:
    facts = inspect(read_table(str(files("resources") / "samples" / name)), TASKS)
    assert facts.task == task.id
    assert {column.name: column.role for column in facts.columns if column.role} == expected
    assert facts.guesses[task.id] == {role: column for column, role in expected.items()}
    known = [role.id for role in task.roles]
    assert list(facts.guesses[task.id]) == sorted(facts.guesses[task.id], key=known.index)


def test_content_decides_where_names_say_nothing() -> None:
    unnamed = table(a=IDS, b=["yes", "no"], c=SENTENCES, d=["2024-01-01"])
    assert roles(unnamed) == {"c": "text", "b": "label"}


def test_names_decide_between_columns_alike() -> None:
    both = table(
        title=["a short line", "another one"], reviewText=SENTENCES, colour=["red", "blue"], stars=["1", "5"]
    )
    assert roles(both) == {"reviewText": "text", "stars": "label"}


def test_of_three_languages_the_two_that_stand_in_most_rows_are_guessed() -> None:
    memory = table(
        en=[f"Print page {number % 9}" for number in range(40)],
        de=["" if number % 3 else f"Zeile {number}" for number in range(40)],
        fr=[f"Imprimer la page {number % 9}" for number in range(40)],
    )
    assert roles(memory, TRANSLATE) == {"en": "source", "fr": "target"}


def test_a_column_with_one_label_is_still_the_answer_when_it_is_called_so() -> None:
    assert roles(table(text=SENTENCES, label=["good"])) == {"text": "text", "label": "label"}


def test_free_text_numbers_and_ids_are_no_answer() -> None:
    assert roles(table(text=SENTENCES, id=IDS, when=[f"day {number}" for number in range(40)])) == {
        "text": "text"
    }


def test_reasons_hold_the_numbers() -> None:
    facts = {
        column.name: column
        for column in guess(table(text=SENTENCES, mood=["a", "b", ""], id=IDS, empty=[" "]), CLASSIFY.roles)
    }
    assert facts["text"].reason == "about 10 words in a row"
    assert facts["mood"].reason == "2 different values in 27 rows"
    assert (facts["mood"].distinct, facts["mood"].blank) == (2, 13)
    assert facts["id"].reason == "a different number in every row"
    assert facts["empty"].reason == "blank in every row"


def test_the_preview_is_the_first_200_rows_with_their_numbers() -> None:
    cells = {"text": [f"text {number}" for number in range(300)], "label": ["a", "b"] * 150}
    numbers = [number + (number > 5) for number in range(1, 301)]
    facts = inspect(Table("folder/notes.csv", make_dataset(cells, numbers), "utf-8", ",", size=7))
    assert (facts.rows, len(facts.preview), facts.name, facts.size) == (300, 200, "notes.csv", 7)
    assert facts.preview[0] == ("text 0", "a")
    assert facts.preview_rows[4:7] == (5, 7, 8)


PHRASES = [f"open the file {number}" for number in range(40)]
OUVRIR = [f"ouvrir bien le fichier {number}" for number in range(40)]
LISTS = [list_cell(sentence.split()) for sentence in SENTENCES]
TAGGED = [list_cell(["B-X", "I-X"] + ["O"] * (len(sentence.split()) - 2)) for sentence in SENTENCES]


@pytest.mark.parametrize(
    ("columns", "task", "expected"),
    [
        ({"text": SENTENCES, "label": ["a", "b"]}, CLASSIFY, {"text": "text", "label": "label"}),
        (
            {"premise": SENTENCES, "hypothesis": PHRASES, "label": ["0", "1", "2"]},
            CLASSIFY,
            {"text": "premise", "second_text": "hypothesis", "label": "label"},
        ),
        (
            {"sentence2": SENTENCES, "sentence1": PHRASES, "score": ["0.5", "4.2", "1.0"]},
            CLASSIFY,
            {"text": "sentence1", "second_text": "sentence2", "label": "score"},
        ),
        (
            {"title": PHRASES, "review": SENTENCES, "stars": ["1", "5"], "author": ["Ann", "Bo"]},
            CLASSIFY,
            {"text": "review", "label": "stars", "group": "author"},
        ),
        ({"text": SENTENCES}, READ_ON, {"text": "text"}),
        ({"fr": PHRASES, "en": OUVRIR}, TRANSLATE, {"source": "fr", "target": "en"}),
        ({"target": PHRASES, "source": OUVRIR}, TRANSLATE, {"source": "source", "target": "target"}),
        (
            {"id": IDS, "instruction": PHRASES, "output": SENTENCES},
            REPLY,
            {"prompt": "instruction", "response": "output"},
        ),
        ({"question": PHRASES, "answer": SENTENCES}, REPLY, {"prompt": "question", "response": "answer"}),
        ({"question": PHRASES, "answer": ["yes", "no"]}, CLASSIFY, {"text": "question", "label": "answer"}),
        (
            {"question": PHRASES, "answer": ["the file"], "paragraph": SENTENCES},
            ANSWER,
            {"context": "paragraph", "question": "question", "answers": "answer"},
        ),
        (
            {"q": PHRASES, "c": SENTENCES, "a": ['{"text": ["file"], "answer_start": [9]}', "[]"]},
            ANSWER,
            {"context": "c", "question": "q", "answers": "a"},
        ),
        ({"id": IDS, "tokens": LISTS, "ner_tags": TAGGED}, TAG, {"tokens": "tokens", "tags": "ner_tags"}),
        ({"a": TAGGED, "b": LISTS}, TAG, {"tokens": "b", "tags": "a"}),
        (
            {"words": SENTENCES, "tags": [" ".join(["O"] * 10)]},
            TAG,
            {"tokens": "words", "tags": "tags"},
        ),
        (
            {"text": SENTENCES, "labels": ['["a", "b"]', '["a"]']},
            CLASSIFY,
            {"text": "text", "label": "labels"},
        ),
    ],
)
def test_the_task_is_the_one_that_most_speaks_for(
    columns: dict[str, Sequence[str]], task: TaskEntry, expected: dict[str, str]
) -> None:
    facts = inspect(table(**columns), TASKS)
    assert (facts.task, facts.guesses[facts.task]) == (task.id, expected)


def test_a_column_means_other_things_to_other_tasks() -> None:
    facts = inspect(table(question=PHRASES, answer=["yes", "no"], context=SENTENCES), TASKS)
    assert facts.task == ANSWER.id
    assert facts.guesses[CLASSIFY.id] == {"text": "question", "label": "answer"}
    assert facts.guesses[REPLY.id] == {"prompt": "question", "response": "answer"}
    assert facts.guesses[ANSWER.id] == {"context": "context", "question": "question", "answers": "answer"}


def test_without_a_task_that_fits_the_one_with_the_most_columns_is_taken() -> None:
    assert inspect(table(label=["a", "b"]), (READ_ON, TAG, CLASSIFY)).task == CLASSIFY.id
    assert inspect(table(id=IDS), (TAG, READ_ON)).task == TAG.id
    assert inspect(table(id=IDS)).task == ""


def test_reasons_of_lists_hold_their_numbers() -> None:
    answers = ['[{"text": "open", "answer_start": 0}]', "[]", "[]", "[]"]
    facts = {c.name: c.reason for c in guess(table(q=PHRASES, c=SENTENCES, a=answers), ANSWER.roles)}
    assert facts["a"] == "an answer in 10 of 40 rows"
    facts = {c.name: c.reason for c in guess(table(tokens=LISTS, tags=TAGGED), TAG.roles)}
    assert facts == {"tokens": "about 10 words in a row", "tags": "3 different tags in 40 rows"}


def test_what_a_person_chose_comes_before_a_guess() -> None:
    facts = guess(table(text=SENTENCES, title=["one line here"], label=["a", "b"]), CLASSIFY.roles)
    assert roles_of(facts) == {"text": "text", "label": "label"}
    assert roles_of(facts, {"text": "title"}) == {"text": "title"}
    assert roles_of(facts, {"text": "", "label": ""}) == {"text": "", "label": ""}
    assert with_guesses(facts, {"text": "title"}) == {"text": "title", "label": "label"}
    assert with_guesses(facts, {"label": "text"}) == {"label": "text"}


def test_lists_and_answers_are_shown_in_words() -> None:
    words = list_cell(["8128", "S.", "King"])
    answers = '[{"text": "comedian", "answer_start": 3}, {"text": "actor", "answer_start": -1}]'
    facts = inspect(
        table(2, words=[words], answers=[answers, "[]"], text=["[citation needed] and [more]"]), TASKS
    )
    assert facts.preview[0] == ("8128 S. King", "comedian, actor", "[citation needed] and [more]")
    assert facts.preview[1][1] == ""


def test_lists_of_labels_ask_for_several_labels_and_are_shown_side_by_side() -> None:
    sets = [list_cell(row) for row in (["price", "service"], ["room"], ["service", "room"], [])]
    facts = inspect(table(text=SENTENCES, aspects=sets), TASKS)
    (aspects,) = [column for column in facts.columns if column.name == "aspects"]
    assert (aspects.role, aspects.reason) == ("label", "3 different labels in lists, in 40 rows")
    assert facts.preview[0][1] == "price, service"
    assert facts.settings_for(CLASSIFY.roles, facts.columns_for(CLASSIFY.id)) == {"answers": "several"}
    plain = inspect(table(text=SENTENCES, mood=["good", "bad"]), TASKS)
    assert plain.settings_for(CLASSIFY.roles, plain.columns_for(CLASSIFY.id)) == {}


def test_words_with_tags_beside_them_stay_a_sentence() -> None:
    of = table(2, toks=[list_cell(["Ann", "sings"])], pos=[list_cell(["NOUN", "VERB"])])
    assert inspect(of, TASKS).preview[0] == ("Ann sings", "NOUN VERB")


def test_columns_of_lists_are_told_from_texts_with_brackets() -> None:
    of = table(text=SENTENCES, tags=[list_cell(["O", "B-PER"])], note=["[sic] a slip", "none"])
    assert {column.name: column.is_list for column in inspect(of, TASKS).columns} == {
        "text": False,
        "tags": True,
        "note": False,
    }
