"""Writes the few plain lines of Python that load a saved model without Thaw."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

from engine.contracts import BaseModel, FeatureLayers, HeadFacts, HeadKind, HeadShape, Objective, Pooling
from engine.models.heads import STOCK
from engine.models.plain_word_loaders import LAYERS, token_loader, word_loader

_USAGE = {
    False: '  python load_model.py "a text" "another text" ',
    True: '  python load_model.py "a text" "its second text" "another text" "its second text" ',
}
_POOLINGS = {
    Pooling.MEAN: "(hidden * mask).sum(1) / mask.sum(1)",
    Pooling.CLS: "hidden[:, 0]",
    Pooling.LAST: "hidden[range(len(hidden)), (torch.arange(hidden.shape[1]) * attention).argmax(1)]",
    Pooling.MAX: "hidden.masked_fill(mask == 0, -torch.inf).amax(1)",
}
_HEADS = {
    HeadShape.LINEAR: "nn.Dropout(), nn.Linear(width, $outputs)",
    HeadShape.MLP: "nn.Dropout(), nn.Linear(width, width), nn.GELU(), nn.Dropout(), "
    "nn.Linear(width, $outputs)",
}

_TOP = Template('''\
"""Loads this model without Thaw. $usage"""

import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn
from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils import logging

HERE = Path(__file__).parent
BASE = $base  # the pretrained model that this one stands on
CLASSES = $classes

logging.set_verbosity_error()  # else it names parts that this model has no use for
tokenizer = AutoTokenizer.from_pretrained(BASE)
tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
tokenizer.padding_side = "right"
weights = load_file(HERE / "head.safetensors")


def word_pieces(texts):
$read
''')
_READ = """\
    how = {"padding": True, "return_tensors": "pt", "return_token_type_ids": False}
    return tokenizer(texts, truncation=True, max_length=$max_length, **how)"""
_READ_PAIRS = """\
    how = {"padding": True, "return_tensors": "pt", "return_token_type_ids": False}
    single, pair = (tokenizer.num_special_tokens_to_add(pair=two) for two in (False, True))
    if pair == single:  # the tokenizer puts nothing between two texts: they are two lines of one
        parts = [["\\n".join(two) for two in texts]]
    else:
        parts = [list(side) for side in zip(*texts)]
        kinds = getattr(encoder.config.get_text_config(), "type_vocab_size", 0) or 0
        how["return_token_type_ids"] = kinds > 1 and "token_type_ids" in tokenizer.model_input_names
    return tokenizer(*parts, truncation=True, max_length=$max_length, **how)"""
_OWN = Template("""
encoder = AutoModel.from_pretrained(BASE, dtype=torch.float32)
$adapter
width = next(tensor for name, tensor in sorted(weights.items()) if name.endswith("weight")).shape[1]
$mix
head = nn.Sequential($head)
head.load_state_dict(weights)
encoder.eval(), head.eval()


@torch.no_grad()
def logits(texts):
    batch = word_pieces(texts)
    output = encoder(**batch, output_hidden_states=True)
    hidden = $layers
    hidden = hidden[:, -batch["input_ids"].shape[1] :]  # without what is said to learned vectors before it
    attention = batch["attention_mask"]
    mask = attention[(...,) + (None,) * (hidden.dim() - 2)]
    return head($pooling)
""")
_STOCK = Template("""
model = AutoModelForSequenceClassification.from_pretrained(BASE, num_labels=$outputs, dtype=torch.float32)
model.config.pad_token_id = tokenizer.pad_token_id
encoder = model.base_model
for name in [name for name in weights if name.startswith("pooler.")]:
    weights[f"{model.base_model_prefix}.{name}"] = weights.pop(name)
model.load_state_dict(weights, strict=False)
$adapter
setattr(model, model.base_model_prefix, encoder)
model.eval()


@torch.no_grad()
def logits(texts):
    batch = word_pieces(texts)
    return model(**batch).logits
""")
_MIX = """
class Mix(nn.Module):  # a weighted sum of layers
    def __init__(self, layers):
        super().__init__()
        self.weights, self.scale = nn.Parameter(torch.zeros(layers)), nn.Parameter(torch.ones(()))

    def forward(self, hidden):
        return self.scale * (hidden * self.weights.softmax(0)[:, None]).sum(-2)

"""
_RANGE = """
class Range(nn.Module):  # into the unit of the scores
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(()))
        self.register_buffer("spread", torch.ones(()))

    def forward(self, said):
        return said * self.spread + self.mean

"""
_END = Template("""

