"""What each layer of a model knows of a task: asked for and told."""

from __future__ import annotations

import msgspec

from engine.protocol.command_header import CommandHeader
from engine.protocol.config import RunConfig
from engine.protocol.event_header import EventHeader
from engine.protocol.results import Score


class ProbeLayers(CommandHeader, frozen=True, kw_only=True, tag="ProbeLayers"):
    """Find out what each layer knows of a task. Answers: stages, then ``LayersProbed``.

    A small classifier learns from what a layer says of the training rows and is judged on the validation
    rows; the test rows are not looked at, and no run learns anything from it. It can be cancelled.

    Attributes:
        run: What would be trained: its rows, task and base model.
        folder: Of a finished run, whose model is looked at beside its base; empty for the base alone.
    """

    run: RunConfig
    folder: str = ""


class LayerProbe(msgspec.Struct, frozen=True, kw_only=True):
    """What a small classifier reaches with one layer.

    Attributes:
        layer: ``"embeddings"``, ``"block.1"`` …
        label: E.g. ``"Word embeddings"``, ``"Block 1"``.
        score: Of the base model's layer, on the validation rows.
        after: Of the trained model's; ``None`` where none was looked at.
    """

    layer: str
    label: str
    score: Score
    after: Score | None = None


class LayersProbed(EventHeader, frozen=True, kw_only=True, tag="LayersProbed"):
    """What every layer reaches, lowest first.

    Attributes:
        layers: The layers.
        measure: What was measured: ``"macro F1"``.
        model: The base model's name.
        learned: From how many texts or words the classifiers have learned.
        judged: On how many they were judged.
        counted: What these are, plural.
        always: What always giving the most frequent answer reaches.
        enough: Id of the lowest layer that is not surely worse than the best one on the same rows.
        finding: What it means, in a few sentences.
    """

    layers: tuple[LayerProbe, ...]
    measure: str
    model: str
    learned: int
    judged: int
    counted: str
    always: float
    enough: str
    finding: str
