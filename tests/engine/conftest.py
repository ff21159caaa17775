"""Loaded once and shared: nothing in here may be changed by a test."""

from __future__ import annotations

import json
import shutil
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


@pytest.fixture(scope="session")
def steady_bert(small_bert: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small model without dropout, so that a step's loss does not depend on its batches."""
    folder = tmp_path_factory.mktemp("steady") / "bert"
    shutil.copytree(small_bert, folder)
    config = json.loads((folder / "config.json").read_text())
    config |= {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    (folder / "config.json").write_text(json.dumps(config))
    return folder
