"""Solving a small head on all rows at once, as logistic regression is, instead of in many small steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

ITERATIONS = 10
"""Of one step, at most: so that there is a curve to follow, and a run can be stopped."""


def solve(
    parameters: Sequence[torch.nn.Parameter], loss: Callable[[], torch.Tensor], strength: float, judged: float
) -> None:
    """Changes parameters by a few iterations of L-BFGS (Liu & Nocedal 1989) with a line search.

    Each call starts anew, so that nothing but the parameters has to be kept to go on later.

    Args:
        parameters: What learns.
        loss: Returns the mean loss over all of them, with gradients.
        strength: Inverse regularisation C, as in scikit-learn: ``‖W‖² / (2 · C · n)`` is added.
            Biases are left alone.
        judged: How many rows there are, or word pieces where each has an answer.
    """
    optimizer = torch.optim.LBFGS(parameters, max_iter=ITERATIONS, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        squares = [parameter.square().sum() for parameter in parameters if parameter.dim() > 1]
        whole = loss()
        if squares:
            whole = whole + torch.stack(squares).sum() / (2 * strength * judged)
        whole.backward()  # type: ignore[no-untyped-call]  # torch has no type here
        return whole

    optimizer.step(closure)  # type: ignore[no-untyped-call]  # as above
