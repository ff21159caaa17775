"""Texts that go on: windows of running text, and prompts with their answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from transformers import PreTrainedTokenizerBase

from engine.contracts import EncodedRow, PromptForm, Writing
from engine.data.noisy_running_texts import pieces_within
from engine.data.word_pieces import in_portions, one_of_each
from engine.errors import EngineError
from engine.noisy_page import Span
from engine.padding import IGNORED
from engine.protocol import writing_problems

WRITTEN_ROWS = 32
"""Of so many rows of a part a continuation is written each time it is judged."""

LONGEST_CONTINUATION = 40
"""Word pieces that are written at most."""

_LONGEST_PROMPT = 32
"""Word pieces that a text is begun with when the rest is to be written, at most; half of it if less."""

PROMPT_CUT, ANSWER_CUT = 1, 2
"""What ``cut`` says of a prompt with its answer that were too long together."""


@dataclasses.dataclass(frozen=True)
class Form:
    """How texts become word pieces.

    Attributes:
        tokenizer: Cuts texts.
        longest: Word pieces in a window, at most.
        chat: Whether prompts and answers take the form of a conversation, as the tokenizer's chat
            template has it; a tokenizer without one puts a line break between them.
    """

    tokenizer: PreTrainedTokenizerBase
    longest: int
    chat: bool = True

    @property
    def start(self) -> list[int]:
        """Returns what stands before a text: its own mark, else that of an end, as GPT-2 was trained."""
        first = self.tokenizer.bos_token_id
        return [first] if isinstance(first, int) else self.end

    @property
    def end(self) -> list[int]:
        """Returns what stands after a text; nothing where the tokenizer has no such mark."""
        last = self.tokenizer.eos_token_id
        return [last] if isinstance(last, int) else []

    @property
    def has_template(self) -> bool:
        """Returns whether prompts take the form of a conversation."""
        return self.chat and bool(getattr(self.tokenizer, "chat_template", None))

    def writing(self, *, answers: bool) -> Writing:
        """Returns how texts are gone on with, for those who load the model without Thaw.

        Args:
            answers: Whether the model has learned to answer prompts; else it goes on with the text.
        """
        form = PromptForm.CONVERSATION if self.has_template else PromptForm.LINE
        return Writing(form=form if answers else PromptForm.TEXT, longest=LONGEST_CONTINUATION)

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """Returns the word pieces of texts, without anything around them."""
        portions = in_portions(self.tokenizer, texts, None, add_special_tokens=False, verbose=False)
        copied = one_of_each()
        return [copied(ids) for _, encoded in portions for ids in encoded["input_ids"]]

    def pieces_said(
        self, texts: Sequence[str], predicted: Sequence[Sequence[Span]] | None
    ) -> list[tuple[list[int], list[int]]]:
        """Returns the word pieces of texts, and the same with :data:`IGNORED` for those not to be said.

        Args:
            texts: The texts.
            predicted: Of each text the parts that are to be said; ``None`` for all.

        Raises:
            EngineError: When the tokenizer does not say where the parts stand.
        """
        pieces = self.pieces(texts)
        if predicted is None:
            return [(ids, ids) for ids in pieces]
        if not self.tokenizer.is_fast:
            raise EngineError(writing_problems.no_places_in_text(self.tokenizer.name_or_path))
        within = pieces_within(self.tokenizer, texts, predicted)
        return [
            (ids, [piece if said else IGNORED for piece, said in zip(ids, own, strict=True)])
            for ids, own in zip(pieces, within, strict=True)
        ]

    def text(self, pieces: Sequence[int]) -> str:
        """Returns word pieces as a person reads them."""
        shown = {"skip_special_tokens": True, "clean_up_tokenization_spaces": False}
        return str(self.tokenizer.decode(list(pieces), **shown))


def joined_windows(
    form: Form, texts: Sequence[str], predicted: Sequence[Sequence[Span]] | None = None
) -> list[EncodedRow]:
    """Returns texts one after the other, in windows that are full, to be learned from.

    Between two texts stands the mark of an end, so that the model learns where they end. Windows share
    one piece, so that each piece is said once.

    Args:
        form: How texts become word pieces.
        texts: One for each row.
        predicted: Of each text the parts that are to be said; ``None`` for all.
    """
    start, end = form.start, form.end
    ids: list[int] = []
    labels: list[int] = []
    rows: list[int] = []
    for row, (pieces, said) in enumerate(form.pieces_said(texts, predicted)):
        before = [] if ids and start == end else start  # one mark is enough between two texts
        ids += [*before, *pieces, *end]
        labels += [*[IGNORED] * len(before), *said, *end]
        rows += [row] * (len(before) + len(pieces) + len(end))
    return [
        {"input_ids": ids[at:to], "labels": labels[at:to], "example": rows[at]}
        for at, to in _windows(len(ids), form.longest)
    ]


def judged_windows(
    form: Form, texts: Sequence[str], predicted: Sequence[Sequence[Span]] | None = None
) -> list[EncodedRow]:
    """Returns texts each by itself, from its beginning, in as many windows as it needs.

    Args:
        form: How texts become word pieces.
        texts: One for each row.
        predicted: Of each text the parts that are to be said; ``None`` for all.

    Returns:
        ``input_ids``, ``labels`` and ``example``; of the first window of each text also ``prompt``, the
        number of pieces that it is begun with when the rest is to be written (0 for none), whether it is
        (``writes``), and as which this is shown: ``text`` and ``truth``, what follows.
    """
    windows: list[EncodedRow] = []
    for row, (pieces, said) in enumerate(form.pieces_said(texts, predicted)):
        ids = [*form.start, *pieces, *form.end]
        end = form.end if predicted is None else [IGNORED] * len(form.end)
        labels = [*form.start, *said, *end]
        own: list[EncodedRow] = [
            {"input_ids": ids[at:to], "labels": labels[at:to], "example": row}
            for at, to in _windows(len(ids), form.longest)
        ]
        begun = min(len(pieces) // 2, form.longest // 2, _LONGEST_PROMPT)
        while begun and said[begun] == IGNORED:  # what follows the prompt is told: it has to be said
            begun -= 1
        follows = pieces[begun : begun + LONGEST_CONTINUATION] if begun else []
        if own:
            own[0] |= {
                "prompt": len(form.start) + begun if begun else 0,
                "writes": _is_written(row, len(texts)),
                "text": form.text(pieces[:begun]) if begun else texts[row],
                "truth": form.text(follows).strip(),
            }
        windows += own
    return windows


def answered_windows(form: Form, prompts: Sequence[str], answers: Sequence[str]) -> list[EncodedRow]:
    """Returns prompts with their answers; only the answers are to be said.

    What is too long together loses the beginning of its prompt. Only an answer that would leave its
    prompt less than a quarter of the window loses its end; ``cut`` tells.

    Args:
        form: How texts become word pieces.
        prompts: One for each row.
        answers: Likewise.

    Returns:
        As :func:`judged_windows`, one for each row, and ``cut``.
    """
    asked, said = (
        _as_conversation(form, prompts, answers) if form.has_template else _as_lines(form, prompts, answers)
    )
    windows: list[EncodedRow] = []
    for row, (prompt, answer) in enumerate(zip(asked, said, strict=True)):
        least = min(len(prompt), max(1, form.longest // 4))
        kept = answer[: form.longest - least]
        cut = ANSWER_CUT if len(kept) < len(answer) else 0
        begun = _last(form, prompt, form.longest - len(kept))
        windows.append(
            {
                "input_ids": [*begun, *kept],
                "labels": [*[IGNORED] * len(begun), *kept],
                "prompt": len(begun),
                "writes": _is_written(row, len(prompts)),
                "example": row,
                "text": prompts[row],
                "truth": answers[row],
                "cut": cut or (PROMPT_CUT if len(begun) < len(prompt) else 0),
            }
        )
    return windows


def typed_prompts(form: Form, prompts: Sequence[str], *, answers: bool) -> list[EncodedRow]:
    """Returns what was typed, to be gone on with; what is too long loses its beginning.

    Args:
        form: How texts become word pieces.
        prompts: What was typed.
        answers: Whether the model has learned to answer prompts; else it goes on with the text.
    """
    if not answers:
        asked = [[*form.start, *pieces] for pieces in form.pieces(prompts)]
    elif form.has_template:
        asked, _ = _as_conversation(form, prompts, [""] * len(prompts))
    else:
        asked, _ = _as_lines(form, prompts, [""] * len(prompts))
    rows: list[EncodedRow] = []
    for row, ids in enumerate(asked):
        begun = _last(form, ids, form.longest)
        rows.append(
            {
                "input_ids": begun,
                "prompt": len(begun),
                "writes": True,
                "example": row,
                "text": prompts[row],
                "truth": "",
            }
        )
    return rows


def _windows(length: int, longest: int) -> list[tuple[int, int]]:
    """Returns where windows start and end; each starts with the last piece of the one before."""
    return [(at, min(at + longest, length)) for at in range(0, max(1, length - 1), longest - 1) if length > 1]


def _is_written(row: int, rows: int) -> bool:
    """Whether a continuation is written of a row: of few ones, evenly spread over the part."""
    return row % -(-rows // WRITTEN_ROWS) == 0


def _last(form: Form, prompt: Sequence[int], most: int) -> list[int]:
    """Returns the end of a prompt, behind the mark that it starts with."""
    if len(prompt) <= most:
        return list(prompt)
    start = form.start if list(prompt[: len(form.start)]) == form.start and most > len(form.start) else []
    return [*start, *prompt[len(prompt) - most + len(start) :]]


def _as_lines(
    form: Form, prompts: Sequence[str], answers: Sequence[str]
) -> tuple[list[list[int]], list[list[int]]]:
    """Returns prompts and answers with a line break between them."""
    asked = form.pieces([f"{prompt}\n" for prompt in prompts])
    said = form.pieces(answers)
    return [[*form.start, *ids] for ids in asked], [[*ids, *form.end] for ids in said]


def _as_conversation(
    form: Form, prompts: Sequence[str], answers: Sequence[str]
) -> tuple[list[list[int]], list[list[int]]]:
    """Returns prompts and answers as the tokenizer's chat template puts what two people say."""
    asked, said = [], []
    for prompt, answer in zip(prompts, answers, strict=True):
        question = [{"role": "user", "content": prompt}]
        begun = _conversation(form.tokenizer, question, add_generation_prompt=True)
        whole = _conversation(form.tokenizer, [*question, {"role": "assistant", "content": answer}])
        asked.append(begun)
        said.append(whole.removeprefix(begun) if whole.startswith(begun) else answer)
    ends = form.end
    asked_ids, said_ids = form.pieces(asked), form.pieces(said)
    for ids in said_ids:
        if ends and ends[0] in ids:  # some templates put a line break after the end
            del ids[len(ids) - ids[::-1].index(ends[0]) :]
        else:
            ids += ends
    return asked_ids, said_ids


def _conversation(tokenizer: Any, messages: list[dict[str, str]], **how: bool) -> str:
    return str(tokenizer.apply_chat_template(messages, tokenize=False, **how))


def first_windows(encoded: Sequence[EncodedRow], rows: int) -> list[tuple[int | None, EncodedRow | None]]:
    """Returns each row's first window and its number."""
    found: list[tuple[int | None, EncodedRow | None]] = [(None, None)] * rows
    for number in reversed(range(len(encoded))):
        found[encoded[number]["example"]] = number, encoded[number]
    return found
