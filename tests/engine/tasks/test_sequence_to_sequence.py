"""Turning one text into another: how pairs become batches and what was written becomes a result."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import msgspec
import pytest
import sacrebleu
import torch
from datasets import Dataset
from torch.nn import functional

from engine.contracts import Asked, BaseModel, HeadOptions
from engine.data.noise_settings import noise_of
from engine.evaluation.translation import Written
from engine.models.layers import read_stack
from engine.models.load import load_base
from engine.models.prepare import build
from engine.models.verdict import judge
from engine.models.writing import WritingModel
from engine.padding import IGNORED
from engine.protocol.fields import SettingValue, TextField, why_not
from engine.protocol.problems import Severity
from engine.protocol.stack import Answer, ModelFacts
from engine.registry import fields, fill_settings, method, task
from engine.training.noise_lab import SHARES, TrialLeftOutError, tried_rows, with_noise_points
from engine.training.noisy_parts import surviving
from engine.training.rows import EncodedPart
from engine.training.watching import typed_rows
from tests.small_models import NUMBERS

TASK = task("sequence_to_sequence")
SOURCES = ["one two three", "four", "five six"]
TARGETS = ["un deux trois", "quatre", "cinq six"]


def asked_of(
    base: BaseModel, sources: Sequence[str], targets: Sequence[str] | None = None, **given: SettingValue
) -> Asked:
    """Returns rows as they are put to a model."""
    settings, problems = fill_settings(method("full_fine_tuning"), TASK.id, given, base.facts)
    assert problems == []
    rows = typed_rows(TASK, sources)
    if targets is not None:
        columns = {"source": list(sources), "target": list(targets), "row": list(range(1, len(sources) + 1))}
        rows = Dataset.from_dict(columns)
    asked = Asked(rows, (), settings, base.tokenizer)
    return dataclasses.replace(asked, encoded=TASK.encode(asked))


def model_of(base: BaseModel, asked: Asked) -> WritingModel:
    """Returns the base's own network as a run would train it, in eval mode."""
    model = build(base, TASK, method("full_fine_tuning"), asked.settings, ())
    assert isinstance(model, WritingModel)
    return model.eval()


def facts_of(architecture: str, learned: str = "", **more: object) -> ModelFacts:
    plain = ModelFacts(
        source="x", name="Xy", architecture=architecture, family="x", blocks=1, width=1, vocabulary=1,
        parameters=1, max_length=512, learned=learned,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **more)


def test_pairs_become_batches_with_the_end_of_each_text(marian: BaseModel) -> None:
    asked = asked_of(marian, SOURCES, TARGETS)
    tokenizer = marian.tokenizer
    assert [tokenizer.decode(row["input_ids"]) for row in asked.encoded] == [f"{one}</s>" for one in SOURCES]
    assert [tokenizer.decode(row["labels"]) for row in asked.encoded] == [f"{one}</s>" for one in TARGETS]
    assert [row["length"] for row in asked.encoded] == [
        max(len(row["input_ids"]), len(row["labels"])) for row in asked.encoded
    ]
    batch = TASK.collate(tokenizer, asked.encoded, (0, 0, 0))
    read, written = (
        [len(row["input_ids"]) for row in asked.encoded],
        [len(row["labels"]) for row in asked.encoded],
    )
    assert batch["input_ids"].shape == (3, max(read))
    assert batch["attention_mask"].sum(1).tolist() == read
    assert (batch["labels"] != IGNORED).sum(1).tolist() == written
    assert batch["labels"][1, written[1] :].tolist() == [IGNORED] * (max(written) - written[1])


def test_what_is_too_long_is_cut_and_still_ends(marian: BaseModel) -> None:
    asked = asked_of(marian, ["one " * 30], ["un " * 30], max_length=8, max_target_length=5)
    (row,) = asked.encoded
    assert (len(row["input_ids"]), len(row["labels"]), row["length"]) == (8, 5, 8)
    assert row["labels"][-1] == marian.tokenizer.eos_token_id


