"""Garbage is looked for where something can be found, and not before."""

from __future__ import annotations

import gc
import platform
from collections.abc import Iterator

import psutil
import pytest

from engine.garbage import begin_search, give_memory_back, put_off_search
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


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="Only the C library of Linux keeps that much.")
def test_what_is_free_goes_back_to_the_system() -> None:
    process = psutil.Process()
    kept = [bytearray(50_000) for _ in range(2_000)]  # below the size that is given back by itself
    last = bytearray(50_000)  # it lies above them all
    kept.clear()
    held = process.memory_info().rss
    give_memory_back()

    assert held - process.memory_info().rss > 50_000_000
    assert len(last) == 50_000
