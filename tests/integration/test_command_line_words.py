"""What a person who mistypes is told: in words, with the next step, and without anything being lost."""

from __future__ import annotations

import msgspec
import pytest

from engine.command_line import commands, telling
from engine.command_line.choosing import choose_run, read_split
from engine.command_line.options import option_for
from engine.command_line.repairing import with_repairs
from engine.device import devices
from engine.protocol import (
    check_problems,
    data_problems,
    memory_problems,
    model_problems,
    run_folder_problems,
    split_problems,
    weight_problems,
)
from engine.protocol.config import DataConfig, Reading, RunConfig, SplitConfig
from engine.protocol.events import JobFailed
from engine.protocol.smaller_batches import Batches
from engine.protocol.wire import decode_event
from engine.run_folder import write_run
from engine.training.workbench import Workbench


@pytest.fixture
def told(capsysbinary):
    """Runs a command and returns its exit code, what it printed and what it complained of."""

    def run(*words):
        code = commands.run([str(word) for word in words])
        printed = capsysbinary.readouterr()
        assert b"Traceback" not in printed.out + printed.err
        return code, printed.out.decode(), printed.err.decode()

    return run


def _problem(told, *words):
    code, out, _ = told(*words, "--json")
    assert code == 2
    end = decode_event(out.encode().splitlines()[-1])
    assert isinstance(end, JobFailed)
    return end.problem


def _run_file(folder, data="rows.csv", **more):
    folder.mkdir()
    write_run(
        folder, RunConfig(data=DataConfig(path=str(data)), task="text_classification", method="lora", **more)
    )
    return folder / "run.toml"


@pytest.mark.parametrize(
    ("words", "said", "command"),
    [
        (["trian"], "train", "thaw-engine --help"),
        (["train", "--dat", "x"], "--dat", "thaw-engine train --help"),
        (["train", "--rows", "many"], "--rows", "thaw-engine train --help"),
        (["predict"], "RUN", "thaw-engine predict --help"),
    ],
)
def test_words_that_fit_no_command_are_a_problem_like_any_other(told, words, said, command):
    code, out, err = told(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert command in err
    assert _problem(told, *words).code == "usage"


def test_without_words_the_help_is_shown(told):
    code, out, err = told()
    assert (code, err) == (0, "")
    assert "thaw-engine train --data FILE" in out


def test_rows_given_as_a_run_are_shown_the_right_option(told, moods_csv):
    problem = _problem(told, "train", moods_csv)
    assert problem.title == '"moods.csv" is not a saved run'
    assert f"--data {moods_csv}" in problem.fix


def test_a_copy_of_a_run_file_is_read_and_not_the_one_beside_it(told, tmp_path):
    original = _run_file(tmp_path / "run", data=tmp_path / "first.csv")
    copy = original.with_name("mine.toml")
    copy.write_text(original.read_text().replace("first.csv", "second.csv"))
    assert "second.csv" in _problem(told, "train", copy, "--out", tmp_path / "out").title


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("seed = 0", 'seed = "seven"', "seed must be a whole number, and it is a text"),
        ("seed = 0", "sed = 7", 'Did you mean "seed"?'),
        ('path = "', 'paht = "', "path"),
        ("task = ", "task = [", "cannot be read"),
    ],
)
def test_a_run_file_that_was_edited_wrongly_is_not_guessed_at(told, tmp_path, before, after, words):
    file = _run_file(tmp_path / "run")
    file.write_text(file.read_text().replace(before, after, 1))
    problem = _problem(told, "train", file, "--out", tmp_path / "out")
    assert problem.code == "run_file_unreadable"
    assert words in f"{problem.title} {problem.reason} {problem.fix}"


def test_a_role_that_the_task_does_not_have_is_not_left_aside(told, moods_csv, tmp_path):
    for words in (["inspect", moods_csv], ["train", "--data", moods_csv, "--out", tmp_path / "out"]):
        problem = _problem(told, *words, "--column", "lable=label")
        assert (problem.code, problem.fix) == ("unknown_role", 'Did you mean "label"?')


