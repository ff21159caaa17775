"""The command line: the pipe's own events as JSON, exit codes, problems in words."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from engine.command_line.commands import app
from engine.protocol.catalog import Catalog
from engine.protocol.events import (
    EvaluationEnded,
    JobFailed,
    JobStopped,
    JobSucceeded,
    PredictionMade,
    ResultWritten,
    TrainingStarted,
)
from engine.protocol.explanations import AnswerExplained
from engine.protocol.export_events import ModelExported
from engine.protocol.label_doubts import LabelDoubtsFound
from engine.protocol.run_files import EVENTS_FILE, RUN_FILE, read_events, read_run
from engine.protocol.smaller_batches import Batches, BatchesHalved
from engine.protocol.wire import decode_event, encode
from tests.engine.recorded_session import points
from tests.hub_server import HubServer, use_hub
from tests.hub_uploads import Account

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-P", "-m", "engine"]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


def _run(*arguments, code=0):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output + str(result.exception)
    return result


def _events(result):
    return [decode_event(line) for line in result.stdout_bytes.splitlines()]


def _train(moods_csv, small_bert, out, *more, code=0):
    given = ["--data", moods_csv, "--model", small_bert, "--set", "batch_size=8", "--set", "epochs=2"]
    return _run("train", *given, "--out", out, *more, code=code)


@pytest.fixture(scope="module")
def finished(small_bert, moods_csv, tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "first"
    result = _train(
        moods_csv, small_bert, out, "--method", "lora", "--seed", "3", "--name", "First", "--json"
    )
    return out, _events(result)


def test_a_run_whose_own_file_is_lost_is_known_by_its_events(finished, tmp_path):
    folder, told = finished
    result = next(event.result for event in told if isinstance(event, ResultWritten))
    broken = tmp_path / "runs" / "broken"
    shutil.copytree(folder, broken, ignore=shutil.ignore_patterns("checkpoints"))
    for damaged in (False, True):
        (broken / RUN_FILE).write_bytes(b"half") if damaged else (broken / RUN_FILE).unlink()
        again = _events(_run("evaluate", broken, "--json"))
        assert [one.result for one in again if isinstance(one, ResultWritten)] == [result]
        assert '"run.toml" is missing or damaged' in _run("runs", tmp_path / "runs").stdout
        assert "a happy day" in _run("predict", broken, "--text", "a happy day").stdout
    assert "no run file that Thaw can read" in _run("train", broken, code=2).output  # it may have been edited


def test_a_run_of_a_newer_version_is_said_to_be_one(finished, tmp_path):
    newer = tmp_path / "newer"
    shutil.copytree(finished[0], newer, ignore=shutil.ignore_patterns("checkpoints"))
    chosen = (newer / RUN_FILE).read_text().replace('method = "lora"', 'method = "dora"')
    (newer / RUN_FILE).write_text(chosen)
    answered, written = ["predict", "--text", "a day"], ["export", "--what", "card"]
    for command, *more in (["evaluate"], answered, ["probe"], ["report"], written):
        said = _run(command, newer, *more, code=2).stderr
        assert "This run is from a newer version of Thaw" in said
        assert 'This version does not know the method "dora".' in said


def test_help_names_the_commands():
    shown = subprocess.run([*COMMAND, "--help"], capture_output=True, env=ENVIRONMENT, check=True)

    commands = ("serve", "catalog", "inspect", "prepare", "doubts", "train", "resume", "evaluate", "predict")
    assert all(command in shown.stdout.decode() for command in commands)


def test_the_catalog_is_one_object():
    shown = _run("catalog", "--json").stdout_bytes
    catalog = msgspec.json.decode(shown, type=Catalog)

    assert shown.count(b"\n") == 1
    assert {"freeze_layers", "lora", "feature_based"} <= {method.id for method in catalog.methods}
    assert all(task["id"] for task in msgspec.json.decode(shown)["tasks"])
    assert "text_classification" in _run("catalog").stdout


def test_an_interrupted_run_says_how_it_goes_on_also_when_memory_had_run_out(finished, tmp_path):
    folder = tmp_path / "lost run"
    shutil.copytree(finished[0], folder, ignore=shutil.ignore_patterns("checkpoints"))
    events = list(read_events(folder))
    kept = [event for event in events if not isinstance(event, JobSucceeded | ResultWritten)]
    (folder / EVENTS_FILE).write_bytes(b"".join(encode(event) for event in kept))

    shown = " ".join(_run("runs", tmp_path).stdout.split())
    assert "lost run: This run was interrupted" in shown
    resume = f"thaw-engine resume '{folder}'"
    assert f"On the command line: {resume} or {resume} --smaller-batches" in shown
    (line,) = _run("runs", tmp_path, "--json").stdout_bytes.splitlines()
    told = msgspec.json.decode(line)
    assert (told["state"], told["problem"]["code"]) == ("interrupted", "run_interrupted")
    plain, smaller = (action["arguments"] for action in told["problem"]["actions"])
    assert smaller == plain | {"smaller_batches": "yes"}
    assert next(event for event in events if isinstance(event, TrainingStarted)).memory_within_reach > 3e8

    again = _events(_run("resume", folder, "--smaller-batches", "--json"))
    (halved,) = [event for event in again if isinstance(event, BatchesHalved)]
    assert (halved.batches, halved.asked) == (Batches(size=4, rows=8), True)
    assert "problem" not in msgspec.json.decode(_run("runs", tmp_path, "--json").stdout_bytes)


def test_a_file_is_looked_at(moods_csv, tmp_path):
    shown = msgspec.json.decode(_run("inspect", moods_csv, "--json").stdout_bytes)

    assert shown["rows"] == 80
    assert [(column["name"], column["role"]) for column in shown["columns"]] == [
        ("text", "text"),
        ("label", "label"),
    ]
    assert all(column["reason"] for column in shown["columns"])
    assert all({"code", "title", "rows"} <= finding.keys() for finding in shown["findings"])
    assert (shown["usable"], shown["train"], shown["validation"], shown["test"]) == (80, 56, 12, 12)
    assert "80 rows" in _run("inspect", moods_csv).stdout

    odd = tmp_path / "odd.csv"
    odd.write_text("text,label\n" + "".join(f"a day {n},glad\n" for n in range(9)) + ",sad\n")
    findings = msgspec.json.decode(_run("inspect", odd, "--json").stdout_bytes)["findings"]
    assert findings[0]["severity"] == "error"
    assert [10] in [finding["rows"] for finding in findings]


def test_near_duplicates_and_personal_data_are_told_with_rows_and_texts(tmp_path):
    table = tmp_path / "posts.csv"
    rows = [
        f"{'abcdefgh'[n % 8] * 7} number {n} {n * 7919} was {'xyz'[n % 3] * 9},{'ab'[n % 2]}"
        for n in range(40)
    ]
    rows += ["write to jo@work.org whenever you like to,a", "write to jo@work.org whenever you like too,a"]
    table.write_text("\n".join(["text,label", *rows]))
    shown = msgspec.json.decode(_run("inspect", table, "--json").stdout_bytes)
    findings = {finding["code"]: finding for finding in shown["findings"]}

    assert findings["near_duplicates"]["rows"] == [42]
    (pair,) = findings["near_duplicates"]["compared"]
    assert (pair["rows"], pair["texts"][1]) == ([41, 42], "write to jo@work.org whenever you like too")
    assert findings["personal_data"]["rows"] == [41, 42]
    assert "jo@work.org" not in findings["personal_data"]["reason"]
    assert "1 text is almost the same as another" in _run("inspect", table).stdout


def test_labels_that_look_wrong_are_listed(moods_csv, small_bert, tmp_path):
    table = tmp_path / "moods.csv"
    header, *lines = moods_csv.read_text().splitlines()
    turned = {2: "glad", 4: "glad", 6: "sad", 8: "sad"}
    rows = [line.rsplit(",", 1) for line in lines]
    labels = [turned.get(row, label) for row, (_, label) in enumerate(rows, 1)]
    table.write_text(
        "\n".join([header, *(f"{row[0]},{label}" for row, label in zip(rows, labels, strict=True))])
    )
    events = _events(_run("doubts", table, "--model", small_bert, "--json"))
    found = next(event for event in events if isinstance(event, LabelDoubtsFound))

    assert found.rows == 80
    assert found.doubts
    assert all(labels[doubt.row - 1] == doubt.given != doubt.expected for doubt in found.doubts)
    shown = _run("doubts", table, "--model", small_bert).stdout
    assert found.finding.title in shown
    assert shown.rindex("expected") < shown.rindex(found.doubts[0].text)

    failed = _run("doubts", table, "--model", small_bert, "--set", "answers=score", "--json", code=2)
    assert isinstance(_events(failed)[-1], JobFailed)


def test_training_prints_the_pipes_events(finished):
    out, events = finished

    assert isinstance(events[-1], JobSucceeded)
    assert events[1:] == list(read_events(out))
    test = next(event for event in events if isinstance(event, EvaluationEnded) and event.split == "test")
    assert 0 <= test.metrics["accuracy"] <= 1
    run = read_run(out)
    assert (run.method, run.seed, run.name, run.settings["epochs"], run.settings["rank"]) == (
        "lora", 3, "First", 2, 8,
    )  # fmt: skip
    assert Path(run.data.path).is_absolute()


def test_a_saved_run_is_repeated_bit_for_bit(finished, tmp_path):
    out, events = finished
    again = _events(_run("train", out / "run.toml", "--out", tmp_path / "again", "--json"))

    assert points(again) == points(events)
    result, repeated = (
        next(event.result for event in some if isinstance(event, ResultWritten)) for some in (events, again)
    )
    assert repeated.scores == result.scores


def test_training_for_people_ends_in_scores_and_where_they_are(moods_csv, small_bert, tmp_path):
    shown = _train(moods_csv, small_bert, tmp_path / "run").stdout

    assert "Reading 80 texts" in shown
    assert "validation loss" in shown
    assert "Word counts (TF-IDF)" in shown
    assert "±" in shown
    assert str(tmp_path / "run") in shown.replace("\n", "")


def test_a_folder_of_runs_gets_a_new_one_inside(finished, moods_csv, small_bert, tmp_path):
    runs = finished[0].parent
    _train(moods_csv, small_bert, runs, "--method", "feature_based", "--json")

    lines = [msgspec.json.decode(line) for line in _run("runs", runs, "--json").stdout_bytes.splitlines()]
    assert [(line["method"], line["state"]) for line in lines] == [
        ("lora", "finished"),
        ("feature_based", "finished"),
    ]
    assert "finished" in _run("runs", runs).stdout


def test_evaluate_and_predict(finished, tmp_path):
    out, events = finished
    written = next(event.result for event in events if isinstance(event, ResultWritten))
    again = _events(_run("evaluate", out, "--json"))
    assert next(event.result for event in again if isinstance(event, ResultWritten)) == written

    answers = _events(_run("predict", out, "--text", "a happy day", "--text", "a nasty cat", "--json"))
    made = next(event for event in answers if isinstance(event, PredictionMade))
    assert [one.text for one in made.predictions] == ["a happy day", "a nasty cat"]

    (tmp_path / "texts.txt").write_text("a happy day\n\na nasty cat\n")
    (tmp_path / "texts.csv").write_text("id,text\n7,a happy day\n8,a nasty cat\n")
    for name in ("texts.txt", "texts.csv"):
        from_file = _events(_run("predict", out, "--file", tmp_path / name, "--json"))
        assert next(event for event in from_file if isinstance(event, PredictionMade)).predictions == (
            made.predictions
        )
    assert made.predictions[0].said in _run("predict", out, "--text", "a happy day").stdout


def test_a_run_says_which_words_moved_its_answer(finished):
    out, _ = finished
    told = _events(
        _run("predict", out, "--text", "a happy day", "--text", "a cold cat", "--explain", "--json")
    )
    explained = [event for event in told if isinstance(event, AnswerExplained)]
    assert [one.prediction.text for one in explained] == ["a happy day", "a cold cat"]
    assert all(len(one.effects) == 3 for one in explained)
    shown = _run("predict", out, "--text", "a happy day", "--explain").stdout
    assert "happy  towards" in shown
    assert "Measured by hiding one word at a time." in shown
    assert "Measured by integrated gradients" in _run("predict", out, "--text", "a day", "--gradients").stdout
    refused = _events(_run("predict", out, "--text", "a day", "--before", "--json", code=2))
    assert refused[-1].problem.code == "no_head_before_training"


def test_a_file_of_answers_is_written_and_never_over_another(finished, tmp_path):
    out, _ = finished
    (tmp_path / "texts.csv").write_text("id,text\n7,a happy day\n8,a nasty cat\n9,\n")
    new = tmp_path / "said.csv"
    shown = _run("predict", out, "--file", tmp_path / "texts.csv", "--out", new).stdout
    assert "3 rows answered, 1 without a text." in shown
    assert str(new) in shown.replace("\n", "")
    lines = new.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "id,text,answer,probability,p(glad),p(sad)"
    assert lines[1].startswith("7,a happy day,")
    _run("predict", out, "--file", tmp_path / "texts.csv", "--out", new, code=2)
    assert new.read_text(encoding="utf-8-sig").splitlines() == lines
    _run("predict", out, "--text", "a day", "--out", tmp_path / "other.csv", code=2)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["train", "--data", "nowhere.csv"], "no_file", "nowhere.csv"),
        (["train"], "nothing_to_train_on", "--data"),
        (["train", "--data", "MOODS", "--method", "lorra"], "unknown_method", "lora"),
        (["train", "--data", "MOODS", "--task", "text_clasification"], "unknown_task", "text_classification"),
        (["train", "--data", "MOODS", "--model", "/nowhere"], "no_such_model", "/nowhere"),
        (["train", "--data", "MOODS", "--set", "epochs=0"], "setting_out_of_range", "1"),
        (["train", "--data", "MOODS", "--set", "epoch=2"], "unknown_setting", "epochs"),
        (["train", "--data", "MOODS", "--set", "epochs"], "not_a_pair", "NAME=VALUE"),
        (["train", "--data", "MOODS", "--column", "text=body"], "no_such_column", "body"),
        (["inspect", "TABLES"], "folder_given", "two.csv"),
        (["resume", "/nowhere"], "not_a_run", "/nowhere"),
        (["predict", "RUN"], "nothing_to_answer", "--text"),
        (["runs", "/nowhere"], "no_runs", "/nowhere"),
    ],
)
def test_a_problem_is_told_in_words_and_as_an_event(finished, moods_csv, tmp_path, arguments, code, words):
    tables = tmp_path / "tables"
    tables.mkdir()
    for name in ("one.csv", "two.csv"):
        (tables / name).write_text("text,label\na,b\n")
    names = {"MOODS": str(moods_csv), "RUN": str(finished[0]), "TABLES": str(tables)}
    given = [names.get(argument, argument) for argument in arguments]
    given += ["--out", str(tmp_path / "run")] if given[0] == "train" else []

    told = _run(*given, code=2)
    assert words in told.stderr
    assert told.stdout == ""
    assert "Traceback" not in told.output

    end = _events(_run(*given, "--json", code=2))[-1]
    assert isinstance(end, JobFailed)
    assert end.problem.code == code
    assert not (tmp_path / "run").exists()


def test_a_run_in_the_way_is_not_written_over(finished, moods_csv, small_bert):
    told = _train(moods_csv, small_bert, finished[0], code=2)

    assert "not empty" in told.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="There is no SIGINT to send to one process.")
def test_ctrl_c_stops_and_keeps_the_best(moods_csv, small_bert, tmp_path):
    given = ["--data", moods_csv, "--model", small_bert, "--out", tmp_path / "run", "--json"]
    process = subprocess.Popen(
        [*COMMAND, "train", *map(str, given), "--set", "epochs=900", "--set", "batch_size=8"],
        stdout=subprocess.PIPE,
        env=ENVIRONMENT,
    )
    assert process.stdout is not None
    events = []
    for line in process.stdout:
        events.append(decode_event(line))
        if isinstance(events[-1], TrainingStarted):
            process.send_signal(signal.SIGINT)

    assert process.wait(60) == 130
    assert isinstance(events[-1], JobStopped)
    assert any(isinstance(event, ResultWritten) for event in events)
    assert (tmp_path / "run" / "model" / "thaw.json").is_file()


def test_a_finished_run_is_exported(finished, tmp_path):
    out, _ = finished
    to = tmp_path / "away"
    events = _events(_run("export", out, "--what", "adapter,card", "--to", to, "--json"))
    (exported,) = [event for event in events if isinstance(event, ModelExported)]
    assert isinstance(events[-1], JobSucceeded)
    assert [item.kind for item in exported.items] == ["adapter", "card"]
    assert (to / "adapter" / "load_model.py").is_file()
    told = _run("export", out, "--what", "card", "--to", tmp_path / "words").stdout
    assert "Model card" in told
    failed = _run("export", out, "--what", "card", "--to", to, code=2)
    assert "never writes over anything" in " ".join(failed.stderr.split())
    assert "Did you mean" in _run("export", out, "--what", "modle", "--to", tmp_path / "x", code=2).stderr


def test_a_finished_run_is_put_on_the_hub(finished, tmp_path, monkeypatch):
    out, _ = finished
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    with HubServer() as server:
        use_hub(server, tmp_path / "cache", monkeypatch)
        monkeypatch.setenv("HF_TOKEN", "hf_secret")
        server.uploads.accounts = {"hf_secret": Account("ada")}
        told = _run("export", out, "--what", "adapter", "--to-hub", "ada/moods")
        assert f"On the hub (private): {server.endpoint}/ada/moods" in told.stdout.replace("\n", " ")
        assert "hf_secret" not in told.output
        assert "adapter/adapter_model.safetensors" in server.uploads.commits["ada/moods"]
        both = _run("export", out, "--what", "adapter,model", "--to-hub", "ada/more", code=2)
        assert "in one form" in " ".join(both.stderr.split())


def test_a_report_is_written(finished, tmp_path):
    out, _ = finished
    told = msgspec.json.decode(_run("report", out, "--to", tmp_path, "--json").stdout_bytes)
    assert Path(told["html"]).stat().st_size > 10_000
    assert Path(told["pdf"]).read_bytes().startswith(b"%PDF")
    failed = _run("report", out, "--to", tmp_path, code=2)
    assert "never writes over anything" in " ".join(failed.stderr.split())
