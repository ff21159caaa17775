"""What each layer of MiniLM knows of posts.csv, as the engine once told it."""

from __future__ import annotations

from engine.protocol.layer_probes import LayerProbe, LayersProbed
from engine.protocol.probe_words import finding
from engine.protocol.results import Score

_REACHED = (
    ("embeddings", "Word embeddings", 0.874, 0.838, 0.908),
    ("block.1", "Block 1", 0.886, 0.852, 0.918),
    ("block.2", "Block 2", 0.889, 0.856, 0.921),
    ("block.3", "Block 3", 0.916, 0.886, 0.944),
    ("block.4", "Block 4", 0.920, 0.891, 0.948),
    ("block.5", "Block 5", 0.919, 0.890, 0.947),
    ("block.6", "Block 6", 0.894, 0.860, 0.926),
)
_LAYERS = tuple(
    LayerProbe(layer=layer, label=label, score=Score(value=value, low=low, high=high))
    for layer, label, value, low, high in _REACHED
)
PROBED = LayersProbed(
    layers=_LAYERS,
    measure="macro F1",
    model="MiniLM",
    learned=2000,
    judged=465,
    counted="texts",
    always=0.424,
    enough="block.3",
    finding=finding(_LAYERS, _LAYERS[3], "macro F1", 0.424),
)
