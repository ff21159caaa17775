"""What is said of a result: honest about chance, in counts, with the self-check."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QApplication

from engine.protocol.catalog import MetricEntry
from engine.protocol.energy import Energy, EnergyCovers, EnergyGap, EnergyPart
from engine.protocol.events import JobStopped, JobSucceeded, ResultWritten
from engine.protocol.results import BEFORE, Baseline, RunResult, Score
from gui.state.project_file import RunNotes
from gui.state.run_findings import (
    comparison,
    counts_sentence,
    frozen_check,
    size_fact,
    time_fact,
    what_may_help,
)
from gui.state.run_progress import is_whole, stopped_at
from gui.state.run_status import RunStatus
from gui.state.run_words import run_name
from tests.gui.recorded_events import recorded_run, result
from tests.gui.sample_facts import CATALOG, run_config

F1 = MetricEntry(id="macro_f1", label="Macro F1", short="F1", help="Every class counts as much.")


def _result(own: tuple[float, float, float], words: tuple[float, float, float]) -> RunResult:
    """A result against word counts; value, low and high of each."""

    def score(numbers: tuple[float, float, float]) -> Score:
        return Score(value=numbers[0], low=numbers[1], high=numbers[2])

    majority = Baseline(
        id="majority",
        label='Always answering "ham"',
        wrong=98,
        scores={"macro_f1": score((0.466, 0.46, 0.47))},
    )
    tfidf = Baseline(id="tfidf", label="Word counts (TF-IDF)", wrong=21, scores={"macro_f1": score(words)})
    return msgspec.structs.replace(
        result(), scores={"macro_f1": score(own)}, baselines=(majority, tfidf), rows=776, wrong=11
    )


def test_a_result_is_told_in_counts() -> None:
    found = _result((0.968, 0.951, 0.985), (0.934, 0.91, 0.955))
    assert counts_sentence(found, "texts", F1) == (
        '11 of 776 texts are wrong. Always answering "ham" would get 98 wrong.'
    )
    one = msgspec.structs.replace(found, wrong=1, baselines=())
    assert counts_sentence(one, "texts", F1) == "1 of 776 texts is wrong."
    none = msgspec.structs.replace(one, wrong=0, notes=("It learned from clean texts; after training …",))
    assert counts_sentence(none, "texts", F1) == "None of 776 texts is wrong."  # not how noise was tried


@pytest.mark.parametrize(
    ("own", "words", "status", "text"),
    [
        (
            (0.968, 0.957, 0.985),
            (0.934, 0.91, 0.955),
            "ok",
            "Better than word counts by 0.034; intervals apart.",
        ),
        (
            (0.940, 0.92, 0.96),
            (0.934, 0.91, 0.955),
            "",
            "Too close to call against word counts (0.934): the intervals overlap.",
        ),
        (
            (0.930, 0.91, 0.95),
            (0.934, 0.91, 0.955),
            "warn",
            "This model does not beat word counts (0.934). Try more rows.",
        ),
        (
            (1.0, 0.98, 1.0),
            (1.0, 0.98, 1.0),
            "",
            "Nothing is wrong, and nothing is with word counts either: these rows are easily told apart.",
        ),
    ],
)
def test_the_comparison_never_claims_more_than_the_intervals_allow(
    own: tuple[float, float, float], words: tuple[float, float, float], status: str, text: str
) -> None:
    finding = comparison(_result(own, words), F1, "Try more rows.")
    assert (finding.status, finding.text) == (status, text)


def test_where_lower_is_better_the_comparison_turns_round() -> None:
    perplexity = MetricEntry(id="macro_f1", label="Perplexity", short="ppl", help="", higher_is_better=False)
    lower = comparison(_result((12.0, 11.0, 13.0), (20.0, 19.0, 21.0)), perplexity, "")
    assert lower.text.startswith('Better than always answering "ham"') is False
    majority_is_strongest = comparison(_result((0.3, 0.2, 0.35), (20.0, 19.0, 21.0)), perplexity, "")
    assert majority_is_strongest.text == 'Better than always answering "ham" by 0.166; intervals apart.'


def test_the_model_before_training_is_called_so_in_a_sentence() -> None:
    found = _result((0.9, 0.89, 0.91), (0.95, 0.94, 0.96))
    words = msgspec.structs.replace(found.baselines[1], id=BEFORE, label="Before training")
    finding = comparison(msgspec.structs.replace(found, baselines=(words,)), F1, "Try more rows.")
    assert finding.text == "This model does not beat the model before training (0.950). Try more rows."


def test_before_the_catalog_is_there_a_run_has_words_and_no_id() -> None:
    run = RunStatus(Path("runs/one"), run_config("thaw_top"), RunNotes(color=1))
    assert run_name(run, None) == "Thaw top"
    assert run_name(run, CATALOG) == next(one.name for one in CATALOG.methods if one.id == "thaw_top")


def _run(method: str, *, epochs: int = 3, until: int | None = None, share: float = 0.2) -> RunStatus:
    """A run of the sample catalog, which recommends three epochs; with ``until`` it is stopped there."""
    run = RunStatus(Path("runs/one"), run_config(method), RunNotes(color=1))
    for event in recorded_run(run=run.config, epochs=epochs, until_step=until):
        if not isinstance(event, ResultWritten | JobSucceeded):
            run.apply(event)
    found = result()
    trainable = round(share * found.total_parameters)
    run.apply(ResultWritten(result=msgspec.structs.replace(found, trainable_parameters=trainable)))
    run.apply(JobSucceeded() if until is None else JobStopped())
    return run


def test_advice_names_only_what_the_run_has_left_to_try(qapp: QApplication) -> None:
    assert what_may_help(_run("thaw_top"), CATALOG) == "Try thawing more layers, or more rows."
    assert what_may_help(_run("thaw_all", share=1.0), CATALOG) == "Try more rows."
    assert what_may_help(_run("low_rank"), CATALOG) == (
        "Try a method that trains more of the model, or more rows."
    )
    assert what_may_help(_run("thaw_top"), None) == (
        "Try a method that trains more of the model, or more rows."
    )


def test_too_few_epochs_are_the_first_thing_to_mend(qapp: QApplication) -> None:
    more = "Train for more epochs (recommended: 3)."
    assert what_may_help(_run("thaw_top", epochs=1), CATALOG) == more
    assert what_may_help(_run("thaw_all", epochs=1, share=1.0), CATALOG) == more
    assert what_may_help(_run("thaw_top", epochs=3, until=90), CATALOG) == more
    assert what_may_help(_run("thaw_top", epochs=4, until=250), CATALOG) == (
        "Try thawing more layers, or more rows."
    )


def test_a_run_that_was_stopped_is_not_compared_with_the_estimate_for_all_of_it(qapp: QApplication) -> None:
    run = _run("thaw_top", until=90)
    assert stopped_at(run) == "epoch 1.3 of 3"
    assert not is_whole(run)
    assert run.result is not None
    fact = time_fact(run.result, stopped_at(run), whole=is_whole(run))
    assert fact.text == "Training was stopped at epoch 1.3 of 3, after 1 min 45 s."
    assert time_fact(run.result, whole=False).text == "Training took 1 min 45 s."
    whole = _run("thaw_top")
    assert (stopped_at(whole), is_whole(whole)) == ("", True)


def test_the_self_check_says_what_was_found() -> None:
    good = frozen_check(msgspec.structs.replace(result(), frozen_tensors=101))
    assert (good.status, good.text) == (
        "ok",
        "101 frozen tensors: byte for byte as before.",
    )
    broken = msgspec.structs.replace(result(), frozen_intact=False, frozen_changed=("block.1.weight",))
    assert frozen_check(broken).status == "err"
    assert frozen_check(broken).text == "A frozen layer changed: 1 frozen tensor differs from before."
    everything = msgspec.structs.replace(result(), trainable_parameters=result().total_parameters)
    assert frozen_check(everything).text == "Nothing was frozen."
    gradually = frozen_check(everything, thawed_late=True)
    assert gradually.text == "Nothing was frozen at the end."


def test_energy_is_told_beside_the_time_where_it_was_read() -> None:
    part = EnergyPart(covers=EnergyCovers.COMPUTER, read_from="its battery", joules=1512, seconds=105)
    told = time_fact(msgspec.structs.replace(result(), energy=Energy(parts=(part,))))
    assert told.text == "Took 1 min 45 s (estimate 1 min 50 s), 0.42 Wh (computer)."
    assert told.details.startswith("Energy: 0.42 Wh, as much as a 10 W lamp takes in 2.5 minutes.")
    gap = EnergyGap(covers=EnergyCovers.COMPUTER, reason="the charger was plugged in")
    untold = time_fact(msgspec.structs.replace(result(), energy=Energy(gaps=(gap,))))
    assert untold.text == time_fact(result()).text
    assert untold.details == "Energy: not measured, because the charger was plugged in."


def test_time_and_size_have_units_and_denominators() -> None:
    assert time_fact(result()).text == "Took 1 min 45 s; the estimate was 1 min 50 s."
    told_as_range = msgspec.structs.replace(result(), estimated_seconds=110.0, estimated_low=20.0)
    assert time_fact(told_as_range).text == "Took 1 min 45 s; the estimate was 1–2 min."
    no_estimate = msgspec.structs.replace(result(), estimated_seconds=None)
    assert time_fact(no_estimate).text == "Training took 1 min 45 s."
    assert size_fact(result()).text == "23.6 % of 22.57 million trained; 90 MB."
