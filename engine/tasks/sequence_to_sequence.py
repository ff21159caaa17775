"""Turning one text into another: translate, rewrite, correct typos.

A checkpoint that translates already goes on with its task here; with noise in what it reads it learns to
survive that, which is fine-tuning and no transfer.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
import numpy.typing as npt
import torch
from transformers import PreTrainedTokenizerBase

from engine.contracts import (
    Asked,
    BaseModel,
    Batch,
    Cut,
    EncodedRow,
    HeadOptions,
    ModelOutput,
    Network,
    Said,
    Settings,
    Task,
    TaskModel,
)
from engine.data.hidden_words import with_hidden
from engine.data.noise_settings import in_words, is_noisy
from engine.data.pairs import MADE_FROM, SOURCE, TARGET, match_pairs, noise_in_sources, undoes_noise
from engine.data.right_answers.text import written_text
from engine.data.table import cells
from engine.data.written_answers import encode_pairs, notices
from engine.errors import EngineError
from engine.evaluation.translation import (
    ROW_MEASURES,
    Written,
    is_exact,
    row_chrf,
    signatures,
    token_scores,
    translation_measures,
    translation_scores,
    written_evidence,
)
from engine.evaluation.translation_baselines import translation_baselines
from engine.models.facts import is_trained_for
from engine.models.said_words import writer
from engine.models.writing import build_writing_model
from engine.models.writing_fields import WRITING_FIELDS, writing_fields_for, writing_of
from engine.padding import IGNORED, pad_sequences, padded
from engine.protocol.catalog import MetricEntry
from engine.protocol.examining_problems import not_explained
from engine.protocol.results import Baseline, Prediction, RunResult
from engine.protocol.stack import Answer, ModelFacts
from engine.training_fields import recommended

_MARGIN = 10
"""Word pieces by which an answer may be longer than all that were learned from."""

ROLES = (SOURCE, TARGET)

METRICS = (
    MetricEntry(
        id="chrf",
        label="chrF",
        short="chrF",
        help="How many runs of one to six letters an answer and the right answer have in common, 0 to 100 "
        "(Popović 2015). A word with a wrong ending counts nearly as much as the right one.",
        note="letters in common with the right answer, of 100",
    ),
    MetricEntry(
        id="bleu",
        label="BLEU",
        short="BLEU",
        help="How many runs of one to four words an answer and the right answer have in common, 0 to 100 "
        "(Papineni 2002).",
        note="words in common with the right answer, of 100",
    ),
    MetricEntry(
        id="exact_match",
        label="Exact match",
        short="exact",
        help="The share of answers that are the right answer letter by letter, 0 to 1.",
    ),
    MetricEntry(
        id="token_accuracy",
        label="Token accuracy",
        short="tokens",
        help="The share of word pieces that the model finds when the right answer up to there is given, "
        "0 to 1.",
    ),
)


def supports(model: ModelFacts) -> str:
    """Says why not: the model must be able to write a text of its own to a text that it reads."""
    if not model.networks or Network.SEQUENCE_TO_SEQUENCE.value in model.networks:
        return ""
    return (
        f"{model.name} has no decoder that writes one text while it reads another. Models such as Marian, T5 "
        "and BART have."
    )


def build(base: BaseModel, _classes: Sequence[str], _options: HeadOptions, settings: Settings) -> TaskModel:
    """Takes the network whole, with the head that came with it."""
    return build_writing_model(base, writing_of(settings))


def encode(asked: Asked) -> list[EncodedRow]:
    """Turns texts into token ids: those to read with the prefix, those to write where they are known."""
    writing = writing_of(asked.settings)
    return encode_pairs(asked, writing.prefix, writing.longest)


def collate(tokenizer: PreTrainedTokenizerBase, rows: Sequence[EncodedRow], _seeds: Iterable[int]) -> Batch:
    """Pads texts to read and texts to write, each to the longest of them.

    Returns:
        ``input_ids`` and ``attention_mask``, ``(rows, tokens)``, and ``labels``, ``(rows, target tokens)``,
        where every row has them; the network itself moves them before its decoder.
    """
    batch = padded(tokenizer, rows)
    if rows and all("labels" in row for row in rows):
        batch["labels"] = pad_sequences([row["labels"] for row in rows], IGNORED)
    return batch


def say(model: TaskModel, output: ModelOutput, batch: Batch, asked: Asked) -> list[Said]:
    """Lets the model write, and counts the word pieces of the right answer that it finds."""
    texts = asked.tokenizer.batch_decode(
        writer(model).generate(batch), skip_special_tokens=True, clean_up_tokenization_spaces=False
    )
    counts = [(0, 0)] * len(texts)
    if "labels" in batch:
        places = batch["labels"] != IGNORED
        found = torch.zeros_like(places)
        found[places] = output.logits.argmax(dim=-1) == batch["labels"][places]
        counts = list(zip(found.sum(1).tolist(), places.sum(1).tolist(), strict=True))
    return [Written(text.strip(), *count) for text, count in zip(texts, counts, strict=True)]


def score(asked: Asked, said: Sequence[Said]) -> dict[str, float]:
    """Returns every metric.

    Args:
        asked: Rows with their right answers.
        said: What was written to each.
    """
    measures = translation_measures([one.text for one in said], cells(asked.rows, TARGET.id))
    found, tokens = sum(one.found for one in said), sum(one.tokens for one in said)
    return {**measures, "token_accuracy": found / max(1, tokens)}


def questions(asked: Asked) -> list[Prediction]:
    """Returns what each row asks, with its right answer where that is known."""
    rows = asked.rows
    texts = cells(rows, SOURCE.id)
    truths = cells(rows, TARGET.id) if TARGET.id in rows.column_names else [""] * len(texts)
    return [
        Prediction(text=text, said="", probability=0.0, truth=truth, row=number)
        for text, truth, number in zip(texts, truths, rows["row"][:], strict=True)
    ]


def answers(asked: Asked, said: Sequence[Said]) -> list[Prediction]:
    """Returns what the model wrote to each row; how right it is by chrF, and wholly only letter by letter."""
    asked_for = questions(asked)
    written = [one.text for one in said]
    if TARGET.id not in asked.rows.column_names:
        return [
            msgspec.structs.replace(question, said=text)
            for question, text in zip(asked_for, written, strict=True)
        ]
    likeness = row_chrf(written, [question.truth for question in asked_for])
    return [
        msgspec.structs.replace(question, said=text, right=_rightness(text, question.truth, chrf))
        for question, text, chrf in zip(asked_for, written, likeness, strict=True)
    ]


def _rightness(said: str, truth: str, chrf: float) -> float:
    """Returns how right an answer is, 0 to 1; chrF alone overlooks missing spaces."""
    return 1.0 if is_exact(said, truth) else min(0.99, chrf / 100)


def restate(asked: Asked, said: Prediction, cuts: Sequence[Cut | None]) -> list[EncodedRow]:
    """Returns a text with words left out, and what was written as its right answer.

    Raises:
        EngineError: When nothing was written.
    """
    if not said.said:
        raise EngineError(not_explained(why="The model wrote nothing."))
    rows = with_hidden(asked.rows, cuts, {TARGET.id: [said.said] * len(cuts)})
    return encode(dataclasses.replace(asked, rows=rows))


def baselines(train: Asked, judged: Asked) -> tuple[Baseline, ...]:
    """Returns what giving the text back and the answer of the most similar training text reach."""
    return translation_baselines(
        cells(train.rows, SOURCE.id),
        cells(train.rows, TARGET.id),
        cells(judged.rows, SOURCE.id),
        cells(judged.rows, TARGET.id),
    )


def begin(model: TaskModel, asked: Asked) -> None:
    """Lets the model write as long as the longest text that it learns to write, and a little longer.

    A model that has not learned yet where to stop would take long over nothing.

    Args:
        model: The model.
        asked: The rows to learn from.
    """
    learned = max((len(row["labels"]) for row in asked.encoded), default=0)
    writing = writing_of(asked.settings)
    longest = min(writing.longest, learned + _MARGIN)
    model.facts = msgspec.structs.replace(
        model.facts, writing=msgspec.structs.replace(writing, longest=longest)
    )


def result(asked: Asked, said: Sequence[Said], baselines: Sequence[Baseline]) -> RunResult:
    """Returns what follows from what was written: scores with intervals, and how they were computed.

    Args:
        asked: The test rows, each with its right answer.
        said: What was written to each.
        baselines: What the same rows gave for simpler things.
    """
    written, references = [one.text for one in said], cells(asked.rows, TARGET.id)
    return RunResult(
        metric=METRICS[0].id,
        scores={**translation_scores(written, references), **token_scores(said)},
        baselines=tuple(baselines),
        rows=len(references),
        wrong=sum(1 for text, right in zip(written, references, strict=True) if not is_exact(text, right)),
        classes=(),
        confusion=(),
        class_scores=(),
        best_epoch=0.0,
        trainable_parameters=0,
        total_parameters=0,
        seconds=0.0,
        notes=_notes(asked.settings),
        exact_settings=_exact_settings(),
    )


def evidence(asked: Asked, said: Sequence[Said]) -> npt.NDArray[np.int64]:
    """Returns what each answer adds to the measures."""
    return written_evidence(said, cells(asked.rows, TARGET.id))


def _notes(settings: Settings) -> tuple[str, ...]:
    writing = writing_of(settings)
    way = f"with {writing.beams} beams" if writing.beams > 1 else "greedily"
    return (
        f"Answers were written {way} and compared with one right answer each.",
        "chrF compares groups of up to six letters, BLEU groups of up to four words, both over all answers "
        "together; capitals and punctuation count.",
    )


def _exact_settings() -> str:
    """Returns what other programs need to compute the same figures."""
    signed = signatures()
    return f"sacrebleu's signatures: chrF {signed['chrf']}, BLEU {signed['bleu']}"


def is_task_of(model: ModelFacts) -> Answer:
    """Says whether a checkpoint was trained to turn texts into others, by the class that it names."""
    return is_trained_for(model, "ForConditionalGeneration", "MTModel")


def staying(model: ModelFacts, settings: Settings) -> str:
    """Says what a checkpoint learned that turned texts into others before, and what it learns now."""
    knows = (
        "It already translates."
        if model.learned == "to translate"
        else f"It already learned {model.learned}."
    )
    if undoes_noise(settings):
        return f"{knows} It learns to undo {in_words(settings)}."
    return knows if is_noisy(settings) else f"{knows} It goes on with your texts."


TASK = Task(
    id="sequence_to_sequence",
    name="Translate or rewrite",
    summary="one text into another",
    icon="swap",
    roles=ROLES,
    metrics=METRICS,
    match=match_pairs,
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
    teaching="to turn one text into another",
    staying=staying,
    input_roles=(SOURCE.id,),
    with_noise=noise_in_sources,
    restate=restate,
    right_answers=lambda settings: None if undoes_noise(settings) else written_text(TARGET.id),
    undoes_noise=undoes_noise,
    unit="pairs",
    network=Network.SEQUENCE_TO_SEQUENCE,
    settings=(MADE_FROM, *WRITING_FIELDS),
    fields_for=writing_fields_for,
    training=(
        recommended("evaluations_per_epoch", 1, source="Answers are written each time, which takes long"),
    ),
    recommends={"first_words": "Write this text anew, as it should be:"},
    supports=supports,
    has_classes=False,
    begin=begin,
    judged_rows=200,
    written_rows=None,
    notices=notices,
)
