"""Asks llama.cpp itself what a GGUF file of an export says, and compares that with the model folder.

Needs a run that was exported as both (``--what gguf,model``) and a program that runs llama.cpp:

    pip install xllamacpp
    python -m tests.benchmarks.gguf_in_llama_cpp EXPORT_FOLDER "a text to continue"

It prints the largest difference of the logarithms of the 20 most probable next pieces. With float32
that was 3.8e-5 (GPT-2), 7.8e-5 (Llama), 5.7e-5 (Mistral); with Q8_0 0.002 to 0.003: random networks of two
blocks with GPT-2's tokenizer, one epoch of training, llama.cpp of October 2026.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

_SHOWN = 20


def says(file: Path, pieces: list[int]) -> dict[int, float]:
    """Returns what llama.cpp gives for the next piece: number → logarithm of its probability."""
    import xllamacpp  # type: ignore[import-not-found]  # not part of Thaw

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(file)
    parameters.n_ctx, parameters.n_parallel, parameters.warmup = 512, 1, False
    server = xllamacpp.Server(parameters)
    asked = {"prompt": pieces, "n_predict": 1, "n_probs": _SHOWN, "logprobs": _SHOWN, "cache_prompt": False}
    plain = {"temperature": 1.0, "samplers": [], "post_sampling_probs": False}
    said = server.handle_completions(asked | plain)
    answer = json.loads(said) if isinstance(said, str) else said
    return {
        one["id"]: one["logprob"] for one in answer["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
    }


def main() -> None:
    """Compares each file."""
    folder, text = Path(sys.argv[1]), sys.argv[2]
    auto: Any = AutoModelForCausalLM
    network = auto.from_pretrained(folder / "model").eval()
    pieces = AutoTokenizer.from_pretrained(folder / "model")(text)["input_ids"]
    with torch.no_grad():
        ours = network(torch.tensor([pieces])).logits[0, -1].log_softmax(-1)
    for file in sorted((folder / "gguf").glob("*.gguf")):
        theirs = says(file, pieces)
        apart = max(abs(float(ours[piece]) - said) for piece, said in theirs.items())
        same = next(iter(theirs)) == int(ours.argmax())
        print(f"{file.name}: {apart:.2g} apart, first piece the same: {same}")


if __name__ == "__main__":
    main()
