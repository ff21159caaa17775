"""Attention and dropout written out say what torch's say, whatever they are given."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn import functional

from engine.training.precision import computing_in
from engine.training.written_out import WrittenOut, attention, dropout

CPU = torch.device("cpu")
_ROWS, _HEADS, _TOKENS, _WIDTH = 3, 4, 6, 8


def _given(dtype: torch.dtype, heads: int = _HEADS) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    chance = torch.Generator().manual_seed(3)
    shapes = [(_ROWS, own, _TOKENS, _WIDTH) for own in (_HEADS, heads, heads)]
    query, key, value = (torch.randn(shape, generator=chance).to(dtype).requires_grad_() for shape in shapes)
    return query, key, value


def _mask() -> torch.Tensor:
    mask = torch.ones(_ROWS, 1, _TOKENS, _TOKENS, dtype=torch.bool)
    mask[0, :, :, 4:] = False
    return mask


_CASES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "mask": {"attn_mask": _mask()},
    "added": {"attn_mask": torch.zeros(_mask().shape).masked_fill(~_mask(), torch.finfo(torch.float32).min)},
    "causal": {"is_causal": True},
    "scale": {"scale": 0.7, "attn_mask": _mask()},
    "shared keys": {"enable_gqa": True},
}


@pytest.mark.parametrize("case", _CASES)
@pytest.mark.parametrize(("dtype", "near"), [(torch.float32, 1e-6), (torch.bfloat16, 0.03)])
def test_it_is_what_torch_says(case: str, dtype: torch.dtype, near: float) -> None:
    named = _CASES[case]
    heads = 2 if named.get("enable_gqa") else _HEADS
    theirs, ours = _given(dtype, heads), _given(dtype, heads)
    mask = named.get("attn_mask")
    as_torch = named if mask is None or mask.dtype is torch.bool else {**named, "attn_mask": mask.to(dtype)}
    expected = functional.scaled_dot_product_attention(*theirs, **as_torch)
    said = attention(*ours, **named)
    assert said.dtype == expected.dtype
    torch.testing.assert_close(said, expected, atol=near, rtol=0)
    for output in (expected, said):
        output.float().square().sum().backward()  # type: ignore[no-untyped-call]  # torch has no type here
    for one, other in zip(ours, theirs, strict=True):
        assert one.grad is not None
        torch.testing.assert_close(one.grad, other.grad, atol=10 * near, rtol=0)


@pytest.mark.parametrize("lowest", [None, float("-inf"), torch.finfo(torch.float32).min])
def test_a_token_that_may_look_nowhere_gives_a_number(lowest: float | None) -> None:
    query, key, value = _given(torch.bfloat16)
    nowhere = torch.zeros(_ROWS, 1, _TOKENS, _TOKENS, dtype=torch.bool)
    mask = nowhere if lowest is None else torch.full(nowhere.shape, lowest)
    said = attention(query, key, value, mask)
    said.float().sum().backward()  # type: ignore[no-untyped-call]  # torch has no type here
    assert bool(said.isfinite().all())
    assert query.grad is not None
    assert bool(query.grad.isfinite().all())


def test_weights_of_attention_are_dropped() -> None:
    query, key, _ = _given(torch.bfloat16)
    value = torch.eye(_TOKENS, dtype=torch.bfloat16).expand(_ROWS, _HEADS, -1, -1)  # shows the weights
    whole = attention(query, key, value)
    some = attention(query, key, value, dropout_p=0.5)
    kept = some != 0
    assert 0.3 < float(kept.float().mean()) < 0.7
    torch.testing.assert_close(some[kept], 2 * whole[kept], atol=0.01, rtol=0.02)


@pytest.mark.parametrize("share", [0.1, 0.5])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_dropout_leaves_out_its_share_and_keeps_the_mean(share: float, dtype: torch.dtype) -> None:
    torch.manual_seed(1)
    whole = torch.ones(1000, 401, dtype=dtype, requires_grad=True)  # no multiple of four
    some = dropout(whole, share)
    left_out = some.detach() == 0
    spread = (share * (1 - share) / whole.numel()) ** 0.5
    assert float(left_out.float().mean()) == pytest.approx(share, abs=4 * spread)
    assert float(some.detach().max()) == pytest.approx(1 / (1 - share), rel=0.005)
    for axis in (0, 1):  # no row, no column more than another
        numbers = whole.shape[axis]
        spread_here = (share * (1 - share) / numbers) ** 0.5
        assert float((left_out.float().mean(axis) - share).abs().max()) < 5 * spread_here
    some.backward(torch.full_like(some, 2.0))  # type: ignore[no-untyped-call]  # torch has no type here
    assert whole.grad is not None
    assert torch.equal(whole.grad == 0, left_out)
    assert float(whole.grad.max()) == pytest.approx(2 / (1 - share), rel=0.005)
    again = dropout(whole, share) == 0
    both = float((again & left_out).float().mean())
    assert both == pytest.approx(share**2, abs=0.005)  # the next call has nothing to do with this one


def test_what_is_left_out_follows_from_torchs_own_state() -> None:
    whole = torch.ones(64, 64)
    torch.manual_seed(7)
    before = torch.get_rng_state()
    first, after = dropout(whole, 0.1), torch.get_rng_state()
    torch.set_rng_state(before)
    assert torch.equal(dropout(whole, 0.1), first)
    assert torch.equal(torch.get_rng_state(), after)
    assert not torch.equal(dropout(whole, 0.1), first)


def test_nothing_is_left_out_where_nothing_is_to_be() -> None:
    whole = torch.ones(8, 8)
    assert dropout(whole, 0.1, training=False) is whole
    assert torch.equal(dropout(whole, 0.0), whole)
    assert torch.equal(dropout(whole, 1.0), torch.zeros(8, 8))


def test_layers_of_dropout_in_16_bits_go_this_way(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []

    def noted(whole: torch.Tensor, p: float, **_others: Any) -> torch.Tensor:
        seen.append(p)
        return whole

    monkeypatch.setattr("engine.training.written_out.dropout", noted)
    layer, whole = torch.nn.Dropout(0.25), torch.ones(3, 3)
    with computing_in("fp32", CPU):
        layer(whole)
    assert not seen
    with computing_in("bf16", CPU):
        layer(whole)
    assert seen == [0.25]


def test_only_16_bits_are_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[torch.dtype] = []

    def noted(query: torch.Tensor, *others: Any, **named: Any) -> torch.Tensor:
        seen.append(query.dtype)
        return attention(query, *others, **named)

    monkeypatch.setattr("engine.training.written_out.attention", noted)
    for dtype in (torch.float32, torch.bfloat16):  # rotations leave queries in 32 bits
        with WrittenOut():
            functional.scaled_dot_product_attention(*_given(dtype))
        with computing_in("fp32", CPU):
            functional.scaled_dot_product_attention(*_given(dtype))
        assert not seen
    for dtype in (torch.float32, torch.bfloat16):
        with computing_in("bf16", CPU):
            said = functional.scaled_dot_product_attention(*_given(dtype))
        assert said.dtype is torch.bfloat16
        assert seen.pop() is torch.bfloat16


def test_many_places_without_dropout_are_left_to_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_given: Any, **_named: Any) -> torch.Tensor:
        raise AssertionError

    monkeypatch.setattr("engine.training.written_out.attention", never)
    query, key, value = (torch.randn(1, 2, 300, 8).bfloat16() for _ in range(3))
    with computing_in("bf16", CPU):
        functional.scaled_dot_product_attention(query, key, value)
        with pytest.raises(AssertionError):
            functional.scaled_dot_product_attention(query, key, value, dropout_p=0.1)
