"""Several finished runs in memory answer as each does alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.data.piece_places import piece_places
from engine.data.word_pieces import encode_texts
from engine.errors import EngineError
from engine.examining import finished_runs
from engine.examining.finished_runs import FinishedRuns, size_in_memory
from engine.models.load import load_base
from engine.protocol.events import JobSucceeded
from engine.protocol.run_files import read_predictions
from engine.protocol.run_versions import Version
from engine.training.answering import FinishedRun
from engine.training.workbench import Workbench
from tests.engine.recorded_session import RecordedSession, moods_run, start

TEXTS = ("a happy sunny day", "the cruel cat was nasty and cold today", "my train")
METHODS = ("lora", "bottleneck_adapters", "ia3", "prompt_tuning", "feature_based", "full_fine_tuning")
SHARING = METHODS[:-1]


def test_runs_on_one_base_share_it_and_answer_as_if_loaded_alone(moods_of: Callable[..., Path]) -> None:
    folders = {method: moods_of(method) for method in METHODS}
    folders["lora with other numbers"] = moods_of("lora", rank=2)
    alone = {name: FinishedRun.load(folder).predict(TEXTS) for name, folder in folders.items()}
    runs = FinishedRuns()
    for name in (*folders, *reversed(folders)):
        with runs.use(folders[name]) as run:
            assert run.predict(TEXTS) == alone[name], name
    assert len(runs) == len(folders)
    models = [runs.get(folders[method]).model for method in SHARING]
    base = size_in_memory([runs.get(folders["feature_based"]).model])
    assert size_in_memory(models) < base + 0.4 * base * (len(models) - 1)
    own = runs.get(folders["full_fine_tuning"]).model
    assert size_in_memory([*models, own]) > size_in_memory(models) + 0.9 * base


def test_a_norm_that_learned_beside_inserts_is_never_shared(moods_of: Callable[..., Path]) -> None:
    plain, with_norms = moods_of("feature_based"), moods_of("bottleneck_adapters", epochs=2, layer_norms=True)
    alone = FinishedRun.load(plain).predict(TEXTS)
    runs = FinishedRuns()
    runs.get(with_norms)
    with runs.use(plain) as run:
        assert run.predict(TEXTS) == alone


def test_the_run_not_asked_for_longest_goes_first(
    moods_of: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finished_runs, "_ALWAYS", 0)
    first, second, third = (moods_of(method) for method in ("lora", "full_fine_tuning", "feature_based"))
    two = 2 * size_in_memory([FinishedRun.load(second).model])
    runs = FinishedRuns(free=lambda: 2 * two - size_in_memory([*runs._models()]) + 200_000)
    kept = runs.get(first)
    runs.get(second)
    assert runs.get(first) is kept
    monkeypatch.setattr(runs, "_free", lambda: 0)
    runs.get(third)
    assert len(runs) == 1
    assert runs.get(first) is not kept


def test_a_run_with_a_new_head_has_nothing_to_say_before_training(moods_of: Callable[..., Path]) -> None:
    with pytest.raises(EngineError) as refused:
        FinishedRuns().get(moods_of("lora"), Version.BEFORE)
    assert refused.value.problem.code == "no_head_before_training"


def test_a_model_that_could_do_its_task_is_asked_as_it_was(run_of_task: Callable[[str], Path]) -> None:
    folder = run_of_task("masked_language_modelling")
    runs, text = FinishedRuns(), ("the ___ was happy",)
    with runs.use(folder) as run, runs.use(folder, Version.BEFORE) as before:
        now, then = run.predict(text)[0], before.predict(text)[0]
        assert then.probabilities != now.probabilities
        assert run.predict(text)[0] == now
    kept = read_predictions(folder)[0]
    assert kept.before


@pytest.mark.parametrize("method", ["lora", "bottleneck_adapters", "ia3", "prompt_tuning", "prefix_tuning"])
def test_inserts_are_switched_off_for_one_question_only(moods_of: Callable[..., Path], method: str) -> None:
    folder, runs = moods_of(method, epochs=4), FinishedRuns()
    with runs.use(folder) as run:
        on = run.predict(TEXTS)
    with runs.use(folder, Version.WITHOUT_INSERTS) as run:
        off = run.predict(TEXTS)
    with runs.use(folder) as run:
        assert run.predict(TEXTS) == on
    assert [one.probability for one in off] != [one.probability for one in on]
    with pytest.raises(EngineError) as refused, runs.use(moods_of("feature_based"), Version.WITHOUT_INSERTS):
        pass
    assert refused.value.problem.code == "no_inserts"


def test_a_text_that_is_too_long_says_how_much_of_it_was_read(moods_of: Callable[..., Path]) -> None:
    with FinishedRuns().use(moods_of("feature_based")) as run:
        long, short, blank = run.predict(("happy " * 50, "happy day", "  "))
    assert long.note == "Too long: only the first 32 of 52 word pieces were read."
    assert (short.note, blank.said, blank.note) == ("", "", "")
    assert short.said


@pytest.mark.parametrize(
    ("answers", "cells"),
    [("several", ("glad;calm", "sad", "calm; sad", "glad")), ("score", ("1.50", "2", "3,5", "4.0"))],
)
def test_a_run_with_other_kinds_of_answers_knows_its_test_rows_again(
    session: RecordedSession, small_bert: Path, tmp_path: Path, answers: str, cells: tuple[str, ...]
) -> None:
    lines = [
        f'a {word} day number {number},"{cells[number % 4]}"'
        for number, word in enumerate(["happy", "cold"] * 20)
    ]
    table = tmp_path / "moods.csv"
    table.write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    run = moods_run(table, small_bert, "feature_based", epochs=1, answers=answers)
    assert isinstance(session.do(start(run, tmp_path / "run", "kinds"))[-1], JobSucceeded)
    finished, bench = FinishedRun.load(tmp_path / "run"), Workbench()
    kept = read_predictions(tmp_path / "run")
    assert len(finished.test_rows(bench)) == len(kept)
    questions = finished.task.questions(finished.judged_part(finished.split(bench)).asked)
    assert [one.truth for one in questions] == [one.truth for one in kept]


def test_word_pieces_of_a_pair_with_a_blank_second_text_are_placed_as_they_are_read(small_bert: Path) -> None:
    tokenizer = load_base(str(small_bert), on_meta=True).tokenizer
    for second in ("", "cold", None):
        (row,) = encode_texts(tokenizer, ["a happy day"], None if second is None else [second], 32)
        places = piece_places(tokenizer, "a happy day", second, 32)
        assert len(places) == len(row["input_ids"]), second
