"""A network taken apart into layers, for any architecture, with or without a peft wrapper.

The blocks are the longest list of like modules; what comes before it is the embeddings, what comes
after it (a last norm) belongs to the last block, what is not in the backbone is the head. So every
parameter belongs to exactly one layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from torch import nn

from engine.contracts import TaskModel

EMBEDDINGS = "embeddings"
HEAD = "head"


@dataclass
class Layer:
    """A layer of the stack, as modules.

    Attributes:
        id: ``"embeddings"``, ``"block.1"`` …, ``"head"``.
        modules: Name in the model → module; nothing in them belongs to another layer.
        parameters: Name in the model → parameter, pretrained ones (for the head: its own); tied
            weights once.
        inserts: Name in the model → parameter of small parts put in by peft.
    """

    id: str
    modules: dict[str, nn.Module] = field(default_factory=dict)
    parameters: dict[str, nn.Parameter] = field(default_factory=dict)
    inserts: dict[str, nn.Parameter] = field(default_factory=dict)

    @property
    def trainable(self) -> bool:
        """Whether any of its pretrained numbers (for the head: any number) may change."""
        return any(parameter.requires_grad for parameter in self.parameters.values())


def block_id(number: int) -> str:
    """Returns the id of a block; the lowest is 1."""
    return f"block.{number}"


def block_lists(backbone: nn.Module) -> list[nn.ModuleList]:
    """Returns the lists of transformer blocks: one, or two for an encoder with a decoder.

    Args:
        backbone: A pretrained network, or a peft model around one.
    """
    lists = list(_outermost_lists(backbone))
    if not lists:
        return []
    if getattr(getattr(backbone, "config", None), "is_encoder_decoder", False):
        return lists
    return [max(lists, key=len)]


def _outermost_lists(module: nn.Module) -> Iterator[nn.ModuleList]:
    for child in module.children():
        if isinstance(child, nn.ModuleList):
            if any(True for _ in child.parameters()):
                yield child
        else:
            yield from _outermost_lists(child)


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
        Embeddings, blocks, head. Every parameter of the model is in exactly one of them.
    """
    lists = block_lists(model.backbone)
    of_head = {id(module) for module in model.head.modules()}
    count = sum(len(blocks) for blocks in lists)
    stack = {name: Layer(name) for name in (EMBEDDINGS, *(block_id(number + 1) for number in range(count)))}
    reached = 0  # blocks passed so far on the way up

    def walk(prefix: str, module: nn.Module) -> None:
        nonlocal reached
        for name, child in module.named_children():
            path = f"{prefix}.{name}"
            if id(child) in of_head:
                continue
            if any(child is blocks for blocks in lists):
                for number, block in enumerate(child.children()):
                    stack[block_id(reached + number + 1)].modules[f"{path}.{number}"] = block
                reached += len(list(child.children()))
            elif any(part is blocks for part in child.modules() for blocks in lists):
                walk(path, child)
            else:
                stack[_place(name, child, reached, count)].modules[path] = child

    path, network = network_in(model.backbone)
    walk(f"backbone.{path}".rstrip("."), network)
    layers = (*stack.values(), Layer(HEAD, {"head": model.head}))
    _deal_out_parameters(model, layers)
    return layers


def _place(name: str, module: nn.Module, reached: int, count: int) -> str:
    """Says which layer a module outside the blocks belongs to."""
    if count == 0:
        return EMBEDDINGS
    if "final" in name:  # OPT declares its last norm before its blocks
        return block_id(count)
    if reached == 0 or isinstance(module, nn.Embedding) or "embed" in name.lower():
        return EMBEDDINGS
    return block_id(reached)


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


def free_new_head(model: TaskModel) -> None:
    """Lets a head learn that is new for the task; one that came with the checkpoint stays as it is."""
    if getattr(model, "head_is_new", True):
        model.head.requires_grad_(True)


def pretrained_parameters(model: TaskModel) -> dict[str, nn.Parameter]:
    """Returns the parameters that came with the checkpoint: its own name for each → parameter."""
    return {
        pretrained_name(model, name): parameter
        for layer in layers_of(model)
        if not is_new(model, layer)
        for name, parameter in layer.parameters.items()
    }
