"""Features that are computed once are those that the model computes."""

from __future__ import annotations

import pytest
import torch
from datasets import Dataset

from engine import registry
from engine.contracts import Asked
from engine.models.load import load_base
from engine.models.prepare import build
from engine.training import prefix_cache
from engine.training.judging import judge
from engine.training.prefix_cache import PrefixKeeper, is_frozen_below_head, read_once
from engine.training.rows import EncodedPart
from tests.small_models import GLAD_WORDS, PLAIN_WORDS

TASK = registry.task("text_classification")


def _model(small_bert, method_id, layers=None, **changed):
    base, method = load_base(str(small_bert)), registry.method(method_id)
    settings, _ = registry.fill_settings(method, TASK.id, changed, base.facts)
    return base, build(base, TASK, method, settings, ("a", "b"), layers)


def _part(base, texts):
    rows = [{"input_ids": base.tokenizer(text)["input_ids"], "labels": 0} for text in texts]
    asked = Asked(Dataset.from_dict({"text": texts}), ("a", "b"), {}, base.tokenizer, rows)
    return EncodedPart(TASK, asked, torch.device("cpu"))


TEXTS = [" ".join((PLAIN_WORDS + GLAD_WORDS)[: 1 + number % 17]) for number in range(40)]


@pytest.mark.parametrize(
    ("method", "frozen"),
    [
        ("feature_based", True),
        ("freeze_layers", False),
        ("full_fine_tuning", False),
        ("lora", False),
        ("bottleneck_adapters", False),
    ],
)
def test_what_is_frozen_is_read_from_the_model(small_bert, method, frozen):
    assert is_frozen_below_head(_model(small_bert, method)[1]) is frozen


def test_layers_frozen_by_hand_count(small_bert):
    layers = {"embeddings": False, "block.1": False, "block.2": False}

    assert is_frozen_below_head(_model(small_bert, "full_fine_tuning", layers)[1])


@pytest.mark.parametrize("features", ["last", "sum_last_four", "concat_last_four"])
def test_kept_features_give_the_same_answers(small_bert, features):
    base, model = _model(small_bert, "feature_based", features=features)
    part, told = _part(base, TEXTS), []
    expected = judge(model, TASK, part)

    read_once(model, [part], "texts", told.append)
    kept = judge(model, TASK, part)

    assert [one.shape for one in part.features] == [(64 if features == "concat_last_four" else 32,)] * 40
    assert torch.allclose(torch.stack(kept.said), torch.stack(expected.said), atol=1e-6)
    assert kept.loss == pytest.approx(expected.loss, abs=1e-6)
    assert (told[-1].done, told[-1].total) == (40, 40)


def test_rows_are_read_in_smaller_batches_where_memory_runs_out(small_bert, monkeypatch):
    base, model = _model(small_bert, "feature_based")
    words = (PLAIN_WORDS + GLAD_WORDS)[:8]
    texts = [" ".join(words[turn % 8 :] + words[: turn % 8]) for turn in range(40)]  # equally long
    part, whole, told, sizes = _part(base, texts), _part(base, texts), [], []
    read_once(model, [whole], "texts", lambda _: None)
    plain = type(model).features

    def features(own, batch):
        sizes.append(len(batch["input_ids"]))
        if sizes[-1] > 12:
            torch.empty(10**15)
        return plain(own, batch)

    monkeypatch.setattr(type(model), "features", features)
    read_once(model, [part], "texts", told.append)

    assert sizes == [40, 20, 10, 10, 10, 10]  # what was found out holds for all that follows
    assert [event.done for event in told] == [10, 20, 30, 40]
    assert torch.allclose(torch.stack(part.features), torch.stack(whole.features), atol=1e-6)

    def never(_own, _batch):
        torch.empty(10**15)

    monkeypatch.setattr(type(model), "features", never)
    with pytest.raises(RuntimeError, match="allocate"):
        read_once(model, [_part(base, texts)], "texts", told.append)


def test_what_is_in_the_file_is_not_in_memory_beside_it(small_bert, tmp_path):
    base, model = _model(small_bert, "feature_based")
    part, again = _part(base, TEXTS), _part(base, TEXTS)
    keeper = PrefixKeeper({"weights": "the same"}, 25 * 32 * 4, tmp_path)
    read_once(model, [part], "texts", lambda _: None, keeper)
    read_once(model, [again], "texts", lambda _: None, keeper)

    assert (part.features_states.rows, part.mapped, part.found) == (25, 25 * 32 * 4, False)
    in_file = [part.features_states.get(number).data_ptr() for number in range(25)]
    assert [one.data_ptr() for one in part.features[:25]] == in_file
    assert (again.mapped, again.found) == (part.mapped, True)
    assert torch.equal(torch.stack(again.features[:25]), torch.stack(part.features[:25]))
    assert torch.allclose(torch.stack(again.features), torch.stack(part.features), atol=1e-6)


def test_what_fits_neither_a_file_nor_memory_is_computed_each_time(small_bert, tmp_path, monkeypatch):
    base, model = _model(small_bert, "feature_based")
    whole, part, told = _part(base, TEXTS), _part(base, TEXTS), []
    expected = judge(model, TASK, whole)
    monkeypatch.setattr(prefix_cache, "HELD", 1)
    keeper = PrefixKeeper({"weights": "the same"}, 25 * 32 * 4, tmp_path)
    read_once(model, [part, whole], "texts", told.append, keeper)
    said = judge(model, TASK, part)

    assert [one is not None for one in part.features[:25]] == [True] * 25
    assert sum(one is None for one in (*part.features, *whole.features)) > 15
    assert torch.allclose(torch.stack(said.said), torch.stack(expected.said), atol=1e-5)
    assert said.loss == pytest.approx(expected.loss, abs=1e-5)
    assert (told[-1].done, told[-1].total) == (80, 80)


def test_features_of_a_row_hang_on_no_other_row(small_bert, tmp_path):
    base, model = _model(small_bert, "feature_based")
    part, fewer, told = _part(base, TEXTS), _part(base, TEXTS[::-3]), []
    keeper = PrefixKeeper({"weights": "the same"}, 1_000_000, tmp_path)
    read_once(model, [part], "texts", lambda _: None)
    read_once(model, [fewer], "texts", told.append, keeper)

    assert torch.allclose(torch.stack(part.features[::-3]), torch.stack(fewer.features), atol=1e-6)
    turned = _part(base, TEXTS[::-1])
    read_once(model, [turned], "texts", told.append, keeper)
    for kept, own in zip(fewer.features, turned.features[::3], strict=True):
        assert torch.equal(own, kept)
    assert turned.found


def test_judging_keeps_the_order_of_the_rows(small_bert):
    base, model = _model(small_bert, "full_fine_tuning")
    model.eval()
    with torch.no_grad():
        one_by_one = torch.cat([model(_part(base, [text]).batch([0])).logits for text in TEXTS])

    assert torch.allclose(torch.stack(judge(model, TASK, _part(base, TEXTS)).said), one_by_one, atol=1e-5)