def test_one_column_that_is_named_leaves_the_others_to_be_found(told, moods_csv):
    code, out, _ = told("inspect", moods_csv, "--column", "text=text", "--json")
    facts = msgspec.json.decode(out)
    assert (code, bool(facts["classes"])) == (0, True)
    said = dict.fromkeys(("task", "method", "model", "device", "name"), "") | {"reading": Reading()}
    run = choose_run(
        None,
        data=str(moods_csv),
        columns=["text=text"],
        settings=(),
        layers=(),
        watch=(),
        rows=None,
        split=(),
        seed=None,
        **said,
    )
    assert run.data.columns == {"text": "text", "label": "label"}


def test_a_device_that_is_not_there_is_said_with_the_option_for_one_that_is(told, moods_csv, tmp_path):
    out = tmp_path / "out"
    words = ["train", "--data", moods_csv, "--out", out, "--device", "cuda:99"]
    assert _problem(told, *words).code == "no_such_device"
    _, _, errors = told(*words)
    assert f"On the command line: --device {devices()[0].id}" in errors
    assert not (out / "run.toml").exists()


def test_the_split_can_be_said(told, tmp_path):
    split = read_split(["test=0.2", "seed=3", "group_column=author"], SplitConfig(validation=0.1))
    assert split == SplitConfig(validation=0.1, test=0.2, seed=3, group_column="author")
    file = tmp_path / "a.csv"
    file.write_text("text,label\n" + "a,x\nb,y\n" * 9)
    wrong = _problem(told, "train", "--data", file, "--split", "tests=0.2")
    assert (wrong.code, wrong.fix) == ("unknown_split", "Say --split test=… instead.")
    assert _problem(told, "train", "--data", file, "--split", "test=many").code == "wrong_split"


def test_a_column_that_divides_the_rows_is_found(told, tmp_path):
    file = tmp_path / "a.csv"
    lines = [f"text {number},{'xy'[number % 2]},{'test' if number > 30 else 'train'}" for number in range(40)]
    file.write_text("\n".join(["text,label,split", *lines]))
    code, out, _ = told("inspect", file, "--json")
    assert (code, msgspec.json.decode(out)["part_column"]) == (0, "split")


@pytest.fixture
def divided_csv(tmp_path):
    """Forty rows with a column that divides them."""
    file = tmp_path / "divided.csv"
    lines = [f"text {number},{'xy'[number % 2]},{'test' if number > 30 else 'train'}" for number in range(40)]
    file.write_text("\n".join(["text,label,split", *lines]))
    return file


def _chosen(file, columns=(), split=(), settings=()):
    said = dict.fromkeys(("task", "method", "model", "device", "name"), "") | {"reading": Reading()}
    given = dict.fromkeys(("layers", "watch"), ()) | {"rows": None, "seed": None, "settings": settings}
    return choose_run(None, data=str(file), columns=columns, split=split, **said, **given)


def test_by_lot_can_be_said_where_a_column_divides_the_rows(told, divided_csv):
    def parts(*words):
        facts = msgspec.json.decode(told("inspect", divided_csv, "--json", *words)[1])
        return [facts[part] for part in ("train", "validation", "test")]

    assert parts() == [26, 5, 9]  # as the column says; validation rows out of training
    assert parts("--split", "part_column=") == [28, 6, 6]
    assert parts("--split", "folds=5") == [27, 5, 8]
    bench = Workbench()
    found = bench.with_columns(_chosen(divided_csv).data, "text_classification")
    assert found.split.part_column == "split"
    by_lot = bench.with_columns(_chosen(divided_csv, split=["part_column="]).data, "text_classification")
    assert by_lot.split == SplitConfig(part_column="")


def test_a_column_of_lists_is_several_labels_unless_it_is_said_otherwise(told, tmp_path):
    file = tmp_path / "aspects.jsonl"
    lists = (["price", "service"], ["room"], ["room", "price"])
    rows = [{"text": f"a stay of {number} days", "aspects": lists[number % 3]} for number in range(30)]
    file.write_bytes(b"\n".join(map(msgspec.json.encode, rows)))
    assert _chosen(file).settings == {"answers": "several"}
    assert _chosen(file, columns=["label=aspects"]).settings == {"answers": "several"}
    assert _chosen(file, settings=["answers=one"]).settings == {"answers": "one"}
    facts = msgspec.json.decode(told("inspect", file, "--json")[1])
    assert [one["name"] for one in facts["classes"]] == ["price", "room", "service"]
    assert facts["preview"][0][1] == "price, service"
    assert "lists_are_several" in [finding["code"] for finding in facts["findings"]]


