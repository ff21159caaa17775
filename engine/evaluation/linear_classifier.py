"""A regularised linear classifier that is solved in a second where many classes are told apart.

It finds what scikit-learn's ``LogisticRegression`` finds. That one needs some two hundred rounds where
numbers go together, as those of a layer do. Here the numbers are turned first, so that they no longer do (a
fixed bound on the curvature, as in Böhning 1992, "Multinomial logistic regression algorithm"), and rows are
read in 32 bits. With 4,000 words of 384 numbers and 49 tags it took 1.1 to 1.6 s on two cores in the place of
5 to 40 s.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import minimize
from scipy.special import expit, log_softmax

Numbers = npt.NDArray[np.float64]

_TOLERANCE = 3e-6
"""Of the slope, a row: two rows in a thousand, at most, are said otherwise than at the very minimum."""
_ROUNDS = 200
_UNHELD = 1e-6
"""How strongly the constant is held at 0: as good as not at all, but it has a place."""


def logits_of(learned: Numbers, judged: Numbers, right: Numbers, strength: float, *, one_of: bool) -> Numbers:
    """Returns what a linear classifier says of rows, ``(judged, classes)``.

    Args:
        learned: What it learns from, ``(rows, numbers)``, each number about as large as the others.
        judged: What it is asked, ``(judged, numbers)``.
        right: The right answers, ``(rows, classes)``: 1 where a class holds, else 0.
        strength: Inverse regularisation, ``C`` of scikit-learn.
        one_of: Whether exactly one class holds for each row; else each is asked on its own.
    """
    rows, classes = right.shape
    given = np.hstack([learned, np.ones((rows, 1))])
    held = np.append(np.full(learned.shape[1], 1 / strength), _UNHELD)
    curved = 1 / classes if one_of else 0.25
    turn = cholesky(curved * given.T @ given + np.diag(held))
    turned = np.ascontiguousarray(solve_triangular(turn, given.T, trans="T").T, dtype=np.float32)
    held, wanted = held[:, None], right.astype(np.float32)

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        weights = flat.reshape(-1, classes)
        own, said = solve_triangular(turn, weights), turned @ weights.astype(np.float32)
        if one_of:
            logs = log_softmax(said, axis=1)
            missed, off = -logs * wanted, np.exp(logs) - wanted
        else:
            missed, off = np.logaddexp(0, said) - said * wanted, expit(said) - wanted
        slope = turned.T @ off + solve_triangular(turn, held * own, trans="T")
        size = float(missed.sum(dtype=np.float64)) + 0.5 * float((held * own**2).sum())
        return size / rows, slope.ravel() / rows

    begin = np.zeros(given.shape[1] * classes)
    nothing_gained = 64 * float(np.finfo(float).eps)
    found = minimize(
        loss,
        begin,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": _ROUNDS, "gtol": _TOLERANCE, "ftol": nothing_gained},
    )
    own = solve_triangular(turn, found.x.reshape(-1, classes))
    said: Numbers = judged @ own[:-1] + own[-1]
    return said
