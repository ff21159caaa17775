"""Methods that put new parts in give the losses that peft gives, set up by hand, step for step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import IA3Config, LoraConfig, PrefixTuningConfig, PromptTuningConfig, get_peft_model
from torch import nn
from torch.nn import functional
from transformers import AutoModel

from engine.contracts import Batch
from engine.models.inserts import without_future_warnings
from engine.models.layers import set_modes
from engine.models.load import load_base
from engine.models.prepare import build
from engine.protocol.fields import SettingValue
from engine.registry import fill_settings, method, task
from engine.training.optimizer import make_optimizer, set_rates
from tests.small_models import GLAD_WORDS, SAD_WORDS

STEPS = 20
RATES = {"learning_rate": 1e-2, "head_learning_rate": 1e-2, "weight_decay": 0.01}

BY_HAND: dict[str, tuple[str, dict[str, SettingValue], Callable[[], Any]]] = {
    "lora": ("lora", {}, lambda: LoraConfig(r=8, lora_alpha=16, target_modules=["query", "value"])),
    "rsLoRA": (
        "lora",
        {"rank_stabilised": True, "matrices": "attention", "blocks": "2"},
        lambda: LoraConfig(
            r=8,
            lora_alpha=16,
            use_rslora=True,
            target_modules=["query", "key", "value", "attention.output.dense"],
            layers_to_transform=[1],
        ),
    ),
    "DoRA": (
        "lora",
        {"dora": True, "matrices": "all_linear"},
        lambda: LoraConfig(r=8, lora_alpha=16, use_dora=True, target_modules="all-linear"),
    ),
    "ia3": (
        "ia3",
        {},
        lambda: IA3Config(
            target_modules=r".*(key|value|layer\.\d+\.output\.dense)",
            feedforward_modules=r".*layer\.\d+\.output\.dense",
        ),
    ),
    "prefix": (
        "prefix_tuning",
        {},
        lambda: PrefixTuningConfig(num_virtual_tokens=20, task_type="FEATURE_EXTRACTION"),
    ),
    "prefix through a network": (
        "prefix_tuning",
        {"reparametrisation": True},
        lambda: PrefixTuningConfig(
            num_virtual_tokens=20,
            task_type="FEATURE_EXTRACTION",
            prefix_projection=True,
            encoder_hidden_size=512,
        ),
    ),
    "prompt": (
        "prompt_tuning",
        {},
        lambda: PromptTuningConfig(num_virtual_tokens=20, task_type="FEATURE_EXTRACTION"),
    ),
}


@pytest.fixture(scope="module")
def batches(small_bert: Path) -> list[Batch]:
    tokenizer = load_base(str(small_bert), on_meta=True).tokenizer
    made = []
    for glad, sad in zip(GLAD_WORDS, SAD_WORDS, strict=True):
        texts = [f"my {glad} cat was {glad} today", f"the {sad} train", f"a {glad} day", f"{sad} and {sad}"]
        encoded = dict(tokenizer(texts, padding=True, return_tensors="pt", return_token_type_ids=False))
        made.append({**encoded, "labels": torch.tensor([0, 1, 0, 1])})
    return made


def is_matrix(tensor: torch.Tensor) -> bool:
    """Whether a tensor has more than one row and column; (IA)³'s scales have one of them."""
    return tensor.ndim > 1 and 1 not in tensor.shape


@pytest.mark.parametrize("kind", BY_HAND)
def test_the_losses_are_those_of_peft_by_hand(kind: str, small_bert: Path, batches: list[Batch]) -> None:
    method_id, settings, make_config = BY_HAND[kind]
    base, chosen = load_base(str(small_bert)), method(method_id)
    filled, problems = fill_settings(chosen, "", settings | RATES, base.facts)
    assert problems == []
    model = build(base, task("text_classification"), chosen, filled, ["glad", "sad"], seed=0)
    with without_future_warnings():
        theirs: Any = get_peft_model(
            AutoModel.from_pretrained(small_bert, add_pooling_layer=False, dtype=torch.float32), make_config()
        )
    own = model.backbone.state_dict()
    assert own.keys() == theirs.state_dict().keys()
    theirs.load_state_dict(own)
    head = nn.Sequential(nn.Dropout(0.1), nn.Linear(32, 2))
    head.load_state_dict(model.head.state_dict())

    own_optimizer = make_optimizer(model, filled)
    set_rates(own_optimizer, 1.0)
    matrices, vectors = (
        [one for part in (theirs, head) for one in part.parameters() if one.requires_grad and has(one)]
        for has in (is_matrix, lambda one: not is_matrix(one))
    )
    their_optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.01}, {"params": vectors, "weight_decay": 0.0}], lr=1e-2
    )

    def by_hand(batch: Batch) -> torch.Tensor:
        theirs.eval()
        head.train()
        hidden = theirs(
            input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]
        ).last_hidden_state[:, -batch["input_ids"].shape[1] :]
        mask = batch["attention_mask"].unsqueeze(-1).float()
        return functional.cross_entropy(head((hidden * mask).sum(1) / mask.sum(1)), batch["labels"])

    def losses(loss_of: Callable[[Batch], torch.Tensor], optimizer: torch.optim.Optimizer) -> list[float]:
        torch.manual_seed(1)
        said = []
        for step in range(STEPS):
            loss = loss_of(batches[step % len(batches)])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch has no type here
            optimizer.step()
            said.append(float(loss.detach()))
        return said

    def ours(batch: Batch) -> torch.Tensor:
        set_modes(model)
        loss = model(batch).loss
        assert loss is not None
        return loss

    mine = losses(ours, own_optimizer)
    assert mine == pytest.approx(losses(by_hand, their_optimizer), abs=1e-5)
    assert max(mine) - min(mine) > 0.05  # something was learned
