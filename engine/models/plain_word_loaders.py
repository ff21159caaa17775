"""Plain lines of Python that load models which answer for each word piece, or write words."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

from engine.contracts import FeatureLayers, HeadFacts, Network, Objective, PromptForm, Writing

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
from transformers.utils import logging

HERE = Path(__file__).parent
BASE = $base  # the pretrained model that this one stands on
CLASSES = $classes

logging.set_verbosity_error()  # else it names parts that this model has no use for
tokenizer = AutoTokenizer.from_pretrained(BASE)
tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
tokenizer.padding_side = "right"
${between}weights = load_file(HERE / "head.safetensors")
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
def logits($texts
$batch
    if (getattr(encoder.config, "type_vocab_size", 0) or 0) < 2:
        batch.pop("token_type_ids", None)
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
    return F.linear(hidden, weights["last.weight"], weights["last.bias"]), batch["input_ids"], places


if __name__ == "__main__":
$main
''')
_READ = '  python load_model.py "a text" '
_ASK = '  python load_model.py "question" "passage" '
_SENTENCES = "texts):  # words with single spaces between them: for each window, numbers for each piece"
_PAIRS = "pairs):  # of question and passage: for each window, start and end of the answer at each piece"
_TAG = """\
    words = sys.argv[1].split()
    text, best = " ".join(words), {}
    for numbers, _, where in zip(*logits([text])):
        own = [piece for piece, (start, stop) in enumerate(where) if stop > start]
        seen = set()  # a word is answered at its first piece, in the window in which most stands around it
        for piece in own:
            word, around = len(text[: where[piece][1]].split()) - 1, min(piece - own[0], own[-1] - piece)
            if word not in seen and around > best.get(word, (-1,))[0]:
                best[word] = around, CLASSES[int(numbers[piece].argmax())]
            seen.add(word)
    before = "O"
    for word, (_, tag) in sorted(best.items()):
        if tag.startswith("I-") and before[2:] != tag[2:]:
            tag = "B" + tag[1:]  # a part that goes on has a beginning
        before = tag
        print(words[word], tag)"""
_READ_TEXTS = """\
    how = {"truncation": True, "max_length": $max_length, "stride": $overlap}
    cut = tokenizer(texts, return_overflowing_tokens=True, return_offsets_mapping=True, **how)
    places = cut["offset_mapping"]  # of each word piece: first character and the one after its last
    batch = tokenizer.pad({"input_ids": cut["input_ids"]}, return_tensors="pt")"""
_READ_PAIRS = """\
    apart = [(question + between, passage) for question, passage in pairs]
    how = {"truncation": "only_second", "max_length": $max_length - len(end), "stride": $overlap}
    cut = tokenizer(apart, return_overflowing_tokens=True, return_offsets_mapping=True, **how)
    parts = [cut.sequence_ids(window) for window in range(len(cut["input_ids"]))]
    places = [  # of each word piece in the passage: first character and the one after its last
        [place if part == 1 else (0, 0) for part, place in zip(*window)] + [(0, 0)] * len(end)
        for window in zip(parts, cut["offset_mapping"])
    ]
    batch = {"input_ids": [ids + end for ids in cut["input_ids"]]}
    if not end and "token_type_ids" in cut:
        batch["token_type_ids"] = cut["token_type_ids"]
    batch = tokenizer.pad(batch, return_tensors="pt")"""
_BETWEEN = """\
single, pair = (tokenizer.num_special_tokens_to_add(pair=two) for two in (False, True))
between = "" if pair > single else "\\n"  # of question and passage, where the tokenizer puts nothing there
whole, ends = tokenizer.cls_token_id, (tokenizer.eos_token_id, tokenizer.pad_token_id)
end = [] if whole is not None else [next(one for one in ends if one is not None)]  # "no answer"
"""
_ANSWER = """\
    question, passage = sys.argv[1:3]
    found, silence = [], []
    for numbers, ids, where in zip(*(list(of_windows) for of_windows in logits([(question, passage)]))):
        ids, numbers = ids.tolist()[: len(where)], numbers[: len(where)]
        of_passage = torch.tensor([stop > start for start, stop in where])
        starts, stops = numbers.masked_fill(~of_passage[:, None], -torch.inf).unbind(-1)
        sums = starts[:, None] + stops  # of each start (row) and end (column)
        sums = sums.masked_fill(~torch.ones_like(sums).triu().tril(29).bool(), -torch.inf)
        first, last = divmod(int(sums.argmax()), len(ids))
        found.append((float(sums.max()), where[first][0], where[last][1]))
        silence.append(float(numbers[ids.index(whole) if whole in ids else -1].sum()))
    score, start, stop = max(found, key=lambda one: one[0])
    silent = min(silence) - score > weights["null_threshold"]
    print("no answer" if silent else passage[start:stop].strip())"""

_WORDS = Template('''\
"""Loads this model without Thaw.   python load_model.py "a text" """

import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import $auto_class, AutoTokenizer
from transformers.utils import logging

HERE = Path(__file__).parent
BASE = $base  # the pretrained model that this one stands on

logging.set_verbosity_error()  # else it names parts that this model has no use for
tokenizer = AutoTokenizer.from_pretrained(BASE)
tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
encoder = $auto_class.from_pretrained(BASE, dtype=torch.float32)
if (HERE / "head.safetensors").is_file():
    encoder.load_state_dict(load_file(HERE / "head.safetensors"), strict=False)
$adapter
model = encoder.eval()
$writing

if __name__ == "__main__":
$batch
    with torch.no_grad():
$main
''')
_FILL = """\
        said = model(**batch).logits[:, -batch["input_ids"].shape[1] :]
        best = said[batch["input_ids"] == tokenizer.mask_token_id].argmax(-1)
    print(tokenizer.convert_ids_to_tokens(best))"""
_READ_TEXT = Template("""\
    batch = tokenizer($before, truncation=True, max_length=$max_length, return_tensors="pt")""")
_READ_PROMPT = Template("""\
    first, last = tokenizer.bos_token_id, tokenizer.eos_token_id
    start = [one for one in (last if first is None else first,) if one is not None]
