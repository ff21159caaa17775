"""Small parts put into any architecture: identity at the start, the papers' counts, peft's own counts."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
import torch
from peft import LoraConfig
from transformers import PreTrainedTokenizerBase

from engine.contracts import BaseModel, Method, TaskModel
from engine.models.heads import build_sequence_model
from engine.models.inserts import without_future_warnings
from engine.models.layers import read_stack, set_modes
from engine.models.structure import insert_modules, is_tuner, layers_of
from engine.protocol.fields import SettingValue
from engine.protocol.stack import InsertKind
from engine.registry import fill_settings, method
from tests.engine.models.families import FAMILIES, SHARED, small_base, small_batch

KINDS: dict[str, tuple[str, dict[str, SettingValue]]] = {
    "lora": ("lora", {"rank": 4, "dropout": 0.5}),
    "houlsby": ("bottleneck_adapters", {"placement": "houlsby", "reduction_factor": 4}),
    "pfeiffer": ("bottleneck_adapters", {"placement": "pfeiffer", "reduction_factor": 4}),
    "parallel": ("bottleneck_adapters", {"placement": "parallel", "reduction_factor": 4}),
}
ADAPTER = 2 * 8 * 32 + 8 + 32
"""2·m·d + m + d numbers for d = 32 and m = 8."""


def with_inserts(kind: str, base: BaseModel) -> TaskModel:
    """Returns a model with inserts of a kind; the base is not changed."""
    method_id, settings = KINDS[kind]
    chosen: Method = method(method_id)
    filled, problems = fill_settings(chosen, "", settings)
    assert problems == []
    own = BaseModel(copy.deepcopy(base.network), base.tokenizer, base.facts, base.folder)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return chosen.apply(build_sequence_model(own, 2), filled)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("family", [*FAMILIES, *SHARED])
def test_at_the_start_the_model_says_what_it_said_without(
    family: str, kind: str, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    base = small_base(family, small_tokenizer)
    model = with_inserts(kind, base).eval()
    batch = small_batch(labels=False)
    with torch.no_grad():
        before = base.network.eval()(**batch).last_hidden_state
        after = model.backbone(**batch).last_hidden_state
    assert (before - after).abs().max().item() <= 1e-5


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("family", [*FAMILIES, *SHARED])
def test_only_inserts_and_head_learn_and_the_counts_are_those_of_the_papers(
    family: str, kind: str, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    base = small_base(family, small_tokenizer)
    model = with_inserts(kind, base)
    stack = read_stack(model, base, ["glad", "sad"])
    blocks = 1 if family in SHARED else 3
    inserted = sum(layer.new_parameters for layer in stack.layers)
    if kind == "lora":
        query_out = sum(_lora_outputs(model))
        assert inserted == query_out
    else:
        assert inserted == blocks * ADAPTER * (2 if kind == "houlsby" else 1)
    head = stack.layers[-1].parameters
    assert stack.trainable_parameters == inserted + head
    assert stack.total_parameters == sum(parameter.numel() for parameter in model.parameters())
    assert stack.new_parameters == inserted + head
    trainable, _ = model.backbone.get_nb_trainable_parameters()  # type: ignore[operator]  # peft's own count
    assert trainable == inserted


def _lora_outputs(model: TaskModel) -> list[int]:
    """r·(in + out) of each adapted matrix, rank 4."""
    from engine.models.parts import features

    return [4 * sum(features(part)) for part in model.backbone.modules() if is_tuner(part)]


@pytest.mark.parametrize(
    ("kind", "drawn", "parts"),
    [
        ("lora", InsertKind.LOW_RANK, ["attention", "attention"]),
        ("houlsby", InsertKind.BOTTLENECK, ["attention", "feed_forward"]),
        ("pfeiffer", InsertKind.BOTTLENECK, ["feed_forward"]),
        ("parallel", InsertKind.PARALLEL, ["feed_forward"]),
    ],
)
def test_the_stack_says_where_inserts_sit(
    kind: str, drawn: InsertKind, parts: list[str], small_tokenizer: PreTrainedTokenizerBase
) -> None:
    base = small_base("bert", small_tokenizer)
    stack = read_stack(with_inserts(kind, base), base, ["glad", "sad"])
    for block in stack.layers[1:-1]:
        assert [(insert.kind, insert.part) for insert in block.inserts] == [(drawn, part) for part in parts]
        assert sum(insert.parameters for insert in block.inserts) == block.new_parameters
        assert block.trainable_parameters == 0
        assert sum(part.parameters for part in block.parts) == block.parameters
    assert stack.layers[0].inserts == ()
    if kind == "lora":
        assert [insert.label for insert in stack.layers[1].inserts] == ["query", "value"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("family", ["bert", "distilbert", "gpt2", "llama", "modernbert"])
def test_every_insert_gets_a_gradient_and_no_pretrained_number_does(
    family: str, kind: str, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    model = with_inserts(kind, small_base(family, small_tokenizer))
    optimizer = torch.optim.SGD([part for part in model.parameters() if part.requires_grad], lr=0.1)
    for _ in range(2):  # the way up starts at zero, so what lies below it moves from the second step on
        optimizer.zero_grad()
        model(small_batch()).loss.backward()
        optimizer.step()
    for layer in layers_of(model):
        for name, parameter in layer.inserts.items():
            assert parameter.grad is not None, name
            assert parameter.grad.abs().max() > 0, name
        if layer.id != "head":
            assert all(parameter.grad is None for parameter in layer.parameters.values())


@pytest.mark.parametrize("kind", KINDS)
def test_inserts_in_a_frozen_block_train_while_the_block_rests(
    kind: str, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    model = with_inserts(kind, small_base("bert", small_tokenizer))
    model.eval()
    set_modes(model)
    inserts = {
        id(part)
        for module in model.backbone.modules()
        if is_tuner(module)
        for part in (module, *(inner for _, insert in insert_modules(module) for inner in insert.modules()))
    }
    for layer in layers_of(model)[:-1]:
        for module in layer.modules.values():
            for part in module.modules():
                assert part.training == (id(part) in inserts), type(part)
    assert model.head.training


def test_only_the_inserts_dropout_is_random(small_tokenizer: PreTrainedTokenizerBase) -> None:
    model = with_inserts("lora", small_base("bert", small_tokenizer))
    batch = small_batch(labels=False)
    set_modes(model)
    with torch.no_grad():  # the low-rank change is zero at first, so its dropout cannot be seen
        assert torch.equal(model.features(batch), model.features(batch))
        for name, parameter in model.named_parameters():
            if "lora_B" in name:
                parameter.fill_(1.0)
        assert not torch.equal(model.features(batch), model.features(batch))


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_with_inserts_can_be_copied(kind: str, small_tokenizer: PreTrainedTokenizerBase) -> None:
    model = with_inserts(kind, small_base("bert", small_tokenizer)).eval()
    with torch.no_grad():
        for layer in layers_of(model):
            for parameter in layer.inserts.values():
                parameter.normal_(generator=torch.Generator().manual_seed(0))
    twin = copy.deepcopy(model)
    batch = small_batch(labels=False)
    with torch.no_grad():
        said = model(batch).logits
        assert torch.equal(said, twin(batch).logits)
        for layer in layers_of(twin):
            for parameter in layer.inserts.values():
                parameter.zero_()
        assert not torch.equal(said, twin(batch).logits)
        assert torch.equal(said, model(batch).logits)


def test_the_parallel_adapter_reads_what_goes_into_feed_forward(
    small_tokenizer: PreTrainedTokenizerBase,
) -> None:
    base = small_base("llama", small_tokenizer)
    model = with_inserts("parallel", base).eval()
    with torch.no_grad():
        for layer in layers_of(model):
            for name, parameter in layer.inserts.items():
                if ".up." in name:
                    parameter.fill_(0.01)
    seen: dict[str, torch.Tensor] = {}

    def keep(name: str) -> Callable[..., None]:
        def hook(_module: torch.nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
            seen[f"{name} in"], seen[f"{name} out"] = inputs[0], output

        return hook

    feed_forward = model.backbone.get_submodule("base_model.model.layers.1.mlp")
    feed_forward.register_forward_hook(keep("part"))
    feed_forward.get_submodule("down_proj.base_layer").register_forward_hook(keep("down"))
    adapter = feed_forward.get_submodule("up_proj.bottleneck_inserts.default")
    with torch.no_grad():
        model(small_batch(labels=False))
        added = adapter(seen["part in"])
    assert added.abs().max() > 0
    assert torch.allclose(seen["part out"], seen["down out"] + added, atol=1e-6)


def test_disabled_adapters_say_nothing(small_tokenizer: PreTrainedTokenizerBase) -> None:
    base = small_base("bert", small_tokenizer)
    batch = small_batch(labels=False)
    for kind in KINDS:
        model = with_inserts(kind, base).eval()
        with torch.no_grad():
            before = base.network.eval()(**batch).last_hidden_state
            for layer in layers_of(model):
                for parameter in layer.inserts.values():
                    parameter.normal_()
            assert not torch.allclose(before, model.backbone(**batch).last_hidden_state)
            with model.backbone.disable_adapter():  # type: ignore[operator]  # peft's own switch
                assert torch.allclose(before, model.backbone(**batch).last_hidden_state, atol=1e-6)


def test_lora_counts_what_peft_counts_on_minilm(minilm_on_meta: BaseModel) -> None:
    from peft import get_peft_model

    model = with_inserts("lora", minilm_on_meta)
    own = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    network = copy.deepcopy(minilm_on_meta.network)
    with without_future_warnings():
        theirs = get_peft_model(network, LoraConfig(r=4))
    assert own == theirs.get_nb_trainable_parameters()[0] + 770
