"""What was forgotten: asked as it was pretrained, equal to transformers' own loss, and never by chance."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import torch
from msgspec.structs import replace
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM

from engine.contracts import BaseModel, HeadOptions, Network, TaskModel
from engine.models.load import load_base
from engine.models.writing import WritingModel
from engine.padding import IGNORED
from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.events import JobSucceeded, ResultWritten, TrainingStarted
from engine.protocol.forgetting_words import in_full, in_short
from engine.protocol.results import Forgotten, Objectives
from engine.protocol.run_files import read_predictions
from engine.registry import all_tasks, fill_settings, method
from engine.training.forgetting import Recall, forgotten, general_text
from tests.engine.recorded_session import RecordedSession, moods_run, open_session, start
from tests.small_models import make_small_bert, make_small_writer, write_chains


@pytest.fixture(scope="module")
def session() -> Iterator[RecordedSession]:
    opened = open_session()
    yield opened
    opened.session.close()


def what_was_forgotten(session: RecordedSession, run: RunConfig, folder: Path) -> Forgotten | None:
    events = session.do(start(run, folder, folder.name))
    return next(event.result.forgotten for event in events if isinstance(event, ResultWritten))


def classifier(folder: Path) -> tuple[Recall, TaskModel]:
    task = all_tasks()["text_classification"]
    base = load_base(str(folder))
    model = task.build(base, ("glad", "sad"), HeadOptions(), {"answers": "one"})
    return Recall(base, model), model


def test_a_model_is_not_loaded_twice_where_that_takes_the_memory(tmp_path: Path) -> None:
    task = all_tasks()["text_classification"]
    base = load_base(str(make_small_bert(tmp_path / "bert", pooling="", fills_blanks=True)))
    model = task.build(base, ("glad", "sad"), HeadOptions(), {"answers": "one"})
    free = psutil.virtual_memory().available

    def objective(size: int) -> Objectives | None:
        large = dataclasses.replace(base, facts=replace(base.facts, size=size))
        return Recall(large, model).objective

    assert objective(590_000_000) is Objectives.BLANKS
    assert objective(max(590_000_000, free // 8)) is Objectives.BLANKS
    assert objective(max(700_000_000, free)) is None


def test_the_general_text_is_pairs_of_different_sentences() -> None:
    pairs = general_text()
    assert len(pairs) == 64
    assert len({sentence for pair in pairs for sentence in pair}) == 128


def test_nothing_is_forgotten_where_nothing_changes(
    session: RecordedSession, moods_csv: Path, small_bert: Path, tmp_path: Path
) -> None:
    found = what_was_forgotten(session, moods_run(moods_csv, small_bert, "feature_based"), tmp_path / "still")
    assert found is not None
    assert found.objective == Objectives.PARTNERS  # its folder says that it makes vectors of sentences
    assert (found.before, found.right_before) == (found.after, found.right_after)
    assert found.asked == 128


def test_training_changes_what_is_remembered(
    session: RecordedSession, moods_csv: Path, small_bert: Path, tmp_path: Path
) -> None:
    run = moods_run(moods_csv, small_bert, "full_fine_tuning", learning_rate=0.01)
    found = what_was_forgotten(session, run, tmp_path / "changed")
    assert found is not None
    assert abs(found.after - found.before) > 0.01
    still = what_was_forgotten(session, replace(run, method="feature_based", settings={}), tmp_path / "base")
    assert still is not None
    assert found.before == pytest.approx(still.before, abs=1e-6)  # of one checkpoint


def test_a_head_for_blanks_is_put_on_what_was_trained_and_taken_off_again(tmp_path: Path) -> None:
    folder = make_small_bert(tmp_path / "bert", pooling="", fills_blanks=True)
    recall, model = classifier(folder)
    assert recall.objective is Objectives.BLANKS
    before = recall.ask(model)
    with torch.no_grad():
        for parameter in model.backbone.parameters():
            parameter.mul_(1.5)
    after = recall.ask(model)
    assert before is not None
    assert after is not None
    whole = AutoModelForMaskedLM.from_pretrained(folder).eval()
    assert before.loss == pytest.approx(by_hand(recall, whole), abs=1e-5)
    whole.bert.load_state_dict(model.backbone.state_dict(), strict=False)
    assert after.loss == pytest.approx(
        by_hand(recall, whole), abs=1e-5
    )  # its words are tied to the embeddings
    assert after.loss != pytest.approx(before.loss, abs=1e-3)


@pytest.mark.parametrize("family", ["gpt2", "llama"])
def test_what_goes_on_with_texts_is_asked_for_that_under_a_new_head_too(tmp_path: Path, family: str) -> None:
    folder = make_small_writer(tmp_path / family, family=family)
    recall, model = classifier(folder)
    writer = all_tasks()["causal_language_modelling"]
    base = load_base(str(folder), kind=Network.CAUSAL_LM)
    whole = writer.build(base, (), HeadOptions(), {"answers": "no"})
    assert recall.objective is Objectives.NEXT_PIECES
    before, wanted = recall.ask(model), Recall(base, whole).ask(whole)
    assert before is not None
    assert wanted is not None
    assert (before.asked, before.right) == (wanted.asked, wanted.right)
    assert before.loss == pytest.approx(wanted.loss, abs=1e-5)
    with torch.no_grad():
        for parameter in model.backbone.parameters():
            parameter.mul_(1.5)
    after = recall.ask(model)
    assert after is not None
    assert abs(after.loss - before.loss) > 1e-3


@pytest.mark.parametrize("method", ["full_fine_tuning", "lora", "prompt_tuning"])
def test_vectors_of_sentences_are_remembered_below_a_new_head_for_words(
    session: RecordedSession, tmp_path: Path, small_bert: Path, method: str
) -> None:
    run = replace(
        moods_run(write_chains(tmp_path / "chains.csv"), small_bert, method),
        task="masked_language_modelling",
    )
    found = what_was_forgotten(session, run, tmp_path / f"blanks-{method}")
    recall, model = classifier(small_bert)
    as_it_was = recall.ask(model)
    assert found is not None
    assert as_it_was is not None
    assert found.objective == Objectives.PARTNERS
    if method != "prompt_tuning":  # its vectors are there from the start
        assert found.before == pytest.approx(as_it_was.loss, abs=1e-5)
    assert found.after != found.before


@pytest.mark.parametrize("method", ["lora", "prompt_tuning", "prefix_tuning", "bottleneck_adapters"])
def test_decoders_with_inserted_parts_are_asked_under_their_own_head(
    session: RecordedSession, moods_csv: Path, tmp_path: Path, method: str
) -> None:
    folder = make_small_writer(tmp_path / "writer", family="gpt2")
    run = moods_run(moods_csv, folder, method)
    found = what_was_forgotten(session, run, tmp_path / f"decoder-{method}")
    assert found is not None
    assert found.objective == Objectives.NEXT_PIECES
    assert found.after != found.before


def by_hand(recall: Recall, whole: torch.nn.Module) -> float:
    """Returns the mean loss of a network at the same blanks, as transformers computes it."""
    total, count = 0.0, 0
    tokenizer = recall._base.tokenizer
    for sentence in (sentence for pair in general_text() for sentence in pair):
        pieces = tokenizer(sentence, truncation=True, max_length=64, return_tensors="pt")["input_ids"]
        labels = torch.full_like(pieces, -100)
        places = list(range(3, pieces.shape[1] - 1, 7))
        labels[0, places] = pieces[0, places]
        labels[pieces == tokenizer.unk_token_id] = -100  # not asked for: it is no word
        blank = pieces.masked_fill(labels != -100, tokenizer.mask_token_id)
        asked = int((labels != -100).sum())
        if asked:
            with torch.no_grad():
                total += float(whole(input_ids=blank, labels=labels).loss) * asked
            count += asked
    return total / count


def test_a_base_model_that_is_gone_at_the_end_costs_no_result(
    session: RecordedSession, moods_csv: Path, tmp_path: Path
) -> None:
    folder = make_small_bert(tmp_path / "bert", pooling="", fills_blanks=True)
    session.send(start(moods_run(moods_csv, folder, "full_fine_tuning"), tmp_path / "run", "gone"))
    session.wait_for(TrainingStarted)
    folder.rename(tmp_path / "elsewhere")
    assert isinstance(session.wait_for_end("gone"), JobSucceeded)
    (result,) = (
        one.result for one in session.events if isinstance(one, ResultWritten) and one.job_id == "gone"
    )
    assert result.forgotten is None
    assert len(read_predictions(tmp_path / "run")) == result.rows


def test_what_goes_on_with_texts_says_the_next_piece(small_writer: Path) -> None:
    task = all_tasks()["causal_language_modelling"]
    base = load_base(str(small_writer), kind=Network.CAUSAL_LM)
    whole = AutoModelForCausalLM.from_pretrained(small_writer).eval()
    model = task.build(base, (), HeadOptions(), {"answers": "no"})
    recall = Recall(base, model)
    found = recall.ask(model)
    assert recall.objective is Objectives.NEXT_PIECES
    assert found is not None
    total, count = 0.0, 0
    for sentence in (sentence for pair in general_text() for sentence in pair):
        pieces = base.tokenizer(
            sentence, truncation=True, max_length=base.facts.max_length, return_tensors="pt"
        )
        with torch.no_grad():
            loss = whole(input_ids=pieces["input_ids"], labels=pieces["input_ids"]).loss
        said = pieces["input_ids"].shape[1] - 1
        total, count = total + float(loss) * said, count + said
    assert found.asked == count
    assert found.loss == pytest.approx(total / count, abs=1e-4)


@pytest.mark.parametrize("family", ["marian", "t5", "bart"])
def test_a_model_that_writes_other_texts_is_compared_with_what_it_wrote(
    small_translators: dict[str, BaseModel], family: str
) -> None:
    task, base = all_tasks()["sequence_to_sequence"], small_translators[family]
    settings, _ = fill_settings(method("full_fine_tuning"), task.id, {})

    def built() -> TaskModel:
        return task.build(load_base(base.folder, kind=base.kind), (), HeadOptions(), settings)

    recall = Recall(base, built())
    assert recall.objective is Objectives.OWN_WORDS
    still = forgotten(recall, built, built)
    assert still is not None
    assert still.asked > 64  # word pieces, one a sentence at least
    assert still.right_before == still.right_after > 0.999
    assert (still.before, still.right_before) == (still.after, still.right_after)
    changed, chance = built(), torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in changed.parameters():  # by so much that chance cannot help it
            parameter.add_(5.0 * torch.randn(parameter.shape, generator=chance))
    found = forgotten(recall, lambda: changed, built)
    assert found is not None
    assert found.before == pytest.approx(still.before, abs=1e-6)
    assert found.after > found.before + 0.1
    assert found.right_after < found.right_before
    assert forgotten(recall, built, None) == still  # nothing has changed, so nothing is built anew


def test_the_loss_of_own_words_is_that_of_transformers(marian: BaseModel) -> None:
    task = all_tasks()["sequence_to_sequence"]
    settings, _ = fill_settings(method("full_fine_tuning"), task.id, {})
    model = task.build(load_base(marian.folder, kind=marian.kind), (), HeadOptions(), settings)
    assert isinstance(model, WritingModel)
    recall = Recall(marian, model)
    written = recall.write(model)
    found = recall.judge(model, written)
    total, count = 0.0, 0
    for batch, labels in written:
        with torch.no_grad():
            loss = model.backbone(
                input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], labels=labels
            ).loss
        said = int((labels != IGNORED).sum())
        total, count = total + float(loss) * said, count + said
    assert found.asked == count
    assert found.loss == pytest.approx(total / count, abs=1e-5)


def test_a_run_of_a_translator_tells_how_much_it_writes_as_before(
    session: RecordedSession, marian: BaseModel, tmp_path: Path
) -> None:
    table = tmp_path / "pairs.csv"
    rows = [f"ab {number},ba {number}" for number in range(40)]
    table.write_text("\n".join(["source,target", *rows]), encoding="utf-8")
    run = RunConfig(
        data=DataConfig(path=str(table), columns={"source": "source", "target": "target"}),
        task="sequence_to_sequence",
        method="full_fine_tuning",
        model=marian.folder,
        settings={"epochs": 2, "learning_rate": 0.01, "max_target_length": 8},
    )
    found = what_was_forgotten(session, run, tmp_path / "translator")
    assert found is not None
    assert found.objective == Objectives.OWN_WORDS
    assert found.right_before > found.right_after
    assert "what it would have written before training" in in_full(found)


def test_it_is_told_in_words() -> None:
    found = Forgotten(
        objective="partners", before=0.1, after=0.64, right_before=0.977, right_after=0.867, asked=128
    )
    assert in_short(found) == "Forgot: it finds the partner of 86.7 % of sentences, 97.7 % before training"
    assert "0.10 → 0.64" in in_full(found)
    same = replace(found, after=0.1, right_after=0.977)
    assert in_short(same).startswith("Nothing forgotten: it finds the partner of 97.7 % of sentences")
    own = replace(found, objective="own_words", right_before=1.0, right_after=0.61)
    assert in_short(own) == (
        "Writes otherwise: to a general text, 61 % of what it writes is what it would have written before "
        "training"
    )
    assert "0.10 for its own words, 0.64 for these" in in_full(own)


def test_a_head_that_is_new_has_nothing_to_forget(tmp_path: Path) -> None:
    task = all_tasks()["masked_language_modelling"]
    base = load_base(str(make_small_bert(tmp_path / "bert", pooling="")), kind=Network.MASKED_LM)
    recall = Recall(base, task.build(base, (), HeadOptions(), {}))
    assert recall.objective is None
