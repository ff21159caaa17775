"""A network taken apart into layers, for any architecture, with or without a peft wrapper.

The blocks are the longest list of like modules: one list, or two for an encoder with a decoder. What
comes before the blocks is the embeddings, what comes after them (a last norm) belongs to the last block
of their list, what is not in the backbone is the head. A network that writes words has its head inside:
then what follows the blocks beside that head is the head too. So every parameter belongs to exactly one
layer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from torch import nn

from engine.contracts import TaskModel

EMBEDDINGS = "embeddings"
HEAD = "head"
ENCODER = "encoder"
DECODER = "decoder"


@dataclass
class Layer:
    """A layer of the stack, as modules.

    Attributes:
        id: ``"embeddings"``, ``"block.1"`` …, ``"head"``.
        stack: ``"encoder"`` or ``"decoder"`` for a block of one of two stacks; else empty.
        number: Of a block, within its stack; the lowest is 1.
        modules: Name in the model → module; nothing in them belongs to another layer.
        parameters: Name in the model → parameter, pretrained ones (for a new head: its own); tied
            weights once, with the layer that comes first.
        inserts: Name in the model → parameter of small parts put in by peft.
    """

    id: str
    stack: str = ""
    number: int = 0
    modules: dict[str, nn.Module] = field(default_factory=dict)
    parameters: dict[str, nn.Parameter] = field(default_factory=dict)
    inserts: dict[str, nn.Parameter] = field(default_factory=dict)

    @property
    def trainable(self) -> bool:
        """Whether any of its pretrained numbers (for the head: any number) may change."""
        return any(parameter.requires_grad for parameter in self.parameters.values())


def block_id(number: int) -> str:
    """Returns the id of a block; the lowest is 1, and an encoder's blocks come before a decoder's."""
    return f"block.{number}"


def stacks_of(backbone: nn.Module) -> dict[str, nn.ModuleList]:
    """Returns the stacks of transformer blocks, lowest block first.

    Args:
        backbone: A pretrained network, or a peft model around one.

    Returns:
        ``{"": blocks}``, or ``{"encoder": blocks, "decoder": blocks}``; empty where there is no list of
        like modules.
    """
    lists = {path: blocks for path, blocks in _outermost_lists("", backbone) if _are_alike(blocks)}
    if getattr(getattr(backbone, "config", None), "is_encoder_decoder", False):
        sides: dict[str, list[nn.ModuleList]] = {ENCODER: [], DECODER: []}
        for path, blocks in lists.items():
            sides[DECODER if DECODER in path else ENCODER].append(blocks)
        if all(sides.values()):
            return {name: max(side, key=len) for name, side in sides.items()}
    return {"": max(lists.values(), key=len)} if lists else {}


def block_lists(backbone: nn.Module) -> list[nn.ModuleList]:
    """Returns the lists of transformer blocks: one, or two for an encoder with a decoder.

    Args:
        backbone: A pretrained network, or a peft model around one.
    """
    return list(stacks_of(backbone).values())


def _outermost_lists(prefix: str, module: nn.Module) -> Iterator[tuple[str, nn.ModuleList]]:
    for name, child in module.named_children():
        path = f"{prefix}.{name}"
        if isinstance(child, nn.ModuleList):
            if any(True for _ in child.parameters()):
                yield path, child
        else:
            yield from _outermost_lists(path, child)


def _are_alike(blocks: nn.ModuleList) -> bool:
    return len({type(block) for block in blocks}) == 1


def is_tuner(module: nn.Module) -> bool:
    """Returns whether a module is one of the network with a peft insert around it.

    It is told by its shape, so that nothing of peft is loaded for models that have no inserts.
    """
    return hasattr(module, "base_layer") and hasattr(module, "adapter_layer_names")


def insert_modules(tuner: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Yields the small new parts that a tuner layer holds, by name: all but what it wraps."""
    for name, child in tuner.named_children():
        if name != "base_layer":
            yield name, child


def network_in(backbone: nn.Module) -> tuple[str, nn.Module]:
    """Returns the pretrained network inside what peft may have put around it, and its path in there.

    Args:
        backbone: A network (its path is empty), or a peft model around one: what goes into the network
            has it at ``"base_model.model"``, learned vectors before the text at ``"base_model"``.
    """
    find = getattr(backbone, "get_base_model", None)
    if find is None:
        return "", backbone
    network: nn.Module = find()
    return next(name for name, module in backbone.named_modules() if module is network), network


def pretrained_name(model: TaskModel, name: str) -> str:
    """Returns a parameter's name as the checkpoint has it, without the wrappers around it.

    Args:
        model: The task model.
        name: Name in it, e.g. ``"backbone.base_model.model.encoder.query.base_layer.weight"``.
    """
    path, _ = network_in(model.backbone)
    return name.removeprefix("backbone.").removeprefix(f"{path}.").replace(".base_layer.", ".")


def layers_of(model: TaskModel) -> tuple[Layer, ...]:
    """Takes a model apart, bottom layer first.

    Args:
        model: As it stands; it is not changed.

    Returns:
        Embeddings, blocks (of an encoder, then of a decoder), head. Every parameter of the model is in
        exactly one of them.
    """
    layers = deal_out_modules(model.backbone, model.head)
    _deal_out_parameters(model, layers)
    return layers


def deal_out_modules(backbone: nn.Module, head: nn.Module | None = None) -> tuple[Layer, ...]:
    """Gives every module of a network to a layer, without looking at its parameters.

    Args:
        backbone: A pretrained network, or a peft model around one.
        head: What stands on top of it; it may be modules inside it, also in a container of its own.

    Returns:
        Embeddings, blocks, head; the modules are named as in a task model.
    """
    return _Walk(backbone, head).layers


