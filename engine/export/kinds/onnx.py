"""ONNX: the network with its head as one file for other programs and phones; in fewer bits where wished."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import nn

from engine.contracts import HeadKind, Network, TaskModel
from engine.errors import EngineError
from engine.export.contract import ExportKind, RunToExport, Writing
from engine.export.file_checks import base_is_named, nothing_inside
from engine.export.folder_sizes import whole_model_size
from engine.export.model_card import CARD_FILE
from engine.export.onnx_script import how_to_ask
from engine.export.rounded_weights import EIGHT_BITS, SIXTEEN_BITS, round_weights
from engine.models.weights import load_model
from engine.protocol import taking_away_problems
from engine.protocol.exports import ExportCheck
from engine.protocol.fields import SwitchField

WHOLE = "model.onnx"
_LOGITS = "logits"
_ROUNDED_CLOSE = 1e-3
"""Largest difference between two probabilities of a file with rounded weights that is not told as one."""

INT8 = SwitchField(
    name="int8",
    label="Also in 8 bits",
    help="A further file, a little more than a quarter as large and as quick. Its answers differ a little; "
    "how much is measured.",
    default=False,
)
INT16 = SwitchField(
    name="int16",
    label="Also in 16 bits",
    help="A further file, half as large and as quick. Its answers are nearly those of the whole one; "
    "how near is measured.",
    default=False,
)
_FEWER_BITS = {INT8.name: EIGHT_BITS, INT16.name: SIXTEEN_BITS}


class _WrittenDown(nn.Module):
    """A task's model as a graph takes it: tensors in, numbers out."""

    def __init__(self, model: TaskModel) -> None:
        super().__init__()
        self.model = model

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        token_type_ids: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Returns the logits; of a network that fills in blanks those of every place."""
        batch = {"input_ids": input_ids, "attention_mask": attention_mask}
        if token_type_ids is not None:
            batch["token_type_ids"] = token_type_ids
        if self.model.facts.kind is HeadKind.WORDS:
            backbone: Any = self.model.backbone
            words: torch.Tensor = backbone(**batch).logits
            return words
        logits: torch.Tensor = self.model(batch).logits
        return logits


def why_not(source: RunToExport) -> str:
    """Says why a network that writes word after word is no single graph."""
    if source.saved.head.network in {Network.CAUSAL_LM, Network.SEQUENCE_TO_SEQUENCE}:
        return (
            "It writes word after word, and a graph would hold one step of that alone. The model folder "
            "holds all that is needed."
        )
    if source.saved.four_bit:
        return "It learned beside weights in four bits, which no graph holds. Take the adapter."
    return ""


def write(writing: Writing) -> tuple[ExportCheck, ...]:
    """Writes the graph, in 8 bits too where wished, runs it by ONNX Runtime, and compares."""
    place, test = writing.place, writing.test
    order = ("input_ids", "attention_mask", "token_type_ids")
    inputs = {name: test.inputs[name] for name in order if name in test.inputs}
    network: Any = writing.finished.model.backbone
    if (getattr(network.config.get_text_config(), "type_vocab_size", 0) or 0) < 2:
        inputs.pop("token_type_ids", None)
    with _quietly():
        _write_graph(load_model(writing.source.model_folder), inputs, place / WHOLE, writing)
    test.asked.tokenizer.save_pretrained(place)
    (place / CARD_FILE).write_text(writing.card, encoding="utf-8")
    (place / "run_onnx.py").write_text(how_to_ask(writing, _wished(writing)), encoding="utf-8")
    writing.tell("Asking the ONNX file")
    checks = [test.compared(_answers(place / WHOLE, writing, inputs))]
    for name in _wished(writing):
        writing.tell(f"Writing the ONNX file with {name} weights")
        round_weights(place / WHOLE, place / f"model.{name}.onnx", _FEWER_BITS[name])
        said = _answers(place / f"model.{name}.onnx", writing, inputs)
        checks.append(test.compared(said, close=_ROUNDED_CLOSE, what=f"with {name}", rounded=True))
    return *checks, nothing_inside(writing), base_is_named(writing.source)


def _wished(writing: Writing) -> list[str]:
    """Returns the names of the smaller files that are wished."""
    return [name for name in _FEWER_BITS if writing.options[name]]


def _write_graph(model: TaskModel, inputs: dict[str, torch.Tensor], path: Path, writing: Writing) -> None:
    """Writes a model down with batch and length left open.

    Raises:
        EngineError: When a part of the network is no graph.
    """
    exporting: Any = torch.onnx
    several = {name: one[:1].repeat(2, 1) for name, one in inputs.items()}  # one row would be a special case
    open_size: Any = torch.export.Dim.DYNAMIC
    try:
        exporting.export(
            _WrittenDown(model),
            tuple(several.values()),
            str(path),
            input_names=list(several),
            output_names=[_LOGITS],
            dynamic_shapes={name: {0: open_size, 1: open_size} for name in several},
            external_data=False,
            verbose=False,
        )
    except exporting.OnnxExporterError as error:
        reason = f"A part of {writing.source.saved.base.name}, or of its head, cannot be written as a graph."
        raise EngineError(taking_away_problems.cannot_export(EXPORT.name, reason)) from error


def _answers(path: Path, writing: Writing, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
    """Returns what ONNX Runtime says to the test rows."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    wanted = {entry.name for entry in session.get_inputs()}
    given = {name: tensor.numpy() for name, tensor in inputs.items() if name in wanted}
    said = torch.from_numpy(session.run(None, given)[0])
    return said[writing.test.places] if writing.test.kind is HeadKind.WORDS else said


@contextmanager
def _quietly() -> Iterator[None]:
    """Keeps the exporter's notes on what it does not find away from a person."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "onnxscript", "onnx_ir", "root")]
    before = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for one, level in zip(loggers, before, strict=True):
            one.setLevel(level)


EXPORT = ExportKind(
    id="onnx",
    name="ONNX",
    summary="One file for other programs and phones, no Python needed.",
    opens_with="opens with ONNX Runtime",
    icon="chip",
    order=4,
    size=whole_model_size,
    why_not=why_not,
    write=write,
    fields=(INT8, INT16),
    packages=("onnx", "onnxscript", "onnxruntime"),
    extra="onnx",
    for_hub=True,
)
