"""The registry finds every method and task, refuses what breaks the rules, and asks "did you mean"."""

from __future__ import annotations

import dataclasses
import importlib
import sys
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import methods, registry
from engine.contracts import Method
from engine.discovery import find_constants, module_names
from engine.errors import EngineError
from engine.models.load import load_base
from engine.protocol.events import EngineReady
from engine.protocol.fields import Field, IntegerField, why_not
from engine.protocol.stack import ModelFacts
from engine.protocol.wire import decode_event, encode
from engine.registry import RegistryError, all_methods, check_method, fill_settings
from engine.training_fields import TRAINING_FIELDS, recommended

TASK = "text_classification"


def test_every_file_is_found() -> None:
    folder = Path(next(iter(methods.__path__)))
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert set(all_methods()) == files
    assert {"full_fine_tuning", "freeze_layers", "feature_based", "lora", "bottleneck_adapters"} <= files
    assert TASK in registry.all_tasks()


def test_the_catalog_travels_down_the_pipe() -> None:
    catalog = registry.catalog()
    event = EngineReady(protocol_version=1, catalog=catalog, devices=())
    again = decode_event(encode(event))
    assert isinstance(again, EngineReady)
    assert again.catalog == catalog
    assert all(TASK in entry.tasks for entry in catalog.methods)
    assert catalog.tagged("default") is not None
    assert [model.id for model in catalog.models] == ["minilm", "small_translator", "small_writer"]


def test_methods_stand_in_the_order_of_what_they_change() -> None:
    groups = [entry.group for entry in registry.catalog().methods]
    assert groups == sorted(groups, key=list(type(groups[0])).index)


@pytest.mark.parametrize("entry", registry.catalog().methods, ids=lambda entry: entry.id)
def test_every_method_has_every_training_setting_once(entry: object) -> None:
    fields = entry.fields  # type: ignore[attr-defined]  # a MethodEntry
    names = [field.name for field in fields]
    assert len(names) == len(set(names))
    training = [field.name for field in fields if field.section == "training"]
    assert training == [field.name for field in TRAINING_FIELDS]
    assert [field.section for field in fields] == sorted(field.section for field in fields)
    for field in fields:
        assert field.label
        assert field.help.endswith(".")
        assert field.source
        assert why_not(field, field.default) == ""


@pytest.mark.parametrize(
    ("method_id", "setting", "value"),
    [
        ("full_fine_tuning", "learning_rate", 1e-4),
        ("full_fine_tuning", "epochs", 3),
        ("freeze_layers", "frozen_layers", 4),
        ("lora", "learning_rate", 1e-3),
        ("lora", "epochs", 4),
        ("lora", "rank", 8),
        ("lora", "alpha", 16),
        ("bottleneck_adapters", "reduction_factor", 16),
        ("bottleneck_adapters", "layer_norms", False),
        ("lora", "head_learning_rate", 2e-3),
        ("lora", "batch_size", 32),
        ("lora", "max_length", 128),
    ],
)
def test_what_is_recommended(method_id: str, setting: str, value: object) -> None:
    assert registry.catalog().method(method_id).recommended(TASK)[setting] == value
    assert fill_settings(registry.method(method_id), TASK, {})[0][setting] == value


def test_an_unknown_name_asks_did_you_mean() -> None:
    with pytest.raises(EngineError) as caught:
        registry.method("full_finetuning")
    assert caught.value.problem.code == "unknown_method"
    assert caught.value.problem.fix == 'Did you mean "full_fine_tuning"?'
    with pytest.raises(EngineError) as caught:
        registry.task("classification")
    assert caught.value.problem.fix == 'Did you mean "text_classification"?'
    with pytest.raises(EngineError) as caught:
        registry.method("zzzz")
    assert caught.value.problem.fix.startswith("Choose one of ")


def test_unknown_settings_and_values_out_of_range_are_all_told_at_once() -> None:
    filled, problems = fill_settings(
        registry.method("lora"), TASK, {"rnk": 4, "rank": 0, "epochs": 2, "schedule": "stairs", "alpha": True}
    )
    assert [(problem.code, problem.setting) for problem in problems] == [
        ("unknown_setting", "rnk"),
        ("setting_out_of_range", "rank"),
        ("setting_out_of_range", "schedule"),
        ("setting_out_of_range", "alpha"),
    ]
    assert problems[0].fix == 'Did you mean "rank"?'
    assert problems[1].fix == "Use a whole number from 1 to 512."
    assert problems[2].fix == "Use one of linear, cosine, constant, slanted_triangle."
    assert (filled["rank"], filled["epochs"], filled["schedule"], filled["alpha"]) == (8, 2, "linear", 16)
    assert "rnk" not in filled