def test_a_named_column_leaves_the_one_that_divides_the_rows_to_be_found(divided_csv):
    assert _chosen(divided_csv, columns=["text=text"]).data.split.part_column == "split"
    named = _chosen(divided_csv, columns=["text=text"], split=["part_column="]).data
    assert named.split.part_column == ""


@pytest.mark.parametrize("words", [["--layer", "block.1"], ["--layer", "block.1=melt"], ["--split", "folds"]])
def test_a_pair_that_is_none_is_a_problem(told, moods_csv, words):
    assert _problem(told, "train", "--data", moods_csv, *words).code == "not_a_pair"


def test_how_rows_are_divided_is_told(told, divided_csv):
    assert 'Divided as "split" says: 26 rows to learn from' in told("inspect", divided_csv)[1]
    shown = told("inspect", divided_csv, "--split", "part_column=")[1]
    assert "Divided by lot: 28 rows to learn from, 6 to check with, 6 for the final test" in shown
    assert "On the command line: --split folds=5 --split part_column=''" in shown
    assert '"split" divides the rows, too' in shown
    assert "Divided fold 2 of 4" in told("inspect", divided_csv, "--split", "folds=4", "--split", "fold=1")[1]


def test_the_help_says_how_to_divide_by_lot(told):
    for command in ("train", "inspect"):
        shown = " ".join(told(command, "--help")[1].split())
        assert "part_column= (with nothing behind it) divides by lot" in shown
        assert "folds=5 and fold=0" in shown


def test_encoding_and_delimiter_can_be_said(told, tmp_path):
    file = tmp_path / "greek.csv"
    file.write_bytes(b"text/label\n" + "καλή μέρα/ναι\nκακή μέρα/όχι\n".encode("cp1253") * 9)
    code, out, _ = told("inspect", file, "--encoding", "windows-1253", "--delimiter", "/", "--json")
    facts = msgspec.json.decode(out)
    assert (code, facts["rows"], facts["encoding"]) == (0, 18, "windows-1253")
    assert [column["name"] for column in facts["columns"]] == ["text", "label"]
    assert [one["name"] for one in facts["classes"]] == ["ναι", "όχι"]
    assert '"UTF-8"' in _problem(told, "inspect", file, "--encoding", "utf9").reason


