"""Answering questions: windows and their answers, the threshold of silence, scores by hand, odd texts."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from datasets import Dataset
from transformers import PreTrainedTokenizerBase

from engine.contracts import Asked, BaseModel, HeadOptions, TaskModel
from engine.evaluation.answer_spans import Candidates
from engine.models.layers import read_stack
from engine.models.load import load_base
from engine.models.token_heads import NULL_THRESHOLD
from engine.protocol.results import Span
from engine.tasks.question_answering import TASK
from tests.engine.tasks.reading_models import save_decoder

NEVER = math.inf


def rows(*questions: tuple[str, str, list[str]]) -> Dataset:
    """Returns questions, passages and right answers as rows from 1, each answer where it stands first."""
    cells = [
        json.dumps([{"text": text, "answer_start": passage.index(text)} for text in right])
        for _, passage, right in questions
    ]
    return Dataset.from_dict(
        {
            "question": [question for question, _, _ in questions],
            "context": [passage for _, passage, _ in questions],
            "answers": cells,
            "row": list(range(1, len(questions) + 1)),
        }
    )


def asked(table: Dataset, tokenizer: PreTrainedTokenizerBase, max_length: int = 32) -> Asked:
    """Returns rows as they are put to a model."""
    plain = Asked(table, (), {"max_length": max_length, "stride": 8}, tokenizer)
    return replace(plain, encoded=TASK.encode(plain))


def said(asked: Asked, *answers: str, null: float = 0.0, threshold: float = 0.0) -> list[Candidates]:
    """Returns what a model says that finds each row's answer in the windows that hold it; empty for none."""
    found = []
    for row in asked.encoded:
        passage, text = asked.rows["context"][row["example"]], answers[row["example"]]
        start = passage.index(text) if text else -1
        places = torch.frombuffer(bytearray(row["places"]), dtype=torch.int32).reshape(-1, 2).tolist()
        first = [piece for piece, place in enumerate(places) if place[0] == start < place[1]]
        last = [piece for piece, place in enumerate(places) if place[1] == start + len(text) > place[0]]
        if text and first and last:
            found.append(Candidates((9.0,), (first[0],), (last[0],), null, threshold))
        else:
            found.append(Candidates((), (), (), 5.0, threshold))
    return found


def test_the_answer_is_from_its_first_to_its_last_piece(small_tokenizer: PreTrainedTokenizerBase) -> None:
    passage = "the zoo was very cold today"
    part = asked(rows(("was it", passage, ["zoo was"]), ("was it", passage, [])), small_tokenizer)
    first, second = part.encoded
    pieces = small_tokenizer.convert_ids_to_tokens(first["input_ids"])
    assert pieces[:9] == ["[CLS]", "was", "i", "##t", "[SEP]", "the", "z", "##o", "##o"]
    assert (first["start_positions"], first["end_positions"]) == (6, 9)
    assert (second["start_positions"], second["end_positions"], second["null_places"]) == (0, 0, 0)
    assert first["answerable"] == [0] * 5 + [1] * (len(pieces) - 6) + [0]
    batch = TASK.collate(small_tokenizer, part.encoded, (0, 0))
    assert batch["start_positions"].tolist() == [6, 0]
    assert batch["null_places"].tolist() == [0, 0]
    assert batch["answerable"].shape == batch["input_ids"].shape


def test_only_the_windows_that_hold_the_whole_answer_learn_it(
    small_tokenizer: PreTrainedTokenizerBase,
) -> None:
    passage = " ".join(["the", "day", "was", "a"] * 10) + " happy train " + " ".join(["my", "cat"] * 10)
    part = asked(rows(("was it", "a day", ["day"]), ("was it", passage, ["happy train"])), small_tokenizer)
    assert len(part.encoded) > 3
    for row in part.encoded[1:]:
        words = small_tokenizer.convert_ids_to_tokens(row["input_ids"])
        start, end = row["start_positions"], row["end_positions"]
        if "happy" in words and "train" in words:
            assert words[start : end + 1] == ["happy", "train"]
        else:
            assert (start, end) == (0, 0)
    assert any(row["start_positions"] for row in part.encoded[1:])
    (_, answer) = TASK.answers(part, said(part, "day", "happy train"))
    assert (answer.said, answer.right) == ("happy train", 1.0)
    assert answer.text[answer.spans[0].start : answer.spans[0].end] == "happy train"


