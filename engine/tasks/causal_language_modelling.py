"""Continue text: write on in the manner of one's own texts, or answer prompts as one's own answers do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt
import torch
from datasets import Dataset
from transformers import PreTrainedTokenizerBase

from engine.contracts import (
    Asked,
    BaseModel,
    Batch,
    EncodedRow,
    HeadOptions,
    ModelOutput,
    Network,
    Said,
    Settings,
    Task,
    TaskModel,
    TaskRows,
)
from engine.data.continuations import (
    ANSWER_CUT,
    LONGEST_CONTINUATION,
    PROMPT_CUT,
    WRITTEN_ROWS,
    Form,
    answered_windows,
    first_windows,
    joined_windows,
    judged_windows,
    typed_prompts,
)
from engine.data.noisy_running_texts import noise_to_continue, predicted_parts
from engine.data.restated import restate_continuation
from engine.data.roles import PROMPT, RESPONSE
from engine.data.running_texts import match_texts
from engine.data.table import cells, usable_numbers
from engine.evaluation.language_modelling import (
    ROW_MEASURES,
    language_measures,
    language_result,
    statistics_of,
    unigram_baseline,
)
from engine.models.facts import is_trained_for
from engine.models.said_words import Continued, continued, written_on
from engine.models.writing import build_writing_model
from engine.models.writing_fields import learning_rate_for
from engine.padding import IGNORED, pad_sequences, padding_of
from engine.protocol import writing_problems
from engine.protocol.catalog import MetricEntry
from engine.protocol.fields import SwitchField
from engine.protocol.problems import Problem
from engine.protocol.results import Baseline, Outcome, Prediction, RunResult
from engine.protocol.stack import Answer, ModelFacts
from engine.protocol.wording import counted
from engine.training_fields import recommended

TEXT = msgspec.structs.replace(PROMPT, id="text", label="Text, or prompt", required=True)
ANSWER = msgspec.structs.replace(RESPONSE, label="Answer to write", required=False)
ROLES = (TEXT, ANSWER)

METRICS = (
    MetricEntry(
        id="perplexity",
        label="Perplexity",
        short="perplexity",
        help="Among how many word pieces the model is undecided what comes next, on average; 1 would be sure "
        "and right each time. Only models with the same word pieces can be compared by it.",
        higher_is_better=False,
    ),
    MetricEntry(
        id="token_accuracy",
        label="Next piece right",
        short="next right",
        help="The share of word pieces that the model holds for the likeliest next one, 0 to 1.",
    ),
)

CHAT_TEMPLATE = SwitchField(
    name="chat_template",
    label="Conversation form",
    help="Prompts and answers take the form in which the model was taught to converse, where it has one. "
    "Plain texts are not touched.",
    source="The tokenizer's own chat template",
    section="task",
    default=True,
)

_END = "(end)"
"""How the mark of an end is shown."""

_FEW = 8
"""Rows up to which each is gone on with: those that are watched or typed."""


def match(table: Dataset, columns: Mapping[str, str], _settings: Settings) -> TaskRows:
    """Takes texts out of a table, or prompts with their answers."""
    return match_texts(table, columns, ROLES)


def build(base: BaseModel, _classes: Sequence[str], _options: HeadOptions, _settings: Settings) -> TaskModel:
    """Takes the network as it is."""
    return build_writing_model(base, Form(base.tokenizer, 0).writing(answers=False))


def begin(model: TaskModel, asked: Asked) -> None:
    """Lets the saved model know whether it goes on with texts or answers prompts, and in which form."""
    writing = _form(asked).writing(answers=ANSWER.id in asked.rows.column_names)
    model.facts = msgspec.structs.replace(model.facts, writing=writing)


def encode(asked: Asked) -> list[EncodedRow]:
    """Turns texts into windows of at most ``max_length`` word pieces; see :mod:`engine.data.continuations`.

    Texts to learn from are joined; those to be judged stand each by itself. Of a prompt and its answer
    only the answer has labels.
    """
    form, texts = _form(asked), cells(asked.rows, TEXT.id)
    if ANSWER.id in asked.rows.column_names:
        return answered_windows(form, texts, cells(asked.rows, ANSWER.id))
    if TASK.joins_rows(asked):
        return joined_windows(form, texts, predicted_parts(asked.rows))
    if not any(usable_numbers(asked.rows)):  # typed: those of a file have numbers from 1
        return typed_prompts(form, texts, answers=ANSWER.id in asked.roles)
    return judged_windows(form, texts, predicted_parts(asked.rows))


def collate(tokenizer: PreTrainedTokenizerBase, rows: Sequence[EncodedRow], _seeds: Iterable[int]) -> Batch:
    """Pads windows on the right.

    Returns:
        ``input_ids``, ``attention_mask`` and, where every row has them, ``labels``, ``(rows, tokens)``;
        else ``places``: behind each prompt. Of rows that may be gone on with also ``prompt``, its number
        of pieces (0 for none), and ``writes``, whether it is to be done in any case; ``(rows,)``.
    """
    ids = [row["input_ids"] for row in rows]
    batch = {
        "input_ids": pad_sequences(ids, padding_of(tokenizer)),
        "attention_mask": pad_sequences([[1] * len(row) for row in ids], 0),
    }
    prompts = torch.tensor([row.get("prompt", 0) for row in rows], dtype=torch.long)
    if all("labels" in row for row in rows):
        batch["labels"] = pad_sequences([row["labels"] for row in rows], IGNORED)
    else:
        batch["places"] = torch.arange(batch["input_ids"].shape[1]) == prompts[:, None] - 1
    if prompts.any():
        batch |= {"prompt": prompts, "writes": torch.tensor([bool(row.get("writes")) for row in rows])}
    return batch


def say(model: TaskModel, output: ModelOutput, batch: Batch, asked: Asked) -> list[Said]:
    """Keeps of each window how surprising it was and what may follow its prompt; goes on with a few."""
    return continued(model, output, batch, _write(model, batch, asked))


def _write(model: TaskModel, batch: Batch, asked: Asked) -> dict[int, list[int]]:
    """Goes on with the prompts of a batch, or with some of them: row → pieces."""
    if "prompt" not in batch or not asked.writes:
        return {}
    wanted = (batch["prompt"] > 0) & (batch["writes"] | (len(asked.rows) <= _FEW))
    rows = wanted.nonzero()[:, 0].tolist()
    if not rows:
        return {}
    pieces = written_on(
        model,
        [batch["input_ids"][row, : batch["prompt"][row]].tolist() for row in rows],
        longest=LONGEST_CONTINUATION,
        padding=padding_of(asked.tokenizer),
        ends=_form(asked).end,
    )
    return dict(zip(rows, pieces, strict=True))


def score(asked: Asked, said: Sequence[Said]) -> dict[str, float]:
    """Returns perplexity and accuracy over all pieces that had to be said."""
    return language_measures(evidence(asked, said))


def questions(asked: Asked) -> list[Prediction]:
    """Returns the prompts with their answers; of a plain text its beginning, and what follows in it."""
    windows = first_windows(asked.encoded or encode(asked), len(asked.rows))
    return [
        Prediction(
            text=window["text"] if window else text,
            said="",
            probability=0.0,
            truth=window["truth"] if window else "",
            row=row,
        )
        for (_, window), text, row in zip(
            windows, cells(asked.rows, TEXT.id), usable_numbers(asked.rows), strict=True
        )
    ]


def answers(asked: Asked, said: Sequence[Said]) -> list[Prediction]:
    """Returns how each row is gone on with; where nothing was written, the likeliest piece and "…".

    How right that is is the share of pieces that were the likeliest ones in their places. It is 1
    exactly where the model would write the right answer word for word.
    """
    form, statistics, predictions = _form(asked), evidence(asked, said), questions(asked)
    for row, (number, _) in enumerate(first_windows(asked.encoded, len(asked.rows))):
        one: Continued | None = None if number is None else said[number]
        if one is None or not one.top:
            continue
        top = [_END if piece in form.end else form.text([piece]).strip() for piece in one.top]
        _, pieces, right = statistics[row]
        predictions[row] = msgspec.structs.replace(
            predictions[row],
            said=f"{top[0]} …" if one.written is None else form.text(one.written).strip(),
            probability=one.shares[0],
            right=float(right / pieces) if pieces else None,
            alternatives=tuple(top[1:]),
            alternatives_to="" if one.written is None else "its beginning",
        )
    return predictions


def baselines(train: Asked, judged: Asked) -> tuple[Baseline, ...]:
    """Returns what knowing only how often each word piece comes reaches on the same texts."""
    seen = [[label for label in row["labels"] if label != IGNORED] for row in train.encoded]
    said: list[list[int]] = [[] for _ in range(len(judged.rows))]
    for row in judged.encoded:
        said[row["example"]] += [label for label in row["labels"][1:] if label != IGNORED]
    return (unigram_baseline(seen, said, len(judged.tokenizer)),)


def result(asked: Asked, said: Sequence[Said], baselines: Sequence[Baseline]) -> RunResult:
    """Returns what follows from what was said: perplexity and accuracy with intervals over the rows."""
    statistics = evidence(asked, said)
    rows, (pieces, right) = len(statistics), (int(value) for value in statistics.sum(axis=0)[1:])
    over = f"Over {counted(pieces, 'word piece')} of"
    if ANSWER.id not in asked.rows.column_names:
        outcomes = (
            Outcome(id="right", label="The likeliest followed", count=right, is_right=True),
            Outcome(id="other", label="Another followed", count=pieces - right),
        )
        note = (
            f"{over} {counted(rows, 'test text')}, the ends of the texts among them; each text by itself, in "
            f"windows of {int(asked.settings['max_length']):,}."
        )
        return language_result(statistics, baselines, outcomes, "word pieces", (note,))
    is_cut = np.array([row["cut"] == ANSWER_CUT for row in asked.encoded])
    exact, cut = int(((statistics[:, 2] == statistics[:, 1]) & ~is_cut).sum()), int(is_cut.sum())
    outcomes = (
        Outcome(id="exact", label="Word for word", count=exact, is_right=True),
        Outcome(id="other", label="Otherwise", count=rows - exact),
    )
    notes = [f"{over} {counted(rows, 'test answer')}; prompts do not count."]
    notes += [f"{exact:,} of {counted(rows, 'answer')} would be written word for word."]
    notes += [f"{counted(cut, 'answer')} too long for the window: judged without the end."] if cut else []
    return language_result(statistics, baselines, outcomes, "answers", notes)


def notices(asked: Asked) -> tuple[Problem, ...]:
    """Returns how many prompts and answers to learn from were cut."""
    total, longest = len(asked.encoded), int(asked.settings["max_length"])
    answers_cut = sum(row.get("cut") == ANSWER_CUT for row in asked.encoded)
    prompts_cut = sum(row.get("cut") == PROMPT_CUT for row in asked.encoded)
    found = []
    if answers_cut:
        found.append(writing_problems.answers_cut(answers_cut, total, longest))
    if prompts_cut:
        found.append(writing_problems.prompts_cut(prompts_cut, total, longest))
    return tuple(found)


def is_task_of(model: ModelFacts) -> Answer:
    """Says whether a checkpoint was trained to continue text, by the class that it names."""
    return is_trained_for(model, "ForCausalLM", "LMHeadModel")


def staying(_model: ModelFacts, _settings: Settings) -> str:
    """Says what a checkpoint learns now that was trained for this before."""
    return "Same task, new texts: it goes on continuing text."


def supports(model: ModelFacts) -> str:
    """Says why a model cannot continue text."""
    if Network.CAUSAL_LM.value in model.networks:
        return ""
    return (
        f"{model.name} cannot continue text: it sees the words that follow, so that it has never learned "
        "to guess them. GPT-2, Llama and Qwen have."
    )


def _form(asked: Asked) -> Form:
    chat = bool(asked.settings[CHAT_TEMPLATE.name])
    return Form(asked.tokenizer, int(asked.settings["max_length"]), chat)


def evidence(asked: Asked, said: Sequence[Said]) -> npt.NDArray[np.float64]:
    """Returns what each row adds: surprise, pieces, right ones."""
    windows = zip(asked.encoded, said, strict=True)
    added = ((window["example"], one.surprise, one.pieces, one.right) for window, one in windows)
    return statistics_of(len(asked.rows), added)


TASK = Task(
    id="causal_language_modelling",
    name="Continue text",
    summary="write on, or answer prompts",
    icon="arrow",
    roles=ROLES,
    metrics=METRICS,
    match=match,
    build=build,
    encode=encode,
    collate=collate,
    say=say,
    score=score,
    questions=questions,
    answers=answers,
    baselines=baselines,
    result=result,
    evidence=evidence,
    measures=lambda _settings: ROW_MEASURES,
    is_task_of=is_task_of,
    recommends={"first_words": "This is how the text goes on:"},
    supports=supports,
    teaching="to continue text",
    staying=staying,
    notices=notices,
    begin=begin,
    written_rows=WRITTEN_ROWS,
    input_roles=(TEXT.id,),
    with_noise=noise_to_continue(TEXT.id, ANSWER.id),
    restate=restate_continuation,
    network=Network.CAUSAL_LM,
    settings=(CHAT_TEMPLATE,),
    fields_for=learning_rate_for,
    training=(
        recommended("epochs", 3, source="As in Hugging Face's example for GPT-2"),
        recommended("learning_rate", 5e-5, source="As in Hugging Face's example for GPT-2"),
        recommended("batch_size", 8, source="As in Hugging Face's example for GPT-2"),
    ),
    has_classes=False,
    makes_windows=True,
    joins_rows=lambda asked: asked.learns and ANSWER.id not in asked.rows.column_names,
)
