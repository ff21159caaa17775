"""Plain lines of Python that load models which answer for each word piece, or write words."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

from engine.contracts import FeatureLayers, HeadFacts, Network, Objective

LAYERS = {
    FeatureLayers.LAST: "output.last_hidden_state",
    FeatureLayers.EMBEDDINGS: "output.hidden_states[0]",
    FeatureLayers.SECOND_TO_LAST: "output.hidden_states[-2]",
    FeatureLayers.WEIGHTED_SUM_LAST_FOUR: "torch.stack(output.hidden_states[1:][-4:], -2)",
    FeatureLayers.WEIGHTED_SUM_ALL: "torch.stack(output.hidden_states, -2)",
    FeatureLayers.SUM_LAST_FOUR: "torch.stack(output.hidden_states[1:][-4:]).sum(0)",
    FeatureLayers.CONCAT_LAST_FOUR: "torch.cat(output.hidden_states[1:][-4:], -1)",
}
"""Which layers a head reads → how, of a model's output."""

_TOKENS = Template('''\
"""Loads this model without Thaw. $usage"""

import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from transformers import AutoModel, AutoTokenizer

HERE = Path(__file__).parent
BASE = $base  # the pretrained model that this one stands on
CLASSES = $classes

tokenizer = AutoTokenizer.from_pretrained(BASE$prefix_space)
tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
weights = load_file(HERE / "head.safetensors")
encoder = AutoModel.from_pretrained(BASE, dtype=torch.float32)
$adapter
encoder.eval()
lstm = None
if any(name.startswith("lstm.") for name in weights):
    own = {name.removeprefix("lstm."): tensor for name, tensor in weights.items() if name.startswith("lstm.")}
    into = own["weight_ih_l0"].shape
    lstm = nn.LSTM(into[1], into[0] // 4, num_layers=2, bidirectional=True, batch_first=True).eval()
    lstm.load_state_dict(own)


@torch.no_grad()
def logits(texts):  # for each text, $texts: numbers for each word piece
    cut = {"padding": True, "truncation": $truncation, "max_length": $max_length}
    batch = tokenizer($call, **cut, return_tensors="pt")
    output = encoder(**batch, output_hidden_states=True)
    hidden = $layers
    hidden = hidden[:, -batch["input_ids"].shape[1] :]
    if "mix.weights" in weights:
        shares = weights["mix.weights"].softmax(0)
        hidden = weights["mix.scale"] * (hidden * shares[:, None]).sum(-2)
    if "hidden.weight" in weights:
        hidden = F.gelu(F.linear(hidden, weights["hidden.weight"], weights["hidden.bias"]))
    if lstm is not None:
        lengths = batch["attention_mask"].sum(1)
        packed = pack_padded_sequence(hidden, lengths, batch_first=True, enforce_sorted=False)
        hidden, _ = pad_packed_sequence(lstm(packed)[0], batch_first=True, total_length=hidden.shape[1])
    return F.linear(hidden, weights["last.weight"], weights["last.bias"]), batch


if __name__ == "__main__":
$main
''')
_TAG = """\
    words = sys.argv[1].split()
    said, batch = logits([words])
    for piece, row in zip(tokenizer.convert_ids_to_tokens(batch["input_ids"][0]), said[0]):
        print(piece, CLASSES[int(row.argmax())])"""
_ANSWER = """\
    said, batch = logits([tuple(sys.argv[1:3])])
    start, end = (int(said[0, :, side].argmax()) for side in (0, 1))
    print(tokenizer.decode(batch["input_ids"][0, start : end + 1]))"""

_WORDS = Template('''\
"""Loads this model without Thaw.   python load_model.py "a text" """

import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import $auto_class, AutoTokenizer

HERE = Path(__file__).parent
BASE = $base  # the pretrained model that this one stands on

tokenizer = AutoTokenizer.from_pretrained(BASE)
tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
encoder = $auto_class.from_pretrained(BASE, dtype=torch.float32)
if (HERE / "head.safetensors").is_file():
    encoder.load_state_dict(load_file(HERE / "head.safetensors"), strict=False)
$adapter
model = encoder.eval()


if __name__ == "__main__":
    batch = tokenizer(sys.argv[1], truncation=True, max_length=$max_length, return_tensors="pt")
    with torch.no_grad():
$main
''')
_FILL = """\
        said = model(**batch).logits[:, -batch["input_ids"].shape[1] :]
        best = said[batch["input_ids"] == tokenizer.mask_token_id].argmax(-1)
    print(tokenizer.convert_ids_to_tokens(best))"""
_WRITE = """\
        said = model.generate(**batch, max_new_tokens=40, do_sample=False)
    print(tokenizer.batch_decode(said, skip_special_tokens=True)[0])"""
_AUTO_CLASSES = {
    Network.MASKED_LM: "AutoModelForMaskedLM",
    Network.CAUSAL_LM: "AutoModelForCausalLM",
    Network.SEQUENCE_TO_SEQUENCE: "AutoModelForSeq2SeqLM",
}


def token_loader(head: HeadFacts, values: Mapping[str, str]) -> str:
    """Returns a Python file for a model that answers for each word piece.

    Args:
        head: What the head is.
        values: Where the model is and how texts are cut.
    """
    of_spans = head.objective is Objective.SPAN
    return _TOKENS.substitute(
        values,
        usage='  python load_model.py "question" "passage"' if of_spans else '  python load_model.py "words"',
        texts="a pair of question and passage" if of_spans else "a list of words",
        call="texts" if of_spans else "texts, is_split_into_words=True",
        truncation='"only_second"' if of_spans else "True",
        prefix_space="" if of_spans else ", add_prefix_space=True",
        main=_ANSWER if of_spans else _TAG,
    )


def word_loader(head: HeadFacts, values: Mapping[str, str]) -> str:
    """Returns a Python file for a model that writes words.

    Args:
        head: Which network it is.
        values: Where the model is and how texts are cut.
    """
    main = _FILL if head.network is Network.MASKED_LM else _WRITE
    return _WORDS.substitute(values, auto_class=_AUTO_CLASSES[head.network], main=main)