$ids
    if len(ids) > $max_length:  # the beginning is left out, but not what every text starts with
        kept = start if ids[: len(start)] == start else []
        ids = kept + ids[len(ids) - $max_length + len(kept) :]
    batch = {"input_ids": torch.tensor([ids]), "attention_mask": torch.ones(1, len(ids), dtype=torch.long)}
    places = getattr(model.config.get_text_config(), "max_position_embeddings", 0) or 0
    if places:
        WRITING["max_new_tokens"] = min(WRITING["max_new_tokens"], max(1, places - len(ids)))
    WRITING |= {"eos_token_id": last, "pad_token_id": tokenizer.pad_token_id or 0}""")
_IDS = {
    PromptForm.TEXT: """\
    ids = start + tokenizer(sys.argv[1], add_special_tokens=False)["input_ids"]""",
    PromptForm.LINE: """\
    ids = start + tokenizer(sys.argv[1] + "\\n", add_special_tokens=False)["input_ids"]""",
    PromptForm.CONVERSATION: """\
    asked = [{"role": "user", "content": sys.argv[1]}]
    text = tokenizer.apply_chat_template(asked, tokenize=False, add_generation_prompt=True)
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]""",
}
_GO_ON = """\
        said = model.generate(**batch, **WRITING)$part
    shown = {"skip_special_tokens": True, "clean_up_tokenization_spaces": False}
    print(tokenizer.batch_decode(said, **shown)[0].strip())"""
_WRITE = """\
        said = model.generate(**batch, **WRITING)
    shown = {"skip_special_tokens": True, "clean_up_tokenization_spaces": False}
    print(tokenizer.batch_decode(said, **shown)[0].strip())"""
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
    quarter = int(values["max_length"]) // 4
    values = {**values, "overlap": str(min(head.overlap, quarter) if of_spans else quarter)}
    return _TOKENS.substitute(
        values,
        usage=_ASK if of_spans else _READ,
        texts=_PAIRS if of_spans else _SENTENCES,
        batch=Template(_READ_PAIRS if of_spans else _READ_TEXTS).substitute(values),
        between=_BETWEEN if of_spans else "",
        main=_ANSWER if of_spans else _TAG,
    )


def word_loader(head: HeadFacts, values: Mapping[str, str]) -> str:
    """Returns a Python file for a model that writes words.

    Args:
        head: Which network it is.
        values: Where the model is and how texts are cut.
    """
    writing = head.writing or Writing(longest=40)
    settings = "".join(f"    {name!r}: {value!r},\n" for name, value in writing.settings().items())
    before = f"{writing.prefix!r} + sys.argv[1]" if writing.prefix else "sys.argv[1]"
    batch = _READ_TEXT.substitute(values, before=before)
    main = _FILL if head.network is Network.MASKED_LM else _WRITE
    if head.network is Network.CAUSAL_LM:
        batch = _READ_PROMPT.substitute(values, ids=_IDS[writing.form])
        answers = writing.form is not PromptForm.TEXT
        main = _GO_ON.replace("$part", "[:, len(ids) :]" if answers else "")
    return _WORDS.substitute(
        values,
        auto_class=_AUTO_CLASSES[head.network],
        batch=batch,
        writing="" if main is _FILL else f"WRITING = {{  # how it writes\n{settings}}}\n",
        main=main,
    )
