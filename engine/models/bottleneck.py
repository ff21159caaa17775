"""Bottleneck adapters for peft: small subnetworks inside each block (Houlsby 2019; He 2022).

peft has no bottleneck adapters of its own. This module adds them as a method of peft's, so that
wrapping, saving and loading are peft's; importing it is all that loading a saved adapter needs.

An adapter takes ``d`` numbers down to ``m``, bends them, and takes them up to ``d`` again; what comes
out is added to what the part says. That is ``2·m·d + m + d`` numbers, biases included. The way up
starts at zero, so that the model at first says exactly what it said without adapters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from peft import PeftConfig
from peft.tuners.tuners_utils import BaseTuner, BaseTunerLayer
from peft.utils import PeftType, register_peft_method
from torch import nn
from transformers.activations import ACT2FN

from engine.models.parts import features
from engine.protocol.stack import InsertKind

_NAME = "bottleneck"


def _add_peft_type(name: str) -> PeftType:
    """Returns peft's type of a name, made first if peft has none.

    ``register_peft_method`` wants a member of the enum ``PeftType``, and a Python enum with members
    cannot be derived from. So the member is made the way the enum itself makes one.
    """
    if name in PeftType.__members__:
        return PeftType[name]
    member = str.__new__(PeftType, name)
    member._name_ = name
    member._value_ = name
    PeftType._member_names_.append(name)
    PeftType._member_map_[name] = member
    PeftType._value2member_map_[name] = member
    type.__setattr__(PeftType, name, member)  # the enum's own setattr would call it a reassignment
    return member


BOTTLENECK = _add_peft_type(_NAME.upper())


@dataclass
class BottleneckConfig(PeftConfig):
    """Where adapters stand in a network and how large they are.

    Attributes:
        target_modules: Names or paths of the matrices after which an adapter stands.
        parallel_inputs: For adapters beside a part: path of the part's last matrix → path of its first
            one, whose input the adapter reads. Empty for adapters that stand after a part.
        reduction_factor: How many times narrower the middle is than the model: m = d / factor.
        activation: What bends the middle, by transformers' name.
        scaling: What the adapter says is multiplied by this.
    """

    target_modules: list[str] = field(default_factory=list)
    parallel_inputs: dict[str, str] = field(default_factory=dict)
    reduction_factor: int = 16
    activation: str = "gelu"
    scaling: float = 1.0

    def __post_init__(self) -> None:
        """Says which method of peft's this is."""
        super().__post_init__()  # type: ignore[no-untyped-call]  # peft gives it no types
        self.peft_type = BOTTLENECK


