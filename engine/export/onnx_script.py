"""The program beside an ONNX file: it asks the file, and says its answer as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template
from typing import Any

from engine.contracts import HeadKind, Objective
from engine.export.contract import Writing
from engine.models.token_heads import NULL_THRESHOLD

_USE = Template('''\
"""Asks this model with ONNX Runtime: no torch, no transformers.   pip install onnxruntime tokenizers

$usage
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

HERE = Path(__file__).parent
CLASSES = $classes

tokenizer = Tokenizer.from_file(str(HERE / "tokenizer.json"))
tokenizer.enable_truncation($max_length)
tokenizer.enable_padding(pad_id=$pad_id, pad_token=$pad_token)
session = onnxruntime.InferenceSession(HERE / "model.onnx", providers=["CPUExecutionProvider"])$smaller


def logits(texts):  # a pair of texts is a tuple
    read = tokenizer.encode_batch(list(texts))
    values = {
        "input_ids": [one.ids for one in read],
        "attention_mask": [one.attention_mask for one in read],
        "token_type_ids": [one.type_ids for one in read],
    }
    wanted = [entry.name for entry in session.get_inputs()]
    return session.run(None, {name: np.array(values[name], dtype=np.int64) for name in wanted})[0]


if __name__ == "__main__":
$main
''')
_TEXTS = '  python run_onnx.py "a text" "another text"'
_PAIR = '  python run_onnx.py "a text" "its second text"\n\nIn a program: logits([(text, its second text)])'
_CUT = "\n\nOnly the first {pieces} word pieces are read; the model folder reads longer ones in windows."
_OF_TEXTS = "    for text, row in zip(sys.argv[1:], logits(sys.argv[1:])):\n"
_OF_PAIR = "    pair = tuple(sys.argv[1:3])\n    for text, row in zip([pair], logits([pair])):\n"
_SAID = {
    Objective.ONE_CLASS: """\
        shares = np.exp(row - row.max()) / np.exp(row - row.max()).sum()
        print(text, "->", CLASSES[int(row.argmax())], f"{shares.max():.1%}")""",
    Objective.ANY_CLASSES: """\
        print(text, "->", ", ".join(name for name, one in zip(CLASSES, row) if one >= 0) or "no label")""",
    Objective.NUMBER: """\
        print(text, "->", f"{float(row[0]):.3g}")""",
}
_TAGS = """\
    for text in sys.argv[1:]:
        words, before, answered = text.split(), "O", set()
        text = " ".join(words)
        for (start, stop), row in zip(tokenizer.encode(text).offsets, logits([text])[0]):
            word = len(text[:stop].split()) - 1
            if stop > start and word not in answered:  # a word is answered at its first piece
                tag = CLASSES[int(row.argmax())]
                if tag.startswith("I-") and before[2:] != tag[2:]:
                    tag = "B" + tag[1:]  # a part that goes on has a beginning
                answered.add(word)
                before = tag
                print(words[word], tag)"""
_SPAN = Template("""\
    question, passage = sys.argv[1:3]
    read, numbers = tokenizer.encode(question, passage), logits([(question, passage)])[0]
    of_passage = np.array([part == 1 for part in read.sequence_ids])
    starts, stops = np.where(of_passage[:, None], numbers, -np.inf).T
    sums = starts[:, None] + stops  # of each start (row) and end (column)
    sums = np.where(np.triu(np.tril(np.ones_like(sums), 29)) > 0, sums, -np.inf)
    first, last = divmod(int(sums.argmax()), len(read.ids))
    silent = numbers[read.ids.index($whole)].sum() - sums.max() > $threshold
    print("no answer" if silent else passage[read.offsets[first][0] : read.offsets[last][1]].strip())""")
_BLANKS = Template("""\
    for text in sys.argv[1:]:
        text = text.replace("___", $mask)
        for piece, row in zip(tokenizer.encode(text).ids, logits([text])[0]):
            if piece == $mask_id:  # the five likeliest words of each blank
                print(*(tokenizer.decode([int(number)]) for number in row.argsort()[::-1][:5]), sep=" · ")""")
_NUMBERS = _OF_TEXTS + '        print(text, "->", row)'


def how_to_ask(writing: Writing, smaller: Sequence[str]) -> str:
    """Returns the program.

    Args:
        writing: The run, with its model.
        smaller: Names of the files with fewer bits.
    """
    tokenizer: Any = writing.test.asked.tokenizer
    saved = writing.source.saved
    longest = saved.max_length or saved.base.max_length
    usage, main = _asked(writing, tokenizer)
    return _USE.substitute(
        usage=usage.format(pieces=longest),
        main=main,
        classes=repr(list(saved.classes)),
        max_length=longest,
        pad_id=tokenizer.pad_token_id or 0,
        pad_token=repr(tokenizer.pad_token or ""),
        smaller="".join(f"  # or model.{name}.onnx" for name in smaller),
    )


def _asked(writing: Writing, tokenizer: Any) -> tuple[str, str]:
    """Returns how the program is called, and how it says an answer."""
    head = writing.source.saved.head
    if head.kind is HeadKind.TEXT:
        usage, asked = (_PAIR, _OF_PAIR) if head.pairs else (_TEXTS, _OF_TEXTS)
        return usage, asked + _SAID[head.objective]
    if head.kind is HeadKind.WORDS and tokenizer.mask_token:
        mask = {"mask": repr(tokenizer.mask_token), "mask_id": tokenizer.mask_token_id}
        return '  python run_onnx.py "a text with a ___ in it"', _BLANKS.substitute(mask)
    if head.objective is not Objective.SPAN:
        return '  python run_onnx.py "a sentence"' + _CUT, _TAGS
    single, pair = (tokenizer.num_special_tokens_to_add(pair=two) for two in (False, True))
    if pair <= single or tokenizer.cls_token_id is None:
        return _TEXTS, _NUMBERS  # it puts nothing between the two; the model folder's load_model.py does
    threshold = float(getattr(writing.finished.model.head, NULL_THRESHOLD))
    main = _SPAN.substitute(whole=tokenizer.cls_token_id, threshold=repr(threshold))
    return '  python run_onnx.py "question" "passage"' + _CUT, main