def test_whole_numbers_and_fractions_are_taken_for_each_other_where_they_are_equal() -> None:
    filled, problems = fill_settings(registry.method("lora"), TASK, {"rank": 4.0, "dropout": 0})
    assert problems == []
    assert (filled["rank"], filled["dropout"]) == (4, 0.0)
    assert isinstance(filled["rank"], int)
    assert isinstance(filled["dropout"], float)
    _, problems = fill_settings(registry.method("lora"), TASK, {"rank": 4.5})
    assert [problem.setting for problem in problems] == ["rank"]


values = st.one_of(st.booleans(), st.integers(), st.floats(allow_nan=True), st.text(max_size=12))


@given(
    st.dictionaries(st.one_of(st.sampled_from(["rank", "epochs", "schedule", "dropout"]), st.text()), values)
)
def test_whatever_is_set_what_is_filled_in_fits(settings: dict[str, bool | int | float | str]) -> None:
    chosen = registry.method("lora")
    filled, problems = fill_settings(chosen, TASK, settings)
    fields = {field.name: field for field in registry.fields(chosen, task=registry.task(TASK))}
    assert set(filled) == set(fields)
    assert all(why_not(fields[name], value) == "" for name, value in filled.items())
    assert len(problems) <= len(settings)
    assert all(problem.title and problem.reason and problem.fix for problem in problems)


def test_a_methods_own_version_takes_the_place_of_a_training_setting() -> None:
    own = recommended("epochs", 9, source="a test", help_text="Other words.")
    chosen = dataclasses.replace(registry.method("lora"), settings=(own,))
    fields = {field.name: field for field in registry.fields(chosen)}
    assert (fields["epochs"].default, fields["epochs"].help) == (9, "Other words.")
    assert len(fields) == len(TRAINING_FIELDS)
    with pytest.raises(KeyError):
        recommended("epoch", 9, source="a test")


GOOD = IntegerField(name="size", label="Size", help="How large.", default=3, minimum=1, maximum=5)
BAD_METHODS: dict[str, tuple[dict[str, object], str]] = {
    "default out of range": ({"settings": (msgspec.structs.replace(GOOD, default=9),)}, "starts at 9"),
    "no help": ({"settings": (msgspec.structs.replace(GOOD, help=""),)}, "help text"),
    "no label": ({"settings": (msgspec.structs.replace(GOOD, label=""),)}, "label"),
    "a name twice": ({"settings": (GOOD, GOOD)}, "same name"),
    "a training setting among its own": (
        {"settings": (msgspec.structs.replace(GOOD, name="epochs"),)},
        "wrong section",
    ),
    "an own setting among training": (
        {"settings": (msgspec.structs.replace(GOOD, section="training"),)},
        "wrong section",
    ),
    "no reference": ({"reference": ""}, "reference"),
}


@pytest.mark.parametrize("name", BAD_METHODS)
def test_a_method_that_breaks_a_rule_is_an_error_at_the_start(name: str) -> None:
    change, words = BAD_METHODS[name]
    broken = dataclasses.replace(registry.method("lora"), **change)  # type: ignore[arg-type]  # any field
    with pytest.raises(RegistryError, match=words):
        check_method(broken)


def test_a_task_recommends_values_to_the_methods_that_have_such_a_setting() -> None:
    task = dataclasses.replace(registry.task(TASK), recommends={"rank": 4, "first_words": "a b", "epochs": 9})
    assert registry.recommendations(registry.method("lora"), task) == {"rank": 4}
    assert registry.recommendations(registry.method("prompt_tuning"), task) == {"first_words": "a b"}
    assert registry.recommendations(registry.method("bitfit"), task) == {}  # epochs are no setting of its own
    field = {one.name: one for one in registry.fields(registry.method("lora"), task=task)}["rank"]
    assert field.default == 4  # what an error calls recommended, too
    for wrong, words in (
        ({"rank": 0}, "recommends rank = 0 for lora"),
        ({"ranks": 4}, "recommends ranks, and no method"),
        ({"epochs": 9}, "recommends epochs, and no method"),
    ):
        with pytest.raises(registry.RegistryError, match=words):
            registry.check_recommendations(dataclasses.replace(task, recommends=wrong))
    for one in registry.all_tasks().values():
        registry.check_recommendations(one)


