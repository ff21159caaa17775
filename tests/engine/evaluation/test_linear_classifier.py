"""The classifier that layers are asked with finds what scikit-learn's finds."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from engine.evaluation.linear_classifier import Numbers, logits_of


def _rows(classes: int, rows: int = 400, width: int = 30) -> tuple[Numbers, np.ndarray]:
    """Returns numbers that go together, as those of a layer do, and classes of very different size."""
    chance = np.random.default_rng(classes)
    own = chance.choice(classes, size=rows, p=(share := 1 / np.arange(1, classes + 1)) / share.sum())
    mixed = chance.normal(size=(width, width)) * np.geomspace(3, 0.05, width)
    numbers = (chance.normal(size=(classes, width))[own] + 2 * chance.normal(size=(rows, width))) @ mixed
    return (numbers - numbers.mean(axis=0)) / numbers.std(axis=0), own


def test_one_of_many_classes_is_found_as_scikit_learn_finds_it() -> None:
    numbers, own = _rows(9)
    wanted = LogisticRegression(C=0.1, max_iter=5000, tol=1e-7).fit(numbers[:300], own[:300])
    said = logits_of(numbers[:300], numbers[300:], np.eye(9)[own[:300]], 0.1, one_of=True)
    assert said.shape == (100, 9)
    assert (said.argmax(axis=1) == wanted.predict(numbers[300:])).mean() >= 0.99
    middle = said - said.mean(axis=1, keepdims=True)
    assert middle == pytest.approx(wanted.decision_function(numbers[300:]), abs=0.02)


def test_each_of_several_classes_is_asked_on_its_own() -> None:
    numbers, own = _rows(4)
    held = np.stack([own == 0, own > 1], axis=1).astype(float)
    said = logits_of(numbers[:300], numbers[300:], held[:300], 0.1, one_of=False)
    for place in range(2):
        wanted = LogisticRegression(C=0.1, max_iter=5000, tol=1e-7).fit(numbers[:300], held[:300, place])
        assert said[:, place] == pytest.approx(wanted.decision_function(numbers[300:]), abs=0.02)


def test_a_number_that_is_always_the_same_stands_in_nobodys_way() -> None:
    numbers, own = _rows(3)
    some = np.hstack([numbers, np.zeros((len(numbers), 2))])
    plain, more = (logits_of(one, one, np.eye(3)[own], 0.1, one_of=True) for one in (numbers, some))
    assert more == pytest.approx(plain, abs=0.02)
