"""Ways of training compared: runs that differ in their seed alone count as one way, in their mean."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TypedDict

import numpy as np
import numpy.typing as npt

from engine.evaluation.paired import Difference
from engine.evaluation.seeded import Tried, mean_interval, seeded_difference
from engine.examining.judged_runs import JudgedRun
from engine.protocol.comparison import ComparedRecipe, RunPair
from engine.protocol.results import Score


class RecipesCompared(TypedDict):
    """What of ``RunsCompared`` is about ways of training."""

    recipes: tuple[ComparedRecipe, ...]
    recipe_pairs: tuple[RunPair, ...]
    best_recipes: tuple[str, ...]


def recipes_compared(
    groups: Sequence[Sequence[JudgedRun]],
    ranked: Sequence[JudgedRun],
    metric: str,
    sign: int,
    drawn: npt.NDArray[np.float64],
) -> RecipesCompared:
    """Returns how ways of training compare; nothing where no run was repeated with another seed.

    Args:
        groups: Runs that differ in their seed alone, each seed once, best first.
        ranked: All runs.
        metric: What is measured.
        sign: 1 where more is better, else -1.
        drawn: The measure of each of ``ranked`` in the same draws of rows.
    """
    if len(groups) < 2 or all(len(group) < 2 for group in groups):
        return {"recipes": (), "recipe_pairs": (), "best_recipes": ()}
    places = {one.folder: number for number, one in enumerate(ranked)}
    tried = {
        tuple(str(one.folder) for one in group): Tried(
            [one.evidence for one in group],
            [one.result.scores[metric].value for one in group],
            drawn[[places[one.folder] for one in group]],
        )
        for group in groups
    }
    ordered = sorted(tried.items(), key=lambda one: -sign * one[1].mean)
    others = list(tried.values())
    recipes = []
    for folders, one in ordered:
        low, high = mean_interval(one, others)
        score = Score(value=one.mean, low=low, high=high)
        recipes.append(ComparedRecipe(folders=folders, score=score, spread=one.spread))
    perfect = ranked[0].measures.perfect.get(metric)
    couples = list(combinations(ordered, 2))
    found = [
        seeded_difference(one, other, others, perfect, pairs=len(couples)) for (_, one), (_, other) in couples
    ]
    names = [(one[0], other[0]) for (one, _), (other, _) in couples]
    pairs = run_pairs(names, found, sign)
    return {
        "recipes": tuple(recipes),
        "recipe_pairs": tuple(pairs),
        "best_recipes": tuple(too_close(pairs, recipes[0].folders[0])),
    }


def run_pairs(names: Sequence[tuple[str, str]], found: Sequence[Difference], sign: int) -> list[RunPair]:
    """Returns differences as they are told.

    Args:
        names: The better and the worse of each pair.
        found: Their differences, corrected for how many there are.
        sign: 1 where more is better, else -1.
    """
    return [
        RunPair(
            better=better,
            worse=worse,
            gain=_gain(apart, sign),
            p=apart.p,
            is_clear=apart.is_clear,
            rows=apart.rows,
        )
        for (better, worse), apart in zip(names, found, strict=True)
    ]


def too_close(pairs: Sequence[RunPair], best: str) -> list[str]:
    """Returns the best and those that are too close to it to call, best first.

    Args:
        pairs: Every two.
        best: The best.
    """
    return [best, *(pair.worse for pair in pairs if pair.better == best and not pair.is_clear)]


def _gain(apart: Difference, sign: int) -> Score:
    """Returns a difference in the direction of its measure."""
    ends = sorted((sign * apart.low, sign * apart.high))
    return Score(value=sign * apart.value, low=ends[0], high=ends[1])
