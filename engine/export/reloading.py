"""Loading written files again with plain libraries, to hear what they answer."""

from __future__ import annotations

import runpy
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch

from engine.contracts import HeadKind
from engine.export.answers_compared import ComparedAnswers, same_pieces
from engine.export.contract import RunToExport, Writing
from engine.export.whole_model import stock_class
from engine.models import facts
from engine.models.inserts import without_future_warnings
from engine.models.weights import LOADER_FILE
from engine.protocol.exports import CheckOutcome, ExportCheck

Said = torch.Tensor


def check_whole_model(writing: Writing) -> ExportCheck:
    """Loads a written model folder as its reader would, and compares its answers and its word pieces.

    Args:
        writing: The folder is its place.
    """
    import transformers

    auto: Any = transformers
    place, name = writing.place, stock_class(writing.source)
    tokenizer = auto.AutoTokenizer.from_pretrained(place)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = writing.test.asked.tokenizer.pad_token
    if (place / LOADER_FILE).is_file():
        check = writing.test.compared(answers_of_loader(place, writing))
    else:
        with facts.BUILDING:
            network = getattr(auto, name).from_pretrained(place, dtype=torch.float32).eval()
        check = writing.test.compared(answers_of_network(network, writing.test))
    if same_pieces(writing.test, tokenizer, writing.source.task.encode):
        return check
    return ExportCheck(
        id=check.id,
        title=check.title,
        detail="The saved tokenizer cuts texts otherwise than the run did.",
        outcome=CheckOutcome.FAILED,
    )


def answers_of_network(network: Any, test: ComparedAnswers) -> Said:
    """Returns what a network of transformers' says to the test rows."""
    with torch.no_grad():
        if test.kind is HeadKind.WORDS:
            return _at_places(network, test)
        inputs = _read_by(network, test.inputs)
        output = network(**inputs)
    if "start_logits" in output:
        return torch.stack((output.start_logits, output.end_logits), -1)
    said: Said = output.logits
    return said


def answers_of_loader(place: Path, writing: Writing, base: str = "") -> Said:
    """Runs a written ``load_model.py`` and returns what it says to the test rows.

    Args:
        place: The folder that it is in.
        writing: What is written.
        base: Where the base model lies on this computer, where the loader names another place.
    """
    source, test = writing.source, writing.test
    lines = _run(place, source, base)
    with torch.no_grad():
        if test.kind is HeadKind.WORDS:
            return _at_places(lines["model"], test)
        said = lines["logits"](test.typed(source.task.questions))
    of_all: Said = said[0] if isinstance(said, tuple) else said
    return of_all


def _run(place: Path, source: RunToExport, base: str) -> dict[str, Any]:
    text = (place / LOADER_FILE).read_text(encoding="utf-8")
    if base:
        text = text.replace(f"BASE = {source.base_name!r}", f"BASE = {base!r}")
    with tempfile.TemporaryDirectory() as folder:  # beside the others no second loader is left behind
        path = Path(folder) / LOADER_FILE
        path.write_text(
            text.replace("HERE = Path(__file__).parent", f"HERE = Path({str(place)!r})"), encoding="utf-8"
        )
        words, sys.argv = sys.argv, [str(path)]
        try:
            with facts.BUILDING, without_future_warnings():
                return runpy.run_path(str(path))
        finally:
            sys.argv = words


def _at_places(network: Any, test: ComparedAnswers) -> Said:
    """Returns what a network that writes says where the run was asked for words."""
    inputs = {name: test.batch[name] for name in ("input_ids", "attention_mask")}
    if network.config.is_encoder_decoder:  # its decoder reads the other text
        inputs["labels"] = test.batch["labels"]
    said: Said = network(**inputs).logits[:, -test.places.shape[1] :][test.places]
    return said


def _read_by(network: Any, inputs: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Returns what of a batch a network is given: two kinds of texts only where it knows them."""
    kinds = getattr(network.config.get_text_config(), "type_vocab_size", 0) or 0
    return {name: tensor for name, tensor in inputs.items() if kinds > 1 or name != "token_type_ids"}
