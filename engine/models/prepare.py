"""From a base model to the model that a run trains: a head, a method, layers set by hand."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
from collections.abc import Iterator, Mapping, Sequence

import torch

from engine.contracts import BaseModel, Method, Settings, Task, TaskModel
from engine.errors import EngineError
from engine.models.layers import set_layer_trainable
from engine.models.structure import HEAD, is_new, layers_of
from engine.protocol import settings_problems


def build(
    base: BaseModel,
    task: Task,
    method: Method,
    settings: Settings,
    classes: Sequence[str],
    layers: Mapping[str, bool] | None = None,
    seed: int = 0,
    *,
    use_up: bool = False,
) -> TaskModel:
    """Builds the model that a run trains.

    Args:
        base: The pretrained model; it is copied and stays as it is. On the meta device the result is
            there too: enough for counts, within milliseconds.
        task: Puts the head on.
        method: Says what may change.
        settings: Every setting of the method.
        classes: Names of what comes out.
        layers: Layer id → trainable, set by hand; heeded where the method allows it.
        seed: Of the new parts' random numbers. The caller's are not touched.
        use_up: Whether to build on the base's own numbers and not on a copy, so that memory holds them
            once; nobody may use the base any more then.

    Returns:
        The model, in train mode, with ``requires_grad`` as it will be trained.

    Raises:
        EngineError: When a layer set by hand does not exist.
    """
    own = base if use_up else dataclasses.replace(base, network=copy.deepcopy(base.network))
    with _new_parts(base, seed):
        model = method.apply(task.build(own, classes, method.head_options(settings), settings), settings)
        if not next(base.network.parameters()).is_meta:
            method.start(model, own, settings)
    model.stages = method.stages(model, settings)
    if method.layers_by_hand and layers:
        known = [layer.id for layer in layers_of(model) if not is_new(model, layer)]
        for layer_id, trainable in layers.items():
            if layer_id == HEAD and model.head_is_new:
                continue  # it has nothing to keep: it always learns
            if layer_id not in known:
                raise EngineError(settings_problems.no_such_layer(layer_id, known))
            set_layer_trainable(model, layer_id, trainable)
    return model.train()


@contextlib.contextmanager
def _new_parts(base: BaseModel, seed: int) -> Iterator[None]:
    """Makes new parts repeatable; on the meta device they have no numbers, and none are drawn.

    That matters while another thread trains: torch's random numbers belong to the whole process.
    """
    if next(base.network.parameters()).is_meta:
        with torch.device("meta"):
            yield
        return
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield
