"""Fill in blanks: go on learning the language of a field, in the way that BERT was trained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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
    Network,
    NoisyRows,
    Said,
    Settings,
    Task,
    TaskModel,
    TaskRows,
)
from engine.data.blanks import Hiding, hide, judged_parts, judged_windows, learned_windows
from engine.data.noisy_running_texts import noise_around, noise_in_learned_texts, predicted_parts
from engine.data.restated import restate_blanks
from engine.data.roles import TEXT
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
from engine.models.said_words import SaidWords, said_words
from engine.models.writing import build_writing_model
from engine.noising import Noise
from engine.padding import IGNORED, pad_sequences, padded
from engine.protocol.catalog import MetricEntry
from engine.protocol.fields import NumberField, SwitchField
from engine.protocol.results import Baseline, Outcome, Prediction, RunResult, Span
from engine.protocol.stack import Answer, ModelFacts
from engine.protocol.wording import counted
from engine.training_fields import recommended

ROLES = (msgspec.structs.replace(TEXT, hint="Put ___ where a word is missing."),)

METRICS = (
    MetricEntry(
        id="perplexity",
        label="Perplexity",
        short="perplexity",
        help="Among how many word pieces the model is undecided at a blank, on average; 1 would be sure and "
        "right each time. Only models with the same word pieces can be compared by it.",
        higher_is_better=False,
    ),
    MetricEntry(
        id="token_accuracy",
        label="Fill-in accuracy",
        short="filled in",
        help="The share of hidden word pieces that the model fills in as they were, 0 to 1.",
    ),
)

SHARE = NumberField(
    name="masking_share",
    label="Hidden",
    help="Share of the word pieces that are hidden. More gives more to learn from each text, and less to "
    "guess it by.",
    source="Devlin 2019, section 3.1: 15 %",
    section="task",
    default=0.15,
    minimum=0.01,
    maximum=0.6,
)
WHOLE_WORDS = SwitchField(
    name="whole_word_masking",
    label="Hide whole words",
    help="Words that consist of several pieces are hidden as a whole; it is harder, and nearer to meaning.",
    source="Devlin 2019 hides single pieces; its authors' later models hide whole words",
    section="task",
    default=False,
)

_BETWEEN = " · "


def match(table: Dataset, columns: Mapping[str, str], _settings: Settings) -> TaskRows:
    """Takes texts out of a table, a row for each."""
    return match_texts(table, columns, ROLES)


def build(base: BaseModel, _classes: Sequence[str], _options: HeadOptions, _settings: Settings) -> TaskModel:
    """Takes the network with its head for words; one that has none gets a new one."""
    return build_writing_model(base)


def encode(asked: Asked) -> list[EncodedRow]:
    """Turns texts into windows of at most ``max_length`` word pieces, with blanks where they are judged."""
    texts = cells(asked.rows, TEXT.id)
    longest, hiding, predicted = _longest(asked), _hiding(asked), predicted_parts(asked.rows)
    if asked.learns:
        return learned_windows(asked.tokenizer, texts, longest, hiding, predicted)
    typed = [number == 0 for number in usable_numbers(asked.rows)]
    return judged_windows(asked.tokenizer, texts, longest, hiding, typed, predicted)


def with_noise(asked: Asked, noise: Noise) -> NoisyRows:
    """Returns texts with noise around the words that are to be filled in: what is hidden is always clean.

    Of texts to learn from any word may be hidden that noise left alone; of texts to be judged the words
    are hidden that are hidden in them without noise, too.
    """
    if asked.learns:
        return noise_in_learned_texts(asked, noise, TEXT.id)
    texts = cells(asked.rows, TEXT.id)
    return noise_around(
        asked, noise, TEXT.id, judged_parts(asked.tokenizer, texts, _longest(asked), _hiding(asked))
    )


def _longest(asked: Asked) -> int:
    return int(asked.settings["max_length"])


def _hiding(asked: Asked) -> Hiding:
    return Hiding(float(asked.settings[SHARE.name]), bool(asked.settings[WHOLE_WORDS.name]))


def collate(tokenizer: PreTrainedTokenizerBase, rows: Sequence[EncodedRow], seeds: Iterable[int]) -> Batch:
    """Hides words of the rows that are learned from, and pads.

    Returns:
        ``input_ids`` and ``attention_mask``, ``(rows, tokens)``, and ``labels``: what stood at the
        hidden places; where that is not known of every row, ``places`` instead.
    """
    hidden = [
        hide(row, tokenizer, seed) if "words" in row else row for row, seed in zip(rows, seeds, strict=True)
    ]
    batch = padded(tokenizer, hidden, ("labels",))
    if "labels" not in batch:
        at = [row.get("places") or [int(label != IGNORED) for label in row["labels"]] for row in hidden]
        batch["places"] = pad_sequences(at, 0, left=tokenizer.padding_side == "left").bool()
    return batch


def say(model: TaskModel, output: ModelOutput, batch: Batch, _asked: Asked) -> list[Said]:
    """Keeps of each window how surprising the hidden pieces were, and the five likeliest for each."""
    return said_words(model, output, batch)


def score(asked: Asked, said: Sequence[Said]) -> dict[str, float]:
    """Returns perplexity and fill-in accuracy over all hidden pieces together."""
    return language_measures(evidence(asked, said))


def questions(asked: Asked) -> list[Prediction]:
    """Returns each text, as far as it is in its first window with a blank, and what stood there."""
    encoded = asked.encoded or encode(asked)
    windows, texts = _first_with_blanks(encoded, len(asked.rows)), cells(asked.rows, TEXT.id)
    return [
        Prediction(
            text=encoded[number]["text"] if number is not None else text,
            said="",
            probability=0.0,
            truth=_BETWEEN.join(encoded[number]["truth"]) if number is not None else "",
            true_spans=_spans(encoded[number], encoded[number]["truth"]) if number is not None else (),
            row=row,
        )
        for number, text, row in zip(windows, texts, usable_numbers(asked.rows), strict=True)
    ]


def answers(asked: Asked, said: Sequence[Said]) -> list[Prediction]:
    """Returns each text with its blanks filled in, and what else was likely for the first of them."""
    statistics = evidence(asked, said)
    windows = _first_with_blanks(asked.encoded, len(asked.rows))
    predictions = questions(asked)
    for row, number in enumerate(windows):
        if number is not None:
            predictions[row] = _filled_in(
                predictions[row], asked.encoded[number], said[number], asked.tokenizer, statistics[row]
            )
    return predictions


def _filled_in(
    question: Prediction,
    window: EncodedRow,
    filled: SaidWords,
    tokenizer: PreTrainedTokenizerBase,
    statistics: npt.NDArray[np.float64],
) -> Prediction:
    """Returns a question with the answer to it."""
    sizes = [int(pieces) for pieces, _, _ in window["blanks"]]
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    best = filled.top[:, 0].tolist()
    words = [_word(tokenizer, best[start : start + size]) for start, size in zip(starts, sizes, strict=True)]
    # Several pieces have no five words between them: the first blank of one piece tells most.
    first = next((start for start, size in zip(starts, sizes, strict=True) if size == 1), 0)
    shares = filled.shares[first].tolist()
    top = [_word(tokenizer, [piece]) for piece in filled.top[first].tolist()]
    return msgspec.structs.replace(
        question,
        said=_BETWEEN.join(words),
        probability=shares[0],
        probabilities=dict(zip(top, shares, strict=True)) if len(set(top)) == len(top) else {},
        spans=_spans(window, words),
        right=float(statistics[2] / statistics[1]) if question.truth and statistics[1] else None,
        alternatives=tuple(top[1:]),
        alternatives_to="" if len(sizes) == 1 else "the first blank" if first == 0 else "one of the blanks",
    )


def baselines(train: Asked, judged: Asked) -> tuple[Baseline, ...]:
    """Returns what knowing only how often each word piece comes reaches on the same blanks."""
    seen = [
        [piece for piece, word in zip(row["input_ids"], row["words"], strict=True) if word >= 0]
        for row in train.encoded
    ]
    hidden: list[list[int]] = [[] for _ in range(len(judged.rows))]
    for row in judged.encoded:
        hidden[row["example"]] += [label for label in row["labels"] if label != IGNORED]
    return (unigram_baseline(seen, hidden, len(judged.tokenizer)),)


def result(asked: Asked, said: Sequence[Said], baselines: Sequence[Baseline]) -> RunResult:
    """Returns what follows from what was said: perplexity and accuracy with intervals over the texts."""
    statistics = evidence(asked, said)
    hidden, right = (int(value) for value in statistics.sum(axis=0)[1:])
    whole = bool(asked.settings[WHOLE_WORDS.name])
    return language_result(
        statistics,
        baselines,
        outcomes=(
            Outcome(id="right", label="Filled in as it was", count=right, is_right=True),
            Outcome(id="other", label="Something else", count=hidden - right),
        ),
        outcomes_of="hidden word pieces",
        notes=(
            f"Over {counted(hidden, 'hidden word piece')} of {counted(len(statistics), 'test text')}; "
            f"{'whole words' if whole else 'single pieces'} were hidden, the same for each run and model "
            "with this tokenizer.",
        ),
    )


def is_task_of(model: ModelFacts) -> Answer:
    """Says whether a checkpoint was trained to fill in blanks, by the class that it names."""
    if model.architecture.endswith("ElectraForPreTraining"):
        return Answer.NO
    return is_trained_for(model, "ForMaskedLM", "ForPreTraining")


def staying(_model: ModelFacts, _settings: Settings) -> str:
    """Says what a checkpoint learns now that was trained for this before."""
    return "Same task, new language: it goes on filling in blanks."


def supports(model: ModelFacts) -> str:
    """Says why a model cannot fill in blanks."""
    if Network.MASKED_LM.value in model.networks:
        return ""
    return (
        f"{model.name} cannot fill in blanks: it was not made to see what comes before and after one. "
        "BERT, RoBERTa and DistilBERT were."
    )


def evidence(asked: Asked, said: Sequence[Said]) -> npt.NDArray[np.float64]:
    """Returns what each row adds: surprise, hidden pieces, right ones."""
    added = (
        (window["example"], one.surprise, len(one.right), sum(one.right))
        for window, one in zip(asked.encoded, said, strict=True)
        if "labels" in window  # where a person has put the blanks nobody knows what stood there
    )
    return statistics_of(len(asked.rows), added)


def _first_with_blanks(encoded: Sequence[EncodedRow], rows: int) -> list[int | None]:
    """Returns for each row the number of its first window that has a blank."""
    found: list[int | None] = [None] * rows
    for number, window in reversed([*enumerate(encoded)]):
        if window["blanks"]:
            found[window["example"]] = number
    return found


def _spans(window: EncodedRow, words: Sequence[str]) -> tuple[Span, ...]:
    """Returns where the blanks of a window are, each labelled with a word; none without words."""
    return tuple(
        Span(start=start, end=end, label=word)
        for (_, start, end), word in zip(window["blanks"], words, strict=False)
    )


def _word(tokenizer: PreTrainedTokenizerBase, pieces: Sequence[int]) -> str:
    """Returns word pieces as a person reads them."""
    text = str(tokenizer.decode(list(pieces))).strip()
    return text.removeprefix("##") or text


TASK = Task(
    id="masked_language_modelling",
    name="Fill in blanks",
    summary="learn the language of a field",
    icon="blank",
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
    recommends={"first_words": "Which words are missing from this text?"},
    supports=supports,
    teaching="to fill in blanks",
    staying=staying,
    input_roles=(TEXT.id,),
    with_noise=with_noise,
    restate=restate_blanks,
    network=Network.MASKED_LM,
    settings=(SHARE, WHOLE_WORDS),
    training=(
        recommended("epochs", 5, source="Gururangan 2020 reads small data 100 times; on a laptop fewer"),
        recommended(
            "learning_rate",
            3e-4,
            source="Measured on MiniLM, which learns it anew; Gururangan 2020 goes on with a RoBERTa at 1e-4",
        ),
    ),
    has_classes=False,
    makes_windows=True,
)
