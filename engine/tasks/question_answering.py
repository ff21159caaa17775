"""Answer questions: find the words of a passage that answer a question, or say that there are none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np
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
    Objective,
    Said,
    Settings,
    Task,
    TaskModel,
    TaskRows,
)
from engine.data.answers import Answer as RightAnswer
from engine.data.noisy_passages import noise_in_passages
from engine.data.passages import (
    BLANK_ANSWERS,
    ROLES,
    encode_questions,
    match_passages,
    right_answers,
    texts_of,
)
from engine.data.restated import restate_answer
from engine.data.right_answers.passage import passage_answer
from engine.data.roles import ANSWERS, PASSAGE, QUESTION
from engine.data.table import usable_numbers
from engine.evaluation.answer_baselines import answer_baselines
from engine.evaluation.answer_spans import Answered, Candidates, answer, best_spans
from engine.evaluation.calibration import calibration_of
from engine.evaluation.extractive import (
    ROW_MEASURES,
    AnswerOutcome,
    answer_measures,
    answer_outcome,
    answer_scores,
    answer_statistics,
    best_null_threshold,
    exact_match,
    rules_told,
    token_f1,
)
from engine.models.facts import is_trained_for
from engine.models.token_heads import NULL_THRESHOLD, build_token_model, why_not_word_pieces
from engine.padding import padded
from engine.protocol.catalog import MetricEntry
from engine.protocol.fields import IntegerField
from engine.protocol.results import Baseline, Outcome, Prediction, RunResult, Span
from engine.protocol.stack import Answer, ModelFacts
from engine.row_measures import Rows
from engine.training_fields import recommended

METRICS = (
    MetricEntry(
        id="f1",
        label="F1",
        short="F1",
        help="How well the words of an answer fit those of the right one, 0 to 1, over all questions. "
        "Articles, punctuation and capitals are left aside (SQuAD; Rajpurkar 2016, 2018).",
        title="F1 score",
        note="words in common with the right answer",
    ),
    MetricEntry(
        id="exact_match",
        label="Exact match",
        short="exact",
        help="The share of answers that are the right one, articles, punctuation and capitals aside, 0 to 1.",
    ),
    MetricEntry(
        id="answered_f1",
        label="F1 where there is an answer",
        short="F1 answered",
        help="The same F1 over the questions that have an answer in their passage, 0 to 1.",
    ),
    MetricEntry(
        id="no_answer_accuracy",
        label="Right silence",
        short="silence",
        help="The share of the questions without an answer to which the model says so, 0 to 1.",
    ),
)

STRIDE = IntegerField(
    name="stride",
    label="Overlap of windows",
    help="A passage that is too long is read in windows; so many word pieces stand in two of them, so that "
    "no answer is cut apart. At most a quarter of the longest text.",
    source="Hugging Face's example for SQuAD: a third of a window. Devlin 2019 (in its code): two thirds",
    section="task",
    advanced=True,
    default=64,
    minimum=0,
    maximum=2048,
    unit="word pieces",
)

_OUTCOMES = {
    AnswerOutcome.EXACT: "Exact",
    AnswerOutcome.PARTLY: "Partly right",
    AnswerOutcome.WRONG: "Wrong",
    AnswerOutcome.WRONGLY_UNANSWERED: "Wrongly unanswered",
    AnswerOutcome.WRONGLY_ANSWERED: "Wrongly answered",
}
_SILENCE = "no answer"
_NEARLY = 0.99
"""How right an answer is whose words are all right and that is not the right one, as in another order."""


def match(table: Dataset, columns: Mapping[str, str], settings: Settings) -> TaskRows:
    """Takes questions, passages and answers out of a table and says what is odd about them."""
    return match_passages(table, columns, settings)


def build(base: BaseModel, _classes: Sequence[str], options: HeadOptions, _settings: Settings) -> TaskModel:
    """Puts a head with a number for the start and one for the end of an answer on a pretrained network."""
    return build_token_model(base, 2, options, Objective.SPAN)


def encode(asked: Asked) -> list[EncodedRow]:
    """Turns questions and passages into windows of token ids, answers into their first and last piece."""
    return encode_questions(asked, int(asked.settings[STRIDE.name]))


def collate(tokenizer: PreTrainedTokenizerBase, rows: Sequence[EncodedRow], _seeds: Iterable[int]) -> Batch:
    """Pads windows to the longest of them, on the right.

    Returns:
        ``input_ids``, ``attention_mask``, perhaps ``token_type_ids``, and ``answerable``,
        ``(windows, tokens)`` each; ``null_places`` and, where every row has them, ``start_positions`` and
        ``end_positions``, ``(windows,)`` each.
    """
    batch = padded(tokenizer, rows, ("token_type_ids", "answerable"), left=False)
    for name in ("null_places", "start_positions", "end_positions"):
        if rows and all(name in row for row in rows):
            batch[name] = torch.tensor([row[name] for row in rows], dtype=torch.long)
    return batch


def begin(model: TaskModel, train: Asked) -> None:
    """Lets a model say "no answer" only if some questions to learn from have none; notes the overlap."""
    model.facts = msgspec.structs.replace(model.facts, overlap=int(train.settings[STRIDE.name]))
    never = float("inf") if all(right_answers(train.rows)) else 0.0
    model.head.get_buffer(NULL_THRESHOLD).fill_(never)


def say(model: TaskModel, output: ModelOutput, batch: Batch, _asked: Asked) -> list[Said]:
    """Keeps the best spans of each window."""
    threshold = float(model.head.get_buffer(NULL_THRESHOLD))
    return list(best_spans(output.logits, batch["answerable"].bool(), batch["null_places"], threshold))


def settle(model: TaskModel, validation: Asked, said: Sequence[Said]) -> None:
    """Chooses how sure a model must be of "no answer", on rows that it was not trained on."""
    right = _texts(right_answers(validation.rows))
    if all(right):
        return
    found = _answered(validation, said)
    threshold = best_null_threshold([one.difference for one in found], [one.best for one in found], right)
    model.head.get_buffer(NULL_THRESHOLD).fill_(threshold)


def score(asked: Asked, said: Sequence[Said]) -> dict[str, float]:
    """Returns every metric; questions with and without an answer apart where there are both.

    Args:
        asked: Rows with their answers.
        said: The best spans of each window.
    """
    return answer_measures([one.text for one in _answered(asked, said)], _texts(right_answers(asked.rows)))


def questions(asked: Asked) -> list[Prediction]:
    """Returns the passages with their questions, and where the right answers stand if that is known."""
    right = right_answers(asked.rows)
    passages = texts_of(asked.rows, PASSAGE.id)
    numbers = usable_numbers(asked.rows)
    predictions = []
    for row, (passage, question, number) in enumerate(
        zip(passages, texts_of(asked.rows, QUESTION.id), numbers, strict=True)
    ):
        true = right[row] if right else []
        predictions.append(
            Prediction(
                text=passage,
                second=question,
                said="",
                probability=0.0,
                truth=(true[0].text if true else _SILENCE) if right else "",
                row=number,
                true_spans=tuple(Span(start=one.start, end=one.start + len(one.text)) for one in true),
            )
        )
    return predictions


def answers(asked: Asked, said: Sequence[Said]) -> list[Prediction]:
    """Returns the words that the model marks, or "no answer", with the next best answers."""
    right = _texts(right_answers(asked.rows))
    return [
        msgspec.structs.replace(
            question,
            said=one.text or _SILENCE,
            probability=one.probability,
            spans=(Span(start=one.start, end=one.end),) if one.text else (),
            right=_rightness(one.text, right[row]) if right else None,
            alternatives=tuple(text or _SILENCE for text in one.others),
        )
        for row, (question, one) in enumerate(zip(questions(asked), _answered(asked, said), strict=True))
    ]


def _rightness(said: str, right: Sequence[str]) -> float:
    return 1.0 if exact_match(said, right) else min(_NEARLY, token_f1(said, right))


def baselines(train: Asked, judged: Asked) -> tuple[Baseline, ...]:
    """Returns what always saying "no answer" and looking for the question's words reach on the same rows."""
    return answer_baselines(
        _texts(right_answers(train.rows)),
        texts_of(judged.rows, PASSAGE.id),
        texts_of(judged.rows, QUESTION.id),
        _texts(right_answers(judged.rows)),
    )


