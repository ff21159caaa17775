"""GGUF: a network that continues texts as one file for llama.cpp, Ollama, LM Studio and the like.

The file is written by llama.cpp's own ``convert_hf_to_gguf.py``, which has to be on this computer. It is
in no package that could be asked for: the ``gguf`` wheel of ggml-org (MIT) reads and writes the format but
leaves the converter out, and what else bears the name on PyPI are copies by others that fall behind it.
A writer of our own would have to follow it for each architecture and tokenizer.

A wrong file is worse than none. So it is read back with transformers' own reader of GGUF, which shares
nothing with the converter, and compared with what the run answers; a file that answers otherwise is
thrown away, and a network that cannot be read back is not offered.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import torch

from engine.contracts import Network
from engine.errors import EngineError
from engine.export.answers_compared import SAME_ANSWERS, same_pieces
from engine.export.contract import ExportKind, RunToExport, Writing
from engine.export.file_checks import base_is_named, nothing_inside
from engine.export.folder_sizes import whole_model_size
from engine.export.gguf_converter import NAMED_BY, convert, find_converter
from engine.export.model_card import CARD_FILE
from engine.export.reading import base_folder
from engine.export.reloading import answers_of_network
from engine.export.whole_model import can_be_merged, write_whole_model
from engine.models.weights import Holds
from engine.protocol import taking_away_problems
from engine.protocol.exports import CheckOutcome, ExportCheck
from engine.protocol.fields import SwitchField

WHOLE, SMALL = "model.gguf", "model.q8_0.gguf"
_SMALL_CLOSE = 1e-3
_LOGARITHM_CLOSE = 1e-2
"""Largest difference of a logarithm of a probability. Among 50,000 pieces each may be so improbable that
even a wrong file is near in probability."""
_PIECES_FILE = "tokenizer.model"
"""SentencePiece's own file, which the converter likes best and transformers does not write again."""

EIGHT_BITS = SwitchField(
    name="gguf_q8_0",
    label="Also in 8 bits",
    help="A second file a quarter as large, rounded in groups of 32 numbers (Q8_0). Its answers differ a "
    "little; how much is measured.",
    default=False,
)


def summary_of(source: RunToExport) -> str:
    """Says what is done with an adapter."""
    if source.saved.holds is Holds.ADAPTER:
        return "One file for llama.cpp. The learned change is merged into a copy of the weights first."
    return ""


def why_not(source: RunToExport) -> str:
    """Says why a run is nothing for llama.cpp, or that the converter is missing."""
    saved = source.saved
    if saved.head.network is Network.SEQUENCE_TO_SEQUENCE:
        return "Only a model that continues texts can be one; this one turns a text into another."
    if saved.head.network is not Network.CAUSAL_LM:
        return "Only a model that continues texts can be one; this one answers with a head of its own."
    if saved.four_bit:
        return "It learned beside weights in four bits, which cannot be merged exactly. Take the adapter."
    if saved.holds is Holds.ADAPTER and not can_be_merged(source):
        return "Its learned parts stand beside the matrices, and a GGUF file holds matrices alone."
    if not _can_be_read_back(saved.base.family):
        return (
            f"Nothing on this computer can read a GGUF file of {saved.base.name} back, and Thaw writes none "
            "that it cannot check."
        )
    if not find_converter():
        return (
            "It needs llama.cpp's converter, which was not found on this computer. Get llama.cpp "
            "(github.com/ggml-org/llama.cpp) and put its folder into your home folder, or name it in "
            f"{NAMED_BY}."
        )
    return ""


def write(writing: Writing) -> tuple[ExportCheck, ...]:
    """Merges, has it converted, reads it back, and compares."""
    place, name = writing.place, writing.source.saved.base.name
    files = {WHOLE: "f32"} | ({SMALL: "q8_0"} if writing.options[EIGHT_BITS.name] else {})
    checks: list[ExportCheck] = []
    with tempfile.TemporaryDirectory(dir=place.parent) as folder:
        whole = Path(folder)
        write_whole_model(writing.source, whole)
        _say_more(whole, base_folder(writing.source))
        for file, numbers in files.items():
            doing = f"llama.cpp writes {file}"
            convert(whole, place / file, numbers, name, partial(writing.tell, doing))
    for file in files:
        writing.tell(f"Reading {file} back")
        checks += _checks(writing, file)
    (place / CARD_FILE).write_text(writing.card, encoding="utf-8")
    return *checks, nothing_inside(writing), base_is_named(writing.source)


def _can_be_read_back(family: str) -> bool:
    from transformers import modeling_gguf_pytorch_utils as reader

    return family in reader.GGUF_SUPPORTED_ARCHITECTURES


def _say_more(folder: Path, base: Path) -> None:
    """Puts beside a model what the converter asks for and transformers 5 does not write any more."""
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    if "n_positions" in config:
        path.write_text(json.dumps({"n_ctx": config["n_positions"]} | config), encoding="utf-8")
    if (base / _PIECES_FILE).is_file():
        shutil.copyfile(base / _PIECES_FILE, folder / _PIECES_FILE)


def _checks(writing: Writing, file: str) -> list[ExportCheck]:
    """Reads a file back and returns what was found.

    Raises:
        EngineError: When it answers otherwise than the run.
    """
    import transformers

    auto: Any = transformers
    config = auto.AutoConfig.from_pretrained(writing.place, gguf_file=file)
    if hasattr(config, "n_ctx"):  # what the reader calls GPT-2's longest text, and its network does not
        config.n_positions = config.n_ctx
    network = auto.AutoModelForCausalLM.from_pretrained(
        writing.place, gguf_file=file, config=config, dtype=torch.float32
    )
    said = answers_of_network(network.eval(), writing.test)
    if file == SMALL:
        return [writing.test.compared(said, close=_SMALL_CLOSE, what="in 8 bits", rounded=True)]
    check = writing.test.compared(said)
    if check.outcome is CheckOutcome.FAILED or _apart(said, writing.test.logits) > _LOGARITHM_CLOSE:
        raise EngineError(taking_away_problems.gguf_differs(writing.source.saved.base.name, check.detail))
    if _cuts_alike(writing, file):
        return [check]
    told = ExportCheck(
        id=SAME_ANSWERS,
        title="The tokenizer may read otherwise",
        detail="The network in the GGUF file answers as the run, but its tokenizer, read back by "
        "transformers, does not cut the test texts as the run did. Try it in your program before you pass "
        "it on.",
        outcome=CheckOutcome.TOLD,
    )
    return [check, told]


def _apart(said: torch.Tensor, wanted: torch.Tensor) -> float:
    return float((said.float().log_softmax(-1) - wanted.log_softmax(-1)).abs().max())


def _cuts_alike(writing: Writing, file: str) -> bool:
    """Returns whether the tokenizer in a file, read by transformers, cuts the test rows as the run did."""
    import transformers

    auto: Any = transformers
    try:
        tokenizer = auto.AutoTokenizer.from_pretrained(writing.place, gguf_file=file)
        return same_pieces(writing.test, tokenizer, writing.source.task.encode)
    except (LookupError, ValueError, TypeError, AttributeError):  # of a form that its reader does not know
        return False


EXPORT = ExportKind(
    id="gguf",
    name="GGUF",
    summary="One file for llama.cpp, Ollama and LM Studio, to write on a computer without Python.",
    opens_with="opens with llama.cpp",
    icon="chip",
    order=5,
    summary_of=summary_of,
    size=whole_model_size,
    why_not=why_not,
    write=write,
    fields=(EIGHT_BITS,),
    packages=("gguf",),
    extra="gguf",
    for_hub=True,
)
