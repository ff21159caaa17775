"""What each layer knows of a task: a small classifier on what every layer says (Alain & Bengio 2017).

The model reads each text once and stays as it is. For every layer, a linear classifier learns from the
training rows and is judged on the validation rows; the test rows are not looked at. Where a low layer is as
good as the best one, what lies above it has little to add that is there already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from engine.contracts import HeadKind, Objective, Pooling, TaskModel
from engine.errors import EngineError
from engine.evaluation import classification, multilabel, regression
from engine.evaluation.classification import confusion_counts
from engine.evaluation.intervals import scores_with_intervals
from engine.evaluation.multilabel import multilabel_scores, multilabel_statistics
from engine.evaluation.paired import difference, drawn_together
from engine.evaluation.regression import regression_scores
from engine.evaluation.resampling import RESAMPLES
from engine.models.heads import EncoderModel, pool
from engine.models.structure import EMBEDDINGS, block_id
from engine.padding import IGNORED
from engine.protocol import probe_words
from engine.protocol.events import StageReached
from engine.protocol.layer_probes import LayerProbe, LayersProbed
from engine.protocol.results import Score
from engine.row_measures import RowMeasure, Rows
from engine.training.batching import batches_to_judge
from engine.training.rows import EncodedPart
from engine.training.setup import TrainingSetup

Send = Callable[[StageReached], None]
Numbers = npt.NDArray[np.float64]

MOST_LEARNED, MOST_JUDGED = 2_000, 1_000
"""Rows at most, drawn by the run's seed."""
MOST_WORDS = 4_000
"""Words at most, where words have answers of their own."""
_STRENGTH = 0.1
"""Inverse regularisation on standardised features: enough for a hundred rows of some hundred numbers each."""


class _Reached(NamedTuple):
    """What a classifier on a layer reaches, and what each judged row adds to it, ``(rows, k)``."""

    score: Score
    rows: Rows


@dataclass(frozen=True)
class LayerReadings:
    """What the layers of a model say of texts or words.

    Attributes:
        layers: ``(items, width)`` each, lowest layer first.
        answers: ``(items,)`` classes or numbers, or ``(items, labels)`` where several hold.
    """

    layers: tuple[Numbers, ...]
    answers: Numbers


def probe_layers(setup: TrainingSetup, send: Send, trained: TaskModel | None = None) -> LayersProbed:
    """Finds out what each layer knows of the task of a run.

    Args:
        setup: The run: its rows, its task, its base model.
        send: Told after each batch and each layer. May raise to end it.
        trained: A model that a run has trained, to be looked at beside its base.

    Raises:
        EngineError: When the task has no answers that a layer could be asked for, or too few rows.
    """
    with torch.random.fork_rng(devices=[]):  # the head is not used; its numbers shall disturb nobody's
        base = setup.build_untouched().eval()
    if not isinstance(base, EncoderModel) or base.facts.objective is Objective.SPAN:
        raise EngineError(probe_words.nothing_to_probe(setup.task.name))
    model = setup.base.facts.name
    sides = [(base, model)] + ([(trained, "the trained model")] if isinstance(trained, EncoderModel) else [])
    reached: list[list[_Reached]] = []
    for side, name in sides:
        parts = [
            _part(setup, part, most) for part, most in (("train", MOST_LEARNED), ("validation", MOST_JUDGED))
        ]
        learned, judged = (_read(side, part, name, setup, send) for part in parts)
        if len(learned.answers) < 2 or not len(judged.answers):
            raise EngineError(probe_words.too_few_to_probe(len(learned.answers), len(judged.answers)))
        reached.append(_judge_layers(base.facts.objective, learned, judged, len(setup.classes), name, send))
    return _told(setup, base, reached, learned, judged)


def _part(setup: TrainingSetup, name: str, most: int) -> EncodedPart:
    """Returns some rows of a part, the same each time."""
    part = EncodedPart(setup.task, setup.asked[name], setup.device, setup.run.seed)
    rows = len(part.windows)
    if rows <= most:
        return part
    chosen = np.random.default_rng([setup.run.seed, rows]).permutation(rows)[:most]
    return part.of_rows(sorted(int(row) for row in chosen))