def result(asked: Asked, said: Sequence[Said], baselines: Sequence[Baseline]) -> RunResult:
    """Returns what follows from what was said: scores with intervals, and what became of each question.

    Args:
        asked: The test rows.
        said: The best spans of each window.
        baselines: What the same rows gave for simpler things.
    """
    answered, right = _answered(asked, said), _texts(right_answers(asked.rows))
    texts = [one.text for one in answered]
    became = [answer_outcome(text, true) for text, true in zip(texts, right, strict=True)]
    return RunResult(
        metric=METRICS[0].id,
        scores=answer_scores(texts, right),
        baselines=tuple(baselines),
        rows=len(texts),
        wrong=sum(1 for one in became if one is not AnswerOutcome.EXACT),
        classes=(),
        confusion=(),
        class_scores=(),
        best_epoch=0.0,
        trainable_parameters=0,
        total_parameters=0,
        seconds=0.0,
        outcomes=tuple(
            Outcome(
                id=outcome.value,
                label=label,
                count=became.count(outcome),
                is_right=outcome is AnswerOutcome.EXACT,
            )
            for outcome, label in _OUTCOMES.items()
        ),
        outcomes_of="questions",
        notes=rules_told(said[0].threshold if said else np.inf),
        calibration=calibration_of(
            [one.probability for one in answered], [one is AnswerOutcome.EXACT for one in became]
        ),
    )


