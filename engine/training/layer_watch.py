"""Watches the layers: how far each has moved, and whether what is frozen kept its bytes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from engine.contracts import TaskModel
from engine.errors import EngineError
from engine.models.change import hash_tensors, keep_initial, layer_change, new_layers, trainable_names
from engine.protocol import run_folder_problems
from engine.protocol.events import LayersChanged
from engine.protocol.tensor_hashes import TensorHashes
from engine.training.checkpoint import TrainingState
from engine.training.progress import Clock, Throttle

_INTERVAL = 0.5
"""Seconds between two messages, at least."""


class LayerWatch:
    """Knows what the pretrained tensors were before the first step.

    Attributes:
        hashes: Name in the checkpoint → checksum, before the first step.
    """

    hashes: dict[str, str]

    def __init__(
        self, model: TaskModel, send: Callable[[LayersChanged], None], clock: Clock = time.perf_counter
    ) -> None:
        """Looks at the model; nothing of it may have changed yet.

        Args:
            model: The model.
            send: Takes the messages.
            clock: The time.
        """
        self.hashes = hash_tensors(model)
        self._model = model
        self._send = send
        self._initial = keep_initial(model)
        self._new = new_layers(model)
        self._clock = clock
        self._throttle = Throttle(_INTERVAL, clock)

    def compare_base(self, before: Mapping[str, str], model: str) -> None:
        """Looks whether the base model is the one that a run began with.

        Args:
            before: Checksums from then.
            model: Its name, for the message.

        Raises:
            EngineError: When a tensor differs.
        """
        if before != self.hashes:
            raise EngineError(run_folder_problems.base_has_changed(model=model))

    def tell_if_due(self, state: TrainingState) -> None:
        """Says how far the layers have moved, at most twice a second."""
        if self._throttle.is_due:
            self.tell(state)

    def tell(self, state: TrainingState) -> None:
        """Says how far the layers have moved, now."""
        started = self._clock()
        percent = {name: round(value, 5) for name, value in layer_change(self._model, self._initial).items()}
        self._send(LayersChanged(step=state.step, epoch=state.epoch, percent=percent, new_layers=self._new))
        # Before the first step numbers come into the caches: that look takes several times as long as others.
        self._throttle.happened(self._clock() - started if state.step else 0.0)

    @property
    def frozen(self) -> int:
        """Returns how many pretrained tensors must keep their bytes."""
        return len(self.hashes) - len(trainable_names(self._model))

    def tensors(self) -> tuple[TensorHashes, ...]:
        """Returns what every pretrained tensor was, and what it is now."""
        may_change, now = trainable_names(self._model), hash_tensors(self._model)
        return tuple(
            TensorHashes(name=name, learned=name in may_change, before=before, after=now[name])
            for name, before in self.hashes.items()
        )

    @staticmethod
    def changed(tensors: Sequence[TensorHashes]) -> tuple[tuple[str, ...], int]:
        """Says which tensors have changed.

        Args:
            tensors: Of :meth:`tensors`.

        Returns:
            The names of frozen tensors that differ (there must be none), and how many of those that
            may change do.
        """
        differ = [one for one in tensors if not one.is_same]
        frozen = tuple(one.name for one in differ if not one.learned)
        return frozen, len(differ) - len(frozen)


def share_of_time(seconds: float) -> float:
    """Returns which part of the time of its steps a run needs to look how far its layers have moved.

    Args:
        seconds: How long one look takes.
    """
    return seconds / (seconds + Throttle.pause(_INTERVAL, seconds))