if __name__ == "__main__":
    texts = $texts
    for text, row in zip(texts, logits(texts)$shares.tolist()):
        print(text, "->", dict(zip(CLASSES, row)) if CLASSES else row)
""")
_SHARES = {Objective.ONE_CLASS: ".softmax(-1)", Objective.ANY_CLASSES: ".sigmoid()"}


def plain_loader(
    base: BaseModel,
    head: HeadFacts,
    classes: Sequence[str],
    max_length: int,
    *,
    own_encoder: bool,
    adapter: str,
    changed: bool,
) -> str:
    """Returns a Python file that loads a saved model with transformers (and peft) alone.

    Args:
        base: The base model, for its folder.
        head: What the head is.
        classes: Names of what comes out.
        max_length: Word pieces at which texts are cut.
        own_encoder: Whether the encoder was saved too, beside the head.
        adapter: peft's name for the kind of the saved adapter; empty for none.
        changed: Whether some of the base model's numbers were saved beside the adapter.
    """
    weighed = "weighted" in head.layers
    values = {
        "base": "HERE" if own_encoder else repr(base.folder),
        "classes": repr(list(classes)),
        "max_length": str(max_length),
        "outputs": str(head.outputs),
        "adapter": _adapter_lines(adapter, changed),
        "layers": LAYERS[FeatureLayers(head.layers)],
        "shares": _SHARES.get(head.objective, ""),
    }
    if head.kind is HeadKind.WORDS:
        return word_loader(head, values)
    if head.kind is HeadKind.WORD_PIECES:
        return token_loader(head, values)
    values["usage"] = _USAGE[head.pairs]
    values["texts"] = "list(zip(sys.argv[1::2], sys.argv[2::2]))" if head.pairs else "sys.argv[1:]"
    values["read"] = Template(_READ_PAIRS if head.pairs else _READ).substitute(values)
    made_of = Template(_HEADS.get(HeadShape(head.shape), "")).substitute(values)
    if head.objective is Objective.NUMBER:
        made_of += ", Range()"
    values["head"] = f'Mix(len(weights["0.weights"])), {made_of}' if weighed else made_of
    values["mix"] = (_MIX if weighed else "") + (_RANGE if head.objective is Objective.NUMBER else "")
    values["pooling"] = _POOLINGS[Pooling(head.pooling)]
    body = _STOCK if head.shape == STOCK else _OWN
    return _TOP.substitute(values) + body.substitute(values) + _END.substitute(values)


_BOTTLENECK = """\
# Bottleneck adapters: what comes out of a part goes down, is bent, goes up, and is added to it.
import json  # noqa: E402 - adapters alone need it
from transformers.activations import ACT2FN  # noqa: E402 - as above
plan = json.loads((HERE / "adapter" / "adapter_config.json").read_text())
small = load_file(HERE / "adapter" / "adapter_model.safetensors")
ends = {start: end for end, start in plan["parallel_inputs"].items()}  # of adapters beside a whole part


def put_in(name):
    own = f"base_model.model.{name}.bottleneck_inserts."
    parts = {".".join(key.split(".")[-2:]): tensor for key, tensor in small.items() if key.startswith(own)}
    middle, wide = parts["down.weight"].shape
    sizes = {"down": (wide, middle), "up": (middle, wide)}
    adapter = torch.nn.ModuleDict({way: torch.nn.Linear(*size) for way, size in sizes.items()})
    adapter.load_state_dict(parts)
    first, waiting = encoder.get_submodule(name), []
    first.add_module("adapter", adapter)  # so that it goes along to another device

    def added(hidden):
        bent = ACT2FN[plan["activation"]](adapter["down"](hidden))
        return plan["scaling"] * adapter["up"](bent)

    if name in ends:
        last = encoder.get_submodule(ends[name])
        first.register_forward_hook(lambda part, read, said: waiting.append(added(read[0])))
        last.register_forward_hook(lambda part, read, said: said + waiting.pop())
    else:
        first.register_forward_hook(lambda part, read, said: said + added(said))


for name in sorted({name.split(".bottleneck_inserts.")[0] for name in small}):
    put_in(name.removeprefix("base_model.model."))
"""


def _adapter_lines(adapter: str, changed: bool) -> str:
    lines: list[str] = []
    if changed:
        lines += ['encoder.load_state_dict(load_file(HERE / "changed.safetensors"), strict=False)']
    if adapter == "BOTTLENECK":  # peft has none
        lines += [_BOTTLENECK]
    elif adapter:
        lines += ["from peft import PeftModel  # noqa: E402"]
        lines += ['encoder = PeftModel.from_pretrained(encoder, HERE / "adapter")']
    return "\n".join(lines)
