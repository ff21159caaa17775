"""The lowest layers of a model that never change: what they say of a text is computed once, and put back.

The prefix is found from ``requires_grad`` and from what was put in, for any architecture: the embeddings
and the blocks above them, as long as nothing learns in them and nothing was inserted. Where a model has an
encoder that is frozen whole, the lowest blocks of its decoder follow.

Everything above runs as it always does. Only the blocks of the prefix are taken out while states are put
back: each hands on what it is given, and the first block that learns gets the states. Masks, places,
rotations are worked out by the network itself, so that this file knows no architecture. A lower block that
tells the upper ones more than its hidden states (T5's first block works out the distances for all) still
runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, NamedTuple

import torch
from torch import nn

from engine.contracts import Batch, HeadKind, TaskModel
from engine.models.structure import EMBEDDINGS, HEAD, Layer, block_id, layers_of, stacks_of

_TOLERANCE = 1e-4
"""How far answers may differ, relative to the largest; they do by rounding where batches are padded."""

_HIDDEN = "hidden_states"

Place = int | str
"""Where a block finds something that it is given: the number of an argument, or its name."""


class _ReachedError(Exception):
    """The last border is reached: what comes above need not be computed."""


@dataclass(frozen=True)
class Border:
    """Where a stack of blocks begins to learn.

    Attributes:
        blocks: The blocks below, lowest first.
        following: The first block above; ``None`` where the whole stack is frozen.
        of_target: Whether the stack reads the text to be written instead of the one that is read.
    """

    blocks: tuple[nn.Module, ...]
    following: nn.Module | None
    of_target: bool = False


class _Layout(NamedTuple):
    """What a block gives back.

    Attributes:
        others: What comes behind the hidden states: where the block was given it, or ``None`` for nothing.
            ``None`` as a whole where it gives hidden states alone.
        speaks: Whether anything of it is new, so that the block has to run.
    """

    others: tuple[Place | None, ...] | None
    speaks: bool


@dataclass
class FrozenPrefix:
    """The layers of a model below everything that learns.

    Attributes:
        borders: One for each stack that it reaches into; the first is that which reads the text.
        layers: Ids of its layers, e.g. ``("embeddings", "block.1")``.
        names: Names in the model of all its parameters.
    """

    model: TaskModel
    borders: tuple[Border, ...]
    layers: tuple[str, ...]
    names: tuple[str, ...]
    _embeddings: tuple[nn.Module, ...] = ()
    _layouts: dict[nn.Module, _Layout] = field(default_factory=dict)
    _widths: dict[nn.Module, tuple[Place, int]] = field(default_factory=dict)
    _dtypes: dict[bool, list[torch.dtype]] = field(default_factory=dict)

    @property
    def blocks(self) -> int:
        """Returns how many blocks are skipped."""
        return sum(len(border.blocks) for border in self.borders)

    @torch.no_grad()
    def read(self, batch: Batch) -> list[torch.Tensor]:
        """Runs the prefix, and nothing above it.

        Args:
            batch: As the model takes it. What the prefix consists of must be in eval mode.

        Returns:
            For each border ``(rows, pieces, width)``.
        """
        found: dict[int, torch.Tensor] = {}
        with ExitStack() as hooks:
            for number, border in enumerate(self.borders):
                for block in border.blocks:
                    hooks.callback(block.register_forward_hook(self._learn_layout, with_kwargs=True).remove)
                if border.following is None:
                    last = border.blocks[-1].register_forward_hook(
                        lambda _block, _given, said, number=number: found.update({number: _first(said)})
                    )
                    hooks.callback(last.remove)
                    continue
                reached = border.following.register_forward_pre_hook(
                    _stop_at(number, found), with_kwargs=True
                )
                hooks.callback(reached.remove)
            for module in self._embeddings:
                hooks.callback(module.register_forward_hook(self._learn_width, with_kwargs=True).remove)
            # Above a stack that is frozen whole the head runs along, and may draw numbers for its dropout.
            hooks.enter_context(torch.random.fork_rng(devices=range(torch.cuda.device_count())))
            with suppress(_ReachedError):
                self.model(batch)
        states = [found[number] for number in range(len(self.borders))]
        self._dtypes[_is_in_16_bits(states)] = [own.dtype for own in states]
        return states

    @contextmanager
    def given(self, states: Sequence[torch.Tensor]) -> Iterator[None]:
        """Lets the model run from states that were read before.

        Args:
            states: Of the rows that it will be given, for each border ``(rows, pieces, width)``; what stands
                at places of the padding does not matter. Numbers that were made wider on their way are made
                narrow again.
        """
        dtypes = self._dtypes[_is_in_16_bits(states)]
        states = [own.to(dtype) for own, dtype in zip(states, dtypes, strict=True)]
        with ExitStack() as undo:
            for module, (place, width) in self._widths.items():
                undo.enter_context(_runs(module, _nothing_said(place, width, states[0].dtype)))
            for border, own in zip(self.borders, states, strict=True):
                for block in border.blocks:
                    is_last = border.following is None and block is border.blocks[-1]
                    handed = _handing_on(block.forward, self._layouts[block], own if is_last else None)
                    undo.enter_context(_runs(block, handed))
                if border.following is not None:
                    hook = border.following.register_forward_pre_hook(_replacing(own), with_kwargs=True)
                    undo.callback(hook.remove)
            yield

    @torch.no_grad()
    def holds(self, batch: Batch) -> bool:
        """Returns whether a model says the same either way; for those that do something unheard of.

        Embeddings are run where what they say is needed elsewhere, too.

        Args:
            batch: Some rows; best of different lengths. The model must be in eval mode.
        """
        expected = _said(self.model, batch)
        states = self.read(batch)
        if any(own.dim() != 3 or len(own) != len(batch["input_ids"]) for own in states):
            return False
        for widths in (self._widths, {}):
            self._widths = widths
            with self.given(states):
                if _are_close(_said(self.model, batch), expected):
                    return True
        return False

    def _learn_layout(self, block: nn.Module, args: Any, kwargs: Any, said: Any) -> None:
        if not isinstance(said, tuple):
            self._layouts[block] = _Layout(None, speaks=False)
            return
        known: dict[int, Place] = {id(value): place for place, value in _given(args, kwargs)}
        others = tuple(None if value is None else known.get(id(value)) for value in said[1:])
        speaks = any(
            value is not None and place is None for value, place in zip(said[1:], others, strict=True)
        )
        self._layouts[block] = _Layout(others, speaks)

    def _learn_width(self, module: nn.Module, args: Any, kwargs: Any, said: Any) -> None:
        if not isinstance(said, torch.Tensor) or said.dim() != 3:
            return
        for place, value in _given(args, kwargs):
            is_ids = isinstance(value, torch.Tensor) and not value.is_floating_point()
            if is_ids and value.shape == said.shape[:2]:
                self._widths[module] = (place, said.shape[2])
                return


def find_prefix(model: TaskModel) -> FrozenPrefix | None:
    """Finds the longest prefix of a model in which nothing learns and nothing was put in.

    Args:
        model: The model, ``requires_grad`` as it is now.

    Returns:
        The prefix; ``None`` where there is not one block in it.
    """
    by_id = {layer.id: layer for layer in layers_of(model)}
    if not _rests(by_id[EMBEDDINGS]) or EMBEDDINGS in model.taps:
        return None
    borders: list[Border] = []
    own = [by_id[EMBEDDINGS]]
    below, most = 0, _below_taps(model)
    stacks = stacks_of(model.backbone)
    for name, modules in stacks.items():
        layers = [by_id[block_id(below + number)] for number in range(1, len(modules) + 1)]
        frozen = len(list(takewhile(_rests, layers[: max(0, most - below)])))
        if frozen:
            following = modules[frozen] if frozen < len(modules) else None
            borders.append(Border(tuple(modules[:frozen]), following, of_target=name == "decoder"))
            own += layers[:frozen]
        if frozen < len(modules):
            break
        below += len(modules)
    if not borders:
        return None
    return FrozenPrefix(
        model,
        tuple(borders),
        tuple(layer.id for layer in own),
        tuple(name for layer in own for name in layer.parameters),
        # An embedding of two stacks is skipped where both begin with blocks that are.
        tuple(own[0].modules.values()) if len(borders) == len(stacks) else (),
    )


def _rests(layer: Layer) -> bool:
    """Returns whether nothing of a layer learns and nothing was put into it."""
    return not layer.inserts and not layer.trainable


def _below_taps(model: TaskModel) -> int:
    """Returns how many blocks may be skipped for what the head reads: it must get what it reads."""
    every = [layer.id for layer in layers_of(model) if layer.id not in {EMBEDDINGS, HEAD}]
    return min((every.index(tap) for tap in model.taps), default=len(every))


def _is_in_16_bits(states: Sequence[torch.Tensor]) -> bool:
    """Returns whether multiplications run in 16 bits now, where the states are."""
    return torch.is_autocast_enabled(states[0].device.type)


def _given(args: Sequence[Any], kwargs: Mapping[str, Any]) -> Iterator[tuple[Place, Any]]:
    """Yields what a module was given, and where."""
    yield from enumerate(args)
    yield from kwargs.items()


def _first(said: Any) -> torch.Tensor:
    hidden: torch.Tensor = said[0] if isinstance(said, tuple) else said
    return hidden.detach()


def _stop_at(number: int, found: dict[int, torch.Tensor]) -> Callable[..., None]:
    """Returns a hook that notes the hidden states which a block is given, and stops."""

    def stop(_block: nn.Module, args: Any, kwargs: Any) -> None:
        found[number] = (args[0] if args else kwargs[_HIDDEN]).detach()
        raise _ReachedError

    return stop


def _replacing(states: torch.Tensor) -> Callable[..., Any]:
    """Returns a hook that gives a block other hidden states."""

    def replace(_block: nn.Module, args: Any, kwargs: Any) -> Any:
        if args:
            return (states, *args[1:]), kwargs
        return args, {**kwargs, _HIDDEN: states}

    return replace


def _handing_on(
    forward: Callable[..., Any], layout: _Layout, states: torch.Tensor | None
) -> Callable[..., Any]:
    """Returns what takes the place of a block: it hands on what it is given, or states.

    Args:
        forward: What the block does.
        layout: What it gives back.
        states: What is to come out, where it is the last of its stack.
    """

    def hand_on(*args: Any, **kwargs: Any) -> Any:
        hidden = states if states is not None else args[0] if args else kwargs[_HIDDEN]
        if layout.others is None:
            return hidden
        if layout.speaks:
            with torch.no_grad():
                return (hidden, *forward(*args, **kwargs)[1:])
        given = dict(_given(args, kwargs))
        return (hidden, *(None if place is None else given[place] for place in layout.others))

    return hand_on


def _nothing_said(place: Place, width: int, dtype: torch.dtype) -> Callable[..., torch.Tensor]:
    """Returns what takes the place of embeddings that nobody looks at."""

    def say_nothing(*args: Any, **kwargs: Any) -> torch.Tensor:
        ids = args[place] if isinstance(place, int) else kwargs[place]
        return torch.zeros(*ids.shape, width, dtype=dtype, device=ids.device)

    return say_nothing


@contextmanager
def _runs(module: nn.Module, forward: Callable[..., Any]) -> Iterator[None]:
    """Lets a module do something else for the time being."""
    before = module.__dict__.get("forward")
    module.forward = forward
    try:
        yield
    finally:
        if before is None:
            del module.forward
        else:
            module.forward = before


def _said(model: TaskModel, batch: Batch) -> torch.Tensor:
    """Returns what a model says to a batch, without what it says to the padding."""
    logits = model(batch).logits
    if model.facts.kind is HeadKind.WORD_PIECES:
        return torch.as_tensor(logits[batch["attention_mask"].bool()])
    return torch.as_tensor(logits)


def _are_close(one: torch.Tensor, other: torch.Tensor) -> bool:
    if one.shape != other.shape:
        return False
    largest = max(1.0, float(other.abs().max())) if other.numel() else 1.0
    return bool(torch.allclose(one, other, rtol=0.0, atol=_TOLERANCE * largest))