def test_it_is_said_how_many_answers_were_cut_and_none_that_just_fits(marian: BaseModel) -> None:
    targets = ["un deux trois", "un", "un " * 30]
    longest = len(marian.tokenizer(text_target=targets[0])["input_ids"])
    sources = ["one two three", "one", "one " * 30]
    (problem,) = TASK.notices(asked_of(marian, sources, targets, max_target_length=longest))
    assert (problem.code, problem.severity, problem.row_count) == ("targets_cut", Severity.WARNING, 1)
    assert f"1 of 3 (33.3 %) texts to write have more than {longest} word pieces" in problem.reason
    (problem,) = TASK.notices(asked_of(marian, sources, targets, max_target_length=longest - 1))
    assert problem.row_count == 2
    assert TASK.notices(asked_of(marian, sources[:2], targets[:2], max_target_length=longest)) == ()


def test_a_prefix_stands_before_each_text_and_not_before_the_answer(t5: BaseModel) -> None:
    asked = asked_of(t5, ["one"], ["un"], prefix="change this:")
    (row,) = asked.encoded
    assert t5.tokenizer.decode(row["input_ids"]) == "change this: one</s>"
    assert t5.tokenizer.decode(row["labels"]) == "un</s>"


def test_a_model_that_was_trained_with_one_prefix_starts_with_it(t5: BaseModel, marian: BaseModel) -> None:
    assert asked_of(t5, ["one"]).settings["prefix"] == "translate English to French:"
    assert asked_of(marian, ["one"]).settings["prefix"] == ""
    several = msgspec.structs.replace(t5.facts, prefixes=("summarize: ", "translate English to German: "))
    (prefix,) = [one for one in fields(method("lora"), several, TASK) if one.name == "prefix"]
    assert isinstance(prefix, TextField)
    assert prefix.default == ""
    assert prefix.help.endswith('It was trained with "summarize:", "translate English to German:".')
    assert (why_not(prefix, ""), why_not(prefix, "x" * 201)) == ("", "Use at most 200 characters.")


def test_typed_texts_have_no_answer_and_are_answered(marian: BaseModel) -> None:
    asked = asked_of(marian, SOURCES)
    batch = TASK.collate(marian.tokenizer, asked.encoded, (0, 0, 0))
    assert set(batch) == {"input_ids", "attention_mask"}
    model = model_of(marian, asked)
    output = model(batch)
    assert (output.loss, len(output.logits)) == (None, 0)
    predictions = TASK.answers(asked, TASK.say(model, output, batch, asked))
    assert [(one.text, one.truth, one.row, one.right) for one in predictions] == [
        (text, "", 0, None) for text in SOURCES
    ]
    assert asked_of(marian, []).encoded == []


def test_the_loss_is_that_of_each_word_piece_after_those_before_it(marian: BaseModel) -> None:
    asked = asked_of(marian, SOURCES, TARGETS)
    batch = TASK.collate(marian.tokenizer, asked.encoded, (0, 0, 0))
    model = model_of(marian, asked)
    output = model(batch)
    losses = []
    for row in asked.encoded:  # one by one, the start token put before the answer by hand
        before = torch.tensor([[model.backbone.config.decoder_start_token_id, *row["labels"][:-1]]])
        logits = model.backbone(input_ids=torch.tensor([row["input_ids"]]), decoder_input_ids=before).logits
        losses.append(functional.cross_entropy(logits[0], torch.tensor(row["labels"]), reduction="sum"))
    counted = sum(len(row["labels"]) for row in asked.encoded)
    assert output.loss is not None
    assert output.loss.item() == pytest.approx(
        sum(float(loss.detach()) for loss in losses) / counted, abs=1e-6
    )
    assert model.loss_weight(batch) == counted
    assert output.logits.shape == (counted, marian.facts.vocabulary)


def test_what_is_written_does_not_depend_on_the_texts_beside_it(t5: BaseModel, marian: BaseModel) -> None:
    for base in (t5, marian):
        asked = asked_of(base, [*SOURCES, "six five four three two one"], max_target_length=12)
        model = model_of(base, asked)
        batch = TASK.collate(base.tokenizer, asked.encoded, (0,) * 4)
        together = TASK.say(model, model(batch), batch, asked)
        for row, said in zip(asked.encoded, together, strict=True):
            alone = TASK.collate(base.tokenizer, [row], (0,))
            assert TASK.say(model, model(alone), alone, asked) == [said]
        assert any(one.text for one in together)