class _Walk:
    """Goes through a network and gives every module to a layer."""

    def __init__(self, backbone: nn.Module, head: nn.Module | None) -> None:
        self._head = {id(part) for part in head.modules()} if head is not None else set()
        self._blocks: dict[int, list[Layer]] = {}  # id of a list → its layers
        self._embeddings, self._top = Layer(EMBEDDINGS), Layer(HEAD)
        for stack, blocks in stacks_of(backbone).items():
            below = sum(len(layers) for layers in self._blocks.values())
            self._blocks[id(blocks)] = [
                Layer(block_id(below + number), stack, number) for number in range(1, len(blocks) + 1)
            ]
        path, network = network_in(backbone)
        self._enter(f"backbone.{path}".rstrip("."), network)
        if head is not None and not self._top.modules:
            self._top.modules["head"] = head
        middle = [layer for layers in self._blocks.values() for layer in layers]
        self.layers = (self._embeddings, *middle, self._top)

    def _enter(self, prefix: str, module: nn.Module) -> None:
        """Gives the children of a module that holds blocks to their layers."""
        children = {name: (child, self._lists_in(child)) for name, child in module.named_children()}
        own = [layers for _, lists in children.values() for layers in lists]
        has_head = any(self._holds_head(child) for child, lists in children.values() if not lists)
        below, previous = self._embeddings, None
        for name, (child, lists) in children.items():
            path = f"{prefix}.{name}"
            if id(child) in self._blocks:
                for number, (block, layer) in enumerate(zip(child.children(), lists[0], strict=True)):
                    layer.modules[f"{path}.{number}"] = block
            elif lists:
                self._enter(path, child)
            elif self._holds_head(child) or (has_head and below is own[-1][-1]):
                self._top.modules[path] = child
            else:
                self._place(name, child, previous, below, own).modules[path] = child
            below, previous = lists[-1][-1] if lists else below, child

    def _place(
        self, name: str, module: nn.Module, previous: nn.Module | None, below: Layer, own: list[list[Layer]]
    ) -> Layer:
        """Says which layer a module outside the blocks belongs to."""
        if not own:
            return self._embeddings
        if _COMES_LAST.match(name):
            return own[-1][-1]
        if type(module).__name__ == "ConvLayer":  # DeBERTa runs it behind the first block
            return own[0][0]
        if _is_embedding(name, module) or (_is_norm(module) and isinstance(previous, nn.Embedding)):
            return self._embeddings  # also a norm that is declared behind a table: DeBERTa's distances
        return below

    def _lists_in(self, module: nn.Module) -> list[list[Layer]]:
        return [self._blocks[id(part)] for part in module.modules() if id(part) in self._blocks]

    def _holds_head(self, module: nn.Module) -> bool:
        return any(id(part) in self._head for part in module.modules())


_COMES_LAST = re.compile(r"final_|project_out")
"""What OPT declares before its blocks and runs behind them."""


def _is_embedding(name: str, module: nn.Module) -> bool:
    return isinstance(module, nn.Embedding) or "embed" in name.lower()


def _is_norm(module: nn.Module) -> bool:
    return "norm" in type(module).__name__.lower()


def is_new(model: TaskModel, layer: Layer) -> bool:
    """Returns whether a layer was not in the checkpoint: only a head can be that."""
    return layer.id == HEAD and model.head_is_new


def _deal_out_parameters(model: TaskModel, layers: tuple[Layer, ...]) -> None:
    """Gives each parameter to its layer, inserts apart from pretrained numbers."""
    _, network = network_in(model.backbone)
    inserted = {id(parameter) for parameter in model.backbone.parameters()}
    inserted -= {id(parameter) for parameter in network.parameters()}  # vectors before the text are left
    for module in network.modules():
        if is_tuner(module):
            inserted |= {
                id(parameter) for _, part in insert_modules(module) for parameter in part.parameters()
            }
    owner: dict[int, Layer] = {}
    for layer in layers:
        for module in layer.modules.values():
            for parameter in module.parameters():
                owner.setdefault(id(parameter), layer)
    for name, parameter in model.named_parameters():
        # What stands loose in the backbone (a learned vector before the text, say) is input: embeddings.
        layer = owner.get(id(parameter), layers[0])
        (layer.inserts if id(parameter) in inserted else layer.parameters)[name] = parameter


def times_used(backbone: nn.Module) -> int:
    """Returns how often each block is run: more than once where a model shares its layers (ALBERT)."""
    config = getattr(backbone, "config", None)
    groups = getattr(config, "num_hidden_groups", 0)
    return max(1, int(config.num_hidden_layers) // int(groups)) if config is not None and groups else 1


def free_new_head(model: TaskModel) -> None:
    """Lets a head learn that is new for the task; one that came with the checkpoint stays as it is.

    So do word embeddings that a new head turns round to say words with: they are the checkpoint's.
    """
    if not model.head_is_new:
        return
    for layer in layers_of(model):
        if layer.id == HEAD:
            for parameter in layer.parameters.values():
                parameter.requires_grad = True


def pretrained_parameters(model: TaskModel) -> dict[str, nn.Parameter]:
    """Returns the parameters that came with the checkpoint: its own name for each → parameter."""
    return {
        pretrained_name(model, name): parameter
        for layer in layers_of(model)
        if not is_new(model, layer)
        for name, parameter in layer.parameters.items()
    }
