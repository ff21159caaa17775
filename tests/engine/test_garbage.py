"""Garbage is looked for where something can be found, and not before."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from engine.garbage import begin_search, put_off_search
from engine.models.load import load_base


@pytest.fixture
def put_off() -> Iterator[None]:
    put_off_search()
    yield
    gc.enable()


def test_the_search_begins_once_and_passes_over_what_was_there(put_off: None) -> None:
    there = [[] for _ in range(1000)]
    before = gc.get_freeze_count()
    begin_search()
    frozen = gc.get_freeze_count()
    assert gc.isenabled()
    assert frozen - before >= len(there)

    new: list[object] = []
    begin_search()
    assert gc.get_freeze_count() == frozen
    assert any(one is new for one in gc.get_objects())


@pytest.mark.parametrize("on_meta", [True, False])
def test_it_begins_when_a_model_is_loaded(put_off: None, small_bert: str, on_meta: bool) -> None:
    load_base(str(small_bert), on_meta=on_meta)

    assert gc.isenabled()
