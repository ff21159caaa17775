"""How a run learned, as charts for its report."""

from __future__ import annotations

from engine.export.charts import BLUE, ORANGE, Chart, Curve, curve_chart
from engine.export.contract import RunToExport
from engine.protocol.catalog import MetricEntry
from engine.protocol.events import EvaluationEnded, StepsEnded
from engine.protocol.results import RunResult
from engine.protocol.run_files import read_events
from engine.protocol.smaller_batches import BatchesHalved

_MOST_POINTS = 300


def learning_curves(
    source: RunToExport, metric: MetricEntry | None, result: RunResult | None
) -> tuple[Chart, ...]:
    """Returns charts of the losses and of the first measure; none where nothing was validated.

    Args:
        source: The run.
        metric: The first measure; ``None`` where that is not known.
        result: What the run reached; likewise.
    """
    steps: list[tuple[float, float]] = []
    judged: list[EvaluationEnded] = []
    changes: dict[float, str] = {}
    for event in read_events(source.folder):
        if isinstance(event, StepsEnded):
            steps += [(point.epoch, point.loss) for point in event.points]
        elif isinstance(event, EvaluationEnded) and event.split == "validation":
            judged.append(event)
        elif isinstance(event, BatchesHalved):
            changes[event.epoch] = event.words
    if not steps or not judged:
        return ()
    mark = result.best_epoch if result is not None else None
    losses = [
        Curve(name="training", points=tuple(_smoothed(steps)), colour=ORANGE),
        Curve(name="validation", points=tuple((one.epoch, one.loss) for one in judged), dots=True),
    ]
    charts = [curve_chart(losses, "Loss", mark=mark, changes=tuple(changes.items()))]
    if metric is not None:
        points = tuple((one.epoch, one.metrics[metric.id]) for one in judged if metric.id in one.metrics)
        if points:
            charts.append(
                curve_chart(
                    [Curve(name="validation", points=points, colour=BLUE, dots=True)],
                    f"{metric.label} on the validation rows",
                    mark=mark,
                )
            )
    return tuple(charts)


def _smoothed(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Returns means of neighbouring steps, so that there are a few hundred points at most."""
    size = max(1, len(points) // 60, -(-len(points) // _MOST_POINTS))
    groups = [points[at : at + size] for at in range(0, len(points), size)]
    return [(group[-1][0], sum(value for _, value in group) / len(group)) for group in groups]