def test_word_pieces_that_were_found_are_counted_by_row(marian: BaseModel) -> None:
    asked = asked_of(marian, SOURCES, TARGETS)
    model = model_of(marian, asked)
    batch = TASK.collate(marian.tokenizer, asked.encoded, (0, 0, 0))
    output = model(batch)
    right = batch["labels"][batch["labels"] != IGNORED]
    sure = functional.one_hot(right, marian.facts.vocabulary).float()
    sure[0] = sure[0].roll(1)  # the first word piece of the first row is wrong
    said = TASK.say(model, dataclasses.replace(output, logits=sure), batch, asked)
    counts = [len(row["labels"]) for row in asked.encoded]
    assert [(one.found, one.tokens) for one in said] == [
        (counts[0] - 1, counts[0]), (counts[1], counts[1]), (counts[2], counts[2])
    ]  # fmt: skip
    assert TASK.score(asked, said)["token_accuracy"] == pytest.approx(1 - 1 / sum(counts))


def test_it_writes_a_little_longer_than_all_it_has_learned_from(marian: BaseModel) -> None:
    asked = asked_of(marian, SOURCES, TARGETS, num_beams=3)
    model = model_of(marian, asked)
    assert model.facts.writing is not None
    assert (model.facts.writing.longest, model.facts.writing.beams) == (64, 3)  # as many as it has places for
    TASK.begin(model, asked)
    longest = max(len(row["labels"]) for row in asked.encoded)
    assert model.facts.writing.longest == longest + 10
    batch = TASK.collate(marian.tokenizer, asked.encoded, (0, 0, 0))
    assert model.generate(batch).shape[1] <= longest + 11  # the start token is one more
    short = asked_of(marian, SOURCES, TARGETS, max_target_length=6)
    TASK.begin(model, short)
    assert model.facts.writing.longest == 6


def test_scores_are_sacrebleus_and_answers_say_how_right_they_are(marian: BaseModel) -> None:
    asked = asked_of(marian, SOURCES, TARGETS)
    texts = ["un deux trois", "quatr", "cinqsix"]
    said = [Written(text, 1, 2) for text in texts]
    scores = TASK.score(asked, said)
    assert list(scores) == [metric.id for metric in TASK.metrics]
    assert scores["chrf"] == pytest.approx(sacrebleu.corpus_chrf(texts, [TARGETS]).score)
    assert scores["bleu"] == pytest.approx(sacrebleu.corpus_bleu(texts, [TARGETS]).score)
    assert (scores["exact_match"], scores["token_accuracy"]) == (pytest.approx(1 / 3), 0.5)
    first, second, third = TASK.answers(asked, said)
    assert (first.text, first.said, first.truth, first.row, first.right) == (
        SOURCES[0],
        texts[0],
        TARGETS[0],
        1,
        1,
    )
    assert second.right == pytest.approx(sacrebleu.sentence_chrf("quatr", ["quatre"]).score / 100)
    assert (third.right, third.is_right) == (0.99, False)  # chrF does not see a missing space
    result = TASK.result(asked, said, ())
    assert (result.metric, result.rows, result.wrong) == ("chrf", 3, 2)
    assert {metric: score.value for metric, score in result.scores.items()} == pytest.approx(scores)
    assert all(score.low <= score.value <= score.high for score in result.scores.values())
    assert result.notes[0] == "Answers were written greedily and compared with one right answer each."
    assert "nrefs:1|" not in " ".join(result.notes)  # in words; for other programs as sacrebleu writes it
    assert "nrefs:1|" in result.exact_settings


