"""Rewriting and translating: the figures that sacrebleu gives for the same rows."""

from __future__ import annotations

import numpy as np
import pytest
import sacrebleu
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.resampling import resampled_weights
from engine.evaluation.translation import (
    MEASURES,
    row_chrf,
    signatures,
    translation_measures,
    translation_scores,
    translation_statistics,
)
from engine.evaluation.translation_baselines import nearest_targets, translation_baselines

SAID = ["Ajouter %(name)s", "Ne pas supprimer le fichier .", "Oui", "", "Ouvrir la page d’accueil"]
RIGHT = [
    "Ajouter %(name)s",
    "Ne supprimez pas le fichier.",
    "Non",
    "Rien",
    "Ouvrir la page d’accueil du site",
]

WORDS = st.sampled_from(["le", "chat", "noir", "dort", ".", "l’eau", "ÉTÉ", "été", "%(name)s", "7,5"])
TEXTS = st.lists(WORDS, max_size=8).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(pairs=st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6))
def test_scores_are_sacrebleus(pairs: list[tuple[str, str]]) -> None:
    said, right = [one for one, _ in pairs], [other for _, other in pairs]
    measures = translation_measures(said, right)
    assert measures["bleu"] == pytest.approx(sacrebleu.corpus_bleu(said, [right]).score, abs=1e-9)
    assert measures["chrf"] == pytest.approx(sacrebleu.corpus_chrf(said, [right]).score, abs=1e-9)


def test_resampled_scores_are_sacrebleus_on_the_drawn_rows() -> None:
    (weights,) = resampled_weights(len(SAID), 20, seed=3)
    sums = weights @ translation_statistics(SAID, RIGHT)
    bleu, chrf = MEASURES["bleu"](sums), MEASURES["chrf"](sums)
    for place, row in enumerate(weights.astype(int)):
        rows = np.repeat(np.arange(len(SAID)), row)
        said, right = [SAID[at] for at in rows], [RIGHT[at] for at in rows]
        assert bleu[place] == pytest.approx(sacrebleu.corpus_bleu(said, [right], force=True).score)
        assert chrf[place] == pytest.approx(sacrebleu.corpus_chrf(said, [right]).score)


def test_scores_have_intervals_and_rows_their_own_chrf() -> None:
    scores = translation_scores(SAID * 30, RIGHT * 30)
    for metric in ("chrf", "bleu", "exact_match"):
        assert scores[metric].low < scores[metric].value < scores[metric].high
    assert scores["exact_match"].value == pytest.approx(0.2)
    perfect = translation_scores(RIGHT * 2, RIGHT * 2)
    assert perfect["chrf"].value == pytest.approx(100.0)
    assert perfect["exact_match"].low == pytest.approx(0.7225, abs=1e-4)
    singles = [sacrebleu.sentence_chrf(said, [right]).score for said, right in zip(SAID, RIGHT, strict=True)]
    assert row_chrf(SAID, RIGHT) == pytest.approx(singles)


def test_no_rows_score_nothing() -> None:
    assert translation_measures([], []) == {"chrf": 0.0, "bleu": 0.0, "exact_match": 0.0}
    assert row_chrf([], []) == []


def test_spaces_are_no_difference_to_an_exact_match() -> None:
    assert translation_measures([" a  b "], ["a b"])["exact_match"] == 1.0
    assert translation_measures(["a B"], ["a b"])["exact_match"] == 0.0


def test_signatures_are_sacrebleus() -> None:
    version = sacrebleu.__version__
    assert signatures() == {
        "bleu": f"nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:{version}",
        "chrf": f"nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:{version}",
    }


def test_baselines_copy_and_look_up() -> None:
    sources = ["open the file", "close the window", "delete the old file"]
    targets = ["ouvrir le fichier", "fermer la fenêtre", "supprimer l’ancien fichier"]
    assert nearest_targets(sources, targets, ["open a file", "window", "zzz"]) == [
        "ouvrir le fichier",
        "fermer la fenêtre",
        "",
    ]
    assert nearest_targets([], [], ["x"]) is None
    copied, nearest = translation_baselines(sources, targets, ["%s", "close it"], ["%s", "fermer la fenêtre"])
    assert (copied.id, copied.wrong, copied.scores["exact_match"].value) == ("copy", 1, 0.5)
    assert (nearest.id, nearest.wrong) == ("nearest", 1)
    assert translation_baselines(sources, targets, [], []) == ()
