"""Loaded once and shared: nothing in here may be changed by a test."""

from __future__ import annotations

from pathlib import Path

import pytest
from transformers import PreTrainedTokenizerBase

from engine.contracts import BaseModel
from engine.models.load import load_base


@pytest.fixture(scope="session")
def small_base_model(small_bert: Path) -> BaseModel:
    return load_base(str(small_bert))


@pytest.fixture(scope="session")
def small_tokenizer(small_base_model: BaseModel) -> PreTrainedTokenizerBase:
    return small_base_model.tokenizer


@pytest.fixture(scope="session")
def minilm_on_meta() -> BaseModel:
    return load_base("minilm", on_meta=True)