def test_answers_carry_passage_question_and_places(small_tokenizer: PreTrainedTokenizerBase) -> None:
    part = asked(
        rows(
            ("where", "Anna saw the old zoo", ["the old zoo", "zoo"]),
            ("where", "Anna saw", []),
            ("who", "Anna saw", ["Anna"]),
        ),
        small_tokenizer,
    )
    first, second, third = TASK.answers(part, said(part, "old zoo", "saw", "", null=-2.0))
    assert (first.text, first.second, first.row) == ("Anna saw the old zoo", "where", 1)
    assert (first.said, first.truth) == ("old zoo", "the old zoo")
    assert first.spans == (Span(start=13, end=20),)
    assert first.true_spans == (Span(start=9, end=20), Span(start=17, end=20))
    assert first.right == 1.0  # an article is left aside
    assert first.alternatives == ("no answer",)
    assert first.probability == pytest.approx(1 / (1 + math.exp(-11)))
    assert (second.said, second.truth, second.right, second.true_spans) == ("saw", "no answer", 0.0, ())
    assert (third.said, third.right, third.spans) == ("no answer", 0.0, ())


def test_scores_and_outcomes_by_hand(small_tokenizer: PreTrainedTokenizerBase) -> None:
    passage = "Anna saw the old zoo"
    part = asked(
        rows(
            ("a", passage, ["old zoo"]),
            ("b", passage, ["old zoo"]),
            ("c", passage, ["Anna"]),
            ("d", passage, ["Anna"]),
            ("e", passage, []),
            ("f", passage, []),
        ),
        small_tokenizer,
    )
    answers = said(part, "the old zoo", "zoo", "saw", "", "", "zoo", null=1.0)
    scores = TASK.score(part, answers)
    assert scores == pytest.approx(
        {
            "f1": (1 + 2 / 3 + 0 + 0 + 1 + 0) / 6,
            "exact_match": 2 / 6,
            "answered_f1": (1 + 2 / 3) / 4,
            "no_answer_accuracy": 1 / 2,
        }
    )
    assert list(scores) == [metric.id for metric in TASK.metrics]
    result = TASK.result(part, answers, ())
    assert [(one.id, one.count, one.is_right) for one in result.outcomes] == [
        ("exact", 2, True),
        ("partly", 1, False),
        ("wrong", 1, False),
        ("wrongly_unanswered", 1, False),
        ("wrongly_answered", 1, False),
    ]
    assert (result.outcomes_of, result.rows, result.wrong) == ("questions", 6, 4)
    assert {metric: score.value for metric, score in result.scores.items()} == pytest.approx(scores)
    assert result.notes[0].startswith('How readily it says "no answer" was set after training, ')
    assert "by more than 0.00" in result.notes[2]
    only = asked(rows(("a", passage, ["zoo"])), small_tokenizer)
    assert set(TASK.score(only, said(only, "zoo", threshold=NEVER))) == {"f1", "exact_match"}
    assert "one is always given" in TASK.result(only, said(only, "zoo", threshold=NEVER), ()).notes[1]


@pytest.fixture
def model(small_bert: Path) -> TaskModel:
    """Returns an untrained model."""
    return TASK.build(load_base(str(small_bert)), (), HeadOptions(), {}).eval()


def threshold(model: TaskModel) -> float:
    """Returns how much surer a model must be of silence."""
    return float(model.head.get_buffer(NULL_THRESHOLD))


