"""What a comparison says: the same sentences for the window and the command line."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine.protocol.comparison import (
    ComparedRecipe,
    ComparedRun,
    LearningCurve,
    RunPair,
    RunsCompared,
    SeedSpread,
)
from engine.protocol.comparison_words import (
    comparison_finding,
    curve_sentence,
    difference_sentence,
    hardest_to_beat,
    recipe_names,
    seed_sentence,
    smallest_of,
)
from engine.protocol.results import BEFORE, Baseline, Score
from engine.protocol.wording import in_quotes

NAMES = {"full": "Full fine-tuning", "lora": "LoRA", "bitfit": "BitFit"}


def score(value: float, low: float | None = None, high: float | None = None) -> Score:
    return Score(
        value=value,
        low=value - 0.005 if low is None else low,
        high=value + 0.005 if high is None else high,
    )


def a_run(folder: str, value: float, trainable: int = 1000, size: int = 300_000) -> ComparedRun:
    return ComparedRun(
        folder=folder,
        method=folder,
        model="minilm",
        seed=0,
        score=score(value),
        trainable_parameters=trainable,
        total_parameters=300_000,
        size=size,
    )


def compared(*runs: ComparedRun, best: int = 1, **more: object) -> RunsCompared:
    folders = [run.folder for run in runs]
    pairs = [
        RunPair(
            better=one.folder,
            worse=other.folder,
            gain=score(one.score.value - other.score.value, 0.006, 0.036),
            p=0.01,
            is_clear=best == 1,
            rows=9,
        )
        for place, one in enumerate(runs)
        for other in runs[place + 1 :]
    ]
    counting = Baseline(id="tfidf", label="Word counts (TF-IDF)", wrong=40, scores={"macro_f1": score(0.934)})
    whole = RunsCompared(
        metric="macro_f1",
        higher_is_better=True,
        rows=776,
        runs=runs,
        pairs=tuple(pairs),
        best=tuple(folders[:best]),
        smallest=folders[1] if best > 1 else "",
        baselines=(counting,),
    )
    return replace(whole, **more)


def test_several_that_are_too_close_to_call_and_the_smallest_of_them() -> None:
    runs = a_run("full", 0.977, 300_000, 90_000_000), a_run("lora", 0.968), a_run("bitfit", 0.951, 300)
    finding = comparison_finding(compared(*runs, best=2), NAMES)
    assert finding.lead == "Two methods are too close to call."
    assert finding.rest == (
        "LoRA is the smallest of them: it trains 0.33 % of the parameters and saves 300 kB. "
        "Counting words scores 0.934."
    )
    assert not finding.is_clear


def test_the_smallest_that_trains_more_than_another_is_said_to_take_the_least_room() -> None:
    runs = a_run("bitfit", 0.951, 300, 92_000_000), a_run("lora", 0.95, 1000)
    finding = comparison_finding(compared(*runs, best=2), NAMES)
    least = "LoRA takes the least room of them: it saves 300 kB and trains 0.33 % of the parameters. "
    assert finding.rest.startswith(least)


def test_a_sole_winner_with_its_lead_over_the_next() -> None:
    finding = comparison_finding(compared(a_run("full", 0.977), a_run("lora", 0.956)), NAMES)
    assert finding.lead == "Full fine-tuning is better than LoRA by 0.021, between 0.006 and 0.036."
    assert finding.rest == "Counting words scores 0.934."
    assert finding.is_clear
    three = comparison_finding(
        compared(a_run("full", 0.977), a_run("lora", 0.956), a_run("bitfit", 0.9)), NAMES
    )
    assert three.rest.startswith("It is the best of three runs; intervals are corrected for three pairs.")


def ways(*folders: tuple[str, ...], best: int) -> RunsCompared:
    """Returns three ways of training by their runs, of which some are too close to call."""
    runs = [a_run(one, 0.97, 1000 * (place + 1)) for place, some in enumerate(folders) for one in some]
    recipes = tuple(
        ComparedRecipe(folders=some, score=score(0.97 - 0.01 * place, 0.9, 0.99), spread=0.004)
        for place, some in enumerate(folders)
    )
    pairs = tuple(
        RunPair(
            better=folders[one][0],
            worse=folders[other][0],
            gain=score(0.02, 0.001, 0.03),
            p=0.02,
            is_clear=one == 0 and other >= best,
            rows=9,
        )
        for one in range(len(folders))
        for other in range(one + 1, len(folders))
    )
    first = tuple(some[0] for some in folders[:best])
    return compared(*runs, recipes=recipes, recipe_pairs=pairs, best_recipes=first)


def test_of_runs_with_several_seeds_the_means_are_the_finding() -> None:
    found = ways(("a", "b", "c"), ("d", "e"), ("f",), best=2)
    names = {one: one.upper() for one in "abcdef"}
    methods = dict.fromkeys("abc", "Full fine-tuning") | dict.fromkeys("de", "LoRA") | {"f": "LoRA"}
    recipes = recipe_names(found, methods, methods)
    assert recipes == {"a": "Full fine-tuning", "d": "LoRA", "f": "LoRA (2)"}
    assert recipe_names(found, names, methods) == {"a": "Full fine-tuning", "d": "LoRA", "f": "F"}
    finding = comparison_finding(found, names, recipes)
    assert finding.lead == "Full fine-tuning and LoRA are too close to call."
    assert finding.rest == (
        "Full fine-tuning is better than LoRA (2) by 0.020, between 0.001 and 0.030. "
        "Means over one to three seeds each; the intervals hold other test rows and other seeds, "
        "corrected for three pairs. "
        "Full fine-tuning is the smallest of them: it trains 0.33 % of the parameters and saves 300 kB. "
        "Counting words scores 0.934, and the best way of training may be no better: their intervals overlap."
    )
    assert not finding.is_clear


def test_a_way_of_training_that_is_the_best_alone() -> None:
    found = ways(("a", "b"), ("c", "d"), ("e", "f"), best=1)
    names = {"a": "Full fine-tuning", "c": "LoRA", "e": "BitFit"}
    finding = comparison_finding(found, {}, names)
    assert finding.is_clear
    assert finding.lead == "Full fine-tuning is better than LoRA by 0.020, between 0.001 and 0.030."
    assert finding.rest.startswith(
        "It is the best of three ways of training. Means over two seeds each; the intervals hold"
    )


def test_runs_of_one_method_are_runs_and_alike_ones_have_no_smallest() -> None:
    again = replace(a_run("lora", 0.968), method="full")
    found = compared(a_run("full", 0.97), again, best=2, smallest="")
    finding = comparison_finding(found, NAMES)
    assert finding.lead == "Two runs are too close to call."
    assert finding.rest == "Counting words scores 0.934."


def test_the_smallest_saves_the_least_and_of_equals_trains_the_least() -> None:
    whole = [a_run("full", 0.98, 300_000, 91_000_000), a_run("bitfit", 0.97, 300, 90_900_000)]
    assert smallest_of(whole) == whole[1]
    lora = a_run("lora", 0.96, 1000, 311_000)
    assert smallest_of([*whole, lora]) == lora
    again = replace(lora, folder="again")
    assert smallest_of([again, *whole, lora]) == again  # the better one of two that are alike
    assert smallest_of([lora, again]) is None


def test_scores_by_training_rows_are_means_over_seeds() -> None:
    curve = LearningCurve(
        folders=("few", "lora", "full"), rows=(100, 2169, 2169), scores=(0.604, 0.951, 0.945)
    )
    assert curve_sentence(curve, "LoRA") == "LoRA by training rows: 0.604 from 100, 0.948 from 2,169"


def test_what_does_not_beat_counting_words_is_said() -> None:
    finding = comparison_finding(compared(a_run("full", 0.93), a_run("lora", 0.92), best=2), NAMES)
    assert "None beats counting words (0.934)." in finding.rest


def test_a_best_run_whose_interval_reaches_the_baseline_may_be_no_better() -> None:
    best = replace(a_run("full", 0.95), score=score(0.95, 0.93, 0.97))
    finding = comparison_finding(compared(best, a_run("lora", 0.92)), NAMES)
    assert finding.rest == (
        "Counting words scores 0.934, and the best run may be no better: their intervals overlap."
    )
    assert not finding.beats_the_simple
    assert comparison_finding(compared(a_run("full", 0.977), a_run("lora", 0.956)), NAMES).beats_the_simple


def test_the_model_before_training_is_to_be_beaten_too_where_all_runs_began_with_it() -> None:
    before = Baseline(id=BEFORE, label="Before training", wrong=1, scores={"macro_f1": score(0.976)})
    runs = a_run("full", 0.977), a_run("lora", 0.956)
    found = replace(compared(*runs), baselines=(*compared(*runs).baselines, before))
    finding = comparison_finding(found, NAMES)
    assert finding.rest.startswith("Counting words scores 0.934. The model before training scores 0.976, and")
    assert hardest_to_beat(found) == before
    assert not finding.beats_the_simple
    others = replace(found, runs=(runs[0], replace(runs[1], model="another")))
    assert getattr(hardest_to_beat(others), "id", "") != BEFORE
    assert comparison_finding(others, NAMES).beats_the_simple


def test_a_perplexity_beats_a_higher_one() -> None:
    bigrams = Baseline(id="bigrams", label="Word pairs", wrong=0, scores={"macro_f1": score(80.0, 75, 85)})
    runs = replace(a_run("full", 60.0), score=score(60.0, 55, 65)), a_run("lora", 70.0)
    found = replace(compared(*runs), higher_is_better=False, baselines=(bigrams,))
    assert comparison_finding(found, NAMES).beats_the_simple
    near = replace(found, runs=(replace(runs[0], score=score(78.0, 70, 86)), runs[1]))
    assert "may be no better" in comparison_finding(near, NAMES).rest


def test_one_run_and_none() -> None:
    assert comparison_finding(compared(a_run("full", 0.97)), NAMES).lead == (
        "Full fine-tuning is the only run on these test rows: 0.970."
    )
    nothing = RunsCompared(metric="", higher_is_better=True, rows=0)
    assert comparison_finding(nothing, {}).lead == "No run can be compared."


@pytest.mark.parametrize(
    ("is_clear", "rows", "words"),
    [
        (True, 9, "Full fine-tuning is better than LoRA by 0.021, between 0.006 and 0.036"),
        (False, 9, "Full fine-tuning and LoRA are too close to call: the difference of 0.021 may lie between "
                   "0.006 and 0.036"),
        (False, 0, "Full fine-tuning and LoRA answer every test row alike"),
    ],
)  # fmt: skip
def test_how_two_runs_differ(is_clear: bool, rows: int, words: str) -> None:
    gain = score(0.021, 0.006, 0.036)
    pair = RunPair(better="full", worse="lora", gain=gain, p=0.02, is_clear=is_clear, rows=rows)
    assert difference_sentence(pair, NAMES) == words


def test_seeds_have_a_mean_and_a_spread() -> None:
    told = seed_sentence(SeedSpread(folders=("lora", "full"), mean=0.967, spread=0.004), "LoRA")
    assert told == "LoRA with two seeds: 0.967 ± 0.004 (mean and standard deviation)"


def test_a_baseline_with_a_name_of_many_words_is_quoted() -> None:
    copied = Baseline(
        id="copy", label="Giving the text back as it is", wrong=1, scores={"macro_f1": score(0.3)}
    )
    found = replace(compared(a_run("full", 0.977), a_run("lora", 0.956)), baselines=(copied,))
    assert comparison_finding(found, NAMES).rest == '"Giving the text back as it is" scores 0.300.'


def test_quotation_marks_do_not_stand_in_one_another() -> None:
    assert in_quotes('Always answering "there is no answer"') == "\"Always answering 'there is no answer'\""
    assert in_quotes("Token frequencies (unigram)") == '"Token frequencies (unigram)"'
