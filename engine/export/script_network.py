"""The network of a run as plain lines: the base model, the head on it, and what is put into it."""

from __future__ import annotations

import dataclasses
from string import Template
from typing import Any

from engine.contracts import FeatureLayers, HeadKind, HeadShape, Network, Objective, Pooling
from engine.export.script_contract import RunAtStart
from engine.models.heads import STOCK
from engine.models.plain_word_loaders import LAYERS

WRITERS = {
    Network.MASKED_LM: "AutoModelForMaskedLM",
    Network.CAUSAL_LM: "AutoModelForCausalLM",
    Network.SEQUENCE_TO_SEQUENCE: "AutoModelForSeq2SeqLM",
}
"""transformers' classes of networks that say a word at each place."""
_POOLINGS = {
    Pooling.MEAN: "(hidden * mask).sum(1) / mask.sum(1).clamp(min=1.0)",
    Pooling.CLS: "hidden[:, 0]",
    Pooling.LAST: "hidden[range(len(hidden)), (torch.arange(hidden.shape[1]) * attention).argmax(1)]",
    Pooling.MAX: "hidden.masked_fill(mask == 0, -torch.inf).amax(1)",
}
READ = """READ_BY_THE_NETWORK = ("input_ids", "attention_mask", "token_type_ids")
"""
"""What of a batch goes into the base model."""
START = """started = load_file(HERE / "start.safetensors")  # the new parts as the run drew them with its seed
missing, unknown = network.load_state_dict(started, strict=False)
assert not unknown, unknown"""
"""The lines that give the new parts their first numbers."""
MIX = '''\
class Mix(nn.Module):
    """A weighted sum of layers whose weights learn."""

    def __init__(self, layers):
        super().__init__()
        self.weights, self.scale = nn.Parameter(torch.zeros(layers)), nn.Parameter(torch.ones(()))

    def forward(self, hidden):
        return self.scale * (hidden * self.weights.softmax(0)[:, None]).sum(-2)


'''
_RANGE = '''\
class Range(nn.Module):
    """Turns what the head says, about -2 to 2, into the unit of the scores."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(()))
        self.register_buffer("spread", torch.ones(()))

    def forward(self, said):
        return said * self.spread + self.mean


'''
_NETWORK = Template('''\
$read

${parts}class Network(nn.Module):
    """The base model, which reads, and a head on what it says of a text."""

    def __init__(self):
        super().__init__()
$build
    def features(self, batch):
        read = {name: batch[name] for name in READ_BY_THE_NETWORK if name in batch}
        output = self.backbone(**read, output_hidden_states=True)
        hidden = $layers
        hidden = hidden[:, -batch["input_ids"].shape[1] :]  # without learned vectors before the text
        attention = batch["attention_mask"]
        mask = attention[(...,) + (None,) * (hidden.dim() - 2)].to(hidden.dtype)
        return $pooling

    def answer(self, features, batch):
$answer

    def forward(self, batch):
        return self.answer(self.features(batch), batch)


network = Network()
$put_in
$start
''')
_OWN = Template("""\
        self.backbone = AutoModel.from_pretrained(BASE, dtype=torch.float32$bits)
        if getattr(self.backbone, "pooler", None) is not None:
            self.backbone.pooler = None  # nothing reads what it says
        self.head = nn.Sequential($head)
""")
_STOCK = Template("""\
        auto = AutoModelForSequenceClassification
        whole = auto.from_pretrained(BASE, num_labels=$outputs, dtype=torch.float32$bits)
        self.backbone = whole.base_model
        self.head = nn.ModuleDict({$parts})
        if getattr(self.backbone, "pooler", None) is not None:
            self.backbone.pooler = None  # it stands in the head now
""")
_STOCK_ANSWERS = {
    "score": '        return self.head["score"](features)',
    "pooler": '        pooled = self.head["pooler"](features[:, None])\n'
    '        return self.head["classifier"](self.head["dropout"](pooled))',
    "pre_classifier": '        bent = self.head["pre_classifier"](features).relu()\n'
    '        return self.head["classifier"](self.head["dropout"](bent))',
    "classifier": '        return self.head["classifier"](features[:, None])',
}
_BOTTLENECK = Template('''\
class Adapter(nn.Module):
    """Down, bend, up: what comes out is added (Houlsby 2019, He 2022)."""

    def __init__(self, wide):
        super().__init__()
        middle = max(1, wide // $factor)
        self.down, self.up = nn.Linear(wide, middle), nn.Linear(middle, wide)

    def forward(self, hidden):
        return self.up(ACT2FN[$activation](self.down(hidden))) * $scaling


def put_in(name, wide, end):
    first, waiting = network.backbone.get_submodule(name), []
    first.add_module("adapter", Adapter(wide))
    own = first.adapter
    if end is None:  # after the matrix
        first.register_forward_hook(lambda part, read, said: said + own(said))
    else:  # beside everything from this matrix to another
        first.register_forward_hook(lambda part, read, said: waiting.append(own(read[0])))
        last = network.backbone.get_submodule(end)
        last.register_forward_hook(lambda part, read, said: said + waiting.pop())


for name, wide, end in $places:
    put_in(name, wide, end)
''')