def test_a_model_is_silent_only_if_it_has_seen_questions_without_an_answer(
    model: TaskModel, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    answered = asked(rows(("a", "my cat", ["cat"])), small_tokenizer)
    TASK.begin(model, answered)
    assert threshold(model) == NEVER
    TASK.begin(model, asked(rows(("a", "my cat", ["cat"]), ("b", "my cat", [])), small_tokenizer))
    assert threshold(model) == 0.0
    TASK.settle(model, answered, said(answered, "cat"))  # no row says when to be silent
    assert threshold(model) == 0.0


def test_the_threshold_is_chosen_on_validation_rows_and_used_for_others(
    model: TaskModel, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    assert TASK.settle is not None
    validation = asked(
        rows(("a", "my cat", ["cat"]), ("b", "my house", []), ("c", "my train", ["train"])), small_tokenizer
    )
    # Differences: -7.6, 0.3 and 0.1. Answering up to 0.1 is right about all.
    answers = [
        one._replace(null=null)
        for one, null in zip(said(validation, "cat", "house", "train"), (1.4, 9.3, 9.1), strict=True)
    ]
    assert TASK.score(validation, answers)["f1"] == pytest.approx(2 / 3)
    TASK.settle(model, validation, answers)
    chosen = threshold(model)
    assert chosen == pytest.approx(0.1, abs=1e-6)
    again = [one._replace(threshold=chosen) for one in answers]
    assert TASK.score(validation, again)["f1"] == 1.0


def test_what_is_kept_of_a_batch_has_the_models_threshold(
    model: TaskModel, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    part = asked(rows(("was it", "my cat", ["cat"]), ("was it", "a very cold day", [])), small_tokenizer)
    model.head.get_buffer(NULL_THRESHOLD).fill_(1.5)
    batch = TASK.collate(small_tokenizer, part.encoded, (0, 0))
    with torch.no_grad():
        output = model(batch)
    kept = TASK.say(model, output, batch, part)
    assert [one.threshold for one in kept] == [1.5, 1.5]
    assert kept[0].null == pytest.approx(float(output.logits[0, 0].sum()), abs=1e-6)
    assert len(kept[0].scores) == 3
    starts, ends = (
        output.logits[..., side].masked_fill(batch["attention_mask"] == 0, -1e4) for side in (0, 1)
    )
    entropy = torch.nn.functional.cross_entropy
    expected = (entropy(starts, batch["start_positions"]) + entropy(ends, batch["end_positions"])) / 2
    assert output.loss is not None
    assert output.loss.item() == pytest.approx(expected.item(), abs=1e-6)


def test_typed_questions_need_no_answer_and_survive_a_missing_passage(
    model: TaskModel, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    for table in (
        Dataset.from_dict({"question": ["was it", ""], "context": ["my cat", ""], "row": [0, 0]}),
        Dataset.from_dict({"question": ["was it"], "row": [0]}),
    ):
        part = asked(table, small_tokenizer)
        batch = TASK.collate(small_tokenizer, part.encoded, [0] * len(part.encoded))
        assert "start_positions" not in batch
        with torch.no_grad():
            output = model(batch)
        assert output.loss is None
        *_, last = TASK.answers(part, TASK.say(model, output, batch, part))
        assert (last.said, last.text, last.truth, last.right) == ("no answer", "", "", None)


def test_baselines_know_the_passages(small_tokenizer: PreTrainedTokenizerBase) -> None:
    train = asked(rows(("a", "my cat", ["cat"])), small_tokenizer)
    judged = asked(rows(("who saw a zoo", "Anna saw a zoo", ["Anna"]), ("b", "my cat", [])), small_tokenizer)
    silent, overlap = TASK.baselines(train, judged)
    assert (silent.id, silent.wrong) == ("no_answer", 1)
    assert overlap.scores["answered_f1"].value == 1.0


@pytest.mark.parametrize("kind", ["bert", "gpt2"])
def test_padding_changes_no_answer(kind: str, small_bert: Path, tmp_path: Path) -> None:
    base = load_base(str(small_bert if kind == "bert" else save_decoder(tmp_path / "model")))
    model = TASK.build(base, (), HeadOptions(), {}).eval()
    part = asked(rows(("a", "my cat", ["cat"]), ("b", "a very cold day", [])), base.tokenizer)
    with torch.no_grad():
        batch, alone = (
            TASK.collate(base.tokenizer, some, [0] * len(some)) for some in (part.encoded, part.encoded[:1])
        )
        together, single = (TASK.say(model, model(some), some, part)[0] for some in (batch, alone))
    assert together.scores == pytest.approx(single.scores, abs=1e-6)
    assert (together.starts, together.ends) == (single.starts, single.ends)
    assert together.null == pytest.approx(single.null, abs=1e-6)
    if kind == "gpt2":  # the last piece is the only one that sees the question and the passage
        ids = part.encoded[0]["input_ids"]
        assert part.encoded[0]["null_places"] == len(ids) - 1
        assert base.tokenizer.decode(ids) == "a\nmy cat<end>"
        assert part.encoded[1]["start_positions"] == len(part.encoded[1]["input_ids"]) - 1


def test_the_stack_says_what_comes_out(small_base_model: BaseModel) -> None:
    import copy

    base = replace(small_base_model, network=copy.deepcopy(small_base_model.network))
    stack = read_stack(TASK.build(base, (), HeadOptions(), {}), base, ())
    assert stack.outputs == ("start", "end")
    assert stack.layers[-1].detail == "32 numbers → start and end of the answer"
