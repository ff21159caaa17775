"""The model as a stack of layers: what the layer map draws, what the verdict and the counts say.

All of it is read from the model as it stands, never from the name of a method.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from engine.protocol.fields import Field
from engine.protocol.kept_facts import KeptFacts


class LayerKind(StrEnum):
    """What a layer of the stack is."""

    EMBEDDINGS = "embeddings"
    BLOCK = "block"
    HEAD = "head"


class InsertKind(StrEnum):
    """How a small new part is drawn."""

    BOTTLENECK = "bottleneck"
    PARALLEL = "parallel"
    LOW_RANK = "low_rank"
    PREFIX = "prefix"
    PROMPT = "prompt"
    SCALING = "scaling"


class InsertFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A small new part inside a layer.

    Attributes:
        part: The part it belongs to: ``"attention"`` or ``"feed_forward"``.
        parameters: How many numbers it has.
        label: E.g. ``"query"``; may be empty.
    """

    kind: InsertKind
    part: str
    parameters: int
    label: str = ""


class PartFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a block: attention, feed-forward, one matrix or norm in them.

    Attributes:
        id: E.g. ``"attention"``, ``"feed_forward"``.
        label: E.g. ``"Attention"``.
        parameters: All of its own, pretrained numbers.
        trainable_parameters: Those of them that may change.
        role: What a matrix or norm does: ``"query"``, ``"down"``, ``"norm"`` …; empty for a whole part.
        pieces: What it is made of (matrices, norms), for the opened view.
    """

    id: str
    label: str
    parameters: int
    trainable_parameters: int
    role: str = ""
    pieces: tuple[PartFacts, ...] = ()


class LayerFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the stack.

    Attributes:
        id: ``"embeddings"``, ``"block.1"`` …, ``"head"``; an encoder's blocks come before a decoder's.
        label: ``"Word embeddings"``, ``"Block 1"``, ``"Decoder block 1"``, ``"Task head"``.
        stack: ``"encoder"`` or ``"decoder"`` for a block of one of two stacks; else empty.
        detail: ``"30,522 word pieces"``, ``"384 numbers → 2 labels"``.
        parameters: Pretrained numbers (for a new head: its own).
        trainable_parameters: Those of ``parameters`` that may change.
        new_parameters: Numbers in inserts, over and above ``parameters``.
        is_new: Whether the layer was not in the checkpoint.
        can_change: Whether a person may freeze and thaw it by hand with the chosen method.
        times: How often the layer is used (shared layers), normally 1.
        thaws_at: From where in the run it learns, in epochs; ``None`` when it does so from the start, or
            never.
    """

    id: str
    kind: LayerKind
    label: str
    parameters: int
    trainable_parameters: int
    stack: str = ""
    detail: str = ""
    new_parameters: int = 0
    is_new: bool = False
    can_change: bool = False
    times: int = 1
    thaws_at: float | None = None
    parts: tuple[PartFacts, ...] = ()
    inserts: tuple[InsertFacts, ...] = ()

    @property
    def is_pretrained(self) -> bool:
        """Returns whether it has pretrained numbers of its own, which can be kept."""
        return self.parameters > 0 and not self.is_new


class StackFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The whole model, bottom layer first.

    Attributes:
        taps: Ids of the layers whose output the head reads, where that is not only the last one.
        weight_bytes: What all its numbers take in memory.
        added_pieces: How much longer learned vectors make every text.
        words: Out of how many words one is said at a place; 0 for models that say no words.
        head_reads: Numbers that the head reads of each text, or of each word piece; 0 where it keeps
            none.
        reads_pieces: Whether it reads them of each word piece.
        recurs: Whether it does so one piece after the other.
        total_parameters: Everything, tied weights once.
        trainable_parameters: What an optimizer would get.
        example_pieces: Word pieces of a short example text.
        outputs: Names of what comes out, e.g. class names.
    """

    layers: tuple[LayerFacts, ...]
    total_parameters: int
    trainable_parameters: int
    taps: tuple[str, ...] = ()
    weight_bytes: int = 0
    added_pieces: int = 0
    words: int = 0
    head_reads: int = 0
    reads_pieces: bool = False
    recurs: bool = False
    example_pieces: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()

    @property
    def trainable_share(self) -> float:
        """Returns the trainable share of all parameters, 0 to 1."""
        return self.trainable_parameters / self.total_parameters if self.total_parameters else 0.0

    @property
    def new_parameters(self) -> int:
        """Returns how many numbers were not in the checkpoint."""
        inserted = sum(layer.new_parameters for layer in self.layers)
        return inserted + sum(layer.parameters for layer in self.layers if layer.is_new)


class Answer(StrEnum):
    """An answer of the verdict."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What kind of learning this is: the four corners.

    Attributes:
        task_changes: Transfer learning? From the checkpoint's architecture against the task.
        weights_change: Fine-tuning? From which pretrained tensors may change.
        transfer_sentence: The reason for the first answer.
        fine_tuning_sentence: The reason for the second.
        changed_share: Share of the pretrained numbers that may change, 0 to 1.
        new_parameters: New numbers, head and inserts.
    """

    task_changes: Answer
    weights_change: Answer
    transfer_sentence: str
    fine_tuning_sentence: str
    changed_share: float
    new_parameters: int


class Fit(StrEnum):
    """Whether a run fits this computer's memory."""

    FITS = "fits"
    TIGHT = "tight"
    TOO_LARGE = "too_large"


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """What a run will need, before it starts.

    Attributes:
        memory: Bytes at the peak.
        memory_free: Bytes free now.
        disk: Bytes of the saved result.
        seconds: Expected time; ``None`` before this machine was timed.
        seconds_low: Lower end of the range.
        seconds_high: Upper end.
        epochs: For "Time, 5 epochs".
        measured: Whether real steps were timed on this machine.
        others: Share of the processor that other programs used while steps were timed, where it is so much
            that a run alone will take less; else 0.
        steps: Optimizer steps in all.
        kept: What frozen layers say of the rows, which is computed once.
    """

    memory: int
    memory_free: int
    disk: int
    seconds: float | None
    seconds_low: float | None = None
    seconds_high: float | None = None
    epochs: int = 0
    measured: bool = False
    others: float = 0.0
    steps: int = 0
    fit: Fit = Fit.FITS
    kept: KeptFacts = KeptFacts()


class ModelFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a base model is, read from its folder.

    Attributes:
        source: What ``RunConfig.model`` says.
        name: E.g. ``"MiniLM"``.
        architecture: Class named in its configuration, e.g. ``"BertModel"``.
        family: E.g. ``"bert"``.
        kind: ``"encoder"`` reads, ``"decoder"`` reads from left to right and can write,
            ``"encoder_decoder"`` is one of each.
        blocks: Number of transformer blocks, of both stacks together.
        width: Size of the hidden states.
        vocabulary: Number of word pieces.
        has_places: Whether its tokenizer says which characters a word piece was made of.
        parameters: Numbers in it, with no head.
        max_length: Longest text in word pieces.
        learned: What it was trained for, e.g. ``"to place sentences of like meaning near each
            other"``; empty when the model does not say.
        pooling: Its own way of making one vector of a text: ``"mean"``, ``"cls"``, ``"last"``.
        language: E.g. ``"English"``; empty when not known.
        licence: Empty when not known.
        size: Bytes on disk.
        networks: As what it can be loaded: ``"encoder"``, ``"masked_lm"``, ``"causal_lm"``,
            ``"seq2seq_lm"``.
        has_biases: Whether it has bias terms (Llama and T5 have none).
        has_norms: Whether it has normalisation layers with numbers of their own.
        takes_prefix: Whether its attention accepts keys and values of words before the text.
        takes_prompt: Whether it reads given vectors just as it reads words.
        has_pad_token: Whether its tokenizer has a word piece for filling up short texts.
        matrices: What is found in every block, e.g. ``"attention.query"``, ``"feed_forward.down"``.
        prefixes: What a text has to begin with, for each thing that it was trained to do (T5); mostly none.
    """

    source: str
    name: str
    architecture: str
    family: str
    blocks: int
    width: int
    vocabulary: int
    has_places: bool = True
    parameters: int
    max_length: int
    learned: str = ""
    pooling: str = ""
    language: str = ""
    licence: str = ""
    size: int = 0
    networks: tuple[str, ...] = ()
    has_biases: bool = True
    has_norms: bool = True
    takes_prefix: bool = True
    takes_prompt: bool = True
    kind: str = "encoder"
    has_pad_token: bool = True
    matrices: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


class MethodPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What a method would do to the chosen model, with its recommended settings.

    Attributes:
        fields: Its settings with the defaults and ranges that fit this model; empty when refused.
        reason: Why it cannot be combined; empty when it can.
    """

    method: str
    fields: tuple[Field, ...] = ()
    stack: StackFacts | None = None
    verdict: Verdict | None = None
    reason: str = ""