@torch.no_grad()
def _read(
    model: EncoderModel, part: EncodedPart, name: str, setup: TrainingSetup, send: Send
) -> LayerReadings:
    """Lets a model read rows once, and keeps what every layer says of them."""
    layers: list[list[torch.Tensor]] = []
    answers: list[torch.Tensor] = []
    label, done = f"{name[:1].upper()}{name[1:]} reads {len(part):,} {setup.task.unit}", 0
    for numbers in batches_to_judge(part.lengths):
        batch = part.batch(numbers)
        known = batch["labels"] != IGNORED if not batch["labels"].is_floating_point() else ...
        answers.append(batch["labels"][known].cpu())
        states = model.states(batch)
        layers = layers or [[] for _ in states]
        for own, state in zip(layers, states, strict=True):
            said = state
            if model.facts.kind is not HeadKind.WORD_PIECES:
                said = pool(state, batch["attention_mask"], Pooling(model.facts.pooling))
            own.append(said[known].float().cpu())
        done += len(numbers)
        send(StageReached(stage="computing_features", label=label, done=done, total=len(part)))
    given = torch.cat(answers).double().numpy() if answers else np.zeros(0)
    chosen = np.arange(len(given))
    if len(given) > MOST_WORDS:
        chance = np.random.default_rng([setup.run.seed, 1])
        chosen = np.sort(chance.permutation(len(given))[:MOST_WORDS])
    return LayerReadings(tuple(torch.cat(own).double().numpy()[chosen] for own in layers), given[chosen])


def _judge_layers(
    objective: Objective, learned: LayerReadings, judged: LayerReadings, classes: int, name: str, send: Send
) -> list[_Reached]:
    """Returns what a classifier on each layer reaches, with its interval over the judged rows."""
    scores = []
    for number, (own, others) in enumerate(zip(learned.layers, judged.layers, strict=True)):
        total = len(learned.layers)
        send(StageReached(stage="probing", label=f"Asking each layer of {name}", done=number, total=total))
        middle, spread = own.mean(axis=0), np.maximum(own.std(axis=0), 1e-9)
        even = (own - middle) / spread, (others - middle) / spread
        scores.append(_MEASURES[objective](*even, learned.answers, judged.answers, classes))
    return scores


def _one_class(learned: Numbers, judged: Numbers, given: Numbers, truth: Numbers, classes: int) -> _Reached:
    from engine.evaluation.linear_classifier import logits_of  # not at the engine's start: it takes a while

    kinds, own = np.unique(given.astype(np.int64), return_inverse=True)
    if len(kinds) < 2:
        said = np.full(len(truth), kinds[0])
    elif len(kinds) == 2:
        said = kinds[_held(learned, judged, own[:, None].astype(float))[:, 0]]
    else:
        logits = logits_of(learned, judged, np.eye(len(kinds))[own], _STRENGTH, one_of=True)
        said = kinds[logits.argmax(axis=1)]
    right = truth.astype(np.int64)
    confusion = confusion_counts(right.tolist(), said.tolist(), classes)
    return _Reached(
        scores_with_intervals(confusion)["macro_f1"], np.stack([right, said], axis=1).astype(float)
    )


def _held(learned: Numbers, judged: Numbers, given: Numbers) -> npt.NDArray[np.int64]:
    """Returns which of some classes hold for judged rows, each asked on its own, ``(judged, classes)``."""
    from engine.evaluation.linear_classifier import logits_of  # as above

    said: npt.NDArray[np.int64] = (logits_of(learned, judged, given, _STRENGTH, one_of=False) > 0).astype(
        np.int64
    )
    return said


def _any_classes(
    learned: Numbers, judged: Numbers, given: Numbers, truth: Numbers, _classes: int
) -> _Reached:
    said = np.repeat(
        given[:1].astype(np.int64), len(truth), axis=0
    )  # as it always was, where it never was other
    differ = (given != given[:1]).any(axis=0)
    if differ.any():
        said[:, differ] = _held(learned, judged, given[:, differ])
    right = truth.astype(np.int64)
    added = multilabel_statistics(right, said).astype(float)
    return _Reached(multilabel_scores(right, said)["macro_f1"], added)


