"""Texts, or pairs of texts, put into classes, in plain lines of Python."""

from __future__ import annotations

from string import Template
from typing import Any

from engine.contracts import Objective
from engine.export.contract import RunToExport
from engine.export.script_contract import RunAtStart, TaskLines
from engine.export.script_network import head_is_of_texts

_PIECES = Template('''\
def encode(rows):
    """Cuts texts into word pieces, at most MAX_LENGTH of them."""
    how = {"truncation": True, "max_length": MAX_LENGTH, "return_token_type_ids": $kinds}
$cut
    names = ["input_ids", "token_type_ids"] if $kinds else ["input_ids"]
    encoded = [dict(zip(names, one)) for one in zip(*(cut[name] for name in names))]
    for one, row in zip(encoded, rows):
        one["label"] = target(row["label"])
    return encoded


def batch_of(encoded):
    """Pads to the longest."""
    longest = max(len(one["input_ids"]) for one in encoded)
    pad = tokenizer.pad_token_id or 0

    def padded(name, filler):
        return torch.tensor([one[name] + [filler] * (longest - len(one[name])) for one in encoded])

    batch = {"input_ids": padded("input_ids", pad)}
    lengths = torch.tensor([len(one["input_ids"]) for one in encoded])
    batch["attention_mask"] = (torch.arange(longest) < lengths[:, None]).long()
    if "token_type_ids" in encoded[0]:
        batch["token_type_ids"] = padded("token_type_ids", 0)
    batch["labels"] = torch.tensor([one["label"] for one in encoded])
    return batch
''')
_ONE_TEXT = '    cut = tokenizer([row["text"] for row in rows], **how)'
_TWO_TEXTS = '    cut = tokenizer([row["text"] for row in rows], [row["second_text"] for row in rows], **how)'
_TWO_LINES = """\
    # The tokenizer puts nothing between two texts: they are two lines of one.
    cut = tokenizer([f'{row["text"]}\\n{row["second_text"]}' for row in rows], **how)"""

_ONE = """\
def target(label):
    return CLASSES.index(label) if label in CLASSES else -100  # -100 is not judged


def loss_of(said, batch):
    return functional.cross_entropy(said, batch["labels"])


def scores_of(rows, said):
    known = [(row, one) for row, one in zip(rows, said) if row["label"] in CLASSES]
    truth, answers = zip(*((CLASSES.index(row["label"]), int(one.argmax())) for row, one in known))
    return {
        "macro_f1": f1_score(truth, answers, average="macro"),
        "accuracy": accuracy_score(truth, answers),
        "mcc": matthews_corrcoef(truth, answers),
    }
"""
_SEVERAL = """\
def labels_in(cell):
    if cell.lstrip().startswith("["):
        return {str(one).strip() for one in json.loads(cell)}
    sign = max(";|,/", key=lambda sign: (sign in cell, -";|,/".index(sign)))
    return {part.strip() for part in cell.split(sign) if part.strip()}


def target(label):
    return [float(name in labels_in(label)) for name in CLASSES]


def loss_of(said, batch):
    return functional.binary_cross_entropy_with_logits(said, batch["labels"])


def scores_of(rows, said):
    truth = np.array([[int(name in labels_in(row["label"])) for name in CLASSES] for row in rows])
    answers = np.array([(one >= 0).int().tolist() for one in said])
    there = (truth + answers).any(axis=0)  # a label that is neither there nor said is not judged
    return {
        "macro_f1": f1_score(truth[:, there], answers[:, there], average="macro", zero_division=0),
        "micro_f1": f1_score(truth, answers, average="micro", zero_division=0),
        "exact_match": float((truth == answers).all(axis=1).mean()),
    }
"""
_SCORE = """\
def target(label):
    text = label.strip().removesuffix("%").strip()
    if re.fullmatch(r"[+-]?\\d{1,3}(,\\d{3})+(\\.\\d+)?", text):
        text = text.replace(",", "")
    return float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)


def loss_of(said, batch):
    spread = network.head[-1].spread
    return functional.mse_loss(said.squeeze(-1) / spread, batch["labels"] / spread)


def scores_of(rows, said):
    truth, answers = np.array([target(row["label"]) for row in rows]), np.array([float(one) for one in said])
    return {
        "spearman": float(spearmanr(truth, answers).statistic),
        "pearson": float(pearsonr(truth, answers).statistic),
        "rmse": float(((truth - answers) ** 2).mean() ** 0.5),
    }
"""
_ANSWERS = {Objective.ONE_CLASS: _ONE, Objective.ANY_CLASSES: _SEVERAL, Objective.NUMBER: _SCORE}
_EACH_ROW = """\


def weight_of(batch):
    return len(batch["input_ids"])


def kept_of(said, batch):
    return list(said)
"""
_IMPORTS = {
    Objective.ONE_CLASS: "from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef",
    Objective.ANY_CLASSES: "from sklearn.metrics import f1_score",
    Objective.NUMBER: "from scipy.stats import pearsonr, spearmanr",
}


def pieces(start: RunAtStart) -> str:
    """Returns the lines that cut and pad."""
    tokenizer = start.base.tokenizer
    pairs, cut, kinds = start.model.facts.pairs, _ONE_TEXT, False
    if pairs:
        single, both = (tokenizer.num_special_tokens_to_add(pair=two) for two in (False, True))
        cut = _TWO_TEXTS if both > single else _TWO_LINES
        kinds = both > single and any("token_type_ids" in row for row in start.asked["train"].encoded[:1])
        network: Any = start.base.network
        reads = getattr(network.config.get_text_config(), "type_vocab_size", 0) or 0
        kinds = kinds and reads > 1
    return _PIECES.substitute(cut=cut, kinds=kinds)


def answers(start: RunAtStart) -> str:
    """Returns the lines that judge."""
    return _ANSWERS[start.model.facts.objective] + _EACH_ROW


def imports(start: RunAtStart) -> str:
    """Returns what the measures need."""
    return _IMPORTS[start.model.facts.objective]


def why_not(source: RunToExport) -> str:
    """Says why a head cannot be written out."""
    if head_is_of_texts(source.saved.head.shape):
        return ""
    return "Its head is of a make that has no plain lines yet."


LINES = TaskLines(
    columns=("text", "second_text", "label"), pieces=pieces, answers=answers, imports=imports, why_not=why_not
)
