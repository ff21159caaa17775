"""When the layers are looked at: often enough to be seen, and never for long."""

from __future__ import annotations

from engine import registry
from engine.models.load import load_base
from engine.models.prepare import build
from engine.training.checkpoint import BestSoFar, TrainingState
from engine.training.layer_watch import LayerWatch


class _Clock:
    """A time that passes only while a message is sent."""

    now = 100.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self, _event: object) -> None:
        self.now += 0.25


def test_the_look_before_the_first_step_delays_none_of_the_next(small_bert):
    base = load_base(str(small_bert))
    task, method = registry.task("text_classification"), registry.method("full_fine_tuning")
    settings, _ = registry.fill_settings(method, task.id, {}, base.facts)
    clock = _Clock()
    watch = LayerWatch(build(base, task, method, settings, ("glad", "sad")), clock.pass_by, clock)
    best = BestSoFar(value=0.0, loss=1.0, step=0, epoch=0.0)
    watch.tell(TrainingState(step=0, epoch=0.0, best=best))  # cold: 12 s without a number would follow it
    told = clock.now
    watch.tell_if_due(TrainingState(step=1, epoch=0.1, best=best))
    assert clock.now == told
    clock.now += 0.5
    watch.tell_if_due(TrainingState(step=2, epoch=0.2, best=best))
    assert clock.now > told + 0.5
    told = clock.now
    clock.now += 12.0
    watch.tell_if_due(TrainingState(step=3, epoch=0.3, best=best))
    assert clock.now == told + 12.0  # a fiftieth of the time at most
