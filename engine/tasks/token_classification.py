"""Mark parts of a text: names, places, whatever the words of the examples are tagged as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
from datasets import Dataset
from transformers import PreTrainedTokenizerBase

from engine.contracts import (
    Asked,
    BaseModel,
    Batch,
    EncodedRow,
    HeadOptions,
    ModelOutput,
    Said,
    Settings,
    Task,
    TaskModel,
    TaskRows,
)
from engine.data.noisy_sentences import noise_in_sentences
from engine.data.restated import restate_tags
from engine.data.right_answers.tags import tags_of_words
from engine.data.roles import TAGS, TOKENS
from engine.data.sentences import (
    Sentence,
    encode_sentences,
    read_sentences,
    read_tags,
    without_loose_marks,
)
from engine.data.table import usable_numbers
from engine.data.tagged_rows import match_sentences
from engine.evaluation.calibration import calibration_of
from engine.evaluation.entities import (
    OUTSIDE,
    ROW_MEASURES,
    Outcome,
    begun,
    entity_measures,
    entity_scores,
    entity_statistics,
    outcome_counts,
    spans,
    type_scores,
)
from engine.evaluation.tagging_baselines import tagging_baselines
from engine.models.facts import is_trained_for
from engine.models.token_heads import build_token_model, why_not_word_pieces
from engine.padding import padded
from engine.protocol import results
from engine.protocol.catalog import MetricEntry
from engine.protocol.results import Baseline, Prediction, RunResult
from engine.protocol.stack import Answer, ModelFacts
from engine.training_fields import recommended

ROLES = (TOKENS, TAGS)

METRICS = (
    MetricEntry(
        id="entity_f1",
        label="Entity F1",
        short="F1",
        help="F1 joins precision and recall, 0 to 1. A part counts as found only where it begins and ends at "
        "the right words and has the right type (CoNLL-2003, IOB2, strict).",
        title="F1 score",
        note="whole parts, of the right type",
    ),
    MetricEntry(
        id="entity_precision",
        label="Entity precision",
        short="precision",
        help="The share of the marked parts that are right, 0 to 1.",
    ),
    MetricEntry(
        id="entity_recall",
        label="Entity recall",
        short="recall",
        help="The share of the parts that are there and were found, 0 to 1.",
    ),
    MetricEntry(
        id="token_accuracy",
        label="Word accuracy",
        short="words",
        help="The share of words that get the right tag, 0 to 1. Most words are often no part of anything, "
        "so it is high even where no part is found.",
    ),
)

_OUTCOMES = {
    Outcome.RIGHT: "Right",
    Outcome.WRONG_TYPE: "Wrong type",
    Outcome.WRONG_BORDER: "Wrong border",
    Outcome.MISSED: "Missed",
    Outcome.INVENTED: "Invented",
}
_NOTHING = "nothing marked"


class WordTags(NamedTuple):
    """What a model says to the words that a window answers, in their order.

    Attributes:
        tags: Number of the likeliest tag of each.
        shares: Its probability, 0 to 1.
    """

    tags: list[int]
    shares: list[float]


def match(table: Dataset, columns: Mapping[str, str], _settings: Settings) -> TaskRows:
    """Takes sentences and their tags out of a table and says what is odd about them."""
    return match_sentences(table, columns)


def build(base: BaseModel, classes: Sequence[str], options: HeadOptions, _settings: Settings) -> TaskModel:
    """Puts a head with one output for each tag on a pretrained network."""
    return build_token_model(base, len(classes), options)


def collate(tokenizer: PreTrainedTokenizerBase, rows: Sequence[EncodedRow], _seeds: Iterable[int]) -> Batch:
    """Pads windows to the longest of them, on the right.

    Returns:
        ``input_ids``, ``attention_mask``, ``answered`` and, where every row has them, ``labels``:
        ``(windows, tokens)`` each.
    """
    return padded(tokenizer, rows, ("answered", "labels"), left=False)


def say(_model: TaskModel, output: ModelOutput, batch: Batch, _asked: Asked) -> list[Said]:
    """Keeps the likeliest tag of each answered word, and its probability."""
    shares, tags = output.logits.float().softmax(dim=-1).max(dim=-1)
    masks = batch["answered"].bool()
    return [WordTags(tags[row][mask].tolist(), shares[row][mask].tolist()) for row, mask in enumerate(masks)]


def score(asked: Asked, said: Sequence[Said]) -> dict[str, float]:
    """Returns every metric.

    Args:
        asked: Rows with their tags.
        said: The tags of each window's words.
    """
    return entity_measures(read_tags(asked.rows), [tags for tags, _ in _tags_said(asked, said)])


def questions(asked: Asked) -> list[Prediction]:
    """Returns the sentences, with the parts that are there where that is known."""
    sentences, truths = read_sentences(asked.rows), read_tags(asked.rows)
    numbers = usable_numbers(asked.rows)
    return [
        Prediction(
            text=sentence.text,
            said="",
            probability=0.0,
            truth=_in_words(sentence, truths[row]) if truths else "",
            row=number,
            true_spans=_marked(sentence, truths[row]) if truths else (),
        )
        for row, (sentence, number) in enumerate(zip(sentences, numbers, strict=True))
    ]


def answers(asked: Asked, said: Sequence[Said]) -> list[Prediction]:
    """Returns the parts that the model marks; how sure it is, is the mean over the words."""
    sentences, truths = read_sentences(asked.rows), read_tags(asked.rows)
    predictions = []
    for row, (question, (tags, shares)) in enumerate(
        zip(questions(asked), _tags_said(asked, said), strict=True)
    ):
        predictions.append(
            msgspec.structs.replace(
                question,
                said=_in_words(sentences[row], tags),
                probability=sum(shares) / len(shares) if shares else 0.0,
                spans=_marked(sentences[row], tags),
                right=_right(truths[row], tags) if truths else None,
            )
        )
    return predictions


def baselines(train: Asked, judged: Asked) -> tuple[Baseline, ...]:
    """Returns what giving each word its most frequent tag reaches on the same rows."""
    words = [[list(one.words) for one in read_sentences(part.rows)] for part in (train, judged)]
    return tagging_baselines(words[0], read_tags(train.rows), words[1], read_tags(judged.rows))


def result(asked: Asked, said: Sequence[Said], baselines: Sequence[Baseline]) -> RunResult:
    """Returns what follows from what was said: scores with intervals, what became of each part, types.

    Args:
        asked: The test rows.
        said: The tags of each window's words.
        baselines: What the same rows gave for simpler things.
    """
    truths, tags = read_tags(asked.rows), [tags for tags, _ in _tags_said(asked, said)]
    counts = outcome_counts(truths, tags)
    words = _words_said(asked, said, truths)
    return RunResult(
        metric=METRICS[0].id,
        scores=entity_scores(truths, tags),
        baselines=tuple(baselines),
        rows=len(truths),
        wrong=sum(1 for right, answer in zip(truths, tags, strict=True) if right != answer),
        classes=tuple(dict.fromkeys(tag[2:] for tag in asked.classes if tag != OUTSIDE)),
        confusion=(),
        class_scores=type_scores(truths, tags),
        best_epoch=0.0,
        trainable_parameters=0,
        total_parameters=0,
        seconds=0.0,
        outcomes=tuple(
            results.Outcome(
                id=outcome.value, label=label, count=counts[outcome], is_right=outcome is Outcome.RIGHT
            )
            for outcome, label in _OUTCOMES.items()
        ),
        outcomes_of="entities",
        notes=(
            "A part counts as right where its first and last word and its type are right (strict IOB2, as "
            "seqeval has it), over all types together.",
        ),
        calibration=calibration_of([sure for sure, _ in words], [right for _, right in words], "words"),
    )


def evidence(asked: Asked, said: Sequence[Said]) -> npt.NDArray[np.int64]:
    """Returns what each sentence adds to the measures."""
    return entity_statistics(read_tags(asked.rows), [tags for tags, _ in _tags_said(asked, said)])


def is_task_of(model: ModelFacts) -> Answer:
    """Says whether a checkpoint was trained to mark words, by the class that it names."""
    return is_trained_for(model, "ForTokenClassification")


def _tags_said(asked: Asked, said: Sequence[Said]) -> list[tuple[list[str], list[float]]]:
    """Returns the tags that were said to each row's words, each part with a beginning, and how surely.

    A word that no piece is left of is no part of anything.
    """
    sentences = read_sentences(asked.rows)
    tags = [[OUTSIDE] * len(sentence.words) for sentence in sentences]
    shares: list[list[float]] = [[] for _ in sentences]
    for encoded, answer in zip(asked.encoded, said, strict=True):
        row = encoded["example"]
        shares[row] += answer.shares
        for word, tag in zip(encoded["words"], answer.tags, strict=True):
            tags[row][word] = asked.classes[tag]
    return [
        (begun(without_loose_marks(own, sentence)), sure)
        for own, sentence, sure in zip(tags, sentences, shares, strict=True)
    ]


def _words_said(
    asked: Asked, said: Sequence[Said], truths: Sequence[Sequence[str]]
) -> list[tuple[float, bool]]:
    """Returns of each word that has an answer how sure its tag was, and whether it is right."""
    return [
        (sure, asked.classes[tag] == truths[encoded["example"]][word])
        for encoded, answer in zip(asked.encoded, said, strict=True)
        for word, tag, sure in zip(encoded["words"], answer.tags, answer.shares, strict=True)
    ]


def _marked(sentence: Sentence, tags: Sequence[str]) -> tuple[results.Span, ...]:
    return tuple(
        results.Span(
            start=sentence.places[span.start].start, end=sentence.places[span.end - 1].end, label=span.type
        )
        for span in spans(tags)
    )


def _in_words(sentence: Sentence, tags: Sequence[str]) -> str:
    """Returns the marked parts as a person reads them: ``"Anna Meyer (PER), Berlin (LOC)"``."""
    marked = [f"{sentence.text[one.start : one.end]} ({one.label})" for one in _marked(sentence, tags)]
    return ", ".join(marked) or _NOTHING


def _right(truth: Sequence[str], tags: Sequence[str]) -> float:
    """Returns how right a sentence is: the F1 of its parts; 1 where none is there and none was marked."""
    return 1.0 if list(truth) == list(tags) else entity_measures([truth], [tags])["entity_f1"]


TASK = Task(
    id="token_classification",
    name="Mark words",
    summary="names, places, parts in a text",
    icon="pen",
    roles=ROLES,
    metrics=METRICS,
    match=match,
    build=build,
    encode=encode_sentences,
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
    teaching="to mark words in a text",
    input_roles=(TOKENS.id,),
    with_noise=noise_in_sentences,
    restate=restate_tags,
    right_answers=lambda _settings: tags_of_words(TAGS.id, TOKENS.id),
    unit="sentences",
    labels="tags",
    training=(recommended("epochs", 6, source="Measured on the addresses"),),
    recommends={"first_words": "Which part of the text is each of these words?"},
    supports=why_not_word_pieces,
    makes_windows=True,
)
