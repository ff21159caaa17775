"""Freezing and thawing layers by hand, also when the chosen method has no layers to set."""

from __future__ import annotations

from collections.abc import Mapping

from engine.protocol.catalog import Catalog
from engine.protocol.stack import StackFacts
from gui.state.project import Project

BY_HAND = "by_hand"
"""Tag of the method whose layers are set one by one."""


def thaw_line_pattern(stack: StackFacts, rows_below: int) -> dict[str, bool]:
    """Returns layer id → trainable for a line with so many layers below it.

    Args:
        stack: The model; a new head is not asked.
        rows_below: How many of the lowest layers are frozen.
    """
    layers = [layer.id for layer in stack.layers if layer.is_pretrained]
    return {layer: place >= rows_below for place, layer in enumerate(layers)}


def wish_layers(project: Project, catalog: Catalog, stack: StackFacts, wanted: Mapping[str, bool]) -> str:
    """Freezes and thaws layers; where the method has none to set, another takes its place.

    That is one step of undo, whatever it takes.

    Args:
        project: Whose draft changes.
        catalog: Knows which method has layers to set.
        stack: The model as it is shown; what is not wished otherwise stays as it is here.
        wanted: Layer id → trainable.

    Returns:
        What a person must know about it; empty when only the layers changed.
    """
    entry = project.method_entry
    if entry is not None and entry.layers_by_hand:
        project.set_layers(dict(wanted))
        return ""
    by_hand = catalog.tagged(BY_HAND)
    if by_hand is None:
        return "No method here has layers to set by hand."
    reasons = {preview.method: preview.reason for preview in project.previews}
    if reasons.get(by_hand.id):
        return f"{by_hand.name} cannot be used here: {reasons[by_hand.id]}."
    layers = {
        layer.id: 2 * layer.trainable_parameters >= layer.parameters > 0
        for layer in stack.layers
        if layer.is_pretrained
    }
    project.undo_stack.beginMacro(f"Set layers by hand with {by_hand.name}")
    project.set_method(by_hand.id)
    project.set_layers(layers | dict(wanted))
    project.undo_stack.endMacro()
    before = entry.name if entry is not None else "The method"
    return f"{before} sets the layers itself. The method is now {by_hand.name}, with your layers."