def test_baselines_are_giving_back_and_looking_up(marian: BaseModel) -> None:
    train = asked_of(marian, ["one two", "four five"], ["un deux", "quatre cinq"])
    judged = asked_of(marian, ["six", "four five"], ["six", "quatre cinq"])
    copied, looked_up = TASK.baselines(train, judged)
    assert (copied.id, copied.wrong, copied.scores["exact_match"].value) == ("copy", 1, 0.5)
    assert (looked_up.id, looked_up.wrong) == ("nearest", 1)


@pytest.mark.parametrize(
    ("architecture", "learned", "expected"),
    [
        ("MarianMTModel", "to translate", Answer.YES),
        ("T5ForConditionalGeneration", "to turn one text into another", Answer.YES),
        ("BartForConditionalGeneration", "", Answer.YES),
        ("BertForMaskedLM", "to fill in blanks", Answer.NO),
        ("GPT2LMHeadModel", "", Answer.NO),
        ("T5Model", "", Answer.UNKNOWN),
    ],
)
def test_the_checkpoint_says_whether_the_task_is_its_own(
    architecture: str, learned: str, expected: Answer
) -> None:
    assert TASK.is_task_of(facts_of(architecture, learned)) is expected


@pytest.mark.parametrize(
    ("learned", "settings", "sentences"),
    [
        ("to translate", {}, "It already translates. It goes on with your texts."),
        ("to translate", {"made_from": "typos"}, "It already translates. It learns to undo typos."),
        (
            "to translate",
            {"made_from": "typos", "noise_typos": False, "noise_ocr": True},
            "It already translates. It learns to undo OCR confusions.",
        ),
        ("to translate", {"train_on": "noisy"}, "It already translates."),
        (
            "to turn one text into another",
            {"train_on": "mix"},
            "It already learned to turn one text into another.",
        ),
    ],
)
def test_a_model_that_stays_with_its_task_hears_what_it_learns_now(
    learned: str, settings: dict[str, SettingValue], sentences: str
) -> None:
    assert TASK.staying(facts_of("MarianMTModel", learned), settings) == sentences


def test_the_head_that_came_with_it_is_kept(marian: BaseModel) -> None:
    asked = asked_of(marian, SOURCES)
    model = TASK.build(dataclasses.replace(marian), (), HeadOptions(), asked.settings)
    assert not model.head_is_new
    assert not marian.lacks_head


def test_what_is_read_hangs_on_the_answers_only_where_these_are_read_too(marian: BaseModel) -> None:
    first, second = (
        EncodedPart(TASK, asked_of(marian, SOURCES, targets), torch.device("cpu"))
        for targets in (SOURCES, SOURCES[::-1])
    )
    assert first.marks() == second.marks()
    assert first.marks(of_target=True) != second.marks(of_target=True)


def test_the_noise_lab_tries_the_same_rows_with_more_and_more_typos(marian: BaseModel) -> None:
    words = list(NUMBERS)
    sources = [f"{one} {other} three four" for one in words for other in words]
    asked = asked_of(marian, sources, sources, max_target_length=4)
    model = model_of(marian, asked)
    part = EncodedPart(TASK, asked, torch.device("cpu"))
    said = [Written(text, 1, 1) for text in sources]
    result = TASK.result(asked, said, ())
    tried = with_noise_points(result, model, TASK, part, said, seed=3, most=10)
    assert [point.share for point in tried.by_noise] == list(SHARES) == [0.0, 0.05, 0.1, 0.2, 0.3]
    assert tried.by_noise[0].scores["chrf"].value == 100.0  # what was said already is not asked again
    assert tried.by_noise[1].scores["chrf"].value < 50  # and with typos it is
    note = (
        "It learned from clean texts; after training it was tried with typos, too, on 10 of the 36 test "
        "rows, the same at each rate."
    )
    assert (tried.noise, tried.notes[-1]) == ("typos", note)
    assert with_noise_points(result, model, TASK, part, said, seed=3, most=10) == tried
    everything = with_noise_points(result, model, TASK, part, said, seed=3)
    assert "on all 36 test rows" in everything.notes[-1]
    settings = {**asked.settings, "train_on": "noisy"}
    noisy = EncodedPart(TASK, dataclasses.replace(asked, settings=settings), torch.device("cpu"))
    learned = with_noise_points(result, model, TASK, noisy, said, seed=3, most=10).notes[-1]
    assert learned.startswith("It learned from texts with noise; after training it was tried with typos")