def test_each_finding_of_a_file_has_its_next_step(told, tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text(
        "number,mood\n" + "".join(f"{number},{'glad' if number % 2 else 'sad'}\n" for number in range(20))
    )
    code, out, _ = told("inspect", file)
    assert code == 0
    assert "No text column found" in out
    assert "On the command line: --column text=COLUMN" in out


def test_a_missing_file_is_named_with_its_whole_path(told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert str(tmp_path / "nowhere.csv") in _problem(told, "inspect", "nowhere.csv").reason


@pytest.mark.parametrize("name", ["nowhere", "file"])
def test_runs_are_looked_for_in_folders_only(told, tmp_path, name):
    (tmp_path / "file").write_text("no folder")
    problem = _problem(told, "runs", tmp_path / name)
    assert problem.code == "no_runs"
    assert (
        problem.title
        == {"nowhere": 'There is no folder "nowhere"', "file": '"file" is a file, not a folder'}[name]
    )


@pytest.mark.parametrize(
    ("problem", "option"),
    [
        (data_problems.no_column_for_role("a.csv", "label", "Answer", ["b"]), "--column label=COLUMN"),
        (
            data_problems.no_such_column("a.csv", "text", "x", ["my text"], "my text"),
            "--column text='my text'",
        ),
        (weight_problems.no_weights("/models/a"), "--model DIR"),
        (model_problems.no_such_model("minilmm", "minilm", ["minilm"]), "--model minilm"),
        (run_folder_problems.folder_not_empty(folder="/a"), "--out DIR"),
        (run_folder_problems.run_not_finished(folder="/my runs/a"), "thaw-engine resume '/my runs/a'"),
        (
            memory_problems.out_of_memory(
                step=3,
                batches=Batches(size=8, rows=8),
                max_length=32,
                free=1,
                folder="/my runs/a",
                saved_epoch=None,
            ),
            "thaw-engine resume '/my runs/a' --smaller-batches",
        ),
        (run_folder_problems.not_a_run(folder="/a"), ""),
        (check_problems.nothing_to_train(method="LoRA"), ""),
        (split_problems.split_out_of_range(0, 0.9), "--split validation=0.15 --split test=0.15"),
        (split_problems.no_parts("part", ["a"]), "--split part_column=''"),
        (split_problems.row_limit_too_small(1, 3), "--rows 3"),
    ],
)
def test_a_repair_with_a_button_is_written_as_an_option(problem, option):
    assert option_for(problem).removeprefix("On the command line: ") == option


@pytest.mark.parametrize(
    ("share", "words"), [(1.0, "100 %"), (0.1573, "16 %"), (0.0033, "0.33 %"), (0.000034, "0.0034 %")]
)
def test_a_trainable_share_has_two_digits_that_count(share, words):
    assert telling._share(share) == words


def test_what_was_found_is_mended_by_its_code_and_written_to_a_new_file(told, tmp_path):
    file, out = tmp_path / "odd.csv", tmp_path / "mended.csv"
    rows = [f"text {row},{label}" for row, label in enumerate(["good", "bad"] * 10)]
    file.write_text("\n".join(["text,label", *rows, "text 0,good", "=1+1,Good", ",bad"]) + "\n")
    before = file.read_bytes()
    code, shown, _ = told("inspect", file)
    assert code == 0
    assert "On the command line: --repair duplicates" in shown
    code, shown, _ = told("prepare", file, "--repair", "mixed_labels", "--repair", "duplicates", "--out", out)
    assert code == 0
    assert "1 duplicate removed" in shown
    assert '22 rows written to "mended.csv"' in shown
    assert out.read_text("utf-8-sig").splitlines()[-2:] == ["'=1+1,good", ",bad"]
    assert file.read_bytes() == before
    code, shown, _ = told("inspect", file, "--repair", "blank_text", "--json")
    about = msgspec.json.decode(shown)
    assert [step["kind"] for step in about["repairs"]] == ["remove_blank"]
    assert about["rows"] == 22  # what is shown is what was mended
    assert "" not in [row[0] for row in about["preview"]]
    assert "blank_text" not in {finding["code"] for finding in about["findings"]}
    assert _problem(told, "prepare", file, "--repair", "uneven", "--out", out).code == "no_such_finding"
    assert _problem(told, "prepare", file, "--out", file).code == "would_overwrite"


def test_a_run_is_trained_on_repaired_rows(told, tmp_path):
    file = tmp_path / "odd.csv"
    rows = [f"text {row},{label}" for row, label in enumerate(["good", "bad"] * 10)]
    file.write_text("\n".join(["text,label", *rows, "text 0,good"]) + "\n")
    words = ("train", "--data", file, "--task", "text_classification", "--out", tmp_path / "run")
    problem = _problem(told, *words, "--repair", "blank_text")
    assert problem.code == "no_such_finding"
    assert "duplicates" in problem.reason
    assert not (tmp_path / "run").exists()
    run = RunConfig(data=DataConfig(path=str(file)), task="text_classification", method="lora")
    repaired = with_repairs(run, ["duplicates"])
    assert [step.kind for step in repaired.data.repairs] == ["remove_duplicates"]
    assert repaired.data.columns == {"text": "text", "label": "label"}


def test_answers_and_tags_are_mended_from_the_command_line(told, tmp_path):
    file, out = tmp_path / "questions.csv", tmp_path / "mended.csv"
    rows = [f"Who {row}?,{row}: Ann is in Ulm.,{'“Ulm”' if row % 9 == 4 else 'Ulm'}" for row in range(20)]
    file.write_text("\n".join(["question,context,answers", *rows]) + "\n")
    code, shown, _ = told("prepare", file, "--repair", "answers_nearly_found", "--out", out)
    assert code == 0
    assert "Answers of 2 rows corrected" in " ".join(shown.split())
    assert [line.rpartition(",")[2] for line in out.read_text("utf-8-sig").splitlines()[1:]] == ["Ulm"] * 20
    words = tmp_path / "words.conll"
    sentences = [f"Ann {'I-PER' if row == 7 else 'B-PER'}\nmet O\n{row} O\n" for row in range(20)]
    words.write_text("\n".join(sentences))
    code, shown, _ = told("prepare", words, "--repair", "stray_tags", "--out", tmp_path / "tags.csv")
    assert "Tags of 1 row mended" in " ".join(shown.split())
