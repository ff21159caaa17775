"""The losses of a run as a line: validation or training, by epoch, step or time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gui.state.run_status import RunStatus

Line = npt.NDArray[np.float64]
VALIDATION, TRAINING = "validation", "training"
EPOCH, STEP, TIME = "epoch", "step", "time"
_PAUSED = 1.2
"""Times so long on the clock as in training: there was a pause, and the clock tells nothing."""
_MINUTE = 60.0
_LONG = 180.0
_POINTS = 600


def run_line(run: RunStatus, what: str, across: str) -> tuple[Line, Line]:
    """Returns where the losses of a run stand, and what they are.

    Args:
        run: The run.
        what: :data:`VALIDATION` or :data:`TRAINING`.
        across: :data:`EPOCH`, :data:`STEP` or :data:`TIME`, which is in seconds.
    """
    if what == VALIDATION:
        epochs = np.array([one.epoch for one in run.validations], dtype=np.float64)
        steps = np.array([one.step for one in run.validations], dtype=np.float64)
        losses = np.array([one.loss for one in run.validations], dtype=np.float64)
    else:
        found = run.losses()
        epochs, steps, losses = found.epoch.copy(), found.step.copy(), found.loss.copy()
    if across == STEP:
        return steps, losses
    return (epochs, losses) if across == EPOCH else (_seconds(run, epochs), losses)


def thinned(x: Line, y: Line) -> tuple[Line, Line]:
    """Returns a line with no more points than a chart is wide."""
    step = max(1, len(x) // _POINTS)
    return x[::step], y[::step]


def time_unit(seconds: float) -> tuple[str, float]:
    """Returns in which unit a time is told on an axis, and how many seconds that is."""
    return ("minutes", _MINUTE) if seconds > _LONG else ("seconds", 1.0)


def _seconds(run: RunStatus, epochs: Line) -> Line:
    """Returns how long a run had trained at some epochs: by the clock, or evenly where it was paused."""
    trained = run.result.seconds if run.result is not None else run.seconds
    last = run.epoch or (float(epochs[-1]) if len(epochs) else 1.0)
    started = run.started.time if run.started is not None else 0.0
    known = [(one.epoch, one.time - started) for one in run.validations if one.time > started]
    clock = known[-1][1] if known else 0.0
    if not known or not 0 < clock <= trained * _PAUSED or sorted(known) != known:
        return epochs / max(last, 1e-9) * trained
    where = [0.0, *(epoch for epoch, _ in known)]
    when = [0.0, *(seconds for _, seconds in known)]
    if last > where[-1]:
        where, when = [*where, last], [*when, max(trained, when[-1])]
    return np.interp(epochs, where, when)
