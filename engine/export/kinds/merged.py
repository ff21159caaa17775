"""Merged: the model folder of a run whose learned change becomes part of the weights; refused for others."""

from __future__ import annotations

from engine.export.contract import ExportKind, RunToExport
from engine.export.folder_sizes import whole_model_size
from engine.export.kinds import model
from engine.export.whole_model import can_be_merged
from engine.models.weights import Holds


def why_not(source: RunToExport) -> str:
    """Says why there is nothing to merge."""
    if can_be_merged(source):
        return model.why_not(source)
    if source.saved.holds is Holds.ADAPTER:
        return "Its learned parts stand beside the matrices; no matrix can hold what they compute."
    return "Its weights are one piece already; the model folder holds them."


EXPORT = ExportKind(
    id="merged",
    name="Merged model",
    summary="The learned change as part of the weights; nothing but transformers is needed.",
    opens_with="opens with transformers",
    icon="folder",
    order=3,
    size=whole_model_size,
    why_not=why_not,
    write=model.write,
    on_page=False,
    for_hub=True,
)