def network_lines(start: RunAtStart) -> str:
    """Returns the lines that build the network with its new parts.

    Args:
        start: The run; its head answers whole texts.
    """
    facts = start.model.facts
    weighed = "weighted" in facts.layers
    parts = (MIX if weighed else "") + (_RANGE if facts.objective is Objective.NUMBER else "")
    if facts.shape == STOCK:
        build, answer = _stock(start)
    else:
        build = _OWN.substitute(head=_head(start), bits=start.bits)
        answer = "        return self.head(features)"
    return _NETWORK.substitute(
        read=READ,
        start=START,
        parts=parts,
        build=build,
        answer=answer,
        layers=LAYERS[FeatureLayers(facts.layers)],
        pooling=_POOLINGS[Pooling(facts.pooling)],
        put_in=put_in_lines(start),
    )


def network_imports(start: RunAtStart) -> list[str]:
    """Returns what these lines import."""
    auto = "AutoModelForSequenceClassification" if start.model.facts.shape == STOCK else "AutoModel"
    if start.model.facts.kind is HeadKind.WORDS:
        auto = WRITERS[start.model.facts.network]
    names = [auto, "AutoTokenizer", *(["BitsAndBytesConfig"] if start.bits else [])]
    config = _peft_config(start)
    lines = [f"from transformers import {', '.join(names)}"]
    if config is not None and not _is_bottleneck(config):
        lines.insert(0, f"from peft import {type(config).__name__}, get_peft_model")
    elif config is not None:
        lines.append("from transformers.activations import ACT2FN")
    return lines


def _head(start: RunAtStart) -> str:
    facts: Any = start.model.facts
    parts: list[str] = []
    for module in start.model.head.children():
        kind = type(module).__name__
        if kind == "LayerMix":
            parts.append(f"Mix({len(module.weights)})")  # type: ignore[arg-type]  # a LayerMix has them
        elif kind == "Dropout":
            parts.append(f"nn.Dropout({facts.dropout})")
        elif kind == "Linear":
            parts.append(f"nn.Linear({module.in_features}, {module.out_features})")
        elif kind == "GELU":
            parts.append("nn.GELU()")
        else:
            parts.append("Range()")
    return ", ".join(parts)


def _stock(start: RunAtStart) -> tuple[str, str]:
    names = [name for name, _ in start.model.head.named_children()]
    places = {"pooler": "whole.base_model.pooler"}
    parts = [
        f'"dropout": nn.Dropout({start.model.facts.dropout})'
        if name == "dropout"
        else f'"{name}": {places.get(name, f"whole.{name}")}'
        for name in names
    ]
    build = _STOCK.substitute(outputs=start.model.facts.outputs, parts=", ".join(parts), bits=start.bits)
    return build, next(lines for part, lines in _STOCK_ANSWERS.items() if part in names)


def put_in_lines(start: RunAtStart) -> str:
    """Returns the lines that put small parts into the network; none where there are none.

    Args:
        start: The run.
    """
    config = _peft_config(start)
    if config is None:
        return ""
    if _is_bottleneck(config):
        return _bottleneck(start, config)
    plain = type(config)()
    chosen = {
        field.name: getattr(config, field.name)
        for field in dataclasses.fields(config)
        if field.init and getattr(config, field.name) != getattr(plain, field.name, None)
    }
    for name in ("peft_type", "peft_version", "auto_mapping", "base_model_name_or_path", "revision"):
        chosen.pop(name, None)
    said = ", ".join(f"{name}={_value(value)}" for name, value in sorted(chosen.items()))
    return f"network.backbone = get_peft_model(network.backbone, {type(config).__name__}({said}))"


def _bottleneck(start: RunAtStart, config: Any) -> str:
    ends = {first: last for last, first in config.parallel_inputs.items()}
    places = []
    for name, module in start.model.backbone.named_modules():
        inserts = getattr(module, "bottleneck_inserts", None)
        if inserts is not None and len(inserts):
            path = name.removeprefix("base_model.model.")
            places.append((path, next(iter(inserts.values())).down.in_features, ends.get(path)))
    listed = "[\n" + "".join(f"    {place!r},\n" for place in places) + "]"
    return _BOTTLENECK.substitute(
        factor=config.reduction_factor,
        activation=repr(config.activation),
        scaling=config.scaling,
        places=listed,
    )


def _peft_config(start: RunAtStart) -> Any:
    backbone: Any = start.model.backbone
    return backbone.active_peft_config if hasattr(backbone, "peft_config") else None


def _is_bottleneck(config: Any) -> bool:
    return bool(config.peft_type.value == "BOTTLENECK")


def _value(value: Any) -> str:
    if isinstance(value, set | frozenset):
        return repr(sorted(value))
    return repr(getattr(value, "value", value))


def head_is_of_texts(shape: str) -> bool:
    """Returns whether a head is of a make that these lines know."""
    return shape in {STOCK, HeadShape.LINEAR.value, HeadShape.MLP.value}
