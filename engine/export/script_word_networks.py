"""Networks that answer for each word piece, or write words, as plain lines for a script."""

from __future__ import annotations

from string import Template
from typing import Any

from engine.contracts import FeatureLayers, Network
from engine.export.script_contract import RunAtStart
from engine.export.script_network import MIX, READ, START, WRITERS, put_in_lines
from engine.models.plain_word_loaders import LAYERS

_HEAD = Template('''\
${mix}class Head(nn.Module):
    """Numbers for each word piece."""

    def __init__(self):
        super().__init__()
$parts
    def forward(self, hidden, attention):
$steps
        return self.last(hidden)


''')
_TOKENS = Template('''\
$read

${head}class Network(nn.Module):
    """The base model, which reads, and a head on what it says of each word piece."""

    def __init__(self):
        super().__init__()
        self.backbone = AutoModel.from_pretrained(BASE, dtype=torch.float32$bits)
        if getattr(self.backbone, "pooler", None) is not None:
            self.backbone.pooler = None  # nothing reads what it says
        self.head = Head()

    def features(self, batch):
        read = {name: batch[name] for name in READ_BY_THE_NETWORK if name in batch}
        output = self.backbone(**read, output_hidden_states=True)
        hidden = $layers
        return hidden[:, -batch["input_ids"].shape[1] :]  # without learned vectors before the text

    def answer(self, features, batch):
        return self.head(features, batch["attention_mask"])

    def forward(self, batch):
        return self.answer(self.features(batch), batch)


network = Network()
$put_in
$start
''')
_WORDS = Template('''\
class Network(nn.Module):
    """The base model with its own head for words."""

    def __init__(self):
        super().__init__()
        self.backbone = $auto.from_pretrained(BASE, dtype=torch.float32$bits)

    def forward(self, batch):
        read = {name: batch[name] for name in ("input_ids", "attention_mask"$labels)}
$said

network = Network()
$put_in
$start
''')

_SAID = """\
        said = self.backbone(**read).logits
        return said[:, -batch["labels"].shape[1] :]  # without learned vectors before the text
"""
_SAID_THERE = """\
        places = $places

        def pick(_network, _given, output):  # the head's work elsewhere would be thrown away
            hidden = output[0][:, -places.shape[1] :]  # without learned vectors before the text
            output.last_hidden_state = hidden[places][None]
            return output

        whole = getattr(self.backbone, "get_base_model", lambda: self.backbone)()
        hook = whole.base_model.register_forward_hook(pick)
        there = self.backbone(**read).logits[0]
        hook.remove()
        said = there.new_zeros(*places.shape, there.shape[-1])
        said[places] = there
        return said
"""
_PLACES = {
    Network.MASKED_LM: 'batch["labels"] != -100',
    Network.CAUSAL_LM: 'functional.pad(batch["labels"][:, 1:] != -100, (0, 1))  # one before each label',
}


def token_network_lines(start: RunAtStart) -> str:
    """Returns the lines that build a network which answers for each word piece.

    Args:
        start: The run.
    """
    return _TOKENS.substitute(
        read=READ,
        bits=start.bits,
        head=_head(start),
        layers=LAYERS[FeatureLayers(start.model.facts.layers)],
        put_in=put_in_lines(start),
        start=START,
    )


def words_network_lines(start: RunAtStart) -> str:
    """Returns the lines that build a network which says words, each place at once.

    Args:
        start: The run.
    """
    network = start.model.facts.network
    two = network is Network.SEQUENCE_TO_SEQUENCE  # its decoder reads the other text
    return _WORDS.substitute(
        auto=WRITERS[network],
        bits=start.bits,
        labels=', "labels"' if two else "",
        said=_SAID if two else Template(_SAID_THERE).substitute(places=_PLACES[network]),
        put_in=put_in_lines(start),
        start=START,
    )


def _head(start: RunAtStart) -> str:
    head: Any = start.model.head
    parts = [f"        self.dropout = nn.Dropout({start.model.facts.dropout})"]
    steps = ["        hidden = self.dropout(hidden)"]
    if head.mix is not None:
        parts.append(f"        self.mix = Mix({len(head.mix.weights)})")
        steps.insert(0, "        hidden = self.mix(hidden)")
    if head.hidden is not None:
        wide = head.hidden.in_features
        parts.append(f"        self.hidden = nn.Linear({wide}, {wide})")
        steps.append("        hidden = self.dropout(functional.gelu(self.hidden(hidden)))")
    if head.lstm is not None:
        how = "num_layers=2, bidirectional=True, batch_first=True"
        parts.append(f"        self.lstm = nn.LSTM({head.lstm.input_size}, {head.lstm.hidden_size}, {how})")
        steps += [
            "        lengths = attention.sum(1).clamp(min=1)",
            "        packed = nn.utils.rnn.pack_padded_sequence(hidden, lengths, True, enforce_sorted=False)",
            "        read, _ = self.lstm(packed)",
            "        hidden, _ = nn.utils.rnn.pad_packed_sequence(read, True, total_length=hidden.shape[1])",
            "        hidden = self.dropout(hidden)",
        ]
    parts.append(f"        self.last = nn.Linear({head.last.in_features}, {head.last.out_features})")
    mix = MIX if head.mix is not None else ""
    return _HEAD.substitute(mix=mix, parts="\n".join(parts) + "\n", steps="\n".join(steps))
