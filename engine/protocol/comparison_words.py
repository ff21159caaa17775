"""What a comparison has found, in a sentence or two: the same in the window and on the command line."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engine.protocol.comparison import ComparedRun, LearningCurve, RunPair, RunsCompared, SeedSpread
from engine.protocol.number_words import bytes_number, number_name, score_number, share_number
from engine.protocol.results import BEFORE, Baseline, Score
from engine.protocol.wording import counted, in_quotes, listed

_COUNTING = "tfidf"
_AS_SMALL = 1.1
"""So many times the size is no other size: heads and tokenizers weigh something, too."""


class ComparisonFinding(NamedTuple):
    """What is found.

    Attributes:
        lead: The finding, one sentence.
        rest: What belongs to it, none to a few sentences.
        is_clear: Whether one run is the best.
        beats_the_simple: Whether the best run is surely better than simpler things, and than before training.
    """

    lead: str
    rest: str
    is_clear: bool
    beats_the_simple: bool = True


def comparison_finding(
    compared: RunsCompared, names: Mapping[str, str], recipes: Mapping[str, str] | None = None
) -> ComparisonFinding:
    """Says which runs are the best, which of these is the smallest, and whether that is more than simple.

    Where runs were repeated with other seeds it says so of the ways of training, by their means.

    Args:
        compared: What was found.
        names: Folder → what the run is called.
        recipes: First folder of a way of training → what it is called, of :func:`recipe_names`.
    """
    runs = {run.folder: run for run in compared.runs}
    if not runs:
        return ComparisonFinding("No run can be compared.", "", is_clear=False)
    told, beats = _standings(compared, compared.runs[0].score, "run")
    if len(runs) == 1:
        (alone,) = runs.values()
        lead = f"{names[alone.folder]} is the only run on these test rows: {score_number(alone.score.value)}."
        return ComparisonFinding(lead, " ".join(told), is_clear=False, beats_the_simple=beats)
    if compared.recipes and recipes:
        return _recipes_finding(compared, recipes)
    if len(compared.best) == 1:
        lead = f"{difference_sentence(compared.pairs[0], names)}."
        if len(runs) > 2:
            corrected = f"intervals are corrected for {number_name(len(compared.pairs))} pairs"
            told.insert(0, f"It is the best of {number_name(len(runs))} runs; {corrected}.")
        return ComparisonFinding(lead, " ".join(told), is_clear=True, beats_the_simple=beats)
    best = [runs[folder] for folder in compared.best]
    every = len({run.method for run in best}) == len(best)
    things = "methods" if every else "runs"
    lead = f"{number_name(len(best)).capitalize()} {things} are too close to call."
    if compared.smallest:
        told.insert(0, _smallest_sentence(runs[compared.smallest], best, names))
    return ComparisonFinding(lead, " ".join(told), is_clear=False, beats_the_simple=beats)


def recipe_names(
    compared: RunsCompared, called: Mapping[str, str], methods: Mapping[str, str]
) -> dict[str, str]:
    """Returns first folder → what a way of training is called: as all of its runs are, else as its method.

    Args:
        compared: What was found.
        called: Folder → what the run is called, whether or not that tells it apart.
        methods: Folder → what its method is called.
    """
    found: dict[str, str] = {}
    for one in compared.recipes:
        own = {called[folder] for folder in one.folders}
        name = own.pop() if len(own) == 1 else methods[one.folders[0]]
        again = sum(other == name or other.startswith(f"{name} (") for other in found.values())
        found[one.folders[0]] = f"{name} ({again + 1})" if again else name
    return found


def _recipes_finding(compared: RunsCompared, names: Mapping[str, str]) -> ComparisonFinding:
    """Says which ways of training are the best, in the mean over their seeds."""
    runs = {run.folder: run for run in compared.runs}
    best = list(compared.best_recipes)
    pairs = {pair.worse: pair for pair in compared.recipe_pairs if pair.better == best[0]}
    behind = [one.folders[0] for one in compared.recipes if one.folders[0] not in best]
    pairs_told = len(compared.recipe_pairs)
    corrected = f", corrected for {number_name(pairs_told)} pairs" if pairs_told > 1 else ""
    held = f"the intervals hold other test rows and other seeds{corrected}"
    told = [f"Means over {_seed_numbers(compared)}; {held}."]
    if len(best) == 1:
        lead = f"{difference_sentence(compared.recipe_pairs[0], names)}."
        if len(compared.recipes) > 2:
            told.insert(0, f"It is the best of {number_name(len(compared.recipes))} ways of training.")
    else:
        lead = f"{listed([names[one] for one in best])} are too close to call."
        told = [f"{difference_sentence(pairs[one], names)}." for one in behind] + told
        smallest = smallest_of([runs[one] for one in best])
        if smallest is not None:
            told.append(_smallest_sentence(smallest, [runs[one] for one in best], names))
    simpler, beats = _standings(compared, compared.recipes[0].score, "way of training")
    return ComparisonFinding(
        lead, " ".join([*told, *simpler]), is_clear=len(best) == 1, beats_the_simple=beats
    )


def _seed_numbers(compared: RunsCompared) -> str:
    """Returns over how many seeds the means are: ``"three seeds each"``, ``"one to three seeds each"``."""
    numbers = sorted({len(one.folders) for one in compared.recipes})
    if len(numbers) == 1:
        return f"{number_name(numbers[0])} seeds each"
    return f"{number_name(numbers[0])} to {number_name(numbers[-1])} seeds each"


def difference_sentence(pair: RunPair, names: Mapping[str, str]) -> str:
    """Says how two runs differ: ``"Full fine-tuning is better than LoRA by 0.021, between 0.006 and 0.036"``.

    Args:
        pair: The runs.
        names: Folder → what the run is called.
    """
    gain, better, worse = pair.gain, names[pair.better], names[pair.worse]
    if not pair.rows:
        return f"{better} and {worse} answer every test row alike"
    between = f"between {score_number(gain.low)} and {score_number(gain.high)}"
    if pair.is_clear:
        return f"{better} is better than {worse} by {score_number(gain.value)}, {between}"
    return (
        f"{better} and {worse} are too close to call: the difference of {score_number(gain.value)} may lie "
        f"{between}"
    )


def seed_sentence(seeds: SeedSpread, name: str) -> str:
    """Says what runs reach that differ in their seed alone.

    Args:
        seeds: The runs.
        name: What all of them are called.
    """
    runs, mean = number_name(len(seeds.folders)), score_number(seeds.mean)
    return f"{name} with {runs} seeds: {mean} ± {score_number(seeds.spread)} (mean and standard deviation)"


def curve_sentence(curve: LearningCurve, name: str) -> str:
    """Says what runs reach by how many rows they learned from; of several with as many their mean.

    Args:
        curve: The runs.
        name: What all of them are called.
    """
    found: dict[int, list[float]] = {}
    for rows, score in zip(curve.rows, curve.scores, strict=True):
        found.setdefault(rows, []).append(score)
    steps = [f"{score_number(statistics.fmean(scores))} from {rows:,}" for rows, scores in found.items()]
    return f"{name} by training rows: {', '.join(steps)}"


def share_words(run: ComparedRun) -> str:
    """Returns the share of the parameters that a run trains: ``"0.33 %"``; empty where that is not known."""
    return share_number(run.trainable_parameters / run.total_parameters) if run.total_parameters else ""


def strongest_baseline(compared: RunsCompared) -> Baseline | None:
    """Returns the baseline that is hardest to beat, which is not the model itself; ``None`` without any."""
    sign = 1 if compared.higher_is_better else -1
    known = [one for one in compared.baselines if compared.metric in one.scores and one.id != BEFORE]
    return max(known, key=lambda one: sign * one.scores[compared.metric].value, default=None)


def smallest_of(runs: Sequence[ComparedRun]) -> ComparedRun | None:
    """Returns the run that saves the least; of those that save about as much, the one that trains the least.

    Args:
        runs: At least one, best first.

    Returns:
        The run; ``None`` where they are all of a size and train as much.
    """
    least = min(run.size for run in runs)
    light = [run for run in runs if run.size <= _AS_SMALL * least]
    fewest = min(run.trainable_parameters for run in light)
    found = [run for run in light if run.trainable_parameters == fewest]
    return None if len(found) == len(runs) else found[0]


def _smallest_sentence(run: ComparedRun, best: Sequence[ComparedRun], names: Mapping[str, str]) -> str:
    """Says which run is the smallest; of one that trains more than another, only that it saves less."""
    trains = [f"trains {share_words(run)} of the parameters"] if share_words(run) else []
    saves = [f"saves {bytes_number(run.size)}"] if run.size else []
    if saves and any(one.trainable_parameters < run.trainable_parameters for one in best):
        return f"{names[run.folder]} takes the least room of them: it {' and '.join(saves + trains)}."
    return f"{names[run.folder]} is the smallest of them: it {' and '.join(trains + saves)}."


def _to_beat(compared: RunsCompared) -> list[Baseline]:
    """Returns what the best has to beat: what is simple, and its base model where that could do the task.

    How a model was before is known of one base model; where runs have several it says nothing of the best.
    """
    strongest = strongest_baseline(compared)
    found = [strongest] if strongest is not None else []
    if len({run.model for run in compared.runs}) == 1:
        found += [one for one in compared.baselines if one.id == BEFORE and compared.metric in one.scores]
    return found


def hardest_to_beat(compared: RunsCompared) -> Baseline | None:
    """Returns the hardest of what the best has to beat; ``None`` without any."""
    sign = 1 if compared.higher_is_better else -1
    return max(_to_beat(compared), key=lambda one: sign * one.scores[compared.metric].value, default=None)


def _standings(compared: RunsCompared, best: Score, thing: str) -> tuple[list[str], bool]:
    standing = [_standing(compared, baseline, best, thing) for baseline in _to_beat(compared)]
    return [sentence for sentence, _ in standing], all(is_better for _, is_better in standing)


def _standing(compared: RunsCompared, baseline: Baseline, best: Score, thing: str) -> tuple[str, bool]:
    """Says how the best stands to something simpler, and whether it is surely better.

    As with a single run, it is where their 95 % intervals do not overlap.
    """
    other = baseline.scores[compared.metric]
    sign = 1 if compared.higher_is_better else -1
    value = score_number(other.value)
    known = {_COUNTING: "Counting words", BEFORE: "The model before training"}
    name = known.get(baseline.id, in_quotes(baseline.label))
    if sign * (best.value - other.value) <= 0:
        beats = "None beats" if len(compared.runs) > 1 else "It does not beat"
        return f"{beats} {name[:1].lower() + name[1:]} ({value}).", False
    if best.low <= other.high and other.low <= best.high:
        doubt = f"and the best {thing} may be no better: their intervals overlap"
        return f"{name} scores {value}, {doubt}.", False
    return f"{name} scores {value}.", True


def rows_sentence(compared: RunsCompared, unit: str) -> str:
    """Says what the runs were judged on: ``"Final test on 776 texts that no run has seen."``.

    Args:
        compared: What was found.
        unit: What a row is called, plural.
    """
    one = unit.removesuffix("s")
    return f"Final test on {counted(compared.rows, one, unit)} that no run has learned from."
