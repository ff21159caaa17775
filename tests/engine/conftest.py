"""Loaded once and shared: nothing in here may be changed by a test."""

from __future__ import annotations

from pathlib import Path

import pytest
from transformers import PreTrainedTokenizerBase

from engine.contracts import BaseModel, Network
from engine.models.load import load_base
from tests.small_models import make_small_translator


@pytest.fixture(scope="session")
def small_base_model(small_bert: Path) -> BaseModel:
    return load_base(str(small_bert))


@pytest.fixture(scope="session")
def small_tokenizer(small_base_model: BaseModel) -> PreTrainedTokenizerBase:
    return small_base_model.tokenizer


@pytest.fixture(scope="session")
def minilm_on_meta() -> BaseModel:
    return load_base("minilm", on_meta=True)


@pytest.fixture(scope="session")
def small_translators(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BaseModel]:
    """Random encoder–decoders by family: ``"marian"``, ``"t5"``, ``"bart"``."""
    parent = tmp_path_factory.mktemp("translators")
    folders = {family: make_small_translator(parent / family, family) for family in ("marian", "t5", "bart")}
    kind = Network.SEQUENCE_TO_SEQUENCE
    return {family: load_base(str(folder), kind=kind) for family, folder in folders.items()}


@pytest.fixture(scope="session")
def marian(small_translators: dict[str, BaseModel]) -> BaseModel:
    return small_translators["marian"]


@pytest.fixture(scope="session")
def t5(small_translators: dict[str, BaseModel]) -> BaseModel:
    return small_translators["t5"]
