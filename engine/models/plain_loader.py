"""Writes the few plain lines of Python that load a saved model without Thaw."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

from engine.contracts import BaseModel, FeatureLayers, HeadFacts, HeadShape, Pooling
from engine.models.heads import STOCK

_POOLINGS = {
    Pooling.MEAN: "(hidden * mask).sum(1) / mask.sum(1)",
    Pooling.CLS: "hidden[:, 0]",
    Pooling.LAST: "hidden[range(len(hidden)), (torch.arange(hidden.shape[1]) * mask[..., 0]).argmax(1)]",
}
_LAYERS = {
    FeatureLayers.LAST: "output.last_hidden_state",
    FeatureLayers.EMBEDDINGS: "output.hidden_states[0]",
    FeatureLayers.SECOND_TO_LAST: "output.hidden_states[-2]",
    FeatureLayers.WEIGHTED_SUM_LAST_FOUR: "torch.stack(output.hidden_states[1:][-4:], -2)",
    FeatureLayers.WEIGHTED_SUM_ALL: "torch.stack(output.hidden_states, -2)",
    FeatureLayers.SUM_LAST_FOUR: "torch.stack(output.hidden_states[1:][-4:]).sum(0)",
    FeatureLayers.CONCAT_LAST_FOUR: "torch.cat(output.hidden_states[1:][-4:], -1)",
}
_HEADS = {
    HeadShape.LINEAR: "nn.Sequential(nn.Dropout(), nn.Linear(width, len(CLASSES)))",
    HeadShape.MLP: "nn.Sequential(nn.Dropout(), nn.Linear(width, width), nn.GELU(), nn.Dropout(), "
    "nn.Linear(width, len(CLASSES)))",
}

_TOP = Template('''\
"""Loads this model without Thaw.   python load_model.py "a text" "another text" """

import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn
from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer

HERE = Path(__file__).parent
BASE = $base  # the pretrained model that this one stands on
CLASSES = $classes

tokenizer = AutoTokenizer.from_pretrained(BASE)
tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
weights = load_file(HERE / "head.safetensors")
''')
_OWN = Template("""
encoder = AutoModel.from_pretrained(BASE, dtype=torch.float32)
$adapter
width = next(tensor for name, tensor in sorted(weights.items()) if name.endswith("weight")).shape[1]
head = $head
head.load_state_dict(weights)
encoder.eval(), head.eval()


@torch.no_grad()
def logits(texts):
    batch = tokenizer(texts, padding=True, truncation=True, max_length=$max_length, return_tensors="pt")
    output = encoder(**batch, output_hidden_states=True)
    hidden = $layers
    mask = batch["attention_mask"].unsqueeze(-1)
    return head($pooling)
""")
_STOCK = Template("""
model = AutoModelForSequenceClassification.from_pretrained(BASE, num_labels=len(CLASSES), dtype=torch.float32)
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
    batch = tokenizer(texts, padding=True, truncation=True, max_length=$max_length, return_tensors="pt")
    return model(**batch).logits
""")
_END = """

if __name__ == "__main__":
    for text, row in zip(sys.argv[1:], logits(sys.argv[1:]).softmax(-1).tolist()):
        print(text, "->", dict(zip(CLASSES, row)))
"""


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
    values = {
        "base": "HERE" if own_encoder else repr(base.folder),
        "classes": repr(list(classes)),
        "max_length": str(max_length),
        "adapter": _adapter_lines(adapter, changed),
        "head": _HEADS.get(HeadShape(head.shape), "") if head.shape != STOCK else "",
        "layers": _LAYERS[FeatureLayers(head.layers)],
        "pooling": _POOLINGS[Pooling(head.pooling)],
    }
    body = _STOCK if head.shape == STOCK else _OWN
    return _TOP.substitute(values) + body.substitute(values) + _END


def _adapter_lines(adapter: str, changed: bool) -> str:
    lines: list[str] = []
    if changed:
        lines += ['encoder.load_state_dict(load_file(HERE / "changed.safetensors"), strict=False)']
    if adapter:
        lines += ["from peft import PeftModel  # noqa: E402"]
    if adapter == "BOTTLENECK":
        lines += [
            "import engine.models.bottleneck  # noqa: E402, F401 - of thaw-studio: adds this kind to peft"
        ]
    if adapter:
        lines += ['encoder = PeftModel.from_pretrained(encoder, HERE / "adapter")']
    return "\n".join(lines)