def _number(learned: Numbers, judged: Numbers, given: Numbers, truth: Numbers, _classes: int) -> _Reached:
    from sklearn.linear_model import Ridge  # not at the engine's start: it takes a second

    said = Ridge(alpha=1 / _STRENGTH).fit(learned, given).predict(judged)
    score = regression_scores(truth.tolist(), said.tolist())["spearman"]
    return _Reached(score, np.stack([truth, said], axis=1))


_MEASURES: dict[Objective, Callable[[Numbers, Numbers, Numbers, Numbers, int], _Reached]] = {
    Objective.ONE_CLASS: _one_class,
    Objective.ANY_CLASSES: _any_classes,
    Objective.NUMBER: _number,
}
_OF_ROWS: dict[Objective, tuple[RowMeasure, float | None]] = {
    Objective.ONE_CLASS: (classification.ROW_MEASURES.of["macro_f1"], 1.0),
    Objective.ANY_CLASSES: (lambda rows, weights: multilabel.MEASURES["macro_f1"](weights @ rows), 1.0),
    Objective.NUMBER: (regression.ROW_MEASURES["spearman"], None),
}
"""How the measure follows from what each judged row adds, and its value where every row is right."""
_NAMES = {
    Objective.ONE_CLASS: "macro F1",
    Objective.ANY_CLASSES: "macro F1",
    Objective.NUMBER: "Spearman's correlation",
}


def _told(
    setup: TrainingSetup,
    base: EncoderModel,
    reached: Sequence[Sequence[_Reached]],
    learned: LayerReadings,
    judged: LayerReadings,
) -> LayersProbed:
    last = len(learned.layers) - 1
    ids = [EMBEDDINGS, *(block_id(number) for number in range(1, last + 1))]
    labels = ["Word embeddings", *(f"Block {number}" for number in range(1, last + 1))]
    layers = tuple(
        LayerProbe(
            layer=ids[place],
            label=labels[place],
            score=own.score,
            after=reached[1][place].score if reached[1:] else None,
        )
        for place, own in enumerate(reached[0])
    )
    objective, name = base.facts.objective, setup.base.facts.name
    enough = layers[lowest_that_is_enough(objective, [one.rows for one in reached[0]])]
    always = _always(objective, learned, judged, len(setup.classes))
    return LayersProbed(
        layers=layers,
        measure=_NAMES[objective],
        model=name,
        learned=len(learned.answers),
        judged=len(judged.answers),
        counted="words" if base.facts.kind is HeadKind.WORD_PIECES else setup.task.unit,
        always=always,
        enough=enough.layer,
        finding=probe_words.finding(layers, enough, _NAMES[objective], always),
    )


def _always(objective: Objective, learned: LayerReadings, judged: LayerReadings, classes: int) -> float:
    """Returns what is reached by looking at no text: a classifier on nothing but one constant number."""
    nothing, as_little = (np.ones((len(one.answers), 1)) for one in (learned, judged))
    return _MEASURES[objective](nothing, as_little, learned.answers, judged.answers, classes).score.value


def lowest_that_is_enough(objective: Objective, tables: Sequence[Rows]) -> int:
    """Returns the place of the lowest layer that is not surely worse than the best one.

    All layers were judged on the same rows. So it is asked whether their *difference* is one: what is easy
    and what is hard in the rows is the same for both, and the interval of a difference is narrower than that
    of either score.

    Args:
        objective: What the classifiers were asked.
        tables: Of each layer what each judged row adds, lowest layer first.
    """
    measure, perfect = _OF_ROWS[objective]
    whole = np.ones((1, len(tables[0])))
    best = int(np.argmax([float(measure(table, whole)[0]) for table in tables]))
    drawn = drawn_together(tables, measure, RESAMPLES)
    for place, table in enumerate(tables):
        apart = difference((tables[best], table), measure, (drawn[best], drawn[place]), perfect)
        if not apart.is_clear:
            return place
    return best