def evidence(asked: Asked, said: Sequence[Said]) -> Rows:
    """Returns what each question adds to the measures."""
    return answer_statistics([one.text for one in _answered(asked, said)], _texts(right_answers(asked.rows)))


def is_task_of(model: ModelFacts) -> Answer:
    """Says whether a checkpoint was trained to find answers, by the class that it names."""
    return is_trained_for(model, "ForQuestionAnswering")


def _answered(asked: Asked, said: Sequence[Said]) -> list[Answered]:
    """Returns the best answer to each question, over all windows of its passage."""
    windows: dict[int, list[tuple[Candidates, list[list[int]]]]] = {}
    for encoded, candidates in zip(asked.encoded, said, strict=True):
        places = np.frombuffer(encoded["places"], dtype=np.int32).reshape(-1, 2).tolist()
        windows.setdefault(encoded["example"], []).append((candidates, places))
    passages = texts_of(asked.rows, PASSAGE.id)
    return [answer(passage, windows[row]) for row, passage in enumerate(passages)]


def _texts(answers: Sequence[Sequence[RightAnswer]]) -> list[list[str]]:
    return [[one.text for one in right] for right in answers]


TASK = Task(
    id="question_answering",
    name="Answer questions",
    summary="find the answer in a passage",
    icon="quest",
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
    begin=begin,
    settle=settle,
    is_task_of=is_task_of,
    teaching="to find the answer to a question in a passage",
    input_roles=(QUESTION.id, PASSAGE.id),
    with_noise=noise_in_passages,
    restate=restate_answer,
    right_answers=lambda _settings: passage_answer(ANSWERS.id, PASSAGE.id),
    unit="questions",
    labels="answers",
    second_first=True,
    settings=(STRIDE, BLANK_ANSWERS),
    training=(
        recommended("epochs", 4, source="Measured on 1,680 questions; Devlin 2019 on 130,000: 2"),
        recommended("batch_size", 16, source="Measured on 1,680 questions: few rows need many steps"),
        recommended("max_length", 256, source="Devlin 2019 uses 384; most short passages fit into 256"),
    ),
    recommends={"first_words": "Where in the passage is the answer to the question?"},
    supports=why_not_word_pieces,
    has_classes=False,
    makes_windows=True,
)
