"""Marking words: labels on first pieces, windows, parts out of tags, scores by hand, odd texts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from datasets import Dataset
from transformers import PreTrainedTokenizerBase

from engine.contracts import Asked, BaseModel, HeadOptions, HeadShape
from engine.models.load import load_base, with_own_tokenizer
from engine.padding import IGNORED
from engine.protocol.results import Span
from engine.protocol.stack import Answer, ModelFacts
from engine.tasks.token_classification import TASK, WordTags
from tests.engine.tasks.reading_models import save_decoder

CLASSES = ("O", "B-PER", "I-PER", "B-LOC")
NONE, B_PER, I_PER, B_LOC = range(4)


def rows(*sentences: tuple[str, str]) -> Dataset:
    """Returns words and tags, with spaces between them, as rows from 1."""
    return Dataset.from_dict(
        {
            "tokens": [json.dumps(words.split()) for words, _ in sentences],
            "tags": [json.dumps(tags.split()) for _, tags in sentences],
            "row": list(range(1, len(sentences) + 1)),
        }
    )


def typed(*texts: str) -> Dataset:
    """Returns typed texts."""
    return Dataset.from_dict({"tokens": list(texts), "row": [0] * len(texts)})


def asked(table: Dataset, tokenizer: PreTrainedTokenizerBase, max_length: int = 64) -> Asked:
    """Returns rows as they are put to a model."""
    plain = Asked(table, CLASSES, {"max_length": max_length}, tokenizer)
    return replace(plain, encoded=TASK.encode(plain))


def said(asked: Asked, tags: list[list[int]], share: float = 0.5) -> list[WordTags]:
    """Returns tags for the words of each row, as if a model had said so."""
    return [
        WordTags([tags[row["example"]][word] for word in row["words"]], [share] * len(row["words"]))
        for row in asked.encoded
    ]


def test_a_tag_stands_at_the_first_piece_of_its_word(small_tokenizer: PreTrainedTokenizerBase) -> None:
    part = asked(rows(("Zoe saw happy", "B-PER O B-LOC"), ("a", "I-LOC")), small_tokenizer)
    first, second = part.encoded
    pieces = small_tokenizer.convert_ids_to_tokens(first["input_ids"])
    assert pieces == ["[CLS]", "z", "##o", "##e", "s", "##a", "##w", "happy", "[SEP]"]
    ignored = [IGNORED] * 2
    assert first["labels"] == [IGNORED, B_PER, *ignored, NONE, *ignored, B_LOC, IGNORED]
    assert first["answered"] == [0, 1, 0, 0, 1, 0, 0, 1, 0]
    assert first["words"] == [0, 1, 2]
    assert second["labels"] == [IGNORED] * 3  # a tag that is no class is not learned
    batch = TASK.collate(small_tokenizer, part.encoded, (0, 0))
    assert batch["labels"][1].tolist() == [IGNORED] * 9
    assert batch["answered"][1].tolist() == [0, 1] + [0] * 7
    assert batch["attention_mask"][1].tolist() == [1, 1, 1] + [0] * 6


def test_padding_stands_on_the_right_whatever_the_tokenizer_says(
    small_base_model: BaseModel,
) -> None:
    tokenizer = with_own_tokenizer(small_base_model).tokenizer
    tokenizer.padding_side = "left"
    part = asked(typed("happy day", "a"), tokenizer)
    assert TASK.collate(tokenizer, part.encoded, (0, 0))["attention_mask"].tolist() == [[1] * 4, [1, 1, 1, 0]]


def test_a_long_sentence_is_answered_whole(small_tokenizer: PreTrainedTokenizerBase) -> None:
    words = " ".join(["happy", "the", "train"] * 12)
    tags = " ".join(["B-LOC", "O", "O"] * 12)
    part = asked(rows(("a day", "O O"), (words, tags)), small_tokenizer, 16)
    assert [row["example"] for row in part.encoded] == [0, 1, 1, 1, 1]
    assert max(len(row["input_ids"]) for row in part.encoded) == 16
    assert sorted(word for row in part.encoded[1:] for word in row["words"]) == list(range(36))
    learned = [label for row in part.encoded for label in row["labels"] if label != IGNORED]
    assert (learned.count(B_LOC), learned.count(NONE)) == (12, 26)
    truth = [[0, 0], [B_LOC, NONE, NONE] * 12]
    (_, answer) = TASK.answers(part, said(part, truth))
    assert len(answer.spans) == 12
    assert answer.right == 1.0
    assert TASK.score(part, said(part, truth))["entity_f1"] == 1.0


def test_answers_carry_the_parts_with_their_places(small_tokenizer: PreTrainedTokenizerBase) -> None:
    part = asked(rows(("Anna Meyer saw Ulm", "B-PER I-PER O B-LOC")), small_tokenizer)
    (answer,) = TASK.answers(part, said(part, [[B_PER, I_PER, NONE, B_PER]], 0.75))
    assert (answer.text, answer.row) == ("Anna Meyer saw Ulm", 1)
    assert answer.said == "Anna Meyer (PER), Ulm (PER)"
    assert answer.truth == "Anna Meyer (PER), Ulm (LOC)"
    assert answer.spans == (Span(start=0, end=10, label="PER"), Span(start=15, end=18, label="PER"))
    assert answer.true_spans == (Span(start=0, end=10, label="PER"), Span(start=15, end=18, label="LOC"))
    assert answer.probability == 0.75
    assert answer.right == 0.5
    assert not answer.is_right


def test_a_part_that_goes_on_without_a_beginning_begins(small_tokenizer: PreTrainedTokenizerBase) -> None:
    part = asked(rows(("Anna Meyer", "B-PER I-PER")), small_tokenizer)
    (answer,) = TASK.answers(part, said(part, [[I_PER, I_PER]]))
    assert answer.said == "Anna Meyer (PER)"
    assert answer.is_right


def test_nothing_there_and_nothing_marked_is_right(small_tokenizer: PreTrainedTokenizerBase) -> None:
    part = asked(rows(("the day", "O O")), small_tokenizer)
    (right,) = TASK.answers(part, said(part, [[NONE, NONE]]))
    (wrong,) = TASK.answers(part, said(part, [[NONE, B_LOC]]))
    assert (right.said, right.truth, right.right) == ("nothing marked", "nothing marked", 1.0)
    assert wrong.right == 0.0


def test_a_typed_text_keeps_its_letters_and_its_places(small_tokenizer: PreTrainedTokenizerBase) -> None:
    part = asked(typed("I saw (Anna),  happy.", ""), small_tokenizer)
    assert [row["words"] for row in part.encoded] == [[0, 1, 2, 3, 4, 5, 6], []]
    assert "labels" not in part.encoded[0]
    numbers = [[NONE, NONE, B_LOC, B_PER, I_PER, B_LOC, NONE], []]
    answer, blank = TASK.answers(part, said(part, numbers))
    assert answer.text == "I saw (Anna),  happy."
    assert answer.said == "Anna (PER), happy (LOC)"
    assert [answer.text[span.start : span.end] for span in answer.spans] == ["Anna", "happy"]
    assert (answer.truth, answer.row, answer.right) == ("", 0, None)
    assert (blank.said, blank.probability) == ("nothing marked", 0.0)


def test_scores_and_outcomes_by_hand(small_tokenizer: PreTrainedTokenizerBase) -> None:
    part = asked(
        rows(
            ("Anna Meyer saw Ulm", "B-PER I-PER O B-LOC"),
            ("Eva saw Bonn", "B-PER O B-LOC"),
            ("the day", "O O"),
        ),
        small_tokenizer,
    )
    # Right: Eva. Wrong border: Anna. Wrong type: Ulm. Missed: Bonn. Invented: day.
    answers = said(part, [[B_PER, NONE, NONE, B_PER], [B_PER, NONE, NONE], [NONE, B_LOC]])
    scores = TASK.score(part, answers)
    assert scores == pytest.approx(
        {
            "entity_f1": 2 * 1 / (4 + 4),
            "entity_precision": 1 / 4,
            "entity_recall": 1 / 4,
            "token_accuracy": 5 / 9,
        }
    )
    assert list(scores) == [metric.id for metric in TASK.metrics]
    result = TASK.result(part, answers, ())
    assert {metric: score.value for metric, score in result.scores.items()} == pytest.approx(scores)
    assert [(one.id, one.count, one.is_right) for one in result.outcomes] == [
        ("right", 1, True),
        ("wrong_type", 1, False),
        ("wrong_border", 1, False),
        ("missed", 1, False),
        ("invented", 1, False),
    ]
    assert (result.outcomes_of, result.metric, result.rows, result.wrong) == ("entities", "entity_f1", 3, 3)
    assert (result.classes, result.confusion) == (("PER", "LOC"), ())
    assert [(one.name, one.support, one.recall) for one in result.class_scores] == [
        ("LOC", 2, 0.0),
        ("PER", 2, 0.5),
    ]


def test_the_baseline_gives_each_word_its_usual_tag(small_tokenizer: PreTrainedTokenizerBase) -> None:
    train = asked(rows(("Anna saw Ulm", "B-PER O B-LOC"), ("Ulm", "B-LOC")), small_tokenizer)
    (baseline,) = TASK.baselines(train, asked(rows(("Ulm saw Eva", "B-LOC O B-PER")), small_tokenizer))
    assert (baseline.id, baseline.wrong) == ("usual_tag", 1)
    assert baseline.scores["entity_recall"].value == 0.5
    assert set(baseline.scores) == {metric.id for metric in TASK.metrics}


@pytest.mark.parametrize("shape", [HeadShape.LINEAR, HeadShape.BILSTM])
@pytest.mark.parametrize("kind", ["bert", "gpt2"])
def test_padding_changes_no_answer(kind: str, shape: HeadShape, small_bert: Path, tmp_path: Path) -> None:
    base = load_base(str(small_bert if kind == "bert" else save_decoder(tmp_path / "model")))
    model = TASK.build(base, CLASSES, HeadOptions(shape=shape), {}).eval()
    part = asked(rows(("a day", "O B-LOC"), ("the very happy cat was cold", "O O O O O O")), base.tokenizer)
    short, long = part.encoded
    with torch.no_grad():
        batch, alone = (
            TASK.collate(base.tokenizer, some, [0] * len(some)) for some in ([short, long], [short])
        )
        together, single = model(batch), model(alone)
    own = len(short["input_ids"])
    assert torch.allclose(together.logits[0, :own], single.logits[0], atol=1e-6)
    assert together.loss is not None
    two, one = (TASK.say(model, output, some, part) for output, some in ((together, batch), (single, alone)))
    assert two[0].tags == one[0].tags
    assert two[0].shares == pytest.approx(one[0].shares, abs=1e-6)
    assert len(two[1].tags) == 6
    expected = torch.nn.functional.cross_entropy(together.logits.flatten(0, 1), batch["labels"].flatten())
    assert together.loss.item() == pytest.approx(expected.item(), abs=1e-6)
    assert model.loss_weight(batch) == 8.0


def test_models_that_cannot_do_it_are_refused_with_the_reason() -> None:
    facts = ModelFacts(
        source="x", name="Tee", architecture="T5Model", family="t5", blocks=1, width=1, vocabulary=1,
        parameters=1, max_length=1, networks=("encoder", "seq2seq_lm"),
    )  # fmt: skip
    assert TASK.supports(facts).startswith("Tee is an encoder with a decoder")
    import msgspec

    reader = msgspec.structs.replace(facts, networks=("encoder", "masked_lm"))
    assert TASK.supports(reader) == ""
    slow = msgspec.structs.replace(reader, has_places=False)
    assert "tokenizer of Tee does not say which letters" in TASK.supports(slow)
    tagger = msgspec.structs.replace(reader, architecture="BertForTokenClassification")
    assert TASK.is_task_of(tagger) is Answer.YES
    assert TASK.is_task_of(msgspec.structs.replace(reader, architecture="BertForMaskedLM")) is Answer.NO