def test_the_trial_with_noise_tells_how_far_it_is_and_can_be_left_out(marian: BaseModel) -> None:
    sources = [f"{one} two three four" for one in NUMBERS] * 10
    asked = asked_of(marian, sources, sources, max_target_length=4)
    model, part = model_of(marian, asked), EncodedPart(TASK, asked, torch.device("cpu"))
    said = [Written(text, 1, 1) for text in sources]
    result = TASK.result(asked, said, ())
    told: list[tuple[int, int]] = []
    whole = with_noise_points(result, model, TASK, part, said, seed=3, told=lambda *one: told.append(one))
    assert [done for done, _ in told] == list(range(told[0][1] + 1))  # from none to all of the batches
    assert whole.by_noise

    def leave_out(done: int, _total: int) -> None:
        if done == 1:
            raise TrialLeftOutError

    left = with_noise_points(result, model, TASK, part, said, seed=3, told=leave_out)
    assert left.by_noise == ()
    assert left.scores == result.scores
    assert left.notes[-1] == "It was not tried with noise to the end: that was stopped."


def test_long_texts_are_tried_on_fewer_rows_the_same_for_every_model(marian: BaseModel) -> None:
    sources = [f"{'one two three four ' * 26}{number}" for number in range(400)]  # about 500 letters each
    asked = asked_of(marian, sources, sources)
    part = EncodedPart(TASK, dataclasses.replace(asked, encoded=asked.encoded), torch.device("cpu"))
    rows = tried_rows(TASK, part, seed=3)
    letters = sum(len(sources[row]) for row in rows)
    assert 99_000 < letters <= 100_000
    assert len(tried_rows(TASK, part, seed=3, most=300)) == 300
    short = asked_of(marian, ["one two"] * 400, ["one two"] * 400)
    assert len(tried_rows(TASK, EncodedPart(TASK, short, torch.device("cpu")), seed=3)) == 200


def test_noise_that_is_to_be_undone_is_put_in_anew(marian: BaseModel) -> None:
    asked = asked_of(marian, ["oen two"], ["one two"], made_from="typos")
    none, much = noise_of({}), dataclasses.replace(noise_of({}), share=0.3)
    none = dataclasses.replace(none, share=0.0)
    assert TASK.with_noise(asked, none).rows["source"][:] == ["one two"]
    plain = asked_of(marian, ["one two"], ["un deux"])
    assert TASK.with_noise(plain, none).rows["source"][:] == ["one two"]
    noisy = TASK.with_noise(plain, much)
    assert noisy.rows["source"][:] == [noisy.texts[0].text] != ["one two"]
    assert noisy.rows["target"][:] == ["un deux"]


def test_fine_tuning_with_typos_is_fine_tuning_and_no_transfer(marian: BaseModel) -> None:
    settings, _ = fill_settings(method("full_fine_tuning"), TASK.id, {"train_on": "noisy"}, marian.facts)
    model = build(marian, TASK, method("full_fine_tuning"), settings, ())
    stack = read_stack(model, marian, ())
    verdict = judge(marian.facts, TASK, model, stack, settings, surviving(TASK, settings))
    assert (verdict.task_changes, verdict.weights_change) == (Answer.NO, Answer.YES)
    assert verdict.transfer_sentence == "It already translates. It learns to survive typos."
    assert verdict.fine_tuning_sentence == "All of the model's own weights will change."
    assert (verdict.changed_share, verdict.new_parameters) == (1.0, 0)


@pytest.mark.parametrize("family", ["marian", "t5", "bart"])
def test_the_network_below_is_read_too(family: str, small_translators: dict[str, BaseModel]) -> None:
    """Marian's sine waves are in no checkpoint, and nothing is missing for that."""
    base = load_base(small_translators[family].folder)
    assert base.facts.networks[-1] == "seq2seq_lm"
    assert all(torch.isfinite(one).all() for one in base.network.parameters())
