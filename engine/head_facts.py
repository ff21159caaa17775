"""Words for what a task puts on a network: which network it is, and what its head is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec


class Network(StrEnum):
    """Which of transformers' networks a task stands on.

    An encoder gets a new head. The others write words, with the head that came with the checkpoint.
    """

    ENCODER = "encoder"
    MASKED_LM = "masked_lm"
    CAUSAL_LM = "causal_lm"
    SEQUENCE_TO_SEQUENCE = "seq2seq_lm"


class Pooling(StrEnum):
    """How one vector is made of a text's token vectors."""

    AS_TRAINED = "as_trained"
    MEAN = "mean"
    CLS = "cls"
    LAST = "last"
    MAX = "max"


class FeatureLayers(StrEnum):
    """Which layers' outputs the head reads (Devlin 2019, table 7; weights that learn: Peters 2018)."""

    LAST = "last"
    EMBEDDINGS = "embeddings"
    SECOND_TO_LAST = "second_to_last"
    SUM_LAST_FOUR = "sum_last_four"
    WEIGHTED_SUM_LAST_FOUR = "weighted_sum_last_four"
    CONCAT_LAST_FOUR = "concat_last_four"
    WEIGHTED_SUM_ALL = "weighted_sum_all"


class HeadShape(StrEnum):
    """What the head is made of.

    ``STOCK`` is no wish: it is what a head is called that is made of the modules of transformers' own
    class.
    """

    LINEAR = "linear"
    MLP = "mlp"
    BILSTM = "bilstm"
    STOCK = "stock"


class HeadKind(StrEnum):
    """What a head answers: whole texts, each word piece, or with words of the vocabulary."""

    TEXT = "text"
    WORD_PIECES = "word_pieces"
    WORDS = "words"


class Objective(StrEnum):
    """What the loss of a head compares.

    One class of several; any of several classes; a number; where an answer starts and ends.
    """

    ONE_CLASS = "one_class"
    ANY_CLASSES = "any_classes"
    NUMBER = "number"
    SPAN = "span"


class PromptForm(StrEnum):
    """How what was typed is put to a network that goes on with it.

    As it is; with a line break after it; as what a person says in a conversation.
    """

    TEXT = "text"
    LINE = "line"
    CONVERSATION = "conversation"


class Writing(msgspec.Struct, frozen=True, kw_only=True):
    """How a network that writes words does it.

    Attributes:
        form: How a prompt is put to it, where it goes on with texts.
        prefix: What is put before each text, its space included (T5 is told so what to do); may be empty.
        longest: Word pieces that are written at most.
        beams: How many beginnings are followed side by side; 1 always takes the likeliest next word piece.
    """

    form: PromptForm = PromptForm.TEXT
    prefix: str = ""
    longest: int = 128
    beams: int = 1

    def settings(self) -> dict[str, Any]:
        """Returns the settings for transformers' ``generate``.

        What a checkpoint brings along for texts of its own kind (a summariser's least length, say) is set
        back: a person's texts are of another.
        """
        return {
            "max_new_tokens": self.longest,
            "num_beams": self.beams,
            "do_sample": False,
            "use_cache": True,
            "min_length": 0,
            "no_repeat_ngram_size": 0,
            "repetition_penalty": 1.0,
            "length_penalty": 1.0,
        }


class HeadFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed to build a task's model again on its network.

    Attributes:
        outputs: Numbers that come out: one for each class; 0 for words of the vocabulary.
        layers: Which layers' outputs it reads.
        pooling: Never ``as_trained``: what that came to; empty where each word piece is answered.
        shape: What it is made of.
        dropout: Before the last matrix, 0 to 1.
        kind: What it answers.
        objective: What its loss compares.
        network: Which of transformers' networks it stands on.
        pairs: Whether it reads two texts together.
        overlap: Word pieces of a passage that two neighbouring windows have in common.
        writing: How it writes; ``None`` where it does not, or nobody said.
    """

    outputs: int
    layers: str = FeatureLayers.LAST.value
    pooling: str = ""
    shape: str = HeadShape.STOCK.value
    dropout: float = 0.0
    kind: HeadKind = HeadKind.TEXT
    objective: Objective = Objective.ONE_CLASS
    network: Network = Network.ENCODER
    pairs: bool = False
    overlap: int = 0
    writing: Writing | None = None


@dataclass(frozen=True)
class HeadOptions:
    """What a method wants of the head; the task builds it.

    Attributes:
        layers: Which layers' outputs it reads.
        pooling: How one vector is made of a text.
        shape: What it is made of.
        drops: Whether it has the dropout of the checkpoint's own kind of head.
        stock: Whether it may be that of transformers' own class, where all else is as that has it.
    """

    layers: FeatureLayers = FeatureLayers.LAST
    pooling: Pooling = Pooling.AS_TRAINED
    shape: HeadShape = HeadShape.LINEAR
    drops: bool = True
    stock: bool = True