class Bottleneck(nn.Module):
    """Down, bend, up.

    Args:
        width: ``d``: how many numbers go in and come out.
        config: Its size and shape.
    """

    def __init__(self, width: int, config: BottleneckConfig) -> None:
        super().__init__()
        middle = max(1, width // config.reduction_factor)
        self.down = nn.Linear(width, middle)
        self.activation = ACT2FN[config.activation]
        self.up = nn.Linear(middle, width)
        self.scaling = config.scaling
        nn.init.kaiming_uniform_(self.down.weight, a=5**0.5)
        nn.init.zeros_(self.down.bias)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Returns what is to be added: ``(…, width)`` like its input."""
        said: torch.Tensor = self.up(self.activation(self.down(hidden)))
        return said * self.scaling


class WrappedMatrix(nn.Module, BaseTunerLayer):
    """A matrix of the network that takes part in an adapter.

    Args:
        base_layer: The pretrained matrix.
    """

    def __init__(self, base_layer: nn.Module) -> None:
        super().__init__()
        self.base_layer = base_layer


class BottleneckLayer(WrappedMatrix):
    """A matrix of the network with adapters that follow it, or that start from its input.

    Attributes:
        insert_kind: How the layer map draws it.
    """

    adapter_layer_names = ("bottleneck_inserts",)

    def __init__(self, base_layer: nn.Module, *, starts_bypass: bool) -> None:
        """Wraps a matrix.

        Args:
            base_layer: The pretrained matrix.
            starts_bypass: Whether adapters read this matrix's input, and a later matrix adds what they
                say (:class:`BypassEnd`).
        """
        super().__init__(base_layer)
        self.starts_bypass = starts_bypass
        self.insert_kind = InsertKind.PARALLEL if starts_bypass else InsertKind.BOTTLENECK
        self.bottleneck_inserts = nn.ModuleDict()
        self._bypass: torch.Tensor | None = None

    def add_adapter(self, name: str, config: BottleneckConfig) -> None:
        """Adds an adapter of a name, on the matrix's device."""
        into, out_of = features(self.base_layer)
        with torch.device(self.weight.device):
            self.bottleneck_inserts[name] = Bottleneck(into if self.starts_bypass else out_of, config)
        self.set_adapter(self.active_adapters, inference_mode=config.inference_mode)

    def forward(self, hidden: torch.Tensor, *args: Any, **kwargs: Any) -> torch.Tensor:
        """Returns what the matrix says, with what the adapters that follow it add."""
        said: torch.Tensor = self.base_layer(hidden, *args, **kwargs)
        source = hidden if self.starts_bypass else said
        added: torch.Tensor | None = None
        if not self.disable_adapters:
            for name in self.active_adapters:
                if name in self.bottleneck_inserts:
                    more = self.bottleneck_inserts[name](source)
                    added = more if added is None else added + more
        if self.starts_bypass:
            self._bypass = added
            return said
        return said if added is None else said + added

    def take_bypass(self) -> torch.Tensor | None:
        """Hands over what the adapters said, once."""
        bypass, self._bypass = self._bypass, None
        return bypass


class BypassEnd(WrappedMatrix):
    """The last matrix of a part, to which an adapter beside the whole part adds what it says."""

    adapter_layer_names = ()

    def follow(self, start: BottleneckLayer) -> None:
        """Says where the adapter stands. It is kept in a tuple, so that it counts as no part of this."""
        self.start = (start,)

    def forward(self, hidden: torch.Tensor, *args: Any, **kwargs: Any) -> torch.Tensor:
        """Returns what the matrix says, with what the adapter added."""
        said: torch.Tensor = self.base_layer(hidden, *args, **kwargs)
        bypass = self.start[0].take_bypass()
        return said if bypass is None else said + bypass


class BottleneckModel(BaseTuner):
    """Puts bottleneck adapters into a network; peft calls it."""

    prefix = f"{_NAME}_"
    tuner_layer_cls = WrappedMatrix
    target_module_mapping: dict[str, list[str]] = {}  # noqa: RUF012 - peft declares it so

    @staticmethod
    def _check_target_module_exists(peft_config: PeftConfig, key: str) -> bool:
        inputs = _own(peft_config).parallel_inputs
        if inputs:
            return key in inputs or key in inputs.values()
        return bool(BaseTuner._check_target_module_exists(peft_config, key))  # noqa: SLF001 - extends it

    def _create_and_replace(
        self,
        peft_config: PeftConfig,
        adapter_name: str,
        target: nn.Module,
        target_name: str,
        parent: nn.Module,
        current_key: str,
        parameter_name: str | None = None,  # noqa: ARG002 - peft's
    ) -> None:
        config = _own(peft_config)
        if isinstance(target, BottleneckLayer):
            target.add_adapter(adapter_name, config)
            return
        if isinstance(target, BypassEnd):
            return
        wrapped: WrappedMatrix
        if current_key in config.parallel_inputs:
            wrapped = BypassEnd(target)
        else:
            wrapped = BottleneckLayer(target, starts_bypass=bool(config.parallel_inputs))
            wrapped.add_adapter(adapter_name, config)
        if adapter_name not in self.active_adapters:
            wrapped.requires_grad_(False)
        self._replace_module(parent, target_name, wrapped, target)

    def _post_injection_hook(self, model: nn.Module, config: PeftConfig, adapter_name: str) -> None:  # noqa: ARG002 - peft's
        for end, start in _own(config).parallel_inputs.items():
            last, first = model.get_submodule(end), model.get_submodule(start)
            if isinstance(last, BypassEnd) and isinstance(first, BottleneckLayer):
                last.follow(first)


def _own(config: PeftConfig) -> BottleneckConfig:
    """Returns a configuration that peft hands round under its general type."""
    if not isinstance(config, BottleneckConfig):
        raise TypeError(f"A {type(config).__name__} cannot place bottleneck adapters.")
    return config


register_peft_method(name=_NAME, config_cls=BottleneckConfig, model_cls=BottleneckModel)