def test_a_small_writer_learns_faster_unless_the_method_knows_better(
    small_writer: Path,
) -> None:
    task, small = registry.task("causal_language_modelling"), load_base(str(small_writer), on_meta=True).facts
    large = msgspec.structs.replace(small, parameters=124_000_000)

    def rate(method: str, model: ModelFacts | None) -> object:
        fields = registry.fields(registry.method(method), model, task)
        return next(field.default for field in fields if field.name == "learning_rate")

    assert [rate("full_fine_tuning", model) for model in (None, large, small)] == [5e-5, 5e-5, 5e-4]
    own = next(one.default for one in registry.fields(registry.method("lora")) if one.name == "learning_rate")
    assert [rate("lora", model) for model in (large, small)] == [own, own]


def test_learned_prompts_start_as_each_task_would_put_it() -> None:
    entry = next(one for one in registry.catalog().methods if one.id == "prompt_tuning")
    words = {task: str(values["first_words"]) for task, values in entry.task_defaults.items()}
    assert set(words) == set(registry.all_tasks())
    assert len(set(words.values())) == len(words)
    for task, said in words.items():
        filled, _ = registry.fill_settings(registry.method("prompt_tuning"), task, {})
        assert filled["first_words"] == said


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of plugins that a test fills."""
    folder = tmp_path / "plugins_of_a_test"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.startswith("plugins_of_a_test")]:
        monkeypatch.delitem(sys.modules, name)
    return folder


def test_constants_are_found_in_order_and_hidden_files_are_left_out(plugins: Path) -> None:
    (plugins / "beta.py").write_text("THING = 2\n")
    (plugins / "alpha.py").write_text("THING = 1\n")
    (plugins / "_shared.py").write_text("raise RuntimeError\n")
    package = importlib.import_module(plugins.name)

    assert list(find_constants(package, "THING", int)) == [("alpha", 1), ("beta", 2)]


def test_a_file_without_its_constant_is_an_error_that_names_it(plugins: Path) -> None:
    (plugins / "empty.py").write_text("OTHER = 1\n")
    package = importlib.import_module(plugins.name)

    with pytest.raises(TypeError, match=r"plugins_of_a_test\.empty must end in a constant THING of type int"):
        list(find_constants(package, "THING", int))


def test_files_are_found_without_the_help_of_the_importer(
    plugins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (plugins / "alpha.py").write_text("THING = 1\n")
    package = importlib.import_module(plugins.name)

    monkeypatch.setattr("engine.discovery.pkgutil.iter_modules", lambda _path: iter(()))
    assert module_names(package) == ["alpha"]


def test_an_id_that_is_not_the_file_name_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = dataclasses.replace(registry.method("lora"), id="laura")

    def found(_package: object, _name: str, kind: type) -> object:
        return iter([("lora", wrong)]) if kind is Method else iter([])

    monkeypatch.setattr(registry, "find_constants", found)
    with pytest.raises(RegistryError, match=r"lora\.py calls itself 'laura'"):
        registry.all_methods.__wrapped__()


def test_every_kind_of_field_can_be_typed_in() -> None:
    kinds = {type(field) for entry in registry.catalog().methods for field in entry.fields}
    assert kinds == set(get_args(Field))


def test_texts_are_no_longer_than_the_model_can_read() -> None:
    facts = ModelFacts(
        source="",
        name="Short",
        architecture="",
        family="",
        blocks=2,
        width=8,
        vocabulary=9,
        parameters=1,
        max_length=64,
    )
    chosen = registry.method("lora")
    assert fill_settings(chosen, TASK, {}, facts)[0]["max_length"] == 64
    _, problems = fill_settings(chosen, TASK, {"max_length": 65}, facts)
    assert problems[0].fix == "Use a whole number from 4 to 64 word pieces."
    assert fill_settings(chosen, TASK, {"max_length": 65})[1] == []


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("lr", "learning_rate"),
        ("epoch", "epochs"),
        ("num_train_epochs", "epochs"),
        ("per_device_train_batch_size", "batch_size"),
        ("LEARNING-RATE", "learning_rate"),
        ("warmup_ratio", "warmup_share"),
        ("bias", ""),
        ("foo", ""),
        ("x", ""),
    ],
)
def test_only_what_is_really_alike_is_suggested(said: str, meant: str) -> None:
    names = [field.name for field in registry.fields(registry.method("lora"))]
    assert registry.nearest(said, names) == meant
